/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "known_signer.h"
#include "numbered.h"

#define SIGNERS "/api/v1/signers"

static const struct numbered_list numbered = { SIGNERS, known_signer_remove };

static enum status
list(struct request *rq, struct err *err)
{
	const struct known_signer *row;
	struct json_out j;
	size_t count;
	enum status st = known_signer_list(rq->catalog, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "signers");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_int(&j, "id", row[i].id);
		json_key_str(&j, "name", row[i].name);
		json_key_str(&j, "post", row[i].post);
		json_key_str(&j, "from", row[i].from);
		json_key_str(&j, "to", row[i].to);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct known_signer *signer = rq->data;
	int64_t id;
	enum status st = known_signer_add(rq->catalog, &rq->actor, signer, &id, err);

	if (st == ST_OK)
		numbered_created(rq, &numbered, id);
	return st;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct known_signer *signer = arena_alloc(rq->arena, sizeof(*signer));
	owned(json_freep) json_t *body = NULL;
	const struct {
		const char *name, **to;
	} members[] = { { "name", &signer->name }, { "post", &signer->post },
		{ "from", &signer->from }, { "to", &signer->to } };
	enum status st = request_json(rq, "name|post|from|to", &body, err);

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]) && st == ST_OK; i++)
		st = request_json_text(
		    rq, body, members[i].name, KNOWN_SIGNER_TEXT_MAX, members[i].to, err);
	if (st != ST_OK)
		return st;
	if (!signer->name)
		return request_invalid(rq, "name", err);
	request_write(rq, create_write, signer);
	return ST_OK;
}

static enum status
drop(struct request *rq, struct err *err)
{
	return numbered_remove(rq, &numbered, err);
}

const struct route routes_signer[] = {
	{ EVHTTP_REQ_GET, SIGNERS, "signerList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, SIGNERS, "signerCreate", create, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_DELETE, SIGNERS "/{id}", "signerRemove", drop, POOL_WORK, 0, CAP_PLAN },
};
ROUTE_COUNT(routes_signer);
