/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include "audit.h"
#include "principal.h"

static void
a_name_is_lower_case_ascii_and_nothing_else(void **state)
{
	static const char *const wrong[] = { "", "Lan", "lan anh", "lân", "-lan", ".lan", "_lan",
		"lan\n", "lan/..", "lan@x",
		"0123456789012345678901234567890123456789012345678901234567890123x" };
	struct fixture *f = *state;
	int64_t id = -1;
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_status(principal_create(f->catalog, &f->system, PRINCIPAL_USER, wrong[i],
				  NULL, 1, &id, &f->err),
		    ST_INVALID, &f->err);
	assert_int_equal(id, -1);
	(void)fixture_principal(f, PRINCIPAL_USER, "lan.anh_2-x", 1);
}

static void
a_name_is_taken_once_whatever_the_kind(void **state)
{
	struct fixture *f = *state;
	int64_t id;

	(void)fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	assert_status(
	    principal_create(f->catalog, &f->system, PRINCIPAL_GROUP, "lan", NULL, 1, &id, &f->err),
	    ST_EXISTS, &f->err);
	/* Names are personal: errors do not repeat them. */
	assert_null(strstr(f->err.msg, "lan"));
}

static void
a_clearance_is_one_of_the_four_levels(void **state)
{
	struct fixture *f = *state;
	int64_t id = fixture_principal(f, PRINCIPAL_USER, "lan", 1), other;

	assert_status(
	    principal_create(f->catalog, &f->system, PRINCIPAL_USER, "a", NULL, 4, &other, &f->err),
	    ST_INVALID, &f->err);
	assert_status(
	    principal_set_clearance(f->catalog, &f->system, id, -1, &f->err), ST_INVALID, &f->err);
	assert_status(
	    principal_set_clearance(f->catalog, &f->system, 99, 1, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(principal_set_clearance(f->catalog, &f->system, id, 3, &f->err), &f->err);
	/* Who was cleared for what on which day can be answered. */
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM clearance_history"), 2);
}

static void
a_principal_is_found_by_name_id_and_os_user(void **state)
{
	struct fixture *f = *state;
	struct principal a, b, c;
	int64_t id;

	assert_ok(principal_create(f->catalog, &f->system, PRINCIPAL_USER, "lan", "Nguyễn Thị Lan",
		      2, &id, &f->err),
	    &f->err);
	assert_ok(principal_bind(f->catalog, &f->system, id, "ntlan", &f->err), &f->err);
	assert_ok(principal_set_language(f->catalog, &f->system, id, "vi", &f->err), &f->err);
	assert_ok(principal_by_name(f->catalog, "lan", f->arena, &a, &f->err), &f->err);
	assert_ok(principal_by_id(f->catalog, id, f->arena, &b, &f->err), &f->err);
	assert_ok(principal_by_os_user(f->catalog, "ntlan", f->arena, &c, &f->err), &f->err);
	assert_true(a.id == id && b.id == id && c.id == id);
	assert_true(uid_valid(span_of(a.uid)));
	assert_int_equal(a.kind, PRINCIPAL_USER);
	assert_string_equal(a.display, "Nguyễn Thị Lan");
	assert_int_equal(a.clearance, 2);
	assert_int_equal(a.disabled_us, 0);
	assert_string_equal(a.os_user, "ntlan");
	assert_string_equal(a.language, "vi");
	assert_status(
	    principal_by_name(f->catalog, "x", f->arena, &a, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(
	    principal_by_id(f->catalog, 99, f->arena, &a, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(
	    principal_by_os_user(f->catalog, "lan", f->arena, &a, &f->err), ST_NOT_FOUND, &f->err);
}

static void
an_os_user_stands_for_one_person(void **state)
{
	static const char *const wrong[] = { "", "a b", "a:b", "a/b", "a\nb" };
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "group", 1);
	struct principal p;
	size_t i;

	assert_ok(principal_bind(f->catalog, &f->system, lan, "one", &f->err), &f->err);
	assert_status(
	    principal_bind(f->catalog, &f->system, hoa, "one", &f->err), ST_EXISTS, &f->err);
	assert_status(
	    principal_bind(f->catalog, &f->system, group, "two", &f->err), ST_NOT_FOUND, &f->err);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_status(principal_bind(f->catalog, &f->system, hoa, wrong[i], &f->err),
		    ST_INVALID, &f->err);
	assert_ok(principal_bind(f->catalog, &f->system, lan, NULL, &f->err), &f->err);
	assert_status(
	    principal_by_os_user(f->catalog, "one", f->arena, &p, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(principal_bind(f->catalog, &f->system, hoa, "one", &f->err), &f->err);
}

static void
a_list_has_everybody_by_name(void **state)
{
	struct fixture *f = *state;
	const struct principal *rows;
	char name[16];
	size_t count;
	int i;

	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "p%02d", 39 - i);
		(void)fixture_principal(f, PRINCIPAL_USER, name, 0);
	}
	assert_ok(principal_list(f->catalog, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 40);
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "p%02d", i);
		assert_string_equal(rows[i].name, name);
	}
}

static void
groups_are_named_through_groups(void **state)
{
	struct fixture *f = *state;
	int64_t outer = fixture_principal(f, PRINCIPAL_GROUP, "outer", 0);
	int64_t inner = fixture_principal(f, PRINCIPAL_GROUP, "inner", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	const char *const *names;
	size_t count;

	assert_ok(principal_join(f->catalog, &f->system, outer, inner, &f->err), &f->err);
	assert_ok(principal_join(f->catalog, &f->system, inner, lan, &f->err), &f->err);
	assert_ok(principal_groups(f->catalog, lan, f->arena, &names, &count, &f->err), &f->err);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "inner");
	assert_string_equal(names[1], "outer");
	assert_ok(principal_groups(f->catalog, outer, f->arena, &names, &count, &f->err), &f->err);
	assert_int_equal(count, 0);
}

static void
a_membership_begins_and_ends_once(void **state)
{
	struct fixture *f = *state;
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "group", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);

	assert_status(
	    principal_leave(f->catalog, &f->system, group, lan, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(principal_join(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_status(
	    principal_join(f->catalog, &f->system, group, lan, &f->err), ST_EXISTS, &f->err);
	assert_ok(principal_leave(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_status(
	    principal_leave(f->catalog, &f->system, group, lan, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(principal_join(f->catalog, &f->system, group, lan, &f->err), &f->err);
	/* Both times stay on record. */
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM member"), 2);
}

static void
nonsense_memberships_are_invalid(void **state)
{
	struct fixture *f = *state;
	int64_t a = fixture_principal(f, PRINCIPAL_GROUP, "a", 0);
	int64_t b = fixture_principal(f, PRINCIPAL_GROUP, "b", 0);
	int64_t c = fixture_principal(f, PRINCIPAL_GROUP, "c", 0);
	int64_t role = fixture_principal(f, PRINCIPAL_ROLE, "staff", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);

	assert_ok(principal_join(f->catalog, &f->system, a, b, &f->err), &f->err);
	assert_ok(principal_join(f->catalog, &f->system, b, c, &f->err), &f->err);
	assert_status(principal_join(f->catalog, &f->system, c, a, &f->err), ST_INVALID, &f->err);
	assert_status(principal_join(f->catalog, &f->system, a, a, &f->err), ST_INVALID, &f->err);
	assert_status(principal_join(f->catalog, &f->system, lan, a, &f->err), ST_INVALID, &f->err);
	assert_status(
	    principal_join(f->catalog, &f->system, a, role, &f->err), ST_INVALID, &f->err);
	assert_status(
	    principal_join(f->catalog, &f->system, 99, lan, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(
	    principal_join(f->catalog, &f->system, a, 99, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(principal_join_until(f->catalog, &f->system, a, lan, now_us() - 1, &f->err),
	    ST_INVALID, &f->err);
	assert_ok(principal_join(f->catalog, &f->system, role, a, &f->err), &f->err);
}

static void
the_last_administrator_stays_one(void **state)
{
	struct fixture *f = *state;
	int64_t role = fixture_principal(f, PRINCIPAL_ROLE, "administrator", 0);
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "it", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);

	assert_ok(principal_join(f->catalog, &f->system, role, group, &f->err), &f->err);
	assert_ok(principal_join(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_status(
	    principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), ST_HELD, &f->err);
	assert_status(
	    principal_set_disabled(f->catalog, &f->system, group, true, &f->err), ST_HELD, &f->err);
	assert_status(
	    principal_leave(f->catalog, &f->system, group, lan, &f->err), ST_HELD, &f->err);
	assert_status(
	    principal_leave(f->catalog, &f->system, role, group, &f->err), ST_HELD, &f->err);
	assert_ok(principal_join(f->catalog, &f->system, role, hoa, &f->err), &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), &f->err);
	assert_status(
	    principal_leave(f->catalog, &f->system, role, hoa, &f->err), ST_HELD, &f->err);
}

static void
a_role_cannot_be_disabled(void **state)
{
	struct fixture *f = *state;
	int64_t role = fixture_principal(f, PRINCIPAL_ROLE, "staff", 0);

	assert_status(principal_set_disabled(f->catalog, &f->system, role, true, &f->err),
	    ST_INVALID, &f->err);
	assert_status(principal_set_disabled(f->catalog, &f->system, 99, true, &f->err),
	    ST_NOT_FOUND, &f->err);
}

static void
a_language_is_one_we_have(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);

	assert_status(principal_set_language(f->catalog, &f->system, lan, "fr", &f->err),
	    ST_INVALID, &f->err);
	assert_ok(principal_set_language(f->catalog, &f->system, lan, "en", &f->err), &f->err);
	assert_ok(principal_set_language(f->catalog, &f->system, lan, NULL, &f->err), &f->err);
}

/* --- grants ------------------------------------------------------------------------------------ */

static void
permissions_are_written_as_words(void **state)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;
	unsigned bits = 7;

	(void)state;
	assert_ok(permission_parse(SPAN("list, read ,download"), &bits, &err), &err);
	assert_int_equal(bits, PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ) | PERM_BIT(PERM_DOWNLOAD));
	permission_text(bits, &text);
	assert_string_equal(text.buf, "list,read,download");
	strbuf_reset(&text);
	permission_text(PERM_ALL, &text);
	assert_ok(permission_parse(strbuf_span(&text), &bits, &err), &err);
	assert_int_equal(bits, PERM_ALL);
	assert_status(permission_parse(SPAN("list,rule"), &bits, &err), ST_INVALID, &err);
	assert_non_null(strstr(err.msg, "rule"));
	assert_status(permission_parse(SPAN("list,,read"), &bits, &err), ST_INVALID, &err);
	assert_status(permission_parse(SPAN(""), &bits, &err), ST_INVALID, &err);
	assert_int_equal(bits, PERM_ALL);
}

static void
nonsense_grants_are_refused(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0), id = -1;
	int64_t record = fixture_record(f, fixture_node(f, fonds, "dossier", 0), 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	const struct {
		int64_t node, record, who;
		unsigned bits;
		int64_t until;
		enum status want;
	} cases[] = {
		{ 0, 0, lan, 1, 0, ST_INVALID },
		{ fonds, record, lan, 1, 0, ST_INVALID },
		{ 99, 0, lan, 1, 0, ST_NOT_FOUND },
		{ 0, 99, lan, 1, 0, ST_NOT_FOUND },
		{ fonds, 0, 99, 1, 0, ST_INVALID },
		{ fonds, 0, lan, 0, 0, ST_INVALID },
		{ fonds, 0, lan, 1u << PERM_COUNT, 0, ST_INVALID },
		{ fonds, 0, lan, 1, now_us() - 1, ST_INVALID },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_status(grant_add(f->catalog, &f->system, cases[i].node, cases[i].record,
				  cases[i].who, cases[i].bits, cases[i].until, &id, &f->err),
		    cases[i].want, &f->err);
	assert_int_equal(id, -1);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM acl"), 0);
	assert_status(grant_set_inherit(f->catalog, &f->system, 99, 0, false, &f->err),
	    ST_NOT_FOUND, &f->err);
	assert_status(
	    grant_set_inherit(f->catalog, &f->system, 0, 0, false, &f->err), ST_INVALID, &f->err);
}

static void
grants_are_listed_by_object_and_kept_when_they_end(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t record = fixture_record(f, fixture_node(f, fonds, "dossier", 0), 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	int64_t first = fixture_grant(f, fonds, 0, lan, 3);
	int64_t second = fixture_grant(f, 0, record, lan, 1);
	const struct grant *rows;
	size_t count;

	assert_ok(grant_list(f->catalog, 0, 0, false, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 2);
	assert_ok(
	    grant_list(f->catalog, fonds, 0, false, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0].id, first);
	assert_int_equal(rows[0].permissions, 3);
	assert_string_equal(rows[0].principal_name, "lan");
	assert_true(uid_valid(span_of(rows[0].object_uid)));
	assert_ok(grant_end(f->catalog, &f->system, second, &f->err), &f->err);
	assert_ok(
	    grant_list(f->catalog, 0, record, false, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 0);
	assert_ok(
	    grant_list(f->catalog, 0, record, true, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 1);
	assert_true(rows[0].ended_us >= rows[0].since_us);
}

/* --- the log ----------------------------------------------------------------------------------- */

static void
assert_logged(struct fixture *f, const char *action, int times)
{
	int64_t count = -1;

	assert_ok(db_query_int(f->catalog->db, "SELECT count(*) FROM event WHERE action=$1",
		      DB_ARGS(db_text(action)), &count, &f->err),
	    &f->err);
	if (count != times)
		fail_msg("%s is logged %d times, not %d", action, (int)count, times);
}

static void
every_change_is_in_the_log_and_no_refusal_changes_it(void **state)
{
	struct fixture *f = *state;
	int64_t fonds = fixture_node(f, 0, "fonds", 0);
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "group", 0);
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1), grant, before;
	uint64_t entries;

	assert_ok(principal_join(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_ok(principal_leave(f->catalog, &f->system, group, lan, &f->err), &f->err);
	assert_ok(principal_set_clearance(f->catalog, &f->system, lan, 2, &f->err), &f->err);
	assert_ok(principal_set_language(f->catalog, &f->system, lan, "en", &f->err), &f->err);
	assert_ok(principal_bind(f->catalog, &f->system, lan, "x", &f->err), &f->err);
	assert_ok(principal_bind(f->catalog, &f->system, lan, NULL, &f->err), &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, false, &f->err), &f->err);
	grant = fixture_grant(f, fonds, 0, lan, 1);
	assert_ok(grant_end(f->catalog, &f->system, grant, &f->err), &f->err);
	assert_ok(grant_set_inherit(f->catalog, &f->system, fonds, 0, false, &f->err), &f->err);
	assert_ok(grant_set_inherit(f->catalog, &f->system, fonds, 0, false, &f->err), &f->err);
	assert_logged(f, "principal.create", 2);
	assert_logged(f, "member.add", 1);
	assert_logged(f, "member.end", 1);
	assert_logged(f, "principal.clearance", 1);
	assert_logged(f, "principal.language", 1);
	assert_logged(f, "principal.bind", 1);
	assert_logged(f, "principal.unbind", 1);
	assert_logged(f, "principal.disable", 1);
	assert_logged(f, "principal.enable", 1);
	assert_logged(f, "grant.add", 1);
	assert_logged(f, "grant.end", 1);
	assert_logged(f, "grant.inherit", 1);
	before = fixture_int(f, "SELECT count(*) FROM event");
	assert_int_not_equal(principal_join(f->catalog, &f->system, group, 99, &f->err), ST_OK);
	assert_int_not_equal(grant_end(f->catalog, &f->system, grant, &f->err), ST_OK);
	assert_int_not_equal(
	    principal_set_clearance(f->catalog, &f->system, lan, 9, &f->err), ST_OK);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM event"), before);
	assert_ok(audit_verify(f->catalog, &entries, &f->err), &f->err);
	/* Details are for ever: no name of a person stands in them. */
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM event WHERE detail LIKE '%lan%'"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(a_name_is_lower_case_ascii_and_nothing_else),
		FIXTURE_TEST(a_name_is_taken_once_whatever_the_kind),
		FIXTURE_TEST(a_clearance_is_one_of_the_four_levels),
		FIXTURE_TEST(a_principal_is_found_by_name_id_and_os_user),
		FIXTURE_TEST(an_os_user_stands_for_one_person),
		FIXTURE_TEST(a_list_has_everybody_by_name),
		FIXTURE_TEST(groups_are_named_through_groups),
		FIXTURE_TEST(a_membership_begins_and_ends_once),
		FIXTURE_TEST(nonsense_memberships_are_invalid),
		FIXTURE_TEST(the_last_administrator_stays_one),
		FIXTURE_TEST(a_role_cannot_be_disabled),
		FIXTURE_TEST(a_language_is_one_we_have),
		cmocka_unit_test(permissions_are_written_as_words),
		FIXTURE_TEST(nonsense_grants_are_refused),
		FIXTURE_TEST(grants_are_listed_by_object_and_kept_when_they_end),
		FIXTURE_TEST(every_change_is_in_the_log_and_no_refusal_changes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
