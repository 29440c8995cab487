/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "dispatch.h"
#include "worker.h"

struct thread_start {
	struct pool *pool;
	struct worker worker;
};

static struct request *
take(struct pool *pool)
{
	struct request *rq;

	pthread_mutex_lock(&pool->mutex);
	while (!pool->first && !pool->stopping)
		pthread_cond_wait(&pool->wake, &pool->mutex);
	rq = pool->first;
	if (rq) {
		pool->first = rq->next;
		if (!pool->first)
			pool->last = &pool->first;
		pool->waiting--;
	}
	pthread_mutex_unlock(&pool->mutex);
	return rq;
}

static void *
thread_main(void *arg)
{
	struct thread_start *start = arg;
	struct request *rq;

	while ((rq = take(start->pool))) {
		rq->worker = &start->worker;
		dispatch_run(rq);
	}
	search_reader_close(start->worker.search);
	catalog_close(start->worker.catalog);
	free(start);
	return NULL;
}

static enum status
thread_add(struct pool *pool, struct err *err)
{
	struct thread_start *start = xcalloc(1, sizeof(*start));
	enum status st;

	start->pool = pool;
	start->worker.server = pool->server;
	st = catalog_open(&start->worker.catalog, pool->server->conf, CATALOG_READ, err);
	if (st == ST_OK &&
	    pthread_create(&pool->thread[pool->thread_count], NULL, thread_main, start) != 0) {
		catalog_close(start->worker.catalog);
		st = fail(err, ST_IO, "start a thread");
	}
	if (st == ST_OK)
		pool->thread_count++;
	else
		free(start);
	return st;
}

enum status
pool_start(struct pool *pool, struct server *server, const char *name, size_t threads, size_t limit,
    struct err *err)
{
	enum status st = ST_OK;

	pool->name = name;
	pool->server = server;
	pool->limit = limit;
	pool->last = &pool->first;
	pthread_mutex_init(&pool->mutex, NULL);
	pthread_cond_init(&pool->wake, NULL);
	while (st == ST_OK && pool->thread_count < threads)
		st = thread_add(pool, err);
	return st;
}

bool
pool_push(struct pool *pool, struct request *rq)
{
	bool room;

	pthread_mutex_lock(&pool->mutex);
	room = pool->waiting < pool->limit;
	if (room) {
		rq->next = NULL;
		*pool->last = rq;
		pool->last = &rq->next;
		pool->waiting++;
		pthread_cond_signal(&pool->wake);
	}
	pthread_mutex_unlock(&pool->mutex);
	if (!room)
		atomic_fetch_add(&pool->refused, 1);
	return room;
}

size_t
pool_waiting(struct pool *pool)
{
	size_t n;

	pthread_mutex_lock(&pool->mutex);
	n = pool->waiting;
	pthread_mutex_unlock(&pool->mutex);
	return n;
}

void
pool_stop(struct pool *pool)
{
	if (!pool->name)
		return;
	pthread_mutex_lock(&pool->mutex);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->mutex);
	for (size_t i = 0; i < pool->thread_count; i++)
		pthread_join(pool->thread[i], NULL);
	pthread_cond_destroy(&pool->wake);
	pthread_mutex_destroy(&pool->mutex);
}

enum status
worker_search(struct worker *worker, struct search_reader **reader, struct err *err)
{
	enum status st = ST_OK;

	if (!worker->search)
		st = search_reader_open(&worker->search, worker->server->index_dir, err);
	*reader = worker->search;
	return st;
}
