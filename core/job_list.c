/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "base.h"
#include "job.h"
#include "json_out.h"
#include "record_parts.h"

/* The queue as people see it. */

#define LIMIT_MAX 500

struct retrying {
	struct catalog *catalog;
	const struct actor *actor;
	struct arena *arena;
	struct row_list records; /* struct retry_record */
};

struct retry_record {
	int64_t id;
	const char *uid;
};

static enum status
step_retry(struct db_row *row, void *payload, struct err *err)
{
	struct retrying *r = payload;
	struct retry_record *record = row_list_add(&r->records, sizeof(*record));

	(void)err;
	record->id = db_column_int(row, 0);
	record->uid = db_column_text(row, 1, r->arena);
	return ST_OK;
}

/* Pages that were read stay as they are; only what was given up is tried once more. */
static enum status
retry_one(struct retrying *r, const struct retry_record *record, int64_t *jobs, struct err *err)
{
	int64_t now = now_us(), changed = 0;
	enum status st = db_exec(r->catalog->db,
	    "UPDATE page SET state='waiting', tries=0, reason=NULL WHERE state='given_up'"
	    " AND component IN (SELECT id FROM component WHERE record=$1)",
	    DB_ARGS(db_int(record->id)), NULL, err);

	if (st == ST_OK)
		st = db_exec(r->catalog->db,
		    "UPDATE job SET state='waiting', outcome=NULL, reason=NULL, tries=0, lost=0,"
		    " due=$2, updated=$2 WHERE (state='failed' OR outcome='partial')"
		    " AND component IN (SELECT id FROM component WHERE record=$1)",
		    DB_ARGS(db_int(record->id), db_int(now)), &changed, err);
	if (st == ST_OK)
		st = db_exec(r->catalog->db,
		    "UPDATE record SET reading='waiting', reading_reason=NULL WHERE id=$1",
		    DB_ARGS(db_int(record->id)), NULL, err);
	if (st == ST_OK)
		st = record_touch(r->catalog, record->id, true, err);
	if (st == ST_OK)
		st = record_log(r->catalog, r->actor, "record.retry", record->uid, NULL, err);
	*jobs += changed;
	return st;
}

static enum status
retry_all(struct retrying *r, int64_t record, int64_t *jobs, struct err *err)
{
	const struct retry_record *list;
	enum status st = db_query(r->catalog->db,
	    "SELECT DISTINCT r.id, r.uid FROM job j JOIN component c ON c.id=j.component"
	    " JOIN record r ON r.id=c.record WHERE (j.state='failed' OR j.outcome='partial')"
	    " AND ($1=0 OR r.id=$1) ORDER BY r.id",
	    DB_ARGS(db_int(record)), step_retry, r, err);

	list = r->records.rows;
	for (size_t i = 0; st == ST_OK && i < r->records.count; i++)
		st = retry_one(r, &list[i], jobs, err);
	return st;
}

enum status
job_retry(struct catalog *catalog, const struct actor *actor, int64_t record, int64_t *count,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct retrying r = { catalog, actor, arena, { .arena = arena } };
	int64_t jobs = 0;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, retry_all(&r, record, &jobs, err), err);
	if (st == ST_OK)
		*count = jobs;
	return st;
}

static enum status
step_counts(struct db_row *row, void *payload, struct err *err)
{
	struct job_counts *counts = payload;
	struct span state = db_column_bytes(row, 0);
	int64_t jobs = db_column_int(row, 1), pages = db_column_int(row, 2);

	(void)err;
	if (span_equal_str(state, "waiting"))
		counts->waiting = jobs;
	else if (span_equal_str(state, "leased"))
		counts->leased = jobs;
	else if (span_equal_str(state, "failed"))
		counts->failed = jobs;
	else
		counts->done = jobs;
	if (span_equal_str(state, "done") || span_equal_str(state, "failed"))
		counts->pages_done += pages;
	else
		counts->pages_waiting += pages;
	return ST_OK;
}

enum status
job_counts(struct catalog *catalog, struct job_counts *counts, struct err *err)
{
	struct job_counts c = { 0 };
	int64_t read;
	enum status st =
	    db_query(catalog->db, "SELECT state, count(*), sum(pages) FROM job GROUP BY state",
		DB_NONE, step_counts, &c, err);

	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "SELECT count(*) FROM page WHERE state<>'waiting' AND component IN"
		    " (SELECT component FROM job WHERE state IN('waiting','leased'))",
		    DB_NONE, &read, err);
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "SELECT count(*) FROM record WHERE index_seq>(SELECT value FROM counter"
		    " WHERE name='index_mark')",
		    DB_NONE, &c.outbox, err);
	if (st != ST_OK)
		return st;
	c.pages_done += read;
	c.pages_waiting -= read;
	*counts = c;
	return ST_OK;
}

enum status
job_next_due(struct catalog *catalog, int64_t *us, struct err *err)
{
	return db_query_int(catalog->db,
	    "SELECT coalesce(min(due), 0) FROM job WHERE state IN('waiting','leased')", DB_NONE, us,
	    err);
}

static enum status
step_row(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct job_row *j = row_list_add(list, sizeof(*j));

	(void)err;
	j->record = db_column_int(row, 0);
	j->record_uid = db_column_text(row, 1, list->arena);
	j->name = db_column_text(row, 2, list->arena);
	j->state = db_column_text(row, 3, list->arena);
	j->reason = db_column_text(row, 4, list->arena);
	j->owner = db_column_text(row, 5, list->arena);
	j->tries = (int)db_column_int(row, 6);
	j->pages = db_column_int(row, 7);
	j->pages_done = db_column_int(row, 8);
	j->updated_us = db_column_int(row, 9);
	return ST_OK;
}

#define JOB_ROWS \
	"SELECT r.id, r.uid, c.name, j.state, j.reason, j.owner, j.tries, j.pages," \
	" (SELECT count(*) FROM page p WHERE p.component=c.id AND p.state<>'waiting'), j.updated" \
	" FROM job j JOIN component c ON c.id=j.component JOIN record r ON r.id=c.record" \
	" WHERE r.state<>'destroyed' AND " ACCESS_SEES_RECORD("r") " AND ($4=0 OR r.id<$4)"

enum status
job_list(struct catalog *catalog, const struct access *access, const char *state, int64_t after,
    size_t limit, struct arena *arena, const struct job_row **rows, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 3];
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "limit is 1 to %d", LIMIT_MAX);
	access_filter_args(access, arena, args);
	args[3] = db_int(after);
	args[4] = db_int((int64_t)limit);
	args[5] = db_text(state);
	if (state)
		st = db_query(catalog->db,
		    JOB_ROWS " AND j.state=$6 ORDER BY r.id DESC, c.ordinal LIMIT $5", args, 6,
		    step_row, &list, err);
	else
		st = db_query(catalog->db,
		    JOB_ROWS " AND j.state<>'done' ORDER BY r.id DESC, c.ordinal LIMIT $5", args, 5,
		    step_row, &list, err);
	if (st != ST_OK)
		return st;
	*rows = list.rows;
	*count = list.count;
	return ST_OK;
}
