/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H
#include "request.h"

/*
 * The way of a request: checks that need no catalogue on the loop (dispatch_start), sign-in, rights
 * and the route's function on a pool thread (dispatch_run), changes and access log on the writer
 * (dispatch_write), and back to its loop.  Failures are logged here and become problems.
 */

/* On the loop: routes it, and answers at once or puts it into a pool's queue. */
void dispatch_start(struct request *, enum evhttp_cmd_type, const char *uri);
/* On a pool thread, with rq->worker set. */
void dispatch_run(struct request *);
/*
 * On the writer thread, inside its transaction: ST_OK means that the savepoint is to be kept; the
 * answer is ready either way.
 */
MUST_CHECK enum status dispatch_write(struct request *, struct catalog *, struct err *);
/* Makes the answer a problem and writes what the operator must know to the log. */
void dispatch_fail(struct request *, enum status, const struct err *);
/* Counts the answer, once, just before it is sent. */
void dispatch_count(struct request *);
/* The counters in Prometheus text. */
void dispatch_metrics(struct server *, struct strbuf *);

#endif
