/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../../ocr/plane.h"

/* Planes for bar codes, against the plain way of making them; sizes that vectors do not divide. */

#define WIDE 173
#define TALL 91

static struct plane
noise(int width, int height)
{
	struct plane p = { malloc((size_t)width * (size_t)height), width, height };
	uint32_t state = 12345;
	int i;

	assert_non_null(p.byte);
	for (i = 0; i < width * height; i++) {
		state = state * 1664525 + 1013904223;
		/* Extremes too: sums must not overflow. */
		p.byte[i] = i % 7 == 0 ? 255 : (unsigned char)(state >> 24);
	}
	return p;
}

static int
at(const struct plane *p, int x, int y)
{
	return p->byte[y * p->width + x];
}

static void
a_half_is_the_mean_of_four(void **state)
{
	struct plane p = noise(WIDE, TALL), half;
	int x, y;

	(void)state;
	assert_true(plane_halve(&p, &half));
	assert_int_equal(half.width, WIDE / 2);
	assert_int_equal(half.height, TALL / 2);
	for (y = 0; y < half.height; y++)
		for (x = 0; x < half.width; x++)
			assert_int_equal(at(&half, x, y),
			    (at(&p, 2 * x, 2 * y) + at(&p, 2 * x + 1, 2 * y) +
				at(&p, 2 * x, 2 * y + 1) + at(&p, 2 * x + 1, 2 * y + 1)) /
				4);
	plane_free(&half);
	plane_free(&p);
}

static int
mean_across(const struct plane *p, int n, int x, int y)
{
	int sum = 0, k;

	for (k = 0; k < n; k++)
		sum += at(p, x, y * n + k);
	return sum / n;
}

static int
mean_down(const struct plane *p, int n, int x, int y)
{
	int sum = 0, k;

	for (k = 0; k < n; k++)
		sum += at(p, x * n + k, y);
	return sum / n;
}

static void
bands_are_means(void **state)
{
	struct plane p = noise(WIDE, TALL), across, down;
	int n, x, y;

	(void)state;
	for (n = PLANE_BAND_STEP; n <= PLANE_BAND_MAX; n += PLANE_BAND_STEP) {
		assert_true(plane_bands_across(&p, n, &across));
		assert_true(plane_bands_down(&p, n, &down));
		assert_int_equal(across.height, TALL / n);
		assert_int_equal(down.height, WIDE / n);
		for (y = 0; y < across.height; y++)
			for (x = 0; x < WIDE; x++)
				assert_int_equal(at(&across, x, y), mean_across(&p, n, x, y));
		for (y = 0; y < TALL; y++)
			for (x = 0; x < down.height; x++)
				assert_int_equal(at(&down, y, x), mean_down(&p, n, x, y));
		plane_free(&across);
		plane_free(&down);
	}
	plane_free(&p);
}

static void
a_doubled_plane_keeps_its_pixels(void **state)
{
	struct plane p = noise(5, 3), doubled;
	int x, y;

	(void)state;
	assert_true(plane_double(&p, &doubled));
	for (y = 0; y < 3; y++)
		for (x = 0; x < 5; x++)
			assert_int_equal(at(&doubled, 2 * x, 2 * y), at(&p, x, y));
	assert_int_equal(at(&doubled, 1, 0), (at(&p, 0, 0) + at(&p, 1, 0)) / 2);
	assert_int_equal(at(&doubled, 0, 1), (at(&p, 0, 0) + at(&p, 0, 1)) / 2);
	assert_int_equal(at(&doubled, 9, 5), at(&p, 4, 2));
	plane_free(&doubled);
	plane_free(&p);
}

static void
an_area_is_cut_at_the_edge(void **state)
{
	struct plane p = noise(WIDE, TALL), cut;

	(void)state;
	assert_true(plane_cut(&p, (struct area){ -5, WIDE, 10, 10 }, &cut) == false);
	assert_null(cut.byte);
	assert_true(plane_cut(&p, (struct area){ WIDE - 3, TALL - 2, 10, 10 }, &cut));
	assert_int_equal(cut.width, 3);
	assert_int_equal(cut.height, 2);
	assert_int_equal(at(&cut, 2, 1), at(&p, WIDE - 1, TALL - 1));
	plane_free(&cut);
	plane_free(&p);
}

static void
too_small_a_plane_has_no_half_and_no_bands(void **state)
{
	struct plane p = noise(3, 1), other;
	int from = 0, lines;

	(void)state;
	assert_false(plane_halve(&p, &other));
	assert_false(plane_bands_across(&p, 4, &other));
	assert_null(other.byte);
	assert_false(plane_bands_down(&p, 4, &other));
	assert_null(other.byte);
	assert_false(bars_next(&p, &from, &lines));
	assert_int_equal(squares_find(&p, 1).w, 0);
	plane_free(&p);
}

/* ---- what is looked for in them ---- */

static struct plane
paper(int width, int height)
{
	struct plane p = { malloc((size_t)width * (size_t)height), width, height };

	assert_non_null(p.byte);
	memset(p.byte, 250, (size_t)width * (size_t)height);
	return p;
}

static void
ink(struct plane *p, int left, int top, int w, int h, int grey)
{
	int y;

	for (y = top; y < top + h; y++)
		memset(p->byte + y * p->width + left, grey, (size_t)w);
}

static void
bars_that_go_on_are_found_and_letters_are_not(void **state)
{
	struct plane p = paper(700, 40);
	int from = 0, lines, x, y;

	(void)state;
	for (x = 100; x < 500; x += 6) /* bars over lines 10 to 19 */
		ink(&p, x, 10, 3, 10, 40);
	for (y = 25; y < 35; y++) /* letters: another line, other places */
		for (x = 100 + y % 2 * 3; x < 500; x += 6)
			ink(&p, x, y, 3, 1, 40);
	assert_true(bars_next(&p, &from, &lines));
	assert_int_equal(from, 10);
	assert_int_equal(lines, 10);
	from += lines;
	assert_false(bars_next(&p, &from, &lines));
	plane_free(&p);
}

/* A corner of a QR code with modules of m pixels. */
static void
square(struct plane *p, int left, int top, int m)
{
	ink(p, left, top, 7 * m, 7 * m, 30);
	ink(p, left + m, top + m, 5 * m, 5 * m, 240);
	ink(p, left + 2 * m, top + 2 * m, 3 * m, 3 * m, 30);
}

static void
three_squares_of_a_size_make_a_code(void **state)
{
	struct plane p = paper(400, 400);
	struct area a;

	(void)state;
	square(&p, 100, 120, 4);
	square(&p, 188, 120, 4); /* 29 modules of four pixels: 116 */
	assert_int_equal(squares_find(&p, 1.3).w, 0);
	square(&p, 100, 208, 4);
	a = squares_find(&p, 1.3);
	assert_true(a.x <= 100 && a.y <= 120 && a.x + a.w >= 216 && a.y + a.h >= 236);
	assert_true(a.w < 200 && a.h < 200);
	assert_int_equal(squares_find(&p, 5).w, 0);
	plane_free(&p);
}

static void
squares_in_a_row_or_of_different_sizes_make_none(void **state)
{
	struct plane row = paper(500, 200), sizes = paper(400, 400);

	(void)state;
	square(&row, 50, 60, 4);
	square(&row, 150, 60, 4);
	square(&row, 250, 60, 4);
	assert_int_equal(squares_find(&row, 1.3).w, 0);
	square(&sizes, 60, 60, 4);
	square(&sizes, 160, 60, 4);
	square(&sizes, 60, 160, 8);
	assert_int_equal(squares_find(&sizes, 1.3).w, 0);
	plane_free(&row);
	plane_free(&sizes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_half_is_the_mean_of_four),
		cmocka_unit_test(bands_are_means),
		cmocka_unit_test(a_doubled_plane_keeps_its_pixels),
		cmocka_unit_test(an_area_is_cut_at_the_edge),
		cmocka_unit_test(too_small_a_plane_has_no_half_and_no_bands),
		cmocka_unit_test(bars_that_go_on_are_found_and_letters_are_not),
		cmocka_unit_test(three_squares_of_a_size_make_a_code),
		cmocka_unit_test(squares_in_a_row_or_of_different_sizes_make_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
