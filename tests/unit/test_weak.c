/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../ocr/second.h"

static unsigned
flags_of(const char *text, uint8_t confidence, uint8_t before, bool bits)
{
	struct words *ws = words_new();
	struct word w = { .start = WORD_NEW_BLOCK, .confidence = confidence, .flags = before };
	struct err err = ERR_INIT;
	unsigned flags;

	assert_ok(words_add(ws, span_of(text), &w, &err), &err);
	weak_mark(ws, bits);
	flags = ws->word[0].flags;
	words_free(ws);
	return flags;
}

static void
a_marked_word_needs_more_confidence_than_a_plain_one(void **state)
{
	(void)state;
	assert_int_equal(flags_of("cho", 86, 0, false), 0);
	assert_int_equal(flags_of("cho", 84, 0, false), WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("thê", 93, 0, false), WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("đo", 93, 0, false), WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("thê", 94, 0, false), 0);
	assert_int_equal(flags_of("2024", 69, 0, false), WORD_WEAK_RED);
}

static void
capitals_without_a_mark_may_have_lost_it(void **state)
{
	(void)state;
	assert_int_equal(flags_of("TICH", 95, 0, false), WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("VT,", 95, 0, false), WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("TICH", 96, 0, false), 0);
	assert_int_equal(flags_of("TICH", 95, 0, true), 0);
	assert_int_equal(flags_of("Tich", 95, 0, false), 0);
	assert_int_equal(flags_of("A", 95, 0, false), 0);
}

static void
on_one_bit_hook_tilde_and_acute_need_most(void **state)
{
	(void)state;
	assert_int_equal(flags_of("thể", 97, 0, true), WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("THẾ", 97, 0, true), WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("thể", 97, 0, false), 0);
	assert_int_equal(flags_of("thề", 97, 0, true), 0);
	assert_int_equal(flags_of("thể", 98, 0, true), 0);
}

static void
a_dispute_makes_a_word_weak_unless_it_is_sure(void **state)
{
	(void)state;
	assert_int_equal(
	    flags_of("cho", 96, WORD_DISPUTED, false), WORD_DISPUTED | WORD_WEAK_YELLOW);
	assert_int_equal(flags_of("cho", 84, WORD_DISPUTED, false), WORD_DISPUTED | WORD_WEAK_RED);
	assert_int_equal(flags_of("cho", 97, WORD_DISPUTED, false), 0);
	/* What stood there before is made anew. */
	assert_int_equal(flags_of("cho", 96, WORD_WEAK_RED, false), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_marked_word_needs_more_confidence_than_a_plain_one),
		cmocka_unit_test(capitals_without_a_mark_may_have_lost_it),
		cmocka_unit_test(on_one_bit_hook_tilde_and_acute_need_most),
		cmocka_unit_test(a_dispute_makes_a_word_weak_unless_it_is_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
