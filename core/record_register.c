/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "access_parts.h"
#include "audit.h"
#include "json_out.h"
#include "plan.h"
#include "record_parts.h"
#include "store.h"

#define NAME_MAX_BYTES 255
#define KEY_MAX 500

enum status
batch_open(struct catalog *catalog, const struct actor *actor, const char *source, int64_t *id,
    struct err *err)
{
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "batch.open",
		.kind = "batch",
		.outcome = "ok" };
	int64_t made = 0;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = db_query_int(catalog->db,
	    "INSERT INTO ingest_batch(opened, operator, source) VALUES($1, $2, $3) RETURNING id",
	    DB_ARGS(db_int(now_us()), db_ref(actor->principal), db_text(source)), &made, err);
	if (st == ST_OK)
		st = audit_append(catalog, actor, &event, err);
	st = catalog_end(catalog, st, err);
	if (st == ST_OK)
		*id = made;
	return st;
}

/* Everything about one arrival while it is registered. */
struct registration {
	struct catalog *catalog;
	const struct actor *actor;
	const struct access *access;
	const struct arrival *arrival;
	const char *field[FIELD_COUNT];
	const char *key; /* as kept: every principal has names of its own */
	const char *name;
	int64_t now;
	struct arena *arena;
	/* the dossier */
	int64_t dossier, dossier_class;
	const char *dossier_uid, *dossier_state, *use_mode;
	/* what was found or made */
	int64_t duplicate, record;
	char uid[UID_LEN + 1];
};

/* --- checks ------------------------------------------------------------------------------------ */

static enum status
check_arrival(const struct arrival *a, struct err *err)
{
	unsigned char digest[SHA256_LEN];

	if (!a->sha256 || !hex_decode(span_of(a->sha256), digest, sizeof(digest)))
		return fail(err, ST_INVALID, "arrival without a SHA-256");
	if (a->size < 0)
		return fail(err, ST_INVALID, "arrival of a negative size");
	if (a->level < -1 || a->level > LEVEL_CONFIDENTIAL)
		return fail(err, ST_INVALID, "level %d: give 0 to 3", a->level);
	if (a->uid && !uid_valid(span_of(a->uid)))
		return fail(err, ST_INVALID, "arrival with a uid that is none");
	if (a->key && strlen(a->key) > KEY_MAX)
		return fail(err, ST_INVALID, "arrival key over %d bytes", KEY_MAX);
	return ST_OK;
}

static enum status
prepare(struct registration *reg, struct err *err)
{
	owned(strbuf_free) struct strbuf name = STRBUF_INIT;
	const struct arrival *a = reg->arrival;
	enum status st = check_arrival(a, err);

	if (st != ST_OK)
		return st;
	if (a->level > reg->access->clearance)
		return fail(err, ST_DENIED, "level %d is above your clearance", a->level);
	name_clean(span_of(a->name), NAME_MAX_BYTES, &name);
	reg->name = arena_dup_span(reg->arena, strbuf_span(&name));
	reg->now = now_us();
	if (a->key)
		reg->key =
		    arena_printf(reg->arena, "%lld:%s", (long long)reg->actor->principal, a->key);
	return record_fields_clean(a->field, reg->arena, reg->field, err);
}

static enum status
step_again(struct db_row *row, void *payload, struct err *err)
{
	struct registration *reg = payload;

	if (!span_equal_str(db_column_bytes(row, 1), reg->arrival->sha256))
		return fail(err, ST_CONFLICT, "this arrival key was used for other bytes");
	reg->record = db_column_int(row, 0);
	return ST_OK;
}

static enum status
find_again(struct registration *reg, struct err *err)
{
	if (!reg->key)
		return ST_OK;
	return db_query(reg->catalog->db,
	    "SELECT r.id, o.blob FROM record r JOIN component c ON c.record=r.id AND c.ordinal=1"
	    " JOIN rendition o ON o.component=c.id AND o.kind='original' AND o.version=1"
	    " WHERE r.arrival_key=$1",
	    DB_ARGS(db_text(reg->key)), step_again, reg, err);
}

static enum status
step_dossier(struct db_row *row, void *payload, struct err *err)
{
	struct registration *reg = payload;

	(void)err;
	reg->dossier_class = db_column_int(row, 0);
	reg->dossier_uid = db_column_text(row, 1, reg->arena);
	reg->use_mode = db_column_text(row, 2, reg->arena);
	reg->dossier_state = db_column_text(row, 3, reg->arena);
	return ST_OK;
}

static enum status
find_dossier(struct registration *reg, struct err *err)
{
	enum status st = ST_OK;

	reg->dossier = reg->arrival->dossier;
	if (!reg->dossier)
		st = dossier_inbox(reg->catalog, &reg->dossier, err);
	if (st == ST_OK)
		st = db_query(reg->catalog->db,
		    "SELECT n.access_class, n.uid, n.use_mode, d.state FROM node n"
		    " JOIN dossier d ON d.node=n.id WHERE n.id=$1",
		    DB_ARGS(db_int(reg->dossier)), step_dossier, reg, err);
	if (st != ST_OK)
		return st;
	if (!reg->dossier_state || !access_sees(reg->access, reg->dossier_class))
		return fail(err, ST_NOT_FOUND, "dossier %lld: not found", (long long)reg->dossier);
	if (!access_can(reg->access, PERM_ADD, reg->dossier_class))
		return fail(err, ST_DENIED, "dossier %s: no right to add to it", reg->dossier_uid);
	if (strcmp(reg->dossier_state, "open") != 0)
		return fail(err, ST_HELD, "dossier %s is %s; only an open one takes records",
		    reg->dossier_uid, reg->dossier_state);
	return ST_OK;
}

/* The caller asked for one copy per dossier; a copy that is hidden from the caller is none. */
static enum status
find_copy(struct registration *reg, struct err *err)
{
	struct db_value args[ACCESS_FILTER_ARGS + 2];
	enum status st;

	if (!reg->arrival->unless_duplicate)
		return ST_OK;
	access_filter_args(reg->access, reg->arena, args);
	args[3] = db_text(reg->arrival->sha256);
	args[4] = db_int(reg->dossier);
	st = db_query_int(reg->catalog->db,
	    "SELECT r.id FROM rendition o JOIN component c ON c.id=o.component"
	    " JOIN record r ON r.id=c.record JOIN dossier_item i ON i.record=r.id"
	    " WHERE o.blob=$4 AND o.kind='original' AND i.dossier=$5 AND r.state<>'destroyed'"
	    " AND " ACCESS_SEES_RECORD("r") " ORDER BY r.id LIMIT 1",
	    args, 5, &reg->record, err);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	return st != ST_OK
	    ? st
	    : fail(err, ST_EXISTS, "dossier %s has these bytes already", reg->dossier_uid);
}

static enum status
find_duplicate(struct registration *reg, struct err *err)
{
	enum status st = db_query_int(reg->catalog->db,
	    "SELECT c.record FROM rendition o JOIN component c ON c.id=o.component"
	    " WHERE o.blob=$1 AND o.kind='original' ORDER BY c.record LIMIT 1",
	    DB_ARGS(db_text(reg->arrival->sha256)), &reg->duplicate, err);

	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* --- rows -------------------------------------------------------------------------------------- */

/* The size is part of what the digest names: two sizes of one digest are a fault of the store. */
static enum status
put_blob(struct registration *reg, struct err *err)
{
	int64_t size;
	enum status st = db_query_int(reg->catalog->db,
	    "INSERT INTO blob(sha256, size, stored) VALUES($1, $2, $3)"
	    " ON CONFLICT(sha256) DO UPDATE SET gone=NULL RETURNING size",
	    DB_ARGS(db_text(reg->arrival->sha256), db_int(reg->arrival->size), db_int(reg->now)),
	    &size, err);

	if (st == ST_OK && size != reg->arrival->size)
		return fail(err, ST_CORRUPT, "blob %s: %lld bytes are known, %lld arrived",
		    reg->arrival->sha256, (long long)size, (long long)reg->arrival->size);
	return st;
}

/* A disposal that clears the same bytes does so under the write lock that this transaction has. */
static enum status
check_stored(struct registration *reg, struct err *err)
{
	owned(fd_closep) int fd = -1;
	uint64_t size;
	enum status st;

	if (!reg->arrival->store)
		return ST_OK;
	st = store_read(reg->arrival->store, reg->arrival->sha256, &fd, &size, err);
	return st == ST_NOT_FOUND ? fail(err, ST_CONFLICT,
					"the bytes left the store while they arrived; hand them "
					"in again")
				  : st;
}

static enum status
put_record(struct registration *reg, struct err *err)
{
	const struct arrival *a = reg->arrival;
	int level = a->level > 0 ? a->level : 0;
	struct access_place place;
	enum status st =
	    access_place_record(reg->catalog, reg->dossier, level, reg->use_mode, &place, err);

	if (st != ST_OK)
		return st;
	if (a->uid)
		memcpy(reg->uid, a->uid, UID_LEN + 1);
	else
		uid_make(reg->uid);
#define FIELD(f) db_text(reg->field[f] && *reg->field[f] ? reg->field[f] : NULL)
	return db_query_int(reg->catalog->db,
	    "INSERT INTO record(uid, batch, number, symbol, issued, type_code, subject, issuer,"
	    " signer, urgency, language, level, use_mode, effective_level, access_class,"
	    " number_key, arrival_key, duplicate_of, created, created_by, signer_post)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,"
	    " $18, $19, $20, $21) RETURNING id",
	    DB_ARGS(db_text(reg->uid), db_ref(a->batch), FIELD(FIELD_NUMBER), FIELD(FIELD_SYMBOL),
		FIELD(FIELD_ISSUED), FIELD(FIELD_TYPE), FIELD(FIELD_SUBJECT), FIELD(FIELD_ISSUER),
		FIELD(FIELD_SIGNER), FIELD(FIELD_URGENCY), FIELD(FIELD_LANGUAGE), db_int(level),
		db_text(reg->use_mode), db_int(place.effective_level), db_int(place.access_class),
		db_text(record_number_key(
		    reg->field[FIELD_NUMBER], reg->field[FIELD_SYMBOL], reg->arena)),
		db_text(reg->key), db_ref(reg->duplicate), db_int(reg->now),
		db_ref(reg->actor->principal), FIELD(FIELD_SIGNER_POST)),
	    &reg->record, err);
#undef FIELD
}

static enum status
put_in_dossier(struct registration *reg, struct err *err)
{
	return db_exec(reg->catalog->db,
	    "INSERT INTO dossier_item(dossier, record, ordinal, home) SELECT $1, $2,"
	    " coalesce((SELECT max(ordinal) FROM dossier_item WHERE dossier=$1), 0) + 1, 1",
	    DB_ARGS(db_int(reg->dossier), db_int(reg->record)), NULL, err);
}

static enum status
put_component(struct registration *reg, struct err *err)
{
	char uid[UID_LEN + 1];
	int64_t component;
	enum status st;

	uid_make(uid);
	st = db_query_int(reg->catalog->db,
	    "INSERT INTO component(uid, record, ordinal, role, name) VALUES($1, $2, 1, 'main', $3)"
	    " RETURNING id",
	    DB_ARGS(db_text(uid), db_int(reg->record), db_text(reg->name)), &component, err);
	if (st == ST_OK)
		st = db_exec(reg->catalog->db,
		    "INSERT INTO rendition(component, kind, version, blob, created, created_by)"
		    " VALUES($1, 'original', 1, $2, $3, $4)",
		    DB_ARGS(db_int(component), db_text(reg->arrival->sha256), db_int(reg->now),
			db_ref(reg->actor->principal)),
		    NULL, err);
	if (st == ST_OK)
		st = db_exec(reg->catalog->db,
		    "INSERT INTO job(component, due, created, updated) VALUES($1, $2, $2, $2)",
		    DB_ARGS(db_int(component), db_int(reg->now)), NULL, err);
	return st;
}

/* records.md 11: the digest of the received bytes is part of the ingest event. */
static enum status
log_arrival(struct registration *reg, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event_private name = { "name", span_of(reg->name) };
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "record.register",
		.kind = "record",
		.object = reg->uid,
		.outcome = "ok",
		.priv = &name,
		.priv_count = 1 };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "sha256", reg->arrival->sha256);
	json_key_int(&json, "size", reg->arrival->size);
	json_key_str(&json, "dossier", reg->dossier_uid);
	json_key_opt(&json, "origin", reg->arrival->origin);
	json_key_bool(&json, "duplicate", reg->duplicate != 0);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(reg->catalog, reg->actor, &event, err);
}

/* In the order of what they refer to. */
static enum status (*const steps[])(struct registration *, struct err *) = { find_dossier,
	find_copy, find_duplicate, put_blob, check_stored, put_record, put_in_dossier,
	put_component, log_arrival };

enum status
record_register(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct arrival *arrival, int64_t *record, bool *again, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct registration reg = { .catalog = catalog,
		.actor = actor,
		.access = access,
		.arrival = arrival,
		.arena = arena };
	bool known = false;
	enum status st;

	assert(access);
	st = prepare(&reg, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = find_again(&reg, err);
	known = st == ST_OK && reg.record != 0;
	for (size_t i = 0; st == ST_OK && !known && i < sizeof(steps) / sizeof(steps[0]); i++)
		st = steps[i](&reg, err);
	st = catalog_end(catalog, st, err);
	if (st == ST_OK || st == ST_EXISTS)
		*record = reg.record;
	if (st == ST_OK)
		*again = known;
	return st;
}
