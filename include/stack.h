/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STACK_H
#define STACK_H
#include "access.h"
#include "catalog.h"
#include "record.h"

/*
 * Stacks (architecture D6): the pages of arrived files are arranged into records.  The files stay
 * whole; a record's components name ranges of them, what was read is shared and nothing is read
 * again: the indexer only looks at the parts anew (fields, secret marks, index).
 *
 * Every function is one transaction with its log entries.  All want PERM_EDIT and PERM_READ on each
 * record, drafts that are read to their end, not held, of PDF or image files, and (version not 0)
 * the record's version as it was seen.  Common statuses:
 * ST_NOT_FOUND, ST_DENIED; ST_PRECONDITION: changed meanwhile; ST_HELD: no draft, held, or its
 * dossier is not open; ST_CONFLICT: being read, or rights of its own; ST_UNSUPPORTED: a file of
 * another kind, which has no pages to cut; ST_INVALID: no such page or place.
 */
#define STACK_PARTS_MAX	1000	/* records made by one split */

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Parts a record before each of the pages at (ascending, from 2): it keeps the first part, every
 * other one becomes a draft in the same dossier (PERM_ADD there).  Pages of drop (ascending) go into
 * no part: sheets that only separate; a part of nothing but those is none.  *made (arena): the new
 * records in order.
 * ST_INVALID also: nothing is parted, or nothing would be left.  ST_LIMIT: over STACK_PARTS_MAX.
 */
struct stack_split {
	int64_t		 record, version;
	const int64_t	*at;
	size_t		 at_count;
	const int64_t	*drop;
	size_t		 drop_count;
};
MUST_CHECK enum status
		 stack_split(struct catalog *, const struct actor *, const struct access *,
		    const struct stack_split *, struct arena *, const int64_t **made,
		    size_t *count, struct err *);
/*
 * The same at the separators that reading found (page_mark.h); the sheets go.  ST_NOT_FOUND also:
 * there is none.
 */
MUST_CHECK enum status
		 stack_split_at_separators(struct catalog *, const struct actor *,
		    const struct access *, int64_t record, int64_t version, struct arena *,
		    const int64_t **made, size_t *count, struct err *);
/* For the indexer, when a record has been read: only if nobody ever arranged it.  *count 0: not done. */
MUST_CHECK enum status
		 stack_split_arrived(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, size_t *count, struct err *);
/*
 * Appends the pages of other to record; other is void then.  ST_CONFLICT also: dossier, level, use
 * mode or quarantine differ.
 */
MUST_CHECK enum status
		 stack_merge(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t version, int64_t other, struct err *);
/*
 * Takes page out of record and puts it before page to of into (which may be record itself, or the
 * end: pages + 1).  A record's last page cannot leave it (ST_INVALID): merge.
 */
MUST_CHECK enum status
		 stack_move(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t version, int64_t page, int64_t into, int64_t to,
		    struct err *);
/* How a page is shown: 0, 90, 180 or 270 degrees clockwise of how it was read. */
MUST_CHECK enum status
		 stack_turn(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t version, int64_t page, int degrees, struct err *);
/*
 * Undoes the last split, merge or move of the record, as long as every record of it still has the
 * pages it got then.  ST_NOT_FOUND also: there is none.  ST_CONFLICT: arranged again since.
 */
MUST_CHECK enum status
		 stack_undo(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t version, struct err *);

/* The last change that could be undone; kind NULL: none.  Of a record loaded with its access. */
struct stack_last {
	const char	*kind;		/* "split", "merge", "move" */
	int64_t		 at_us;
};
MUST_CHECK enum status
		 stack_last(struct catalog *, int64_t record, struct arena *, struct stack_last *,
		    struct err *);
/* Pages of the record (over its components) that are separators, ascending. */
MUST_CHECK enum status
		 stack_separators(struct catalog *, int64_t record, struct arena *,
		    const int64_t **pages, size_t *count, struct err *);

#ifdef __cplusplus
}
#endif
#endif
