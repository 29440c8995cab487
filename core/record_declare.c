/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "declare.h"
#include "hold.h"
#include "record_keep.h"

/* records.md 10, 19: draft, declared, corrected, recalled. */
#define REASON_MAX 2000

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *reason, struct err *err)
{
	return audit_append_act(
	    catalog, actor, EVENT_CHANGE, action, "record", uid, NULL, reason, err);
}

/* --- declaring --------------------------------------------------------------------------------- */

static enum status
declare(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record record;
	enum status st = record_load_for(catalog, access, PERM_EDIT, id, arena, &record, err);

	if (st != ST_OK)
		return st;
	if (strcmp(record.state, "draft") != 0)
		return fail(err, ST_CONFLICT, "record %s is %s", record.uid, record.state);
	if (record.quarantine)
		return fail(err, ST_HELD, "record %s is in quarantine", record.uid);
	if (!record.field[FIELD_TYPE] || !record.field[FIELD_SUBJECT])
		return fail(err, ST_INVALID, "record %s has no %s", record.uid,
		    record.field[FIELD_TYPE] ? "subject" : "type");
	st = db_exec(catalog->db,
	    "UPDATE record SET state='declared', declared=$2, declared_by=$3 WHERE id=$1",
	    DB_ARGS(db_int(id), db_int(now_us()), db_ref(actor->principal)), NULL, err);
	if (st == ST_OK)
		st = record_touch(catalog, id, true, err);
	return st == ST_OK ? note(catalog, actor, "record.declare", record.uid, NULL, err) : st;
}

enum status
record_declare(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, declare(catalog, actor, access, id, err), err);
}

/* --- versions ---------------------------------------------------------------------------------- */

enum status
record_keep_version(struct catalog *catalog, const struct actor *actor, const struct record *record,
    const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf content = STRBUF_INIT;
	const struct record_detail *detail;
	struct json_out json;
	size_t count = 0;
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	if (st == ST_OK)
		st = record_details(catalog, record->id, arena, &detail, &count, err);
	if (st != ST_OK)
		return st;
	json_start(&json, &content);
	json_object(&json);
	json_key(&json, "fields");
	json_object(&json);
	for (int i = 0; i < FIELD_COUNT; i++)
		json_key_opt(&json, record_field_name((enum record_field)i), record->field[i]);
	json_end_object(&json);
	json_key(&json, "details");
	json_object(&json);
	for (size_t i = 0; i < count; i++)
		json_key_str(&json, detail[i].name, detail[i].value);
	json_end_object(&json);
	json_end_object(&json);
	return db_exec(catalog->db,
	    "INSERT INTO record_version(record, version, content, reason, made, made_by)"
	    " VALUES($1, $2, $3, $4, $5, $6)",
	    DB_ARGS(db_int(record->id), db_int(record->version), db_text(content.buf),
		db_text(reason), db_int(now_us()), db_ref(actor->principal)),
	    NULL, err);
}

static enum status
step_version(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct record_version *v = row_list_add(list, sizeof(*v));

	(void)err;
	*v = (struct record_version){
		.version = db_column_int(row, 0),
		.content = db_column_text(row, 1, list->arena),
		.reason = db_column_text(row, 2, list->arena),
		.made_us = db_column_int(row, 3),
		.by = db_column_text(row, 4, list->arena),
	};
	return ST_OK;
}

enum status
record_versions(struct catalog *catalog, int64_t record, struct arena *arena,
    const struct record_version **versions, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT v.version, v.content, v.reason, v.made, p.name FROM record_version v"
	    " LEFT JOIN principal p ON p.id=v.made_by WHERE v.record=$1 ORDER BY v.version",
	    DB_ARGS(db_int(record)), step_version, &list, err);

	*versions = list.rows;
	*count = list.count;
	return st;
}

/* --- correcting -------------------------------------------------------------------------------- */

static enum status
load_declared(struct catalog *catalog, const struct access *access, int64_t id, int64_t version,
    struct arena *arena, struct record *record, struct err *err)
{
	enum status st = record_load_for(catalog, access, PERM_MANAGE, id, arena, record, err);

	if (st == ST_OK && strcmp(record->state, "declared") != 0)
		return fail(err, ST_CONFLICT, "record %s is %s", record->uid, record->state);
	if (st == ST_OK && version && version != record->version)
		return fail(err, ST_PRECONDITION, "record %s changed meanwhile", record->uid);
	return st == ST_OK ? hold_check(catalog, (struct hold_object){ .record = id }, err) : st;
}

static enum status
correct(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    int64_t version, const char *const field[FIELD_COUNT], const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char *clean[FIELD_COUNT];
	struct record record;
	size_t changes = 0;
	enum status st = load_declared(catalog, access, id, version, arena, &record, err);

	if (st == ST_OK)
		st = record_fields_clean(field, arena, clean, err);
	if (st == ST_OK)
		st = record_keep_version(catalog, actor, &record, reason, err);
	if (st == ST_OK)
		st = record_apply_fields(catalog, actor, arena, &record, clean, &changes, err);
	if (st == ST_OK && changes == 0)
		return fail(err, ST_INVALID, "nothing would change");
	return st == ST_OK ? note(catalog, actor, "record.correct", record.uid, reason, err) : st;
}

enum status
record_correct(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t version, const char *const field[FIELD_COUNT], const char *reason,
    struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	assert(access);
	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, correct(catalog, actor, access, id, version, field, reason, err), err);
}

/* --- recalling --------------------------------------------------------------------------------- */

static enum status
recall(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record record;
	enum status st = load_declared(catalog, access, id, 0, arena, &record, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE record SET state='recalled', recalled=$2, recalled_by=$3,"
		    " recall_reason=$4 WHERE id=$1",
		    DB_ARGS(
			db_int(id), db_int(now_us()), db_ref(actor->principal), db_text(reason)),
		    NULL, err);
	if (st == ST_OK)
		st = record_touch(catalog, id, true, err);
	return st == ST_OK ? note(catalog, actor, "record.recall", record.uid, reason, err) : st;
}

enum status
record_recall(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, const char *reason, struct err *err)
{
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, recall(catalog, actor, access, id, reason, err), err);
}
