/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "hold.h"
#include "plan.h"
#include "record_parts.h"

#define NAME_MAX_BYTES 500
#define REASON_MAX 2000
#define LIMIT_MAX 500

static const struct {
	const char *name;
	unsigned capability;
} purposes[] = { [HOLD_LEGAL] = { "legal", CAP_PLAN }, [HOLD_AUDIT] = { "audit", CAP_AUDIT } };
#define PURPOSES (sizeof(purposes) / sizeof(purposes[0]))

const char *
hold_purpose_name(enum hold_purpose purpose)
{
	return (unsigned)purpose < PURPOSES ? purposes[purpose].name : NULL;
}

int
hold_purpose_parse(struct span name)
{
	for (size_t i = 0; i < PURPOSES; i++)
		if (span_equal_str(name, purposes[i].name))
			return (int)i;
	return -1;
}

static enum status
check_task(const struct access *access, enum hold_purpose purpose, struct err *err)
{
	if (!access->principal || access_has(access, (enum capability)purposes[purpose].capability))
		return ST_OK;
	return fail(err, ST_DENIED, "a hold for %s purposes is not the caller's to set or end",
	    purposes[purpose].name);
}

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *detail, const char *reason, struct err *err)
{
	return audit_append_act(
	    catalog, actor, EVENT_DISPOSITION, action, "hold", uid, detail, reason, err);
}

/* --- reading ----------------------------------------------------------------------------------- */

/* $1..$3 are those of the access filter. */
#define HOLD_COLUMNS \
	"h.id, h.uid, h.purpose, h.name, h.reason, h.authority, h.opened, p.name, h.released," \
	" q.name, h.release_reason, (SELECT count(*) FROM hold_item x LEFT JOIN node n ON n.id=x.node" \
	" LEFT JOIN record r ON r.id=x.record WHERE x.hold=h.id AND x.ended IS NULL" \
	" AND (CASE WHEN n.id IS NULL THEN " ACCESS_SEES_RECORD("r") " ELSE " ACCESS_SEES( \
	    "n") " END))"
#define HOLD_TABLES \
	" hold h LEFT JOIN principal p ON p.id=h.opened_by LEFT JOIN principal q ON q.id=h.released_by"

static enum status
step_hold(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct hold *h = row_list_add(list, sizeof(*h));

	(void)err;
	*h = (struct hold){
		.id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, list->arena),
		.purpose = (enum hold_purpose)hold_purpose_parse(db_column_bytes(row, 2)),
		.name = db_column_text(row, 3, list->arena),
		.reason = db_column_text(row, 4, list->arena),
		.authority = db_column_text(row, 5, list->arena),
		.opened_us = db_column_int(row, 6),
		.opened_by = db_column_text(row, 7, list->arena),
		.released_us = db_column_int(row, 8),
		.released_by = db_column_text(row, 9, list->arena),
		.release_reason = db_column_text(row, 10, list->arena),
		.items = db_column_int(row, 11),
	};
	return ST_OK;
}

static bool
may_know(const struct access *access)
{
	return !access->principal || access_has(access, CAP_PLAN) || access_has(access, CAP_AUDIT);
}

static enum status
load_where(struct catalog *catalog, const struct access *access, const char *sql,
    struct db_value key, struct arena *arena, struct hold *hold, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	enum status st;

	access_filter_args(access, arena, args);
	args[ACCESS_FILTER_ARGS] = key;
	st = db_query(catalog->db, sql, args, ACCESS_FILTER_ARGS + 1, step_hold, &list, err);
	if (st != ST_OK)
		return st;
	if (list.count == 0 || !may_know(access))
		return fail(err, ST_NOT_FOUND, "no such hold");
	*hold = *(const struct hold *)list.rows;
	return ST_OK;
}

static enum status
load(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct hold *hold, struct err *err)
{
	return load_where(catalog, access,
	    "SELECT " HOLD_COLUMNS " FROM" HOLD_TABLES " WHERE h.id=$4", db_int(id), arena, hold,
	    err);
}

enum status
hold_find(struct catalog *catalog, const struct access *access, const char *name,
    struct arena *arena, struct hold *hold, struct err *err)
{
	int64_t id;

	assert(access);
	if (uid_valid(span_of(name)))
		return load_where(catalog, access,
		    "SELECT " HOLD_COLUMNS " FROM" HOLD_TABLES " WHERE h.uid=$4", db_text(name),
		    arena, hold, err);
	if (!span_i64(span_of(name), &id))
		return fail(err, ST_NOT_FOUND, "no such hold");
	return load(catalog, access, id, arena, hold, err);
}

enum status
hold_list(struct catalog *catalog, const struct access *access, bool released, int64_t after,
    size_t limit, struct arena *arena, const struct hold **holds, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 3];
	enum status st = ST_OK;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	access_filter_args(access, arena, args);
	args[3] = db_int(after);
	args[4] = db_int(released);
	args[5] = db_int((int64_t)limit);
	if (may_know(access))
		st = db_query(catalog->db,
		    "SELECT " HOLD_COLUMNS " FROM" HOLD_TABLES
		    " WHERE h.id>$4 AND (h.released IS NOT NULL)=($5=1) ORDER BY h.id LIMIT $6",
		    args, 6, step_hold, &list, err);
	*holds = list.rows;
	*count = list.count;
	return st;
}

static enum status
step_item(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct hold_item *i = row_list_add(list, sizeof(*i));

	(void)err;
	*i = (struct hold_item){
		.id = db_column_int(row, 0),
		.object = { db_column_int(row, 1), db_column_int(row, 2) },
		.uid = db_column_text(row, 3, list->arena),
		.title = db_column_text(row, 4, list->arena),
		.since_us = db_column_int(row, 5),
		.ended_us = db_column_int(row, 6),
		.end_reason = db_column_text(row, 7, list->arena),
	};
	return ST_OK;
}

enum status
hold_items(struct catalog *catalog, const struct access *access, int64_t hold, bool ended,
    int64_t after, size_t limit, struct arena *arena, const struct hold_item **items, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 4];
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	access_filter_args(access, arena, args);
	args[3] = db_int(hold);
	args[4] = db_int(ended);
	args[5] = db_int(after);
	args[6] = db_int((int64_t)limit);
	st = db_query(catalog->db,
	    "SELECT x.id, x.node, x.record, coalesce(n.uid, r.uid), coalesce(n.title, r.subject),"
	    " x.since, x.ended, x.end_reason FROM hold_item x LEFT JOIN node n ON n.id=x.node"
	    " LEFT JOIN record r ON r.id=x.record WHERE x.hold=$4 AND x.id>$6"
	    " AND (x.ended IS NULL OR $5=1) AND (CASE WHEN n.id IS NULL THEN " ACCESS_SEES_RECORD(
		"r") " ELSE " ACCESS_SEES("n") " END) ORDER BY x.id LIMIT $7",
	    args, 7, step_item, &list, err);
	*items = list.rows;
	*count = list.count;
	return st;
}

/* --- changes ----------------------------------------------------------------------------------- */

static enum status
open_inside(struct catalog *catalog, const struct actor *actor, const struct hold_new *new,
    int64_t *id, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	char uid[UID_LEN + 1];
	struct json_out json;
	enum status st;

	uid_make(uid);
	st = db_query_int(catalog->db,
	    "INSERT INTO hold(uid, purpose, name, reason, authority, opened, opened_by)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7) RETURNING id",
	    DB_ARGS(db_text(uid), db_text(purposes[new->purpose].name), db_text(new->name),
		db_text(new->reason), db_text(new->authority), db_int(now_us()),
		db_ref(actor->principal)),
	    id, err);
	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "purpose", purposes[new->purpose].name);
	json_key_str(&json, "name", new->name);
	json_key_str(&json, "authority", new->authority);
	json_end_object(&json);
	return st == ST_OK ? note(catalog, actor, "hold.open", uid, detail.buf, new->reason, err)
			   : st;
}

enum status
hold_open(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct hold_new *new, int64_t *id, struct err *err)
{
	int64_t made = 0;
	enum status st;

	assert(access);
	if (!hold_purpose_name(new->purpose))
		return fail(err, ST_INVALID, "purpose: unknown");
	if ((st = catalog_check_text("name", new->name, NAME_MAX_BYTES, err)) != ST_OK ||
	    (st = catalog_check_text("reason", new->reason, REASON_MAX, err)) != ST_OK ||
	    (st = catalog_check_text("authority", new->authority, NAME_MAX_BYTES, err)) != ST_OK ||
	    (st = check_task(access, new->purpose, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = catalog_end(catalog, open_inside(catalog, actor, new, &made, err), err);
	if (st == ST_OK)
		*id = made;
	return st;
}

/* The hold, live and the caller's to change. */
static enum status
load_live(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct hold *hold, struct err *err)
{
	enum status st = load(catalog, access, id, arena, hold, err);

	if (st == ST_OK)
		st = check_task(access, hold->purpose, err);
	if (st == ST_OK && hold->released_us)
		st = fail(err, ST_CONFLICT, "hold %s is released", hold->uid);
	return st;
}

static enum status
find_object(struct catalog *catalog, const struct access *access, struct hold_object o,
    struct arena *arena, const char **uid, struct err *err)
{
	struct record record;
	struct node node;
	enum status st;

	if ((o.node == 0) == (o.record == 0))
		return fail(err, ST_INVALID, "a hold is on one node or one record");
	if (o.node) {
		st = node_load(catalog, access, o.node, arena, &node, err);
		*uid = st == ST_OK ? node.uid : NULL;
		return st;
	}
	st = record_load(catalog, access, o.record, arena, &record, err);
	*uid = st == ST_OK ? record.uid : NULL;
	return st;
}

static enum status
add_one(struct catalog *catalog, const struct actor *actor, int64_t hold, struct hold_object o,
    struct err *err)
{
	return db_exec(catalog->db,
	    "INSERT INTO hold_item(hold, node, record, since, added_by) SELECT $1, $2, $3, $4, $5"
	    " WHERE NOT EXISTS(SELECT 1 FROM hold_item WHERE hold=$1 AND ended IS NULL"
	    " AND (node=$2 OR record=$3))",
	    DB_ARGS(db_int(hold), db_ref(o.node), db_ref(o.record), db_int(now_us()),
		db_ref(actor->principal)),
	    NULL, err);
}

static enum status
add_inside(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const struct hold_object *objects, size_t count, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new(), *one = arena_new();
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct hold hold;
	struct json_out json;
	enum status st = load_live(catalog, access, id, arena, &hold, err);

	json_start(&json, &detail);
	json_object(&json);
	json_key(&json, "objects");
	json_array(&json);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		const char *uid;

		arena_reset(one);
		st = find_object(catalog, access, objects[i], one, &uid, err);
		if (st == ST_OK)
			st = add_one(catalog, actor, id, objects[i], err);
		if (st == ST_OK)
			json_str(&json, uid);
	}
	if (st != ST_OK)
		return st;
	json_end_array(&json);
	json_end_object(&json);
	return note(catalog, actor, "hold.add", hold.uid, detail.buf, NULL, err);
}

enum status
hold_add(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t hold, const struct hold_object *objects, size_t count, struct err *err)
{
	enum status st;

	assert(access);
	if (count < 1 || count > HOLD_ADD_MAX)
		return fail(err, ST_INVALID, "1 to %d objects at once", HOLD_ADD_MAX);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(
	    catalog, add_inside(catalog, actor, access, hold, objects, count, err), err);
}

static enum status
end_items(struct catalog *catalog, const struct actor *actor, int64_t hold, struct hold_object o,
    const char *reason, int64_t *changed, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE hold_item SET ended=$4, ended_by=$5, end_reason=$6 WHERE hold=$1"
	    " AND ended IS NULL AND ($2=0 OR node=$2) AND ($3=0 OR record=$3)",
	    DB_ARGS(db_int(hold), db_int(o.node), db_int(o.record), db_int(now_us()),
		db_ref(actor->principal), db_text(reason)),
	    changed, err);
}

static enum status
end_inside(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, struct hold_object o, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *uid = NULL;
	int64_t changed = 0;
	struct hold hold;
	enum status st = load_live(catalog, access, id, arena, &hold, err);

	if (st == ST_OK)
		st = find_object(catalog, access, o, arena, &uid, err);
	if (st == ST_OK)
		st = end_items(catalog, actor, id, o, reason, &changed, err);
	if (st == ST_OK && changed == 0)
		st = fail(err, ST_NOT_FOUND, "%s is not under the hold %s", uid, hold.uid);
	if (st != ST_OK)
		return st;
	return note(catalog, actor, "hold.end", hold.uid,
	    arena_printf(arena, "{\"object\":\"%s\"}", uid), reason, err);
}

enum status
hold_end(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t hold, struct hold_object object, const char *reason, struct err *err)
{
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, end_inside(catalog, actor, access, hold, object, reason, err), err);
}

static enum status
release_inside(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	int64_t items = 0;
	struct hold hold;
	enum status st = load_live(catalog, access, id, arena, &hold, err);

	if (st == ST_OK)
		st = end_items(catalog, actor, id, (struct hold_object){ 0 }, reason, &items, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE hold SET released=$2, released_by=$3, release_reason=$4 WHERE id=$1",
		    DB_ARGS(
			db_int(id), db_int(now_us()), db_ref(actor->principal), db_text(reason)),
		    NULL, err);
	if (st != ST_OK)
		return st;
	return note(catalog, actor, "hold.release", hold.uid,
	    arena_printf(arena, "{\"items\":%lld}", (long long)items), reason, err);
}

enum status
hold_release(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t hold, const char *reason, struct err *err)
{
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, release_inside(catalog, actor, access, hold, reason, err), err);
}

/* --- answers ----------------------------------------------------------------------------------- */

void
hold_json(struct json_out *j, const struct hold *h)
{
	json_object(j);
	json_key_str(j, "uid", h->uid);
	json_key_str(j, "purpose", hold_purpose_name(h->purpose));
	json_key_str(j, "name", h->name);
	json_key_str(j, "reason", h->reason);
	json_key_str(j, "authority", h->authority);
	json_key_time(j, "opened", h->opened_us);
	json_key_str(j, "opened_by", h->opened_by);
	json_key_time(j, "released", h->released_us);
	json_key_str(j, "released_by", h->released_by);
	json_key_str(j, "release_reason", h->release_reason);
	json_key_int(j, "items", h->items);
	json_end_object(j);
}

void
hold_item_json(struct json_out *j, const struct hold_item *i)
{
	json_object(j);
	json_key_str(j, "kind", i->object.node ? "node" : "record");
	json_key_str(j, "uid", i->uid);
	json_key_str(j, "title", i->title);
	json_key_time(j, "since", i->since_us);
	json_key_time(j, "ended", i->ended_us);
	json_key_str(j, "end_reason", i->end_reason);
	json_end_object(j);
}
