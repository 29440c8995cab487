/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "declare.h"
#include "record_keep.h"
#include "text.h"

/* What records have to do with each other, also with those that are not here yet. */
#define TEXT_MAX 200

static const char *const kinds[] = { "replaces", "amends", "replies", "cites", "copy_of",
	"annex_of", "recalls", "based_on" };

struct making {
	struct catalog *catalog;
	const struct actor *actor;
	const struct access *access;
	struct arena *arena;
	struct record record;
	const char *kind, *other;
	int64_t dst;
	const char *dst_uid, *key;
};

static enum status
find_other(struct making *m, struct err *err)
{
	struct text_number parsed;
	struct record other;
	enum status st;

	if (uid_valid(span_of(m->other))) {
		st = record_find(m->catalog, m->access, m->other, m->arena, &other, err);
		if (st != ST_OK)
			return st;
		if (other.id == m->record.id)
			return fail(err, ST_INVALID, "a record is not related to itself");
		m->dst = other.id;
		m->dst_uid = other.uid;
		return ST_OK;
	}
	if (span_of(m->other).n > TEXT_MAX || !utf8_valid(span_of(m->other)) ||
	    !text_number_parse(span_of(m->other), &parsed))
		return fail(err, ST_INVALID, "other: a uid, or number and symbol like 15/QĐ-SDL");
	m->key = arena_dup(m->arena, parsed.key);
	m->other = record_line(m->other, TEXT_MAX, m->arena);
	return ST_OK;
}

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *kind, const char *other, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "kind", kind);
	json_key_str(&json, "other", other);
	json_end_object(&json);
	return record_log(catalog, actor, action, uid, detail.buf, err);
}

static enum status
make(struct making *m, int64_t record, struct err *err)
{
	char uid[UID_LEN + 1];
	enum status st =
	    record_load_for(m->catalog, m->access, PERM_EDIT, record, m->arena, &m->record, err);

	if (st == ST_OK)
		st = find_other(m, err);
	if (st != ST_OK)
		return st;
	uid_make(uid);
	st = db_exec(m->catalog->db,
	    "INSERT INTO relation(uid, src, kind, dst, dst_key, dst_text, made, made_by)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
	    DB_ARGS(db_text(uid), db_int(record), db_text(m->kind), db_ref(m->dst), db_text(m->key),
		db_text(m->key ? m->other : NULL), db_int(now_us()), db_ref(m->actor->principal)),
	    NULL, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "record %s has this relation", m->record.uid);
	return st == ST_OK ? note(m->catalog, m->actor, "relation.add", m->record.uid, m->kind,
				 m->dst_uid ? m->dst_uid : m->key, err)
			   : st;
}

enum status
relation_add(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, const char *kind, const char *other, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct making m = { .catalog = catalog,
		.actor = actor,
		.access = access,
		.arena = arena,
		.kind = kind,
		.other = other };
	bool known = false;
	enum status st;

	assert(access);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		known |= strcmp(kinds[i], kind) == 0;
	if (!known)
		return fail(err, ST_INVALID, "kind %.40s: unknown", kind);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, make(&m, record, err), err);
}

static enum status
end(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *uid, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record record;
	int64_t changed = 0;
	enum status st = record_load_for(catalog, access, PERM_EDIT, id, arena, &record, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE relation SET ended=$3, ended_by=$4 WHERE uid=$1 AND src=$2"
		    " AND ended IS NULL",
		    DB_ARGS(db_text(uid), db_int(id), db_int(now_us()), db_ref(actor->principal)),
		    &changed, err);
	if (st == ST_OK && !changed)
		return fail(err, ST_NOT_FOUND, "record %s has no such relation", record.uid);
	return st == ST_OK ? note(catalog, actor, "relation.end", record.uid, NULL, uid, err) : st;
}

enum status
relation_end(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, const char *uid, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, end(catalog, actor, access, record, uid, err), err);
}

/* --- reading ----------------------------------------------------------------------------------- */

static enum status
step_relation(struct db_row *row, void *payload, struct err *err)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	struct row_list *list = payload;
	struct arena *arena = list->arena;
	struct relation *r = row_list_add(list, sizeof(*r));
	const char *other = db_column_text(row, 4, arena);

	(void)err;
	*r = (struct relation){
		.uid = db_column_text(row, 0, arena),
		.kind = db_column_text(row, 1, arena),
		.outgoing = db_column_int(row, 2) != 0,
		.made_us = db_column_int(row, 3),
	};
	r->text = db_column_text(row, 8, arena);
	if (!other || !db_column_int(row, 9))
		return ST_OK;
	r->other = other;
	record_notation(db_column_text(row, 5, arena), db_column_text(row, 6, arena), &notation);
	if (notation.len)
		r->text = arena_dup_span(arena, strbuf_span(&notation));
	r->subject = db_column_text(row, 7, arena);
	return ST_OK;
}

/*
 * Where the other is named by its number, the earliest record of that number that the caller may see
 * stands for it.  An incoming relation is told only when its source may be seen.
 */
#define SEEN "(" ACCESS_SEES_RECORD("o") ")"
static const char list_sql[] =
    "SELECT x.uid, x.kind, 1, x.made, o.uid, o.number, o.symbol, o.subject, x.dst_text, " SEEN
    " FROM relation x LEFT JOIN record o ON o.id=coalesce(x.dst, (SELECT min(o.id) FROM record o"
    " WHERE o.number_key=x.dst_key AND " SEEN ")) WHERE x.src=$4 AND x.ended IS NULL"
    " UNION ALL SELECT x.uid, x.kind, 0, x.made, o.uid, o.number, o.symbol, o.subject, NULL, 1"
    " FROM relation x JOIN record o ON o.id=x.src WHERE x.ended IS NULL AND " SEEN
    " AND (x.dst=$4 OR x.dst_key=(SELECT number_key FROM record WHERE id=$4)) AND x.src<>$4"
    " ORDER BY 4, 1";

enum status
relation_list(struct catalog *catalog, const struct access *access, int64_t record,
    struct arena *arena, const struct relation **relations, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	enum status st;

	assert(access);
	access_filter_args(access, arena, args);
	args[3] = db_int(record);
	st = db_query(catalog->db, list_sql, args, 4, step_relation, &list, err);
	*relations = list.rows;
	*count = list.count;
	return st;
}

void
relation_json(struct json_out *j, const struct relation *r)
{
	json_object(j);
	json_key_str(j, "uid", r->uid);
	json_key_str(j, "kind", r->kind);
	json_key_bool(j, "outgoing", r->outgoing);
	json_key_str(j, "other", r->other);
	json_key_str(j, "text", r->text);
	json_key_str(j, "subject", r->subject);
	json_key_time(j, "made", r->made_us);
	json_end_object(j);
}
