/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dossier_facts.h"

#include <stdlib.h>

#include "base.h"
#include "catalog.h"
#include "text.h"

/* Dossiers are by row id: a hole costs 16 bytes. */
#define NODES_MAX 50000000

/* Room for one more in a list that grows in the arena. */
static void *
grown(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
	void *more;

	if (count < *room)
		return list;
	*room = *room ? *room * 2 : 256;
	more = arena_array(arena, *room, size);
	if (count)
		memcpy(more, list, count * size);
	return more;
}

/* Rules and procedures are few, and neighbours have the same; 0 = there is no room for more. */
static uint16_t
name_number(struct arena *arena, struct dossier_fact_name **names, size_t *count, size_t *room,
    uint16_t likely, struct span code, struct span title)
{
	size_t i;

	if (likely && span_equal_str(code, (*names)[likely - 1].code))
		return likely;
	for (i = 0; i < *count; i++)
		if (span_equal_str(code, (*names)[i].code))
			return (uint16_t)(i + 1);
	if (i == UINT16_MAX - 1)
		return 0;
	*names = grown(arena, *names, *count, room, sizeof(**names));
	(*names)[(*count)++] = (struct dossier_fact_name){ arena_dup_span(arena, code),
		arena_dup_span(arena, title.n ? title : code) };
	return (uint16_t)*count;
}

static uint16_t
rule_number(struct dossier_facts *f, uint16_t likely, struct span code, struct span title)
{
	return code.n == 0
	    ? 0
	    : name_number(f->arena, &f->rules, &f->rule_count, &f->rule_room, likely, code, title);
}

uint32_t
dossier_facts_day(struct span day)
{
	uint32_t n = 0;

	for (size_t i = 0; i < day.n; i++)
		if (day.p[i] != '-')
			n = n * 10 + (uint32_t)(day.p[i] - '0');
	return n;
}

static void
note_year(struct dossier_facts *f, uint32_t due)
{
	uint32_t year = due / 10000;

	if (!due)
		return;
	if (!f->first_year || year < f->first_year)
		f->first_year = year;
	if (year > f->last_year)
		f->last_year = year;
}

struct dossier_rows {
	struct dossier_facts *facts;
	uint16_t likely; /* that of the row before */
};

static enum status
step_dossier(struct db_row *row, void *payload, struct err *err)
{
	struct dossier_rows *rows = payload;
	struct dossier_facts *f = rows->facts;
	int64_t node = db_column_int(row, 0);
	struct dossier_fact *fact = &f->of[node];
	bool version = !db_column_null(row, 4);

	(void)err;
	rows->likely =
	    rule_number(f, rows->likely, db_column_bytes(row, 2), db_column_bytes(row, 3));
	fact->access_class = (int32_t)db_column_int(row, 1);
	fact->rule = rows->likely;
	fact->years = (int16_t)(!version ? 0 : db_column_null(row, 5) ? -1 : db_column_int(row, 5));
	fact->due = dossier_facts_day(db_column_bytes(row, 6));
	note_year(f, fact->due);
	return ST_OK;
}

static enum status
read_dossiers(struct catalog *c, struct dossier_facts *f, struct err *err)
{
	struct dossier_rows rows = { f, 0 };
	int64_t last = 0;
	enum status st =
	    db_query_int(c->db, "SELECT coalesce(max(node), 0) FROM dossier", DB_NONE, &last, err);

	if (st != ST_OK)
		return st;
	if (last > NODES_MAX)
		return fail(err, ST_LIMIT, "more than %d nodes", NODES_MAX);
	f->limit = (size_t)last + 1;
	f->of = arena_array(f->arena, f->limit, sizeof(*f->of));
	return db_query(c->db,
	    "SELECT d.node, n.access_class, d.governing, v.title, v.id, v.years, d.due_on"
	    " FROM dossier d JOIN node n ON n.id=d.node"
	    " LEFT JOIN rule_version v ON v.id=d.rule_version"
	    " WHERE d.state NOT IN('destroyed','transferred') AND d.node<=$1",
	    DB_ARGS(db_int(last)), step_dossier, &rows, err);
}

static enum status
step_case(struct db_row *row, void *payload, struct err *err)
{
	struct dossier_rows *rows = payload;
	struct dossier_facts *f = rows->facts;
	int64_t node = db_column_int(row, 0);

	(void)err;
	rows->likely = name_number(f->arena, &f->procedures, &f->procedure_count,
	    &f->procedure_room, rows->likely, db_column_bytes(row, 1), db_column_bytes(row, 2));
	if (node < (int64_t)f->limit)
		f->of[node].procedure = rows->likely;
	return ST_OK;
}

static enum status
step_filing(struct db_row *row, void *payload, struct err *err)
{
	struct dossier_facts *f = payload;

	(void)err;
	f->filed = grown(f->arena, f->filed, f->filed_count, &f->filed_room, sizeof(*f->filed));
	f->filed[f->filed_count++] = (struct dossier_filing){ (uint32_t)db_column_int(row, 0),
		(uint32_t)db_column_int(row, 1) };
	return ST_OK;
}

static enum status
step_held_dossier(struct db_row *row, void *payload, struct err *err)
{
	struct dossier_facts *f = payload;
	int64_t node = db_column_int(row, 0);

	(void)err;
	if (node < (int64_t)f->limit)
		f->of[node].held = true;
	return ST_OK;
}

static enum status
step_held_record(struct db_row *row, void *payload, struct err *err)
{
	struct dossier_facts *f = payload;

	(void)err;
	f->held = grown(f->arena, f->held, f->held_count, &f->held_room, sizeof(*f->held));
	f->held[f->held_count++] = (uint32_t)db_column_int(row, 0);
	return ST_OK;
}

static enum status
read_all(struct catalog *c, struct dossier_facts *f, struct err *err)
{
	struct dossier_rows cases = { f, 0 };
	enum status st;

	if ((st = read_dossiers(c, f, err)) != ST_OK ||
	    (st = db_query(c->db,
		 "SELECT o.dossier, p.code, p.title FROM one_stop o JOIN ctl_rev v ON v.id=o.rev"
		 " JOIN ctl_doc p ON p.id=v.doc ORDER BY o.dossier",
		 DB_NONE, step_case, &cases, err)) != ST_OK ||
	    (st = db_query(c->db,
		 "SELECT record, dossier FROM dossier_item WHERE home=0 ORDER BY record, dossier",
		 DB_NONE, step_filing, f, err)) != ST_OK ||
	    (st = db_query(c->db,
		 "WITH RECURSIVE held(id) AS (SELECT node FROM hold_item WHERE node IS NOT NULL"
		 " AND ended IS NULL UNION SELECT n.id FROM node n JOIN held h ON n.parent=h.id)"
		 " SELECT id FROM held",
		 DB_NONE, step_held_dossier, f, err)) != ST_OK)
		return st;
	return db_query(c->db,
	    "SELECT DISTINCT record FROM hold_item WHERE record IS NOT NULL AND ended IS NULL"
	    " ORDER BY record",
	    DB_NONE, step_held_record, f, err);
}

/*
 * The number is read before the rest: what changes in between is in the rest already, and is only
 * read once more than it must be.
 */
enum status
dossier_facts(struct catalog *c, const struct dossier_facts **out, struct err *err)
{
	struct dossier_facts *f;
	int64_t epoch = 0;
	enum status st = db_query_int(
	    c->db, "SELECT value FROM counter WHERE name='retention'", DB_NONE, &epoch, err);

	if (st != ST_OK)
		return st;
	if (c->facts && c->facts->epoch == epoch) {
		*out = c->facts;
		return ST_OK;
	}
	f = xcalloc(1, sizeof(*f));
	f->arena = arena_new();
	f->epoch = epoch;
	if ((st = read_all(c, f, err)) != ST_OK) {
		dossier_facts_free(f);
		return st;
	}
	dossier_facts_free(c->facts);
	*out = c->facts = f;
	return ST_OK;
}

static enum status
step_applicant(struct db_row *row, void *payload, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	struct dossier_facts *f = payload;
	int64_t node = db_column_int(row, 0);

	(void)err;
	if (node >= (int64_t)f->limit || !f->of[node].access_class)
		return ST_OK;
	strbuf_add_char(&key, ' ');
	text_key(db_column_bytes(row, 1), &key);
	strbuf_add_char(&key, ' ');
	f->applicants = grown(f->arena, f->applicants, f->applicant_count, &f->applicant_room,
	    sizeof(*f->applicants));
	f->applicants[f->applicant_count++] = (struct dossier_applicant){ (uint32_t)node,
		arena_dup_span(f->arena, strbuf_span(&key)) };
	return ST_OK;
}

/* A name never changes and a case is never forgotten: a new one gives the facts a new number. */
enum status
dossier_facts_applicants(struct catalog *c, struct err *err)
{
	struct dossier_facts *f = c->facts;
	enum status st;

	if (f->applicants_read)
		return ST_OK;
	f->applicant_count = 0;
	st = db_query(c->db, "SELECT dossier, applicant FROM one_stop ORDER BY dossier", DB_NONE,
	    step_applicant, f, err);
	f->applicants_read = st == ST_OK;
	return st;
}

void
dossier_facts_free(struct dossier_facts *f)
{
	if (!f)
		return;
	arena_free(f->arena);
	free(f);
}
