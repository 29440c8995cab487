/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "audit.h"
#include "base.h"
#include "json_out.h"
#include "plan.h"
#include "record_parts.h"

/* Retention rules by code; a rule is never changed, a new version follows (D14). */

#define CODE_MAX 64

static void
today(char day[11])
{
	char text[28];

	time_text(now_us(), text);
	memcpy(day, text, 10);
	day[10] = '\0';
}

static enum status
log_rule(struct catalog *catalog, const struct actor *actor, const struct rule *rule,
    const char *valid_from, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "rule.create",
		.kind = "rule",
		.object = rule->code,
		.outcome = "ok" };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "valid_from", valid_from);
	json_key_int(&json, "years", rule->years);
	json_key_str(&json, "action", rule->action);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

static enum status
put_rule(
    struct catalog *catalog, const struct actor *actor, const struct rule *rule, struct err *err)
{
	char day[11];
	enum status st;

	today(day);
	st = db_exec(catalog->db, "INSERT INTO rule(code) VALUES($1)", DB_ARGS(db_text(rule->code)),
	    NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "INSERT INTO rule_version(code, title, years, action, authority, valid_from)"
		    " VALUES($1, $2, $3, $4, $5, $6)",
		    DB_ARGS(db_text(rule->code), db_text(rule->title),
			db_ref(rule->years < 0 ? 0 : rule->years), db_text(rule->action),
			db_text(rule->authority), db_text(day)),
		    NULL, err);
	return st == ST_OK ? log_rule(catalog, actor, rule, day, err) : st;
}

enum status
rule_create(
    struct catalog *catalog, const struct actor *actor, const struct rule *rule, struct err *err)
{
	enum status st;

	if (!rule->code || !*rule->code || strlen(rule->code) > CODE_MAX)
		return fail(err, ST_INVALID, "the code of a rule has 1 to %d bytes", CODE_MAX);
	if (!rule->title || !*rule->title || !rule->authority || !*rule->authority)
		return fail(err, ST_INVALID, "rule %s: title and authority are needed", rule->code);
	if (rule->years == 0)
		return fail(
		    err, ST_INVALID, "rule %s: years are 1 or more, or -1 for ever", rule->code);
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, put_rule(catalog, actor, rule, err), err);
}

static enum status
step_rule(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct rule *rule = row_list_add(list, sizeof(*rule));

	(void)err;
	rule->code = db_column_text(row, 0, list->arena);
	rule->title = db_column_text(row, 1, list->arena);
	rule->authority = db_column_text(row, 2, list->arena);
	rule->years = db_column_null(row, 3) ? -1 : (int)db_column_int(row, 3);
	rule->action = db_column_text(row, 4, list->arena);
	return ST_OK;
}

enum status
rule_list(struct catalog *catalog, struct arena *arena, const struct rule **rules, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    "SELECT v.code, v.title, v.authority, v.years, v.action FROM rule_version v"
	    " WHERE v.valid_from=(SELECT max(w.valid_from) FROM rule_version w WHERE w.code=v.code)"
	    " ORDER BY v.code",
	    DB_NONE, step_rule, &list, err);

	if (st != ST_OK)
		return st;
	*rules = list.rows;
	*count = list.count;
	return ST_OK;
}
