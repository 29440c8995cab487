/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../indexer/near.h"

#define NEAR(a, b, max) near_equal(SPAN(a), SPAN(b), max)

static void
each_kind_of_error_counts_one(void **state)
{
	(void)state;
	assert_true(NEAR("TUYETMAT", "TUYETMAT", 0));
	assert_true(NEAR("TUYETMAI", "TUYETMAT", 1));
	assert_true(NEAR("TUYETMA", "TUYETMAT", 1));
	assert_true(NEAR("TTUYETMAT", "TUYETMAT", 1));
	assert_false(NEAR("TUYETMAI", "TUYETMAT", 0));
	assert_false(NEAR("TUETMAI", "TUYETMAT", 1));
	assert_true(NEAR("TUETMAI", "TUYETMAT", 2));
}

static void
empty_and_long_strings_are_compared_too(void **state)
{
	char a[200], b[200];

	(void)state;
	assert_true(NEAR("", "", 0));
	assert_true(NEAR("", "A", 1));
	assert_false(NEAR("", "AB", 1));
	memset(a, 'x', sizeof a);
	memset(b, 'x', sizeof b);
	assert_true(near_equal(span_make(a, sizeof a), span_make(b, sizeof b), 0));
	b[100] = 'y'; /* beyond the limit one error is a difference */
	assert_false(near_equal(span_make(a, sizeof a), span_make(b, sizeof b), 3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_error_counts_one),
		cmocka_unit_test(empty_and_long_strings_are_compared_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
