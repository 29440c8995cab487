/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include "upload.h"

#define HOUR INT64_C(3600000000)

static char uid[UID_LEN + 1];

static struct upload
upload_of(int64_t who)
{
	uid_make(uid);
	return (struct upload){ .uid = uid,
		.principal = who,
		.name = "tờ trình \xff.pdf",
		.length = 100,
		.expires_us = now_us() + HOUR };
}

static enum status
create(struct fixture *f, const struct upload *u)
{
	const struct actor actor = { .principal = u->principal };

	return upload_create(f->catalog, &actor, u, &f->err);
}

static void
an_upload_is_its_owners_alone(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	struct upload u = upload_of(lan), found;

	u.fields = "{\"number\":\"15\"}";
	assert_ok(create(f, &u), &f->err);
	assert_ok(upload_load(f->catalog, lan, uid, f->arena, &found, &f->err), &f->err);
	assert_string_equal(found.uid, uid);
	assert_string_equal(found.name, u.name);
	assert_string_equal(found.fields, u.fields);
	assert_int_equal(found.length, 100);
	assert_int_equal(found.offset, 0);
	assert_int_equal(found.record, 0);
	assert_int_equal(found.dossier, 0);
	assert_status(
	    upload_load(f->catalog, hoa, uid, f->arena, &found, &f->err), ST_NOT_FOUND, &f->err);
	u = upload_of(lan);
	assert_status(upload_create(f->catalog, &(struct actor){ .principal = hoa }, &u, &f->err),
	    ST_INVALID, &f->err);
}

static void
nonsense_uploads_are_invalid(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	struct upload u = upload_of(lan);
	char long_name[5000];

	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	u.uid = "../../etc/passwd";
	assert_status(create(f, &u), ST_INVALID, &f->err);
	u = upload_of(lan);
	u.name = "";
	assert_status(create(f, &u), ST_INVALID, &f->err);
	u.name = long_name;
	assert_status(create(f, &u), ST_INVALID, &f->err);
	u = upload_of(lan);
	u.length = -1;
	assert_status(create(f, &u), ST_INVALID, &f->err);
	u = upload_of(lan);
	u.dossier = 99;
	assert_status(create(f, &u), ST_INVALID, &f->err);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM upload"), 0);
}

static void
an_offset_moves_forward_from_where_it_is(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	struct upload u = upload_of(lan);

	assert_ok(create(f, &u), &f->err);
	assert_ok(upload_load(f->catalog, lan, uid, f->arena, &u, &f->err), &f->err);
	assert_ok(upload_advance(f->catalog, u.id, 0, 60, now_us() + 2 * HOUR, &f->err), &f->err);
	assert_status(upload_advance(f->catalog, u.id, 0, 60, now_us() + HOUR, &f->err),
	    ST_CONFLICT, &f->err);
	assert_status(upload_advance(f->catalog, u.id, 60, 59, now_us() + HOUR, &f->err),
	    ST_INVALID, &f->err);
	assert_status(upload_advance(f->catalog, u.id, 60, 101, now_us() + HOUR, &f->err),
	    ST_INVALID, &f->err);
	assert_status(
	    upload_advance(f->catalog, 99, 0, 1, now_us() + HOUR, &f->err), ST_CONFLICT, &f->err);
	assert_ok(upload_load(f->catalog, lan, uid, f->arena, &u, &f->err), &f->err);
	assert_int_equal(u.offset, 60);
}

static void
only_a_whole_upload_is_finished_and_only_once(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t record = fixture_record(f, fixture_node(f, fonds, "dossier", 0), 0);
	struct upload u = upload_of(lan);

	assert_ok(create(f, &u), &f->err);
	assert_ok(upload_load(f->catalog, lan, uid, f->arena, &u, &f->err), &f->err);
	assert_ok(upload_advance(f->catalog, u.id, 0, 99, u.expires_us, &f->err), &f->err);
	assert_status(upload_finished(f->catalog, u.id, record, &f->err), ST_CONFLICT, &f->err);
	assert_ok(upload_advance(f->catalog, u.id, 99, 100, u.expires_us, &f->err), &f->err);
	assert_ok(upload_finished(f->catalog, u.id, record, &f->err), &f->err);
	assert_status(upload_finished(f->catalog, u.id, record, &f->err), ST_CONFLICT, &f->err);
	assert_status(upload_advance(f->catalog, u.id, 100, 100, u.expires_us, &f->err),
	    ST_CONFLICT, &f->err);
	assert_ok(upload_load(f->catalog, lan, uid, f->arena, &u, &f->err), &f->err);
	assert_int_equal(u.record, record);
}

static void
unfinished_uploads_are_limited_for_each(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	struct upload u;
	int i;

	for (i = 0; i < 100; i++) {
		u = upload_of(lan);
		assert_ok(create(f, &u), &f->err);
	}
	u = upload_of(lan);
	assert_status(create(f, &u), ST_LIMIT, &f->err);
	u = upload_of(hoa);
	assert_ok(create(f, &u), &f->err);
	/* What has expired does not count. */
	fixture_sql(f, "UPDATE upload SET expires=1");
	u = upload_of(lan);
	assert_ok(create(f, &u), &f->err);
}

static void
the_sweeper_sees_what_is_unfinished_and_past_its_time(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	const struct upload *rows;
	struct upload u = upload_of(lan);
	size_t count;

	assert_ok(create(f, &u), &f->err);
	assert_ok(
	    upload_expired(f->catalog, now_us(), 10, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 0);
	assert_ok(
	    upload_expired(f->catalog, now_us() + 2 * HOUR, 10, f->arena, &rows, &count, &f->err),
	    &f->err);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].uid, uid);
	assert_ok(upload_delete(f->catalog, rows[0].id, &f->err), &f->err);
	assert_status(upload_delete(f->catalog, rows[0].id, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(upload_expired(f->catalog, 0, 0, f->arena, &rows, &count, &f->err),
	    ST_INVALID, &f->err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(an_upload_is_its_owners_alone),
		FIXTURE_TEST(nonsense_uploads_are_invalid),
		FIXTURE_TEST(an_offset_moves_forward_from_where_it_is),
		FIXTURE_TEST(only_a_whole_upload_is_finished_and_only_once),
		FIXTURE_TEST(unfinished_uploads_are_limited_for_each),
		FIXTURE_TEST(the_sweeper_sees_what_is_unfinished_and_past_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
