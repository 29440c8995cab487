/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "page_find.h"
#include "record_json.h"
#include "stack.h"

/* Stacks (D6): the pages of arrived files arranged into records, by hand or at separators. */

struct arranging {
	int64_t record, version, page, into, to, degrees;
	bool separators;
	struct stack_split split;
};

/* The record of the path and the version that If-Match names; and what both steps share. */
static enum status
start(struct request *rq, struct arranging **out, struct err *err)
{
	struct arranging *a = arena_alloc(rq->arena, sizeof(*a));
	struct record record;
	enum status st = page_find_record(rq, &record, err);

	if (st == ST_OK && !record_can(rq->access, PERM_EDIT, &record))
		st = fail(err, ST_DENIED, "arrange");
	if (st != ST_OK || (st = record_json_version(rq, &a->version, err)) != ST_OK)
		return st;
	a->record = record.id;
	*out = a;
	return ST_OK;
}

/* What stands in a body as a uid: a record that the caller may see, or the field is wrong. */
static enum status
other_record(struct request *rq, const json_t *body, int64_t *id, struct err *err)
{
	const char *uid = NULL;
	struct record record;
	enum status st = request_json_text(rq, body, "record", UID_LEN, &uid, err);

	if (st != ST_OK || !uid)
		return st;
	if (!uid_valid(span_of(uid)) ||
	    (st = record_find(rq->catalog, rq->access, uid, rq->arena, &record, err)) ==
		ST_NOT_FOUND)
		return request_invalid(rq, "record", err);
	*id = record.id;
	return st;
}

/* --- looking --- */

static enum status
write_ranges(struct request *rq, struct json_out *j, const struct record *record, struct err *err)
{
	const struct component *c;
	size_t count;
	int64_t page = 1;
	enum status st = record_components(rq->catalog, record->id, rq->arena, &c, &count, err);

	if (st != ST_OK)
		return st;
	json_key(j, "ranges");
	json_array(j);
	for (size_t i = 0; i < count; page += c[i++].pages) {
		json_object(j);
		json_key_int(j, "component", c[i].ordinal);
		json_key_int(j, "page", page);
		json_key_int(j, "pages", c[i].pages);
		json_key_int(j, "first_page", c[i].first_page);
		json_key_int(j, "last_page", c[i].last_page);
		json_key_str(j, "name", c[i].name);
		json_end_object(j);
	}
	json_end_array(j);
	return ST_OK;
}

static enum status
look(struct request *rq, struct err *err)
{
	struct stack_last last = { 0 };
	struct record record;
	const int64_t *page;
	struct json_out j;
	size_t count;
	enum status st = page_find_record(rq, &record, err);

	if (st != ST_OK ||
	    (st = stack_separators(rq->catalog, record.id, rq->arena, &page, &count, err)) !=
		ST_OK ||
	    (st = stack_last(rq->catalog, record.id, rq->arena, &last, err)) != ST_OK)
		return st;
	request_note(rq, "record.view", record.uid, 0);
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "pages", record.pages);
	if ((st = write_ranges(rq, &j, &record, err)) != ST_OK)
		return st;
	json_key(&j, "separators");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		json_int(&j, page[i]);
	json_end_array(&j);
	json_key_str(&j, "last_change", last.kind);
	json_key_time(&j, "changed", last.at_us);
	json_end_object(&j);
	return ST_OK;
}

/* --- splitting --- */

static enum status
answer_records(struct request *rq, const int64_t *ids, size_t count, struct err *err)
{
	struct json_out j;
	enum status st = ST_OK;

	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "records");
	json_array(&j);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		struct record record;

		st = record_load(rq->catalog, rq->access, ids[i], rq->arena, &record, err);
		if (st == ST_OK)
			json_str(&j, record.uid);
		else if (st == ST_NOT_FOUND)
			st = ST_OK;
	}
	json_end_array(&j);
	json_end_object(&j);
	return st;
}

static enum status
split_step(struct request *rq, struct err *err)
{
	struct arranging *a = rq->data;
	const int64_t *made;
	size_t count;
	enum status st;

	st = a->separators ? stack_split_at_separators(rq->catalog, &rq->actor, rq->access,
				 a->record, a->version, rq->arena, &made, &count, err)
			   : stack_split(rq->catalog, &rq->actor, rq->access, &a->split, rq->arena,
				 &made, &count, err);
	if (st == ST_INVALID)
		rq->field = "at";
	if (st == ST_OK)
		st = request_renew_rights(rq, err);
	return st == ST_OK ? answer_records(rq, made, count, err) : st;
}

/* An array of pages, ascending. */
static enum status
read_pages(struct request *rq, const json_t *body, const char *name, const int64_t **list,
    size_t *count, struct err *err)
{
	json_t *array = json_object_get(body, name);
	int64_t *pages;

	*count = array ? json_array_size(array) : 0;
	if (!array)
		return ST_OK;
	if (!json_is_array(array) || *count > PAGE_MAX)
		return request_invalid(rq, name, err);
	*list = pages = arena_array(rq->arena, *count + 1, sizeof(*pages));
	for (size_t i = 0; i < *count; i++) {
		if (!json_is_integer(json_array_get(array, i)))
			return request_invalid(rq, name, err);
		pages[i] = json_integer_value(json_array_get(array, i));
	}
	return ST_OK;
}

static enum status
split(struct request *rq, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	struct arranging *a;
	enum status st = start(rq, &a, err);

	if (st != ST_OK || (st = request_json(rq, "at|drop|separators", &body, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, "separators", &a->separators, err)) != ST_OK ||
	    (st = read_pages(rq, body, "at", &a->split.at, &a->split.at_count, err)) != ST_OK ||
	    (st = read_pages(rq, body, "drop", &a->split.drop, &a->split.drop_count, err)) != ST_OK)
		return st;
	if (a->separators == (a->split.at_count + a->split.drop_count > 0))
		return request_invalid(rq, "at", err);
	a->split.record = a->record;
	a->split.version = a->version;
	request_write(rq, split_step, a);
	return ST_OK;
}

/* --- the others answer with the record as it is now --- */

static enum status
answer_record(struct request *rq, int64_t id, struct err *err)
{
	struct record record;
	enum status st = request_renew_rights(rq, err);

	if (st == ST_OK)
		st = record_load(rq->catalog, rq->access, id, rq->arena, &record, err);
	if (st == ST_NOT_FOUND) { /* undone: it is void again */
		answer_status(rq, 204);
		return ST_OK;
	}
	return st == ST_OK ? record_json_answer(rq, &record, err) : st;
}

static enum status
merge_step(struct request *rq, struct err *err)
{
	const struct arranging *a = rq->data;
	enum status st =
	    stack_merge(rq->catalog, &rq->actor, rq->access, a->record, a->version, a->into, err);

	if (st == ST_INVALID)
		rq->field = "record";
	return st == ST_OK ? answer_record(rq, a->record, err) : st;
}

static enum status
merge(struct request *rq, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	struct arranging *a;
	enum status st = start(rq, &a, err);

	if (st != ST_OK || (st = request_json(rq, "record", &body, err)) != ST_OK ||
	    (st = other_record(rq, body, &a->into, err)) != ST_OK)
		return st;
	if (!a->into)
		return request_invalid(rq, "record", err);
	request_write(rq, merge_step, a);
	return ST_OK;
}

static enum status
move_step(struct request *rq, struct err *err)
{
	const struct arranging *a = rq->data;
	enum status st = stack_move(rq->catalog, &rq->actor, rq->access, a->record, a->version,
	    a->page, a->into, a->to, err);

	if (st == ST_INVALID)
		rq->field = "to";
	return st == ST_OK ? answer_record(rq, a->record, err) : st;
}

static enum status
move(struct request *rq, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	struct arranging *a;
	enum status st = start(rq, &a, err);

	if (st != ST_OK || (st = request_path_number(rq, 1, PAGE_MAX, &a->page, err)) != ST_OK ||
	    (st = request_json(rq, "to|record", &body, err)) != ST_OK)
		return st;
	a->into = a->record;
	if ((st = request_json_number(rq, body, "to", 1, PAGE_MAX + 1, &a->to, err)) != ST_OK ||
	    (st = other_record(rq, body, &a->into, err)) != ST_OK)
		return st;
	if (!a->to)
		return request_invalid(rq, "to", err);
	request_write(rq, move_step, a);
	return ST_OK;
}

static enum status
turn_step(struct request *rq, struct err *err)
{
	const struct arranging *a = rq->data;
	enum status st = stack_turn(rq->catalog, &rq->actor, rq->access, a->record, a->version,
	    a->page, (int)a->degrees, err);

	if (st == ST_INVALID)
		rq->field = "degrees";
	return st == ST_OK ? answer_record(rq, a->record, err) : st;
}

static enum status
turn(struct request *rq, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	struct arranging *a;
	enum status st = start(rq, &a, err);

	if (st != ST_OK || (st = request_path_number(rq, 1, PAGE_MAX, &a->page, err)) != ST_OK ||
	    (st = request_json(rq, "degrees", &body, err)) != ST_OK)
		return st;
	a->degrees = -1;
	st = request_json_number(rq, body, "degrees", 0, 270, &a->degrees, err);
	if (st == ST_OK && a->degrees < 0)
		st = request_invalid(rq, "degrees", err);
	if (st == ST_OK)
		request_write(rq, turn_step, a);
	return st;
}

static enum status
undo_step(struct request *rq, struct err *err)
{
	const struct arranging *a = rq->data;
	enum status st =
	    stack_undo(rq->catalog, &rq->actor, rq->access, a->record, a->version, err);

	return st == ST_OK ? answer_record(rq, a->record, err) : st;
}

static enum status
undo(struct request *rq, struct err *err)
{
	struct arranging *a;
	enum status st = start(rq, &a, err);

	if (st == ST_OK)
		request_write(rq, undo_step, a);
	return st;
}

#define RECORD "/api/v1/records/{uid}"

const struct route routes_stack[] = {
	{ EVHTTP_REQ_GET, RECORD "/stack", "stackRead", look, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/split", "stackSplit", split, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/merge", "stackMerge", merge, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/undo", "stackUndo", undo, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/pages/{page}/move", "pageMove", move, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/pages/{page}/turn", "pageTurn", turn, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_stack);
