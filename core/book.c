/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "book.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "export_job.h"
#include "package_parts.h"
#include "record_parts.h"

/* --- order of time ----------------------------------------------------------------------------- */

struct timed {
	struct element *record;
	const char *day;
	int64_t ordinal;
};

static int
by_day(const void *a, const void *b)
{
	const struct timed *x = a, *y = b;
	int order = 0;

	if (x->day && y->day)
		order = strcmp(x->day, y->day);
	else if (x->day || y->day)
		order = x->day ? -1 : 1;
	if (order)
		return order;
	return x->ordinal < y->ordinal ? -1 : x->ordinal > y->ordinal;
}

/* The records of a description, put in their order; what else it says stays before them. */
static enum status
sort_records(struct element *dossier, struct arena *arena, struct timed **out, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	struct timed *t;

	for (struct element *e = element_child(dossier, "record"); e;
	     e = element_after(e, "record")) {
		t = row_list_add(&list, sizeof(*t));
		*t = (struct timed){ e, element_value(e, "issued"),
			element_number(e, "ordinal", 0) };
	}
	if (list.count > BOOK_RECORDS_MAX)
		return fail(
		    err, ST_TOO_LARGE, "more than %d records in one document", BOOK_RECORDS_MAX);
	t = list.rows;
	if (list.count)
		qsort(t, list.count, sizeof(*t), by_day);
	element_drop(dossier, "record");
	for (size_t i = 0; i < list.count; i++)
		element_link(arena, dossier, t[i].record);
	*out = t;
	*count = list.count;
	return ST_OK;
}

static enum status
describe(const struct book_source *from, const struct access *access, int64_t id,
    struct arena *arena, struct element **dossier, struct timed **records, size_t *count,
    struct err *err)
{
	struct package_request request = { .format = PACKAGE_DIP, .nodes = &id, .count = 1 };
	struct packing p = { .from = &from->from,
		.access = access,
		.request = &request,
		.arena = arena,
		.now = package_time(now_us(), arena) };
	struct catalog *catalog = from->from.catalog;
	struct node node;
	enum status st = catalog_begin_read(catalog, err);

	if (st != ST_OK)
		return st;
	st = node_load_dossier(catalog, access, PERM_DOWNLOAD, id, arena, &node, err);
	if (st == ST_OK)
		st = package_describe(&p, &node, false, dossier, err);
	catalog_rollback(catalog);
	return st == ST_OK ? sort_records(*dossier, arena, records, count, err) : st;
}

enum status
book_xml(const struct book_source *from, const struct access *access, int64_t dossier,
    struct arena *arena, struct strbuf *out, struct err *err)
{
	struct element *e;
	struct timed *records;
	size_t count;
	enum status st = describe(from, access, dossier, arena, &e, &records, &count, err);

	if (st == ST_OK)
		element_xml(e, out);
	return st;
}

/* --- one PDF ----------------------------------------------------------------------------------- */

struct binding {
	const struct book_source *from;
	const struct access *access;
	struct arena *arena;
	struct element *plan;
	int files; /* PDFs one behind the other */
	off_t length;
};

static const char *
text_or(const struct element *e, const char *name, const char *otherwise)
{
	const char *text = element_value(e, name);

	return text ? text : otherwise;
}

/* "3. 15/QĐ-SDL, 2019-03-05: Về lễ hội" */
static const char *
heading(struct binding *b, const struct timed *t)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	const char *day = t->day ? t->day : "không ngày";

	record_notation(
	    element_value(t->record, "number"), element_value(t->record, "symbol"), &notation);
	return arena_printf(b->arena, "%lld. %s%s%s: %s", (long long)t->ordinal, notation.buf,
	    notation.len ? ", " : "", day, text_or(t->record, "subject", "không trích yếu"));
}

/* Of the pages of one component; "" when nothing was read. */
static enum status
read_text(struct binding *b, const struct record *record, int64_t first, int64_t pages,
    struct strbuf *out, struct err *err)
{
	const struct text_source from = { .catalog = b->from->from.catalog,
		.store = b->from->from.store,
		.derived = b->from->derived };
	enum status st = ST_OK;

	for (int64_t page = first; st == ST_OK && page < first + pages; page++) {
		owned(page_text_end) struct page_text text = { 0 };

		st = page_text_of_record(
		    &from, record->id, page, PAGE_TEXT_NEWEST, b->arena, &text, err);
		if (st == ST_OK) {
			strbuf_add_span(out, strbuf_span(&text.words->text));
			strbuf_add_char(out, '\n');
		}
		if (st == ST_NOT_FOUND)
			st = ST_OK;
		if (out->len > PACKAGE_CONTENT_MAX)
			return fail(err, ST_TOO_LARGE, "too much text for one document");
	}
	return st;
}

static enum status
bind_text(struct binding *b, const struct record *record, const struct component *c, int64_t first,
    struct element *part, const char *why, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	enum status st;

	strbuf_addf(&text, "[%s: %s. SHA-256 %s]\n\n", c->name, why, c->sha256);
	st = read_text(b, record, first, c->pages, &text, err);
	part->text = arena_dup_span(b->arena, strbuf_span(&text));
	return st;
}

/* The file as a PDF behind those before it; *why when it cannot be made one. */
static enum status
bind_file(struct binding *b, const struct record *record, const struct component *c,
    struct element *part, const char **why, struct err *err)
{
	owned(export_job_end) struct export_job job = { .document = -1, .plan = -1 };
	const struct package_source *from = &b->from->from;
	const struct text_source text = {
		.catalog = from->catalog, .store = from->store, .derived = b->from->derived
	};
	struct err reason = ERR_INIT;
	struct copy_mark mark;
	off_t end;
	enum status st =
	    export_job_make(&text, record, c->ordinal, OCR_EXPORT_CUT, b->arena, &job, &reason);

	if (st == ST_OK)
		st = copy_mark_make(
		    from->catalog, record, b->access->principal, b->arena, &mark, &reason);
	if (st == ST_OK) {
		export_job_mark(&job, &mark);
		st = ocr_export_run(from->program, from->conf, &job.what, job.document, job.plan,
		    b->files, &reason);
	}
	if (st == ST_IO || st == ST_FULL || st == ST_BUSY || st == ST_INTERNAL) {
		*err = reason;
		return st;
	}
	if (st != ST_OK) {
		*why = arena_dup(b->arena, reason.msg);
		if (ftruncate(b->files, b->length) == -1 ||
		    lseek(b->files, b->length, SEEK_SET) == -1)
			return fail_sys(err, "the files of a document");
		return ST_OK;
	}
	end = lseek(b->files, 0, SEEK_CUR);
	element_set_int(b->arena, part, "offset", b->length);
	element_set_int(b->arena, part, "length", end - b->length);
	b->length = end;
	return ST_OK;
}

static enum status
bind_record(struct binding *b, const struct timed *t, struct err *err)
{
	const struct component *c;
	struct record record;
	int64_t first = 1;
	size_t count;
	enum status st = record_find(b->from->from.catalog, b->access,
	    element_get(t->record, "uid"), b->arena, &record, err);

	if (st == ST_OK)
		st = record_components(b->from->from.catalog, record.id, b->arena, &c, &count, err);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		struct element *part = element_add(b->arena, b->plan, "part");
		const char *title = heading(b, t), *why = NULL;

		element_set(b->arena, part, "title",
		    i ? arena_printf(b->arena, "%s (%d)", title, c[i].ordinal) : title);
		st = bind_file(b, &record, &c[i], part, &why, err);
		if (st == ST_OK && why)
			st = bind_text(b, &record, &c[i], first, part, why, err);
		first += c[i].pages;
	}
	return st;
}

static void
write_cover(struct binding *b, const struct element *dossier, const struct timed *t, size_t count)
{
	const char *lines[] = {
		arena_printf(b->arena, "Mã hồ sơ: %s", text_or(dossier, "file_code", "")),
		arena_printf(b->arena, "Thời gian: %s – %s", text_or(dossier, "started", ""),
		    text_or(dossier, "closed", "")),
		arena_printf(b->arena, "Số văn bản: %zu, theo thứ tự thời gian", count),
		arena_printf(b->arena, "Xuất từ Tàng Thư lúc %.19s, người xuất: %s",
		    element_get(dossier, "described"), b->from->who),
		"",
	};

	element_set(b->arena, b->plan, "title",
	    arena_printf(b->arena, "HỒ SƠ: %s", text_or(dossier, "title", "")));
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		(void)element_put(b->arena, b->plan, "line", lines[i]);
	for (size_t i = 0; i < count; i++)
		(void)element_put(b->arena, b->plan, "line", heading(b, &t[i]));
}

static enum status
run_book(struct binding *b, int out, struct err *err)
{
	owned(strbuf_free) struct strbuf wire = STRBUF_INIT;
	struct ocr_export e = { .kind = OCR_EXPORT_BOOK, .mime = SPAN("application/pdf") };
	int plan owned(fd_closep) =
	    open(b->from->from.conf->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	enum status st = ST_OK;

	if (plan == -1)
		return fail_sys(err, "a plan for the reader");
	element_wire(b->plan, &wire);
	st = write_all(plan, wire.buf, wire.len, err);
	/* the reader maps it: never empty */
	if (st == ST_OK && b->length == 0)
		st = write_all(b->files, "\n", 1, err);
	return st == ST_OK ? ocr_export_run(b->from->from.program, b->from->from.conf, &e, b->files,
				 plan, out, err)
			   : st;
}

enum status
book_pdf(const struct book_source *from, const struct access *access, int64_t dossier,
    struct arena *arena, int out, struct err *err)
{
	struct binding b = { .from = from,
		.access = access,
		.arena = arena,
		.plan = element_add(arena, NULL, "book"),
		.files = -1 };
	int files owned(fd_closep) =
	    open(from->from.conf->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct element *e;
	struct timed *records;
	size_t count;
	enum status st = describe(from, access, dossier, arena, &e, &records, &count, err);

	if (st == ST_OK && files == -1)
		st = fail_sys(err, "a file for the document");
	if (st != ST_OK)
		return st;
	b.files = files;
	write_cover(&b, e, records, count);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = bind_record(&b, &records[i], err);
	return st == ST_OK ? run_book(&b, out, err) : st;
}
