/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "principal.h"
#include "procedure.h"
#include "retention_parts.h"

/* The register of controlled documents (records.md 1, 7, 8). */
#define TEXT_MAX 1000
#define CODE_MAX 64

static const char *const kinds[] = { "policy", "manual", "procedure", "instruction", "form",
	"external" };

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *detail, struct err *err)
{
	return audit_append_act(
	    catalog, actor, EVENT_CHANGE, action, "procedure", uid, detail, NULL, err);
}

static enum status
check_new(const struct procedure_new *n, struct err *err)
{
	bool known = false;
	enum status st;

	for (size_t i = 0; n->kind && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		known |= strcmp(kinds[i], n->kind) == 0;
	if (!known)
		return fail(err, ST_INVALID, "kind: unknown");
	if ((st = catalog_check_text("code", n->code, CODE_MAX, err)) != ST_OK ||
	    (st = catalog_check_text("title", n->title, TEXT_MAX, err)) != ST_OK)
		return st;
	if ((n->valid_from && !date_valid(span_of(n->valid_from), false)) ||
	    (n->valid_to && !date_valid(span_of(n->valid_to), false)))
		return fail(err, ST_INVALID, "valid_from, valid_to: a day YYYY-MM-DD");
	if (n->review_months < 0 || n->review_months > 120 || n->days < 0 || n->days > 3650)
		return fail(err, ST_INVALID, "review_months 1 to 120, days 1 to 3650");
	return ST_OK;
}

static enum status
create(struct catalog *catalog, const struct actor *actor, const struct procedure_new *n,
    int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct principal owner = { 0 };
	char uid[UID_LEN + 1], day[11];
	enum status st = ST_OK;

	if (n->owner)
		st = principal_by_name(catalog, n->owner, arena, &owner, err);
	if (st == ST_NOT_FOUND)
		return fail(err, ST_INVALID, "owner: nobody of this name");
	uid_make(uid);
	day_text(now_us(), day);
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "INSERT INTO ctl_doc(uid, code, title, kind, tthc_code, owner, public,"
		    " review_months, reviewed_on, valid_from, valid_to, days, made, made_by)"
		    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
		    " RETURNING id",
		    DB_ARGS(db_text(uid), db_text(n->code), db_text(n->title), db_text(n->kind),
			db_text(n->tthc_code), db_ref(owner.id), db_int(n->public_page),
			db_int(n->review_months ? n->review_months : 12), db_text(day),
			db_text(n->valid_from), db_text(n->valid_to), db_ref(n->days),
			db_int(now_us()), db_ref(actor->principal)),
		    id, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "code %s is taken", n->code);
	return st == ST_OK ? note(catalog, actor, "procedure.create", uid, NULL, err) : st;
}

enum status
procedure_create(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct procedure_new *n, int64_t *id, struct err *err)
{
	int64_t made = 0;
	enum status st = check_new(n, err);

	assert(access);
	if (st == ST_OK)
		st = retention_check_plan(access, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, create(catalog, actor, n, &made, err), err);
	if (st == ST_OK)
		*id = made;
	return st;
}

/* --- reading ----------------------------------------------------------------------------------- */

/* $1 is today; months are counted on the calendar, a review is due from the same day on. */
#define REVIEW_DUE "date(coalesce(d.reviewed_on, $1), '+'||d.review_months||' months')"
#define PROCEDURE_SELECT \
	"SELECT d.id, d.uid, d.code, d.title, d.kind, d.tthc_code, p.name, d.public," \
	" d.review_months, d.reviewed_on, " REVIEW_DUE ", d.valid_from, d.valid_to, d.days," \
	" (SELECT count(*) FROM ctl_rev r WHERE r.doc=d.id)," \
	" (SELECT r.rev FROM ctl_rev r WHERE r.doc=d.id AND r.state IN('effective','obsolete')" \
	" AND r.effective_from<=$1 AND (r.effective_to IS NULL OR r.effective_to>$1))" \
	" FROM ctl_doc d LEFT JOIN principal p ON p.id=d.owner "

static enum status
step_procedure(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct arena *a = list->arena;
	struct procedure *p = row_list_add(list, sizeof(*p));

	(void)err;
	*p = (struct procedure){
		.id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, a),
		.code = db_column_text(row, 2, a),
		.title = db_column_text(row, 3, a),
		.kind = db_column_text(row, 4, a),
		.tthc_code = db_column_text(row, 5, a),
		.owner = db_column_text(row, 6, a),
		.public_page = db_column_int(row, 7) != 0,
		.review_months = (int)db_column_int(row, 8),
		.reviewed_on = db_column_text(row, 9, a),
		.review_due = db_column_text(row, 10, a),
		.valid_from = db_column_text(row, 11, a),
		.valid_to = db_column_text(row, 12, a),
		.days = (int)db_column_int(row, 13),
		.revisions = db_column_int(row, 14),
		.in_force = (int)db_column_int(row, 15),
	};
	return ST_OK;
}

enum status
procedure_find(struct catalog *catalog, const char *name, struct arena *arena, struct procedure *p,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	char day[11];
	enum status st;

	day_text(now_us(), day);
	st = db_query(catalog->db,
	    PROCEDURE_SELECT "WHERE d.uid=$2 OR d.code=$2 OR CAST(d.id AS TEXT)=$2",
	    DB_ARGS(db_text(day), db_text(name)), step_procedure, &list, err);
	if (st != ST_OK)
		return st;
	if (list.count == 0)
		return fail(err, ST_NOT_FOUND, "no procedure %.64s", name);
	*p = *(const struct procedure *)list.rows;
	return ST_OK;
}

enum status
procedure_list(struct catalog *catalog, const char *due, int64_t after, size_t limit,
    struct arena *arena, const struct procedure **out, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	char day[11];
	enum status st;

	if (limit < 1 || limit > 500 || (due && !date_valid(span_of(due), false)))
		return fail(err, ST_INVALID, "a page has 1 to 500 rows; a day is YYYY-MM-DD");
	day_text(now_us(), day);
	st = db_query(catalog->db,
	    PROCEDURE_SELECT "WHERE d.id>$2 AND ($3 IS NULL OR " REVIEW_DUE "<=$3)"
			     " ORDER BY d.id LIMIT $4",
	    DB_ARGS(db_text(day), db_int(after), db_text(due), db_int((int64_t)limit)),
	    step_procedure, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

enum status
procedure_dependants(struct catalog *catalog, int64_t source, struct arena *arena,
    const struct procedure **out, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	char day[11];
	enum status st;

	day_text(now_us(), day);
	st = db_query(catalog->db,
	    PROCEDURE_SELECT "WHERE d.id IN (SELECT doc FROM ctl_depends WHERE source=$2)"
			     " ORDER BY d.code",
	    DB_ARGS(db_text(day), db_int(source)), step_procedure, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

/* --- changes ----------------------------------------------------------------------------------- */

static enum status
change(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *action, const char *sql, struct db_value value, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct procedure p;
	enum status st = retention_check_plan(access, err);

	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = procedure_find(catalog, arena_printf(arena, "%lld", (long long)id), arena, &p, err);
	if (st == ST_OK)
		st = db_exec(catalog->db, sql, DB_ARGS(db_int(id), value), NULL, err);
	if (st == ST_OK)
		st = note(catalog, actor, action, p.uid, NULL, err);
	return catalog_end(catalog, st, err);
}

enum status
procedure_reviewed(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, struct err *err)
{
	char day[11];

	day_text(now_us(), day);
	return change(catalog, actor, access, id, "procedure.reviewed",
	    "UPDATE ctl_doc SET reviewed_on=$2 WHERE id=$1", db_text(day), err);
}

enum status
procedure_depend(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t doc, int64_t source, struct err *err)
{
	return change(catalog, actor, access, doc, "procedure.depend",
	    "INSERT INTO ctl_depends(doc, source) VALUES($1, $2)", db_int(source), err);
}

void
procedure_json(struct json_out *j, const struct procedure *p)
{
	json_object(j);
	json_key_str(j, "uid", p->uid);
	json_key_str(j, "code", p->code);
	json_key_str(j, "title", p->title);
	json_key_str(j, "kind", p->kind);
	json_key_str(j, "tthc_code", p->tthc_code);
	json_key_str(j, "owner", p->owner);
	json_key_bool(j, "public", p->public_page);
	json_key_int(j, "review_months", p->review_months);
	json_key_str(j, "reviewed_on", p->reviewed_on);
	json_key_str(j, "review_due", p->review_due);
	json_key_str(j, "valid_from", p->valid_from);
	json_key_str(j, "valid_to", p->valid_to);
	json_key(j, "days");
	if (p->days)
		json_int(j, p->days);
	else
		json_null(j);
	json_key_int(j, "revisions", p->revisions);
	json_key(j, "in_force");
	if (p->in_force)
		json_int(j, p->in_force);
	else
		json_null(j);
	json_end_object(j);
}
