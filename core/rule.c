/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "catalog_parts.h"
#include "db.h"
#include "plan.h"
#include "retention_parts.h"

/* Retention rules are named by code; what one says is a version with its dates (D14). */

static enum status
create(struct catalog *catalog, const struct actor *actor, const struct rule_version *v,
    struct err *err)
{
	int64_t known = 0;
	enum status st = db_lookup_int(catalog->db, "SELECT 1 FROM rule WHERE code=$1",
	    DB_ARGS(db_text(v->code)), &known, err);

	if (st == ST_OK && known)
		return fail(err, ST_EXISTS, "rule %s exists already", v->code);
	return st == ST_OK ? retention_put_version(catalog, actor, v, err) : st;
}

enum status
rule_create(
    struct catalog *catalog, const struct actor *actor, const struct rule *rule, struct err *err)
{
	char day[11];
	const struct rule_version v = { .code = rule->code,
		.title = rule->title,
		.authority = rule->authority,
		.years = rule->years,
		.trigger = TRIGGER_CLOSED,
		.from_year_end = true,
		.action = rule->action,
		.valid_from = day };
	enum status st;

	day_text(now_us(), day);
	if ((st = retention_check_version(&v, err)) != ST_OK ||
	    (st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	return catalog_end(catalog, create(catalog, actor, &v, err), err);
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
	char day[11];
	enum status st;

	day_text(now_us(), day);
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
