/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "package_parts.h"
#include "retention_parts.h"

/* What rules say: versions with their dates (D14; records.md 35-37). */
#define CODE_MAX 64
#define TEXT_MAX 1000
#define YEARS_MAX 1000

enum status
retention_check_plan(const struct access *access, struct err *err)
{
	if (!access->principal || access_has(access, CAP_PLAN))
		return ST_OK;
	return fail(err, ST_DENIED, "retention rules are for those who plan");
}

static enum status
check_days(const struct rule_version *v, struct err *err)
{
	if (!date_valid(span_of(v->valid_from), false))
		return fail(err, ST_INVALID, "rule %s: valid_from is a day YYYY-MM-DD", v->code);
	if (v->valid_to && !date_valid(span_of(v->valid_to), false))
		return fail(err, ST_INVALID, "rule %s: valid_to is a day YYYY-MM-DD", v->code);
	if (v->valid_to && strcmp(v->valid_to, v->valid_from) <= 0)
		return fail(err, ST_INVALID, "rule %s: valid_to is not after valid_from", v->code);
	return ST_OK;
}

enum status
retention_check_version(const struct rule_version *v, struct err *err)
{
	static const char *const actions[] = { "destroy", "transfer", "review" };
	bool known = false;
	enum status st;

	if ((st = catalog_check_text("code", v->code, CODE_MAX, err)) != ST_OK ||
	    (st = catalog_check_text("title", v->title, TEXT_MAX, err)) != ST_OK ||
	    (st = catalog_check_text("authority", v->authority, TEXT_MAX, err)) != ST_OK ||
	    (st = check_days(v, err)) != ST_OK)
		return st;
	for (size_t i = 0; v->action && i < sizeof(actions) / sizeof(actions[0]); i++)
		known |= strcmp(v->action, actions[i]) == 0;
	if (!known)
		return fail(
		    err, ST_INVALID, "rule %s: the action is destroy, transfer or review", v->code);
	if (v->years == 0 || v->years < -1 || v->years > YEARS_MAX)
		return fail(
		    err, ST_INVALID, "rule %s: 1 to %d years, or permanent", v->code, YEARS_MAX);
	/* records.md 36 */
	if (v->years == -1 && strcmp(v->action, "destroy") == 0)
		return fail(
		    err, ST_INVALID, "rule %s: what is permanent is never destroyed", v->code);
	if (!retention_trigger_name(v->trigger) ||
	    (v->trigger == TRIGGER_EVENT) != (v->event && *v->event))
		return fail(
		    err, ST_INVALID, "rule %s: an event has a name, and nothing else has", v->code);
	return v->event ? catalog_check_text("event", v->event, CODE_MAX, err) : ST_OK;
}

/* --- reading ----------------------------------------------------------------------------------- */

void
rule_version_from_row(struct db_row *row, struct arena *arena, struct rule_version *v)
{
	*v = (struct rule_version){
		.id = db_column_int(row, 0),
		.code = db_column_text(row, 1, arena),
		.title = db_column_text(row, 2, arena),
		.authority = db_column_text(row, 3, arena),
		.years = db_column_null(row, 4) ? -1 : (int)db_column_int(row, 4),
		.trigger = (enum retention_trigger)retention_trigger_parse(db_column_bytes(row, 5)),
		.event = db_column_text(row, 6, arena),
		.from_year_end = span_equal_str(db_column_bytes(row, 7), "year_end"),
		.action = db_column_text(row, 8, arena),
		.valid_from = db_column_text(row, 9, arena),
		.valid_to = db_column_text(row, 10, arena),
	};
}

static enum status
step_version(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;

	(void)err;
	rule_version_from_row(row, list->arena, row_list_add(list, sizeof(struct rule_version)));
	return ST_OK;
}

enum status
rule_versions(struct catalog *catalog, const char *code, struct arena *arena,
    const struct rule_version **versions, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT " VERSION_COLUMNS " FROM rule_version v WHERE $1 IS NULL OR v.code=$1"
	    " ORDER BY v.code, v.valid_from",
	    DB_ARGS(db_text(code)), step_version, &list, err);

	*versions = list.rows;
	*count = list.count;
	return st;
}

/* --- changes ----------------------------------------------------------------------------------- */

static enum status
log_version(struct catalog *catalog, const struct actor *actor, const char *action,
    const struct rule_version *v, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_CHANGE,
		.action = action,
		.kind = "rule",
		.object = v->code,
		.outcome = "ok" };
	struct json_out json;

	json_start(&json, &detail);
	rule_version_json(&json, v);
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

/* The last version must begin before; where it has no end, it ends now. */
static enum status
end_former(struct catalog *catalog, const struct rule_version *v, struct err *err)
{
	int64_t later = 0;
	enum status st = db_lookup_int(catalog->db,
	    "SELECT 1 FROM rule_version WHERE code=$1 AND (valid_from>=$2 OR valid_to>$2) LIMIT 1",
	    DB_ARGS(db_text(v->code), db_text(v->valid_from)), &later, err);

	if (st == ST_OK && later)
		return fail(err, ST_EXISTS, "rule %s has a version valid on %s or after", v->code,
		    v->valid_from);
	if (st != ST_OK)
		return st;
	return db_exec(catalog->db,
	    "UPDATE rule_version SET valid_to=$2 WHERE code=$1 AND valid_to IS NULL",
	    DB_ARGS(db_text(v->code), db_text(v->valid_from)), NULL, err);
}

enum status
retention_put_version(struct catalog *catalog, const struct actor *actor,
    const struct rule_version *v, struct err *err)
{
	enum status st =
	    db_exec(catalog->db, "INSERT INTO rule(code) VALUES($1) ON CONFLICT(code) DO NOTHING",
		DB_ARGS(db_text(v->code)), NULL, err);

	if (st == ST_OK)
		st = end_former(catalog, v, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "INSERT INTO rule_version(code, title, years, trig, trig_name, count_from,"
		    " action, authority, valid_from, valid_to, created, created_by)"
		    " VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		    DB_ARGS(db_text(v->code), db_text(v->title),
			db_ref(v->years > 0 ? v->years : 0),
			db_text(retention_trigger_name(v->trigger)),
			db_text(v->event && *v->event ? v->event : NULL),
			db_text(v->from_year_end ? "year_end" : "date"), db_text(v->action),
			db_text(v->authority), db_text(v->valid_from), db_text(v->valid_to),
			db_int(now_us()), db_ref(actor->principal)),
		    NULL, err);
	return st == ST_OK ? log_version(catalog, actor, "rule.version", v, err) : st;
}

enum status
rule_version_add(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct rule_version *v, struct err *err)
{
	enum status st;

	if ((st = retention_check_version(v, err)) != ST_OK ||
	    (st = retention_check_plan(access, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = retention_put_version(catalog, actor, v, err);
	if (st == ST_OK)
		st = retention_refresh_rule(catalog, v->code, err);
	return catalog_end(catalog, st, err);
}

static enum status
end_inside(struct catalog *catalog, const struct actor *actor, const char *code, const char *day,
    int64_t *used, struct err *err)
{
	struct rule_version v = { .code = code, .valid_from = day, .valid_to = day };
	int64_t ended = 0;
	enum status st = db_query_int(catalog->db,
	    "SELECT (SELECT count(*) FROM node n WHERE n.rule=$1 AND n.kind<>'dossier')+"
	    "(SELECT count(*) FROM dossier d WHERE d.governing=$1 AND " RETENTION_LIVE ")",
	    DB_ARGS(db_text(code)), used, err);

	if (st == ST_OK && *used)
		return fail(err, ST_HELD, "rule %s governs %lld nodes and dossiers", code,
		    (long long)*used);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE rule_version SET valid_to=$2 WHERE code=$1 AND valid_to IS NULL"
		    " AND valid_from<$2",
		    DB_ARGS(db_text(code), db_text(day)), &ended, err);
	if (st == ST_OK && !ended)
		return fail(
		    err, ST_NOT_FOUND, "rule %s has no version that could end on %s", code, day);
	return st == ST_OK ? log_version(catalog, actor, "rule.end", &v, err) : st;
}

enum status
rule_end(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const char *code, const char *day, int64_t *used, struct err *err)
{
	enum status st = retention_check_plan(access, err);

	*used = 0;
	if (st == ST_OK && !date_valid(span_of(day), false))
		st = fail(err, ST_INVALID, "valid_to is a day YYYY-MM-DD");
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, end_inside(catalog, actor, code, day, used, err), err);
}

/* --- answers ----------------------------------------------------------------------------------- */

void
rule_version_json(struct json_out *j, const struct rule_version *v)
{
	json_object(j);
	json_key_str(j, "code", v->code);
	json_key_str(j, "title", v->title);
	json_key(j, "years");
	if (v->years > 0)
		json_int(j, v->years);
	else
		json_null(j);
	json_key_str(j, "maintenance", package_maintenance(v->years)); /* records.md 39 */
	json_key_str(j, "trigger", retention_trigger_name(v->trigger));
	json_key_str(j, "event", v->event);
	json_key_str(j, "count_from", v->from_year_end ? "year_end" : "date");
	json_key_str(j, "action", v->action);
	json_key_str(j, "authority", v->authority);
	json_key_str(j, "valid_from", v->valid_from);
	json_key_str(j, "valid_to", v->valid_to);
	json_end_object(j);
}

void
retention_export(const struct rule_version *v, size_t count, struct strbuf *out)
{
	strbuf_add_str(out,
	    "code,title,years,trigger,event,count_from,action,authority,valid_from,valid_to\r\n");
	for (size_t i = 0; i < count; i++) {
		char years[24] = "permanent";

		if (v[i].years > 0)
			snprintf(years, sizeof(years), "%d", v[i].years);
		csv_cell(out, v[i].code, ',');
		csv_cell(out, v[i].title, ',');
		csv_cell(out, years, ',');
		csv_cell(out, retention_trigger_name(v[i].trigger), ',');
		csv_cell(out, v[i].event, ',');
		csv_cell(out, v[i].from_year_end ? "year_end" : "date", ',');
		csv_cell(out, v[i].action, ',');
		csv_cell(out, v[i].authority, ',');
		csv_cell(out, v[i].valid_from, ',');
		csv_cell(out, v[i].valid_to, '\r');
		strbuf_add_char(out, '\n');
	}
}
