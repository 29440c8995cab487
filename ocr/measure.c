/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "reader.h"

/*
 * What a page's pixels say of the scan: dark edges, and a hash by which the same sheet scanned twice is
 * known.  Both look at one pixel in 8 x 8: a page costs less than a millisecond.
 */
#define STEP 8
#define DARK 80		/* grey level: ink and shadow, not paper */
#define EDGE_PART 0.012 /* of the shorter side: how wide an edge is, 2.5 mm of A4 */
#define INNER_PART 0.04 /* of each side: the hash looks at what is within */
#define DIFFERENCE 4	/* grey levels between cells that are not noise */
#define EDGE_CELL 4	/* pixels between the samples across an edge */
#define CELLS OCR_HASH_SIDE

static int
grey_at(const l_uint32 *line, l_int32 depth, l_int32 x)
{
	if (depth == 1)
		return GET_DATA_BIT(line, x) ? 0 : 255;
	if (depth == 8)
		return GET_DATA_BYTE(line, x);
	return (int)(line[x] >> L_GREEN_SHIFT & 0xff);
}

/* ---- the edges ---- */

struct sheet {
	const l_uint32 *data;
	l_int32 w, h, wpl, depth;
};

static int
sample(const struct sheet *s, l_int32 x, l_int32 y)
{
	return grey_at(s->data + (size_t)y * (size_t)s->wpl, s->depth, x);
}

/* Mean of the strip that lies across edge (0 top, 1 bottom, 2 left, 3 right) at a place along it. */
static int
across(const struct sheet *s, int edge, l_int32 along, l_int32 width)
{
	int sum = 0, n = 0;
	l_int32 i;

	for (i = 0; i < width; i += EDGE_CELL, n++) {
		l_int32 in = edge & 1 ? (edge < 2 ? s->h : s->w) - 1 - i : i;

		sum += edge < 2 ? sample(s, along, in) : sample(s, in, along);
	}
	return n > 0 ? sum / n : 255;
}

/* Per cent of an edge that is dark across; the corners belong to both. */
static unsigned
dark_part(const struct sheet *s, int edge)
{
	l_int32 length = edge < 2 ? s->w : s->h, along;
	l_int32 width = (l_int32)(EDGE_PART * (s->w < s->h ? s->w : s->h));
	unsigned dark = 0, n = 0;

	for (along = 0; along < length; along += STEP, n++)
		dark += across(s, edge, along, width) < DARK;
	return n > 0 ? 100 * dark / n : 0;
}

/* ---- the hash ---- */

/* Mean grey of each cell of a grid one wider than the hash. */
static bool
cells(const struct sheet *s, int cell[CELLS][CELLS + 1])
{
	l_int32 left = (l_int32)(INNER_PART * s->w), top = (l_int32)(INNER_PART * s->h);
	l_int32 w = s->w - 2 * left, h = s->h - 2 * top, x, y;
	uint32_t sum[CELLS][CELLS + 1] = { { 0 } }, n[CELLS][CELLS + 1] = { { 0 } };
	int r, c;

	if (w < STEP * (CELLS + 1) || h < STEP * CELLS)
		return false;
	for (y = 0; y < h; y += STEP) {
		const l_uint32 *line = s->data + (size_t)(top + y) * (size_t)s->wpl;

		r = (int)((int64_t)y * CELLS / h);
		for (x = 0; x < w; x += STEP) {
			c = (int)((int64_t)x * (CELLS + 1) / w);
			sum[r][c] += (uint32_t)grey_at(line, s->depth, left + x);
			n[r][c]++;
		}
	}
	for (r = 0; r < CELLS; r++)
		for (c = 0; c <= CELLS; c++)
			cell[r][c] = n[r][c] > 0 ? (int)(sum[r][c] / n[r][c]) : 255;
	return true;
}

/* A bit for each cell: is the next one on its right brighter?  In hex. */
static void
make_hash(const struct sheet *s, char hash[OCR_HASH_MAX + 1])
{
	int cell[CELLS][CELLS + 1], r, c;
	size_t at = 0;

	hash[0] = '\0';
	if (!cells(s, cell))
		return;
	for (r = 0; r < CELLS; r++)
		for (c = 0; c < CELLS; c += 4) {
			unsigned nibble = 0;
			int k;

			for (k = 0; k < 4; k++)
				nibble = nibble << 1 |
				    (cell[r][c + k + 1] > cell[r][c + k] + DIFFERENCE);
			hash[at++] = "0123456789abcdef"[nibble];
		}
	hash[at] = '\0';
}

void
page_measure(struct page *p)
{
	struct sheet s;
	int edge;

	p->dark_edge = 0;
	p->image_hash[0] = '\0';
	if (p->pix == NULL)
		return;
	s = (struct sheet){ pixGetData(p->pix), pixGetWidth(p->pix), pixGetHeight(p->pix),
		pixGetWpl(p->pix), pixGetDepth(p->pix) };
	for (edge = 0; edge < 4; edge++) {
		unsigned dark = dark_part(&s, edge);

		p->dark_edge = dark > p->dark_edge ? dark : p->dark_edge;
	}
	make_hash(&s, p->image_hash);
}
