/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGE_TEXT_H
#define PAGE_TEXT_H
#include "access.h"
#include "catalog.h"
#include "derived.h"
#include "record.h"
#include "store.h"
#include "words.h"

/*
 * The text of a page as it is to be shown, searched and exported: the newest correction by a person
 * (architecture D5), else what was read; turned as a person turned the page.  Corrections are word
 * tables in the store, numbered from 1 a page; version 0 is the reading, which stays.
 */
struct text_source {
	struct catalog	*catalog;
	struct store	*store;
	struct derived	*derived;
};

#define PAGE_TEXT_NEWEST	(-1)

struct page_text {
	struct words	*words;		/* the caller's; page_text_end */
	int64_t		 version;	/* 0: as it was read */
	const char	*author;	/* of the correction, or NULL; in the arena */
	int64_t		 created_us;
	uint32_t	 turn;		/* by hand; done to words already */
};

/* A page of a record and what the catalogue knows of its text. */
struct page_place {
	int64_t		 record, page;	/* given by the caller */
	struct component component;	/* id 0: the record has no such page */
	int		 no;		/* in the component */
	bool		 known;		/* something was read from it */
	int64_t		 version, created_us;	/* of its newest correction, 0: none */
	const char	*sha256, *author;
	uint32_t	 turn;
};

struct correction {
	int64_t		 version;
	const char	*author;	/* name as shown, NULL: the system */
	const char	*sha256;
	int64_t		 created_us;
};

/* A word (or words, or none) in the place of word index. */
struct correction_edit {
	size_t		 index;
	struct span	 text;		/* empty: the word goes; the same: it was looked at and is right */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Page no of a component; version PAGE_TEXT_NEWEST, 0 for the reading, or a correction's.
 * ST_NOT_FOUND: no such page, nothing was read from it, or no such version.  ST_CORRUPT, ST_IO.
 */
MUST_CHECK enum status
		 page_text_load(const struct text_source *, const struct component *, int no,
		    int64_t version, struct arena *, struct page_text *, struct err *);
/* The same for a page of a record, counted over its components. */
MUST_CHECK enum status
		 page_text_of_record(const struct text_source *, int64_t record, int64_t page,
		    int64_t version, struct arena *, struct page_text *, struct err *);
/*
 * The newest text of many pages, of hits: page_text_find fills in what the catalogue knows with two
 * statements for every 64 of them; then each is read without the catalogue.  page_text_read as
 * page_text_of_record.
 */
MUST_CHECK enum status
		 page_text_find(struct catalog *, struct page_place *, size_t count, struct arena *,
		    struct err *);
MUST_CHECK enum status
		 page_text_read(const struct text_source *, const struct page_place *,
		    struct page_text *, struct err *);
void		 page_text_end(struct page_text *);	/* for owned() */

/*
 * A new table from an old one with some words replaced.  Several words share the box of the old
 * one by their lengths; what a person wrote or left as it is has confidence 100 and is not weak.
 * Edits are in ascending order of index, each word at most once.
 * ST_INVALID: an index beyond the end, or out of order.  ST_LIMIT: the page is too full.
 */
MUST_CHECK enum status
		 correction_edit(const struct words *, const struct correction_edit *, size_t count,
		    struct words **out, struct err *);
/*
 * A new table from a whole page's text (lines and blocks as in words.h).  Words that are still the
 * same keep box and confidence, runs of changed words take the place of those they replace, and
 * what was put between two words has no box.
 */
MUST_CHECK enum status
		 correction_text(const struct words *, struct span text, struct words **out,
		    struct err *);

/*
 * Makes the word table with this digest (already in the store) the newest text of a record's page:
 * blob, rendition, correction, outbox and log entry in one transaction.  words: its count, for the
 * page's row.  expected: the version that was corrected, or PAGE_TEXT_NEWEST for whatever is there.
 * Needs PERM_EDIT and PERM_READ.
 * ST_NOT_FOUND, ST_DENIED.  ST_PRECONDITION: corrected meanwhile.  ST_HELD: the record is
 * destroyed.  ST_CONFLICT: it is being read; wait.
 */
struct correction_new {
	int64_t		 record, page;
	int64_t		 expected;
	const char	*sha256;
	int64_t		 size, words;
};
MUST_CHECK enum status
		 correction_add(struct catalog *, const struct actor *, const struct access *,
		    const struct correction_new *, int64_t *version, struct err *);
/* Of a page, oldest first; of a record that the caller has loaded with its access. */
MUST_CHECK enum status
		 correction_list(struct catalog *, const struct component *, int no, struct arena *,
		    const struct correction **, size_t *count, struct err *);

#ifdef __cplusplus
}
#endif
#endif
