/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "base.h"
#include "listen.h"

static bool
parse_v4(const char *host, uint16_t port, struct listen_address *out)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&out->address;

	if (inet_pton(AF_INET, host, &in->sin_addr) != 1)
		return false;
	in->sin_family = AF_INET;
	in->sin_port = htons(port);
	out->length = sizeof(*in);
	out->loopback = ntohl(in->sin_addr.s_addr) >> 24 == 127;
	return true;
}

static bool
parse_v6(const char *host, uint16_t port, struct listen_address *out)
{
	struct sockaddr_in6 *in = (struct sockaddr_in6 *)&out->address;

	if (inet_pton(AF_INET6, host, &in->sin6_addr) != 1)
		return false;
	in->sin6_family = AF_INET6;
	in->sin6_port = htons(port);
	out->length = sizeof(*in);
	out->loopback = IN6_IS_ADDR_LOOPBACK(&in->sin6_addr);
	return true;
}

enum status
listen_parse(struct span text, struct listen_address *out, struct err *err)
{
	const char *colon = text.n ? memrchr(text.p, ':', text.n) : NULL;
	char host[INET6_ADDRSTRLEN + 1];
	uint64_t port = 0;
	struct span name;
	bool v6, good;

	memset(out, 0, sizeof(*out));
	if (!colon)
		return fail(err, ST_INVALID, "listen: %.*s: no port", SPAN_ARG(text));
	name = span_make(text.p, (size_t)(colon - text.p));
	v6 = name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']';
	if (v6)
		name = span_make(name.p + 1, name.n - 2);
	good = name.n < sizeof(host) &&
	    span_u64(span_make(colon + 1, (size_t)(text.p + text.n - colon - 1)), &port) &&
	    port <= 65535;
	if (good) {
		memcpy(host, name.p, name.n);
		host[name.n] = '\0';
		good =
		    v6 ? parse_v6(host, (uint16_t)port, out) : parse_v4(host, (uint16_t)port, out);
	}
	return good
	    ? ST_OK
	    : fail(err, ST_INVALID, "listen: %.*s is no IP address and port", SPAN_ARG(text));
}

enum status
listen_open(struct listen_address *a, bool shared, int *out, struct err *err)
{
	owned(strbuf_free) struct strbuf url = STRBUF_INIT;
	owned(fd_closep) int fd = -1;
	const int on = 1, share = shared;
	int bound;

	fd = socket(a->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return fail_sys(err, "socket");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &share, sizeof(share)) == -1 ||
	    /* Accepted sockets inherit it: the end of an answer must not wait for a delayed ACK. */
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == -1 ||
	    (a->address.ss_family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) == -1))
		return fail_sys(err, "setsockopt");
	bound = bind(fd, (struct sockaddr *)&a->address, a->length);
	if (bound == -1) {
		listen_url(a, false, &url);
		if (errno == EADDRINUSE)
			return fail(err, ST_BUSY, "%s: the port is taken", url.buf);
		return fail_sys(err, "bind %s", url.buf);
	}
	if (getsockname(fd, (struct sockaddr *)&a->address, &a->length) == -1)
		return fail_sys(err, "getsockname");
	*out = fd_take(&fd);
	return ST_OK;
}

void
listen_url(const struct listen_address *a, bool tls, struct strbuf *out)
{
	char host[INET6_ADDRSTRLEN] = "";

	if (a->address.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&a->address;

		inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof(host));
		strbuf_addf(
		    out, "%s://[%s]:%u", tls ? "https" : "http", host, ntohs(in->sin6_port));
	} else {
		const struct sockaddr_in *in = (const struct sockaddr_in *)&a->address;

		inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
		strbuf_addf(out, "%s://%s:%u", tls ? "https" : "http", host, ntohs(in->sin_port));
	}
}
