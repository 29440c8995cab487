/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/prepare.h"

#define W 600
#define H 400

static void
ink(PIX *pix, int x, int y, int w, int h)
{
	int i, j;

	for (j = y; j < y + h; j++)
		for (i = x; i < x + w; i++)
			(void)pixSetPixel(pix, i, j, pixGetDepth(pix) == 1 ? 1 : 30);
}

/* The same at 150 dpi in bits and at 200 dpi in grey. */
struct sheet {
	PIX *bits, *grey;
	BOXAA *tables;
};

static struct sheet
sheet(void)
{
	struct sheet s = { pixCreate(W, H, 1), pixCreate(W * 4 / 3, H * 4 / 3, 8), NULL };

	(void)pixSetAllArbitrary(s.grey, 240);
	return s;
}

static void
draw(struct sheet *s, int x, int y, int w, int h)
{
	ink(s->bits, x, y, w, h);
	ink(s->grey, x * 4 / 3, y * 4 / 3, w > 2 ? w * 4 / 3 : 2, h > 2 ? h * 4 / 3 : 2);
}

static void
drop(struct sheet *s)
{
	pixDestroy(&s->bits);
	pixDestroy(&s->grey);
	boxaaDestroy(&s->tables);
}

static unsigned
darkest(PIX *grey, int x, int y, int w, int h)
{
	l_uint32 v, low = 255;
	int i, j;

	for (j = y; j < y + h; j++)
		for (i = x; i < x + w; i++) {
			(void)pixGetPixel(grey, i, j, &v);
			low = v < low ? v : low;
		}
	return low;
}

static void
the_lines_across_a_table_go_and_its_letters_stay(void **state)
{
	struct sheet s = sheet();
	l_int32 n;
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		draw(&s, 60, 60 + 60 * i, 480, 2);
	for (i = 0; i < 3; i++)
		draw(&s, 60 + 200 * i, 60, 2, 182);
	draw(&s, 100, 80, 14, 18); /* a letter */
	assert_true(prepare_rules(&s.grey, s.bits, &s.tables));
	assert_int_equal(darkest(s.grey, 136, 108, 16, 20), 30);
	(void)pixCountConnComp(s.bits, 8, &n);
	assert_int_equal(n, 1);
	assert_true(darkest(s.grey, 160, 70, 150, 30) > 200);	 /* a line across */
	assert_int_equal(darkest(s.grey, 340, 170, 20, 40), 30); /* one down keeps cells apart */
	drop(&s);
}

static void
underlines_and_frames_are_no_table(void **state)
{
	struct sheet s = sheet();

	(void)state;
	draw(&s, 100, 40, 120, 2);
	draw(&s, 300, 40, 200, 2);
	draw(&s, 300, 200, 200, 2);
	draw(&s, 300, 200, 2, 100);
	draw(&s, 498, 200, 2, 100);
	draw(&s, 300, 298, 200, 2);
	assert_false(prepare_rules(&s.grey, s.bits, &s.tables));
	assert_int_equal(darkest(s.grey, 133, 50, 160, 10), 30);
	drop(&s);
}

static void
letters_alone_are_no_table(void **state)
{
	struct sheet s = sheet();
	int x, y;

	(void)state;
	for (y = 20; y < 380; y += 30)
		for (x = 20; x < 560; x += 16)
			draw(&s, x, y, 12, 18);
	assert_false(prepare_rules(&s.grey, s.bits, &s.tables));
	drop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lines_across_a_table_go_and_its_letters_stay),
		cmocka_unit_test(underlines_and_frames_are_no_table),
		cmocka_unit_test(letters_alone_are_no_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
