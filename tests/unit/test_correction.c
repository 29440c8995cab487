/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_fixture.h"

#include "page_text.h"

static void
add(struct words *ws, const char *text, enum word_break start, int32_t x)
{
	struct word word = { .start = (uint8_t)start,
		.confidence = 60,
		.flags = WORD_WEAK_RED,
		.x = x,
		.y = 10,
		.w = 100,
		.h = 20 };
	struct err err = ERR_INIT;

	assert_ok(words_add(ws, span_of(text), &word, &err), &err);
}

/* "mot hai\nba\n\nbon nam" */
static struct words *
sample(void)
{
	struct words *ws = words_new();

	ws->width = 1000;
	ws->height = 1400;
	ws->dpi = 120;
	add(ws, "mot", WORD_NEW_BLOCK, 0);
	add(ws, "hai", WORD_SAME_LINE, 110);
	add(ws, "ba", WORD_NEW_LINE, 0);
	add(ws, "bon", WORD_NEW_BLOCK, 0);
	add(ws, "nam", WORD_SAME_LINE, 110);
	return ws;
}

/* --- word by word --- */

static struct words *
edited(const struct correction_edit *edits, size_t count)
{
	struct words *ws owned(words_freep) = sample(), *made = NULL;
	struct err err = ERR_INIT;

	assert_ok(correction_edit(ws, edits, count, &made, &err), &err);
	assert_int_equal(made->width, 1000);
	assert_int_equal(made->dpi, 120);
	return made;
}

static void
a_word_is_replaced_where_it_stands(void **state)
{
	const struct correction_edit edit = { 1, SPAN("hải") };
	struct words *ws owned(words_freep) = edited(&edit, 1);

	(void)state;
	assert_string_equal(ws->text.buf, "mot hải\nba\n\nbon nam");
	assert_int_equal(ws->word[1].x, 110);
	assert_int_equal(ws->word[1].w, 100);
	assert_int_equal(ws->word[1].confidence, 100);
	assert_false(word_weak(&ws->word[1]));
	assert_int_equal(ws->word[0].confidence, 60);
	assert_true(word_weak(&ws->word[0]));
}

static void
a_word_that_is_right_stops_being_weak(void **state)
{
	const struct correction_edit edit = { 3, SPAN("bon") };
	struct words *ws owned(words_freep) = edited(&edit, 1);

	(void)state;
	assert_string_equal(ws->text.buf, "mot hai\nba\n\nbon nam");
	assert_false(word_weak(&ws->word[3]));
	assert_int_equal(ws->word[3].start, WORD_NEW_BLOCK);
}

static void
a_word_that_goes_leaves_its_break(void **state)
{
	const struct correction_edit edits[] = { { 2, SPAN("") }, { 3, SPAN(" \t") } };
	struct words *ws owned(words_freep) = edited(edits, 2);

	(void)state;
	assert_string_equal(ws->text.buf, "mot hai\n\nnam");
}

static void
two_words_share_the_box_of_one(void **state)
{
	const struct correction_edit edit = { 0, SPAN("một hai") };
	struct words *ws owned(words_freep) = edited(&edit, 1);

	(void)state;
	assert_string_equal(ws->text.buf, "một hai hai\nba\n\nbon nam");
	assert_int_equal(ws->word[0].x, 0);
	assert_true(ws->word[0].w > 0 && ws->word[0].w < 100);
	assert_true(ws->word[1].x >= (int32_t)ws->word[0].w);
	assert_true(ws->word[1].x + (int32_t)ws->word[1].w <= 100);
	assert_int_equal(ws->word[1].start, WORD_SAME_LINE);
}

static void
edits_out_of_order_or_place_are_refused(void **state)
{
	const struct correction_edit twice[] = { { 1, SPAN("a") }, { 1, SPAN("b") } };
	const struct correction_edit beyond = { 5, SPAN("a") };
	struct words *ws owned(words_freep) = sample(), *made = NULL;

	(void)state;
	assert_int_equal(correction_edit(ws, twice, 2, &made, NULL), ST_INVALID);
	assert_int_equal(correction_edit(ws, &beyond, 1, &made, NULL), ST_INVALID);
	assert_null(made);
}

/* --- a whole page --- */

static struct words *
rewritten(const char *text)
{
	struct words *ws owned(words_freep) = sample(), *made = NULL;
	struct err err = ERR_INIT;

	assert_ok(correction_text(ws, span_of(text), &made, &err), &err);
	assert_string_equal(made->text.buf, text);
	return made;
}

static void
the_same_text_changes_nothing(void **state)
{
	struct words *old owned(words_freep) = sample();
	struct words *ws owned(words_freep) = rewritten("mot hai\nba\n\nbon nam");

	(void)state;
	assert_int_equal(ws->count, old->count);
	for (size_t i = 0; i < ws->count; i++)
		assert_memory_equal(&ws->word[i], &old->word[i], sizeof(ws->word[i]));
}

static void
changed_words_take_the_place_of_those_they_replace(void **state)
{
	struct words *ws owned(words_freep) = rewritten("mot hai\nba\n\nbốn năm");

	(void)state;
	assert_int_equal(ws->word[3].x, 0);
	assert_int_equal(ws->word[4].x, 110);
	assert_int_equal(ws->word[4].w, 100);
	assert_int_equal(ws->word[3].confidence, 100);
	assert_int_equal(ws->word[0].confidence, 60);
}

static void
a_word_between_two_has_no_box(void **state)
{
	struct words *ws owned(words_freep) = rewritten("mot và hai\nba\n\nbon nam");

	(void)state;
	assert_int_equal(ws->count, 6);
	assert_int_equal(ws->word[1].w, 0);
	assert_int_equal(ws->word[2].x, 110);
}

static void
fewer_words_enclose_more(void **state)
{
	struct words *ws owned(words_freep) = rewritten("mothai\nba\n\nbon nam");

	(void)state;
	assert_int_equal(ws->word[0].x, 0);
	assert_int_equal(ws->word[0].w, 210);
}

static void
a_text_of_nothing_and_one_of_everything(void **state)
{
	struct words *none owned(words_freep) = rewritten("");
	struct words *new owned(words_freep) = rewritten("hoàn\ntoàn khác hẳn");
	struct words *empty owned(words_freep) = words_new(), *made owned(words_freep) = NULL;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(none->count, 0);
	assert_int_equal(new->count, 4);
	assert_ok(correction_text(empty, SPAN("trang trống"), &made, &err), &err);
	assert_int_equal(made->count, 2);
	assert_int_equal(made->word[0].w, 0);
}

/* However a page is rewritten, its text is the new one and unchanged words keep their boxes. */
static void
any_rewriting_gives_the_new_text(void **state)
{
	static const char *const vocabulary[] = { "a", "b", "c", "d" };
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct words *old owned(words_freep) = words_new(), *made owned(words_freep) = NULL;
		struct strbuf text owned(strbuf_free) = STRBUF_INIT;
		struct err err = ERR_INIT;
		int n = (seed = seed * 1103515245 + 12345) >> 16 & 7, m;

		for (int i = 0; i < n; i++)
			add(old, vocabulary[(seed = seed * 1103515245 + 12345) >> 16 & 3],
			    WORD_SAME_LINE, i * 110);
		m = (seed = seed * 1103515245 + 12345) >> 16 & 7;
		for (int i = 0; i < m; i++)
			strbuf_addf(&text, "%s%s", i ? " " : "",
			    vocabulary[(seed = seed * 1103515245 + 12345) >> 16 & 3]);
		assert_ok(correction_text(old, strbuf_span(&text), &made, &err), &err);
		assert_string_equal(made->text.buf, text.buf);
		for (size_t i = 0; i < made->count; i++)
			if (made->word[i].confidence == 60) {
				size_t from = (size_t)made->word[i].x / 110;

				assert_true(span_equal(words_text(made, i), words_text(old, from)));
			}
	}
}

/* --- in the catalogue --- */

struct shelf {
	struct archive *a;
	struct store *store;
	struct derived *derived;
	int64_t record;
};

static const struct job_result done = { .reading = READING_READ };

static void
shelf_open(void **state, struct shelf *s)
{
	struct strbuf bytes owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = sample();
	struct component component;
	struct fixture *f;
	int no;

	s->a = *state;
	f = s->a->f;
	f->conf->store_reserve = 0;
	assert_ok(store_open(&s->store, f->conf, &f->err), &f->err);
	assert_ok(derived_open(&s->derived, f->conf, &f->err), &f->err);
	s->record = archive_record(s->a, s->a->dossier);
	(void)archive_read(s->a, 2, &done);
	assert_ok(record_locate_page(f->catalog, s->record, 2, f->arena, &component, &no, &f->err),
	    &f->err);
	words_write(ws, &bytes);
	assert_ok(derived_put(s->derived, component.derived, 2, DERIVED_WORDS, strbuf_span(&bytes),
		      &f->err),
	    &f->err);
}

static void
shelf_close(struct shelf *s)
{
	store_close(s->store);
	derived_close(s->derived);
}

static enum status
say(struct shelf *s, const struct access *access, const char *text, int64_t expected,
    int64_t *version)
{
	struct strbuf bytes owned(strbuf_free) = STRBUF_INIT;
	struct words *ws owned(words_freep) = sample(), *made owned(words_freep) = NULL;
	struct correction_new given = { .record = s->record, .page = 2, .expected = expected };
	struct fixture *f = s->a->f;
	struct store_blob blob;

	assert_ok(correction_text(ws, span_of(text), &made, &f->err), &f->err);
	words_write(made, &bytes);
	assert_ok(store_put_bytes(s->store, strbuf_span(&bytes), &blob, &f->err), &f->err);
	given.sha256 = blob.sha256;
	given.size = (int64_t)blob.size;
	given.words = (int64_t)made->count;
	return correction_add(f->catalog, &f->system, access, &given, version, &f->err);
}

static void
assert_text(struct shelf *s, int64_t version, const char *wanted)
{
	struct text_source from = { s->a->f->catalog, s->store, s->derived };
	struct page_text text owned(page_text_end) = { 0 };
	struct fixture *f = s->a->f;

	assert_ok(
	    page_text_of_record(&from, s->record, 2, version, f->arena, &text, &f->err), &f->err);
	assert_string_equal(text.words->text.buf, wanted);
}

static void
the_newest_is_shown_and_the_reading_stays(void **state)
{
	struct shelf s;
	int64_t version = 0;

	shelf_open(state, &s);
	assert_text(&s, PAGE_TEXT_NEWEST, "mot hai\nba\n\nbon nam");
	assert_ok(say(&s, s.a->all, "một", 0, &version), &s.a->f->err);
	assert_int_equal(version, 1);
	assert_ok(say(&s, s.a->all, "một hai", 1, &version), &s.a->f->err);
	assert_int_equal(version, 2);
	assert_text(&s, PAGE_TEXT_NEWEST, "một hai");
	assert_text(&s, 1, "một");
	assert_text(&s, 0, "mot hai\nba\n\nbon nam");
	shelf_close(&s);
}

static void
what_was_corrected_meanwhile_is_not_overwritten(void **state)
{
	struct shelf s;
	int64_t version = 0, seq;

	shelf_open(state, &s);
	assert_ok(say(&s, s.a->all, "một", 0, &version), &s.a->f->err);
	seq = archive_load(s.a, s.record).index_seq;
	assert_int_equal(say(&s, s.a->all, "hai", 0, &version), ST_PRECONDITION);
	assert_text(&s, PAGE_TEXT_NEWEST, "một");
	assert_int_equal(archive_load(s.a, s.record).index_seq, seq);
	assert_ok(say(&s, s.a->all, "hai", PAGE_TEXT_NEWEST, &version), &s.a->f->err);
	assert_text(&s, PAGE_TEXT_NEWEST, "hai");
	shelf_close(&s);
}

static void
the_index_and_the_log_learn_of_it(void **state)
{
	struct shelf s;
	int64_t version = 0, before;
	struct record old, new;

	shelf_open(state, &s);
	old = archive_load(s.a, s.record);
	before = fixture_int(
	    s.a->f, "SELECT count(*) FROM event WHERE action='page.correct' AND page=2");
	assert_ok(say(&s, s.a->all, "một", 0, &version), &s.a->f->err);
	new = archive_load(s.a, s.record);
	assert_true(new.index_seq > old.index_seq);
	assert_true(new.version > old.version);
	assert_int_equal(fixture_int(s.a->f,
			     "SELECT count(*) FROM event WHERE action='page.correct' AND page=2"),
	    before + 1);
	assert_int_equal(
	    fixture_int(s.a->f, "SELECT count(*) FROM rendition WHERE kind='text'"), 1);
	shelf_close(&s);
}

static void
only_who_may_edit_and_read_corrects(void **state)
{
	struct shelf s;
	struct access *reader owned(access_freep) = NULL, *editor owned(access_freep) = NULL;
	struct access *stranger owned(access_freep) = NULL;
	int64_t version = 0, who;

	shelf_open(state, &s);
	who = fixture_principal(s.a->f, PRINCIPAL_USER, "reader", 1);
	archive_grant(s.a, s.a->dossier, 0, who, PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ));
	reader = archive_access(s.a, who);
	who = fixture_principal(s.a->f, PRINCIPAL_USER, "blind", 1);
	archive_grant(s.a, s.a->dossier, 0, who, PERM_BIT(PERM_LIST) | PERM_BIT(PERM_EDIT));
	editor = archive_access(s.a, who);
	who = fixture_principal(s.a->f, PRINCIPAL_USER, "stranger", 1);
	stranger = archive_access(s.a, who);
	assert_int_equal(say(&s, reader, "một", 0, &version), ST_DENIED);
	assert_int_equal(say(&s, editor, "một", 0, &version), ST_DENIED);
	assert_int_equal(say(&s, stranger, "một", 0, &version), ST_NOT_FOUND);
	assert_text(&s, PAGE_TEXT_NEWEST, "mot hai\nba\n\nbon nam");
	shelf_close(&s);
}

static void
a_correction_needs_a_page_and_a_reading(void **state)
{
	struct shelf s;
	struct correction_new given = { .page = 3, .expected = 0 };
	int64_t version = 0;

	shelf_open(state, &s);
	given.record = s.record;
	given.sha256 = archive_digest(s.a, 99);
	assert_int_equal(correction_add(s.a->f->catalog, &s.a->f->system, s.a->all, &given,
			     &version, &s.a->f->err),
	    ST_NOT_FOUND);
	given.record = archive_record(s.a, s.a->dossier);
	given.page = 1;
	assert_int_equal(correction_add(s.a->f->catalog, &s.a->f->system, s.a->all, &given,
			     &version, &s.a->f->err),
	    ST_CONFLICT);
	shelf_close(&s);
}

#define ARCHIVE_TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_replaced_where_it_stands),
		cmocka_unit_test(a_word_that_is_right_stops_being_weak),
		cmocka_unit_test(a_word_that_goes_leaves_its_break),
		cmocka_unit_test(two_words_share_the_box_of_one),
		cmocka_unit_test(edits_out_of_order_or_place_are_refused),
		cmocka_unit_test(the_same_text_changes_nothing),
		cmocka_unit_test(changed_words_take_the_place_of_those_they_replace),
		cmocka_unit_test(a_word_between_two_has_no_box),
		cmocka_unit_test(fewer_words_enclose_more),
		cmocka_unit_test(a_text_of_nothing_and_one_of_everything),
		cmocka_unit_test(any_rewriting_gives_the_new_text),
		ARCHIVE_TEST(the_newest_is_shown_and_the_reading_stays),
		ARCHIVE_TEST(what_was_corrected_meanwhile_is_not_overwritten),
		ARCHIVE_TEST(the_index_and_the_log_learn_of_it),
		ARCHIVE_TEST(only_who_may_edit_and_read_corrects),
		ARCHIVE_TEST(a_correction_needs_a_page_and_a_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
