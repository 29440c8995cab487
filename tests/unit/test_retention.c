/* SPDX-License-Identifier: GPL-3.0-or-later */
/* records.md 33-38, 40; MoReq2010 */
#include "record_fixture.h"

#include "hold.h"
#include "../../core/package_parts.h"
#include "retention.h"

static struct rule_version
version(const char *code, int years, const char *from)
{
	return (struct rule_version){ .code = code,
		.title = "Tiêu đề",
		.authority = "TT 10/2022/TT-BNV",
		.years = years,
		.trigger = TRIGGER_CLOSED,
		.from_year_end = true,
		.action = years < 0 ? "transfer" : "destroy",
		.valid_from = from };
}

static void
add_version(struct archive *a, struct rule_version v)
{
	assert_ok(
	    rule_version_add(a->f->catalog, &a->f->system, a->all, &v, &a->f->err), &a->f->err);
}

static void
set_rule(struct archive *a, int64_t node, const char *code)
{
	assert_ok(
	    node_update(a->f->catalog, &a->f->system, a->all, node, 0, NULL, code, -1, &a->f->err),
	    &a->f->err);
}

static struct due
due_of(struct archive *a, int64_t dossier)
{
	struct due due;

	assert_ok(retention_of(a->f->catalog, a->all, dossier, a->f->arena, &due, &a->f->err),
	    &a->f->err);
	return due;
}

/* A closing on a day of the past, as the books would show it. */
static void
close_on(struct archive *a, int64_t dossier, const char *day)
{
	fixture_sql(a->f,
	    arena_printf(a->f->arena,
		"UPDATE dossier SET state='closed', closed='%s' WHERE node=%lld", day,
		(long long)dossier));
}

/* records.md 35, 38; the examples of section 2.2 */
static void
due_days_are_counted_as_the_rules_say(void **state)
{
	static const struct {
		const char *base;
		int years;
		bool year_end;
		const char *due;
	} cases[] = {
		{ "2014-03-09", 10, true, "2024-12-31" },
		{ "2014-03-09", 10, false, "2024-03-09" },
		{ "2014-03-09", -1, true, "" },
		{ NULL, 10, true, "" },
		{ "2020-02-29", 1, false, "2021-02-28" },
		{ "2020-02-29", 4, false, "2024-02-29" },
		{ "1896-02-29", 4, false, "1900-02-28" },
		{ "1996-02-29", 4, false, "2000-02-29" },
		{ "2020-12-31", 70, true, "2090-12-31" },
	};
	struct archive *a = *state;
	char out[11];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_version v = version("x", cases[i].years, "2000-01-01");

		retention_due_day(cases[i].base, cases[i].years, cases[i].year_end, out);
		assert_string_equal(out, cases[i].due);
		/* the catalogue counts alike */
		v.code = arena_printf(a->f->arena, "c%zu", i);
		v.from_year_end = cases[i].year_end;
		add_version(a, v);
		set_rule(a, a->class_node, v.code);
		if (cases[i].base) {
			close_on(a, a->dossier, cases[i].base);
			v.valid_from = "2000-01-02"; /* counts again */
			add_version(a, v);
		}
		assert_string_equal(
		    due_of(a, a->dossier).due_on ? due_of(a, a->dossier).due_on : "", cases[i].due);
		fixture_sql(a->f, "UPDATE dossier SET closed=NULL");
	}
}

/* records.md 33 */
static void
the_nearest_rule_governs(void **state)
{
	struct archive *a = *state;

	assert_string_equal(due_of(a, a->dossier).rule, "review");
	add_version(a, version("10", 10, "2000-01-01"));
	set_rule(a, a->class_node, "10");
	assert_string_equal(due_of(a, a->dossier).rule, "10");
	assert_string_equal(
	    due_state(&(struct due){ .action = "destroy", .years = 10 }), "waiting");
	set_rule(a, a->class_node, "");
	assert_string_equal(due_of(a, a->dossier).rule, "review");
}

/* records.md 34; ours */
static void
an_override_needs_a_reason_and_a_shorter_one_a_second_person(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct catalog *c = a->f->catalog;
	int64_t lan = fixture_principal(a->f, PRINCIPAL_USER, "lan", 1);
	int64_t mai = fixture_principal(a->f, PRINCIPAL_USER, "mai", 1);
	const struct actor as_lan = { .principal = lan, .source = "test" };
	const struct actor as_mai = { .principal = mai, .source = "test" };
	int64_t id = 0;

	add_version(a, version("10", 10, "2000-01-01"));
	add_version(a, version("20", 20, "2000-01-01"));
	add_version(a, version("05", 5, "2000-01-01"));
	add_version(a, version("vv", -1, "2000-01-01"));
	set_rule(a, a->class_node, "10");
	close_on(a, a->dossier, "2014-03-09");
	assert_status(
	    node_update(c, &a->f->system, a->all, a->other, 0, NULL, "20", -1, e), ST_INVALID, e);
	assert_status(
	    override_ask(c, &as_lan, a->all, a->dossier, "20", "", &id, e), ST_INVALID, e);
	assert_status(
	    override_ask(c, &as_lan, a->all, a->dossier, "nil", "vì", &id, e), ST_INVALID, e);
	assert_status(
	    override_ask(c, &as_lan, a->all, a->dossier, "10", "vì", &id, e), ST_CONFLICT, e);
	/* longer: at once */
	assert_ok(override_ask(c, &as_lan, a->all, a->dossier, "20", "Vụ kiện", &id, e), e);
	assert_string_equal(due_of(a, a->dossier).due_on, "2034-12-31");
	assert_ok(override_ask(c, &as_lan, a->all, a->dossier, "vv", "Vụ kiện", &id, e), e);
	assert_null(due_of(a, a->dossier).due_on);
	/* shorter: waits */
	assert_ok(override_ask(c, &as_lan, a->all, a->dossier, "05", "Trùng", &id, e), e);
	assert_string_equal(due_of(a, a->dossier).rule, "vv");
	assert_status(
	    override_ask(c, &as_lan, a->all, a->dossier, "10", "Trùng", &id, e), ST_EXISTS, e);
	assert_status(override_decide(c, &as_lan, a->all, id, true, "ừ", e), ST_DENIED, e);
	assert_status(override_decide(c, &a->f->system, a->all, id, true, "ừ", e), ST_DENIED, e);
	assert_ok(override_decide(c, &as_mai, a->all, id, true, "Đồng ý", e), e);
	assert_string_equal(due_of(a, a->dossier).due_on, "2019-12-31");
	assert_status(override_decide(c, &as_mai, a->all, id, true, "ừ", e), ST_CONFLICT, e);
	/* refused: as before; back to the class is longer than 5 */
	assert_ok(override_ask(c, &as_lan, a->all, a->dossier, "", "Như nhóm", &id, e), e);
	assert_string_equal(due_of(a, a->dossier).rule, "10");
	assert_ok(override_ask(c, &as_mai, a->all, a->dossier, "05", "Trùng", &id, e), e);
	assert_ok(override_decide(c, &as_lan, a->all, id, false, "Không", e), e);
	assert_string_equal(due_of(a, a->dossier).rule, "10");
	/* two people approve at once: the catalogue knows who asked */
	assert_status(db_exec(c->db,
			  "UPDATE retention_override SET state='in_force', decided_by=asked_by"
			  " WHERE state='refused'",
			  DB_NONE, NULL, e),
	    ST_INVALID, e);
	assert_status(db_exec(c->db, "UPDATE node SET rule='20' WHERE code='A'", DB_NONE, NULL, e),
	    ST_HELD, e);
}

/* records.md 38 */
static void
without_its_fact_a_clock_does_not_run(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct rule_version v = version("contract", 5, "2000-01-01");
	struct due due;

	v.trigger = TRIGGER_EVENT;
	assert_status(rule_version_add(a->f->catalog, &a->f->system, a->all, &v, e), ST_INVALID, e);
	v.event = "thanh lý hợp đồng";
	v.from_year_end = false;
	add_version(a, v);
	set_rule(a, a->class_node, "contract");
	due = due_of(a, a->dossier);
	assert_string_equal(due_state(&due), "waiting");
	assert_status(retention_fact(a->f->catalog, &a->f->system, a->all, a->dossier, v.event,
			  "2019-02-29", e),
	    ST_INVALID, e);
	assert_status(retention_fact(a->f->catalog, &a->f->system, a->all, a->dossier, v.event,
			  "2999-01-01", e),
	    ST_INVALID, e);
	assert_ok(retention_fact(
		      a->f->catalog, &a->f->system, a->all, a->dossier, v.event, "2019-03-01", e),
	    e);
	due = due_of(a, a->dossier);
	assert_string_equal(due.due_on, "2024-03-01");
	assert_string_equal(due_state(&due), "due");
	assert_ok(
	    retention_fact(a->f->catalog, &a->f->system, a->all, a->dossier, v.event, NULL, e), e);
	assert_null(due_of(a, a->dossier).due_on);
}

/* records.md 36, 37 */
static void
a_change_is_a_new_version_and_days_never_overlap(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct rule_version *versions;
	struct rule_version v = version("10", 10, "2000-01-01");
	size_t count;
	int64_t used;

	add_version(a, v);
	v.valid_from = "2010-01-01";
	v.years = 15;
	add_version(a, v);
	v.valid_from = "2005-01-01";
	assert_status(rule_version_add(a->f->catalog, &a->f->system, a->all, &v, e), ST_EXISTS, e);
	v.valid_from = "2010-01-01";
	assert_status(rule_version_add(a->f->catalog, &a->f->system, a->all, &v, e), ST_EXISTS, e);
	v.valid_from = "2010-02-31";
	assert_status(rule_version_add(a->f->catalog, &a->f->system, a->all, &v, e), ST_INVALID, e);
	v.valid_from = "2010-02";
	assert_status(rule_version_add(a->f->catalog, &a->f->system, a->all, &v, e), ST_INVALID, e);
	v.valid_from = "2015-01-01";
	v.years = -1;
	v.action = "destroy"; /* permanent and destroyed */
	assert_status(rule_version_add(a->f->catalog, &a->f->system, a->all, &v, e), ST_INVALID, e);
	assert_ok(rule_versions(a->f->catalog, "10", a->f->arena, &versions, &count, e), e);
	assert_int_equal(count, 2);
	assert_string_equal(versions[0].valid_to, "2010-01-01");
	assert_null(versions[1].valid_to);
	assert_status(db_exec(a->f->catalog->db,
			  "INSERT INTO rule_version(code, title, action, authority, valid_from)"
			  " VALUES('10', 't', 'review', 'a', '2004-01-01')",
			  DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_status(db_exec(a->f->catalog->db, "UPDATE rule_version SET years=1 WHERE code='10'",
			  DB_NONE, NULL, e),
	    ST_HELD, e);
	/* a schedule deleted while it is used */
	set_rule(a, a->class_node, "10");
	assert_status(rule_end(a->f->catalog, &a->f->system, a->all, "10", "2026-01-01", &used, e),
	    ST_HELD, e);
	assert_int_equal(used, 3); /* the class and its two dossiers */
	set_rule(a, a->class_node, "");
	assert_ok(rule_end(a->f->catalog, &a->f->system, a->all, "10", "2026-01-01", &used, e), e);
	assert_status(
	    rule_end(a->f->catalog, &a->f->system, a->all, "none", "2026-01-01", &used, e),
	    ST_NOT_FOUND, e);
}

/* records.md 37 */
static void
a_preview_lists_every_due_date_that_would_move(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct rule_version v = version("10", 10, "2000-01-01");
	const struct due_move *moves;
	int64_t total = 0;
	size_t count;

	add_version(a, v);
	add_version(a, version("20", 20, "2000-01-01"));
	close_on(a, a->dossier, "2014-03-09");
	set_rule(a, a->class_node, "10");
	v.years = 12;
	assert_ok(retention_preview(
		      a->f->catalog, a->all, &v, 1, 0, 10, a->f->arena, &moves, &count, &total, e),
	    e);
	assert_int_equal(count, 1); /* the open one waits before and after */
	assert_int_equal(total, 1);
	assert_int_equal(moves[0].dossier, a->dossier);
	assert_string_equal(moves[0].before, "2024-12-31");
	assert_string_equal(moves[0].after, "2026-12-31");
	assert_string_equal(due_of(a, a->dossier).due_on, "2024-12-31");
	v.years = 10;
	assert_ok(retention_preview(
		      a->f->catalog, a->all, &v, 1, 0, 10, a->f->arena, &moves, &count, &total, e),
	    e);
	assert_int_equal(total, 0);
	assert_ok(retention_preview_node(a->f->catalog, a->all, a->class_node, "20", 0, 10,
		      a->f->arena, &moves, &count, &total, e),
	    e);
	assert_int_equal(count, 1);
	assert_string_equal(moves[0].after, "2034-12-31");
	assert_string_equal(moves[0].rule, "20");
	assert_ok(retention_preview_node(a->f->catalog, a->all, a->class_node, "", 0, 10,
		      a->f->arena, &moves, &count, &total, e),
	    e);
	assert_int_equal(total, 0); /* review is ten years too */
}

/* records.md 40, 47 */
static void
the_due_go_under_review_and_the_held_do_not(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct hold_new hold = { HOLD_LEGAL, "n", "r", "a" };
	const struct hold_object o = { a->other, 0 };
	struct due_filter filter = { .until = "2026-01-01", .limit = 10 };
	const struct due *list;
	int64_t id;
	size_t count, reviewed;

	add_version(a, version("10", 10, "2000-01-01"));
	close_on(a, a->dossier, "2014-03-09");
	close_on(a, a->other, "2013-03-09");
	set_rule(a, a->class_node, "10");
	assert_ok(hold_open(a->f->catalog, &a->f->system, a->all, &hold, &id, e), e);
	assert_ok(hold_add(a->f->catalog, &a->f->system, a->all, id, &o, 1, e), e);
	assert_ok(retention_list(a->f->catalog, a->all, &filter, a->f->arena, &list, &count, e), e);
	assert_int_equal(count, 2);
	assert_string_equal(list[0].due_on, "2023-12-31");
	assert_string_equal(due_state(&list[0]), "suspended");
	filter.after_due = list[0].due_on;
	filter.after = list[0].dossier;
	assert_ok(retention_list(a->f->catalog, a->all, &filter, a->f->arena, &list, &count, e), e);
	assert_int_equal(count, 1);
	assert_int_equal(list[0].dossier, a->dossier);
	assert_ok(retention_tick(a->f->catalog, &a->f->system, 10, &reviewed, e), e);
	assert_int_equal(reviewed, 1);
	assert_string_equal(due_of(a, a->dossier).state, "under_review");
	assert_string_equal(due_of(a, a->other).state, "closed");
	assert_ok(retention_tick(a->f->catalog, &a->f->system, 10, &reviewed, e), e);
	assert_int_equal(reviewed, 0);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='dossier.review'"), 1);
	filter = (struct due_filter){ .until = "2026-13-01", .limit = 10 };
	assert_status(retention_list(a->f->catalog, a->all, &filter, a->f->arena, &list, &count, e),
	    ST_INVALID, e);
}

static enum status
import(struct archive *a, const char *text, bool dry, struct table_report *r, size_t *count)
{
	const struct rule_version *versions;

	*r = (struct table_report){ .arena = a->f->arena };
	return retention_import(a->f->catalog, &a->f->system, a->all, span_of(text), dry, r,
	    &versions, count, &a->f->err);
}

#define HEAD "code,title,years,trigger,event,count_from,action,authority,valid_from,valid_to\n"

static void
a_schedule_comes_in_whole_or_not_at_all(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	const struct rule_version *versions;
	struct table_report r;
	size_t count;

	assert_status(import(a,
			  HEAD "A,Một,10 năm,,,,destroy,TT 10,2020-01-01,\n"
			       "B,Hai,vĩnh viễn,,,,destroy,TT 10,2020-01-01,\n"
			       "C,Ba,5,,,,review,TT 10,31/02/2020,\n"
			       "D,Bốn,5,sometime,,,review,TT 10,2020-01-01,\n"
			       "A,Một,12,,,,destroy,TT 10,2019-01-01,\n",
			  false, &r, &count),
	    ST_INVALID, e);
	assert_int_equal(r.count, 4);
	assert_int_equal(r.fault[0].line, 3);
	assert_int_equal(r.fault[1].line, 4);
	assert_string_equal(r.fault[2].column, "trigger");
	assert_int_equal(r.fault[3].line, 6); /* overlapping validity */
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM rule"), 1);
	assert_ok(import(a, HEAD "A,Một,10,,,,destroy,TT 10,2020-01-01,\n", true, &r, &count), e);
	assert_int_equal(count, 1);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM rule"), 1);
	assert_ok(import(a,
		      HEAD "A,Một,10,,,,destroy,TT 10,2020-01-01,2024-01-01\n"
			   "A,Một,12,,,date,destroy,TT 12,2024-01-01,\n"
			   "B,\"Hai, ba\",vĩnh viễn,event,giải thể,,transfer,TT 10,2020-01-01,\n",
		      false, &r, &count),
	    e);
	assert_int_equal(count, 3);
	assert_ok(rule_versions(a->f->catalog, NULL, a->f->arena, &versions, &count, e), e);
	assert_int_equal(count, 4);
	retention_export(versions, count, &out);
	/* what goes out comes in again and is no change */
	assert_ok(import(a, out.buf, false, &r, &count), e);
	assert_int_equal(count, 0);
	assert_int_equal(r.rows, 4);
	assert_status(import(a, "code,title\nA,x\n", false, &r, &count), ST_INVALID, e);
	assert_status(import(a, "[{\"code\":1", false, &r, &count), ST_INVALID, e);
}

static void
rules_are_for_those_who_plan_and_hidden_dossiers_stay_hidden(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t an = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), id, used;
	const struct rule_version v = version("10", 10, "2000-01-01");
	struct access *access = archive_access(a, an);
	const struct due_filter filter = { .waiting = true, .limit = 10 };
	const struct due_move *moves;
	const struct due *list;
	struct due due;
	size_t count;

	assert_status(rule_version_add(a->f->catalog, &a->f->system, access, &v, e), ST_DENIED, e);
	assert_status(
	    rule_end(a->f->catalog, &a->f->system, access, "review", "2026-01-01", &used, e),
	    ST_DENIED, e);
	assert_status(
	    retention_of(a->f->catalog, access, a->dossier, a->f->arena, &due, e), ST_NOT_FOUND, e);
	assert_status(
	    override_ask(a->f->catalog, &a->f->system, access, a->dossier, "10", "x", &id, e),
	    ST_NOT_FOUND, e);
	assert_status(
	    retention_fact(a->f->catalog, &a->f->system, access, a->dossier, "x", "2020-01-01", e),
	    ST_NOT_FOUND, e);
	assert_ok(retention_list(a->f->catalog, access, &filter, a->f->arena, &list, &count, e), e);
	assert_int_equal(count, 0);
	access_freep(&access);
	archive_grant(a, a->dossier, 0, an, PERM_BIT(PERM_LIST));
	access = archive_access(a, an);
	assert_ok(retention_list(a->f->catalog, access, &filter, a->f->arena, &list, &count, e), e);
	assert_int_equal(count, 1);
	assert_status(
	    override_ask(a->f->catalog, &a->f->system, access, a->dossier, "10", "x", &id, e),
	    ST_DENIED, e);
	assert_status(retention_preview_node(a->f->catalog, access, a->class_node, "", 0, 10,
			  a->f->arena, &moves, &count, &used, e),
	    ST_NOT_FOUND, e);
	access_free(access);
}

/* records.md 39 */
static void
terms_have_the_codes_of_the_circular_and_no_code_means_two_terms(void **state)
{
	static const struct {
		int years;
		const char *code;
	} want[] = { { -1, "01" }, { 70, "02" }, { 50, "03" }, { 30, "04" }, { 20, "05" },
		{ 10, "06" }, { 5, "07" }, { 1, "07" }, { 71, "07" } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(package_maintenance(want[i].years), want[i].code);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_have_the_codes_of_the_circular_and_no_code_means_two_terms),
		TEST(due_days_are_counted_as_the_rules_say),
		TEST(the_nearest_rule_governs),
		TEST(an_override_needs_a_reason_and_a_shorter_one_a_second_person),
		TEST(without_its_fact_a_clock_does_not_run),
		TEST(a_change_is_a_new_version_and_days_never_overlap),
		TEST(a_preview_lists_every_due_date_that_would_move),
		TEST(the_due_go_under_review_and_the_held_do_not),
		TEST(a_schedule_comes_in_whole_or_not_at_all),
		TEST(rules_are_for_those_who_plan_and_hidden_dossiers_stay_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
