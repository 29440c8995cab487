/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "request.h"

void
json_freep(json_t **json)
{
	json_decref(*json);
	*json = NULL;
}

static bool
is_json(struct span type)
{
	return span_equal_nocase(span_trim(span_cut(&type, ';')), SPAN("application/json"));
}

static bool
named(const char *members, const char *key)
{
	struct span rest = span_of(members);

	while (rest.p)
		if (span_equal_str(span_cut(&rest, '|'), key))
			return true;
	return false;
}

enum status
request_json(struct request *rq, const char *members, json_t **out, struct err *err)
{
	struct span body = request_body(rq);
	const char *key;
	json_error_t where;
	json_t *json, *value;

	*out = NULL;
	if (!is_json(request_header(rq, "Content-Type")))
		return request_problem(rq, PROBLEM_MEDIA, ST_UNSUPPORTED, err);
	if (body.n > JSON_MAX)
		return fail(err, ST_TOO_LARGE, "JSON of %zu bytes", body.n);
	json = json_loadb(body.p ? body.p : "", body.n, JSON_REJECT_DUPLICATES, &where);
	if (!json)
		return fail(err, ST_INVALID, "JSON: line %d column %d", where.line, where.column);
	if (!json_is_object(json)) {
		json_decref(json);
		return fail(err, ST_INVALID, "JSON: not an object");
	}
	json_object_foreach(json, key, value)
	{
		if (!named(members, key)) {
			rq->field = arena_dup(rq->arena, key);
			json_decref(json);
			return fail(err, ST_INVALID, "JSON: unknown member");
		}
	}
	*out = json;
	return ST_OK;
}

/* NULL in *value: no such member. */
static enum status
copy_text(struct request *rq, const json_t *object, const char *name, size_t max, char **value,
    struct err *err)
{
	const json_t *member = json_object_get(object, name);
	size_t n = json_string_length(member);

	*value = NULL;
	if (!member)
		return ST_OK;
	if (!json_is_string(member) || n > max || strlen(json_string_value(member)) != n)
		return request_invalid(rq, name, err);
	*value = arena_dup(rq->arena, json_string_value(member));
	return ST_OK;
}

enum status
request_json_text(struct request *rq, const json_t *object, const char *name, size_t max,
    const char **value, struct err *err)
{
	char *copy;
	enum status st = copy_text(rq, object, name, max, &copy, err);

	if (copy)
		*value = copy;
	return st;
}

enum status
request_json_given(struct request *rq, const json_t *object, const char *name, size_t max,
    const char **value, struct err *err)
{
	enum status st = request_json_text(rq, object, name, max, value, err);

	return st == ST_OK && (!*value || !**value) ? request_invalid(rq, name, err) : st;
}

enum status
request_json_day(
    struct request *rq, const json_t *object, const char *name, const char **value, struct err *err)
{
	enum status st = request_json_text(rq, object, name, 10, value, err);

	return st == ST_OK && (!*value || !date_valid(span_of(*value), false))
	    ? request_invalid(rq, name, err)
	    : st;
}

enum status
request_json_secret(struct request *rq, const json_t *object, const char *name, size_t max,
    char **value, struct err *err)
{
	enum status st = copy_text(rq, object, name, max, value, err);

	if (st == ST_OK && !*value)
		*value = arena_dup(rq->arena, "");
	return st;
}

enum status
request_json_number(struct request *rq, const json_t *object, const char *name, int64_t min,
    int64_t max, int64_t *value, struct err *err)
{
	const json_t *member = json_object_get(object, name);
	int64_t number = json_integer_value(member);

	if (!member)
		return ST_OK;
	if (!json_is_integer(member) || number < min || number > max)
		return request_invalid(rq, name, err);
	*value = number;
	return ST_OK;
}

enum status
request_json_bool(
    struct request *rq, const json_t *object, const char *name, bool *value, struct err *err)
{
	const json_t *member = json_object_get(object, name);

	if (!member)
		return ST_OK;
	if (!json_is_boolean(member))
		return request_invalid(rq, name, err);
	*value = json_is_true(member);
	return ST_OK;
}
