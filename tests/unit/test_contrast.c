/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "unit.h"

#include "../../ocr/prepare.h"

#define W 1240 /* A4 at 150 dpi */
#define H 1754
#define DPI 150
#define LETTER 14 /* pixels; 2.4 mm */

static const l_uint32 white = 0xfaf8f500, red = 0xcd1e2d00, black = 0x14141400;

static void
bar(PIX *pix, int x, int y, int w, int h, l_uint32 value)
{
	BOX *box = boxCreate(x, y, w, h);

	assert_int_equal(pixSetInRectArbitrary(pix, box, value), 0);
	boxDestroy(&box);
}

/* Two strokes and a bar: a letter like an H, which fills less than its box. */
static void
letter(PIX *pix, int x, int y, l_uint32 value)
{
	bar(pix, x, y, 3, LETTER, value);
	bar(pix, x + 7, y, 3, LETTER, value);
	bar(pix, x, y + 6, 10, 3, value);
}

static void
lines(PIX *pix, int x, int y, int letters, int n, l_uint32 value)
{
	int i, k;

	for (k = 0; k < n; k++)
		for (i = 0; i < letters; i++)
			letter(pix, x + 15 * i, y + 34 * k, value);
}

static struct page
colour_page(void)
{
	struct page p = { .number = 1, .dpi = DPI, .pix = pixCreate(W, H, 32) };

	assert_non_null(p.pix);
	assert_int_equal(pixSetAllArbitrary(p.pix, white), 0);
	return p;
}

/* Letters given back on the split page; *grey as it became. */
static unsigned
lost(struct page *p, PIX **grey)
{
	assert_true(page_split(p));
	assert_int_equal(pixGetDepth(p->look), 32);
	*grey = pixClone(p->pix);
	return prepare_lost_letters(p, grey);
}

static void
drop(struct page *p, PIX **grey)
{
	pixDestroy(grey);
	pixDestroy(&p->pix);
	pixDestroy(&p->look);
}

static unsigned
level(PIX *grey, int x, int y)
{
	l_uint32 v = 0;

	assert_int_equal(pixGetPixel(grey, x, y, &v), 0);
	return v;
}

static void
red_print_comes_back_into_what_is_read(void **state)
{
	struct page p = colour_page();
	PIX *grey;

	(void)state;
	lines(p.pix, 200, 300, 30, 3, red);
	lines(p.pix, 200, 600, 30, 3, black);
	assert_in_range(lost(&p, &grey), 80, 90);
	assert_true(level(p.pix, 201, 305) > 190); /* codes and stamps are looked for in this */
	assert_true(level(grey, 201, 305) < 110);
	assert_true(level(grey, 201, 605) < 40);
	assert_true(level(grey, 600, 900) > 240);
	drop(&p, &grey);
}

static void
a_seal_over_a_signature_stays_away(void **state)
{
	struct page p = colour_page();
	double pi = 3.14159265358979;
	PIX *grey, *before;
	l_int32 same = 0;
	int i;

	(void)state;
	for (i = 0; i < 2000; i++)
		bar(p.pix, (int)(800 + 105 * cos(i * pi / 1000)),
		    (int)(1300 + 105 * sin(i * pi / 1000)), 4, 4, red);
	lines(p.pix, 740, 1280, 8, 2, red); /* what stands in the ring */
	lines(p.pix, 720, 1300, 12, 1, black);
	assert_int_equal(lost(&p, &grey), 0);
	before = pixClone(p.pix);
	assert_int_equal(pixEqual(grey, before, &same), 0);
	assert_true(same);
	pixDestroy(&before);
	drop(&p, &grey);
}

static void
a_faded_seal_stays_away_too(void **state)
{
	struct page p = colour_page();
	double pi = 3.14159265358979;
	PIX *grey;
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) /* every eighth arc is ink enough for letters */
		bar(p.pix, (int)(800 + 105 * cos(i * pi / 1000)),
		    (int)(1300 + 105 * sin(i * pi / 1000)), 4, 4,
		    i / 50 % 8 == 0 ? 0xe1a0a500 : 0xf5d2d500);
	lines(p.pix, 740, 1280, 8, 2, 0xe1a0a500);
	assert_int_equal(lost(&p, &grey), 0);
	drop(&p, &grey);
}

static void
paper_that_is_pink_is_paper(void **state)
{
	struct page p = colour_page();
	PIX *grey;

	(void)state;
	assert_int_equal(pixSetAllArbitrary(p.pix, 0xfabebe00), 0);
	lines(p.pix, 200, 300, 30, 3, black);
	assert_int_equal(lost(&p, &grey), 0);
	drop(&p, &grey);
}

static struct shade
shade_of(unsigned paper, unsigned ink, PIX **grey)
{
	struct shade s;
	PIX *bits;

	*grey = pixCreate(W, H, 8);
	assert_int_equal(pixSetAllArbitrary(*grey, paper), 0);
	lines(*grey, 150, 200, 60, 30, ink);
	bits = prepare_analysis(*grey, DPI, &s);
	assert_non_null(bits);
	pixDestroy(&bits);
	return s;
}

static void
ink_is_faint_against_its_own_paper(void **state)
{
	static const struct {
		unsigned paper, ink;
		bool faint;
	} rows[] = {
		{ 250, 20, false },
		{ 250, 140, false },
		{ 250, 190, true },
		{ 250, 215, true },
		{ 190, 60, false },
		{ 190, 150, true },
	};
	struct shade s;
	PIX *grey;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s = shade_of(rows[i].paper, rows[i].ink, &grey);
		assert_in_range(s.paper, rows[i].paper - 2, rows[i].paper);
		assert_int_equal(prepare_is_faint(&s), rows[i].faint);
		pixDestroy(&grey);
	}
}

static void
an_empty_page_and_one_full_of_grain_are_not_faint(void **state)
{
	PIX *grey = pixCreate(W, H, 8), *bits;
	struct shade s;
	int x, y;

	(void)state;
	assert_int_equal(pixSetAllArbitrary(grey, 240), 0);
	bits = prepare_analysis(grey, DPI, &s);
	assert_int_equal(s.marked, 0);
	assert_false(prepare_is_faint(&s));
	pixDestroy(&bits);
	for (y = 0; y < H; y += 2)
		for (x = y % 4; x < W; x += 4)
			bar(grey, x, y, 2, 2, 190);
	bits = prepare_analysis(grey, DPI, &s);
	assert_true(s.marked > 0);
	assert_false(prepare_is_faint(&s));
	pixDestroy(&bits);
	pixDestroy(&grey);
}

static void
stretching_makes_faint_ink_dark_and_paper_white(void **state)
{
	PIX *grey, *clear;
	struct shade s = shade_of(190, 150, &grey);

	(void)state;
	clear = prepare_stretched(grey, &s);
	assert_non_null(clear);
	assert_true(level(clear, 151, 205) < 80);
	assert_int_equal(level(clear, 60, 60), 255);
	pixDestroy(&clear);
	pixDestroy(&grey);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(red_print_comes_back_into_what_is_read),
		cmocka_unit_test(a_seal_over_a_signature_stays_away),
		cmocka_unit_test(a_faded_seal_stays_away_too),
		cmocka_unit_test(paper_that_is_pink_is_paper),
		cmocka_unit_test(ink_is_faint_against_its_own_paper),
		cmocka_unit_test(an_empty_page_and_one_full_of_grain_are_not_faint),
		cmocka_unit_test(stretching_makes_faint_ink_dark_and_paper_white),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
