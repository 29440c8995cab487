/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "path_find.h"
#include "request.h"
#include "vital.h"

/* records.md 48 */
static enum status
list(struct request *rq, struct err *err)
{
	const struct vital_record *row;
	struct vital_filter f = { 0 };
	struct record last;
	const char *after;
	struct json_out j;
	int64_t limit;
	size_t count;
	int lacking;
	enum status st = request_choice(rq, "lacking", "0|1", 1, &lacking, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (after) {
		st = record_find(rq->catalog, rq->access, after, rq->arena, &last, err);
		if (st != ST_OK)
			return st == ST_NOT_FOUND ? request_invalid(rq, "after", err) : st;
		f.after = last.id;
	}
	f.lacking = lacking == 1;
	f.limit = (size_t)limit;
	if ((st = vital_list(rq->catalog, rq->access, &f, rq->arena, &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "records");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		vital_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == f.limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
put_flag(struct request *rq, struct err *err)
{
	const bool *vital = rq->data;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st == ST_OK)
		st = vital_flag(rq->catalog, &rq->actor, rq->access, node.id, *vital, err);
	if (st == ST_OK)
		answer_status(rq, 204);
	return st;
}

static enum status
set_flag(struct request *rq, struct err *err)
{
	bool *vital = arena_alloc(rq->arena, sizeof(*vital));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "vital", &body, err)) != ST_OK)
		return st;
	if (!json_is_boolean(json_object_get(body, "vital")))
		return request_invalid(rq, "vital", err);
	*vital = json_is_true(json_object_get(body, "vital"));
	request_write(rq, put_flag, vital);
	return ST_OK;
}

const struct route routes_vital[] = {
	{ EVHTTP_REQ_GET, "/api/v1/vital", "vitalList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/nodes/{uid}/vital", "nodeVital", set_flag, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_vital);
