/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "path_find.h"
#include "record_json.h"

/* --- list --- */

static enum status
read_places(struct request *rq, struct record_filter *filter, struct err *err)
{
	const char *dossier, *after;
	struct record last;
	struct node node;
	enum status st = request_uid(rq, "dossier", &dossier, err);

	if (st != ST_OK || (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (dossier) {
		st = node_find(rq->catalog, rq->access, dossier, rq->arena, &node, err);
		if (st != ST_OK)
			return st;
		if (node.kind != NODE_DOSSIER)
			return request_invalid(rq, "dossier", err);
		filter->dossier = node.id;
	}
	if (after) {
		st = record_find(rq->catalog, rq->access, after, rq->arena, &last, err);
		if (st == ST_NOT_FOUND)
			return request_invalid(rq, "after", err);
		filter->after = st == ST_OK ? last.id : 0;
	}
	return st;
}

static enum status
read_filter(struct request *rq, struct record_filter *filter, struct err *err)
{
	int64_t limit;
	int review;
	enum status st;

	memset(filter, 0, sizeof(*filter));
	st = request_choice(rq, "reading", "waiting|reading|read|partial|refused|failed", -1,
	    &filter->reading, err);
	if (st != ST_OK ||
	    (st = request_choice(rq, "quarantine", "0|1", -1, &filter->quarantine, err)) != ST_OK ||
	    (st = request_choice(rq, "review", "0|1", 0, &review, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK)
		return st;
	filter->review = review == 1;
	filter->limit = (size_t)limit;
	return read_places(rq, filter, err);
}

static enum status
list(struct request *rq, struct err *err)
{
	struct record_filter filter;
	const struct record *row;
	struct json_out j;
	size_t count;
	enum status st = read_filter(rq, &filter, err);

	if (st != ST_OK ||
	    (st = record_list(rq->catalog, rq->access, &filter, rq->arena, &row, &count, err)) !=
		ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "records");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		record_json_head(rq, &j, &row[i]);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_key_str(&j, "next", count == filter.limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

/* --- one --- */

static enum status
view(struct request *rq, struct err *err)
{
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK)
		return st;
	request_note(rq, "record.view", record.uid, 0);
	return record_json_answer(rq, &record, err);
}

/*
 * After a change, on the writer: the record as it is now.  A new level or home may have made a
 * class that the rights loaded before do not know; and it may have taken the record from its
 * changer's sight.
 */
static enum status
answer_changed(struct request *rq, int64_t id, struct err *err)
{
	struct record record;
	enum status st = request_renew_rights(rq, err);

	if (st == ST_OK)
		st = record_load(rq->catalog, rq->access, id, rq->arena, &record, err);
	if (st == ST_NOT_FOUND) {
		answer_status(rq, 204);
		return ST_OK;
	}
	return st == ST_OK ? record_json_answer(rq, &record, err) : st;
}

struct change {
	int64_t record, version;
	bool fields;
	const char *field[FIELD_COUNT];
	int64_t level;	     /* -1 = stays */
	const char *dossier; /* or NULL */
};

static enum status
move(struct request *rq, const struct change *change, struct err *err)
{
	struct node node;
	enum status st;

	st = node_find(rq->catalog, rq->access, change->dossier, rq->arena, &node, err);
	if (st == ST_NOT_FOUND || (st == ST_OK && node.kind != NODE_DOSSIER))
		return request_invalid(rq, "dossier", err);
	if (st != ST_OK)
		return st;
	return record_move(rq->catalog, &rq->actor, rq->access, change->record, node.id, err);
}

/* All of it or nothing: the request's savepoint holds the steps together. */
static enum status
update_write(struct request *rq, struct err *err)
{
	struct change *change = rq->data;
	struct record now;
	enum status st;

	st = record_load(rq->catalog, rq->access, change->record, rq->arena, &now, err);
	if (st == ST_OK && change->version && change->version != now.version)
		st = fail(err, ST_PRECONDITION, "record changed meanwhile");
	if (st == ST_OK && change->fields)
		st = record_update(rq->catalog, &rq->actor, rq->access, change->record,
		    change->version, change->field, err);
	if (st == ST_OK && change->level >= 0)
		st = record_set_level(
		    rq->catalog, &rq->actor, rq->access, change->record, (int)change->level, err);
	if (st == ST_OK && change->dossier)
		st = move(rq, change, err);
	if (st == ST_OK)
		st = answer_changed(rq, change->record, err);
	return st;
}

static enum status
read_change(struct request *rq, struct change *change, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "fields|level|dossier", &body, err);

	change->level = -1;
	if (st != ST_OK ||
	    (st = request_json_number(rq, body, "level", 0, 3, &change->level, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "dossier", UID_LEN, &change->dossier, err)) != ST_OK)
		return st;
	if (change->dossier && !uid_valid(span_of(change->dossier)))
		return request_invalid(rq, "dossier", err);
	change->fields = json_object_get(body, "fields") != NULL;
	if (!change->fields)
		return ST_OK;
	return record_json_fields(rq, json_object_get(body, "fields"), change->field, err);
}

static enum status
update(struct request *rq, struct err *err)
{
	struct change *change = arena_alloc(rq->arena, sizeof(*change));
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = record_json_version(rq, &change->version, err)) != ST_OK ||
	    (st = read_change(rq, change, err)) != ST_OK)
		return st;
	change->record = record.id;
	request_write(rq, update_write, change);
	return ST_OK;
}

/* --- verdicts --- */

static enum status
release_write(struct request *rq, struct err *err)
{
	const struct change *change = rq->data;
	enum status st = record_release(rq->catalog, &rq->actor, rq->access, change->record, err);

	return st == ST_OK ? answer_changed(rq, change->record, err) : st;
}

static enum status
release(struct request *rq, struct err *err)
{
	struct change *change = arena_alloc(rq->arena, sizeof(*change));
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK)
		return st;
	change->record = record.id;
	request_write(rq, release_write, change);
	return ST_OK;
}

struct verdict {
	int64_t record;
	const char *name;
	bool accept;
};

static enum status
verdict_write(struct request *rq, struct err *err)
{
	const struct verdict *verdict = rq->data;
	const struct suggestion *row;
	size_t count;
	enum status st;

	st = suggestion_list(rq->catalog, verdict->record, rq->arena, &row, &count, err);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		char name[17];

		suggestion_name(&row[i], name);
		if (strcmp(name, verdict->name) != 0)
			continue;
		st = suggestion_decide(rq->catalog, &rq->actor, rq->access, verdict->record,
		    row[i].id, verdict->accept, err);
		return st == ST_OK ? answer_changed(rq, verdict->record, err) : st;
	}
	return st == ST_OK ? fail(err, ST_NOT_FOUND, "suggestion") : st;
}

static enum status
decide(struct request *rq, bool accept, struct err *err)
{
	struct verdict *verdict = arena_alloc(rq->arena, sizeof(*verdict));
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK)
		return st;
	/* What suggestions there are is content. */
	if (!record_can(rq->access, PERM_READ, &record))
		return fail(err, ST_NOT_FOUND, "suggestion");
	verdict->record = record.id;
	verdict->name = rq->value[1];
	verdict->accept = accept;
	request_write(rq, verdict_write, verdict);
	return ST_OK;
}

static enum status
suggestion_accept(struct request *rq, struct err *err)
{
	return decide(rq, true, err);
}

static enum status
suggestion_reject(struct request *rq, struct err *err)
{
	return decide(rq, false, err);
}

/* --- document types --- */

static enum status
types(struct request *rq, struct err *err)
{
	size_t count;
	const struct record_type *type = record_types(&count);
	struct json_out j;

	(void)err;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "types");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "code", type[i].code);
		json_key_str(&j, "name_vi", type[i].name_vi);
		json_key_str(&j, "name_en", type[i].name_en);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

#define RECORD "/api/v1/records/{uid}"

const struct route routes_record[] = {
	{ EVHTTP_REQ_GET, "/api/v1/types", "typeList", types, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/records", "recordList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, RECORD, "recordRead", view, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_PATCH, RECORD, "recordUpdate", update, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/release", "recordRelease", release, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/suggestions/{id}/accept", "suggestionAccept", suggestion_accept,
	    POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/suggestions/{id}/reject", "suggestionReject", suggestion_reject,
	    POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_record);
