/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"
#include "job_parts.h"
#include "json_out.h"

/* The end of a reading: what it makes of the record, and what the log says of it. */

/* Documents of one record by outcome. */
struct outcomes {
	struct arena *arena;
	int64_t open, read, partial, refused, failed;
	const char *reason; /* of the first that was not read whole */
};

static enum status
step_outcome(struct db_row *row, void *payload, struct err *err)
{
	struct outcomes *o = payload;
	const struct {
		const char *name;
		int64_t *count;
	} table[] = { { "read", &o->read }, { "partial", &o->partial }, { "refused", &o->refused },
		{ "failed", &o->failed } };
	int64_t *count = &o->open;

	(void)err;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (span_equal_str(db_column_bytes(row, 0), table[i].name))
			count = table[i].count;
	++*count;
	if (count != &o->read && !o->reason)
		o->reason = db_column_text(row, 1, o->arena);
	return ST_OK;
}

/* Whether all, some or none of it could be read. */
static enum record_reading
reading_of(const struct outcomes *o)
{
	if (!o->partial && !o->refused && !o->failed)
		return READING_READ;
	if (o->read || o->partial)
		return READING_PARTIAL;
	return o->failed ? READING_FAILED : READING_REFUSED;
}

enum status
job_settle_record(struct catalog *catalog, int64_t record, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct outcomes o = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT CASE WHEN j.state IN('waiting','leased') THEN NULL ELSE j.outcome END, j.reason"
	    " FROM job j JOIN component c ON c.id=j.component WHERE c.record=$1 ORDER BY c.ordinal",
	    DB_ARGS(db_int(record)), step_outcome, &o, err);

	if (st != ST_OK || o.open)
		return st;
	st = db_exec(catalog->db, "UPDATE record SET reading=$2, reading_reason=$3 WHERE id=$1",
	    DB_ARGS(
		db_int(record), db_text(record_reading_name(reading_of(&o))), db_text(o.reason)),
	    NULL, err);
	return st == ST_OK ? record_touch(catalog, record, true, err) : st;
}

static void
write_detail(const struct component *c, const struct job_result *result, struct strbuf *out)
{
	struct json_out json;

	json_start(&json, out);
	json_object(&json);
	json_key_str(&json, "component", c->uid);
	json_key_str(&json, "sha256", c->sha256);
	json_key_str(&json, "reading", record_reading_name(result->reading));
	json_key_opt(&json, "reason", result->reason);
	json_key_int(&json, "pages", c->pages);
	json_key_bool(&json, "quarantine", result->quarantine);
	if (result->provenance) {
		json_key(&json, "provenance");
		json_raw(&json, span_of(result->provenance));
	}
	json_end_object(&json);
}

enum status
job_log_reading(struct catalog *catalog, const char *owner, int64_t id,
    const struct job_result *result, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	owned(arena_freep) struct arena *arena = arena_new();
	struct actor actor = { .source = owner };
	struct event event = { .event_class = EVENT_PRESERVATION,
		.action = "record.read",
		.kind = "record",
		.outcome = result->reading == READING_FAILED ? "failed" : "ok" };
	struct component component;
	struct record record;
	enum status st = component_load(catalog, id, arena, &component, err);

	if (st == ST_OK)
		st = record_load_any(catalog, component.record, arena, &record, err);
	if (st != ST_OK)
		return st;
	write_detail(&component, result, &detail);
	event.object = record.uid;
	event.detail = detail.buf;
	return audit_append(catalog, &actor, &event, err);
}
