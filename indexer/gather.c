/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base.h"
#include "fields.h"
#include "gather.h"
#include "words.h"

#define PAGE_BATCH 256 /* rows asked of the catalogue at once */
#define PROVENANCES 8  /* different ways of reading told of one document */
#define NOTE_MAX (64u << 10)
#define SIGNERS 2000 /* known ones that a name is compared with */

struct gather {
	struct catalog *catalog;
	struct derived *derived;
	const struct component *component;
	struct gathered *out;
	size_t note_count;
	struct fields *fields;
	struct arena *arena;	  /* of what stays: reason, first page */
	struct arena *last_arena; /* of the last page that was read so far */
};

void
gathered_free(struct gathered *g)
{
	strbuf_free(&g->notes);
}

static enum status
load_words(struct gather *g, uint32_t no, struct words **words, struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	enum status st;

	st = derived_read(g->derived, g->component->derived, g->component->derived_before + no,
	    DERIVED_WORDS, WORDS_BYTES_MAX, &bytes, err);
	return st == ST_OK ? words_read(words, strbuf_span(&bytes), err) : st;
}

static void
note_provenance(struct gather *g, uint32_t no)
{
	owned(strbuf_free) struct strbuf note = STRBUF_INIT;
	struct span provenance = SPAN("\"provenance\":");
	struct strbuf *notes = &g->out->notes;
	struct err err = ERR_INIT;
	ptrdiff_t at;
	size_t n;

	if (g->note_count == PROVENANCES ||
	    derived_read(g->derived, g->component->derived, g->component->derived_before + no,
		DERIVED_NOTE, NOTE_MAX, &note, &err) != ST_OK)
		return;
	/* Written by page.c, without spaces: the value is a string that ends before
   * ,"cpu_ms". */
	if ((at = span_find(strbuf_span(&note), provenance)) < 0)
		return;
	strbuf_truncate(&note, (size_t)span_find(strbuf_span(&note), SPAN(",\"cpu_ms\"")));
	n = note.len - (size_t)at - provenance.n;
	if (span_find(strbuf_span(notes), span_make(note.buf + note.len - n, n)) >= 0)
		return;
	strbuf_addf(notes, "%s%.*s", g->note_count ? "," : "", (int)n, note.buf + note.len - n);
	g->note_count++;
}

static void
raise_mark(struct gather *g, enum gate_mark mark, int page)
{
	if (mark <= g->out->mark)
		return;
	g->out->mark = mark;
	g->out->mark_page = page;
}

static void
look_at_stamps(struct gather *g, const struct fields_page *page)
{
	size_t i;

	for (i = 0; i < page->mark_count; i++)
		if (page->mark[i].kind == PAGE_MARK_STAMP)
			raise_mark(g, gate_stamp(page->mark[i].text), page->no);
}

static enum status
look_at_page(struct gather *g, const struct page *row, struct err *err)
{
	owned(words_freep) struct words *words = NULL;
	struct fields_page page = { .no = row->no };
	struct arena *arena = row->no == 1 ? g->arena : g->last_arena;
	enum status st;

	if (load_words(g, (uint32_t)row->no, &words, err) != ST_OK)
		return err_context(err, "component %s page %d", g->component->uid, row->no);
	arena_reset(g->last_arena);
	st = page_marks(g->catalog, g->component->id, row->no, row->no, arena, &page.mark,
	    &page.mark_count, err);
	if (st != ST_OK)
		return st;
	page.layout = layout_make(words, arena);
	page.text = strbuf_span(&words->text);
	sketch_add(&g->out->sketch, page.text);
	raise_mark(g, gate_look(page.layout), row->no);
	look_at_stamps(g, &page);
	fields_page(g->fields, &page);
	note_provenance(g, (uint32_t)row->no);
	return ST_OK;
}

static enum status
look_at_row(struct gather *g, const struct page *row, struct err *err)
{
	switch (row->state) {
	case PAGE_READ:
	case PAGE_BLANK:
		g->out->good++;
		return look_at_page(g, row, err);
	case PAGE_REFUSED:
		g->out->refused++;
		break;
	case PAGE_GIVEN_UP:
		g->out->given_up++;
		break;
	case PAGE_WAITING:
		return fail(err, ST_INTERNAL, "page %d of component %s is not answered", row->no,
		    g->component->uid);
	}
	if (!g->out->reason)
		g->out->reason = arena_dup(g->arena, row->reason ? row->reason : "unknown");
	return ST_OK;
}

static enum status
look_at_pages(struct gather *g, struct err *err)
{
	const struct page *rows;
	enum status st;
	size_t i, count = PAGE_BATCH;
	int from;

	for (from = 1; count == PAGE_BATCH; from += PAGE_BATCH) {
		owned(arena_freep) struct arena *arena = arena_new();

		st = record_pages(
		    g->catalog, g->component->id, from, PAGE_BATCH, arena, &rows, &count, err);
		for (i = 0; st == ST_OK && i < count; i++)
			st = look_at_row(g, &rows[i], err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static void
conclude(struct gather *g)
{
	fields_end(g->fields, &g->out->suggestions, &g->out->suggestion_count, &g->out->findings,
	    &g->out->finding_count);
}

enum status
gather_document(struct catalog *catalog, struct derived *derived, const struct component *component,
    struct arena *arena, struct gathered *out, struct err *err)
{
	struct gather g = { .catalog = catalog,
		.derived = derived,
		.component = component,
		.out = out,
		.arena = arena };
	struct fields_source source = { .name = component->name, .now_us = now_us() };
	enum status st;

	st = known_signer_list(catalog, arena, &source.listed, &source.listed_count, err);
	if (st != ST_OK)
		return st;
	st = record_signers(catalog, SIGNERS, arena, &source.signers, &source.signer_count, err);
	if (st != ST_OK)
		return st;
	sketch_begin(&out->sketch);
	g.last_arena = arena_new();
	g.fields = fields_new(&source, arena);
	if ((st = look_at_pages(&g, err)) == ST_OK)
		conclude(&g);
	fields_free(g.fields);
	arena_free(g.last_arena);
	return st;
}

void
gather_name(const struct component *component, struct arena *arena, struct gathered *out)
{
	const struct fields_source source = { .name = component->name, .now_us = now_us() };
	struct gather g = { .out = out, .fields = fields_new(&source, arena) };

	conclude(&g);
	fields_free(g.fields);
}
