/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who could read a record on a day: against what access_load said on each of the days. */
#include "record_fixture.h"

#include "access_report.h"
#include "audit.h"

#define DAY (INT64_C(86400) * 1000000)

/* Everything that was done so far happened a day earlier. */
static void
a_day_passes(struct archive *a)
{
	static const char *const sql[] = {
		"UPDATE record_history SET until=until-86400000000",
		"UPDATE node_history SET until=until-86400000000",
		"UPDATE record SET created=created-86400000000",
		"UPDATE principal SET created=created-86400000000",
		"UPDATE member SET since=since-86400000000, ended=ended-86400000000,"
		" until=until-86400000000",
		"UPDATE clearance_history SET since=since-86400000000",
		"UPDATE acl SET since=since-86400000000, ended=ended-86400000000,"
		" until=until-86400000000",
		"UPDATE event SET ts=ts-86400000000",
	};

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++)
		fixture_sql(a->f, sql[i]);
}

static void
let_history_be_moved(struct archive *a)
{
	fixture_sql(a->f, "DROP TRIGGER event_no_update");
	fixture_sql(a->f, "DROP TRIGGER acl_end_only");
}

static const char *
day(struct archive *a, int ago)
{
	char text[28];

	time_text(now_us() - ago * DAY, text);
	return arena_printf(a->f->arena, "%.10s", text);
}

/* -1: not named at all. */
static int
rights(struct archive *a, int64_t record, int ago, int64_t who, int64_t *accesses)
{
	const struct access_reader *row;
	size_t count;

	assert_ok(access_report(
		      a->f->catalog, record, day(a, ago), a->f->arena, &row, &count, &a->f->err),
	    &a->f->err);
	for (size_t i = 0; i < count; i++)
		if (row[i].principal == who) {
			if (accesses)
				*accesses = row[i].accesses;
			return (int)row[i].permissions;
		}
	return -1;
}

#define READ (PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ))

static void
a_right_counts_on_the_days_it_held(void **state)
{
	struct archive *a = *state;
	struct fixture *f = a->f;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t record = archive_record(a, a->dossier), grant;

	let_history_be_moved(a);
	a_day_passes(a);
	assert_ok(
	    grant_add(f->catalog, &f->system, a->class_node, 0, lan, READ, 0, &grant, &f->err),
	    &f->err);
	assert_int_equal(rights(a, record, 1, lan, NULL), -1);
	assert_int_equal(rights(a, record, 0, lan, NULL), READ);
	a_day_passes(a);
	assert_ok(grant_end(f->catalog, &f->system, grant, &f->err), &f->err);
	/* It held until this moment. */
	assert_int_equal(rights(a, record, 0, lan, NULL), READ);
	a_day_passes(a);
	assert_int_equal(rights(a, record, 0, lan, NULL), -1);
	assert_int_equal(rights(a, record, 2, lan, NULL), READ);
	assert_int_equal(rights(a, record, 3, lan, NULL), -1);
}

static void
membership_clearance_and_a_disabled_account_count(void **state)
{
	struct archive *a = *state;
	struct fixture *f = a->f;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 2);
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "ke-toan", 0);
	int64_t record = archive_record(a, a->dossier), grant;

	let_history_be_moved(a);
	assert_ok(
	    grant_add(f->catalog, &f->system, a->class_node, 0, group, READ, 0, &grant, &f->err),
	    &f->err);
	archive_refresh(a);
	assert_ok(record_set_level(f->catalog, &f->system, a->all, record, 2, &f->err), &f->err);
	a_day_passes(a);
	assert_int_equal(rights(a, record, 0, lan, NULL), -1);
	assert_ok(principal_join(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_int_equal(rights(a, record, 0, lan, NULL), READ);
	a_day_passes(a);
	assert_ok(principal_set_clearance(f->catalog, &f->system, lan, 1, &f->err), &f->err);
	a_day_passes(a);
	assert_int_equal(rights(a, record, 0, lan, NULL), -1);
	assert_int_equal(rights(a, record, 1, lan, NULL), READ);
	assert_ok(principal_set_clearance(f->catalog, &f->system, lan, 2, &f->err), &f->err);
	a_day_passes(a);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), &f->err);
	a_day_passes(a);
	assert_int_equal(rights(a, record, 0, lan, NULL), -1);
	assert_int_equal(rights(a, record, 1, lan, NULL), READ);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, false, &f->err), &f->err);
	a_day_passes(a);
	assert_int_equal(rights(a, record, 0, lan, NULL), READ);
}

static void
where_the_record_lay_then_counts(void **state)
{
	struct archive *a = *state;
	struct fixture *f = a->f;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t record = archive_record(a, a->dossier), grant;

	let_history_be_moved(a);
	assert_ok(grant_add(f->catalog, &f->system, a->dossier, 0, lan, READ, 0, &grant, &f->err),
	    &f->err);
	archive_refresh(a);
	a_day_passes(a);
	assert_ok(record_move(f->catalog, &f->system, a->all, record, a->other, &f->err), &f->err);
	a_day_passes(a);
	assert_int_equal(rights(a, record, 0, lan, NULL), -1);
	assert_int_equal(rights(a, record, 2, lan, NULL), READ);
}

static void
a_broken_inheritance_counts_from_its_day_on(void **state)
{
	struct archive *a = *state;
	struct fixture *f = a->f;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t record = archive_record(a, a->dossier), grant;

	let_history_be_moved(a);
	assert_ok(
	    grant_add(f->catalog, &f->system, a->fonds, 0, lan, READ, 0, &grant, &f->err), &f->err);
	a_day_passes(a);
	assert_ok(
	    grant_set_inherit(f->catalog, &f->system, a->class_node, 0, false, &f->err), &f->err);
	a_day_passes(a);
	assert_int_equal(rights(a, record, 0, lan, NULL), -1);
	assert_int_equal(rights(a, record, 2, lan, NULL), READ);
}

static void
who_did_is_counted(void **state)
{
	struct archive *a = *state;
	struct fixture *f = a->f;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1), times = 0;
	int64_t record = archive_record(a, a->dossier);
	struct record loaded = archive_load(a, record);
	const struct actor actor = { .principal = lan };

	for (int i = 0; i < 3; i++)
		assert_ok(audit_append_access(
			      f->catalog, &actor, "record.download", loaded.uid, 0, &f->err),
		    &f->err);
	/* Without a right of that day: named all the same, with none. */
	assert_int_equal(rights(a, record, 0, lan, &times), 0);
	assert_int_equal(times, 3);
}

static void
a_day_that_is_none_is_refused(void **state)
{
	struct archive *a = *state;
	const struct access_reader *row;
	size_t count;

	assert_status(access_report(a->f->catalog, archive_record(a, a->dossier), "2026-02-30",
			  a->f->arena, &row, &count, &a->f->err),
	    ST_INVALID, &a->f->err);
}

#define ARCHIVE_TEST(test) cmocka_unit_test_setup_teardown(test, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ARCHIVE_TEST(a_right_counts_on_the_days_it_held),
		ARCHIVE_TEST(membership_clearance_and_a_disabled_account_count),
		ARCHIVE_TEST(where_the_record_lay_then_counts),
		ARCHIVE_TEST(a_broken_inheritance_counts_from_its_day_on),
		ARCHIVE_TEST(who_did_is_counted),
		ARCHIVE_TEST(a_day_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
