/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suggestions and the document types they are brought to. */
#include "record_fixture.h"

#include "text.h"

static void
put(struct archive *a, const struct suggestion *s, size_t n)
{
	const struct job_result result = {
		.reading = READING_READ, .suggestions = s, .suggestion_count = n
	};

	archive_read(a, 1, &result);
}

static int64_t
state_count(struct archive *a, const char *state)
{
	return fixture_int(a->f,
	    arena_printf(a->f->arena, "SELECT count(*) FROM suggestion WHERE state='%s'", state));
}

static const struct suggestion found[] = {
	{ .field = FIELD_NUMBER,
	    .value = "15",
	    .page = 1,
	    .confidence = 0.9,
	    .method = "header-text" },
	{ .field = FIELD_NUMBER,
	    .value = "75",
	    .page = 1,
	    .confidence = 0.4,
	    .method = "header-text" },
	{ .field = FIELD_ISSUED,
	    .value = "2024-01-05",
	    .confidence = 0.8,
	    .method = "header-text" },
	{ .field = FIELD_ISSUED, .value = "2024-13-05", .confidence = 0.1, .method = "file-name" },
};

static void
accepting_makes_metadata_and_closes_the_rivals(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier);
	const struct suggestion *s;
	struct record before, after;
	size_t n;

	put(a, found, 4);
	before = archive_load(a, id);
	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &s, &n, e), e);
	assert_int_equal(n, 4);
	assert_int_equal(s[2].field, FIELD_NUMBER);
	assert_string_equal(s[2].value, "15");
	assert_ok(suggestion_decide(a->f->catalog, &a->f->system, a->all, id, s[2].id, true, e), e);
	after = archive_load(a, id);
	assert_string_equal(after.field[FIELD_NUMBER], "15");
	assert_true(after.index_seq > before.index_seq);
	assert_true(after.version > before.version);
	assert_int_equal(state_count(a, "accepted"), 1);
	assert_int_equal(state_count(a, "edited"), 1);
	assert_int_equal(state_count(a, "new"), 2);
	assert_status(suggestion_decide(a->f->catalog, &a->f->system, a->all, id, s[2].id, true, e),
	    ST_CONFLICT, e);
	/* an impossible value stays a suggestion */
	assert_string_equal(s[1].value, "2024-13-05");
	assert_status(suggestion_decide(a->f->catalog, &a->f->system, a->all, id, s[1].id, true, e),
	    ST_INVALID, e);
	assert_int_equal(state_count(a, "new"), 2);
}

static void
rejecting_closes_it_and_leaves_the_field(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier), seq;
	const struct suggestion *s;
	size_t n;

	put(a, found, 2);
	seq = archive_load(a, id).index_seq;
	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &s, &n, e), e);
	assert_ok(
	    suggestion_decide(a->f->catalog, &a->f->system, a->all, id, s[0].id, false, e), e);
	assert_null(archive_load(a, id).field[FIELD_NUMBER]);
	assert_true(archive_load(a, id).index_seq > seq);
	assert_int_equal(state_count(a, "rejected"), 1);
	assert_int_equal(
	    fixture_int(a->f, "SELECT count(*) FROM event WHERE action='suggestion.reject'"), 1);
}

static void
a_verdict_needs_the_right_and_the_suggestion_of_this_record(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t who = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	int64_t id = archive_record(a, a->dossier), other;
	const struct suggestion *s;
	struct access *access = archive_access(a, who);
	size_t n;

	put(a, found, 1);
	other = archive_record(a, a->dossier);
	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &s, &n, e), e);
	assert_status(suggestion_decide(a->f->catalog, &a->f->system, access, id, s[0].id, true, e),
	    ST_NOT_FOUND, e);
	access_freep(&access);
	archive_grant(a, a->dossier, 0, who, PERM_BIT(PERM_READ));
	access = archive_access(a, who);
	assert_status(suggestion_decide(a->f->catalog, &a->f->system, access, id, s[0].id, true, e),
	    ST_DENIED, e);
	assert_status(
	    suggestion_decide(a->f->catalog, &a->f->system, access, id, s[0].id, false, e),
	    ST_DENIED, e);
	access_free(access);
	assert_status(
	    suggestion_decide(a->f->catalog, &a->f->system, a->all, other, s[0].id, true, e),
	    ST_NOT_FOUND, e);
	fixture_sql(a->f, "UPDATE record SET state='declared'");
	assert_status(
	    suggestion_decide(a->f->catalog, &a->f->system, a->all, id, s[0].id, false, e), ST_HELD,
	    e);
}

static void
what_a_person_sets_overrules_and_what_they_clear_rejects(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier);
	const char *field[FIELD_COUNT] = { [FIELD_NUMBER] = "16", [FIELD_ISSUED] = "" };

	put(a, found, 4);
	assert_ok(record_update(a->f->catalog, &a->f->system, a->all, id, 0, field, e), e);
	assert_int_equal(state_count(a, "edited"), 2);
	assert_int_equal(state_count(a, "rejected"), 2);
	assert_int_equal(state_count(a, "new"), 0);
}

static void
reading_again_replaces_the_open_ones_and_repeats_no_decided_one(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct job_result result = { .reading = READING_PARTIAL,
		.reason = "x",
		.suggestions = found,
		.suggestion_count = 4 };
	int64_t id = archive_record(a, a->dossier), count;
	const struct suggestion *s;
	size_t n;

	archive_read(a, 1, &result);
	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &s, &n, e), e);
	assert_ok(
	    suggestion_decide(a->f->catalog, &a->f->system, a->all, id, s[2].id, false, e), e);
	assert_ok(job_retry(a->f->catalog, &a->f->system, id, &count, e), e);
	archive_read(a, 1, &result);
	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &s, &n, e), e);
	assert_int_equal(n, 4);
	assert_int_equal(state_count(a, "rejected"), 1);
	assert_int_equal(state_count(a, "new"), 3);
	assert_ok(job_retry(a->f->catalog, &a->f->system, id, &count, e), e);
	put(a, found, 0);
	assert_int_equal(state_count(a, "new"), 0);
}

static void
the_surest_open_ones_fill_what_is_asked_for_and_empty(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t first = archive_record(a, a->dossier), second;
	unsigned wanted[] = { 1u << FIELD_NUMBER | 1u << FIELD_ISSUED, 1u << FIELD_NUMBER };
	const struct suggestion *s;
	struct record r[2];
	size_t n;

	put(a, found, 4);
	assert_ok(suggestion_list(a->f->catalog, first, a->f->arena, &s, &n, e), e);
	assert_int_equal(s[0].field, FIELD_ISSUED);
	assert_ok(
	    suggestion_decide(a->f->catalog, &a->f->system, a->all, first, s[0].id, false, e), e);
	second = archive_record(a, a->dossier);
	put(a, found, 4);
	r[0] = archive_load(a, first);
	r[1] = archive_load(a, second);
	r[1].field[FIELD_SYMBOL] = "QĐ-SDL";
	assert_ok(suggestion_fill(a->f->catalog, r, wanted, 2, a->f->arena, e), e);
	assert_string_equal(r[0].field[FIELD_NUMBER], "15");
	assert_string_equal(r[0].field[FIELD_ISSUED], "2024-13-05");
	assert_string_equal(r[1].field[FIELD_NUMBER], "15");
	assert_string_equal(r[1].field[FIELD_SYMBOL], "QĐ-SDL");
	assert_null(r[1].field[FIELD_ISSUED]);
	r[0].field[FIELD_NUMBER] = "7";
	assert_ok(suggestion_fill(a->f->catalog, r, wanted, 1, a->f->arena, e), e);
	assert_string_equal(r[0].field[FIELD_NUMBER], "7");
}

static void
hostile_suggestions_are_tamed(void **state)
{
	struct archive *a = *state;
	static char huge[5001];
	const struct suggestion bad[] = {
		{ .field = FIELD_SUBJECT, .value = huge, .confidence = -3, .method = NULL },
		{ .field = FIELD_ISSUER, .value = "\xff\xfe\x01", .confidence = 99 },
		{ .field = FIELD_SIGNER, .value = "   ", .confidence = 0.5, .method = "x" },
		{ .field = FIELD_NUMBER, .value = NULL, .confidence = 0.5, .method = "x" },
	};
	const struct suggestion *s;
	int64_t id = archive_record(a, a->dossier);
	size_t n;

	memset(huge, 'a', sizeof(huge) - 1);
	put(a, bad, 4);
	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &s, &n, &a->f->err), &a->f->err);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		assert_true(strlen(s[i].value) <= 2000);
		assert_true(utf8_valid(span_of(s[i].value)));
		assert_true(s[i].confidence >= 0 && s[i].confidence <= 1);
		assert_non_null(s[i].method);
	}
}

/* --- types ------------------------------------------------------------------------------------- */

static void
every_type_is_found_by_code_name_and_folded_name(void **state)
{
	size_t count;
	const struct record_type *types = record_types(&count);

	(void)state;
	assert_true(count >= 40);
	for (size_t i = 0; i < count; i++) {
		struct strbuf folded = STRBUF_INIT;

		text_fold(span_of(types[i].name_vi), false, &folded);
		assert_string_equal(folded.buf, types[i].folded);
		strbuf_free(&folded);
		assert_ptr_equal(record_type_find(span_of(types[i].code)), &types[i]);
		assert_ptr_equal(record_type_find(span_of(types[i].name_vi)), &types[i]);
		assert_ptr_equal(record_type_find(span_of(types[i].folded)), &types[i]);
	}
}

static void
codes_differ_by_their_marks(void **state)
{
	static const char *const pairs[][2] = { { "qđ", "QĐ" }, { "qd", "QĐ" }, { "QyĐ", "QyĐ" },
		{ "HD", "HD" }, { "HĐ", "HĐ" }, { "hd", "HD" }, { "ĐA", "ĐA" }, { "da", "DA" },
		{ "ttr", "TTr" }, { "TT", "TT" }, { "  Công  văn ", "CV" }, { "NGHỊ ĐỊNH", "NĐ" },
		{ "QUYẾT ĐỊNH", "QĐ" }, { "qui chế", "QC" } };
	static const char *const none[] = { "", " ", "Q", "quyết", "xyz" };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct record_type *t = record_type_find(span_of(pairs[i][0]));

		assert_non_null(t);
		assert_string_equal(t->code, pairs[i][1]);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_null(record_type_find(span_of(none[i])));
}

static void
a_notation_is_written_as_its_style_wants(void **state)
{
	static const struct {
		const char *number, *symbol, *notation;
	} cases[] = {
		{ "15", "QĐ-SDL", "15/QĐ-SDL" },
		{ "12", "QĐ/TU", "12-QĐ/TU" },
		{ "33", "2024/QH15", "33/2024/QH15" },
		{ "15", NULL, "15" },
		{ NULL, "SDL-VP", "SDL-VP" },
		{ "", "", "" },
		{ NULL, NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf out = STRBUF_INIT;

		record_notation(cases[i].number, cases[i].symbol, &out);
		assert_string_equal(out.buf, cases[i].notation);
		strbuf_free(&out);
	}
}

static void
fields_and_readings_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < FIELD_COUNT; i++)
		assert_int_equal(
		    record_field_parse(span_of(record_field_name((enum record_field)i))), i);
	assert_int_equal(record_field_parse(span_of("nothing")), -1);
	assert_null(record_field_name(FIELD_COUNT));
	assert_string_equal(record_reading_name(READING_PARTIAL), "partial");
	assert_null(record_reading_name(READING_COUNT));
	assert_string_equal(page_state_name(PAGE_GIVEN_UP), "given_up");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(accepting_makes_metadata_and_closes_the_rivals),
		TEST(rejecting_closes_it_and_leaves_the_field),
		TEST(a_verdict_needs_the_right_and_the_suggestion_of_this_record),
		TEST(what_a_person_sets_overrules_and_what_they_clear_rejects),
		TEST(reading_again_replaces_the_open_ones_and_repeats_no_decided_one),
		TEST(the_surest_open_ones_fill_what_is_asked_for_and_empty),
		TEST(hostile_suggestions_are_tamed),
		cmocka_unit_test(every_type_is_found_by_code_name_and_folded_name),
		cmocka_unit_test(codes_differ_by_their_marks),
		cmocka_unit_test(a_notation_is_written_as_its_style_wants),
		cmocka_unit_test(fields_and_readings_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
