/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/cookie.h"

static void
expect(const char *header, const char *value)
{
	assert_true(span_equal(cookie_find(span_of(header), SPAN("tangthu")), span_of(value)));
}

static void
a_cookie_is_found_among_others(void **state)
{
	(void)state;
	expect("tangthu=abc", "abc");
	expect("a=b; tangthu=abc; c=d", "abc");
	expect("a=b;tangthu = abc ;c=d", "abc");
	expect("tangthu=a=b", "a=b");
}

static void
a_cookie_that_is_not_there_is_empty(void **state)
{
	(void)state;
	expect(NULL, "");
	expect("", "");
	expect("tangthu", "");
	expect("xtangthu=abc; tangthux=abc; TANGTHU=abc", "");
	expect("a=tangthu=abc", "");
}

static void
a_cookie_that_stands_there_twice_is_worth_nothing(void **state)
{
	(void)state;
	expect("tangthu=abc; tangthu=abc", "");
	expect("tangthu=abc; a=b; tangthu=", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_is_found_among_others),
		cmocka_unit_test(a_cookie_that_is_not_there_is_empty),
		cmocka_unit_test(a_cookie_that_stands_there_twice_is_worth_nothing),
	};

	return cmocka_run_group_tests_name("cookie", tests, NULL, NULL);
}
