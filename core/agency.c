/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agency.h"

#include <string.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "record_parts.h"
#include "retention_parts.h"
#include "text.h"

/* Agencies and the days their names hold. */
#define NAME_MAX_BYTES 500
#define CODE_MAX 64
#define LIMIT_MAX 500

static enum status
check_day(const char *what, const char *day, struct err *err)
{
	return day && date_valid(span_of(day), false)
	    ? ST_OK
	    : fail(err, ST_INVALID, "%s: a day YYYY-MM-DD", what);
}

/* --- changing --- */

static enum status
check_name(const struct agency_new *n, struct strbuf *key, struct err *err)
{
	enum status st = catalog_check_text("name", n->name, NAME_MAX_BYTES, err);

	if (st == ST_OK)
		st = catalog_check_text("authority", n->authority, NAME_MAX_BYTES, err);
	if (st == ST_OK && n->code)
		st = catalog_check_text("code", n->code, CODE_MAX, err);
	if (st == ST_OK)
		st = check_day("from", n->from, err);
	if (st != ST_OK)
		return st;
	text_key(span_of(n->name), key);
	return key->len ? ST_OK : fail(err, ST_INVALID, "name: no letter or digit in it");
}

static enum status
id_of(struct catalog *catalog, const char *uid, int64_t *id, struct err *err)
{
	enum status st = db_lookup_int(
	    catalog->db, "SELECT id FROM agency WHERE uid=$1", DB_ARGS(db_text(uid)), id, err);

	return st == ST_OK && !*id ? fail(err, ST_NOT_FOUND, "agency %s", uid) : st;
}

static enum status
put_name(struct catalog *catalog, int64_t id, const struct agency_new *n, const struct strbuf *key,
    struct err *err)
{
	enum status st = db_exec(catalog->db,
	    "INSERT INTO agency_name(agency, valid_from, name, key, code, authority)"
	    " VALUES($1, $2, $3, $4, $5, $6)",
	    DB_ARGS(db_int(id), db_text(n->from), db_text(n->name), db_text(key->buf),
		db_text(n->code), db_text(n->authority)),
	    NULL, err);

	/* the guard on days */
	return st == ST_HELD || st == ST_EXISTS
	    ? fail(err, ST_INVALID, "from: not after the days of its former names")
	    : st;
}

static enum status
create(struct catalog *catalog, const struct actor *actor, const struct agency_new *n,
    const struct strbuf *key, const char *uid, struct err *err)
{
	int64_t parent = 0, id;
	enum status st = n->parent ? id_of(catalog, n->parent, &parent, err) : ST_OK;

	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "INSERT INTO agency(uid, kind, parent, made, made_by)"
		    " VALUES($1, $2, $3, $4, $5) RETURNING id",
		    DB_ARGS(db_text(uid), db_text(n->kind), db_ref(parent), db_int(now_us()),
			db_ref(actor->principal)),
		    &id, err);
	if (st == ST_OK)
		st = put_name(catalog, id, n, key, err);
	return st == ST_OK ? audit_append_act(catalog, actor, EVENT_ADMIN, "agency.create",
				 "agency", uid, NULL, n->authority, err)
			   : st;
}

enum status
agency_create(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct agency_new *n, struct arena *arena, const char **out, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	char uid[UID_LEN + 1];
	enum status st = retention_check_plan(access, err);

	if (st == ST_OK &&
	    (!n->kind || (strcmp(n->kind, "agency") != 0 && strcmp(n->kind, "unit") != 0)))
		st = fail(err, ST_INVALID, "kind: agency or unit");
	if (st != ST_OK || (st = check_name(n, &key, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	uid_make(uid);
	*out = arena_dup(arena, uid);
	return catalog_end(catalog, create(catalog, actor, n, &key, uid, err), err);
}

/* The name that holds ends on a day. */
static enum status
end_name(
    struct catalog *catalog, int64_t id, const char *day, const char *authority, struct err *err)
{
	int64_t holds = 0, changed = 0;
	enum status st = db_lookup_int(catalog->db,
	    "SELECT 1 FROM agency_name WHERE agency=$1 AND valid_to IS NULL", DB_ARGS(db_int(id)),
	    &holds, err);

	if (st == ST_OK && !holds)
		return fail(err, ST_CONFLICT, "the agency has ended");
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE agency_name SET valid_to=$2, end_authority=$3"
		    " WHERE agency=$1 AND valid_to IS NULL AND valid_from<$2",
		    DB_ARGS(db_int(id), db_text(day), db_text(authority)), &changed, err);
	if (st == ST_OK && !changed)
		return fail(err, ST_INVALID, "from: not after the first day of its name");
	return st;
}

static enum status
change_name(struct catalog *catalog, const struct actor *actor, const char *uid,
    const struct agency_new *n, const struct strbuf *key, struct err *err)
{
	int64_t id;
	enum status st = id_of(catalog, uid, &id, err);

	if (st == ST_OK)
		st = end_name(catalog, id, n->from, n->authority, err);
	if (st == ST_OK)
		st = put_name(catalog, id, n, key, err);
	return st == ST_OK ? audit_append_act(catalog, actor, EVENT_ADMIN, "agency.rename",
				 "agency", uid, NULL, n->authority, err)
			   : st;
}

enum status
agency_rename(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *uid, const struct agency_new *n, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	enum status st = retention_check_plan(access, err);

	if (st != ST_OK || (st = check_name(n, &key, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, change_name(catalog, actor, uid, n, &key, err), err);
}

static enum status
end(struct catalog *catalog, const struct actor *actor, const char *uid, const char *day,
    const char *successor, const char *authority, struct err *err)
{
	int64_t id, next = 0;
	enum status st = id_of(catalog, uid, &id, err);

	if (st == ST_OK && successor)
		st = id_of(catalog, successor, &next, err);
	if (st == ST_OK && next == id)
		st = fail(err, ST_INVALID, "successor: it cannot follow itself");
	if (st == ST_OK)
		st = end_name(catalog, id, day, authority, err);
	if (st == ST_OK && next)
		st = db_exec(catalog->db, "UPDATE agency SET successor=$2 WHERE id=$1",
		    DB_ARGS(db_int(id), db_int(next)), NULL, err);
	return st == ST_OK ? audit_append_act(catalog, actor, EVENT_ADMIN, "agency.end", "agency",
				 uid, NULL, authority, err)
			   : st;
}

enum status
agency_end(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *uid, const char *day, const char *successor, const char *authority, struct err *err)
{
	enum status st = retention_check_plan(access, err);

	if (st == ST_OK)
		st = catalog_check_text("authority", authority, NAME_MAX_BYTES, err);
	if (st != ST_OK || (st = check_day("from", day, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, end(catalog, actor, uid, day, successor, authority, err), err);
}

/* --- reading --- */

#define COLUMNS \
	"SELECT a.id, a.uid, a.kind, p.uid, s.uid FROM agency a LEFT JOIN agency p ON p.id=a.parent" \
	" LEFT JOIN agency s ON s.id=a.successor WHERE "

static enum status
step_agency(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct agency *a = row_list_add(list, sizeof(*a));

	(void)err;
	*a = (struct agency){ .id = db_column_int(row, 0),
		.uid = db_column_text(row, 1, list->arena),
		.kind = db_column_text(row, 2, list->arena),
		.parent_uid = db_column_text(row, 3, list->arena),
		.successor_uid = db_column_text(row, 4, list->arena) };
	return ST_OK;
}

static enum status
step_name(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct agency_name *n = row_list_add(list, sizeof(*n));

	(void)err;
	*n = (struct agency_name){ .name = db_column_text(row, 0, list->arena),
		.code = db_column_text(row, 1, list->arena),
		.valid_from = db_column_text(row, 2, list->arena),
		.valid_to = db_column_text(row, 3, list->arena),
		.authority = db_column_text(row, 4, list->arena),
		.end_authority = db_column_text(row, 5, list->arena) };
	return ST_OK;
}

static enum status
add_names(struct catalog *catalog, const char *day, struct arena *arena, struct agency *a,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT name, code, valid_from, valid_to, authority, end_authority FROM agency_name"
	    " WHERE agency=$1 ORDER BY valid_from",
	    DB_ARGS(db_int(a->id)), step_name, &list, err);

	a->names = list.rows;
	a->count = list.count;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->names[i].valid_from, day) <= 0 &&
		    (!a->names[i].valid_to || strcmp(a->names[i].valid_to, day) > 0))
			a->then = &a->names[i];
	return st;
}

static enum status
read_agencies(struct catalog *catalog, const char *sql, const struct db_value *args, size_t count,
    const char *day, struct row_list *list, struct err *err)
{
	char today[11];
	struct agency *a;
	enum status st = day ? check_day("on", day, err) : ST_OK;

	if (st == ST_OK)
		st = db_query(catalog->db, sql, args, count, step_agency, list, err);
	day_text(now_us(), today);
	a = list->rows;
	for (size_t i = 0; st == ST_OK && i < list->count; i++)
		st = add_names(catalog, day ? day : today, list->arena, &a[i], err);
	return st;
}

enum status
agency_find(struct catalog *catalog, const char *uid, const char *day, struct arena *arena,
    struct agency *out, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value key = db_text(uid);
	enum status st = read_agencies(catalog, COLUMNS "a.uid=$1", &key, 1, day, &list, err);

	if (st == ST_OK && list.count == 0)
		st = fail(err, ST_NOT_FOUND, "agency %s", uid);
	if (st == ST_OK)
		*out = *(const struct agency *)list.rows;
	return st;
}

enum status
agency_list(struct catalog *catalog, const char *wanted, const char *day, int64_t after,
    size_t limit, struct arena *arena, const struct agency **out, size_t *count, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	struct row_list list = { .arena = arena };
	struct db_value args[3] = { db_int(after), db_int((int64_t)limit) };
	enum status st;

	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	if (wanted)
		text_key(span_of(wanted), &key);
	args[2] = db_text(key.buf ? key.buf : "");
	st = read_agencies(catalog,
	    COLUMNS "a.id>$1 AND EXISTS(SELECT 1 FROM agency_name n WHERE n.agency=a.id"
		    " AND instr(n.key, $3)>0) ORDER BY a.id LIMIT $2",
	    args, 3, day, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

enum status
agency_named(struct catalog *catalog, const char *name, const char *day, struct arena *arena,
    struct agency *out, bool *found, struct err *err)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	struct row_list list = { .arena = arena };
	struct db_value args[2];
	bool whole = day && date_valid(span_of(day), false);
	enum status st;

	*found = false;
	text_key(span_of(name), &key);
	if (key.len == 0)
		return ST_OK;
	args[0] = db_text(key.buf);
	args[1] = db_text(day ? day : "");
	/* Who was called so on that day comes before who ever was; a year is compared as far as it goes. */
	st = read_agencies(catalog,
	    COLUMNS "a.id IN(SELECT agency FROM agency_name WHERE key=$1 AND ($2='' OR"
		    " (substr(valid_from, 1, length($2))<=$2"
		    " AND (valid_to IS NULL OR valid_to>$2 OR (length($2)<10"
		    " AND substr(valid_to, 1, length($2))=$2)))))",
	    args, 2, whole ? day : NULL, &list, err);
	if (st == ST_OK && list.count == 0)
		st = read_agencies(catalog,
		    COLUMNS "a.id IN(SELECT agency FROM agency_name WHERE key=$1)", args, 1,
		    whole ? day : NULL, &list, err);
	*found = st == ST_OK && list.count == 1;
	if (*found)
		*out = *(const struct agency *)list.rows;
	return st;
}

static void
name_json(struct json_out *j, const struct agency_name *n)
{
	json_object(j);
	json_key_str(j, "name", n->name);
	json_key_str(j, "code", n->code);
	json_key_str(j, "valid_from", n->valid_from);
	json_key_str(j, "valid_to", n->valid_to);
	json_key_str(j, "authority", n->authority);
	json_key_str(j, "end_authority", n->end_authority);
	json_end_object(j);
}

void
agency_json(struct json_out *j, const struct agency *a)
{
	json_object(j);
	json_key_str(j, "uid", a->uid);
	json_key_str(j, "kind", a->kind);
	json_key_str(j, "parent", a->parent_uid);
	json_key_str(j, "successor", a->successor_uid);
	json_key_str(j, "name", a->then ? a->then->name : NULL);
	json_key_str(j, "code", a->then ? a->then->code : NULL);
	json_key(j, "names");
	json_array(j);
	for (size_t i = 0; i < a->count; i++)
		name_json(j, &a->names[i]);
	json_end_array(j);
	json_end_object(j);
}
