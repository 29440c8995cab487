/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "agency.h"
#include "base.h"
#include "request.h"

/* Agencies and units with the days their names hold. */

struct wish {
	const char *uid, *successor;
	struct agency_new n;
};

static enum status
answer_agency(struct request *rq, const char *uid, const char *day, int status, struct err *err)
{
	struct agency a;
	struct json_out j;
	enum status st = agency_find(rq->catalog, uid, day, rq->arena, &a, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	agency_json(&j, &a);
	if (status == 201)
		answer_header(rq, "Location", "/api/v1/agencies/%s", a.uid);
	return ST_OK;
}

static enum status
list(struct request *rq, struct err *err)
{
	const char *wanted = target_parameter(&rq->target, "q"), *after, *day;
	const struct agency *row;
	struct agency last = { 0 };
	struct json_out j;
	int64_t limit;
	size_t count;
	enum status st = request_number(rq, "limit", 50, 1, 500, &limit, err);

	if (st != ST_OK || (st = request_uid(rq, "after", &after, err)) != ST_OK ||
	    (st = request_day(rq, "on", &day, err)) != ST_OK)
		return st;
	if (wanted && strlen(wanted) > 500)
		return request_invalid(rq, "q", err);
	if (after && (st = agency_find(rq->catalog, after, NULL, rq->arena, &last, err)) != ST_OK)
		return st == ST_NOT_FOUND ? request_invalid(rq, "after", err) : st;
	st = agency_list(
	    rq->catalog, wanted, day, last.id, (size_t)limit, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "agencies");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		agency_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
view(struct request *rq, struct err *err)
{
	const char *uid, *day;
	enum status st = request_path_uid(rq, 0, &uid, err);

	if (st != ST_OK || (st = request_day(rq, "on", &day, err)) != ST_OK)
		return st;
	return answer_agency(rq, uid, day, 200, err);
}

static enum status
read_new(struct request *rq, const json_t *body, struct agency_new *n, struct err *err)
{
	enum status st;

	if ((st = request_json_given(rq, body, "name", 500, &n->name, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "code", 64, &n->code, err)) != ST_OK ||
	    (st = request_json_day(rq, body, "from", &n->from, err)) != ST_OK)
		return st;
	return request_json_given(rq, body, "authority", 500, &n->authority, err);
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	const char *uid;
	enum status st =
	    agency_create(rq->catalog, &rq->actor, rq->access, &w->n, rq->arena, &uid, err);

	return st == ST_OK ? answer_agency(rq, uid, NULL, 201, err) : st;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "kind|parent|name|code|from|authority", &body, err);

	w->n.kind = "agency";
	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "kind", 8, &w->n.kind, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "parent", UID_LEN, &w->n.parent, err)) != ST_OK ||
	    (st = read_new(rq, body, &w->n, err)) != ST_OK)
		return st;
	if (strcmp(w->n.kind, "agency") != 0 && strcmp(w->n.kind, "unit") != 0)
		return request_invalid(rq, "kind", err);
	request_write(rq, create_write, w);
	return ST_OK;
}

static enum status
rename_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = agency_rename(rq->catalog, &rq->actor, rq->access, w->uid, &w->n, err);

	return st == ST_OK ? answer_agency(rq, w->uid, NULL, 200, err) : st;
}

static enum status
rename_one(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_path_uid(rq, 0, &w->uid, err);

	if (st != ST_OK ||
	    (st = request_json(rq, "name|code|from|authority", &body, err)) != ST_OK ||
	    (st = read_new(rq, body, &w->n, err)) != ST_OK)
		return st;
	request_write(rq, rename_write, w);
	return ST_OK;
}

static enum status
end_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = agency_end(rq->catalog, &rq->actor, rq->access, w->uid, w->n.from,
	    w->successor, w->n.authority, err);

	return st == ST_OK ? answer_agency(rq, w->uid, NULL, 200, err) : st;
}

static enum status
end(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_path_uid(rq, 0, &w->uid, err);

	if (st != ST_OK ||
	    (st = request_json(rq, "from|successor|authority", &body, err)) != ST_OK ||
	    (st = request_json_day(rq, body, "from", &w->n.from, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "successor", UID_LEN, &w->successor, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "authority", 500, &w->n.authority, err)) != ST_OK)
		return st;
	request_write(rq, end_write, w);
	return ST_OK;
}

#define ALL "/api/v1/agencies"
#define ONE ALL "/{uid}"

const struct route routes_agency[] = {
	{ EVHTTP_REQ_GET, ALL, "agencyList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ALL, "agencyCreate", create, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_GET, ONE, "agencyRead", view, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ONE "/names", "agencyRename", rename_one, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, ONE "/end", "agencyEnd", end, POOL_WORK, 0, CAP_PLAN },
};
ROUTE_COUNT(routes_agency);
