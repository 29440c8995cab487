/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <sodium.h>

#include "base.h"
#include "job.h"
#include "request.h"

static void
write_job(struct json_out *j, const struct job_row *row)
{
	json_object(j);
	json_key_str(j, "record", row->record_uid);
	json_key_str(j, "name", row->name);
	json_key_str(j, "state", row->state);
	json_key_str(j, "reason", row->reason);
	json_key_int(j, "tries", row->tries);
	json_key_int(j, "pages", row->pages);
	json_key_int(j, "pages_done", row->pages_done);
	json_key_time(j, "updated", row->updated_us);
	json_end_object(j);
}

/* Of everything, also of what the caller may not list: for who runs the machine. */
static enum status
write_counts(struct request *rq, struct json_out *j, struct err *err)
{
	struct job_counts counts;
	size_t spool_documents;
	uint64_t spool_bytes;
	enum status st;

	if (!access_has(rq->access, CAP_SYSTEM))
		return ST_OK;
	if ((st = job_counts(rq->catalog, &counts, err)) != ST_OK ||
	    (st = derived_spool(rq->server->derived, &spool_documents, &spool_bytes, err)) != ST_OK)
		return st;
	json_key(j, "counts");
	json_object(j);
	json_key_int(j, "waiting", counts.waiting);
	json_key_int(j, "leased", counts.leased);
	json_key_int(j, "done", counts.done);
	json_key_int(j, "failed", counts.failed);
	json_key_int(j, "pages_waiting", counts.pages_waiting);
	json_key_int(j, "pages_done", counts.pages_done);
	json_key_int(j, "outbox", counts.outbox);
	json_key_int(j, "spool_documents", (int64_t)spool_documents);
	json_key_int(j, "spool_bytes", (int64_t)spool_bytes);
	json_end_object(j);
	return ST_OK;
}

/*
 * The cursor of the next page.  A row's number would count the rows of others, so it travels sealed;
 * the key is this process's, and a list begun before a restart begins anew.
 */
struct cursor {
	unsigned char nonce[crypto_secretbox_NONCEBYTES];
	unsigned char sealed[crypto_secretbox_MACBYTES + sizeof(int64_t)];
};

static void
write_cursor(struct request *rq, struct json_out *j, int64_t id)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct cursor cursor;

	random_bytes(cursor.nonce, sizeof(cursor.nonce));
	crypto_secretbox_easy(cursor.sealed, (const unsigned char *)&id, sizeof(id), cursor.nonce,
	    rq->server->cursor_key);
	base64url_encode(&cursor, sizeof(cursor), &text);
	json_key_str(j, "next", text.buf);
}

static enum status
read_after(struct request *rq, int64_t *id, struct err *err)
{
	owned(strbuf_free) struct strbuf raw = STRBUF_INIT;
	const char *after = target_parameter(&rq->target, "after");
	struct cursor cursor;

	*id = 0;
	if (!after)
		return ST_OK;
	if (!base64_decode(span_of(after), &raw) || raw.len != sizeof(cursor))
		return request_invalid(rq, "after", err);
	memcpy(&cursor, raw.buf, sizeof(cursor));
	if (crypto_secretbox_open_easy((unsigned char *)id, cursor.sealed, sizeof(cursor.sealed),
		cursor.nonce, rq->server->cursor_key) != 0)
		return request_invalid(rq, "after", err);
	return ST_OK;
}

static enum status
list(struct request *rq, struct err *err)
{
	static const char *const states[] = { "waiting", "leased", "done", "failed" };
	const struct job_row *row;
	int64_t limit, after;
	struct json_out j;
	size_t count;
	int state;
	enum status st = request_choice(rq, "state", "waiting|leased|done|failed", -1, &state, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = read_after(rq, &after, err)) != ST_OK ||
	    (st = job_list(rq->catalog, rq->access, state < 0 ? NULL : states[state], after,
		 (size_t)limit, rq->arena, &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "jobs");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		write_job(&j, &row[i]);
	json_end_array(&j);
	if (count == (size_t)limit)
		write_cursor(rq, &j, row[count - 1].id);
	else
		json_key_str(&j, "next", NULL);
	st = write_counts(rq, &j, err);
	json_end_object(&j);
	return st;
}

static enum status
retry_write(struct request *rq, struct err *err)
{
	const int64_t *record = rq->data;
	struct json_out j;
	int64_t count;
	enum status st = job_retry(rq->catalog, &rq->actor, *record, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "retried", count);
	json_end_object(&j);
	return ST_OK;
}

static enum status
retry(struct request *rq, struct err *err)
{
	int64_t *id = arena_alloc(rq->arena, sizeof(*id));
	owned(json_freep) json_t *body = NULL;
	const char *uid = NULL;
	struct record record;
	enum status st = request_json(rq, "record", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "record", UID_LEN, &uid, err)) != ST_OK)
		return st;
	if (!uid || !uid_valid(span_of(uid)))
		return request_invalid(rq, "record", err);
	st = record_find(rq->catalog, rq->access, uid, rq->arena, &record, err);
	if (st != ST_OK)
		return st;
	if (!record_can(rq->access, PERM_EDIT, &record))
		return fail(err, ST_DENIED, "read record %s again", uid);
	*id = record.id;
	request_write(rq, retry_write, id);
	return ST_OK;
}

const struct route routes_job[] = {
	{ EVHTTP_REQ_GET, "/api/v1/jobs", "jobList", list, POOL_WORK, 0, CAP_INGEST },
	{ EVHTTP_REQ_POST, "/api/v1/jobs/retry", "jobRetry", retry, POOL_WORK, 0, CAP_INGEST },
};
ROUTE_COUNT(routes_job);
