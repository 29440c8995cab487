/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "finish.h"
#include "json_out.h"
#include "log.h"
#include "page.h"
#include "work.h"

/* Pages of the file before the first one of the component (D6). */
static uint32_t
before(const struct work *w)
{
	return w->job.component.first_page > 0 ? (uint32_t)w->job.component.first_page - 1 : 0;
}

static int64_t
renew_after(const struct work *w)
{
	return monotonic_us() + w->ix->conf->indexer_lease * 1000000 / 3;
}

static enum status
open_original(struct work *w, struct err *err)
{
	const struct component *c = &w->job.component;
	enum status st;
	uint64_t size;

	if ((st = store_read(w->ix->store, c->sha256, &w->fd, &size, err)) != ST_OK)
		return st;
	if (size != (uint64_t)c->size)
		return fail(err, ST_CORRUPT, "blob %s has %llu bytes, not %lld", c->sha256,
		    (unsigned long long)size, (long long)c->size);
	return ST_OK;
}

static void
make_pages(struct work *w, uint32_t pages, enum work_page state)
{
	w->pages = pages;
	w->page = xmalloc(pages ? pages : 1);
	memset(w->page, state, pages);
	w->open = state == WORK_ANSWERED ? 0 : pages;
	w->cursor = 0;
}

/* An earlier life classified it and answered some pages: only the others are left. */
static enum status
take_up(struct work *w, struct err *err)
{
	const int *waiting;
	enum status st;
	size_t i, count;

	if (w->job.pages <= 0)
		return ST_OK;
	st = job_pages_waiting(
	    w->ix->catalog, w->job.id, (size_t)w->job.pages, w->arena, &waiting, &count, err);
	if (st != ST_OK)
		return st;
	make_pages(w, (uint32_t)w->job.pages, WORK_ANSWERED);
	for (i = 0; i < count; i++)
		if (waiting[i] >= 1 && (uint32_t)waiting[i] <= w->pages) {
			w->page[waiting[i] - 1] = WORK_WAITING;
			w->open++;
		}
	w->classified = true;
	return ST_OK;
}

/* The original cannot be opened: a matter for verify and the operator; tried again later. */
static enum status
put_off(struct work *w, const struct err *why, struct err *err)
{
	const struct conf *conf = w->ix->conf;
	bool given_up;

	log_failure(why, "original of record %lld", (long long)w->job.record);
	return job_failed(w->ix->catalog, w->job.id, w->ix->owner, "original-missing",
	    conf->indexer_retry, (int)conf->indexer_tries, &given_up, err);
}

enum status
work_lease(struct work **out, struct indexer *ix, struct err *err)
{
	struct arena *arena = arena_new();
	struct err why = ERR_INIT;
	enum status st;
	struct work *w;

	*out = NULL;
	w = xcalloc(1, sizeof *w);
	w->ix = ix;
	w->arena = arena;
	w->fd = -1;
	st = job_lease(ix->catalog, ix->owner, ix->conf->indexer_lease, arena, &w->job, err);
	if (st != ST_OK) {
		work_free(w);
		return st;
	}
	w->renew_us = renew_after(w);
	st = open_original(w, &why);
	if (st == ST_NOT_FOUND || st == ST_CORRUPT || st == ST_INVALID) {
		st = put_off(w, &why, err);
		work_free(w);
		return st;
	}
	if (st != ST_OK && err)
		*err = why;
	if (st == ST_OK)
		st = take_up(w, err);
	if (st != ST_OK) {
		work_release(w);
		return st;
	}
	*out = w;
	return ST_OK;
}

void
work_free(struct work *w)
{
	if (!w)
		return;
	fd_closep(&w->fd);
	free(w->page);
	arena_free(w->arena);
	free(w);
}

void
work_release(struct work *w)
{
	struct err err = ERR_INIT;

	/* If this fails, the lease runs out or the next life of this owner reclaims it. */
	if (job_release(w->ix->catalog, w->job.id, w->ix->owner, &err) != ST_OK &&
	    err.status != ST_CONFLICT)
		log_failure(&err, "give back job %lld", (long long)w->job.id);
	work_free(w);
}

enum status
work_renew(struct work *w, struct err *err)
{
	enum status st;

	if (monotonic_us() < w->renew_us)
		return ST_OK;
	st = job_renew(w->ix->catalog, w->job.id, w->ix->owner, w->ix->conf->indexer_lease, err);
	if (st == ST_OK)
		w->renew_us = renew_after(w);
	return st;
}

bool
work_next(struct work *w, uint32_t want, uint32_t *first, uint32_t *last)
{
	uint32_t i, n;

	if (!w->classified) {
		if (w->running)
			return false;
		*first = before(w) + 1;
		*last = before(w) + want;
		if (w->job.component.last_page > 0 && *last > (uint32_t)w->job.component.last_page)
			*last = (uint32_t)w->job.component.last_page;
		return true;
	}
	while (w->cursor < w->pages && w->page[w->cursor] != WORK_WAITING)
		w->cursor++;
	if (w->cursor == w->pages)
		return false;
	for (i = w->cursor, n = 0; i < w->pages && n < want && w->page[i] == WORK_WAITING; i++, n++)
		w->page[i] = WORK_ASKED;
	*first = before(w) + w->cursor + 1;
	*last = before(w) + i;
	return true;
}

/* Index of a page of the file, or UINT32_MAX when it is none of ours. */
static uint32_t
page_index(const struct work *w, uint32_t number)
{
	if (!w->classified || number <= before(w) || number - before(w) > w->pages)
		return UINT32_MAX;
	return number - before(w) - 1;
}

void
work_unask(struct work *w, uint32_t first, uint32_t last)
{
	uint32_t n, i;

	for (n = first; n <= last && (i = page_index(w, n)) != UINT32_MAX; n++)
		if (w->page[i] == WORK_ASKED) {
			w->page[i] = WORK_WAITING;
			w->cursor = i < w->cursor ? i : w->cursor;
		}
}

uint32_t
work_unanswered(const struct work *w, uint32_t first, uint32_t last)
{
	uint32_t n, i;

	for (n = first; n <= last && (i = page_index(w, n)) != UINT32_MAX; n++)
		if (w->page[i] == WORK_ASKED)
			return n;
	return 0;
}

bool
work_complete(const struct work *w)
{
	return w->classified && !w->open && !w->running;
}

static void
answered(struct work *w, uint32_t i)
{
	if (w->page[i] == WORK_ANSWERED)
		return;
	w->page[i] = WORK_ANSWERED;
	w->open--;
	w->ix->pages++;
}

static uint32_t
own_pages(const struct work *w, uint32_t in_file)
{
	const struct component *c = &w->job.component;
	uint32_t pages = in_file > before(w) ? in_file - before(w) : 0;

	if (c->last_page > 0 && pages > (uint32_t)(c->last_page - (int)before(w)))
		pages = (uint32_t)(c->last_page - (int)before(w));
	return pages;
}

enum status
work_document(
    struct work *w, const struct ocr_document *d, uint32_t first, uint32_t last, struct err *err)
{
	struct job_document doc;
	enum status st;
	uint32_t n, i;

	if (w->classified)
		return ST_OK;
	doc.pages = d->readable ? own_pages(w, d->pages) : 0;
	doc.mime = d->mime.n ? arena_dup_span(w->arena, d->mime) : "application/octet-stream";
	doc.format = d->label.n ? arena_dup_span(w->arena, d->label) : NULL;
	if ((st = job_document(w->ix->catalog, w->job.id, w->ix->owner, &doc, err)) != ST_OK)
		return st;
	w->job.mime = doc.mime;
	if (!doc.pages) /* its refusal follows */
		return ST_OK;
	make_pages(w, (uint32_t)doc.pages, WORK_WAITING);
	w->classified = true;
	for (n = first; n <= last && (i = page_index(w, n)) != UINT32_MAX; n++)
		w->page[i] = WORK_ASKED;
	return ST_OK;
}

enum status
work_page(struct work *w, const struct ocr_page *p, struct err *err)
{
	uint32_t i = page_index(w, p->number);
	struct ocr_failure bad = { p->number, OCR_REASON_PROTOCOL, SPAN("no valid word table") };
	struct page row;
	enum status st;

	if (i == UINT32_MAX || w->page[i] == WORK_ANSWERED)
		return ST_OK; /* said twice, or never asked: changes nothing */
	owned(arena_freep) struct arena *arena = arena_new();
	st = page_keep(w->ix->derived, w->job.component.derived,
	    w->job.component.derived_before + i + 1, w->ix->conf, p, arena, &row, err);
	if (st == ST_CORRUPT)
		return work_page_failed(w, &bad, err);
	row.no = (int)i + 1;
	if (st == ST_OK)
		st = job_page(w->ix->catalog, w->job.id, w->ix->owner, &row, err);
	if (st == ST_OK)
		answered(w, i);
	return st;
}

static enum page_state
end_state(const struct ocr_reason_info *info)
{
	return finish_is_refusal(info->status) ? PAGE_REFUSED : PAGE_GIVEN_UP;
}

/* Tried again and again, and each time it wanted more than it may have: refused (D13). */
static bool
is_over_limit(uint32_t reason)
{
	return reason == OCR_REASON_MEMORY || reason == OCR_REASON_CPU || reason == OCR_REASON_WALL;
}

/* Not worth another try: the page's outcome is final. */
static enum status
end_page(struct work *w, uint32_t i, enum page_state state, const struct ocr_reason_info *info,
    struct err *err)
{
	const struct page row = {
		.no = (int)i + 1, .state = state, .reason = info->name, .confidence = -1
	};
	enum status st;

	st = job_page(w->ix->catalog, w->job.id, w->ix->owner, &row, err);
	if (st == ST_OK)
		answered(w, i);
	return st;
}

enum status
work_page_failed(struct work *w, const struct ocr_failure *f, struct err *err)
{
	const struct ocr_reason_info *info = ocr_reason_info(f->reason);
	uint32_t i = page_index(w, f->number);
	bool given_up = false;
	enum status st;

	if (i == UINT32_MAX || w->page[i] == WORK_ANSWERED)
		return ST_OK;
	log_warn("record %lld page %u: %s: %.*s", (long long)w->job.record, i + 1, info->name,
	    SPAN_ARG(f->message));
	if (!info->retry)
		return end_page(w, i, end_state(info), info, err);
	st = job_page_failed(w->ix->catalog, w->job.id, w->ix->owner, (int)i + 1, info->name,
	    (int)w->ix->conf->indexer_tries, &given_up, err);
	if (st != ST_OK)
		return st;
	if (given_up && is_over_limit(f->reason))
		return end_page(w, i, PAGE_REFUSED, info, err);
	if (given_up)
		answered(w, i);
	else
		work_unask(w, f->number, f->number);
	return ST_OK;
}

/* Some pages were answered before: the others share the document's fate. */
static enum status
give_up_rest(struct work *w, const struct ocr_reason_info *info, struct err *err)
{
	enum status st = ST_OK;
	uint32_t i;

	for (i = 0; i < w->pages && st == ST_OK; i++)
		if (w->page[i] != WORK_ANSWERED)
			st = end_page(w, i, end_state(info), info, err);
	return st;
}

enum status
work_failed(struct work *w, const struct ocr_failure *f, bool *ended, struct err *err)
{
	const struct ocr_reason_info *info = ocr_reason_info(f->reason);
	const struct conf *conf = w->ix->conf;
	bool last_try = w->job.tries + 1 >= conf->indexer_tries, given_up = false;

	*ended = false;
	log_warn(
	    "record %lld: %s: %.*s", (long long)w->job.record, info->name, SPAN_ARG(f->message));
	if (info->retry && !last_try) {
		*ended = true;
		return job_failed(w->ix->catalog, w->job.id, w->ix->owner, info->name,
		    conf->indexer_retry, (int)conf->indexer_tries, &given_up, err);
	}
	if (w->classified)
		return give_up_rest(w, info, err);
	*ended = true;
	return finish_unread(w, info, err);
}
