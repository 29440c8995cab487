/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_fixture.h"

#include "hold.h"
#include "stack.h"

/* Every page carries a number of its own (as its count of words), so that it is known anywhere. */
static const struct job_result done = { .reading = READING_READ };

static void
finish_all(struct archive *a)
{
	struct job job;

	while (job_lease(a->f->catalog, "test:0", 60, a->f->arena, &job, NULL) == ST_OK)
		assert_ok(
		    job_finish(a->f->catalog, job.id, "test:0", &done, &a->f->err), &a->f->err);
}

static int64_t
scan(struct archive *a, int pages, int first_number)
{
	int64_t id = archive_record(a, a->dossier);

	assert_int_equal(archive_read(a, pages, &done), id);
	assert_ok(db_exec(a->f->catalog->db,
		      "UPDATE page SET words=$2+no WHERE component IN"
		      " (SELECT id FROM component WHERE record=$1)",
		      DB_ARGS(db_int(id), db_int(first_number - 1)), NULL, &a->f->err),
	    &a->f->err);
	return id;
}

static void
count_fault(void *payload, const char *kind, const char *text)
{
	(void)payload;
	print_error("%s: %s\n", kind, text);
}

static void
assert_sound(struct archive *a)
{
	uint64_t faults = 0;

	assert_ok(
	    catalog_verify(a->f->catalog, count_fault, NULL, &faults, &a->f->err), &a->f->err);
	assert_int_equal(faults, 0);
}

/* "1 2 3": the numbers of a record's pages, in order. */
static const char *
pages_of(struct archive *a, int64_t record)
{
	struct strbuf out owned(strbuf_free) = STRBUF_INIT;
	const struct component *c;
	size_t n;

	assert_ok(
	    record_components(a->f->catalog, record, a->f->arena, &c, &n, &a->f->err), &a->f->err);
	for (size_t i = 0; i < n; i++) {
		const struct page *p;
		size_t count;

		assert_ok(record_pages(
			      a->f->catalog, c[i].id, 1, 500, a->f->arena, &p, &count, &a->f->err),
		    &a->f->err);
		assert_int_equal(count, c[i].pages);
		for (size_t k = 0; k < count; k++) {
			assert_int_equal(p[k].no, (int)k + 1);
			/* the range of the file tells the same page */
			if (c[i].first_page)
				assert_int_equal(
				    c[i].first_page + (int)k, (p[k].words - 1) % 100 + 1);
			assert_int_equal((p[k].words - 1) % 100 + 1, c[i].derived_before + k + 1);
			strbuf_addf(&out, "%s%d", out.len ? " " : "", p[k].words);
		}
	}
	return arena_dup(a->f->arena, out.buf);
}

static enum status
split_at(struct archive *a, int64_t record, int64_t at, int64_t *made)
{
	const struct stack_split how = { .record = record, .at = &at, .at_count = 1 };
	const int64_t *ids;
	size_t count;
	enum status st = stack_split(
	    a->f->catalog, &a->f->system, a->all, &how, a->f->arena, &ids, &count, &a->f->err);

	if (st == ST_OK) {
		assert_int_equal(count, 1);
		*made = ids[0];
		finish_all(a);
	}
	return st;
}

static enum status
merge(struct archive *a, int64_t record, int64_t other)
{
	enum status st =
	    stack_merge(a->f->catalog, &a->f->system, a->all, record, 0, other, &a->f->err);

	finish_all(a);
	return st;
}

static enum status
move(struct archive *a, int64_t record, int64_t page, int64_t into, int64_t to)
{
	enum status st =
	    stack_move(a->f->catalog, &a->f->system, a->all, record, 0, page, into, to, &a->f->err);

	finish_all(a);
	return st;
}

static enum status
undo(struct archive *a, int64_t record)
{
	enum status st = stack_undo(a->f->catalog, &a->f->system, a->all, record, 0, &a->f->err);

	finish_all(a);
	return st;
}

static void
a_record_is_parted_and_put_together(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 6, 1), second = 0, third = 0;
	struct record r;

	assert_ok(split_at(a, record, 5, &third), &a->f->err);
	assert_ok(split_at(a, record, 3, &second), &a->f->err);
	assert_string_equal(pages_of(a, record), "1 2");
	assert_string_equal(pages_of(a, second), "3 4");
	assert_string_equal(pages_of(a, third), "5 6");
	r = archive_load(a, second);
	assert_string_equal(r.state, "draft");
	assert_int_equal(r.pages, 2);
	assert_int_equal(r.home, a->dossier);
	assert_int_equal(r.reading, READING_READ);
	assert_sound(a);
	assert_ok(merge(a, record, third), &a->f->err);
	assert_string_equal(pages_of(a, record), "1 2 5 6");
	assert_sound(a);
}

static void
what_was_merged_is_nobodys_and_out_of_the_index(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 4, 1), second = 0, who;
	struct access *lan owned(access_freep) = NULL;
	struct index_record shown;
	struct record r;

	who = fixture_principal(a->f, PRINCIPAL_USER, "lan", 3);
	archive_grant(a, a->fonds, 0, who, PERM_ALL);
	assert_ok(split_at(a, record, 3, &second), &a->f->err);
	archive_indexed(a);
	lan = archive_access(a, who);
	assert_ok(record_load(a->f->catalog, lan, second, a->f->arena, &r, &a->f->err), &a->f->err);
	assert_ok(merge(a, record, second), &a->f->err);
	archive_indexed(a);
	access_freep(&lan);
	lan = archive_access(a, who);
	assert_int_equal(
	    record_load(a->f->catalog, lan, second, a->f->arena, &r, &a->f->err), ST_NOT_FOUND);
	assert_ok(
	    outbox_record(a->f->catalog, second, a->f->arena, &shown, &a->f->err), &a->f->err);
	assert_true(shown.gone);
	assert_ok(undo(a, record), &a->f->err);
	archive_indexed(a);
	access_freep(&lan);
	lan = archive_access(a, who);
	assert_ok(record_load(a->f->catalog, lan, second, a->f->arena, &r, &a->f->err), &a->f->err);
	assert_int_equal(r.home, a->dossier);
	assert_string_equal(pages_of(a, second), "3 4");
	assert_sound(a);
}

static void
an_undone_split_leaves_the_arrived_file_whole(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 5, 1), second = 0;
	const struct component *c;
	struct stack_last last;
	size_t n;

	assert_ok(split_at(a, record, 4, &second), &a->f->err);
	assert_ok(
	    record_components(a->f->catalog, record, a->f->arena, &c, &n, &a->f->err), &a->f->err);
	assert_int_equal(c[0].first_page, 1);
	assert_int_equal(c[0].last_page, 3);
	assert_ok(stack_last(a->f->catalog, record, a->f->arena, &last, &a->f->err), &a->f->err);
	assert_string_equal(last.kind, "split");
	assert_ok(undo(a, second), &a->f->err);
	assert_string_equal(pages_of(a, record), "1 2 3 4 5");
	assert_ok(
	    record_components(a->f->catalog, record, a->f->arena, &c, &n, &a->f->err), &a->f->err);
	assert_int_equal(n, 1);
	assert_int_equal(c[0].first_page, 0);
	assert_int_equal(c[0].last_page, 0);
	assert_ok(stack_last(a->f->catalog, record, a->f->arena, &last, &a->f->err), &a->f->err);
	assert_null(last.kind);
	assert_int_equal(undo(a, record), ST_NOT_FOUND);
	assert_sound(a);
}

static void
a_page_is_moved_within_and_between(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 4, 1), other = scan(a, 2, 101);

	assert_ok(move(a, record, 4, record, 2), &a->f->err);
	assert_string_equal(pages_of(a, record), "1 4 2 3");
	assert_ok(move(a, record, 1, record, 5), &a->f->err);
	assert_string_equal(pages_of(a, record), "4 2 3 1");
	assert_ok(move(a, other, 1, record, 1), &a->f->err);
	assert_string_equal(pages_of(a, record), "101 4 2 3 1");
	assert_string_equal(pages_of(a, other), "102");
	assert_int_equal(move(a, other, 1, record, 1), ST_INVALID);
	assert_int_equal(move(a, record, 6, record, 1), ST_INVALID);
	assert_int_equal(move(a, record, 1, record, 7), ST_INVALID);
	assert_sound(a);
	assert_ok(undo(a, other), &a->f->err);
	assert_ok(undo(a, record), &a->f->err);
	assert_ok(undo(a, record), &a->f->err);
	assert_string_equal(pages_of(a, record), "1 2 3 4");
	assert_string_equal(pages_of(a, other), "101 102");
	assert_sound(a);
}

static void
what_was_arranged_again_is_not_undone(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 6, 1), second = 0, third = 0;

	assert_ok(split_at(a, record, 4, &second), &a->f->err);
	assert_ok(split_at(a, second, 2, &third), &a->f->err);
	assert_int_equal(undo(a, record), ST_CONFLICT);
	assert_string_equal(pages_of(a, record), "1 2 3");
	assert_ok(undo(a, third), &a->f->err);
	assert_ok(undo(a, record), &a->f->err);
	assert_string_equal(pages_of(a, record), "1 2 3 4 5 6");
	assert_sound(a);
}

static void
separators_go_into_no_record(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 7, 1);
	const int64_t *made;
	size_t count = 0;

	/* one at the front, two in a row, one at the end */
	fixture_sql(a->f,
	    "INSERT INTO page_mark(component, no, ordinal, kind, value, x, y, w, h, confidence)"
	    " SELECT (SELECT max(id) FROM component), n, 0, 'separator', 'TANGTHU-TACH', 0, 0, 0, 0,"
	    " 1 FROM (SELECT 1 AS n UNION SELECT 4 UNION SELECT 5 UNION SELECT 7)");
	assert_ok(
	    stack_split_arrived(a->f->catalog, &a->f->system, a->all, record, &count, &a->f->err),
	    &a->f->err);
	assert_int_equal(count, 1);
	finish_all(a);
	assert_string_equal(pages_of(a, record), "2 3");
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM record WHERE void=0"), 2);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM page_mark"), 4);
	assert_sound(a);
	assert_ok(undo(a, record), &a->f->err);
	assert_string_equal(pages_of(a, record), "1 2 3 4 5 6 7");
	assert_ok(stack_separators(a->f->catalog, record, a->f->arena, &made, &count, &a->f->err),
	    &a->f->err);
	assert_int_equal(count, 4);
	assert_int_equal(made[2], 5);
	/* what a person put together stays together */
	assert_ok(
	    stack_split_arrived(a->f->catalog, &a->f->system, a->all, record, &count, &a->f->err),
	    &a->f->err);
	assert_int_equal(count, 0);
	assert_sound(a);
}

static void
a_stack_of_separators_stays(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 1, 1);
	size_t count = 0;

	fixture_sql(a->f,
	    "INSERT INTO page_mark(component, no, ordinal, kind, value, x, y, w, h, confidence)"
	    " SELECT max(id), 1, 0, 'separator', '', 0, 0, 0, 0, 1 FROM component");
	assert_ok(
	    stack_split_arrived(a->f->catalog, &a->f->system, a->all, record, &count, &a->f->err),
	    &a->f->err);
	assert_int_equal(count, 0);
	assert_string_equal(pages_of(a, record), "1");
	assert_sound(a);
}

static void
only_who_may_edit_arranges_and_only_drafts(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 3, 1), other = scan(a, 2, 101), who, at = 2;
	const struct stack_split how = { .record = record, .at = &at, .at_count = 1 };
	struct access *reader owned(access_freep) = NULL, *editor owned(access_freep) = NULL;
	const struct hold_new legal = { HOLD_LEGAL, "Thanh tra", "lý do", "QĐ 1" };
	const int64_t *made;
	size_t count;

	who = fixture_principal(a->f, PRINCIPAL_USER, "reader", 1);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ));
	reader = archive_access(a, who);
	who = fixture_principal(a->f, PRINCIPAL_USER, "editor", 1);
	archive_grant(
	    a, a->dossier, 0, who, PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ) | PERM_BIT(PERM_EDIT));
	editor = archive_access(a, who);
	assert_int_equal(stack_split(a->f->catalog, &a->f->system, reader, &how, a->f->arena, &made,
			     &count, &a->f->err),
	    ST_DENIED);
	/* may edit, but not add to the dossier */
	assert_int_equal(stack_split(a->f->catalog, &a->f->system, editor, &how, a->f->arena, &made,
			     &count, &a->f->err),
	    ST_DENIED);
	assert_int_equal(
	    stack_merge(a->f->catalog, &a->f->system, reader, record, 0, other, &a->f->err),
	    ST_DENIED);
	assert_int_equal(
	    stack_turn(a->f->catalog, &a->f->system, reader, record, 0, 1, 90, &a->f->err),
	    ST_DENIED);
	assert_int_equal(
	    stack_undo(a->f->catalog, &a->f->system, reader, record, 0, &a->f->err), ST_DENIED);
	assert_ok(
	    hold_open(a->f->catalog, &a->f->system, a->all, &legal, &who, &a->f->err), &a->f->err);
	assert_ok(hold_add(a->f->catalog, &a->f->system, a->all, who,
		      &(struct hold_object){ .record = other }, 1, &a->f->err),
	    &a->f->err);
	assert_int_equal(merge(a, record, other), ST_HELD);
	fixture_sql(
	    a->f, "UPDATE record SET state='declared' WHERE id=(SELECT min(id) FROM record)");
	assert_int_equal(split_at(a, record, 2, &who), ST_HELD);
	assert_string_equal(pages_of(a, record), "1 2 3");
}

static void
unlike_records_are_not_merged(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 2, 1), far = scan(a, 2, 101), high = scan(a, 1, 201);

	assert_ok(record_move(a->f->catalog, &a->f->system, a->all, far, a->other, &a->f->err),
	    &a->f->err);
	assert_int_equal(merge(a, record, far), ST_CONFLICT);
	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, high, 2, &a->f->err),
	    &a->f->err);
	archive_indexed(a);
	archive_refresh(a);
	assert_int_equal(merge(a, record, high), ST_CONFLICT);
	assert_int_equal(merge(a, record, record), ST_INVALID);
	assert_sound(a);
}

static void
a_version_that_is_old_changes_nothing(void **state)
{
	struct archive *a = *state;
	int64_t record = scan(a, 3, 1), at = 2, version = archive_load(a, record).version;
	struct stack_split how = { .record = record, .version = version, .at = &at, .at_count = 1 };
	const int64_t *made;
	size_t count;

	assert_ok(
	    stack_turn(a->f->catalog, &a->f->system, a->all, record, version, 2, 90, &a->f->err),
	    &a->f->err);
	assert_int_equal(stack_split(a->f->catalog, &a->f->system, a->all, &how, a->f->arena, &made,
			     &count, &a->f->err),
	    ST_PRECONDITION);
	assert_int_equal(
	    stack_undo(a->f->catalog, &a->f->system, a->all, record, version, &a->f->err),
	    ST_NOT_FOUND);
	assert_int_equal(
	    stack_turn(a->f->catalog, &a->f->system, a->all, record, 0, 4, 90, &a->f->err),
	    ST_NOT_FOUND);
	assert_int_equal(
	    stack_turn(a->f->catalog, &a->f->system, a->all, record, 0, 1, 45, &a->f->err),
	    ST_INVALID);
	how.version = 0;
	at = 4;
	assert_int_equal(stack_split(a->f->catalog, &a->f->system, a->all, &how, a->f->arena, &made,
			     &count, &a->f->err),
	    ST_INVALID);
	at = 1;
	assert_int_equal(stack_split(a->f->catalog, &a->f->system, a->all, &how, a->f->arena, &made,
			     &count, &a->f->err),
	    ST_INVALID);
	assert_string_equal(pages_of(a, record), "1 2 3");
}

/* --- any sequence ------------------------------------------------------------------------------ */

#define MODEL_RECORDS 64
#define MODEL_PAGES 24

struct model {
	int64_t id[MODEL_RECORDS];
	int page[MODEL_RECORDS][MODEL_PAGES * 2];
	int count[MODEL_RECORDS];
	int records;
};

static unsigned
draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % below;
}

static void
assert_as_model(struct archive *a, const struct model *m)
{
	for (int r = 0; r < m->records; r++) {
		struct strbuf want owned(strbuf_free) = STRBUF_INIT;

		if (m->count[r] == 0)
			continue;
		for (int i = 0; i < m->count[r]; i++)
			strbuf_addf(&want, "%s%d", i ? " " : "", m->page[r][i]);
		assert_string_equal(pages_of(a, m->id[r]), want.buf);
	}
}

static int
some_record(const struct model *m, unsigned *seed)
{
	int r;

	do
		r = (int)draw(seed, (unsigned)m->records);
	while (m->count[r] == 0);
	return r;
}

static bool
model_split(struct archive *a, struct model *m, unsigned *seed)
{
	int r = some_record(m, seed), n = m->count[r], at;
	int64_t made = 0;

	if (n < 2 || m->records == MODEL_RECORDS)
		return false;
	at = 1 + (int)draw(seed, (unsigned)n - 1);
	assert_ok(split_at(a, m->id[r], at + 1, &made), &a->f->err);
	m->id[m->records] = made;
	m->count[m->records] = n - at;
	memcpy(m->page[m->records++], &m->page[r][at], (size_t)(n - at) * sizeof(int));
	m->count[r] = at;
	return true;
}

static bool
model_merge(struct archive *a, struct model *m, unsigned *seed)
{
	int r = some_record(m, seed), o = some_record(m, seed);

	if (r == o)
		return false;
	assert_ok(merge(a, m->id[r], m->id[o]), &a->f->err);
	memcpy(&m->page[r][m->count[r]], m->page[o], (size_t)m->count[o] * sizeof(int));
	m->count[r] += m->count[o];
	m->count[o] = 0;
	return true;
}

static bool
model_move(struct archive *a, struct model *m, unsigned *seed)
{
	int r = some_record(m, seed), o = some_record(m, seed), at, to, page, list[MODEL_PAGES * 2];
	int n = 0;

	at = (int)draw(seed, (unsigned)m->count[r]);
	to = (int)draw(seed, (unsigned)m->count[o] + 1);
	if (r != o && m->count[r] == 1)
		return false;
	assert_ok(move(a, m->id[r], at + 1, m->id[o], to + 1), &a->f->err);
	page = m->page[r][at];
	for (int i = 0; i <= m->count[o]; i++) {
		if (i == to)
			list[n++] = page;
		if (i < m->count[o] && !(r == o && i == at))
			list[n++] = m->page[o][i];
	}
	memmove(&m->page[r][at], &m->page[r][at + 1], (size_t)(m->count[r] - at - 1) * sizeof(int));
	m->count[r]--;
	memcpy(m->page[o], list, (size_t)n * sizeof(int));
	m->count[o] = n;
	return true;
}

static void
any_sequence_keeps_every_page_once_and_can_be_undone(void **state)
{
	static bool (*const operations[])(struct archive *, struct model *,
	    unsigned *) = { model_split, model_merge, model_move, model_split };
	struct archive *a = *state;
	struct model m = { .records = 2 };
	unsigned seed = 20261126;

	for (int r = 0; r < 2; r++) {
		m.id[r] = scan(a, MODEL_PAGES / 2, 1 + 100 * r);
		m.count[r] = MODEL_PAGES / 2;
		for (int i = 0; i < m.count[r]; i++)
			m.page[r][i] = 1 + 100 * r + i;
	}
	for (int round = 0; round < 120; round++) {
		struct model before = m;
		int64_t changed;

		if (!operations[draw(&seed, 4)](a, &m, &seed))
			continue;
		assert_as_model(a, &m);
		assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM page"), MODEL_PAGES);
		assert_int_equal(
		    fixture_int(a->f, "SELECT count(DISTINCT words) FROM page"), MODEL_PAGES);
		changed = fixture_int(a->f,
		    "SELECT record FROM stack_run WHERE change=(SELECT max(id) FROM stack_change)"
		    " AND after=1 AND void=0 LIMIT 1");
		if (draw(&seed, 3) == 0) {
			assert_ok(undo(a, changed), &a->f->err);
			m = before;
			assert_as_model(a, &m);
		}
		if (round % 10 == 0)
			assert_sound(a);
	}
	assert_sound(a);
}

#define ARCHIVE_TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ARCHIVE_TEST(a_record_is_parted_and_put_together),
		ARCHIVE_TEST(what_was_merged_is_nobodys_and_out_of_the_index),
		ARCHIVE_TEST(an_undone_split_leaves_the_arrived_file_whole),
		ARCHIVE_TEST(a_page_is_moved_within_and_between),
		ARCHIVE_TEST(what_was_arranged_again_is_not_undone),
		ARCHIVE_TEST(separators_go_into_no_record),
		ARCHIVE_TEST(a_stack_of_separators_stays),
		ARCHIVE_TEST(only_who_may_edit_arranges_and_only_drafts),
		ARCHIVE_TEST(unlike_records_are_not_merged),
		ARCHIVE_TEST(a_version_that_is_old_changes_nothing),
		ARCHIVE_TEST(any_sequence_keeps_every_page_once_and_can_be_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
