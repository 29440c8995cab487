/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_fixture.h"

#include <sys/stat.h>

#include "retrieval.h"

/* Searches with their re-check, texts and snippets: an archive with an index of it. */
#define RECORDS 40 /* a list, and fewer than one statement asks for */
#define PAGES 2
#define SNIPPET_CHARS 200

struct library {
	struct archive *a;
	struct retrieval from;
};

static void
say_page(struct library *l, int64_t record, int page, const char *text)
{
	struct strbuf bytes owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = words_new();
	struct fixture *f = l->a->f;
	struct span rest = span_of(text);
	struct component component;
	int no;

	ws->width = 1000;
	ws->height = 1400;
	ws->dpi = 120;
	while (rest.n > 0) {
		struct word word = { .start = ws->count ? WORD_SAME_LINE : WORD_NEW_BLOCK,
			.confidence = 90,
			.w = 1,
			.h = 1 };

		assert_ok(words_add(ws, span_cut(&rest, ' '), &word, &f->err), &f->err);
	}
	assert_ok(record_locate_page(f->catalog, record, page, f->arena, &component, &no, &f->err),
	    &f->err);
	words_write(ws, &bytes);
	assert_ok(derived_put(l->from.from.derived, component.derived,
		      component.derived_before + (uint32_t)no, DERIVED_WORDS, strbuf_span(&bytes),
		      &f->err),
	    &f->err);
}

static const char *
text_of(struct library *l, int64_t record, int page)
{
	return arena_printf(l->a->f->arena,
	    page == PAGES ? "quyết định số %lld của sở du lịch" : "trang đầu %lld",
	    (long long)record);
}

static void
put_record(struct library *l, struct search_index *index, int64_t id)
{
	struct search_page pages[PAGES];
	struct record record = archive_load(l->a, id);
	struct search_document d = { .record = id,
		.uid = record.uid,
		.access_class = record.access_class,
		.level = record.effective_level,
		.state = "captured",
		.pages = pages,
		.page_count = PAGES };

	for (int i = 0; i < PAGES; i++) {
		pages[i] = (struct search_page){ span_of(text_of(l, id, i + 1)), "vi" };
		say_page(l, id, i + 1, text_of(l, id, i + 1));
	}
	assert_ok(search_index_put(index, &d, NULL, NULL, &l->a->f->err), &l->a->f->err);
}

static void
library_open(void **state, struct library *l)
{
	static const struct job_result read = { .reading = READING_READ };
	struct search_index *index owned(search_index_closep) = NULL;
	struct fixture *f;
	const char *dir;

	l->a = *state;
	f = l->a->f;
	f->conf->store_reserve = 0;
	l->from.from.catalog = f->catalog;
	assert_ok(store_open(&l->from.from.store, f->conf, &f->err), &f->err);
	assert_ok(derived_open(&l->from.from.derived, f->conf, &f->err), &f->err);
	dir = arena_printf(f->arena, "%s/index", f->dir);
	assert_true(mkdir(dir, 0700) == 0 || errno == EEXIST);
	assert_ok(search_index_open(&index, dir, false, &f->err), &f->err);
	for (int i = 0; i < RECORDS; i++) {
		(void)archive_record(l->a, l->a->dossier);
		put_record(l, index, archive_read(l->a, PAGES, &read));
	}
	assert_ok(search_index_commit(index, 1, &f->err), &f->err);
	archive_indexed(l->a);
	archive_refresh(l->a);
	assert_ok(search_reader_open(&l->from.reader, dir, &f->err), &f->err);
}

static void
library_close(struct library *l)
{
	search_reader_close(l->from.reader);
	derived_close(l->from.from.derived);
	store_close(l->from.from.store);
}

/* Statements on the catalogue for the first so many hits, all with a snippet of the right page. */
static uint64_t
statements_of(struct library *l, size_t limit)
{
	struct search_query *query owned(search_query_freep) = search_query_new(SPAN("du lịch"));
	struct search_request request = { .limit = limit, .facets = SEARCH_FACETS_ALL };
	struct retrieval_answer answer;
	struct fixture *f = l->a->f;
	uint64_t before = catalog_statements(f->catalog);

	assert_ok(retrieval_run(&l->from, l->a->all, query, &request, SNIPPET_CHARS, f->arena,
		      &answer, &f->err),
	    &f->err);
	before = catalog_statements(f->catalog) - before;
	assert_int_equal(answer.count, limit);
	assert_int_equal(answer.result->total, RECORDS);
	for (size_t i = 0; i < answer.count; i++) {
		const char *text = text_of(l, answer.hits[i].record->id, PAGES);

		assert_string_equal(answer.hits[i].snippet.p, text);
		assert_int_equal(answer.hits[i].mark_count, 2);
		assert_int_equal(answer.hits[i].page, SEARCH_AS_TYPED);
	}
	retrieval_answer_end(&answer);
	return before;
}

static void
a_search_asks_the_catalogue_as_often_for_many_hits_as_for_one(void **state)
{
	struct library l = { 0 };
	uint64_t one;

	library_open(state, &l);
	(void)statements_of(&l, 1); /* reads what the handle keeps */
	one = statements_of(&l, 1);
	assert_true(one > 0);
	assert_int_equal(statements_of(&l, 10), one);
	assert_int_equal(statements_of(&l, RECORDS), one);
	library_close(&l);
}

static void
a_search_walks_over_no_table(void **state)
{
	struct search_query *query owned(search_query_freep) = search_query_new(SPAN("du lịch"));
	struct search_request request = { .limit = RECORDS, .facets = SEARCH_FACETS_ALL };
	struct retrieval_answer answer;
	struct library l = { 0 };
	struct fixture *f;
	uint64_t before;

	library_open(state, &l);
	f = l.a->f;
	(void)statements_of(&l, 1);
	before = catalog_walked(f->catalog);
	assert_ok(retrieval_run(&l.from, l.a->all, query, &request, 0, f->arena, &answer, &f->err),
	    &f->err);
	assert_int_equal(answer.count, RECORDS);
	assert_int_equal(catalog_walked(f->catalog), before);
	retrieval_answer_end(&answer);
	library_close(&l);
}

static void
a_hit_whose_text_is_gone_is_still_a_hit(void **state)
{
	struct library l = { 0 };
	struct search_query *query owned(search_query_freep) = search_query_new(SPAN("du lịch"));
	struct search_request request = { .limit = RECORDS };
	struct retrieval_answer answer;
	struct fixture *f;

	library_open(state, &l);
	f = l.a->f;
	fixture_sql(f, "DELETE FROM page WHERE component=(SELECT max(id) FROM component)");
	assert_ok(retrieval_run(&l.from, l.a->all, query, &request, SNIPPET_CHARS, f->arena,
		      &answer, &f->err),
	    &f->err);
	assert_int_equal(answer.count, RECORDS);
	for (size_t i = 0; i < answer.count; i++)
		assert_int_equal(
		    answer.hits[i].snippet.n == 0, answer.hits[i].record->id == RECORDS);
	retrieval_answer_end(&answer);
	library_close(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_search_asks_the_catalogue_as_often_for_many_hits_as_for_one, archive_set_up,
		    archive_tear_down),
		cmocka_unit_test_setup_teardown(
		    a_search_walks_over_no_table, archive_set_up, archive_tear_down),
		cmocka_unit_test_setup_teardown(
		    a_hit_whose_text_is_gone_is_still_a_hit, archive_set_up, archive_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
