/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "grant_change.h"
#include "hold.h"
#include "path_find.h"
#include "record_json.h"
#include "vital.h"

static void
write_members(struct request *rq, struct json_out *j, const struct node *node)
{
	json_key_str(j, "uid", node->uid);
	json_key_str(j, "parent", node->parent_uid);
	json_key_str(j, "kind", node_kind_name(node->kind));
	json_key_str(j, "code", node->code);
	json_key_str(j, "title", node->title);
	json_key_str(j, "rule", node->rule);
	json_key_int(j, "level", node->level);
	json_key_int(j, "effective_level", node->effective_level);
	json_key_str(j, "use_mode", node->use_mode);
	json_key_bool(j, "inherit", node->inherit);
	record_json_rights(rq, j, node->access_class, 0);
	if (node->kind == NODE_DOSSIER) {
		json_key_str(j, "file_code", node->file_code);
		json_key_int(j, "year", node->year);
		json_key_str(j, "state", node->state);
		json_key_int(j, "records", node->records);
	}
}

static void
write_node(struct request *rq, struct json_out *j, const struct node *node)
{
	json_object(j);
	write_members(rq, j, node);
	json_end_object(j);
}

static enum status
answer_node(struct request *rq, const struct node *node, int status, struct err *err)
{
	struct json_out j;
	bool held = false, vital = false;
	int64_t pending = 0;
	enum status st =
	    hold_is_on(rq->catalog, (struct hold_object){ .node = node->id }, &held, err);

	if (st == ST_OK)
		st = vital_is(rq->catalog, node->id, &vital, err);
	if (st == ST_OK) /* records.md 53 */
		st = grant_wish_pending(rq->catalog, node->id, 0, &pending, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	json_object(&j);
	write_members(rq, &j, node);
	json_key_bool(&j, "held", held);
	json_key_bool(&j, "vital", vital);
	if (access_can(rq->access, PERM_MANAGE, node->access_class))
		json_key_int(&j, "rights_pending", pending);
	json_end_object(&j);
	answer_header(rq, "ETag", "\"%lld\"", (long long)node->version);
	return ST_OK;
}

/* --- list --- */

static enum status
read_places(struct request *rq, struct node_filter *filter, struct err *err)
{
	const char *parent = target_parameter(&rq->target, "parent"), *after;
	struct node node;
	enum status st = request_uid(rq, "after", &after, err);

	if (st != ST_OK)
		return st;
	filter->parent = -1;
	if (parent && strcmp(parent, "root") == 0) {
		filter->parent = 0;
	} else if (parent) {
		if (!uid_valid(span_of(parent)))
			return request_invalid(rq, "parent", err);
		st = node_find(rq->catalog, rq->access, parent, rq->arena, &node, err);
		if (st != ST_OK)
			return st;
		filter->parent = node.id;
	}
	if (after) {
		st = node_find(rq->catalog, rq->access, after, rq->arena, &node, err);
		if (st == ST_NOT_FOUND)
			return request_invalid(rq, "after", err);
		filter->after = st == ST_OK ? node.id : 0;
	}
	return st;
}

static enum status
read_filter(struct request *rq, struct node_filter *filter, struct err *err)
{
	int64_t limit;
	enum status st;

	memset(filter, 0, sizeof(*filter));
	st = request_choice(rq, "kind", "fonds|series|class|dossier", -1, &filter->kind, err);
	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK)
		return st;
	filter->limit = (size_t)limit;
	filter->words = target_parameter(&rq->target, "q");
	if (filter->words && strlen(filter->words) > 200)
		return request_invalid(rq, "q", err);
	return read_places(rq, filter, err);
}

static enum status
list_nodes(struct request *rq, bool dossiers, struct err *err)
{
	struct node_filter filter;
	const struct node *row;
	struct json_out j;
	size_t count;
	enum status st = read_filter(rq, &filter, err);

	if (st != ST_OK)
		return st;
	if (dossiers)
		filter.kind = NODE_DOSSIER;
	st = node_list(rq->catalog, rq->access, &filter, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "nodes");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		write_node(rq, &j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == filter.limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
list(struct request *rq, struct err *err)
{
	return list_nodes(rq, false, err);
}

static enum status
list_dossiers(struct request *rq, struct err *err)
{
	return list_nodes(rq, true, err);
}

static enum status
view(struct request *rq, struct err *err)
{
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	return st == ST_OK ? answer_node(rq, &node, 200, err) : st;
}

/* --- new --- */

static enum status
answer_stored(struct request *rq, int64_t id, int status, struct err *err)
{
	struct node node;
	enum status st = request_renew_rights(rq, err);

	if (st == ST_OK)
		st = node_load(rq->catalog, rq->access, id, rq->arena, &node, err);
	if (st != ST_OK)
		return st;
	if (status == 201)
		answer_header(rq, "Location", "/api/v1/nodes/%s", node.uid);
	return answer_node(rq, &node, status, err);
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct node_new *new = rq->data;
	int64_t id;
	enum status st = node_create(rq->catalog, &rq->actor, rq->access, new, &id, err);

	return st == ST_OK ? answer_stored(rq, id, 201, err) : st;
}

static enum status
read_texts(struct request *rq, const json_t *body, struct node_new *new, const char **parent,
    struct err *err)
{
	enum status st = request_json_text(rq, body, "code", 64, &new->code, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "title", 1000, &new->title, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "rule", 64, &new->rule, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "use_mode", 2, &new->use_mode, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "file_code", 200, &new->file_code, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "parent", UID_LEN, parent, err)) != ST_OK)
		return st;
	if (!new->code || !*new->code)
		return request_invalid(rq, "code", err);
	if (!new->title || !*new->title)
		return request_invalid(rq, "title", err);
	return *parent && !uid_valid(span_of(*parent)) ? request_invalid(rq, "parent", err) : ST_OK;
}

static enum status
read_new(struct request *rq, bool dossier, struct node_new *new, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	const char *parent = NULL, *kind = dossier ? "dossier" : "class";
	int64_t level = 0, year = 0;
	struct node node;
	enum status st;

	st = request_json(
	    rq, "parent|kind|code|title|rule|level|use_mode|file_code|year", &body, err);
	if (st != ST_OK || (st = read_texts(rq, body, new, &parent, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "kind", 16, &kind, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "level", 0, 3, &level, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "year", 1900, 9999, &year, err)) != ST_OK)
		return st;
	if (node_kind_parse(span_of(kind)) < 0 || (dossier && strcmp(kind, "dossier") != 0))
		return request_invalid(rq, "kind", err);
	new->kind = (enum node_kind)node_kind_parse(span_of(kind));
	new->level = (int)level;
	new->year = (int)year;
	if (!parent)
		return ST_OK;
	st = node_find(rq->catalog, rq->access, parent, rq->arena, &node, err);
	new->parent = st == ST_OK ? node.id : 0;
	return st;
}

static enum status
create_node(struct request *rq, bool dossier, struct err *err)
{
	struct node_new *new = arena_alloc(rq->arena, sizeof(*new));
	enum status st = read_new(rq, dossier, new, err);

	if (st == ST_OK && new->parent == 0 && new->kind != NODE_FONDS)
		st = request_invalid(rq, "parent", err);
	if (st == ST_OK)
		request_write(rq, create_write, new);
	return st;
}

static enum status
create(struct request *rq, struct err *err)
{
	return create_node(rq, false, err);
}

static enum status
create_dossier(struct request *rq, struct err *err)
{
	return create_node(rq, true, err);
}

/* --- change --- */

struct change {
	int64_t parent, node, version, level;
	const char *title, *rule;
};

static enum status
update_write(struct request *rq, struct err *err)
{
	const struct change *change = rq->data;
	int64_t version = change->version;
	struct node node;
	enum status st = ST_OK;

	if (version == 0) {
		st = node_load(rq->catalog, rq->access, change->node, rq->arena, &node, err);
		version = st == ST_OK ? node.version : 0;
	}
	if (st == ST_OK)
		st = node_update(rq->catalog, &rq->actor, rq->access, change->node, version,
		    change->title, change->rule, (int)change->level, err);
	if (st == ST_CONFLICT)
		st = ST_PRECONDITION;
	return st == ST_OK ? answer_stored(rq, change->node, 200, err) : st;
}

static enum status
update(struct request *rq, struct err *err)
{
	struct change *change = arena_alloc(rq->arena, sizeof(*change));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	change->level = -1;
	if (st != ST_OK || (st = record_json_version(rq, &change->version, err)) != ST_OK ||
	    (st = request_json(rq, "title|rule|level", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "title", 1000, &change->title, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "rule", 64, &change->rule, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "level", 0, 3, &change->level, err)) != ST_OK)
		return st;
	if (change->title && !*change->title)
		return request_invalid(rq, "title", err);
	change->node = node.id;
	request_write(rq, update_write, change);
	return ST_OK;
}

static enum status
move_write(struct request *rq, struct err *err)
{
	const struct change *change = rq->data;
	enum status st = node_move(rq->catalog, &rq->actor, rq->access, change->node,
	    change->version, change->parent, err);

	if (st == ST_CONFLICT)
		st = ST_PRECONDITION;
	return st == ST_OK ? answer_stored(rq, change->node, 200, err) : st;
}

static enum status
move(struct request *rq, struct err *err)
{
	struct change *change = arena_alloc(rq->arena, sizeof(*change));
	owned(json_freep) json_t *body = NULL;
	struct node node, to;
	const char *parent = NULL;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = record_json_version(rq, &change->version, err)) != ST_OK ||
	    (st = request_json(rq, "parent", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "parent", 64, &parent, err)) != ST_OK)
		return st;
	st = node_find(rq->catalog, rq->access, parent ? parent : "", rq->arena, &to, err);
	if (st == ST_NOT_FOUND)
		return request_invalid(rq, "parent", err);
	change->node = node.id;
	change->parent = to.id;
	if (st == ST_OK)
		request_write(rq, move_write, change);
	return st;
}

/* --- retention rules --- */

static enum status
rules(struct request *rq, struct err *err)
{
	const struct rule *row;
	struct json_out j;
	size_t count;
	enum status st = rule_list(rq->catalog, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "rules");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "code", row[i].code);
		json_key_str(&j, "title", row[i].title);
		json_key_str(&j, "authority", row[i].authority);
		json_key(&j, "years");
		if (row[i].years >= 0)
			json_int(&j, row[i].years);
		else
			json_null(&j);
		json_key_str(&j, "action", row[i].action);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

#define NODES "/api/v1/nodes"

const struct route routes_node[] = {
	{ EVHTTP_REQ_GET, NODES, "nodeList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODES, "nodeCreate", create, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_GET, NODES "/{uid}", "nodeRead", view, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODES "/{uid}/move", "nodeMove", move, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_PATCH, NODES "/{uid}", "nodeUpdate", update, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/dossiers", "dossierList", list_dossiers, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/dossiers", "dossierCreate", create_dossier, POOL_WORK, 0,
	    CAP_PLAN },
	{ EVHTTP_REQ_GET, "/api/v1/rules", "ruleList", rules, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_node);
