/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event log for auditors: entries, proofs, checkpoints. */
#include <jansson.h>
#include <string.h>

#include "access_report.h"
#include "base.h"
#include "path_find.h"
#include "trail.h"

static void
answer_text(struct request *rq)
{
	rq->answer.status = 200;
	rq->answer.type = "text/plain; charset=utf-8";
	strbuf_reset(&rq->answer.body);
}

/* Who reads the log stands in it. */
static void
note_read(struct request *rq)
{
	request_note(rq, "log.read", "log", 0);
}

/* Entries are numbered from 0. */
static enum status
path_seq(struct request *rq, size_t i, int64_t *seq, struct err *err)
{
	uint64_t n;

	if (!span_u64(span_of(rq->value[i]), &n) || n > INT64_MAX)
		return fail(err, ST_NOT_FOUND, "entry");
	*seq = (int64_t)n;
	return ST_OK;
}

/* --- entries --- */

static enum status
read_day(struct request *rq, const char *name, bool end, int64_t *us, struct err *err)
{
	const char *text = target_parameter(&rq->target, name);
	*us = 0;
	if (!text)
		return ST_OK;
	if (!day_parse(text, us))
		return request_invalid(rq, name, err);
	*us += end ? INT64_C(86400) * 1000000 : 0;
	return ST_OK;
}

static enum status
read_words(struct request *rq, struct event_filter *filter, struct err *err)
{
	const char *actor = target_parameter(&rq->target, "actor");
	struct principal who;
	enum status st;

	filter->action = target_parameter(&rq->target, "action");
	filter->object = target_parameter(&rq->target, "object");
	filter->kind = target_parameter(&rq->target, "kind");
	if (filter->object && !filter->kind)
		filter->kind = "record";
	if (filter->kind && !filter->object)
		return request_invalid(rq, "object", err);
	if (!actor)
		return ST_OK;
	st = principal_by_name(rq->catalog, actor, rq->arena, &who, err);
	if (st == ST_NOT_FOUND)
		return request_invalid(rq, "actor", err);
	filter->actor = st == ST_OK ? who.id : 0;
	return st;
}

static enum status
read_filter(struct request *rq, struct event_filter *filter, struct err *err)
{
	int64_t limit;
	int order;
	enum status st;

	memset(filter, 0, sizeof(*filter));
	if ((st = request_choice(rq, "order", "newest|oldest", 0, &order, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, AUDIT_LIST_MAX, &limit, err)) != ST_OK ||
	    (st = request_number(rq, "from", order ? 0 : -1, 0, INT64_MAX, &filter->from, err)) !=
		ST_OK ||
	    (st = read_day(rq, "since", false, &filter->since_us, err)) != ST_OK ||
	    (st = read_day(rq, "until", true, &filter->until_us, err)) != ST_OK)
		return st;
	filter->limit = (size_t)limit;
	filter->newest = order == 0;
	return read_words(rq, filter, err);
}

static void
write_head(struct json_out *j, const struct event_row *row)
{
	json_key_int(j, "seq", row->seq);
	json_key_time(j, "at", row->ts_us);
	json_key_str(j, "class", row->event_class);
	json_key_str(j, "action", row->action);
	json_key_str(j, "actor", row->actor);
	json_key_str(j, "on_behalf", row->on_behalf);
	json_key_str(j, "kind", row->kind);
	json_key_str(j, "object", row->object);
	json_key_int(j, "page", row->page);
	json_key_str(j, "outcome", row->outcome);
	json_key(j, "detail");
	if (row->detail)
		json_raw(j, span_of(row->detail));
	else
		json_null(j);
}

static enum status
list(struct request *rq, struct err *err)
{
	struct event_filter filter;
	const struct event_row *row;
	struct json_out j;
	size_t count;
	enum status st = read_filter(rq, &filter, err);

	if (st != ST_OK ||
	    (st = audit_find(rq->catalog, &filter, rq->arena, &row, &count, err)) != ST_OK)
		return st;
	note_read(rq);
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "entries");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		write_head(&j, &row[i]);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_key(&j, "next");
	if (count == filter.limit && (!filter.newest || row[count - 1].seq > 0))
		json_int(&j, row[count - 1].seq + (filter.newest ? -1 : 1));
	else
		json_null(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
entry(struct request *rq, struct err *err)
{
	const struct event_opening *opening;
	const struct event_row *row;
	struct json_out j;
	int64_t seq;
	size_t count, n;
	enum status st = path_seq(rq, 0, &seq, err);

	if (st != ST_OK ||
	    (st = audit_list(rq->catalog, seq, 1, rq->arena, &row, &n, err)) != ST_OK)
		return st;
	if (n == 0)
		return fail(err, ST_NOT_FOUND, "entry");
	st = audit_openings(rq->catalog, seq, rq->arena, &opening, &count, err);
	if (st != ST_OK)
		return st;
	note_read(rq);
	answer_json(rq, 200, &j);
	json_object(&j);
	write_head(&j, row);
	json_key(&j, "private");
	json_object(&j);
	for (size_t i = 0; i < count; i++)
		json_key_str(&j, opening[i].name, opening[i].value);
	json_end_object(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- proofs: of what the newest checkpoint covers; a younger entry gets one of its own --- */

static enum status
proof_write(struct request *rq, struct err *err)
{
	const int64_t *seq = rq->data;
	struct checkpoint point;
	bool made;
	enum status st =
	    checkpoint_make(rq->catalog, rq->server->conf, rq->arena, &point, &made, err);

	if (st != ST_OK)
		return st;
	answer_text(rq);
	return inclusion_text(rq->catalog, &point, (uint64_t)*seq, &rq->answer.body, err);
}

static enum status
proof(struct request *rq, struct err *err)
{
	int64_t *seq = arena_alloc(rq->arena, sizeof(*seq));
	struct checkpoint point;
	unsigned char root[SHA256_LEN];
	uint64_t size;
	enum status st = path_seq(rq, 0, seq, err);

	if (st != ST_OK || (st = audit_root(rq->catalog, &size, root, err)) != ST_OK)
		return st;
	if ((uint64_t)*seq >= size)
		return fail(err, ST_NOT_FOUND, "entry");
	note_read(rq);
	st = checkpoint_find(rq->catalog, 0, rq->arena, &point, err);
	if (st == ST_NOT_FOUND || (st == ST_OK && point.size <= (uint64_t)*seq)) {
		request_write(rq, proof_write, seq);
		return ST_OK;
	}
	if (st != ST_OK)
		return st;
	answer_text(rq);
	return inclusion_text(rq->catalog, &point, (uint64_t)*seq, &rq->answer.body, err);
}

static enum status
consistency(struct request *rq, struct err *err)
{
	struct checkpoint point;
	int64_t from, to;
	enum status st = request_number(rq, "from", 0, 0, INT64_MAX, &from, err);

	if (st != ST_OK || (st = request_number(rq, "to", 0, 0, INT64_MAX, &to, err)) != ST_OK ||
	    (st = checkpoint_find(rq->catalog, (uint64_t)to, rq->arena, &point, err)) != ST_OK)
		return st;
	if (to != 0 && point.size != (uint64_t)to)
		return fail(err, ST_NOT_FOUND, "checkpoint of that size");
	if ((uint64_t)from > point.size)
		return request_invalid(rq, "from", err);
	note_read(rq);
	answer_text(rq);
	return consistency_text(rq->catalog, &point, (uint64_t)from, &rq->answer.body, err);
}

/* --- checkpoints --- */

static enum status
checkpoints(struct request *rq, struct err *err)
{
	const struct checkpoint *row;
	struct json_out j;
	int64_t before, limit;
	size_t count;
	enum status st = request_number(rq, "before", 0, 0, INT64_MAX, &before, err);

	if (st != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, AUDIT_LIST_MAX, &limit, err)) != ST_OK ||
	    (st = checkpoint_list(rq->catalog, (uint64_t)before, (size_t)limit, rq->arena, &row,
		 &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "checkpoints");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		char root[SHA256_HEX + 1];

		hex_encode(row[i].root, SHA256_LEN, root);
		json_object(&j);
		json_key_int(&j, "size", (int64_t)row[i].size);
		json_key_time(&j, "at", row[i].at_us);
		json_key_str(&j, "root", root);
		json_key_str(&j, "note", row[i].note);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_key(&j, "next");
	if (count == (size_t)limit)
		json_int(&j, (int64_t)row[count - 1].size);
	else
		json_null(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
make_write(struct request *rq, struct err *err)
{
	struct checkpoint point;
	bool made;
	enum status st =
	    checkpoint_make(rq->catalog, rq->server->conf, rq->arena, &point, &made, err);

	if (st != ST_OK)
		return st;
	answer_text(rq);
	rq->answer.status = made ? 201 : 200;
	strbuf_add_str(&rq->answer.body, point.note);
	return ST_OK;
}

static enum status
make(struct request *rq, struct err *err)
{
	(void)err;
	request_write(rq, make_write, NULL);
	return ST_OK;
}

static enum status
keys(struct request *rq, struct err *err)
{
	const char *const *key;
	size_t count;
	enum status st = log_keys(rq->catalog, rq->arena, &key, &count, err);

	if (st != ST_OK)
		return st;
	answer_text(rq);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&rq->answer.body, "%s\n", key[i]);
	return ST_OK;
}

/* --- who could read a record, who did --- */

static enum status
readers(struct request *rq, struct err *err)
{
	const char *day = target_parameter(&rq->target, "day");
	const struct access_reader *row;
	struct record record;
	struct json_out j;
	size_t count;
	enum status st = path_find_record(rq, &record, err);

	if (st != ST_OK)
		return st;
	st = access_report(rq->catalog, record.id, day, rq->arena, &row, &count, err);
	if (st == ST_INVALID)
		return request_invalid(rq, "day", err);
	if (st != ST_OK)
		return st;
	note_read(rq);
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "readers");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		owned(strbuf_free) struct strbuf perms = STRBUF_INIT;

		permission_text(row[i].permissions, &perms);
		json_object(&j);
		json_key_str(&j, "name", row[i].name);
		json_key_str(&j, "uid", row[i].uid);
		json_key_str(&j, "permissions", perms.buf);
		json_key_int(&j, "accesses", row[i].accesses);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

#define LOG "/api/v1/log"

const struct route routes_log[] = {
	{ EVHTTP_REQ_GET, LOG "/entries", "logList", list, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, LOG "/entries/{seq}", "logEntry", entry, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, LOG "/entries/{seq}/proof", "logProof", proof, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, LOG "/consistency", "logConsistency", consistency, POOL_WORK, 0,
	    CAP_AUDIT },
	{ EVHTTP_REQ_GET, LOG "/checkpoints", "checkpointList", checkpoints, POOL_WORK, 0,
	    CAP_AUDIT },
	{ EVHTTP_REQ_POST, LOG "/checkpoints", "checkpointMake", make, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, LOG "/keys", "logKeys", keys, POOL_WORK, 0, CAP_AUDIT },
	{ EVHTTP_REQ_GET, "/api/v1/records/{uid}/readers", "recordReaders", readers, POOL_WORK, 0,
	    CAP_AUDIT },
};
ROUTE_COUNT(routes_log);
