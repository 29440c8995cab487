/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "job_parts.h"

/* The queue as people see it: counts, list, second chances. */
#define LIMIT_MAX 500

static const char *const states[] = { "waiting", "leased", "done", "failed" };

/* --- a second chance --------------------------------------------------------------------------- */

struct chance {
	int64_t job, component, record;
	bool packed; /* read to the end before: its pages went into the derived files */
};

static enum status
step_chance(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct chance *chance = row_list_add(list, sizeof(*chance));

	(void)err;
	chance->job = db_column_int(row, 0);
	chance->component = db_column_int(row, 1);
	chance->record = db_column_int(row, 2);
	chance->packed = db_column_int(row, 3) != 0;
	return ST_OK;
}

/*
 * Pages that were given up or refused are read again; after a reading that was packed every page
 * is, because a new package is made from spool files only.
 */
static enum status
reset_pages(struct catalog *catalog, const struct chance *chance, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE page SET state='waiting', tries=0, reason=NULL WHERE component=$1"
	    " AND ($2=1 OR state IN('refused','given_up'))",
	    DB_ARGS(db_int(chance->component), db_int(chance->packed)), NULL, err);
}

static enum status
log_retry(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record record;
	enum status st = record_load_any(catalog, id, arena, &record, err);

	return st == ST_OK ? record_log(catalog, actor, "record.retry", record.uid, NULL, err) : st;
}

static enum status
retry_one(struct catalog *catalog, const struct actor *actor, const struct chance *chance,
    struct err *err)
{
	enum status st = reset_pages(catalog, chance, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE job SET state='waiting', tries=0, lost=0, outcome=NULL, reason=NULL,"
		    " due=$2, updated=$2 WHERE id=$1",
		    DB_ARGS(db_int(chance->job), db_int(now_us())), NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE record SET reading='waiting', reading_reason=NULL WHERE id=$1",
		    DB_ARGS(db_int(chance->record)), NULL, err);
	if (st == ST_OK)
		st = record_touch(catalog, chance->record, true, err);
	return st == ST_OK ? log_retry(catalog, actor, chance->record, err) : st;
}

#define CHANCES \
	"SELECT j.id, j.component, c.record, CASE WHEN j.state='done' THEN 1 ELSE 0 END" \
	" FROM job j JOIN component c ON c.id=j.component"
/* Of one record also what was refused or read in part: limits may have been raised meanwhile. */
static enum status
retry_all(struct catalog *catalog, const struct actor *actor, int64_t record,
    struct row_list *chances, struct err *err)
{
	const struct chance *chance;
	enum status st = record
	    ? db_query(catalog->db,
		  CHANCES " WHERE c.record=$1 AND (j.state='failed'"
			  " OR j.outcome IN('partial','refused')) ORDER BY j.id",
		  DB_ARGS(db_int(record)), step_chance, chances, err)
	    : db_query(catalog->db, CHANCES " WHERE j.state='failed' ORDER BY j.id", DB_NONE,
		  step_chance, chances, err);

	chance = chances->rows;
	for (size_t i = 0; st == ST_OK && i < chances->count; i++)
		st = retry_one(catalog, actor, &chance[i], err);
	return st;
}

enum status
job_retry(struct catalog *catalog, const struct actor *actor, int64_t record, int64_t *count,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list chances = { .arena = arena };
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = retry_all(catalog, actor, record, &chances, err);
	st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*count = (int64_t)chances.count;
	return st;
}

/* --- counts ------------------------------------------------------------------------------------ */

static enum status
step_state(struct db_row *row, void *payload, struct err *err)
{
	struct job_counts *counts = payload;
	int64_t *const by_state[] = { &counts->waiting, &counts->leased, &counts->done,
		&counts->failed };

	(void)err;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (span_equal_str(db_column_bytes(row, 0), states[i])) {
			*by_state[i] = db_column_int(row, 1);
			if (i >= 2)
				counts->pages_done += db_column_int(row, 2);
		}
	return ST_OK;
}

static enum status
step_pages(struct db_row *row, void *payload, struct err *err)
{
	struct job_counts *counts = payload;

	(void)err;
	counts->pages_waiting += db_column_int(row, 0);
	counts->pages_done += db_column_int(row, 1);
	return ST_OK;
}

/* Ended documents by the index of states, pages one by one only of those that are open. */
enum status
job_counts(struct catalog *catalog, struct job_counts *counts, struct err *err)
{
	struct job_counts found = { 0 };
	enum status st =
	    db_query(catalog->db, "SELECT state, count(*), sum(pages) FROM job GROUP BY state",
		DB_NONE, step_state, &found, err);

	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT coalesce(sum(CASE WHEN p.state='waiting' THEN 1 ELSE 0 END), 0),"
		    " coalesce(sum(CASE WHEN p.state='waiting' THEN 0 ELSE 1 END), 0)"
		    " FROM job j JOIN page p ON p.component=j.component"
		    " WHERE j.state IN('waiting','leased') AND j.pages>0",
		    DB_NONE, step_pages, &found, err);
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "SELECT count(*) FROM record WHERE index_seq>"
		    "(SELECT value FROM counter WHERE name='index_mark')",
		    DB_NONE, &found.outbox, err);
	if (st == ST_OK)
		*counts = found;
	return st;
}

enum status
job_next_due(struct catalog *catalog, int64_t *us, struct err *err)
{
	enum status st = db_query_int(catalog->db,
	    "SELECT due FROM job WHERE " JOB_OPEN " ORDER BY due, id LIMIT 1", DB_NONE, us, err);

	if (st != ST_NOT_FOUND)
		return st;
	*us = 0;
	return ST_OK;
}

/* --- list -------------------------------------------------------------------------------------- */

static enum status
step_row(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct job_row *job = row_list_add(list, sizeof(*job));

	(void)err;
	job->id = db_column_int(row, 0);
	job->record = db_column_int(row, 1);
	job->record_uid = db_column_text(row, 2, list->arena);
	job->name = db_column_text(row, 3, list->arena);
	job->state = db_column_text(row, 4, list->arena);
	job->reason = db_column_text(row, 5, list->arena);
	job->owner = db_column_text(row, 6, list->arena);
	job->tries = (int)db_column_int(row, 7);
	job->pages = db_column_int(row, 8);
	job->updated_us = db_column_int(row, 9);
	job->pages_done = db_column_int(row, 10);
	return ST_OK;
}

/* A state of the table above, or an error; NULL is everything that is not done. */
static enum status
state_condition(const char *state, const char **known, struct err *err)
{
	*known = NULL;
	for (size_t i = 0; state && i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(state, states[i]) == 0)
			*known = states[i];
	return state && !*known ? fail(err, ST_INVALID, "jobs are waiting, leased, done or failed")
				: ST_OK;
}

static void
list_sql(const char *state, struct strbuf *sql)
{
	strbuf_add_str(sql,
	    "SELECT j.id, r.id, r.uid, c.name, j.state, j.reason, j.owner, j.tries, j.pages,"
	    " j.updated, (SELECT count(*) FROM page p WHERE p.component=j.component"
	    " AND p.state<>'waiting') FROM job j JOIN component c ON c.id=j.component"
	    " JOIN record r ON r.id=c.record WHERE j.id<$4 AND ");
	if (state)
		strbuf_addf(sql, "j.state='%s'", state);
	else
		strbuf_add_str(sql, "j.state<>'done'");
	strbuf_add_str(sql, " AND " ACCESS_SEES_RECORD("r") " ORDER BY j.id DESC LIMIT $5");
}

enum status
job_list(struct catalog *catalog, const struct access *access, const char *state, int64_t after,
    size_t limit, struct arena *arena, const struct job_row **rows, size_t *count, struct err *err)
{
	owned(strbuf_free) struct strbuf sql = STRBUF_INIT;
	struct db_value args[ACCESS_FILTER_ARGS + 2];
	struct row_list list = { .arena = arena };
	const char *known;
	enum status st = state_condition(state, &known, err);

	assert(access);
	if (st == ST_OK && (limit < 1 || limit > LIMIT_MAX))
		st = fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if (st != ST_OK)
		return st;
	access_filter_args(access, arena, args);
	args[3] = db_int(after > 0 ? after : INT64_MAX);
	args[4] = db_int((int64_t)limit);
	list_sql(known, &sql);
	st = db_query(catalog->db, sql.buf, args, 5, step_row, &list, err);
	if (st != ST_OK)
		return st;
	*rows = list.rows;
	*count = list.count;
	return ST_OK;
}
