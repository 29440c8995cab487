/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FIELDS_H
#define FIELDS_H
#include "arena.h"
#include "layout.h"
#include "record.h"

/*
 * What a document says of itself: suggestions for the record's fields, from its first page, its
 * signature block and its file name (vietnamese.md section 4).  Nothing is suggested below 0.5; a
 * field that is hard to read (handwritten number and day) is left out or told in part ("2017-10"),
 * for a confident wrong value is worse than none.
 *
 * Confidence = what the reader thought of the words x the share of checks that agree.
 */
#define FIELDS_MAX 24 /* suggestions of one document */
#define FIELDS_LEAST 0.5

struct fields_source {
	const struct layout *first; /* page 1 */
	const struct layout *last;  /* of the last page: where the signature is; may be first */
	int last_no;		    /* its page number */
	struct span text;	    /* of page 1, for the language */
	const char *name;	    /* file name, or NULL */
	int64_t now_us;		    /* no document is dated later */
};

/* *list is in the arena, best first within a field; no box where the page has none. */
void fields_suggest(
    const struct fields_source *, struct arena *, const struct suggestion **list, size_t *count);
#endif
