/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/cells.h"

#define W 600
#define H 800

static PIX *across, *down;
static struct words *words;
static BOXAA *tables;

static void
line(PIX *pix, int x, int y, int w, int h)
{
	BOX *b = boxCreate(x, y, w, h);

	(void)pixSetInRect(pix, b);
	boxDestroy(&b);
}

/* A word whose middle is told; start as the reader had it. */
static void
put_high(const char *text, int x, int y, uint32_t high, uint8_t start)
{
	struct word w = { .x = x - 10,
		.y = y - (int)high / 2,
		.w = 20,
		.h = high,
		.confidence = 90,
		.start = start };
	struct err err = ERR_INIT;

	assert_ok(words_add(words, span_of(text), &w, &err), &err);
}

static void
put(const char *text, int x, int y, uint8_t start)
{
	put_high(text, x, y, 12, start);
}

static void
order(void)
{
	const struct prepared in = { pixCreate(W, H, 8), 150, 1, 0 };
	struct prepared gone = in;
	struct err err = ERR_INIT;

	tables = cells_find(across, down);
	assert_ok(cells_order(&in, 1, tables, &words, &err), &err);
	pixDestroy(&gone.pix);
}

/* Three columns and three rows from y = 100, 60 pixels each. */
static void
grid(void)
{
	int i;

	for (i = 0; i < 4; i++) {
		line(across, 60, 100 + 60 * i, 481, 2);
		line(down, 60 + 160 * i, 100, 2, 182);
	}
}

static void
rows_come_cell_by_cell_and_the_heading_before_them(void **state)
{
	(void)state;
	grid();
	/* As layout analysis has it: the first column, the heading, the rest. */
	put("STT", 140, 130, WORD_NEW_BLOCK);
	put("1", 140, 190, WORD_NEW_LINE);
	put("2", 140, 250, WORD_NEW_LINE);
	put("DANH", 280, 40, WORD_NEW_BLOCK);
	put("SÁCH", 310, 40, WORD_SAME_LINE);
	put("Tên", 300, 130, WORD_NEW_BLOCK);
	put("Quê", 460, 130, WORD_SAME_LINE);
	put("Lan", 300, 180, WORD_NEW_LINE);
	put("Hải", 450, 190, WORD_SAME_LINE);
	put("Phòng", 480, 190, WORD_SAME_LINE);
	put("Anh", 300, 200, WORD_NEW_LINE);
	put("Bình", 300, 250, WORD_NEW_LINE);
	put("Huế", 460, 250, WORD_SAME_LINE);
	put("Nơi", 100, 400, WORD_NEW_BLOCK);
	put("nhận", 130, 400, WORD_SAME_LINE);
	order();
	assert_int_equal(boxaaGetCount(tables), 1);
	/* A row is a line of text, unless a cell has several of its own. */
	assert_string_equal(words->text.buf,
	    "DANH SÁCH\n\nSTT Tên Quê\n1\nLan\nAnh\nHải Phòng\n2 Bình Huế\n\nNơi nhận");
}

static void
a_dash_before_a_line_does_not_break_it(void **state)
{
	(void)state;
	grid();
	put_high("-", 250, 176, 2, WORD_NEW_BLOCK);
	put("Như", 280, 175, WORD_SAME_LINE);
	put("trên", 310, 178, WORD_SAME_LINE);
	put_high("-", 250, 200, 2, WORD_NEW_LINE);
	put("Lưu", 280, 200, WORD_SAME_LINE);
	order();
	assert_string_equal(words->text.buf, "- Như trên\n- Lưu");
}

static void
a_cell_over_several_columns_is_one(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		line(across, 60, 100 + 60 * i, 481, 2);
	for (i = 0; i < 4; i++) /* the inner lines begin below the first row */
		line(down, 60 + 160 * i, i % 3 ? 160 : 100, 2, i % 3 ? 122 : 182);
	put("b", 300, 190, WORD_NEW_BLOCK);
	put("a", 140, 190, WORD_SAME_LINE);
	put("chung", 310, 130, WORD_NEW_LINE);
	put("Mục", 280, 130, WORD_NEW_LINE);
	order();
	assert_string_equal(words->text.buf, "Mục chung\na b");
}

static void
broken_lines_are_mended_and_two_tables_stay_apart(void **state)
{
	int i;

	(void)state;
	grid();
	for (i = 0; i < 3; i++) {
		line(across, 60, 500 + 60 * i, 481, 2);
		line(down, 60 + 240 * i, 500, 2, 122);
	}
	/* A gap of six pixels in the line between two cells. */
	{
		BOX *b = boxCreate(220, 125, 2, 6);

		(void)pixClearInRect(down, b);
		boxDestroy(&b);
	}
	put("sau", 180, 530, WORD_NEW_BLOCK);
	put("phải", 300, 130, WORD_NEW_BLOCK);
	put("giữa", 300, 400, WORD_NEW_BLOCK);
	put("trái", 140, 130, WORD_NEW_LINE);
	order();
	assert_int_equal(boxaaGetCount(tables), 2);
	assert_string_equal(words->text.buf, "trái phải\n\ngiữa\n\nsau");
}

static void
frames_and_small_grids_change_nothing(void **state)
{
	(void)state;
	line(across, 60, 100, 481, 2);
	line(across, 60, 300, 481, 2);
	line(down, 60, 100, 2, 202);
	line(down, 539, 100, 2, 202);
	put("b", 300, 200, WORD_NEW_BLOCK);
	put("a", 300, 150, WORD_NEW_BLOCK);
	order();
	assert_int_equal(boxaaGetCount(tables), 0);
	assert_string_equal(words->text.buf, "b\n\na");
}

static int
set_up(void **state)
{
	(void)state;
	across = pixCreate(W, H, 1);
	down = pixCreate(W, H, 1);
	words = words_new();
	words->width = W;
	words->height = H;
	words->dpi = 150;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pixDestroy(&across);
	pixDestroy(&down);
	boxaaDestroy(&tables);
	words_freep(&words);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_come_cell_by_cell_and_the_heading_before_them),
		TEST(a_dash_before_a_line_does_not_break_it),
		TEST(a_cell_over_several_columns_is_one),
		TEST(broken_lines_are_mended_and_two_tables_stay_apart),
		TEST(frames_and_small_grids_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
