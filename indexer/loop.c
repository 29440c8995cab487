/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "intake.h"
#include "job.h"
#include "log.h"
#include "loop.h"
#include "pool.h"
#include "progress.h"
#include "rebuild.h"

#define REBUILD_LOOK_US (INT64_C(20) * 1000)
#define BUDGET_US (INT64_C(100) * 1000)	     /* of index and intake in one turn */
#define POLL_FDS 1032			     /* readers (conf: 1024), intake, signals */
#define OUTBOX_US (INT64_C(250) * 1000)	     /* between looks at the outbox when idle */
#define ONCE_TROUBLES 5			     /* in a row, then --once gives up */
#define ONCE_REST_US (INT64_C(20) * 1000000) /* --once waits so long for files that keep changing */

/* Settings through which another process asks for a rebuild and is told of its end. */
#define REBUILD_WANTED "run.reindex.wanted"
#define REBUILD_DONE "run.reindex.done"

struct loop {
	struct indexer *ix;
	const struct loop_options *o;
	struct pool *pool;
	struct drain *drain; /* NULL: no index here, or being rebuilt away */
	struct rebuild *rebuild;
	char *rebuild_for; /* value of REBUILD_WANTED */
	struct intake *intake;
	struct progress *progress;
	enum drain_state index_state;
	int64_t outbox_us;		       /* next look */
	int64_t index_wait_us, intake_wait_us; /* after trouble */
	int64_t ask_us;			       /* next look for a wanted rebuild */
	int64_t start_us;
	bool intake_more;
	unsigned troubles; /* of --once, in a row */
	struct err last;
	struct strbuf index_trouble, intake_trouble;
};

static const struct actor system_actor = { .source = "indexer" };

static void
remember_trouble(struct loop *l, struct strbuf *told, const char *what, const struct err *err)
{
	if (strcmp(told->buf, err->msg) != 0)
		log_failure(err, "%s", what);
	strbuf_reset(told);
	strbuf_add_str(told, err->msg);
	l->last = *err;
	l->troubles++;
}

static void
trouble_over(struct loop *l, struct strbuf *told, const char *what)
{
	if (told->len)
		log_info("%s goes on", what);
	strbuf_reset(told);
	l->troubles = 0;
}

/* --- index --- */

static char *
index_path(const struct loop *l)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "%s/index", l->ix->conf->dir);
	return strbuf_detach(&b, NULL);
}

static enum status
begin_rebuild(struct loop *l, struct err *err)
{
	enum status st;

	if (l->rebuild)
		return ST_OK;
	st = rebuild_start(&l->rebuild, l->ix->conf, l->ix->catalog, (size_t)l->ix->readers, err);
	if (st == ST_OK)
		log_info("the index is being rebuilt from catalogue and word tables");
	return st;
}

/* The live index is a cache: one that is damaged or of another layout is made anew. */
static enum status
open_index(struct loop *l, struct err *err)
{
	owned(freep) char *path = index_path(l);
	enum status st;

	st = drain_open(
	    &l->drain, l->ix->conf, l->ix->catalog, l->ix->store, l->ix->derived, path, false, err);
	if (st != ST_CORRUPT && st != ST_UNSUPPORTED)
		return st;
	log_failure(err, "the index cannot be used and is rebuilt");
	return begin_rebuild(l, err);
}

static enum status
end_rebuild(struct loop *l, struct err *err)
{
	enum status st;

	/* Nobody may have the live one open for writing while the new one takes its place. */
	drain_closep(&l->drain);
	st = rebuild_swap(&l->rebuild, err);
	if (st == ST_OK) {
		log_info("the rebuilt index serves");
		if (l->rebuild_for)
			st = catalog_setting_put(
			    l->ix->catalog, &system_actor, REBUILD_DONE, l->rebuild_for, err);
		freep(&l->rebuild_for);
		l->rebuild_for = NULL;
	}
	return st == ST_OK && !l->o->reindex_only ? open_index(l, err) : st;
}

static enum status
step_rebuild(struct loop *l, struct err *err)
{
	bool done;
	enum status st = rebuild_look(l->rebuild, &done, err);

	return st == ST_OK && done ? end_rebuild(l, err) : st;
}

/* Another process (tangthu reindex) asks for one. */
static enum status
look_for_wanted(struct loop *l, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *wanted, *done;
	enum status st;

	if (monotonic_us() < l->ask_us || l->rebuild)
		return ST_OK;
	l->ask_us = monotonic_us() + 1000000;
	if ((st = catalog_setting(l->ix->catalog, REBUILD_WANTED, arena, &wanted, err)) != ST_OK ||
	    (st = catalog_setting(l->ix->catalog, REBUILD_DONE, arena, &done, err)) != ST_OK)
		return st;
	if (!wanted || (done && strcmp(wanted, done) == 0))
		return ST_OK;
	free(l->rebuild_for);
	l->rebuild_for = xstrdup(wanted);
	return begin_rebuild(l, err);
}

static enum status
step_live(struct loop *l, struct err *err)
{
	int64_t now = monotonic_us();
	enum status st;

	if (!l->drain)
		return l->rebuild ? ST_OK : open_index(l, err);
	if (l->index_state == DRAIN_EMPTY && now < l->outbox_us)
		return ST_OK;
	st = drain_step(l->drain, BUDGET_US, pool_running(l->pool) == 0, &l->index_state, err);
	l->outbox_us = monotonic_us() + OUTBOX_US;
	if (st == ST_CORRUPT) { /* found while writing: the same as at opening */
		log_failure(err, "the index is damaged and is rebuilt");
		drain_closep(&l->drain);
		st = begin_rebuild(l, err);
	}
	return st;
}

static void
step_index(struct loop *l)
{
	struct err err = ERR_INIT;
	enum status st;

	if (!l->o->index || monotonic_us() < l->index_wait_us)
		return;
	st = look_for_wanted(l, &err);
	if (st == ST_OK)
		st = step_live(l, &err);
	if (st == ST_OK && l->rebuild)
		st = step_rebuild(l, &err);
	if (st == ST_OK) {
		trouble_over(l, &l->index_trouble, "indexing");
		return;
	}
	remember_trouble(l, &l->index_trouble, "indexing stopped", &err);
	/* The writer may be in any state: what was not committed comes again. */
	drain_closep(&l->drain);
	rebuild_abandon(l->rebuild);
	l->rebuild = NULL;
	l->index_wait_us = monotonic_us() + INDEXER_PAUSE_US;
}

/* --- intake --- */

static void
step_intake(struct loop *l)
{
	struct err err = ERR_INIT;
	enum status st = ST_OK;

	if (!l->o->index || l->o->reindex_only || monotonic_us() < l->intake_wait_us)
		return;
	if (!l->intake)
		st = intake_open(&l->intake, l->ix, &err);
	if (st == ST_OK && l->intake)
		st = intake_step(l->intake, BUDGET_US, &l->intake_more, &err);
	if (st == ST_OK) {
		trouble_over(l, &l->intake_trouble, "the intake folder");
		return;
	}
	remember_trouble(l, &l->intake_trouble, "the intake folder waits", &err);
	l->intake_wait_us = monotonic_us() + INDEXER_PAUSE_US;
}

/* --- readers --- */

static void
step_pool(struct loop *l)
{
	struct err err = ERR_INIT;

	if (l->o->reindex_only)
		return;
	if (pool_receive(l->pool, &err) != ST_OK || pool_step(l->pool, true, &err) != ST_OK) {
		l->last = err;
		if (!pool_stopped(l->pool))
			pool_pause(l->pool, &err);
	}
}

/* --- progress --- */

static void
look(const struct loop *l, struct progress_view *v)
{
	memset(v, 0, sizeof *v);
	v->running = pool_running(l->pool);
	v->peak_rss = pool_peak_rss(l->pool);
	v->trouble = l->drain ? drain_trouble(l->drain) : NULL;
	if (l->intake) {
		v->intake_waiting = intake_waiting(l->intake);
		v->intake_stuck = intake_stuck(l->intake, &v->intake_reason);
	}
	v->reason = pool_stopped(l->pool);
	if (!v->reason && l->index_trouble.len)
		v->reason = l->index_trouble.buf;
	if (!v->reason && l->intake_trouble.len)
		v->reason = l->intake_trouble.buf;
	v->state = v->reason		    ? PROGRESS_WAITING
	    : l->rebuild		    ? PROGRESS_REBUILDING
	    : pool_documents(l->pool)	    ? PROGRESS_READING
	    : l->index_state != DRAIN_EMPTY ? PROGRESS_READING
					    : PROGRESS_IDLE;
	v->rebuilt = l->rebuild ? rebuild_records(l->rebuild) : 0;
}

/* --- the end --- */

/* Every job is done or failed, every file taken, every record indexed. */
static enum status
nothing_left(struct loop *l, bool *nothing, struct err *err)
{
	bool resting = monotonic_us() - l->start_us > ONCE_REST_US;
	int64_t due = 0;
	enum status st;

	*nothing = false;
	if (l->rebuild)
		return ST_OK;
	if (l->o->reindex_only) {
		*nothing = true;
		return ST_OK;
	}
	if (!pool_drained(l->pool) || l->intake_more ||
	    (l->intake && intake_waiting(l->intake) && !resting))
		return ST_OK;
	/* Put off for another try, or leased by somebody whose lease may run out. */
	if ((st = job_next_due(l->ix->catalog, &due, err)) != ST_OK)
		return st;
	if (due != 0)
		return ST_OK;
	/* Asked last: what was just finished is in the outbox by now. */
	l->outbox_us = 0;
	if (l->o->index)
		return l->drain ? drain_is_level(l->drain, nothing, err) : ST_OK;
	*nothing = true;
	return ST_OK;
}

static bool
is_over(struct loop *l, struct err *err, enum status *st)
{
	bool nothing = false;

	*st = ST_OK;
	if (*l->o->stop)
		return true;
	if (!l->ix->once)
		return false;
	if (l->troubles >= ONCE_TROUBLES || pool_reader_failures(l->pool) >= ONCE_TROUBLES) {
		*st = l->troubles ? l->last.status : ST_IO;
		if (l->troubles)
			*err = l->last;
		else
			(void)fail(err, ST_IO, "%s", pool_stopped(l->pool));
		return true;
	}
	if (l->index_trouble.len || l->intake_trouble.len || pool_stopped(l->pool))
		return false;
	*st = nothing_left(l, &nothing, err);
	if (*st == ST_BUSY)
		*st = ST_OK;
	return nothing || *st != ST_OK;
}

static int
wait_ms(const struct loop *l)
{
	int64_t now = monotonic_us(), due = progress_due_us(l->progress), d;

	if (l->intake_more || (l->drain && l->index_state == DRAIN_MORE))
		return 0;
	if (l->rebuild && due > now + REBUILD_LOOK_US)
		due = now + REBUILD_LOOK_US;
	if (!l->o->reindex_only && (d = pool_due_us(l->pool)) < due)
		due = d;
	if (l->o->index) {
		/* Nobody drains the outbox while an index is only rebuilt: its time stays over. */
		d = l->index_trouble.len ? l->index_wait_us : l->drain ? l->outbox_us : due;
		due = d < due ? d : due;
		if (l->intake && !l->intake_trouble.len)
			d = intake_due_us(l->intake);
		else
			d = l->intake_wait_us;
		due = d < due && d > 0 ? d : due;
	}
	if (due <= now)
		return 0;
	return due - now > 60000000 ? 60000 : (int)((due - now) / 1000) + 1;
}

static void
wait_for_something(struct loop *l)
{
	struct pollfd fds[POLL_FDS];
	char bytes[64];
	size_t n = 0;

	if (l->o->wake >= 0)
		fds[n++] = (struct pollfd){ l->o->wake, POLLIN, 0 };
	if (l->intake && intake_fd(l->intake) >= 0)
		fds[n++] = (struct pollfd){ intake_fd(l->intake), POLLIN, 0 };
	n += pool_poll(l->pool, fds + n, POLL_FDS - n);
	if (poll(fds, n, wait_ms(l)) == -1 && errno != EINTR)
		log_warn("poll: %s", strerror(errno));
	if (l->o->wake >= 0)
		while (read(l->o->wake, bytes, sizeof bytes) > 0)
			;
}

static enum status
begin(struct loop *l, struct err *err)
{
	int64_t reclaimed;
	enum status st;

	st = job_reclaim(l->ix->catalog, l->ix->owner, &reclaimed, err);
	if (st != ST_OK)
		return st;
	if (reclaimed)
		log_info(
		    "%lld documents that were being read when the indexer ended last time go on",
		    (long long)reclaimed);
	if (!l->o->index)
		return ST_OK;
	if ((st = rebuild_clean(l->ix->conf, err)) != ST_OK)
		return st;
	if (!l->o->reindex_only && (st = open_index(l, err)) != ST_OK)
		return st;
	return l->o->reindex ? begin_rebuild(l, err) : ST_OK;
}

static void
end(struct loop *l)
{
	struct progress_view v;
	struct err err = ERR_INIT;

	pool_close(l->pool);
	l->pool = pool_new(l->ix); /* idle: for the last look */
	if (l->drain && drain_commit(l->drain, &err) != ST_OK)
		log_failure(&err, "the last changes are indexed at the next start");
	look(l, &v);
	v.state = PROGRESS_STOPPED;
	progress_end(l->progress, &v);
	pool_close(l->pool);
	drain_closep(&l->drain);
	rebuild_abandon(l->rebuild);
	intake_close(l->intake);
	progress_free(l->progress);
	free(l->rebuild_for);
	strbuf_free(&l->index_trouble);
	strbuf_free(&l->intake_trouble);
}

enum status
loop_run(struct indexer *ix, const struct loop_options *o, struct err *err)
{
	struct loop l = { .ix = ix,
		.o = o,
		.index_trouble = STRBUF_INIT,
		.intake_trouble = STRBUF_INIT,
		.index_state = DRAIN_MORE };
	struct progress_view v;
	enum status st;

	l.start_us = monotonic_us();
	l.pool = pool_new(ix);
	l.progress = progress_new(ix, o->slot, o->progress);
	st = begin(&l, err);
	if (st == ST_OK && !o->reindex_only)
		st = pool_start(l.pool, err);
	while (st == ST_OK) {
		step_intake(&l);
		step_pool(&l);
		step_index(&l);
		look(&l, &v);
		progress_tell(l.progress, &v);
		if (is_over(&l, err, &st))
			break;
		wait_for_something(&l);
	}
	end(&l);
	return st;
}
