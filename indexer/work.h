/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WORK_H
#define WORK_H
#include "indexer.h"
#include "job.h"
#include "ocr_wire.h"

/*
 * One leased document: which of its pages wait, are with a reader, or are answered, and what
 * becomes of each answer.  Pages here count within the component (D6); the reader counts within the
 * file.
 *
 * Every function that writes can return ST_CONFLICT: the lease is lost, forget the document
 * (work_free); ST_FULL, ST_IO, ST_BUSY, ST_CORRUPT: nothing was noted, the page waits again.
 */
enum work_page { WORK_WAITING, WORK_ASKED, WORK_ANSWERED };

struct work {
	struct indexer *ix;
	struct job job;
	struct arena *arena; /* of job's strings */
	int fd;		     /* the original, read-only */
	bool classified;     /* its page count is known and in the catalogue */
	uint32_t pages;
	uint8_t *page;	  /* enum work_page of page i + 1 */
	uint32_t open;	  /* pages that are not answered */
	uint32_t cursor;  /* no waiting page lies before it */
	unsigned running; /* requests under way */
	int64_t renew_us; /* monotonic: renew the lease then */
	struct work *next;
};

/*
 * Leases the next document that is due and opens its original.  A blob that is missing or has the
 * wrong size counts as a failed try of the document and ST_OK with *out NULL is returned: ask again.
 * ST_NOT_FOUND: nothing is due.
 */
MUST_CHECK enum status work_lease(struct work **out, struct indexer *, struct err *);
/* Closes and frees; the lease stays. */
void work_free(struct work *);
/* Gives the lease back (graceful stop, trouble) and frees. */
void work_release(struct work *);
/* Renews the lease when it is time. */
MUST_CHECK enum status work_renew(struct work *, struct err *);

/*
 * The next range of waiting pages, at most want of them, marked as asked; in pages of the file.
 * false: nothing to ask for now.
 */
bool work_next(struct work *, uint32_t want, uint32_t *first, uint32_t *last);
/* Pages first..last (of the file) that are still asked wait again. */
void work_unask(struct work *, uint32_t first, uint32_t last);
/* The first page of the range that was asked and not answered, 0 = none; of the file. */
uint32_t work_unanswered(const struct work *, uint32_t first, uint32_t last);
/* Every page is answered and nobody is at work: time for finish_document. */
bool work_complete(const struct work *);

/* Classification arrived while pages first..last were asked for. */
MUST_CHECK enum status work_document(
    struct work *, const struct ocr_document *, uint32_t first, uint32_t last, struct err *);
/*
 * A page result: checked, kept in the spool (durable), then noted.  What is no valid word table
 * counts as a failed try of the page.
 */
MUST_CHECK enum status work_page(struct work *, const struct ocr_page *, struct err *);
/* A page failed: tried again by reason, at most [indexer] tries times, then given up. */
MUST_CHECK enum status work_page_failed(struct work *, const struct ocr_failure *, struct err *);
/*
 * The document as a whole failed and nobody is at work on it any more.  Sets *ended when the work
 * is over (finished or put off; free it); else its remaining pages were given up and it is complete.
 */
MUST_CHECK enum status work_failed(
    struct work *, const struct ocr_failure *, bool *ended, struct err *);
#endif
