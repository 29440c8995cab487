/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "base.h"
#include "package_parts.h"
#include "plan.h"
#include "retention_parts.h"

/* What is due, when, and why not. */
#define LIMIT_MAX 500

#define HELD \
	"(EXISTS(SELECT 1 FROM dossier_item i JOIN hold_item x ON x.record=i.record" \
	" WHERE i.dossier=d.node AND x.ended IS NULL) OR EXISTS(WITH RECURSIVE up(id, parent) AS (" \
	"SELECT id, parent FROM node WHERE id=d.node UNION SELECT m.id, m.parent FROM node m" \
	" JOIN up u ON m.id=u.parent) SELECT 1 FROM hold_item x JOIN up ON x.node=up.id" \
	" WHERE x.ended IS NULL))"
#define DUE_COLUMNS \
	"d.node, n.uid, d.file_code, n.title, d.state, d.governing, v.action, v.years, v.trig," \
	" d.trigger_date, d.due_on, " HELD
#define DUE_TABLES \
	" FROM dossier d JOIN node n ON n.id=d.node LEFT JOIN rule_version v ON v.id=d.rule_version"

static enum status
step_due(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct due *d = row_list_add(list, sizeof(*d));

	(void)err;
	*d = (struct due){
		.dossier = db_column_int(row, 0),
		.uid = db_column_text(row, 1, list->arena),
		.file_code = db_column_text(row, 2, list->arena),
		.title = db_column_text(row, 3, list->arena),
		.state = db_column_text(row, 4, list->arena),
		.rule = db_column_text(row, 5, list->arena),
		.action = db_column_text(row, 6, list->arena),
		.years = db_column_null(row, 7) ? -1 : (int)db_column_int(row, 7),
		.trigger = db_column_text(row, 8, list->arena),
		.trigger_date = db_column_text(row, 9, list->arena),
		.due_on = db_column_text(row, 10, list->arena),
		.held = db_column_int(row, 11) != 0,
	};
	return ST_OK;
}

enum status
retention_of(struct catalog *catalog, const struct access *access, int64_t dossier,
    struct arena *arena, struct due *due, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	enum status st;

	assert(access);
	access_filter_args(access, arena, args);
	args[3] = db_int(dossier);
	st = db_query(catalog->db,
	    "SELECT " DUE_COLUMNS DUE_TABLES " WHERE d.node=$4 AND " ACCESS_SEES("n"), args, 4,
	    step_due, &list, err);
	if (st != ST_OK)
		return st;
	if (list.count == 0)
		return fail(err, ST_NOT_FOUND, "dossier %lld: not found", (long long)dossier);
	*due = *(const struct due *)list.rows;
	return ST_OK;
}

struct due_query {
	struct strbuf sql;
	struct db_value args[ACCESS_FILTER_ARGS + 8];
	size_t count;
};

static void
add(struct due_query *q, const char *condition, struct db_value value)
{
	q->args[q->count++] = value;
	strbuf_addf(&q->sql, " AND %s$%zu", condition, q->count);
}

static enum status
check_filter(struct catalog *catalog, const struct access *access, const struct due_filter *f,
    struct arena *arena, struct err *err)
{
	struct node node;

	if (f->limit < 1 || f->limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if ((f->until && !date_valid(span_of(f->until), false)) ||
	    (f->after_due && !date_valid(span_of(f->after_due), false)))
		return fail(err, ST_INVALID, "a day is YYYY-MM-DD");
	return f->under ? node_load(catalog, access, f->under, arena, &node, err) : ST_OK;
}

static void
build(const struct due_filter *f, struct due_query *q)
{
	strbuf_add_str(&q->sql, "SELECT " DUE_COLUMNS DUE_TABLES " WHERE " ACCESS_SEES("n"));
	if (f->state)
		add(q, "d.state=", db_text(f->state));
	else
		strbuf_add_str(&q->sql, " AND " RETENTION_LIVE);
	if (f->until)
		add(q, "d.due_on<=", db_text(f->until));
	if (f->action)
		add(q, "v.action=", db_text(f->action));
	if (f->rule)
		add(q, "d.governing=", db_text(f->rule));
	if (f->under) {
		add(q, "d.node IN (WITH RECURSIVE down(id) AS (SELECT ", db_int(f->under));
		strbuf_add_str(&q->sql,
		    " UNION ALL SELECT c.id FROM node c JOIN down b ON"
		    " c.parent=b.id) SELECT id FROM down)");
	}
	strbuf_add_str(&q->sql,
	    f->waiting ? " AND d.due_on IS NULL AND d.trigger_date IS NULL"
			 " AND v.years IS NOT NULL"
		       : " AND d.due_on IS NOT NULL");
	if (f->waiting) {
		add(q, "d.node>", db_int(f->after));
	} else if (f->after_due) {
		q->args[q->count++] = db_text(f->after_due);
		q->args[q->count++] = db_int(f->after);
		strbuf_addf(
		    &q->sql, " AND (d.due_on, d.node)>($%zu, $%zu)", q->count - 1, q->count);
	}
	q->args[q->count++] = db_int((int64_t)f->limit);
	strbuf_addf(&q->sql, " ORDER BY %s LIMIT $%zu", f->waiting ? "d.node" : "d.due_on, d.node",
	    q->count);
}

enum status
retention_list(struct catalog *catalog, const struct access *access, const struct due_filter *f,
    struct arena *arena, const struct due **due, size_t *count, struct err *err)
{
	struct due_query q = { .sql = STRBUF_INIT, .count = ACCESS_FILTER_ARGS };
	struct row_list list = { .arena = arena };
	enum status st;

	assert(access);
	if ((st = check_filter(catalog, access, f, arena, err)) != ST_OK)
		return st;
	access_filter_args(access, arena, q.args);
	build(f, &q);
	st = db_query(catalog->db, q.sql.buf, q.args, q.count, step_due, &list, err);
	strbuf_free(&q.sql);
	*due = list.rows;
	*count = list.count;
	return st;
}

const char *
due_state(const struct due *d)
{
	if (d->held)
		return "suspended";
	if (!d->action)
		return "none";
	if (d->years < 0)
		return "permanent";
	return d->due_on ? "due" : "waiting";
}

void
due_json(struct json_out *j, const struct due *d)
{
	json_object(j);
	json_key_str(j, "uid", d->uid);
	json_key_str(j, "file_code", d->file_code);
	json_key_str(j, "title", d->title);
	json_key_str(j, "state", d->state);
	json_key_str(j, "rule", d->rule);
	json_key_str(j, "action", d->action);
	json_key(j, "years");
	if (d->years > 0)
		json_int(j, d->years);
	else
		json_null(j);
	json_key_str(j, "maintenance", d->action ? package_maintenance(d->years) : NULL);
	json_key_str(j, "trigger", d->trigger);
	json_key_str(j, "trigger_date", d->trigger_date);
	json_key_str(j, "due_on", d->due_on);
	json_key_str(j, "due", due_state(d));
	json_key_bool(j, "held", d->held);
	json_end_object(j);
}
