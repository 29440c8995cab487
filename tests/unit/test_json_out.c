/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <jansson.h>
#include <math.h>

#include "json_out.h"

static struct strbuf out = STRBUF_INIT;
static struct json_out j;

static int
enter(void **state)
{
	(void)state;
	strbuf_reset(&out);
	json_start(&j, &out);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	strbuf_free(&out);
	return 0;
}

static void
commas_stand_between_members_and_nowhere_else(void **state)
{
	(void)state;
	json_object(&j);
	json_key_str(&j, "a", "x");
	json_key(&j, "b");
	json_array(&j);
	json_int(&j, -1);
	json_object(&j);
	json_end_object(&j);
	json_array(&j);
	json_end_array(&j);
	json_null(&j);
	json_end_array(&j);
	json_key_bool(&j, "c", true);
	json_key_int(&j, "d", INT64_MIN);
	json_key_opt(&j, "left out", NULL);
	json_key_opt(&j, "e", "y");
	json_key_str(&j, "f", NULL);
	json_end_object(&j);
	assert_string_equal(out.buf,
	    "{\"a\":\"x\",\"b\":[-1,{},[],null],\"c\":true,"
	    "\"d\":-9223372036854775808,\"e\":\"y\",\"f\":null}");
}

static void
strings_are_escaped_for_json_and_for_html(void **state)
{
	(void)state;
	json_span(&j, span_make("\"\\\b\f\n\r\t\0\x1f\x7f<>&/ậ\xe2\x80\xa8", 20));
	assert_string_equal(out.buf,
	    "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f\\u003c\\u003e"
	    "\\u0026/ậ\\u2028\"");
}

static void
broken_bytes_become_the_replacement_character(void **state)
{
	static const char *const bad[] = { "\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe1\xba", NULL };

	for (size_t i = 0; bad[i]; i++) {
		enter(state);
		json_str(&j, bad[i]);
		json_t *parsed = json_loads(out.buf, JSON_DECODE_ANY, NULL);

		assert_non_null(parsed);
		assert_memory_equal(json_string_value(parsed), "\xef\xbf\xbd", 3);
		json_decref(parsed);
	}
}

static void
every_string_reads_back_as_it_was(void **state)
{
	uint32_t seed = 1;

	for (int round = 0; round < 20000; round++) {
		struct strbuf in = STRBUF_INIT;

		for (int i = 0; i < 6; i++) {
			seed = seed * 1664525u + 1013904223u;
			strbuf_add_rune(&in, (seed >> 8) % (round % 2 ? 0x110000 : 0x80));
		}
		enter(state);
		json_span(&j, strbuf_span(&in));
		json_t *parsed = json_loads(out.buf, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

		assert_non_null(parsed);
		assert_int_equal(json_string_length(parsed), in.len);
		assert_memory_equal(json_string_value(parsed), in.buf, in.len);
		json_decref(parsed);
		strbuf_free(&in);
	}
}

static void
numbers_read_back_exactly_and_impossible_ones_are_null(void **state)
{
	static const double values[] = { 0, 1, -1, 0.1, 1.0 / 3, 1e300, 5e-324, 123456789.123,
		0.85 };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		enter(state);
		json_number(&j, values[i]);
		assert_true(strtod(out.buf, NULL) == values[i]);
	}
	enter(state);
	json_number(&j, 0.1);
	assert_string_equal(out.buf, "0.1");
	enter(state);
	json_array(&j);
	json_number(&j, (double)NAN);
	json_number(&j, (double)INFINITY);
	json_end_array(&j);
	assert_string_equal(out.buf, "[null,null]");
}

static void
times_are_rfc_3339_and_zero_is_null(void **state)
{
	(void)state;
	json_object(&j);
	json_key_time(&j, "at", 1);
	json_key_time(&j, "never", 0);
	json_key(&j, "raw");
	json_raw(&j, SPAN("[1]"));
	json_end_object(&j);
	assert_string_equal(
	    out.buf, "{\"at\":\"1970-01-01T00:00:00.000001Z\",\"never\":null,\"raw\":[1]}");
}

#define T(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(commas_stand_between_members_and_nowhere_else),
		T(strings_are_escaped_for_json_and_for_html),
		T(broken_bytes_become_the_replacement_character),
		T(every_string_reads_back_as_it_was),
		T(numbers_read_back_exactly_and_impossible_ones_are_null),
		T(times_are_rfc_3339_and_zero_is_null),
	};

	return cmocka_run_group_tests_name("json_out", tests, NULL, NULL);
}
