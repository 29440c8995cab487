/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "principal.h"
#include "procedure.h"
#include "retention_parts.h"

/* Revisions of controlled documents: written, approved by another, in force, obsolete (1-6). */
#define NOTE_MAX 4000
#define REASON_MAX 2000

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *detail, const char *reason, struct err *err)
{
	return audit_append_act(
	    catalog, actor, EVENT_CHANGE, action, "revision", uid, detail, reason, err);
}

/* --- reading ----------------------------------------------------------------------------------- */

#define REVISION_SELECT \
	"SELECT v.id, v.doc, v.record, v.uid, d.code, d.title, v.state, v.rev, r.uid," \
	" v.change_note, a.name, q.name, e.number, e.symbol, v.made, v.approved, v.effective_from," \
	" v.effective_to, v.published, v.published_where, v.end_reason, " ACCESS_SEES_RECORD( \
	    "r") " FROM ctl_rev v JOIN ctl_doc d ON d.id=v.doc JOIN record r ON r.id=v.record" \
		 " JOIN principal a ON a.id=v.author LEFT JOIN principal q ON q.id=v.approver" \
		 " LEFT JOIN record e ON e.id=v.decision "

static enum status
step_revision(struct db_row *row, void *payload, struct err *err)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	struct row_list *list = payload;
	struct arena *a = list->arena;
	struct revision *v = row_list_add(list, sizeof(*v));

	(void)err;
	record_notation(db_column_text(row, 12, a), db_column_text(row, 13, a), &notation);
	*v = (struct revision){
		.id = db_column_int(row, 0),
		.doc = db_column_int(row, 1),
		.record = db_column_int(row, 2),
		.uid = db_column_text(row, 3, a),
		.code = db_column_text(row, 4, a),
		.title = db_column_text(row, 5, a),
		.state = db_column_text(row, 6, a),
		.rev = (int)db_column_int(row, 7),
		.record_uid = db_column_int(row, 21) ? db_column_text(row, 8, a) : NULL,
		.change_note = db_column_text(row, 9, a),
		.author = db_column_text(row, 10, a),
		.approver = db_column_text(row, 11, a),
		.decision = notation.len ? arena_dup_span(a, strbuf_span(&notation)) : NULL,
		.made_us = db_column_int(row, 14),
		.approved_us = db_column_int(row, 15),
		.effective_from = db_column_text(row, 16, a),
		.effective_to = db_column_text(row, 17, a),
		.published = db_column_text(row, 18, a),
		.published_where = db_column_text(row, 19, a),
		.end_reason = db_column_text(row, 20, a),
	};
	return ST_OK;
}

static enum status
select_revisions(struct catalog *catalog, const struct access *access, const char *sql,
    struct db_value one, struct db_value two, struct row_list *list, struct err *err)
{
	struct db_value args[ACCESS_FILTER_ARGS + 2];

	assert(access);
	access_filter_args(access, list->arena, args);
	args[3] = one;
	args[4] = two;
	return db_query(catalog->db, sql, args, 5, step_revision, list, err);
}

static enum status
first_of(const struct row_list *list, enum status st, struct revision *v, struct err *err)
{
	if (st == ST_OK && list->count == 0)
		return fail(err, ST_NOT_FOUND, "no such revision");
	if (st == ST_OK)
		*v = *(const struct revision *)list->rows;
	return st;
}

enum status
revision_find(struct catalog *catalog, const struct access *access, const char *name,
    struct arena *arena, struct revision *v, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = select_revisions(catalog, access,
	    REVISION_SELECT "WHERE (v.uid=$4 OR CAST(v.id AS TEXT)=$4) AND $5=$5", db_text(name),
	    db_int(0), &list, err);

	return first_of(&list, st, v, err);
}

enum status
revision_at(struct catalog *catalog, const struct access *access, const char *code, const char *day,
    struct arena *arena, struct revision *v, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st;

	if (!date_valid(span_of(day), false))
		return fail(err, ST_INVALID, "at: a day YYYY-MM-DD");
	st = select_revisions(catalog, access,
	    REVISION_SELECT "WHERE d.code=$4 AND v.state IN('effective','obsolete')"
			    " AND v.effective_from<=$5"
			    " AND (v.effective_to IS NULL OR v.effective_to>$5)",
	    db_text(code), db_text(day), &list, err);
	return first_of(&list, st, v, err);
}

enum status
revision_list(struct catalog *catalog, const struct access *access, int64_t doc,
    struct arena *arena, const struct revision **out, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = select_revisions(catalog, access,
	    REVISION_SELECT "WHERE v.doc=$4 AND $5=$5 ORDER BY v.rev DESC", db_int(doc), db_int(0),
	    &list, err);

	*out = list.rows;
	*count = list.count;
	return st;
}

enum status
revision_of(struct catalog *catalog, const struct access *access, int64_t record,
    struct arena *arena, struct revision *v, bool *found, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = select_revisions(catalog, access,
	    REVISION_SELECT "WHERE v.record=$4 AND $5=$5", db_int(record), db_int(0), &list, err);

	*found = st == ST_OK && list.count > 0;
	if (*found)
		*v = *(const struct revision *)list.rows;
	return st;
}

static enum status
step_id(struct db_row *row, void *payload, struct err *err)
{
	int64_t *id = row_list_add(payload, sizeof(*id));

	(void)err;
	*id = db_column_int(row, 0);
	return ST_OK;
}

enum status
revision_is_obsolete(struct catalog *catalog, int64_t record, bool *obsolete, struct err *err)
{
	int64_t found = 0;
	enum status st = db_query_int(catalog->db,
	    "SELECT count(*) FROM ctl_rev WHERE record=$1 AND state='obsolete'",
	    DB_ARGS(db_int(record)), &found, err);

	*obsolete = found > 0;
	return st;
}

enum status
revision_obsolete(struct catalog *catalog, struct arena *arena, const int64_t **records,
    size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT record FROM ctl_rev WHERE state='obsolete' ORDER BY record", DB_NONE, step_id,
	    &list, err);

	*records = list.rows;
	*count = list.count;
	return st;
}

/* --- writing ----------------------------------------------------------------------------------- */

static enum status
add(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t doc,
    int64_t record, const char *change_note, int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct procedure p;
	struct record r = { 0 };
	int64_t open = 0;
	char uid[UID_LEN + 1];
	enum status st =
	    procedure_find(catalog, arena_printf(arena, "%lld", (long long)doc), arena, &p, err);

	if (st == ST_OK)
		st = record_load_for(catalog, access, PERM_EDIT, record, arena, &r, err);
	if (st == ST_OK)
		st = db_lookup_int(catalog->db,
		    "SELECT 1 FROM ctl_rev WHERE doc=$1 AND state IN('draft','review','approved')",
		    DB_ARGS(db_int(doc)), &open, err);
	if (st == ST_OK && open)
		return fail(err, ST_CONFLICT, "a revision of %s is on its way", p.code);
	uid_make(uid);
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "INSERT INTO ctl_rev(uid, doc, rev, state, record, change_note, author, made)"
		    " SELECT $1, $2, coalesce(max(rev), 0)+1, 'draft', $3, $4, $5, $6 FROM ctl_rev"
		    " WHERE doc=$2 RETURNING id",
		    DB_ARGS(db_text(uid), db_int(doc), db_int(record), db_text(change_note),
			db_int(actor->principal), db_int(now_us())),
		    id, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "record %s is a revision already", r.uid);
	return st == ST_OK ? note(catalog, actor, "revision.add", uid, NULL, change_note, err) : st;
}

enum status
revision_add(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t doc, int64_t record, const char *change_note, int64_t *id, struct err *err)
{
	int64_t made = 0;
	enum status st = catalog_check_text("change_note", change_note, NOTE_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = retention_check_plan(access, err);
	if (st == ST_OK && !actor->principal)
		st = fail(err, ST_DENIED, "a revision has an author");
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = catalog_end(
	    catalog, add(catalog, actor, access, doc, record, change_note, &made, err), err);
	if (st == ST_OK)
		*id = made;
	return st;
}

static const struct {
	const char *step, *from, *to;
	bool reason;
} steps[] = {
	{ "submit", "draft", "review", false },
	{ "return", "review", "draft", true },
	{ "approve", "review", "approved", false },
	{ "withdraw", "draft", "withdrawn", true },
	{ "withdraw", "review", "withdrawn", true },
	{ "withdraw", "approved", "withdrawn", true },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

/* records.md 2: nobody approves what he wrote. */
static enum status
check_approver(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct revision *v, struct arena *arena, struct err *err)
{
	struct record r = { 0 };
	int64_t author = 0;
	enum status st = db_lookup_int(catalog->db, "SELECT author FROM ctl_rev WHERE id=$1",
	    DB_ARGS(db_int(v->id)), &author, err);

	if (st == ST_OK && (!actor->principal || author == actor->principal))
		return fail(err, ST_DENIED, "revision %s is approved by another person", v->uid);
	if (st == ST_OK)
		st = record_load_for(catalog, access, PERM_MANAGE, v->record, arena, &r, err);
	if (st == ST_OK && strcmp(r.state, "declared") != 0)
		return fail(err, ST_CONFLICT, "revision %s: its record is not declared", v->uid);
	return st;
}

static enum status
go(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *step, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct revision v;
	bool approve = strcmp(step, "approve") == 0;
	const char *to = NULL;
	enum status st = revision_find(
	    catalog, access, arena_printf(arena, "%lld", (long long)id), arena, &v, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < STEPS; i++)
		if (strcmp(steps[i].step, step) == 0 && strcmp(steps[i].from, v.state) == 0)
			to = steps[i].to;
	if (!to)
		return fail(err, ST_CONFLICT, "revision %s is %s", v.uid, v.state);
	if (approve)
		st = check_approver(catalog, actor, access, &v, arena, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE ctl_rev SET state=$2, end_reason=$3, approver=$4, approved=$5"
		    " WHERE id=$1",
		    DB_ARGS(db_int(id), db_text(to), db_text(reason),
			db_ref(approve ? actor->principal : 0), db_ref(approve ? now_us() : 0)),
		    NULL, err);
	return st == ST_OK ? note(catalog, actor, arena_printf(arena, "revision.%s", step), v.uid,
				 NULL, reason, err)
			   : st;
}

enum status
revision_step(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *step, const char *reason, struct err *err)
{
	bool known = false, wants = false;
	enum status st = ST_OK;

	assert(access);
	for (size_t i = 0; i < STEPS; i++) {
		known |= strcmp(steps[i].step, step) == 0;
		wants |= strcmp(steps[i].step, step) == 0 && steps[i].reason;
	}
	if (!known)
		return fail(err, ST_INVALID, "step: submit, return, approve or withdraw");
	if (wants)
		st = catalog_check_text("reason", reason, REASON_MAX, err);
	if (st == ST_OK)
		st = retention_check_plan(access, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, go(catalog, actor, access, id, step, wants ? reason : NULL, err), err);
}

/* --- in force ---------------------------------------------------------------------------------- */

/* records.md 4: the former one ends in the same transaction, and the index learns of both. */
static enum status
take_effect(struct catalog *catalog, int64_t id, int64_t doc, int64_t record, const char *from,
    struct err *err)
{
	int64_t former = 0;
	enum status st = db_lookup_int(catalog->db,
	    "SELECT record FROM ctl_rev WHERE doc=$1 AND state='effective'", DB_ARGS(db_int(doc)),
	    &former, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE ctl_rev SET state='obsolete', effective_to=$2 WHERE doc=$1"
		    " AND state='effective'",
		    DB_ARGS(db_int(doc), db_text(from)), NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE ctl_rev SET state='effective' WHERE id=$1",
		    DB_ARGS(db_int(id)), NULL, err);
	if (st == ST_OK && former)
		st = record_touch(catalog, former, false, err);
	return st == ST_OK ? record_touch(catalog, record, false, err) : st;
}

static enum status
check_day(struct catalog *catalog, const struct revision *v, const char *from, struct err *err)
{
	int64_t later = 0;
	enum status st = db_lookup_int(catalog->db,
	    "SELECT 1 FROM ctl_rev WHERE doc=$1 AND state IN('effective','obsolete')"
	    " AND (effective_from>=$2 OR effective_to>$2)",
	    DB_ARGS(db_int(v->doc), db_text(from)), &later, err);

	if (st == ST_OK && later)
		return fail(err, ST_INVALID,
		    "%s: another revision of %s is in force on that day "
		    "or after",
		    from, v->code);
	return st;
}

static enum status
check_decision(struct catalog *catalog, const struct access *access, int64_t decision,
    struct arena *arena, struct err *err)
{
	struct record r = { 0 };
	enum status st = record_load(catalog, access, decision, arena, &r, err);

	if (st == ST_NOT_FOUND || (st == ST_OK && strcmp(r.state, "declared") != 0))
		return fail(err, ST_INVALID, "decision: a declared record");
	return st;
}

static enum status
enforce(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *from, int64_t decision, const char *where, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct revision v;
	char today[11];
	enum status st = revision_find(
	    catalog, access, arena_printf(arena, "%lld", (long long)id), arena, &v, err);

	day_text(now_us(), today);
	if (st == ST_OK && strcmp(v.state, "approved") != 0)
		return fail(err, ST_CONFLICT, "revision %s is %s", v.uid, v.state);
	if (st == ST_OK)
		st = check_decision(catalog, access, decision, arena, err);
	if (st == ST_OK)
		st = check_day(catalog, &v, from, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE ctl_rev SET effective_from=$2, decision=$3, published=$4,"
		    " published_where=$5 WHERE id=$1",
		    DB_ARGS(db_int(id), db_text(from), db_int(decision), db_text(today),
			db_text(where)),
		    NULL, err);
	if (st == ST_OK && strcmp(from, today) <= 0)
		st = take_effect(catalog, id, v.doc, v.record, from, err);
	return st == ST_OK ? note(catalog, actor, "revision.enforce", v.uid,
				 arena_printf(arena, "{\"from\":\"%s\"}", from), NULL, err)
			   : st;
}

enum status
revision_enforce(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *from, int64_t decision, const char *where, struct err *err)
{
	enum status st = catalog_check_text("published_where", where, REASON_MAX, err);

	assert(access);
	if (st == ST_OK && !date_valid(span_of(from), false))
		st = fail(err, ST_INVALID, "effective_from: a whole day YYYY-MM-DD");
	if (st == ST_OK)
		st = retention_check_plan(access, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, enforce(catalog, actor, access, id, from, decision, where, err), err);
}

struct planned {
	int64_t id, doc, record;
	const char *uid, *from;
};

static enum status
step_planned(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct planned *p = row_list_add(list, sizeof(*p));

	(void)err;
	*p = (struct planned){ db_column_int(row, 0), db_column_int(row, 1), db_column_int(row, 2),
		db_column_text(row, 3, list->arena), db_column_text(row, 4, list->arena) };
	return ST_OK;
}

enum status
revision_tick(struct catalog *catalog, const struct actor *actor, size_t *count, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list list = { .arena = arena };
	const struct planned *p;
	char today[11];
	enum status st = db_begin(catalog->db, err);

	*count = 0;
	if (st != ST_OK)
		return st;
	day_text(now_us(), today);
	st = db_query(catalog->db,
	    "SELECT id, doc, record, uid, effective_from FROM ctl_rev WHERE state='approved'"
	    " AND effective_from<=$1 ORDER BY effective_from, id",
	    DB_ARGS(db_text(today)), step_planned, &list, err);
	p = list.rows;
	for (size_t i = 0; st == ST_OK && i < list.count; i++) {
		st = take_effect(catalog, p[i].id, p[i].doc, p[i].record, p[i].from, err);
		if (st == ST_OK)
			st = note(catalog, actor, "revision.effective", p[i].uid, NULL, NULL, err);
	}
	st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*count = list.count;
	return st;
}

/* --- readers (6) ------------------------------------------------------------------------------- */

static enum status
ask(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t rev,
    int64_t who, const char *due, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct principal person = { 0 };
	struct revision v;
	enum status st = revision_find(
	    catalog, access, arena_printf(arena, "%lld", (long long)rev), arena, &v, err);

	if (st == ST_OK)
		st = principal_by_id(catalog, who, arena, &person, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "INSERT INTO ctl_reader(rev, who, due, asked) SELECT $1, p.id, $3, $4"
		    " FROM principal p WHERE p.kind='user' AND p.disabled_at IS NULL AND (p.id=$2"
		    " OR p.id IN (WITH RECURSIVE m(id) AS (SELECT who FROM member WHERE grp=$2"
		    " AND ended IS NULL UNION SELECT x.who FROM member x JOIN m ON x.grp=m.id"
		    " WHERE x.ended IS NULL) SELECT id FROM m))"
		    " ON CONFLICT(rev, who) DO UPDATE SET due=excluded.due",
		    DB_ARGS(db_int(rev), db_int(who), db_text(due), db_int(now_us())), NULL, err);
	return st == ST_OK ? note(catalog, actor, "revision.ask", v.uid,
				 arena_printf(arena, "{\"who\":\"%s\"}", person.uid), NULL, err)
			   : st;
}

enum status
reader_ask(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t rev, int64_t who, const char *due, struct err *err)
{
	enum status st = retention_check_plan(access, err);

	if (st == ST_OK && due && !date_valid(span_of(due), false))
		st = fail(err, ST_INVALID, "due: a day YYYY-MM-DD");
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, ask(catalog, actor, access, rev, who, due, err), err);
}

enum status
reader_confirm(struct catalog *catalog, const struct actor *actor, int64_t rev, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *uid = NULL;
	int64_t changed = 0;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = db_exec(catalog->db,
	    "UPDATE ctl_reader SET confirmed=coalesce(confirmed, $3) WHERE rev=$1 AND who=$2",
	    DB_ARGS(db_int(rev), db_int(actor->principal), db_int(now_us())), &changed, err);
	if (st == ST_OK && !changed)
		st = fail(err, ST_NOT_FOUND, "nobody asked the caller to read this revision");
	if (st == ST_OK)
		st = db_query_text(catalog->db, "SELECT uid FROM ctl_rev WHERE id=$1",
		    DB_ARGS(db_int(rev)), arena, &uid, err);
	if (st == ST_OK)
		st = note(catalog, actor, "revision.read", uid, NULL, NULL, err);
	return catalog_end(catalog, st, err);
}

static enum status
step_reader(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct reader *r = row_list_add(list, sizeof(*r));

	(void)err;
	*r = (struct reader){ .name = db_column_text(row, 0, list->arena),
		.display = db_column_text(row, 1, list->arena),
		.due = db_column_text(row, 2, list->arena),
		.confirmed_us = db_column_int(row, 3) };
	return ST_OK;
}

enum status
reader_list(struct catalog *catalog, int64_t rev, struct arena *arena, const struct reader **out,
    size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT p.name, p.display, x.due, x.confirmed FROM ctl_reader x"
	    " JOIN principal p ON p.id=x.who WHERE x.rev=$1 ORDER BY x.confirmed IS NOT NULL,"
	    " x.due, p.name",
	    DB_ARGS(db_int(rev)), step_reader, &list, err);

	*out = list.rows;
	*count = list.count;
	return st;
}

/* --- answers and the public page --------------------------------------------------------------- */

void
revision_json(struct json_out *j, const struct revision *v)
{
	json_object(j);
	json_key_str(j, "uid", v->uid);
	json_key_str(j, "code", v->code);
	json_key_str(j, "title", v->title);
	json_key_int(j, "rev", v->rev);
	json_key_str(j, "state", v->state);
	json_key_str(j, "mark", strcmp(v->state, "obsolete") == 0 ? PROCEDURE_MARK : NULL);
	json_key_str(j, "record", v->record_uid);
	json_key_str(j, "change_note", v->change_note);
	json_key_str(j, "author", v->author);
	json_key_time(j, "made", v->made_us);
	json_key_str(j, "approver", v->approver);
	json_key_time(j, "approved", v->approved_us);
	json_key_str(j, "decision", v->decision);
	json_key_str(j, "effective_from", v->effective_from);
	json_key_str(j, "effective_to", v->effective_to);
	json_key_str(j, "published", v->published);
	json_key_str(j, "published_where", v->published_where);
	json_key_str(j, "reason", v->end_reason);
	json_end_object(j);
}

enum status
procedure_public(struct catalog *catalog, struct arena *arena, const struct revision **out,
    size_t *count, struct err *err)
{
	owned(access_freep) struct access *system = NULL;
	struct row_list list = { .arena = arena };
	char today[11];
	enum status st = access_load_system(&system, catalog, err);

	day_text(now_us(), today);
	if (st == ST_OK)
		st = select_revisions(catalog, system,
		    REVISION_SELECT
		    "WHERE d.public=1 AND v.state IN('effective','obsolete')"
		    " AND v.effective_from<=$4 AND $5=$5 ORDER BY d.code, v.rev DESC",
		    db_text(today), db_int(0), &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

static void
add_html(struct strbuf *out, const char *before, const char *text)
{
	strbuf_add_str(out, before);
	for (const char *s = text ? text : ""; *s; s++) {
		if (*s == '&')
			strbuf_add_str(out, "&amp;");
		else if (*s == '<')
			strbuf_add_str(out, "&lt;");
		else
			strbuf_add_char(out, *s);
	}
}

void
procedure_public_html(
    const struct revision *v, size_t count, const char *office, const char *day, struct strbuf *out)
{
	int number = 0;

	strbuf_add_str(out,
	    "<!doctype html>\n<html lang=\"vi\"><meta charset=\"utf-8\"><meta name=\"viewport\""
	    " content=\"width=device-width\"><title>Danh mục thủ tục đang có hiệu lực</title>\n"
	    "<style>@page{size:A4 landscape;margin:15mm}body{font:12pt/1.4 'Times New Roman',serif;"
	    "margin:1em}h1{font-size:16pt;text-align:center}table{border-collapse:collapse;"
	    "width:100%}th,td{border:1px solid;padding:2mm;vertical-align:top}"
	    "thead{display:table-header-group}tr{break-inside:avoid}</style>\n");
	add_html(out, "<p>", office);
	add_html(out, "<h1>DANH MỤC THỦ TỤC ĐANG CÓ HIỆU LỰC</h1>\n<p>Đến ngày ", day);
	strbuf_add_str(out,
	    "<table><thead><tr><th>STT<th>Mã<th>Tên thủ tục<th>Lần ban hành"
	    "<th>Hiệu lực từ<th>Quyết định<th>Nơi công khai"
	    "<th>Các lần trước</thead>\n");
	for (size_t i = 0; i < count; i++) {
		if (strcmp(v[i].state, "effective") != 0)
			continue;
		strbuf_addf(out, "<tr><td>%d", ++number);
		add_html(out, "<td>", v[i].code);
		add_html(out, "<td>", v[i].title);
		strbuf_addf(out, "<td>%d", v[i].rev);
		add_html(out, "<td>", v[i].effective_from);
		add_html(out, "<td>", v[i].decision);
		add_html(out, "<td>", v[i].published_where);
		strbuf_add_str(out, "<td>");
		for (size_t k = i + 1; k < count && v[k].doc == v[i].doc; k++) {
			strbuf_addf(out, "%d: ", v[k].rev);
			add_html(out, "", v[k].effective_from);
			add_html(out, " - ", v[k].effective_to);
			strbuf_add_str(out, "<br>");
		}
		strbuf_add_char(out, '\n');
	}
	strbuf_add_str(out, "</table>\n</html>\n");
}
