/* SPDX-License-Identifier: GPL-3.0-or-later */
/* API tokens: the caller's own, and those of services for who manages accounts. */
#include <jansson.h>
#include <sodium.h>

#include "base.h"
#include "request.h"

/*
 * Whose tokens the route is about.  Nobody, not even who manages accounts, makes a token for another
 * person: it would read what that person reads.
 */
static enum status
find_owner(struct request *rq, const char *name, struct principal *owner, struct err *err)
{
	enum status st;

	if (!name || strcmp(name, rq->who.name) == 0) {
		*owner = rq->who;
		return ST_OK;
	}
	if (!access_has(rq->access, CAP_ACCOUNTS))
		return fail(err, ST_DENIED, "tokens of another");
	st = principal_by_name(rq->catalog, name, rq->arena, owner, err);
	if (st == ST_OK && owner->kind != PRINCIPAL_SERVICE)
		return fail(err, ST_DENIED, "tokens of another person");
	return st;
}

static void
write_scope(struct json_out *j, unsigned scope)
{
	owned(strbuf_free) struct strbuf names = STRBUF_INIT;
	struct span rest;

	token_scope_text(scope, &names);
	rest = strbuf_span(&names);
	json_key(j, "scope");
	json_array(j);
	while (rest.n > 0)
		json_span(j, span_cut(&rest, ','));
	json_end_array(j);
}

static enum status
list(struct request *rq, struct err *err)
{
	struct principal owner;
	const struct token *row;
	struct json_out j;
	size_t count;
	enum status st = find_owner(rq, target_parameter(&rq->target, "owner"), &owner, err);

	if (st == ST_OK)
		st = token_list(rq->catalog, owner.id, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "tokens");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "id", row[i].uid);
		json_key_str(&j, "name", row[i].name);
		write_scope(&j, row[i].scope);
		json_key_time(&j, "created", row[i].created_us);
		json_key_time(&j, "expires", row[i].expires_us);
		json_key_time(&j, "used", row[i].used_us);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

struct wish {
	const char *owner, *name;
	unsigned scope;
	int64_t days;
};

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct wish *wish = rq->data;
	char text[TOKEN_LEN + 1], uid[UID_LEN + 1];
	struct principal owner;
	struct json_out j;
	enum status st = find_owner(rq, wish->owner, &owner, err);

	if (st == ST_OK)
		st = token_create(rq->catalog, &rq->actor, owner.id, wish->name, wish->scope,
		    wish->days, text, uid, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 201, &j);
	json_object(&j);
	json_key_str(&j, "id", uid);
	json_key_str(&j, "token", text);
	json_end_object(&j);
	sodium_memzero(text, sizeof(text));
	return ST_OK;
}

static enum status
read_scope(struct request *rq, const json_t *body, unsigned *scope, struct err *err)
{
	const json_t *names = json_object_get(body, "scope");

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		unsigned bit = 0;

		if (!name || token_scope_parse(span_of(name), &bit, err) != ST_OK)
			return request_invalid(rq, "scope", err);
		*scope |= bit;
	}
	return *scope ? ST_OK : request_invalid(rq, "scope", err);
}

static enum status
create(struct request *rq, struct err *err)
{
	struct wish *wish = arena_alloc(rq->arena, sizeof(*wish));
	owned(json_freep) json_t *body = NULL;
	struct principal owner;
	enum status st = request_json(rq, "name|scope|days|owner", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "name", 100, &wish->name, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "owner", 64, &wish->owner, err)) != ST_OK ||
	    (st = request_json_number(rq, body, "days", 1, TOKEN_DAYS_MAX, &wish->days, err)) !=
		ST_OK ||
	    (st = read_scope(rq, body, &wish->scope, err)) != ST_OK)
		return st;
	if (!wish->name || !*wish->name)
		return request_invalid(rq, "title", err);
	if (wish->days == 0)
		return request_invalid(rq, "days", err);
	if ((st = find_owner(rq, wish->owner, &owner, err)) != ST_OK)
		return st;
	request_write(rq, create_write, wish);
	return ST_OK;
}

static enum status
end_write(struct request *rq, struct err *err)
{
	struct principal owner;
	enum status st = find_owner(rq, target_parameter(&rq->target, "owner"), &owner, err);

	return st == ST_OK ? token_end(rq->catalog, &rq->actor, owner.id, rq->value[0], err) : st;
}

static enum status
end(struct request *rq, struct err *err)
{
	struct principal owner;
	enum status st = find_owner(rq, target_parameter(&rq->target, "owner"), &owner, err);

	if (st != ST_OK)
		return st;
	answer_status(rq, 204);
	request_write(rq, end_write, NULL);
	return ST_OK;
}

#define TOKENS "/api/v1/tokens"

const struct route routes_token[] = {
	{ EVHTTP_REQ_GET, TOKENS, "tokenList", list, POOL_WORK, ROUTE_SESSION, 0 },
	{ EVHTTP_REQ_POST, TOKENS, "tokenCreate", create, POOL_WORK, ROUTE_SESSION | ROUTE_FRESH,
	    0 },
	{ EVHTTP_REQ_DELETE, TOKENS "/{token}", "tokenEnd", end, POOL_WORK, ROUTE_SESSION, 0 },
};
ROUTE_COUNT(routes_token);
