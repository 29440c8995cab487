/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef REBUILD_H
#define REBUILD_H
#include "drain.h"

/*
 * A new index from catalogue and word tables, without reading a document again: built in
 * DIR/index.new while the live one serves, then swapped in.  A crash before the swap leaves the live
 * index and a folder that the next start removes.
 */
struct rebuild;

/* Starts one; *out is NULL on failure.  Statuses of drain_open. */
MUST_CHECK enum status rebuild_start(struct rebuild **out, const struct conf *, struct catalog *,
    struct store *, struct derived *, struct err *);
/* Works for about budget_us; *done: everything of the catalogue is in it. */
MUST_CHECK enum status rebuild_step(struct rebuild *, int64_t budget_us, bool *done, struct err *);
/* Records done, and how many there are to do in all (estimate by index_seq). */
uint64_t rebuild_records(const struct rebuild *);
/*
 * Puts it in the place of the live index, which must not be open for writing, and frees it; on
 * failure the live index is as it was.
 */
MUST_CHECK enum status rebuild_swap(struct rebuild **, struct err *);
/* Gives it up. */
void rebuild_abandon(struct rebuild *);
/* What a crash left behind: an unfinished or a replaced index. */
MUST_CHECK enum status rebuild_clean(const struct conf *, struct err *);
#endif
