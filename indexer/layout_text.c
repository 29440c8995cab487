/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "layout_rows.h"
#include "text.h"

/*
 * Text without boxes: the lines are as the format has them.  Where the two columns of the header
 * stand in one line, they are cut where the right one must begin.
 */
#define HEADER_LINES 20
#define PROBE_WORDS 64 /* of a line are looked at */

/* The word at which the right column begins, or count. */
static size_t
right_column(const struct words *words, const uint32_t *index, size_t count)
{
	static const char *const start[] = { "CONG HOA XA HOI", "DANG CONG SAN VIET", "Doc lap",
		"DOAN TNCS HO CHI" };
	struct strbuf text = STRBUF_INIT;
	size_t i, k, s, found = count;

	for (i = 0; i < count && i < PROBE_WORDS && found == count; i++) {
		strbuf_reset(&text);
		for (k = i; k < count && k < i + 4; k++) {
			if (k > i)
				strbuf_add_char(&text, ' ');
			text_fold(words_text(words, index[k]), true, &text);
		}
		for (s = 0; s < sizeof start / sizeof *start; s++)
			if (span_starts(strbuf_span(&text), span_of(start[s])))
				found = i;
	}
	strbuf_free(&text);
	return found;
}

/* "Số: 15/QĐ-SDL Hải Phòng, ngày 05 ...": the place begins behind the word with the '/'. */
static size_t
place_column(const struct words *words, const uint32_t *index, size_t count)
{
	size_t i, cut = count;
	bool slash = false;

	for (i = 0; i < count && i < PROBE_WORDS; i++) {
		struct span w = words_text(words, index[i]);

		if (memchr(w.p, '/', w.n)) {
			slash = true;
			cut = i + 1;
		}
		if (slash && i >= cut && w.n && w.p[w.n - 1] == ',')
			return cut;
	}
	return count;
}

static void
add_line(struct layout *l, const struct words *words, const uint32_t *index, size_t count,
    enum layout_zone zone, unsigned row, struct arena *arena)
{
	struct layout_line *line;

	if (!count || !(line = layout_add(l, zone, row)))
		return;
	layout_line_fill(line, words, index, count, arena);
	if (!line->text_len)
		l->count--;
}

static void
add_row(struct layout *l, const struct words *words, const uint32_t *index, size_t count,
    struct arena *arena)
{
	unsigned row = l->rows++;
	size_t cut = count;

	if (row < HEADER_LINES) {
		cut = right_column(words, index, count);
		if (cut < count)
			l->header = true;
		else if (l->header)
			cut = place_column(words, index, count);
	}
	if (cut == count) {
		add_line(l, words, index, count, LAYOUT_BODY, row, arena);
		return;
	}
	add_line(l, words, index, cut, LAYOUT_LEFT, row, arena);
	add_line(l, words, index + cut, count - cut, LAYOUT_RIGHT, row, arena);
}

void
layout_from_text(struct layout *l, const struct words *words, struct arena *arena)
{
	uint32_t *index = arena_array(arena, words->count, sizeof *index);
	size_t i, n = 0;

	l->line = arena_array(arena, LAYOUT_LINES_MAX, sizeof *l->line);
	for (i = 0; i < words->count && l->count < LAYOUT_LINES_MAX; i++) {
		if (n && words->word[i].start != WORD_SAME_LINE) {
			add_row(l, words, index, n, arena);
			n = 0;
		}
		index[n++] = (uint32_t)i;
	}
	if (n)
		add_row(l, words, index, n, arena);
}
