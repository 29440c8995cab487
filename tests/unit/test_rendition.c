/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "rendition.h"

static void
add(struct words *ws, const char *text, enum word_break start, int32_t x, int32_t y, uint32_t w)
{
	struct word word = {
		.start = (uint8_t)start, .confidence = 87, .x = x, .y = y, .w = w, .h = w ? 20 : 0
	};
	struct err err = ERR_INIT;

	assert_ok(words_add(ws, span_of(text), &word, &err), &err);
}

static struct words *
sample(void)
{
	struct words *ws = words_new();

	ws->width = 1000;
	ws->height = 1400;
	ws->dpi = 120;
	add(ws, "SỞ", WORD_NEW_BLOCK, 100, 50, 40);
	add(ws, "<b>&\"'", WORD_SAME_LINE, 150, 48, 100);
	add(ws, "dưới", WORD_NEW_LINE, -20, 90, 60);
	add(ws, "rìa", WORD_NEW_BLOCK, 980, 1390, 60);
	return ws;
}

static const struct rendition_source source = { "tệp <1>.pdf", "0000-uid" };

static bool
holds(const struct strbuf *out, const char *piece)
{
	return span_find(strbuf_span(out), span_of(piece)) >= 0;
}

static size_t
count_of(const struct strbuf *out, const char *piece)
{
	struct span rest = strbuf_span(out);
	size_t n = 0;
	ptrdiff_t at;

	while ((at = span_find(rest, span_of(piece))) >= 0) {
		n++;
		rest = span_make(rest.p + at + 1, rest.n - (size_t)at - 1);
	}
	return n;
}

static void
alto_has_blocks_lines_and_words_in_their_boxes(void **state)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = sample();
	const struct rendition_page page = { 7, ws, "vi", "ocr", false };

	(void)state;
	rendition_alto(&source, &page, 1, &out);
	assert_true(holds(&out, "PHYSICAL_IMG_NR=\"7\""));
	assert_true(holds(&out,
	    "<TextBlock ID=\"p1_b1\" HPOS=\"0\" VPOS=\"48\" WIDTH=\"250\""
	    " HEIGHT=\"62\" LANG=\"vi\">"));
	assert_true(holds(&out, "CONTENT=\"SỞ\" WC=\"0.87\"/><SP WIDTH=\"10\" HPOS=\"140\""));
	assert_int_equal(count_of(&out, "<TextBlock "), 2);
	assert_int_equal(count_of(&out, "<TextLine "), 3);
	assert_int_equal(count_of(&out, "<String "), 4);
	assert_false(holds(&out, "CS="));
}

static void
what_reaches_over_the_edge_is_cut_there(void **state)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = sample();
	const struct rendition_page page = { 1, ws, NULL, NULL, true };

	(void)state;
	rendition_alto(&source, &page, 1, &out);
	assert_true(
	    holds(&out, "HPOS=\"0\" VPOS=\"90\" WIDTH=\"40\" HEIGHT=\"20\" CONTENT=\"dưới\""));
	assert_true(holds(&out, "HPOS=\"980\" VPOS=\"1390\" WIDTH=\"20\" HEIGHT=\"10\""));
	assert_true(holds(&out, "CS=\"true\""));
	assert_false(holds(&out, "-20"));
}

static void
markup_in_a_word_is_text(void **state)
{
	struct strbuf alto owned(strbuf_free) = STRBUF_INIT, hocr owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = sample();
	const struct rendition_page page = { 1, ws, "vi", "ocr", false };

	(void)state;
	rendition_alto(&source, &page, 1, &alto);
	rendition_hocr(&source, &page, 1, &hocr);
	assert_true(holds(&alto, "CONTENT=\"&lt;b&gt;&amp;&quot;&#39;\""));
	assert_true(holds(&hocr, ">&lt;b&gt;&amp;&quot;&#39;</span>"));
	assert_true(holds(&alto, "tệp &lt;1&gt;.pdf"));
	assert_false(holds(&alto, "<b>"));
	assert_false(holds(&hocr, "<b>"));
}

static void
what_xml_cannot_hold_is_replaced(void **state)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = words_new();
	const struct rendition_source odd = { "a\001b\xef\xbf\xbfz", "uid" };
	const struct rendition_page page = { 1, ws, NULL, NULL, false };

	(void)state;
	rendition_alto(&odd, &page, 1, &out);
	assert_true(holds(&out,
	    "a\xef\xbf\xbd"
	    "b\xef\xbf\xbdz"));
}

static void
a_page_without_geometry_has_no_boxes(void **state)
{
	struct strbuf alto owned(strbuf_free) = STRBUF_INIT, hocr owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = words_new();
	const struct rendition_page page = { 1, ws, "vi", "text", false };

	(void)state;
	add(ws, "chữ", WORD_NEW_BLOCK, 0, 0, 0);
	rendition_alto(&source, &page, 1, &alto);
	rendition_hocr(&source, &page, 1, &hocr);
	assert_false(holds(&alto, "HPOS"));
	assert_false(holds(&hocr, "bbox"));
	assert_true(holds(&hocr, "title=\"x_wconf 87\""));
}

static void
hocr_counts_pages_from_0_and_names_each_word_once(void **state)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = sample();
	const struct rendition_page pages[] = { { 1, ws, "vi", "ocr", false },
		{ 2, ws, "vi", "ocr", false } };

	(void)state;
	rendition_hocr(&source, pages, 2, &out);
	assert_int_equal(count_of(&out, "class=\"ocr_page\""), 2);
	assert_int_equal(count_of(&out, "class=\"ocrx_word\""), 8);
	assert_int_equal(count_of(&out, "id=\"word_2_4\""), 1);
	assert_true(holds(&out, "bbox 0 0 1000 1400; scan_res 120 120; ppageno 1"));
}

static void
four_quarter_turns_are_none(void **state)
{
	struct words *ws owned(words_freep) = sample(), *turned owned(words_freep) = sample();

	(void)state;
	words_turn(turned, 90);
	assert_int_equal(turned->width, 1400);
	assert_int_equal(turned->height, 1000);
	/* the top left corner of the page is its top right one now */
	assert_int_equal(turned->word[0].x, 1400 - 50 - 20);
	assert_int_equal(turned->word[0].y, 100);
	assert_int_equal(turned->word[0].w, 20);
	assert_int_equal(turned->word[0].h, 40);
	words_turn(turned, 180);
	words_turn(turned, 90);
	for (size_t i = 0; i < ws->count; i++)
		assert_memory_equal(&ws->word[i], &turned->word[i], sizeof(ws->word[i]));
	words_turn(turned, 270);
	words_turn(turned, 90);
	assert_int_equal(turned->word[1].x, 150);
	words_turn(turned, 45);
	assert_int_equal(turned->width, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alto_has_blocks_lines_and_words_in_their_boxes),
		cmocka_unit_test(what_reaches_over_the_edge_is_cut_there),
		cmocka_unit_test(markup_in_a_word_is_text),
		cmocka_unit_test(what_xml_cannot_hold_is_replaced),
		cmocka_unit_test(a_page_without_geometry_has_no_boxes),
		cmocka_unit_test(hocr_counts_pages_from_0_and_names_each_word_once),
		cmocka_unit_test(four_quarter_turns_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
