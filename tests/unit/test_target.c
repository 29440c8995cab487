/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../server/target.h"
#include "strbuf.h"

static enum status
parse(struct arena *arena, const char *text, struct target *t)
{
	return target_parse(span_of(text), arena, t, NULL);
}

static void
a_target_is_taken_apart_and_decoded(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct target t;

	(void)state;
	assert_int_equal(
	    parse(arena, "/api/v1/a%20b/%C4%91?q=du+l%E1%BB%8Bch&x&y=1%2B1", &t), ST_OK);
	assert_int_equal(t.segment_count, 4);
	assert_string_equal(t.segment[2], "a b");
	assert_string_equal(t.segment[3], "đ");
	assert_string_equal(target_parameter(&t, "q"), "du lịch");
	assert_string_equal(target_parameter(&t, "x"), "");
	assert_string_equal(target_parameter(&t, "y"), "1+1");
	assert_null(target_parameter(&t, "z"));
}

static void
the_root_has_no_segment_and_a_slash_at_the_end_adds_an_empty_one(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct target t;

	(void)state;
	assert_int_equal(parse(arena, "/", &t), ST_OK);
	assert_int_equal(t.segment_count, 0);
	assert_int_equal(parse(arena, "/a/", &t), ST_OK);
	assert_int_equal(t.segment_count, 2);
	assert_string_equal(t.segment[1], "");
}

static void
a_target_that_could_mean_two_things_is_refused(void **state)
{
	static const char *const bad[] = { "", "a", "*", "http://host/", "//a", "/a//b", "/a/../b",
		"/.", "/a/%2e%2e/b", "/a%", "/a%4", "/a%zz", "/a%00", "/a%ff", "/a#b", "/a?q=%",
		"/a?q=%00", "/a?q=1&q=2", "/a?%71=1&q=2", "/a?q=%ff",
		"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17" };
	owned(arena_freep) struct arena *arena = arena_new();
	struct target t;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(arena, bad[i], &t) != ST_INVALID)
			fail_msg("%s was taken", bad[i]);
}

static void
too_much_of_anything_is_refused(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf many = STRBUF_INIT;
	owned(strbuf_free) struct strbuf deep = STRBUF_INIT;
	struct target t;

	(void)state;
	strbuf_add_char(&deep, '/');
	for (int i = 0; i < TARGET_MAX; i++)
		strbuf_add_char(&deep, 'a');
	assert_int_equal(parse(arena, deep.buf, &t), ST_INVALID);
	strbuf_add_str(&many, "/?");
	for (int i = 0; i < TARGET_PARAMETERS_MAX + 1; i++)
		strbuf_addf(&many, "p%d=1&", i);
	assert_int_equal(parse(arena, many.buf, &t), ST_INVALID);
}

static void
a_pattern_matches_segment_by_segment(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *value[TARGET_SEGMENTS_MAX];
	struct target t;

	(void)state;
	assert_int_equal(parse(arena, "/api/records/x%2Fy/pages/7", &t), ST_OK);
	assert_true(target_match(&t, "/api/records/{uid}/pages/{page}", value));
	assert_string_equal(value[0], "x/y");
	assert_string_equal(value[1], "7");
	assert_false(target_match(&t, "/api/records/{uid}/pages", value));
	assert_false(target_match(&t, "/api/records/{uid}/pages/{page}/text", value));
	assert_false(target_match(&t, "/api/nodes/{uid}/pages/{page}", value));
}

static void
an_empty_segment_stands_for_nothing(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *value[TARGET_SEGMENTS_MAX];
	struct target t;

	(void)state;
	assert_int_equal(parse(arena, "/records/", &t), ST_OK);
	assert_false(target_match(&t, "/records/{uid}", value));
	assert_false(target_match(&t, "/records", value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_taken_apart_and_decoded),
		cmocka_unit_test(the_root_has_no_segment_and_a_slash_at_the_end_adds_an_empty_one),
		cmocka_unit_test(a_target_that_could_mean_two_things_is_refused),
		cmocka_unit_test(too_much_of_anything_is_refused),
		cmocka_unit_test(a_pattern_matches_segment_by_segment),
		cmocka_unit_test(an_empty_segment_stands_for_nothing),
	};

	return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
