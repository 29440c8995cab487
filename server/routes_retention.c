/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "path_find.h"
#include "retention.h"

/* records.md 33-40: rules, due dates, overrides and facts over HTTP. */

static void
write_versions(struct json_out *j, const char *key, const struct rule_version *row, size_t count)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < count; i++)
		rule_version_json(j, &row[i]);
	json_end_array(j);
}

static void
write_moves(
    struct json_out *j, const struct due_move *row, size_t count, int64_t total, int64_t limit)
{
	json_key(j, "moves");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		due_move_json(j, &row[i]);
	json_end_array(j);
	json_key_int(j, "total", total);
	json_key_str(j, "next", count > 0 && count == (size_t)limit ? row[count - 1].uid : NULL);
}

/* A dossier or node as cursor or place; absent gives 0. */
static enum status
read_node(struct request *rq, const char *name, int64_t *id, struct err *err)
{
	const char *uid;
	struct node node;
	enum status st = request_uid(rq, name, &uid, err);

	*id = 0;
	if (st != ST_OK || !uid)
		return st;
	st = node_find(rq->catalog, rq->access, uid, rq->arena, &node, err);
	if (st == ST_NOT_FOUND)
		return request_invalid(rq, name, err);
	*id = st == ST_OK ? node.id : 0;
	return st;
}

/* --- rules --- */

static enum status
versions(struct request *rq, struct err *err)
{
	const struct rule_version *row;
	struct json_out j;
	size_t count;
	enum status st = rule_versions(rq->catalog, rq->value[0], rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	if (count == 0)
		return fail(err, ST_NOT_FOUND, "rule");
	answer_json(rq, 200, &j);
	json_object(&j);
	write_versions(&j, "versions", row, count);
	json_end_object(&j);
	return ST_OK;
}

static enum status export(struct request *rq, struct err *err) {
	const struct rule_version *row; size_t count;
	enum status st = rule_versions(rq->catalog, NULL, rq->arena, &row, &count, err);

	if (st != ST_OK) return st;
	rq->answer.status = 200;
	rq->answer.type = "text/csv; charset=utf-8";
	retention_export(row, count, &rq->answer.body);
	answer_header(rq, "Content-Disposition", "attachment; filename=\"schedule.csv\"");
	return ST_OK;
}

static enum status
read_years(struct request *rq, const json_t *body, struct rule_version *v, struct err *err)
{
	int64_t years = 0;
	enum status st;

	v->years = -1;
	if (json_is_null(json_object_get(body, "years")))
		return ST_OK;
	st = request_json_number(rq, body, "years", 1, 1000, &years, err);
	v->years = (int)years;
	return st == ST_OK && years == 0 ? request_invalid(rq, "years", err) : st;
}

#define VERSION_MEMBERS \
	"code|title|years|trigger|event|count_from|action|authority|valid_from|valid_to"

static enum status
read_version(struct request *rq, const json_t *body, struct rule_version *v, struct err *err)
{
	const char *trigger = "closed", *from = "year_end";
	enum status st;

	if ((st = request_json_text(rq, body, "code", 64, &v->code, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "title", 1000, &v->title, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "trigger", 16, &trigger, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "event", 64, &v->event, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "count_from", 16, &from, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "action", 16, &v->action, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "authority", 1000, &v->authority, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "valid_from", 10, &v->valid_from, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "valid_to", 10, &v->valid_to, err)) != ST_OK ||
	    (st = read_years(rq, body, v, err)) != ST_OK)
		return st;
	if (retention_trigger_parse(span_of(trigger)) < 0)
		return request_invalid(rq, "trigger", err);
	if (strcmp(from, "year_end") != 0 && strcmp(from, "date") != 0)
		return request_invalid(rq, "count_from", err);
	v->trigger = (enum retention_trigger)retention_trigger_parse(span_of(trigger));
	v->from_year_end = strcmp(from, "year_end") == 0;
	return ST_OK;
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct rule_version *v = rq->data;
	struct json_out j;
	enum status st = rule_version_add(rq->catalog, &rq->actor, rq->access, v, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 201, &j);
	rule_version_json(&j, v);
	return ST_OK;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct rule_version *v = arena_alloc(rq->arena, sizeof(*v));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, VERSION_MEMBERS, &body, err);

	if (st == ST_OK)
		st = read_version(rq, body, v, err);
	if (st == ST_OK)
		request_write(rq, create_write, v);
	return st;
}

static enum status
preview(struct request *rq, struct err *err)
{
	struct rule_version v = { 0 };
	owned(json_freep) json_t *body = NULL;
	const struct due_move *row;
	int64_t after, limit, total;
	struct json_out j;
	size_t count;
	enum status st = request_json(rq, VERSION_MEMBERS, &body, err);

	if (st != ST_OK || (st = read_version(rq, body, &v, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = read_node(rq, "after", &after, err)) != ST_OK ||
	    (st = retention_preview(rq->catalog, rq->access, &v, 1, after, (size_t)limit, rq->arena,
		 &row, &count, &total, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	write_moves(&j, row, count, total, limit);
	json_end_object(&j);
	return ST_OK;
}

struct ending {
	const char *code, *day;
};

static enum status
end_write(struct request *rq, struct err *err)
{
	const struct ending *e = rq->data;
	int64_t used;
	enum status st = rule_end(rq->catalog, &rq->actor, rq->access, e->code, e->day, &used, err);

	if (st == ST_OK)
		answer_status(rq, 204);
	return st;
}

static enum status
end(struct request *rq, struct err *err)
{
	struct ending *e = arena_alloc(rq->arena, sizeof(*e));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "valid_to", &body, err);

	if (st == ST_OK)
		st = request_json_day(rq, body, "valid_to", &e->day, err);
	if (st != ST_OK)
		return st;
	e->code = rq->value[0];
	request_write(rq, end_write, e);
	return ST_OK;
}

/* --- a schedule --- */

struct schedule {
	struct span text;
	bool dry;
	struct table_report report;
};

/* A report is an answer, not a problem: the client shows it line by line. */
static enum status
import_write(struct request *rq, struct err *err)
{
	struct schedule *s = rq->data;
	const struct rule_version *row = NULL;
	struct json_out j;
	size_t count = 0;
	enum status st = retention_import(
	    rq->catalog, &rq->actor, rq->access, s->text, s->dry, &s->report, &row, &count, err);

	if (st != ST_OK && (st != ST_INVALID || s->report.count == 0))
		return st;
	answer_json(rq, st == ST_OK ? 200 : 422, &j);
	json_object(&j);
	json_key_bool(&j, "imported", st == ST_OK && !s->dry);
	table_report_json(&j, &s->report);
	write_versions(&j, "versions", row, count);
	json_end_object(&j);
	return ST_OK;
}

static enum status
import(struct request *rq, struct err *err)
{
	struct schedule *s = arena_alloc(rq->arena, sizeof(*s));
	int dry;
	enum status st = request_choice(rq, "dry", "0|1", 0, &dry, err);

	if (st != ST_OK)
		return st;
	s->text = request_body(rq);
	s->dry = dry == 1;
	s->report.arena = rq->arena;
	request_write(rq, import_write, s);
	return ST_OK;
}

/* --- due dates --- */

static enum status
read_due(struct request *rq, struct due_filter *f, struct err *err)
{
	static const char *const actions[] = { "destroy", "transfer", "review" };
	int waiting, action;
	int64_t limit;
	enum status st;

	memset(f, 0, sizeof(*f));
	f->rule = target_parameter(&rq->target, "rule");
	f->state = target_parameter(&rq->target, "state");
	if ((st = request_day(rq, "until", &f->until, err)) != ST_OK ||
	    (st = request_day(rq, "after_due", &f->after_due, err)) != ST_OK ||
	    (st = request_choice(rq, "waiting", "0|1", 0, &waiting, err)) != ST_OK ||
	    (st = request_choice(rq, "action", "destroy|transfer|review", -1, &action, err)) !=
		ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = read_node(rq, "after", &f->after, err)) != ST_OK ||
	    (st = read_node(rq, "under", &f->under, err)) != ST_OK)
		return st;
	f->waiting = waiting == 1;
	f->action = action >= 0 ? actions[action] : NULL;
	f->limit = (size_t)limit;
	return ST_OK;
}

static enum status
list_due(struct request *rq, struct err *err)
{
	struct due_filter filter;
	const struct due *row;
	struct json_out j;
	size_t count;
	bool more;
	enum status st = read_due(rq, &filter, err);

	if (st != ST_OK ||
	    (st = retention_list(rq->catalog, rq->access, &filter, rq->arena, &row, &count, err)) !=
		ST_OK)
		return st;
	more = count == filter.limit;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "dossiers");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		due_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", more ? row[count - 1].uid : NULL);
	json_key_str(&j, "next_due", more ? row[count - 1].due_on : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
find_dossier(struct request *rq, struct node *node, struct err *err)
{
	enum status st = path_find_node(rq, node, err);

	if (st == ST_OK && node->kind != NODE_DOSSIER)
		return fail(err, ST_NOT_FOUND, "no dossier");
	return st;
}

static enum status
answer_due(struct request *rq, int64_t id, int status, struct err *err)
{
	const struct override *row;
	struct json_out j;
	struct due due;
	size_t count;
	enum status st = retention_of(rq->catalog, rq->access, id, rq->arena, &due, err);

	if (st == ST_OK)
		st = override_list(
		    rq->catalog, rq->access, id, NULL, 0, 500, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	json_object(&j);
	json_key(&j, "retention");
	due_json(&j, &due);
	json_key(&j, "overrides");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		override_json(&j, &row[i]);
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
view(struct request *rq, struct err *err)
{
	struct node node;
	enum status st = find_dossier(rq, &node, err);

	return st == ST_OK ? answer_due(rq, node.id, 200, err) : st;
}

struct wish {
	int64_t dossier, override;
	const char *rule, *reason, *name, *day;
	bool approve;
};

static enum status
ask_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	int64_t id;
	enum status st = override_ask(
	    rq->catalog, &rq->actor, rq->access, w->dossier, w->rule, w->reason, &id, err);

	return st == ST_OK ? answer_due(rq, w->dossier, 200, err) : st;
}

static enum status
ask(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = find_dossier(rq, &node, err);

	w->rule = "";
	if (st != ST_OK || (st = request_json(rq, "rule|reason", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "rule", 64, &w->rule, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	w->dossier = node.id;
	request_write(rq, ask_write, w);
	return ST_OK;
}

static enum status
fact_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    retention_fact(rq->catalog, &rq->actor, rq->access, w->dossier, w->name, w->day, err);

	return st == ST_OK ? answer_due(rq, w->dossier, 200, err) : st;
}

static enum status
fact(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = find_dossier(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "name|date", &body, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "name", 64, &w->name, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "date", 10, &w->day, err)) != ST_OK)
		return st;
	if (w->day && !date_valid(span_of(w->day), false))
		return request_invalid(rq, "date", err);
	w->dossier = node.id;
	request_write(rq, fact_write, w);
	return ST_OK;
}

static enum status
preview_node(struct request *rq, struct err *err)
{
	const char *rule = target_parameter(&rq->target, "rule");
	const struct due_move *row;
	int64_t after, limit, total;
	struct node node;
	struct json_out j;
	size_t count;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = read_node(rq, "after", &after, err)) != ST_OK ||
	    (st = retention_preview_node(rq->catalog, rq->access, node.id, rule ? rule : "", after,
		 (size_t)limit, rq->arena, &row, &count, &total, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	write_moves(&j, row, count, total, limit);
	json_end_object(&j);
	return ST_OK;
}

/* --- overrides --- */

static enum status
overrides(struct request *rq, struct err *err)
{
	static const char *const states[] = { "pending", "in_force", "refused", "replaced" };
	const struct override *row;
	struct override last = { 0 };
	const char *after;
	struct json_out j;
	int64_t limit;
	size_t count;
	int state;
	enum status st =
	    request_choice(rq, "state", "pending|in_force|refused|replaced", 0, &state, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (after) {
		st = override_find(rq->catalog, rq->access, after, rq->arena, &last, err);
		if (st != ST_OK)
			return st == ST_NOT_FOUND ? request_invalid(rq, "after", err) : st;
	}
	st = override_list(rq->catalog, rq->access, 0, states[state], last.id, (size_t)limit,
	    rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "overrides");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		override_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
decide_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = override_decide(
	    rq->catalog, &rq->actor, rq->access, w->override, w->approve, w->reason, err);

	return st == ST_OK ? answer_due(rq, w->dossier, 200, err) : st;
}

static enum status
decide(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct override o;
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	if (st != ST_OK ||
	    (st = override_find(rq->catalog, rq->access, uid, rq->arena, &o, err)) != ST_OK ||
	    (st = request_json(rq, "approve|reason", &body, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, "approve", &w->approve, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	if (!json_object_get(body, "approve"))
		return request_invalid(rq, "approve", err);
	w->override = o.id;
	w->dossier = o.dossier;
	request_write(rq, decide_write, w);
	return ST_OK;
}

#define RULES "/api/v1/rules"
#define NODE "/api/v1/nodes/{uid}"

const struct route routes_retention[] = {
	{ EVHTTP_REQ_POST, RULES, "ruleVersionAdd", create, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_GET, "/api/v1/schedule", "scheduleExport", export, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/schedule", "scheduleImport", import, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, RULES "/preview", "rulePreview", preview, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_GET, RULES "/{name}/versions", "ruleVersions", versions, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RULES "/{name}/end", "ruleEnd", end, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_GET, "/api/v1/due", "dueList", list_due, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, NODE "/retention", "retentionRead", view, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODE "/retention", "overrideAsk", ask, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, NODE "/retention/preview", "retentionPreview", preview_node, POOL_WORK, 0,
	    CAP_PLAN },
	{ EVHTTP_REQ_POST, NODE "/facts", "factPut", fact, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/overrides", "overrideList", overrides, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/overrides/{uid}/decide", "overrideDecide", decide, POOL_WORK, 0,
	    CAP_PLAN },
};
ROUTE_COUNT(routes_retention);
