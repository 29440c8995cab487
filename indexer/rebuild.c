/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base.h"
#include "job.h"
#include "rebuild.h"

#define STEP_US 100000 /* between looks at whether it is given up */

struct part {
	const struct rebuild *whole;
	pthread_t thread;
	bool started;
	int64_t after, last; /* ids of its records */
	char *dir;
	atomic_uint_fast64_t records;
	atomic_bool done;
	/* Once done. */
	enum status status;
	struct err err;
};

struct rebuild {
	const struct conf *conf;
	int64_t mark; /* everything up to it is in the parts */
	char *fresh, *live;
	atomic_bool stop;
	size_t count;
	struct part part[];
};

static char *
path_below(const struct conf *conf, const char *name)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "%s/%s", conf->dir, name);
	return strbuf_detach(&b, NULL);
}

enum status
rebuild_clean(const struct conf *conf, struct err *err)
{
	owned(freep) char *fresh = path_below(conf, "index.new");

	return tree_remove(fresh, err);
}

/* --- a part, in its thread --- */

struct tools {
	struct catalog *catalog;
	struct store *store;
	struct derived *derived;
	struct drain *drain;
};

static enum status
open_tools(struct tools *t, const struct part *p, struct err *err)
{
	const struct conf *conf = p->whole->conf;
	enum status st;

	if ((st = catalog_open(&t->catalog, conf, CATALOG_READ, err)) != ST_OK ||
	    (st = store_open(&t->store, conf, err)) != ST_OK ||
	    (st = derived_open(&t->derived, conf, err)) != ST_OK)
		return st;
	return drain_open(&t->drain, conf, t->catalog, t->store, t->derived, p->dir, true, err);
}

static void
close_tools(struct tools *t)
{
	drain_close(t->drain);
	derived_close(t->derived);
	store_close(t->store);
	catalog_close(t->catalog);
}

static enum status
build(struct part *p, struct err *err)
{
	struct tools t = { 0 };
	bool done = false;
	enum status st = open_tools(&t, p, err);

	while (st == ST_OK && !done && !atomic_load(&p->whole->stop)) {
		st = drain_walk(t.drain, &p->after, p->last, STEP_US, &done, err);
		if (st == ST_OK)
			atomic_store(&p->records, drain_records(t.drain));
	}
	if (done)
		st = drain_seal(t.drain, p->whole->mark, err);
	close_tools(&t);
	return st;
}

static void *
run_part(void *arg)
{
	struct part *p = arg;

	p->status = build(p, &p->err);
	atomic_store(&p->done, true);
	return NULL;
}

/* --- the whole --- */

static void
rebuild_free(struct rebuild *r)
{
	atomic_store(&r->stop, true);
	for (size_t i = 0; i < r->count; i++) {
		if (r->part[i].started)
			pthread_join(r->part[i].thread, NULL);
		free(r->part[i].dir);
	}
	free(r->fresh);
	free(r->live);
	free(r);
}

static enum status
start_parts(struct rebuild *r, const int64_t *last, struct err *err)
{
	int64_t after = 0;

	for (size_t i = 0; i < r->count; i++) {
		struct strbuf dir = STRBUF_INIT;
		struct part *p = &r->part[i];
		int e;

		strbuf_addf(&dir, "%s/%zu", r->fresh, i);
		p->dir = strbuf_detach(&dir, NULL);
		p->whole = r;
		p->after = after;
		p->last = after = last[i];
		if ((e = pthread_create(&p->thread, NULL, run_part, p)) != 0) {
			errno = e;
			return fail_sys(err, "thread of the rebuild");
		}
		p->started = true;
	}
	return ST_OK;
}

enum status
rebuild_start(struct rebuild **out, const struct conf *conf, struct catalog *catalog, size_t parts,
    struct err *err)
{
	int64_t last[REBUILD_PARTS_MAX], mark;
	struct rebuild *r;
	enum status st;

	*out = NULL;
	parts = parts < 1 ? 1 : parts > REBUILD_PARTS_MAX ? REBUILD_PARTS_MAX : parts;
	if ((st = rebuild_clean(conf, err)) != ST_OK ||
	    (st = outbox_last(catalog, &mark, err)) != ST_OK ||
	    (st = outbox_parts(catalog, parts, last, err)) != ST_OK)
		return st;
	r = xcalloc(1, sizeof(*r) + parts * sizeof(r->part[0]));
	r->conf = conf;
	r->mark = mark;
	r->count = parts;
	r->fresh = path_below(conf, "index.new");
	r->live = path_below(conf, "index");
	if ((st = mkdir_synced(r->fresh, err)) != ST_OK ||
	    (st = start_parts(r, last, err)) != ST_OK) {
		rebuild_abandon(r);
		return st;
	}
	*out = r;
	return ST_OK;
}

enum status
rebuild_look(struct rebuild *r, bool *done, struct err *err)
{
	*done = true;
	for (size_t i = 0; i < r->count; i++) {
		if (!atomic_load(&r->part[i].done)) {
			*done = false;
			continue;
		}
		if (r->part[i].status != ST_OK) {
			*err = r->part[i].err;
			return r->part[i].status;
		}
	}
	return ST_OK;
}

uint64_t
rebuild_records(const struct rebuild *r)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < r->count; i++)
		sum += atomic_load(&r->part[i].records);
	return sum;
}

enum status
rebuild_swap(struct rebuild **rp, struct err *err)
{
	const char *fresh[REBUILD_PARTS_MAX];
	struct rebuild *r = *rp;
	enum status st;

	for (size_t i = 0; i < r->count; i++)
		fresh[i] = r->part[i].dir;
	if ((st = mkdir_synced(r->live, err)) == ST_OK &&
	    (st = search_index_swap(fresh, r->count, r->live, err)) == ST_OK)
		st = tree_remove(r->fresh, err);
	rebuild_free(r);
	*rp = NULL;
	return st;
}

void
rebuild_abandon(struct rebuild *r)
{
	owned(freep) char *fresh = NULL;
	struct err ignored = ERR_INIT;

	if (!r)
		return;
	fresh = xstrdup(r->fresh);
	rebuild_free(r);
	/* What stays is removed by the next start. */
	if (tree_remove(fresh, &ignored) != ST_OK)
		return;
}
