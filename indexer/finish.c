/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "fields.h"
#include "finish.h"
#include "gate.h"
#include "json_out.h"
#include "log.h"
#include "stack.h"
#include "words.h"

#define PAGE_BATCH 256 /* rows asked of the catalogue at once */
#define PROVENANCES 8  /* different ways of reading told of one document */
#define NOTE_MAX (64u << 10)

bool
finish_is_refusal(enum status st)
{
	return st == ST_REFUSED || st == ST_UNSUPPORTED || st == ST_TOO_LARGE || st == ST_LIMIT;
}

/* What the pages add up to. */
struct outcome {
	uint32_t good, refused, given_up;
	const char *reason;  /* of the first page that was not read */
	enum gate_mark mark; /* the gravest */
	int mark_page;
	struct strbuf notes; /* JSON array members: how pages were read */
	size_t note_count;
	struct strbuf text; /* of page 1 */
	struct layout *first, *last;
	int last_no;
	struct arena *arena;	  /* of what stays: reason, first page */
	struct arena *last_arena; /* of the last page that was read so far */
};

static enum status
load_words(struct work *w, uint32_t no, struct words **words, struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	enum status st;

	st = derived_read(w->ix->derived, w->job.component.derived,
	    w->job.component.derived_before + no, DERIVED_WORDS, WORDS_BYTES_MAX, &bytes, err);
	return st == ST_OK ? words_read(words, strbuf_span(&bytes), err) : st;
}

static void
note_provenance(struct work *w, struct outcome *o, uint32_t no)
{
	owned(strbuf_free) struct strbuf note = STRBUF_INIT;
	struct span provenance = SPAN("\"provenance\":");
	struct err err = ERR_INIT;
	ptrdiff_t at;
	size_t n;

	if (o->note_count == PROVENANCES ||
	    derived_read(w->ix->derived, w->job.component.derived,
		w->job.component.derived_before + no, DERIVED_NOTE, NOTE_MAX, &note, &err) != ST_OK)
		return;
	/* Written by page.c, without spaces: the value is a string that ends before ,"cpu_ms". */
	if ((at = span_find(strbuf_span(&note), provenance)) < 0)
		return;
	strbuf_truncate(&note, (size_t)span_find(strbuf_span(&note), SPAN(",\"cpu_ms\"")));
	n = note.len - (size_t)at - provenance.n;
	if (span_find(strbuf_span(&o->notes), span_make(note.buf + note.len - n, n)) >= 0)
		return;
	strbuf_addf(&o->notes, "%s%.*s", o->note_count ? "," : "", (int)n, note.buf + note.len - n);
	o->note_count++;
}

static enum status
look_at_page(struct work *w, struct outcome *o, const struct page *row, struct err *err)
{
	owned(words_freep) struct words *words = NULL;
	struct layout *layout;
	enum gate_mark mark;

	if (load_words(w, (uint32_t)row->no, &words, err) != ST_OK)
		return err_context(err, "record %lld page %d", (long long)w->job.record, row->no);
	arena_reset(o->last_arena);
	layout = layout_make(words, row->no == 1 ? o->arena : o->last_arena);
	mark = gate_look(layout);
	if (mark > o->mark) {
		o->mark = mark;
		o->mark_page = row->no;
	}
	if (row->no == 1) {
		o->first = layout;
		strbuf_add_span(&o->text, strbuf_span(&words->text));
	}
	o->last = layout;
	o->last_no = row->no;
	note_provenance(w, o, (uint32_t)row->no);
	return ST_OK;
}

static enum status
look_at_row(struct work *w, struct outcome *o, const struct page *row, struct err *err)
{
	switch (row->state) {
	case PAGE_READ:
	case PAGE_BLANK:
		o->good++;
		return look_at_page(w, o, row, err);
	case PAGE_REFUSED:
		o->refused++;
		break;
	case PAGE_GIVEN_UP:
		o->given_up++;
		break;
	case PAGE_WAITING:
		return fail(err, ST_INTERNAL, "page %d of job %lld is not answered", row->no,
		    (long long)w->job.id);
	}
	if (!o->reason)
		o->reason = arena_dup(o->arena, row->reason ? row->reason : "unknown");
	return ST_OK;
}

static enum status
look_at_pages(struct work *w, struct outcome *o, struct err *err)
{
	const struct page *rows;
	enum status st;
	size_t i, count = PAGE_BATCH;
	int from;

	for (from = 1; count == PAGE_BATCH; from += PAGE_BATCH) {
		owned(arena_freep) struct arena *arena = arena_new();

		st = record_pages(w->ix->catalog, w->job.component.id, from, PAGE_BATCH, arena,
		    &rows, &count, err);
		for (i = 0; st == ST_OK && i < count; i++)
			st = look_at_row(w, o, &rows[i], err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum record_reading
reading_of(const struct outcome *o)
{
	if (!o->refused && !o->given_up)
		return READING_READ;
	if (o->good)
		return READING_PARTIAL;
	return o->given_up ? READING_FAILED : READING_REFUSED;
}

static const char *
provenance(const struct work *w, const struct outcome *o)
{
	struct strbuf b = STRBUF_INIT;
	struct json_out j;
	const char *json;

	json_start(&j, &b);
	json_object(&j);
	json_key_str(&j, "program", "tangthu-indexer " TANGTHU_VERSION);
	json_key_opt(&j, "mime", w->job.mime);
	json_key_int(&j, "pages", w->pages);
	json_key(&j, "read_with");
	json_array(&j);
	if (o && o->notes.len)
		json_raw(&j, strbuf_span(&o->notes));
	json_end_array(&j);
	if (o && o->mark != GATE_NONE) {
		json_key_str(&j, "secret_mark", gate_mark_name(o->mark));
		json_key_int(&j, "secret_mark_page", o->mark_page);
	}
	json_end_object(&j);
	json = arena_dup(w->arena, b.buf);
	strbuf_free(&b);
	return json;
}

static void
suggest(const struct work *w, const struct outcome *o, struct job_result *result)
{
	struct fields_source source = { .first = o->first,
		.last = o->last,
		.last_no = o->last_no,
		.text = strbuf_span(&o->text),
		.name = w->job.component.name,
		.now_us = now_us() };

	if (!source.first) /* page 1 was not read: the file's name is still there */
		source.first = source.last = layout_make(NULL, o->arena);
	if (!source.last)
		source.last = source.first;
	fields_suggest(&source, o->arena, &result->suggestions, &result->suggestion_count);
}

/* D6: a scanned stack becomes its records, unless a person arranged it already. */
static enum status
part(struct work *w, struct err *err)
{
	owned(access_freep) struct access *access = NULL;
	const struct actor self = { .source = w->ix->owner };
	size_t count;
	enum status st = access_load_system(&access, w->ix->catalog, err);

	if (st == ST_OK)
		st = stack_split_arrived(w->ix->catalog, &self, access, w->job.record, &count, err);
	if (st == ST_OK && count > 0)
		log_info("record %lld was parted at its separator sheets: %zu more records",
		    (long long)w->job.record, count);
	return st;
}

static enum status
conclude(struct work *w, struct outcome *o, struct err *err)
{
	struct job_result result = { 0 };
	enum status st;

	if ((st = look_at_pages(w, o, err)) != ST_OK)
		return st;
	result.reading = reading_of(o);
	result.quarantine = o->mark != GATE_NONE;
	result.reason = result.quarantine ? "secret-mark" : o->reason;
	result.provenance = provenance(w, o);
	suggest(w, o, &result);
	if ((st = derived_pack(w->ix->derived, w->job.component.derived, err)) != ST_OK ||
	    (st = job_finish(w->ix->catalog, w->job.id, w->ix->owner, &result, err)) != ST_OK)
		return st;
	w->ix->documents++;
	if (!result.quarantine && (st = part(w, err)) != ST_OK)
		return st;
	if (result.quarantine)
		log_warn("record %lld: page %d shows a secret mark: in quarantine, not indexed",
		    (long long)w->job.record, o->mark_page);
	return ST_OK;
}

enum status
finish_document(struct work *w, struct err *err)
{
	struct outcome o = { .notes = STRBUF_INIT, .text = STRBUF_INIT };
	enum status st;

	o.arena = arena_new();
	o.last_arena = arena_new();
	st = conclude(w, &o, err);
	strbuf_free(&o.notes);
	strbuf_free(&o.text);
	arena_free(o.arena);
	arena_free(o.last_arena);
	return st;
}

enum status
finish_unread(struct work *w, const struct ocr_reason_info *info, struct err *err)
{
	struct job_result result = { 0 };
	struct outcome o = { .notes = STRBUF_INIT, .text = STRBUF_INIT };
	enum status st;

	o.arena = arena_new();
	result.reading = finish_is_refusal(info->status) ? READING_REFUSED : READING_FAILED;
	result.reason = info->name;
	result.provenance = provenance(w, NULL);
	suggest(w, &o, &result);
	st = job_finish(w->ix->catalog, w->job.id, w->ix->owner, &result, err);
	if (st == ST_OK)
		w->ix->documents++;
	arena_free(o.arena);
	return st;
}
