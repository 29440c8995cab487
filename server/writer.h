/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WRITER_H
#define SERVER_WRITER_H
#include "request.h"

/*
 * The one thread that changes the catalogue.  Requests that wait for it are taken together, each in
 * a savepoint of one transaction (group commit): their answers leave after its commit is durable.
 */
struct writer;

/* As catalog_open for writing: brings the schema up to date, so it comes before any reader. */
MUST_CHECK enum status writer_start(struct writer **, struct server *, struct err *);
/* Ends it when nothing waits any more. */
void writer_stop(struct writer *);
/* The request's write step and access notes; it is given back to its loop afterwards. */
void writer_push(struct writer *, struct request *);
/* The session (or API token: its number negative) is in use; nobody waits for it. */
void writer_touch(struct writer *, int64_t session);
/* Requests written and transactions made since the start. */
void writer_totals(struct writer *, uint64_t *requests, uint64_t *commits, size_t *waiting);

#endif
