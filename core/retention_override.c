/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "hold.h"
#include "plan.h"
#include "retention_parts.h"

/* Another rule for one dossier (records.md 34), and the facts that start its clock. */
#define REASON_MAX 2000
#define NAME_MAX_BYTES 64
#define LIMIT_MAX 500
#define LAST_DAY "8999-12-31"

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *detail, const char *reason, struct err *err)
{
	return audit_append_act(
	    catalog, actor, EVENT_DISPOSITION, action, "node", uid, detail, reason, err);
}

/* A dossier that still lives, is free and the caller's to change. */
static enum status
load_free(struct catalog *catalog, const struct access *access, enum permission permission,
    int64_t id, struct arena *arena, struct node *node, struct err *err)
{
	enum status st = node_load_dossier(catalog, access, permission, id, arena, node, err);

	if (st == ST_OK &&
	    (strcmp(node->state, "destroyed") == 0 || strcmp(node->state, "transferred") == 0))
		return fail(err, ST_HELD, "dossier %s is %s", node->uid, node->state);
	return st == ST_OK ? hold_check_below(catalog, id, err) : st;
}

/* --- reading ----------------------------------------------------------------------------------- */

#define OVERRIDE_SELECT \
	"SELECT o.id, o.dossier, o.uid, n.uid, d.file_code, n.title, o.rule, o.reason, o.state," \
	" o.shortens, o.asked, o.decided, p.name, q.name, o.decide_reason FROM retention_override o" \
	" JOIN node n ON n.id=o.dossier JOIN dossier d ON d.node=o.dossier" \
	" LEFT JOIN principal p ON p.id=o.asked_by LEFT JOIN principal q ON q.id=o.decided_by" \
	" WHERE " ACCESS_SEES("n")

static enum status
step_override(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct override *o = row_list_add(list, sizeof(*o));

	(void)err;
	*o = (struct override){
		.id = db_column_int(row, 0),
		.dossier = db_column_int(row, 1),
		.uid = db_column_text(row, 2, list->arena),
		.dossier_uid = db_column_text(row, 3, list->arena),
		.file_code = db_column_text(row, 4, list->arena),
		.title = db_column_text(row, 5, list->arena),
		.rule = db_column_text(row, 6, list->arena),
		.reason = db_column_text(row, 7, list->arena),
		.state = db_column_text(row, 8, list->arena),
		.shortens = db_column_int(row, 9) != 0,
		.asked_us = db_column_int(row, 10),
		.decided_us = db_column_int(row, 11),
		.asked_by = db_column_text(row, 12, list->arena),
		.decided_by = db_column_text(row, 13, list->arena),
		.decide_reason = db_column_text(row, 14, list->arena),
	};
	return ST_OK;
}

enum status
override_list(struct catalog *catalog, const struct access *access, int64_t dossier,
    const char *state, int64_t after, size_t limit, struct arena *arena,
    const struct override **overrides, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 4];
	enum status st;

	assert(access);
	if (limit < 1 || limit > LIMIT_MAX)
		return fail(err, ST_INVALID, "a page has 1 to %d rows", LIMIT_MAX);
	access_filter_args(access, arena, args);
	args[3] = db_int(dossier);
	args[4] = db_text(state);
	args[5] = db_int(after);
	args[6] = db_int((int64_t)limit);
	st = db_query(catalog->db,
	    OVERRIDE_SELECT " AND ($4=0 OR o.dossier=$4) AND ($5 IS NULL OR o.state=$5)"
			    " AND o.id>$6 ORDER BY o.id LIMIT $7",
	    args, 7, step_override, &list, err);
	*overrides = list.rows;
	*count = list.count;
	return st;
}

static enum status
load_where(struct catalog *catalog, const struct access *access, const char *sql,
    struct db_value key, struct arena *arena, struct override *o, struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 1];
	enum status st;

	access_filter_args(access, arena, args);
	args[3] = key;
	st = db_query(catalog->db, sql, args, 4, step_override, &list, err);
	if (st != ST_OK)
		return st;
	if (list.count == 0)
		return fail(err, ST_NOT_FOUND, "no such override");
	*o = *(const struct override *)list.rows;
	return ST_OK;
}

enum status
override_find(struct catalog *catalog, const struct access *access, const char *name,
    struct arena *arena, struct override *o, struct err *err)
{
	int64_t id;

	assert(access);
	if (uid_valid(span_of(name)))
		return load_where(
		    catalog, access, OVERRIDE_SELECT " AND o.uid=$4", db_text(name), arena, o, err);
	if (!span_i64(span_of(name), &id))
		return fail(err, ST_NOT_FOUND, "no such override");
	return load_where(
	    catalog, access, OVERRIDE_SELECT " AND o.id=$4", db_int(id), arena, o, err);
}

/* --- asking ------------------------------------------------------------------------------------ */

/* What the dossier keeps by now and what it would: is it less? */
struct comparison {
	bool known, now_known;
	int years, now_years; /* -1 = permanent */
	bool destroys, now_destroys;
};

static enum status
step_comparison(struct db_row *row, void *payload, struct err *err)
{
	struct comparison *c = payload;

	(void)err;
	c->known = !db_column_null(row, 0);
	c->years = db_column_null(row, 1) ? -1 : (int)db_column_int(row, 1);
	c->destroys = span_equal_str(db_column_bytes(row, 2), "destroy");
	c->now_known = !db_column_null(row, 3);
	c->now_years = db_column_null(row, 4) ? -1 : (int)db_column_int(row, 4);
	c->now_destroys = span_equal_str(db_column_bytes(row, 5), "destroy");
	return ST_OK;
}

static bool
shortens(const struct comparison *c)
{
	if (c->destroys && !c->now_destroys)
		return true;
	if (c->years < 0 || !c->now_known)
		return false;
	return c->now_years < 0 || c->years < c->now_years;
}

/* The rule that would govern: the one named, or that of the nearest node above. */
static enum status
wanted_rule(struct catalog *catalog, int64_t dossier, const char *rule, struct arena *arena,
    const char **wanted, struct err *err)
{
	*wanted = rule;
	if (*rule)
		return ST_OK;
	return db_query_text(catalog->db,
	    "WITH RECURSIVE up(id, parent, rule) AS (SELECT id, parent, NULL FROM node WHERE id=$1"
	    " UNION ALL SELECT n.id, n.parent, n.rule FROM node n JOIN up u ON n.id=u.parent"
	    " WHERE u.rule IS NULL) SELECT rule FROM up WHERE rule IS NOT NULL",
	    DB_ARGS(db_int(dossier)), arena, wanted, err);
}

static enum status
compare(struct catalog *catalog, int64_t dossier, const char *rule, bool *shorter,
    struct arena *arena, struct err *err)
{
	const char *wanted = NULL, *now = NULL;
	struct comparison c = { 0 };
	char day[11];
	enum status st = wanted_rule(catalog, dossier, rule, arena, &wanted, err);

	day_text(now_us(), day);
	if (st == ST_OK)
		st = db_query_text(catalog->db, "SELECT governing FROM dossier WHERE node=$1",
		    DB_ARGS(db_int(dossier)), arena, &now, err);
	if (st == ST_OK && !wanted)
		return fail(err, ST_INVALID, "no node above names a rule");
	if (st == ST_OK && now && strcmp(now, wanted) == 0)
		return fail(err, ST_CONFLICT, "rule %.64s governs it already", wanted);
	if (st == ST_OK)
		st = db_query(catalog->db,
		    "SELECT v.id, v.years, v.action, w.id, w.years, w.action FROM"
		    " (SELECT 1) one LEFT JOIN rule_version v ON v.code=$1 AND " VERSION_ON(
			"$3") " LEFT JOIN rule_version w ON w.code=$2 AND w.valid_from<=$3"
			      " AND (w.valid_to IS NULL OR w.valid_to>$3)",
		    DB_ARGS(db_text(wanted), db_text(now), db_text(day)), step_comparison, &c, err);
	if (st == ST_OK && !c.known)
		return fail(err, ST_INVALID, "rule %.64s: unknown or not valid today", wanted);
	*shorter = shortens(&c);
	return st;
}

/* The override is in force: the row first, so that the guard on node.rule finds it. */
static enum status
enforce(struct catalog *catalog, int64_t id, int64_t dossier, const char *rule, struct err *err)
{
	enum status st = db_exec(catalog->db,
	    "UPDATE retention_override SET state='replaced' WHERE dossier=$1 AND state='in_force'",
	    DB_ARGS(db_int(dossier)), NULL, err);

	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE retention_override SET state='in_force' WHERE id=$1",
		    DB_ARGS(db_int(id)), NULL, err);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE node SET rule=$2, version=version+1 WHERE id=$1",
		    DB_ARGS(db_int(dossier), db_text(rule && *rule ? rule : NULL)), NULL, err);
	return st == ST_OK ? retention_refresh_node(catalog, dossier, err) : st;
}

static enum status
ask(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, const char *rule, const char *reason, int64_t *id, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	char uid[UID_LEN + 1];
	struct json_out json;
	bool shorter = false;
	struct node node;
	enum status st = load_free(catalog, access, PERM_EDIT, dossier, arena, &node, err);

	if (st == ST_OK)
		st = compare(catalog, dossier, rule, &shorter, arena, err);
	if (st != ST_OK)
		return st;
	if (shorter && !actor->principal)
		return fail(err, ST_DENIED, "a shorter rule is asked for by a person");
	uid_make(uid);
	st = db_query_int(catalog->db,
	    "INSERT INTO retention_override(uid, dossier, rule, reason, shortens, asked, asked_by,"
	    " state) VALUES($1, $2, $3, $4, $5, $6, $7, 'pending') RETURNING id",
	    DB_ARGS(db_text(uid), db_int(dossier), db_text(*rule ? rule : NULL), db_text(reason),
		db_int(shorter), db_int(now_us()), db_ref(actor->principal)),
	    id, err);
	if (st == ST_EXISTS)
		return fail(err, ST_EXISTS, "dossier %s has an override that waits", node.uid);
	if (st == ST_OK && !shorter)
		st = enforce(catalog, *id, dossier, rule, err);
	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "rule", *rule ? rule : NULL);
	json_key_bool(&json, "shortens", shorter);
	json_end_object(&json);
	return st == ST_OK
	    ? note(catalog, actor, "retention.override", node.uid, detail.buf, reason, err)
	    : st;
}

enum status
override_ask(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, const char *rule, const char *reason, int64_t *id, struct err *err)
{
	int64_t made = 0;
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = catalog_end(catalog,
	    ask(catalog, actor, access, dossier, rule ? rule : "", reason, &made, err), err);
	if (st == ST_OK)
		*id = made;
	return st;
}

/* --- the second person ------------------------------------------------------------------------- */

static enum status
check_decider(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct override *o, struct err *err)
{
	int64_t asked_by = 0;
	enum status st =
	    db_lookup_int(catalog->db, "SELECT asked_by FROM retention_override WHERE id=$1",
		DB_ARGS(db_int(o->id)), &asked_by, err);

	if (st != ST_OK)
		return st;
	if (strcmp(o->state, "pending") != 0)
		return fail(err, ST_CONFLICT, "override %s is %s", o->uid, o->state);
	/* records.md 34: four eyes */
	if (!actor->principal || actor->principal == asked_by)
		return fail(err, ST_DENIED, "override %s is for a second person", o->uid);
	return retention_check_plan(access, err);
}

static enum status
decide(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    bool approve, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct override o;
	struct node node;
	enum status st = override_find(
	    catalog, access, arena_printf(arena, "%lld", (long long)id), arena, &o, err);

	if (st == ST_OK)
		st = check_decider(catalog, actor, access, &o, err);
	if (st == ST_OK)
		st = load_free(catalog, access, PERM_MANAGE, o.dossier, arena, &node, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE retention_override SET decided=$2, decided_by=$3, decide_reason=$4,"
		    " state=CASE WHEN $5=1 THEN state ELSE 'refused' END WHERE id=$1",
		    DB_ARGS(db_int(id), db_int(now_us()), db_int(actor->principal), db_text(reason),
			db_int(approve)),
		    NULL, err);
	if (st == ST_OK && approve)
		st = enforce(catalog, id, o.dossier, o.rule, err);
	if (st != ST_OK)
		return st;
	return note(catalog, actor, approve ? "retention.approve" : "retention.refuse",
	    o.dossier_uid, NULL, reason, err);
}

enum status
override_decide(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t id, bool approve, const char *reason, struct err *err)
{
	enum status st = catalog_check_text("reason", reason, REASON_MAX, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, decide(catalog, actor, access, id, approve, reason, err), err);
}

/* --- facts ------------------------------------------------------------------------------------- */

static enum status
check_fact(const char *name, const char *day, struct err *err)
{
	char today[11];
	enum status st = catalog_check_text("name", name, NAME_MAX_BYTES, err);

	if (st != ST_OK || !day)
		return st;
	day_text(now_us(), today);
	if (!date_valid(span_of(day), false) || strcmp(day, today) > 0 || strcmp(day, LAST_DAY) > 0)
		return fail(err, ST_INVALID, "date: a day YYYY-MM-DD that has come");
	return ST_OK;
}

static enum status
put_fact(struct catalog *catalog, const struct actor *actor, int64_t dossier, const char *name,
    const char *day, struct err *err)
{
	enum status st = db_exec(catalog->db,
	    "UPDATE trigger_fact SET ended=$3, ended_by=$4 WHERE dossier=$1 AND name=$2"
	    " AND ended IS NULL",
	    DB_ARGS(db_int(dossier), db_text(name), db_int(now_us()), db_ref(actor->principal)),
	    NULL, err);

	if (st != ST_OK || !day)
		return st;
	return db_exec(catalog->db,
	    "INSERT INTO trigger_fact(dossier, name, happened, noted, noted_by)"
	    " VALUES($1, $2, $3, $4, $5)",
	    DB_ARGS(db_int(dossier), db_text(name), db_text(day), db_int(now_us()),
		db_ref(actor->principal)),
	    NULL, err);
}

static enum status
fact(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, const char *name, const char *day, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	struct json_out json;
	struct node node;
	enum status st = load_free(catalog, access, PERM_EDIT, dossier, arena, &node, err);

	if (st == ST_OK)
		st = put_fact(catalog, actor, dossier, name, day, err);
	if (st == ST_OK)
		st = retention_refresh_dossier(catalog, dossier, err);
	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "name", name);
	json_key_str(&json, "day", day);
	json_end_object(&json);
	return st == ST_OK ? note(catalog, actor, "retention.fact", node.uid, detail.buf, NULL, err)
			   : st;
}

enum status
retention_fact(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, const char *name, const char *day, struct err *err)
{
	enum status st = check_fact(name, day, err);

	assert(access);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	return catalog_end(catalog, fact(catalog, actor, access, dossier, name, day, err), err);
}

void
override_json(struct json_out *j, const struct override *o)
{
	json_object(j);
	json_key_str(j, "uid", o->uid);
	json_key_str(j, "dossier", o->dossier_uid);
	json_key_str(j, "file_code", o->file_code);
	json_key_str(j, "title", o->title);
	json_key_str(j, "rule", o->rule);
	json_key_str(j, "reason", o->reason);
	json_key_str(j, "state", o->state);
	json_key_bool(j, "shortens", o->shortens);
	json_key_time(j, "asked", o->asked_us);
	json_key_str(j, "asked_by", o->asked_by);
	json_key_time(j, "decided", o->decided_us);
	json_key_str(j, "decided_by", o->decided_by);
	json_key_str(j, "decide_reason", o->decide_reason);
	json_end_object(j);
}
