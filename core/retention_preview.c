/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "base.h"
#include "plan.h"
#include "retention_parts.h"

/* records.md 37: which due dates a change would move, before it is made. */
#define LIMIT_MAX 500

struct moves {
	struct row_list list;
	int64_t *total;
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

/* Between with and from, and behind from. */
#define INNER " FROM (SELECT " RETENTION_CLOCK ", v.code AS code "
#define MOVES \
	" WHERE " RETENTION_LIVE ") m JOIN node n ON n.id=m.node" \
	" WHERE m.due_on IS NOT " RETENTION_DUE " AND " ACCESS_SEES("n")
static const char count_sql[] = "SELECT count(*)" INNER;
/* One pass tells both the number of all and the rows of a page; their texts are read for the page alone. */
static const char moves_sql[] =
    "SELECT x.node, n.uid, d.file_code, n.title, x.code, x.due_on, x.due, x.total FROM"
    " (SELECT m.node AS node, m.code AS code, m.due_on AS due_on, " RETENTION_DUE
    " AS due, count(*) OVER () AS total" INNER;
static const char page_sql[] = ") x JOIN node n ON n.id=x.node JOIN dossier d ON d.node=x.node";
static const char where_sql[] = MOVES;

static enum status
step_move(struct db_row *row, void *payload, struct err *err)
{
	struct moves *moves = payload;
	struct row_list *list = &moves->list;
	struct due_move *m = row_list_add(list, sizeof(*m));

	(void)err;
	*moves->total = db_column_int(row, 7);
	*m = (struct due_move){
		.dossier = db_column_int(row, 0),
		.uid = db_column_text(row, 1, list->arena),
		.file_code = db_column_text(row, 2, list->arena),
		.title = db_column_text(row, 3, list->arena),
		.rule = db_column_text(row, 4, list->arena),
		.before = db_column_text(row, 5, list->arena),
		.after = db_column_text(row, 6, list->arena),
	};
	return ST_OK;
}

/* with: the rules as they would be, and from: the dossiers that they would govern. */
static enum status
run(struct catalog *catalog, struct preview *p, const char *with, const char *from, int64_t after,
    size_t limit, struct arena *arena, const struct due_move **moves, size_t *count, int64_t *total,
    struct err *err)
{
	owned(strbuf_free) struct strbuf sql = STRBUF_INIT;
	struct moves found = { { .arena = arena }, total };
	enum status st;

	*total = 0;
	strbuf_addf(&sql, "%s%s%s%s%s WHERE x.node>$%zu ORDER BY x.node LIMIT $%zu", with,
	    moves_sql, from, where_sql, page_sql, p->count + 1, p->count + 2);
	p->args[p->count] = db_int(after);
	p->args[p->count + 1] = db_int((int64_t)limit);
	st = db_query(catalog->db, sql.buf, p->args, p->count + 2, step_move, &found, err);
	if (st == ST_OK && found.list.count == 0 && after > 0) {
		strbuf_reset(&sql);
		strbuf_addf(&sql, "%s%s%s%s", with, count_sql, from, where_sql);
		st = db_query_int(catalog->db, sql.buf, p->args, p->count, total, err);
	}
	*moves = found.list.rows;
	*count = found.list.count;
	return st;
}

enum status
retention_preview(struct catalog *catalog, const struct access *access,
    const struct rule_version *versions, size_t count, int64_t after, size_t limit,
    struct arena *arena, const struct due_move **moves, size_t *found, int64_t *total,
    struct err *err)
{
	struct preview p = { .sql = STRBUF_INIT, .count = ACCESS_FILTER_ARGS };
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX || count < 1 || count > PREVIEW_RULES_MAX)
		return fail(
		    err, ST_INVALID, "1 to %d rules, 1 to %d rows", PREVIEW_RULES_MAX, LIMIT_MAX);
	p.args = arena_array(arena, ACCESS_FILTER_ARGS + count * 5 + 2, sizeof(*p.args));
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
	strbuf_add_str(&p.sql, ") ");
	st = run(catalog, &p, p.sql.buf, "FROM v JOIN dossier d ON d.governing=v.code", after,
	    limit, arena, moves, found, total, err);
	strbuf_free(&p.sql);
	return st;
}

/* $4 the node, $5 its rule to be ("" = inherited), $6 today. */
static const char node_with[] =
    "WITH RECURSIVE up(id, parent, rule) AS (SELECT id, parent, CASE WHEN $5<>'' THEN $5 END"
    " FROM node WHERE id=$4 UNION ALL SELECT n.id, n.parent, n.rule FROM node n"
    " JOIN up u ON n.id=u.parent WHERE u.rule IS NULL),"
    " down(id, rule) AS (SELECT CAST($4 AS INTEGER), (SELECT rule FROM up WHERE rule IS NOT NULL)"
    " UNION ALL SELECT n.id, coalesce(n.rule, b.rule) FROM node n JOIN down b ON n.parent=b.id) ";

enum status
retention_preview_node(struct catalog *catalog, const struct access *access, int64_t id,
    const char *rule, int64_t after, size_t limit, struct arena *arena,
    const struct due_move **moves, size_t *found, int64_t *total, struct err *err)
{
	struct db_value args[ACCESS_FILTER_ARGS + 5];
	struct preview p = { .args = args, .count = ACCESS_FILTER_ARGS + 3 };
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
	return run(catalog, &p, node_with,
	    "FROM down b JOIN dossier d ON d.node=b.id"
	    " LEFT JOIN rule_version v ON v.code=b.rule AND " VERSION_ON("$6"),
	    after, limit, arena, moves, found, total, err);
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
