/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job.h"

#include "audit.h"
#include "base.h"
#include "json_out.h"
#include "record_parts.h"

/*
 * Leases (architecture, D10).  Taking one is a single UPDATE of the oldest due row, so that two
 * indexers cannot take the same; on PostgreSQL its inner SELECT gets FOR UPDATE SKIP LOCKED.
 */

/* A document whose holder dies again and again without finishing a page is the cause of it. */
#define LOST_MAX 20
#define PAGES_MAX 262143 /* D7 */
#define BACK_OFF_MAX 10	 /* doublings */

/* What a holder's call works on. */
struct held {
	int64_t component, record;
	const char *uid; /* of the record */
	int64_t tries;
	bool found;
};

struct held_query {
	struct held *held;
	struct arena *arena;
};

static enum status
step_held(struct db_row *row, void *payload, struct err *err)
{
	struct held_query *q = payload;

	(void)err;
	*q->held = (struct held){
		.component = db_column_int(row, 0),
		.record = db_column_int(row, 1),
		.uid = db_column_text(row, 2, q->arena),
		.tries = db_column_int(row, 3),
		.found = true,
	};
	return ST_OK;
}

static enum status
check_held(struct catalog *catalog, int64_t job, const char *owner, struct arena *arena,
    struct held *held, struct err *err)
{
	struct held_query q = { held, arena };
	enum status st;

	*held = (struct held){ 0 };
	st = db_query(catalog->db,
	    "SELECT j.component, c.record, r.uid, j.tries FROM job j"
	    " JOIN component c ON c.id=j.component JOIN record r ON r.id=c.record"
	    " WHERE j.id=$1 AND j.owner=$2 AND j.state='leased'",
	    DB_ARGS(db_int(job), db_text(owner)), step_held, &q, err);
	if (st == ST_OK && !held->found)
		return fail(err, ST_CONFLICT, "job %lld is no longer leased to %.64s",
		    (long long)job, owner);
	return st;
}

/* A holder's change: inside one transaction, and only while the lease is its own. */
typedef enum status (*held_change)(struct catalog *, int64_t job, const struct held *,
    const void *what, struct arena *, struct err *);

static enum status
change_held(struct catalog *catalog, int64_t job, const char *owner, held_change change,
    const void *what, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct held held;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = check_held(catalog, job, owner, arena, &held, err);
	if (st == ST_OK)
		st = change(catalog, job, &held, what, arena, err);
	return catalog_end(catalog, st, err);
}

/* --- the record that a document belongs to ------------------------------------------------------ */

struct outcomes {
	int64_t open, read, partial, refused, failed;
	const char *reason;
	struct arena *arena;
};

static enum status
step_outcome(struct db_row *row, void *payload, struct err *err)
{
	struct outcomes *o = payload;
	struct span outcome = db_column_bytes(row, 1);

	(void)err;
	if (span_equal_str(outcome, "read"))
		o->read++;
	else if (span_equal_str(outcome, "partial"))
		o->partial++;
	else if (span_equal_str(outcome, "refused"))
		o->refused++;
	else if (span_equal_str(outcome, "failed"))
		o->failed++;
	else
		o->open++;
	if (!o->reason)
		o->reason = db_column_text(row, 2, o->arena);
	return ST_OK;
}

/* Of several components: still open ones first, then whether all, some or none could be read. */
static enum record_reading
reading_of(const struct outcomes *o)
{
	if (o->open)
		return READING_READING;
	if (!o->partial && !o->refused && !o->failed)
		return READING_READ;
	if (o->read || o->partial)
		return READING_PARTIAL;
	return o->failed ? READING_FAILED : READING_REFUSED;
}

static enum status
settle_record(struct catalog *catalog, int64_t record, struct arena *arena, struct err *err)
{
	struct outcomes o = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT j.id, j.outcome, j.reason FROM job j JOIN component c ON c.id=j.component"
	    " WHERE c.record=$1 ORDER BY c.ordinal",
	    DB_ARGS(db_int(record)), step_outcome, &o, err);
	enum record_reading reading = reading_of(&o);

	if (st != ST_OK)
		return st;
	return db_exec(catalog->db, "UPDATE record SET reading=$2, reading_reason=$3 WHERE id=$1",
	    DB_ARGS(db_int(record), db_text(record_reading_name(reading)),
		db_text(reading == READING_READ ? NULL : o.reason)),
	    NULL, err);
}

static enum status
set_reading(struct catalog *catalog, int64_t record, enum record_reading reading, struct err *err)
{
	return db_exec(catalog->db, "UPDATE record SET reading=$2 WHERE id=$1 AND reading<>$2",
	    DB_ARGS(db_int(record), db_text(record_reading_name(reading))), NULL, err);
}

static enum status
log_reading(struct catalog *catalog, const struct held *held, const char *outcome,
    const char *reading, const char *reason, const char *provenance, struct err *err)
{
	static const struct actor system = { .source = "indexer" };
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_PRESERVATION,
		.action = "record.read",
		.kind = "record",
		.object = held->uid,
		.outcome = outcome };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "reading", reading);
	json_key_opt(&json, "reason", reason);
	if (provenance) {
		json_key(&json, "provenance");
		json_raw(&json, span_of(provenance));
	}
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(catalog, &system, &event, err);
}

/* --- taking work -------------------------------------------------------------------------------- */

struct taking {
	struct job *job;
	struct arena *arena;
	int64_t component, lost;
	bool found;
};

static enum status
step_taken(struct db_row *row, void *payload, struct err *err)
{
	struct taking *t = payload;

	(void)err;
	t->found = true;
	t->job->id = db_column_int(row, 0);
	t->component = db_column_int(row, 1);
	t->job->tries = (int)db_column_int(row, 2);
	t->job->mime = db_column_text(row, 3, t->arena);
	t->job->pages = db_column_int(row, 4);
	t->lost = db_column_int(row, 5);
	return ST_OK;
}

static enum status
give_up_lost(struct catalog *catalog, const char *owner, int64_t job, struct err *err)
{
	bool given_up;

	return job_failed(catalog, job, owner,
	    "reading it ended without a word again and again; tangthu-indexer was killed or crashed",
	    1, 1, &given_up, err);
}

static enum status
take(struct catalog *catalog, const char *owner, int64_t lease_s, struct taking *t, struct err *err)
{
	int64_t now = now_us();
	enum status st;

	for (;;) {
		t->found = false;
		st = db_query(catalog->db,
		    "UPDATE job SET lost=lost+CASE state WHEN 'leased' THEN 1 ELSE 0 END,"
		    " state='leased', owner=$1, due=$2, updated=$3 WHERE id=(SELECT id FROM job"
		    " WHERE state IN('waiting','leased') AND due<=$3 ORDER BY due, id LIMIT 1)"
		    " RETURNING id, component, tries, mime, pages, lost",
		    DB_ARGS(db_text(owner), db_int(now + lease_s * 1000000), db_int(now)),
		    step_taken, t, err);
		if (st != ST_OK)
			return st;
		if (!t->found)
			return fail(err, ST_NOT_FOUND, "no document is due");
		if (t->lost < LOST_MAX)
			break;
		if ((st = give_up_lost(catalog, owner, t->job->id, err)) != ST_OK)
			return st;
	}
	st = component_load(catalog, t->component, t->arena, &t->job->component, err);
	if (st != ST_OK)
		return st;
	t->job->record = t->job->component.record;
	return set_reading(catalog, t->job->record, READING_READING, err);
}

enum status
job_lease(struct catalog *catalog, const char *owner, int64_t lease_s, struct arena *arena,
    struct job *job, struct err *err)
{
	struct job taken = { 0 };
	struct taking t = { .job = &taken, .arena = arena };
	enum status st = db_begin(catalog->db, err), end;
	struct err none = ERR_INIT;

	if (st != ST_OK)
		return st;
	st = take(catalog, owner, lease_s, &t, err);
	/* What was given up on the way is kept although nothing was left to take. */
	end = catalog_end(catalog, st == ST_NOT_FOUND ? ST_OK : st, st == ST_OK ? err : &none);
	if (st != ST_OK || end != ST_OK)
		return st != ST_OK ? st : end;
	*job = taken;
	return ST_OK;
}

enum status
job_renew(struct catalog *catalog, int64_t job, const char *owner, int64_t lease_s, struct err *err)
{
	int64_t now = now_us(), changed;
	enum status st = db_exec(catalog->db,
	    "UPDATE job SET due=$3, updated=$4 WHERE id=$1 AND owner=$2 AND state='leased'",
	    DB_ARGS(db_int(job), db_text(owner), db_int(now + lease_s * 1000000), db_int(now)),
	    &changed, err);

	if (st == ST_OK && !changed)
		return fail(err, ST_CONFLICT, "job %lld is no longer leased to %.64s",
		    (long long)job, owner);
	return st;
}

static enum status
release(struct catalog *catalog, int64_t job, const struct held *held, const void *what,
    struct arena *arena, struct err *err)
{
	int64_t now = now_us();
	enum status st = db_exec(catalog->db,
	    "UPDATE job SET state='waiting', owner=NULL, due=$2, updated=$2 WHERE id=$1",
	    DB_ARGS(db_int(job), db_int(now)), NULL, err);

	(void)what;
	(void)arena;
	return st != ST_OK ? st : set_reading(catalog, held->record, READING_WAITING, err);
}

enum status
job_release(struct catalog *catalog, int64_t job, const char *owner, struct err *err)
{
	return change_held(catalog, job, owner, release, NULL, err);
}

enum status
job_reclaim(struct catalog *catalog, const char *owner, int64_t *count, struct err *err)
{
	int64_t now = now_us(), changed;
	enum status st = db_exec(catalog->db,
	    "UPDATE job SET state='waiting', owner=NULL, due=$2, updated=$2, lost=lost+1"
	    " WHERE owner=$1 AND state='leased'",
	    DB_ARGS(db_text(owner), db_int(now)), &changed, err);

	if (st == ST_OK)
		*count = changed;
	return st;
}

/* --- what was found out ------------------------------------------------------------------------- */

static enum status
put_pages(struct catalog *catalog, int64_t component, int64_t pages, struct err *err)
{
	enum status st = db_exec(catalog->db, "DELETE FROM page WHERE component=$1 AND no>$2",
	    DB_ARGS(db_int(component), db_int(pages)), NULL, err);

	if (st != ST_OK || pages == 0)
		return st;
	return db_exec(catalog->db,
	    "WITH RECURSIVE n(no) AS (SELECT 1 UNION ALL SELECT no+1 FROM n WHERE no<$2)"
	    " INSERT INTO page(component, no) SELECT $1, no FROM n WHERE no>0"
	    " ON CONFLICT(component, no) DO NOTHING",
	    DB_ARGS(db_int(component), db_int(pages)), NULL, err);
}

static enum status
put_document(struct catalog *catalog, int64_t job, const struct held *held, const void *what,
    struct arena *arena, struct err *err)
{
	const struct job_document *d = what;
	enum status st = db_exec(catalog->db,
	    "UPDATE job SET mime=$2, pages=$3, updated=$4 WHERE id=$1",
	    DB_ARGS(db_int(job), db_text(d->mime), db_int(d->pages), db_int(now_us())), NULL, err);

	(void)arena;
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE blob SET mime=$2, format=$3 WHERE sha256 IN (SELECT blob FROM rendition"
		    " WHERE component=$1 AND kind='original')",
		    DB_ARGS(db_int(held->component), db_text(d->mime), db_text(d->format)), NULL,
		    err);
	if (st == ST_OK)
		st = put_pages(catalog, held->component, d->pages, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE record SET pages=(SELECT coalesce(sum(j.pages), 0) FROM job j"
		    " JOIN component c ON c.id=j.component WHERE c.record=$1) WHERE id=$1",
		    DB_ARGS(db_int(held->record)), NULL, err);
	return st;
}

enum status
job_document(struct catalog *catalog, int64_t job, const char *owner,
    const struct job_document *document, struct err *err)
{
	if (document->pages < 0 || document->pages > PAGES_MAX)
		return fail(err, ST_INVALID, "a document has 0 to %d pages", PAGES_MAX);
	return change_held(catalog, job, owner, put_document, document, err);
}

static enum status
put_page(struct catalog *catalog, int64_t job, const struct held *held, const void *what,
    struct arena *arena, struct err *err)
{
	const struct page *p = what;
	int64_t changed;
	enum status st = db_exec(catalog->db,
	    "UPDATE page SET state=$3, reason=$4, width=$5, height=$6, dpi=$7, rotation=$8,"
	    " skew=$9, confidence=$10, source=$11, language=$12, warnings=$13, words=$14,"
	    " image_mime=$15, image_width=$16, image_height=$17 WHERE component=$1 AND no=$2",
	    DB_ARGS(db_int(held->component), db_int(p->no), db_text(page_state_name(p->state)),
		db_text(p->reason), db_int(p->width), db_int(p->height), db_int(p->dpi),
		db_int(p->rotation), db_real(p->skew),
		p->confidence < 0 ? db_text(NULL) : db_real(p->confidence), db_text(p->source),
		db_text(p->language), db_text(p->warnings), db_int(p->words),
		db_text(p->image_mime), db_int(p->image_width), db_int(p->image_height)),
	    &changed, err);

	(void)arena;
	if (st == ST_OK && !changed)
		return fail(err, ST_NOT_FOUND, "page %d of component %lld: not found", p->no,
		    (long long)held->component);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE job SET lost=0, updated=$2 WHERE id=$1",
		    DB_ARGS(db_int(job), db_int(now_us())), NULL, err);
	return st;
}

enum status
job_page(struct catalog *catalog, int64_t job, const char *owner, const struct page *page,
    struct err *err)
{
	return change_held(catalog, job, owner, put_page, page, err);
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
	    "SELECT p.no FROM job j JOIN page p ON p.component=j.component"
	    " WHERE j.id=$1 AND p.state='waiting' ORDER BY p.no LIMIT $2",
	    DB_ARGS(db_int(job), db_int((int64_t)limit)), step_number, &list, err);

	if (st != ST_OK)
		return st;
	*pages = list.rows;
	*count = list.count;
	return ST_OK;
}

struct page_failure {
	int no, max_tries;
	const char *reason;
	bool *given_up;
};

static enum status
fail_page(struct catalog *catalog, int64_t job, const struct held *held, const void *what,
    struct arena *arena, struct err *err)
{
	const struct page_failure *f = what;
	int64_t tries;
	enum status st = db_query_int(catalog->db,
	    "UPDATE page SET tries=tries+1, reason=$3,"
	    " state=CASE WHEN tries+1>=$4 THEN 'given_up' ELSE state END"
	    " WHERE component=$1 AND no=$2 AND state='waiting' RETURNING tries",
	    DB_ARGS(
		db_int(held->component), db_int(f->no), db_text(f->reason), db_int(f->max_tries)),
	    &tries, err);

	(void)job;
	(void)arena;
	if (st == ST_OK)
		*f->given_up = tries >= f->max_tries;
	return st;
}

enum status
job_page_failed(struct catalog *catalog, int64_t job, const char *owner, int no, const char *reason,
    int max_tries, bool *given_up, struct err *err)
{
	bool up = false;
	const struct page_failure f = { no, max_tries, reason, &up };
	enum status st = change_held(catalog, job, owner, fail_page, &f, err);

	if (st == ST_OK)
		*given_up = up;
	return st;
}

/* --- the end ------------------------------------------------------------------------------------ */

static enum status
end_job(struct catalog *catalog, int64_t job, const char *state, enum record_reading reading,
    const char *reason, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE job SET state=$2, owner=NULL, outcome=$3, reason=$4, updated=$5, lost=0"
	    " WHERE id=$1",
	    DB_ARGS(db_int(job), db_text(state), db_text(record_reading_name(reading)),
		db_text(reason), db_int(now_us())),
	    NULL, err);
}

static enum status
finish(struct catalog *catalog, int64_t job, const struct held *held, const void *what,
    struct arena *arena, struct err *err)
{
	const struct job_result *r = what;
	const char *state = r->reading == READING_FAILED ? "failed" : "done";
	enum status st = end_job(catalog, job, state, r->reading, r->reason, err);

	if (st == ST_OK)
		st = settle_record(catalog, held->record, arena, err);
	if (st == ST_OK && r->quarantine)
		st = db_exec(catalog->db,
		    "UPDATE record SET quarantine=1 WHERE id=$1 AND quarantine=0",
		    DB_ARGS(db_int(held->record)), NULL, err);
	if (st == ST_OK)
		st = suggestions_replace(catalog, held->record, held->component, r->suggestions,
		    r->suggestion_count, err);
	if (st == ST_OK)
		st = record_touch(catalog, held->record, true, err);
	if (st == ST_OK)
		st = log_reading(catalog, held, r->reading == READING_FAILED ? "failed" : "ok",
		    record_reading_name(r->reading), r->reason, r->provenance, err);
	return st;
}

enum status
job_finish(struct catalog *catalog, int64_t job, const char *owner, const struct job_result *result,
    struct err *err)
{
	if (result->reading < READING_READ || result->reading >= READING_COUNT)
		return fail(
		    err, ST_INVALID, "a finished document is read, partial, refused or failed");
	return change_held(catalog, job, owner, finish, result, err);
}

struct failure {
	const char *reason;
	int64_t retry_s;
	int max_tries;
	bool *given_up;
};

static enum status
try_later(struct catalog *catalog, int64_t job, const struct held *held, const struct failure *f,
    struct err *err)
{
	int64_t doublings = held->tries < BACK_OFF_MAX ? held->tries : BACK_OFF_MAX;
	int64_t now = now_us(), wait = f->retry_s * ((int64_t)1 << doublings) * 1000000;
	enum status st = db_exec(catalog->db,
	    "UPDATE job SET state='waiting', owner=NULL, tries=tries+1, reason=$2, due=$3,"
	    " updated=$4 WHERE id=$1",
	    DB_ARGS(db_int(job), db_text(f->reason), db_int(now + wait), db_int(now)), NULL, err);

	return st != ST_OK ? st : set_reading(catalog, held->record, READING_WAITING, err);
}

static enum status
fail_document(struct catalog *catalog, int64_t job, const struct held *held, const void *what,
    struct arena *arena, struct err *err)
{
	const struct failure *f = what;
	enum status st;

	*f->given_up = held->tries + 1 >= f->max_tries;
	if (!*f->given_up)
		return try_later(catalog, job, held, f, err);
	st = db_exec(catalog->db, "UPDATE job SET tries=tries+1 WHERE id=$1", DB_ARGS(db_int(job)),
	    NULL, err);
	if (st == ST_OK)
		st = end_job(catalog, job, "failed", READING_FAILED, f->reason, err);
	if (st == ST_OK)
		st = settle_record(catalog, held->record, arena, err);
	if (st == ST_OK)
		st = record_touch(catalog, held->record, true, err);
	if (st == ST_OK)
		st = log_reading(catalog, held, "failed", record_reading_name(READING_FAILED),
		    f->reason, NULL, err);
	return st;
}

enum status
job_failed(struct catalog *catalog, int64_t job, const char *owner, const char *reason,
    int64_t retry_s, int max_tries, bool *given_up, struct err *err)
{
	bool up = false;
	const struct failure f = { reason, retry_s, max_tries, &up };
	enum status st = change_held(catalog, job, owner, fail_document, &f, err);

	if (st == ST_OK)
		*given_up = up;
	return st;
}
