/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "hold.h"
#include "retention_parts.h"

/* Due dates: how they are counted, and when they are counted again. */

static const char *const triggers[] = { "closed", "superseded", "event", "created" };
#define TRIGGERS (sizeof(triggers) / sizeof(triggers[0]))

const char *
retention_trigger_name(enum retention_trigger trigger)
{
	return (unsigned)trigger < TRIGGERS ? triggers[trigger] : NULL;
}

int
retention_trigger_parse(struct span name)
{
	for (size_t i = 0; i < TRIGGERS; i++)
		if (span_equal_str(name, triggers[i]))
			return (int)i;
	return -1;
}

void
retention_due_day(const char *base, int years, bool from_year_end, char out[11])
{
	unsigned year, leap;

	out[0] = '\0';
	if (!base || years < 0)
		return;
	year = (unsigned)strtoul(base, NULL, 10) + (unsigned)years;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	if (from_year_end)
		snprintf(out, 11, "%04u-12-31", year % 10000);
	else if (strcmp(base + 4, "-02-29") == 0 && !leap)
		snprintf(out, 11, "%04u-02-28", year % 10000);
	else
		snprintf(out, 11, "%04u%.6s", year % 10000, base + 4);
}

/* --- counted again ----------------------------------------------------------------------------- */

/* $1 is today; only what really changes is written. */
#define RECOUNT(scope) \
	"UPDATE dossier SET trigger_date=m.base, due_on=" RETENTION_DUE ", rule_version=m.version" \
	" FROM (SELECT " RETENTION_CLOCK \
	", v.id AS version FROM dossier d LEFT JOIN rule_version v" \
	" ON v.code=d.governing AND " VERSION_ON( \
	    "$1") " WHERE " RETENTION_LIVE " AND " scope ") m" \
		  " WHERE dossier.node=m.node AND (dossier.due_on IS NOT " RETENTION_DUE \
		  " OR dossier.trigger_date IS NOT m.base OR dossier.rule_version IS NOT m.version)"

static enum status
recount(struct catalog *catalog, const char *sql, struct db_value key, struct err *err)
{
	char day[11];

	day_text(now_us(), day);
	return db_exec(catalog->db, sql, DB_ARGS(db_text(day), key), NULL, err);
}

enum status
retention_refresh_dossier(struct catalog *catalog, int64_t dossier, struct err *err)
{
	return recount(catalog, RECOUNT("d.node=$2"), db_int(dossier), err);
}

enum status
retention_refresh_rule(struct catalog *catalog, const char *code, struct err *err)
{
	return recount(catalog, RECOUNT("d.governing=$2"), db_text(code), err);
}

/* The node's own rule or the nearest above it, then down to where another begins. */
#define BELOW \
	"WITH RECURSIVE up(id, parent, rule) AS (SELECT id, parent, rule FROM node WHERE id=$1" \
	" UNION ALL SELECT n.id, n.parent, n.rule FROM node n JOIN up u ON n.id=u.parent" \
	" WHERE u.rule IS NULL)," \
	" down(id, rule) AS (SELECT CAST($1 AS INTEGER), (SELECT rule FROM up WHERE rule IS NOT NULL)" \
	" UNION ALL SELECT n.id, coalesce(n.rule, b.rule) FROM node n JOIN down b ON n.parent=b.id) "

enum status
retention_refresh_node(struct catalog *catalog, int64_t node, struct err *err)
{
	enum status st = db_exec(catalog->db,
	    BELOW "UPDATE dossier SET governing=b.rule FROM down b WHERE dossier.node=b.id"
		  " AND dossier.governing IS NOT b.rule",
	    DB_ARGS(db_int(node)), NULL, err);

	if (st != ST_OK)
		return st;
	return recount(catalog,
	    RECOUNT("d.node IN (WITH RECURSIVE down(id) AS (SELECT CAST($2 AS INTEGER) UNION ALL"
		    " SELECT n.id FROM node n JOIN down b ON n.parent=b.id) SELECT id FROM down)"),
	    db_int(node), err);
}

/* --- the calendar ------------------------------------------------------------------------------ */

struct due_rows {
	struct row_list ids, uids;
};

static enum status
step_due(struct db_row *row, void *payload, struct err *err)
{
	struct due_rows *rows = payload;
	int64_t *id = row_list_add(&rows->ids, sizeof(*id));
	const char **uid = row_list_add(&rows->uids, sizeof(*uid));

	(void)err;
	*id = db_column_int(row, 0);
	*uid = db_column_text(row, 1, rows->uids.arena);
	return ST_OK;
}

static enum status
review(struct catalog *catalog, const struct actor *actor, int64_t dossier, const char *uid,
    struct err *err)
{
	const struct event event = { .event_class = EVENT_DISPOSITION,
		.action = "dossier.review",
		.kind = "node",
		.object = uid,
		.outcome = "ok",
		.detail = "{\"because\":\"due\"}" };
	enum status st =
	    db_exec(catalog->db, "UPDATE dossier SET state='under_review' WHERE node=$1",
		DB_ARGS(db_int(dossier)), NULL, err);

	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE node SET version=version+1 WHERE id=$1",
		    DB_ARGS(db_int(dossier)), NULL, err);
	return st == ST_OK ? audit_append(catalog, actor, &event, err) : st;
}

static enum status
tick(struct catalog *catalog, const struct actor *actor, size_t limit, size_t *reviewed,
    struct arena *arena, struct err *err)
{
	struct due_rows due = { { .arena = arena }, { .arena = arena } };
	char day[11];
	enum status st;

	day_text(now_us(), day);
	st = recount(catalog, RECOUNT("d.rule_version IS NOT v.id AND $2=0"), db_int(0), err);
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT d.node, n.uid FROM dossier d JOIN node n ON n.id=d.node"
		    " WHERE d.due_on<=$1 AND d.state IN('closed','submitted','archived')"
		    " AND d.node NOT IN (WITH RECURSIVE held(id) AS (SELECT node FROM hold_item"
		    " WHERE node IS NOT NULL AND ended IS NULL UNION SELECT n.id FROM node n"
		    " JOIN held h ON n.parent=h.id) SELECT id FROM held)"
		    " AND NOT EXISTS(SELECT 1 FROM dossier_item i JOIN hold_item x ON x.record=i.record"
		    " WHERE i.dossier=d.node AND x.ended IS NULL)"
		    " ORDER BY d.due_on, d.node LIMIT $2",
		    DB_ARGS(db_text(day), db_int((int64_t)limit)), step_due, &due, err);
	for (size_t i = 0; st == ST_OK && i < due.ids.count; i++)
		st = review(catalog, actor, ((const int64_t *)due.ids.rows)[i],
		    ((const char *const *)due.uids.rows)[i], err);
	*reviewed = st == ST_OK ? due.ids.count : 0;
	return st;
}

enum status
retention_tick(struct catalog *catalog, const struct actor *actor, size_t limit, size_t *reviewed,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st = db_begin(catalog->db, err);

	*reviewed = 0;
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, tick(catalog, actor, limit, reviewed, arena, err), err);
}
