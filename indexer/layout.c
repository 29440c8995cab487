/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "layout_rows.h"
#include "text.h"

static void
fold_runes(struct layout_line *line, struct arena *arena)
{
	struct strbuf folded = STRBUF_INIT;
	uint32_t *map;
	size_t i = 0, alloc = line->text_len + 2;

	map = arena_array(arena, alloc, sizeof *map);
	while (i < line->text_len) {
		size_t from = i, before = folded.len;

		do
			i++;
		while (i < line->text_len && ((unsigned char)line->text[i] & 0xc0) == 0x80);
		text_fold(span_make(line->text + from, i - from), true, &folded);
		/* A compatibility form may grow (ﬃ): what has no place in the map is dropped. */
		if (folded.len + 1 > alloc)
			strbuf_truncate(&folded, alloc - 1);
		for (; before < folded.len; before++)
			map[before] = (uint32_t)from;
	}
	map[folded.len] = (uint32_t)line->text_len;
	line->folded = arena_dup_span(arena, strbuf_span(&folded));
	line->folded_len = folded.len;
	line->map = map;
	strbuf_free(&folded);
}

static void
box_add(int box[4], const int add[4])
{
	int right, bottom;

	if (add[2] <= 0)
		return;
	if (box[2] <= 0) {
		memcpy(box, add, 4 * sizeof *box);
		return;
	}
	right = box[0] + box[2] > add[0] + add[2] ? box[0] + box[2] : add[0] + add[2];
	bottom = box[1] + box[3] > add[1] + add[3] ? box[1] + box[3] : add[1] + add[3];
	box[0] = box[0] < add[0] ? box[0] : add[0];
	box[1] = box[1] < add[1] ? box[1] : add[1];
	box[2] = right - box[0];
	box[3] = bottom - box[1];
}

void
layout_line_fill(struct layout_line *line, const struct words *words, const uint32_t *index,
    size_t count, struct arena *arena)
{
	struct layout_word *out = arena_array(arena, count ? count : 1, sizeof *out);
	struct strbuf text = STRBUF_INIT;
	size_t i, n = 0;

	for (i = 0; i < count && text.len < LAYOUT_LINE_MAX; i++) {
		const struct word *w = &words->word[index[i]];
		struct layout_word *o = &out[n];

		if (text.len)
			strbuf_add_char(&text, ' ');
		o->start = (uint32_t)text.len;
		text_normalise(words_text(words, index[i]), &text);
		o->end = (uint32_t)text.len;
		if (o->end == o->start) { /* nothing visible was in it */
			strbuf_truncate(&text, text.len ? text.len - 1 : 0);
			continue;
		}
		o->box[0] = w->x;
		o->box[1] = w->y;
		o->box[2] = (int)w->w;
		o->box[3] = (int)w->h;
		o->confidence = w->confidence;
		o->index = index[i];
		box_add(line->box, o->box);
		n++;
	}
	line->block = count ? words->word[index[0]].block : 0;
	line->text = arena_dup_span(arena, strbuf_span(&text));
	line->text_len = text.len;
	line->word = out;
	line->count = n;
	strbuf_free(&text);
	fold_runes(line, arena);
}

struct layout *
layout_make(const struct words *words, struct arena *arena)
{
	struct layout *l = arena_alloc(arena, sizeof *l);

	if (!words || !words->count)
		return l;
	l->width = (int)words->width;
	l->height = (int)words->height;
	if (words->width && words->height)
		layout_from_boxes(l, words, arena);
	else
		layout_from_text(l, words, arena);
	return l;
}

double
layout_height(const struct layout *l, const struct layout_line *line)
{
	if (l->height && line->box[2])
		return (double)line->box[1] / l->height;
	/* Page-less text has no bottom: 50 lines count as a page. */
	return (double)line->row / 50;
}

struct layout_piece
layout_piece(const struct layout_line *line, regmatch_t match)
{
	struct layout_piece p = { line, 0, 0 };

	if (match.rm_so < 0 || (size_t)match.rm_eo > line->folded_len)
		return p;
	p.start = line->map[match.rm_so];
	p.end = match.rm_eo > match.rm_so ? line->map[match.rm_eo] : p.start;
	return p;
}

struct span
layout_piece_text(struct layout_piece p)
{
	return span_trim(span_make(p.line->text + p.start, p.end - p.start));
}

double
layout_piece_box(struct layout_piece p, int box[4])
{
	unsigned lowest = 100;
	bool any = false;
	size_t i;

	memset(box, 0, 4 * sizeof *box);
	for (i = 0; i < p.line->count; i++) {
		const struct layout_word *w = &p.line->word[i];

		if (w->end <= p.start || w->start >= p.end)
			continue;
		box_add(box, w->box);
		lowest = w->confidence < lowest ? w->confidence : lowest;
		any = true;
	}
	return any ? lowest / 100.0 : 0;
}

int
layout_piece_height(struct layout_piece p)
{
	int tallest = 0;
	size_t i;

	for (i = 0; i < p.line->count; i++) {
		const struct layout_word *w = &p.line->word[i];

		if (w->end > p.start && w->start < p.end && w->box[3] > tallest)
			tallest = w->box[3];
	}
	return tallest;
}

bool
layout_text_capitals(struct span folded, size_t min)
{
	size_t i, capitals = 0;

	for (i = 0; i < folded.n; i++) {
		if (folded.p[i] >= 'a' && folded.p[i] <= 'z')
			return false;
		capitals += folded.p[i] >= 'A' && folded.p[i] <= 'Z';
	}
	return capitals >= min;
}

bool
layout_capitals(const struct layout_line *line, size_t min)
{
	return layout_text_capitals(span_make(line->folded, line->folded_len), min);
}
