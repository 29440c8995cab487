/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of records: who sees which, filters, cursors; against a plain reckoning. */
#include "record_fixture.h"

#define RECORDS 60
#define DOSSIERS 6
#define PEOPLE 4
#define MANY 24000 /* more than one look at the newest takes in */

/* A generator of our own: the same story on every machine. */
static uint32_t seed;

static unsigned
roll(unsigned sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % sides;
}

/* All pages of a list, one after another. */
static size_t
walk(struct archive *a, const struct access *access, struct record_filter filter, int64_t *ids)
{
	const struct record *records;
	size_t count, n = 0;

	do {
		assert_ok(record_list(a->f->catalog, access, &filter, a->f->arena, &records, &count,
			      &a->f->err),
		    &a->f->err);
		assert_true(count <= filter.limit);
		for (size_t i = 0; i < count; i++) {
			ids[n++] = records[i].id;
			filter.after = records[i].id;
		}
	} while (count == filter.limit);
	return n;
}

static bool
in_trouble(const struct record *r)
{
	return r->quarantine || r->reading == READING_PARTIAL || r->reading == READING_REFUSED ||
	    r->reading == READING_FAILED;
}

static bool
has_open_suggestion(struct archive *a, int64_t id)
{
	const struct suggestion *s;
	size_t n;

	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &s, &n, &a->f->err), &a->f->err);
	while (n--)
		if (strcmp(s[n].state, "new") == 0)
			return true;
	return false;
}

/* Record by record, with the rule in C. */
static size_t
reckon(struct archive *a, const struct access *access, const struct record_filter *f, int64_t *ids)
{
	size_t n = 0;

	for (int64_t id = RECORDS; id >= 1; id--) {
		struct record r, whole = archive_load(a, id);

		if (record_load(a->f->catalog, access, id, a->f->arena, &r, &a->f->err) != ST_OK)
			continue;
		if ((f->dossier && whole.home != f->dossier) ||
		    (f->reading >= 0 && (int)r.reading != f->reading) ||
		    (f->quarantine >= 0 && r.quarantine != (f->quarantine == 1)) ||
		    (f->review && !in_trouble(&r) && !has_open_suggestion(a, id)))
			continue;
		ids[n++] = id;
	}
	return n;
}

struct story {
	struct archive *a;
	int64_t dossier[DOSSIERS], person[PEOPLE];
};

static void
scatter_rights(struct story *s)
{
	struct archive *a = s->a;
	int64_t role = fixture_principal(a->f, PRINCIPAL_ROLE, "archivist", 0), id;
	char name[16];

	for (int i = 0; i < PEOPLE; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		s->person[i] = fixture_principal(a->f, PRINCIPAL_USER, name, (int)roll(4));
		if (roll(2))
			assert_ok(principal_join(
				      a->f->catalog, &a->f->system, role, s->person[i], &a->f->err),
			    &a->f->err);
	}
	for (int i = 0; i < 14; i++) {
		int64_t who = s->person[roll(PEOPLE)];
		unsigned perms = 1 + roll(PERM_ALL);
		unsigned kind = roll(3);
		int64_t record = kind == 2 ? 1 + roll(RECORDS) : 0;
		int64_t node = kind == 0 ? a->class_node : s->dossier[roll(DOSSIERS)];

		assert_ok(grant_add(a->f->catalog, &a->f->system, record ? 0 : node, record, who,
			      perms, 0, &id, &a->f->err),
		    &a->f->err);
	}
}

static void
scatter_records(struct story *s)
{
	static const char *const readings[] = { "waiting", "reading", "read", "partial", "refused",
		"failed" };
	struct archive *a = s->a;

	for (int i = 0; i < RECORDS; i++) {
		struct arrival arrival = archive_arrival(a, s->dossier[roll(DOSSIERS)]);

		arrival.level = (int)roll(5) - 1;
		archive_register(a, &arrival);
	}
	for (int i = 1; i <= RECORDS; i++) {
		fixture_sql(a->f,
		    arena_printf(a->f->arena,
			"UPDATE record SET reading='%s', quarantine=%u WHERE id=%d",
			readings[roll(6)], roll(4) ? 0 : roll(3), i));
		for (unsigned n = roll(3); n; n--)
			fixture_sql(a->f,
			    arena_printf(a->f->arena,
				"INSERT INTO suggestion(record, field, value, confidence, method,"
				" state) VALUES(%d, 'number', '%u', 0.5, 'x', '%s')",
				i, n, roll(2) ? "new" : "rejected"));
	}
}

static void
compare(struct story *s, const struct access *access)
{
	int64_t got[RECORDS + 1], want[RECORDS + 1];

	for (int i = 0; i < 24; i++) {
		struct record_filter f = { .reading = (int)roll(READING_COUNT + 6) - 6,
			.quarantine = (int)roll(3) - 1,
			.review = roll(2),
			.limit = 1 + roll(9) };
		size_t n, count;

		if (f.reading < 0)
			f.reading = -1;
		if (roll(2)) {
			struct node node;

			f.dossier = s->dossier[roll(DOSSIERS)];
			if (node_load(s->a->f->catalog, access, f.dossier, s->a->f->arena, &node,
				NULL) != ST_OK) {
				const struct record *none;

				assert_status(record_list(s->a->f->catalog, access, &f,
						  s->a->f->arena, &none, &count, &s->a->f->err),
				    ST_NOT_FOUND, &s->a->f->err);
				continue;
			}
		}
		n = reckon(s->a, access, &f, want);
		assert_int_equal(walk(s->a, access, f, got), n);
		assert_memory_equal(got, want, n * sizeof(got[0]));
	}
}

/* The count of a dossier is the length of its list. */
static void
compare_counts(struct story *s, const struct access *access)
{
	int64_t ids[RECORDS + 1];

	for (int i = 0; i < DOSSIERS; i++) {
		struct record_filter f = {
			.dossier = s->dossier[i], .reading = -1, .quarantine = -1, .limit = 7
		};
		struct node node;

		if (node_load(s->a->f->catalog, access, s->dossier[i], s->a->f->arena, &node,
			NULL) == ST_OK)
			assert_int_equal(node.records, walk(s->a, access, f, ids));
	}
}

static void
a_list_is_what_record_by_record_would_be_seen(void **state)
{
	struct story s = { .a = *state };

	for (int i = 0; i < DOSSIERS; i++)
		s.dossier[i] = archive_node(s.a, s.a->class_node, NODE_DOSSIER,
		    arena_printf(s.a->f->arena, "D%d", i), (int)roll(3));
	archive_refresh(s.a);
	s.a->all->caps |= CAP_INGEST; /* the reckoning sees all */
	scatter_records(&s);
	archive_refresh(s.a);
	scatter_rights(&s);
	archive_indexed(s.a);
	/* what the index has not seen yet: former classes count as well */
	for (int i = 0; i < RECORDS / 3; i++) {
		archive_refresh(s.a);
		s.a->all->caps |= CAP_INGEST;
		assert_ok(record_set_level(s.a->f->catalog, &s.a->f->system, s.a->all,
			      1 + roll(RECORDS), (int)roll(4), &s.a->f->err),
		    &s.a->f->err);
	}
	archive_refresh(s.a);
	s.a->all->caps |= CAP_INGEST;
	for (int i = 0; i < PEOPLE; i++) {
		struct access *access = archive_access(s.a, s.person[i]);

		compare(&s, access);
		compare_counts(&s, access);
		access_free(access);
	}
	compare(&s, s.a->all);
}

static int
next_story(void **state)
{
	seed = seed * 7 + 2026;
	return archive_set_up(state);
}

static void
bad_filters_are_refused(void **state)
{
	struct archive *a = *state;
	struct record_filter f = { .reading = -1, .quarantine = -1, .limit = 0 };
	const struct record *records;
	struct err *e = &a->f->err;
	size_t count;

	assert_status(record_list(a->f->catalog, a->all, &f, a->f->arena, &records, &count, e),
	    ST_INVALID, e);
	f.limit = 501;
	assert_status(record_list(a->f->catalog, a->all, &f, a->f->arena, &records, &count, e),
	    ST_INVALID, e);
	f.limit = 5;
	f.reading = READING_COUNT;
	assert_status(record_list(a->f->catalog, a->all, &f, a->f->arena, &records, &count, e),
	    ST_INVALID, e);
	f.reading = -1;
	assert_ok(record_list(a->f->catalog, a->all, &f, a->f->arena, &records, &count, e), e);
	assert_int_equal(count, 0);
	f.dossier = a->class_node;
	assert_status(record_list(a->f->catalog, a->all, &f, a->f->arena, &records, &count, e),
	    ST_NOT_FOUND, e);
}

/* Rows as they would be after years, put in by one statement. */
static void
fill(struct archive *a, int64_t dossier, int from, int count)
{
	fixture_sql(a->f,
	    arena_printf(a->f->arena,
		"WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i+1 FROM n WHERE i<%d)"
		" INSERT INTO record(id, uid, level, effective_level, access_class, reading,"
		" created) SELECT i, 'u' || i, 0, 0, (SELECT access_class FROM node WHERE id=%lld),"
		" 'read', 0 FROM n",
		from, from + count - 1, (long long)dossier));
	fixture_sql(a->f,
	    arena_printf(a->f->arena,
		"INSERT INTO dossier_item(dossier, record, ordinal, home)"
		" SELECT %lld, id, id, 1 FROM record WHERE id>=%d AND id<%d",
		(long long)dossier, from, from + count));
}

static void
who_sees_little_of_much_gets_full_pages_at_a_constant_number_of_statements(void **state)
{
	struct archive *a = *state;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1), *ids;
	struct record_filter f = { .reading = -1, .quarantine = -1, .limit = 7 };
	const struct record *records;
	struct access *access;
	uint64_t before, few, all;
	size_t count;

	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_LIST));
	fill(a, a->dossier, 1, 20);
	fill(a, a->other, 21, MANY);
	fill(a, a->dossier, 21 + MANY, 3);
	access = archive_access(a, who);
	ids = calloc(MANY + 100, sizeof(*ids));
	assert_non_null(ids);
	assert_int_equal(walk(a, access, f, ids), 23);
	assert_int_equal(ids[0], MANY + 23);
	assert_int_equal(ids[2], MANY + 21);
	for (int i = 3; i < 23; i++)
		assert_int_equal(ids[i], 23 - i);
	before = catalog_statements(a->f->catalog);
	assert_ok(record_list(a->f->catalog, access, &f, a->f->arena, &records, &count, &a->f->err),
	    &a->f->err);
	assert_int_equal(count, 7);
	few = catalog_statements(a->f->catalog) - before;
	f.limit = 50;
	before = catalog_statements(a->f->catalog);
	assert_ok(record_list(a->f->catalog, access, &f, a->f->arena, &records, &count, &a->f->err),
	    &a->f->err);
	all = catalog_statements(a->f->catalog) - before;
	assert_int_equal(few, all);
	f.limit = 500;
	assert_int_equal(walk(a, a->all, f, ids), MANY + 23);
	access_free(access);
	free(ids);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
#define STORY \
	cmocka_unit_test_setup_teardown( \
	    a_list_is_what_record_by_record_would_be_seen, next_story, archive_tear_down)
	const struct CMUnitTest tests[] = {
		STORY,
		STORY,
		STORY,
		STORY,
		STORY,
		STORY,
		TEST(bad_filters_are_refused),
		TEST(who_sees_little_of_much_gets_full_pages_at_a_constant_number_of_statements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
