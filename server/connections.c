/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "arena.h"
#include "base.h"
#include "connections.h"

#define SECOND INT64_C(1000000)

enum phase { PHASE_NONE, PHASE_IDLE, PHASE_BUSY, PHASE_SENDING };

struct connection {
	uint64_t cookie;
	const void *loop;
	enum phase phase;
	unsigned char address[16];
	int64_t since_us; /* of this phase, or of the present window of sending */
	int64_t first_us; /* when the first byte of the next request was seen, 0 = not yet */
	uint64_t bytes;	  /* received at since_us, or acknowledged when sending */
};

struct connections {
	pthread_mutex_t mutex;
	const struct conf *conf;
	struct connection *by_fd;
	size_t slots;
	size_t count;
	uint64_t accepted, refused, closed;
};

/* Descriptors beside connections: files being sent, the catalogue, the index, per thread. */
static size_t
descriptors_wanted(const struct conf *conf)
{
	return (size_t)conf->server_connections * 2 + (size_t)conf->server_workers * 64 + 512;
}

enum status
connections_new(struct connections **out, const struct conf *conf, struct err *err)
{
	size_t want = descriptors_wanted(conf);
	struct connections *c;
	struct rlimit limit;

	*out = NULL;
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return fail_sys(err, "getrlimit");
	if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < want)
		return fail(err, ST_LIMIT,
		    "%lld connections need %zu file descriptors, the system allows %llu: raise "
		    "LimitNOFILE or lower [server] connections",
		    (long long)conf->server_connections, want, (unsigned long long)limit.rlim_max);
	limit.rlim_cur = want;
	if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
		return fail_sys(err, "setrlimit");
	c = xcalloc(1, sizeof(*c));
	c->conf = conf;
	c->slots = want;
	c->by_fd = xcalloc(want, sizeof(*c->by_fd));
	pthread_mutex_init(&c->mutex, NULL);
	*out = c;
	return ST_OK;
}

void
connections_free(struct connections *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->mutex);
	free(c->by_fd);
	free(c);
}

static uint64_t
cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t n = sizeof(cookie);

	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &n) == -1)
		return 0;
	return cookie;
}

/* Bytes that the peer sent, or acknowledged, since it connected. */
static uint64_t
bytes_of(int fd, bool sent)
{
	struct tcp_info info = { 0 };
	socklen_t n = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) == -1)
		return 0;
	return sent ? info.tcpi_bytes_acked : info.tcpi_bytes_received;
}

static void
address_of(int fd, unsigned char out[16])
{
	struct sockaddr_storage peer = { 0 };
	socklen_t n = sizeof(peer);

	memset(out, 0, 16);
	if (getpeername(fd, (struct sockaddr *)&peer, &n) == -1)
		return;
	if (peer.ss_family == AF_INET6)
		memcpy(out, &((struct sockaddr_in6 *)&peer)->sin6_addr, 16);
	else if (peer.ss_family == AF_INET)
		memcpy(out, &((struct sockaddr_in *)&peer)->sin_addr, 4);
}

static bool
gone(const struct connections *c, size_t fd)
{
	return cookie_of((int)fd) != c->by_fd[fd].cookie;
}

static void
forget(struct connections *c, size_t fd)
{
	memset(&c->by_fd[fd], 0, sizeof(c->by_fd[fd]));
	c->count--;
}

/* Forgets what is gone; counts those of one address. */
static size_t
survey(struct connections *c, const unsigned char address[16])
{
	size_t same = 0;

	for (size_t fd = 0; fd < c->slots; fd++) {
		if (c->by_fd[fd].phase == PHASE_NONE)
			continue;
		if (gone(c, fd))
			forget(c, fd);
		else if (address && memcmp(c->by_fd[fd].address, address, 16) == 0)
			same++;
	}
	return same;
}

static size_t
same_address(const struct connections *c, const unsigned char address[16])
{
	size_t same = 0;

	for (size_t fd = 0; fd < c->slots; fd++)
		if (c->by_fd[fd].phase != PHASE_NONE &&
		    memcmp(c->by_fd[fd].address, address, 16) == 0)
			same++;
	return same;
}

void
connections_adopt(struct connections *c, int fd, const void *loop, bool *full)
{
	struct connection one = { .loop = loop, .phase = PHASE_IDLE, .since_us = monotonic_us() };

	*full = false;
	if (fd < 0 || (size_t)fd >= c->slots || !(one.cookie = cookie_of(fd)))
		return;
	address_of(fd, one.address);
	pthread_mutex_lock(&c->mutex);
	c->accepted++;
	if (c->by_fd[fd].phase != PHASE_NONE)
		forget(c, (size_t)fd);
	c->by_fd[fd] = one;
	c->count++;
	if (same_address(c, one.address) > (size_t)c->conf->server_per_address &&
	    survey(c, one.address) > (size_t)c->conf->server_per_address) {
		c->refused++;
		shutdown(fd, SHUT_RDWR);
	}
	if (c->count >= (size_t)c->conf->server_connections) {
		survey(c, NULL);
		*full = c->count >= (size_t)c->conf->server_connections;
	}
	pthread_mutex_unlock(&c->mutex);
}

bool
connections_room(struct connections *c)
{
	bool room;

	pthread_mutex_lock(&c->mutex);
	survey(c, NULL);
	room = c->count < (size_t)c->conf->server_connections;
	pthread_mutex_unlock(&c->mutex);
	return room;
}

static void
enter(struct connections *c, int fd, enum phase phase)
{
	struct connection *one = &c->by_fd[fd];

	if (fd < 0 || (size_t)fd >= c->slots)
		return;
	pthread_mutex_lock(&c->mutex);
	if (one->phase != PHASE_NONE) {
		one->phase = phase;
		one->since_us = monotonic_us();
		one->first_us = 0;
		one->bytes = bytes_of(fd, phase == PHASE_SENDING);
	}
	pthread_mutex_unlock(&c->mutex);
}

void
connections_busy(struct connections *c, int fd)
{
	enter(c, fd, PHASE_BUSY);
}

void
connections_sending(struct connections *c, int fd)
{
	enter(c, fd, PHASE_SENDING);
}

void
connections_idle(struct connections *c, int fd)
{
	enter(c, fd, PHASE_IDLE);
}

static bool
idle_too_long(const struct connections *c, struct connection *one, int fd, int64_t now)
{
	uint64_t came = bytes_of(fd, false) - one->bytes;
	int64_t head =
	    c->conf->server_timeout < HEAD_SECONDS ? c->conf->server_timeout : HEAD_SECONDS;

	if (came == 0)
		return now - one->since_us > c->conf->server_timeout * SECOND;
	if (one->first_us == 0)
		one->first_us = now;
	return now - one->first_us > (head + (int64_t)(came / RATE_IN)) * SECOND;
}

static bool
taken_too_slowly(struct connection *one, int fd, int64_t now)
{
	uint64_t acked;

	if (now - one->since_us < RATE_WINDOW * SECOND)
		return false;
	acked = bytes_of(fd, true);
	if (acked - one->bytes < (uint64_t)RATE_WINDOW * RATE_OUT)
		return true;
	one->bytes = acked;
	one->since_us = now;
	return false;
}

static bool
too_slow(const struct connections *c, struct connection *one, int fd, int64_t now)
{
	if (one->phase == PHASE_IDLE)
		return idle_too_long(c, one, fd, now);
	return one->phase == PHASE_SENDING && taken_too_slowly(one, fd, now);
}

void
connections_sweep(struct connections *c, const void *loop, bool stopping)
{
	int64_t now = monotonic_us();

	pthread_mutex_lock(&c->mutex);
	for (size_t fd = 0; fd < c->slots; fd++) {
		struct connection *one = &c->by_fd[fd];

		if (one->phase == PHASE_NONE || one->loop != loop)
			continue;
		if (gone(c, fd)) {
			forget(c, fd);
		} else if ((stopping && one->phase == PHASE_IDLE) ||
		    too_slow(c, one, (int)fd, now)) {
			/* evhttp sees the end of the stream and frees what belongs to it. */
			shutdown((int)fd, SHUT_RDWR);
			c->closed++;
		}
	}
	pthread_mutex_unlock(&c->mutex);
}

size_t
connections_count(struct connections *c, const void *loop)
{
	size_t n = 0;

	pthread_mutex_lock(&c->mutex);
	for (size_t fd = 0; fd < c->slots; fd++)
		if (c->by_fd[fd].phase != PHASE_NONE && (!loop || c->by_fd[fd].loop == loop))
			n++;
	pthread_mutex_unlock(&c->mutex);
	return n;
}

void
connections_totals(struct connections *c, uint64_t *accepted, uint64_t *refused, uint64_t *closed)
{
	pthread_mutex_lock(&c->mutex);
	*accepted = c->accepted;
	*refused = c->refused;
	*closed = c->closed;
	pthread_mutex_unlock(&c->mutex);
}
