/* SPDX-License-Identifier: GPL-3.0-or-later */
/* records.md 46, 47; MoReq2010 */
#include "record_fixture.h"

#include "hold.h"

static const struct hold_new inspection = { HOLD_LEGAL, "Thanh tra 2026", "Kiểm tra cấp thẻ",
	"QĐ 12/QĐ-TTr" };

static int64_t
new_hold(struct archive *a)
{
	int64_t id = 0;

	assert_ok(hold_open(a->f->catalog, &a->f->system, a->all, &inspection, &id, &a->f->err),
	    &a->f->err);
	return id;
}

static void
put(struct archive *a, int64_t hold, int64_t node, int64_t record)
{
	const struct hold_object o = { node, record };

	assert_ok(
	    hold_add(a->f->catalog, &a->f->system, a->all, hold, &o, 1, &a->f->err), &a->f->err);
}

static bool
is_held(struct archive *a, int64_t node, int64_t record)
{
	bool held = false;

	assert_ok(
	    hold_is_on(a->f->catalog, (struct hold_object){ node, record }, &held, &a->f->err),
	    &a->f->err);
	return held;
}

static enum status
edit(struct archive *a, int64_t record, const char *subject)
{
	const char *field[FIELD_COUNT] = { [FIELD_SUBJECT] = subject };

	return record_update(a->f->catalog, &a->f->system, a->all, record, 0, field, &a->f->err);
}

/* records.md 46 */
static void
a_hold_acts_down_the_tree_and_a_record_is_held_by_any_dossier(void **state)
{
	struct archive *a = *state;
	int64_t record = archive_record(a, a->dossier), guest = archive_record(a, a->other);
	int64_t hold = new_hold(a);

	fixture_put_in(a->f, a->dossier, guest, 0);
	assert_false(is_held(a, a->dossier, 0));
	assert_false(is_held(a, 0, record));
	put(a, hold, a->dossier, 0);
	assert_true(is_held(a, a->dossier, 0));
	assert_true(is_held(a, 0, record));
	assert_true(is_held(a, 0, guest));
	assert_false(is_held(a, a->other, 0));
	assert_false(is_held(a, a->class_node, 0));
	put(a, hold, a->fonds, 0);
	assert_true(is_held(a, a->other, 0));
	assert_true(is_held(a, a->class_node, 0));
}

/* records.md 46 */
static void
an_object_is_free_only_when_all_its_holds_are_released(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t record = archive_record(a, a->dossier);
	int64_t one = new_hold(a), two = new_hold(a);

	put(a, one, 0, record);
	put(a, one, 0, record); /* once more is the same */
	put(a, two, a->class_node, 0);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM hold_item"), 2);
	assert_status(
	    hold_release(a->f->catalog, &a->f->system, a->all, one, " ", e), ST_INVALID, e);
	assert_ok(hold_release(a->f->catalog, &a->f->system, a->all, one, "Xong", e), e);
	assert_true(is_held(a, 0, record));
	assert_status(
	    hold_release(a->f->catalog, &a->f->system, a->all, one, "x", e), ST_CONFLICT, e);
	assert_ok(hold_release(a->f->catalog, &a->f->system, a->all, two, "Xong", e), e);
	assert_false(is_held(a, 0, record));
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM event WHERE kind='hold'"), 7);
}

/* records.md 47 */
static void
what_is_held_is_neither_edited_nor_moved(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct catalog *c = a->f->catalog;
	int64_t record = archive_record(a, a->dossier), hold = new_hold(a);

	assert_ok(edit(a, record, "Trước"), e);
	put(a, hold, a->dossier, 0);
	assert_status(edit(a, record, "Sau"), ST_HELD, e);
	assert_ok(edit(a, record, "Trước"), e); /* nothing would change */
	assert_status(record_set_level(c, &a->f->system, a->all, record, 2, e), ST_HELD, e);
	assert_status(record_move(c, &a->f->system, a->all, record, a->other, e), ST_HELD, e);
	assert_status(
	    node_update(c, &a->f->system, a->all, a->dossier, 0, "x", NULL, -1, e), ST_HELD, e);
	/* what lies above is not held itself */
	assert_ok(node_update(c, &a->f->system, a->all, a->class_node, 0, "x", NULL, -1, e), e);
	/* but cannot go with the held below it */
	assert_status(hold_check_below(c, a->class_node, e), ST_HELD, e);
	assert_status(hold_check_below(c, a->fonds, e), ST_HELD, e);
	assert_ok(hold_check_below(c, a->other, e), e);
	assert_ok(hold_release(c, &a->f->system, a->all, hold, "Xong", e), e);
	assert_ok(edit(a, record, "Sau"), e);
	assert_ok(hold_check_below(c, a->fonds, e), e);
}

/* records.md 47: the catalogue itself refuses what a module forgot to ask about. */
static void
the_catalogue_guards_what_is_held(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t record = archive_record(a, a->dossier), hold = new_hold(a);
	const char *const held[] = {
		"UPDATE record SET subject='x'",
		"UPDATE record SET state='destroyed'",
		"DELETE FROM dossier_item",
		"UPDATE dossier SET state='destroyed' WHERE node=(SELECT id FROM node WHERE code='A')",
		"UPDATE dossier SET state='transferred' WHERE node=(SELECT id FROM node WHERE code='A')",
	};
	const char *const never[] = {
		"DELETE FROM hold",
		"DELETE FROM hold_item",
		"UPDATE hold SET name='x'",
		"UPDATE hold SET released=1, release_reason='x'",
		"UPDATE hold_item SET node=1, record=NULL",
	};

	put(a, hold, 0, record);
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++)
		assert_status(db_exec(a->f->catalog->db, held[i], DB_NONE, NULL, e), ST_HELD, e);
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_status(db_exec(a->f->catalog->db, never[i], DB_NONE, NULL, e), ST_HELD, e);
	fixture_sql(a->f, "UPDATE record SET reading='failed'");
	put(a, hold, a->class_node, 0);
	assert_status(db_exec(a->f->catalog->db, "UPDATE node SET title='x' WHERE code='B'",
			  DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_status(db_exec(a->f->catalog->db, "UPDATE node SET parent=NULL WHERE code='01'",
			  DB_NONE, NULL, e),
	    ST_HELD, e);
	assert_ok(hold_release(a->f->catalog, &a->f->system, a->all, hold, "Xong", e), e);
	fixture_sql(a->f, held[0]);
	fixture_sql(a->f, held[2]);
	assert_status(
	    db_exec(a->f->catalog->db, "INSERT INTO hold_item(hold, node, since) VALUES(1, 1, 1)",
		DB_NONE, NULL, e),
	    ST_HELD, e);
}

static void
one_object_is_taken_out_with_a_reason(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t record = archive_record(a, a->dossier), hold = new_hold(a);
	const struct hold_item *items;
	struct hold h;
	size_t count;

	put(a, hold, 0, record);
	put(a, hold, a->other, 0);
	assert_status(hold_end(a->f->catalog, &a->f->system, a->all, hold,
			  (struct hold_object){ 0, record }, "", e),
	    ST_INVALID, e);
	assert_ok(hold_end(a->f->catalog, &a->f->system, a->all, hold,
		      (struct hold_object){ 0, record }, "Nhầm", e),
	    e);
	assert_status(hold_end(a->f->catalog, &a->f->system, a->all, hold,
			  (struct hold_object){ 0, record }, "Nhầm", e),
	    ST_NOT_FOUND, e);
	assert_false(is_held(a, 0, record));
	assert_true(is_held(a, a->other, 0));
	assert_ok(hold_find(a->f->catalog, a->all, "1", a->f->arena, &h, e), e);
	assert_int_equal(h.items, 1);
	assert_ok(
	    hold_items(a->f->catalog, a->all, hold, false, 0, 10, a->f->arena, &items, &count, e),
	    e);
	assert_int_equal(count, 1);
	assert_int_equal(items[0].object.node, a->other);
	assert_ok(
	    hold_items(a->f->catalog, a->all, hold, true, 0, 10, a->f->arena, &items, &count, e),
	    e);
	assert_int_equal(count, 2);
	assert_string_equal(items[0].end_reason, "Nhầm");
	assert_status(
	    hold_items(a->f->catalog, a->all, hold, true, 0, 501, a->f->arena, &items, &count, e),
	    ST_INVALID, e);
}

static void
a_hold_needs_its_texts_and_its_objects(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct hold_new wrong[] = { inspection, inspection, inspection, inspection };
	const struct hold_object none = { 0, 0 }, both = { 1, 1 }, absent = { 999, 0 };
	int64_t id = 0, hold = new_hold(a);

	wrong[0].name = "";
	wrong[1].reason = NULL;
	wrong[2].authority = "\xff";
	wrong[3].purpose = (enum hold_purpose)7;
	for (size_t i = 0; i < 4; i++)
		assert_status(hold_open(a->f->catalog, &a->f->system, a->all, &wrong[i], &id, e),
		    ST_INVALID, e);
	assert_status(
	    hold_add(a->f->catalog, &a->f->system, a->all, hold, &none, 1, e), ST_INVALID, e);
	assert_status(
	    hold_add(a->f->catalog, &a->f->system, a->all, hold, &both, 1, e), ST_INVALID, e);
	assert_status(
	    hold_add(a->f->catalog, &a->f->system, a->all, hold, &absent, 1, e), ST_NOT_FOUND, e);
	assert_status(
	    hold_add(a->f->catalog, &a->f->system, a->all, 99, &absent, 1, e), ST_NOT_FOUND, e);
	assert_status(
	    hold_add(a->f->catalog, &a->f->system, a->all, hold, &absent, 0, e), ST_INVALID, e);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM hold_item"), 0);
}

static void
who_may_not_know_of_holds_finds_none_and_who_may_not_see_an_object_cannot_hold_it(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct catalog *c = a->f->catalog;
	int64_t an = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), id = 0;
	int64_t role = fixture_principal(a->f, PRINCIPAL_ROLE, "archivist", 0);
	int64_t auditors = fixture_principal(a->f, PRINCIPAL_ROLE, "auditor", 0);
	int64_t hold = new_hold(a), hidden = archive_record(a, a->other);
	const struct hold_object o = { 0, hidden };
	struct hold_new audit = inspection;
	struct access *access = archive_access(a, an);
	const struct hold *holds;
	struct hold h;
	size_t count;

	put(a, hold, 0, hidden);
	assert_status(hold_open(c, &a->f->system, access, &inspection, &id, e), ST_DENIED, e);
	assert_status(hold_find(c, access, "1", a->f->arena, &h, e), ST_NOT_FOUND, e);
	assert_ok(hold_list(c, access, false, 0, 10, a->f->arena, &holds, &count, e), e);
	assert_int_equal(count, 0);
	access_freep(&access);
	assert_ok(principal_join(c, &a->f->system, role, an, e), e);
	access = archive_access(a, an);
	assert_ok(hold_find(c, access, "1", a->f->arena, &h, e), e);
	assert_int_equal(h.items, 0); /* the one there is hidden from her */
	assert_status(hold_add(c, &a->f->system, access, hold, &o, 1, e), ST_NOT_FOUND, e);
	audit.purpose = HOLD_AUDIT;
	assert_status(hold_open(c, &a->f->system, access, &audit, &id, e), ST_DENIED, e);
	access_freep(&access);
	assert_ok(principal_leave(c, &a->f->system, role, an, e), e);
	assert_ok(principal_join(c, &a->f->system, auditors, an, e), e);
	access = archive_access(a, an);
	assert_ok(hold_open(c, &a->f->system, access, &audit, &id, e), e);
	assert_status(hold_release(c, &a->f->system, access, hold, "not hers", e), ST_DENIED, e);
	assert_ok(hold_list(c, access, false, 0, 10, a->f->arena, &holds, &count, e), e);
	assert_int_equal(count, 2);
	assert_int_equal(hold_purpose_parse(span_of("audit")), HOLD_AUDIT);
	assert_int_equal(hold_purpose_parse(span_of("x")), -1);
	access_free(access);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_hold_acts_down_the_tree_and_a_record_is_held_by_any_dossier),
		TEST(an_object_is_free_only_when_all_its_holds_are_released),
		TEST(what_is_held_is_neither_edited_nor_moved),
		TEST(the_catalogue_guards_what_is_held),
		TEST(one_object_is_taken_out_with_a_reason),
		TEST(a_hold_needs_its_texts_and_its_objects),
		TEST(
		    who_may_not_know_of_holds_finds_none_and_who_may_not_see_an_object_cannot_hold_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
