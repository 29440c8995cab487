/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export_job.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "base.h"
#include "procedure.h"

#define NAME_MAX_BYTES 200

static const char *const kinds[] = { "cut", "searchable", "pdfa", "signatures" };
#define KINDS ((int)(sizeof(kinds) / sizeof(kinds[0])))
#define IMAGE_MAX ((uint64_t)64 << 20)

int
export_kind_parse(struct span name)
{
	for (int i = 0; i < KINDS; i++)
		if (span_equal_str(name, kinds[i]))
			return i;
	return -1;
}

/* What is being gathered. */
struct gather {
	const struct text_source *from;
	struct arena *arena;
	struct export_job *job;
	struct strbuf plan;
	bool any_ocr; /* a page was recognised: the record is a scan */
};

static enum status
check_component(const struct component *c, enum ocr_export_kind kind, struct err *err)
{
	bool pdf = strcmp(c->mime, "application/pdf") == 0;

	if (pdf || (kind != OCR_EXPORT_SIGNATURES && strncmp(c->mime, "image/", 6) == 0))
		return ST_OK;
	return fail(err, ST_UNSUPPORTED, "no export of %s", c->mime);
}

static bool
is_ocr(const struct page *p)
{
	return p->source && strncmp(p->source, "ocr", 3) == 0;
}

/* The words of a page as they are now, for a page that needs them. */
static enum status
page_words(struct gather *g, const struct component *c, const struct page *p, bool all,
    struct strbuf *out, struct err *err)
{
	owned(page_text_end) struct page_text text = { 0 };
	enum status st;

	if (!all && !is_ocr(p))
		return ST_OK;
	st = page_text_load(g->from, c, p->no, PAGE_TEXT_NEWEST, g->arena, &text, err);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st == ST_OK)
		words_write(text.words, out);
	return st;
}

static enum status
add_page(struct gather *g, const struct component *c, const struct page *p, struct err *err)
{
	enum ocr_export_kind kind = (enum ocr_export_kind)g->job->what.kind;
	owned(strbuf_free) struct strbuf words = STRBUF_INIT;
	struct ocr_export_page page = { .turn = (uint32_t)p->turn };
	bool wants = kind == OCR_EXPORT_SEARCHABLE || (kind == OCR_EXPORT_ARCHIVE && g->any_ocr);
	enum status st = ST_OK;

	page.number = (uint32_t)((c->first_page > 0 ? c->first_page - 1 : 0) + p->no);
	if (wants)
		st = page_words(g, c, p, kind == OCR_EXPORT_ARCHIVE, &words, err);
	if (st != ST_OK)
		return st;
	page.words = strbuf_span(&words);
	ocr_export_plan_add(&page, &g->plan);
	g->job->pages++;
	if (g->plan.len > OCR_EXPORT_PLAN_MAX)
		return fail(err, ST_TOO_LARGE, "the words of the record are too many");
	return ST_OK;
}

static enum status
each_page(struct gather *g, const struct component *c,
    enum status (*fn)(struct gather *, const struct component *, const struct page *, struct err *),
    struct err *err)
{
	const struct page *p;
	size_t count = 500;
	enum status st = ST_OK;

	for (int from = 1; st == ST_OK && count == 500; from += 500) {
		st = record_pages(g->from->catalog, c->id, from, 500, g->arena, &p, &count, err);
		for (size_t i = 0; st == ST_OK && i < count; i++)
			st = fn(g, c, &p[i], err);
	}
	return st;
}

static enum status
note_ocr(struct gather *g, const struct component *c, const struct page *p, struct err *err)
{
	(void)c;
	(void)err;
	g->any_ocr = g->any_ocr || is_ocr(p);
	return ST_OK;
}

static enum status
gather_pages(struct gather *g, const struct component *list, size_t count, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = each_page(g, &list[i], note_ocr, err);
	ocr_export_plan_begin(&g->plan);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = each_page(g, &list[i], add_page, err);
	if (st == ST_OK && g->job->pages == 0)
		st = fail(err, ST_NOT_FOUND, "nothing to export");
	return st;
}

/* Without a name in any file system; the child maps it. */
static enum status
keep_plan(struct gather *g, struct err *err)
{
	g->job->plan = memfd_create("export", MFD_CLOEXEC);
	if (g->job->plan == -1)
		return fail_sys(err, "export plan");
	return write_all(g->job->plan, g->plan.buf, g->plan.len, err);
}

/* "công văn.pdf" -> "công văn.searchable.pdf", "quét (5-8).pdf". */
static void
name_it(struct gather *g, const struct component *c, size_t count)
{
	static const char *const endings[] = { "", ".searchable", ".pdfa", "" };
	struct export_job *job = g->job;
	const char *dot = strrchr(c->name, '.');
	int stem = (int)(dot && dot > c->name ? (size_t)(dot - c->name) : strlen(c->name));
	const char *range = "";

	if (stem > NAME_MAX_BYTES)
		stem = NAME_MAX_BYTES;
	while (stem > 0 && ((unsigned char)c->name[stem] & 0xc0) == 0x80)
		stem--;
	if (c->first_page && count == 1)
		range = arena_printf(g->arena, " (%d-%d)", c->first_page, c->last_page);
	job->name =
	    arena_printf(g->arena, "%.*s%s%s.pdf", stem, c->name, range, endings[job->what.kind]);
}

static enum status
make(struct gather *g, const struct record *record, const struct component *list, size_t count,
    struct err *err)
{
	struct export_job *job = g->job;
	uint64_t size;
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < count; i++) {
		st = check_component(&list[i], (enum ocr_export_kind)job->what.kind, err);
		if (st == ST_OK && strcmp(list[i].sha256, list[0].sha256) != 0)
			st = fail(err, ST_CONFLICT,
			    "record %s comes from several files: choose a component", record->uid);
	}
	if (st == ST_OK)
		st = gather_pages(g, list, count, err);
	if (st == ST_OK)
		st = keep_plan(g, err);
	if (st == ST_OK)
		st = store_read(g->from->store, list[0].sha256, &job->document, &size, err);
	if (st != ST_OK)
		return st == ST_NOT_FOUND && job->pages
		    ? fail(err, ST_CORRUPT, "blob %s is not in the store", list[0].sha256)
		    : st;
	job->what.whole = count == 1 && list[0].first_page == 0;
	job->what.mime = span_of(list[0].mime);
	job->what.created_us = record->created_us;
	job->what.title =
	    span_of(record->field[FIELD_SUBJECT] ? record->field[FIELD_SUBJECT] : list[0].name);
	name_it(g, &list[0], count);
	return ST_OK;
}

enum status
export_job_make(const struct text_source *from, const struct record *record, int component,
    enum ocr_export_kind kind, struct arena *arena, struct export_job *job, struct err *err)
{
	struct gather g = { .from = from, .arena = arena, .job = job, .plan = STRBUF_INIT };
	const struct component *list;
	size_t count;
	enum status st;

	*job = (struct export_job){ .document = -1, .plan = -1, .what = { .kind = kind } };
	st = record_components(from->catalog, record->id, arena, &list, &count, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; component > 0 && i < count; i++)
		if (list[i].ordinal == component) {
			list += i;
			count = 1;
			component = 0;
		}
	if (component > 0 || count == 0)
		return fail(err, ST_NOT_FOUND, "record %s has no such component", record->uid);
	st = make(&g, record, list, count, err);
	strbuf_free(&g.plan);
	return st;
}

void
export_job_mark(struct export_job *job, const struct copy_mark *mark)
{
	job->what.banner = span_of(mark->obsolete ? PROCEDURE_MARK : "");
	job->what.line = span_of(mark->line);
}

/* The piece alone, without a name: the child sees nothing else of the archive's file. */
static enum status
keep_piece(int fd, uint64_t offset, uint64_t length, int *out, struct err *err)
{
	off_t at = (off_t)offset;

	*out = memfd_create("image", MFD_CLOEXEC);
	if (*out == -1)
		return fail_sys(err, "a file for an image");
	while (length > 0) {
		ssize_t n = sendfile(*out, fd, &at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail_sys(err, "copy an image");
		length -= (uint64_t)n;
	}
	return ST_OK;
}

enum status
export_job_image(int fd, uint64_t offset, uint64_t length, struct export_job *job, struct err *err)
{
	struct gather g = { .job = job, .plan = STRBUF_INIT };
	const struct ocr_export_page only = { .number = 1 };
	enum status st;

	*job = (struct export_job){ .document = -1,
		.plan = -1,
		.pages = 1,
		.what = { .kind = OCR_EXPORT_IMAGE,
		    .whole = true,
		    .mime = SPAN("image/*"),
		    .banner = SPAN(PROCEDURE_MARK) } };
	if (length > IMAGE_MAX)
		return fail(
		    err, ST_TOO_LARGE, "an image of %llu bytes", (unsigned long long)length);
	ocr_export_plan_begin(&g.plan);
	ocr_export_plan_add(&only, &g.plan);
	if ((st = keep_plan(&g, err)) == ST_OK)
		st = keep_piece(fd, offset, length, &job->document, err);
	strbuf_free(&g.plan);
	return st;
}

void
export_job_end(struct export_job *job)
{
	fd_closep(&job->document);
	fd_closep(&job->plan);
}
