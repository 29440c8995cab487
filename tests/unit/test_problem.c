/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/problem.h"

static void
complete(const struct problem_text *text)
{
	assert_non_null(text->code);
	assert_in_range(text->http, 400, 599);
	assert_true(strlen(text->title_vi) > 0 && strlen(text->title_en) > 0);
	assert_true(strlen(text->detail_vi) > 0 && strlen(text->detail_en) > 0);
	assert_string_not_equal(text->title_vi, text->title_en);
	assert_string_not_equal(text->detail_vi, text->detail_en);
}

static void
every_failure_has_its_texts_in_both_languages(void **state)
{
	(void)state;
	for (int st = ST_OK + 1; st < ST_COUNT; st++)
		complete(problem_text(PROBLEM_NONE, (enum status)st));
	for (int p = PROBLEM_NONE + 1; p < PROBLEM_COUNT; p++)
		complete(problem_text((enum problem)p, ST_INTERNAL));
}

static void
a_status_keeps_the_name_and_number_of_the_status_table(void **state)
{
	(void)state;
	for (int st = ST_OK + 1; st < ST_COUNT; st++) {
		const struct status_info *info = status_info((enum status)st);
		const struct problem_text *text = problem_text(PROBLEM_NONE, (enum status)st);

		assert_string_equal(text->code, info->name);
		assert_int_equal(text->http, info->http);
	}
}

static void
an_unknown_path_looks_like_a_hidden_object(void **state)
{
	const struct problem_text *path = problem_text(PROBLEM_PATH, ST_NOT_FOUND);
	const struct problem_text *object = problem_text(PROBLEM_NONE, ST_NOT_FOUND);

	(void)state;
	assert_int_equal(path->http, object->http);
	assert_string_equal(path->code, object->code);
	assert_string_equal(path->title_vi, object->title_vi);
	assert_string_equal(path->detail_vi, object->detail_vi);
	assert_string_equal(path->detail_en, object->detail_en);
}

static void
an_unknown_status_is_our_own_fault(void **state)
{
	(void)state;
	assert_string_equal(problem_text(PROBLEM_NONE, (enum status)999)->code, "internal");
	assert_string_equal(problem_text(PROBLEM_NONE, ST_OK)->code, "internal");
}

static void
a_problem_names_field_request_and_what_to_do(void **state)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	(void)state;
	problem_write(&out, PROBLEM_NONE, ST_INVALID, "issued", "00ff", "en");
	assert_non_null(strstr(out.buf, "\"type\":\"urn:tangthu:problem:invalid\""));
	assert_non_null(strstr(out.buf, "\"status\":400"));
	assert_non_null(strstr(out.buf, "\"field\":\"issued\""));
	assert_non_null(strstr(out.buf, "\"request_id\":\"00ff\""));
	assert_non_null(strstr(out.buf, problem_field_text("issued", "en")));
	strbuf_reset(&out);
	problem_write(&out, PROBLEM_NONE, ST_INVALID, "issued", "00ff", "vi");
	assert_non_null(strstr(out.buf, problem_field_text("issued", "vi")));
	strbuf_reset(&out);
	problem_write(&out, PROBLEM_CSRF, ST_DENIED, NULL, "00ff", "vi");
	assert_null(strstr(out.buf, "field"));
}

static void
a_field_we_know_nothing_of_has_no_text(void **state)
{
	(void)state;
	assert_null(problem_field_text("nonsense", "vi"));
	assert_string_not_equal(
	    problem_field_text("level", "vi"), problem_field_text("level", "en"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failure_has_its_texts_in_both_languages),
		cmocka_unit_test(a_status_keeps_the_name_and_number_of_the_status_table),
		cmocka_unit_test(an_unknown_path_looks_like_a_hidden_object),
		cmocka_unit_test(an_unknown_status_is_our_own_fault),
		cmocka_unit_test(a_problem_names_field_request_and_what_to_do),
		cmocka_unit_test(a_field_we_know_nothing_of_has_no_text),
	};

	return cmocka_run_group_tests_name("problem", tests, NULL, NULL);
}
