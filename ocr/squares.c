/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plane.h"
#include "vector.h"

/*
 * The squares in three corners of a QR code, across and down: dark, light, dark, light, dark as
 * 1 1 3 1 1.  Dark is what lies below the middle between
 * the extremes of its surroundings.
 */
#define BLOCK 32       /* pixels; the surroundings are 3 x 3 of them */
#define CONTRAST 60    /* levels; less is paper */
#define LINE_STEP 2    /* the middle of a square has three modules, six pixels when all are read */
#define SQUARES_MAX 64 /* on text some letters look like one; more than that is no help */
#define QUIET 10       /* modules around a square's middle that are code or margin */

struct square {
	double x, y, module; /* the middle; the mean of all lines that crossed it */
	unsigned lines;
};

struct finder {
	const struct plane *plane;
	unsigned char *limit; /* of each block */
	unsigned char *dark;  /* of a line */
	int blocks;	      /* across */
	double least;
	struct square square[SQUARES_MAX];
	unsigned count;
};

/* ---- what is dark ---- */

VECTORS static void
widen_extremes(const unsigned char *restrict line, int n, unsigned char *restrict low,
    unsigned char *restrict high)
{
	int x;

	for (x = 0; x < n; x++) {
		low[x] = line[x] < low[x] ? line[x] : low[x];
		high[x] = line[x] > high[x] ? line[x] : high[x];
	}
}

/* The extremes of each block of a row of blocks; column has room for two lines. */
static void
row_extremes(
    const struct plane *p, int row, unsigned char *column, unsigned char *low, unsigned char *high)
{
	int bottom = (row + 1) * BLOCK < p->height ? (row + 1) * BLOCK : p->height, x, y;
	unsigned char *least = column, *most = column + p->width;

	memset(least, 255, (size_t)p->width);
	memset(most, 0, (size_t)p->width);
	for (y = row * BLOCK; y < bottom; y++)
		widen_extremes(p->byte + (size_t)y * (size_t)p->width, p->width, least, most);
	for (x = 0; x < p->width; x++) {
		int b = x / BLOCK;

		low[b] = x % BLOCK == 0 || least[x] < low[b] ? least[x] : low[b];
		high[b] = x % BLOCK == 0 || most[x] > high[b] ? most[x] : high[b];
	}
}

/* From the extremes of a block and its neighbours. */
static unsigned char
block_limit(const unsigned char *low, const unsigned char *high, int wide, int tall, int bx, int by)
{
	unsigned char l = 255, h = 0;
	int x, y;

	for (y = by > 0 ? by - 1 : 0; y <= by + 1 && y < tall; y++)
		for (x = bx > 0 ? bx - 1 : 0; x <= bx + 1 && x < wide; x++) {
			l = low[y * wide + x] < l ? low[y * wide + x] : l;
			h = high[y * wide + x] > h ? high[y * wide + x] : h;
		}
	return h - l < CONTRAST ? 0 : (unsigned char)((h + l) / 2);
}

static bool
finder_open(struct finder *f, const struct plane *p)
{
	int wide = (p->width + BLOCK - 1) / BLOCK, tall = (p->height + BLOCK - 1) / BLOCK, x, y;
	size_t blocks = (size_t)wide * (size_t)tall;
	unsigned char *all = calloc(3 * blocks + 2 * (size_t)p->width, 1), *low, *high;

	if (all == NULL)
		return false;
	low = all + blocks;
	high = low + blocks;
	f->dark = high + blocks;
	for (y = 0; y < tall; y++)
		row_extremes(p, y, f->dark, low + y * wide, high + y * wide);
	for (y = 0; y < tall; y++)
		for (x = 0; x < wide; x++)
			all[y * wide + x] = block_limit(low, high, wide, tall, x, y);
	f->plane = p;
	f->limit = all;
	f->blocks = wide;
	return true;
}

static bool
is_dark(const struct finder *f, int x, int y)
{
	return f->plane->byte[(size_t)y * (size_t)f->plane->width + (size_t)x] <
	    f->limit[y / BLOCK * f->blocks + x / BLOCK];
}

VECTORS static void
mark_block(const unsigned char *restrict line, unsigned char limit, unsigned char *restrict dark)
{
	int x;

	for (x = 0; x < BLOCK; x++)
		dark[x] = line[x] < limit;
}

/* 1 where the line is dark. */
static void
mark_line(const struct finder *f, int y)
{
	const unsigned char *line = f->plane->byte + (size_t)y * (size_t)f->plane->width;
	int x, whole = f->plane->width / BLOCK * BLOCK;

	for (x = 0; x < whole; x += BLOCK)
		mark_block(line + x, f->limit[y / BLOCK * f->blocks + x / BLOCK], f->dark + x);
	for (; x < f->plane->width; x++)
		f->dark[x] = is_dark(f, x, y);
}

/* ---- squares ---- */

/* Five runs as 1 1 3 1 1; poor scans spread ink. */
static bool
fits(const int run[5], double *module)
{
	static const int want[] = { 1, 1, 3, 1, 1 };
	double off;
	int i;

	*module = (run[0] + run[1] + run[2] + run[3] + run[4]) / 7.0;
	for (i = 0; i < 5; i++) {
		off = run[i] - want[i] * *module;
		if (off > 0.75 * *module + 1 || off < -0.75 * *module - 1)
			return false;
	}
	return *module >= 1;
}

/* Pixels of one shade from (x, *y) on, down or up; *y is left behind them. */
static int
run_down(const struct finder *f, int x, int *y, int step, bool dark)
{
	int n = 0;

	for (; *y >= 0 && *y < f->plane->height && is_dark(f, x, *y) == dark; *y += step)
		n++;
	return n;
}

/* The same square down the page through its middle; *middle is its line, *module of both directions. */
static bool
fits_down(const struct finder *f, int x, int y, double *module, double *middle)
{
	int up = y, down = y + 1, run[5];
	double across = *module, here;

	run[2] = run_down(f, x, &up, -1, true);
	run[1] = run_down(f, x, &up, -1, false);
	run[0] = run_down(f, x, &up, -1, true);
	run[2] += run_down(f, x, &down, 1, true);
	*middle = down - run[2] / 2.0;
	run[3] = run_down(f, x, &down, 1, false);
	run[4] = run_down(f, x, &down, 1, true);
	*module = fits(run, &here) ? (across + here) / 2 : 0;
	return *module > 0 && here < 1.7 * across && across < 1.7 * here;
}

static void
note_square(struct finder *f, double x, double y, double module)
{
	unsigned i;

	for (i = 0; i < f->count; i++)
		if (fabs(f->square[i].x - x) < 4 * module &&
		    fabs(f->square[i].y - y) < 4 * module) {
			f->square[i].module +=
			    (module - f->square[i].module) / ++f->square[i].lines;
			return;
		}
	if (f->count == SQUARES_MAX)
		return;
	f->square[f->count].x = x;
	f->square[f->count].y = y;
	f->square[f->count].lines = 1;
	f->square[f->count++].module = module;
}

/* Where the shade of x ends; most of a page is long runs of paper. */
static int
run_end(const unsigned char *dark, int x, int n)
{
	uint64_t eight, same = dark[x] * UINT64_C(0x0101010101010101);
	unsigned char shade = dark[x];

	for (; x + 8 <= n; x += 8) {
		memcpy(&eight, dark + x, sizeof(eight));
		if (eight != same)
			break;
	}
	while (x < n && dark[x] == shade)
		x++;
	return x;
}

/* What fits() asks of the middle one, before there is any division. */
static bool
may_fit(const int run[5])
{
	int all = run[0] + run[1] + run[2] + run[3] + run[4];

	return 28 * run[2] >= 9 * all - 28 && 28 * run[2] <= 15 * all + 28;
}

static void
look_along(struct finder *f, int y)
{
	int run[5] = { 0, 0, 0, 0, 0 }, x, end, middle, n = f->plane->width;
	double module, line;

	mark_line(f, y);
	for (x = 0; x < n; x = end) {
		end = run_end(f->dark, x, n);
		memmove(run, run + 1, 4 * sizeof(run[0]));
		run[4] = end - x;
		if (!f->dark[x] || run[0] == 0 || !may_fit(run))
			continue;
		middle = end - run[4] - run[3] - run[2] / 2 - 1;
		if (fits(run, &module) && module >= f->least && f->dark[middle] &&
		    fits_down(f, middle, y, &module, &line))
			note_square(f, middle, line, module);
	}
}

/* ---- three of a code ---- */

#define EVEN 0.15 /* how far from equal the sides and from square the corner may be */

/* Of a size, and as far from each other as the smallest and the largest code have them. */
static bool
are_pair(const struct square *a, const struct square *b)
{
	double m = (a->module + b->module) / 2, far = hypot(a->x - b->x, a->y - b->y);

	return a->module < 1.5 * b->module && b->module < 1.5 * a->module && far > 10 * m &&
	    far < 250 * m;
}

/* The first in the corner between the other two. */
static bool
are_corner(const struct square *at, const struct square *a, const struct square *b)
{
	double ax = a->x - at->x, ay = a->y - at->y, bx = b->x - at->x, by = b->y - at->y;
	double long_a = hypot(ax, ay), long_b = hypot(bx, by);

	return are_pair(at, a) && are_pair(at, b) && fabs(long_a - long_b) < EVEN * long_a &&
	    fabs(ax * bx + ay * by) < EVEN * long_a * long_b;
}

struct extent {
	double left, top, right, bottom;
};

static void
extend(struct extent *e, double x, double y, double margin)
{
	e->left = fmin(e->left, x - margin);
	e->top = fmin(e->top, y - margin);
	e->right = fmax(e->right, x + margin);
	e->bottom = fmax(e->bottom, y + margin);
}

/* The three and the fourth corner, which has no square. */
static void
extend_by_code(
    struct extent *e, const struct square *at, const struct square *a, const struct square *b)
{
	double margin = QUIET * at->module;

	extend(e, at->x, at->y, margin);
	extend(e, a->x, a->y, margin);
	extend(e, b->x, b->y, margin);
	extend(e, a->x + b->x - at->x, a->y + b->y - at->y, margin);
}

static struct area
codes_area(const struct finder *f)
{
	struct extent e = { f->plane->width, f->plane->height, 0, 0 };
	struct area a = { 0, 0, 0, 0 };
	unsigned i, k, l;

	for (i = 0; i < f->count; i++)
		for (k = 0; k < f->count; k++)
			for (l = 0; l < k; l++)
				if (are_corner(&f->square[i], &f->square[k], &f->square[l]))
					extend_by_code(
					    &e, &f->square[i], &f->square[k], &f->square[l]);
	if (e.right > e.left) {
		a.x = (int)fmax(e.left, 0);
		a.y = (int)fmax(e.top, 0);
		a.w = (int)fmin(e.right, f->plane->width) - a.x;
		a.h = (int)fmin(e.bottom, f->plane->height) - a.y;
	}
	return a;
}

struct area
squares_find(const struct plane *plane, double least)
{
	struct area area = { 0, 0, plane->width, plane->height };
	struct finder f = { .least = least };
	int y;

	if (!finder_open(&f, plane)) /* no memory: look everywhere */
		return area;
	for (y = 0; y < plane->height; y += LINE_STEP)
		look_along(&f, y);
	area = codes_area(&f);
	free(f.limit);
	return area;
}
