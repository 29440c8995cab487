/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CATALOG_PARTS_H
#define CATALOG_PARTS_H
#include "catalog.h"

/* What the catalogue's modules share among themselves.  Private to core. */

/* Ends a db_begin: commits when st is ST_OK, else rolls back; the outcome of both. */
MUST_CHECK enum status catalog_end(struct catalog *, enum status st, struct err *);
/* The next number of a row of counter ("index_seq", "access_version"); inside a transaction. */
MUST_CHECK enum status catalog_count_up(
    struct catalog *, const char *counter, int64_t *value, struct err *);

/* A text of people: not blank, UTF-8, at most max bytes.  ST_INVALID names what. */
MUST_CHECK enum status catalog_check_text(
    const char *what, const char *text, size_t max, struct err *);

/* One kind of fault found by a check; counts and tells. */
struct catalog_faults {
	catalog_fault tell;
	void *payload;
	uint64_t count;
};
void catalog_fault_found(struct catalog_faults *, const char *kind, const char *text, ...)
    PRINTF(3, 4);
/*
 * The checks that catalog_verify runs, one per module (core/catalog_verify.c, core/access.c).
 * Faults are told, not returned; another status means that the check could not be made.
 */
MUST_CHECK enum status access_verify(struct catalog *, struct catalog_faults *, struct err *);
MUST_CHECK enum status records_verify(struct catalog *, struct catalog_faults *, struct err *);

#endif
