/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "access.h"
#include "base.h"
#include "intake_scan.h"
#include "log.h"
#include "plan.h"
#include "record.h"

#define LOOK_US (INT64_C(30) * 1000000)	 /* between looks: network shares tell no events */
#define STACK_US (INT64_C(60) * 1000000) /* a pause that ends a stack of arrivals */
#define TAKEN ".taken"
#define TAKEN_NAME 200 /* bytes of the name that are kept there */

struct intake {
	struct indexer *ix;
	struct access *access; /* the system's: the folder has no principal */
	char *name;
	int folder, taken, watch;
	struct candidates files;
	int64_t look_us; /* next look */
	int64_t batch, batch_us;
	uint64_t moves;
};

static const struct actor intake_actor = { .source = "indexer intake" };

static enum status
open_folder(struct intake *in, struct err *err)
{
	enum status st = mkdir_synced(in->name, err);

	if (st != ST_OK)
		return err_context(err, "intake folder");
	in->folder = open(in->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in->folder == -1)
		return fail_sys(err, "open the intake folder %s", in->name);
	if (mkdirat(in->folder, TAKEN, 0700) == -1 && errno != EEXIST)
		return fail_sys(err, "make %s/%s", in->name, TAKEN);
	in->taken = openat(in->folder, TAKEN, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (in->taken == -1)
		return fail_sys(err, "open %s/%s", in->name, TAKEN);
	/* Without it files are found by the regular look. */
	in->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	return ST_OK;
}

/*
 * A file that an earlier life left in .taken was registered before it was moved there, unless that
 * life was killed while it put a newcomer back: known bytes may go, others return to the folder.
 */
static enum status
settle(struct intake *in, const char *name, struct err *err)
{
	owned(fd_closep) int fd = -1;
	struct store_blob blob;
	enum status st;

	fd = openat(in->taken, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return fail_sys(err, "open %s/%s/%s", in->name, TAKEN, name);
	if ((st = store_put_fd(in->ix->store, fd, UINT64_MAX, &blob, err)) != ST_OK)
		return st;
	if (blob.existed || blob.restored)
		return unlinkat(in->taken, name, 0) == -1 && errno != ENOENT
		    ? fail_sys(err, "remove %s/%s/%s", in->name, TAKEN, name)
		    : ST_OK;
	log_warn("intake: %s was on its way when the indexer was killed; it is taken again", name);
	if (renameat2(in->taken, name, in->folder, name, RENAME_NOREPLACE) == -1)
		return fail_sys(err, "put %s back", name);
	return ST_OK;
}

static enum status
settle_all(struct intake *in, struct err *err)
{
	enum status st = ST_OK;
	struct dirent *e;
	int fd = dup(in->taken);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);

	if (!dir)
		return fail_sys(err, "read %s/%s", in->name, TAKEN);
	while (st == ST_OK && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			st = settle(in, e->d_name, err);
	closedir(dir);
	return st;
}

enum status
intake_open(struct intake **out, struct indexer *ix, struct err *err)
{
	const char *folder = ix->conf->indexer_intake;
	struct strbuf name = STRBUF_INIT;
	struct intake *in;
	enum status st;

	*out = NULL;
	if (!folder || !*folder)
		return ST_OK;
	in = xcalloc(1, sizeof *in);
	in->ix = ix;
	in->folder = in->taken = in->watch = -1;
	if (folder[0] != '/')
		strbuf_addf(&name, "%s/", ix->conf->dir);
	strbuf_add_str(&name, folder);
	in->name = strbuf_detach(&name, NULL);
	st = open_folder(in, err);
	if (st == ST_OK)
		st = access_load_system(&in->access, ix->catalog, err);
	if (st == ST_OK)
		st = settle_all(in, err);
	if (st != ST_OK) {
		intake_close(in);
		return st;
	}
	*out = in;
	return ST_OK;
}

void
intake_close(struct intake *in)
{
	if (!in)
		return;
	fd_closep(&in->folder);
	fd_closep(&in->taken);
	fd_closep(&in->watch);
	candidates_free(&in->files);
	access_free(in->access);
	free(in->name);
	free(in);
}

void
intake_closep(struct intake **in)
{
	intake_close(*in);
	*in = NULL;
}

int
intake_fd(const struct intake *in)
{
	return in->watch;
}

/* Which events does not matter: the look that follows reads what is there. */
static bool
events_came(struct intake *in)
{
	char events[4096];
	bool any = false;

	while (in->watch >= 0 && read(in->watch, events, sizeof events) > 0)
		any = true;
	return any;
}

/* Somebody has it open for writing.  Where the kernel cannot tell, keeping still must do. */
static bool
open_for_writing(int fd)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == -1)
		return errno == EAGAIN;
	fcntl(fd, F_SETLEASE, F_UNLCK);
	return false;
}

static bool
ready(const struct intake *in, const struct candidate *c)
{
	return !c->done && !c->stuck &&
	    monotonic_us() - c->since_us >= in->ix->conf->indexer_stable_ms * 1000;
}

/* A folder named exactly like a dossier's file code; 0 = the inbox. */
static enum status
dossier_of(struct intake *in, const char *path, int64_t *dossier, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct span folder = intake_first_folder(path);
	struct node node;
	enum status st;

	*dossier = 0;
	if (!folder.n || !utf8_valid(folder))
		return ST_OK;
	st = node_find(
	    in->ix->catalog, in->access, arena_dup_span(arena, folder), arena, &node, err);
	if (st == ST_OK && node.kind == NODE_DOSSIER && node.file_code &&
	    span_equal_str(folder, node.file_code))
		*dossier = node.id;
	return st == ST_NOT_FOUND || st == ST_INVALID ? ST_OK : st;
}

static enum status
open_batch(struct intake *in, struct err *err)
{
	int64_t now = monotonic_us();
	enum status st = ST_OK;

	if (!in->batch || now - in->batch_us > STACK_US)
		st = batch_open(in->ix->catalog, &intake_actor, "intake", &in->batch, err);
	in->batch_us = now;
	return st;
}

static enum status
register_file(
    struct intake *in, const struct candidate *c, const struct store_blob *blob, struct err *err)
{
	struct arrival a = { .sha256 = blob->sha256,
		.size = (int64_t)blob->size,
		.name = c->path,
		.origin = "intake",
		.level = -1 };
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	const char *slash = strrchr(c->path, '/');
	enum status st;
	int64_t record;
	bool again;

	if ((st = dossier_of(in, c->path, &a.dossier, err)) != ST_OK ||
	    (st = open_batch(in, err)) != ST_OK)
		return st;
	intake_key(&c->st, blob->sha256, &key);
	a.key = key.buf;
	a.name = slash ? slash + 1 : c->path;
	a.batch = in->batch;
	a.store = in->ix->store;
	st = record_register(in->ix->catalog, &intake_actor, in->access, &a, &record, &again, err);
	if (st == ST_OK && !again)
		in->ix->files++;
	return st;
}

/* What was moved to .taken is not what was read: somebody put a new file there meanwhile. */
static enum status
put_back(struct intake *in, const char *moved, const char *path, struct err *err)
{
	if (renameat2(in->taken, moved, in->folder, path, RENAME_NOREPLACE) == 0)
		return ST_OK;
	if (errno == EEXIST &&
	    renameat2(in->taken, moved, in->folder, moved, RENAME_NOREPLACE) == 0)
		return ST_OK;
	return fail_sys(err, "put %s back into the intake folder", moved);
}

static enum status
remove_file(struct intake *in, const struct candidate *c, struct err *err)
{
	const char *slash = strrchr(c->path, '/'), *base = slash ? slash + 1 : c->path;
	size_t n = strlen(base);
	char moved[TAKEN_NAME + 64];
	struct stat st;

	snprintf(moved, sizeof moved, "%llx-%llu-%s", (unsigned long long)c->st.st_ino,
	    (unsigned long long)in->moves++, n > TAKEN_NAME ? base + n - TAKEN_NAME : base);
	if (renameat(in->folder, c->path, in->taken, moved) == -1) {
		if (errno == ENOENT) /* its owner removed it: it is registered all the same */
			return ST_OK;
		return fail_sys(err, "remove %s from the intake folder", base);
	}
	if (fstatat(in->taken, moved, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return fail_sys(err, "look at %s/%s", TAKEN, moved);
	if (!candidate_same(&st, &c->st))
		return put_back(in, moved, c->path, err);
	if (unlinkat(in->taken, moved, 0) == -1)
		return fail_sys(err, "remove %s/%s", TAKEN, moved);
	return ST_OK;
}

/*
 * ST_OK: taken, or not now (it changed, or is open).  ST_DENIED and ST_INVALID: this file cannot be
 * taken.
 */
static enum status
take(struct intake *in, struct candidate *c, struct err *err)
{
	owned(fd_closep) int fd = -1;
	struct store_blob blob;
	struct stat now;
	enum status st;

	fd = openat(in->folder, c->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? ST_OK
		    : errno == EACCES || errno == EPERM || errno == ELOOP
		    ? fail(err, ST_DENIED, "cannot be opened: %s", strerror(errno))
		    : fail_sys(err, "open a file of the intake folder");
	if (fstat(fd, &now) == -1)
		return fail_sys(err, "look at a file of the intake folder");
	if (!candidate_same(&now, &c->st) || open_for_writing(fd)) {
		c->since_us = monotonic_us();
		return ST_OK;
	}
	c->st = now; /* with its change time */
	if ((st = store_writable(in->ix->store, (uint64_t)now.st_size, err)) != ST_OK ||
	    (st = store_put_fd(in->ix->store, fd, UINT64_MAX, &blob, err)) != ST_OK)
		return st;
	if (fstat(fd, &now) == -1 || !candidate_same(&now, &c->st) ||
	    (uint64_t)now.st_size != blob.size) {
		c->since_us = monotonic_us();
		return ST_OK;
	}
	if ((st = register_file(in, c, &blob, err)) != ST_OK)
		return st;
	c->done = true;
	return remove_file(in, c, err);
}

static enum status
take_ready(struct intake *in, int64_t until_us, bool *more, struct err *err)
{
	enum status st;
	size_t i;

	for (i = 0; i < in->files.count; i++) {
		struct candidate *c = &in->files.list[i];

		if (!ready(in, c))
			continue;
		if (monotonic_us() >= until_us) {
			*more = true;
			return ST_OK;
		}
		st = take(in, c, err);
		if (st == ST_DENIED || st == ST_INVALID) {
			struct strbuf name = STRBUF_INIT;

			c->stuck =
			    st == ST_DENIED ? "it cannot be opened" : "it cannot be registered";
			name_clean(span_of(c->path), 120, &name);
			log_failure(err, "intake: %s is not taken", name.buf);
			strbuf_free(&name);
		} else if (st != ST_OK) {
			return st;
		}
	}
	return ST_OK;
}

enum status
intake_step(struct intake *in, int64_t budget_us, bool *more, struct err *err)
{
	int64_t now = monotonic_us();
	enum status st;

	*more = false;
	if (events_came(in) || now >= in->look_us) {
		st = intake_scan(&in->files, in->folder, in->watch, in->name, err);
		if (st != ST_OK)
			return st;
		in->look_us = now + LOOK_US;
	}
	st = take_ready(in, now + budget_us, more, err);
	/* Files that are still changing are looked at again when they may have come to rest. */
	if (intake_waiting(in) && !*more) {
		int64_t soon = monotonic_us() + in->ix->conf->indexer_stable_ms * 1000 / 2 + 50000;

		in->look_us = soon < in->look_us ? soon : in->look_us;
	}
	return st;
}

int64_t
intake_due_us(const struct intake *in)
{
	return in->look_us;
}

size_t
intake_waiting(const struct intake *in)
{
	size_t i, n = 0;

	for (i = 0; i < in->files.count; i++)
		n += !in->files.list[i].done && !in->files.list[i].stuck;
	return n;
}

size_t
intake_stuck(const struct intake *in, const char **reason)
{
	size_t i, n = 0;

	for (i = 0; i < in->files.count; i++)
		if (in->files.list[i].stuck && n++ == 0)
			*reason = in->files.list[i].stuck;
	return n;
}
