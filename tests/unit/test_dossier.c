/* SPDX-License-Identifier: GPL-3.0-or-later */
/* records.md 17, 18, 28, 31, 32 */
#include "record_fixture.h"

#include "declare.h"
#include "dossier.h"
#include "handover.h"
#include "hold.h"
#include "retention.h"

#define CALL(a) (a)->f->catalog, &(a)->f->system, (a)->all

static int64_t
declared(struct archive *a, int64_t dossier, int pages)
{
	const char *field[FIELD_COUNT] = { [FIELD_TYPE] = "QĐ",
		[FIELD_SUBJECT] = "Công bố <b>",
		[FIELD_NUMBER] = "15",
		[FIELD_SYMBOL] = "QĐ-SDL" };
	const struct job_result result = { .reading = READING_READ };
	int64_t id = archive_record(a, dossier);

	archive_read(a, pages, &result);
	assert_ok(record_update(CALL(a), id, 0, field, &a->f->err), &a->f->err);
	assert_ok(record_declare(CALL(a), id, &a->f->err), &a->f->err);
	return id;
}

static const char *
state_of(struct archive *a, int64_t id)
{
	struct node node;

	assert_ok(node_load(a->f->catalog, a->all, id, a->f->arena, &node, &a->f->err), &a->f->err);
	return node.state;
}

/* records.md 28; NĐ 30/2020 Đ.29 */
static void
a_closed_dossier_changes_only_after_a_reason(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t record = declared(a, a->dossier, 3), draft = archive_record(a, a->other);
	struct due due;

	assert_status(dossier_close(CALL(a), a->other, NULL, false, e), ST_HELD, e); /* a draft */
	assert_status(dossier_close(CALL(a), a->dossier, "2024-02-30", false, e), ST_INVALID, e);
	assert_status(dossier_close(CALL(a), a->dossier, "2999-01-01", false, e), ST_INVALID, e);
	assert_status(dossier_close(CALL(a), a->class_node, NULL, false, e), ST_NOT_FOUND, e);
	assert_ok(dossier_close(CALL(a), a->dossier, "2014-03-09", false, e), e);
	assert_string_equal(state_of(a, a->dossier), "closed");
	assert_int_equal(
	    fixture_int(a->f, "SELECT page_total FROM dossier WHERE state='closed'"), 3);
	assert_ok(retention_of(a->f->catalog, a->all, a->dossier, a->f->arena, &due, e), e);
	assert_string_equal(due.due_on, "2024-12-31");
	assert_status(dossier_close(CALL(a), a->dossier, NULL, false, e), ST_CONFLICT, e);
	assert_status(record_file(CALL(a), draft, a->dossier, e), ST_HELD, e);
	assert_status(record_move(CALL(a), record, a->other, e), ST_HELD, e);
	assert_status(node_update(CALL(a), a->dossier, 0, "x", NULL, -1, e), ST_HELD, e);
	assert_status(
	    db_exec(a->f->catalog->db, "DELETE FROM dossier_item", DB_NONE, NULL, e), ST_HELD, e);
	assert_status(
	    db_exec(a->f->catalog->db, "UPDATE dossier SET state='open'", DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_status(dossier_reopen(CALL(a), a->dossier, "", e), ST_INVALID, e);
	assert_ok(dossier_reopen(CALL(a), a->dossier, "Bổ sung tài liệu", e), e);
	assert_string_equal(state_of(a, a->dossier), "open");
	assert_ok(retention_of(a->f->catalog, a->all, a->dossier, a->f->arena, &due, e), e);
	assert_null(due.due_on);
	assert_ok(record_file(CALL(a), draft, a->dossier, e), e);
}

/* records.md 17; PL V mẫu IV */
static void
the_table_of_contents_has_ordinals_and_pages(void **state)
{
	owned(strbuf_free) struct strbuf csv = STRBUF_INIT, html = STRBUF_INIT;
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct dossier_line *l;
	struct node node;
	size_t count;

	declared(a, a->dossier, 3);
	declared(a, a->dossier, 1);
	archive_record(a, a->other);
	assert_ok(
	    dossier_contents(a->f->catalog, a->all, a->dossier, a->f->arena, &l, &count, e), e);
	assert_int_equal(count, 2);
	assert_int_equal(l[0].ordinal, 1);
	assert_int_equal(l[0].page_from, 1);
	assert_int_equal(l[0].page_to, 3);
	assert_int_equal(l[1].page_from, 4);
	assert_string_equal(l[1].notation, "15/QĐ-SDL");
	dossier_contents_csv(l, count, &csv);
	assert_non_null(strstr(csv.buf, "1,15/QĐ-SDL,,Quyết định,Công bố <b>,,1-3,\r\n"));
	assert_ok(node_load(a->f->catalog, a->all, a->dossier, a->f->arena, &node, e), e);
	dossier_contents_html(&node, l, count, &html);
	assert_non_null(strstr(html.buf, "<td>Quyết định Công bố &lt;b&gt;"));
	assert_null(strstr(html.buf, "<b>"));
}

static void
completeness_is_judged_by_the_list_of_the_class(void **state)
{
	static const struct dossier_wanted wanted[] = {
		{ .title = "Quyết định", .type_code = "QĐ", .required = true },
		{ .title = "Báo cáo", .type_code = "BC", .required = true },
		{ .title = "Công văn", .type_code = "CV" }
	};
	static const struct dossier_wanted wrong = { .title = "x", .type_code = "nothing" };
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct dossier_wanted *w;
	size_t count;

	assert_status(dossier_wanted_put(CALL(a), a->class_node, &wrong, 1, e), ST_INVALID, e);
	assert_ok(dossier_wanted_put(CALL(a), a->class_node, wanted, 3, e), e);
	declared(a, a->dossier, 1);
	assert_ok(
	    dossier_wanted_list(a->f->catalog, a->all, a->dossier, a->f->arena, &w, &count, e), e);
	assert_int_equal(count, 3);
	assert_int_equal(w[0].found, 1);
	assert_int_equal(w[1].found, 0);
	assert_status(dossier_close(CALL(a), a->dossier, NULL, false, e), ST_CONFLICT, e);
	assert_ok(dossier_close(CALL(a), a->dossier, NULL, true, e), e);
}

/* records.md 18, 31 */
static void
dossiers_are_submitted_together_with_totals(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t both[] = { a->dossier, a->other };
	const struct dossier_due *due;
	struct dossier_totals t;
	size_t count;

	assert_ok(catalog_setting_put(a->f->catalog, &a->f->system, "submit.days", "365", e), e);
	assert_ok(
	    catalog_setting_put(a->f->catalog, &a->f->system, "submit.authority", "Đ.30", e), e);
	declared(a, a->dossier, 3);
	assert_ok(dossier_close(CALL(a), a->dossier, "2023-03-01", false, e), e);
	assert_ok(dossier_submissions(
		      a->f->catalog, a->all, "2024-02-28", 9, a->f->arena, &due, &count, e),
	    e);
	assert_int_equal(count, 0);
	assert_ok(dossier_submissions(
		      a->f->catalog, a->all, "2024-02-29", 9, a->f->arena, &due, &count, e),
	    e);
	assert_int_equal(count, 1);
	assert_string_equal(due[0].submit_due, "2024-02-29");
	assert_string_equal(due[0].authority, "Đ.30");
	assert_status(dossier_pass(CALL(a), DOSSIER_SUBMIT, both, 2, NULL, &t, e), ST_CONFLICT, e);
	assert_string_equal(state_of(a, a->dossier), "closed"); /* all or none */
	assert_ok(dossier_close(CALL(a), a->other, "2023-03-01", false, e), e);
	assert_ok(dossier_pass(CALL(a), DOSSIER_SUBMIT, both, 2, NULL, &t, e), e);
	assert_int_equal(t.dossiers, 2);
	assert_int_equal(t.files, 1);
	assert_int_equal(t.pages, 3);
	assert_status(dossier_pass(CALL(a), DOSSIER_RETURN, both, 1, "", &t, e), ST_INVALID, e);
	assert_ok(dossier_pass(CALL(a), DOSSIER_RETURN, both, 1, "Thiếu mục lục", &t, e), e);
	assert_string_equal(state_of(a, a->dossier), "closed");
	assert_ok(dossier_pass(CALL(a), DOSSIER_ACCEPT, both + 1, 1, NULL, &t, e), e);
	assert_string_equal(state_of(a, a->other), "archived");
}

/* records.md 31: several deadlines, the nearest counts */
static void
a_node_has_a_deadline_of_its_own(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t film = archive_node(a, a->fonds, NODE_CLASS, "PH", 0),
		reel = archive_node(a, film, NODE_DOSSIER, "P1", 0), an;
	struct dossier_deadline d;
	struct access *access;

#define DEADLINE(node) \
	assert_ok(dossier_deadline_find(a->f->catalog, a->all, node, a->f->arena, &d, e), e)
	DEADLINE(reel);
	assert_int_equal(d.days, -1);
	assert_ok(catalog_setting_put(a->f->catalog, &a->f->system, "submit.days", "365", e), e);
	assert_ok(
	    catalog_setting_put(a->f->catalog, &a->f->system, "submit.authority", "Đ.30", e), e);
	assert_status(dossier_deadline_put(CALL(a), film, 90, "", e), ST_INVALID, e);
	assert_status(dossier_deadline_put(CALL(a), film, 36501, "x", e), ST_INVALID, e);
	assert_status(dossier_deadline_put(CALL(a), film, -1, NULL, e), ST_NOT_FOUND, e);
	assert_ok(dossier_deadline_put(CALL(a), film, 90, "Đ.30 phim ảnh", e), e);
	DEADLINE(reel);
	assert_int_equal(d.days, 90);
	assert_string_equal(d.authority, "Đ.30 phim ảnh");
	assert_non_null(d.node_uid);
	an = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	archive_grant(a, reel, 0, an, PERM_BIT(PERM_LIST));
	access = archive_access(a, an);
	assert_ok(dossier_deadline_find(a->f->catalog, access, reel, a->f->arena, &d, e), e);
	access_free(access);
	assert_int_equal(d.days, 90);
	assert_null(d.node_uid); /* of a class that this one may not list */
	DEADLINE(a->dossier);
	assert_int_equal(d.days, 365);
	assert_null(d.node_uid);
	assert_ok(dossier_deadline_put(CALL(a), reel, 10, "Quyết định riêng", e), e);
	DEADLINE(reel);
	assert_int_equal(d.days, 10);
	assert_ok(dossier_deadline_put(CALL(a), reel, -1, NULL, e), e);
	archive_refresh(a);
	assert_ok(dossier_close(CALL(a), reel, "2023-03-01", false, e), e);
	assert_int_equal(fixture_int(a->f,
			     "SELECT count(*) FROM dossier WHERE"
			     " submit_due='2023-05-30' AND submit_rule='Đ.30 phim ảnh'"),
	    1);
	/* what was closed keeps it */
	assert_ok(dossier_deadline_put(CALL(a), film, -1, NULL, e), e);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM dossier WHERE submit_due='2023-05-30'"), 1);
}

/* records.md 18, 32 */
static void
the_minutes_are_kept(struct archive *a, const char *uid, int64_t taker)
{
	owned(strbuf_free) struct strbuf html = STRBUF_INIT;
	struct err *e = &a->f->err;
	struct access *own, *none;
	const struct handover_item *item;
	const struct handover *row;
	struct handover h;
	size_t count;

	assert_ok(handover_find(a->f->catalog, a->all, uid, a->f->arena, &h, e), e);
	assert_string_equal(h.giver, "an");
	assert_string_equal(h.taker, "minh");
	assert_ok(handover_items(a->f->catalog, a->all, h.id, a->f->arena, &item, &count, e), e);
	assert_int_equal(count, h.totals.dossiers);
	assert_int_equal(item[0].ordinal, 1);
	sheet_html(handover_sheet(a->f->arena, &h, item, count), &html);
	assert_non_null(strstr(html.buf, "BIÊN BẢN BÀN GIAO"));
	assert_non_null(strstr(html.buf, "Bên giao: an"));
	assert_null(strstr(html.buf, "theo quyền của người in"));
	/* who took sees it, of the dossiers nothing that is not his to see; others nothing */
	own = archive_access(a, taker);
	assert_ok(handover_find(a->f->catalog, own, uid, a->f->arena, &h, e), e);
	assert_ok(handover_items(a->f->catalog, own, h.id, a->f->arena, &item, &count, e), e);
	assert_int_equal(count, 0);
	strbuf_reset(&html);
	sheet_html(handover_sheet(a->f->arena, &h, item, count), &html);
	assert_non_null(strstr(html.buf, "theo quyền của người in"));
	access_free(own);
	none = archive_access(a, fixture_principal(a->f, PRINCIPAL_USER, "khac", 1));
	assert_status(handover_find(a->f->catalog, none, uid, a->f->arena, &h, e), ST_NOT_FOUND, e);
	assert_ok(handover_list(a->f->catalog, none, 0, 9, a->f->arena, &row, &count, e), e);
	assert_int_equal(count, 0);
	access_free(none);
	assert_status(db_exec(a->f->catalog->db, "UPDATE handover SET pages=0", DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_status(
	    db_exec(a->f->catalog->db, "DELETE FROM handover_item", DB_NONE, NULL, e), ST_HELD, e);
}

/* records.md 32 */
static void
all_that_a_person_keeps_is_handed_over_in_one_act(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t an = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	int64_t minh = fixture_principal(a->f, PRINCIPAL_USER, "minh", 1);
	const struct hold_new hold = { HOLD_LEGAL, "n", "r", "a" };
	const struct hold_object o = { a->other, 0 };
	struct access *access = archive_access(a, an);
	const struct dossier_act *acts;
	struct dossier_totals t;
	int64_t id;
	size_t count;

	fixture_sql(
	    a->f, arena_printf(a->f->arena, "UPDATE dossier SET maintainer=%lld", (long long)an));
	assert_ok(hold_open(CALL(a), &hold, &id, e), e);
	assert_ok(hold_add(CALL(a), id, &o, 1, e), e);
	assert_status(dossier_handover(CALL(a), an, an, "Nghỉ việc", &t, e), ST_INVALID, e);
	assert_status(dossier_handover(CALL(a), an, minh, "", &t, e), ST_INVALID, e);
	assert_status(
	    dossier_handover(a->f->catalog, &a->f->system, access, an, minh, "Nghỉ việc", &t, e),
	    ST_DENIED, e);
	assert_ok(dossier_handover(CALL(a), an, minh, "Nghỉ việc", &t, e), e);
	the_minutes_are_kept(a, t.handover, minh);
	assert_int_equal(t.dossiers, 2);
	assert_int_equal(fixture_int(a->f, "SELECT count(DISTINCT maintainer)=1 FROM dossier"), 1);
	assert_ok(
	    dossier_acts(a->f->catalog, a->all, a->dossier, a->f->arena, &acts, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(acts[0].act, "handover");
	access_free(access);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_closed_dossier_changes_only_after_a_reason),
		TEST(the_table_of_contents_has_ordinals_and_pages),
		TEST(completeness_is_judged_by_the_list_of_the_class),
		TEST(dossiers_are_submitted_together_with_totals),
		TEST(all_that_a_person_keeps_is_handed_over_in_one_act),
		TEST(a_node_has_a_deadline_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
