/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "err.h"
#include "span.h"
#include "strbuf.h"

/* Where the server listens: "127.0.0.1:8470", "[::1]:0". */
struct listen_address {
	struct sockaddr_storage address;
	socklen_t length;
	bool loopback;
};

/* ST_INVALID: not an IP address and a port. */
MUST_CHECK enum status listen_parse(struct span text, struct listen_address *, struct err *);
/*
 * shared: one of several sockets on the same address (SO_REUSEPORT).  Port 0 is replaced by the port
 * that was given, so the next call takes the same.  *fd is the caller's, non-blocking.
 * ST_BUSY: the port is taken.  ST_IO.
 */
MUST_CHECK enum status listen_open(struct listen_address *, bool shared, int *fd, struct err *);
/* Appends "http://127.0.0.1:8470". */
void listen_url(const struct listen_address *, bool tls, struct strbuf *);

#endif
