/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_STREAM_H
#define SERVER_STREAM_H
#include "evidence.h"
#include "request.h"

/*
 * A package on its way to a client: one piece at a time is in memory or open, the next one follows when
 * it has been taken.  A client that goes, or an original that cannot be read any more, cuts the connection:
 * the length told before makes that visible.
 */
struct stream;

/* The stream owns the arena, in which the package lives. */
struct stream *stream_new(struct arena *, const struct package *, struct store *);
uint64_t stream_length(const struct stream *);
void stream_free(struct stream *); /* one that was never started; NULL is fine */
/* On the loop, after the headers are set; frees itself at the end. */
void stream_start(
    struct stream *, struct evhttp_request *, int status, const char *reason, bool tls);

#endif
