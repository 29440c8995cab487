/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/speck.h"

struct given {
	const char *text;
	uint8_t start, confidence;
	uint32_t w, h;
};

#define SPECK 5, 5
#define WORD 60, 40

/* The text that is left of these words, up to one without text. */
static void
check(const struct given *given, const char *left, unsigned wanted)
{
	struct words *ws = words_new();
	struct err err = ERR_INIT;
	unsigned changed;

	for (; given->text != NULL; given++) {
		struct word w = { .start = given->start,
			.confidence = given->confidence,
			.w = given->w,
			.h = given->h };

		assert_ok(words_add(ws, span_of(given->text), &w, &err), &err);
	}
	assert_ok(speck_mend(&ws, &changed, &err), &err);
	assert_string_equal(ws->text.buf, left);
	assert_int_equal(changed, wanted);
	words_free(ws);
}

static void
marks_that_stand_alone_and_are_not_sure_are_no_words(void **state)
{
	(void)state;
	check((struct given[]){ { "đề", WORD_NEW_BLOCK, 96, WORD },
		  { "`", WORD_SAME_LINE, 60, SPECK }, { "nghị", WORD_SAME_LINE, 96, WORD },
		  { "..", WORD_NEW_LINE, 29, SPECK }, { "Bà", WORD_SAME_LINE, 93, WORD },
		  { "ˆ", WORD_SAME_LINE, 69, SPECK }, { 0 } },
	    "đề nghị\nBà", 3);
	check((struct given[]){ { "'", WORD_NEW_BLOCK, 90, SPECK },
		  { "a", WORD_SAME_LINE, 9, WORD }, { 0 } },
	    "' a", 0);
}

static void
a_dash_at_the_end_of_a_line_is_wider_than_high(void **state)
{
	(void)state;
	check((struct given[]){ { "lý", WORD_NEW_BLOCK, 81, WORD },
		  { "-", WORD_SAME_LINE, 81, 15, 5 }, { "giá", WORD_NEW_LINE, 96, WORD },
		  { "-", WORD_SAME_LINE, 93, SPECK }, { "Phòng", WORD_NEW_LINE, 93, WORD },
		  { "-", WORD_SAME_LINE, 93, 15, 5 }, { 0 } },
	    "lý\ngiá\nPhòng -", 2);
}

static void
bullets_and_dashes_between_words_stay(void **state)
{
	(void)state;
	check((struct given[]){ { "-", WORD_NEW_BLOCK, 40, SPECK },
		  { "Như", WORD_SAME_LINE, 93, WORD }, { "-", WORD_SAME_LINE, 40, SPECK },
		  { "trên", WORD_SAME_LINE, 93, WORD }, { 0 } },
	    "- Như - trên", 0);
}

static void
the_dash_of_a_list_is_read_as_one(void **state)
{
	(void)state;
	check((struct given[]){ { "~", WORD_NEW_BLOCK, 56, 9, 4 },
		  { "Như", WORD_SAME_LINE, 93, WORD }, { "~", WORD_SAME_LINE, 56, 9, 4 },
		  { "_", WORD_NEW_LINE, 22, 90, 4 }, { "Lưu", WORD_SAME_LINE, 93, WORD },
		  { "~", WORD_NEW_LINE, 56, 9, 4 }, { 0 } },
	    "- Như\n_ Lưu", 3);
}

static void
a_colon_apart_and_blanks_of_a_form_stay(void **state)
{
	(void)state;
	check((struct given[]){ { "gửi", WORD_NEW_BLOCK, 93, WORD },
		  { ":", WORD_SAME_LINE, 60, 4, 15 }, { "....", WORD_SAME_LINE, 30, WORD },
		  { "___", WORD_NEW_LINE, 30, WORD }, { ":", WORD_SAME_LINE, 60, SPECK }, { 0 } },
	    "gửi : ....\n___", 1);
}

static void
the_word_behind_a_speck_begins_the_block(void **state)
{
	(void)state;
	check(
	    (struct given[]){ { "a", WORD_NEW_BLOCK, 93, WORD }, { "_", WORD_NEW_BLOCK, 20, SPECK },
		{ "b", WORD_NEW_LINE, 93, WORD }, { ".", WORD_NEW_BLOCK, 20, SPECK }, { 0 } },
	    "a\n\nb", 2);
	check((struct given[]){ { "_", WORD_NEW_BLOCK, 20, SPECK }, { 0 } }, "", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_that_stand_alone_and_are_not_sure_are_no_words),
		cmocka_unit_test(a_dash_at_the_end_of_a_line_is_wider_than_high),
		cmocka_unit_test(bullets_and_dashes_between_words_stay),
		cmocka_unit_test(the_dash_of_a_list_is_read_as_one),
		cmocka_unit_test(a_colon_apart_and_blanks_of_a_form_stay),
		cmocka_unit_test(the_word_behind_a_speck_begins_the_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
