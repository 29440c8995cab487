/* SPDX-License-Identifier: GPL-3.0-or-later */
/* records.md 1-9, 29, 30; ISO 9001 7.5 */
#include "record_fixture.h"

#include "../../core/dossier_facts.h"
#include "base.h"
#include "declare.h"
#include "procedure.h"

struct house {
	struct archive *a;
	int64_t lan, mai, decision;
	struct actor as_lan, as_mai;
};
#define E(h) (&(h)->a->f->err)
#define AS(h, who) (h)->a->f->catalog, &(h)->as_##who, (h)->a->all

static int64_t
paper(struct house *h, bool declare)
{
	const char *field[FIELD_COUNT] = { [FIELD_TYPE] = "QĐ",
		[FIELD_SUBJECT] = "Ban hành",
		[FIELD_NUMBER] = "15",
		[FIELD_SYMBOL] = "QĐ-SDL" };
	int64_t id = archive_record(h->a, h->a->dossier);

	assert_ok(record_update(AS(h, lan), id, 0, field, E(h)), E(h));
	if (declare)
		assert_ok(record_declare(AS(h, lan), id, E(h)), E(h));
	return id;
}

static int
house_set_up(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	void *inner;

	assert_non_null(h);
	archive_set_up(&inner);
	h->a = inner;
	h->lan = fixture_principal(h->a->f, PRINCIPAL_USER, "lan", 1);
	h->mai = fixture_principal(h->a->f, PRINCIPAL_USER, "mai", 1);
	h->as_lan = (struct actor){ .principal = h->lan, .source = "test" };
	h->as_mai = (struct actor){ .principal = h->mai, .source = "test" };
	h->decision = paper(h, true);
	*state = h;
	return 0;
}

static int
house_tear_down(void **state)
{
	struct house *h = *state;
	void *inner = h->a;

	archive_tear_down(&inner);
	free(h);
	return 0;
}

static int64_t
procedure(struct house *h, const char *code)
{
	const struct procedure_new n = { .code = code,
		.title = "Cấp thẻ <hướng dẫn viên>",
		.kind = "procedure",
		.public_page = true,
		.days = 15 };
	int64_t id = 0;

	assert_ok(procedure_create(AS(h, lan), &n, &id, E(h)), E(h));
	return id;
}

/* A revision that is approved. */
static int64_t
approved(struct house *h, int64_t doc)
{
	int64_t id = 0;

	assert_ok(revision_add(AS(h, lan), doc, paper(h, true), "Ban hành", &id, E(h)), E(h));
	assert_ok(revision_step(AS(h, lan), id, "submit", NULL, E(h)), E(h));
	assert_ok(revision_step(AS(h, mai), id, "approve", NULL, E(h)), E(h));
	return id;
}

static int
rev_at(struct house *h, const char *code, const char *day)
{
	struct revision v;
	enum status st =
	    revision_at(h->a->f->catalog, h->a->all, code, day, h->a->f->arena, &v, E(h));

	assert_true(st == ST_OK || st == ST_NOT_FOUND);
	return st == ST_OK ? v.rev : 0;
}

static enum status
enforce(struct house *h, int64_t id, const char *from)
{
	return revision_enforce(AS(h, mai), id, from, h->decision, "Cổng TTĐT", E(h));
}

/* records.md 1, 2 */
static void
nobody_approves_what_he_wrote(void **state)
{
	struct house *h = *state;
	int64_t doc = procedure(h, "QT-01"), id = 0, draft = paper(h, false);
	const struct procedure_new again = { .code = "QT-01", .title = "x", .kind = "procedure" };
	const struct procedure_new wrong = { .code = "QT-02", .title = "x", .kind = "poem" };

	assert_status(procedure_create(AS(h, lan), &again, &id, E(h)), ST_EXISTS, E(h));
	assert_status(procedure_create(AS(h, lan), &wrong, &id, E(h)), ST_INVALID, E(h));
	assert_status(revision_add(AS(h, lan), doc, draft, "", &id, E(h)), ST_INVALID, E(h));
	assert_ok(revision_add(AS(h, lan), doc, draft, "Lần đầu", &id, E(h)), E(h));
	assert_status(
	    revision_add(AS(h, lan), doc, paper(h, true), "x", &id, E(h)), ST_CONFLICT, E(h));
	assert_status(revision_step(AS(h, mai), id, "approve", NULL, E(h)), ST_CONFLICT, E(h));
	assert_ok(revision_step(AS(h, lan), id, "submit", NULL, E(h)), E(h));
	assert_status(revision_step(AS(h, lan), id, "approve", NULL, E(h)), ST_DENIED, E(h));
	assert_status(revision_step(AS(h, mai), id, "approve", NULL, E(h)), ST_CONFLICT,
	    E(h)); /* draft record */
	assert_status(revision_step(AS(h, mai), id, "return", "", E(h)), ST_INVALID, E(h));
	assert_ok(revision_step(AS(h, mai), id, "return", "Sửa mục 3", E(h)), E(h));
	assert_ok(record_declare(AS(h, lan), draft, E(h)), E(h));
	assert_ok(revision_step(AS(h, lan), id, "submit", NULL, E(h)), E(h));
	assert_ok(revision_step(AS(h, mai), id, "approve", NULL, E(h)), E(h));
	assert_status(db_exec(h->a->f->catalog->db, "UPDATE ctl_rev SET approver=author", DB_NONE,
			  NULL, E(h)),
	    ST_INVALID, E(h));
	assert_status(revision_step(AS(h, mai), id, "burn", NULL, E(h)), ST_INVALID, E(h));
}

/* records.md 3-5 */
static void
one_revision_is_in_force_on_a_day_and_the_former_ends_with_it(void **state)
{
	struct house *h = *state;
	int64_t doc = procedure(h, "QT-01"), one = approved(h, doc), two, three;
	const int64_t *obsolete;
	struct revision v;
	size_t count;
	bool found;

	assert_int_equal(rev_at(h, "QT-01", "2024-01-01"), 0);
	assert_status(enforce(h, one, "2024-01"), ST_INVALID, E(h));
	assert_status(revision_enforce(AS(h, mai), one, "2024-01-01", h->decision, "", E(h)),
	    ST_INVALID, E(h));
	assert_ok(enforce(h, one, "2024-01-01"), E(h));
	two = approved(h, doc);
	assert_status(enforce(h, two, "2023-12-31"), ST_INVALID, E(h));
	assert_status(enforce(h, two, "2024-01-01"), ST_INVALID, E(h));
	assert_ok(enforce(h, two, "2025-01-01"), E(h));
	assert_int_equal(rev_at(h, "QT-01", "2023-12-31"), 0);
	assert_int_equal(rev_at(h, "QT-01", "2024-12-31"), 1);
	assert_int_equal(rev_at(h, "QT-01", "2025-01-01"), 2);
	assert_int_equal(rev_at(h, "QT-01", "2999-01-01"), 2);
	assert_ok(
	    revision_obsolete(h->a->f->catalog, h->a->f->arena, &obsolete, &count, E(h)), E(h));
	assert_int_equal(count, 1);
	assert_ok(
	    revision_of(h->a->f->catalog, h->a->all, obsolete[0], h->a->f->arena, &v, &found, E(h)),
	    E(h));
	assert_true(found);
	assert_string_equal(v.state, "obsolete");
	assert_string_equal(v.effective_to, "2025-01-01");
	assert_string_equal(v.decision, "15/QĐ-SDL");
	/* one of a day to come waits for it */
	three = approved(h, doc);
	assert_ok(enforce(h, three, "2999-01-01"), E(h));
	assert_int_equal(rev_at(h, "QT-01", "2999-01-01"), 2);
	assert_ok(revision_tick(h->a->f->catalog, &h->a->f->system, &count, E(h)), E(h));
	assert_int_equal(count, 0);
	fixture_sql(h->a->f, "UPDATE ctl_rev SET effective_from='2026-01-01' WHERE rev=3");
	assert_ok(revision_tick(h->a->f->catalog, &h->a->f->system, &count, E(h)), E(h));
	assert_int_equal(count, 1);
	assert_int_equal(rev_at(h, "QT-01", "2026-01-01"), 3);
	assert_int_equal(rev_at(h, "QT-01", "2025-12-31"), 2);
}

/* records.md 3: whatever is tried, on no day two. */
static void
random_days_never_give_two_in_force(void **state)
{
	struct house *h = *state;
	int64_t doc = procedure(h, "QT-01");
	unsigned seed = 20260101;

	for (int i = 0; i < 60; i++) {
		int64_t id = approved(h, doc);
		char day[11];

		for (int tries = 0; tries < 3; tries++) {
			seed = seed * 1103515245 + 12345;
			snprintf(day, sizeof(day), "20%02u-%02u-%02u", seed / 65536 % 26,
			    seed / 7 % 12 + 1, seed / 11 % 28 + 1);
			if (enforce(h, id, day) == ST_OK)
				break;
		}
		/* straight into the table too: the catalogue refuses what would overlap */
		enum status st = db_exec(h->a->f->catalog->db,
		    "UPDATE ctl_rev SET state='effective', effective_from=$1, decision=$2"
		    " WHERE state='approved'",
		    DB_ARGS(db_text(day), db_int(h->decision)), NULL, E(h));

		assert_true(st == ST_OK || st == ST_HELD || st == ST_EXISTS);
		st = revision_step(AS(h, mai), id, "withdraw", "không dùng", E(h));
		assert_true(st == ST_OK || st == ST_CONFLICT);
		assert_int_equal(
		    fixture_int(h->a->f,
			"SELECT count(*) FROM ctl_rev a JOIN ctl_rev b ON a.doc=b.doc AND"
			" a.id<b.id WHERE a.state IN('effective','obsolete') AND b.state"
			" IN('effective','obsolete') AND (a.effective_to IS NULL OR"
			" a.effective_to>b.effective_from) AND (b.effective_to IS NULL OR"
			" b.effective_to>a.effective_from)"),
		    0);
	}
	assert_true(
	    fixture_int(h->a->f, "SELECT count(*) FROM ctl_rev WHERE state='obsolete'") > 2);
}

/* records.md 6 */
static void
readers_are_asked_and_confirm(void **state)
{
	struct house *h = *state;
	int64_t group = fixture_principal(h->a->f, PRINCIPAL_GROUP, "phong-lu-hanh", 1);
	int64_t id = approved(h, procedure(h, "QT-01"));
	const struct reader *readers;
	size_t count;

	assert_ok(principal_join(h->a->f->catalog, &h->a->f->system, group, h->lan, E(h)), E(h));
	assert_ok(principal_join(h->a->f->catalog, &h->a->f->system, group, h->mai, E(h)), E(h));
	assert_status(reader_confirm(h->a->f->catalog, &h->as_lan, id, E(h)), ST_NOT_FOUND, E(h));
	assert_status(reader_ask(AS(h, mai), id, group, "2026-02-30", E(h)), ST_INVALID, E(h));
	assert_ok(reader_ask(AS(h, mai), id, group, "2026-01-31", E(h)), E(h));
	assert_ok(reader_confirm(h->a->f->catalog, &h->as_lan, id, E(h)), E(h));
	assert_ok(reader_list(h->a->f->catalog, id, h->a->f->arena, &readers, &count, E(h)), E(h));
	assert_int_equal(count, 2);
	assert_string_equal(readers[0].name, "mai"); /* who has not comes first */
	assert_int_equal(readers[0].confirmed_us, 0);
	assert_true(readers[1].confirmed_us > 0);
}

/* records.md 7, 8 */
static void
reviews_fall_due_and_dependants_are_known(void **state)
{
	struct house *h = *state;
	const struct procedure_new law = { .code = "NĐ 61",
		.title = "Nghị định",
		.kind = "external",
		.valid_from = "2018-06-21",
		.valid_to = "2025-07-01" };
	int64_t doc = procedure(h, "QT-01"), source = 0;
	const struct procedure *list;
	size_t count;

	assert_ok(procedure_create(AS(h, lan), &law, &source, E(h)), E(h));
	assert_ok(procedure_depend(AS(h, lan), doc, source, E(h)), E(h));
	assert_ok(
	    procedure_dependants(h->a->f->catalog, source, h->a->f->arena, &list, &count, E(h)),
	    E(h));
	assert_int_equal(count, 1);
	assert_string_equal(list[0].code, "QT-01");
	fixture_sql(h->a->f, "UPDATE ctl_doc SET reviewed_on='2024-02-29'");
	assert_ok(procedure_list(
		      h->a->f->catalog, "2025-02-27", 0, 10, h->a->f->arena, &list, &count, E(h)),
	    E(h));
	assert_int_equal(count, 0);
	assert_ok(procedure_list(
		      h->a->f->catalog, "2025-03-01", 0, 10, h->a->f->arena, &list, &count, E(h)),
	    E(h));
	assert_int_equal(count, 2);
	assert_ok(procedure_reviewed(AS(h, lan), doc, E(h)), E(h));
	assert_ok(procedure_list(
		      h->a->f->catalog, "2025-03-01", 0, 10, h->a->f->arena, &list, &count, E(h)),
	    E(h));
	assert_int_equal(count, 1);
}

static void
the_public_page_shows_what_is_in_force_and_what_was(void **state)
{
	owned(strbuf_free) struct strbuf html = STRBUF_INIT;
	struct house *h = *state;
	int64_t doc = procedure(h, "QT-01");
	const struct revision *list;
	size_t count;

	assert_ok(enforce(h, approved(h, doc), "2024-01-01"), E(h));
	assert_ok(enforce(h, approved(h, doc), "2025-01-01"), E(h));
	approved(h, doc); /* not yet */
	approved(h, procedure(h, "QT-02"));
	assert_ok(procedure_public(h->a->f->catalog, h->a->f->arena, &list, &count, E(h)), E(h));
	assert_int_equal(count, 2);
	procedure_public_html(list, count, "Sở", "2026-01-01", &html);
	assert_non_null(strstr(html.buf, "&lt;hướng dẫn viên"));
	assert_non_null(strstr(html.buf, "1: 2024-01-01 - 2025-01-01"));
	assert_null(strstr(html.buf, "QT-02"));
}

/* records.md 9, 29, 30 */
/* records.md 29: the seven forms */
static void
the_case_has_forms(struct house *h, int64_t record)
{
	struct archive *a = h->a;
	const struct one_stop_form *form;
	int64_t no_case = archive_node(a, a->class_node, NODE_DOSSIER, "Z", 0);

	assert_status(one_stop_form_put(AS(h, lan), a->dossier, record, 8, E(h)), ST_INVALID, E(h));
	assert_status(one_stop_form_put(AS(h, lan), a->other, record, 1, E(h)), ST_INVALID, E(h));
	assert_status(one_stop_form_put(AS(h, lan), no_case, record, 1, E(h)), ST_NOT_FOUND, E(h));
	assert_status(
	    one_stop_form_put(AS(h, lan), a->dossier, record, 0, E(h)), ST_NOT_FOUND, E(h));
	assert_ok(one_stop_form_put(AS(h, lan), a->dossier, record, 4, E(h)), E(h));
	assert_ok(one_stop_form_put(AS(h, lan), a->dossier, record, 1, E(h)), E(h));
	assert_ok(
	    one_stop_forms(a->f->catalog, a->all, a->dossier, a->f->arena, &form, E(h)), E(h));
	assert_int_equal(form[0].count, 1);
	assert_string_equal(form[0].records[0], archive_load(a, record).uid);
	assert_int_equal(form[3].count, 0);
	assert_string_equal(form[6].title_vi, "Sổ theo dõi hồ sơ");
	assert_ok(one_stop_form_put(AS(h, lan), a->dossier, record, 0, E(h)), E(h));
	assert_status(one_stop_forms(a->f->catalog, a->all, no_case, a->f->arena, &form, E(h)),
	    ST_NOT_FOUND, E(h));
}

static void
a_case_keeps_the_revision_of_its_receipt(void **state)
{
	struct house *h = *state;
	struct archive *a = h->a;
	int64_t doc = procedure(h, "QT-01"), result, an;
	const struct one_stop_figures *figures;
	const struct one_stop *cases;
	struct access *access;
	size_t count;

	assert_ok(enforce(h, approved(h, doc), "2024-01-01"), E(h));
	assert_ok(enforce(h, approved(h, doc), "2025-01-01"), E(h));
	assert_status(one_stop_open(AS(h, lan), a->dossier, "H24-1", "QT-01", "Nguyễn Văn An", 0,
			  "2023-05-01", NULL, E(h)),
	    ST_NOT_FOUND, E(h));
	assert_ok(one_stop_open(AS(h, lan), a->dossier, "H24-1", "QT-01", "Nguyễn Văn An", 0,
		      "2024-05-01", NULL, E(h)),
	    E(h));
	assert_status(
	    one_stop_open(AS(h, lan), a->other, "H24-1", "QT-01", "x", 0, "2025-05-01", NULL, E(h)),
	    ST_EXISTS, E(h));
	assert_ok(one_stop_open(AS(h, lan), a->other, "H24-2", "QT-01", "Trần Bình", 0,
		      "2025-05-01", "2025-05-10", E(h)),
	    E(h));
	assert_status(one_stop_extend(AS(h, lan), a->dossier, "2024-05-16", "vì", E(h)), ST_INVALID,
	    E(h)); /* due already then */
	assert_ok(one_stop_extend(AS(h, lan), a->dossier, "2024-05-20", "Chờ ý kiến", E(h)), E(h));
	result = archive_record(a, a->dossier);
	assert_status(one_stop_result(AS(h, lan), a->other, result, "2025-05-11", E(h)), ST_INVALID,
	    E(h)); /* of another dossier */
	assert_ok(one_stop_result(AS(h, lan), a->dossier, result, "2024-05-20", E(h)), E(h));
	assert_status(
	    one_stop_result(AS(h, lan), a->dossier, result, "2024-05-21", E(h)), ST_CONFLICT, E(h));
	the_case_has_forms(h, result);
	assert_ok(
	    one_stop_list(a->f->catalog, a->all, NULL, 0, 10, a->f->arena, &cases, &count, E(h)),
	    E(h));
	assert_int_equal(count, 2);
	assert_int_equal(cases[0].rev, 1);
	assert_int_equal(cases[1].rev, 2);
	assert_string_equal(cases[0].due, "2024-05-16");
	assert_string_equal(cases[0].on_time, "yes");
	assert_string_equal(cases[1].on_time, "late");
	assert_status(
	    db_exec(a->f->catalog->db, "UPDATE one_stop SET rev=1+rev", DB_NONE, NULL, E(h)),
	    ST_HELD, E(h));
	assert_ok(one_stop_list(
		      a->f->catalog, a->all, "van an", 0, 10, a->f->arena, &cases, &count, E(h)),
	    E(h));
	assert_int_equal(count, 1);
	assert_string_equal(cases[0].result, archive_load(a, result).uid);
	assert_ok(one_stop_count(a->f->catalog, a->all, "2024-01-01", "2025-12-31", a->f->arena,
		      &figures, &count, E(h)),
	    E(h));
	assert_int_equal(count, 2);
	assert_string_equal(figures[0].month, "2024-05");
	assert_int_equal(figures[0].on_time, 1);
	assert_int_equal(figures[1].late, 1);
	/* personal data are masked for who may only look, and not found by name */
	an = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	archive_grant(a, a->fonds, 0, an, PERM_BIT(PERM_LIST));
	access = archive_access(a, an);
	assert_ok(
	    one_stop_list(a->f->catalog, access, NULL, 0, 10, a->f->arena, &cases, &count, E(h)),
	    E(h));
	assert_string_equal(cases[0].applicant, "N. V. A.");
	assert_ok(one_stop_list(
		      a->f->catalog, access, "van an", 0, 10, a->f->arena, &cases, &count, E(h)),
	    E(h));
	assert_int_equal(count, 0);
	access_free(access);
}

/* search.md D9: a search for one reads them once, whatever the number of cases. */
static void
applicants_are_read_once_until_a_case_is_opened(void **state)
{
	struct house *h = *state;
	struct catalog *c = h->a->f->catalog;
	int64_t doc = procedure(h, "QT-01");
	const struct dossier_facts *facts;
	uint64_t statements;

	assert_ok(enforce(h, approved(h, doc), "2024-01-01"), E(h));
	assert_ok(one_stop_open(AS(h, lan), h->a->dossier, "H24-1", "QT-01", "Nguyễn  Văn Ấn", 0,
		      "2024-05-01", NULL, E(h)),
	    E(h));
	assert_ok(dossier_facts(c, &facts, E(h)), E(h));
	assert_int_equal(facts->applicant_count, 0);
	assert_ok(dossier_facts_applicants(c, E(h)), E(h));
	assert_int_equal(facts->applicant_count, 1);
	assert_int_equal(facts->applicants[0].dossier, h->a->dossier);
	assert_string_equal(facts->applicants[0].key, " nguyen van an ");
	statements = db_statements(c->db);
	assert_ok(dossier_facts_applicants(c, E(h)), E(h));
	assert_int_equal(db_statements(c->db), statements);
	assert_ok(one_stop_open(AS(h, lan), h->a->other, "H24-2", "QT-01", "Trần Bình", 0,
		      "2024-05-01", NULL, E(h)),
	    E(h));
	assert_ok(dossier_facts(c, &facts, E(h)), E(h));
	assert_ok(dossier_facts_applicants(c, E(h)), E(h));
	assert_int_equal(facts->applicant_count, 2);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, house_set_up, house_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(nobody_approves_what_he_wrote),
		TEST(one_revision_is_in_force_on_a_day_and_the_former_ends_with_it),
		TEST(random_days_never_give_two_in_force),
		TEST(readers_are_asked_and_confirm),
		TEST(reviews_fall_due_and_dependants_are_known),
		TEST(the_public_page_shows_what_is_in_force_and_what_was),
		TEST(a_case_keeps_the_revision_of_its_receipt),
		TEST(applicants_are_read_once_until_a_case_is_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
