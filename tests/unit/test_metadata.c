/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "../../cli/metadata.h"
#include "base.h"

struct fixture {
	char *dir;
	struct arena *arena;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->dir = temp_dir_make();
	f->arena = arena_new();
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	temp_dir_remove(f->dir);
	arena_free(f->arena);
	free(f);
	return 0;
}

static enum status
load(struct fixture *f, const char *name, const char *text, struct metadata *m, struct err *err)
{
	const char *path = arena_printf(f->arena, "%s/%s", f->dir, name);

	assert_ok(file_replace(path, span_of(text), 0600, err), err);
	return metadata_load(path, f->arena, m, err);
}

static void
a_table_names_its_columns_in_the_first_line(void **state)
{
	struct fixture *f = *state;
	struct metadata m;
	struct metadata_row *row;
	struct err err = ERR_INIT;

	assert_ok(load(f, "m.tsv",
		      "file\tnumber\tdate\ttype\tsubject\tlevel\r\n"
		      "scans/a.pdf\t15/QĐ-SDL\t2024-01-05\tQUYẾT ĐỊNH\tVề việc cấp thẻ\t2\r\n"
		      "\r\n"
		      "b.pdf\t\t\t\tThư\t\n",
		      &m, &err),
	    &err);
	assert_int_equal(m.count, 2);
	row = metadata_lookup(&m, "scans/a.pdf");
	assert_non_null(row);
	assert_string_equal(row->field[FIELD_NUMBER], "15");
	assert_string_equal(row->field[FIELD_SYMBOL], "QĐ-SDL");
	assert_string_equal(row->field[FIELD_ISSUED], "2024-01-05");
	assert_string_equal(row->field[FIELD_SUBJECT], "Về việc cấp thẻ");
	assert_int_equal(row->level, 2);
	assert_non_null(row->field[FIELD_TYPE]);
	row = metadata_lookup(&m, "/elsewhere/b.pdf");
	assert_non_null(row);
	assert_null(row->field[FIELD_NUMBER]);
	assert_int_equal(row->level, -1);
	assert_null(metadata_lookup(&m, "c.pdf"));
}

static void
a_notation_with_a_year_keeps_the_year_with_the_number(void **state)
{
	struct metadata m;
	struct err err = ERR_INIT;

	assert_ok(
	    load(*state, "m.tsv", "file\tnotation\na\t30/2020/NĐ-CP\nb\t7\n", &m, &err), &err);
	assert_string_equal(m.rows[0].field[FIELD_NUMBER], "30/2020");
	assert_string_equal(m.rows[0].field[FIELD_SYMBOL], "NĐ-CP");
	assert_string_equal(m.rows[1].field[FIELD_NUMBER], "7");
	assert_null(m.rows[1].field[FIELD_SYMBOL]);
}

static void
objects_say_the_same_as_a_table(void **state)
{
	struct metadata m;
	struct err err = ERR_INIT;

	assert_ok(
	    load(*state, "m.json",
		"[{\"file\":\"a.pdf\",\"symbol\":\"SDL-VP\",\"level\":1,\"dossier\":\"TT.2026\"}]",
		&m, &err),
	    &err);
	assert_int_equal(m.count, 1);
	assert_string_equal(m.rows[0].field[FIELD_SYMBOL], "SDL-VP");
	assert_string_equal(m.rows[0].dossier, "TT.2026");
	assert_int_equal(m.rows[0].level, 1);
}

static void
a_wrong_value_is_named_with_its_line(void **state)
{
	struct metadata m;
	struct err err = ERR_INIT;

	assert_status(
	    load(*state, "m.tsv", "file\tlevel\na\t1\nb\t7\n", &m, &err), ST_INVALID, &err);
	assert_non_null(strstr(err.msg, "line 3"));
	assert_status(
	    load(*state, "m.tsv", "file\ttype\na\tBÀI THƠ\n", &m, &err), ST_INVALID, &err);
	assert_status(load(*state, "m.tsv", "number\n15\n", &m, &err), ST_INVALID, &err);
}

static void
what_is_no_metadata_is_refused(void **state)
{
	struct fixture *f = *state;
	struct metadata m;
	struct err err = ERR_INIT;

	assert_status(load(*state, "m.json", "{\"file\":\"a\"}", &m, &err), ST_INVALID, &err);
	assert_status(load(*state, "m.json", "[{\"file\":\"a\"", &m, &err), ST_INVALID, &err);
	assert_status(load(*state, "m.json", "[{\"number\":\"1\"}]", &m, &err), ST_INVALID, &err);
	assert_status(load(*state, "m.json", "[{\"file\":[]}]", &m, &err), ST_INVALID, &err);
	assert_status(load(*state, "m.json", "[7]", &m, &err), ST_INVALID, &err);
	assert_status(load(*state, "m.tsv", "file\n\xff\n", &m, &err), ST_INVALID, &err);
	assert_status(metadata_load("/nowhere/m.tsv", f->arena, &m, &err), ST_NOT_FOUND, &err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_table_names_its_columns_in_the_first_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_notation_with_a_year_keeps_the_year_with_the_number, set_up, tear_down),
		cmocka_unit_test_setup_teardown(objects_say_the_same_as_a_table, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_wrong_value_is_named_with_its_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_metadata_is_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("metadata", tests, NULL, NULL);
}
