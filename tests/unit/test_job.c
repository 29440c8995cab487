/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Leases, pages, outcomes, the queue. */
#include <sys/wait.h>
#include <unistd.h>

#include "record_fixture.h"

#define ME "host:0"
#define OTHER "host:1"

static const struct job_result read_well = { .reading = READING_READ };

static void
due_now(struct archive *a)
{
	fixture_sql(a->f, "UPDATE job SET due=1 WHERE state IN('waiting','leased')");
}

static struct job_counts
counts(struct archive *a)
{
	struct job_counts c;

	assert_ok(job_counts(a->f->catalog, &c, &a->f->err), &a->f->err);
	return c;
}

static void
a_job_is_leased_once_and_oldest_first(void **state)
{
	struct archive *a = *state;
	int64_t first = archive_record(a, a->dossier), second = archive_record(a, a->dossier);
	struct job one = archive_lease(a, ME), two = archive_lease(a, OTHER), none;

	assert_int_equal(one.record, first);
	assert_int_equal(two.record, second);
	assert_int_equal(one.component.record, first);
	assert_string_equal(one.component.name, "scan-0.pdf");
	assert_null(one.mime);
	assert_int_equal(one.tries, 0);
	assert_int_equal(archive_load(a, first).reading, READING_READING);
	assert_status(job_lease(a->f->catalog, ME, 60, a->f->arena, &none, &a->f->err),
	    ST_NOT_FOUND, &a->f->err);
}

static void
an_expired_lease_is_taken_by_another_and_its_old_owner_is_told(void **state)
{
	struct archive *a = *state;
	const struct page page = { .no = 1, .state = PAGE_READ };
	const struct job_document document = { "image/tiff", "TIFF", 1 };
	struct catalog *c = a->f->catalog;
	struct err *e = &a->f->err;
	struct job job, again;
	bool up;

	archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_ok(job_document(c, job.id, ME, &document, e), e);
	due_now(a);
	again = archive_lease(a, OTHER);
	assert_int_equal(again.id, job.id);
	assert_string_equal(again.mime, "image/tiff");
	assert_int_equal(again.pages, 1);
	assert_int_equal(again.tries, 0);
	assert_status(job_renew(c, job.id, ME, 60, e), ST_CONFLICT, e);
	assert_status(job_document(c, job.id, ME, &document, e), ST_CONFLICT, e);
	assert_status(job_page(c, job.id, ME, &page, e), ST_CONFLICT, e);
	assert_status(job_page_failed(c, job.id, ME, 1, "x", 3, &up, e), ST_CONFLICT, e);
	assert_status(job_finish(c, job.id, ME, &read_well, e), ST_CONFLICT, e);
	assert_status(job_failed(c, job.id, ME, "x", 1, 3, &up, e), ST_CONFLICT, e);
	assert_status(job_release(c, job.id, ME, e), ST_CONFLICT, e);
	assert_ok(job_renew(c, job.id, OTHER, 60, e), e);
	assert_ok(job_finish(c, job.id, OTHER, &read_well, e), e);
	assert_status(job_finish(c, job.id, OTHER, &read_well, e), ST_CONFLICT, e);
}

static void
pages_that_were_read_are_not_read_again_after_a_kill(void **state)
{
	struct archive *a = *state;
	const struct job_document document = { "application/pdf", NULL, 3 };
	struct page page = { .no = 2,
		.state = PAGE_READ,
		.width = 1653,
		.height = 2338,
		.dpi = 200,
		.rotation = 90,
		.skew = 0.5,
		.confidence = 91.5,
		.source = "ocr",
		.language = "vi",
		.warnings = "low contrast",
		.words = 300,
		.image_mime = "image/jpeg",
		.image_width = 1414,
		.image_height = 2000,
		.dark_edge = 30,
		.printed_no = 7,
		.image_hash = "0123456789abcdef",
		.text_hash = -5 };
	struct page kept;
	const int *waiting;
	size_t count;
	int64_t reclaimed;
	struct job job;
	struct err *e = &a->f->err;

	archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_ok(job_page(a->f->catalog, job.id, ME, &page, e), e);
	/* killed; its next life takes its own leases back */
	assert_ok(job_reclaim(a->f->catalog, OTHER, &reclaimed, e), e);
	assert_int_equal(reclaimed, 0);
	assert_ok(job_reclaim(a->f->catalog, ME, &reclaimed, e), e);
	assert_int_equal(reclaimed, 1);
	assert_int_equal(archive_load(a, job.record).reading, READING_WAITING);
	job = archive_lease(a, ME);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_ok(
	    job_pages_waiting(a->f->catalog, job.id, 10, a->f->arena, &waiting, &count, e), e);
	assert_int_equal(count, 2);
	assert_int_equal(waiting[0], 1);
	assert_int_equal(waiting[1], 3);
	assert_ok(record_page(a->f->catalog, job.component.id, 2, a->f->arena, &kept, e), e);
	assert_int_equal(kept.state, PAGE_READ);
	assert_int_equal(kept.rotation, 90);
	assert_int_equal(kept.words, 300);
	assert_string_equal(kept.language, "vi");
	assert_string_equal(kept.image_mime, "image/jpeg");
	assert_int_equal(kept.dark_edge, 30);
	assert_int_equal(kept.printed_no, 7);
	assert_string_equal(kept.image_hash, "0123456789abcdef");
	assert_int_equal(kept.text_hash, -5);
	assert_true(kept.skew > 0.49 && kept.skew < 0.51);
	assert_true(kept.confidence > 91.4 && kept.confidence < 91.6);
}

static void
a_page_is_given_up_after_three_tries_with_its_reason(void **state)
{
	struct archive *a = *state;
	const struct job_document document = { "application/pdf", NULL, 2 };
	struct err *e = &a->f->err;
	struct page page;
	struct job job;
	bool up = true;

	archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	for (int i = 1; i <= 3; i++) {
		assert_ok(job_page_failed(
			      a->f->catalog, job.id, ME, 2, "reader died:\nsignal 9", 3, &up, e),
		    e);
		assert_int_equal(up, i == 3);
	}
	assert_ok(record_page(a->f->catalog, job.component.id, 2, a->f->arena, &page, e), e);
	assert_int_equal(page.state, PAGE_GIVEN_UP);
	assert_int_equal(page.tries, 3);
	assert_string_equal(page.reason, "reader died: signal 9");
	assert_status(job_page_failed(a->f->catalog, job.id, ME, 2, "x", 3, &up, e), ST_INVALID, e);
	assert_status(job_page_failed(a->f->catalog, job.id, ME, 3, "x", 3, &up, e), ST_INVALID, e);
}

static void
a_page_outcome_must_be_one_and_its_page_must_exist(void **state)
{
	struct archive *a = *state;
	const struct job_document document = { "application/pdf", NULL, 1 },
				  huge = { NULL, NULL, 262144 };
	struct page page = { .no = 1, .state = PAGE_WAITING };
	struct err *e = &a->f->err;
	struct job job;

	archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_status(job_document(a->f->catalog, job.id, ME, &huge, e), ST_INVALID, e);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_status(job_page(a->f->catalog, job.id, ME, &page, e), ST_INVALID, e);
	page.state = PAGE_READ;
	page.no = 2;
	assert_status(job_page(a->f->catalog, job.id, ME, &page, e), ST_INVALID, e);
	page.no = 1;
	assert_ok(job_page(a->f->catalog, job.id, ME, &page, e), e);
}

static void
a_document_read_shorter_the_second_time_loses_the_surplus_pages(void **state)
{
	struct archive *a = *state;
	struct job_document document = { "application/pdf", NULL, 5 };
	const struct page *pages;
	size_t count;
	struct err *e = &a->f->err;
	struct job job;

	archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_int_equal(archive_load(a, job.record).pages, 5);
	document.pages = 3;
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_ok(
	    record_pages(a->f->catalog, job.component.id, 1, 100, a->f->arena, &pages, &count, e),
	    e);
	assert_int_equal(count, 3);
	assert_int_equal(archive_load(a, job.record).pages, 3);
}

static void
a_component_of_a_stack_has_the_pages_of_its_range(void **state)
{
	struct archive *a = *state;
	const struct job_document document = { "application/pdf", NULL, 6 };
	struct err *e = &a->f->err;
	struct job job;

	archive_record(a, a->dossier);
	fixture_sql(a->f, "UPDATE rendition SET first_page=3, last_page=9");
	job = archive_lease(a, ME);
	assert_int_equal(job.component.first_page, 3);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_int_equal(archive_load(a, job.record).pages, 4);
	assert_int_equal(fixture_int(a->f, "SELECT max(no) FROM page"), 4);
}

static void
a_document_fails_after_three_tries_with_growing_pauses(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	struct record record;
	int64_t due, before, last = 0;
	bool up = true;

	archive_record(a, a->dossier);
	for (int i = 0; i < 3; i++) {
		struct job job = archive_lease(a, ME);

		assert_int_equal(job.tries, i);
		before = now_us();
		assert_ok(
		    job_failed(a->f->catalog, job.id, ME, "the reader died", 10, 3, &up, e), e);
		assert_int_equal(up, i == 2);
		assert_ok(job_next_due(a->f->catalog, &due, e), e);
		if (i < 2) {
			int64_t wait = due - before, want = INT64_C(10000000) << i;

			assert_true(wait >= want && wait < want + 5000000);
			assert_true(wait > last);
			last = wait;
			record = archive_load(a, job.record);
			assert_int_equal(record.reading, READING_WAITING);
			assert_int_equal(record.index_seq, 0);
			due_now(a);
		}
		record = archive_load(a, job.record);
	}
	assert_int_equal(due, 0);
	assert_int_equal(record.reading, READING_FAILED);
	assert_string_equal(record.reading_reason, "the reader died");
	assert_true(record.index_seq > 0);
	assert_int_equal(fixture_int(a->f,
			     "SELECT count(*) FROM event WHERE class='preservation'"
			     " AND outcome='failed' AND action='record.read'"),
	    1);
}

static void
what_kills_its_indexer_again_and_again_fails_and_others_go_on(void **state)
{
	struct archive *a = *state;
	int64_t bad = archive_record(a, a->dossier), good;
	struct job job;

	for (int i = 0; i < 20; i++) {
		job = archive_lease(a, ME);
		assert_int_equal(job.record, bad);
		due_now(a);
	}
	good = archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_int_equal(job.record, good);
	assert_int_equal(archive_load(a, bad).reading, READING_FAILED);
	assert_non_null(archive_load(a, bad).reading_reason);
}

static void
a_page_done_is_a_sign_of_life(void **state)
{
	struct archive *a = *state;
	const struct job_document document = { "application/pdf", NULL, 40 };
	struct err *e = &a->f->err;
	int64_t record = archive_record(a, a->dossier);

	for (int i = 1; i <= 40; i++) {
		struct page page = { .no = i, .state = PAGE_READ };
		struct job job = archive_lease(a, ME);

		if (i == 1)
			assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
		assert_ok(job_page(a->f->catalog, job.id, ME, &page, e), e);
		due_now(a);
	}
	assert_int_equal(archive_load(a, record).reading, READING_READING);
}

static void
a_lease_given_back_costs_no_try(void **state)
{
	struct archive *a = *state;
	struct err *e = &a->f->err;
	int64_t record = archive_record(a, a->dossier);
	struct job job = archive_lease(a, ME);

	assert_ok(job_release(a->f->catalog, job.id, ME, e), e);
	assert_int_equal(archive_load(a, record).reading, READING_WAITING);
	job = archive_lease(a, OTHER);
	assert_int_equal(job.record, record);
	assert_int_equal(job.tries, 0);
}

static void
finishing_settles_record_suggestions_index_and_log_at_once(void **state)
{
	struct archive *a = *state;
	const struct suggestion found[] = {
		{ .field = FIELD_TYPE,
		    .value = "quyết định",
		    .page = 1,
		    .confidence = 0.95,
		    .method = "header-text",
		    .box = { 1, 2, 3, 4 } },
		{ .field = FIELD_SUBJECT,
		    .value = "  Về việc\ncấp phép ",
		    .page = 1,
		    .confidence = 7,
		    .method = "header-text" },
	};
	const struct job_result result = { .reading = READING_PARTIAL,
		.reason = "page 2 was given up",
		.provenance = "{\"engine\":\"tesseract 5.3\"}",
		.suggestions = found,
		.suggestion_count = 2 };
	const struct suggestion *kept;
	struct err *e = &a->f->err;
	struct record before, after;
	struct component const *components;
	size_t count;
	int64_t id = archive_record(a, a->dossier);

	before = archive_load(a, id);
	archive_read(a, 2, &result);
	after = archive_load(a, id);
	assert_int_equal(after.reading, READING_PARTIAL);
	assert_string_equal(after.reading_reason, "page 2 was given up");
	assert_int_equal(after.pages, 2);
	assert_true(after.index_seq > before.index_seq);
	assert_true(after.version > before.version);
	assert_ok(suggestion_list(a->f->catalog, id, a->f->arena, &kept, &count, e), e);
	assert_int_equal(count, 2);
	assert_int_equal(kept[0].field, FIELD_SUBJECT);
	assert_string_equal(kept[0].value, "Về việc cấp phép");
	assert_true(kept[0].confidence <= 1);
	assert_string_equal(kept[1].value, "QĐ");
	assert_int_equal(kept[1].box[3], 4);
	assert_ok(record_components(a->f->catalog, id, a->f->arena, &components, &count, e), e);
	assert_string_equal(components[0].mime, "application/pdf");
	assert_string_equal(components[0].format, "PDF 1.7");
	assert_int_equal(fixture_int(a->f,
			     "SELECT count(*) FROM event WHERE action='record.read'"
			     " AND detail LIKE '%\"provenance\":{\"engine\":\"tesseract 5.3\"}%'"),
	    1);
}

static void
a_secret_mark_quarantines_and_a_release_by_a_person_lasts(void **state)
{
	struct archive *a = *state;
	const struct job_result secret = { .reading = READING_READ, .quarantine = true };
	struct err *e = &a->f->err;
	int64_t id = archive_record(a, a->dossier), again;
	struct access keeper = *a->all;

	keeper.caps |= CAP_INGEST;
	archive_read(a, 1, &secret);
	assert_status(record_load(a->f->catalog, a->all, id, a->f->arena, &(struct record){ 0 }, e),
	    a->all->caps & CAP_INGEST ? ST_OK : ST_NOT_FOUND, e);
	assert_ok(record_release(a->f->catalog, &a->f->system, &keeper, id, e), e);
	assert_status(record_release(a->f->catalog, &a->f->system, &keeper, id, e), ST_CONFLICT, e);
	assert_false(archive_load(a, id).quarantine);
	fixture_sql(a->f, "UPDATE job SET state='failed', outcome='failed'");
	assert_ok(job_retry(a->f->catalog, &a->f->system, 0, &again, e), e);
	assert_int_equal(again, 1);
	archive_read(a, 1, &secret);
	assert_false(archive_load(a, id).quarantine);
}

static void
a_reading_without_a_mark_does_not_lift_a_quarantine(void **state)
{
	struct archive *a = *state;
	const struct job_result secret = { .reading = READING_PARTIAL, .quarantine = true };
	int64_t id = archive_record(a, a->dossier), again;

	archive_read(a, 1, &secret);
	assert_ok(job_retry(a->f->catalog, &a->f->system, id, &again, &a->f->err), &a->f->err);
	assert_int_equal(again, 1);
	archive_read(a, 1, &read_well);
	assert_int_equal(fixture_int(a->f, "SELECT quarantine FROM record"), 1);
}

static void
a_record_of_several_documents_waits_for_the_last(void **state)
{
	static const struct {
		enum record_reading one, two, both;
	} cases[] = {
		{ READING_READ, READING_READ, READING_READ },
		{ READING_READ, READING_FAILED, READING_PARTIAL },
		{ READING_REFUSED, READING_REFUSED, READING_REFUSED },
		{ READING_FAILED, READING_REFUSED, READING_FAILED },
		{ READING_PARTIAL, READING_READ, READING_PARTIAL },
	};
	struct archive *a = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct job_result one = { .reading = cases[i].one, .reason = "first" };
		struct job_result two = { .reading = cases[i].two, .reason = "second" };
		int64_t id = archive_record(a, a->dossier);

		fixture_sql(a->f,
		    "INSERT INTO component(uid, record, ordinal, role, name)"
		    " SELECT 'annex-' || id, id, 2, 'annex', 'annex.pdf' FROM record"
		    " ORDER BY id DESC LIMIT 1");
		fixture_sql(a->f,
		    "INSERT INTO rendition(component, kind, blob, created)"
		    " SELECT max(c.id), 'original', min(b.sha256), 0 FROM component c, blob b");
		fixture_sql(a->f,
		    "INSERT INTO job(component, due, created, updated)"
		    " SELECT max(id), 1, 1, 1 FROM component");
		archive_read(a, 1, &one);
		assert_int_equal(archive_load(a, id).reading, READING_READING);
		archive_read(a, 2, &two);
		assert_int_equal(archive_load(a, id).reading, cases[i].both);
		assert_int_equal(archive_load(a, id).pages, 3);
	}
}

static void
a_second_chance_reads_given_up_pages_again_and_packed_ones_all(void **state)
{
	struct archive *a = *state;
	const struct job_result partial = { .reading = READING_PARTIAL, .reason = "x" };
	const struct job_document document = { "application/pdf", NULL, 2 };
	const struct page page = { .no = 1, .state = PAGE_READ };
	struct err *e = &a->f->err;
	int64_t packed = archive_record(a, a->dossier), count = 9;
	struct job job;
	bool up;

	archive_read(a, 2, &partial);
	archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_ok(job_page(a->f->catalog, job.id, ME, &page, e), e);
	assert_ok(job_page_failed(a->f->catalog, job.id, ME, 2, "x", 1, &up, e), e);
	assert_ok(job_failed(a->f->catalog, job.id, ME, "x", 1, 1, &up, e), e);
	/* all: only what failed */
	assert_ok(job_retry(a->f->catalog, &a->f->system, 0, &count, e), e);
	assert_int_equal(count, 1);
	assert_int_equal(archive_load(a, packed).reading, READING_PARTIAL);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM page WHERE state='waiting'"), 1);
	assert_ok(job_retry(a->f->catalog, &a->f->system, packed, &count, e), e);
	assert_int_equal(count, 1);
	assert_int_equal(fixture_int(a->f, "SELECT count(*) FROM page WHERE state='waiting'"), 3);
	assert_ok(job_retry(a->f->catalog, &a->f->system, packed, &count, e), e);
	assert_int_equal(count, 0);
}

static void
counts_and_list_show_the_queue_to_those_who_may_list_the_records(void **state)
{
	struct archive *a = *state;
	const struct job_document document = { "application/pdf", NULL, 4 };
	const struct page page = { .no = 1, .state = PAGE_BLANK };
	struct err *e = &a->f->err;
	int64_t staff = fixture_principal(a->f, PRINCIPAL_USER, "an", 1);
	const struct job_row *rows;
	struct access *access;
	struct job_counts c;
	struct job job;
	size_t count;

	archive_record(a, a->dossier);
	archive_read(a, 3, &read_well);
	archive_record(a, a->dossier);
	archive_record(a, a->other);
	job = archive_lease(a, ME);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, e), e);
	assert_ok(job_page(a->f->catalog, job.id, ME, &page, e), e);
	c = counts(a);
	assert_int_equal(c.done, 1);
	assert_int_equal(c.leased, 1);
	assert_int_equal(c.waiting, 1);
	assert_int_equal(c.failed, 0);
	assert_int_equal(c.pages_done, 4);
	assert_int_equal(c.pages_waiting, 3);
	assert_int_equal(c.outbox, 1);

	archive_grant(a, a->dossier, 0, staff, PERM_BIT(PERM_LIST));
	access = archive_access(a, staff);
	assert_ok(job_list(a->f->catalog, access, NULL, 0, 10, a->f->arena, &rows, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].state, "leased");
	assert_int_equal(rows[0].pages, 4);
	assert_int_equal(rows[0].pages_done, 1);
	assert_string_equal(rows[0].name, "scan-1.pdf");
	assert_ok(job_list(a->f->catalog, access, "done", 0, 10, a->f->arena, &rows, &count, e), e);
	assert_int_equal(count, 1);
	access_free(access);
	assert_ok(job_list(a->f->catalog, a->all, NULL, 0, 1, a->f->arena, &rows, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].name, "scan-2.pdf");
	assert_ok(
	    job_list(a->f->catalog, a->all, NULL, rows[0].id, 5, a->f->arena, &rows, &count, e), e);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].name, "scan-1.pdf");
	assert_status(job_list(a->f->catalog, a->all, "gone", 0, 5, a->f->arena, &rows, &count, e),
	    ST_INVALID, e);
	assert_status(job_list(a->f->catalog, a->all, NULL, 0, 0, a->f->arena, &rows, &count, e),
	    ST_INVALID, e);
}

/* --- two indexers ------------------------------------------------------------------------------ */

#define JOBS 200

/* Leases and finishes until nothing is due; writes the ids it got. */
static void
work(const struct conf *conf, const char *owner, int fd)
{
	struct arena *arena = arena_new();
	struct catalog *catalog = NULL;
	struct err e = ERR_INIT;
	struct job job;
	enum status st = catalog_open(&catalog, conf, CATALOG_WRITE, &e);

	while (st == ST_OK) {
		st = job_lease(catalog, owner, 60, arena, &job, &e);
		if (st == ST_BUSY) {
			st = ST_OK;
			continue;
		}
		if (st != ST_OK)
			break;
		if (write(fd, &job.id, sizeof(job.id)) != (ssize_t)sizeof(job.id))
			break;
		do
			st = job_finish(catalog, job.id, owner, &read_well, &e);
		while (st == ST_BUSY);
	}
	catalog_close(catalog);
	arena_free(arena);
	_exit(st == ST_NOT_FOUND ? 0 : 1);
}

static void
two_processes_never_get_the_same_job(void **state)
{
	struct archive *a = *state;
	bool seen[JOBS + 1] = { false };
	int pipes[2], status;
	pid_t child[2];
	size_t count = 0;
	int64_t id;

	assert_ok(catalog_begin(a->f->catalog, &a->f->err), &a->f->err);
	for (int i = 0; i < JOBS; i++)
		archive_record(a, a->dossier);
	assert_ok(catalog_commit(a->f->catalog, &a->f->err), &a->f->err);
	assert_int_equal(pipe(pipes), 0);
	a->f->conf->catalog_busy_ms = 10000;
	for (int i = 0; i < 2; i++) {
		child[i] = fork();
		assert_true(child[i] >= 0);
		if (child[i] == 0) {
			alarm(60);
			close(pipes[0]);
			work(a->f->conf, i ? ME : OTHER, pipes[1]);
		}
	}
	close(pipes[1]);
	while (read(pipes[0], &id, sizeof(id)) == (ssize_t)sizeof(id)) {
		assert_true(id >= 1 && id <= JOBS);
		assert_false(seen[id]);
		seen[id] = true;
		count++;
	}
	close(pipes[0]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count, JOBS);
	assert_int_equal(fixture_int(a->f, "SELECT count(DISTINCT index_seq) FROM record"), JOBS);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_job_is_leased_once_and_oldest_first),
		TEST(an_expired_lease_is_taken_by_another_and_its_old_owner_is_told),
		TEST(pages_that_were_read_are_not_read_again_after_a_kill),
		TEST(a_page_is_given_up_after_three_tries_with_its_reason),
		TEST(a_page_outcome_must_be_one_and_its_page_must_exist),
		TEST(a_document_read_shorter_the_second_time_loses_the_surplus_pages),
		TEST(a_component_of_a_stack_has_the_pages_of_its_range),
		TEST(a_document_fails_after_three_tries_with_growing_pauses),
		TEST(what_kills_its_indexer_again_and_again_fails_and_others_go_on),
		TEST(a_page_done_is_a_sign_of_life),
		TEST(a_lease_given_back_costs_no_try),
		TEST(finishing_settles_record_suggestions_index_and_log_at_once),
		TEST(a_secret_mark_quarantines_and_a_release_by_a_person_lasts),
		TEST(a_reading_without_a_mark_does_not_lift_a_quarantine),
		TEST(a_record_of_several_documents_waits_for_the_last),
		TEST(a_second_chance_reads_given_up_pages_again_and_packed_ones_all),
		TEST(counts_and_list_show_the_queue_to_those_who_may_list_the_records),
		TEST(two_processes_never_get_the_same_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
