/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prepare.h"

/*
 * Ruling lines of tables and registers.  Recognition takes them for underscores and bars glued to
 * the text of a cell, and loses what stands alone in a narrow cell; the paper beside a line is
 * painted over it, but only where lines make a grid: a single underline harms nobody.
 */

#define RULE_LONG 50 /* pixels at 150 dpi, 8.5 mm: no stroke of a letter is that long */
#define RULE_PIECE 24
#define RULE_ALONG 400
#define GRID_ROWS 3 /* lines of the smallest table */
#define GRID_COLUMNS 2
#define GRID_CROSSINGS 6 /* of 3 by 2 lines; a frame round a stamp has 4 */
#define REACH 5		 /* pixels of the painted image from the middle of a line to paper */

static l_int32
components(PIX *bits)
{
	l_int32 n = 0;

	(void)pixCountConnComp(bits, 8, &n);
	return n;
}

/*
 * Lines of one direction.  A scanned line steps up and down by a pixel and breaks: it is thickened
 * across first, and pieces too short to be sure of count where a sure one lies on the same line.
 */
static PIX *
find_lines(PIX *bits, bool across)
{
	PIX *thick = pixDilateBrick(NULL, bits, across ? 1 : 3, across ? 3 : 1);
	PIX *sure = thick != NULL
	    ? pixOpenBrick(NULL, thick, across ? RULE_LONG : 1, across ? 1 : RULE_LONG)
	    : NULL;
	PIX *lines = NULL, *along;

	if (sure != NULL && components(sure) >= (across ? GRID_ROWS : GRID_COLUMNS)) {
		lines = pixOpenBrick(NULL, thick, across ? RULE_PIECE : 1, across ? 1 : RULE_PIECE);
		along = pixDilateCompBrick(
		    NULL, sure, across ? RULE_ALONG : 3, across ? 3 : RULE_ALONG);
		if (lines != NULL && along != NULL)
			(void)pixAnd(lines, lines, along);
		else
			pixDestroy(&lines);
		pixDestroy(&along);
	}
	pixDestroy(&thick);
	pixDestroy(&sure);
	return lines;
}

static l_int32
crossings(PIX *across, PIX *down)
{
	PIX *wide = pixDilateBrick(NULL, across, 5, 5);
	l_int32 n;

	if (wide == NULL)
		return 0;
	(void)pixAnd(wide, wide, down);
	n = components(wide);
	pixDestroy(&wide);
	return n;
}

/* The masks of both directions, or false when there is no grid. */
static bool
find_grid(PIX *bits, PIX **across, PIX **down)
{
	*across = find_lines(bits, true);
	*down = *across != NULL ? find_lines(bits, false) : NULL;
	if (*down != NULL && crossings(*across, *down) >= GRID_CROSSINGS)
		return true;
	pixDestroy(across);
	pixDestroy(down);
	return false;
}

static l_int32
lighter(PIX *grey, l_int32 x1, l_int32 y1, l_int32 x2, l_int32 y2)
{
	l_uint32 a = 0, b = 0;

	(void)pixGetPixel(grey, x1, y1, &a); /* outside: 0, and the other side counts */
	(void)pixGetPixel(grey, x2, y2, &b);
	return (l_int32)(a > b ? a : b);
}

/* Paints what the mask (of grey's size) covers. */
static void
paint(PIX *grey, PIX *mask, l_int32 dx, l_int32 dy)
{
	l_int32 w = pixGetWidth(mask), h = pixGetHeight(mask), x, y;
	l_uint32 *line, *bits;

	for (y = 0; y < h; y++) {
		bits = pixGetData(mask) + (size_t)y * (size_t)pixGetWpl(mask);
		line = pixGetData(grey) + (size_t)y * (size_t)pixGetWpl(grey);
		for (x = 0; x < w; x++) {
			if ((x & 31) == 0 && bits[x >> 5] == 0) {
				x += 31;
				continue;
			}
			if (GET_DATA_BIT(bits, x))
				SET_DATA_BYTE(
				    line, x, lighter(grey, x - dx, y - dy, x + dx, y + dy));
		}
	}
}

/* Takes the lines out of both images; false when out of memory. */
static bool
take_out(PIX *grey, PIX *bits, PIX *rules, l_int32 dx, l_int32 dy)
{
	PIX *thick = pixDilateBrick(NULL, rules, 3, 3);
	PIX *mask =
	    thick != NULL ? pixScaleToSize(thick, pixGetWidth(grey), pixGetHeight(grey)) : NULL;
	bool done = mask != NULL;

	if (done) {
		paint(grey, mask, dx, dy);
		(void)pixSubtract(bits, bits, thick);
	}
	pixDestroy(&thick);
	pixDestroy(&mask);
	return done;
}

bool
prepare_rules(PIX **grey, PIX *bits)
{
	PIX *across, *down, *clean;

	if (!find_grid(bits, &across, &down))
		return false;
	clean = pixCopy(NULL, *grey);
	/* One after the other: at a crossing the first leaves the paper that the second needs. */
	if (clean != NULL && take_out(clean, bits, across, 0, REACH) &&
	    take_out(clean, bits, down, REACH, 0)) {
		pixDestroy(grey);
		*grey = clean;
		clean = NULL;
	}
	pixDestroy(&clean);
	pixDestroy(&across);
	pixDestroy(&down);
	return true;
}
