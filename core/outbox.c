/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "job.h"
#include "record_parts.h"

/* D8: what the index has yet to learn, in the order in which it happened. */

struct outbox_row {
	struct row_list records, seqs;
};

static enum status
step_outbox(struct db_row *row, void *payload, struct err *err)
{
	struct outbox_row *out = payload;
	int64_t *record = row_list_add(&out->records, sizeof(*record));
	int64_t *seq = row_list_add(&out->seqs, sizeof(*seq));

	(void)err;
	*record = db_column_int(row, 0);
	*seq = db_column_int(row, 1);
	return ST_OK;
}

enum status
outbox_list(struct catalog *catalog, int64_t mark, size_t limit, struct arena *arena,
    const int64_t **records, const int64_t **seqs, size_t *count, struct err *err)
{
	struct outbox_row out = { { .arena = arena }, { .arena = arena } };
	enum status st = db_query(catalog->db,
	    "SELECT id, index_seq FROM record WHERE index_seq>$1 ORDER BY index_seq, id LIMIT $2",
	    DB_ARGS(db_int(mark), db_int((int64_t)limit)), step_outbox, &out, err);

	if (st != ST_OK)
		return st;
	*records = out.records.rows;
	*seqs = out.seqs.rows;
	*count = out.records.count;
	return ST_OK;
}

enum status
outbox_range(struct catalog *catalog, int64_t after, int64_t last, size_t limit,
    struct arena *arena, const int64_t **records, size_t *count, struct err *err)
{
	struct outbox_row out = { { .arena = arena }, { .arena = arena } };
	enum status st = db_query(catalog->db,
	    "SELECT id, index_seq FROM record WHERE id>$1 AND id<=$2 ORDER BY id LIMIT $3",
	    DB_ARGS(db_int(after), db_int(last), db_int((int64_t)limit)), step_outbox, &out, err);

	if (st != ST_OK)
		return st;
	*records = out.records.rows;
	*count = out.records.count;
	return ST_OK;
}

/* A record without pages costs about as much as this many. */
#define RECORD_COST 2

struct parting {
	int64_t total, sum;
	int64_t *last;
	size_t parts, at;
};

static enum status
step_parting(struct db_row *row, void *payload, struct err *err)
{
	struct parting *p = payload;

	(void)err;
	p->sum += db_column_int(row, 1) + RECORD_COST;
	/* The record with which a part is full ends it. */
	while (
	    p->at + 1 < p->parts && p->sum >= p->total / (int64_t)p->parts * (int64_t)(p->at + 1))
		p->last[p->at++] = db_column_int(row, 0);
	return ST_OK;
}

enum status
outbox_parts(struct catalog *catalog, size_t parts, int64_t *last, struct err *err)
{
	struct parting p = { .last = last, .parts = parts };
	enum status st =
	    db_query_int(catalog->db, "SELECT coalesce(sum(pages + $1), 0) FROM record",
		DB_ARGS(db_int(RECORD_COST)), &p.total, err);

	if (st == ST_OK && parts > 1)
		st = db_query(catalog->db, "SELECT id, pages FROM record ORDER BY id", DB_NONE,
		    step_parting, &p, err);
	while (p.at < parts)
		last[p.at++] = INT64_MAX;
	return st;
}

static enum status
step_dossier(struct db_row *row, void *payload, struct err *err)
{
	int64_t *node = row_list_add(payload, sizeof(*node));

	(void)err;
	*node = db_column_int(row, 0);
	return ST_OK;
}

/*
 * What the index must not show: the destroyed, the quarantined (D13), and what the gate for secret
 * marks has not passed because it is not read yet.
 */
static bool
is_gone(const struct record *r)
{
	return r->quarantine || strcmp(r->state, "destroyed") == 0 ||
	    r->reading == READING_WAITING || r->reading == READING_READING;
}

enum status
outbox_record(struct catalog *catalog, int64_t record, struct arena *arena,
    struct index_record *out, struct err *err)
{
	struct row_list dossiers = { .arena = arena };
	struct index_record r = { 0 };
	enum status st = record_load_any(catalog, record, arena, &r.record, err);

	if (st == ST_OK)
		st = record_components(
		    catalog, record, arena, &r.components, &r.component_count, err);
	if (st == ST_OK)
		st = suggestions_load(
		    catalog, record, true, arena, &r.suggestions, &r.suggestion_count, err);
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT dossier FROM dossier_item WHERE record=$1 ORDER BY home DESC, dossier",
		    DB_ARGS(db_int(record)), step_dossier, &dossiers, err);
	if (st != ST_OK)
		return st;
	r.dossiers = dossiers.rows;
	r.dossier_count = dossiers.count;
	r.gone = is_gone(&r.record) || r.dossier_count == 0; /* without a home: void (stack.h) */
	*out = r;
	return ST_OK;
}

enum status
outbox_committed(struct catalog *catalog, int64_t mark, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = db_exec(catalog->db,
	    "UPDATE record SET old_access_class=NULL"
	    " WHERE old_access_class IS NOT NULL AND index_seq<=$1",
	    DB_ARGS(db_int(mark)), NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE counter SET value=$1 WHERE name='index_mark'",
		    DB_ARGS(db_int(mark)), NULL, err);
	return catalog_end(catalog, st, err);
}

enum status
outbox_last(struct catalog *catalog, int64_t *seq, struct err *err)
{
	return db_query_int(
	    catalog->db, "SELECT value FROM counter WHERE name='index_seq'", DB_NONE, seq, err);
}
