/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <leptonica/allheaders.h>

#include "unit.h"

#include "../../ocr/fastlept.h"

static l_uint32 state = 1;

static l_uint32
next(void)
{
	return state = state * 1664525 + 1013904223;
}

static l_int32
number(l_int32 low, l_int32 high)
{
	return low + (l_int32)((next() >> 8) % (l_uint32)(high - low + 1));
}

static PIX *
noise(l_int32 w, l_int32 h, l_int32 depth)
{
	PIX *pix = pixCreate(w, h, depth);
	l_int32 i, n = h * pixGetWpl(pix);

	for (i = 0; i < n; i++)
		pixGetData(pix)[i] = next() ^ next() >> 16;
	(void)pixSetPadBits(pix, 0);
	return pix;
}

static struct rasterop
operation(PIX *d, PIX *s, l_int32 op)
{
	struct rasterop r = { .d = pixGetData(d), .s = pixGetData(s) };

	r.dpixw = pixGetWidth(d);
	r.dpixh = pixGetHeight(d);
	r.depth = pixGetDepth(d);
	r.dwpl = pixGetWpl(d);
	r.spixw = pixGetWidth(s);
	r.spixh = pixGetHeight(s);
	r.swpl = pixGetWpl(s);
	r.op = op;
	r.dx = number(-40, 90);
	r.dy = number(-5, 5);
	r.dw = number(0, 500);
	r.dh = number(0, 20);
	r.sx = number(-40, 90);
	r.sy = number(-5, 5);
	return r;
}

static void
rectangles_are_combined_as_leptonica_does_it(void **unused)
{
	static const l_int32 ops[] = { PIX_SRC, PIX_SRC | PIX_DST, PIX_SRC & PIX_DST,
		PIX_DST & PIX_NOT(PIX_SRC) };
	unsigned i, done = 0;

	(void)unused;
	for (i = 0; i < 20000; i++) {
		l_int32 depth = number(0, 4) == 0 ? 8 : 1;
		PIX *s = noise(number(1, 400), number(1, 20), depth);
		PIX *fast = noise(number(1, 400), number(1, 20), depth),
		    *slow = pixCopy(NULL, fast);
		struct rasterop r = operation(fast, s, ops[i % 4]);
		l_int32 same = 0;

		if (rasterop_fast(&r)) {
			done++;
			r.d = pixGetData(slow);
			rasterop_slow(&r);
			(void)pixEqual(fast, slow, &same);
			if (!same)
				fail_msg("operation %x, %d+%d from %d, depth %d", (unsigned)r.op,
				    r.dx, r.dw, r.sx, depth);
		}
		pixDestroy(&s);
		pixDestroy(&fast);
		pixDestroy(&slow);
	}
	assert_true(done > 2000);
}

static void
what_overlaps_or_is_another_operation_is_left_to_leptonica(void **unused)
{
	PIX *a = noise(400, 20, 1), *b = noise(400, 20, 1);
	struct rasterop r = operation(a, a, PIX_SRC);

	(void)unused;
	r.dx = r.sx = 0;
	r.dw = 400;
	r.dh = 20;
	assert_false(rasterop_fast(&r));
	r.s = pixGetData(b);
	assert_true(rasterop_fast(&r));
	r.op = PIX_SRC ^ PIX_DST;
	assert_false(rasterop_fast(&r));
	r.op = PIX_SRC;
	r.dw = 40;
	assert_false(rasterop_fast(&r));
	pixDestroy(&a);
	pixDestroy(&b);
}

static void
assert_same_thresholds(PIX *pix, l_int32 half, l_float32 factor, l_int32 nx, l_int32 ny)
{
	PIX *fast = NULL, *slow = NULL, *fast_bits = NULL, *slow_bits = NULL;
	l_int32 same = 0, same_bits = 0;

	assert_true(sauvola_fast(pix, half, factor, nx, ny, &fast, &fast_bits));
	assert_int_equal(sauvola_slow(pix, half, factor, nx, ny, &slow, &slow_bits), 0);
	(void)pixEqual(fast, slow, &same);
	(void)pixEqual(fast_bits, slow_bits, &same_bits);
	if (!same || !same_bits)
		fail_msg("%d x %d, half window %d, %d x %d tiles", pixGetWidth(pix),
		    pixGetHeight(pix), half, nx, ny);
	pixDestroy(&fast);
	pixDestroy(&slow);
	pixDestroy(&fast_bits);
	pixDestroy(&slow_bits);
}

/* Paper with letters: means and deviations of all sizes. */
static PIX *
page(l_int32 w, l_int32 h)
{
	PIX *pix = pixCreate(w, h, 8);
	l_int32 x, y, shade;

	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++) {
			shade = 255 - 60 * x / w - number(0, 3);
			if (x / 7 % 3 == 0 && y / 9 % 2 == 0 && y > h / 3)
				shade = 40 + number(0, 20);
			(void)pixSetPixel(pix, x, y, (l_uint32)shade);
		}
	return pix;
}

static void
thresholds_are_sauvolas_as_leptonica_finds_them(void **unused)
{
	static const l_int32 halves[] = { 2, 7, 33, 90 };
	l_int32 i, w, h, half;
	PIX *pix;

	(void)unused;
	for (i = 0; i < 12; i++) {
		half = halves[i % 4];
		w = number(2 * (half + 2), 2 * (half + 2) + 200);
		h = number(2 * (half + 2), 2 * (half + 2) + 200);
		pix = i < 4 ? noise(w, h, 8) : page(w, h);
		assert_same_thresholds(pix, half, 0.34F, 2, 2);
		assert_same_thresholds(pix, half, i % 2 ? 0 : 0.5F, 1, 2);
		pixDestroy(&pix);
	}
}

static void
white_and_black_pages_stay_what_they_are(void **unused)
{
	PIX *pix = pixCreate(1654, 300, 8);

	(void)unused;
	assert_same_thresholds(pix, 33, 0.34F, 7, 1);
	(void)pixSetAll(pix);
	assert_same_thresholds(pix, 33, 0.34F, 7, 1);
	pixDestroy(&pix);
}

static void
what_leptonica_would_refuse_or_cut_differently_is_left_to_it(void **unused)
{
	PIX *pix = page(100, 100), *bits = pixCreate(100, 100, 1), *a = NULL, *b = NULL;

	(void)unused;
	assert_false(sauvola_fast(pix, 33, 0.34F, 1, 1, &a, &b));
	assert_false(sauvola_fast(pix, 33, 0.34F, 4, 4, &a, &b));
	assert_false(sauvola_fast(pix, 60, 0.34F, 2, 1, &a, &b));
	assert_false(sauvola_fast(pix, 1, 0.34F, 2, 2, &a, &b));
	assert_false(sauvola_fast(bits, 7, 0.34F, 2, 2, &a, &b));
	assert_null(a);
	pixDestroy(&pix);
	pixDestroy(&bits);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(rectangles_are_combined_as_leptonica_does_it),
		cmocka_unit_test(what_overlaps_or_is_another_operation_is_left_to_leptonica),
		cmocka_unit_test(thresholds_are_sauvolas_as_leptonica_finds_them),
		cmocka_unit_test(white_and_black_pages_stay_what_they_are),
		cmocka_unit_test(what_leptonica_would_refuse_or_cut_differently_is_left_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
