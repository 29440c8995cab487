/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "record_parts.h"

/*
 * Lists of records, newest first, with a keyset cursor.  Each list is driven by the index that has
 * its rows in order and few others, and stops when the page is full:
 *
 *	a dossier		dossier_item by (dossier, record)
 *	to be reviewed		open suggestions and trouble, two short indexes, merged
 *	not (well) read		the partial index of records that are not read
 *	in quarantine		the partial index of trouble
 *	everything else		first the newest NEAR ids; who may see many finds a page there.  Then, for
 *				who may see few of many, the classes that admit the caller, each a
 *				range of the covering index record_class.
 *
 * The access is a condition of every one of them (access_filter.h), so a page is never filled up
 * afterwards and its cost does not depend on what is hidden.
 */
#define NEAR 20000
#define LIMIT_MAX 500

#define TROUBLE "(r.reading IN('partial','refused','failed') OR r.quarantine=1)"
#define OPEN_SUGGESTION "EXISTS(SELECT 1 FROM suggestion s WHERE s.record=r.id AND s.state='new')"

/* $4 and $5; $6 is the dossier or the oldest id, in texts that have one. */
enum { ARG_AFTER = ACCESS_FILTER_ARGS, ARG_LIMIT, ARG_KEY, ARG_COUNT };

struct list {
	struct catalog *catalog;
	const struct access *access;
	const struct record_filter *filter;
	struct db_value args[ARG_COUNT];
	struct row_list rows;
};

/* What a row must be, whatever drives the list. */
static void
add_conditions(const struct record_filter *f, struct strbuf *sql)
{
	strbuf_add_str(sql, " AND " ACCESS_SEES_RECORD("r"));
	if (f->reading >= 0)
		strbuf_addf(sql, " AND r.reading='%s'",
		    record_reading_name((enum record_reading)f->reading));
	if (f->reading >= 0 && f->reading != READING_READ)
		strbuf_add_str(sql, " AND r.reading<>'read'");
	if (f->quarantine == 1)
		strbuf_add_str(sql, " AND r.quarantine=1");
	if (f->quarantine == 0)
		strbuf_add_str(sql, " AND r.quarantine<>1");
}

/* FROM and WHERE of the driving index, the conditions, order and limit. */
static void
add_source(const struct record_filter *f, const char *from, const char *id, struct strbuf *sql)
{
	strbuf_addf(sql, "SELECT %s AS id FROM %s", id, from);
	add_conditions(f, sql);
	strbuf_add_str(sql, " ORDER BY 1 DESC LIMIT $5");
}

static void
add_review(const struct record_filter *f, struct strbuf *sql)
{
	strbuf_add_str(sql, "SELECT a.id FROM (");
	add_source(f,
	    "suggestion s CROSS JOIN record r WHERE r.id=s.record AND s.state='new'"
	    " AND s.record<$4",
	    "DISTINCT s.record", sql);
	strbuf_add_str(sql, ") AS a UNION SELECT b.id FROM (");
	add_source(f, "record r WHERE r.id<$4 AND " TROUBLE, "r.id", sql);
	strbuf_add_str(sql, ") AS b ORDER BY 1 DESC LIMIT $5");
}

static void
add_dossier(const struct record_filter *f, struct strbuf *sql)
{
	add_source(f,
	    f->review ? "dossier_item i CROSS JOIN record r WHERE r.id=i.record AND i.dossier=$6"
			" AND i.record<$4 AND (" TROUBLE " OR " OPEN_SUGGESTION ")"
		      : "dossier_item i CROSS JOIN record r WHERE r.id=i.record AND i.dossier=$6"
			" AND i.record<$4",
	    "i.record", sql);
}

static enum status
step_record(struct db_row *row, void *payload, struct err *err)
{
	struct list *list = payload;
	struct record *record = row_list_add(&list->rows, sizeof(*record));

	(void)err;
	record_from_row(row, list->access, list->rows.arena, record);
	return ST_OK;
}

/* Appends the records whose ids the query gives; keyed: it has $6. */
static enum status
run(struct list *list, struct strbuf *ids, bool keyed, struct err *err)
{
	owned(strbuf_free) struct strbuf sql = STRBUF_INIT;
	int64_t left = (int64_t)(list->filter->limit - list->rows.count);

	list->args[ARG_LIMIT] = db_int(left);
	strbuf_add_str(&sql, "SELECT " RECORD_COLUMNS " FROM" RECORD_TABLES " WHERE r.id IN (");
	strbuf_add_span(&sql, strbuf_span(ids));
	strbuf_add_str(&sql, ") ORDER BY r.id DESC");
	strbuf_reset(ids);
	return db_query(list->catalog->db, sql.buf, list->args, keyed ? ARG_COUNT : ARG_KEY,
	    step_record, list, err);
}

static enum status
run_plain(struct list *list, int64_t after, struct strbuf *ids, struct err *err)
{
	int64_t newest = 0, floor;
	enum status st = db_query_int(list->catalog->db,
	    "SELECT id FROM record WHERE id<$1 ORDER BY id DESC LIMIT 1", DB_ARGS(db_int(after)),
	    &newest, err);

	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	floor = newest - NEAR + 1;
	list->args[ARG_KEY] = db_int(floor);
	add_source(list->filter, "record r WHERE r.id<$4 AND r.id>=$6", "r.id", ids);
	st = run(list, ids, true, err);
	if (st != ST_OK || list->rows.count == list->filter->limit || floor <= 1)
		return st;
	list->args[ARG_AFTER] = db_int(floor);
	add_source(list->filter,
	    "access_class a CROSS JOIN record r WHERE r.access_class=a.id AND r.id<$4"
	    " AND " ACCESS_CLASS_BYTE("a.id") " > $2",
	    "r.id", ids);
	return run(list, ids, false, err);
}

/* A dossier that the caller may not list has no list. */
static enum status
check_dossier(struct list *list, struct err *err)
{
	int64_t access_class = 0;
	enum status st = db_query_int(list->catalog->db,
	    "SELECT n.access_class FROM node n JOIN dossier d ON d.node=n.id WHERE n.id=$1",
	    DB_ARGS(db_int(list->filter->dossier)), &access_class, err);

	if (st == ST_NOT_FOUND || (st == ST_OK && !access_sees(list->access, access_class)))
		return fail(
		    err, ST_NOT_FOUND, "dossier %lld: not found", (long long)list->filter->dossier);
	return st;
}

static enum status
run_filter(struct list *list, int64_t after, struct err *err)
{
	owned(strbuf_free) struct strbuf ids = STRBUF_INIT;
	const struct record_filter *f = list->filter;

	if (f->dossier)
		add_dossier(f, &ids);
	else if (f->review)
		add_review(f, &ids);
	else if (f->quarantine == 1)
		add_source(f, "record r WHERE r.id<$4 AND " TROUBLE, "r.id", &ids);
	else if (f->reading >= 0 && f->reading != READING_READ)
		add_source(f, "record r WHERE r.id<$4", "r.id", &ids);
	else
		return run_plain(list, after, &ids, err);
	return run(list, &ids, f->dossier != 0, err);
}

enum status
record_list(struct catalog *catalog, const struct access *access,
    const struct record_filter *filter, struct arena *arena, const struct record **records,
    size_t *count, struct err *err)
{
	struct list list = { .catalog = catalog, .access = access, .filter = filter };
	int64_t after = filter->after > 0 ? filter->after : INT64_MAX;
	enum status st = ST_OK;

	assert(access);
	if (filter->limit < 1 || filter->limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if (filter->reading >= READING_COUNT)
		return fail(err, ST_INVALID, "reading %d is unknown", filter->reading);
	list.rows.arena = arena;
	access_filter_args(access, arena, list.args);
	list.args[ARG_AFTER] = db_int(after);
	list.args[ARG_KEY] = db_ref(filter->dossier);
	if (filter->dossier)
		st = check_dossier(&list, err);
	if (st == ST_OK)
		st = run_filter(&list, after, err);
	if (st != ST_OK)
		return st;
	*records = list.rows.rows;
	*count = list.rows.count;
	return ST_OK;
}
