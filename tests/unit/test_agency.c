/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include "agency.h"

#define TOURISM "Sở Du lịch"
#define CULTURE "Sở Văn hóa, Thể thao và Du lịch"

struct town {
	struct fixture *f;
	struct access *plan;
	struct actor lan;
};

static int
set_up(void **state)
{
	struct town *t = calloc(1, sizeof(*t));
	int64_t lan;
	void *f;

	assert_non_null(t);
	if (fixture_set_up(&f))
		return -1;
	t->f = f;
	lan = fixture_principal(t->f, PRINCIPAL_USER, "lan", 1);
	t->lan = (struct actor){ .principal = lan, .source = "test" };
	assert_ok(access_load_system(&t->plan, t->f->catalog, &t->f->err), &t->f->err);
	*state = t;
	return 0;
}

static int
tear_down(void **state)
{
	struct town *t = *state;
	void *f = t->f;

	access_free(t->plan);
	free(t);
	return fixture_tear_down(&f);
}

static const char *
found(struct town *t, const char *name, const char *from)
{
	const struct agency_new n = { "agency", NULL, name, "H24", from, "Quyết định (thử)" };
	const char *uid = NULL;

	assert_ok(agency_create(t->f->catalog, &t->lan, t->plan, &n, t->f->arena, &uid, &t->f->err),
	    &t->f->err);
	return uid;
}

static enum status
called(struct town *t, const char *uid, const char *name, const char *from)
{
	const struct agency_new n = { NULL, NULL, name, NULL, from, "Nghị quyết (thử)" };

	return agency_rename(t->f->catalog, &t->lan, t->plan, uid, &n, &t->f->err);
}

static const char *
name_on(struct town *t, const char *uid, const char *day)
{
	struct agency a;

	assert_ok(agency_find(t->f->catalog, uid, day, t->f->arena, &a, &t->f->err), &t->f->err);
	return a.then ? a.then->name : "";
}

static void
a_name_is_told_as_of_its_day(void **state)
{
	struct town *t = *state;
	const char *uid = found(t, TOURISM, "2016-07-01");

	assert_ok(called(t, uid, CULTURE, "2025-03-01"), &t->f->err);
	assert_string_equal(name_on(t, uid, "2016-06-30"), "");
	assert_string_equal(name_on(t, uid, "2016-07-01"), TOURISM);
	assert_string_equal(name_on(t, uid, "2025-02-28"), TOURISM);
	assert_string_equal(name_on(t, uid, "2025-03-01"), CULTURE);
	assert_string_equal(name_on(t, uid, NULL), CULTURE);
}

static void
the_old_name_finds_it(void **state)
{
	struct town *t = *state;
	const char *uid = found(t, TOURISM, "2016-07-01");
	const struct agency *row;
	size_t count;

	(void)found(t, "Sở Nội vụ", "2010-01-01");
	assert_ok(called(t, uid, CULTURE, "2025-03-01"), &t->f->err);
	assert_ok(agency_list(t->f->catalog, "SO DU LICH", NULL, 0, 10, t->f->arena, &row, &count,
		      &t->f->err),
	    &t->f->err);
	assert_int_equal(count, 1);
	assert_string_equal(row[0].uid, uid);
	assert_string_equal(row[0].then->name, CULTURE);
	assert_int_equal(row[0].count, 2);
	assert_ok(
	    agency_list(t->f->catalog, NULL, NULL, 0, 10, t->f->arena, &row, &count, &t->f->err),
	    &t->f->err);
	assert_int_equal(count, 2);
}

static void
what_it_was_called_stays(void **state)
{
	struct town *t = *state;
	const char *uid = found(t, TOURISM, "2016-07-01");
	struct db *db = t->f->catalog->db;

	assert_status(called(t, uid, CULTURE, "2016-07-01"), ST_INVALID, &t->f->err);
	assert_status(called(t, uid, CULTURE, "2015-01-01"), ST_INVALID, &t->f->err);
	assert_status(called(t, uid, CULTURE, "2025-02-30"), ST_INVALID, &t->f->err);
	assert_status(called(t, uid, "...", "2025-03-01"), ST_INVALID, &t->f->err);
	assert_status(called(t, "x", CULTURE, "2025-03-01"), ST_NOT_FOUND, &t->f->err);
	assert_ok(called(t, uid, CULTURE, "2025-03-01"), &t->f->err);
	assert_status(db_exec(db, "UPDATE agency_name SET name='x'", DB_NONE, NULL, &t->f->err),
	    ST_HELD, &t->f->err);
	assert_status(
	    db_exec(db, "DELETE FROM agency_name", DB_NONE, NULL, &t->f->err), ST_HELD, &t->f->err);
	assert_status(db_exec(db,
			  "INSERT INTO agency_name(agency, valid_from, name, key, authority)"
			  " SELECT id, '2020-01-01', 'x', 'x', 'x' FROM agency",
			  DB_NONE, NULL, &t->f->err),
	    ST_HELD, &t->f->err);
}

static void
an_agency_ends_in_another(void **state)
{
	struct town *t = *state;
	const char *old = found(t, TOURISM, "2016-07-01"), *next = found(t, CULTURE, "2025-03-01");
	struct agency a;

	assert_status(
	    agency_end(t->f->catalog, &t->lan, t->plan, old, "2025-03-01", old, "x", &t->f->err),
	    ST_INVALID, &t->f->err);
	assert_ok(agency_end(t->f->catalog, &t->lan, t->plan, old, "2025-03-01", next,
		      "Nghị quyết sáp nhập", &t->f->err),
	    &t->f->err);
	assert_status(called(t, old, "Tên khác", "2026-01-01"), ST_CONFLICT, &t->f->err);
	assert_ok(agency_find(t->f->catalog, old, NULL, t->f->arena, &a, &t->f->err), &t->f->err);
	assert_null(a.then);
	assert_string_equal(a.successor_uid, next);
	assert_string_equal(name_on(t, old, "2020-01-01"), TOURISM);
}

static void
an_issuer_as_written_means_who_was_called_so_then(void **state)
{
	struct town *t = *state;
	const char *first = found(t, TOURISM, "2003-01-01"), *second;
	struct agency a;
	bool is;

	assert_ok(
	    agency_end(t->f->catalog, &t->lan, t->plan, first, "2008-03-01", NULL, "x", &t->f->err),
	    &t->f->err);
	second = found(t, TOURISM, "2016-07-01");
#define NAMED(name, day) \
	assert_ok( \
	    agency_named(t->f->catalog, name, day, t->f->arena, &a, &is, &t->f->err), &t->f->err)
	NAMED("SỞ DU  LỊCH", "2007-05-01");
	assert_true(is);
	assert_string_equal(a.uid, first);
	NAMED(TOURISM, "2024");
	assert_true(is);
	assert_string_equal(a.uid, second);
	NAMED(TOURISM, "2008");
	assert_true(is);
	assert_string_equal(a.uid, first);
	NAMED(TOURISM, "2012-01-01"); /* nobody then, two ever */
	assert_false(is);
	NAMED(TOURISM, NULL);
	assert_false(is);
	NAMED("Sở Công thương", "2024-01-01");
	assert_false(is);
	NAMED("...", NULL);
	assert_false(is);
}

static void
who_files_no_plan_changes_none(void **state)
{
	struct town *t = *state;
	const struct agency_new n = { "agency", NULL, "x", NULL, "2020-01-01", "x" };
	struct access *none;
	const char *uid;

	assert_ok(access_load(&none, t->f->catalog, t->lan.principal, &t->f->err), &t->f->err);
	assert_status(
	    agency_create(t->f->catalog, &t->lan, none, &n, t->f->arena, &uid, &t->f->err),
	    ST_DENIED, &t->f->err);
	access_free(none);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_name_is_told_as_of_its_day),
		TEST(the_old_name_finds_it),
		TEST(what_it_was_called_stays),
		TEST(an_agency_ends_in_another),
		TEST(an_issuer_as_written_means_who_was_called_so_then),
		TEST(who_files_no_plan_changes_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
