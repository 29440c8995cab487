/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "json_out.h"
#include "ocr_export.h"
#include "package_parts.h"
#include "record_parts.h"

/* What the sandboxed reader makes of a package: first what it says, then the files that are wanted. */

static enum status
open_plan(const struct element *plan, int *fd, struct err *err)
{
	owned(strbuf_free) struct strbuf wire = STRBUF_INIT;

	element_wire(plan, &wire);
	*fd = memfd_create("package", MFD_CLOEXEC);
	if (*fd == -1)
		return fail_sys(err, "a plan for the reader");
	return write_all(*fd, wire.buf, wire.len, err);
}

/* --- looking ----------------------------------------------------------------------------------- */

static void
list_sayings(const struct element *found, const char *kind, struct arena *arena,
    const struct package_fault **out, size_t *count)
{
	struct row_list list = { .arena = arena };

	for (const struct element *e = element_child(found, kind); e; e = element_after(e, kind)) {
		struct package_fault *f = row_list_add(&list, sizeof(*f));
		const char *path = element_get(e, "path");

		f->where = path ? path : "";
		f->line = element_number(e, "line", 0);
		f->text = e->text ? e->text : "";
	}
	*out = list.rows;
	*count = list.count;
}

enum status
package_look(const struct package_source *from, int package, struct arena *arena,
    const struct element **found, struct package_report *report, struct err *err)
{
	owned(strbuf_free) struct strbuf said = STRBUF_INIT;
	struct ocr_export e = { .kind = OCR_EXPORT_LOOK, .mime = SPAN("application/zip") };
	int plan owned(fd_closep) = -1;
	enum status st = open_plan(element_add(arena, NULL, "look"), &plan, err);
	struct stat about;

	memset(report, 0, sizeof(*report));
	*found = NULL;
	if (st == ST_OK && fstat(package, &about) == 0 && about.st_size == 0)
		st = fail(err, ST_INVALID, "an empty file");
	if (st == ST_OK)
		st = ocr_export_stream(
		    from->program, from->conf, &e, package, plan, package_collect, &said, err);
	if (st == ST_OK)
		st = element_unwire(strbuf_span(&said), arena, found, err);
	if (st != ST_OK)
		return st;
	report->format = element_get(*found, "format");
	report->id = element_get(*found, "id");
	list_sayings(*found, "fault", arena, &report->fault, &report->fault_count);
	list_sayings(*found, "note", arena, &report->note, &report->note_count);
	return ST_OK;
}

/* --- taking ------------------------------------------------------------------------------------ */

struct wanted_file {
	const char *entry, *sha256;
	int64_t size;
};

struct take {
	struct store *store;
	struct arena *arena;
	struct row_list wanted; /* of struct wanted_file */
	size_t done;
	/* where in the stream it is */
	unsigned char head[8];
	size_t head_len;
	bool open; /* a file is being written */
	uint64_t left, current;
	struct store_put *put;
	struct row_list fresh; /* names of what was not in the store */
};

static void
want(struct take *t, const struct element *rendition)
{
	struct wanted_file *w = row_list_add(&t->wanted, sizeof(*w));

	*w = (struct wanted_file){ element_get(rendition, "entry"),
		element_get(rendition, "sha256"), element_number(rendition, "size", -1) };
}

static void
want_files(struct take *t, const struct element *e)
{
	if (strcmp(e->name, "rendition") == 0 && element_get(e, "entry"))
		want(t, e);
	for (const struct element *c = e->first; c; c = c->next)
		want_files(t, c);
}

static int
by_entry(const void *a, const void *b)
{
	return strcmp(
	    ((const struct wanted_file *)a)->entry, ((const struct wanted_file *)b)->entry);
}

/* A file that several records show pages of is asked for once. */
static void
unique_files(struct take *t)
{
	struct wanted_file *w = t->wanted.rows;
	size_t n = 0;

	if (t->wanted.count == 0)
		return;
	qsort(w, t->wanted.count, sizeof(*w), by_entry);
	for (size_t i = 1; i < t->wanted.count; i++)
		if (strcmp(w[i].entry, w[n].entry) != 0)
			w[++n] = w[i];
	t->wanted.count = n + 1;
}

static enum status
begin_file(struct take *t, uint64_t number, struct err *err)
{
	if (number >= t->wanted.count)
		return fail(err, ST_CORRUPT, "the reader gives a file that nobody asked for");
	t->current = number;
	t->open = true;
	return store_put_begin(t->store,
	    (uint64_t)((const struct wanted_file *)t->wanted.rows)[number].size, &t->put, err);
}

static enum status
end_file(struct take *t, struct err *err)
{
	const struct wanted_file *w = (const struct wanted_file *)t->wanted.rows + t->current;
	struct store_blob blob;
	enum status st = store_put_commit(&t->put, &blob, err);

	t->open = false;
	t->done++;
	if (st == ST_OK && !blob.existed)
		*(const char **)row_list_add(&t->fresh, sizeof(const char *)) =
		    arena_dup(t->fresh.arena, blob.sha256);
	if (st == ST_OK && strcmp(blob.sha256, w->sha256) != 0)
		st = fail(err, ST_CORRUPT, "%s is not the file that was seen", w->entry);
	return st;
}

/* The number that is whole now says which file, or how long its next block is. */
static enum status
take_head(struct take *t, struct err *err)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < 8; i++)
		value |= (uint64_t)t->head[i] << (8 * i);
	t->head_len = 0;
	if (!t->open)
		return begin_file(t, value, err);
	t->left = value;
	return value ? ST_OK : end_file(t, err);
}

static enum status
take_bytes(void *payload, struct span bytes, struct err *err)
{
	struct take *t = payload;
	enum status st = ST_OK;

	while (st == ST_OK && bytes.n) {
		size_t n = 1;

		if (t->left) {
			n = bytes.n < t->left ? bytes.n : (size_t)t->left;
			st = store_put_write(t->put, bytes.p, n, err);
			t->left -= n;
		} else {
			t->head[t->head_len++] = (unsigned char)bytes.p[0];
			if (t->head_len == sizeof(t->head))
				st = take_head(t, err);
		}
		bytes = span_make(bytes.p + n, bytes.n - n);
	}
	return st;
}

enum status
package_take(const struct package_source *from, int package, const struct element *found,
    struct arena *arena, struct package_taken *taken, struct err *err)
{
	struct take t = { .store = from->store,
		.arena = arena,
		.wanted = { .arena = arena },
		.fresh = { .arena = arena } };
	struct ocr_export e = { .kind = OCR_EXPORT_TAKE, .mime = SPAN("application/zip") };
	struct element *plan = element_add(arena, NULL, "take");
	int fd owned(fd_closep) = -1;
	enum status st;

	want_files(&t, found);
	unique_files(&t);
	for (size_t i = 0; i < t.wanted.count; i++)
		(void)element_put(
		    arena, plan, "file", ((const struct wanted_file *)t.wanted.rows)[i].entry);
	st = open_plan(plan, &fd, err);
	if (st == ST_OK)
		st = ocr_export_stream(
		    from->program, from->conf, &e, package, fd, take_bytes, &t, err);
	if (st == ST_OK && (t.done != t.wanted.count || t.open))
		st = fail(err, ST_CORRUPT, "files of the package were not handed out");
	store_put_abort(&t.put);
	taken->sha256 = t.fresh.rows;
	taken->count = t.fresh.count;
	return st;
}

/* --- telling ----------------------------------------------------------------------------------- */

static void
sayings_json(struct json_out *j, const char *key, const struct package_fault *f, size_t count)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		json_object(j);
		json_key_str(j, "where", f[i].where);
		if (f[i].line)
			json_key_int(j, "line", f[i].line);
		json_key_str(j, "text", f[i].text);
		json_end_object(j);
	}
	json_end_array(j);
}

void
package_report_json(struct json_out *j, const struct package_report *r)
{
	json_object(j);
	json_key_str(j, "format", r->format);
	json_key_str(j, "id", r->id);
	json_key(j, "dossiers");
	json_array(j);
	for (size_t i = 0; i < r->made_count; i++) {
		json_object(j);
		json_key_str(j, "uid", r->made[i].uid);
		json_key_str(j, "file_code", r->made[i].file_code);
		json_key_str(j, "title", r->made[i].title);
		json_key_int(j, "records", r->made[i].records);
		json_key_int(j, "files", r->made[i].files);
		json_key_int(j, "bytes", r->made[i].bytes);
		json_end_object(j);
	}
	json_end_array(j);
	sayings_json(j, "faults", r->fault, r->fault_count);
	sayings_json(j, "notes", r->note, r->note_count);
	json_end_object(j);
}
