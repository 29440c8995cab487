/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include "audit.h"

static void
a_catalogue_is_made_once_and_opened_often(void **state)
{
	struct fixture *f = *state;
	struct catalog *other;

	assert_status(catalog_create(f->conf, &f->err), ST_EXISTS, &f->err);
	assert_ok(catalog_open(&other, f->conf, CATALOG_READ, &f->err), &f->err);
	catalog_closep(&other);
	assert_null(other);
	catalog_closep(&other);
}

static void
a_failed_open_gives_null(void **state)
{
	struct fixture *f = *state;
	char *dir = temp_dir_make();
	struct conf *conf = conf_new(dir);
	struct catalog *other = f->catalog;

	assert_status(catalog_open(&other, conf, CATALOG_READ, &f->err), ST_NOT_FOUND, &f->err);
	assert_null(other);
	conf_free(conf);
	temp_dir_remove(dir);
}

static void
a_setting_is_kept_replaced_and_logged(void **state)
{
	struct fixture *f = *state;
	const char *value = "x";

	assert_ok(catalog_setting(f->catalog, "inbox", f->arena, &value, &f->err), &f->err);
	assert_null(value);
	assert_ok(catalog_setting_put(f->catalog, &f->system, "inbox", "7", &f->err), &f->err);
	assert_ok(catalog_setting_put(f->catalog, &f->system, "inbox", "8", &f->err), &f->err);
	assert_ok(catalog_setting(f->catalog, "inbox", f->arena, &value, &f->err), &f->err);
	assert_string_equal(value, "8");
	assert_int_equal(
	    fixture_int(f, "SELECT count(*) FROM event WHERE action='setting.put'"), 2);
	assert_int_equal(
	    fixture_int(f, "SELECT count(*) FROM event WHERE detail LIKE '%\"8\"%'"), 1);
}

static void
what_runs_is_no_configuration_and_not_logged(void **state)
{
	struct fixture *f = *state;

	assert_ok(catalog_setting_put(f->catalog, &f->system, "run.pages", "17", &f->err), &f->err);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM event"), 0);
}

static void
a_change_and_its_entry_are_one(void **state)
{
	struct fixture *f = *state;
	const char *value;

	assert_ok(catalog_begin(f->catalog, &f->err), &f->err);
	assert_ok(catalog_setting_put(f->catalog, &f->system, "inbox", "7", &f->err), &f->err);
	catalog_rollback(f->catalog);
	assert_ok(catalog_setting(f->catalog, "inbox", f->arena, &value, &f->err), &f->err);
	assert_null(value);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM event"), 0);
	/* The log refuses: so does the change. */
	fixture_sql(f,
	    "CREATE TRIGGER t BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT,'guard: no');"
	    " END");
	assert_status(
	    catalog_setting_put(f->catalog, &f->system, "inbox", "7", &f->err), ST_HELD, &f->err);
	assert_ok(catalog_setting(f->catalog, "inbox", f->arena, &value, &f->err), &f->err);
	assert_null(value);
}

static void
a_reader_cannot_change_through_the_contract(void **state)
{
	struct fixture *f = *state;
	struct catalog *reader;
	const char *value;

	assert_ok(catalog_open(&reader, f->conf, CATALOG_READ, &f->err), &f->err);
	assert_status(
	    catalog_setting_put(reader, &f->system, "a", "b", &f->err), ST_INTERNAL, &f->err);
	assert_ok(catalog_begin_read(reader, &f->err), &f->err);
	assert_ok(catalog_setting(reader, "a", f->arena, &value, &f->err), &f->err);
	assert_null(value);
	catalog_rollback(reader);
	catalog_close(reader);
}

static void
statements_are_counted(void **state)
{
	struct fixture *f = *state;
	uint64_t before = catalog_statements(f->catalog);
	const char *value;

	assert_ok(catalog_setting(f->catalog, "a", f->arena, &value, &f->err), &f->err);
	assert_int_equal(catalog_statements(f->catalog), before + 1);
}

/* --- verify ------------------------------------------------------------------------------------ */

struct told {
	int count;
	char kind[32], text[400];
};

static void
note_fault(void *payload, const char *kind, const char *text)
{
	struct told *told = payload;

	told->count++;
	snprintf(told->kind, sizeof(told->kind), "%s", kind);
	snprintf(told->text, sizeof(told->text), "%s", text);
}

static void
a_sound_catalogue_has_no_faults(void **state)
{
	struct fixture *f = *state;
	struct told told = { 0 };
	uint64_t faults = 7;

	(void)fixture_node(f, fixture_node(f, 0, "fonds", 0), "class", 2);
	assert_ok(catalog_setting_put(f->catalog, &f->system, "a", "b", &f->err), &f->err);
	assert_ok(catalog_verify(f->catalog, note_fault, &told, &faults, &f->err), &f->err);
	assert_int_equal(faults, 0);
	assert_int_equal(told.count, 0);
}

static void
faults_of_every_part_are_told(void **state)
{
	static const struct {
		const char *sql, *kind;
	} cases[] = {
		{ "INSERT INTO dossier(node, file_code, year) VALUES(99, 'x', 2026)", "catalogue" },
		{ "UPDATE node SET effective_level=3", "node" },
		{ "UPDATE log_tree SET size=size+1", "log" },
	};
	struct fixture *f = *state;
	size_t i;

	fixture_sql(f, "PRAGMA foreign_keys=OFF");
	(void)fixture_node(f, 0, "fonds", 0);
	assert_ok(catalog_setting_put(f->catalog, &f->system, "a", "b", &f->err), &f->err);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct told told = { 0 };
		uint64_t faults = 0;

		assert_ok(db_begin(f->catalog->db, &f->err), &f->err);
		fixture_sql(f, cases[i].sql);
		assert_ok(catalog_verify(f->catalog, note_fault, &told, &faults, &f->err), &f->err);
		assert_int_equal(faults, 1);
		assert_int_equal(told.count, 1);
		assert_string_equal(told.kind, cases[i].kind);
		/* Without a listener it still counts. */
		assert_ok(catalog_verify(f->catalog, NULL, NULL, &faults, &f->err), &f->err);
		assert_int_equal(faults, 1);
		db_rollback(f->catalog->db);
	}
}

static void
a_backup_is_a_catalogue_of_its_own(void **state)
{
	struct fixture *f = *state;
	char *dir = temp_dir_make(), path[4200];
	struct conf *conf = conf_new(dir);
	struct catalog *copy;
	const char *value;
	uint64_t faults;

	assert_ok(catalog_setting_put(f->catalog, &f->system, "a", "b", &f->err), &f->err);
	snprintf(path, sizeof(path), "%s/catalogue.db", dir);
	assert_ok(catalog_backup(f->catalog, path, &f->err), &f->err);
	assert_ok(catalog_setting_put(f->catalog, &f->system, "a", "c", &f->err), &f->err);
	assert_ok(catalog_open(&copy, conf, CATALOG_READ, &f->err), &f->err);
	assert_ok(catalog_verify(copy, NULL, NULL, &faults, &f->err), &f->err);
	assert_int_equal(faults, 0);
	assert_ok(catalog_setting(copy, "a", f->arena, &value, &f->err), &f->err);
	assert_string_equal(value, "b");
	catalog_close(copy);
	conf_free(conf);
	temp_dir_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_catalogue_is_made_once_and_opened_often),
		FIXTURE_TEST(a_failed_open_gives_null),
		FIXTURE_TEST(a_setting_is_kept_replaced_and_logged),
		FIXTURE_TEST(what_runs_is_no_configuration_and_not_logged),
		FIXTURE_TEST(a_change_and_its_entry_are_one),
		FIXTURE_TEST(a_reader_cannot_change_through_the_contract),
		FIXTURE_TEST(statements_are_counted),
		FIXTURE_TEST(a_sound_catalogue_has_no_faults),
		FIXTURE_TEST(faults_of_every_part_are_told),
		FIXTURE_TEST(a_backup_is_a_catalogue_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
