/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "job.h"
#include "json_out.h"
#include "progress.h"

#define SECOND INT64_C(1000000)
#define TERMINAL_US SECOND
#define PLAIN_US (10 * SECOND)
#define KEEP_US (2 * SECOND) /* in the catalogue */
#define IDLE_US (60 * SECOND)
#define SAMPLE_US SECOND
#define PAGES_GUESS 3.0 /* pages of a document before any was seen */

struct progress {
	struct indexer *ix;
	char *key;
	bool print, terminal, english;
	struct progress_rate rate;
	int64_t sample_us, print_us, keep_us;
	enum progress_state state; /* told last */
	struct job_counts counts;
	double per_minute;
	int64_t eta;
	int64_t start_us;
};

static const struct {
	const char *name, *vi, *en;
} states[] = {
	[PROGRESS_STARTING] = { "starting", "khởi động", "starting" },
	[PROGRESS_READING] = { "reading", "đang đọc", "reading" },
	[PROGRESS_IDLE] = { "idle", "chờ tài liệu", "idle" },
	[PROGRESS_WAITING] = { "waiting", "tạm dừng", "stopped for now" },
	[PROGRESS_REBUILDING] = { "rebuilding", "dựng lại chỉ mục", "rebuilding the index" },
	[PROGRESS_STOPPED] = { "stopped", "đã dừng", "ended" },
};

void
progress_sample(struct progress_rate *r, int64_t us, uint64_t pages)
{
	r->us[r->next] = us;
	r->pages[r->next] = pages;
	r->next = (r->next + 1) % PROGRESS_SAMPLES;
	r->count += r->count < PROGRESS_SAMPLES;
}

double
progress_per_minute(const struct progress_rate *r)
{
	size_t last = (r->next + PROGRESS_SAMPLES - 1) % PROGRESS_SAMPLES;
	size_t first = (r->next + PROGRESS_SAMPLES - r->count) % PROGRESS_SAMPLES;
	int64_t us;

	if (r->count < 2 || (us = r->us[last] - r->us[first]) <= 0)
		return 0;
	return (double)(r->pages[last] - r->pages[first]) * 60 * (double)SECOND / (double)us;
}

int64_t
progress_eta(double per_minute, double pages)
{
	if (pages <= 0)
		return 0;
	return per_minute < 0.01 ? -1 : (int64_t)(pages * 60 / per_minute + 0.5);
}

struct progress *
progress_new(struct indexer *ix, const char *slot, bool print)
{
	struct progress *p = xcalloc(1, sizeof *p);
	struct strbuf key = STRBUF_INIT;

	strbuf_addf(&key, "run.%s.progress", slot);
	p->ix = ix;
	p->key = strbuf_detach(&key, NULL);
	p->print = print;
	p->terminal = isatty(STDOUT_FILENO) == 1;
	p->english = ix->conf->language && strcmp(ix->conf->language, "en") == 0;
	p->state = PROGRESS_STOPPED;
	p->start_us = monotonic_us();
	return p;
}

void
progress_free(struct progress *p)
{
	if (!p)
		return;
	free(p->key);
	free(p);
}

/* Pages still to read: those known, and a guess for documents nobody has opened yet. */
static double
pages_left(const struct progress *p)
{
	double each =
	    p->ix->documents ? (double)p->ix->pages / (double)p->ix->documents : PAGES_GUESS;

	return (double)p->counts.pages_waiting + (double)p->counts.waiting * (each < 1 ? 1 : each);
}

static void
count(struct progress *p)
{
	struct err err = ERR_INIT;

	/* Yesterday's numbers are better than none. */
	if (job_counts(p->ix->catalog, &p->counts, &err) != ST_OK)
		return;
	p->per_minute = progress_per_minute(&p->rate);
	p->eta = progress_eta(p->per_minute, pages_left(p));
}

static void
eta_text(const struct progress *p, char *out, size_t max)
{
	if (p->eta < 0 || p->state != PROGRESS_READING)
		snprintf(out, max, "-");
	else if (p->eta < 90)
		snprintf(out, max, "%lld s", (long long)p->eta);
	else if (p->eta < 90 * 60)
		snprintf(
		    out, max, p->english ? "%lld min" : "%lld phút", (long long)(p->eta + 30) / 60);
	else
		snprintf(out, max, p->english ? "%.1f h" : "%.1f giờ", (double)p->eta / 3600);
}

static void
print_line(struct progress *p, const struct progress_view *v)
{
	char eta[32];

	eta_text(p, eta, sizeof eta);
	printf(p->terminal ? "\r\033[K" : "");
	printf(p->english ? "%s: %llu pages, %.1f a minute; %lld documents queued, %s left; "
			    "%lld to index"
			  : "%s: %llu trang, %.1f trang/phút; %lld tài liệu chờ, còn %s; "
			    "%lld chờ vào chỉ mục",
	    p->english ? states[v->state].en : states[v->state].vi,
	    (unsigned long long)p->ix->pages, p->per_minute,
	    (long long)p->counts.waiting + p->counts.leased, eta, (long long)p->counts.outbox);
	if (v->state == PROGRESS_REBUILDING)
		printf(p->english ? "; %llu records rebuilt" : "; đã dựng lại %llu hồ sơ",
		    (unsigned long long)v->rebuilt);
	if (v->reason)
		printf(" (%s)", v->reason);
	printf(p->terminal ? "" : "\n");
	fflush(stdout);
}

static void
write_json(const struct progress *p, const struct progress_view *v, struct strbuf *out)
{
	struct json_out j;

	json_start(&j, out);
	json_object(&j);
	json_key_str(&j, "state", states[v->state].name);
	json_key_opt(&j, "reason", v->reason);
	json_key_str(&j, "owner", p->ix->owner);
	json_key_int(&j, "pid", v->state == PROGRESS_STOPPED ? 0 : (int64_t)getpid());
	json_key_int(&j, "readers", p->ix->readers);
	json_key_int(&j, "readers_busy", (int64_t)v->running);
	json_key_int(&j, "pages", (int64_t)p->ix->pages);
	json_key_int(&j, "documents", (int64_t)p->ix->documents);
	json_key_int(&j, "files", (int64_t)p->ix->files);
	json_key(&j, "pages_per_minute");
	json_number(&j, p->per_minute);
	json_key_int(&j, "eta_s", p->eta);
	json_key_int(&j, "queue", p->counts.waiting + p->counts.leased);
	json_key_int(&j, "queue_pages", p->counts.pages_waiting);
	json_key_int(&j, "outbox", p->counts.outbox);
	json_key_int(&j, "intake_waiting", (int64_t)v->intake_waiting);
	json_key_int(&j, "intake_stuck", (int64_t)v->intake_stuck);
	json_key_opt(&j, "intake_reason", v->intake_reason);
	json_key_int(&j, "peak_rss", (int64_t)v->peak_rss);
	json_key_opt(&j, "index_trouble", v->trouble && *v->trouble ? v->trouble : NULL);
	json_key_time(&j, "updated", now_us());
	json_end_object(&j);
}

static void
keep(const struct progress *p, const struct progress_view *v)
{
	owned(strbuf_free) struct strbuf json = STRBUF_INIT;
	const struct actor nobody = { .source = "indexer" };
	struct err err = ERR_INIT;

	write_json(p, v, &json);
	if (catalog_setting_put(p->ix->catalog, &nobody, p->key, json.buf, &err) != ST_OK)
		return;
}

void
progress_tell(struct progress *p, const struct progress_view *v)
{
	bool changed = v->state != p->state, busy = v->state != PROGRESS_IDLE;
	int64_t now = monotonic_us();

	if (now >= p->sample_us) {
		progress_sample(&p->rate, now, p->ix->pages);
		p->sample_us = now + SAMPLE_US;
	}
	if (!changed && now < p->print_us && now < p->keep_us)
		return;
	p->state = v->state;
	count(p);
	if (p->print && (changed || (now >= p->print_us && (busy || p->terminal)))) {
		print_line(p, v);
		p->print_us = now + (p->terminal ? TERMINAL_US : PLAIN_US);
	}
	if (changed || now >= p->keep_us) {
		keep(p, v);
		p->keep_us = now + (busy ? KEEP_US : IDLE_US);
	}
	if (!p->print)
		p->print_us = p->keep_us;
}

void
progress_end(struct progress *p, const struct progress_view *v)
{
	double seconds = (double)(monotonic_us() - p->start_us) / (double)SECOND;

	p->state = v->state;
	count(p);
	p->eta = -1;
	keep(p, v);
	if (!p->print)
		return;
	printf(p->terminal ? "\r\033[K" : "");
	printf(p->english
		? "%llu documents, %llu pages read in %.1f s; %lld waiting, %lld failed\n"
		: "%llu tài liệu, %llu trang đã đọc trong %.1f giây; còn chờ %lld, hỏng %lld\n",
	    (unsigned long long)p->ix->documents, (unsigned long long)p->ix->pages, seconds,
	    (long long)p->counts.waiting + p->counts.leased, (long long)p->counts.failed);
	fflush(stdout);
}

int64_t
progress_due_us(const struct progress *p)
{
	return p->print_us < p->keep_us ? p->print_us : p->keep_us;
}
