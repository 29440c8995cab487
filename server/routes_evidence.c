/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <string.h>

#include "evidence.h"
#include "internal_audit.h"
#include "request.h"
#include "stream.h"
#include "worker.h"

static void
write_set(struct json_out *j, const struct evidence *e)
{
	json_key_str(j, "uid", e->uid);
	json_key_str(j, "audit", e->audit_uid);
	json_key_str(j, "clause", e->clause);
	json_key_str(j, "question", e->question);
	json_key(j, "query");
	if (e->query_json)
		json_raw(j, span_of(e->query_json));
	else
		json_null(j);
	json_key_int(j, "population", e->population);
	json_key_str(j, "population_sha256", e->population_sha256);
	json_key_str(j, "seed", e->seed);
	json_key_int(j, "sample", e->sample);
	json_key_time(j, "created", e->created_us);
	json_key_str(j, "created_by", e->created_by);
	json_key_time(j, "frozen", e->frozen_us);
	json_key_str(j, "manifest_sha256", e->manifest_sha256);
	json_key_str(j, "hold", e->hold_uid);
}

static enum status
find(struct request *rq, struct evidence *set, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? evidence_find(rq->catalog, rq->access, uid, rq->arena, set, err) : st;
}

/* Sets have no place of their own in the order of uids: the cursor is the last one's uid. */
static enum status
list(struct request *rq, struct err *err)
{
	const struct evidence *row;
	struct internal_audit a = { 0 };
	struct evidence last = { 0 };
	const char *after, *audit;
	struct json_out j;
	int64_t limit;
	size_t count;
	enum status st = request_number(rq, "limit", 50, 1, 500, &limit, err);

	if (st != ST_OK || (st = request_uid(rq, "after", &after, err)) != ST_OK ||
	    (st = request_uid(rq, "audit", &audit, err)) != ST_OK)
		return st;
	if (audit && (st = internal_audit_find(rq->catalog, rq->access, audit, rq->arena, &a, err)))
		return st;
	if (after && evidence_find(rq->catalog, rq->access, after, rq->arena, &last, err) != ST_OK)
		return request_invalid(rq, "after", err);
	st = evidence_list(
	    rq->catalog, rq->access, a.id, last.id, (size_t)limit, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "sets");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		write_set(&j, &row[i]);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
answer_set(struct request *rq, const struct evidence *set, int status, struct err *err)
{
	const struct evidence_item *item;
	struct json_out j;
	size_t count;
	enum status st =
	    evidence_items(rq->catalog, rq->access, set->id, rq->arena, &item, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	json_object(&j);
	write_set(&j, set);
	json_key(&j, "records");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "uid", item[i].uid);
		json_key_str(&j, "subject", item[i].subject);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
view(struct request *rq, struct err *err)
{
	struct evidence set = { 0 };
	enum status st = find(rq, &set, err);

	return st == ST_OK ? answer_set(rq, &set, 200, err) : st;
}

/* --- a new set --- */

static enum status
read_records(struct request *rq, const json_t *body, struct evidence_new *n, struct err *err)
{
	const json_t *list = json_object_get(body, "records"), *one;
	const char **uids;
	size_t i;

	if (!list)
		return ST_OK;
	if (!json_is_array(list) || json_array_size(list) > EVIDENCE_RECORDS_MAX)
		return request_invalid(rq, "records", err);
	uids = arena_array(rq->arena, json_array_size(list) + 1, sizeof(*uids));
	json_array_foreach(list, i, one)
	{
		const char *uid = json_string_value(one);

		if (!uid || !uid_valid(span_of(uid)))
			return request_invalid(rq, "records", err);
		uids[i] = arena_dup(rq->arena, uid);
	}
	n->records = uids;
	n->record_count = json_array_size(list);
	return ST_OK;
}

static enum status
read_new(struct request *rq, struct evidence_new *n, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	const struct {
		const char *name;
		size_t max;
		const char **value;
	} texts[] = { { "audit", UID_LEN, &n->audit }, { "clause", 2000, &n->clause },
		{ "question", 2000, &n->question }, { "seed", 200, &n->seed },
		{ "dossier", UID_LEN, &n->query.dossier },
		{ "file_code", 200, &n->query.file_code }, { "type", 20, &n->query.type },
		{ "words", SEARCH_QUERY_MAX, &n->query.words }, { "from", 10, &n->query.from },
		{ "to", 10, &n->query.to } };
	int64_t sample = 0;
	enum status st = request_json(rq,
	    "audit|clause|question|seed|sample|records|dossier|file_code|type|words|from|to", &body,
	    err);

	for (size_t i = 0; st == ST_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		st = request_json_text(rq, body, texts[i].name, texts[i].max, texts[i].value, err);
	if (st != ST_OK ||
	    (st = request_json_number(rq, body, "sample", 1, EVIDENCE_RECORDS_MAX, &sample, err)) !=
		ST_OK)
		return st;
	n->sample = (size_t)sample;
	return read_records(rq, body, n, err);
}

static enum status
create_write(struct request *rq, struct err *err)
{
	const struct evidence_new *n = rq->data;
	struct evidence set = { 0 };
	int64_t id;
	enum status st = evidence_create(rq->catalog, &rq->actor, rq->access, n, &id, err);

	if (st == ST_OK)
		st = evidence_load(rq->catalog, rq->access, id, rq->arena, &set, err);
	return st == ST_OK ? answer_set(rq, &set, 201, err) : st;
}

/* What is not indexed yet is not found. */
static enum status
find_words(struct request *rq, const char *words, struct evidence_found *found, struct err *err)
{
	struct retrieval over = { { rq->catalog, rq->server->store, rq->server->derived }, NULL };
	enum status st;

	*found = (struct evidence_found){ 0 };
	if (!words)
		return ST_OK;
	st = worker_search(rq->worker, &over.reader, err);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st == ST_OK)
		st = evidence_search(&over, rq->access, words, rq->arena, found, err);
	if (st == ST_INVALID)
		rq->field = "words";
	return st;
}

static enum status
create(struct request *rq, struct err *err)
{
	struct evidence_new *n = arena_alloc(rq->arena, sizeof(*n));
	enum status st = read_new(rq, n, err);

	if (st == ST_OK && n->record_count == 0)
		st = find_words(rq, n->query.words, &n->found, err);

	if (st == ST_OK)
		request_write(rq, create_write, n);
	return st;
}

static enum status
again(struct request *rq, struct err *err)
{
	struct evidence_found found;
	struct evidence_again now;
	struct evidence set = { 0 };
	struct json_out j;
	enum status st = find(rq, &set, err);

	if (st != ST_OK || (st = find_words(rq, set.query.words, &found, err)) != ST_OK ||
	    (st = evidence_again(rq->catalog, rq->access, &set, &found, &now, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "population", now.population);
	json_key_bool(&j, "same_population", now.same_population);
	json_key_bool(&j, "same_sample", now.same_sample);
	json_end_object(&j);
	return ST_OK;
}

/* --- freezing --- */

struct freezing {
	struct evidence set;
	struct evidence_files *files;
};

static void
forget(struct request *rq)
{
	struct freezing *f = rq->data;

	if (f)
		evidence_files_freep(&f->files);
}

static enum status
freeze_write(struct request *rq, struct err *err)
{
	struct freezing *f = rq->data;
	enum status st = evidence_freeze(
	    rq->catalog, rq->server->conf, &rq->actor, rq->access, &f->set, f->files, err);

	if (st == ST_OK)
		st = evidence_load(rq->catalog, rq->access, f->set.id, rq->arena, &f->set, err);
	return st == ST_OK ? answer_set(rq, &f->set, 200, err) : st;
}

static enum status
freeze(struct request *rq, struct err *err)
{
	const struct evidence_sources from = { rq->server->store, rq->server->derived };
	struct freezing *f = arena_alloc(rq->arena, sizeof(*f));
	enum status st = find(rq, &f->set, err);

	if (st != ST_OK)
		return st;
	rq->data = f;
	rq->end = forget;
	st = evidence_prepare(rq->catalog, rq->access, &from, &f->set, &f->files, err);
	if (st == ST_OK)
		request_write(rq, freeze_write, f);
	return st;
}

/* --- the package --- */

/* Every original is there before the first byte is promised. */
static enum status
check_pieces(struct request *rq, const struct package *p, struct err *err)
{
	for (size_t i = 0; i < p->count; i++) {
		int fd owned(fd_closep) = -1;
		uint64_t size;
		enum status st;

		if (!p->piece[i].sha256)
			continue;
		st = store_read(rq->server->store, p->piece[i].sha256, &fd, &size, err);
		if (st == ST_NOT_FOUND || (st == ST_OK && size != p->piece[i].length))
			st =
			    fail(err, ST_CORRUPT, "original %s is gone or cut", p->piece[i].sha256);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status
package(struct request *rq, struct err *err)
{
	struct arena *arena owned(arena_freep) = arena_new();
	struct evidence set = { 0 };
	struct package p;
	enum status st = find(rq, &set, err);

	if (st != ST_OK ||
	    (st = evidence_package(rq->catalog, rq->access, &set, arena, &p, err)) != ST_OK ||
	    (st = check_pieces(rq, &p, err)) != ST_OK)
		return st;
	answer_status(rq, 200);
	rq->answer.type = "application/zip";
	answer_header(rq, "Content-Disposition", "attachment; filename=\"%s\"", p.name);
	answer_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
	rq->answer.stream = stream_new(arena, &p, rq->server->store);
	arena = NULL;
	if (!rq->head)
		request_note(rq, "evidence.export", set.uid, 0);
	return ST_OK;
}

#define SET "/api/v1/evidence"

const struct route routes_evidence[] = {
	{ EVHTTP_REQ_GET, SET, "evidenceList", list, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_POST, SET, "evidenceCreate", create, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, SET "/{uid}", "evidenceRead", view, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, SET "/{uid}/again", "evidenceAgain", again, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_POST, SET "/{uid}/freeze", "evidenceFreeze", freeze, POOL_FILE, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, SET "/{uid}/package", "evidencePackage", package, POOL_FILE, 0,
	    CAP_AUDIT },
};
ROUTE_COUNT(routes_evidence);
