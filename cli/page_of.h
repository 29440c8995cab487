/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CLI_PAGE_OF_H
#define CLI_PAGE_OF_H
#include "cli.h"
#include "page_text.h"

/* What the verbs about pages share: a readable record and where its texts come from. */
struct page_of {
	struct store *store;
	struct derived *derived;
	struct text_source from;
	struct record record;
};

/* Opens store and derived files and finds the record; page_of_end also after a failure. */
MUST_CHECK enum status page_of_open(
    struct cli *, const char *record, enum permission, struct page_of *, struct err *);
void page_of_end(struct page_of *); /* for owned() */
/* "3", "3-7" or "3-" of the record's pages; NULL is all.  ST_INVALID. */
MUST_CHECK enum status page_of_range(
    const char *text, int64_t pages, int64_t *first, int64_t *last, struct err *);

#endif
