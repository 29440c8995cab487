/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "job_parts.h"
#include "record_sketch.h"

/*
 * A lease is an owner's name and a time in the row.  job.due is the earliest moment at which a job
 * may be taken: the back-off of a waiting one, the end of the lease of a leased one; so one partial
 * index has everything that is due in order.
 */
#define BACK_OFF_MAX_S 3600
#define REASON_MAX 500
#define US_PER_S INT64_C(1000000)
#define LOST_REASON "the indexer ended again and again while it read this document"

/* --- taking ------------------------------------------------------------------------------------ */

struct taken {
	struct arena *arena;
	struct job *job;
	int64_t component;
	int lost;
	bool found;
};

static enum status
step_taken(struct db_row *row, void *payload, struct err *err)
{
	struct taken *taken = payload;

	(void)err;
	taken->found = true;
	taken->job->id = db_column_int(row, 0);
	taken->component = db_column_int(row, 1);
	taken->job->tries = (int)db_column_int(row, 2);
	taken->lost = (int)db_column_int(row, 3);
	taken->job->mime = db_column_text(row, 4, taken->arena);
	taken->job->pages = db_column_int(row, 5);
	return ST_OK;
}

/*
 * One statement, inside an immediate transaction on SQLite; on PostgreSQL the inner SELECT gets
 * "FOR UPDATE SKIP LOCKED" and nothing else changes.  A row that was leased until now was lost by
 * its owner.
 */
static enum status
take(struct catalog *catalog, const char *owner, int64_t lease_s, struct taken *taken,
    struct err *err)
{
	int64_t now = now_us();

	return db_query(catalog->db,
	    "UPDATE job SET lost=CASE WHEN state='leased' THEN lost+1 ELSE lost END,"
	    " state='leased', owner=$1, due=$2, updated=$3 WHERE id=(SELECT id FROM job"
	    " WHERE " JOB_OPEN " AND due<=$3 ORDER BY due, id LIMIT 1)"
	    " RETURNING id, component, tries, lost, mime, pages",
	    DB_ARGS(db_text(owner), db_int(now + lease_s * US_PER_S), db_int(now)), step_taken,
	    taken, err);
}

static enum status
give_up(
    struct catalog *catalog, int64_t job, const char *owner, const char *reason, struct err *err)
{
	struct job_result result = { .reading = READING_FAILED, .reason = reason };

	return job_finish(catalog, job, owner, &result, err);
}

static enum status
load_taken(struct catalog *catalog, struct taken *taken, struct err *err)
{
	struct job *job = taken->job;
	enum status st =
	    component_load(catalog, taken->component, taken->arena, &job->component, err);

	if (st != ST_OK)
		return st;
	job->record = job->component.record;
	return db_exec(catalog->db,
	    "UPDATE record SET reading='reading' WHERE id=$1 AND reading='waiting'",
	    DB_ARGS(db_int(job->record)), NULL, err);
}

/* The next one that is worth a try; what kills every indexer that takes it fails on the way. */
static enum status
take_sound(struct catalog *catalog, const char *owner, int64_t lease_s, struct taken *taken,
    struct err *err)
{
	for (;;) {
		enum status st;

		taken->found = false;
		st = take(catalog, owner, lease_s, taken, err);
		if (st != ST_OK || !taken->found || taken->lost < JOB_LOST_MAX)
			return st;
		st = give_up(catalog, taken->job->id, owner, LOST_REASON, err);
		if (st != ST_OK)
			return st;
	}
}

enum status
job_lease(struct catalog *catalog, const char *owner, int64_t lease_s, struct arena *arena,
    struct job *job, struct err *err)
{
	struct job found = { 0 };
	struct taken taken = { .arena = arena, .job = &found };
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = take_sound(catalog, owner, lease_s, &taken, err);
	if (st == ST_OK && taken.found)
		st = load_taken(catalog, &taken, err);
	st = catalog_end(catalog, st, err);
	if (st != ST_OK)
		return st;
	if (!taken.found)
		return fail(err, ST_NOT_FOUND, "no job is due");
	*job = found;
	return ST_OK;
}

/* --- holding ----------------------------------------------------------------------------------- */

static enum status
lease_lost(int64_t job, const char *owner, struct err *err)
{
	return fail(err, ST_CONFLICT, "job %lld is no longer leased by %.64s; stop working on it",
	    (long long)job, owner);
}

static enum status
step_held(struct db_row *row, void *payload, struct err *err)
{
	struct job_lease_row *held = payload;

	(void)err;
	held->component = db_column_int(row, 0);
	held->record = db_column_int(row, 1);
	held->tries = (int)db_column_int(row, 2);
	return ST_OK;
}

enum status
job_held(struct catalog *catalog, int64_t job, const char *owner, struct job_lease_row *held,
    struct err *err)
{
	enum status st;

	*held = (struct job_lease_row){ 0 };
	st = db_query(catalog->db,
	    "SELECT j.component, c.record, j.tries FROM job j JOIN component c ON c.id=j.component"
	    " WHERE j.id=$1 AND j.owner=$2 AND j.state='leased'",
	    DB_ARGS(db_int(job), db_text(owner)), step_held, held, err);
	return st == ST_OK && !held->component ? lease_lost(job, owner, err) : st;
}

enum status
job_renew(struct catalog *catalog, int64_t job, const char *owner, int64_t lease_s, struct err *err)
{
	int64_t changed = 0, now = now_us();
	enum status st = db_exec(catalog->db,
	    "UPDATE job SET due=$3, updated=$4 WHERE id=$1 AND owner=$2 AND state='leased'",
	    DB_ARGS(db_int(job), db_text(owner), db_int(now + lease_s * US_PER_S), db_int(now)),
	    &changed, err);

	return st == ST_OK && !changed ? lease_lost(job, owner, err) : st;
}

/* The record waits again unless another of its documents is being read. */
static enum status
back_to_waiting(struct catalog *catalog, int64_t component, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE record SET reading='waiting' WHERE reading='reading'"
	    " AND id=(SELECT record FROM component WHERE id=$1) AND NOT EXISTS(SELECT 1 FROM job j"
	    " JOIN component c ON c.id=j.component WHERE c.record=record.id AND j.state='leased')",
	    DB_ARGS(db_int(component)), NULL, err);
}

static enum status
release(struct catalog *catalog, int64_t job, const char *owner, struct err *err)
{
	struct job_lease_row held;
	enum status st = job_held(catalog, job, owner, &held, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE job SET state='waiting', owner=NULL, due=$2, updated=$2 WHERE id=$1",
		    DB_ARGS(db_int(job), db_int(now_us())), NULL, err);
	return st == ST_OK ? back_to_waiting(catalog, held.component, err) : st;
}

enum status
job_release(struct catalog *catalog, int64_t job, const char *owner, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = release(catalog, job, owner, err);
	return catalog_end(catalog, st, err);
}

static enum status
step_reclaim(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	int64_t *component = row_list_add(list, sizeof(*component));

	(void)err;
	*component = db_column_int(row, 0);
	return ST_OK;
}

static enum status
reclaim(struct catalog *catalog, const char *owner, struct row_list *components, struct err *err)
{
	enum status st = db_query(catalog->db,
	    "UPDATE job SET state='waiting', owner=NULL, lost=lost+1, due=$2, updated=$2"
	    " WHERE owner=$1 AND state='leased' RETURNING component",
	    DB_ARGS(db_text(owner), db_int(now_us())), step_reclaim, components, err);
	const int64_t *id = components->rows;

	for (size_t i = 0; st == ST_OK && i < components->count; i++)
		st = back_to_waiting(catalog, id[i], err);
	return st;
}

enum status
job_reclaim(struct catalog *catalog, const char *owner, int64_t *count, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list components = { .arena = arena };
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = reclaim(catalog, owner, &components, err);
	st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*count = (int64_t)components.count;
	return st;
}

/* --- ending ------------------------------------------------------------------------------------ */

/* A reason is for people: one line, valid text, bounded. */
static const char *
bounded_reason(const char *reason, struct arena *arena)
{
	return reason ? record_line(reason, REASON_MAX, arena) : NULL;
}

static enum status
end_job(struct catalog *catalog, int64_t job, const struct job_result *result, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();

	return db_exec(catalog->db,
	    "UPDATE job SET state=$2, owner=NULL, outcome=$3, reason=$4, lost=0, updated=$5"
	    " WHERE id=$1",
	    DB_ARGS(db_int(job), db_text(result->reading == READING_FAILED ? "failed" : "done"),
		db_text(record_reading_name(result->reading)),
		db_text(bounded_reason(result->reason, arena)), db_int(now_us())),
	    NULL, err);
}

/* A secret mark holds the record back; what a person released stays released. */
static enum status
set_quarantine(struct catalog *catalog, int64_t record, struct err *err)
{
	return db_exec(catalog->db, "UPDATE record SET quarantine=1 WHERE id=$1 AND quarantine=0",
	    DB_ARGS(db_int(record)), NULL, err);
}

static enum status
finish(struct catalog *catalog, int64_t job, const char *owner, const struct job_result *result,
    struct err *err)
{
	struct job_lease_row held;
	enum status st = job_held(catalog, job, owner, &held, err);

	if (st == ST_OK)
		st = end_job(catalog, job, result, err);
	if (st == ST_OK && result->quarantine)
		st = set_quarantine(catalog, held.record, err);
	if (st == ST_OK)
		st = suggestions_replace(catalog, held.record, held.component, result->suggestions,
		    result->suggestion_count, err);
	if (st == ST_OK)
		st = reading_findings_replace(catalog, held.record, held.component,
		    result->findings, result->finding_count, err);
	if (st == ST_OK) /* records.md 14 */
		st = record_sketch_put(
		    catalog, held.component, result->quarantine ? NULL : result->sketch, err);
	if (st == ST_OK)
		st = job_settle_record(catalog, held.record, err);
	return st == ST_OK ? job_log_reading(catalog, owner, held.component, result, err) : st;
}

enum status
job_finish(struct catalog *catalog, int64_t job, const char *owner, const struct job_result *result,
    struct err *err)
{
	enum status st;

	if (result->reading < READING_READ || result->reading >= READING_COUNT)
		return fail(err, ST_INVALID, "a reading does not end as %s",
		    result->reading < READING_COUNT ? record_reading_name(result->reading) : "?");
	st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = finish(catalog, job, owner, result, err);
	return catalog_end(catalog, st, err);
}

/* retry_s, twice that, four times that ... at most an hour. */
static int64_t
back_off_s(int64_t retry_s, int tries)
{
	int64_t wait = retry_s > 0 ? retry_s : 1;

	for (int i = 0; i < tries && wait < BACK_OFF_MAX_S; i++)
		wait *= 2;
	return wait < BACK_OFF_MAX_S ? wait : BACK_OFF_MAX_S;
}

static enum status
put_off(struct catalog *catalog, int64_t job, const struct job_lease_row *held, const char *reason,
    int64_t retry_s, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	int64_t now = now_us();
	int64_t due = now + back_off_s(retry_s, held->tries) * US_PER_S;
	enum status st = db_exec(catalog->db,
	    "UPDATE job SET state='waiting', owner=NULL, tries=tries+1, lost=0, reason=$2, due=$3,"
	    " updated=$4 WHERE id=$1",
	    DB_ARGS(db_int(job), db_text(bounded_reason(reason, arena)), db_int(due), db_int(now)),
	    NULL, err);

	return st == ST_OK ? back_to_waiting(catalog, held->component, err) : st;
}

static enum status
count_failure(struct catalog *catalog, int64_t job, const char *owner, const char *reason,
    int64_t retry_s, int max_tries, bool *given_up, struct err *err)
{
	struct job_lease_row held;
	enum status st = job_held(catalog, job, owner, &held, err);

	if (st != ST_OK)
		return st;
	*given_up = held.tries + 1 >= max_tries;
	if (!*given_up)
		return put_off(catalog, job, &held, reason, retry_s, err);
	st = db_exec(catalog->db, "UPDATE job SET tries=tries+1 WHERE id=$1", DB_ARGS(db_int(job)),
	    NULL, err);
	return st == ST_OK ? give_up(catalog, job, owner, reason, err) : st;
}

enum status
job_failed(struct catalog *catalog, int64_t job, const char *owner, const char *reason,
    int64_t retry_s, int max_tries, bool *given_up, struct err *err)
{
	bool last = false;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = count_failure(catalog, job, owner, reason, retry_s, max_tries, &last, err);
	st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*given_up = last;
	return st;
}
