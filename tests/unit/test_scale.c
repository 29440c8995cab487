/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "unit.h"

#include "../../ocr/scale.h"

static PIX *
noise(int w, int h, int depth)
{
	PIX *pix = pixCreate(w, h, depth);
	l_uint32 v = 12345;
	int x, y;

	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++) {
			v = v * 1664525 + 1013904223;
			(void)pixSetPixel(pix, x, y, depth == 32 ? v & 0xffffff00 : v >> 24);
		}
	return pix;
}

static l_uint32
at(PIX *pix, int x, int y)
{
	l_uint32 v = 0;

	(void)pixGetPixel(pix, x, y, &v);
	return v;
}

/* The mean over the covered area, the slow way. */
static double
mean(PIX *pix, double x1, double y1, double x2, double y2, int shift)
{
	double sum = 0, area = 0;
	int x, y;

	for (y = (int)y1; y < y2 && y < pixGetHeight(pix); y++)
		for (x = (int)x1; x < x2 && x < pixGetWidth(pix); x++) {
			double w = fmin(x2, x + 1) - fmax(x1, x), h = fmin(y2, y + 1) - fmax(y1, y);

			sum += w * h * (at(pix, x, y) >> shift & 255);
			area += w * h;
		}
	return sum / area;
}

static void
assert_means(PIX *pix, double scale, int shift)
{
	PIX *small = scale_reduce(pix, scale);
	double sx = (double)pixGetWidth(pix) / pixGetWidth(small);
	double sy = (double)pixGetHeight(pix) / pixGetHeight(small);
	int x, y;

	for (y = 0; y < pixGetHeight(small); y++)
		for (x = 0; x < pixGetWidth(small); x++) {
			double want = mean(pix, x * sx, y * sy, (x + 1) * sx, (y + 1) * sy, shift);

			if (fabs(want - (at(small, x, y) >> shift & 255)) > 3)
				fail_msg("%g: pixel %d %d is %u, not %g", scale, x, y,
				    at(small, x, y) >> shift & 255, want);
		}
	pixDestroy(&small);
}

static void
a_reduced_pixel_is_the_mean_of_its_area(void **state)
{
	static const double scales[] = { 1, 0.75, 2.0 / 3, 0.5, 0.37, 0.1 };
	PIX *grey = noise(61, 43, 8), *colour = noise(37, 29, 32);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		assert_means(grey, scales[i], 0);
		assert_means(colour, scales[i], L_RED_SHIFT);
		assert_means(colour, scales[i], L_BLUE_SHIFT);
	}
	pixDestroy(&grey);
	pixDestroy(&colour);
}

static void
paper_and_ink_stay_what_they_are(void **state)
{
	PIX *pix = pixCreate(2481, 17, 8), *small;
	int x;

	(void)state;
	(void)pixSetAllArbitrary(pix, 255);
	small = scale_reduce(pix, 2.0 / 3);
	for (x = 0; x < pixGetWidth(small); x++)
		assert_int_equal(at(small, x, 5), 255);
	pixDestroy(&small);
	pixDestroy(&pix);
}

static void
what_it_does_not_reduce_leptonica_scales(void **state)
{
	PIX *bits = pixCreate(40, 40, 1), *grey = pixCreate(40, 40, 8), *small, *large;

	(void)state;
	small = scale_reduce(bits, 0.5);
	large = scale_reduce(grey, 2);
	assert_int_equal(pixGetWidth(small), 20);
	assert_int_equal(pixGetWidth(large), 80);
	pixDestroy(&bits);
	pixDestroy(&grey);
	pixDestroy(&small);
	pixDestroy(&large);
}

/* 17 pixels at a twelfth are rounded to one: more than its weights have room for. */
static void
a_side_rounded_down_to_few_pixels_is_left_to_leptonica(void **state)
{
	static const int sides[] = { 13, 15, 17, 29, 41, 300 };
	PIX *pix, *small;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		pix = pixCreate(sides[i], 600, 8);
		(void)pixSetAll(pix);
		small = scale_reduce(pix, 1.0 / 12);
		assert_int_equal(pixGetWidth(small), (int)lround(sides[i] / 12.0));
		assert_int_equal(pixGetHeight(small), 50);
		assert_int_equal(at(small, 0, 25), 255);
		pixDestroy(&pix);
		pixDestroy(&small);
	}
	assert_null(reduction_new(17, 600, 8, 1.0 / 12));
	assert_null(reduction_new(600, 41, 32, 1.0 / 12));
}

static void
softening_takes_the_mean_of_three_by_three(void **state)
{
	PIX *bits = pixCreate(70, 5, 1), *soft;

	(void)state;
	(void)pixSetPixel(bits, 33, 2, 1);
	(void)pixSetPixel(bits, 0, 0, 1);
	soft = scale_soften(bits);
	assert_int_equal(at(soft, 33, 2), (255 * 8 + 4) / 9);
	assert_int_equal(at(soft, 32, 2), (255 * 8 + 4) / 9);
	assert_int_equal(at(soft, 34, 3), (255 * 8 + 4) / 9);
	assert_int_equal(at(soft, 35, 2), 255);
	assert_int_equal(at(soft, 0, 0), (255 * 8 + 4) / 9); /* beyond the edge is paper */
	assert_int_equal(at(soft, 69, 4), 255);
	pixDestroy(&bits);
	pixDestroy(&soft);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reduced_pixel_is_the_mean_of_its_area),
		cmocka_unit_test(paper_and_ink_stay_what_they_are),
		cmocka_unit_test(what_it_does_not_reduce_leptonica_scales),
		cmocka_unit_test(a_side_rounded_down_to_few_pixels_is_left_to_leptonica),
		cmocka_unit_test(softening_takes_the_mean_of_three_by_three),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
