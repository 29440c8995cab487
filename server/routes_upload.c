/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <time.h>

#include "base.h"
#include "log.h"
#include "plan.h"
#include "record_json.h"
#include "tus_metadata.h"
#include "upload.h"
#include "upload_use.h"

/*
 * tus 1.0.0: core, creation, creation-with-upload, checksum (sha256), expiration, termination.
 * The offset told is durable; with the last byte the file becomes a record in the same request.
 */
#define TUS_VERSION "1.0.0"
#define TUS_EXTENSIONS "creation,creation-with-upload,checksum,expiration,termination"
#define TUS_TYPE "application/offset+octet-stream"

/* What one request does to an upload. */
struct step {
	struct upload upload;
	bool create;
	int64_t to; /* offset after this body */
	bool whole; /* the file is complete: blob is set */
	struct store_blob blob;
	const char *field[FIELD_COUNT];
};

static int64_t
expiry(const struct request *rq)
{
	return now_us() + rq->server->conf->server_upload_expire * 1000000;
}

/* HTTP date (RFC 9110 5.6.7); strftime would speak the locale's language. */
static void
expires_header(struct request *rq, int64_t us)
{
	static const char day[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char month[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	time_t seconds = us / 1000000;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	answer_header(rq, "Upload-Expires", "%s, %02d %s %04d %02d:%02d:%02d GMT", day[tm.tm_wday],
	    tm.tm_mday, month[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static enum status
check_version(struct request *rq, struct err *err)
{
	answer_header(rq, "Tus-Resumable", TUS_VERSION);
	if (span_equal_str(request_header(rq, "Tus-Resumable"), TUS_VERSION))
		return ST_OK;
	answer_header(rq, "Tus-Version", TUS_VERSION);
	return request_problem(rq, PROBLEM_TUS_VERSION, ST_PRECONDITION, err);
}

static enum status
options(struct request *rq, struct err *err)
{
	(void)err;
	answer_status(rq, 204);
	answer_header(rq, "Tus-Resumable", TUS_VERSION);
	answer_header(rq, "Tus-Version", TUS_VERSION);
	answer_header(rq, "Tus-Extension", TUS_EXTENSIONS);
	answer_header(rq, "Tus-Max-Size", "%lld", (long long)rq->server->conf->server_upload_max);
	answer_header(rq, "Tus-Checksum-Algorithm", "sha256");
	return ST_OK;
}

/* --- the bytes of a request --- */

static enum status
check_body(struct request *rq, struct span body, struct err *err)
{
	struct span sum = request_header(rq, "Upload-Checksum");
	unsigned char want[SHA256_LEN], have[SHA256_LEN];

	if (!span_equal_nocase(request_header(rq, "Content-Type"), SPAN(TUS_TYPE)))
		return request_problem(rq, PROBLEM_MEDIA, ST_UNSUPPORTED, err);
	if (!sum.p)
		return ST_OK;
	if (tus_checksum_parse(sum, want, err) != ST_OK)
		return request_invalid(rq, "Upload-Checksum", err);
	if (EVP_Digest(body.p ? body.p : "", body.n, have, NULL, EVP_sha256(), NULL) != 1)
		return fail(err, ST_INTERNAL, "hash an upload");
	if (memcmp(want, have, SHA256_LEN) != 0)
		return request_problem(rq, PROBLEM_CHECKSUM, ST_INVALID, err);
	return ST_OK;
}

/*
 * Durable when it returns.  A file that came in one piece never becomes a part: nothing is to be
 * resumed, so it goes straight to its name, and trying again after a failure is harmless.
 */
static enum status
keep_body(struct request *rq, struct step *step, struct span body, struct err *err)
{
	struct store *store = rq->server->store;
	const struct upload *u = &step->upload;
	enum status st;

	step->to = u->offset + (int64_t)body.n;
	step->whole = step->to == u->length;
	if (step->to > u->length)
		return fail(err, ST_TOO_LARGE, "upload %s: more than its length", u->uid);
	if (step->whole && u->offset == 0)
		return store_put_bytes(store, body, &step->blob, err);
	if (body.n > 0) {
		st = store_part_append(store, u->uid, (uint64_t)u->offset, body.p, body.n, err);
		/* Finished once and cut off before its commit: the bytes are there. */
		if (st != ST_OK && !(st == ST_CONFLICT && step->whole))
			return st;
	}
	if (!step->whole)
		return ST_OK;
	return store_part_finish(store, u->uid, (uint64_t)u->length, NULL, &step->blob, err);
}

/* --- on the writer --- */

static enum status
register_file(struct request *rq, const struct step *step, struct err *err)
{
	const struct upload *u = &step->upload;
	struct arrival arrival = {
		.sha256 = step->blob.sha256,
		.size = (int64_t)step->blob.size,
		.name = u->name,
		.key = arena_printf(rq->arena, "upload:%s", u->uid),
		.origin = "upload",
		.dossier = u->dossier,
		.level = -1,
		.store = rq->server->store,
	};
	struct record record;
	int64_t id = 0;
	bool again;
	enum status st;

	memcpy(arrival.field, step->field, sizeof(arrival.field));
	st = record_register(rq->catalog, &rq->actor, rq->access, &arrival, &id, &again, err);
	if (st == ST_OK)
		st = upload_finished(rq->catalog, u->id, id, err);
	if (st == ST_OK)
		st = record_load(rq->catalog, rq->access, id, rq->arena, &record, err);
	if (st == ST_OK)
		answer_header(rq, "Tangthu-Record", "%s", record.uid);
	/* Who may add but not list learns no uid: the arrival is acknowledged all the same. */
	return st == ST_NOT_FOUND && id ? ST_OK : st;
}

static enum status
step_write(struct request *rq, struct err *err)
{
	struct step *step = rq->data;
	struct upload *u = &step->upload;
	int64_t expires = expiry(rq);
	enum status st = ST_OK;

	if (step->create) {
		st = upload_create(rq->catalog, &rq->actor, u, err);
		if (st == ST_OK)
			st = upload_load(rq->catalog, rq->who.id, u->uid, rq->arena, u, err);
	}
	if (st == ST_OK && step->to > u->offset)
		st = upload_advance(rq->catalog, u->id, u->offset, step->to, expires, err);
	if (st == ST_CONFLICT)
		rq->problem = PROBLEM_OFFSET;
	if (st == ST_OK && step->whole)
		st = register_file(rq, step, err);
	if (st != ST_OK)
		return st;
	answer_header(rq, "Upload-Offset", "%lld", (long long)step->to);
	if (!step->whole)
		expires_header(rq, expires);
	return ST_OK;
}

/* --- creation --- */

static enum status
find_dossier(struct request *rq, const struct tus_metadata *meta, int64_t *id, struct err *err)
{
	const struct span *uid = tus_metadata_find(meta, "dossier");
	struct node node;
	enum status st;

	if (uid && uid->n > 0) {
		if (!uid_valid(*uid))
			return request_invalid(rq, "dossier", err);
		st = node_find(rq->catalog, rq->access, uid->p, rq->arena, &node, err);
	} else {
		if ((st = dossier_inbox(rq->catalog, id, err)) != ST_OK)
			return st;
		st = node_load(rq->catalog, rq->access, *id, rq->arena, &node, err);
	}
	if (st != ST_OK)
		return st;
	if (node.kind != NODE_DOSSIER)
		return request_invalid(rq, "dossier", err);
	if (!access_can(rq->access, PERM_ADD, node.access_class))
		return fail(err, ST_DENIED, "add to dossier %s", node.uid);
	*id = node.id;
	return ST_OK;
}

/* Metadata fields as they come into the row: one JSON object. */
static enum status
read_fields(struct request *rq, const struct tus_metadata *meta, struct step *step, struct err *err)
{
	struct strbuf json owned(strbuf_free) = STRBUF_INIT;
	struct json_out j;

	json_start(&j, &json);
	json_object(&j);
	for (size_t i = 0; i < meta->count; i++) {
		int f = record_field_parse(span_of(meta->pair[i].key));
		struct span value = meta->pair[i].value;

		if (f < 0)
			continue;
		if (!utf8_valid(value))
			return request_invalid(rq, meta->pair[i].key, err);
		step->field[f] = value.p;
		json_key_str(&j, meta->pair[i].key, value.p);
	}
	json_end_object(&j);
	if (record_fields_check(rq, step->field, err) != ST_OK)
		return ST_INVALID;
	step->upload.fields = arena_dup(rq->arena, json.buf);
	return ST_OK;
}

static enum status
read_creation(struct request *rq, struct step *step, struct err *err)
{
	struct span length = request_header(rq, "Upload-Length");
	struct upload *u = &step->upload;
	const struct span *name;
	struct tus_metadata meta;
	enum status st;

	if (!span_i64(length, &u->length) || u->length < 1)
		return request_invalid(rq, "Upload-Length", err);
	if (u->length > rq->server->conf->server_upload_max) {
		rq->field = "Upload-Length";
		return fail(err, ST_TOO_LARGE, "upload of %lld bytes", (long long)u->length);
	}
	if (tus_metadata_parse(request_header(rq, "Upload-Metadata"), rq->arena, &meta, err) !=
	    ST_OK)
		return request_invalid(rq, "Upload-Metadata", err);
	name = tus_metadata_find(&meta, "filename");
	if (!name || name->n == 0 || name->n > 1024 || memchr(name->p, '\0', name->n))
		return request_invalid(rq, "Upload-Metadata", err);
	u->name = name->p;
	if ((st = read_fields(rq, &meta, step, err)) != ST_OK ||
	    (st = find_dossier(rq, &meta, &u->dossier, err)) != ST_OK)
		return st;
	return store_writable(rq->server->store, (uint64_t)u->length, err);
}

static enum status
create(struct request *rq, struct err *err)
{
	struct step *step = arena_alloc(rq->arena, sizeof(*step));
	struct upload *u = &step->upload;
	struct span body = request_body(rq);
	char *uid = arena_alloc(rq->arena, UID_LEN + 1);
	enum status st = check_version(rq, err);

	if (st != ST_OK || (st = read_creation(rq, step, err)) != ST_OK ||
	    (body.n > 0 && (st = check_body(rq, body, err)) != ST_OK))
		return st;
	uid_make(uid);
	u->uid = uid;
	u->principal = rq->who.id;
	u->expires_us = expiry(rq);
	step->create = true;
	/* The file is there before the row names it. */
	if ((int64_t)body.n < u->length)
		st = store_part_create(rq->server->store, uid, err);
	if (st == ST_OK)
		st = keep_body(rq, step, body, err);
	if (st != ST_OK)
		return st;
	answer_status(rq, 201);
	answer_header(rq, "Location", "/api/v1/uploads/%s", uid);
	request_write(rq, step_write, step);
	return ST_OK;
}

/* --- an upload that is there --- */

static enum status
find_upload(struct request *rq, struct upload *u, struct err *err)
{
	const char *uid;
	enum status st = check_version(rq, err);

	if (st != ST_OK || (st = request_path_uid(rq, 0, &uid, err)) != ST_OK)
		return st;
	return upload_load(rq->catalog, rq->who.id, uid, rq->arena, u, err);
}

static enum status
offset(struct request *rq, struct err *err)
{
	struct upload u;
	struct record record;
	enum status st = find_upload(rq, &u, err);

	if (st != ST_OK)
		return st;
	if (u.record) {
		st = record_load(rq->catalog, rq->access, u.record, rq->arena, &record, err);
		if (st != ST_OK && st != ST_NOT_FOUND)
			return st;
		if (st == ST_OK)
			answer_header(rq, "Tangthu-Record", "%s", record.uid);
	} else {
		expires_header(rq, u.expires_us);
	}
	answer_status(rq, 200);
	answer_header(rq, "Upload-Offset", "%lld", (long long)u.offset);
	answer_header(rq, "Upload-Length", "%lld", (long long)u.length);
	return ST_OK;
}

/* Alone with the upload, and with the catalogue as it is since then. */
static enum status
find_alone(struct request *rq, struct upload *u, struct err *err)
{
	enum status st = find_upload(rq, u, err);

	if (st != ST_OK)
		return st;
	if (!upload_use_begin(rq, u->uid))
		return request_problem(rq, PROBLEM_OFFSET, ST_CONFLICT, err);
	catalog_rollback(rq->catalog);
	if ((st = catalog_begin_read(rq->catalog, err)) != ST_OK)
		return st;
	return upload_load(rq->catalog, rq->who.id, u->uid, rq->arena, u, err);
}

static enum status
load_fields(struct request *rq, struct step *step, struct err *err)
{
	owned(json_freep) json_t *json = NULL;

	if (!step->upload.fields)
		return ST_OK;
	json = json_loads(step->upload.fields, JSON_REJECT_DUPLICATES, NULL);
	return record_json_fields(rq, json, step->field, err);
}

/* The part is a second name of what has become a blob, or nothing any more. */
static void
remove_part(struct request *rq)
{
	struct err err = ERR_INIT;

	if (store_part_remove(rq->server->store, rq->upload, &err) != ST_OK)
		log_failure(&err, "%s %s", rq->route->id, rq->id);
}

static enum status
append_body(struct request *rq, struct step *step, struct span body, struct err *err)
{
	enum status st;

	if ((st = load_fields(rq, step, err)) != ST_OK ||
	    (st = store_writable(rq->server->store, body.n, err)) != ST_OK ||
	    (st = keep_body(rq, step, body, err)) != ST_OK)
		return st;
	answer_status(rq, 204);
	rq->after = step->whole ? remove_part : NULL;
	request_write(rq, step_write, step);
	return ST_OK;
}

static enum status
append(struct request *rq, struct err *err)
{
	struct step *step = arena_alloc(rq->arena, sizeof(*step));
	struct span body = request_body(rq);
	int64_t from;
	enum status st = find_alone(rq, &step->upload, err);

	if (st != ST_OK)
		return st;
	if (!span_i64(request_header(rq, "Upload-Offset"), &from))
		return request_invalid(rq, "Upload-Offset", err);
	if (from != step->upload.offset || step->upload.record) {
		answer_header(rq, "Upload-Offset", "%lld", (long long)step->upload.offset);
		return request_problem(rq, PROBLEM_OFFSET, ST_CONFLICT, err);
	}
	if ((st = check_body(rq, body, err)) != ST_OK)
		return st;
	return append_body(rq, step, body, err);
}

static enum status
remove_write(struct request *rq, struct err *err)
{
	const struct upload *u = rq->data;

	return upload_delete(rq->catalog, u->id, err);
}

static enum status
terminate(struct request *rq, struct err *err)
{
	struct upload *u = arena_alloc(rq->arena, sizeof(*u));
	enum status st = find_alone(rq, u, err);

	if (st != ST_OK)
		return st;
	answer_status(rq, 204);
	rq->after = remove_part;
	request_write(rq, remove_write, u);
	return ST_OK;
}

#define UPLOADS "/api/v1/uploads"

const struct route routes_upload[] = {
	{ EVHTTP_REQ_OPTIONS, UPLOADS, "uploadOptions", options, POOL_LOOP, ROUTE_OPEN, 0 },
	{ EVHTTP_REQ_POST, UPLOADS, "uploadCreate", create, POOL_FILE, 0, CAP_INGEST },
	{ EVHTTP_REQ_HEAD, UPLOADS "/{upload}", "uploadOffset", offset, POOL_WORK, 0, CAP_INGEST },
	{ EVHTTP_REQ_PATCH, UPLOADS "/{upload}", "uploadAppend", append, POOL_FILE, 0, CAP_INGEST },
	{ EVHTTP_REQ_DELETE, UPLOADS "/{upload}", "uploadDelete", terminate, POOL_FILE, 0,
	    CAP_INGEST },
};
ROUTE_COUNT(routes_upload);
