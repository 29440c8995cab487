/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cells.h"

#include <stdlib.h>

#include "arena.h"
#include "pass.h"

/*
 * Words of tables in human order: row by row, cell by cell.  A cell is what lines enclose: a white
 * component of the page within the table, so that cells over several columns or rows are one.
 */
#define WIDTH_PART 0.4 /* of the page: what is narrower is a frame or a stamp */
#define CELLS_LEAST 4  /* of a table */
#define CELL_SIDE 8    /* pixels at 150 dpi: a gap between doubled lines is less */
#define CELL_PART 0.9  /* of the table's area: more is the paper round its lines */
#define BRIDGE 9       /* pixels by which a broken line is mended */
#define SLACK 3	       /* pixels that the middle of a word may lie outside */
#define ROW_STEP 16    /* pixels that the tops of one row's cells may differ by */
#define LINE_PART 0.5  /* of a word's height that the next one of a line may be off */

/* ---- cells ---- */

static int
compare_cells(const void *a, const void *b)
{
	const BOX *x = *(BOX *const *)a, *y = *(BOX *const *)b;

	return x->y != y->y ? (x->y > y->y) - (x->y < y->y) : (x->x > y->x) - (x->x < y->x);
}

static int
compare_left(const void *a, const void *b)
{
	const BOX *x = *(BOX *const *)a, *y = *(BOX *const *)b;

	return (x->x > y->x) - (x->x < y->x);
}

/* Row by row, each from left to right. */
static void
sort_cells(BOXA *cells)
{
	l_int32 i, k, n = boxaGetCount(cells);

	qsort(cells->box, (size_t)n, sizeof(BOX *), compare_cells);
	for (i = 0; i < n; i = k) {
		for (k = i + 1; k < n && cells->box[k]->y - cells->box[i]->y <= ROW_STEP; k++)
			;
		qsort(cells->box + i, (size_t)(k - i), sizeof(BOX *), compare_left);
	}
}

/* What the lines within the box enclose; NULL when that is no table. */
static BOXA *
cells_within(PIX *lines, BOX *table)
{
	PIX *part = pixClipRectangle(lines, table, NULL), *paper = NULL;
	BOXA *found = NULL, *cells = NULL;
	l_int32 i, w = 0, h = 0;

	(void)boxGetGeometry(table, NULL, NULL, &w, &h);
	if (part != NULL && (paper = pixInvert(NULL, part)) != NULL)
		found = pixConnComp(paper, NULL, 4);
	if (found != NULL)
		cells = boxaCreate(boxaGetCount(found) + 1);
	for (i = 0; cells != NULL && i < boxaGetCount(found); i++) {
		BOX *b = boxaGetBox(found, i, L_COPY);

		if (b->w < CELL_SIDE || b->h < CELL_SIDE ||
		    (double)b->w * b->h > CELL_PART * w * h) {
			boxDestroy(&b);
			continue;
		}
		b->x += table->x;
		b->y += table->y;
		(void)boxaAddBox(cells, b, L_INSERT);
	}
	if (boxaGetCount(cells) < CELLS_LEAST)
		boxaDestroy(&cells);
	boxaDestroy(&found);
	pixDestroy(&paper);
	pixDestroy(&part);
	return cells;
}

/* The lines of both directions, broken ones mended. */
static PIX *
grid_of(PIX *across, PIX *down)
{
	PIX *a = pixDilateBrick(NULL, across, BRIDGE, 1),
	    *d = pixDilateBrick(NULL, down, 1, BRIDGE);

	if (a != NULL && d != NULL)
		(void)pixOr(a, a, d);
	else
		pixDestroy(&a);
	pixDestroy(&d);
	return a;
}

static int
compare_tables(const void *a, const void *b)
{
	const BOXA *x = *(BOXA *const *)a, *y = *(BOXA *const *)b;

	return (x->box[0]->y > y->box[0]->y) - (x->box[0]->y < y->box[0]->y);
}

BOXAA *
cells_find(PIX *across, PIX *down)
{
	PIX *lines = grid_of(across, down);
	BOXA *areas = lines != NULL ? pixConnComp(lines, NULL, 8) : NULL;
	BOXAA *tables = areas != NULL ? boxaaCreate(4) : NULL;
	l_int32 i;

	for (i = 0; tables != NULL && i < boxaGetCount(areas); i++) {
		BOX *b = boxaGetBox(areas, i, L_CLONE);
		BOXA *cells =
		    b->w >= WIDTH_PART * pixGetWidth(lines) ? cells_within(lines, b) : NULL;

		if (cells != NULL) {
			sort_cells(cells);
			(void)boxaaAddBoxa(tables, cells, L_INSERT);
		}
		boxDestroy(&b);
	}
	if (tables != NULL && boxaaGetCount(tables) > 1)
		qsort(tables->boxa, (size_t)boxaaGetCount(tables), sizeof(BOXA *), compare_tables);
	boxaDestroy(&areas);
	pixDestroy(&lines);
	return tables;
}

/* ---- words ---- */

struct place {
	int table, row, cell; /* cell -1: in none */
	int x, y, h;	      /* middle and height, pixels of the lines */
	uint32_t index;
	bool emitted;
	bool opens; /* a line of its cell */
};

struct tables {
	const struct words *from;
	struct words *to;
	struct place *place; /* of each word */
	BOXAA *boxes;
};

/* The smallest cell that the middle of the word lies in. */
static void
find_cell(BOXAA *tables, struct place *p)
{
	double least = 0;
	l_int32 t, c;

	p->table = p->cell = -1;
	for (t = 0; t < boxaaGetCount(tables); t++) {
		BOXA *cells = tables->boxa[t];
		int row = 0;

		for (c = 0; c < boxaGetCount(cells); c++) {
			const BOX *b = cells->box[c];
			double area = (double)b->w * b->h;

			/* Within a row they go from left to right. */
			row += c > 0 && b->x <= cells->box[c - 1]->x;
			if (p->x < b->x - SLACK || p->x >= b->x + b->w + SLACK ||
			    p->y < b->y - SLACK || p->y >= b->y + b->h + SLACK ||
			    (p->cell >= 0 && area >= least))
				continue;
			least = area;
			p->table = t;
			p->cell = c;
			p->row = row;
		}
	}
}

static void
place_words(struct tables *t, const struct prepared *in, double scale)
{
	size_t i;

	for (i = 0; i < t->from->count; i++) {
		struct place *p = &t->place[i];
		struct box b = pass_box_of(in, &t->from->word[i]);

		p->index = (uint32_t)i;
		p->x = (int)((b.left + b.right) / 2.0 * scale);
		p->y = (int)((b.top + b.bottom) / 2.0 * scale);
		p->h = (int)((b.bottom - b.top) * scale);
		find_cell(t->boxes, p);
	}
}

static int
compare_height(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return x->y != y->y ? (x->y > y->y) - (x->y < y->y) : (x->x > y->x) - (x->x < y->x);
}

static int
compare_across(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->x > y->x) - (x->x < y->x);
}

/* The end of the line of words that begins at i: by their middles, from the top. */
static size_t
line_end(const struct place *p, size_t i, size_t count)
{
	size_t k = i + 1;

	while (k < count && p[k].cell == p[i].cell && p[k].y - p[i].y <= LINE_PART * p[i].h)
		k++;
	return k;
}

static enum status
emit(struct tables *t, struct place *p, uint8_t start, struct err *err)
{
	struct word w = t->from->word[p->index];

	w.start = start;
	return words_add(t->to, words_text(t->from, p->index), &w, err);
}

/* One row of cells: on one line of text, unless a cell has several. */
static enum status
emit_row(struct tables *t, struct place *p, size_t count, bool first, struct err *err)
{
	enum status st = ST_OK;
	bool several = false;
	size_t i, end;

	for (i = 0; i < count; i = end) {
		end = line_end(p, i, count);
		qsort(p + i, end - i, sizeof(*p), compare_across);
		p[i].opens = true;
		several = several || (end < count && p[end].cell == p[i].cell);
	}
	for (i = 0; i < count && st == ST_OK; i++)
		st = emit(t, &p[i],
		    i == 0 && first			    ? WORD_NEW_BLOCK
			: i == 0 || (p[i].opens && several) ? WORD_NEW_LINE
							    : WORD_SAME_LINE,
		    err);
	return st;
}

static enum status
emit_table(struct tables *t, int table, struct arena *arena, struct err *err)
{
	struct place *p = arena_array(arena, t->from->count + 1, sizeof(*p));
	size_t i, end, n = 0;
	enum status st = ST_OK;

	for (i = 0; i < t->from->count; i++)
		if (t->place[i].table == table) {
			p[n++] = t->place[i];
			t->place[i].emitted = true;
		}
	if (n > 0)
		qsort(p, n, sizeof(*p), compare_height);
	for (i = 0; i < n && st == ST_OK; i = end) {
		for (end = i + 1; end < n && p[end].row == p[i].row; end++)
			;
		st = emit_row(t, p + i, end - i, i == 0, err);
	}
	return st;
}

/* What stands above y and in no table, in the reader's order and blocks. */
static enum status
emit_above(struct tables *t, int y, struct err *err)
{
	uint8_t start = WORD_NEW_BLOCK;
	enum status st = ST_OK;
	size_t i;

	for (i = 0; i < t->from->count && st == ST_OK; i++) {
		struct place *p = &t->place[i];
		uint8_t own = t->from->word[i].start;

		start = own > start ? own : start;
		if (p->emitted || p->cell >= 0 || p->y >= y)
			continue;
		st = emit(t, p, start, err);
		p->emitted = true;
		start = WORD_SAME_LINE;
	}
	return st;
}

enum status
cells_order(
    const struct prepared *in, double scale, BOXAA *tables, struct words **ws, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(words_freep) struct words *out = words_new();
	struct tables t = { *ws, out, NULL, tables };
	enum status st = ST_OK;
	l_int32 i;

	if ((*ws)->count == 0 || boxaaGetCount(tables) == 0)
		return ST_OK;
	t.place = arena_array(arena, (*ws)->count, sizeof(*t.place));
	place_words(&t, in, scale);
	for (i = 0; i < boxaaGetCount(tables) && st == ST_OK; i++) {
		st = emit_above(&t, tables->boxa[i]->box[0]->y, err);
		if (st == ST_OK)
			st = emit_table(&t, i, arena, err);
	}
	if (st == ST_OK)
		st = emit_above(&t, INT32_MAX, err);
	if (st != ST_OK)
		return st;
	words_free(*ws);
	*ws = out;
	out = NULL;
	return ST_OK;
}
