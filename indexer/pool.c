/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "finish.h"
#include "log.h"
#include "ocr_client.h"
#include "pool.h"
#include "work.h"

#define FIRST_PAGES 2 /* of the request that also classifies */
#define RANGE_MAX 16  /* pages of one request: a reader's death costs at most one of them */
#define ASK_US (INT64_C(500) * 1000)	     /* between questions for new work when idle */
#define SPOOL_LOOK_US (INT64_C(2) * 1000000) /* between looks at the size of the spool */
#define BACKOFF_MAX_US (INT64_C(60) * 1000000)

struct reader {
	struct ocr_client *client;
	struct work *work;    /* NULL = idle */
	uint32_t first, last; /* pages of the file that were asked for */
};

struct pool {
	struct indexer *ix;
	struct reader *reader;
	size_t readers;
	struct work *works; /* oldest lease first */
	size_t documents;
	int64_t ask_us;	   /* do not lease before */
	int64_t paused_us; /* stand still until, 0 = not */
	int64_t spool_us;  /* do not measure the spool before */
	bool full;	   /* it was over its limit */
	bool drained;
	unsigned reader_failures;
	struct strbuf stopped;
};

struct pool *
pool_new(struct indexer *ix)
{
	struct pool *p = xcalloc(1, sizeof *p);
	size_t i;

	p->ix = ix;
	p->readers = (size_t)ix->readers;
	p->reader = xcalloc(p->readers, sizeof *p->reader);
	strbuf_init(&p->stopped);
	for (i = 0; i < p->readers; i++)
		p->reader[i].client = ocr_client_new(ix->reader, ix->conf);
	return p;
}

enum status
pool_start(struct pool *p, struct err *err)
{
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < p->readers && st == ST_OK; i++)
		st = ocr_client_start(p->reader[i].client, err);
	return st;
}

/* --- documents --- */

static void
unlink_work(struct pool *p, struct work *w)
{
	struct work **at = &p->works;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	p->documents--;
}

/* Nobody works on it any more; what was asked waits again. */
static void
cancel_readers(struct pool *p, struct work *w)
{
	size_t i;

	for (i = 0; i < p->readers; i++) {
		struct reader *r = &p->reader[i];

		if (r->work != w)
			continue;
		ocr_client_cancel(r->client);
		work_unask(w, r->first, r->last);
		r->work = NULL;
		w->running--;
	}
}

static void
forget_work(struct pool *p, struct work *w)
{
	cancel_readers(p, w);
	unlink_work(p, w);
	work_free(w);
}

static void
release_work(struct pool *p, struct work *w)
{
	cancel_readers(p, w);
	unlink_work(p, w);
	work_release(w);
}

void
pool_close(struct pool *p)
{
	size_t i;

	if (!p)
		return;
	while (p->works)
		release_work(p, p->works);
	for (i = 0; i < p->readers; i++)
		ocr_client_close(p->reader[i].client);
	free(p->reader);
	strbuf_free(&p->stopped);
	free(p);
}

/* --- trouble --- */

static void
stand_still(struct pool *p, const char *why, int64_t for_us)
{
	if (strcmp(p->stopped.buf, why) != 0) {
		strbuf_reset(&p->stopped);
		strbuf_add_str(&p->stopped, why);
		log_error("reading stopped: %s", why);
	}
	p->paused_us = monotonic_us() + for_us;
}

void
pool_pause(struct pool *p, const struct err *err)
{
	stand_still(p, err ? err->msg : "the catalogue or the store failed", INDEXER_PAUSE_US);
}

static void
go_on(struct pool *p)
{
	if (p->stopped.len && !p->reader_failures) {
		log_info("reading goes on");
		strbuf_reset(&p->stopped);
	}
	p->paused_us = 0;
}

/*
 * A call about a document failed.  A lost lease: somebody else has it, forget it.  Anything else is
 * the machine: give the document back untouched and stand still.
 */
static enum status
work_trouble(struct pool *p, struct work *w, enum status st, struct err *err)
{
	if (st == ST_OK)
		return ST_OK;
	if (st == ST_CONFLICT) {
		log_warn("record %lld: the lease is lost, another indexer goes on with it",
		    (long long)w->job.record);
		forget_work(p, w);
		return ST_OK;
	}
	pool_pause(p, err);
	release_work(p, w);
	return st;
}

/* The reader itself cannot work: longer and longer waits, nothing is counted against a document. */
static void
reader_trouble(struct pool *p, const char *why)
{
	int64_t wait = INT64_C(1000000) << (p->reader_failures < 6 ? p->reader_failures : 6);

	p->reader_failures++;
	stand_still(p, why, wait < BACKOFF_MAX_US ? wait : BACKOFF_MAX_US);
}

/* --- finishing --- */

static enum status
finish(struct pool *p, struct work *w, struct err *err)
{
	const struct conf *conf = p->ix->conf;
	enum status st = finish_document(w, err);
	bool given_up;

	if (st == ST_CORRUPT || st == ST_NOT_FOUND || st == ST_INTERNAL) {
		/* What was kept of a page cannot be read back: a failed try, then failed. */
		log_failure(err, "finish record %lld", (long long)w->job.record);
		st = job_failed(p->ix->catalog, w->job.id, p->ix->owner, "derived-damaged",
		    conf->indexer_retry, (int)conf->indexer_tries, &given_up, err);
	}
	if (st != ST_OK)
		return work_trouble(p, w, st, err);
	forget_work(p, w);
	return ST_OK;
}

static enum status
finish_complete(struct pool *p, struct err *err)
{
	struct work *w, *next;
	enum status st = ST_OK;

	for (w = p->works; w && st == ST_OK; w = next) {
		next = w->next;
		if (work_complete(w))
			st = finish(p, w, err);
	}
	return st;
}

static enum status
renew_all(struct pool *p, struct err *err)
{
	struct work *w, *next;
	enum status st = ST_OK;

	for (w = p->works; w && st == ST_OK; w = next) {
		next = w->next;
		st = work_trouble(p, w, work_renew(w, err), err);
	}
	return st;
}

/* --- handing out --- */

/* Small ranges at the end of a document, so that the readers end together. */
static uint32_t
range_of(const struct pool *p, const struct work *w)
{
	uint32_t n = w->open / (2 * (uint32_t)p->readers);

	if (!w->classified)
		return FIRST_PAGES;
	return n < 1 ? 1 : n > RANGE_MAX ? RANGE_MAX : n;
}

static enum status
request(struct pool *p, struct reader *r, struct work *w, struct err *err)
{
	enum status st;

	st = ocr_client_request(
	    r->client, w->fd, span_of(w->job.component.name), r->first, r->last, err);
	if (st == ST_OK) {
		r->work = w;
		w->running++;
		return ST_OK;
	}
	work_unask(w, r->first, r->last);
	reader_trouble(p, err ? err->msg : "the reader cannot be started");
	return st;
}

static struct work *
lease(struct pool *p, struct err *err, enum status *st)
{
	struct work *w = NULL, **at;
	int64_t due;

	/* Asking is cheap; taking is a transaction. */
	*st = job_next_due(p->ix->catalog, &due, err);
	if (*st == ST_OK)
		*st = due && due <= now_us() ? work_lease(&w, p->ix, err) : ST_NOT_FOUND;
	if (*st == ST_NOT_FOUND) {
		p->drained = true;
		p->ask_us = monotonic_us() + ASK_US;
		*st = ST_OK;
		return NULL;
	}
	if (*st != ST_OK || !w)
		return NULL;
	p->drained = false;
	for (at = &p->works; *at; at = &(*at)->next)
		;
	*at = w;
	p->documents++;
	return w;
}

/* Temporary space is bounded: beyond the limit no further document is begun, but one is always read. */
static bool
has_room(struct pool *p)
{
	size_t components;
	uint64_t bytes;
	struct err err = ERR_INIT;

	if (p->documents == 0)
		return true;
	if (monotonic_us() >= p->spool_us) {
		p->spool_us = monotonic_us() + SPOOL_LOOK_US;
		p->full = derived_spool(p->ix->derived, &components, &bytes, &err) == ST_OK &&
		    bytes > (uint64_t)p->ix->conf->indexer_spool;
	}
	return !p->full;
}

static enum status
feed(struct pool *p, struct reader *r, bool take, struct err *err)
{
	enum status st = ST_OK;
	struct work *w;

	for (w = p->works; w; w = w->next)
		if (work_next(w, range_of(p, w), &r->first, &r->last))
			return request(p, r, w, err);
	if (!take || p->documents > p->readers || monotonic_us() < p->ask_us || !has_room(p))
		return ST_OK;
	w = lease(p, err, &st);
	if (w && work_next(w, range_of(p, w), &r->first, &r->last))
		return request(p, r, w, err);
	return st;
}

static enum status
may_work(struct pool *p, struct err *err)
{
	enum status st;

	if (monotonic_us() < p->paused_us)
		return ST_BUSY;
	/* Page results and rows need space too: stop at the reserve, before the disk is full. */
	if ((st = store_writable(p->ix->store, 0, err)) != ST_OK) {
		pool_pause(p, err);
		return st;
	}
	go_on(p);
	return ST_OK;
}

enum status
pool_step(struct pool *p, bool take, struct err *err)
{
	enum status st;
	size_t i;

	if ((st = renew_all(p, err)) != ST_OK)
		return st;
	if (may_work(p, err) != ST_OK)
		return ST_OK;
	if ((st = finish_complete(p, err)) != ST_OK)
		return st;
	for (i = 0; i < p->readers && st == ST_OK && !p->paused_us; i++)
		if (!p->reader[i].work)
			st = feed(p, &p->reader[i], take, err);
	if (st != ST_OK)
		pool_pause(p, err);
	return st;
}

/* --- what readers say --- */

static void
idle(struct reader *r)
{
	r->work->running--;
	r->work = NULL;
}

static enum status
end_of_range(struct pool *p, struct reader *r, struct err *err)
{
	struct work *w = r->work;
	struct ocr_failure f = { 0, OCR_REASON_PROTOCOL, SPAN("pages were left out") };
	enum status st = ST_OK;

	idle(r);
	f.number = work_unanswered(w, r->first, r->last);
	if (f.number)
		st = work_page_failed(w, &f, err);
	work_unask(w, r->first, r->last);
	return work_trouble(p, w, st, err);
}

static enum status
range_failed(struct pool *p, struct reader *r, const struct ocr_failure *f, struct err *err)
{
	struct work *w = r->work;
	enum status st = ST_OK;
	bool ended = false;

	idle(r);
	if (f->reason == OCR_REASON_READER) {
		char why[160];

		snprintf(why, sizeof why, "the reader cannot work: %.*s", SPAN_ARG(f->message));
		work_unask(w, r->first, r->last);
		reader_trouble(p, why);
		return ST_OK;
	}
	if (f->number) {
		st = work_page_failed(w, f, err);
		work_unask(w, r->first, r->last);
	} else {
		cancel_readers(p, w);
		work_unask(w, r->first, r->last);
		st = work_failed(w, f, &ended, err);
	}
	if (st != ST_OK)
		return work_trouble(p, w, st, err);
	if (ended)
		forget_work(p, w);
	return ST_OK;
}

static bool
asked_for(const struct reader *r, uint32_t number)
{
	return number >= r->first && number <= r->last;
}

/* Before its first request a process only says that it is up, or why it is not. */
static enum status
starting(struct pool *p, struct reader *r, const struct ocr_event *e)
{
	char why[160];

	if (e->kind == OCR_EVENT_FAILED) {
		snprintf(
		    why, sizeof why, "the reader cannot start: %.*s", SPAN_ARG(e->failure.message));
		reader_trouble(p, why);
	} else if (e->kind == OCR_EVENT_READY) {
		p->reader_failures = 0;
		log_info("reader %ld: %s; locked down by %s", (long)ocr_client_pid(r->client),
		    ocr_client_versions(r->client), ocr_client_sandbox(r->client));
	}
	return ST_OK;
}

static enum status
take_event(struct pool *p, struct reader *r, const struct ocr_event *e, struct err *err)
{
	struct work *w = r->work;

	if (!w)
		return starting(p, r, e);
	switch (e->kind) {
	case OCR_EVENT_DOCUMENT:
		p->reader_failures = 0;
		return work_trouble(
		    p, w, work_document(w, &e->document, r->first, r->last, err), err);
	case OCR_EVENT_PAGE:
		if (!asked_for(r, e->page.number))
			return ST_OK;
		return work_trouble(p, w, work_page(w, &e->page, err), err);
	case OCR_EVENT_PAGE_FAILED:
		if (!asked_for(r, e->failure.number))
			return ST_OK;
		return work_trouble(p, w, work_page_failed(w, &e->failure, err), err);
	case OCR_EVENT_DONE:
		return end_of_range(p, r, err);
	case OCR_EVENT_FAILED:
		return range_failed(p, r, &e->failure, err);
	case OCR_EVENT_READY:
	case OCR_EVENT_BEGIN:
	case OCR_EVENT_NONE:
		break;
	}
	return ST_OK;
}

static enum status
receive(struct pool *p, struct reader *r, struct err *err)
{
	struct ocr_event e;
	enum status st;

	do {
		st = ocr_client_receive(r->client, &e, err);
		if (st == ST_OK)
			st = take_event(p, r, &e, err);
	} while (st == ST_OK && ocr_client_fd(r->client) >= 0 && e.kind != OCR_EVENT_NONE);
	return st;
}

enum status
pool_receive(struct pool *p, struct err *err)
{
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < p->readers && st == ST_OK; i++)
		if (ocr_client_fd(p->reader[i].client) >= 0)
			st = receive(p, &p->reader[i], err);
	return st == ST_OK ? finish_complete(p, err) : st;
}

size_t
pool_poll(const struct pool *p, struct pollfd *fds, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < p->readers && n < max; i++) {
		int fd = ocr_client_fd(p->reader[i].client);

		if (fd >= 0)
			fds[n++] = (struct pollfd){ fd, POLLIN, 0 };
	}
	return n;
}

int64_t
pool_due_us(const struct pool *p)
{
	int64_t due = p->paused_us ? p->paused_us : p->ask_us;
	const struct work *w;
	size_t i;

	/* With every reader busy there is nothing to ask for. */
	if (!p->paused_us && pool_running(p) == p->readers)
		due = INT64_MAX;
	for (w = p->works; w; w = w->next)
		due = w->renew_us < due ? w->renew_us : due;
	for (i = 0; i < p->readers; i++) {
		int64_t deadline = ocr_client_deadline_us(p->reader[i].client);

		if (deadline < due)
			due = deadline;
	}
	return due;
}

size_t
pool_documents(const struct pool *p)
{
	return p->documents;
}

size_t
pool_running(const struct pool *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->readers; i++)
		n += p->reader[i].work != NULL;
	return n;
}

bool
pool_drained(const struct pool *p)
{
	return p->drained && !p->documents;
}

const char *
pool_stopped(const struct pool *p)
{
	return p->stopped.len ? p->stopped.buf : NULL;
}

unsigned
pool_reader_failures(const struct pool *p)
{
	return p->reader_failures;
}

uint64_t
pool_peak_rss(const struct pool *p)
{
	uint64_t peak = 0;
	size_t i;

	for (i = 0; i < p->readers; i++)
		if (ocr_client_peak_rss(p->reader[i].client) > peak)
			peak = ocr_client_peak_rss(p->reader[i].client);
	return peak;
}
