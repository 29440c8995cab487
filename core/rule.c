/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "json_out.h"
#include "plan.h"
#include "record_parts.h"

/* Retention rules are named by code; what one says is a version with its dates (D14). */
#define CODE_MAX 64
#define TEXT_MAX 1000
#define DAY_LEN 10 /* of "2026-11-24T..." */

static bool
fits(const char *text, size_t max)
{
	size_t n = text ? strlen(text) : 0;

	return n > 0 && n <= max && utf8_valid(span_of(text));
}

static enum status
check_rule(const struct rule *r, struct err *err)
{
	static const char *const actions[] = { "destroy", "transfer", "review" };
	bool known = false;

	for (size_t i = 0; r->action && i < sizeof(actions) / sizeof(actions[0]); i++)
		known |= strcmp(r->action, actions[i]) == 0;
	if (!known)
		return fail(err, ST_INVALID, "rule: the action is destroy, transfer or review");
	if (!fits(r->code, CODE_MAX))
		return fail(err, ST_INVALID, "rule: a code of 1 to %d bytes", CODE_MAX);
	if (!fits(r->title, TEXT_MAX) || !fits(r->authority, TEXT_MAX))
		return fail(err, ST_INVALID, "rule %s: title and authority of 1 to %d bytes",
		    r->code, TEXT_MAX);
	if (r->years == 0 || r->years < -1 || r->years > 1000)
		return fail(err, ST_INVALID, "rule %s: 1 to 1000 years, or permanent", r->code);
	if (r->years == -1 && strcmp(r->action, "destroy") == 0)
		return fail(
		    err, ST_INVALID, "rule %s: what is permanent is never destroyed", r->code);
	return ST_OK;
}

static void
today(char day[28])
{
	time_text(now_us(), day);
	day[DAY_LEN] = '\0';
}

static enum status
log_rule(struct catalog *catalog, const struct actor *actor, const struct rule *r, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "rule.create",
		.kind = "rule",
		.object = r->code,
		.outcome = "ok" };
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_int(&json, "years", r->years);
	json_key_str(&json, "action", r->action);
	json_key_str(&json, "authority", r->authority);
	json_end_object(&json);
	event.detail = detail.buf;
	return audit_append(catalog, actor, &event, err);
}

static enum status
insert_rule(struct catalog *catalog, const struct rule *r, struct err *err)
{
	char day[28];
	enum status st = db_exec(
	    catalog->db, "INSERT INTO rule(code) VALUES($1)", DB_ARGS(db_text(r->code)), NULL, err);

	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "rule %s exists already", r->code);
	if (st != ST_OK)
		return st;
	today(day);
	return db_exec(catalog->db,
	    "INSERT INTO rule_version(code, title, years, action, authority, valid_from)"
	    " VALUES($1, $2, $3, $4, $5, $6)",
	    DB_ARGS(db_text(r->code), db_text(r->title), db_ref(r->years > 0 ? r->years : 0),
		db_text(r->action), db_text(r->authority), db_text(day)),
	    NULL, err);
}

enum status
rule_create(
    struct catalog *catalog, const struct actor *actor, const struct rule *rule, struct err *err)
{
	enum status st = check_rule(rule, err);

	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = insert_rule(catalog, rule, err);
	if (st == ST_OK)
		st = log_rule(catalog, actor, rule, err);
	return catalog_end(catalog, st, err);
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
	char day[28];
	enum status st;

	today(day);
	st = db_query(catalog->db,
	    "SELECT code, title, authority, years, action FROM rule_version"
	    " WHERE valid_from<=$1 AND (valid_to IS NULL OR valid_to>$1) ORDER BY code",
	    DB_ARGS(db_text(day)), step_rule, &list, err);
	if (st != ST_OK)
		return st;
	*rules = list.rows;
	*count = list.count;
	return ST_OK;
}
