/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Access said in four ways about 1,000 random trees: by the model (access_model.h), by the bitmaps
 * of access_load, by the predicate of catalogue lists and by the filter of the index.  All four must
 * name the same records; after changes that the index has not seen yet, nothing may be found that
 * the present rights do not allow.
 */
/* link: -Wl,--wrap=db_query */
#include "access_model.h"

#include <sys/stat.h>

#include "../../core/access_filter.h"
#include "access.h"
#include "retrieval.h"

#define TREES 1000
#define CHANGES 24
#define LATE_CHANGES 4

struct trees {
	struct fixture *f;
	struct model m;
	char index_dir[4200];
	struct search_reader *reader;
	int seen, unseen; /* answers of both kinds that were compared */
};

/* A set of records is one bit for each. */

_Static_assert(RECORDS <= 32, "a set of records is a uint32_t");

static uint32_t
by_model(const struct trees *t, int user, unsigned permissions)
{
	uint32_t set = 0;
	int r;

	for (r = 0; r < RECORDS; r++)
		if (model_record(&t->m, user, r) & permissions)
			set |= 1u << r;
	return set;
}

static uint32_t
set_of(const struct trees *t, int64_t record)
{
	int r;

	for (r = 0; r < RECORDS; r++)
		if (t->m.record[r] == record)
			return 1u << r;
	fail_msg("record %d is none of the tree", (int)record);
	return 0;
}

struct bitmaps {
	const struct trees *t;
	const struct access *access;
	enum permission permission;
	uint32_t set;
};

static enum status
take_bitmap(struct db_row *row, void *payload, struct err *err)
{
	struct bitmaps *b = payload;

	(void)err;
	if (access_can_record(
		b->access, b->permission, db_column_int(row, 1), db_column_int(row, 2)))
		b->set |= set_of(b->t, db_column_int(row, 0));
	return ST_OK;
}

static uint32_t
by_bitmaps(const struct trees *t, const struct access *access, enum permission permission)
{
	struct bitmaps b = { t, access, permission, 0 };

	assert_ok(
	    db_query(t->f->catalog->db, "SELECT id, access_class, old_access_class FROM record",
		DB_NONE, take_bitmap, &b, &t->f->err),
	    &t->f->err);
	return b.set;
}

static uint32_t
by_list(const struct trees *t, const struct access *access)
{
	struct record_filter filter = { .reading = -1, .quarantine = -1, .limit = 100 };
	const struct record *row;
	uint32_t set = 0;
	size_t count, i;

	assert_ok(
	    record_list(t->f->catalog, access, &filter, t->f->arena, &row, &count, &t->f->err),
	    &t->f->err);
	for (i = 0; i < count; i++)
		set |= set_of(t, row[i].id);
	return set;
}

/* As a user searches: index, what lags, and the check of each hit. */
static unsigned statements; /* of the catalogue */

enum status __real_db_query(
    struct db *, const char *, const struct db_value *, size_t, db_step, void *, struct err *);
enum status __wrap_db_query(
    struct db *, const char *, const struct db_value *, size_t, db_step, void *, struct err *);

enum status
__wrap_db_query(struct db *db, const char *sql, const struct db_value *args, size_t count,
    db_step step, void *payload, struct err *err)
{
	statements++;
	return __real_db_query(db, sql, args, count, step, payload, err);
}

static uint32_t
by_index(struct trees *t, const struct access *access)
{
	struct retrieval over = { .from.catalog = t->f->catalog, .reader = t->reader };
	struct search_request request = {
		.limit = 100, .sort = SEARCH_NEWEST, .facets = SEARCH_FACETS_ALL
	};
	struct search_query *query owned(search_query_freep) = search_query_new(SPAN("giay"));
	struct retrieval_answer answer;
	uint32_t set = 0;
	size_t i, faceted = 0;

	statements = 0;
	assert_ok(
	    retrieval_run(&over, access, query, &request, 0, t->f->arena, &answer, &t->f->err),
	    &t->f->err);
	/*
	 * What lags, the hits, the names of dossiers, retention and holds (five when they changed):
	 * never one for each record, class or group.
	 */
	assert_in_range(statements, 2, 8);
	for (i = 0; i < answer.count; i++)
		set |= set_of(t, answer.hits[i].record->id);
	for (i = 0; i < answer.result->facets[SEARCH_TYPES].count; i++)
		faceted += answer.result->facets[SEARCH_TYPES].list[i].count;
	/* Totals and facets count what is shown, no more. */
	assert_true(answer.result->total_exact);
	assert_int_equal(answer.result->total, answer.count);
	assert_int_equal(faceted, answer.count);
	retrieval_answer_end(&answer);
	return set;
}

struct to_index {
	struct search_index *index;
	const struct trees *t;
};

static enum status
put_record(struct db_row *row, void *payload, struct err *err)
{
	struct to_index *to = payload;
	const struct search_page page = { .text = SPAN("Mot to giay trong kho") };
	struct search_document d = {
		.record = db_column_int(row, 0),
		.uid = db_column_text(row, 1, to->t->f->arena),
		.access_class = db_column_int(row, 2),
		.level = (int)db_column_int(row, 3),
		.state = "declared",
		.pages = &page,
		.page_count = 1,
	};

	d.field[FIELD_TYPE].value = SPAN("BC");
	return search_index_put(to->index, &d, NULL, NULL, err);
}

static void
put_all(struct trees *t)
{
	struct to_index to = { .t = t };

	search_reader_closep(&t->reader);
	assert_ok(search_index_open(&to.index, t->index_dir, true, &t->f->err), &t->f->err);
	assert_ok(
	    db_query(t->f->catalog->db, "SELECT id, uid, access_class, effective_level FROM record",
		DB_NONE, put_record, &to, &t->f->err),
	    &t->f->err);
	assert_ok(search_index_commit(to.index, 1, &t->f->err), &t->f->err);
	search_index_close(to.index);
	index_all(t->f);
	assert_ok(search_reader_open(&t->reader, t->index_dir, &t->f->err), &t->f->err);
}

static void
change(struct trees *t)
{
	static void (*const changes[])(struct fixture *, struct model *) = {
		change_grant,
		change_grant,
		change_grant,
		change_inheritance,
		change_place,
		change_person,
	};

	changes[pick(&t->m, 6)](t->f, &t->m);
}

static void
told(const char *what, uint64_t tree, int user, uint32_t got, uint32_t want)
{
	if (got != want)
		fail_msg("tree %d, user %d: %s gives %03x, the rights are %03x", (int)tree, user,
		    what, got, want);
}

/* Index and catalogue say what the model says. */
static void
compare_all(struct trees *t, uint64_t tree)
{
	const unsigned sees = PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ);
	int user, p, i;

	for (user = 0; user < USERS; user++) {
		struct access *access owned(access_freep) = NULL;
		uint32_t read = by_model(t, user, PERM_BIT(PERM_READ));

		assert_ok(
		    access_load(&access, t->f->catalog, t->m.who[user], &t->f->err), &t->f->err);
		for (p = 0; p < PERM_COUNT; p++)
			told("the bitmap", tree, user, by_bitmaps(t, access, (enum permission)p),
			    by_model(t, user, PERM_BIT(p)));
		told("the catalogue's list", tree, user, by_list(t, access),
		    by_model(t, user, sees));
		told("the index", tree, user, by_index(t, access), read);
		for (i = 0; i < RECORDS; i++)
			*(read >> i & 1 ? &t->seen : &t->unseen) += 1;
	}
}

/* The index lags: what is found is what old and new class admit, and never more than is allowed. */
static void
compare_late(struct trees *t, uint64_t tree)
{
	int user;

	for (user = 0; user < USERS; user++) {
		struct access *access owned(access_freep) = NULL;
		uint32_t read = by_model(t, user, PERM_BIT(PERM_READ)), both, found;

		assert_ok(
		    access_load(&access, t->f->catalog, t->m.who[user], &t->f->err), &t->f->err);
		both = by_bitmaps(t, access, PERM_READ);
		found = by_index(t, access);
		told("the old index", tree, user, found, both);
		told("the old index beyond the rights", tree, user, found & ~read, 0);
	}
}

static void
one_tree(struct trees *t, uint64_t seed)
{
	int i;

	memset(&t->m, 0, sizeof(t->m));
	t->m.seed = seed * 2654435761u + 1;
	assert_ok(db_begin(t->f->catalog->db, &t->f->err), &t->f->err);
	build(t->f, &t->m);
	for (i = 0; i < CHANGES; i++)
		change(t);
	put_all(t);
	compare_all(t, seed);
	for (i = 0; i < LATE_CHANGES; i++)
		change(t);
	compare_late(t, seed);
	/* The next tree grows on the same ground. */
	db_rollback(t->f->catalog->db);
	arena_reset(t->f->arena);
}

static void
four_ways_agree_on_random_trees(void **state)
{
	static struct trees t;
	uint64_t seed;

	t.f = *state;
	snprintf(t.index_dir, sizeof(t.index_dir), "%s/index", t.f->dir);
	assert_int_equal(mkdir(t.index_dir, 0700), 0);
	for (seed = 0; seed < TREES; seed++)
		one_tree(&t, seed);
	search_reader_closep(&t.reader);
	/* Both answers were met, often. */
	assert_true(t.seen > TREES * USERS * RECORDS / 20);
	assert_true(t.unseen > TREES * USERS * RECORDS / 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(four_ways_agree_on_random_trees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
