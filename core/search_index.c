/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "search_parts.h"

/* The two databases as one index: open first, so that what is withdrawn goes before it comes back. */
enum { LOW, HIGH, BOTH };

static const char *const names[BOTH] = { DATABASE_OPEN, DATABASE_CLOSED };

struct search_index {
	struct xap_writer *db[BOTH];
	int64_t mark;
	size_t pending;
};

static enum status
read_metadata(struct xap_writer *w, int64_t *mark, bool *fresh, struct err *err)
{
	owned(strbuf_free) struct strbuf layout = STRBUF_INIT, value = STRBUF_INIT;
	enum status st;

	if ((st = xap_writer_metadata(w, META_LAYOUT, &layout, err)) != ST_OK ||
	    (st = xap_writer_metadata(w, META_MARK, &value, err)) != ST_OK)
		return st;
	*mark = 0;
	*fresh = layout.len == 0;
	if (*fresh)
		return ST_OK;
	if (!span_equal_str(strbuf_span(&layout), SEARCH_LAYOUT))
		return fail(err, ST_UNSUPPORTED,
		    "the index has layout %.*s, this program writes %s: run tangthu reindex",
		    SPAN_ARG(strbuf_span(&layout)), SEARCH_LAYOUT);
	if (!span_i64(strbuf_span(&value), mark) || *mark < 0)
		return fail(err, ST_CORRUPT, "the mark of the index is no number");
	return ST_OK;
}

static enum status
write_mark(struct xap_writer *w, int64_t mark, struct err *err)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRId64, mark);
	return xap_set_metadata(w, META_MARK, span_of(digits), err);
}

/* A new database says at once what it is, so that readers can open it. */
static enum status
initialise(struct xap_writer *w, struct err *err)
{
	enum status st;

	if ((st = xap_set_metadata(w, META_LAYOUT, SPAN(SEARCH_LAYOUT), err)) != ST_OK ||
	    (st = write_mark(w, 0, err)) != ST_OK)
		return st;
	return xap_commit(w, err);
}

static enum status
open_database(struct search_index *x, int which, const char *dir, bool fresh, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	enum status st;
	int64_t mark;
	bool empty;

	strbuf_addf(&path, "%s/%s", dir, names[which]);
	if ((st = xap_writer_open(&x->db[which], path.buf,
		 fresh ? XAP_FRESH | XAP_NO_SYNC : XAP_CREATE, err)) != ST_OK ||
	    (st = read_metadata(x->db[which], &mark, &empty, err)) != ST_OK)
		return st;
	if (which == LOW || mark < x->mark)
		x->mark = mark;
	return empty ? initialise(x->db[which], err) : ST_OK;
}

enum status
search_index_open(struct search_index **out, const char *dir, bool fresh, struct err *err)
{
	struct search_index *x = xcalloc(1, sizeof *x);
	enum status st;

	*out = NULL;
	if ((st = open_database(x, LOW, dir, fresh, err)) != ST_OK ||
	    (st = open_database(x, HIGH, dir, fresh, err)) != ST_OK) {
		search_index_close(x);
		return err_context(err, "index %s", dir), st;
	}
	*out = x;
	return ST_OK;
}

int64_t
search_index_mark(const struct search_index *x)
{
	return x->mark;
}

size_t
search_index_pending(const struct search_index *x)
{
	return x->pending;
}

enum status
search_index_put(struct search_index *x, const struct search_document *d,
    struct search_slice **slices, size_t *slice_count, struct err *err)
{
	int which = d->level < LEVEL_CLOSED_INDEX ? LOW : HIGH;
	enum status st;

	if (slices != NULL) {
		*slices = NULL;
		*slice_count = 0;
	}
	if ((st = search_add_terms(x->db[which], d, slices, slice_count, err)) != ST_OK ||
	    (st = xap_delete(x->db[!which], d->record, err)) != ST_OK ||
	    (st = xap_put(x->db[which], d->record, err)) != ST_OK) {
		if (slices != NULL) {
			free(*slices);
			*slices = NULL;
			*slice_count = 0;
		}
		return st;
	}
	x->pending += d->page_count > 0 ? d->page_count : 1;
	return ST_OK;
}

enum status
search_index_delete(struct search_index *x, int64_t record, struct err *err)
{
	enum status st;

	if ((st = xap_delete(x->db[LOW], record, err)) != ST_OK ||
	    (st = xap_delete(x->db[HIGH], record, err)) != ST_OK)
		return st;
	x->pending++;
	return ST_OK;
}

enum status
search_index_commit(struct search_index *x, int64_t mark, struct err *err)
{
	enum status st;
	int i;

	for (i = LOW; i < BOTH; i++)
		if ((st = write_mark(x->db[i], mark, err)) != ST_OK ||
		    (st = xap_commit(x->db[i], err)) != ST_OK)
			return st;
	x->mark = mark;
	x->pending = 0;
	return ST_OK;
}

void
search_index_close(struct search_index *x)
{
	if (x == NULL)
		return;
	xap_writer_close(x->db[LOW]);
	xap_writer_close(x->db[HIGH]);
	free(x);
}

void
search_index_closep(struct search_index **x)
{
	search_index_close(*x);
	*x = NULL;
}

enum status
search_index_check(const char *dir, struct strbuf *report, size_t *problems, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	enum status st;
	size_t found;
	int i;

	*problems = 0;
	for (i = LOW; i < BOTH; i++) {
		strbuf_reset(&path);
		strbuf_addf(&path, "%s/%s", dir, names[i]);
		if ((st = xap_check(path.buf, report, &found, err)) != ST_OK)
			return st;
		*problems += found;
	}
	return ST_OK;
}

/* ------------------------------------------------------------------ swap */

/* Every file of a directory and the directory itself onto the disk. */
static enum status
sync_files(const char *path, struct err *err)
{
	owned(strbuf_free) struct strbuf file = STRBUF_INIT;
	enum status st = ST_OK;
	struct dirent *e;
	DIR *d;
	int fd;

	if ((d = opendir(path)) == NULL)
		return fail_sys(err, "open %s", path);
	while (st == ST_OK && (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		strbuf_reset(&file);
		strbuf_addf(&file, "%s/%s", path, e->d_name);
		fd = open(file.buf, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || fsync(fd) != 0)
			st = fail_sys(err, "sync %s", file.buf);
		fd_closep(&fd);
	}
	closedir(d);
	return st == ST_OK ? sync_dir(path, err) : st;
}

/*
 * One database: all fresh/name as one, dense, as live/name.new, then two renames.  A crash between them leaves no
 * live/name; opening for writing makes an empty one with mark 0, so everything is indexed again.
 */
static enum status
swap_database(
    const char *const fresh[], size_t count, const char *live, const char *name, struct err *err)
{
	owned(strbuf_free) struct strbuf to = STRBUF_INIT, dense = STRBUF_INIT, old = STRBUF_INIT;
	struct arena *arena owned(arena_freep) = arena_new();
	const char **source = arena_array(arena, count, sizeof *source);
	enum status st;

	for (size_t i = 0; i < count; i++)
		source[i] = arena_printf(arena, "%s/%s", fresh[i], name);
	strbuf_addf(&to, "%s/%s", live, name);
	strbuf_addf(&dense, "%s/%s.new", live, name);
	strbuf_addf(&old, "%s/%s.old", live, name);
	if ((st = tree_remove(dense.buf, err)) != ST_OK ||
	    (st = tree_remove(old.buf, err)) != ST_OK ||
	    (st = xap_compact(source, count, dense.buf, err)) != ST_OK ||
	    (st = sync_files(dense.buf, err)) != ST_OK)
		return st;
	if (rename(to.buf, old.buf) != 0 && errno != ENOENT)
		return fail_sys(err, "rename %s", to.buf);
	if (rename(dense.buf, to.buf) != 0)
		return fail_sys(err, "rename %s", dense.buf);
	if ((st = sync_dir(live, err)) != ST_OK)
		return st;
	return tree_remove(old.buf, err);
}

/* Closed first: a record that became closed must not stand in neither. */
enum status
search_index_swap(const char *const fresh[], size_t count, const char *live, struct err *err)
{
	enum status st;

	if ((st = swap_database(fresh, count, live, DATABASE_CLOSED, err)) != ST_OK ||
	    (st = swap_database(fresh, count, live, DATABASE_OPEN, err)) != ST_OK)
		return err_context(err, "swap the index"), st;
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = tree_remove(fresh[i], err);
	return st;
}
