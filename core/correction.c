/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "json_out.h"
#include "page_text.h"
#include "record_parts.h"

static enum status
step_correction(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct correction *c = row_list_add(list, sizeof(*c));

	(void)err;
	c->version = db_column_int(row, 0);
	c->author = db_column_text(row, 1, list->arena);
	c->sha256 = db_column_text(row, 2, list->arena);
	c->created_us = db_column_int(row, 3);
	return ST_OK;
}

enum status
correction_list(struct catalog *catalog, const struct component *component, int no,
    struct arena *arena, const struct correction **corrections, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT k.version, coalesce(w.display, w.name), o.blob, o.created FROM correction k"
	    " JOIN rendition o ON o.id=k.rendition LEFT JOIN principal w ON w.id=o.created_by"
	    " WHERE k.derived=$1 AND k.no=$2 ORDER BY k.version",
	    DB_ARGS(db_text(component->derived), db_int((int64_t)component->derived_before + no)),
	    step_correction, &list, err);

	if (st != ST_OK)
		return st;
	*corrections = list.rows;
	*count = list.count;
	return ST_OK;
}

/* --- a new one --------------------------------------------------------------------------------- */

struct adding {
	struct catalog *catalog;
	const struct actor *actor;
	const struct correction_new *given;
	struct record record;
	struct component component;
	int no;
	int64_t version;
};

static enum status
check(struct adding *a, const struct access *access, struct arena *arena, struct err *err)
{
	const struct correction_new *n = a->given;
	enum status st =
	    record_load_for(a->catalog, access, PERM_EDIT, n->record, arena, &a->record, err);

	if (st != ST_OK)
		return st;
	if (!access_can_record(
		access, PERM_READ, a->record.access_class, a->record.old_access_class))
		return fail(err, ST_DENIED, "record %s: no right to read it", a->record.uid);
	if (strcmp(a->record.state, "destroyed") == 0)
		return fail(err, ST_HELD, "record %s is destroyed", a->record.uid);
	if (a->record.reading == READING_WAITING || a->record.reading == READING_READING)
		return fail(err, ST_CONFLICT, "record %s is being read", a->record.uid);
	return record_locate_page(
	    a->catalog, n->record, n->page, arena, &a->component, &a->no, err);
}

static enum status
next_version(struct adding *a, struct err *err)
{
	int64_t newest;
	enum status st = db_lookup_int(a->catalog->db,
	    "SELECT max(version) FROM correction WHERE derived=$1 AND no=$2",
	    DB_ARGS(db_text(a->component.derived),
		db_int((int64_t)a->component.derived_before + a->no)),
	    &newest, err);

	if (st != ST_OK)
		return st;
	if (a->given->expected >= 0 && a->given->expected != newest)
		return fail(err, ST_PRECONDITION, "page %lld of record %s was corrected meanwhile",
		    (long long)a->given->page, a->record.uid);
	a->version = newest + 1;
	return ST_OK;
}

static enum status
put_rows(struct adding *a, struct err *err)
{
	int64_t now = now_us(), size = 0, rendition = 0;
	enum status st = db_query_int(a->catalog->db,
	    "INSERT INTO blob(sha256, size, mime, stored) VALUES($1, $2,"
	    " 'application/vnd.tangthu.words', $3) ON CONFLICT(sha256) DO UPDATE SET gone=NULL"
	    " RETURNING size",
	    DB_ARGS(db_text(a->given->sha256), db_int(a->given->size), db_int(now)), &size, err);

	if (st == ST_OK && size != a->given->size)
		return fail(err, ST_CORRUPT, "blob %s: %lld bytes are known, %lld arrived",
		    a->given->sha256, (long long)size, (long long)a->given->size);
	if (st == ST_OK)
		st = db_query_int(a->catalog->db,
		    "INSERT INTO rendition(component, kind, version, blob, first_page, last_page,"
		    " derived_from, tool, created, created_by) SELECT $1, 'text',"
		    " coalesce((SELECT max(version) FROM rendition WHERE component=$1"
		    " AND kind='text'), 0) + 1, $2, $3, $3, (SELECT id FROM rendition"
		    " WHERE component=$1 AND kind='original' ORDER BY version DESC LIMIT 1),"
		    " 'correction', $4, $5 RETURNING id",
		    DB_ARGS(db_int(a->component.id), db_text(a->given->sha256), db_int(a->no),
			db_int(now), db_ref(a->actor->principal)),
		    &rendition, err);
	if (st == ST_OK)
		st = db_exec(a->catalog->db,
		    "INSERT INTO correction(derived, no, version, rendition)"
		    " VALUES($1, $2, $3, $4)",
		    DB_ARGS(db_text(a->component.derived),
			db_int((int64_t)a->component.derived_before + a->no), db_int(a->version),
			db_int(rendition)),
		    NULL, err);
	if (st == ST_OK)
		st =
		    db_exec(a->catalog->db, "UPDATE page SET words=$3 WHERE component=$1 AND no=$2",
			DB_ARGS(db_int(a->component.id), db_int(a->no), db_int(a->given->words)),
			NULL, err);
	return st == ST_OK ? record_touch(a->catalog, a->record.id, true, err) : st;
}

static enum status
log_correction(struct adding *a, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "page.correct",
		.kind = "record",
		.object = a->record.uid,
		.page = a->given->page,
		.outcome = "ok" };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "component", a->component.uid);
	json_key_int(&json, "no", a->no);
	json_key_int(&json, "version", a->version);
	json_key_str(&json, "sha256", a->given->sha256);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(a->catalog, a->actor, &event, err);
}

enum status
correction_add(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct correction_new *given, int64_t *version, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct adding a = { .catalog = catalog, .actor = actor, .given = given };
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	if ((st = check(&a, access, arena, err)) == ST_OK &&
	    (st = next_version(&a, err)) == ST_OK && (st = put_rows(&a, err)) == ST_OK)
		st = log_correction(&a, err);
	st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*version = a.version;
	return st;
}
