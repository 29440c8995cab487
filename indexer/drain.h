/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DRAIN_H
#define DRAIN_H
#include "catalog.h"
#include "conf.h"
#include "derived.h"
#include "search.h"
#include "store.h"

/*
 * Brings an index up to the catalogue (architecture D8): takes the records whose index_seq is above
 * the mark kept in the index itself, puts or deletes them, and commits them with the new mark.  A
 * crash at any moment repeats what was not committed and nothing else; putting again is harmless.
 *
 * A rebuild (rebuild.h) walks by id through a range of the records instead.
 */
struct drain;

enum drain_state {
	DRAIN_EMPTY,   /* nothing to do and nothing uncommitted */
	DRAIN_PENDING, /* put, to be committed by drain_due_us */
	DRAIN_MORE     /* more records wait: call again */
};

/*
 * dir: of the index, made when absent.  fresh: emptied first, for a rebuild.  *out is NULL on
 * failure; drain_close frees.  Statuses of search_index_open.
 */
MUST_CHECK enum status drain_open(struct drain **out, const struct conf *, struct catalog *,
    struct store *, struct derived *, const char *dir, bool fresh, struct err *);
/* Forgets what was not committed: it will come again. */
void drain_close(struct drain *);
void drain_closep(struct drain **);
/*
 * Takes records for about budget_us and commits when it is time: commit_pages pages, commit_ms after
 * the first one, or, when hurry, as soon as nothing more waits.
 * ST_FULL, ST_IO, ST_BUSY, ST_CORRUPT: nothing is lost; call again later (or rebuild).
 */
MUST_CHECK enum status drain_step(
    struct drain *, int64_t budget_us, bool hurry, enum drain_state *, struct err *);
/*
 * For a rebuild, on an index that was opened fresh: takes the next records after *record up to last for
 * about budget_us; *done: there are no more.  What is put is committed every commit_pages pages.
 */
MUST_CHECK enum status drain_walk(
    struct drain *, int64_t *record, int64_t last, int64_t budget_us, bool *done, struct err *);
/* Commits what was put as what was so at the mark. */
MUST_CHECK enum status drain_seal(struct drain *, int64_t mark, struct err *);
/* Nothing is uncommitted and the catalogue has nothing newer. */
MUST_CHECK enum status drain_is_level(struct drain *, bool *level, struct err *);
/* Commits now what was put. */
MUST_CHECK enum status drain_commit(struct drain *, struct err *);
/* monotonic_us() of the next commit, INT64_MAX = none is pending. */
int64_t drain_due_us(const struct drain *);
/* The mark that is committed. */
int64_t drain_mark(const struct drain *);
/* Records put or deleted since it was opened. */
uint64_t drain_records(const struct drain *);
/* The record that could not be indexed last and why ("" = none so far): for the operator. */
const char *drain_trouble(const struct drain *);
#endif
