/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "numbered.h"
#include "synonym.h"

#define SYNONYMS "/api/v1/synonyms"

static const struct numbered_list numbered = { SYNONYMS, synonym_remove };

static enum status
list(struct request *rq, struct err *err)
{
	const struct synonym *row;
	struct json_out j;
	size_t count;
	enum status st = synonym_list(rq->catalog, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "synonyms");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_int(&j, "id", row[i].id);
		json_key_str(&j, "term", row[i].term);
		json_key_str(&j, "also", row[i].also);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

struct pair {
	const char *term, *also;
};

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct pair *pair = rq->data;
	int64_t id;
	enum status st = synonym_add(rq->catalog, &rq->actor, pair->term, pair->also, &id, err);

	if (st == ST_OK)
		numbered_created(rq, &numbered, id);
	return st;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct pair *pair = arena_alloc(rq->arena, sizeof(*pair));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "term|also", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "term", SYNONYM_TEXT_MAX, &pair->term, err)) !=
		ST_OK ||
	    (st = request_json_text(rq, body, "also", SYNONYM_TEXT_MAX, &pair->also, err)) != ST_OK)
		return st;
	if (!pair->term || !pair->also)
		return request_invalid(rq, pair->term ? "also" : "term", err);
	request_write(rq, create_write, pair);
	return ST_OK;
}

static enum status
drop(struct request *rq, struct err *err)
{
	return numbered_remove(rq, &numbered, err);
}

const struct route routes_synonym[] = {
	{ EVHTTP_REQ_GET, SYNONYMS, "synonymList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, SYNONYMS, "synonymCreate", create, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_DELETE, SYNONYMS "/{id}", "synonymRemove", drop, POOL_WORK, 0, CAP_PLAN },
};
ROUTE_COUNT(routes_synonym);
