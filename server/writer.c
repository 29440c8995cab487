/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <time.h>

#include "account.h"
#include "base.h"
#include "denial.h"
#include "dispatch.h"
#include "log.h"
#include "loop.h"
#include "sweeper.h"
#include "writer.h"

#define BATCH_MAX 64	 /* requests in one transaction */
#define TOUCH_MAX 64	 /* sessions in use; more are told another minute */
#define SWEEP_SECONDS 60 /* between looks for expired uploads */

struct writer {
	struct server *server;
	struct catalog *catalog;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	struct request *first, **last;
	size_t waiting;
	bool stopping;
	size_t touch_count;
	int64_t touch[TOUCH_MAX];
	uint64_t requests, commits;
	int64_t swept_us;
};

struct batch {
	size_t count;
	struct request *request[BATCH_MAX];
	size_t touch_count;
	int64_t touch[TOUCH_MAX];
};

/* Waits for work, at most until the next sweep; false: nothing will come any more. */
static bool
take(struct writer *w, struct batch *batch)
{
	struct timespec until;
	bool more;

	clock_gettime(CLOCK_REALTIME, &until);
	if (!atomic_load(&w->server->disposing))
		until.tv_sec += SWEEP_SECONDS;
	batch->count = 0;
	pthread_mutex_lock(&w->mutex);
	while (!w->first && !w->touch_count && !w->stopping)
		if (pthread_cond_timedwait(&w->wake, &w->mutex, &until) != 0)
			break;
	while (w->first && batch->count < BATCH_MAX) {
		batch->request[batch->count++] = w->first;
		w->first = w->first->next;
		w->waiting--;
	}
	if (!w->first)
		w->last = &w->first;
	batch->touch_count = w->touch_count;
	memcpy(batch->touch, w->touch, sizeof(w->touch));
	w->touch_count = 0;
	more = batch->count > 0 || batch->touch_count > 0 || !w->stopping;
	pthread_mutex_unlock(&w->mutex);
	return more;
}

static enum status
write_one(struct writer *w, struct request *rq, struct err *err)
{
	enum status st = catalog_begin(w->catalog, err);

	if (st != ST_OK)
		return st;
	if ((st = dispatch_write(rq, w->catalog, err)) == ST_OK)
		return catalog_commit(w->catalog, err);
	catalog_rollback(w->catalog);
	return st;
}

static enum status
write_all_of(struct writer *w, struct batch *batch, struct err *err)
{
	enum status st = catalog_begin(w->catalog, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < batch->count; i++) {
		struct err own = ERR_INIT;
		enum status one = write_one(w, batch->request[i], &own);

		if (one != ST_OK)
			dispatch_fail(batch->request[i], one, &own);
		if (one == ST_DENIED && denial_due(batch->request[i]) &&
		    (one = denial_append(batch->request[i], w->catalog, &own)) != ST_OK)
			dispatch_fail(batch->request[i], one, &own);
	}
	for (size_t i = 0; i < batch->touch_count; i++) {
		struct err own = ERR_INIT;

		if ((batch->touch[i] < 0
			    ? token_touch(w->catalog, -batch->touch[i], &own)
			    : session_touch(w->catalog, batch->touch[i], &own)) != ST_OK)
			log_debug("session: %s", own.msg);
	}
	if ((st = catalog_commit(w->catalog, err)) != ST_OK)
		catalog_rollback(w->catalog);
	return st;
}

static void
run_batch(struct writer *w, struct batch *batch)
{
	struct err err = ERR_INIT;
	enum status st = write_all_of(w, batch, &err);

	/* Nothing of the batch is durable: no answer may say so. */
	for (size_t i = 0; st != ST_OK && i < batch->count; i++)
		dispatch_fail(batch->request[i], st, &err);
	if (st != ST_OK && batch->count == 0)
		log_failure(&err, "write to the catalogue");
	pthread_mutex_lock(&w->mutex);
	w->requests += batch->count;
	w->commits += st == ST_OK;
	pthread_mutex_unlock(&w->mutex);
	for (size_t i = 0; i < batch->count; i++) {
		struct request *rq = batch->request[i];

		if (rq->after)
			rq->after(rq);
		loop_give_back(rq->loop, rq);
	}
}

static void *
thread_main(void *arg)
{
	struct writer *w = arg;
	struct batch batch;

	while (take(w, &batch)) {
		if (batch.count > 0 || batch.touch_count > 0)
			run_batch(w, &batch);
		if (monotonic_us() - w->swept_us > SWEEP_SECONDS * INT64_C(1000000)) {
			w->swept_us = monotonic_us();
			sweep_uploads(w->server, w->catalog);
			sweep_calendar(w->catalog);
		}
		if (atomic_load(&w->server->disposing))
			sweep_disposal(w->server, w->catalog);
	}
	return NULL;
}

enum status
writer_start(struct writer **out, struct server *server, struct err *err)
{
	struct writer *w = xcalloc(1, sizeof(*w));
	enum status st;

	*out = NULL;
	w->server = server;
	w->last = &w->first;
	if ((st = catalog_open(&w->catalog, server->conf, CATALOG_WRITE, err)) != ST_OK) {
		free(w);
		return st;
	}
	sweep_uploads(server, w->catalog);
	sweep_calendar(w->catalog);
	/* one that a crash cut off goes on */
	atomic_store(&server->disposing, true);
	w->swept_us = monotonic_us();
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->wake, NULL);
	if (pthread_create(&w->thread, NULL, thread_main, w) != 0) {
		catalog_close(w->catalog);
		free(w);
		return fail(err, ST_IO, "start the catalogue writer");
	}
	*out = w;
	return ST_OK;
}

void
writer_stop(struct writer *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->mutex);
	w->stopping = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->mutex);
	catalog_close(w->catalog);
	free(w);
}

void
writer_push(struct writer *w, struct request *rq)
{
	rq->next = NULL;
	pthread_mutex_lock(&w->mutex);
	*w->last = rq;
	w->last = &rq->next;
	w->waiting++;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
}

void
writer_touch(struct writer *w, int64_t session)
{
	bool known = false;

	pthread_mutex_lock(&w->mutex);
	for (size_t i = 0; i < w->touch_count; i++)
		known |= w->touch[i] == session;
	if (!known && w->touch_count < TOUCH_MAX) {
		w->touch[w->touch_count++] = session;
		pthread_cond_signal(&w->wake);
	}
	pthread_mutex_unlock(&w->mutex);
}

void
writer_totals(struct writer *w, uint64_t *requests, uint64_t *commits, size_t *waiting)
{
	pthread_mutex_lock(&w->mutex);
	*requests = w->requests;
	*commits = w->commits;
	*waiting = w->waiting;
	pthread_mutex_unlock(&w->mutex);
}
