/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job_parts.h"

/* Attempts, state and reason are kept per page (D10): a crash repeats at most the pages in flight. */
#define REASON_MAX 500
#define WARNINGS_MAX 2000
#define PAGES_MAX 262143 /* slices of a record (D7) */

/* The component's share of its file (D6): page 1 of it is first_page of the file. */
static int64_t
pages_of_range(const struct component *c, int64_t pages)
{
	int64_t last = c->last_page > 0 && c->last_page < pages ? c->last_page : pages;
	int64_t first = c->first_page > 0 ? c->first_page : 1;

	return last >= first ? last - first + 1 : 0;
}

static enum status
set_format(struct catalog *catalog, const struct component *c, const struct job_document *document,
    struct err *err)
{
	return db_exec(catalog->db, "UPDATE blob SET mime=$2, format=$3 WHERE sha256=$1",
	    DB_ARGS(db_text(c->sha256), db_text(document->mime), db_text(document->format)), NULL,
	    err);
}

/* Exactly 1..pages: what an earlier try counted otherwise goes, what it read stays. */
static enum status
set_pages(struct catalog *catalog, int64_t component, int64_t pages, struct err *err)
{
	enum status st = db_exec(catalog->db, "DELETE FROM page WHERE component=$1 AND no>$2",
	    DB_ARGS(db_int(component), db_int(pages)), NULL, err);

	if (st != ST_OK || pages == 0)
		return st;
	return db_exec(catalog->db,
	    "WITH RECURSIVE wanted(no) AS (SELECT CAST(1 AS BIGINT) UNION ALL"
	    " SELECT no+1 FROM wanted WHERE no<$2)"
	    " INSERT INTO page(component, no) SELECT $1, no FROM wanted WHERE true"
	    " ON CONFLICT(component, no) DO NOTHING",
	    DB_ARGS(db_int(component), db_int(pages)), NULL, err);
}

static enum status
document(struct catalog *catalog, int64_t job, const char *owner, const struct job_document *given,
    struct arena *arena, struct err *err)
{
	struct job_lease_row held;
	struct component component;
	int64_t pages = 0;
	enum status st = job_held(catalog, job, owner, &held, err);

	if (st == ST_OK)
		st = component_load(catalog, held.component, arena, &component, err);
	if (st == ST_OK)
		st = set_format(catalog, &component, given, err);
	if (st == ST_OK) {
		pages = pages_of_range(&component, given->pages);
		st = set_pages(catalog, held.component, pages, err);
	}
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE job SET mime=$2, pages=$3, lost=0, updated=$4 WHERE id=$1",
		    DB_ARGS(db_int(job), db_text(given->mime), db_int(pages), db_int(now_us())),
		    NULL, err);
	if (st != ST_OK)
		return st;
	return db_exec(catalog->db,
	    "UPDATE record SET pages=(SELECT coalesce(sum(j.pages), 0) FROM job j"
	    " JOIN component c ON c.id=j.component WHERE c.record=record.id) WHERE id=$1",
	    DB_ARGS(db_int(held.record)), NULL, err);
}

enum status
job_document(struct catalog *catalog, int64_t job, const char *owner,
    const struct job_document *given, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st;

	if (given->pages < 0 || given->pages > PAGES_MAX)
		return fail(err, ST_INVALID, "a document has 0 to %d pages", PAGES_MAX);
	st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = document(catalog, job, owner, given, arena, err);
	return catalog_end(catalog, st, err);
}

static enum status
write_page(struct catalog *catalog, int64_t component, const struct page *p, struct arena *arena,
    struct err *err)
{
	int64_t changed = 0;
	const char *reason = p->reason ? record_line(p->reason, REASON_MAX, arena) : NULL;
	const char *warnings = p->warnings ? record_line(p->warnings, WARNINGS_MAX, arena) : NULL;
	struct db_value confidence = db_real(p->confidence);
	enum status st;

	if (!(p->confidence >= 0))
		confidence = db_text(NULL);
	st = db_exec(catalog->db,
	    "UPDATE page SET state=$3, reason=$4, width=$5, height=$6, dpi=$7, rotation=$8,"
	    " skew=$9, confidence=$10, source=$11, language=$12, warnings=$13, words=$14,"
	    " image_mime=$15, image_width=$16, image_height=$17, dark_edge=$18, printed_no=$19,"
	    " image_hash=$20, text_hash=$21 WHERE component=$1 AND no=$2",
	    DB_ARGS(db_int(component), db_int(p->no), db_text(page_state_name(p->state)),
		db_text(reason), db_int(p->width), db_int(p->height), db_int(p->dpi),
		db_int(p->rotation), db_real(p->skew), confidence, db_text(p->source),
		db_text(p->language), db_text(warnings), db_int(p->words), db_text(p->image_mime),
		db_int(p->image_width), db_int(p->image_height),
		p->dark_edge < 0 ? db_text(NULL) : db_int(p->dark_edge), db_ref(p->printed_no),
		db_text(p->image_hash && *p->image_hash ? p->image_hash : NULL),
		db_ref(p->text_hash)),
	    &changed, err);
	if (st == ST_OK && !changed)
		return fail(err, ST_INVALID, "the document has no page %d", p->no);
	return st == ST_OK ? page_marks_replace(catalog, component, p, arena, err) : st;
}

/* A page done is a sign of life. */
static enum status
alive(struct catalog *catalog, int64_t job, struct err *err)
{
	return db_exec(catalog->db, "UPDATE job SET lost=0, updated=$2 WHERE id=$1",
	    DB_ARGS(db_int(job), db_int(now_us())), NULL, err);
}

static enum status
page_done(struct catalog *catalog, int64_t job, const char *owner, const struct page *page,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct job_lease_row held;
	enum status st = job_held(catalog, job, owner, &held, err);

	if (st == ST_OK)
		st = write_page(catalog, held.component, page, arena, err);
	return st == ST_OK ? alive(catalog, job, err) : st;
}

enum status
job_page(struct catalog *catalog, int64_t job, const char *owner, const struct page *page,
    struct err *err)
{
	enum status st;

	if (page->state == PAGE_WAITING || !page_state_name(page->state))
		return fail(err, ST_INVALID, "page %d: not an outcome", page->no);
	st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = page_done(catalog, job, owner, page, err);
	return catalog_end(catalog, st, err);
}

static enum status
step_number(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	int *no = row_list_add(list, sizeof(*no));

	(void)err;
	*no = (int)db_column_int(row, 0);
	return ST_OK;
}

enum status
job_pages_waiting(struct catalog *catalog, int64_t job, size_t limit, struct arena *arena,
    const int **pages, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT p.no FROM page p JOIN job j ON j.component=p.component"
	    " WHERE j.id=$1 AND p.state='waiting' ORDER BY p.no LIMIT $2",
	    DB_ARGS(db_int(job), db_int((int64_t)limit)), step_number, &list, err);

	if (st != ST_OK)
		return st;
	*pages = list.rows;
	*count = list.count;
	return ST_OK;
}

static enum status
page_failed(struct catalog *catalog, int64_t job, const char *owner, int no, const char *reason,
    int max_tries, bool *given_up, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct job_lease_row held;
	int64_t tries = 0;
	enum status st = job_held(catalog, job, owner, &held, err);

	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "UPDATE page SET tries=tries+1, reason=$3 WHERE component=$1 AND no=$2"
		    " AND state='waiting' RETURNING tries",
		    DB_ARGS(db_int(held.component), db_int(no),
			db_text(reason ? record_line(reason, REASON_MAX, arena) : NULL)),
		    &tries, err);
	if (st == ST_NOT_FOUND)
		return fail(err, ST_INVALID, "page %d of the document is not waiting", no);
	if (st == ST_OK)
		st = alive(catalog, job, err);
	if (st != ST_OK)
		return st;
	*given_up = tries >= max_tries;
	if (!*given_up)
		return ST_OK;
	return db_exec(catalog->db, "UPDATE page SET state='given_up' WHERE component=$1 AND no=$2",
	    DB_ARGS(db_int(held.component), db_int(no)), NULL, err);
}

enum status
job_page_failed(struct catalog *catalog, int64_t job, const char *owner, int no, const char *reason,
    int max_tries, bool *given_up, struct err *err)
{
	bool last = false;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = page_failed(catalog, job, owner, no, reason, max_tries, &last, err);
	st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*given_up = last;
	return st;
}
