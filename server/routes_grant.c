/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "plan.h"
#include "record.h"
#include "request.h"

/* With this access the objects are there; the ids of those not asked for are 0. */
static enum status
find_with(struct request *rq, const struct access *access, const char *node, const char *record,
    int64_t *node_id, int64_t *record_id, struct err *err)
{
	enum permission manage = PERM_MANAGE;
	enum status st = ST_OK;
	struct record r = { 0 };
	struct node n = { 0 };

	if (node)
		st = node_find(rq->catalog, access, node, rq->arena, &n, err);
	if (st == ST_OK && record)
		st = record_find(rq->catalog, access, record, rq->arena, &r, err);
	if (st != ST_OK)
		return st;
	if ((node && !access_can(access, manage, n.access_class)) ||
	    (record && !record_can(access, manage, &r)) || (!node && !record))
		return fail(
		    err, ST_DENIED, "rights on an object that is not the caller's to manage");
	*node_id = n.id;
	*record_id = r.id;
	return ST_OK;
}

/*
 * Rights are given by who may manage the object, or by who holds CAP_GRANTS, seen or not: the
 * administrator reads nothing and still puts rights in order.
 */
static enum status
find_object(struct request *rq, const char *node, const char *record, int64_t *node_id,
    int64_t *record_id, struct err *err)
{
	owned(access_freep) struct access *all = NULL;
	enum status st;

	*node_id = *record_id = 0;
	if (!access_has(rq->access, CAP_GRANTS))
		return find_with(rq, rq->access, node, record, node_id, record_id, err);
	if (!node && !record)
		return ST_OK;
	if ((st = access_load_system(&all, rq->catalog, err)) != ST_OK)
		return st;
	return find_with(rq, all, node, record, node_id, record_id, err);
}

static void
write_grant(struct json_out *j, const struct grant *g)
{
	owned(strbuf_free) struct strbuf names = STRBUF_INIT;
	struct span rest;

	permission_text(g->permissions, &names);
	rest = strbuf_span(&names);
	json_object(j);
	json_key_int(j, "id", g->id);
	json_key_str(j, "node", g->node ? g->object_uid : NULL);
	json_key_str(j, "record", g->record ? g->object_uid : NULL);
	/* A record's subject is content; the title of a node is the plan. */
	json_key_str(j, "title", g->node ? g->object_title : NULL);
	json_key_str(j, "principal", g->principal_name);
	json_key(j, "permissions");
	json_array(j);
	while (rest.n > 0)
		json_span(j, span_cut(&rest, ','));
	json_end_array(j);
	json_key_time(j, "since", g->since_us);
	json_key_time(j, "until", g->until_us);
	json_key_time(j, "ended", g->ended_us);
	json_end_object(j);
}

static enum status
list(struct request *rq, struct err *err)
{
	const char *node, *record;
	int64_t node_id, record_id;
	const struct grant *row;
	struct json_out j;
	size_t count;
	int ended;
	enum status st = request_uid(rq, "node", &node, err);

	if (st != ST_OK || (st = request_uid(rq, "record", &record, err)) != ST_OK ||
	    (st = request_choice(rq, "ended", "0|1", 0, &ended, err)) != ST_OK ||
	    (st = find_object(rq, node, record, &node_id, &record_id, err)) != ST_OK ||
	    (st = grant_list(rq->catalog, node_id, record_id, ended == 1, rq->arena, &row, &count,
		 err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "grants");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		write_grant(&j, &row[i]);
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

struct wish {
	const char *node, *record, *principal;
	unsigned permissions;
	int64_t days; /* 0 = without end */
};

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	int64_t node, record, id, until = 0;
	struct principal who;
	struct json_out j;
	enum status st = find_object(rq, wish->node, wish->record, &node, &record, err);

	if (st == ST_OK)
		st = principal_by_name(rq->catalog, wish->principal, rq->arena, &who, err);
	if (wish->days)
		until = now_us() + wish->days * INT64_C(86400000000);
	if (st == ST_OK)
		st = grant_add(rq->catalog, &rq->actor, node, record, who.id, wish->permissions,
		    until, &id, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 201, &j);
	answer_header(rq, "Location", "/api/v1/grants/%lld", (long long)id);
	json_object(&j);
	json_key_int(&j, "id", id);
	json_end_object(&j);
	return ST_OK;
}

static enum status
read_permissions(struct request *rq, const json_t *body, unsigned *bits, struct err *err)
{
	const json_t *names = json_object_get(body, "permissions");

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		unsigned bit = 0;

		if (!name || permission_parse(span_of(name), &bit, err) != ST_OK)
			return request_invalid(rq, "permissions", err);
		*bits |= bit;
	}
	return *bits ? ST_OK : request_invalid(rq, "permissions", err);
}

static enum status
create(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "node|record|principal|permissions|days", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "node", UID_LEN, &wish->node, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "record", UID_LEN, &wish->record, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "principal", 64, &wish->principal, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "days", 1, 36500, &wish->days, err)) != ST_OK ||
	    (st = read_permissions(rq, body, &wish->permissions, err)) != ST_OK)
		return st;
	if (!wish->node == !wish->record || (wish->node && !uid_valid(span_of(wish->node))))
		return request_invalid(rq, "node", err);
	if (wish->record && !uid_valid(span_of(wish->record)))
		return request_invalid(rq, "record", err);
	if (!wish->principal)
		return request_invalid(rq, "principal", err);
	request_write(rq, create_write, wish);
	return ST_OK;
}

static enum status
end_write(struct request *rq, struct err *err)
{
	const int64_t *id = rq->data;

	return grant_end(rq->catalog, &rq->actor, *id, err);
}

/* Is it a grant of the object that was named, or of any? */
static enum status
check_grant(struct request *rq, int64_t id, struct err *err)
{
	const char *node, *record;
	int64_t node_id, record_id;
	const struct grant *row;
	size_t count;
	enum status st = request_uid(rq, "node", &node, err);

	if (st != ST_OK || (st = request_uid(rq, "record", &record, err)) != ST_OK ||
	    (st = find_object(rq, node, record, &node_id, &record_id, err)) != ST_OK ||
	    (st = grant_list(
		 rq->catalog, node_id, record_id, false, rq->arena, &row, &count, err)) != ST_OK)
		return st;
	for (size_t i = 0; i < count; i++)
		if (row[i].id == id)
			return ST_OK;
	return fail(err, ST_NOT_FOUND, "grant");
}

static enum status
end(struct request *rq, struct err *err)
{
	int64_t *id = arena_alloc(rq->arena, sizeof(*id));
	enum status st = request_path_number(rq, 0, INT64_MAX, id, err);

	if (st == ST_OK)
		st = check_grant(rq, *id, err);
	if (st != ST_OK)
		return st;
	answer_status(rq, 204);
	request_write(rq, end_write, id);
	return ST_OK;
}

#define GRANTS "/api/v1/grants"

const struct route routes_grant[] = {
	{ EVHTTP_REQ_GET, GRANTS, "grantList", list, POOL_WORK, ROUTE_SESSION, 0 },
	{ EVHTTP_REQ_POST, GRANTS, "grantCreate", create, POOL_WORK, ROUTE_SESSION | ROUTE_FRESH,
	    0 },
	{ EVHTTP_REQ_DELETE, GRANTS "/{id}", "grantEnd", end, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
};
ROUTE_COUNT(routes_grant);
