/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "span.h"

static const struct span none = { NULL, 0 };

static void
equality_is_of_bytes_and_length(void **state)
{
	(void)state;
	assert_true(span_equal(SPAN("abc"), SPAN("abc")));
	assert_false(span_equal(SPAN("abc"), SPAN("ab")));
	assert_true(span_equal(none, SPAN("")));
	assert_true(span_equal_str(SPAN("số"), "số"));
	assert_false(span_equal_str(span_make("a\0b", 3), "a"));
	assert_true(span_equal_nocase(SPAN("Content-Type"), SPAN("content-tYPE")));
	assert_false(span_equal_nocase(SPAN("Đ"), SPAN("đ")));
}

static void
starts_and_ends_are_found(void **state)
{
	(void)state;
	assert_true(span_starts(SPAN("bytes=1"), SPAN("bytes=")));
	assert_false(span_starts(SPAN("byte"), SPAN("bytes=")));
	assert_true(span_starts(none, none));
	assert_true(span_ends(SPAN("a.pdf"), SPAN(".pdf")));
	assert_false(span_ends(SPAN("pdf"), SPAN(".pdf")));
	assert_true(span_ends(SPAN("x"), none));
}

static void
trimming_twice_is_trimming_once(void **state)
{
	struct span once = span_trim(SPAN(" \t\r\n hai  từ \v\f"));

	(void)state;
	assert_true(span_equal_str(once, "hai  từ"));
	assert_true(span_equal(span_trim(once), once));
	assert_int_equal(span_trim(SPAN(" \n ")).n, 0);
	assert_int_equal(span_trim(none).n, 0);
}

static void
cutting_walks_all_fields_also_empty_ones(void **state)
{
	struct span rest = SPAN("a,,b,");

	(void)state;
	assert_true(span_equal_str(span_cut(&rest, ','), "a"));
	assert_true(span_equal_str(span_cut(&rest, ','), ""));
	assert_true(span_equal_str(span_cut(&rest, ','), "b"));
	assert_non_null(rest.p);
	assert_true(span_equal_str(span_cut(&rest, ','), ""));
	assert_null(rest.p);
	assert_int_equal(span_cut(&rest, ',').n, 0);
	assert_null(rest.p);
}

static void
the_first_occurrence_is_found(void **state)
{
	(void)state;
	assert_int_equal(span_find(SPAN("abcabc"), SPAN("ca")), 2);
	assert_int_equal(span_find(SPAN("abc"), SPAN("abcd")), -1);
	assert_int_equal(span_find(SPAN("abc"), SPAN("x")), -1);
	assert_int_equal(span_find(SPAN("abc"), none), 0);
	assert_int_equal(span_find(none, SPAN("a")), -1);
}

static void
numbers_are_all_digits_and_in_range(void **state)
{
	uint64_t u = 77;
	int64_t i = 77;
	static const char *const bad[] = { "", "+1", "-", "1 ", " 1", "0x1", "1.0", "--1", "१",
		NULL };

	(void)state;
	for (size_t k = 0; bad[k]; k++) {
		assert_false(span_u64(span_of(bad[k]), &u));
		assert_false(span_i64(span_of(bad[k]), &i));
	}
	assert_false(span_u64(SPAN("18446744073709551616"), &u));
	assert_false(span_u64(SPAN("99999999999999999999999"), &u));
	assert_false(span_u64(SPAN("-1"), &u));
	assert_false(span_i64(SPAN("9223372036854775808"), &i));
	assert_false(span_i64(SPAN("-9223372036854775809"), &i));
	assert_int_equal(u, 77);
	assert_int_equal(i, 77);
	assert_true(span_u64(SPAN("18446744073709551615"), &u));
	assert_true(u == UINT64_MAX);
	assert_true(span_i64(SPAN("-9223372036854775808"), &i));
	assert_true(i == INT64_MIN);
	assert_true(span_i64(SPAN("9223372036854775807"), &i));
	assert_true(i == INT64_MAX);
	assert_true(span_u64(SPAN("007"), &u));
	assert_int_equal(u, 7);
}

static void
a_copy_ends_with_nul(void **state)
{
	char *s = span_dup(span_make("hồ sơ", 4));

	(void)state;
	assert_string_equal(s, "hồ");
	free(s);
	s = span_dup(none);
	assert_string_equal(s, "");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equality_is_of_bytes_and_length),
		cmocka_unit_test(starts_and_ends_are_found),
		cmocka_unit_test(trimming_twice_is_trimming_once),
		cmocka_unit_test(cutting_walks_all_fields_also_empty_ones),
		cmocka_unit_test(the_first_occurrence_is_found),
		cmocka_unit_test(numbers_are_all_digits_and_in_range),
		cmocka_unit_test(a_copy_ends_with_nul),
	};

	return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
