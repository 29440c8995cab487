/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SEND_H
#define SERVER_SEND_H
#include "request.h"

/* Gives the answer to evhttp, with the headers that every answer carries. */
void send_answer(struct request *, struct evhttp_request *);

#endif
