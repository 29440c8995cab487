/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdio.h>

#include "audit.h"
#include "record_parts.h"

/* Ids in one statement of record_load_hits: a page of hits fits, and there is one text to prepare. */

/* Columns of RECORD_COLUMNS behind the fields. */
enum record_column {
	COLUMN_ID,
	COLUMN_UID,
	COLUMN_STATE,
	COLUMN_NUMBER,
	COLUMN_SYMBOL,
	COLUMN_ISSUED,
	COLUMN_TYPE,
	COLUMN_SUBJECT,
	COLUMN_ISSUER,
	COLUMN_SIGNER,
	COLUMN_URGENCY,
	COLUMN_LANGUAGE,
	COLUMN_SIGNER_POST,
	COLUMN_LEVEL,
	COLUMN_EFFECTIVE_LEVEL,
	COLUMN_USE_MODE,
	COLUMN_READING,
	COLUMN_READING_REASON,
	COLUMN_QUARANTINE,
	COLUMN_PAGES,
	COLUMN_CLASS,
	COLUMN_OLD_CLASS,
	COLUMN_INDEX_SEQ,
	COLUMN_VERSION,
	COLUMN_CREATED,
	COLUMN_BATCH,
	COLUMN_HOME,
	COLUMN_HOME_UID,
	COLUMN_HOME_FILE_CODE,
	COLUMN_HOME_TITLE,
	COLUMN_HOME_CLASS,
	COLUMN_DUPLICATE,
	COLUMN_DUPLICATE_CLASS,
	COLUMN_DUPLICATE_OLD_CLASS,
	COLUMN_DUPLICATE_QUARANTINE
};

static const enum record_column field_columns[FIELD_COUNT] = {
	[FIELD_NUMBER] = COLUMN_NUMBER,
	[FIELD_SYMBOL] = COLUMN_SYMBOL,
	[FIELD_ISSUED] = COLUMN_ISSUED,
	[FIELD_TYPE] = COLUMN_TYPE,
	[FIELD_SUBJECT] = COLUMN_SUBJECT,
	[FIELD_ISSUER] = COLUMN_ISSUER,
	[FIELD_SIGNER] = COLUMN_SIGNER,
	[FIELD_URGENCY] = COLUMN_URGENCY,
	[FIELD_LANGUAGE] = COLUMN_LANGUAGE,
	[FIELD_SIGNER_POST] = COLUMN_SIGNER_POST,
};

void *
row_list_add(struct row_list *list, size_t size)
{
	if (list->count == list->room) {
		size_t room = list->room ? list->room * 2 : 16;
		void *rows = arena_array(list->arena, room, size);

		if (list->count)
			memcpy(rows, list->rows, list->count * size);
		list->rows = rows;
		list->room = room;
	}
	return (char *)list->rows + list->count++ * size;
}

static enum record_reading
reading_of(struct span name)
{
	for (int i = 0; i < READING_COUNT; i++)
		if (span_equal_str(name, record_reading_name((enum record_reading)i)))
			return (enum record_reading)i;
	return READING_FAILED;
}

/* The dossier, when the caller may list it: a record with grants of its own may lie in a hidden one. */
static void
home_from_row(
    struct db_row *row, const struct access *access, struct arena *arena, struct record *record)
{
	if (access && !access_sees(access, db_column_int(row, COLUMN_HOME_CLASS)))
		return;
	record->home = db_column_int(row, COLUMN_HOME);
	record->home_uid = db_column_text(row, COLUMN_HOME_UID, arena);
	record->home_file_code = db_column_text(row, COLUMN_HOME_FILE_CODE, arena);
	record->home_title = db_column_text(row, COLUMN_HOME_TITLE, arena);
}

static void
duplicate_from_row(struct db_row *row, const struct access *access, struct record *record)
{
	if (!access ||
	    access_sees_record(access, db_column_int(row, COLUMN_DUPLICATE_CLASS),
		db_column_int(row, COLUMN_DUPLICATE_OLD_CLASS),
		db_column_int(row, COLUMN_DUPLICATE_QUARANTINE) == 1))
		record->duplicate_of = db_column_int(row, COLUMN_DUPLICATE);
}

void
record_from_row(
    struct db_row *row, const struct access *access, struct arena *arena, struct record *record)
{
	*record = (struct record){
		.id = db_column_int(row, COLUMN_ID),
		.uid = db_column_text(row, COLUMN_UID, arena),
		.state = db_column_text(row, COLUMN_STATE, arena),
		.level = (int)db_column_int(row, COLUMN_LEVEL),
		.effective_level = (int)db_column_int(row, COLUMN_EFFECTIVE_LEVEL),
		.use_mode = db_column_text(row, COLUMN_USE_MODE, arena),
		.reading = reading_of(db_column_bytes(row, COLUMN_READING)),
		.reading_reason = db_column_text(row, COLUMN_READING_REASON, arena),
		.quarantine = db_column_int(row, COLUMN_QUARANTINE) == 1,
		.pages = db_column_int(row, COLUMN_PAGES),
		.access_class = db_column_int(row, COLUMN_CLASS),
		.old_access_class = db_column_int(row, COLUMN_OLD_CLASS),
		.index_seq = db_column_int(row, COLUMN_INDEX_SEQ),
		.version = db_column_int(row, COLUMN_VERSION),
		.created_us = db_column_int(row, COLUMN_CREATED),
		.batch = db_column_int(row, COLUMN_BATCH),
	};
	for (int i = 0; i < FIELD_COUNT; i++)
		record->field[i] = db_column_text(row, (int)field_columns[i], arena);
	home_from_row(row, access, arena, record);
	duplicate_from_row(row, access, record);
}

/* One record, or none. */
struct load {
	const struct access *access;
	struct arena *arena;
	struct record *record;
	bool found;
};

static enum status
step_load(struct db_row *row, void *payload, struct err *err)
{
	struct load *load = payload;

	(void)err;
	record_from_row(row, load->access, load->arena, load->record);
	load->found = true;
	return ST_OK;
}

static bool
sees(const struct access *access, const struct record *record)
{
	return strcmp(record->state, "destroyed") != 0 &&
	    access_sees_record(
		access, record->access_class, record->old_access_class, record->quarantine);
}

/* access NULL: whoever asks.  The caller's name for the record stands in the message. */
static enum status
load_where(struct catalog *catalog, const struct access *access, const char *sql,
    struct db_value key, const char *name, struct arena *arena, struct record *record,
    struct err *err)
{
	struct record found;
	struct load load = { access, arena, &found, false };
	enum status st = db_query(catalog->db, sql, DB_ARGS(key), step_load, &load, err);

	if (st != ST_OK)
		return st;
	if (!load.found || (access && !sees(access, &found)))
		return fail(err, ST_NOT_FOUND, "record %.64s: not found", name);
	*record = found;
	return ST_OK;
}

#define SELECT_BY_ID "SELECT " RECORD_COLUMNS " FROM" RECORD_TABLES " WHERE r.id=$1"
#define SELECT_BY_UID "SELECT " RECORD_COLUMNS " FROM" RECORD_TABLES " WHERE r.uid=$1"

static enum status
load_id(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct record *record, struct err *err)
{
	char name[24];

	snprintf(name, sizeof(name), "%lld", (long long)id);
	return load_where(catalog, access, SELECT_BY_ID, db_int(id), name, arena, record, err);
}

enum status
record_load_any(struct catalog *catalog, int64_t id, struct arena *arena, struct record *record,
    struct err *err)
{
	return load_id(catalog, NULL, id, arena, record, err);
}

enum status
record_load(struct catalog *catalog, const struct access *access, int64_t id, struct arena *arena,
    struct record *record, struct err *err)
{
	assert(access);
	return load_id(catalog, access, id, arena, record, err);
}

enum status
record_find(struct catalog *catalog, const struct access *access, const char *name,
    struct arena *arena, struct record *record, struct err *err)
{
	int64_t id;

	assert(access);
	if (span_i64(span_of(name), &id))
		return load_id(catalog, access, id, arena, record, err);
	return load_where(catalog, access, SELECT_BY_UID, db_text(name), name, arena, record, err);
}

enum status
record_load_for(struct catalog *catalog, const struct access *access, enum permission permission,
    int64_t id, struct arena *arena, struct record *record, struct err *err)
{
	enum status st = record_load(catalog, access, id, arena, record, err);

	if (st != ST_OK)
		return st;
	if (!record_can(access, permission, record))
		return fail(err, ST_DENIED,
		    "record %s: no right to change it; ask who manages its dossier", record->uid);
	return ST_OK;
}

/* --- hits -------------------------------------------------------------------------------------- */

struct hits {
	const struct access *access;
	struct arena *arena;
	const int64_t *ids;
	size_t count;
	struct record *records;
	bool *found;
};

static enum status
step_hit(struct db_row *row, void *payload, struct err *err)
{
	struct hits *hits = payload;
	struct record record;

	(void)err;
	record_from_row(row, hits->access, hits->arena, &record);
	if (!sees(hits->access, &record) ||
	    !access_can_record(
		hits->access, PERM_READ, record.access_class, record.old_access_class))
		return ST_OK;
	for (size_t i = 0; i < hits->count; i++) {
		if (hits->ids[i] != record.id)
			continue;
		hits->records[i] = record;
		hits->found[i] = true;
	}
	return ST_OK;
}

enum status
record_load_hits(struct catalog *catalog, const struct access *access, const int64_t *ids,
    size_t count, struct arena *arena, struct record *records, bool *found, struct err *err)
{
	enum status st = ST_OK;

	memset(found, 0, count * sizeof(*found));
	for (size_t i = 0; st == ST_OK && i < count; i += DB_IDS_MAX) {
		size_t n = count - i < DB_IDS_MAX ? count - i : DB_IDS_MAX;
		struct hits hits = { access, arena, ids + i, n, records + i, found + i };

		st = db_query_ids(catalog->db,
		    "SELECT " RECORD_COLUMNS " FROM" RECORD_TABLES " WHERE r.id", "", hits.ids, n,
		    step_hit, &hits, err);
	}
	return st;
}

/* --- what every change of a record does -------------------------------------------------------- */

enum status
record_touch(struct catalog *catalog, int64_t id, bool version, struct err *err)
{
	int64_t seq;
	enum status st = catalog_count_up(catalog, "index_seq", &seq, err);

	if (st != ST_OK)
		return st;
	return db_exec(catalog->db,
	    "UPDATE record SET index_seq=$2, version=version+$3 WHERE id=$1",
	    DB_ARGS(db_int(id), db_int(seq), db_int(version)), NULL, err);
}

enum status
record_log(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *detail, struct err *err)
{
	struct event event = {
		.event_class = EVENT_CHANGE,
		.action = action,
		.kind = "record",
		.object = uid,
		.outcome = "ok",
		.detail = detail,
	};

	return audit_append(catalog, actor, &event, err);
}
