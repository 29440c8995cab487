/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include "access.h"
#include "grant_change.h"

#define READ PERM_BIT(PERM_READ)
#define DAY (INT64_C(86400) * 1000000)

/* A fonds that demands confirmation, with a dossier and a record below it, and three people. */
struct house {
	int64_t fonds, dossier, record, lan, hoa, minh;
};

static struct house
house(struct fixture *f)
{
	struct house h = {
		.fonds = fixture_node(f, 0, "fonds", 0),
		.lan = fixture_principal(f, PRINCIPAL_USER, "lan", 3),
		.hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 3),
		.minh = fixture_principal(f, PRINCIPAL_USER, "minh", 3),
	};

	h.dossier = fixture_node(f, h.fonds, "dossier", 0);
	h.record = fixture_record(f, h.dossier, 0);
	return h;
}

static struct actor
as(int64_t who)
{
	struct actor actor = { .principal = who, .source = "test" };

	return actor;
}

static enum status
change(struct fixture *f, int64_t who, const struct grant_change *c, char wish[UID_LEN + 1])
{
	struct actor actor = as(who);
	int64_t grant;

	return grant_change(f->catalog, &actor, c, &grant, wish, &f->err);
}

static enum status
decide(struct fixture *f, int64_t who, const char *wish, bool approve)
{
	struct actor actor = as(who);

	return grant_wish_decide(f->catalog, &actor, wish, approve, &f->err);
}

static void
demand(struct fixture *f, struct house *h)
{
	const struct grant_change c = { .kind = CHANGE_CONFIRM, .node = h->fonds, .flag = true };
	char wish[UID_LEN + 1];

	assert_ok(change(f, h->lan, &c, wish), &f->err);
	assert_string_equal(wish, "");
}

static bool
reads(struct fixture *f, int64_t who, int64_t record)
{
	owned(access_freep) struct access *access = NULL;
	int64_t class;

	assert_ok(access_load(&access, f->catalog, who, &f->err), &f->err);
	assert_ok(db_query_int(f->catalog->db, "SELECT access_class FROM record WHERE id=$1",
		      DB_ARGS(db_int(record)), &class, &f->err),
	    &f->err);
	return access_can(access, PERM_READ, class);
}

static void
a_change_waits_for_a_second_person(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	const struct grant_change c = {
		.kind = CHANGE_ADD, .node = h.dossier, .principal = h.minh, .permissions = READ
	};
	char wish[UID_LEN + 1];

	demand(f, &h);
	assert_ok(change(f, h.lan, &c, wish), &f->err);
	assert_true(uid_valid(span_of(wish)));
	assert_false(reads(f, h.minh, h.record));
	assert_status(decide(f, h.lan, wish, true), ST_DENIED, &f->err);
	assert_status(decide(f, h.minh, wish, true), ST_DENIED, &f->err);
	assert_status(decide(f, 0, wish, true), ST_DENIED, &f->err);
	assert_false(reads(f, h.minh, h.record));
	assert_ok(decide(f, h.hoa, wish, true), &f->err);
	assert_true(reads(f, h.minh, h.record));
	assert_status(decide(f, h.hoa, wish, true), ST_HELD, &f->err);
	assert_status(decide(f, h.hoa, wish, false), ST_HELD, &f->err);
}

static void
a_group_does_not_hide_whom_it_is_for(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "nhom", 0);
	const struct grant_change c = {
		.kind = CHANGE_ADD, .record = h.record, .principal = group, .permissions = READ
	};
	char wish[UID_LEN + 1];

	assert_ok(principal_join(f->catalog, &f->system, group, h.hoa, &f->err), &f->err);
	demand(f, &h);
	assert_ok(change(f, h.lan, &c, wish), &f->err);
	assert_status(decide(f, h.hoa, wish, true), ST_DENIED, &f->err);
	assert_ok(decide(f, h.minh, wish, true), &f->err);
}

static void
a_rejected_change_never_was(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	const struct grant_change c = { .kind = CHANGE_INHERIT, .node = h.dossier, .flag = false };
	const struct grant_wish *rows;
	char wish[UID_LEN + 1];
	size_t count;

	demand(f, &h);
	assert_ok(change(f, h.lan, &c, wish), &f->err);
	assert_ok(decide(f, h.lan, wish, false), &f->err);
	assert_int_equal(fixture_int(f, "SELECT min(inherit_acl) FROM node"), 1);
	assert_ok(grant_wish_list(f->catalog, false, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 0);
	assert_ok(grant_wish_list(f->catalog, true, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_false(rows[0].approved);
	assert_string_equal(rows[0].decider, "lan");
	assert_status(
	    decide(f, h.hoa, "00000000-0000-4000-8000-000000000000", true), ST_NOT_FOUND, &f->err);
}

static void
nothing_gets_around_it(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	int64_t id, old = fixture_grant(f, h.fonds, 0, h.minh, READ);
	const struct grant_change off = { .kind = CHANGE_CONFIRM, .node = h.fonds, .flag = false };
	const struct grant_change end = { .kind = CHANGE_END, .grant = old };
	char wish[UID_LEN + 1];

	demand(f, &h);
	assert_status(grant_add(f->catalog, &f->system, h.dossier, 0, h.hoa, READ, 0, &id, &f->err),
	    ST_HELD, &f->err);
	assert_status(grant_add(f->catalog, &f->system, 0, h.record, h.hoa, READ, 0, &id, &f->err),
	    ST_HELD, &f->err);
	assert_status(grant_end(f->catalog, &f->system, old, &f->err), ST_HELD, &f->err);
	assert_status(grant_set_inherit(f->catalog, &f->system, h.dossier, 0, false, &f->err),
	    ST_HELD, &f->err);
	assert_status(change(f, 0, &end, wish), ST_INVALID, &f->err);
	/* Nor does turning it off. */
	assert_ok(change(f, h.lan, &off, wish), &f->err);
	assert_int_equal(fixture_int(f, "SELECT max(confirm_rights) FROM node"), 1);
	assert_ok(decide(f, h.hoa, wish, true), &f->err);
	assert_int_equal(fixture_int(f, "SELECT max(confirm_rights) FROM node"), 0);
	assert_ok(grant_end(f->catalog, &f->system, old, &f->err), &f->err);
	/* The database keeps it, too. */
	assert_status(
	    db_exec(f->catalog->db, "UPDATE rights_wish SET perms=255", DB_NONE, NULL, &f->err),
	    ST_HELD, &f->err);
	assert_status(db_exec(f->catalog->db, "DELETE FROM rights_wish", DB_NONE, NULL, &f->err),
	    ST_HELD, &f->err);
}

static void
what_could_never_be_made_does_not_wait(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	const struct grant_change wrong[] = {
		{ .kind = CHANGE_ADD, .node = h.dossier, .principal = h.minh, .permissions = 0 },
		{ .kind = CHANGE_ADD, .node = h.dossier, .principal = 999, .permissions = READ },
		{ .kind = CHANGE_ADD,
		    .node = h.dossier,
		    .principal = h.minh,
		    .permissions = READ,
		    .until_us = 1 },
		{ .kind = CHANGE_CONFIRM, .record = h.record, .flag = true },
	};
	char wish[UID_LEN + 1];
	size_t i;

	demand(f, &h);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_status(change(f, h.lan, &wrong[i], wish), ST_INVALID, &f->err);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM rights_wish"), 0);
}

/* --- administrators and auditors --------------------------------------------------------------- */

static void
an_administrator_takes_nothing_himself(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	int64_t role = fixture_principal(f, PRINCIPAL_ROLE, "administrator", 0), id;
	int64_t archivists = fixture_principal(f, PRINCIPAL_ROLE, "archivist", 0);
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "nhom", 0);
	struct actor lan = as(h.lan);

	assert_ok(principal_join(f->catalog, &f->system, role, h.lan, &f->err), &f->err);
	assert_ok(principal_join(f->catalog, &f->system, group, h.lan, &f->err), &f->err);
	assert_status(grant_add(f->catalog, &lan, h.fonds, 0, h.lan, READ, 0, &id, &f->err),
	    ST_DENIED, &f->err);
	assert_status(grant_add(f->catalog, &lan, h.fonds, 0, group, READ, 0, &id, &f->err),
	    ST_DENIED, &f->err);
	assert_status(
	    principal_join(f->catalog, &lan, archivists, h.lan, &f->err), ST_DENIED, &f->err);
	assert_status(
	    principal_join(f->catalog, &lan, archivists, group, &f->err), ST_DENIED, &f->err);
	assert_status(
	    principal_set_clearance(f->catalog, &lan, h.lan, 3, &f->err), ST_DENIED, &f->err);
	assert_ok(grant_add(f->catalog, &lan, h.fonds, 0, h.hoa, READ, 0, &id, &f->err), &f->err);
	assert_ok(principal_join(f->catalog, &lan, archivists, h.hoa, &f->err), &f->err);
	assert_false(reads(f, h.lan, h.record));
}

static void
an_auditors_grant_is_read_only_and_ends(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	int64_t role = fixture_principal(f, PRINCIPAL_ROLE, "auditor", 0), id;
	int64_t whom[2] = { role, h.minh };
	int64_t soon = now_us() + 30 * DAY;
	int i;

	assert_ok(principal_join(f->catalog, &f->system, role, h.minh, &f->err), &f->err);
	for (i = 0; i < 2; i++) {
		assert_status(grant_add(f->catalog, &f->system, h.fonds, 0, whom[i],
				  READ | PERM_BIT(PERM_EDIT), soon, &id, &f->err),
		    ST_INVALID, &f->err);
		assert_status(
		    grant_add(f->catalog, &f->system, h.fonds, 0, whom[i], READ, 0, &id, &f->err),
		    ST_INVALID, &f->err);
		assert_status(grant_add(f->catalog, &f->system, h.fonds, 0, whom[i], READ,
				  now_us() + 500 * DAY, &id, &f->err),
		    ST_INVALID, &f->err);
		assert_ok(grant_add(f->catalog, &f->system, h.fonds, 0, whom[i], READ, soon, &id,
			      &f->err),
		    &f->err);
	}
}

static void
an_audit_takes_its_grants_with_it(void **state)
{
	static const char audit[] = "11111111-1111-4111-8111-111111111111";
	struct fixture *f = *state;
	struct house h = house(f);
	struct grant_change c = { .kind = CHANGE_ADD,
		.node = h.dossier,
		.principal = h.minh,
		.permissions = READ,
		.until_us = now_us() + DAY,
		.audit = audit };
	char wish[UID_LEN + 1];
	const struct grant *rows;
	int64_t ended;
	size_t count;

	assert_ok(change(f, h.lan, &c, wish), &f->err);
	c.record = h.record;
	c.node = 0;
	assert_ok(change(f, h.lan, &c, wish), &f->err);
	fixture_sql(f, "UPDATE record SET old_access_class=NULL");
	assert_true(reads(f, h.minh, h.record));
	assert_ok(
	    grant_list(f->catalog, 0, h.record, false, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].audit, audit);
	c.audit = "no uid";
	assert_status(change(f, h.lan, &c, wish), ST_INVALID, &f->err);
	assert_status(db_exec(f->catalog->db, "UPDATE acl SET audit=NULL", DB_NONE, NULL, &f->err),
	    ST_HELD, &f->err);
	/* Also where a second person is demanded: they end as they were to. */
	demand(f, &h);
	assert_ok(grant_end_audit(f->catalog, &f->system, audit, &ended, &f->err), &f->err);
	assert_int_equal(ended, 2);
	assert_false(reads(f, h.minh, h.record));
	assert_ok(grant_end_audit(f->catalog, &f->system, audit, NULL, &f->err), &f->err);
}

static void
of_closed_objects_copies_are_for_who_manages_them(void **state)
{
	struct fixture *f = *state;
	struct house h = house(f);
	const unsigned all = READ | PERM_BIT(PERM_DOWNLOAD) | PERM_BIT(PERM_PRINT);
	struct access *access;
	int64_t class;

	fixture_grant(f, h.fonds, 0, h.minh, all);
	fixture_grant(f, h.fonds, 0, h.hoa, all | PERM_BIT(PERM_MANAGE));
	fixture_sql(f, "UPDATE record SET use_mode='03'");
	assert_ok(access_refresh_record(f->catalog, h.record, &f->err), &f->err);
	class = fixture_int(f, "SELECT access_class FROM record");
	assert_ok(access_load(&access, f->catalog, h.minh, &f->err), &f->err);
	assert_true(access_can(access, PERM_READ, class));
	assert_false(access_can(access, PERM_DOWNLOAD, class));
	assert_false(access_can(access, PERM_PRINT, class));
	access_free(access);
	assert_ok(access_load(&access, f->catalog, h.hoa, &f->err), &f->err);
	assert_true(access_can(access, PERM_DOWNLOAD, class));
	assert_true(access_can(access, PERM_PRINT, class));
	access_free(access);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_change_waits_for_a_second_person),
		FIXTURE_TEST(a_group_does_not_hide_whom_it_is_for),
		FIXTURE_TEST(a_rejected_change_never_was),
		FIXTURE_TEST(nothing_gets_around_it),
		FIXTURE_TEST(what_could_never_be_made_does_not_wait),
		FIXTURE_TEST(an_administrator_takes_nothing_himself),
		FIXTURE_TEST(an_auditors_grant_is_read_only_and_ends),
		FIXTURE_TEST(an_audit_takes_its_grants_with_it),
		FIXTURE_TEST(of_closed_objects_copies_are_for_who_manages_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
