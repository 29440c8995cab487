/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the index is told (D8), and what verify knows of records. */
#include "record_fixture.h"

static const struct job_result read_well = { .reading = READING_READ };

static size_t
waiting(struct archive *a, int64_t mark, const int64_t **records, const int64_t **seqs)
{
	size_t count;

	assert_ok(
	    outbox_list(a->f->catalog, mark, 100, a->f->arena, records, seqs, &count, &a->f->err),
	    &a->f->err);
	return count;
}

static struct index_record
shown(struct archive *a, int64_t id)
{
	struct index_record r;

	assert_ok(outbox_record(a->f->catalog, id, a->f->arena, &r, &a->f->err), &a->f->err);
	return r;
}

static void
what_is_not_read_does_not_pass_the_gate(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const char *field[FIELD_COUNT] = { [FIELD_SUBJECT] = "secret?" };
	const int64_t *records, *seqs;
	int64_t id = archive_record(a, a->dossier);

	assert_int_equal(waiting(a, 0, &records, &seqs), 0);
	assert_ok(record_update(a->f->catalog, &a->f->system, a->all, id, 0, field, e), e);
	assert_int_equal(waiting(a, 0, &records, &seqs), 1);
	assert_true(shown(a, id).gone);
	archive_lease(a, "x");
	assert_true(shown(a, id).gone);
	fixture_sql(a->f, "UPDATE job SET due=1");
	archive_read(a, 1, &read_well);
	assert_false(shown(a, id).gone);
}

static void
every_change_moves_to_the_end_of_the_outbox(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const char *field[FIELD_COUNT] = { [FIELD_SUBJECT] = "x" };
	const int64_t *records, *seqs;
	int64_t one = archive_record(a, a->dossier), two = archive_record(a, a->dossier), last;

	archive_read(a, 1, &read_well);
	archive_read(a, 1, &read_well);
	assert_int_equal(waiting(a, 0, &records, &seqs), 2);
	assert_int_equal(records[0], one);
	assert_true(seqs[0] < seqs[1]);
	last = seqs[1];
	assert_int_equal(waiting(a, last, &records, &seqs), 0);
	assert_ok(record_update(a->f->catalog, &a->f->system, a->all, one, 0, field, e), e);
	assert_int_equal(waiting(a, last, &records, &seqs), 1);
	assert_int_equal(records[0], one);
	assert_int_equal(waiting(a, 0, &records, &seqs), 2);
	assert_int_equal(records[0], two);
	assert_ok(outbox_last(a->f->catalog, &last, e), e);
	assert_int_equal(last, seqs[1]);
}

static void
the_index_is_told_fields_components_suggestions_and_dossiers(void **state)
{
	struct archive *a = *state;
	const struct suggestion found[] = { { .field = FIELD_NUMBER,
						.value = "15",
						.page = 1,
						.confidence = 0.9,
						.method = "header-text" },
		{ .field = FIELD_TYPE, .value = "CV", .confidence = 0.9, .method = "file-name" } };
	const struct job_result result = {
		.reading = READING_READ, .suggestions = found, .suggestion_count = 2
	};
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier);
	struct index_record r;

	archive_read(a, 2, &result);
	fixture_put_in(a->f, a->other, id, 0);
	r = shown(a, id);
	assert_int_equal(r.component_count, 1);
	assert_int_equal(r.components[0].pages, 2);
	assert_int_equal(r.suggestion_count, 2);
	assert_int_equal(r.dossier_count, 2);
	assert_int_equal(r.dossiers[0], a->dossier);
	assert_int_equal(r.dossiers[1], a->other);
	assert_int_equal(r.record.home, a->dossier);
	assert_ok(suggestion_decide(
		      a->f->catalog, &a->f->system, a->all, id, r.suggestions[0].id, true, e),
	    e);
	r = shown(a, id);
	assert_int_equal(r.suggestion_count, 1);
	assert_string_equal(r.record.field[FIELD_NUMBER], "15");
	assert_status(outbox_record(a->f->catalog, 99, a->f->arena, &r, e), ST_NOT_FOUND, e);
}

static void
quarantine_and_destruction_take_a_record_out(void **state)
{
	struct archive *a = *state;
	const struct job_result secret = { .reading = READING_READ, .quarantine = true };
	int64_t id = archive_record(a, a->dossier);

	archive_read(a, 1, &secret);
	assert_true(shown(a, id).gone);
	fixture_sql(a->f, "UPDATE record SET quarantine=2");
	assert_false(shown(a, id).gone);
	fixture_sql(a->f,
	    "INSERT INTO destruction(kind, uid, disposal, at, replayed, tombstone)"
	    " SELECT 'record', uid, uid, 1, 1, '{}' FROM record");
	fixture_sql(a->f, "UPDATE record SET state='destroyed'");
	assert_true(shown(a, id).gone);
}

static void
a_commit_forgets_old_classes_up_to_its_mark_only(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct job_counts counts;
	int64_t one = archive_record(a, a->dossier), two = archive_record(a, a->dossier), mark;

	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, one, 1, e), e);
	archive_refresh(a);
	mark = archive_load(a, one).index_seq;
	assert_ok(record_set_level(a->f->catalog, &a->f->system, a->all, two, 1, e), e);
	assert_true(archive_load(a, one).old_access_class > 0);
	assert_ok(outbox_committed(a->f->catalog, mark, e), e);
	assert_int_equal(archive_load(a, one).old_access_class, 0);
	assert_true(archive_load(a, two).old_access_class > 0);
	assert_ok(job_counts(a->f->catalog, &counts, e), e);
	assert_int_equal(counts.outbox, 1);
}

/* --- verify ------------------------------------------------------------------------------------ */

static void
verify_walks_all_components_and_blobs_in_pages(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	const struct verify_record *records;
	const struct verify_blob *blobs;
	const char *after = "";
	int64_t last = 0;
	size_t count, seen = 0;

	for (int i = 0; i < 5; i++)
		archive_record(a, a->dossier);
	archive_read(a, 3, &read_well);
	do {
		assert_ok(verify_components(
			      a->f->catalog, last, 2, a->f->arena, &records, &last, &count, e),
		    e);
		for (size_t i = 0; i < count; i++, seen++) {
			assert_int_equal(records[i].gone, seen > 0);
			assert_int_equal(records[i].pages, seen == 0 ? 3 : 0);
			assert_int_equal(records[i].size, 1000 + (int64_t)seen);
		}
	} while (count);
	assert_int_equal(seen, 5);
	for (seen = 0;; seen += count) {
		assert_ok(verify_blobs(a->f->catalog, after, 2, a->f->arena, &blobs, &count, e), e);
		if (!count)
			break;
		assert_true(strcmp(blobs[0].sha256, after) > 0);
		after = blobs[count - 1].sha256;
	}
	assert_int_equal(seen, 5);
}

struct told {
	char first[300];
};

static void
tell(void *payload, const char *kind, const char *text)
{
	struct told *told = payload;

	(void)kind;
	if (!told->first[0])
		snprintf(told->first, sizeof(told->first), "%s", text);
}

static void
verify_finds_what_is_wrong_between_the_rows(void **state)
{
	static const struct {
		const char *harm, *word;
	} cases[] = {
		{ "DELETE FROM dossier_item", "home" },
		{ "UPDATE dossier_item SET home=0", "home" },
		{ "UPDATE record SET pages=7", "pages" },
		{ "UPDATE job SET pages=7", "pages" },
		{ "DELETE FROM page", "pages" },
		{ "UPDATE page SET state='waiting'", "wait" },
		{ "UPDATE record SET index_seq=99", "index" },
		{ "UPDATE record SET index_seq=0", "index" },
		{ "UPDATE record SET reading='waiting'", "wait" },
		{ "UPDATE record SET reading='failed'", "outcome" },
		{ "UPDATE job SET state='waiting', outcome=NULL", "wait" },
		{ "UPDATE blob SET gone=1", "destroyed" },
		{ "DELETE FROM job", "job" },
		{ "UPDATE rendition SET last_page=1, first_page=3", "range" },
		{ "INSERT INTO rendition(component, kind, version, blob, created)"
		  " SELECT 1, 'original', 2, sha256, 0 FROM blob",
		    NULL },
	};
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct told told;
	uint64_t faults;

	archive_record(a, a->dossier);
	archive_read(a, 3, &read_well);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&told, 0, sizeof(told));
		assert_ok(catalog_begin(a->f->catalog, e), e);
		fixture_sql(a->f, cases[i].harm);
		faults = 0;
		assert_ok(catalog_verify(a->f->catalog, tell, &told, &faults, e), e);
		catalog_rollback(a->f->catalog);
		assert_int_equal(faults > 0, cases[i].word != NULL);
		if (cases[i].word && !strstr(told.first, cases[i].word))
			fail_msg("%s: told \"%s\"", cases[i].harm, told.first);
	}
	assert_ok(catalog_verify(a->f->catalog, tell, &told, &faults, e), e);
	assert_int_equal(faults, 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_read_does_not_pass_the_gate),
		TEST(every_change_moves_to_the_end_of_the_outbox),
		TEST(the_index_is_told_fields_components_suggestions_and_dossiers),
		TEST(quarantine_and_destruction_take_a_record_out),
		TEST(a_commit_forgets_old_classes_up_to_its_mark_only),
		TEST(verify_walks_all_components_and_blobs_in_pages),
		TEST(verify_finds_what_is_wrong_between_the_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
