/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "log.h"
#include "stream.h"

#define STREAM_MAGIC 0x53545245u

struct stream {
	unsigned magic;
	struct arena *arena;
	const struct package *package;
	struct store *store;
	struct evhttp_request *ev;
	bool tls;
	size_t next;
};

struct stream *
stream_new(struct arena *arena, const struct package *package, struct store *store)
{
	struct stream *s = xcalloc(1, sizeof(*s));
	struct package *own = arena_alloc(arena, sizeof(*own));

	*own = *package;
	s->magic = STREAM_MAGIC;
	s->arena = arena;
	s->package = own;
	s->store = store;
	return s;
}

uint64_t
stream_length(const struct stream *s)
{
	return s->package->length;
}

void
stream_free(struct stream *s)
{
	if (!s)
		return;
	s->magic = 0;
	arena_free(s->arena);
	free(s);
}

static void
on_gone(struct evhttp_connection *connection, void *arg)
{
	struct stream *s = arg;

	(void)connection;
	assert(s->magic == STREAM_MAGIC);
	stream_free(s);
}

static struct evhttp_connection *
connection_of(const struct stream *s)
{
	return evhttp_request_get_connection(s->ev);
}

/* False: the piece cannot be had. */
static bool
add_piece(struct stream *s, const struct package_piece *piece, struct evbuffer *out)
{
	struct err err = ERR_INIT;
	uint64_t size;
	int fd;

	if (!piece->sha256)
		return evbuffer_add(out, piece->bytes.p, piece->bytes.n) == 0;
	if (store_read(s->store, piece->sha256, &fd, &size, &err) != ST_OK ||
	    size != piece->length) {
		log_failure(&err, "send original %s", piece->sha256);
		return false;
	}
	if (!s->tls)
		evbuffer_set_flags(out, EVBUFFER_FLAG_DRAINS_TO_FD);
	if (size == 0 || evbuffer_add_file(out, fd, 0, (ev_off_t)size) != 0) {
		fd_closep(&fd);
		return size == 0;
	}
	return true;
}

static void
end(struct stream *s)
{
	evhttp_connection_set_closecb(connection_of(s), NULL, NULL);
	evhttp_send_reply_end(s->ev);
	stream_free(s);
}

/* The next write fails, and with it the connection ends. */
static void
break_off(struct stream *s, struct evbuffer *out)
{
	struct bufferevent *bev = evhttp_connection_get_bufferevent(connection_of(s));

	(void)shutdown(bufferevent_getfd(bev), SHUT_RDWR);
	evbuffer_add(out, "\n", 1);
}

static void
on_taken(struct evhttp_connection *connection, void *arg)
{
	struct stream *s = arg;
	struct evbuffer *out;

	(void)connection;
	assert(s->magic == STREAM_MAGIC);
	if (s->next == s->package->count) {
		end(s);
		return;
	}
	out = evbuffer_new();
	if (!out)
		abort();
	/* Headers of the ZIP file are small: they go with what follows them. */
	while (s->next < s->package->count) {
		const struct package_piece *piece = &s->package->piece[s->next++];

		if (!add_piece(s, piece, out)) {
			break_off(s, out);
			break;
		}
		if (piece->sha256)
			break;
	}
	evhttp_send_reply_chunk_with_cb(s->ev, out, on_taken, s);
	evbuffer_free(out);
}

void
stream_start(struct stream *s, struct evhttp_request *ev, int status, const char *reason, bool tls)
{
	s->ev = ev;
	s->tls = tls;
	evhttp_connection_set_closecb(connection_of(s), on_gone, s);
	/* With a length among the headers nothing is sent in chunks. */
	evhttp_send_reply_start(ev, status, reason);
	on_taken(connection_of(s), s);
}
