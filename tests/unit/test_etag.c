/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/etag.h"

static void
a_tag_is_found_in_a_list(void **state)
{
	(void)state;
	assert_true(etag_listed(SPAN("\"a\""), SPAN("\"a\""), false));
	assert_true(etag_listed(SPAN("\"b\", \"a\""), SPAN("\"a\""), false));
	assert_true(etag_listed(SPAN(" * "), SPAN("\"a\""), false));
	assert_false(etag_listed(SPAN("\"b\", \"c\""), SPAN("\"a\""), false));
	assert_false(etag_listed(SPAN("a"), SPAN("\"a\""), false));
	assert_false(etag_listed(SPAN(""), SPAN("\"a\""), false));
}

static void
a_weak_tag_counts_only_where_weak_ones_do(void **state)
{
	(void)state;
	assert_true(etag_listed(SPAN("W/\"a\""), SPAN("\"a\""), true));
	assert_false(etag_listed(SPAN("W/\"a\""), SPAN("\"a\""), false));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tag_is_found_in_a_list),
		cmocka_unit_test(a_weak_tag_counts_only_where_weak_ones_do),
	};

	return cmocka_run_group_tests_name("etag", tests, NULL, NULL);
}
