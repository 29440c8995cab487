/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base.h"
#include "intake_scan.h"
#include "log.h"

#define WATCH (IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR)

struct scan {
	struct candidates *found;
	const char *name; /* of the intake folder, for inotify */
	int watch;
};

void
candidates_free(struct candidates *c)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		free(c->list[i].path);
	free(c->list);
	memset(c, 0, sizeof *c);
}

bool
candidate_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void
add(struct candidates *c, const char *path, const struct stat *st)
{
	struct candidate *n;

	if (c->count == c->alloc) {
		c->alloc = c->alloc ? 2 * c->alloc : 64;
		c->list = xrealloc(c->list, c->alloc * sizeof *c->list);
	}
	n = &c->list[c->count++];
	memset(n, 0, sizeof *n);
	n->path = xstrdup(path);
	n->st = *st;
	if (S_ISLNK(st->st_mode))
		n->stuck = "a symbolic link";
	else if (!S_ISREG(st->st_mode))
		n->stuck = "not a regular file";
}

static void
watch_folder(const struct scan *s, const char *path)
{
	struct strbuf whole = STRBUF_INIT;

	if (s->watch < 0)
		return;
	strbuf_addf(&whole, "%s%s%s", s->name, *path ? "/" : "", path);
	/* Over the limit of watches: the look every half minute still finds its files. */
	if (inotify_add_watch(s->watch, whole.buf, WATCH) == -1)
		log_debug("intake: %s is not watched: %s", whole.buf, strerror(errno));
	strbuf_free(&whole);
}

static void scan_folder(struct scan *, int parent, const char *name, const char *path, int depth);

static void
scan_entry(struct scan *s, int folder, const char *name, const char *path, int depth)
{
	struct strbuf whole = STRBUF_INIT;
	struct stat st;

	strbuf_addf(&whole, "%s%s%s", path, *path ? "/" : "", name);
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == -1) {
		/* gone since it was listed, or not ours to see: the next look tells */
		strbuf_free(&whole);
		return;
	}
	if (S_ISDIR(st.st_mode))
		scan_folder(s, folder, name, whole.buf, depth + 1);
	else if (s->found->count < INTAKE_FILES)
		add(s->found, whole.buf, &st);
	strbuf_free(&whole);
}

static void
scan_folder(struct scan *s, int parent, const char *name, const char *path, int depth)
{
	struct dirent *e;
	DIR *dir;
	int fd;

	if (depth > INTAKE_DEPTH)
		return;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 || !(dir = fdopendir(fd))) {
		struct stat none = { .st_mode = S_IFDIR };

		if (fd != -1)
			close(fd);
		if (errno != ENOENT && s->found->count < INTAKE_FILES) {
			add(s->found, path, &none);
			s->found->list[s->found->count - 1].stuck = "a folder that cannot be read";
		}
		return;
	}
	watch_folder(s, path);
	while ((e = readdir(dir)))
		if (intake_name_kind(e->d_name) == INTAKE_TAKE)
			scan_entry(s, fd, e->d_name, path, depth);
		else if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    strcmp(e->d_name, ".taken"))
			log_debug("intake: a hidden or temporary name is skipped in %s", s->name);
	closedir(dir);
}

static int
by_path(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* What is as it was keeps its time and what was told of it. */
static void
carry_over(struct candidates *now, const struct candidates *before)
{
	int64_t us = monotonic_us(), wall = now_us();
	size_t i;

	for (i = 0; i < now->count; i++) {
		struct candidate *c = &now->list[i], *old = NULL;

		if (before->count)
			old = bsearch(c, before->list, before->count, sizeof *c, by_path);
		if (old && candidate_same(&c->st, &old->st)) {
			c->since_us = old->since_us;
			c->stuck = c->stuck ? c->stuck : old->stuck;
			continue;
		}
		/* At first sight its own clock tells how long it has been still. */
		c->since_us = us;
		if (!old && wall > c->st.st_mtim.tv_sec * INT64_C(1000000) &&
		    c->st.st_mtim.tv_sec > 0)
			c->since_us -= wall - c->st.st_mtim.tv_sec * INT64_C(1000000) -
			    c->st.st_mtim.tv_nsec / 1000;
	}
}

static void
tell_stuck(const struct candidates *now, const struct candidates *before)
{
	size_t i;

	for (i = 0; i < now->count; i++) {
		const struct candidate *c = &now->list[i], *old = NULL;

		if (c->stuck && before->count)
			old = bsearch(c, before->list, before->count, sizeof *c, by_path);
		if (c->stuck && (!old || !old->stuck)) {
			struct strbuf name = STRBUF_INIT;

			name_clean(span_of(c->path), 120, &name);
			log_warn("intake: %s is not taken: %s", name.buf, c->stuck);
			strbuf_free(&name);
		}
	}
}

enum status
intake_scan(struct candidates *c, int folder, int watch, const char *name, struct err *err)
{
	struct candidates found = { NULL, 0, 0 };
	struct scan s = { &found, name, watch };
	int probe = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (probe == -1)
		return fail_sys(err, "read the intake folder %s", name);
	close(probe);
	scan_folder(&s, folder, ".", "", 0);
	if (found.count)
		qsort(found.list, found.count, sizeof *found.list, by_path);
	carry_over(&found, c);
	tell_stuck(&found, c);
	candidates_free(c);
	*c = found;
	return ST_OK;
}
