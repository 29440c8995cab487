/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_CONNECTIONS_H
#define SERVER_CONNECTIONS_H
#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "err.h"

/*
 * Who is connected, and for how long they may keep us waiting.  evhttp 2.1 tells neither when a
 * connection comes nor when it goes, so sockets are adopted when they are accepted and looked at by
 * their SO_COOKIE: a descriptor with another cookie is another connection.
 *
 * A connection is closed when it is silent for [server] timeout seconds, when a request's head is
 * not there HEAD_SECONDS after its first byte, when a body comes slower than RATE_IN or an answer
 * is taken slower than RATE_OUT bytes a second.  All functions are thread-safe.
 */
#define HEAD_SECONDS 10
#define RATE_IN 8192
#define RATE_OUT 1024
#define RATE_WINDOW 20 /* seconds over which RATE_OUT is looked at */

struct connections;

/* ST_LIMIT: the system does not allow enough descriptors. */
MUST_CHECK enum status connections_new(struct connections **, const struct conf *, struct err *);
void connections_free(struct connections *);
/*
 * A socket was accepted by a loop.  It is shut down at once when its address has too many already.
 * *full: no more may be accepted until connections_room.
 */
void connections_adopt(struct connections *, int fd, const void *loop, bool *full);
/* There is room again. */
bool connections_room(struct connections *);
/* The request on fd is complete: until connections_idle the client is not what we wait for. */
void connections_busy(struct connections *, int fd);
/* Its answer is on the way. */
void connections_sending(struct connections *, int fd);
/* The answer is gone: the next request may come. */
void connections_idle(struct connections *, int fd);
/* Closes what is too slow among the loop's own; every idle one when stopping.  Once a second. */
void connections_sweep(struct connections *, const void *loop, bool stopping);
/* Of one loop, or of all (NULL), as of the last sweep or adoption. */
size_t connections_count(struct connections *, const void *loop);
/* Counters since the start. */
void connections_totals(
    struct connections *, uint64_t *accepted, uint64_t *refused, uint64_t *closed);

#endif
