/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef POOL_H
#define POOL_H
#include <poll.h>

#include "indexer.h"

/*
 * N readers and the documents they work on.  Ranges of pages of one document are spread over idle
 * readers; when no leased document has a page to ask for, another one is leased.  At most
 * readers + 1 documents are leased at once, so memory does not grow with the queue.
 *
 * Trouble of the machine (no space, store stopped, catalogue busy, reader cannot start) never
 * counts as a try of a page: the pool stops for a while and says why.
 */
struct pool;

struct pool *pool_new(struct indexer *);
/* Gives every lease back and ends the readers. */
void pool_close(struct pool *);
/* Starts the readers now, so that the model is loaded when work comes. */
MUST_CHECK enum status pool_start(struct pool *, struct err *);
/*
 * Renews leases, finishes what is complete, hands out ranges, takes new documents (unless !take).
 * ST_OK, or the trouble that made it stop.
 */
MUST_CHECK enum status pool_step(struct pool *, bool take, struct err *);
/* Fills at most max entries for poll(2). */
size_t pool_poll(const struct pool *, struct pollfd *, size_t max);
/* Takes what the readers have said, and what is overdue. */
MUST_CHECK enum status pool_receive(struct pool *, struct err *);
/* monotonic_us() at which pool_receive or pool_step must run even if nothing is readable. */
int64_t pool_due_us(const struct pool *);
/* Documents leased, requests running. */
size_t pool_documents(const struct pool *);
size_t pool_running(const struct pool *);
/* Nothing was due when it last asked. */
bool pool_drained(const struct pool *);
/* Why it stands still, or NULL; how often in a row the reader could not be started. */
const char *pool_stopped(const struct pool *);
unsigned pool_reader_failures(const struct pool *);
/* Trouble elsewhere (store, catalogue): stand still for a while. */
void pool_pause(struct pool *, const struct err *);
/* Peak memory of all children so far, for the operator. */
uint64_t pool_peak_rss(const struct pool *);
#endif
