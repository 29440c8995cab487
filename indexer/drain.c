/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "declare.h"
#include "drain.h"
#include "job.h"
#include "page_text.h"

/*
 * Pages between two commits of an index that nobody reads yet, which are not synced: more make the trees in
 * which Xapian gathers changes slower and larger, fewer merge them more often (tests/perf/B047-reindex).
 */
#define FRESH_COMMIT_PAGES 200
#define BATCH 64		       /* records asked of the catalogue at once */
#define GAP_US 200000		       /* between commits: a reader's state lasts for two of them */
#define TEXT_MAX (UINT64_C(256) << 20) /* bytes of one record's text; pages beyond are empty */

struct drain {
	const struct conf *conf;
	struct catalog *catalog;
	struct derived *derived;
	struct store *store;
	struct search_index *index;
	bool live;     /* what is committed may be forgotten as old */
	int64_t taken; /* mark of what was put */
	int64_t committed;
	int64_t since_us; /* of the first uncommitted put, 0 = none */
	int64_t ended_us; /* of the last commit, 0 = none */
	uint64_t records;
	struct strbuf trouble;
};

enum status
drain_open(struct drain **out, const struct conf *conf, struct catalog *catalog,
    struct store *store, struct derived *derived, const char *dir, bool fresh, struct err *err)
{
	struct search_index *index;
	enum status st;
	struct drain *d;

	*out = NULL;
	if ((st = mkdir_synced(dir, err)) != ST_OK ||
	    (st = search_index_open(&index, dir, fresh, err)) != ST_OK)
		return st;
	d = xcalloc(1, sizeof *d);
	d->conf = conf;
	d->catalog = catalog;
	d->derived = derived;
	d->store = store;
	d->index = index;
	d->live = !fresh;
	d->taken = d->committed = search_index_mark(index);
	strbuf_init(&d->trouble);
	*out = d;
	return ST_OK;
}

void
drain_close(struct drain *d)
{
	if (!d)
		return;
	search_index_close(d->index);
	strbuf_free(&d->trouble);
	free(d);
}

void
drain_closep(struct drain **d)
{
	drain_close(*d);
	*d = NULL;
}

int64_t
drain_mark(const struct drain *d)
{
	return d->committed;
}

uint64_t
drain_records(const struct drain *d)
{
	return d->records;
}

const char *
drain_trouble(const struct drain *d)
{
	return d->trouble.buf;
}

int64_t
drain_due_us(const struct drain *d)
{
	return d->since_us ? d->since_us + d->conf->indexer_commit_ms * 1000 : INT64_MAX;
}

/* Accepted metadata, or the best suggestion marked as one (D16). */
static void
fill_fields(struct search_document *doc, const struct index_record *r)
{
	double best[FIELD_COUNT] = { 0 };
	size_t i;

	for (i = 0; i < FIELD_COUNT; i++)
		if (r->record.field[i])
			doc->field[i].value = span_of(r->record.field[i]);
	for (i = 0; i < r->suggestion_count; i++) {
		const struct suggestion *s = &r->suggestions[i];

		if (r->record.field[s->field] || s->confidence <= best[s->field])
			continue;
		best[s->field] = s->confidence;
		doc->field[s->field].value = span_of(s->value);
		doc->field[s->field].suggested = true;
	}
}

/* records.md 13: the other fields of NĐ 30/2020 PL VI are found by their words. */
static enum status
fill_details(struct drain *d, struct search_document *doc, struct arena *arena, struct err *err)
{
	const struct record_detail *row;
	struct span *text;
	size_t count;
	enum status st = record_details(d->catalog, doc->record, arena, &row, &count, err);

	if (st != ST_OK || count == 0)
		return st;
	text = arena_array(arena, count, sizeof(*text));
	for (size_t i = 0; i < count; i++)
		if (record_detail_is_words(row[i].name))
			text[doc->detail_count++] = span_of(row[i].value);
	doc->details = text;
	return ST_OK;
}

/* "SỞ Y TẾ" stands on the paper, its province before the date: asked for is "Sở Y tế Kiên Giang". */
static enum status
fill_place(struct drain *d, struct search_document *doc, struct arena *arena, struct err *err)
{
	const char *place = NULL;
	enum status st =
	    reading_finding_first(d->catalog, doc->record, FOUND_PLACE, arena, &place, err);

	if (st == ST_OK && place != NULL)
		doc->place = span_of(place);
	return st;
}

/* The newest text of one page; a page that was not read is empty. */
static enum status
page_text(struct drain *d, const struct component *component, int no, struct arena *arena,
    struct search_page *page, uint64_t *total, struct err *err)
{
	struct text_source from = { d->catalog, d->store, d->derived };
	owned(page_text_end) struct page_text text = { 0 };
	enum status st;

	st = page_text_load(&from, component, no, PAGE_TEXT_NEWEST, arena, &text, err);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return err_context(err, "words of page %d of component %s", no, component->uid);
	if (*total + text.words->text.len > TEXT_MAX)
		return ST_OK;
	*total += text.words->text.len;
	page->text =
	    span_make(arena_dup_span(arena, strbuf_span(&text.words->text)), text.words->text.len);
	return ST_OK;
}

/*
 * Pages enter the index only when the gate has seen all of them: job_finish moves the reading state
 * and the quarantine in one transaction.
 */
static enum status
fill_pages(struct drain *d, struct search_document *doc, const struct index_record *r,
    struct arena *arena, struct err *err)
{
	struct search_page *pages;
	uint64_t total = 0, count = 0;
	enum status st;
	size_t c, n = 0;
	int64_t no;

	if (r->record.reading == READING_WAITING || r->record.reading == READING_READING)
		return ST_OK;
	for (c = 0; c < r->component_count; c++)
		count += r->components[c].pages > 0 ? (uint64_t)r->components[c].pages : 0;
	if (count > SEARCH_SLICES_MAX)
		return fail(err, ST_TOO_LARGE, "record %lld has %llu pages", (long long)doc->record,
		    (unsigned long long)count);
	pages = arena_array(arena, count ? count : 1, sizeof *pages);
	for (c = 0; c < r->component_count; c++)
		for (no = 1; no <= r->components[c].pages; no++, n++) {
			st =
			    page_text(d, &r->components[c], (int)no, arena, &pages[n], &total, err);
			/* One damaged page must not hide the others; verify reports it. */
			if (st == ST_CORRUPT || st == ST_UNSUPPORTED || st == ST_TOO_LARGE) {
				strbuf_reset(&d->trouble);
				strbuf_add_str(&d->trouble, err ? err->msg : "a page is damaged");
			} else if (st != ST_OK) {
				return st;
			}
		}
	doc->pages = pages;
	doc->page_count = n;
	return ST_OK;
}

static enum status
put_record(struct drain *d, int64_t record, struct arena *arena, struct err *err)
{
	struct search_document doc = { .record = record };
	struct index_record r;
	enum status st;

	memset(&r, 0, sizeof r);
	st = outbox_record(d->catalog, record, arena, &r, err);
	if (st == ST_NOT_FOUND || (st == ST_OK && (r.gone || r.record.quarantine)))
		return search_index_delete(d->index, record, err);
	if (st != ST_OK)
		return st;
	doc.uid = r.record.uid;
	doc.access_class = r.record.access_class;
	doc.level = r.record.effective_level;
	doc.state = r.record.state;
	doc.dossiers = r.dossiers;
	doc.dossier_count = r.dossier_count;
	fill_fields(&doc, &r);
	st = fill_details(d, &doc, arena, err);
	if (st == ST_OK)
		st = fill_place(d, &doc, arena, err);
	if (st == ST_OK)
		st = fill_pages(d, &doc, &r, arena, err);
	if (st == ST_OK)
		st = search_index_put(d->index, &doc, NULL, NULL, err);
	if (st != ST_INVALID && st != ST_TOO_LARGE)
		return st;
	/* What cannot be indexed must not keep the others waiting, nor stay in an old state. */
	strbuf_reset(&d->trouble);
	strbuf_addf(
	    &d->trouble, "record %s: %s", r.record.uid, err ? err->msg : "cannot be indexed");
	return search_index_delete(d->index, record, err);
}

enum status
drain_commit(struct drain *d, struct err *err)
{
	enum status st;

	if (d->taken == d->committed)
		return ST_OK;
	if ((st = search_index_commit(d->index, d->taken, err)) != ST_OK)
		return st;
	d->committed = d->taken;
	d->since_us = 0;
	d->ended_us = monotonic_us();
	return d->live ? outbox_committed(d->catalog, d->committed, err) : ST_OK;
}

static enum status
take_batch(struct drain *d, int64_t until_us, bool *more, struct err *err)
{
	owned(arena_freep) struct arena *list = arena_new();
	const int64_t *records, *seqs;
	enum status st;
	size_t i, count;

	st = outbox_list(d->catalog, d->taken, BATCH, list, &records, &seqs, &count, err);
	if (st != ST_OK)
		return st;
	*more = count == BATCH;
	for (i = 0; i < count; i++) {
		owned(arena_freep) struct arena *arena = arena_new();

		if ((st = put_record(d, records[i], arena, err)) != ST_OK)
			return st;
		d->taken = seqs[i];
		d->records++;
		if (!d->since_us)
			d->since_us = monotonic_us();
		if (monotonic_us() >= until_us ||
		    search_index_pending(d->index) >= (size_t)d->conf->indexer_commit_pages) {
			*more = *more || i + 1 < count;
			return ST_OK;
		}
	}
	return ST_OK;
}

enum status
drain_walk(
    struct drain *d, int64_t *record, int64_t last, int64_t budget_us, bool *done, struct err *err)
{
	owned(arena_freep) struct arena *list = arena_new();
	int64_t until_us = monotonic_us() + budget_us;
	const int64_t *records;
	enum status st;
	size_t i, count;

	st = outbox_range(d->catalog, *record, last, BATCH, list, &records, &count, err);
	for (i = 0; st == ST_OK && i < count && monotonic_us() < until_us; i++) {
		owned(arena_freep) struct arena *arena = arena_new();

		if ((st = put_record(d, records[i], arena, err)) != ST_OK)
			return st;
		*record = records[i];
		d->records++;
		if (search_index_pending(d->index) >= FRESH_COMMIT_PAGES)
			st = search_index_commit(d->index, 0, err);
	}
	*done = st == ST_OK && i == count && count < BATCH;
	return st;
}

enum status
drain_seal(struct drain *d, int64_t mark, struct err *err)
{
	return search_index_commit(d->index, mark, err);
}

enum status
drain_is_level(struct drain *d, bool *level, struct err *err)
{
	owned(arena_freep) struct arena *list = arena_new();
	const int64_t *records, *seqs;
	enum status st;
	size_t count;

	*level = false;
	if (d->taken != d->committed)
		return ST_OK;
	st = outbox_list(d->catalog, d->taken, 1, list, &records, &seqs, &count, err);
	*level = st == ST_OK && count == 0;
	return st;
}

enum status
drain_step(struct drain *d, int64_t budget_us, bool hurry, enum drain_state *state, struct err *err)
{
	int64_t now = monotonic_us();
	bool more = false, due;
	enum status st;

	if ((st = take_batch(d, now + budget_us, &more, err)) != ST_OK)
		return st;
	due = search_index_pending(d->index) >= (size_t)d->conf->indexer_commit_pages ||
	    (hurry && !more && (!d->live || monotonic_us() - d->ended_us >= GAP_US)) ||
	    monotonic_us() >= drain_due_us(d);
	if (due && (st = drain_commit(d, err)) != ST_OK)
		return st;
	*state = more ? DRAIN_MORE : d->since_us ? DRAIN_PENDING : DRAIN_EMPTY;
	return ST_OK;
}
