/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H
#include "request.h"

/*
 * An event loop: one event_base, one evhttp, one listening socket.  Requests are made here, handed
 * to dispatch_start, and answered here when another thread gives them back.
 */
struct loop;

/* Takes the listening socket fd over.  *loop is NULL on failure.  ST_IO. */
MUST_CHECK enum status loop_new(struct loop **, struct server *, int fd, struct err *);
void loop_free(struct loop *);
/* Runs until the server stops and everything begun is answered. */
void loop_run(struct loop *);
/* SIGTERM and SIGINT stop the server; called on the first loop, before it runs. */
void loop_take_signals(struct loop *);
/* From any thread: the request is complete, answer it and free it. */
void loop_give_back(struct loop *, struct request *);
/* From any thread: look at server->stopping. */
void loop_wake(struct loop *);
/* Sends the answer and frees the request; on the loop's own thread. */
void loop_send(struct request *);

#endif
