/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "base.h"
#include "plan.h"
#include "retention_parts.h"

/* records.md 37: which due dates a change would move, before it is made. */
#define LIMIT_MAX 500

/*
 * Every move is looked at once, in whatever order the catalogue finds them: the total is counted here,
 * and of the rows only those of the page are kept and told by name.  A window function that did both
 * cost as much again on 50,000 moves.
 */
struct moves {
	struct arena *arena;
	struct due_move *row; /* of the page, ascending by dossier */
	size_t count, limit;
	int64_t after, total;
};

struct preview {
	struct strbuf sql;
	struct db_value *args;
	size_t count;
};

static void
bind(struct preview *p, struct db_value value, char after)
{
	p->args[p->count++] = value;
	strbuf_addf(&p->sql, "$%zu%c", p->count, after);
}

/*
 * Between with and from, and behind from: access_class is what admits the dossier to a list.  The due
 * day is counted by retention_due_day: as an expression it cost more than finding the dossiers.
 */
#define MOVES_OF(access_class) \
	"SELECT m.node, m.code, m.due_on, m.years, m.count_from='year_end', m.base FROM" \
	" (SELECT " RETENTION_CLOCK ", v.code AS code, " access_class " AS access_class "
#define MOVES_WHERE " WHERE " RETENTION_LIVE ") m WHERE " ACCESS_SEES("m")

/* Where a dossier belongs among those of the page. */
static size_t
place_of(const struct moves *m, int64_t dossier)
{
	size_t low = 0, high = m->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->row[middle].dossier < dossier)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* YYYY-MM-DD; NULL when the clock has not begun. */
static const char *
take_day(struct span day, char out[11])
{
	if (day.n != 10)
		return NULL;
	memcpy(out, day.p, 10);
	out[10] = '\0';
	return out;
}

static enum status
step_move(struct db_row *row, void *payload, struct err *err)
{
	struct moves *m = payload;
	int64_t dossier = db_column_int(row, 0);
	char base[11], due[11];
	size_t at;

	(void)err;
	retention_due_day(take_day(db_column_bytes(row, 5), base),
	    db_column_null(row, 3) ? -1 : (int)db_column_int(row, 3), db_column_int(row, 4) != 0,
	    due);
	if (span_equal_str(db_column_bytes(row, 2), due))
		return ST_OK;
	m->total++;
	if (dossier <= m->after || (at = place_of(m, dossier)) == m->limit)
		return ST_OK;
	m->count += m->count < m->limit;
	memmove(&m->row[at + 1], &m->row[at], (m->count - at - 1) * sizeof(*m->row));
	m->row[at] = (struct due_move){
		.dossier = dossier,
		.rule = db_column_text(row, 1, m->arena),
		.before = db_column_text(row, 2, m->arena),
		.after = *due ? arena_dup(m->arena, due) : NULL,
	};
	return ST_OK;
}

static enum status
step_name(struct db_row *row, void *payload, struct err *err)
{
	struct moves *m = payload;
	struct due_move *move = &m->row[place_of(m, db_column_int(row, 0))];

	(void)err;
	move->uid = db_column_text(row, 1, m->arena);
	move->file_code = db_column_text(row, 2, m->arena);
	move->title = db_column_text(row, 3, m->arena);
	return ST_OK;
}

static enum status
name_moves(struct catalog *catalog, struct moves *m, struct err *err)
{
	owned(strbuf_free) struct strbuf sql = STRBUF_INIT;
	struct db_value *ids = arena_array(m->arena, m->count + 1, sizeof(*ids));

	if (m->count == 0)
		return ST_OK;
	strbuf_add_str(&sql,
	    "SELECT n.id, n.uid, d.file_code, n.title FROM node n JOIN dossier d ON d.node=n.id"
	    " WHERE n.id IN(");
	for (size_t i = 0; i < m->count; i++) {
		ids[i] = db_int(m->row[i].dossier);
		strbuf_addf(&sql, "%s$%zu", i ? "," : "", i + 1);
	}
	strbuf_add_char(&sql, ')');
	return db_query(catalog->db, sql.buf, ids, m->count, step_name, m, err);
}

static enum status
run(struct catalog *catalog, const char *sql, const struct preview *p, struct moves *m,
    const struct due_move **moves, size_t *count, int64_t *total, struct err *err)
{
	enum status st;

	m->row = arena_array(m->arena, m->limit + 1, sizeof(*m->row));
	st = db_query(catalog->db, sql, p->args, p->count, step_move, m, err);
	if (st == ST_OK)
		st = name_moves(catalog, m, err);
	*moves = m->row;
	*count = m->count;
	*total = m->total;
	return st;
}

enum status
retention_preview(struct catalog *catalog, const struct access *access,
    const struct rule_version *versions, size_t count, int64_t after, size_t limit,
    struct arena *arena, const struct due_move **moves, size_t *found, int64_t *total,
    struct err *err)
{
	struct preview p = { .sql = STRBUF_INIT, .count = ACCESS_FILTER_ARGS };
	struct moves m = { .arena = arena, .limit = limit, .after = after };
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX || count < 1 || count > PREVIEW_RULES_MAX)
		return fail(
		    err, ST_INVALID, "1 to %d rules, 1 to %d rows", PREVIEW_RULES_MAX, LIMIT_MAX);
	p.args = arena_array(arena, ACCESS_FILTER_ARGS + count * 5, sizeof(*p.args));
	access_filter_args(access, arena, p.args);
	strbuf_add_str(&p.sql, "WITH v(code, years, trig, trig_name, count_from) AS (VALUES");
	for (size_t i = 0; i < count; i++) {
		const struct rule_version *v = &versions[i];

		strbuf_add_str(&p.sql, i ? ",(" : "(");
		bind(&p, db_text(v->code), ',');
		bind(&p, db_ref(v->years > 0 ? v->years : 0), ',');
		bind(&p, db_text(retention_trigger_name(v->trigger)), ',');
		bind(&p, db_text(v->event), ',');
		bind(&p, db_text(v->from_year_end ? "year_end" : "date"), ')');
	}
	strbuf_add_str(&p.sql,
	    ") " MOVES_OF("n.access_class") "FROM v JOIN dossier d ON d.governing=v.code"
					    " JOIN node n ON n.id=d.node" MOVES_WHERE);
	st = run(catalog, p.sql.buf, &p, &m, moves, found, total, err);
	strbuf_free(&p.sql);
	return st;
}

/* $4 the node, $5 its rule to be ("" = inherited), $6 today. */
static const char node_sql[] =
    "WITH RECURSIVE up(id, parent, rule) AS (SELECT id, parent, CASE WHEN $5<>'' THEN $5 END"
    " FROM node WHERE id=$4 UNION ALL SELECT n.id, n.parent, n.rule FROM node n"
    " JOIN up u ON n.id=u.parent WHERE u.rule IS NULL),"
    " down(id, rule, access_class) AS (SELECT id, (SELECT rule FROM up WHERE rule IS NOT NULL),"
    " access_class FROM node WHERE id=$4 UNION ALL SELECT n.id, coalesce(n.rule, b.rule),"
    " n.access_class FROM node n JOIN down b ON n.parent=b.id),"
    " today AS MATERIALIZED (SELECT v.code AS code, v.years AS years, v.trig AS trig,"
    " v.trig_name AS trig_name, v.count_from AS count_from FROM rule_version v"
    " WHERE " VERSION_ON("$6") ") " MOVES_OF(
	"b.access_class") "FROM down b CROSS JOIN dossier d ON d.node=b.id"
			  " LEFT JOIN today v ON v.code=b.rule" MOVES_WHERE;

enum status
retention_preview_node(struct catalog *catalog, const struct access *access, int64_t id,
    const char *rule, int64_t after, size_t limit, struct arena *arena,
    const struct due_move **moves, size_t *found, int64_t *total, struct err *err)
{
	struct db_value args[ACCESS_FILTER_ARGS + 3];
	struct preview p = { .args = args, .count = ACCESS_FILTER_ARGS + 3 };
	struct moves m = { .arena = arena, .limit = limit, .after = after };
	char day[11];
	struct node node;
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if ((st = node_load(catalog, access, id, arena, &node, err)) != ST_OK)
		return st;
	day_text(now_us(), day);
	access_filter_args(access, arena, args);
	args[3] = db_int(id);
	args[4] = db_text(rule);
	args[5] = db_text(day);
	return run(catalog, node_sql, &p, &m, moves, found, total, err);
}

void
due_move_json(struct json_out *j, const struct due_move *m)
{
	json_object(j);
	json_key_str(j, "uid", m->uid);
	json_key_str(j, "file_code", m->file_code);
	json_key_str(j, "title", m->title);
	json_key_str(j, "rule", m->rule);
	json_key_str(j, "before", m->before);
	json_key_str(j, "after", m->after);
	json_end_object(j);
}
