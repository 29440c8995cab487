/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "unit.h"

#include "../../indexer/progress.h"

#define SECOND INT64_C(1000000)

static void
the_rate_is_that_of_the_last_minute(void **state)
{
	struct progress_rate r = { .count = 0 };
	int64_t s;

	(void)state;
	assert_true(progress_per_minute(&r) == 0);
	progress_sample(&r, 0, 0);
	assert_true(progress_per_minute(&r) == 0);
	for (s = 1; s <= 600; s++) /* two pages a second, later one */
		progress_sample(&r, s * SECOND, (uint64_t)(s <= 300 ? 2 * s : 600 + (s - 300)));
	assert_true(fabs(progress_per_minute(&r) - 60) < 0.001);
}

static void
a_clock_that_stands_still_gives_no_rate(void **state)
{
	struct progress_rate r = { .count = 0 };

	(void)state;
	progress_sample(&r, 5, 0);
	progress_sample(&r, 5, 10);
	assert_true(progress_per_minute(&r) == 0);
}

static void
what_is_left_divided_by_the_rate_is_the_time(void **state)
{
	(void)state;
	assert_int_equal(progress_eta(60, 120), 120);
	assert_int_equal(progress_eta(0, 120), -1);
	assert_int_equal(progress_eta(0, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rate_is_that_of_the_last_minute),
		cmocka_unit_test(a_clock_that_stands_still_gives_no_rate),
		cmocka_unit_test(what_is_left_divided_by_the_rate_is_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
