/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FIELDS_H
#define FIELDS_H
#include "arena.h"
#include "known_signer.h"
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
#define FIELDS_MAX 32	 /* suggestions of one document */
#define FIELDS_FOUND 400 /* findings of one document */
#define FIELDS_LEAST 0.5

struct fields_source {
	const char *name;		   /* file name, or NULL */
	int64_t now_us;			   /* no document is dated later */
	const struct known_signer *listed; /* those who sign, by the archive's list */
	size_t listed_count;
	const char *const *signers; /* accepted ones, to compare with as well */
	size_t signer_count;
};

struct fields_page {
	int no;
	const struct layout *layout;
	struct span text; /* for the language */
	const struct page_mark *mark;
	size_t mark_count;
};

/* The source is borrowed until the end. */
struct fields *fields_new(const struct fields_source *, struct arena *);
/*
 * The next page that was read, in order.  What is borrowed: page 1 until the end, any other until
 * the next page or the end.
 */
void fields_page(struct fields *, const struct fields_page *);
/* Lists in the arena; suggestions best first within a field; no box where the page has none. */
void fields_end(struct fields *, const struct suggestion **, size_t *count,
    const struct reading_finding **, size_t *found);
void fields_free(struct fields *);
#endif
