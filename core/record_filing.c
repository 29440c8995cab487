/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdlib.h>

#include "audit.h"
#include "base.h"
#include "declare.h"
#include "hold.h"
#include "plan.h"
#include "record_keep.h"
#include "text.h"
#include "record_sketch.h"

/* Records in several dossiers (records.md 16), records that may be the same (14), bulk acceptance (20). */

static enum status
load_both(struct catalog *catalog, const struct access *access, int64_t record, int64_t dossier,
    struct arena *arena, struct record *r, struct node *n, struct err *err)
{
	enum status st = record_load_for(catalog, access, PERM_EDIT, record, arena, r, err);

	if (st == ST_OK)
		st = node_load_dossier(catalog, access, PERM_ADD, dossier, arena, n, err);
	if (st == ST_OK && strcmp(n->state, "open") != 0)
		return fail(err, ST_HELD, "dossier %s is %s", n->uid, n->state);
	return st;
}

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *dossier, struct arena *arena, struct err *err)
{
	return record_log(
	    catalog, actor, action, uid, arena_printf(arena, "{\"dossier\":\"%s\"}", dossier), err);
}

static enum status
file(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t dossier, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record r = { 0 };
	struct node n = { 0 };
	enum status st = load_both(catalog, access, record, dossier, arena, &r, &n, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "INSERT INTO dossier_item(dossier, record, ordinal, home) SELECT $1, $2,"
		    " coalesce((SELECT max(ordinal) FROM dossier_item WHERE dossier=$1), 0) + 1, 0",
		    DB_ARGS(db_int(dossier), db_int(record)), NULL, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "record %s is in dossier %s", r.uid, n.uid);
	if (st == ST_OK)
		st = record_touch(catalog, record, true, err);
	return st == ST_OK ? note(catalog, actor, "record.file", r.uid, n.uid, arena, err) : st;
}

enum status
record_file(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t dossier, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, file(catalog, actor, access, record, dossier, err), err);
}

static enum status
unfile(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t dossier, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	int64_t gone = 0, home = 0;
	struct record r = { 0 };
	struct node n = { 0 };
	enum status st = load_both(catalog, access, record, dossier, arena, &r, &n, err);

	if (st == ST_OK)
		st = db_lookup_int(catalog->db,
		    "SELECT home FROM dossier_item WHERE record=$1 AND dossier=$2",
		    DB_ARGS(db_int(record), db_int(dossier)), &home, err);
	if (st == ST_OK && home)
		return fail(err, ST_INVALID, "record %s is at home in dossier %s", r.uid, n.uid);
	if (st == ST_OK)
		st = hold_check(catalog, (struct hold_object){ .record = record }, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "DELETE FROM dossier_item WHERE record=$1 AND dossier=$2 AND home=0",
		    DB_ARGS(db_int(record), db_int(dossier)), &gone, err);
	if (st == ST_OK && !gone)
		return fail(err, ST_NOT_FOUND, "record %s is not in dossier %s", r.uid, n.uid);
	if (st == ST_OK)
		st = record_touch(catalog, record, true, err);
	return st == ST_OK ? note(catalog, actor, "record.unfile", r.uid, n.uid, arena, err) : st;
}

enum status
record_unfile(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t dossier, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, unfile(catalog, actor, access, record, dossier, err), err);
}

/* --- twins ------------------------------------------------------------------------------------- */

struct twins {
	struct row_list list;
	const char *issuer; /* key of this record's, or "" */
	size_t limit;
};

static const char *
issuer_key(const char *issuer, struct arena *arena)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;

	text_key(span_of(issuer ? issuer : ""), &key);
	return arena_dup_span(arena, strbuf_span(&key));
}

static bool
is_told(const struct twins *t, const char *uid)
{
	const struct record_twin *row = t->list.rows;

	for (size_t i = 0; i < t->list.count; i++)
		if (strcmp(row[i].uid, uid) == 0)
			return true;
	return false;
}

static void
tell(struct twins *t, const char *uid, const char *number, const char *symbol, const char *subject,
    const char *because)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	struct record_twin *twin = row_list_add(&t->list, sizeof(*twin));

	record_notation(number, symbol, &notation);
	*twin = (struct record_twin){ .uid = uid,
		.subject = subject,
		.notation =
		    notation.len ? arena_dup_span(t->list.arena, strbuf_span(&notation)) : NULL,
		.because = because };
}

static enum status
step_twin(struct db_row *row, void *payload, struct err *err)
{
	struct twins *t = payload;
	struct arena *arena = t->list.arena;
	bool bytes = db_column_int(row, 5) != 0;
	const char *issuer = issuer_key(db_column_text(row, 4, arena), arena);

	(void)err;
	/* an issuer that nobody has named yet may be the same */
	if (t->list.count == t->limit ||
	    (!bytes && *issuer && *t->issuer && strcmp(issuer, t->issuer) != 0))
		return ST_OK;
	tell(t, db_column_text(row, 0, arena), db_column_text(row, 1, arena),
	    db_column_text(row, 2, arena), db_column_text(row, 3, arena),
	    bytes ? "bytes" : "number");
	return ST_OK;
}

#define TEXT_TWINS_MAX 20
#define TWIN "SELECT o.uid, o.number, o.symbol, o.subject, o.issuer, "
#define SEEN " AND o.id<>$4 AND o.state<>'destroyed' AND " ACCESS_SEES_RECORD("o")
static const char twin_sql[] =
    TWIN "1, o.id FROM record o WHERE o.id IN (SELECT d.record FROM component c"
	 " JOIN rendition m ON m.component=c.id AND m.kind='original'"
	 " JOIN rendition n ON n.blob=m.blob AND n.kind='original' AND n.first_page=m.first_page"
	 " AND n.last_page=m.last_page JOIN component d ON d.id=n.component WHERE c.record=$4)" SEEN
	 " UNION ALL " TWIN "0, o.id FROM record r JOIN record o ON o.number_key=r.number_key"
	 " WHERE r.id=$4 AND r.number_key IS NOT NULL"
	 " AND substr(coalesce(o.issued, r.issued, ''), 1, 4)="
	 "substr(coalesce(r.issued, o.issued, ''), 1, 4)" SEEN " ORDER BY 6 DESC, 7 LIMIT 1000";

/* Near-equal texts, but for those that are told already. */
static enum status
add_text_twins(struct catalog *catalog, const struct access *access, int64_t record,
    struct twins *t, struct err *err)
{
	struct arena *arena = t->list.arena;
	struct sketch_twin alike[TEXT_TWINS_MAX];
	struct record other;
	size_t count;
	enum status st;

	if (t->list.count >= t->limit)
		return ST_OK;
	st =
	    record_sketch_twins(catalog, access, record, arena, alike, TEXT_TWINS_MAX, &count, err);
	for (size_t i = 0; st == ST_OK && i < count && t->list.count < t->limit; i++) {
		st = record_load(catalog, access, alike[i].record, arena, &other, err);
		if (st == ST_NOT_FOUND || (st == ST_OK && is_told(t, other.uid))) {
			st = ST_OK;
			continue;
		}
		if (st != ST_OK)
			break;
		tell(t, other.uid, other.field[FIELD_NUMBER], other.field[FIELD_SYMBOL],
		    other.field[FIELD_SUBJECT], "text");
	}
	return st;
}

enum status
record_twins(struct catalog *catalog, const struct access *access, int64_t record, size_t limit,
    struct arena *arena, const struct record_twin **out, size_t *count, struct err *err)
{
	struct twins t = { .list = { .arena = arena }, .limit = limit };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	struct record r = { 0 };
	enum status st;

	assert(access);
	if ((st = record_load(catalog, access, record, arena, &r, err)) != ST_OK)
		return st;
	t.issuer = issuer_key(r.field[FIELD_ISSUER], arena);
	access_filter_args(access, arena, args);
	args[3] = db_int(record);
	st = db_query(catalog->db, twin_sql, args, 4, step_twin, &t, err);
	if (st == ST_OK)
		st = add_text_twins(catalog, access, record, &t, err);
	*out = t.list.rows;
	*count = t.list.count;
	return st;
}

/* --- suggestions in bulk ----------------------------------------------------------------------- */

static enum status
step_id(struct db_row *row, void *payload, struct err *err)
{
	int64_t *id = row_list_add(payload, sizeof(*id));

	(void)err;
	*id = db_column_int(row, 0);
	return ST_OK;
}

/* The best of each empty field; they come by falling confidence. */
static enum status
accept_one(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, double confidence, size_t *accepted, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct suggestion *s, *best[FIELD_COUNT] = { NULL };
	struct record record;
	size_t count;
	enum status st = record_load_for(catalog, access, PERM_EDIT, id, arena, &record, err);

	if (st == ST_OK)
		st = suggestions_load(catalog, id, true, arena, &s, &count, err);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		if (s[i].confidence >= confidence && !record.field[s[i].field] &&
		    (!best[s[i].field] || s[i].confidence > best[s[i].field]->confidence))
			best[s[i].field] = &s[i];
	for (size_t f = 0; st == ST_OK && f < FIELD_COUNT; f++) {
		if (!best[f])
			continue;
		st = suggestion_decide(catalog, actor, access, id, best[f]->id, true, err);
		if (st == ST_INVALID) /* no possible value: a person must look */
			st = ST_OK;
		else
			*accepted += st == ST_OK;
	}
	return st;
}

static enum status
accept_all(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, double confidence, size_t limit, size_t *accepted, bool *more, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct row_list ids = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 3];
	struct node node;
	enum status st = node_load_dossier(catalog, access, PERM_EDIT, dossier, arena, &node, err);

	access_filter_args(access, arena, args);
	args[3] = db_int(dossier);
	args[4] = db_real(confidence);
	args[5] = db_int((int64_t)limit + 1);
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT r.id FROM dossier_item i JOIN record r ON r.id=i.record"
		    " WHERE i.dossier=$4 AND i.home=1 AND r.state='draft' AND r.quarantine<>1"
		    " AND EXISTS(SELECT 1 FROM suggestion s WHERE s.record=r.id AND s.state='new'"
		    " AND s.confidence>=$5) AND " ACCESS_SEES_RECORD("r") " ORDER BY r.id LIMIT $6",
		    args, 6, step_id, &ids, err);
	*more = ids.count > limit;
	for (size_t i = 0; st == ST_OK && i < ids.count && i < limit; i++) {
		int64_t id = ((const int64_t *)ids.rows)[i];
		bool held = false;

		st = hold_is_on(catalog, (struct hold_object){ .record = id }, &held, err);
		if (st == ST_OK && !held)
			st = accept_one(catalog, actor, access, id, confidence, accepted, err);
	}
	return st;
}

enum status
suggestions_accept(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, double confidence, size_t limit, size_t *accepted, bool *more, struct err *err)
{
	enum status st;

	assert(access);
	*accepted = 0;
	if (!(confidence >= 0.5 && confidence <= 1) || limit < 1 || limit > 500)
		return fail(err, ST_INVALID, "a confidence of 0.5 to 1, 1 to 500 records");
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog,
	    accept_all(catalog, actor, access, dossier, confidence, limit, accepted, more, err),
	    err);
}
