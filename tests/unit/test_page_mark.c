/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader found on a page besides its words. */
#include "record_fixture.h"

#define ME "host:0"

static struct job
leased(struct archive *a, int64_t pages)
{
	const struct job_document document = { "application/pdf", "PDF 1.7", pages };
	struct job job;

	archive_record(a, a->dossier);
	job = archive_lease(a, ME);
	assert_ok(job_document(a->f->catalog, job.id, ME, &document, &a->f->err), &a->f->err);
	return job;
}

static void
keep(struct archive *a, const struct job *job, int no, const struct page_mark *mark, size_t count)
{
	const struct page page = {
		.no = no, .state = PAGE_READ, .confidence = 90, .mark = mark, .mark_count = count
	};

	assert_ok(job_page(a->f->catalog, job->id, ME, &page, &a->f->err), &a->f->err);
}

static const struct page_mark *
marks(struct archive *a, const struct job *job, int from, int to, size_t *count)
{
	const struct page_mark *list;

	assert_ok(page_marks(a->f->catalog, job->component.id, from, to, a->f->arena, &list, count,
		      &a->f->err),
	    &a->f->err);
	return list;
}

static void
marks_are_kept_as_found_and_come_by_page(void **state)
{
	static const struct page_mark two[] = { { .kind = PAGE_MARK_QR,
						    .text = "000.00.15.H24-240105-0001",
						    .box = { 1400, 20, 140, 141 },
						    .confidence = 1 },
		{ .kind = PAGE_MARK_SEAL,
		    .text = NULL,
		    .box = { 900, 1800, 210, 210 },
		    .confidence = 0.5 } };
	struct archive *a = *state;
	struct job job = leased(a, 3);
	const struct page_mark *list;
	size_t count;

	keep(a, &job, 3, two, 1);
	keep(a, &job, 1, two, 2);
	list = marks(a, &job, 1, 3, &count);
	assert_int_equal(count, 3);
	assert_int_equal(list[0].no, 1);
	assert_int_equal(list[0].kind, PAGE_MARK_QR);
	assert_string_equal(list[0].text, "000.00.15.H24-240105-0001");
	assert_int_equal(list[0].box[3], 141);
	assert_int_equal(list[1].kind, PAGE_MARK_SEAL);
	assert_string_equal(list[1].text, "");
	assert_true(list[1].confidence > 0.49 && list[1].confidence < 0.51);
	assert_int_equal(list[2].no, 3);
	(void)marks(a, &job, 2, 2, &count);
	assert_int_equal(count, 0);
}

static void
a_page_read_anew_forgets_its_old_marks(void **state)
{
	static const struct page_mark old = { .kind = PAGE_MARK_CODE39, .text = "OLD" };
	static const struct page_mark new = { .kind = PAGE_MARK_CODE128, .text = "NEW" };
	struct archive *a = *state;
	struct job job = leased(a, 1);
	const struct page_mark *list;
	size_t count;

	keep(a, &job, 1, &old, 1);
	keep(a, &job, 1, &new, 1);
	list = marks(a, &job, 1, 1, &count);
	assert_int_equal(count, 1);
	assert_string_equal(list[0].text, "NEW");
}

static void
separators_come_alone(void **state)
{
	static const struct page_mark sheet[] = { { .kind = PAGE_MARK_QR,
						      .text = "TANGTHU-TACH 1" },
		{ .kind = PAGE_MARK_SEPARATOR, .text = "TANGTHU-TACH 1", .confidence = 1 } };
	static const struct page_mark label = { .kind = PAGE_MARK_CODE39, .text = "HS-1" };
	static const struct page_mark blank = { .kind = PAGE_MARK_SEPARATOR, .text = "" };
	struct archive *a = *state;
	struct job job = leased(a, 4);
	const struct page_mark *list;
	size_t count;

	keep(a, &job, 1, &label, 1);
	keep(a, &job, 2, sheet, 2);
	keep(a, &job, 3, NULL, 0);
	keep(a, &job, 4, &blank, 1);
	assert_ok(page_separators(
		      a->f->catalog, job.component.id, a->f->arena, &list, &count, &a->f->err),
	    &a->f->err);
	assert_int_equal(count, 2);
	assert_int_equal(list[0].no, 2);
	assert_string_equal(list[0].text, "TANGTHU-TACH 1");
	assert_int_equal(list[1].no, 4);
	assert_string_equal(list[1].text, "");
}

static void
a_page_that_is_gone_takes_its_marks_along(void **state)
{
	static const struct page_mark one = { .kind = PAGE_MARK_QR, .text = "x" };
	const struct job_document shorter = { "application/pdf", "PDF 1.7", 1 };
	struct archive *a = *state;
	struct job job = leased(a, 2);
	size_t count;

	keep(a, &job, 2, &one, 1);
	assert_ok(job_document(a->f->catalog, job.id, ME, &shorter, &a->f->err), &a->f->err);
	(void)marks(a, &job, 1, 9, &count);
	assert_int_equal(count, 0);
}

static void
marks_nobody_knows_or_too_many_are_refused(void **state)
{
	static const struct page_mark odd = { .kind = PAGE_MARK_COUNT, .text = "x" };
	static const struct page_mark many[PAGE_MARKS_MAX + 1];
	struct archive *a = *state;
	struct job job = leased(a, 1);
	struct page page = { .no = 1, .state = PAGE_READ, .mark = &odd, .mark_count = 1 };
	struct err *e = &a->f->err;
	size_t count;

	assert_status(job_page(a->f->catalog, job.id, ME, &page, e), ST_INVALID, e);
	page.mark = many;
	page.mark_count = PAGE_MARKS_MAX + 1;
	assert_status(job_page(a->f->catalog, job.id, ME, &page, e), ST_INVALID, e);
	(void)marks(a, &job, 1, 1, &count);
	assert_int_equal(count, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(marks_are_kept_as_found_and_come_by_page),
		TEST(a_page_read_anew_forgets_its_old_marks),
		TEST(separators_come_alone),
		TEST(a_page_that_is_gone_takes_its_marks_along),
		TEST(marks_nobody_knows_or_too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
