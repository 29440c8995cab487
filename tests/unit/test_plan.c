/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file plan and its rules; records.md 27, 33, 36. */
#include "record_fixture.h"

#include "hold.h"

static void
a_rule_is_made_once_and_what_is_permanent_is_never_destroyed(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct rule r = { "10", "Ten years", "TT 10/2022/TT-BNV", 10, "destroy" };
	const struct rule *rules;
	size_t count;

	assert_ok(rule_create(a->f->catalog, &a->f->system, &r, e), e);
	assert_status(rule_create(a->f->catalog, &a->f->system, &r, e), ST_EXISTS, e);
	r.code = "VV";
	r.years = -1;
	assert_status(rule_create(a->f->catalog, &a->f->system, &r, e), ST_INVALID, e);
	r.action = "transfer";
	assert_ok(rule_create(a->f->catalog, &a->f->system, &r, e), e);
	r.code = "bad";
	r.action = "burn";
	assert_status(rule_create(a->f->catalog, &a->f->system, &r, e), ST_INVALID, e);
	r.action = "review";
	r.years = 0;
	assert_status(rule_create(a->f->catalog, &a->f->system, &r, e), ST_INVALID, e);
	r.years = 5;
	r.title = "";
	assert_status(rule_create(a->f->catalog, &a->f->system, &r, e), ST_INVALID, e);
	assert_ok(rule_list(a->f->catalog, a->f->arena, &rules, &count, e), e);
	assert_int_equal(count, 3);
	assert_string_equal(rules[0].code, "10");
	assert_int_equal(rules[0].years, 10);
	assert_string_equal(rules[1].code, "VV");
	assert_int_equal(rules[1].years, -1);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='rule.version'"), 3);
}

static void
kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(node_kind_name(NODE_SERIES), "series");
	assert_null(node_kind_name((enum node_kind)9));
	assert_int_equal(node_kind_parse(span_of("dossier")), NODE_DOSSIER);
	assert_int_equal(node_kind_parse(span_of("Dossier")), -1);
}

static void
a_node_is_found_by_uid_file_code_and_id(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct node n, same;

	assert_ok(node_load(a->f->catalog, a->all, a->dossier, a->f->arena, &n, e), e);
	assert_string_equal(n.code, "A");
	assert_string_equal(n.state, "open");
	assert_true(n.year >= 2026);
	assert_int_equal(n.kind, NODE_DOSSIER);
	assert_int_equal(n.parent, a->class_node);
	assert_non_null(n.parent_uid);
	assert_string_equal(n.use_mode, "02");
	assert_true(n.inherit);
	assert_string_equal(n.file_code, arena_printf(a->f->arena, "01.%d.A", n.year));
	assert_ok(node_find(a->f->catalog, a->all, n.uid, a->f->arena, &same, e), e);
	assert_int_equal(same.id, n.id);
	assert_ok(node_find(a->f->catalog, a->all, n.file_code, a->f->arena, &same, e), e);
	assert_int_equal(same.id, n.id);
	assert_ok(node_find(a->f->catalog, a->all,
		      arena_printf(a->f->arena, "%lld", (long long)n.id), a->f->arena, &same, e),
	    e);
	assert_int_equal(same.id, n.id);
	assert_status(
	    node_find(a->f->catalog, a->all, "nowhere", a->f->arena, &same, e), ST_NOT_FOUND, e);
	assert_status(node_find(a->f->catalog, a->all, "", a->f->arena, &same, e), ST_NOT_FOUND, e);
	assert_status(
	    node_load(a->f->catalog, a->all, 999, a->f->arena, &same, e), ST_NOT_FOUND, e);
}

static void
bad_nodes_are_refused_with_their_reason(void **state)
{
	struct archive *a = *state;
	static char long_code[66], long_title[1002];
	struct node_new bare = { .kind = NODE_FONDS, .code = "X", .title = "No rule" };
	const struct {
		enum status want;
		struct node_new node;
	} cases[] = {
		{ ST_NOT_FOUND, { 999, NODE_CLASS, "c", "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID, { 0, NODE_CLASS, "c", "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID, { a->fonds, NODE_FONDS, "c", "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID,
		    { a->class_node, NODE_SERIES, "c", "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID,
		    { a->dossier, NODE_DOSSIER, "c", "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID, { a->fonds, NODE_CLASS, " ", "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID, { a->fonds, NODE_CLASS, NULL, "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID, { a->fonds, NODE_CLASS, "c", "a\nb", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID,
		    { a->fonds, NODE_CLASS, "c", "a\xff", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID,
		    { a->fonds, NODE_CLASS, long_code, "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID,
		    { a->fonds, NODE_CLASS, "c", long_title, NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID,
		    { a->fonds, NODE_CLASS, "c", "t", "no-rule", 0, NULL, NULL, 0, NULL } },
		{ ST_INVALID, { a->fonds, NODE_CLASS, "c", "t", NULL, 4, NULL, NULL, 0, NULL } },
		{ ST_INVALID, { a->fonds, NODE_CLASS, "c", "t", NULL, 0, "09", NULL, 0, NULL } },
		{ ST_INVALID, { a->fonds, NODE_DOSSIER, "c", "t", NULL, 0, NULL, NULL, 12, NULL } },
		{ ST_EXISTS, { a->fonds, NODE_CLASS, "01", "t", NULL, 0, NULL, NULL, 0, NULL } },
		{ ST_EXISTS, { 0, NODE_FONDS, "H24", "t", NULL, 0, NULL, NULL, 0, NULL } },
	};
	struct err *e = &a->f->err;
	int64_t before = fixture_int(a->f, "SELECT count(*) FROM event"), id;

	memset(long_code, 'c', sizeof(long_code) - 1);
	memset(long_title, 't', sizeof(long_title) - 1);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_status(
		    node_create(a->f->catalog, &a->f->system, a->all, &cases[i].node, &id, e),
		    cases[i].want, e);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM event"), before);
	/* records.md 33 */
	assert_ok(node_create(a->f->catalog, &a->f->system, a->all, &bare, &id, e), e);
	archive_refresh(a);
	bare = (struct node_new){ .parent = id, .kind = NODE_DOSSIER, .code = "d", .title = "t" };
	assert_status(
	    node_create(a->f->catalog, &a->f->system, a->all, &bare, &id, e), ST_INVALID, e);
	bare.rule = "review";
	assert_ok(node_create(a->f->catalog, &a->f->system, a->all, &bare, &id, e), e);
}

static void
a_file_code_is_unique_in_the_archive(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct node_new n = { .parent = a->class_node,
		.kind = NODE_DOSSIER,
		.code = "C",
		.title = "t",
		.file_code = "H24.2019.7",
		.year = 2019 };
	struct node node;
	int64_t id;

	assert_ok(node_create(a->f->catalog, &a->f->system, a->all, &n, &id, e), e);
	archive_refresh(a);
	assert_ok(node_find(a->f->catalog, a->all, "H24.2019.7", a->f->arena, &node, e), e);
	assert_int_equal(node.year, 2019);
	n.code = "D";
	assert_status(node_create(a->f->catalog, &a->f->system, a->all, &n, &id, e), ST_EXISTS, e);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM node WHERE code='D'"), 0);
}

static void
making_nodes_needs_the_right_the_task_and_the_clearance(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), id;
	int64_t role = fixture_principal(a->f, PRINCIPAL_ROLE, "archivist", 0);
	struct node_new n = {
		.parent = a->class_node, .kind = NODE_CLASS, .code = "x", .title = "t"
	};
	struct access *access = archive_access(a, who);

	assert_status(
	    node_create(a->f->catalog, &a->f->system, access, &n, &id, e), ST_NOT_FOUND, e);
	access_freep(&access);
	archive_grant(a, a->class_node, 0, who, PERM_BIT(PERM_LIST));
	access = archive_access(a, who);
	assert_status(node_create(a->f->catalog, &a->f->system, access, &n, &id, e), ST_DENIED, e);
	access_freep(&access);
	archive_grant(a, a->class_node, 0, who, PERM_BIT(PERM_ADD));
	access = archive_access(a, who);
	assert_status(node_create(a->f->catalog, &a->f->system, access, &n, &id, e), ST_DENIED, e);
	access_freep(&access);
	assert_ok(principal_join(a->f->catalog, &a->f->system, role, who, e), e);
	access = archive_access(a, who);
	n.level = 2;
	assert_status(node_create(a->f->catalog, &a->f->system, access, &n, &id, e), ST_DENIED, e);
	n.level = 1;
	assert_ok(node_create(a->f->catalog, &a->f->system, access, &n, &id, e), e);
	access_free(access);
}

static void
lists_page_by_cursor_and_find_folded_words(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct node_filter filter = { .parent = 0, .kind = -1, .limit = 10 };
	struct node_new n = { .parent = a->class_node,
		.kind = NODE_DOSSIER,
		.code = "LH-07",
		.title = "Cấp phép lữ hành quốc tế" };
	const struct node *nodes;
	size_t count, seen = 0;
	int64_t id;

	assert_ok(node_create(a->f->catalog, &a->f->system, a->all, &n, &id, e), e);
	archive_refresh(a);
	assert_ok(node_list(a->f->catalog, a->all, &filter, a->f->arena, &nodes, &count, e), e);
	assert_int_equal(count, 1);
	assert_int_equal(nodes[0].id, a->fonds);
	filter.parent = a->class_node;
	filter.limit = 2;
	do {
		assert_ok(
		    node_list(a->f->catalog, a->all, &filter, a->f->arena, &nodes, &count, e), e);
		seen += count;
		if (count)
			filter.after = nodes[count - 1].id;
	} while (count);
	assert_int_equal(seen, 3);
	filter = (struct node_filter){ .parent = -1, .kind = NODE_DOSSIER, .limit = 10 };
	static const char *const found[] = { "lu hanh", "LỮ", "quoc cap", "lh-07", "PHÉP  Lữ" };
	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		filter.words = found[i];
		assert_ok(
		    node_list(a->f->catalog, a->all, &filter, a->f->arena, &nodes, &count, e), e);
		assert_int_equal(count, 1);
		assert_int_equal(nodes[0].id, id);
	}
	static const char *const lost[] = { "lu hang", "%", "_", "!" };
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		filter.words = lost[i];
		assert_ok(
		    node_list(a->f->catalog, a->all, &filter, a->f->arena, &nodes, &count, e), e);
		assert_int_equal(count, 0);
	}
	filter = (struct node_filter){ .parent = 999, .kind = -1, .limit = 10 };
	assert_status(node_list(a->f->catalog, a->all, &filter, a->f->arena, &nodes, &count, e),
	    ST_NOT_FOUND, e);
	filter = (struct node_filter){ .parent = -1, .kind = -1, .limit = 501 };
	assert_status(node_list(a->f->catalog, a->all, &filter, a->f->arena, &nodes, &count, e),
	    ST_INVALID, e);
}

static void
a_hidden_node_looks_like_an_absent_one_and_counts_nothing(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), hidden;
	struct node_filter filter = { .parent = -1, .kind = -1, .limit = 10 };
	const struct node *nodes;
	struct access *access;
	struct node node;
	size_t count;

	archive_record(a, a->dossier);
	hidden = archive_record(a, a->dossier);
	archive_record(a, a->other);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_LIST));
	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, hidden, 3, e), e);
	archive_indexed(a);
	archive_refresh(a);
	access = archive_access(a, who);
	assert_ok(node_load(a->f->catalog, access, a->dossier, a->f->arena, &node, e), e);
	assert_int_equal(node.records, 1);
	assert_null(node.parent_uid);
	assert_ok(node_list(a->f->catalog, access, &filter, a->f->arena, &nodes, &count, e), e);
	assert_int_equal(count, 1);
	assert_int_equal(nodes[0].records, 1);
	filter.parent = a->class_node;
	assert_status(node_list(a->f->catalog, access, &filter, a->f->arena, &nodes, &count, e),
	    ST_NOT_FOUND, e);
	assert_status(
	    node_load(a->f->catalog, access, a->other, a->f->arena, &node, e), ST_NOT_FOUND, e);
	access_free(access);
	assert_ok(node_load(a->f->catalog, a->all, a->dossier, a->f->arena, &node, e), e);
	assert_int_equal(node.records, 2);
}

static void
a_change_needs_the_version_and_the_right(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	struct catalog *c = a->f->catalog;
	struct access *access;
	struct node node;

	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_LIST));
	access = archive_access(a, who);
	assert_status(
	    node_update(c, &a->f->system, access, a->dossier, 0, "New", NULL, -1, e), ST_DENIED, e);
	access_freep(&access);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_EDIT));
	access = archive_access(a, who);
	assert_status(
	    node_update(c, &a->f->system, access, a->dossier, 0, NULL, NULL, 1, e), ST_DENIED, e);
	assert_ok(node_update(c, &a->f->system, access, a->dossier, 1, "Mới", NULL, -1, e), e);
	assert_status(
	    node_update(c, &a->f->system, access, a->dossier, 1, "x", NULL, -1, e), ST_CONFLICT, e);
	assert_ok(node_load(c, access, a->dossier, a->f->arena, &node, e), e);
	assert_string_equal(node.title, "Mới");
	assert_int_equal(node.version, 2);
	assert_status(
	    node_update(c, &a->f->system, access, a->dossier, 0, "", NULL, -1, e), ST_INVALID, e);
	assert_status(node_update(c, &a->f->system, access, a->dossier, 0, NULL, "none", -1, e),
	    ST_INVALID, e);
	assert_status(
	    node_update(c, &a->f->system, access, a->other, 0, "x", NULL, -1, e), ST_NOT_FOUND, e);
	access_free(access);
	fixture_sql(a->f, "UPDATE dossier SET state='closed'");
	assert_status(
	    node_update(c, &a->f->system, a->all, a->dossier, 0, "x", NULL, -1, e), ST_HELD, e);
}

static void
a_rule_cannot_be_taken_from_under_a_dossier(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct catalog *c = a->f->catalog;

	assert_status(
	    node_update(c, &a->f->system, a->all, a->fonds, 0, NULL, "", -1, e), ST_INVALID, e);
	assert_ok(
	    node_update(c, &a->f->system, a->all, a->class_node, 0, NULL, "review", -1, e), e);
	assert_ok(node_update(c, &a->f->system, a->all, a->fonds, 0, NULL, "", -1, e), e);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM node WHERE rule IS NOT NULL"), 1);
}

static void
a_higher_level_indexes_what_lies_below_again(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t below = archive_record(a, a->dossier);
	struct record before = archive_load(a, below), after;
	struct node node;

	assert_ok(
	    node_update(a->f->catalog, &a->f->system, a->all, a->class_node, 0, NULL, NULL, 2, e),
	    e);
	archive_refresh(a);
	after = archive_load(a, below);
	assert_int_equal(after.effective_level, 2);
	assert_int_not_equal(after.access_class, before.access_class);
	assert_int_equal(after.old_access_class, before.access_class);
	assert_true(after.index_seq > before.index_seq);
	assert_ok(node_load(a->f->catalog, a->all, a->dossier, a->f->arena, &node, e), e);
	assert_int_equal(node.level, 0);
	assert_int_equal(node.effective_level, 2);
}

/* search.md D9; records.md 33, 47: a move asks rights and retention anew, and indexes nothing. */
static void
a_moved_node_keeps_its_names_and_takes_rights_and_retention_of_its_new_place(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct rule ten = { "10", "Ten years", "TT 10/2022/TT-BNV", 10, "destroy" };
	struct arrival arrival = archive_arrival(a, a->dossier);
	int64_t other, below, record = archive_register(a, &arrival);
	struct record before, after;
	struct node node;

	assert_ok(rule_create(a->f->catalog, &a->f->system, &ten, e), e);
	other = archive_node(a, a->fonds, NODE_CLASS, "02", 0);
	archive_refresh(a);
	below = archive_node(a, other, NODE_CLASS, "02.1", 0);
	archive_refresh(a);
	assert_ok(
	    node_update(a->f->catalog, &a->f->system, a->all, other, 0, NULL, "10", -1, e), e);
	assert_ok(record_load(a->f->catalog, a->all, record, a->f->arena, &before, e), e);

#define MOVE(id, version, to) node_move(a->f->catalog, &a->f->system, a->all, id, version, to, e)
	assert_status(MOVE(other, 0, other), ST_INVALID, e);
	assert_status(MOVE(other, 0, below), ST_INVALID, e);
	assert_status(MOVE(a->fonds, 0, other), ST_INVALID, e);
	assert_status(MOVE(other, 0, a->dossier), ST_INVALID, e);
	assert_status(MOVE(a->dossier, 99, below), ST_CONFLICT, e);
	assert_status(MOVE(a->dossier, 0, 12345), ST_NOT_FOUND, e);

	assert_ok(MOVE(a->class_node, 1, below), e);
	assert_ok(node_load(a->f->catalog, a->all, a->dossier, a->f->arena, &node, e), e);
	assert_string_equal(node.file_code, arena_printf(a->f->arena, "01.%d.A", node.year));
	assert_int_equal(
	    fixture_int(a->f,
		arena_printf(a->f->arena, "SELECT governing='10' FROM dossier WHERE node=%lld",
		    (long long)a->dossier)),
	    1);
	assert_ok(record_load(a->f->catalog, a->all, record, a->f->arena, &after, e), e);
	assert_int_equal(after.index_seq, before.index_seq);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='node.move'"), 1);
	assert_ok(MOVE(a->class_node, 0, below), e); /* there already */
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='node.move'"), 1);

	/* Another level there is another class: those records are indexed again. */
	assert_ok(node_update(a->f->catalog, &a->f->system, a->all, other, 0, NULL, NULL, 2, e), e);
	archive_refresh(a);
	assert_ok(record_load(a->f->catalog, a->all, record, a->f->arena, &before, e), e);
	assert_int_equal(before.effective_level, 2);
	assert_ok(MOVE(a->class_node, 0, a->fonds), e);
	archive_refresh(a);
	assert_ok(record_load(a->f->catalog, a->all, record, a->f->arena, &after, e), e);
	assert_int_equal(after.effective_level, 0);
	assert_true(after.index_seq > before.index_seq);
}

static void
what_is_held_taken_or_would_lose_its_rule_is_not_moved(void **state)
{
	const struct hold_new new = { HOLD_LEGAL, "n", "r", "a" };
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct hold_object object = { .node = a->dossier };
	int64_t bare, other, hold, twin;
	const struct node_new fonds = { .kind = NODE_FONDS, .code = "X", .title = "x" };

	assert_ok(node_create(a->f->catalog, &a->f->system, a->all, &fonds, &bare, e), e);
	archive_refresh(a);
	other = archive_node(a, a->fonds, NODE_CLASS, "02", 0);
	archive_refresh(a);
	twin = archive_node(a, other, NODE_DOSSIER, "A2", 0);
	archive_refresh(a);
	assert_status(MOVE(a->class_node, 0, bare), ST_INVALID, e);
	assert_ok(db_exec(a->f->catalog->db, "UPDATE node SET code='A' WHERE id=$1",
		      DB_ARGS(db_int(twin)), NULL, e),
	    e);
	assert_status(MOVE(twin, 0, a->class_node), ST_EXISTS, e);
	assert_ok(hold_open(a->f->catalog, &a->f->system, a->all, &new, &hold, e), e);
	assert_ok(hold_add(a->f->catalog, &a->f->system, a->all, hold, &object, 1, e), e);
	assert_status(MOVE(a->dossier, 0, other), ST_HELD, e);
	assert_status(MOVE(a->class_node, 0, other), ST_HELD, e);
	assert_ok(MOVE(a->other, 0, other), e);
	fixture_sql(a->f, "UPDATE dossier SET state='closed', closed='2020-01-01'");
	assert_status(MOVE(a->other, 0, a->class_node), ST_HELD, e);
}

static void
an_archive_without_an_inbox_says_so(void **state)
{
	struct archive *a = *state;
	int64_t id = 0;

	assert_status(dossier_inbox(a->f->catalog, &id, &a->f->err), ST_NOT_FOUND, &a->f->err);
	assert_ok(catalog_setting_put(a->f->catalog, &a->f->system, "inbox", "4", &a->f->err),
	    &a->f->err);
	assert_ok(dossier_inbox(a->f->catalog, &id, &a->f->err), &a->f->err);
	assert_int_equal(id, 4);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_rule_is_made_once_and_what_is_permanent_is_never_destroyed),
		cmocka_unit_test(kinds_have_names),
		TEST(a_node_is_found_by_uid_file_code_and_id),
		TEST(bad_nodes_are_refused_with_their_reason),
		TEST(a_file_code_is_unique_in_the_archive),
		TEST(making_nodes_needs_the_right_the_task_and_the_clearance),
		TEST(lists_page_by_cursor_and_find_folded_words),
		TEST(a_hidden_node_looks_like_an_absent_one_and_counts_nothing),
		TEST(a_change_needs_the_version_and_the_right),
		TEST(a_rule_cannot_be_taken_from_under_a_dossier),
		TEST(a_higher_level_indexes_what_lies_below_again),
		TEST(a_moved_node_keeps_its_names_and_takes_rights_and_retention_of_its_new_place),
		TEST(what_is_held_taken_or_would_lose_its_rule_is_not_moved),
		TEST(an_archive_without_an_inbox_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
