/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DERIVED_H
#define DERIVED_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base.h"
#include "conf.h"
#include "err.h"
#include "span.h"
#include "strbuf.h"

/*
 * What reading a component gave, page by page (architecture D4): word tables (words.h) and display
 * images, plus small notes (slice table).  From the moment it arrives a page result is a file
 *	derived/spool/<component-uid>/NNNNNN.words | .image | .notes	(NNNNNN: the page)
 * and when the last page is in, the indexer packs the component into
 *	derived/ab/cd/<component-uid>.words.zip	(.words and .notes)
 *	derived/ab/cd/<component-uid>.pages.zip	(.image)
 * (ab, cd: the first two pairs of hex digits of the uid) whose entries are stored, not compressed,
 * so that a page is served from an offset.  Readers need not know which of the two it is.
 *
 * Pages count from 1; page 0 holds what belongs to the whole component.  A struct derived may be
 * used by several threads and processes at once; one process (the lease holder) writes a component.
 */
struct derived;

enum derived_kind {
	DERIVED_WORDS,		/* word table of a page */
	DERIVED_IMAGE,		/* JPEG or PNG that is shown: look at its first bytes */
	DERIVED_NOTE,		/* JSON */
};

#define DERIVED_PAGES_MAX	262143u			/* of a component (D7) */
#define DERIVED_ENTRY_MAX	(UINT64_C(256) << 20)	/* bytes of one page result */

/* Where a page result lies: length bytes from offset on in fd, which is the caller's to close. */
struct derived_piece {
	int		 fd;
	uint64_t	 offset;
	uint64_t	 length;
};

#ifdef __cplusplus
extern "C" {
#endif

/* Opens (and makes) DIR/derived.  *out is NULL on failure.  ST_IO, ST_FULL. */
MUST_CHECK enum status
		 derived_open(struct derived **out, const struct conf *, struct err *);
void		 derived_close(struct derived *);
void		 derived_closep(struct derived **);	/* for owned() */

/*
 * What the spool holds: components that are being read, and the bytes of their pages so far.  It is the
 * temporary space of reading; a pack is temporary beside it while it is written.  Files that go away
 * meanwhile are left out.  ST_IO.
 */
MUST_CHECK enum status
		 derived_spool(struct derived *, size_t *components, uint64_t *bytes, struct err *);
/*
 * Keeps one page result in the spool, replacing an earlier one; durable when it returns.
 * ST_INVALID: component is no uid or page is out of range.  ST_TOO_LARGE.  ST_FULL, ST_IO.
 */
MUST_CHECK enum status
		 derived_put(struct derived *, const char *component, uint32_t page,
		    enum derived_kind, struct span content, struct err *);

/*
 * Packs the spool of a component (with what an earlier pack holds and the spool does not replace)
 * and removes the spool.  The same results give the same bytes.  Killed at any point it has lost
 * nothing, and packing again finishes the work.  An empty spool: ST_OK, nothing changes.
 * ST_CORRUPT: an earlier pack is damaged.  ST_FULL, ST_IO.
 */
MUST_CHECK enum status
		 derived_pack(struct derived *, const char *component, struct err *);

/*
 * Finds a page result, in the spool or in the pack.
 * ST_NOT_FOUND: no such result.  ST_CORRUPT: the pack is damaged.  ST_INVALID, ST_IO.
 */
MUST_CHECK enum status
		 derived_find(struct derived *, const char *component, uint32_t page,
		    enum derived_kind, struct derived_piece *out, struct err *);
/*
 * Appends the bytes of a page result to out; they are checked against the CRC-32 of the pack.
 * ST_TOO_LARGE: longer than limit.  Else as derived_find.
 */
MUST_CHECK enum status
		 derived_read(struct derived *, const char *component, uint32_t page,
		    enum derived_kind, size_t limit, struct strbuf *out, struct err *);

/*
 * Calls each once for every page result of a component, in the order of page and kind; a status
 * other than ST_OK from it ends the walk and is returned.  Nothing there: ST_OK without a call.
 */
MUST_CHECK enum status
		 derived_each(struct derived *, const char *component,
		    enum status (*each)(void *payload, uint32_t page, enum derived_kind,
		    uint64_t length, struct err *), void *payload, struct err *);
/* Reads everything of a component and checks structure and CRCs.  ST_CORRUPT, ST_IO. */
MUST_CHECK enum status
		 derived_verify(struct derived *, const char *component, struct err *);

/*
 * Drops everything of a component: before it is read anew from page 1, or after disposal.  Ranges of
 * one arrived file share these files (struct component: derived): after disposal only when no
 * component names them any more.
 */
MUST_CHECK enum status
		 derived_drop(struct derived *, const char *component, struct err *);

/*
 * Lists component uids in order, those after `after` ("" from the beginning); at most max,
 * *n tells how many, fewer than max means the end.  For verify and backup.
 */
MUST_CHECK enum status
		 derived_list(struct derived *, const char *after, char (*uids)[UID_LEN + 1],
		    size_t max, size_t *n, struct err *);

#ifdef __cplusplus
}
#endif
#endif
