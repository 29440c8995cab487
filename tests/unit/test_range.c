/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/range.h"

static void
expect(const char *header, uint64_t size, enum range_kind kind, uint64_t first, uint64_t length)
{
	uint64_t got_first = 0, got_length = 0;

	assert_int_equal(range_parse(span_of(header), size, &got_first, &got_length), kind);
	assert_int_equal(got_first, first);
	assert_int_equal(got_length, length);
}

static void
a_range_names_its_first_and_last_byte(void **state)
{
	(void)state;
	expect("bytes=0-0", 10, RANGE_PART, 0, 1);
	expect("bytes=2-5", 10, RANGE_PART, 2, 4);
	expect("bytes=9-9", 10, RANGE_PART, 9, 1);
	expect(" Bytes=0-9 ", 10, RANGE_PART, 0, 10);
}

static void
an_open_or_long_range_ends_with_the_file(void **state)
{
	(void)state;
	expect("bytes=4-", 10, RANGE_PART, 4, 6);
	expect("bytes=4-100", 10, RANGE_PART, 4, 6);
	expect("bytes=0-18446744073709551615", 10, RANGE_PART, 0, 10);
}

static void
a_suffix_counts_from_the_end(void **state)
{
	(void)state;
	expect("bytes=-3", 10, RANGE_PART, 7, 3);
	expect("bytes=-100", 10, RANGE_PART, 0, 10);
}

static void
a_range_outside_the_file_cannot_be_satisfied(void **state)
{
	(void)state;
	expect("bytes=10-", 10, RANGE_OUTSIDE, 0, 0);
	expect("bytes=10-11", 10, RANGE_OUTSIDE, 0, 0);
	expect("bytes=-0", 10, RANGE_OUTSIDE, 0, 0);
	expect("bytes=0-", 0, RANGE_OUTSIDE, 0, 0);
	expect("bytes=-1", 0, RANGE_OUTSIDE, 0, 0);
}

static void
what_is_no_single_range_of_bytes_is_ignored(void **state)
{
	static const char *const ignored[] = { "", "bytes", "bytes=", "bytes=-", "bytes=a-b",
		"bytes=5-2", "bytes=1-2,4-5", "items=0-1", "bytes=0x1-2", "bytes=-5-",
		"bytes=18446744073709551616-", "bytes=1 - 2 3", "bytes==1-2" };

	(void)state;
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		expect(ignored[i], 10, RANGE_ALL, 0, 0);
	expect(NULL, 10, RANGE_ALL, 0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_names_its_first_and_last_byte),
		cmocka_unit_test(an_open_or_long_range_ends_with_the_file),
		cmocka_unit_test(a_suffix_counts_from_the_end),
		cmocka_unit_test(a_range_outside_the_file_cannot_be_satisfied),
		cmocka_unit_test(what_is_no_single_range_of_bytes_is_ignored),
	};

	return cmocka_run_group_tests_name("range", tests, NULL, NULL);
}
