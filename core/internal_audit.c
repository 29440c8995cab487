/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "internal_audit.h"

#include <stdio.h>
#include <string.h>

#include "evidence_parts.h"
#include "grant_change.h"
#include "hold.h"

#define TITLE_MAX 500
#define CODE_MAX 100
#define LIST_MAX 500

static const char *const columns[AUDIT_TEXT_COUNT] = { "title", "programme", "criteria", "scope",
	"plan", "report" };

/* --- changing --- */

static enum status
check_texts(const struct internal_audit_change *c, struct err *err)
{
	for (int i = 0; i < AUDIT_TEXT_COUNT; i++) {
		size_t max = i == AUDIT_TITLE ? TITLE_MAX : AUDIT_TEXT_MAX;

		if (c->text[i] && (strlen(c->text[i]) > max || !utf8_valid(span_of(c->text[i]))))
			return fail(
			    err, ST_INVALID, "%s: at most %zu bytes of UTF-8", columns[i], max);
	}
	if (c->text[AUDIT_TITLE] && !*c->text[AUDIT_TITLE])
		return fail(err, ST_INVALID, "title: an audit has one");
	if (c->procedure_count > AUDIT_PROCEDURES_MAX || c->auditor_count > AUDIT_AUDITORS_MAX)
		return fail(err, ST_INVALID, "procedures: at most %d; auditors: at most %d",
		    AUDIT_PROCEDURES_MAX, AUDIT_AUDITORS_MAX);
	for (int i = 0; i < c->procedure_count; i++)
		if (!*c->procedures[i] || strlen(c->procedures[i]) > CODE_MAX ||
		    !utf8_valid(span_of(c->procedures[i])))
			return fail(
			    err, ST_INVALID, "procedures: a code has 1 to %d bytes", CODE_MAX);
	return ST_OK;
}

static enum status
put_text(struct catalog *catalog, int64_t id, int i, const char *text, struct err *err)
{
	char sql[80];

	snprintf(sql, sizeof(sql), "UPDATE audit SET %s=$1 WHERE id=$2", columns[i]);
	return db_exec(
	    catalog->db, sql, DB_ARGS(db_text(*text ? text : NULL), db_int(id)), NULL, err);
}

static enum status
put_procedures(
    struct catalog *catalog, int64_t id, const struct internal_audit_change *c, struct err *err)
{
	enum status st = ST_OK;

	if (c->procedure_count < 0)
		return ST_OK;
	st = db_exec(catalog->db, "DELETE FROM audit_procedure WHERE audit=$1", DB_ARGS(db_int(id)),
	    NULL, err);
	for (int i = 0; st == ST_OK && i < c->procedure_count; i++)
		st = db_exec(catalog->db, "INSERT INTO audit_procedure(audit, code) VALUES($1, $2)",
		    DB_ARGS(db_int(id), db_text(c->procedures[i])), NULL, err);
	return st == ST_EXISTS ? fail(err, ST_INVALID, "procedures: one is named twice") : st;
}

static enum status
account(struct catalog *catalog, const char *name, int64_t *id, struct err *err)
{
	enum status st = db_lookup_int(catalog->db,
	    "SELECT id FROM principal WHERE name=$1 AND kind='user' AND disabled_at IS NULL",
	    DB_ARGS(db_text(name)), id, err);

	return st == ST_OK && *id == 0 ? fail(err, ST_INVALID, "there is no account %s", name) : st;
}

static enum status
put_auditors(
    struct catalog *catalog, int64_t id, const struct internal_audit_change *c, struct err *err)
{
	enum status st = ST_OK;

	if (c->auditor_count < 0)
		return ST_OK;
	st = db_exec(
	    catalog->db, "DELETE FROM auditor WHERE audit=$1", DB_ARGS(db_int(id)), NULL, err);
	for (int i = 0; st == ST_OK && i < c->auditor_count; i++) {
		int64_t who;

		if ((st = account(catalog, c->auditors[i], &who, err)) == ST_OK)
			st = db_exec(catalog->db, "INSERT INTO auditor(audit, who) VALUES($1, $2)",
			    DB_ARGS(db_int(id), db_int(who)), NULL, err);
	}
	return st == ST_EXISTS ? fail(err, ST_INVALID, "auditors: one is named twice") : st;
}

static enum status
put_change(
    struct catalog *catalog, int64_t id, const struct internal_audit_change *c, struct err *err)
{
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < AUDIT_TEXT_COUNT; i++)
		if (c->text[i])
			st = put_text(catalog, id, i, c->text[i], err);
	if (st == ST_OK)
		st = put_procedures(catalog, id, c, err);
	return st == ST_OK ? put_auditors(catalog, id, c, err) : st;
}

static enum status
create(struct catalog *catalog, const struct actor *actor, int year,
    const struct internal_audit_change *c, int64_t *id, struct err *err)
{
	char uid[UID_LEN + 1];
	enum status st;

	uid_make(uid);
	st = db_query_int(catalog->db,
	    "INSERT INTO audit(uid, year, title, created, created_by)"
	    " VALUES($1, $2, $3, $4, $5) RETURNING id",
	    DB_ARGS(db_text(uid), db_int(year), db_text(c->text[AUDIT_TITLE]), db_int(now_us()),
		db_ref(actor->principal)),
	    id, err);
	if (st == ST_OK)
		st = put_change(catalog, *id, c, err);
	return st == ST_OK ? audit_log_act(catalog, actor, "audit.create", "audit", uid, NULL, err)
			   : st;
}

enum status
internal_audit_create(struct catalog *catalog, const struct actor *actor,
    const struct access *access, int year, const struct internal_audit_change *c, int64_t *id,
    struct err *err)
{
	enum status st = audits_allowed(access, err);

	if (st != ST_OK || (st = check_texts(c, err)) != ST_OK)
		return st;
	if (year < 1900 || year > 9999)
		return fail(err, ST_INVALID, "year: 1900 to 9999");
	if (!c->text[AUDIT_TITLE])
		return fail(err, ST_INVALID, "title: an audit has one");
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, create(catalog, actor, year, c, id, err), err);
}

/* The row must be open, and of that version. */
static enum status
check_open(
    struct catalog *catalog, const struct internal_audit *a, int64_t version, struct err *err)
{
	(void)catalog;
	if (strcmp(a->state, "open") != 0)
		return fail(err, ST_CONFLICT, "audit %s is closed", a->uid);
	if (version && version != a->version)
		return fail(err, ST_PRECONDITION, "audit %s changed meanwhile", a->uid);
	return ST_OK;
}

static enum status
update(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    int64_t version, const struct internal_audit_change *c, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct internal_audit a = { 0 };
	enum status st = internal_audit_load(catalog, access, id, arena, &a, err);

	if (st != ST_OK || (st = check_open(catalog, &a, version, err)) != ST_OK ||
	    (st = put_change(catalog, id, c, err)) != ST_OK ||
	    (st = db_exec(catalog->db, "UPDATE audit SET version=version+1 WHERE id=$1",
		 DB_ARGS(db_int(id)), NULL, err)) != ST_OK)
		return st;
	return audit_log_act(catalog, actor, "audit.update", "audit", a.uid, NULL, err);
}

enum status
internal_audit_update(struct catalog *catalog, const struct actor *actor,
    const struct access *access, int64_t id, int64_t version, const struct internal_audit_change *c,
    struct err *err)
{
	enum status st = check_texts(c, err);

	if (st != ST_OK || (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, update(catalog, actor, access, id, version, c, err), err);
}

/* Row ids of the holds that end with an audit. */
struct holds {
	int64_t id[LIST_MAX];
	size_t count;
};

static enum status
take_hold(struct db_row *row, void *payload, struct err *err)
{
	struct holds *holds = payload;

	if (holds->count == LIST_MAX)
		return fail(err, ST_LIMIT, "an audit has at most %d frozen sets", LIST_MAX);
	holds->id[holds->count++] = db_column_int(row, 0);
	return ST_OK;
}

static enum status
release_holds(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct internal_audit *a, struct arena *arena, struct err *err)
{
	struct holds *holds = arena_alloc(arena, sizeof(*holds));
	const char *reason = arena_printf(arena, "audit %s is closed", a->uid);
	enum status st = db_query(catalog->db,
	    "SELECT s.hold FROM evidence_set s JOIN hold h ON h.id=s.hold"
	    " WHERE s.audit=$1 AND h.released IS NULL",
	    DB_ARGS(db_int(a->id)), take_hold, holds, err);

	for (size_t i = 0; st == ST_OK && i < holds->count; i++)
		st = hold_release(catalog, actor, access, holds->id[i], reason, err);
	return st;
}

static enum status
close_audit(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct internal_audit a = { 0 };
	enum status st = internal_audit_load(catalog, access, id, arena, &a, err);

	if (st != ST_OK || (st = check_open(catalog, &a, 0, err)) != ST_OK)
		return st;
	if (!a.text[AUDIT_REPORT])
		return fail(err, ST_PRECONDITION, "an audit ends with a report");
	if ((st = release_holds(catalog, actor, access, &a, arena, err)) != ST_OK ||
	    (st = grant_end_audit(catalog, actor, a.uid, NULL, err)) != ST_OK ||
	    (st = db_exec(catalog->db,
		 "UPDATE audit SET state='closed', closed=$1, closed_by=$2, version=version+1"
		 " WHERE id=$3",
		 DB_ARGS(db_int(now_us()), db_ref(actor->principal), db_int(id)), NULL, err)) !=
		ST_OK)
		return st;
	return audit_log_act(catalog, actor, "audit.close", "audit", a.uid, NULL, err);
}

enum status
internal_audit_close(struct catalog *catalog, const struct actor *actor,
    const struct access *access, int64_t id, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, close_audit(catalog, actor, access, id, err), err);
}

/* --- reading --- */

struct audits {
	struct arena *arena;
	struct internal_audit *row;
	size_t count;
};

static enum status
take_audit(struct db_row *from, void *payload, struct err *err)
{
	struct audits *audits = payload;
	struct internal_audit *a = &audits->row[audits->count++];

	(void)err;
	memset(a, 0, sizeof(*a));
	a->id = db_column_int(from, 0);
	a->uid = db_column_text(from, 1, audits->arena);
	a->year = (int)db_column_int(from, 2);
	a->state = db_column_text(from, 3, audits->arena);
	a->created_us = db_column_int(from, 4);
	a->created_by = db_column_text(from, 5, audits->arena);
	a->closed_us = db_column_int(from, 6);
	a->closed_by = db_column_text(from, 7, audits->arena);
	a->version = db_column_int(from, 8);
	a->findings = db_column_int(from, 9);
	a->open_findings = db_column_int(from, 10);
	for (int i = 0; i < AUDIT_TEXT_COUNT; i++)
		a->text[i] = db_column_text(from, 11 + i, audits->arena);
	return ST_OK;
}

struct names {
	struct arena *arena;
	const char **name;
	size_t count, room;
};

static enum status
take_name(struct db_row *row, void *payload, struct err *err)
{
	struct names *names = payload;

	(void)err;
	if (names->count < names->room)
		names->name[names->count++] = db_column_text(row, 0, names->arena);
	return ST_OK;
}

static enum status
load_names(struct catalog *catalog, const char *sql, int64_t id, size_t room, struct arena *arena,
    const char *const **out, size_t *count, struct err *err)
{
	struct names names = { arena, arena_array(arena, room, sizeof(char *)), 0, room };
	enum status st = db_query(catalog->db, sql, DB_ARGS(db_int(id)), take_name, &names, err);

	*out = names.name;
	*count = names.count;
	return st;
}

static enum status
load_lists(struct catalog *catalog, struct internal_audit *a, struct arena *arena, struct err *err)
{
	enum status st =
	    load_names(catalog, "SELECT code FROM audit_procedure WHERE audit=$1 ORDER BY code",
		a->id, AUDIT_PROCEDURES_MAX, arena, &a->procedures, &a->procedure_count, err);

	if (st != ST_OK)
		return st;
	return load_names(catalog,
	    "SELECT p.name FROM auditor a JOIN principal p ON p.id=a.who WHERE a.audit=$1"
	    " ORDER BY p.name",
	    a->id, AUDIT_AUDITORS_MAX, arena, &a->auditors, &a->auditor_count, err);
}

#define AUDIT_COLUMNS \
	"SELECT a.id, a.uid, a.year, a.state, a.created, c.name, a.closed, e.name, a.version," \
	" (SELECT count(*) FROM finding f WHERE f.audit=a.id)," \
	" (SELECT count(*) FROM finding f WHERE f.audit=a.id AND f.verified IS NULL)," \
	" a.title, a.programme, a.criteria, a.scope, a.plan, a.report FROM audit a" \
	" LEFT JOIN principal c ON c.id=a.created_by LEFT JOIN principal e ON e.id=a.closed_by "

static enum status
load_audit(struct catalog *catalog, const struct access *access, const char *sql,
    struct db_value key, struct arena *arena, struct internal_audit *out, struct err *err)
{
	struct audits audits = { arena, out, 0 };
	enum status st = audits_allowed(access, err);

	if (st == ST_OK)
		st = db_query(catalog->db, sql, &key, 1, take_audit, &audits, err);
	if (st == ST_OK && audits.count == 0)
		st = fail(err, ST_NOT_FOUND, "no such audit");
	return st == ST_OK ? load_lists(catalog, out, arena, err) : st;
}

enum status
internal_audit_find(struct catalog *catalog, const struct access *access, const char *uid,
    struct arena *arena, struct internal_audit *out, struct err *err)
{
	return load_audit(
	    catalog, access, AUDIT_COLUMNS "WHERE a.uid=$1", db_text(uid), arena, out, err);
}

enum status
internal_audit_load(struct catalog *catalog, const struct access *access, int64_t id,
    struct arena *arena, struct internal_audit *out, struct err *err)
{
	return load_audit(
	    catalog, access, AUDIT_COLUMNS "WHERE a.id=$1", db_int(id), arena, out, err);
}

enum status
internal_audit_list(struct catalog *catalog, const struct access *access, int year, int64_t after,
    size_t limit, struct arena *arena, const struct internal_audit **out, size_t *count,
    struct err *err)
{
	struct audits audits = { .arena = arena };
	enum status st = audits_allowed(access, err);

	if (st != ST_OK)
		return st;
	if (limit < 1 || limit > LIST_MAX)
		return fail(err, ST_INVALID, "1 to %d audits at once", LIST_MAX);
	audits.row = arena_array(arena, limit, sizeof(*audits.row));
	st = db_query(catalog->db,
	    AUDIT_COLUMNS "WHERE a.id<$1 AND ($2=0 OR a.year=$2) ORDER BY a.id DESC LIMIT $3",
	    DB_ARGS(db_int(after ? after : INT64_MAX), db_int(year), db_int((int64_t)limit)),
	    take_audit, &audits, err);
	for (size_t i = 0; st == ST_OK && i < audits.count; i++)
		st = load_lists(catalog, &audits.row[i], arena, err);
	*out = audits.row;
	*count = audits.count;
	return st;
}

/* --- the year --- */

struct procedures {
	struct arena *arena;
	struct audited_procedure *row;
	size_t count, room;
};

static enum status
take_procedure(struct db_row *from, void *payload, struct err *err)
{
	struct procedures *all = payload;
	struct audited_procedure *p;

	(void)err;
	if (all->count == all->room) {
		size_t room = all->room ? all->room * 2 : 64;
		struct audited_procedure *grown = arena_array(all->arena, room, sizeof(*grown));

		if (all->count)
			memcpy(grown, all->row, all->count * sizeof(*grown));
		all->row = grown;
		all->room = room;
	}
	p = &all->row[all->count++];
	p->code = db_column_text(from, 0, all->arena);
	p->audits = db_column_int(from, 1);
	p->last_year = (int)db_column_int(from, 2);
	return ST_OK;
}

enum status
internal_audit_year(struct catalog *catalog, const struct access *access, int year,
    struct arena *arena, const struct audited_procedure **out, size_t *count, struct err *err)
{
	struct procedures all = { .arena = arena };
	enum status st = audits_allowed(access, err);

	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT c.code, coalesce(sum(a.year=$1), 0), coalesce(max(a.year), 0) FROM"
		    " (SELECT code FROM audit_procedure UNION"
		    " SELECT code FROM ctl_doc WHERE kind IN('procedure','instruction')) c"
		    " LEFT JOIN audit_procedure p ON p.code=c.code"
		    " LEFT JOIN audit a ON a.id=p.audit GROUP BY c.code ORDER BY c.code",
		    DB_ARGS(db_int(year)), take_procedure, &all, err);
	*out = all.row;
	*count = all.count;
	return st;
}
