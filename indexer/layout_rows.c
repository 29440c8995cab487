/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "layout_rows.h"
#include "text.h"

/*
 * From boxes to lines (the measures are multiples of the median word height mh; tuned on first
 * pages of administrative scans at 200 dpi).
 */
#define ROW_PITCH 0.55	 /* mh: baselines closer than this are one row */
#define GAP_CUT 2.2	 /* mh: wider open space cuts a row */
#define GAP_COLUMN 0.9	 /* mh: a row with less space at the gutter runs over it */
#define HEADER_PART 0.45 /* of the page: the header ends above */
#define HEADER_ROWS 16
#define SIGNS_MAX 3    /* bytes of a word without letters and digits; longer ones are rules */
#define PROBE_WORDS 64 /* of a row are looked at for the motto */

struct rows {
	const struct words *words;
	uint32_t *index; /* words in order of row, then x */
	uint32_t *start; /* row r is index[start[r]..start[r + 1]) */
	unsigned count;
	int mh;
};

struct baseline {
	int64_t bottom;
	uint32_t index;
};

struct layout_line *
layout_add(struct layout *l, enum layout_zone zone, unsigned row)
{
	struct layout_line *line;

	if (l->count >= LAYOUT_LINES_MAX)
		return NULL;
	line = &l->line[l->count++];
	line->zone = zone;
	line->row = row;
	return line;
}

static int
by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
by_baseline(const void *a, const void *b)
{
	const struct baseline *x = a, *y = b;

	if (x->bottom != y->bottom)
		return x->bottom < y->bottom ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int
by_x(const void *a, const void *b, void *payload)
{
	const struct words *words = payload;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (words->word[x].x != words->word[y].x)
		return words->word[x].x < words->word[y].x ? -1 : 1;
	return (x > y) - (x < y);
}

static int
median_height(const struct words *words, struct arena *arena)
{
	uint32_t *h = arena_array(arena, words->count, sizeof *h);
	size_t i, n = 0;

	for (i = 0; i < words->count; i++)
		if (words->word[i].h)
			h[n++] = words->word[i].h;
	if (!n)
		return 0;
	qsort(h, n, sizeof *h, by_value);
	return (int)h[n / 2];
}

/* Specks, rules, seals and flourishes that the reader took for words. */
static bool
is_noise(const struct words *words, size_t i, int mh)
{
	const struct word *w = &words->word[i];
	struct span text = words_text(words, i);
	bool visible = false;
	size_t k;

	if (!w->w || !w->h || (int64_t)w->h > 4 * (int64_t)mh)
		return true;
	for (k = 0; k < text.n && !visible; k++) {
		unsigned char c = (unsigned char)text.p[k];

		visible =
		    c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
	}
	/* Between "Số:" and the symbol every sign says that digits were not read. */
	if (!visible)
		return text.n > SIGNS_MAX;
	return w->confidence < 25 && text.n <= 2;
}

static void
find_rows(struct rows *r, const struct words *words, int mh, struct arena *arena)
{
	struct baseline *b = arena_array(arena, words->count, sizeof *b);
	double sum = 0;
	size_t i, n = 0;

	for (i = 0; i < words->count; i++)
		if (!is_noise(words, i, mh)) {
			b[n].bottom = (int64_t)words->word[i].y + words->word[i].h;
			b[n++].index = (uint32_t)i;
		}
	qsort(b, n, sizeof *b, by_baseline);
	r->words = words;
	r->mh = mh;
	r->index = arena_array(arena, n + 1, sizeof *r->index);
	r->start = arena_array(arena, n + 2, sizeof *r->start);
	for (i = 0; i < n; i++) {
		size_t size = i - (r->count ? r->start[r->count - 1] : 0);

		r->index[i] = b[i].index;
		if (!r->count || (double)b[i].bottom - sum / (double)size > ROW_PITCH * mh) {
			r->start[r->count++] = (uint32_t)i;
			sum = 0;
		}
		sum += (double)b[i].bottom;
	}
	r->start[r->count] = (uint32_t)n;
	for (i = 0; i < r->count; i++)
		qsort_r(r->index + r->start[i], r->start[i + 1] - r->start[i], sizeof *r->index,
		    by_x, (void *)(uintptr_t)words);
}

static const struct word *
row_word(const struct rows *r, unsigned row, size_t i)
{
	return &r->words->word[r->index[r->start[row] + i]];
}

static size_t
row_size(const struct rows *r, unsigned row)
{
	return r->start[row + 1] - r->start[row];
}

static void
row_fold(const struct rows *r, unsigned row, size_t from, struct strbuf *out)
{
	size_t i;

	strbuf_reset(out);
	for (i = from; i < row_size(r, row) && i < from + 8; i++) {
		if (i > from)
			strbuf_add_char(out, ' ');
		text_fold(words_text(r->words, r->index[r->start[row] + i]), true, out);
	}
}

/* The right column's left edge: where the motto begins.  -1: no such row. */
static int
find_motto(const struct rows *r, int height, unsigned *row_out)
{
	static const char *const motto[] = { "CONG HOA XA", "CONG HOA XA HOI", "DANG CONG SAN VIET",
		"Doc lap - Tu do", "Doc lap -" };
	struct strbuf text = STRBUF_INIT;
	size_t m, i;
	unsigned row;
	int x = -1;

	for (m = 0; m < sizeof motto / sizeof *motto && x < 0; m++)
		for (row = 0; row < r->count && x < 0; row++) {
			if (row_word(r, row, 0)->y > height * HEADER_PART)
				break;
			for (i = 0; i < row_size(r, row) && i < PROBE_WORDS && x < 0; i++) {
				row_fold(r, row, i, &text);
				if (span_starts(strbuf_span(&text), span_of(motto[m]))) {
					x = row_word(r, row, i)->x;
					*row_out = row;
				}
			}
		}
	strbuf_free(&text);
	return x;
}

/* Middle between the motto and the widest word left of it in the rows around; 0 = no columns. */
static int
find_gutter(const struct rows *r, int motto, unsigned row)
{
	unsigned from = row > 1 ? row - 1 : 0, to = row + 4 < r->count ? row + 4 : r->count;
	int right = 0;
	size_t i;

	for (; from < to; from++)
		for (i = 0; i < row_size(r, from); i++) {
			const struct word *w = row_word(r, from, i);
			int edge = w->x + (int)w->w;

			/* The date may begin left of the motto: only words with space behind. */
			if (i + 1 < row_size(r, from) &&
			    row_word(r, from, i + 1)->x - edge < GAP_COLUMN * r->mh)
				continue;
			if (edge <= motto && edge > right)
				right = edge;
		}
	return right ? (right + motto) / 2 : 0;
}

/* Space at the gutter: from the last word that begins left of it to the first one right of it. */
static bool
runs_over(const struct rows *r, unsigned row, int gutter)
{
	int left = -1, right = -1;
	size_t i;

	for (i = 0; i < row_size(r, row); i++) {
		const struct word *w = row_word(r, row, i);
		int edge = w->x + (int)w->w;

		if (w->x < gutter && edge > gutter)
			return true;
		if (edge <= gutter && edge > left)
			left = edge;
		if (w->x >= gutter && (right < 0 || w->x < right))
			right = w->x;
	}
	return left >= 0 && right >= 0 && right - left < GAP_COLUMN * r->mh;
}

/* Rows top..end - 1 are the header. */
static unsigned
header_end(const struct rows *r, unsigned top, int gutter, int height)
{
	struct strbuf text = STRBUF_INIT;
	bool date = false;
	unsigned row;

	for (row = top; row < r->count && row < top + HEADER_ROWS; row++) {
		row_fold(r, row, 0, &text);
		if (row_word(r, row, 0)->y > height * HEADER_PART ||
		    span_starts(strbuf_span(&text), SPAN("Kinh gui")) ||
		    (row > top + 1 && runs_over(r, row, gutter) && date))
			break;
		date = date || strstr(text.buf, "ngay") || strstr(text.buf, "thang");
	}
	strbuf_free(&text);
	return row;
}

static void
add_cut(struct layout *l, const struct rows *r, unsigned row, size_t from, size_t to,
    enum layout_zone zone, struct arena *arena)
{
	struct layout_line *line;

	if (from == to || !(line = layout_add(l, zone, row)))
		return;
	layout_line_fill(line, r->words, r->index + r->start[row] + from, to - from, arena);
	if (!line->text_len)
		l->count--;
}

static void
add_header_row(
    struct layout *l, const struct rows *r, unsigned row, int gutter, struct arena *arena)
{
	size_t n = row_size(r, row), cut = 0;

	while (cut < n && row_word(r, row, cut)->x < gutter)
		cut++;
	add_cut(l, r, row, 0, cut, LAYOUT_LEFT, arena);
	add_cut(l, r, row, cut, n, LAYOUT_RIGHT, arena);
}

static void
add_body_row(struct layout *l, const struct rows *r, unsigned row, struct arena *arena)
{
	size_t i, from = 0, n = row_size(r, row);

	for (i = 1; i < n; i++) {
		const struct word *w = row_word(r, row, i - 1);

		if (row_word(r, row, i)->x - (w->x + (int)w->w) > GAP_CUT * r->mh) {
			add_cut(l, r, row, from, i, LAYOUT_BODY, arena);
			from = i;
		}
	}
	add_cut(l, r, row, from, n, LAYOUT_BODY, arena);
}

void
layout_from_boxes(struct layout *l, const struct words *words, struct arena *arena)
{
	struct rows r = { 0 };
	unsigned row, top = 0, end = 0;
	int motto, gutter = 0;

	l->word_height = median_height(words, arena);
	if (!l->word_height)
		return;
	find_rows(&r, words, l->word_height, arena);
	l->line = arena_array(arena, LAYOUT_LINES_MAX, sizeof *l->line);
	l->rows = r.count;
	motto = r.count ? find_motto(&r, l->height, &top) : -1;
	if (motto >= 0)
		gutter = find_gutter(&r, motto, top);
	if (gutter) {
		/* The left column may begin a row higher than the motto. */
		top = top ? top - 1 : 0;
		end = header_end(&r, top, gutter, l->height);
		l->header = true;
	}
	for (row = 0; row < r.count; row++)
		if (row >= top && row < end)
			add_header_row(l, &r, row, gutter, arena);
		else
			add_body_row(l, &r, row, arena);
}
