/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "declare.h"
#include "page_find.h"
#include "path_find.h"
#include "record_json.h"

/* Records under control over HTTP: declaring, correcting, recalling, details, relations, numbers. */
struct wish {
	int64_t record, version, dossier, number, by;
	int year;
	const char *field[FIELD_COUNT];
	struct record_detail detail[32];
	size_t detail_count;
	const char *reason, *kind, *other, *book;
	double confidence;
};

static enum status
answer_record(struct request *rq, int64_t id, struct err *err)
{
	struct record record;
	enum status st = record_load(rq->catalog, rq->access, id, rq->arena, &record, err);

	return st == ST_OK ? record_json_answer(rq, &record, err) : st;
}

/* --- declare, correct, recall --- */

static enum status
declare_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = record_declare(rq->catalog, &rq->actor, rq->access, w->record, err);

	return st == ST_OK ? answer_record(rq, w->record, err) : st;
}

static enum status
declare(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK)
		return st;
	w->record = record.id;
	request_write(rq, declare_write, w);
	return ST_OK;
}

static enum status
correct_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = record_correct(
	    rq->catalog, &rq->actor, rq->access, w->record, w->version, w->field, w->reason, err);

	return st == ST_OK ? answer_record(rq, w->record, err) : st;
}

static enum status
correct(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = record_json_version(rq, &w->version, err)) != ST_OK ||
	    (st = request_json(rq, "fields|reason", &body, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK ||
	    (st = record_json_fields(rq, json_object_get(body, "fields"), w->field, err)) != ST_OK)
		return st;
	w->record = record.id;
	request_write(rq, correct_write, w);
	return ST_OK;
}

static enum status
replace_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = record_replace(
	    rq->catalog, &rq->actor, rq->access, w->record, w->version, w->by, w->reason, err);

	return st == ST_OK ? answer_record(rq, w->record, err) : st;
}

static enum status
replace(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = record_json_version(rq, &w->version, err)) != ST_OK ||
	    (st = request_json(rq, "by|reason", &body, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK ||
	    (st = body_find_record(rq, body, "by", &w->by, err)) != ST_OK)
		return st;
	w->record = record.id;
	request_write(rq, replace_write, w);
	return ST_OK;
}

static enum status
recall_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    record_recall(rq->catalog, &rq->actor, rq->access, w->record, w->reason, err);

	return st == ST_OK ? answer_record(rq, w->record, err) : st;
}

static enum status
recall(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = request_json(rq, "reason", &body, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	w->record = record.id;
	request_write(rq, recall_write, w);
	return ST_OK;
}

static enum status
versions(struct request *rq, struct err *err)
{
	const struct record_version *row;
	struct record record;
	struct json_out j;
	size_t count;
	enum status st = page_find_record(rq, &record, err);

	if (st == ST_OK)
		st = record_versions(rq->catalog, record.id, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	request_note(rq, "record.view", record.uid, 0);
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "versions");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_int(&j, "version", row[i].version);
		json_key(&j, "content");
		if (*row[i].content)
			json_raw(&j, span_of(row[i].content));
		else
			json_null(&j);
		json_key_str(&j, "reason", row[i].reason);
		json_key_str(&j, "by", row[i].by);
		json_key_time(&j, "made", row[i].made_us);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- details --- */

static enum status
answer_details(struct request *rq, int64_t id, struct err *err)
{
	const struct record_detail *row;
	struct json_out j;
	size_t count;
	enum status st = record_details(rq->catalog, id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "details");
	json_object(&j);
	for (size_t i = 0; i < count; i++)
		json_key_str(&j, row[i].name, row[i].value);
	json_end_object(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
details(struct request *rq, struct err *err)
{
	struct record record;
	enum status st = page_find_record(rq, &record, err);

	return st == ST_OK ? answer_details(rq, record.id, err) : st;
}

static enum status
details_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = record_details_put(rq->catalog, &rq->actor, rq->access, w->record,
	    w->detail, w->detail_count, w->reason, err);

	return st == ST_OK ? answer_details(rq, w->record, err) : st;
}

static enum status
read_details(struct request *rq, json_t *object, struct wish *w, struct err *err)
{
	const char *key;
	json_t *value;

	if (!json_is_object(object))
		return request_invalid(rq, "details", err);
	json_object_foreach(object, key, value)
	{
		struct record_detail *d = &w->detail[w->detail_count];

		if ((!json_is_string(value) && !json_is_null(value)) ||
		    w->detail_count == sizeof(w->detail) / sizeof(w->detail[0]))
			return request_invalid(rq, arena_dup(rq->arena, key), err);
		d->name = arena_dup(rq->arena, key);
		d->value =
		    json_is_string(value) ? arena_dup(rq->arena, json_string_value(value)) : "";
		w->detail_count++;
	}
	return w->detail_count ? ST_OK : request_invalid(rq, "details", err);
}

static enum status
details_update(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = request_json(rq, "details|reason", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "reason", 2000, &w->reason, err)) != ST_OK ||
	    (st = read_details(rq, json_object_get(body, "details"), w, err)) != ST_OK)
		return st;
	w->record = record.id;
	request_write(rq, details_write, w);
	return ST_OK;
}

/* --- relations and twins --- */

static enum status
answer_relations(struct request *rq, int64_t id, struct err *err)
{
	const struct relation *row;
	struct json_out j;
	size_t count;
	enum status st = relation_list(rq->catalog, rq->access, id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "relations");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		relation_json(&j, &row[i]);
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
relations(struct request *rq, struct err *err)
{
	struct record record;
	enum status st = page_find_record(rq, &record, err);

	return st == ST_OK ? answer_relations(rq, record.id, err) : st;
}

static enum status
relate_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    relation_add(rq->catalog, &rq->actor, rq->access, w->record, w->kind, w->other, err);

	if (st == ST_NOT_FOUND)
		return request_invalid(rq, "other", err);
	return st == ST_OK ? answer_relations(rq, w->record, err) : st;
}

static enum status
relate(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = request_json(rq, "kind|other", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "kind", 16, &w->kind, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "other", 200, &w->other, err)) != ST_OK)
		return st;
	if (!w->kind || !*w->kind)
		return request_invalid(rq, "kind", err);
	if (!w->other || !*w->other)
		return request_invalid(rq, "other", err);
	w->record = record.id;
	request_write(rq, relate_write, w);
	return ST_OK;
}

static enum status
unrelate_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    relation_end(rq->catalog, &rq->actor, rq->access, w->record, w->other, err);

	return st == ST_OK ? answer_relations(rq, w->record, err) : st;
}

static enum status
unrelate(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK)
		return st;
	w->record = record.id;
	w->other = rq->value[1];
	request_write(rq, unrelate_write, w);
	return ST_OK;
}

static enum status
twins(struct request *rq, struct err *err)
{
	const struct record_twin *row;
	struct record record;
	struct json_out j;
	size_t count;
	enum status st = page_find_record(rq, &record, err);

	if (st == ST_OK)
		st = record_twins(
		    rq->catalog, rq->access, record.id, 50, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "twins");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "uid", row[i].uid);
		json_key_str(&j, "notation", row[i].notation);
		json_key_str(&j, "subject", row[i].subject);
		json_key_str(&j, "because", row[i].because);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- several dossiers --- */

static enum status
place_of(struct request *rq, struct wish *w, struct err *err)
{
	struct node node;
	enum status st = node_find(rq->catalog, rq->access, w->other, rq->arena, &node, err);

	if (st == ST_NOT_FOUND || (st == ST_OK && node.kind != NODE_DOSSIER))
		return request_invalid(rq, "dossier", err);
	w->dossier = node.id;
	return st;
}

static enum status
file_write(struct request *rq, struct err *err)
{
	struct wish *w = rq->data;
	enum status st = place_of(rq, w, err);

	if (st == ST_OK)
		st = record_file(rq->catalog, &rq->actor, rq->access, w->record, w->dossier, err);
	return st == ST_OK ? answer_record(rq, w->record, err) : st;
}

static enum status
unfile_write(struct request *rq, struct err *err)
{
	struct wish *w = rq->data;
	enum status st = place_of(rq, w, err);

	if (st == ST_OK)
		st = record_unfile(rq->catalog, &rq->actor, rq->access, w->record, w->dossier, err);
	return st == ST_OK ? answer_record(rq, w->record, err) : st;
}

static enum status
place(struct request *rq, enum status (*write)(struct request *, struct err *), struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = request_json(rq, "dossier", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "dossier", UID_LEN, &w->other, err)) != ST_OK)
		return st;
	if (!w->other || !uid_valid(span_of(w->other)))
		return request_invalid(rq, "dossier", err);
	w->record = record.id;
	request_write(rq, write, w);
	return ST_OK;
}

static enum status
file(struct request *rq, struct err *err)
{
	return place(rq, file_write, err);
}

static enum status
unfile(struct request *rq, struct err *err)
{
	return place(rq, unfile_write, err);
}

/* --- numbers --- */

static enum status
draw_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	struct json_out j;
	int64_t number;
	enum status st =
	    book_draw(rq->catalog, &rq->actor, rq->access, w->book, w->record, &number, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "number", number);
	json_end_object(&j);
	return ST_OK;
}

static enum status
draw(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK || (st = request_json(rq, "book", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "book", 8, &w->book, err)) != ST_OK)
		return st;
	if (!w->book || (strcmp(w->book, "in") != 0 && strcmp(w->book, "out") != 0))
		return request_invalid(rq, "book", err);
	w->record = record.id;
	request_write(rq, draw_write, w);
	return ST_OK;
}

static enum status
book_of_path(struct request *rq, struct wish *w, struct err *err)
{
	int64_t year;
	enum status st = request_path_number(rq, 1, 9999, &year, err);

	w->book = rq->value[0];
	if (st == ST_OK && strcmp(w->book, "in") != 0 && strcmp(w->book, "out") != 0)
		return fail(err, ST_NOT_FOUND, "book");
	w->year = st == ST_OK ? (int)year : 0;
	return st;
}

static enum status
void_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = book_void(
	    rq->catalog, &rq->actor, rq->access, w->book, w->year, w->number, w->reason, err);

	if (st == ST_OK)
		answer_status(rq, 204);
	return st;
}

static enum status
cancel(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	enum status st = book_of_path(rq, w, err);

	if (st != ST_OK || (st = request_path_number(rq, 2, INT64_MAX, &w->number, err)) != ST_OK ||
	    (st = request_json(rq, "reason", &body, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	request_write(rq, void_write, w);
	return ST_OK;
}

static enum status
book(struct request *rq, struct err *err)
{
	struct wish w = { 0 };
	const struct book_entry *row;
	struct json_out j;
	int64_t after, limit;
	size_t count;
	enum status st = book_of_path(rq, &w, err);

	if (st != ST_OK ||
	    (st = request_number(rq, "offset", 0, 0, INT64_MAX, &after, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = book_list(rq->catalog, rq->access, w.book, w.year, after, (size_t)limit,
		 rq->arena, &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "numbers");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		book_entry_json(&j, &row[i]);
	json_end_array(&j);
	json_key(&j, "next");
	if (count == (size_t)limit)
		json_int(&j, row[count - 1].number);
	else
		json_null(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- suggestions in bulk --- */

static enum status
accept_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	struct json_out j;
	size_t accepted;
	bool more;
	enum status st = suggestions_accept(rq->catalog, &rq->actor, rq->access, w->dossier,
	    w->confidence, 200, &accepted, &more, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "accepted", (int64_t)accepted);
	json_key_bool(&j, "more", more);
	json_end_object(&j);
	return ST_OK;
}

static enum status
take_all(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	json_t *confidence;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "confidence", &body, err)) != ST_OK)
		return st;
	confidence = json_object_get(body, "confidence");
	w->confidence = json_number_value(confidence);
	if (!json_is_number(confidence) || w->confidence < 0.5 || w->confidence > 1)
		return request_invalid(rq, "confidence", err);
	w->dossier = node.id;
	request_write(rq, accept_write, w);
	return ST_OK;
}

#define RECORD "/api/v1/records/{uid}"
#define BOOK "/api/v1/books/{book}/{year}"

const struct route routes_declare[] = {
	{ EVHTTP_REQ_POST, RECORD "/declare", "recordDeclare", declare, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/correct", "recordCorrect", correct, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/recall", "recordRecall", recall, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, RECORD "/versions", "recordVersions", versions, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, RECORD "/details", "detailsRead", details, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_PATCH, RECORD "/details", "detailsUpdate", details_update, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, RECORD "/relations", "relationList", relations, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/relations", "relationAdd", relate, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_DELETE, RECORD "/relations/{relation}", "relationEnd", unrelate, POOL_WORK, 0,
	    0 },
	{ EVHTTP_REQ_POST, RECORD "/replace", "recordReplace", replace, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, RECORD "/twins", "recordTwins", twins, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/file", "recordFile", file, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/unfile", "recordUnfile", unfile, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, RECORD "/number", "numberDraw", draw, POOL_WORK, 0, CAP_INGEST },
	{ EVHTTP_REQ_GET, BOOK, "bookRead", book, POOL_WORK, 0, CAP_INGEST },
	{ EVHTTP_REQ_POST, BOOK "/{number}/void", "numberVoid", cancel, POOL_WORK, 0, CAP_INGEST },
	{ EVHTTP_REQ_POST, "/api/v1/nodes/{uid}/accept", "suggestionsAccept", take_all, POOL_WORK,
	    0, 0 },
};
ROUTE_COUNT(routes_declare);
