/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searches that the caller keeps.  Nobody else's are ever found here. */
#include <jansson.h>

#include "base.h"
#include "request.h"
#include "saved_search.h"
#include "search.h"

#define MEMBERS "name|query|choices"

static void
write_choices(struct json_out *j, const struct saved_search *s)
{
	json_key(j, "choices");
	json_object(j);
	for (int c = 0; c < SAVED_CHOICES; c++)
		if (s->choice[c])
			json_key_str(j, saved_choice_name((enum saved_choice)c), s->choice[c]);
	json_end_object(j);
}

static enum status
list(struct request *rq, struct err *err)
{
	const struct saved_search *row;
	struct json_out j;
	size_t count;
	enum status st = saved_search_list(rq->catalog, rq->who.id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "searches");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "uid", row[i].uid);
		json_key_str(&j, "name", row[i].name);
		json_key_str(&j, "query", row[i].query);
		write_choices(&j, &row[i]);
		json_key_time(&j, "changed", row[i].changed_us);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static int
choice_find(const char *name)
{
	int c = 0;

	while (c < SAVED_CHOICES && strcmp(name, saved_choice_name((enum saved_choice)c)) != 0)
		c++;
	return c;
}

static enum status
read_choices(struct request *rq, json_t *choices, struct saved_search *s, struct err *err)
{
	const char *name;
	json_t *value;

	if (!choices)
		return ST_OK;
	if (!json_is_object(choices))
		return request_invalid(rq, "choices", err);
	memset(s->choice, 0, sizeof(s->choice));
	json_object_foreach(choices, name, value)
	{
		int c = choice_find(name);
		enum status st;

		if (c == SAVED_CHOICES)
			return request_invalid(rq, "choices", err);
		st = request_json_given(rq, choices, saved_choice_name((enum saved_choice)c),
		    SAVED_VALUE_MAX, &s->choice[c], err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

/* What is absent stays as it is in *s; choices are given all or not at all. */
static enum status
read_body(struct request *rq, struct saved_search *s, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, MEMBERS, &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "name", SAVED_NAME_MAX, &s->name, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "query", SEARCH_QUERY_MAX, &s->query, err)) != ST_OK)
		return st;
	return read_choices(rq, json_object_get(body, "choices"), s, err);
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct saved_search *wish = rq->data;
	char uid[UID_LEN + 1];
	struct json_out j;
	enum status st = saved_search_add(rq->catalog, &rq->actor, wish, uid, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 201, &j);
	answer_header(rq, "Location", "/api/v1/searches/%s", uid);
	json_object(&j);
	json_key_str(&j, "uid", uid);
	json_end_object(&j);
	return ST_OK;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct saved_search *wish = arena_alloc(rq->arena, sizeof(*wish));
	enum status st;

	wish->query = "";
	if ((st = read_body(rq, wish, err)) != ST_OK)
		return st;
	if (!wish->name)
		return request_invalid(rq, "name", err);
	request_write(rq, create_write, wish);
	return ST_OK;
}

static enum status
change_write(struct request *rq, struct err *err)
{
	return saved_search_change(rq->catalog, &rq->actor, rq->data, err);
}

static enum status
change(struct request *rq, struct err *err)
{
	struct saved_search *wish = arena_alloc(rq->arena, sizeof(*wish));
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	if (st != ST_OK ||
	    (st = saved_search_find(rq->catalog, rq->who.id, uid, rq->arena, wish, err)) != ST_OK ||
	    (st = read_body(rq, wish, err)) != ST_OK)
		return st;
	answer_status(rq, 204);
	request_write(rq, change_write, wish);
	return ST_OK;
}

static enum status
remove_write(struct request *rq, struct err *err)
{
	const struct saved_search *wish = rq->data;

	return saved_search_remove(rq->catalog, &rq->actor, wish->uid, err);
}

static enum status
drop(struct request *rq, struct err *err)
{
	struct saved_search *wish = arena_alloc(rq->arena, sizeof(*wish));
	enum status st = request_path_uid(rq, 0, &wish->uid, err);

	if (st != ST_OK)
		return st;
	answer_status(rq, 204);
	request_write(rq, remove_write, wish);
	return ST_OK;
}

#define SEARCHES "/api/v1/searches"

const struct route routes_saved[] = {
	{ EVHTTP_REQ_GET, SEARCHES, "savedSearchList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, SEARCHES, "savedSearchCreate", create, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_PATCH, SEARCHES "/{uid}", "savedSearchChange", change, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_DELETE, SEARCHES "/{uid}", "savedSearchRemove", drop, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_saved);
