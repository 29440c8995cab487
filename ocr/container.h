/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CONTAINER_H
#define CONTAINER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

/*
 * The second look inside the two containers that office formats live in: ZIP (APPNOTE 6.3.10)
 * and OLE compound files ([MS-CFB]).  Only directories and one small entry are read, by code of
 * ours with every offset checked; nothing is unpacked to anywhere.
 */
#define CONTAINER_MIME_MAX 100

struct container_look {
	char mime[CONTAINER_MIME_MAX + 1]; /* "" = nothing special inside */
	bool encrypted;
	bool active;	 /* macros */
	bool to_the_end; /* nothing follows: it opens as a ZIP whatever it begins with */
	uint32_t entries;
};

/* The bytes end with a ZIP directory that can be walked; false otherwise, *look cleared. */
bool container_zip(struct span, struct container_look *look);
/* The bytes begin with a compound file whose directory can be walked. */
bool container_ole(struct span, struct container_look *look);

#endif
