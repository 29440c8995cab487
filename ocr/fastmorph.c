/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fastmorph.h"

#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "fast.h"

/*
 * Dilation and erosion by a line, which is what rules, frames and letters are looked for with: as many
 * moves of the page in leptonica as the line has pixels, here as many as its length has binary digits,
 * a row at a time (the page stays in the cache).  The same bits (test_fastmorph); other shapes go to
 * leptonica's own.  FASTPIX=0 leaves this file out.
 */

#define LENGTH_MIN 3
#define LENGTH_MAX 4096

typedef PIX *(*morph_fn)(PIX *, PIX *, SEL *);

static morph_fn real_dilate, real_erode;

__attribute__((constructor)) static void
find_real_ones(void)
{
	FIND_REAL(&real_dilate, "pixDilate");
	FIND_REAL(&real_erode, "pixErode");
}

PIX *
morph_slow(PIX *d, PIX *s, SEL *sel, bool erode)
{
	return (erode ? real_erode : real_dilate)(d, s, sel);
}

/* ---- rows of bits ---- */

/* d = s moved to the right by shift bits (1 to 31), or (0) as it is; s[-1] is read. */
static void
move_right(l_uint32 *d, const l_uint32 *s, l_int32 n, l_int32 shift)
{
	if (shift == 0)
		put_words(d, s, n, 0);
	else
		put_words(d, s - 1, n, 32 - shift);
}

/*
 * A pixel gathers what lies 0 to length - 1 places before it, twice as far with each step; beyond the
 * edge is 0.  The pixel `behind` places later then holds what the line covers when its origin lies here.
 */
struct line {
	void (*combine)(l_uint32 *restrict, const l_uint32 *restrict, l_int32, l_int32);
	l_int32 length, behind;
	bool erode, across;
};

/* Places of the next step; done tells how many are gathered, 0: no more. */
static l_int32
next_step(const struct line *l, l_int32 done)
{
	l_int32 left = l->length - done;

	return done < left ? done : left;
}

static l_uint32
last_mask(PIX *pix)
{
	l_int32 over = pixGetWidth(pix) & 31;

	return over != 0 ? ~(0xffffffffu >> over) : 0xffffffffu;
}

/* ---- across ---- */

/* The gathered row; before it lie words of 0, as many as the line needs. */
static void
across_row(const struct line *l, l_uint32 *row, l_uint32 *moved, l_int32 n)
{
	l_int32 done, step;

	for (done = 1; (step = next_step(l, done)) > 0; done += step) {
		move_right(moved, row - step / 32, n, step % 32);
		l->combine(row, moved, n, 0);
	}
}

static bool
morph_across(const struct line *l, PIX *s, PIX *d)
{
	l_int32 wpl = pixGetWpl(s), guard = l->length / 32 + 2, n = wpl + guard, y;
	size_t size = (size_t)guard + (size_t)n + 1;
	l_uint32 *both = calloc(2 * size, sizeof(l_uint32)), *row, mask = last_mask(s);

	if (both == NULL)
		return false;
	row = both + guard;
	for (y = 0; y < pixGetHeight(s); y++) {
		l_uint32 *out = pixGetData(d) + (size_t)y * (size_t)wpl;

		memset(row, 0, (size_t)n * sizeof(*row));
		memcpy(row, pixGetData(s) + (size_t)y * (size_t)wpl, (size_t)wpl * sizeof(*row));
		row[wpl - 1] &= mask;
		across_row(l, row, row + size, n);
		put_words(out, row + l->behind / 32, wpl, l->behind % 32);
		out[wpl - 1] &= mask;
	}
	free(both);
	return true;
}

/* ---- down ---- */

static bool
morph_down(const struct line *l, PIX *s, PIX *d)
{
	size_t wpl = (size_t)pixGetWpl(s), h = (size_t)pixGetHeight(s), y;
	size_t rows = h + (size_t)l->length, place;
	l_uint32 *all = calloc(rows * wpl, sizeof(l_uint32)), mask = last_mask(s);
	l_int32 done, step;

	if (all == NULL)
		return false;
	memcpy(all, pixGetData(s), h * wpl * sizeof(*all));
	for (done = 1; (step = next_step(l, done)) > 0; done += step) {
		place = (size_t)step;
		for (y = rows; y-- > place;)
			l->combine(all + y * wpl, all + (y - place) * wpl, (l_int32)wpl, 0);
		if (l->erode)
			memset(all, 0, place * wpl * sizeof(*all));
	}
	memcpy(pixGetData(d), all + (size_t)l->behind * wpl, h * wpl * sizeof(*all));
	for (y = 0; y < h; y++)
		pixGetData(d)[y * wpl + wpl - 1] &= mask;
	free(all);
	return true;
}

/* ---- shapes ---- */

static bool
is_line(SEL *sel, bool erode, struct line *l)
{
	l_int32 high, wide, cy, cx, x, y, type;

	if (sel == NULL || selGetParameters(sel, &high, &wide, &cy, &cx) != 0 ||
	    (high != 1 && wide != 1))
		return false;
	for (y = 0; y < high; y++)
		for (x = 0; x < wide; x++)
			if (selGetElement(sel, y, x, &type) != 0 || type != SEL_HIT)
				return false;
	l->across = high == 1;
	l->length = l->across ? wide : high;
	l->behind = l->across ? cx : cy;
	l->behind = erode ? l->length - 1 - l->behind : l->behind;
	l->erode = erode;
	l->combine = erode ? and_words : or_words;
	return l->length >= LENGTH_MIN && l->length <= LENGTH_MAX && l->behind >= 0 &&
	    l->behind < l->length;
}

PIX *
morph_fast(PIX *d, PIX *s, SEL *sel, bool erode)
{
	struct line l;
	PIX *to = d;

	if (s == NULL || pixGetDepth(s) != 1 || !is_line(sel, erode, &l))
		return NULL;
	if (d == NULL)
		to = pixCreateTemplate(s);
	else if (d != s && pixResizeImageData(d, s) != 0)
		return NULL;
	if (to == NULL || !(l.across ? morph_across : morph_down)(&l, s, to)) {
		if (d == NULL)
			pixDestroy(&to);
		return NULL;
	}
	return to;
}

static PIX *
morph(PIX *d, PIX *s, SEL *sel, bool erode)
{
	PIX *done = morph_fast(d, s, sel, erode);

	return done != NULL ? done : morph_slow(d, s, sel, erode);
}

PIX *
pixDilate(PIX *d, PIX *s, SEL *sel)
{
	return morph(d, s, sel, false);
}

PIX *
pixErode(PIX *d, PIX *s, SEL *sel)
{
	return morph(d, s, sel, true);
}
