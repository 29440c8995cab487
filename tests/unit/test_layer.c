/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/layer.h"

static const char vietnamese[] =
    "Căn cứ quyết định về việc tổ chức lễ hội truyền thống, xét đề nghị của trưởng phòng, ủy ban "
    "nhân dân yêu cầu các đơn vị khẩn trương thực hiện kế hoạch và báo cáo kết quả trước ngày mười "
    "tháng chín; những vướng mắc gửi về sở để được giải đáp kịp thời.";

static struct layer
judge(const char *text, const struct pdf_page_facts *facts)
{
	struct word w = { .start = WORD_NEW_BLOCK, .confidence = 100 };
	struct words *ws = words_new();
	struct err err = ERR_INIT;
	struct layer l;

	assert_ok(words_add(ws, span_of(text), &w, &err), &err);
	layer_judge(ws, facts, &l);
	words_free(ws);
	return l;
}

static void
a_page_typeset_with_text_is_taken(void **state)
{
	struct pdf_page_facts digital = { .text = 40 };
	struct pdf_page_facts letterhead = {
		.text = 40, .images = 1, .covered = 0.05, .marks = true
	};

	(void)state;
	assert_int_equal(judge(vietnamese, &digital).verdict, LAYER_SOUND);
	assert_int_equal(judge(vietnamese, &letterhead).verdict, LAYER_SOUND);
	assert_int_equal(judge("Trang 3", &digital).verdict, LAYER_SOUND);
	assert_int_equal(
	    judge("The quarterly report was sent to the office, and it is in the file.", &digital)
		.verdict,
	    LAYER_SOUND);
}

static void
a_few_words_over_a_scan_are_no_text_of_it(void **state)
{
	struct pdf_page_facts scan = { .text = 3, .images = 1, .covered = 1 };
	struct pdf_page_facts outlines = { .text = 1, .marks = true };

	(void)state;
	assert_int_equal(
	    judge("Ký bởi: Ủy ban nhân dân, ngày 05.06.2024 07:35:42 +07:00", &scan).verdict,
	    LAYER_TOO_LITTLE);
	assert_int_equal(judge("Trang 3", &outlines).verdict, LAYER_TOO_LITTLE);
	assert_int_equal(judge("", &scan).verdict, LAYER_TOO_LITTLE);
}

static void
an_earlier_recognition_is_kept_when_it_reads_well(void **state)
{
	struct pdf_page_facts hidden = { .hidden_text = 60, .images = 1, .covered = 1 };

	(void)state;
	assert_int_equal(judge(vietnamese, &hidden).verdict, LAYER_EARLIER);
	assert_int_equal(
	    judge("This is the text of the letter that was sent to us in the year before, "
		  "and it has been read by a machine for the office.",
		&hidden)
		.verdict,
	    LAYER_EARLIER);
	/* Vietnamese read by an English engine: no marks, no English either. */
	assert_int_equal(
	    judge("Can cu quyet dinh ve viec to chuc le hoi truyen thong xet de nghi cua "
		  "truong phong uy ban nhan dan yeu cau cac don vi",
		&hidden)
		.verdict,
	    LAYER_UNSOUND);
}

static void
text_in_an_old_font_is_converted(void **state)
{
	struct pdf_page_facts digital = { .text = 40 };
	struct layer l =
	    judge("C¨n cø quyÕt ®Þnh vÒ viÖc tæ chøc lÔ héi truyÒn thèng, xÐt ®Ò nghÞ cña "
		  "tr­ëng phßng, ñy ban nh©n d©n yªu cÇu c¸c ®¬n vÞ khÈn tr­¬ng thùc hiÖn kÕ "
		  "ho¹ch vµ b¸o c¸o kÕt qu¶",
		&digital);

	(void)state;
	assert_int_equal(l.verdict, LAYER_LEGACY);
	assert_int_equal(l.encoding, LEGACY_TCVN3);
}

static void
converted_words_stay_where_they_were(void **state)
{
	struct word w = {
		.start = WORD_NEW_BLOCK, .confidence = 100, .x = 7, .y = 8, .w = 30, .h = 9
	};
	struct words *ws = words_new(), *to;
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(words_add(ws, SPAN("quyÕt"), &w, &err), &err);
	to = layer_convert(ws, LEGACY_TCVN3, NULL);
	assert_string_equal(to->text.buf, "quyết");
	assert_int_equal(to->word[0].x, 7);
	assert_int_equal(to->word[0].w, 30);
	words_free(ws);
	words_free(to);
}

static void
a_word_in_a_font_of_capitals_becomes_capitals(void **state)
{
	const bool capital[] = { true, false };
	struct word w = { .start = WORD_NEW_BLOCK, .confidence = 100 };
	struct words *ws = words_new(), *to;
	struct err err = ERR_INIT;

	(void)state;
	assert_ok(words_add(ws, SPAN("quyÕt"), &w, &err), &err);
	w.start = WORD_SAME_LINE;
	assert_ok(words_add(ws, SPAN("®Þnh"), &w, &err), &err);
	to = layer_convert(ws, LEGACY_TCVN3, capital);
	assert_string_equal(to->text.buf, "QUYẾT định");
	words_free(ws);
	words_free(to);
}

static void
text_nobody_can_read_is_recognised_instead(void **state)
{
	struct pdf_page_facts digital = { .text = 40 };
	struct strbuf b = STRBUF_INIT;
	int i;

	(void)state;
	for (i = 0; i < 60; i++)
		strbuf_addf(
		    &b, "ab%s ", i % 3 == 0 ? "\xef\x80\xa5" : "cd"); /* U+F025, private use */
	assert_int_equal(judge(b.buf, &digital).verdict, LAYER_UNSOUND);
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_typeset_with_text_is_taken),
		cmocka_unit_test(a_few_words_over_a_scan_are_no_text_of_it),
		cmocka_unit_test(an_earlier_recognition_is_kept_when_it_reads_well),
		cmocka_unit_test(text_in_an_old_font_is_converted),
		cmocka_unit_test(converted_words_stay_where_they_were),
		cmocka_unit_test(a_word_in_a_font_of_capitals_becomes_capitals),
		cmocka_unit_test(text_nobody_can_read_is_recognised_instead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
