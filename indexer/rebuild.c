/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "rebuild.h"

struct rebuild {
	const struct conf *conf;
	struct drain *drain;
	char *fresh, *live;
};

static char *
path_below(const struct conf *conf, const char *name)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b, "%s/%s", conf->dir, name);
	return strbuf_detach(&b, NULL);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path) == -1 && errno != ENOENT ? -1 : 0;
}

static enum status
remove_tree(const char *path, struct err *err)
{
	if (access(path, F_OK) == -1)
		return ST_OK;
	if (nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS) == -1)
		return fail_sys(err, "remove %s", path);
	return ST_OK;
}

enum status
rebuild_clean(const struct conf *conf, struct err *err)
{
	owned(freep) char *fresh = path_below(conf, "index.new");

	return remove_tree(fresh, err);
}

enum status
rebuild_start(struct rebuild **out, const struct conf *conf, struct catalog *catalog,
    struct store *store, struct derived *derived, struct err *err)
{
	struct drain *drain;
	struct rebuild *r;
	enum status st;
	char *fresh;

	*out = NULL;
	if ((st = rebuild_clean(conf, err)) != ST_OK)
		return st;
	fresh = path_below(conf, "index.new");
	st = drain_open(&drain, conf, catalog, store, derived, fresh, true, err);
	if (st != ST_OK) {
		free(fresh);
		return st;
	}
	r = xcalloc(1, sizeof *r);
	r->conf = conf;
	r->drain = drain;
	r->fresh = fresh;
	r->live = path_below(conf, "index");
	*out = r;
	return ST_OK;
}

enum status
rebuild_step(struct rebuild *r, int64_t budget_us, bool *done, struct err *err)
{
	enum drain_state state;
	enum status st = drain_step(r->drain, budget_us, true, &state, err);

	*done = st == ST_OK && state == DRAIN_EMPTY;
	return st;
}

uint64_t
rebuild_records(const struct rebuild *r)
{
	return drain_records(r->drain);
}

static void
rebuild_free(struct rebuild *r)
{
	drain_close(r->drain);
	free(r->fresh);
	free(r->live);
	free(r);
}

enum status
rebuild_swap(struct rebuild **rp, struct err *err)
{
	struct rebuild *r = *rp;
	enum status st = drain_commit(r->drain, err);

	drain_closep(&r->drain);
	if (st == ST_OK)
		st = search_index_swap(r->fresh, r->live, err);
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
	if (remove_tree(fresh, &ignored) != ST_OK)
		return;
}
