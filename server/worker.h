/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H
#include "request.h"

/*
 * Pools of threads with a bounded queue each; every thread has its own read-only catalogue handle
 * and its own index readers.
 */

/* Starts threads; all of them have their catalogue open when it returns.  As catalog_open. */
MUST_CHECK enum status pool_start(
    struct pool *, struct server *, const char *name, size_t threads, size_t limit, struct err *);
/* False: the queue is full; the request is still the caller's. */
bool pool_push(struct pool *, struct request *);
/* Ends the threads when the queue is empty. */
void pool_stop(struct pool *);
size_t pool_waiting(struct pool *);
/* The thread's index readers; opened when an index is there.  ST_NOT_FOUND: none yet. */
MUST_CHECK enum status worker_search(struct worker *, struct search_reader **, struct err *);

#endif
