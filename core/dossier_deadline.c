/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "dossier.h"
#include "dossier_parts.h"
#include "record_parts.h"
#include "retention_parts.h"

/* By which day a closed dossier goes to the archive (records.md 31). */

static enum status
step_rule(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct dossier_deadline *d = row_list_add(list, sizeof(*d));

	(void)err;
	*d = (struct dossier_deadline){ .days = db_column_int(row, 0),
		.authority = db_column_text(row, 1, list->arena),
		.node_uid = db_column_text(row, 2, list->arena) };
	return ST_OK;
}

/* The office's own, for all that has no rule at or above it. */
static enum status
of_office(struct catalog *catalog, struct arena *arena, struct dossier_deadline *d, struct err *err)
{
	const char *days = NULL;
	enum status st = catalog_setting(catalog, "submit.days", arena, &days, err);

	*d = (struct dossier_deadline){ .days = -1 };
	if (st == ST_OK)
		st = catalog_setting(catalog, "submit.authority", arena, &d->authority, err);
	if (st == ST_OK &&
	    (!days || !span_i64(span_of(days), &d->days) || d->days < 0 || d->days > 36500))
		*d = (struct dossier_deadline){ .days = -1 };
	return st;
}

enum status
dossier_deadline_at(struct catalog *catalog, int64_t node, struct arena *arena,
    struct dossier_deadline *d, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "WITH RECURSIVE up(id, parent, depth) AS (SELECT id, parent, 0 FROM node WHERE id=$1"
	    " UNION ALL SELECT n.id, n.parent, u.depth+1 FROM node n JOIN up u ON n.id=u.parent)"
	    " SELECT s.days, s.authority, n.uid FROM up u JOIN submit_rule s ON s.node=u.id"
	    " JOIN node n ON n.id=u.id ORDER BY u.depth LIMIT 1",
	    DB_ARGS(db_int(node)), step_rule, &list, err);

	if (st != ST_OK || list.count == 0)
		return st == ST_OK ? of_office(catalog, arena, d, err) : st;
	*d = *(const struct dossier_deadline *)list.rows;
	return ST_OK;
}

enum status
dossier_deadline_day(struct catalog *catalog, int64_t node, const char *closed, struct arena *arena,
    const char **due, const char **authority, struct err *err)
{
	struct dossier_deadline d;
	char text[11];
	enum status st = dossier_deadline_at(catalog, node, arena, &d, err);

	*due = *authority = NULL;
	if (st != ST_OK || d.days < 0)
		return st;
	day_add(closed, d.days, text);
	*due = arena_dup(arena, text);
	*authority = d.authority;
	return ST_OK;
}

enum status
dossier_deadline_find(struct catalog *catalog, const struct access *access, int64_t id,
    struct arena *arena, struct dossier_deadline *d, struct err *err)
{
	struct node node;
	enum status st = node_load(catalog, access, id, arena, &node, err);

	assert(access);
	if (st != ST_OK || (st = dossier_deadline_at(catalog, id, arena, d, err)) != ST_OK ||
	    !d->node_uid)
		return st;
	/* The deadline is this node's, too; where above it comes from is for who sees that one. */
	st = node_find(catalog, access, d->node_uid, arena, &node, NULL);
	if (st == ST_NOT_FOUND)
		d->node_uid = NULL;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status
put(struct catalog *catalog, const struct actor *actor, const struct node *node, int64_t days,
    const char *authority, struct arena *arena, struct err *err)
{
	int64_t changed = 0;
	enum status st = days < 0
	    ? db_exec(catalog->db, "DELETE FROM submit_rule WHERE node=$1",
		  DB_ARGS(db_int(node->id)), &changed, err)
	    : db_exec(catalog->db,
		  "INSERT INTO submit_rule(node, days, authority, made, made_by)"
		  " VALUES($1, $2, $3, $4, $5) ON CONFLICT(node) DO UPDATE SET days=excluded.days,"
		  " authority=excluded.authority, made=excluded.made, made_by=excluded.made_by",
		  DB_ARGS(db_int(node->id), db_int(days), db_text(authority), db_int(now_us()),
		      db_ref(actor->principal)),
		  &changed, err);

	if (st == ST_OK && !changed)
		return fail(err, ST_NOT_FOUND, "node %s has no deadline of its own", node->uid);
	return st == ST_OK
	    ? audit_append_act(catalog, actor, EVENT_CHANGE, "node.deadline", "node", node->uid,
		  arena_printf(arena, "{\"days\":%lld}", (long long)days), authority, err)
	    : st;
}

enum status
dossier_deadline_put(struct catalog *catalog, const struct actor *actor,
    const struct access *access, int64_t id, int64_t days, const char *authority, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	enum status st = retention_check_plan(access, err);

	assert(access);
	if (st == ST_OK && (days < -1 || days > 36500))
		st = fail(err, ST_INVALID, "days: 0 to 36500, or -1 for none of its own");
	if (st == ST_OK && days >= 0)
		st = catalog_check_text("authority", authority, 500, err);
	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = node_load(catalog, access, id, arena, &node, err);
	if (st == ST_OK && !access_can(access, PERM_MANAGE, node.access_class))
		st = fail(err, ST_DENIED, "node %s: not the caller's to manage", node.uid);
	if (st == ST_OK)
		st = put(catalog, actor, &node, days, days < 0 ? NULL : authority, arena, err);
	return catalog_end(catalog, st, err);
}
