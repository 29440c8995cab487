/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "grant_change.h"
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
write_permissions(struct json_out *j, unsigned permissions)
{
	owned(strbuf_free) struct strbuf names = STRBUF_INIT;
	struct span rest;

	permission_text(permissions, &names);
	rest = strbuf_span(&names);
	json_key(j, "permissions");
	json_array(j);
	while (rest.n > 0)
		json_span(j, span_cut(&rest, ','));
	json_end_array(j);
}

static void
write_grant(struct json_out *j, const struct grant *g)
{
	json_object(j);
	json_key_int(j, "id", g->id);
	json_key_str(j, "node", g->node ? g->object_uid : NULL);
	json_key_str(j, "record", g->record ? g->object_uid : NULL);
	/* A record's subject is content; the title of a node is the plan. */
	json_key_str(j, "title", g->node ? g->object_title : NULL);
	json_key_str(j, "principal", g->principal_name);
	write_permissions(j, g->permissions);
	json_key_str(j, "audit", g->audit);
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

/* --- changing --- */

struct wish {
	enum grant_change_kind kind;
	const char *node, *record, *principal, *audit;
	unsigned permissions;
	int64_t days; /* 0 = without end */
	bool flag;
};

/* Made now, or waiting for a second person: 202 and the name of what waits. */
static enum status
make_change(struct request *rq, const struct grant_change *change, int status, struct err *err)
{
	char wish[UID_LEN + 1];
	struct json_out j;
	int64_t id;
	enum status st = grant_change(rq->catalog, &rq->actor, change, &id, wish, err);

	if (st != ST_OK)
		return st;
	if (!*wish && !id) {
		answer_status(rq, 204);
		return ST_OK;
	}
	answer_json(rq, *wish ? 202 : status, &j);
	if (!*wish)
		answer_header(rq, "Location", "/api/v1/grants/%lld", (long long)id);
	json_object(&j);
	if (*wish)
		json_key_str(&j, "wish", wish);
	else
		json_key_int(&j, "id", id);
	json_end_object(&j);
	return ST_OK;
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	struct grant_change change = {
		.kind = wish->kind,
		.permissions = wish->permissions,
		.audit = wish->audit,
		.flag = wish->flag,
	};
	struct principal who;
	enum status st =
	    find_object(rq, wish->node, wish->record, &change.node, &change.record, err);

	if (st == ST_OK && wish->principal) {
		st = principal_by_name(rq->catalog, wish->principal, rq->arena, &who, err);
		change.principal = st == ST_OK ? who.id : 0;
	}
	if (wish->days)
		change.until_us = now_us() + wish->days * INT64_C(86400000000);
	return st == ST_OK ? make_change(rq, &change, 201, err) : st;
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
check_object(struct request *rq, const struct wish *wish, struct err *err)
{
	if (!wish->node == !wish->record || (wish->node && !uid_valid(span_of(wish->node))))
		return request_invalid(rq, "node", err);
	if (wish->record && !uid_valid(span_of(wish->record)))
		return request_invalid(rq, "record", err);
	return ST_OK;
}

/* What a node or record passes on or takes over: {"node": uid, NAME: true}. */
static enum status
set_flag(struct request *rq, enum grant_change_kind kind, const char *members, const char *name,
    struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, members, &body, err);

	wish->kind = kind;
	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "node", UID_LEN, &wish->node, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "record", UID_LEN, &wish->record, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, name, &wish->flag, err)) != ST_OK ||
	    (st = check_object(rq, wish, err)) != ST_OK)
		return st;
	if (!json_object_get(body, name))
		return request_invalid(rq, name, err);
	request_write(rq, create_write, wish);
	return ST_OK;
}

static enum status
set_inherit(struct request *rq, struct err *err)
{
	return set_flag(rq, CHANGE_INHERIT, "node|record|inherit", "inherit", err);
}

static enum status
set_confirm(struct request *rq, struct err *err)
{
	return set_flag(rq, CHANGE_CONFIRM, "node|confirm", "confirm", err);
}

static enum status
create(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st =
	    request_json(rq, "node|record|principal|permissions|days|audit", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "node", UID_LEN, &wish->node, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "record", UID_LEN, &wish->record, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "principal", 64, &wish->principal, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "audit", UID_LEN, &wish->audit, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "days", 1, 36500, &wish->days, err)) != ST_OK ||
	    (st = read_permissions(rq, body, &wish->permissions, err)) != ST_OK)
		return st;
	if (wish->audit && !uid_valid(span_of(wish->audit)))
		return request_invalid(rq, "audit", err);
	if ((st = check_object(rq, wish, err)) != ST_OK)
		return st;
	if (!wish->principal)
		return request_invalid(rq, "principal", err);
	request_write(rq, create_write, wish);
	return ST_OK;
}

static enum status
end_write(struct request *rq, struct err *err)
{
	const int64_t *id = rq->data;
	const struct grant_change change = { .kind = CHANGE_END, .grant = *id };

	return make_change(rq, &change, 204, err);
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

/* --- what waits for a second person --- */

/* Whom it concerns: who may manage the rights of the object, who puts rights in order, who asked. */
static bool
concerns(struct request *rq, const struct grant_wish *w)
{
	int64_t node, record;
	struct err ignored = ERR_INIT;

	if (access_has(rq->access, CAP_GRANTS) || w->proposed_by == rq->who.id)
		return true;
	return find_object(rq, w->change.node ? w->object_uid : NULL,
		   w->change.record ? w->object_uid : NULL, &node, &record, &ignored) == ST_OK;
}

static void
write_wish(struct request *rq, struct json_out *j, const struct grant_wish *w)
{
	static const char *const kinds[CHANGE_KINDS] = { "add", "end", "inherit", "confirm" };

	json_object(j);
	json_key_str(j, "id", w->uid);
	json_key_str(j, "kind", kinds[w->change.kind]);
	json_key_str(j, "node", w->change.node ? w->object_uid : NULL);
	json_key_str(j, "record", w->change.record ? w->object_uid : NULL);
	json_key_str(j, "title", w->object_title);
	json_key_str(j, "principal", w->principal_name);
	write_permissions(j, w->change.permissions);
	json_key_time(j, "until", w->change.until_us);
	json_key_str(j, "audit", w->change.audit);
	json_key_bool(j, "value", w->change.flag);
	json_key_str(j, "proposed_by", w->proposer);
	json_key_time(j, "proposed", w->proposed_us);
	json_key_bool(j, "own", w->proposed_by == rq->who.id);
	json_key_str(j, "decided_by", w->decider);
	json_key_time(j, "decided", w->decided_us);
	json_key(j, "approved");
	if (w->decided_us)
		json_bool(j, w->approved);
	else
		json_null(j);
	json_end_object(j);
}

static enum status
wishes(struct request *rq, struct err *err)
{
	const struct grant_wish *row;
	struct json_out j;
	size_t count;
	int decided;
	enum status st = request_choice(rq, "decided", "0|1", 0, &decided, err);

	if (st == ST_OK)
		st = grant_wish_list(rq->catalog, decided == 1, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "wishes");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		if (concerns(rq, &row[i]))
			write_wish(rq, &j, &row[i]);
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
decide_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	struct grant_wish w;
	enum status st = grant_wish_load(rq->catalog, rq->value[0], rq->arena, &w, err);

	if (st == ST_OK && !concerns(rq, &w))
		return fail(err, ST_NOT_FOUND, "wish");
	if (st != ST_OK)
		return st;
	return grant_wish_decide(rq->catalog, &rq->actor, rq->value[0], wish->flag, err);
}

static enum status
decide(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "approve", &body, err);

	if (st == ST_OK)
		st = request_json_bool(rq, body, "approve", &wish->flag, err);
	if (st != ST_OK)
		return st;
	if (!json_object_get(body, "approve"))
		return request_invalid(rq, "approve", err);
	answer_status(rq, 204);
	request_write(rq, decide_write, wish);
	return ST_OK;
}

#define GRANTS "/api/v1/grants"

const struct route routes_grant[] = {
	{ EVHTTP_REQ_GET, GRANTS, "grantList", list, POOL_WORK, ROUTE_SESSION, 0 },
	{ EVHTTP_REQ_POST, GRANTS, "grantCreate", create, POOL_WORK, ROUTE_SESSION | ROUTE_FRESH,
	    0 },
	{ EVHTTP_REQ_POST, GRANTS "/inherit", "grantInherit", set_inherit, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
	{ EVHTTP_REQ_POST, GRANTS "/confirm", "grantConfirm", set_confirm, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
	{ EVHTTP_REQ_GET, GRANTS "/wishes", "wishList", wishes, POOL_WORK, ROUTE_SESSION, 0 },
	{ EVHTTP_REQ_POST, GRANTS "/wishes/{wish}/decide", "wishDecide", decide, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
	{ EVHTTP_REQ_DELETE, GRANTS "/{id}", "grantEnd", end, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
};
ROUTE_COUNT(routes_grant);
