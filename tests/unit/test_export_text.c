/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/export.h"

static struct words *
one_word(void)
{
	struct words *ws = words_new();
	const struct word w = { .x = 100, .y = 200, .w = 300, .h = 50, .confidence = 90 };

	ws->width = 1000;
	ws->height = 2000;
	ws->dpi = 144;
	assert_int_equal(words_add(ws, SPAN("Độ"), &w, NULL), ST_OK);
	return ws;
}

/* Of the page's only word: where it begins in the page's own space, and the way it runs. */
static void
place(unsigned turn, const struct export_box *box, double m[6], double *scale)
{
	struct words *ws owned(words_freep) = one_word();
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	double size;

	export_text(ws, box, turn, &out);
	assert_int_equal(
	    sscanf(out.buf, "BT\n3 Tr\n/TtInv %lf Tf %lf %lf %lf %lf %lf %lf Tm %lf Tz <011001",
		&size, &m[0], &m[1], &m[2], &m[3], &m[4], &m[5], scale),
	    8);
	assert_true(size > 24.9 && size < 25.1);
}

static void
text_stands_where_the_word_is_seen(void **state)
{
	const struct export_box upright = { 10, 20, 510, 1020 }; /* 500 x 1000 points */
	const struct export_box lying = { 10, 20, 1010, 520 };
	double m[6], scale;

	(void)state;
	/* 50 from the left; 120 from the top, where the baseline runs */
	place(0, &upright, m, &scale);
	assert_float_equal(m[4], 10 + 50, 0.02);
	assert_float_equal(m[5], 20 + 1000 - 120, 0.02);
	assert_float_equal(m[0], 1, 0);
	/* two letters of half an em: 25 points; the word is 150 wide */
	assert_float_equal(scale, 600, 0.1);
	place(90, &lying, m, &scale);
	assert_float_equal(m[4], 1010 - (1000 - 120), 0.02);
	assert_float_equal(m[5], 20 + 50, 0.02);
	assert_float_equal(m[1], 1, 0);
	place(180, &upright, m, &scale);
	assert_float_equal(m[4], 510 - 50, 0.02);
	assert_float_equal(m[5], 1020 - (1000 - 120), 0.02);
	place(270, &lying, m, &scale);
	assert_float_equal(m[4], 10 + (1000 - 120), 0.02);
	assert_float_equal(m[5], 520 - 50, 0.02);
	assert_float_equal(m[1], -1, 0);
}

static void
letters_beyond_the_plane_are_pairs(void **state)
{
	struct words *ws owned(words_freep) = words_new();
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct export_box box = { 0, 0, 100, 100 };
	const struct word w = { .w = 10, .h = 10 };

	(void)state;
	ws->width = ws->height = 100;
	assert_int_equal(words_add(ws, SPAN("\xf0\x9f\x98\x80"), &w, NULL), ST_OK);
	export_text(ws, &box, 0, &out);
	assert_true(span_find(strbuf_span(&out), SPAN("<D83DDE00>")) > 0);
}

static void
words_without_a_box_or_a_page_do_no_harm(void **state)
{
	struct words *ws owned(words_freep) = words_new();
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct export_box box = { 0, 0, 100, 100 };
	const struct word none = { .confidence = 100 };

	(void)state;
	assert_int_equal(words_add(ws, SPAN("một hai"), &none, NULL), ST_OK);
	export_text(ws, &box, 0, &out);
	assert_int_equal(out.len, 0);
	ws->width = ws->height = 100;
	export_text(ws, &box, 0, &out);
	assert_true(span_find(strbuf_span(&out), SPAN("Tj")) > 0);
	assert_true(span_find(strbuf_span(&out), SPAN("nan")) < 0);
	assert_true(span_find(strbuf_span(&out), SPAN("inf")) < 0);
}

/* Sum of a file's 32-bit words: that of a TrueType font is a constant. */
static void
the_font_and_the_profile_are_well_made(void **state)
{
	struct strbuf font owned(strbuf_free) = STRBUF_INIT, icc owned(strbuf_free) = STRBUF_INIT;
	struct strbuf map owned(strbuf_free) = STRBUF_INIT;
	const unsigned char *p;
	uint32_t sum = 0;

	(void)state;
	export_font_file(&font);
	assert_int_equal(font.len % 4, 0);
	for (size_t i = 0; i < font.len; i++)
		sum += (uint32_t)(unsigned char)font.buf[i] << (24 - 8 * (i % 4));
	assert_int_equal(sum, 0xb1b0afba);
	export_srgb_profile(&icc);
	p = (const unsigned char *)icc.buf;
	assert_int_equal(
	    (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3], icc.len);
	assert_memory_equal(p + 36, "acsp", 4);
	assert_int_equal(p[131], 9);
	for (unsigned i = 0; i < 9; i++) {
		const unsigned char *tag = p + 132 + 12 * i;
		uint32_t at = (uint32_t)tag[4] << 24 | (uint32_t)tag[5] << 16 |
		    (uint32_t)tag[6] << 8 | tag[7];
		uint32_t n = (uint32_t)tag[8] << 24 | (uint32_t)tag[9] << 16 |
		    (uint32_t)tag[10] << 8 | tag[11];

		assert_int_equal(at % 4, 0);
		assert_true(at >= 240 && n > 0 && at + n <= icc.len);
	}
	export_font_cid_map(&map);
	assert_int_equal(map.len, 131072);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stands_where_the_word_is_seen),
		cmocka_unit_test(letters_beyond_the_plane_are_pairs),
		cmocka_unit_test(words_without_a_box_or_a_page_do_no_harm),
		cmocka_unit_test(the_font_and_the_profile_are_well_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
