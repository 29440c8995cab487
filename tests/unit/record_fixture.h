/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECORD_FIXTURE_H
#define RECORD_FIXTURE_H
#include "catalog_fixture.h"

#include "access.h"
#include "job.h"
#include "plan.h"
#include "record.h"

/* A small archive with real nodes: fonds > class > dossiers, and people with rights on them. */
struct archive {
	struct fixture *f;
	struct access *all; /* the system's */
	int64_t fonds, class_node, dossier, other;
	int arrivals;
};

static inline int64_t
archive_node(struct archive *a, int64_t parent, enum node_kind kind, const char *code, int level)
{
	const struct node_new n = { .parent = parent,
		.kind = kind,
		.code = code,
		.title = arena_printf(a->f->arena, "Title of %s", code),
		.level = level };
	int64_t id = 0;

	assert_ok(
	    node_create(a->f->catalog, &a->f->system, a->all, &n, &id, &a->f->err), &a->f->err);
	return id;
}

/* Classes were made since: everything is admitted again. */
static inline void
archive_refresh(struct archive *a)
{
	access_freep(&a->all);
	assert_ok(access_load_system(&a->all, a->f->catalog, &a->f->err), &a->f->err);
}

static inline int
archive_set_up(void **state)
{
	static const struct rule review = { "review", "To be reviewed", "test", 10, "review" };
	struct archive *a = calloc(1, sizeof(*a));
	const struct node_new fonds = { .kind = NODE_FONDS,
		.code = "H24",
		.title = "Sở Du lịch",
		.rule = "review",
		.level = 0 };
	void *inner;

	assert_non_null(a);
	fixture_set_up(&inner);
	a->f = inner;
	archive_refresh(a);
	assert_ok(rule_create(a->f->catalog, &a->f->system, &review, &a->f->err), &a->f->err);
	assert_ok(node_create(a->f->catalog, &a->f->system, a->all, &fonds, &a->fonds, &a->f->err),
	    &a->f->err);
	archive_refresh(a);
	a->class_node = archive_node(a, a->fonds, NODE_CLASS, "01", 0);
	archive_refresh(a);
	a->dossier = archive_node(a, a->class_node, NODE_DOSSIER, "A", 0);
	a->other = archive_node(a, a->class_node, NODE_DOSSIER, "B", 0);
	archive_refresh(a);
	*state = a;
	return 0;
}

static inline int
archive_tear_down(void **state)
{
	struct archive *a = *state;
	void *inner = a->f;

	access_free(a->all);
	fixture_tear_down(&inner);
	free(a);
	return 0;
}

/* A SHA-256 that no file has. */
static inline const char *
archive_digest(struct archive *a, int number)
{
	return arena_printf(a->f->arena, "%064x", (unsigned)number + 1);
}

static inline struct arrival
archive_arrival(struct archive *a, int64_t dossier)
{
	int n = a->arrivals++;

	return (struct arrival){ .sha256 = archive_digest(a, n),
		.size = 1000 + n,
		.name = arena_printf(a->f->arena, "scan-%d.pdf", n),
		.origin = "cli",
		.dossier = dossier,
		.level = -1 };
}

static inline int64_t
archive_register(struct archive *a, const struct arrival *arrival)
{
	int64_t id = 0;
	bool again = true;

	assert_ok(
	    record_register(a->f->catalog, &a->f->system, a->all, arrival, &id, &again, &a->f->err),
	    &a->f->err);
	assert_false(again);
	return id;
}

static inline int64_t
archive_record(struct archive *a, int64_t dossier)
{
	const struct arrival arrival = archive_arrival(a, dossier);

	return archive_register(a, &arrival);
}

static inline struct record
archive_load(struct archive *a, int64_t id)
{
	struct record record;

	assert_ok(
	    record_load(a->f->catalog, a->all, id, a->f->arena, &record, &a->f->err), &a->f->err);
	return record;
}

static inline struct job
archive_lease(struct archive *a, const char *owner)
{
	struct job job;

	assert_ok(job_lease(a->f->catalog, owner, 60, a->f->arena, &job, &a->f->err), &a->f->err);
	return job;
}

/* Reads the next document as owner would: pages of words, then done. */
static inline int64_t
archive_read(struct archive *a, int pages, const struct job_result *result)
{
	const struct job_document document = { "application/pdf", "PDF 1.7", pages };
	struct job job = archive_lease(a, "test:0");

	assert_ok(job_document(a->f->catalog, job.id, "test:0", &document, &a->f->err), &a->f->err);
	for (int i = 1; i <= pages; i++) {
		const struct page page = { .no = i,
			.state = PAGE_READ,
			.width = 1000,
			.height = 1400,
			.dpi = 200,
			.confidence = 90,
			.source = "ocr" };

		assert_ok(job_page(a->f->catalog, job.id, "test:0", &page, &a->f->err), &a->f->err);
	}
	assert_ok(job_finish(a->f->catalog, job.id, "test:0", result, &a->f->err), &a->f->err);
	return job.record;
}

/* What one person may do now; the caller frees it. */
static inline struct access *
archive_access(struct archive *a, int64_t principal)
{
	struct access *access = NULL;

	assert_ok(access_load(&access, a->f->catalog, principal, &a->f->err), &a->f->err);
	return access;
}

/* The index has caught up: only the new classes count. */
static inline void
archive_indexed(struct archive *a)
{
	int64_t last;

	assert_ok(outbox_last(a->f->catalog, &last, &a->f->err), &a->f->err);
	assert_ok(outbox_committed(a->f->catalog, last, &a->f->err), &a->f->err);
}

static inline void
archive_grant(struct archive *a, int64_t node, int64_t record, int64_t who, unsigned perms)
{
	int64_t id;

	assert_ok(
	    grant_add(a->f->catalog, &a->f->system, node, record, who, perms, 0, &id, &a->f->err),
	    &a->f->err);
	archive_indexed(a);
	archive_refresh(a);
}

#endif
