/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "base.h"
#include "log.h"
#include "notary.h"
#include "trail.h"

#define JUMP_US INT64_C(2000000)     /* NTP slews slower than that in a second */
#define RETRY_US INT64_C(60000000)   /* after something failed */
#define PUBLISH_US INT64_C(60000000) /* mail may fall due without a new checkpoint */

struct notary {
	struct server *server;
	struct catalog *catalog;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	bool stopping;
	int64_t offset_us;   /* of the wall clock against the monotonic one */
	int64_t quiet_until; /* monotonic: nothing is tried before */
	int64_t published;   /* monotonic */
};

/* A second of sleep; false: the server stops. */
static bool
rest(struct notary *n)
{
	struct timespec until;
	bool go_on;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;
	pthread_mutex_lock(&n->mutex);
	if (!n->stopping)
		pthread_cond_timedwait(&n->wake, &n->mutex, &until);
	go_on = !n->stopping;
	pthread_mutex_unlock(&n->mutex);
	return go_on;
}

/* Back is noted by the next entry itself (core/audit.c); forward nobody else would notice. */
static enum status
watch_clock(struct notary *n, struct err *err)
{
	static const struct actor system = { 0 };
	int64_t offset = now_us() - monotonic_us(), jump = offset - n->offset_us;
	struct event event = {
		.event_class = EVENT_PRESERVATION, .action = "clock.jump", .outcome = "ok"
	};
	char detail[64];

	n->offset_us = offset;
	if (jump < JUMP_US)
		return ST_OK;
	snprintf(detail, sizeof(detail), "{\"forward_us\":%lld}", (long long)jump);
	event.detail = detail;
	return audit_append(n->catalog, &system, &event, err);
}

static enum status
sign(struct notary *n, bool now, bool *made, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct checkpoint point;
	bool due = false;
	enum status st = checkpoint_due(n->catalog, n->server->conf, &due, err);

	*made = false;
	if (st != ST_OK || (!due && !now))
		return st;
	return checkpoint_make(n->catalog, n->server->conf, arena, &point, made, err);
}

static void
step(struct notary *n, bool last)
{
	struct err err = ERR_INIT;
	bool made = false;
	enum status st;

	if (!last && monotonic_us() < n->quiet_until)
		return;
	if ((st = watch_clock(n, &err)) == ST_OK)
		st = sign(n, last, &made, &err);
	if (st == ST_OK && (made || monotonic_us() - n->published > PUBLISH_US)) {
		n->published = monotonic_us();
		st = checkpoint_publish(n->catalog, n->server->conf, &err);
	}
	if (st == ST_OK)
		return;
	n->quiet_until = monotonic_us() + RETRY_US;
	log_failure(&err, "sign or publish the log's state");
}

static void *
thread_main(void *arg)
{
	struct notary *n = arg;

	while (rest(n))
		step(n, false);
	step(n, true);
	return NULL;
}

enum status
notary_start(struct notary **out, struct server *server, struct err *err)
{
	struct notary *n = xcalloc(1, sizeof(*n));
	enum status st = catalog_open(&n->catalog, server->conf, CATALOG_WRITE, err);

	*out = NULL;
	if (st != ST_OK) {
		free(n);
		return st;
	}
	n->server = server;
	n->offset_us = now_us() - monotonic_us();
	pthread_mutex_init(&n->mutex, NULL);
	pthread_cond_init(&n->wake, NULL);
	if (pthread_create(&n->thread, NULL, thread_main, n) != 0) {
		catalog_close(n->catalog);
		free(n);
		return fail(err, ST_IO, "start the notary");
	}
	*out = n;
	return ST_OK;
}

void
notary_stop(struct notary *n)
{
	if (!n)
		return;
	pthread_mutex_lock(&n->mutex);
	n->stopping = true;
	pthread_cond_signal(&n->wake);
	pthread_mutex_unlock(&n->mutex);
	pthread_join(n->thread, NULL);
	pthread_cond_destroy(&n->wake);
	pthread_mutex_destroy(&n->mutex);
	catalog_close(n->catalog);
	free(n);
}
