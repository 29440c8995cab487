/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_TLS_H
#define SERVER_TLS_H
#include "err.h"

struct bufferevent;
struct event_base;
struct ssl_ctx_st;

/*
 * TLS 1.2 or later with the certificate chain and key in PEM files.  *tls is NULL on failure.
 * ST_INVALID: a file cannot be read, or the key does not belong to the certificate.
 */
MUST_CHECK enum status tls_open(
    struct ssl_ctx_st **tls, const char *certificate, const char *key, struct err *);
void tls_close(struct ssl_ctx_st *);
/* For a connection that is about to be accepted; NULL when memory runs out. */
struct bufferevent *tls_bufferevent(struct ssl_ctx_st *, struct event_base *);

#endif
