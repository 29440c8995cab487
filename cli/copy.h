/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COPY_H
#define COPY_H
#include "catalog.h"
#include "conf.h"
#include "err.h"

struct copy_counts {
	uint64_t blobs, bytes, components;
};

/*
 * Copies what the catalogue names (its blobs, then the derived files of its components) from one
 * data directory to another; every byte is hashed on the way.  The catalogue is a copy taken
 * before, so everything it names is there: blobs only grow, derived files are only replaced.
 * ST_CORRUPT names the first blob that is not what its name says.
 */
MUST_CHECK enum status copy_content(struct catalog *, const struct conf *from,
    const struct conf *to, struct copy_counts *, struct err *);
/* Copies a small file (configuration), durable.  ST_NOT_FOUND, ST_IO. */
MUST_CHECK enum status copy_file(const char *from, const char *to, int mode, struct err *);

#endif
