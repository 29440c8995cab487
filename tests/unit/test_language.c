/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/language.h"

static void
expect(const char *own, const char *accept, const char *archive, const char *want)
{
	assert_string_equal(language_choose(own, span_of(accept), archive), want);
}

static void
the_account_decides_first(void **state)
{
	(void)state;
	expect("en", "vi", "vi", "en");
	expect("vi", "en", "en", "vi");
	expect("fr", "en", "vi", "en");
}

static void
the_browser_decides_by_weight(void **state)
{
	(void)state;
	expect(NULL, "en-US,en;q=0.9,vi;q=0.8", "vi", "en");
	expect(NULL, "en;q=0.3, vi-VN;q=0.8", "en", "vi");
	expect(NULL, "fr,de;q=0.9,en;q=0.1", "vi", "en");
	expect(NULL, "en;q=0", "vi", "vi");
	expect(NULL, "en;q=nonsense", "vi", "vi");
}

static void
else_the_archive_does_and_vietnamese_is_the_last_word(void **state)
{
	(void)state;
	expect(NULL, NULL, "en", "en");
	expect(NULL, "fr", NULL, "vi");
	expect(NULL, "", "xx", "vi");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_account_decides_first),
		cmocka_unit_test(the_browser_decides_by_weight),
		cmocka_unit_test(else_the_archive_does_and_vietnamese_is_the_last_word),
	};

	return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
