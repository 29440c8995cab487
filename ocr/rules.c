/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prepare.h"
#include "cells.h"

/*
 * Ruling lines of tables and registers.  Recognition takes those across for underscores glued to
 * the text of a cell; the paper beside a line is painted over it, but only where lines make a grid: a
 * single underline harms nobody.  Lines down the page stay: they keep cells apart, and without them
 * a row is one line of text with gaps, in which words run together.
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
lighter(PIX *grey, l_int32 x, l_int32 above, l_int32 below)
{
	l_uint32 a = 0, b = 0;

	(void)pixGetPixel(grey, x, above, &a); /* outside: 0, and the other side counts */
	(void)pixGetPixel(grey, x, below, &b);
	return (l_int32)(a > b ? a : b);
}

/* Paints what the mask (of grey's size) covers. */
static void
paint(PIX *grey, PIX *mask)
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
				SET_DATA_BYTE(line, x, lighter(grey, x, y - REACH, y + REACH));
		}
	}
}

/* The page with paper over the lines; NULL when out of memory. */
static PIX *
painted(PIX *grey, PIX *lines)
{
	PIX *mask = pixScaleToSize(lines, pixGetWidth(grey), pixGetHeight(grey));
	PIX *clean = mask != NULL ? pixCopy(NULL, grey) : NULL;

	if (clean != NULL)
		paint(clean, mask);
	pixDestroy(&mask);
	return clean;
}

bool
prepare_rules(PIX **grey, PIX *bits, BOXAA **tables)
{
	PIX *across, *down, *clean = NULL;

	*tables = NULL;
	if (!find_grid(bits, &across, &down))
		return false;
	*tables = cells_find(across, down);
	if (pixDilateBrick(across, across, 3, 3) != NULL &&
	    pixDilateBrick(down, down, 3, 3) != NULL)
		clean = painted(*grey, across);
	if (clean != NULL) {
		pixDestroy(grey);
		*grey = clean;
		(void)pixSubtract(bits, bits, across);
		(void)pixSubtract(bits, bits, down);
	}
	pixDestroy(&across);
	pixDestroy(&down);
	return true;
}
