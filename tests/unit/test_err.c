/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base.h"
#include "err.h"
#include "span.h"

static void
a_failure_remembers_status_place_and_message(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(fail(&err, ST_HELD, "record %d is held", 7), ST_HELD);
	assert_int_equal(err.status, ST_HELD);
	assert_int_equal(err.sys, 0);
	assert_string_equal(err.msg, "record 7 is held");
	assert_non_null(strstr(err.file, "test_err.c"));
	assert_true(err.line > 0);
}

static void
a_system_failure_carries_errno_and_its_text(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	errno = EACCES;
	assert_int_equal(fail_sys(&err, "open %s", "/x"), ST_IO);
	assert_int_equal(err.sys, EACCES);
	assert_string_equal(err.msg, "open /x: Permission denied");
}

static void
a_full_disk_is_told_apart_from_other_failures(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	errno = ENOSPC;
	assert_int_equal(fail_sys(&err, "write"), ST_FULL);
	assert_int_equal(err.status, ST_FULL);
	errno = EDQUOT;
	assert_int_equal(fail_sys(NULL, "write"), ST_FULL);
}

static void
context_stands_before_the_message(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)fail(&err, ST_CORRUPT, "digest differs");
	assert_int_equal(err_context(&err, "blob %s", "ab"), ST_CORRUPT);
	assert_string_equal(err.msg, "blob ab: digest differs");
	assert_int_equal(err_context(NULL, "nothing"), ST_INTERNAL);
}

static void
a_message_may_quote_the_one_it_replaces(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	(void)fail(&err, ST_IO, "inner");
	(void)fail(&err, ST_INVALID, "outer (%s)", err.msg);
	assert_string_equal(err.msg, "outer (inner)");
}

static void
a_long_message_is_cut_at_a_whole_character(void **state)
{
	struct err err = ERR_INIT;
	char text[600];

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xe1\xba\xad", 4);
		(void)fail(&err, ST_INVALID, "%s", text);
		assert_true(strlen(err.msg) > 230);
		assert_true(utf8_valid(span_of(err.msg)));
		(void)err_context(&err, "văn bản");
		assert_true(strlen(err.msg) > 230);
		assert_true(utf8_valid(span_of(err.msg)));
	}
}

static void
every_status_has_a_row_with_its_own_name(void **state)
{
	(void)state;
	for (int i = 0; i < ST_COUNT; i++) {
		const struct status_info *row = status_info((enum status)i);

		assert_non_null(row->name);
		assert_true(row->http >= 200 && row->http < 600);
		assert_true(i == ST_OK ? row->exit == 0 : row->exit > 0 && row->exit < 126);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(row->name, status_info((enum status)k)->name);
	}
	assert_ptr_equal(status_info((enum status)9999), status_info(ST_INTERNAL));
	assert_ptr_equal(status_info((enum status) - 1), status_info(ST_INTERNAL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_remembers_status_place_and_message),
		cmocka_unit_test(a_system_failure_carries_errno_and_its_text),
		cmocka_unit_test(a_full_disk_is_told_apart_from_other_failures),
		cmocka_unit_test(context_stands_before_the_message),
		cmocka_unit_test(a_message_may_quote_the_one_it_replaces),
		cmocka_unit_test(a_long_message_is_cut_at_a_whole_character),
		cmocka_unit_test(every_status_has_a_row_with_its_own_name),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
