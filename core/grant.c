/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grants: rows that begin and end, never change; class_reader follows them (access_class.c). */
#include <inttypes.h>
#include <string.h>

#include "access_parts.h"
#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "grant_parts.h"
#include "json_out.h"
#include "principal.h"

static const char *const permission_names[PERM_COUNT] = {
	[PERM_LIST] = "list",
	[PERM_READ] = "read",
	[PERM_DOWNLOAD] = "download",
	[PERM_PRINT] = "print",
	[PERM_EDIT] = "edit",
	[PERM_ADD] = "add",
	[PERM_MANAGE] = "manage",
	[PERM_DISPOSE] = "dispose",
};

enum status
permission_parse(struct span text, unsigned *bits, struct err *err)
{
	unsigned all = 0;

	while (text.p) {
		struct span word = span_trim(span_cut(&text, ','));
		size_t p;

		for (p = 0; p < PERM_COUNT; p++)
			if (span_equal_str(word, permission_names[p]))
				break;
		if (p == PERM_COUNT)
			return fail(
			    err, ST_INVALID, "unknown permission \"%.40s\"", word.n ? word.p : "");
		all |= PERM_BIT(p);
	}
	*bits = all;
	return ST_OK;
}

void
permission_text(unsigned bits, struct strbuf *out)
{
	const char *comma = "";
	size_t p;

	for (p = 0; p < PERM_COUNT; p++) {
		if (!(bits & PERM_BIT(p)))
			continue;
		strbuf_addf(out, "%s%s", comma, permission_names[p]);
		comma = ",";
	}
}

/* --- the object -------------------------------------------------------------------------------- */

/* A node or a record: exactly one id is not 0. */
struct object {
	int64_t node, record;
	const char *kind, *uid;
	bool origin; /* of rights, as it stands */
};

static enum status
object_origin(struct catalog *catalog, struct object *o, struct err *err)
{
	int64_t found;
	enum status st = db_lookup_int(catalog->db,
	    o->node ? "SELECT 1 FROM node n WHERE n.id=$1 AND (n.inherit_acl=0"
		      " OR EXISTS(SELECT 1 FROM acl a WHERE a.node=n.id))"
		    : "SELECT 1 FROM record r WHERE r.id=$1 AND (r.inherit_acl=0"
		      " OR EXISTS(SELECT 1 FROM acl a WHERE a.record=r.id))",
	    DB_ARGS(db_int(o->node ? o->node : o->record)), &found, err);

	if (st == ST_OK)
		o->origin = found != 0;
	return st;
}

static enum status
object_load(struct catalog *catalog, struct object *o, struct arena *arena, struct err *err)
{
	enum status st;

	if ((o->node == 0) == (o->record == 0))
		return fail(err, ST_INVALID, "rights are on one node or one record");
	o->kind = o->node ? "node" : "record";
	st = db_query_text(catalog->db,
	    o->node ? "SELECT uid FROM node WHERE id=$1" : "SELECT uid FROM record WHERE id=$1",
	    DB_ARGS(db_int(o->node ? o->node : o->record)), arena, &o->uid, err);
	if (st == ST_OK && !o->uid)
		return fail(
		    err, ST_NOT_FOUND, "%s %" PRId64, o->kind, o->node ? o->node : o->record);
	return st == ST_OK ? object_origin(catalog, o, err) : st;
}

static enum status
object_refresh(struct catalog *catalog, const struct object *o, struct err *err)
{
	return o->node ? access_refresh_node(catalog, o->node, err)
		       : access_refresh_record(catalog, o->record, err);
}

static enum status
object_readers(struct catalog *catalog, const struct object *o, struct err *err)
{
	return access_refresh_readers(catalog, o->node, o->record, err);
}

static enum status
object_note(struct catalog *catalog, const struct actor *actor, const struct object *o,
    const char *action, const char *detail, struct err *err)
{
	struct event event = { .event_class = EVENT_SECURITY,
		.action = action,
		.kind = o->kind,
		.object = o->uid,
		.outcome = "ok",
		.detail = detail };

	return audit_append(catalog, actor, &event, err);
}

/* --- adding and ending ------------------------------------------------------------------------- */

struct new_grant {
	struct object object;
	struct principal who;
	unsigned permissions;
	int64_t until;
	const char *audit;
};

/* An audit is over within a year; so is the right that was given for it. */
#define AUDITOR_DAYS 400
#define DAY_US (INT64_C(86400) * 1000000)
#define AUDITOR_MAY \
	(PERM_BIT(PERM_LIST) | PERM_BIT(PERM_READ) | PERM_BIT(PERM_DOWNLOAD) | PERM_BIT(PERM_PRINT))

static void
grant_detail(
    struct strbuf *out, const char *who, unsigned permissions, int64_t until, const char *audit)
{
	owned(strbuf_free) struct strbuf words = STRBUF_INIT;
	struct json_out json;

	permission_text(permissions, &words);
	json_start(&json, out);
	json_object(&json);
	json_key_str(&json, "principal", who);
	json_key_str(&json, "permissions", words.buf);
	if (until)
		json_key_time(&json, "until", until);
	if (audit)
		json_key_str(&json, "audit", audit);
	json_end_object(&json);
}

static enum status
check_new(const struct new_grant *g, struct err *err)
{
	if (g->permissions == 0 || (g->permissions & ~PERM_ALL))
		return fail(err, ST_INVALID, "a grant names at least one permission that exists");
	if (g->until && g->until <= now_us())
		return fail(err, ST_INVALID, "the end of the grant has passed");
	/* Law: managing the house is not reading its papers. */
	if (g->who.kind == PRINCIPAL_ROLE && strcmp(g->who.name, "administrator") == 0)
		return fail(err, ST_INVALID,
		    "the administrator's role reads nothing; grant to a person or another role");
	if (g->audit && !uid_valid(span_of(g->audit)))
		return fail(err, ST_INVALID, "an audit is named by its uid");
	return ST_OK;
}

/* What an auditor is given is read-only and ends by itself. */
static enum status
check_auditor(struct catalog *catalog, const struct new_grant *g, struct err *err)
{
	bool auditor;
	enum status st = principal_in_role(catalog, g->who.id, "auditor", &auditor, err);

	if (st != ST_OK || !auditor)
		return st;
	if (g->permissions & ~AUDITOR_MAY)
		return fail(err, ST_INVALID, "an auditor reads, no more");
	if (!g->until || g->until > now_us() + AUDITOR_DAYS * DAY_US)
		return fail(
		    err, ST_INVALID, "an auditor's grant ends within %d days", AUDITOR_DAYS);
	return ST_OK;
}

/* Who puts the rights of others in order takes none: that would be reading by the role alone. */
static enum status
check_self(
    struct catalog *catalog, const struct actor *actor, const struct new_grant *g, struct err *err)
{
	bool administrator, self;
	enum status st =
	    principal_in_role(catalog, actor->principal, "administrator", &administrator, err);

	if (st != ST_OK || !administrator)
		return st;
	st = principal_within(catalog, actor->principal, g->who.id, &self, err);
	if (st == ST_OK && self)
		return fail(err, ST_DENIED, "an administrator gives rights to others only");
	return st;
}

static enum status
add(struct catalog *catalog, const struct actor *actor, const struct new_grant *g, int64_t *id,
    struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	enum status st = check_new(g, err);

	if (st == ST_OK)
		st = check_auditor(catalog, g, err);
	if (st == ST_OK)
		st = check_self(catalog, actor, g, err);
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "INSERT INTO acl(node, record, who, perms, granted_by, since, until, audit)"
		    " VALUES($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
		    DB_ARGS(db_ref(g->object.node), db_ref(g->object.record), db_int(g->who.id),
			db_int(g->permissions), db_ref(actor->principal), db_int(now_us()),
			db_ref(g->until), db_text(g->audit)),
		    id, err);
	if (st == ST_OK)
		st = g->object.origin ? object_readers(catalog, &g->object, err)
				      : object_refresh(catalog, &g->object, err);
	grant_detail(&detail, g->who.uid, g->permissions, g->until, g->audit);
	if (st == ST_OK)
		st = object_note(catalog, actor, &g->object, "grant.add", detail.buf, err);
	return st;
}

static enum status
load_who(struct catalog *catalog, int64_t principal, struct arena *arena, struct principal *who,
    struct err *err)
{
	enum status st = principal_by_id(catalog, principal, arena, who, err);

	/* The object is what may be not found; a wrong principal is wrong input. */
	return st == ST_NOT_FOUND ? fail(err, ST_INVALID, "no such principal") : st;
}

enum status
grant_apply_add(struct catalog *catalog, const struct actor *actor, const struct grant_change *c,
    int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct new_grant g = {
		.object = { .node = c->node, .record = c->record },
		.permissions = c->permissions,
		.until = c->until_us,
		.audit = c->audit,
	};
	enum status st = object_load(catalog, &g.object, arena, err);

	if (st == ST_OK)
		st = load_who(catalog, c->principal, arena, &g.who, err);
	return st == ST_OK ? add(catalog, actor, &g, id, err) : st;
}

/* The transaction of a change that nobody is asked about, where nobody needs to be. */
static enum status
begin_unasked(struct catalog *catalog, int64_t node, int64_t record, struct err *err)
{
	bool needs = false;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = grant_needs_confirmation(catalog, node, record, &needs, err);
	if (st == ST_OK && needs)
		st = fail(err, ST_HELD, "a second person confirms changes of these rights");
	if (st != ST_OK)
		db_rollback(catalog->db);
	return st;
}

enum status
grant_add(struct catalog *catalog, const struct actor *actor, int64_t node, int64_t record,
    int64_t principal, unsigned permissions, int64_t until_us, int64_t *id, struct err *err)
{
	const struct grant_change change = {
		.kind = CHANGE_ADD,
		.node = node,
		.record = record,
		.principal = principal,
		.permissions = permissions,
		.until_us = until_us,
	};
	int64_t made = 0;
	enum status st = begin_unasked(catalog, node, record, err);

	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, grant_apply_add(catalog, actor, &change, &made, err), err);
	if (st == ST_OK)
		*id = made;
	return st;
}

/* --- listing ----------------------------------------------------------------------------------- */

struct grant_rows {
	struct arena *arena;
	struct grant *row;
	const char *principal_uid; /* of the last row */
	size_t count, room;
};

#define GRANT_SELECT \
	"SELECT a.id, a.node, a.record, a.who, p.name, coalesce(n.title, r.subject)," \
	" coalesce(n.uid, r.uid), a.perms, a.since, a.until, a.ended, p.uid, a.audit FROM acl a" \
	" JOIN principal p ON p.id=a.who LEFT JOIN node n ON n.id=a.node" \
	" LEFT JOIN record r ON r.id=a.record "

static enum status
take_grant(struct db_row *row, void *payload, struct err *err)
{
	struct grant_rows *rows = payload;
	struct grant *g;

	(void)err;
	if (rows->count == rows->room) {
		size_t room = rows->room ? rows->room * 2 : 8;

		g = arena_array(rows->arena, room, sizeof(*g));
		if (rows->count)
			memcpy(g, rows->row, rows->count * sizeof(*g));
		rows->row = g;
		rows->room = room;
	}
	g = &rows->row[rows->count++];
	g->id = db_column_int(row, 0);
	g->node = db_column_int(row, 1);
	g->record = db_column_int(row, 2);
	g->principal = db_column_int(row, 3);
	g->principal_name = db_column_text(row, 4, rows->arena);
	g->object_title = db_column_text(row, 5, rows->arena);
	g->object_uid = db_column_text(row, 6, rows->arena);
	g->permissions = (unsigned)db_column_int(row, 7);
	g->since_us = db_column_int(row, 8);
	g->until_us = db_column_int(row, 9);
	g->ended_us = db_column_int(row, 10);
	rows->principal_uid = db_column_text(row, 11, rows->arena);
	g->audit = db_column_text(row, 12, rows->arena);
	return ST_OK;
}

enum status
grant_list(struct catalog *catalog, int64_t node, int64_t record, bool ended, struct arena *arena,
    const struct grant **out, size_t *count, struct err *err)
{
	struct grant_rows rows = { .arena = arena };
	const char *sql = GRANT_SELECT "WHERE (a.ended IS NULL OR $3=1)"
				       " AND ($1=0 OR a.node=$1) AND ($2=0 OR a.record=$2)"
				       " ORDER BY a.id";
	enum status st = db_query(catalog->db, sql,
	    DB_ARGS(db_int(node), db_int(record), db_int(ended)), take_grant, &rows, err);

	if (st != ST_OK)
		return st;
	*out = rows.row;
	*count = rows.count;
	return ST_OK;
}

enum status
grant_apply_end(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct grant_rows rows = { .arena = arena };
	struct object o = { 0 };
	enum status st = db_query(catalog->db, GRANT_SELECT "WHERE a.id=$1 AND a.ended IS NULL",
	    DB_ARGS(db_int(id)), take_grant, &rows, err);

	if (st == ST_OK && rows.count == 0)
		return fail(err, ST_NOT_FOUND, "no live grant %" PRId64, id);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE acl SET ended=$2, ended_by=$3 WHERE id=$1",
		    DB_ARGS(db_int(id), db_int(now_us()), db_ref(actor->principal)), NULL, err);
	if (st != ST_OK)
		return st;
	o.node = rows.row->node;
	o.record = rows.row->record;
	st = object_load(catalog, &o, arena, err);
	if (st == ST_OK)
		st = object_readers(catalog, &o, err);
	grant_detail(&detail, rows.principal_uid, rows.row->permissions, rows.row->until_us,
	    rows.row->audit);
	return st == ST_OK ? object_note(catalog, actor, &o, "grant.end", detail.buf, err) : st;
}

enum status
grant_object(struct catalog *catalog, int64_t id, int64_t *node, int64_t *record, struct err *err)
{
	enum status st = db_lookup_int(catalog->db,
	    "SELECT node FROM acl WHERE id=$1 AND ended IS NULL", DB_ARGS(db_int(id)), node, err);

	if (st == ST_OK)
		st = db_lookup_int(catalog->db,
		    "SELECT record FROM acl WHERE id=$1 AND ended IS NULL", DB_ARGS(db_int(id)),
		    record, err);
	if (st == ST_OK && !*node && !*record)
		st = fail(err, ST_NOT_FOUND, "no live grant %" PRId64, id);
	return st;
}

enum status
grant_end(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	int64_t node, record;
	enum status st = grant_object(catalog, id, &node, &record, err);

	if (st == ST_OK)
		st = begin_unasked(catalog, node, record, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, grant_apply_end(catalog, actor, id, err), err);
}

enum status
grant_apply_inherit(struct catalog *catalog, const struct actor *actor, int64_t node,
    int64_t record, bool inherit, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct object whole = { .node = node, .record = record }, *o = &whole;
	int64_t changed = 0;
	enum status st = object_load(catalog, o, arena, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    o->node ? "UPDATE node SET inherit_acl=$2, version=version+1"
			      " WHERE id=$1 AND inherit_acl<>$2"
			    : "UPDATE record SET inherit_acl=$2, version=version+1"
			      " WHERE id=$1 AND inherit_acl<>$2",
		    DB_ARGS(db_int(o->node ? o->node : o->record), db_int(inherit)), &changed, err);
	if (st != ST_OK || changed == 0)
		return st;
	st = object_refresh(catalog, o, err);
	if (st != ST_OK)
		return st;
	return object_note(catalog, actor, o, "grant.inherit",
	    inherit ? "{\"inherit\":true}" : "{\"inherit\":false}", err);
}

enum status
grant_set_inherit(struct catalog *catalog, const struct actor *actor, int64_t node, int64_t record,
    bool inherit, struct err *err)
{
	enum status st = begin_unasked(catalog, node, record, err);

	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, grant_apply_inherit(catalog, actor, node, record, inherit, err), err);
}

/* That a second person confirms is a right of its own: who turns it off needs the second one, too. */
enum status
grant_apply_confirm(
    struct catalog *catalog, const struct actor *actor, int64_t node, bool confirm, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct object o = { .node = node };
	int64_t changed = 0;
	enum status st;

	if (!node)
		return fail(err, ST_INVALID, "confirmation is demanded of a node");
	st = object_load(catalog, &o, arena, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE node SET confirm_rights=$2, version=version+1"
		    " WHERE id=$1 AND confirm_rights<>$2",
		    DB_ARGS(db_int(node), db_int(confirm)), &changed, err);
	if (st != ST_OK || changed == 0)
		return st;
	return object_note(catalog, actor, &o, "grant.confirm",
	    confirm ? "{\"confirm\":true}" : "{\"confirm\":false}", err);
}
