/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "declare.h"
#include "hold.h"
#include "record_keep.h"

/* The fields of NĐ 30/2020 PL VI beside those of record, with their lengths and codes. */
enum check { TEXT, DAY, CODES, NUMBER };
static const struct {
	const char *name;
	enum check check;
	const char *codes; /* of CODES, "01|02" */
	size_t max;
} details[] = {
	{ "direction", CODES, "in|out|internal", 8 },
	{ "signer_post", TEXT, NULL, 100 },	/* SignerInfo.Position */
	{ "issuer_code", TEXT, NULL, 13 },	/* OrganId */
	{ "recipients", TEXT, NULL, 1000 },	/* To */
	{ "places", TEXT, NULL, 1000 },		/* ToPlaces */
	{ "trace", TEXT, NULL, 2000 },		/* TraceHeaderList */
	{ "copies", NUMBER, NULL, 6 },		/* IssuedAmount */
	{ "sheets", NUMBER, NULL, 6 },		/* PageAmount */
	{ "reply_due", DAY, NULL, 10 },		/* DueDate */
	{ "arrival_date", DAY, NULL, 10 },	/* ArrivalDate */
	{ "arrival_number", NUMBER, NULL, 10 }, /* ArrivalNumber: drawn from the book */
	{ "copy_form", TEXT, NULL, 200 },	/* SY, TrS, SL and its words */
	{ "keyword", TEXT, NULL, 500 },
	{ "autograph", TEXT, NULL, 2000 }, /* TT 05/2025 */
	{ "process", CODES, "0|1", 1 },
	{ "physical", CODES, "01|02|03", 2 },	/* good, fair, damaged */
	{ "confidence", CODES, "01|02|03", 2 }, /* born digital, digitised, mixed */
	{ "note", TEXT, NULL, 2000 },
};
#define DETAILS (sizeof(details) / sizeof(details[0]))

const char *const *
record_detail_names(void)
{
	static const char *names[DETAILS + 1];

	if (!names[0])
		for (size_t i = 0; i < DETAILS; i++)
			names[i] = details[i].name;
	return names;
}

bool
record_detail_is_words(const char *name)
{
	for (size_t i = 0; i < DETAILS; i++)
		if (strcmp(details[i].name, name) == 0)
			return details[i].check != CODES;
	return false;
}

static bool
is_code(const char *codes, const char *value)
{
	struct span rest = span_of(codes);

	while (rest.p)
		if (span_equal_str(span_cut(&rest, '|'), value))
			return true;
	return false;
}

static enum status
clean(const struct record_detail *d, struct arena *arena, const char **value, struct err *err)
{
	uint64_t number;

	for (size_t i = 0; i < DETAILS; i++) {
		if (strcmp(details[i].name, d->name) != 0)
			continue;
		*value = "";
		if (span_trim(span_of(d->value)).n == 0)
			return ST_OK;
		if (span_of(d->value).n > details[i].max || !utf8_valid(span_of(d->value)))
			return fail(err, ST_INVALID, "detail %s: at most %zu bytes of text",
			    d->name, details[i].max);
		*value = record_line(d->value, details[i].max, arena);
		if (details[i].check == DAY && !date_valid(span_of(*value), false))
			return fail(err, ST_INVALID, "detail %s: a day YYYY-MM-DD", d->name);
		if (details[i].check == NUMBER && !span_u64(span_of(*value), &number))
			return fail(err, ST_INVALID, "detail %s: a number", d->name);
		if (details[i].check == CODES && !is_code(details[i].codes, *value))
			return fail(
			    err, ST_INVALID, "detail %s: one of %s", d->name, details[i].codes);
		return ST_OK;
	}
	return fail(err, ST_INVALID, "detail %.40s: unknown", d->name);
}

static enum status
step_detail(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct record_detail *d = row_list_add(list, sizeof(*d));

	(void)err;
	d->name = db_column_text(row, 0, list->arena);
	d->value = db_column_text(row, 1, list->arena);
	return ST_OK;
}

enum status
record_details(struct catalog *catalog, int64_t record, struct arena *arena,
    const struct record_detail **out, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT name, value FROM record_detail WHERE record=$1 ORDER BY name",
	    DB_ARGS(db_int(record)), step_detail, &list, err);

	*out = list.rows;
	*count = list.count;
	return st;
}

enum status
record_detail_set(
    struct catalog *catalog, int64_t record, const char *name, const char *value, struct err *err)
{
	if (!*value)
		return db_exec(catalog->db, "DELETE FROM record_detail WHERE record=$1 AND name=$2",
		    DB_ARGS(db_int(record), db_text(name)), NULL, err);
	return db_exec(catalog->db,
	    "INSERT INTO record_detail(record, name, value) VALUES($1, $2, $3)"
	    " ON CONFLICT(record, name) DO UPDATE SET value=excluded.value",
	    DB_ARGS(db_int(record), db_text(name), db_text(value)), NULL, err);
}

/* May it be changed now, and how: a declared one keeps a version. */
static enum status
prepare(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const char *reason, struct arena *arena, struct record *record, struct err *err)
{
	enum status st = record_load_for(catalog, access, PERM_EDIT, id, arena, record, err);

	if (st == ST_OK)
		st = hold_check(catalog, (struct hold_object){ .record = id }, err);
	if (st != ST_OK || strcmp(record->state, "draft") == 0)
		return st;
	if (strcmp(record->state, "declared") != 0)
		return fail(err, ST_HELD, "record %s is %s", record->uid, record->state);
	st = record_load_for(catalog, access, PERM_MANAGE, id, arena, record, err);
	return st == ST_OK ? record_keep_version(catalog, actor, record, reason, err) : st;
}

static enum status
log_details(struct catalog *catalog, const struct actor *actor, const struct record *record,
    const struct record_detail *d, const char *const *value, size_t count, struct arena *arena,
    struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event_private *priv = arena_array(arena, count, sizeof(*priv));
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "record.details",
		.kind = "record",
		.object = record->uid,
		.outcome = "ok",
		.priv = priv,
		.priv_count = count };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key(&json, "details");
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		json_str(&json, d[i].name);
		priv[i] = (struct event_private){ d[i].name, span_of(value[i]) };
	}
	json_end_array(&json);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

static enum status
put(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    const struct record_detail *d, size_t count, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const char **value = arena_array(arena, count, sizeof(*value));
	struct record record = { 0 };
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = clean(&d[i], arena, &value[i], err);
	if (st == ST_OK)
		st = prepare(catalog, actor, access, id, reason, arena, &record, err);
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = record_detail_set(catalog, id, d[i].name, value[i], err);
	if (st == ST_OK)
		st = record_touch(catalog, id, true, err);
	return st == ST_OK ? log_details(catalog, actor, &record, d, value, count, arena, err) : st;
}

enum status
record_details_put(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, const struct record_detail *d, size_t count, const char *reason,
    struct err *err)
{
	enum status st;

	assert(access);
	if (count < 1 || count > DETAILS)
		return fail(err, ST_INVALID, "1 to %zu details", DETAILS);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(
	    catalog, put(catalog, actor, access, record, d, count, reason, err), err);
}
