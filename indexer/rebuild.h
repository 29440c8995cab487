/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef REBUILD_H
#define REBUILD_H
#include "drain.h"

/*
 * A new index from catalogue and word tables, without reading a document again: built in
 * DIR/index.new while the live one serves, then swapped in.  Its records are parted by id, a part a
 * thread with a catalogue, derived files and an index of its own, and the parts are compacted into one.
 * What changed meanwhile is above the mark of the new index and comes with the next step of the live
 * one.  A crash before the swap leaves the live index and a folder that the next start removes.
 */
struct rebuild;

#define REBUILD_PARTS_MAX 16

/* Starts one of `parts` threads (1..REBUILD_PARTS_MAX); *out is NULL on failure. */
MUST_CHECK enum status rebuild_start(
    struct rebuild **out, const struct conf *, struct catalog *, size_t parts, struct err *);
/* Looks whether it is done; the status of a part that failed. */
MUST_CHECK enum status rebuild_look(struct rebuild *, bool *done, struct err *);
/* Records done so far. */
uint64_t rebuild_records(const struct rebuild *);
/*
 * Puts a rebuild that is done in the place of the live index, which must not be open for writing, and
 * frees it; on failure the live index is as it was.
 */
MUST_CHECK enum status rebuild_swap(struct rebuild **, struct err *);
/* Gives it up: its threads end after the record they are at. */
void rebuild_abandon(struct rebuild *);
/* What a crash left behind: an unfinished or a replaced index. */
MUST_CHECK enum status rebuild_clean(const struct conf *, struct err *);
#endif
