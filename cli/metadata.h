/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef METADATA_H
#define METADATA_H
#include "arena.h"
#include "err.h"
#include "record.h"

/* What `tangthu add --metadata` knows of files before they are read. */
struct metadata_row {
	const char *file; /* as written: a path or a bare name */
	const char *field[FIELD_COUNT];
	const char *dossier; /* or NULL */
	int level;	     /* -1 = not given */
	bool used;
};

struct metadata {
	struct metadata_row *rows;
	size_t count;
};

#define METADATA_MAX (64u << 20) /* bytes of a metadata file */

/*
 * Reads FILE.tsv (first line names the columns) or FILE.json (an array of objects).  Columns:
 * file, dossier, level, the record fields, and date (= issued), notation (= number/symbol).  A
 * type may be a code or a name.  Unknown columns are told on stderr and left out.
 * ST_INVALID names file and line; ST_NOT_FOUND, ST_TOO_LARGE, ST_IO.
 */
MUST_CHECK enum status metadata_load(
    const char *path, struct arena *, struct metadata *, struct err *);
/* The row of a path: the same path, else the same last part; NULL when there is none. */
struct metadata_row *metadata_lookup(struct metadata *, const char *path);

#endif
