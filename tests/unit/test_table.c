/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables that offices exchange. */
#include "unit.h"

#include "table.h"

static enum status
parse(const char *text, struct arena *arena, struct table *t, struct err *e)
{
	return table_parse(span_of(text), arena, t, e);
}

static void
csv_with_its_quotes_signs_and_line_ends(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct err e = ERR_INIT;
	struct table t;

	(void)state;
	assert_ok(parse("\xef\xbb\xbf"
			"Code, Title \r\nA,\"một, \"\"hai\"\"\nba\"\r\n\r\nB,\nC\n",
		      arena, &t, &e),
	    &e);
	assert_int_equal(t.column_count, 2);
	assert_string_equal(t.column[0], "code");
	assert_string_equal(t.column[1], "title");
	assert_int_equal(t.row_count, 3);
	assert_string_equal(t.row[0].cell[1], "một, \"hai\"\nba");
	assert_int_equal(t.row[0].line, 2);
	assert_int_equal(t.row[1].line, 5);
	assert_null(t.row[1].cell[1]);
	assert_string_equal(t.row[2].cell[0], "C");
	assert_null(t.row[2].cell[1]);
	assert_int_equal(table_column(&t, "tên", "title"), 1);
	assert_int_equal(table_column(&t, "none", NULL), -1);
	assert_null(table_cell(&t, 0, -1));
	assert_ok(parse("a;b\n1,5;2\n", arena, &t, &e), &e);
	assert_string_equal(t.row[0].cell[0], "1,5");
	assert_ok(parse("a\tb\n1\t2", arena, &t, &e), &e);
	assert_string_equal(t.row[0].cell[1], "2");
}

static void
json_is_an_array_of_flat_objects(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct err e = ERR_INIT;
	struct table t;

	(void)state;
	assert_ok(
	    parse(" [{\"Code\":\"A\",\"years\":10},{\"on\":true,\"code\":null}]", arena, &t, &e),
	    &e);
	assert_int_equal(t.column_count, 3);
	assert_string_equal(table_cell(&t, 0, table_column(&t, "years", NULL)), "10");
	assert_null(table_cell(&t, 1, 0));
	assert_string_equal(table_cell(&t, 1, table_column(&t, "on", NULL)), "true");
}

static void
bad_tables_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "", "empty" },
		{ "a,b\n1,2,3\n", "line 2" },
		{ "a,a\n", "twice" },
		{ "a,\n", "without a name" },
		{ "a,b\n1,\"x\n", "never ends" },
		{ "a,b\n\n\n1,\"x\"y\n", "line 4" },
		{ "a,b\n1,x\"y\n", "inside a cell" },
		{ "a\n\xff\n", "UTF-8" },
		{ "[1]", "no object" },
		{ "[{\"a\":[]}]", "element 1" },
		{ "[{\"a\":1.5}]", "element 1" },
		{ "[{", "JSON" },
	};
	struct table t;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		owned(arena_freep) struct arena *arena = arena_new();
		struct err e = ERR_INIT;

		assert_status(parse(cases[i].text, arena, &t, &e), ST_INVALID, &e);
		if (!strstr(e.msg, cases[i].said))
			fail_msg("%s: %s", cases[i].text, e.msg);
	}
}

static void
a_cell_over_the_limit_is_too_large(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct err e = ERR_INIT;
	struct table t;

	(void)state;
	strbuf_add_str(&text, "a\n");
	for (int i = 0; i <= TABLE_CELL_MAX; i++)
		strbuf_add_char(&text, 'x');
	assert_status(table_parse(strbuf_span(&text), arena, &t, &e), ST_TOO_LARGE, &e);
}

static void
what_is_written_reads_back_and_runs_in_no_office_program(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain," },
		{ NULL, "," },
		{ "a,b", "\"a,b\"," },
		{ "a\"b", "\"a\"\"b\"," },
		{ "=1+1", "\"'=1+1\"," },
		{ "@x", "\"'@x\"," },
		{ "-5", "-5," },
		{ "-5+x", "\"'-5+x\"," },
		{ "hai\ndòng", "\"hai\ndòng\"," },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		owned(strbuf_free) struct strbuf out = STRBUF_INIT;

		csv_cell(&out, cases[i].in, ',');
		assert_string_equal(out.buf, cases[i].out);
	}
}

static void
faults_are_told_up_to_a_number_and_counted_beyond(void **state)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct table_report *r = arena_alloc(arena, sizeof(*r));

	(void)state;
	r->arena = arena;
	for (size_t i = 1; i <= TABLE_FAULTS_MAX + 5; i++)
		table_fault_add(r, i, "code", "wrong %zu", i);
	assert_int_equal(r->count, TABLE_FAULTS_MAX + 5);
	assert_string_equal(r->fault[TABLE_FAULTS_MAX - 1].text, "wrong 200");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_with_its_quotes_signs_and_line_ends),
		cmocka_unit_test(json_is_an_array_of_flat_objects),
		cmocka_unit_test(bad_tables_are_refused_with_their_line),
		cmocka_unit_test(a_cell_over_the_limit_is_too_large),
		cmocka_unit_test(what_is_written_reads_back_and_runs_in_no_office_program),
		cmocka_unit_test(faults_are_told_up_to_a_number_and_counted_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
