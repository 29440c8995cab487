/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdio.h>

#include "access_parts.h"
#include "audit.h"
#include "hold.h"
#include "json_out.h"
#include "record_keep.h"

/* One change of a record's fields while it is made. */
struct change {
	struct catalog *catalog;
	const struct actor *actor;
	struct arena *arena;
	struct record record;		/* before */
	const char *field[FIELD_COUNT]; /* given and cleaned: NULL = leave, "" = clear */
	const char *value[FIELD_COUNT]; /* after: NULL = none */
	bool changed[FIELD_COUNT];
	size_t changes;
};

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void
compare(struct change *c)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		const char *given = c->field[i];

		c->value[i] = c->record.field[i];
		if (given)
			c->value[i] = *given ? given : NULL;
		c->changed[i] = !same_text(c->value[i], c->record.field[i]);
		c->changes += c->changed[i];
	}
}

static enum status
check_current(const struct record *record, int64_t version, struct err *err)
{
	if (strcmp(record->state, "draft") != 0)
		return fail(err, ST_HELD, "record %s is %s; only a draft can be edited",
		    record->uid, record->state);
	if (version && version != record->version)
		return fail(err, ST_PRECONDITION,
		    "record %s changed meanwhile (version %lld); load it again", record->uid,
		    (long long)record->version);
	return ST_OK;
}

/* records.md 47: nothing about a held record is edited or moved. */
static enum status
check_free(struct catalog *catalog, int64_t record, struct err *err)
{
	return hold_check(catalog, (struct hold_object){ .record = record }, err);
}

static enum status
write_fields(struct change *c, struct err *err)
{
	const char *const *v = c->value;
	const char *key = record_number_key(v[FIELD_NUMBER], v[FIELD_SYMBOL], c->arena);

	return db_exec(c->catalog->db,
	    "UPDATE record SET number=$2, symbol=$3, issued=$4, type_code=$5, subject=$6,"
	    " issuer=$7, signer=$8, urgency=$9, language=$10, number_key=$11,"
	    " signer_post=$12 WHERE id=$1",
	    DB_ARGS(db_int(c->record.id), db_text(v[FIELD_NUMBER]), db_text(v[FIELD_SYMBOL]),
		db_text(v[FIELD_ISSUED]), db_text(v[FIELD_TYPE]), db_text(v[FIELD_SUBJECT]),
		db_text(v[FIELD_ISSUER]), db_text(v[FIELD_SIGNER]), db_text(v[FIELD_URGENCY]),
		db_text(v[FIELD_LANGUAGE]), db_text(key), db_text(v[FIELD_SIGNER_POST])),
	    NULL, err);
}

/* The log names the fields; what stood and stands in them may be about a person, so it is private. */
static enum status
log_fields(struct change *c, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event_private priv[2 * FIELD_COUNT];
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "record.update",
		.kind = "record",
		.object = c->record.uid,
		.outcome = "ok",
		.priv = priv };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key(&json, "fields");
	json_array(&json);
	for (int i = 0; i < FIELD_COUNT; i++) {
		const char *name = record_field_name((enum record_field)i);

		if (!c->changed[i])
			continue;
		json_str(&json, name);
		priv[event.priv_count].name = arena_printf(c->arena, "%s.old", name);
		priv[event.priv_count++].value = span_of(c->record.field[i]);
		priv[event.priv_count].name = arena_printf(c->arena, "%s.new", name);
		priv[event.priv_count++].value = span_of(c->value[i]);
	}
	json_end_array(&json);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(c->catalog, c->actor, &event, err);
}

static enum status
apply(struct change *c, struct err *err)
{
	int64_t closed = 0;
	enum status st = suggestions_close(
	    c->catalog, c->record.id, c->field, c->actor->principal, &closed, err);

	if (st != ST_OK || (c->changes == 0 && closed == 0))
		return st;
	st = write_fields(c, err);
	if (st == ST_OK)
		st = record_touch(c->catalog, c->record.id, true, err);
	return st == ST_OK ? log_fields(c, err) : st;
}

enum status
record_apply_fields(struct catalog *catalog, const struct actor *actor, struct arena *arena,
    const struct record *record, const char *const field[FIELD_COUNT], size_t *changes,
    struct err *err)
{
	struct change c = { .catalog = catalog, .actor = actor, .arena = arena, .record = *record };

	memcpy(c.field, field, sizeof(c.field));
	compare(&c);
	*changes = c.changes;
	return c.changes > 0 ? apply(&c, err) : ST_OK;
}

enum status
record_update(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t version, const char *const field[FIELD_COUNT], struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct change c = { .catalog = catalog, .actor = actor, .arena = arena };
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = record_load_for(catalog, access, PERM_EDIT, id, arena, &c.record, err);
	if (st == ST_OK)
		st = check_current(&c.record, version, err);
	if (st == ST_OK)
		st = record_fields_clean(field, arena, c.field, err);
	if (st == ST_OK) {
		compare(&c);
		if (c.changes > 0)
			st = check_free(catalog, id, err);
	}
	if (st == ST_OK)
		st = apply(&c, err);
	return catalog_end(catalog, st, err);
}

/* --- level, home, quarantine ------------------------------------------------------------------- */

static enum status
log_number(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *key, int64_t before, int64_t after, struct err *err)
{
	char detail[120];

	snprintf(detail, sizeof(detail), "{\"%s\":{\"from\":%lld,\"to\":%lld}}", key,
	    (long long)before, (long long)after);
	return record_log(catalog, actor, action, uid, detail, err);
}

static enum status
set_level(struct catalog *catalog, const struct actor *actor, const struct record *record,
    int level, struct err *err)
{
	enum status st;

	if (level == record->level)
		return ST_OK;
	if ((st = check_free(catalog, record->id, err)) != ST_OK)
		return st;
	st = db_exec(catalog->db, "UPDATE record SET level=$2 WHERE id=$1",
	    DB_ARGS(db_int(record->id), db_int(level)), NULL, err);
	if (st == ST_OK)
		st = access_refresh_record(catalog, record->id, err);
	if (st == ST_OK)
		st = record_touch(catalog, record->id, true, err);
	return st == ST_OK ? log_number(catalog, actor, "record.level", record->uid, "level",
				 record->level, level, err)
			   : st;
}

enum status
record_set_level(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int level, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record record;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = record_load_for(catalog, access, PERM_MANAGE, id, arena, &record, err);
	if (st == ST_OK && (level < LEVEL_PUBLIC || level > LEVEL_CONFIDENTIAL))
		st = fail(err, ST_INVALID, "level %d: give 0 to 3", level);
	if (st == ST_OK && level > access->clearance)
		st = fail(err, ST_DENIED, "level %d is above your clearance", level);
	if (st == ST_OK)
		st = set_level(catalog, actor, &record, level, err);
	return catalog_end(catalog, st, err);
}

/* A dossier that a record leaves or enters. */
struct place {
	struct arena *arena;
	const struct access *access;
	int64_t access_class;
	const char *uid, *state;
};

static enum status
step_place(struct db_row *row, void *payload, struct err *err)
{
	struct place *place = payload;

	(void)err;
	place->access_class = db_column_int(row, 0);
	place->uid = db_column_text(row, 1, place->arena);
	place->state = db_column_text(row, 2, place->arena);
	return ST_OK;
}

static enum status
load_place(struct catalog *catalog, int64_t dossier, struct place *place, struct err *err)
{
	return db_query(catalog->db,
	    "SELECT n.access_class, n.uid, d.state FROM node n JOIN dossier d ON d.node=n.id"
	    " WHERE n.id=$1",
	    DB_ARGS(db_int(dossier)), step_place, place, err);
}

static enum status
check_open(const struct place *place, struct err *err)
{
	return strcmp(place->state, "open") == 0
	    ? ST_OK
	    : fail(err, ST_HELD, "dossier %s is %s; nothing moves in or out of it", place->uid,
		  place->state);
}

static enum status
check_target(const struct place *place, int64_t dossier, struct err *err)
{
	if (!place->uid || !access_sees(place->access, place->access_class))
		return fail(err, ST_NOT_FOUND, "dossier %lld: not found", (long long)dossier);
	if (!access_can(place->access, PERM_ADD, place->access_class))
		return fail(err, ST_DENIED, "dossier %s: no right to add to it", place->uid);
	return check_open(place, err);
}

/* The old home is left; where the record was a guest it becomes at home. */
static enum status
change_home(struct catalog *catalog, int64_t record, int64_t dossier, struct err *err)
{
	enum status st = db_exec(catalog->db, "DELETE FROM dossier_item WHERE record=$1 AND home=1",
	    DB_ARGS(db_int(record)), NULL, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "INSERT INTO dossier_item(dossier, record, ordinal, home) SELECT $1, $2,"
		    " coalesce((SELECT max(ordinal) FROM dossier_item WHERE dossier=$1), 0) + 1, 1"
		    " WHERE true ON CONFLICT(dossier, record) DO UPDATE SET home=1",
		    DB_ARGS(db_int(dossier), db_int(record)), NULL, err);
	if (st == ST_OK)
		st = access_refresh_record(catalog, record, err);
	return st == ST_OK ? record_touch(catalog, record, true, err) : st;
}

static enum status
log_move(struct catalog *catalog, const struct actor *actor, const char *uid, const char *from,
    const char *to, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_opt(&json, "from", from);
	json_key_str(&json, "to", to);
	json_end_object(&json);
	return record_log(catalog, actor, "record.move", uid, detail.buf, err);
}

static enum status
move(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    int64_t dossier, struct arena *arena, struct err *err)
{
	struct place from = { .arena = arena, .access = access }, to = from;
	struct record record, whole = { 0 };
	enum status st = record_load_for(catalog, access, PERM_EDIT, id, arena, &record, err);

	if (st == ST_OK)
		st = check_current(&record, 0, err);
	if (st == ST_OK)
		st = load_place(catalog, dossier, &to, err);
	if (st == ST_OK)
		st = check_target(&to, dossier, err);
	/* the home may be hidden from the caller and counts all the same */
	if (st == ST_OK)
		st = record_load_any(catalog, id, arena, &whole, err);
	if (st != ST_OK || whole.home == dossier)
		return st;
	st = load_place(catalog, whole.home, &from, err);
	if (st == ST_OK && from.uid)
		st = check_open(&from, err);
	if (st == ST_OK)
		st = check_free(catalog, id, err);
	if (st == ST_OK)
		st = change_home(catalog, id, dossier, err);
	return st == ST_OK ? log_move(catalog, actor, record.uid, from.uid, to.uid, err) : st;
}

enum status
record_move(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, int64_t dossier, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = move(catalog, actor, access, id, dossier, arena, err);
	return catalog_end(catalog, st, err);
}

static enum status
release(struct catalog *catalog, const struct actor *actor, const struct record *record,
    struct err *err)
{
	enum status st = db_exec(catalog->db, "UPDATE record SET quarantine=2 WHERE id=$1",
	    DB_ARGS(db_int(record->id)), NULL, err);

	if (st == ST_OK)
		st = record_touch(catalog, record->id, true, err);
	return st == ST_OK ? record_log(catalog, actor, "record.release", record->uid, NULL, err)
			   : st;
}

enum status
record_release(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct record record;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = record_load_for(catalog, access, PERM_EDIT, id, arena, &record, err);
	if (st == ST_OK && !access_has(access, CAP_INGEST))
		st = fail(
		    err, ST_DENIED, "record %s: releasing is for those who ingest", record.uid);
	if (st == ST_OK && !record.quarantine)
		st = fail(err, ST_CONFLICT, "record %s is not in quarantine", record.uid);
	if (st == ST_OK)
		st = release(catalog, actor, &record, err);
	return catalog_end(catalog, st, err);
}
