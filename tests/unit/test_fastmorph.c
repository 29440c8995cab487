/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <leptonica/allheaders.h>

#include "unit.h"

#include "../../ocr/fastmorph.h"

static l_uint32 seed = 7;

static l_int32
number(l_int32 low, l_int32 high)
{
	seed = seed * 1664525 + 1013904223;
	return low + (l_int32)((seed >> 8) % (l_uint32)(high - low + 1));
}

/* Ink of every density, so that erosion leaves something; now and then bits behind the edge. */
static PIX *
ink(l_int32 w, l_int32 h)
{
	PIX *pix = pixCreate(w, h, 1);
	l_int32 i, k, n = h * pixGetWpl(pix), dense = number(0, 5);

	for (i = 0; i < n; i++)
		for (k = 0; k < 32; k++)
			pixGetData(pix)[i] =
			    pixGetData(pix)[i] << 1 | (l_uint32)(number(0, 40) <= 8 * dense);
	if (number(0, 3) > 0)
		(void)pixSetPadBits(pix, 0);
	return pix;
}

static SEL *
line(l_int32 length, bool across, l_int32 origin)
{
	return selCreateBrick(across ? 1 : length, across ? length : 1, across ? 0 : origin,
	    across ? origin : 0, SEL_HIT);
}

static void
assert_same(PIX *s, SEL *sel, bool erode, bool in_place)
{
	PIX *slow = morph_slow(NULL, s, sel, erode), *given = in_place ? s : NULL;
	PIX *fast = morph_fast(given, s, sel, erode);
	l_int32 same = 0, high, wide;

	assert_non_null(fast);
	assert_true(!in_place || fast == s);
	(void)pixEqual(fast, slow, &same);
	(void)selGetParameters(sel, &high, &wide, NULL, NULL);
	if (!same)
		fail_msg("%s of %d x %d by %d x %d", erode ? "erosion" : "dilation", pixGetWidth(s),
		    pixGetHeight(s), wide, high);
	if (!in_place)
		pixDestroy(&fast);
	pixDestroy(&slow);
}

static void
lines_dilate_and_erode_as_in_leptonica(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 4000; i++) {
		PIX *pix = ink(number(1, 200), number(1, 60));
		l_int32 length = number(0, 9) == 0 ? number(60, 300) : number(3, 40);
		SEL *sel = line(length, i % 2 != 0, number(0, length - 1));

		assert_same(pix, sel, i % 4 < 2, i % 3 == 0);
		selDestroy(&sel);
		pixDestroy(&pix);
	}
}

static void
a_result_of_another_size_is_made_to_fit(void **state)
{
	PIX *pix = ink(120, 40), *other = ink(30, 90), *slow, *fast;
	SEL *sel = line(9, true, 4);
	l_int32 same = 0;

	(void)state;
	slow = morph_slow(NULL, pix, sel, true);
	fast = morph_fast(other, pix, sel, true);
	assert_ptr_equal(fast, other);
	(void)pixEqual(fast, slow, &same);
	assert_true(same);
	selDestroy(&sel);
	pixDestroy(&pix);
	pixDestroy(&other);
	pixDestroy(&slow);
}

static void
other_shapes_and_depths_are_left_to_leptonica(void **state)
{
	PIX *bits = ink(50, 50), *grey = pixCreate(50, 50, 8);
	SEL *square = selCreateBrick(5, 5, 2, 2, SEL_HIT), *holes = line(9, true, 4);
	SEL *small = line(2, true, 0), *whole = line(9, true, 4);

	(void)state;
	(void)selSetElement(holes, 0, 3, SEL_DONT_CARE);
	assert_null(morph_fast(NULL, bits, square, true));
	assert_null(morph_fast(NULL, bits, holes, true));
	assert_null(morph_fast(NULL, bits, small, false));
	assert_null(morph_fast(NULL, grey, whole, false));
	assert_null(morph_fast(NULL, bits, NULL, false));
	selDestroy(&square);
	selDestroy(&holes);
	selDestroy(&small);
	selDestroy(&whole);
	pixDestroy(&bits);
	pixDestroy(&grey);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_dilate_and_erode_as_in_leptonica),
		cmocka_unit_test(a_result_of_another_size_is_made_to_fit),
		cmocka_unit_test(other_shapes_and_depths_are_left_to_leptonica),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
