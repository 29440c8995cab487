/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "catalog_parts.h"
#include "disposal_parts.h"

/* The ledger of what was destroyed, and its replay in a restored backup (records.md 43, 44). */
#define LINE_MAX_BYTES 65536

static enum status
step_tombstone(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct tombstone *t = row_list_add(list, sizeof(*t));

	(void)err;
	*t = (struct tombstone){ .kind = db_column_text(row, 1, list->arena),
		.uid = db_column_text(row, 2, list->arena),
		.disposal = db_column_text(row, 3, list->arena),
		.at_us = db_column_int(row, 4),
		.content = db_column_text(row, 5, list->arena) };
	return ST_OK;
}

enum status
destruction_list(struct catalog *catalog, const struct access *access, int64_t after, size_t limit,
    struct arena *arena, const struct tombstone **out, int64_t *last, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = ST_OK;

	if (limit < 1 || limit > 500)
		return fail(err, ST_INVALID, "a page has 1 to 500 rows");
	if (!access->principal || access_has(access, CAP_PLAN) || access_has(access, CAP_AUDIT))
		st = db_query(catalog->db,
		    "SELECT seq, kind, uid, disposal, at, tombstone FROM destruction WHERE seq>$1"
		    " ORDER BY seq LIMIT $2",
		    DB_ARGS(db_int(after), db_int((int64_t)limit)), step_tombstone, &list, err);
	*out = list.rows;
	*count = list.count;
	*last = after + (int64_t)list.count; /* dense: rows are only ever appended */
	return st;
}

void
destruction_line(struct strbuf *out, const struct tombstone *t)
{
	struct json_out json;

	json_start(&json, out);
	json_object(&json);
	json_key_str(&json, "kind", t->kind);
	json_key_str(&json, "uid", t->uid);
	json_key_str(&json, "disposal", t->disposal);
	json_key_int(&json, "at", t->at_us);
	json_key(&json, "tombstone");
	json_raw(&json, span_of(t->content));
	json_end_object(&json);
	strbuf_add_char(out, '\n');
}

/* --- replay ------------------------------------------------------------------------------------ */

/* The hold of then was released before the destruction, or there would be no line. */
static enum status
free_object(struct catalog *catalog, int64_t node, int64_t record, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE hold_item SET ended=$3, end_reason='destroyed since; replayed after a restore'"
	    " WHERE ended IS NULL AND (node=$1 OR record=$2"
	    " OR record IN (SELECT record FROM dossier_item WHERE dossier=$1))",
	    DB_ARGS(db_ref(node), db_ref(record), db_int(now_us())), NULL, err);
}

static enum status
replay_dossier(struct catalog *catalog, const struct actor *actor, const char *uid,
    const char *batch, int64_t at, size_t *destroyed, struct err *err)
{
	struct disposal_manifest m = { 0 };
	int64_t node = 0;
	enum status st = db_lookup_int(catalog->db,
	    "SELECT d.node FROM node n JOIN dossier d ON d.node=n.id WHERE n.uid=$1"
	    " AND d.state<>'destroyed'",
	    DB_ARGS(db_text(uid)), &node, err);

	if (st != ST_OK || !node)
		return st;
	if ((st = free_object(catalog, node, 0, err)) != ST_OK ||
	    (st = disposal_manifest_of(catalog, node, &m, err)) != ST_OK)
		return st;
	*destroyed += 1;
	return disposal_destroy_dossier(catalog, actor, node, batch, at, true, &m, err);
}

static enum status
replay_record(struct catalog *catalog, const struct actor *actor, const char *uid,
    const char *batch, int64_t at, size_t *destroyed, struct err *err)
{
	int64_t record = 0;
	enum status st =
	    db_lookup_int(catalog->db, "SELECT id FROM record WHERE uid=$1 AND state<>'destroyed'",
		DB_ARGS(db_text(uid)), &record, err);

	if (st != ST_OK || !record)
		return st;
	if ((st = free_object(catalog, 0, record, err)) != ST_OK)
		return st;
	*destroyed += 1;
	return disposal_destroy_record(catalog, actor, record, batch, at, true, err);
}

static enum status
replay_line(struct catalog *catalog, const struct actor *actor, struct span line, size_t number,
    size_t *destroyed, struct err *err)
{
	json_t *json = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	const char *kind = json_string_value(json_object_get(json, "kind"));
	const char *uid = json_string_value(json_object_get(json, "uid"));
	const char *batch = json_string_value(json_object_get(json, "disposal"));
	int64_t at = json_integer_value(json_object_get(json, "at"));
	enum status st;

	if (!kind || !uid || !batch || !uid_valid(span_of(uid)) || !uid_valid(span_of(batch)) ||
	    at <= 0)
		st = fail(err, ST_INVALID, "ledger line %zu: no tombstone", number);
	else if (strcmp(kind, "dossier") == 0)
		st = replay_dossier(catalog, actor, uid, batch, at, destroyed, err);
	else if (strcmp(kind, "record") == 0)
		st = replay_record(catalog, actor, uid, batch, at, destroyed, err);
	else
		st = fail(err, ST_INVALID, "ledger line %zu: unknown kind", number);
	json_decref(json);
	return st;
}

enum status
destruction_replay(struct catalog *catalog, const struct actor *actor, struct span ledger,
    size_t *destroyed, struct err *err)
{
	struct span rest = ledger, line;
	size_t number = 0;
	enum status st = db_begin(catalog->db, err);

	*destroyed = 0;
	if (st != ST_OK)
		return st;
	while (st == ST_OK && rest.p && rest.n) {
		line = span_trim(span_cut(&rest, '\n'));
		number++;
		if (line.n > LINE_MAX_BYTES)
			st = fail(err, ST_INVALID, "ledger line %zu is too long", number);
		else if (line.n)
			st = replay_line(catalog, actor, line, number, destroyed, err);
	}
	return catalog_end(catalog, st, err);
}
