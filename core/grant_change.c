/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of rights that wait for a second person. */
#include <inttypes.h>
#include <string.h>

#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "grant_parts.h"
#include "json_out.h"

#define WISHES_MAX 1000 /* open ones of an archive: more is somebody's script gone wrong */

static const char *const kind_names[CHANGE_KINDS] = {
	[CHANGE_ADD] = "add",
	[CHANGE_END] = "end",
	[CHANGE_INHERIT] = "inherit",
	[CHANGE_CONFIRM] = "confirm",
};

enum status
grant_needs_confirmation(
    struct catalog *catalog, int64_t node, int64_t record, bool *needs, struct err *err)
{
	int64_t found = 0;
	enum status st = db_lookup_int(catalog->db,
	    "WITH RECURSIVE up(id, parent, confirm) AS ("
	    " SELECT n.id, n.parent, n.confirm_rights FROM node n WHERE n.id=CAST($1 AS BIGINT)"
	    "  OR n.id=(SELECT i.dossier FROM dossier_item i WHERE i.record=$2 AND i.home=1)"
	    " UNION ALL SELECT n.id, n.parent, n.confirm_rights FROM up JOIN node n ON n.id=up.parent)"
	    " SELECT max(confirm) FROM up",
	    DB_ARGS(db_int(node), db_int(record)), &found, err);

	*needs = found != 0;
	return st;
}

static enum status
apply(struct catalog *catalog, const struct actor *actor, const struct grant_change *c,
    int64_t *grant, struct err *err)
{
	switch (c->kind) {
	case CHANGE_ADD:
		return grant_apply_add(catalog, actor, c, grant, err);
	case CHANGE_END:
		return grant_apply_end(catalog, actor, c->grant, err);
	case CHANGE_INHERIT:
		return grant_apply_inherit(catalog, actor, c->node, c->record, c->flag, err);
	case CHANGE_CONFIRM:
		return grant_apply_confirm(catalog, actor, c->node, c->flag, err);
	case CHANGE_KINDS:
		break;
	}
	return fail(err, ST_INVALID, "no such change of rights");
}

/* --- proposing --------------------------------------------------------------------------------- */

static enum status
note(struct catalog *catalog, const struct actor *actor, const struct grant_wish *w,
    const char *action, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_SECURITY,
		.action = action,
		.kind = w->change.node ? "node" : "record",
		.object = w->object_uid,
		.outcome = "ok" };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "wish", w->uid);
	json_key_str(&json, "kind", kind_names[w->change.kind]);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

static enum status
check_room(struct catalog *catalog, struct err *err)
{
	int64_t open;
	enum status st = db_query_int(catalog->db,
	    "SELECT count(*) FROM rights_wish WHERE decided IS NULL", DB_NONE, &open, err);

	if (st == ST_OK && open >= WISHES_MAX)
		return fail(err, ST_LIMIT, "%d changes of rights wait already", WISHES_MAX);
	return st;
}

/* What could never be made is told at once: it is made, and taken back. */
static enum status
try_out(struct catalog *catalog, const struct actor *actor, const struct grant_change *c,
    struct err *err)
{
	int64_t grant = 0;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = apply(catalog, actor, c, &grant, err);
	db_rollback(catalog->db);
	return st;
}

static enum status
propose(struct catalog *catalog, const struct actor *actor, const struct grant_change *c,
    char uid[UID_LEN + 1], struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct grant_wish wish;
	enum status st;

	if (!actor->principal)
		return fail(
		    err, ST_INVALID, "a change that a second person confirms needs a first");
	if ((st = check_room(catalog, err)) != ST_OK ||
	    (st = try_out(catalog, actor, c, err)) != ST_OK)
		return st;
	uid_make(uid);
	st = db_exec(catalog->db,
	    "INSERT INTO rights_wish(uid, kind, node, record, who, perms, until, audit, acl, flag,"
	    " proposed_by, proposed) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
	    DB_ARGS(db_text(uid), db_text(kind_names[c->kind]), db_ref(c->node), db_ref(c->record),
		db_ref(c->principal), db_ref(c->permissions), db_ref(c->until_us),
		db_text(c->audit), db_ref(c->grant), db_int(c->flag), db_int(actor->principal),
		db_int(now_us())),
	    NULL, err);
	if (st == ST_OK)
		st = grant_wish_load(catalog, uid, arena, &wish, err);
	return st == ST_OK ? note(catalog, actor, &wish, "grant.propose", err) : st;
}

static enum status
change(struct catalog *catalog, const struct actor *actor, struct grant_change *c, int64_t *grant,
    char uid[UID_LEN + 1], struct err *err)
{
	bool needs = false;
	enum status st = ST_OK;

	if (c->kind == CHANGE_END)
		st = grant_object(catalog, c->grant, &c->node, &c->record, err);
	if (st == ST_OK)
		st = grant_needs_confirmation(catalog, c->node, c->record, &needs, err);
	if (st != ST_OK)
		return st;
	return needs ? propose(catalog, actor, c, uid, err) : apply(catalog, actor, c, grant, err);
}

enum status
grant_change(struct catalog *catalog, const struct actor *actor, const struct grant_change *wanted,
    int64_t *grant, char uid[UID_LEN + 1], struct err *err)
{
	struct grant_change c = *wanted;
	int64_t made = 0;
	enum status st = db_begin(catalog->db, err);

	*grant = 0;
	uid[0] = '\0';
	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, change(catalog, actor, &c, &made, uid, err), err);
	if (st == ST_OK)
		*grant = made;
	else
		uid[0] = '\0';
	return st;
}

enum status
grant_wish_pending(
    struct catalog *catalog, int64_t node, int64_t record, int64_t *count, struct err *err)
{
	return db_query_int(catalog->db,
	    "SELECT count(*) FROM rights_wish WHERE decided IS NULL AND (node=$1 OR record=$2)",
	    DB_ARGS(db_int(node), db_int(record)), count, err);
}

/* --- reading ----------------------------------------------------------------------------------- */

struct wish_rows {
	struct arena *arena;
	struct grant_wish *row;
	size_t count, room;
};

static enum grant_change_kind
kind_parse(struct span name)
{
	int k = 0;

	while (k < CHANGE_KINDS && !span_equal_str(name, kind_names[k]))
		k++;
	return (enum grant_change_kind)k;
}

static struct grant_wish *
next_row(struct wish_rows *rows)
{
	struct grant_wish *more;

	if (rows->count == rows->room) {
		rows->room = rows->room ? rows->room * 2 : 8;
		more = arena_array(rows->arena, rows->room, sizeof(*more));
		if (rows->count)
			memcpy(more, rows->row, rows->count * sizeof(*more));
		rows->row = more;
	}
	return &rows->row[rows->count++];
}

static enum status
take_wish(struct db_row *row, void *payload, struct err *err)
{
	struct wish_rows *rows = payload;
	struct grant_wish *w = next_row(rows);
	struct arena *arena = rows->arena;

	(void)err;
	*w = (struct grant_wish){
		.uid = db_column_text(row, 0, arena),
		.change = {
			.kind = kind_parse(db_column_bytes(row, 1)),
			.node = db_column_int(row, 2),
			.record = db_column_int(row, 3),
			.principal = db_column_int(row, 4),
			.permissions = (unsigned)db_column_int(row, 5),
			.until_us = db_column_int(row, 6),
			.audit = db_column_text(row, 7, arena),
			.grant = db_column_int(row, 8),
			.flag = db_column_int(row, 9) != 0,
		},
		.proposed_by = db_column_int(row, 10),
		.proposed_us = db_column_int(row, 11),
		.decided_us = db_column_int(row, 12),
		.approved = db_column_int(row, 13) != 0,
		.object_uid = db_column_text(row, 14, arena),
		.object_title = db_column_text(row, 15, arena),
		.principal_name = db_column_text(row, 16, arena),
		.proposer = db_column_text(row, 17, arena),
		.decider = db_column_text(row, 18, arena),
	};
	return ST_OK;
}

/* The grant that is to end tells whose it is and what it allows. */
#define WISH_SELECT \
	"SELECT w.uid, w.kind, w.node, w.record, coalesce(w.who, a.who), coalesce(w.perms, a.perms)," \
	" coalesce(w.until, a.until), coalesce(w.audit, a.audit), w.acl, w.flag, w.proposed_by," \
	" w.proposed, w.decided, w.approved, coalesce(n.uid, r.uid), n.title, p.name, q.name, d.name" \
	" FROM rights_wish w LEFT JOIN acl a ON a.id=w.acl LEFT JOIN node n ON n.id=w.node" \
	" LEFT JOIN record r ON r.id=w.record LEFT JOIN principal p ON p.id=coalesce(w.who, a.who)" \
	" JOIN principal q ON q.id=w.proposed_by LEFT JOIN principal d ON d.id=w.decided_by "

enum status
grant_wish_list(struct catalog *catalog, bool decided, struct arena *arena,
    const struct grant_wish **out, size_t *count, struct err *err)
{
	struct wish_rows rows = { .arena = arena };
	enum status st = db_query(catalog->db,
	    WISH_SELECT
	    "WHERE w.decided IS NULL OR $1=1 ORDER BY w.decided IS NOT NULL, w.id LIMIT $2",
	    DB_ARGS(db_int(decided), db_int(WISHES_MAX)), take_wish, &rows, err);

	if (st != ST_OK)
		return st;
	*out = rows.row;
	*count = rows.count;
	return ST_OK;
}

enum status
grant_wish_load(struct catalog *catalog, const char *uid, struct arena *arena,
    struct grant_wish *wish, struct err *err)
{
	struct wish_rows rows = { .arena = arena };
	enum status st = db_query(catalog->db, WISH_SELECT "WHERE w.uid=$1", DB_ARGS(db_text(uid)),
	    take_wish, &rows, err);

	if (st == ST_OK && rows.count == 0)
		return fail(err, ST_NOT_FOUND, "no such change of rights waits");
	if (st == ST_OK)
		*wish = rows.row[0];
	return st;
}

/* --- deciding ---------------------------------------------------------------------------------- */

static enum status
check_second(
    struct catalog *catalog, const struct actor *actor, const struct grant_wish *w, struct err *err)
{
	bool self = false;
	enum status st = ST_OK;

	if (!actor->principal || actor->principal == w->proposed_by ||
	    (actor->on_behalf && actor->on_behalf == w->proposed_by))
		return fail(err, ST_DENIED, "what one proposed another confirms");
	if (w->change.kind == CHANGE_ADD)
		st = principal_within(catalog, actor->principal, w->change.principal, &self, err);
	if (st == ST_OK && self)
		return fail(err, ST_DENIED, "nobody confirms rights of his own");
	return st;
}

static enum status
decide(struct catalog *catalog, const struct actor *actor, const char *uid, bool approve,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct grant_wish wish;
	int64_t grant = 0;
	enum status st = grant_wish_load(catalog, uid, arena, &wish, err);

	if (st == ST_OK && wish.decided_us)
		return fail(err, ST_HELD, "it was decided already");
	if (st == ST_OK && approve)
		st = check_second(catalog, actor, &wish, err);
	if (st == ST_OK && approve)
		st = apply(catalog, actor, &wish.change, &grant, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE rights_wish SET decided_by=$2, decided=$3, approved=$4 WHERE uid=$1",
		    DB_ARGS(
			db_text(uid), db_ref(actor->principal), db_int(now_us()), db_int(approve)),
		    NULL, err);
	if (st != ST_OK)
		return st;
	return note(catalog, actor, &wish, approve ? "grant.approve" : "grant.reject", err);
}

enum status
grant_wish_decide(struct catalog *catalog, const struct actor *actor, const char *uid, bool approve,
    struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, decide(catalog, actor, uid, approve, err), err);
}

/* --- the end of an audit ----------------------------------------------------------------------- */

struct ids {
	struct arena *arena;
	int64_t *id;
	size_t count, room;
};

static enum status
take_id(struct db_row *row, void *payload, struct err *err)
{
	struct ids *ids = payload;
	int64_t *more;

	(void)err;
	if (ids->count == ids->room) {
		ids->room = ids->room ? ids->room * 2 : 16;
		more = arena_array(ids->arena, ids->room, sizeof(*more));
		if (ids->count)
			memcpy(more, ids->id, ids->count * sizeof(*more));
		ids->id = more;
	}
	ids->id[ids->count++] = db_column_int(row, 0);
	return ST_OK;
}

static enum status
end_all_of(struct catalog *catalog, const struct actor *actor, const char *audit, int64_t *ended,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct ids ids = { .arena = arena };
	enum status st =
	    db_query(catalog->db, "SELECT id FROM acl WHERE audit=$1 AND ended IS NULL ORDER BY id",
		DB_ARGS(db_text(audit)), take_id, &ids, err);

	/* Rights that end on the day they were to end need nobody's confirmation. */
	for (size_t i = 0; st == ST_OK && i < ids.count; i++)
		st = grant_apply_end(catalog, actor, ids.id[i], err);
	*ended = (int64_t)ids.count;
	return st;
}

enum status
grant_end_audit(struct catalog *catalog, const struct actor *actor, const char *audit,
    int64_t *ended, struct err *err)
{
	int64_t count = 0;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, end_all_of(catalog, actor, audit, &count, err), err);
	if (st == ST_OK && ended)
		*ended = count;
	return st;
}
