/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
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
#define CENTRED 0.08   /* of the page's width */
#define PROBE_WORDS 64 /* of a row are looked at for the motto */

#define ROW_PARTS 32 /* of one row; a page of confetti makes more rows */
#define ROWS_BACK 8  /* rows that a part may still belong to */
#define SAMPLE 15    /* words of a part whose baselines are asked */

struct rows {
	const struct words *words;
	uint32_t *index; /* words in order of row, then x */
	uint32_t *start; /* row r is index[start[r]..start[r + 1]) */
	unsigned count;
	int mh;
};

/* A line as the reader found it: it follows a skewed page better than any row over all of it. */
struct part {
	uint32_t first, count; /* in order[] */
	int left, right;       /* edges */
	int bottom[3];	       /* baseline: at its left end, in all, at its right end */
};

struct part_row {
	uint32_t part[ROW_PARTS];
	unsigned count;
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
by_bottom(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->bottom[1] != y->bottom[1])
		return x->bottom[1] < y->bottom[1] ? -1 : 1;
	return (x->left > y->left) - (x->left < y->left);
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

/* Letters or digits, not signs alone. */
static bool
is_visible(struct span text)
{
	size_t k;

	for (k = 0; k < text.n; k++) {
		unsigned char c = (unsigned char)text.p[k];

		if (c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))
			return true;
	}
	return false;
}

/* Specks, rules, seals and flourishes that the reader took for words. */
static bool
is_noise(const struct words *words, size_t i, int mh)
{
	const struct word *w = &words->word[i];
	struct span text = words_text(words, i);

	if (!w->w || !w->h || (int64_t)w->h > 4 * (int64_t)mh)
		return true;
	/* Between "Số:" and the symbol every sign says that digits were not read. */
	if (!is_visible(text))
		return text.n > SIGNS_MAX;
	return w->confidence < 25 && text.n <= 2;
}

/* Median of at most SAMPLE baselines: letters with tails do not count for much. */
static int
baseline(const struct words *words, const uint32_t *index, uint32_t count)
{
	uint32_t bottom[SAMPLE] = { 0 }, i, n = 0, step = count > SAMPLE ? count / SAMPLE : 1;

	for (i = 0; i < count && n < SAMPLE; i += step) {
		const struct word *w = &words->word[index[i]];
		int64_t at = (int64_t)w->y + w->h;

		bottom[n++] = at > 0 ? (uint32_t)at : 0;
	}
	qsort(bottom, n, sizeof *bottom, by_value);
	return (int)bottom[n / 2];
}

static void
measure(struct part *p, const struct words *words, uint32_t *order)
{
	uint32_t *index = order + p->first, end = p->count < 3 ? p->count : 3;
	const struct word *last;

	qsort_r(index, p->count, sizeof *index, by_x, (void *)(uintptr_t)words);
	last = &words->word[index[p->count - 1]];
	p->left = words->word[index[0]].x;
	p->right = last->x + (int)last->w;
	p->bottom[0] = baseline(words, index, end);
	p->bottom[1] = baseline(words, index, p->count);
	p->bottom[2] = baseline(words, index + p->count - end, end);
}

/* Baselines where two parts are nearest, or INT_MAX when they stand one above the other. */
static int
apart(const struct part *a, const struct part *b, int mh)
{
	if (a->right <= b->left + mh / 2)
		return abs(a->bottom[2] - b->bottom[0]);
	if (b->right <= a->left + mh / 2)
		return abs(b->bottom[2] - a->bottom[0]);
	return INT_MAX;
}

/* How far a part is from a row's baseline; INT_MAX: it cannot stand in it. */
static int
row_distance(const struct part *parts, const struct part_row *row, const struct part *p, int mh)
{
	int nearest = INT_MAX, d;
	unsigned i;

	for (i = 0; i < row->count; i++) {
		d = apart(&parts[row->part[i]], p, mh);
		if (d == INT_MAX)
			return INT_MAX;
		nearest = d < nearest ? d : nearest;
	}
	return row->count < ROW_PARTS ? nearest : INT_MAX;
}

static size_t
find_parts(struct part *parts, uint32_t *order, const struct words *words, int mh)
{
	uint32_t i, line = UINT32_MAX, n = 0;
	size_t count = 0, k;

	for (i = 0; i < words->count; i++) {
		if (is_noise(words, i, mh))
			continue;
		if (!count || words->word[i].line != line) {
			parts[count].first = n;
			parts[count++].count = 0;
			line = words->word[i].line;
		}
		order[n++] = i;
		parts[count - 1].count++;
	}
	for (k = 0; k < count; k++)
		measure(&parts[k], words, order);
	qsort(parts, count, sizeof *parts, by_bottom);
	return count;
}

static unsigned
place_parts(struct part_row *rows, const struct part *parts, size_t count, int mh)
{
	unsigned n = 0, r, best;
	size_t k;

	for (k = 0; k < count; k++) {
		int nearest = (int)(ROW_PITCH * mh), d;

		best = n;
		for (r = n > ROWS_BACK ? n - ROWS_BACK : 0; r < n; r++)
			if ((d = row_distance(parts, &rows[r], &parts[k], mh)) < nearest) {
				nearest = d;
				best = r;
			}
		if (best == n)
			rows[n++].count = 0;
		rows[best].part[rows[best].count++] = (uint32_t)k;
	}
	return n;
}

static void
find_rows(struct rows *r, const struct words *words, int mh, struct arena *arena)
{
	uint32_t *order = arena_array(arena, words->count, sizeof *order), n = 0;
	struct part *parts = arena_array(arena, words->count, sizeof *parts);
	size_t count = find_parts(parts, order, words, mh);
	struct part_row *rows = xcalloc(count ? count : 1, sizeof *rows);
	unsigned row, i;

	r->words = words;
	r->mh = mh;
	r->count = place_parts(rows, parts, count, mh);
	r->index = arena_array(arena, words->count + 1, sizeof *r->index);
	r->start = arena_array(arena, (size_t)r->count + 2, sizeof *r->start);
	for (row = 0; row < r->count; row++) {
		r->start[row] = n;
		for (i = 0; i < rows[row].count; i++) {
			const struct part *p = &parts[rows[row].part[i]];

			memcpy(r->index + n, order + p->first, p->count * sizeof *order);
			n += p->count;
		}
		qsort_r(r->index + r->start[row], n - r->start[row], sizeof *r->index, by_x,
		    (void *)(uintptr_t)words);
	}
	r->start[r->count] = n;
	free(rows);
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
	for (i = from; i < row_size(r, row) && i < from + 16; i++) {
		if (i > from)
			strbuf_add_char(out, ' ');
		text_fold(words_text(r->words, r->index[r->start[row] + i]), true, out);
	}
}

/* "GỘNG HÒA XÃ HỘI": the first word of the motto, of which a letter or two were misread. */
static bool
near_motto(const char *folded)
{
	size_t n = strcspn(folded, " ");

	return n >= 3 && n <= 5 && !strncmp(folded + n, " HOA XA HOI", 11) &&
	    (memmem(folded, n, "ONG", 3) || memmem(folded, n, "CO", 2));
}

/* What begins the right column, by how surely it does: 0 = none could more. */
static unsigned
motto_rank(struct span folded)
{
	static const char *const motto[] = { "CONG HOA XA", "DANG CONG SAN VIET", "Doc lap - Tu do",
		"Doc lap -", "DOAN TNCS HO CHI MINH" };
	unsigned m = 0;

	if (near_motto(folded.p))
		return 0;
	while (m < sizeof motto / sizeof *motto && !span_starts(folded, span_of(motto[m])))
		m++;
	return m < sizeof motto / sizeof *motto ? m : UINT_MAX;
}

/* The right column's left edge: where the motto begins.  -1: no such row. */
static int
find_motto(const struct rows *r, int height, unsigned *row_out)
{
	struct strbuf text = STRBUF_INIT;
	unsigned row, rank, best = UINT_MAX;
	int x = -1;
	size_t i;

	for (row = 0; row < r->count && best > 0; row++) {
		if (row_word(r, row, 0)->y > height * HEADER_PART)
			break;
		for (i = 0; i < row_size(r, row) && i < PROBE_WORDS && best > 0; i++) {
			row_fold(r, row, i, &text);
			rank = motto_rank(strbuf_span(&text));
			if (rank >= best || row_word(r, row, i)->x < 0)
				continue;
			best = rank;
			x = row_word(r, row, i)->x;
			*row_out = row;
		}
	}
	strbuf_free(&text);
	return x;
}

/* Left and right edge of a row, specks at its ends aside. */
static void
row_edges(const struct rows *r, unsigned row, int *left, int *right)
{
	size_t first = 0, last = row_size(r, row) - 1;

	while (first < last && !is_visible(words_text(r->words, r->index[r->start[row] + first])))
		first++;
	while (last > first && !is_visible(words_text(r->words, r->index[r->start[row] + last])))
		last--;
	*left = row_word(r, row, first)->x;
	*right = row_word(r, row, last)->x + (int)row_word(r, row, last)->w;
}

/* A row in the middle of the page and nowhere else: a title, no part of a column. */
static bool
is_middle(const struct rows *r, unsigned row, int width)
{
	int left, right;

	row_edges(r, row, &left, &right);
	return left > width / 4 && abs((left + right) / 2 - width / 2) < CENTRED * width;
}

/* Middle between the motto and the widest word left of it in the rows around; 0 = no columns. */
static int
find_gutter(const struct rows *r, int motto, unsigned row, int width)
{
	unsigned from = row > 1 ? row - 1 : 0, to = row + 4 < r->count ? row + 4 : r->count;
	int right = 0;
	size_t i;

	for (; from < to; from++)
		for (i = is_middle(r, from, width) ? row_size(r, from) : 0; i < row_size(r, from);
		     i++) {
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

/* Nothing on the left and in the middle of the page: the type, not the right column. */
static bool
is_title(const struct rows *r, unsigned row, int gutter, int width)
{
	int left, right;

	row_edges(r, row, &left, &right);
	return abs((left + right) / 2 - width / 2) < CENTRED * width &&
	    (left >= gutter || runs_over(r, row, gutter));
}

/*
 * A line of the left column alone ("V/v ..." goes on): it may reach over the gutter, but not under
 * the motto, and begins at the left.
 */
static bool
is_left_row(const struct rows *r, unsigned row, int gutter, int motto)
{
	const struct word *first = row_word(r, row, 0);
	size_t i;

	if (first->x >= gutter)
		return false;
	for (i = 0; i < row_size(r, row); i++) {
		const struct word *w = row_word(r, row, i);

		if (w->x + (int)w->w > motto + r->mh)
			return false;
	}
	return true;
}

/* Rows top..end - 1 are the header: to the date's, or to the title of an annex, which has none. */
static unsigned
header_end(const struct rows *r, unsigned top, int gutter, int motto, const struct layout *l)
{
	struct strbuf text = STRBUF_INIT;
	bool date = false;
	unsigned row;

	for (row = top; row < r->count && row < top + HEADER_ROWS; row++) {
		row_fold(r, row, 0, &text);
		if (row_word(r, row, 0)->y > l->height * HEADER_PART ||
		    span_starts(strbuf_span(&text), SPAN("Kinh gui")) ||
		    (date && !is_left_row(r, row, gutter, motto) &&
			(runs_over(r, row, gutter) || is_title(r, row, gutter, l->width))) ||
		    (row > top + 1 && layout_text_capitals(strbuf_span(&text), 1) &&
			row_size(r, row) > 1 && is_title(r, row, gutter, l->width)))
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
add_header_row(struct layout *l, const struct rows *r, unsigned row, int gutter, int motto,
    struct arena *arena)
{
	size_t n = row_size(r, row), cut = 0;

	while (cut < n && (row_word(r, row, cut)->x < gutter || is_left_row(r, row, gutter, motto)))
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
		gutter = find_gutter(&r, motto, top, l->width);
	if (gutter) {
		/* The left column may begin a row higher than the motto. */
		top = top ? top - 1 : 0;
		end = header_end(&r, top, gutter, motto, l);
		l->header = true;
	}
	for (row = 0; row < r.count; row++)
		if (row >= top && row < end)
			add_header_row(l, &r, row, gutter, motto, arena);
		else
			add_body_row(l, &r, row, arena);
}
