/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base.h"
#include "connections.h"
#include "dispatch.h"
#include "loop.h"
#include "send.h"
#include "tls.h"

#define LOOP_MAGIC 0x54544c50u
#define FRESH_MAX 64	/* accepted in one round of the loop, before they are adopted */
#define STOP_SECONDS 10 /* for answers that are on their way when the server stops */

struct loop {
	unsigned magic;
	struct server *server;
	struct event_base *base;
	struct evhttp *http;
	struct evconnlistener *listener;
	struct event *wake, *sweep, *adopt, *signal[2];
	int wake_fd;
	size_t pending; /* requests that are not answered yet */
	size_t fresh_count;
	struct bufferevent *fresh[FRESH_MAX];
	bool paused;	       /* the listener is off: too many connections */
	int64_t stop_us;       /* when stopping began, 0 = not */
	pthread_mutex_t mutex; /* of done */
	struct request *done, **done_last;
};

/* evhttp tells of a connection here only, before the socket is in it: it is adopted a moment later. */
static struct bufferevent *
on_connection(struct event_base *base, void *arg)
{
	struct loop *loop = arg;
	struct bufferevent *bev;

	assert(loop->magic == LOOP_MAGIC);
	bev = loop->server->tls ? tls_bufferevent(loop->server->tls, base)
				: bufferevent_socket_new(base, -1, 0);
	if (bev && loop->fresh_count < FRESH_MAX) {
		bufferevent_incref(bev);
		loop->fresh[loop->fresh_count++] = bev;
		event_active(loop->adopt, EV_TIMEOUT, 0);
	}
	return bev;
}

static void
on_adopt(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;
	bool full = false;

	(void)fd;
	(void)what;
	assert(loop->magic == LOOP_MAGIC);
	for (size_t i = 0; i < loop->fresh_count; i++) {
		connections_adopt(
		    loop->server->connections, bufferevent_getfd(loop->fresh[i]), loop, &full);
		bufferevent_decref(loop->fresh[i]);
	}
	loop->fresh_count = 0;
	if (full && !loop->paused) {
		loop->paused = true;
		evconnlistener_disable(loop->listener);
	}
}

static void
stop_step(struct loop *loop)
{
	struct connections *connections = loop->server->connections;

	if (loop->stop_us == 0) {
		loop->stop_us = monotonic_us();
		evconnlistener_disable(loop->listener);
	}
	connections_sweep(connections, loop, true);
	if ((loop->pending == 0 && connections_count(connections, loop) == 0) ||
	    monotonic_us() - loop->stop_us > STOP_SECONDS * INT64_C(1000000))
		event_base_loopexit(loop->base, NULL);
}

static void
arm_sweep(struct loop *loop)
{
	bool often = loop->paused || loop->stop_us != 0;
	struct timeval when = { often ? 0 : 1, often ? 20000 : 0 };

	evtimer_add(loop->sweep, &when);
}

static void
on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;

	(void)fd;
	(void)what;
	assert(loop->magic == LOOP_MAGIC);
	if (atomic_load(&loop->server->stopping)) {
		stop_step(loop);
	} else {
		connections_sweep(loop->server->connections, loop, false);
		if (loop->paused && connections_room(loop->server->connections)) {
			loop->paused = false;
			evconnlistener_enable(loop->listener);
		}
	}
	arm_sweep(loop);
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;
	struct request *rq, *next;
	uint64_t n;

	(void)what;
	assert(loop->magic == LOOP_MAGIC);
	if (read(fd, &n, sizeof(n)) == -1)
		return;
	pthread_mutex_lock(&loop->mutex);
	rq = loop->done;
	loop->done = NULL;
	loop->done_last = &loop->done;
	pthread_mutex_unlock(&loop->mutex);
	for (; rq; rq = next) {
		next = rq->next;
		loop_send(rq);
	}
	if (atomic_load(&loop->server->stopping)) {
		stop_step(loop);
		arm_sweep(loop);
	}
}

static int
fd_of(struct evhttp_request *ev)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(ev);

	return bufferevent_getfd(evhttp_connection_get_bufferevent(connection));
}

static void
on_gone(struct evhttp_connection *connection, void *arg)
{
	struct request *rq = arg;

	(void)connection;
	assert(rq->magic == REQUEST_MAGIC);
	rq->ev = NULL;
}

/* The answer is in the socket: the connection is idle again. */
static void
on_sent(struct evhttp_request *ev, void *arg)
{
	struct loop *loop = arg;

	assert(loop->magic == LOOP_MAGIC);
	connections_idle(loop->server->connections, fd_of(ev));
}

static void
on_request(struct evhttp_request *ev, void *arg)
{
	struct loop *loop = arg;
	struct request *rq;

	assert(loop->magic == LOOP_MAGIC);
	rq = request_new(loop->server, loop, ev);
	loop->pending++;
	connections_busy(loop->server->connections, fd_of(ev));
	evhttp_connection_set_closecb(evhttp_request_get_connection(ev), on_gone, rq);
	dispatch_start(rq, evhttp_request_get_command(ev), evhttp_request_get_uri(ev));
}

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	struct loop *loop = arg;
	struct server *server = loop->server;

	(void)fd;
	(void)what;
	if (atomic_exchange(&server->stopping, true))
		_exit(128 + SIGTERM);
	for (size_t i = 0; i < server->loop_count; i++)
		loop_wake(server->loop[i]);
}

void
loop_take_signals(struct loop *loop)
{
	static const int taken[2] = { SIGTERM, SIGINT };

	for (int i = 0; i < 2; i++) {
		loop->signal[i] = evsignal_new(loop->base, taken[i], on_signal, loop);
		if (!loop->signal[i] || evsignal_add(loop->signal[i], NULL) == -1)
			abort();
	}
}

static void
set_limits(struct loop *loop)
{
	evhttp_set_max_headers_size(loop->http, (ev_ssize_t)HEADERS_MAX);
	evhttp_set_max_body_size(loop->http, (ev_ssize_t)BODY_MAX);
	evhttp_set_timeout(loop->http, (int)loop->server->conf->server_timeout);
	/* Every method, known or not, comes to us and so gets our own 404 or 405. */
	evhttp_set_allowed_methods(loop->http, 0xffff);
	evhttp_set_default_content_type(loop->http, NULL);
	evhttp_set_bevcb(loop->http, on_connection, loop);
	evhttp_set_gencb(loop->http, on_request, loop);
}

enum status
loop_new(struct loop **out, struct server *server, int fd, struct err *err)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));

	*out = NULL;
	loop->magic = LOOP_MAGIC;
	loop->server = server;
	loop->done_last = &loop->done;
	pthread_mutex_init(&loop->mutex, NULL);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->base = event_base_new();
	loop->http = loop->base ? evhttp_new(loop->base) : NULL;
	if (loop->wake_fd == -1 || !loop->http) {
		close(fd);
		loop_free(loop);
		return fail(err, ST_IO, "start an event loop");
	}
	set_limits(loop);
	loop->listener = evconnlistener_new(
	    loop->base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 512, fd);
	loop->wake = event_new(loop->base, loop->wake_fd, EV_READ | EV_PERSIST, on_wake, loop);
	loop->sweep = evtimer_new(loop->base, on_sweep, loop);
	loop->adopt = evtimer_new(loop->base, on_adopt, loop);
	if (!loop->listener || !loop->wake || !loop->sweep || !loop->adopt ||
	    event_add(loop->wake, NULL) == -1 ||
	    !evhttp_bind_listener(loop->http, loop->listener)) {
		loop_free(loop);
		return fail(err, ST_IO, "listen");
	}
	arm_sweep(loop);
	*out = loop;
	return ST_OK;
}

void
loop_free(struct loop *loop)
{
	struct event *all[] = { loop ? loop->wake : NULL, loop ? loop->sweep : NULL,
		loop ? loop->adopt : NULL, loop ? loop->signal[0] : NULL,
		loop ? loop->signal[1] : NULL };

	if (!loop)
		return;
	for (size_t i = 0; i < loop->fresh_count; i++)
		bufferevent_decref(loop->fresh[i]);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i])
			event_free(all[i]);
	/* Frees the listener and every connection. */
	if (loop->http)
		evhttp_free(loop->http);
	/* Answers that came after STOP_SECONDS have nobody to go to. */
	for (struct request *rq = loop->done, *next; rq; rq = next) {
		next = rq->next;
		request_free(rq);
	}
	if (loop->base)
		event_base_free(loop->base);
	if (loop->wake_fd != -1)
		close(loop->wake_fd);
	pthread_mutex_destroy(&loop->mutex);
	loop->magic = 0;
	free(loop);
}

void
loop_run(struct loop *loop)
{
	event_base_dispatch(loop->base);
}

void
loop_wake(struct loop *loop)
{
	uint64_t one = 1;

	/* Full means that it is awake already. */
	if (write(loop->wake_fd, &one, sizeof(one)) == -1)
		return;
}

void
loop_give_back(struct loop *loop, struct request *rq)
{
	rq->next = NULL;
	pthread_mutex_lock(&loop->mutex);
	*loop->done_last = rq;
	loop->done_last = &rq->next;
	pthread_mutex_unlock(&loop->mutex);
	loop_wake(loop);
}

void
loop_send(struct request *rq)
{
	struct loop *loop = rq->loop;
	struct evhttp_request *ev = rq->ev;

	loop->pending--;
	dispatch_count(rq);
	if (ev) {
		evhttp_connection_set_closecb(evhttp_request_get_connection(ev), NULL, NULL);
		connections_sending(loop->server->connections, fd_of(ev));
		evhttp_request_set_on_complete_cb(ev, on_sent, loop);
		send_answer(rq, ev);
	}
	request_free(rq);
}
