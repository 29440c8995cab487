/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People, groups and roles, and who belongs to what. */
#include <stdio.h>
#include <string.h>

#include "access_parts.h"
#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "json_out.h"
#include "principal.h"
#include "principal_parts.h"

static const char *const kind_names[] = {
	[PRINCIPAL_USER] = "user",
	[PRINCIPAL_GROUP] = "group",
	[PRINCIPAL_ROLE] = "role",
	[PRINCIPAL_SERVICE] = "service",
};

#define KINDS (sizeof(kind_names) / sizeof(kind_names[0]))

/* --- reading ----------------------------------------------------------------------------------- */

#define PRINCIPAL_COLUMNS "id, uid, kind, name, display, clearance, disabled_at, os_user, language"

struct principal_rows {
	struct arena *arena;
	struct principal *row;
	size_t count, room;
};

static enum principal_kind
kind_parse(struct span name)
{
	size_t k;

	for (k = 0; k < KINDS; k++)
		if (span_equal_str(name, kind_names[k]))
			break;
	return k < KINDS ? (enum principal_kind)k : PRINCIPAL_USER;
}

static enum status
take_principal(struct db_row *row, void *payload, struct err *err)
{
	struct principal_rows *rows = payload;
	struct principal *p;

	(void)err;
	if (rows->count == rows->room) {
		size_t room = rows->room ? rows->room * 2 : 16;

		p = arena_array(rows->arena, room, sizeof(*p));
		if (rows->count)
			memcpy(p, rows->row, rows->count * sizeof(*p));
		rows->row = p;
		rows->room = room;
	}
	p = &rows->row[rows->count++];
	p->id = db_column_int(row, 0);
	p->uid = db_column_text(row, 1, rows->arena);
	p->kind = kind_parse(db_column_bytes(row, 2));
	p->name = db_column_text(row, 3, rows->arena);
	p->display = db_column_text(row, 4, rows->arena);
	p->clearance = (int)db_column_int(row, 5);
	p->disabled_us = db_column_int(row, 6);
	p->os_user = db_column_text(row, 7, rows->arena);
	p->language = db_column_text(row, 8, rows->arena);
	return ST_OK;
}

static enum status
load_one(struct catalog *catalog, const char *sql, struct db_value key, struct arena *arena,
    struct principal *out, struct err *err)
{
	struct principal_rows rows = { .arena = arena };
	enum status st = db_query(catalog->db, sql, &key, 1, take_principal, &rows, err);

	if (st != ST_OK)
		return st;
	/* Names are personal data: the message does not repeat them. */
	if (rows.count == 0)
		return fail(err, ST_NOT_FOUND, "no such principal");
	*out = rows.row[0];
	return ST_OK;
}

enum status
principal_by_name(struct catalog *catalog, const char *name, struct arena *arena,
    struct principal *out, struct err *err)
{
	return load_one(catalog, "SELECT " PRINCIPAL_COLUMNS " FROM principal WHERE name=$1",
	    db_text(name), arena, out, err);
}

enum status
principal_by_id(struct catalog *catalog, int64_t id, struct arena *arena, struct principal *out,
    struct err *err)
{
	return load_one(catalog, "SELECT " PRINCIPAL_COLUMNS " FROM principal WHERE id=$1",
	    db_int(id), arena, out, err);
}

enum status
principal_by_os_user(struct catalog *catalog, const char *os_user, struct arena *arena,
    struct principal *out, struct err *err)
{
	return load_one(catalog, "SELECT " PRINCIPAL_COLUMNS " FROM principal WHERE os_user=$1",
	    db_text(os_user), arena, out, err);
}

enum status
principal_list(struct catalog *catalog, struct arena *arena, const struct principal **out,
    size_t *count, struct err *err)
{
	struct principal_rows rows = { .arena = arena };
	enum status st =
	    db_query(catalog->db, "SELECT " PRINCIPAL_COLUMNS " FROM principal ORDER BY name",
		DB_NONE, take_principal, &rows, err);

	if (st != ST_OK)
		return st;
	*out = rows.row;
	*count = rows.count;
	return ST_OK;
}

struct name_rows {
	struct arena *arena;
	const char **name;
	size_t count, room;
};

static enum status
take_name(struct db_row *row, void *payload, struct err *err)
{
	struct name_rows *rows = payload;

	(void)err;
	if (rows->count == rows->room) {
		size_t room = rows->room ? rows->room * 2 : 8;
		const char **more = arena_array(rows->arena, room, sizeof(*more));

		if (rows->count)
			memcpy(more, rows->name, rows->count * sizeof(*more));
		rows->name = more;
		rows->room = room;
	}
	rows->name[rows->count++] = db_column_text(row, 0, rows->arena);
	return ST_OK;
}

/* The principal $1 is in these at the time $2, itself among them. */
#define CLOSURE \
	"WITH RECURSIVE mine(id) AS (SELECT CAST($1 AS BIGINT)" \
	" UNION SELECT m.grp FROM mine JOIN member m ON m.who=mine.id" \
	" JOIN principal g ON g.id=m.grp WHERE m.ended IS NULL AND g.disabled_at IS NULL" \
	" AND (m.until IS NULL OR m.until>$2)) "

enum status
principal_groups(struct catalog *catalog, int64_t id, struct arena *arena, const char *const **out,
    size_t *count, struct err *err)
{
	struct name_rows rows = { .arena = arena };
	enum status st = db_query(catalog->db,
	    CLOSURE "SELECT p.name FROM mine JOIN principal p ON p.id=mine.id WHERE p.id<>$1"
		    " ORDER BY p.name",
	    DB_ARGS(db_int(id), db_int(now_us())), take_name, &rows, err);

	if (st != ST_OK)
		return st;
	*out = rows.name;
	*count = rows.count;
	return ST_OK;
}

enum status
principal_within(struct catalog *catalog, int64_t id, int64_t group, bool *within, struct err *err)
{
	int64_t found = 0;
	enum status st = db_lookup_int(catalog->db, CLOSURE "SELECT id FROM mine WHERE id=$3",
	    DB_ARGS(db_int(id), db_int(now_us()), db_int(group)), &found, err);

	*within = found != 0;
	return st;
}

enum status
principal_in_role(struct catalog *catalog, int64_t id, const char *role, bool *in, struct err *err)
{
	int64_t found = 0;
	enum status st = db_lookup_int(catalog->db,
	    CLOSURE "SELECT p.id FROM mine JOIN principal p ON p.id=mine.id"
		    " WHERE p.kind='role' AND p.name=$3",
	    DB_ARGS(db_int(id), db_int(now_us()), db_text(role)), &found, err);

	*in = found != 0;
	return st;
}

/* Separation of duties: who manages accounts changes those of others. */
static enum status
check_other(struct catalog *catalog, const struct actor *actor, int64_t whom, struct err *err)
{
	bool administrator, self = false;
	enum status st =
	    principal_in_role(catalog, actor->principal, "administrator", &administrator, err);

	if (st == ST_OK && administrator)
		st = principal_within(catalog, actor->principal, whom, &self, err);
	if (st == ST_OK && self)
		return fail(err, ST_DENIED, "an administrator gives rights to others only");
	return st;
}

/* --- changing ---------------------------------------------------------------------------------- */

enum status
principal_note(struct catalog *catalog, const struct actor *actor, const char *action, int64_t id,
    const char *detail, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct principal p;
	struct event event = { .event_class = EVENT_SECURITY,
		.action = action,
		.kind = "principal",
		.outcome = "ok",
		.detail = detail };
	enum status st = principal_by_id(catalog, id, arena, &p, err);

	if (st != ST_OK)
		return st;
	event.object = p.uid;
	return audit_append(catalog, actor, &event, err);
}

static bool
name_fits(const char *name)
{
	size_t n = strlen(name);

	return n >= 1 && n <= 64 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n &&
	    !strchr("._-", name[0]);
}

static enum status
check_new(
    enum principal_kind kind, const char *name, const char *display, int clearance, struct err *err)
{
	if ((size_t)kind >= KINDS)
		return fail(err, ST_INVALID, "unknown kind of principal");
	if (!name || !name_fits(name))
		return fail(err, ST_INVALID,
		    "a name is 1 to 64 of a-z 0-9 . _ - and begins with a letter or digit");
	if (display && (strlen(display) > 200 || !utf8_valid(span_of(display))))
		return fail(err, ST_INVALID, "a display name is UTF-8 of at most 200 bytes");
	if (clearance < LEVEL_PUBLIC || clearance > LEVEL_CONFIDENTIAL)
		return fail(err, ST_INVALID, "clearance %d is not 0..3", clearance);
	return ST_OK;
}

static enum status
note_clearance(
    struct catalog *catalog, const struct actor *actor, int64_t id, int clearance, struct err *err)
{
	return db_exec(catalog->db,
	    "INSERT INTO clearance_history(principal, clearance, since, set_by)"
	    " VALUES($1, $2, $3, $4)",
	    DB_ARGS(db_int(id), db_int(clearance), db_int(now_us()), db_ref(actor->principal)),
	    NULL, err);
}

static enum status
create(struct catalog *catalog, const struct actor *actor, enum principal_kind kind,
    const char *name, const char *display, int clearance, int64_t *id, struct err *err)
{
	char uid[UID_LEN + 1], detail[64];
	enum status st;

	uid_make(uid);
	st = db_query_int(catalog->db,
	    "INSERT INTO principal(uid, kind, name, display, clearance, created)"
	    " VALUES($1, $2, $3, $4, $5, $6) RETURNING id",
	    DB_ARGS(db_text(uid), db_text(kind_names[kind]), db_text(name), db_text(display),
		db_int(clearance), db_int(now_us())),
	    id, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "the name is taken");
	if (st == ST_OK)
		st = note_clearance(catalog, actor, *id, clearance, err);
	snprintf(detail, sizeof(detail), "{\"kind\":\"%s\",\"clearance\":%d}", kind_names[kind],
	    clearance);
	return st == ST_OK ? principal_note(catalog, actor, "principal.create", *id, detail, err)
			   : st;
}

enum status
principal_create(struct catalog *catalog, const struct actor *actor, enum principal_kind kind,
    const char *name, const char *display, int clearance, int64_t *id, struct err *err)
{
	int64_t made;
	enum status st = check_new(kind, name, display, clearance, err);

	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = catalog_end(
	    catalog, create(catalog, actor, kind, name, display, clearance, &made, err), err);
	if (st == ST_OK)
		*id = made;
	return st;
}

/* Something true of one principal in its row; values[0] is its id. */
static enum status
set_row(struct catalog *catalog, const struct actor *actor, const char *sql,
    const struct db_value *values, size_t count, const char *action, const char *detail,
    struct err *err)
{
	int64_t changed;
	enum status st = db_exec(catalog->db, sql, values, count, &changed, err);

	if (st != ST_OK)
		return st;
	if (changed == 0)
		return fail(err, ST_NOT_FOUND, "no such principal");
	st = principal_note(catalog, actor, action, values[0].i, detail, err);
	return st == ST_OK ? access_bump(catalog, err) : st;
}

static enum status
set_clearance(
    struct catalog *catalog, const struct actor *actor, int64_t id, int clearance, struct err *err)
{
	char detail[32];
	enum status st = check_other(catalog, actor, id, err);

	if (st != ST_OK)
		return st;
	snprintf(detail, sizeof(detail), "{\"clearance\":%d}", clearance);
	st = set_row(catalog, actor, "UPDATE principal SET clearance=$2 WHERE id=$1",
	    DB_ARGS(db_int(id), db_int(clearance)), "principal.clearance", detail, err);
	return st == ST_OK ? note_clearance(catalog, actor, id, clearance, err) : st;
}

enum status
principal_set_clearance(
    struct catalog *catalog, const struct actor *actor, int64_t id, int clearance, struct err *err)
{
	enum status st;

	if (clearance < LEVEL_PUBLIC || clearance > LEVEL_CONFIDENTIAL)
		return fail(err, ST_INVALID, "clearance %d is not 0..3", clearance);
	st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, set_clearance(catalog, actor, id, clearance, err), err);
}

/* How many can sign in and manage accounts. */
static enum status
count_administrators(struct catalog *catalog, int64_t *count, struct err *err)
{
	return db_query_int(catalog->db,
	    "WITH RECURSIVE inside(id) AS (SELECT id FROM principal WHERE kind='role'"
	    " AND name='administrator'"
	    " UNION SELECT m.who FROM inside JOIN member m ON m.grp=inside.id"
	    " JOIN principal p ON p.id=m.who WHERE m.ended IS NULL AND p.disabled_at IS NULL"
	    " AND (m.until IS NULL OR m.until>$1))"
	    " SELECT count(*) FROM inside JOIN principal p ON p.id=inside.id"
	    " WHERE p.kind='user'",
	    DB_ARGS(db_int(now_us())), count, err);
}

/* After the change: an archive without an administrator could not be mended from inside. */
static enum status
keep_administrator(struct catalog *catalog, int64_t before, struct err *err)
{
	int64_t after;
	enum status st = count_administrators(catalog, &after, err);

	if (st == ST_OK && before > 0 && after == 0)
		return fail(err, ST_HELD, "the last active administrator stays one");
	return st;
}

static enum status
set_disabled(
    struct catalog *catalog, const struct actor *actor, int64_t id, bool disabled, struct err *err)
{
	int64_t before;
	enum status st = count_administrators(catalog, &before, err);

	if (st == ST_OK)
		st = set_row(catalog, actor, "UPDATE principal SET disabled_at=$2 WHERE id=$1",
		    DB_ARGS(db_int(id), db_ref(disabled ? now_us() : 0)),
		    disabled ? "principal.disable" : "principal.enable", NULL, err);
	if (st == ST_OK && disabled)
		st = session_end_all(catalog, id, err);
	return st == ST_OK ? keep_administrator(catalog, before, err) : st;
}

enum status
principal_set_disabled(
    struct catalog *catalog, const struct actor *actor, int64_t id, bool disabled, struct err *err)
{
	int64_t role;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = db_lookup_int(catalog->db, "SELECT id FROM principal WHERE id=$1 AND kind='role'",
	    DB_ARGS(db_int(id)), &role, err);
	if (st == ST_OK && role)
		st = fail(err, ST_INVALID, "a role cannot be disabled");
	if (st == ST_OK)
		st = set_disabled(catalog, actor, id, disabled, err);
	return catalog_end(catalog, st, err);
}

enum status
principal_set_language(struct catalog *catalog, const struct actor *actor, int64_t id,
    const char *language, struct err *err)
{
	enum status st;

	if (language && strcmp(language, "vi") != 0 && strcmp(language, "en") != 0)
		return fail(err, ST_INVALID, "language is \"vi\" or \"en\"");
	st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog,
	    set_row(catalog, actor, "UPDATE principal SET language=$2 WHERE id=$1",
		DB_ARGS(db_int(id), db_text(language)), "principal.language", NULL, err),
	    err);
}

enum status
principal_bind(struct catalog *catalog, const struct actor *actor, int64_t id, const char *os_user,
    struct err *err)
{
	enum status st;

	/* useradd(8): a portable name; also what getpwuid(3) can give back. */
	if (os_user &&
	    (!*os_user || strlen(os_user) > 64 || os_user[strcspn(os_user, ":/ \t\n")] != '\0' ||
		!utf8_valid(span_of(os_user))))
		return fail(err, ST_INVALID, "that is no name of an OS user");
	st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = set_row(catalog, actor, "UPDATE principal SET os_user=$2 WHERE id=$1 AND kind='user'",
	    DB_ARGS(db_int(id), db_text(os_user)), os_user ? "principal.bind" : "principal.unbind",
	    NULL, err);
	if (st == ST_EXISTS)
		st = fail(err, ST_EXISTS, "the OS user is bound to another principal");
	return catalog_end(catalog, st, err);
}

/* --- memberships ------------------------------------------------------------------------------- */

static enum status
check_member(
    struct catalog *catalog, struct arena *arena, int64_t group, int64_t who, struct err *err)
{
	struct principal g, w;
	int64_t inside;
	enum status st = principal_by_id(catalog, group, arena, &g, err);

	if (st == ST_OK)
		st = principal_by_id(catalog, who, arena, &w, err);
	if (st != ST_OK)
		return st;
	if (g.kind != PRINCIPAL_GROUP && g.kind != PRINCIPAL_ROLE)
		return fail(err, ST_INVALID, "members belong to a group or a role");
	if (w.kind == PRINCIPAL_ROLE)
		return fail(err, ST_INVALID, "a role is not a member of anything");
	/* Dates do not matter here: a circle that opens tomorrow is one. */
	st = db_lookup_int(catalog->db,
	    "WITH RECURSIVE above(id) AS (SELECT CAST($1 AS BIGINT)"
	    " UNION SELECT m.grp FROM above JOIN member m ON m.who=above.id WHERE m.ended IS NULL)"
	    " SELECT id FROM above WHERE id=$2",
	    DB_ARGS(db_int(group), db_int(who)), &inside, err);
	if (st == ST_OK && inside)
		return fail(err, ST_INVALID, "the group would belong to itself");
	return st;
}

static enum status
note_member(struct catalog *catalog, const struct actor *actor, const char *action, int64_t group,
    int64_t who, int64_t until, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct json_out json;
	struct principal g;
	enum status st = principal_by_id(catalog, group, arena, &g, err);

	if (st != ST_OK)
		return st;
	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "group", g.uid);
	if (until)
		json_key_time(&json, "until", until);
	json_end_object(&json);
	st = principal_note(catalog, actor, action, who, detail.buf, err);
	return st == ST_OK ? access_bump(catalog, err) : st;
}

static enum status
join(struct catalog *catalog, const struct actor *actor, int64_t group, int64_t who, int64_t until,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	int64_t now = now_us();
	enum status st = check_member(catalog, arena, group, who, err);

	if (st == ST_OK)
		st = check_other(catalog, actor, who, err);
	/* A membership whose day has come is over: its row makes room. */
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE member SET ended=until WHERE grp=$1 AND who=$2 AND ended IS NULL"
		    " AND until<=$3",
		    DB_ARGS(db_int(group), db_int(who), db_int(now)), NULL, err);
	if (st != ST_OK)
		return st;
	st = db_exec(catalog->db,
	    "INSERT INTO member(grp, who, since, until) VALUES($1, $2, $3, $4)",
	    DB_ARGS(db_int(group), db_int(who), db_int(now), db_ref(until)), NULL, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "already a member");
	return st == ST_OK ? note_member(catalog, actor, "member.add", group, who, until, err) : st;
}

enum status
principal_join_until(struct catalog *catalog, const struct actor *actor, int64_t group, int64_t who,
    int64_t until_us, struct err *err)
{
	enum status st;

	if (until_us && until_us <= now_us())
		return fail(err, ST_INVALID, "the end of the membership has passed");
	st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, join(catalog, actor, group, who, until_us, err), err);
}

enum status
principal_join(
    struct catalog *catalog, const struct actor *actor, int64_t group, int64_t who, struct err *err)
{
	return principal_join_until(catalog, actor, group, who, 0, err);
}

static enum status
leave(
    struct catalog *catalog, const struct actor *actor, int64_t group, int64_t who, struct err *err)
{
	int64_t before, ended, now = now_us();
	enum status st = count_administrators(catalog, &before, err);

	if (st != ST_OK)
		return st;
	st = db_exec(catalog->db,
	    "UPDATE member SET ended=$3, ended_by=$4 WHERE grp=$1 AND who=$2 AND ended IS NULL"
	    " AND (until IS NULL OR until>$3)",
	    DB_ARGS(db_int(group), db_int(who), db_int(now), db_ref(actor->principal)), &ended,
	    err);
	if (st == ST_OK && ended == 0)
		st = fail(err, ST_NOT_FOUND, "not a member");
	if (st == ST_OK)
		st = keep_administrator(catalog, before, err);
	return st == ST_OK ? note_member(catalog, actor, "member.end", group, who, 0, err) : st;
}

enum status
principal_leave(
    struct catalog *catalog, const struct actor *actor, int64_t group, int64_t who, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, leave(catalog, actor, group, who, err), err);
}
