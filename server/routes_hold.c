/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "hold.h"
#include "plan.h"
#include "record.h"
#include "request.h"

/* records.md 46, 47: holds over HTTP.  Who may know of them is in the route's capability. */
struct wish {
	int64_t hold;
	struct hold_new new;
	struct hold_object object;
	const char *reason;
};

static enum status
find_from_path(struct request *rq, struct hold *hold, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? hold_find(rq->catalog, rq->access, uid, rq->arena, hold, err) : st;
}

/* On the writer: the hold as it is now. */
static enum status
answer_hold(struct request *rq, int64_t id, int status, struct err *err)
{
	struct hold hold;
	struct json_out j;
	enum status st = hold_find(rq->catalog, rq->access,
	    arena_printf(rq->arena, "%lld", (long long)id), rq->arena, &hold, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	hold_json(&j, &hold);
	if (status == 201)
		answer_header(rq, "Location", "/api/v1/holds/%s", hold.uid);
	return ST_OK;
}

static enum status
list(struct request *rq, struct err *err)
{
	const struct hold *row;
	struct hold last = { 0 };
	const char *after;
	struct json_out j;
	int64_t limit;
	size_t count;
	int released;
	enum status st = request_choice(rq, "released", "0|1", 0, &released, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (after) {
		st = hold_find(rq->catalog, rq->access, after, rq->arena, &last, err);
		if (st != ST_OK)
			return st == ST_NOT_FOUND ? request_invalid(rq, "after", err) : st;
	}
	st = hold_list(rq->catalog, rq->access, released == 1, last.id, (size_t)limit, rq->arena,
	    &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "holds");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		hold_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
view(struct request *rq, struct err *err)
{
	struct hold hold;
	struct json_out j;
	enum status st = find_from_path(rq, &hold, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	hold_json(&j, &hold);
	return ST_OK;
}

/* The cursor is a row number of the hold's own items: sealed by nothing, it tells nothing hidden. */
static enum status
items(struct request *rq, struct err *err)
{
	const struct hold_item *row;
	struct hold hold;
	struct json_out j;
	int64_t limit, after;
	size_t count;
	int ended;
	enum status st = find_from_path(rq, &hold, err);

	if (st != ST_OK || (st = request_choice(rq, "ended", "0|1", 0, &ended, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = request_number(rq, "offset", 0, 0, INT64_MAX, &after, err)) != ST_OK ||
	    (st = hold_items(rq->catalog, rq->access, hold.id, ended == 1, after, (size_t)limit,
		 rq->arena, &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		hold_item_json(&j, &row[i]);
	json_end_array(&j);
	json_key(&j, "next");
	if (count == (size_t)limit)
		json_int(&j, row[count - 1].id);
	else
		json_null(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- changes --- */

static enum status
open_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	int64_t id;
	enum status st = hold_open(rq->catalog, &rq->actor, rq->access, &wish->new, &id, err);

	return st == ST_OK ? answer_hold(rq, id, 201, err) : st;
}

static enum status
read_new(struct request *rq, const json_t *body, struct hold_new *new, struct err *err)
{
	const char *purpose = "legal";
	enum status st = request_json_text(rq, body, "name", 500, &new->name, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "reason", 2000, &new->reason, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "authority", 500, &new->authority, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "purpose", 8, &purpose, err)) != ST_OK)
		return st;
	if (!new->name || !*new->name)
		return request_invalid(rq, "name", err);
	if (!new->reason || !*new->reason)
		return request_invalid(rq, "reason", err);
	if (!new->authority || !*new->authority)
		return request_invalid(rq, "authority", err);
	if (hold_purpose_parse(span_of(purpose)) < 0)
		return request_invalid(rq, "purpose", err);
	new->purpose = (enum hold_purpose)hold_purpose_parse(span_of(purpose));
	return ST_OK;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "name|reason|authority|purpose", &body, err);

	if (st == ST_OK)
		st = read_new(rq, body, &wish->new, err);
	if (st == ST_OK)
		request_write(rq, open_write, wish);
	return st;
}

/* What the body names must be seen by the caller, or it is not there. */
static enum status
read_object(struct request *rq, const json_t *body, struct hold_object *object, struct err *err)
{
	const char *node = NULL, *record = NULL;
	struct record r;
	struct node n;
	enum status st = request_json_text(rq, body, "node", UID_LEN, &node, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "record", UID_LEN, &record, err)) != ST_OK)
		return st;
	if ((node == NULL) == (record == NULL) || !uid_valid(span_of(node ? node : record)))
		return request_invalid(rq, node ? "node" : "record", err);
	if (node) {
		st = node_find(rq->catalog, rq->access, node, rq->arena, &n, err);
		object->node = st == ST_OK ? n.id : 0;
	} else {
		st = record_find(rq->catalog, rq->access, record, rq->arena, &r, err);
		object->record = st == ST_OK ? r.id : 0;
	}
	return st == ST_NOT_FOUND ? request_invalid(rq, node ? "node" : "record", err) : st;
}

static enum status
read_change(
    struct request *rq, const char *members, struct wish *wish, json_t **body, struct err *err)
{
	struct hold hold;
	enum status st = find_from_path(rq, &hold, err);

	if (st != ST_OK || (st = request_json(rq, members, body, err)) != ST_OK)
		return st;
	wish->hold = hold.id;
	return request_json_text(rq, *body, "reason", 2000, &wish->reason, err);
}

static enum status
add_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	enum status st =
	    hold_add(rq->catalog, &rq->actor, rq->access, wish->hold, &wish->object, 1, err);

	return st == ST_OK ? answer_hold(rq, wish->hold, 200, err) : st;
}

static enum status
add(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st = read_change(rq, "node|record", wish, &body, err);

	if (st == ST_OK)
		st = read_object(rq, body, &wish->object, err);
	if (st == ST_OK)
		request_write(rq, add_write, wish);
	return st;
}

static enum status
end_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	enum status st = hold_end(
	    rq->catalog, &rq->actor, rq->access, wish->hold, wish->object, wish->reason, err);

	return st == ST_OK ? answer_hold(rq, wish->hold, 200, err) : st;
}

static enum status
end(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st = read_change(rq, "node|record|reason", wish, &body, err);

	if (st == ST_OK && (!wish->reason || !*wish->reason))
		st = request_invalid(rq, "reason", err);
	if (st == ST_OK)
		st = read_object(rq, body, &wish->object, err);
	if (st == ST_OK)
		request_write(rq, end_write, wish);
	return st;
}

static enum status
release_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	enum status st =
	    hold_release(rq->catalog, &rq->actor, rq->access, wish->hold, wish->reason, err);

	return st == ST_OK ? answer_hold(rq, wish->hold, 200, err) : st;
}

static enum status
release(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	enum status st = read_change(rq, "reason", wish, &body, err);

	if (st == ST_OK && (!wish->reason || !*wish->reason))
		st = request_invalid(rq, "reason", err);
	if (st == ST_OK)
		request_write(rq, release_write, wish);
	return st;
}

#define HOLDS "/api/v1/holds"
#define HOLD HOLDS "/{uid}"
#define KEEPERS (CAP_PLAN | CAP_AUDIT)

const struct route routes_hold[] = {
	{ EVHTTP_REQ_GET, HOLDS, "holdList", list, POOL_WORK, 0, KEEPERS },
	{ EVHTTP_REQ_POST, HOLDS, "holdCreate", create, POOL_WORK, 0, KEEPERS },
	{ EVHTTP_REQ_GET, HOLD, "holdRead", view, POOL_WORK, 0, KEEPERS },
	{ EVHTTP_REQ_GET, HOLD "/items", "holdItems", items, POOL_WORK, 0, KEEPERS },
	{ EVHTTP_REQ_POST, HOLD "/items", "holdAdd", add, POOL_WORK, 0, KEEPERS },
	{ EVHTTP_REQ_POST, HOLD "/items/end", "holdEnd", end, POOL_WORK, 0, KEEPERS },
	{ EVHTTP_REQ_POST, HOLD "/release", "holdRelease", release, POOL_WORK, 0, KEEPERS },
};
ROUTE_COUNT(routes_hold);
