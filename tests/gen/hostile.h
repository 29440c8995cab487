/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_HOSTILE_H
#define GEN_HOSTILE_H
#include "set.h"

struct hostile {
	const struct wish *wish;
	PangoContext *context;
	struct strbuf list; /* hostile.tsv */
};

/* Writes one bad file. */
typedef enum status hostile_maker(struct hostile *, const char *path, struct err *);

hostile_maker make_encrypted;
hostile_maker make_huge_page;
hostile_maker make_page_cycle;
hostile_maker make_page_count;
hostile_maker make_page_bomb;
hostile_maker make_zip_bomb;
hostile_maker make_flate_bomb;
hostile_maker make_giant_png;

#endif
