/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hold.h"
#include "record_parts.h"

/* records.md 46, 47: is it held?  Paths are walked up from the object, so the cost is its depth. */
#define UP_FROM(start) \
	"WITH RECURSIVE up(id, parent) AS (" start \
	" UNION SELECT n.id, n.parent FROM node n JOIN up u ON n.id=u.parent)"
#define HOLDING \
	"SELECT h.uid FROM hold_item x JOIN hold h ON h.id=x.hold WHERE x.ended IS NULL AND "

static const char record_sql[] =
    UP_FROM("SELECT n.id, n.parent FROM dossier_item i JOIN node n ON n.id=i.dossier"
	    " WHERE i.record=$1") " SELECT uid FROM (" HOLDING "x.record=$1 UNION ALL " HOLDING
				  "x.node IN (SELECT id FROM up)) t LIMIT 1";
static const char node_sql[] = UP_FROM(
    "SELECT id, parent FROM node WHERE id=$1") " " HOLDING "x.node IN (SELECT id FROM up) LIMIT 1";

static enum status
holding(struct catalog *catalog, struct hold_object o, struct arena *arena, const char **uid,
    struct err *err)
{
	if ((o.node == 0) == (o.record == 0))
		return fail(err, ST_INVALID, "a hold is on one node or one record");
	return db_query_text(catalog->db, o.record ? record_sql : node_sql,
	    DB_ARGS(db_int(o.record ? o.record : o.node)), arena, uid, err);
}

enum status
hold_is_on(struct catalog *catalog, struct hold_object object, bool *held, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *uid = NULL;
	enum status st = holding(catalog, object, arena, &uid, err);

	if (st == ST_OK)
		*held = uid != NULL;
	return st;
}

enum status
hold_check(struct catalog *catalog, struct hold_object object, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *uid = NULL;
	enum status st = holding(catalog, object, arena, &uid, err);

	if (st != ST_OK || !uid)
		return st;
	return fail(err, ST_HELD, "%s %lld is under the hold %s", object.record ? "record" : "node",
	    (long long)(object.record ? object.record : object.node), uid);
}

enum status
hold_check_below(struct catalog *catalog, int64_t node, struct err *err)
{
	int64_t below = 0;
	enum status st = hold_check(catalog, (struct hold_object){ .node = node }, err);

	if (st == ST_OK)
		st = db_lookup_int(catalog->db, "SELECT 1 FROM hold_path WHERE id=$1 LIMIT 1",
		    DB_ARGS(db_int(node)), &below, err);
	if (st != ST_OK || !below)
		return st;
	return fail(err, ST_HELD, "something in node %lld is under a hold", (long long)node);
}
