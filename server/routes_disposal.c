/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "disposal.h"
#include "path_find.h"

/* records.md 40-45, 49: disposal over HTTP. */
struct wish {
	int64_t id, dossier, minutes, decision;
	const char *action, *title, *receiver, *verdict, *reason, *rule, *receipt;
	int64_t *ids;
	size_t count;
	bool accepted;
};

static enum status
find_from_path(struct request *rq, struct disposal *d, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? disposal_find(rq->catalog, rq->access, uid, rq->arena, d, err) : st;
}

static enum status
answer_disposal(struct request *rq, int64_t id, int status, struct err *err)
{
	struct disposal d;
	struct json_out j;
	enum status st = disposal_find(rq->catalog, rq->access,
	    arena_printf(rq->arena, "%lld", (long long)id), rq->arena, &d, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, status, &j);
	disposal_json(&j, &d);
	if (status == 201)
		answer_header(rq, "Location", "/api/v1/disposals/%s", d.uid);
	return ST_OK;
}

static enum status
list(struct request *rq, struct err *err)
{
	static const char *const states[] = { "proposed", "approved", "executing", "waiting",
		"done", "refused", "cancelled" };
	const struct disposal *row;
	struct disposal last = { 0 };
	const char *after;
	struct json_out j;
	int64_t limit;
	size_t count;
	int state;
	enum status st = request_choice(rq, "state",
	    "proposed|approved|executing|waiting|done|refused|cancelled", -1, &state, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (after) {
		st = disposal_find(rq->catalog, rq->access, after, rq->arena, &last, err);
		if (st != ST_OK)
			return st == ST_NOT_FOUND ? request_invalid(rq, "after", err) : st;
	}
	st = disposal_list(rq->catalog, rq->access, state >= 0 ? states[state] : NULL, last.id,
	    (size_t)limit, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "disposals");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		disposal_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static enum status
view(struct request *rq, struct err *err)
{
	struct disposal d;
	enum status st = find_from_path(rq, &d, err);

	return st == ST_OK ? answer_disposal(rq, d.id, 200, err) : st;
}

static enum status
items(struct request *rq, struct err *err)
{
	const struct disposal_item *row;
	struct disposal d;
	struct json_out j;
	int64_t after, limit;
	size_t count;
	enum status st = find_from_path(rq, &d, err);

	if (st != ST_OK ||
	    (st = request_number(rq, "offset", 0, 0, INT64_MAX, &after, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = disposal_items(rq->catalog, rq->access, d.id, after, (size_t)limit, rq->arena,
		 &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		disposal_item_json(&j, &row[i]);
	json_end_array(&j);
	json_key(&j, "next");
	if (count == (size_t)limit)
		json_int(&j, row[count - 1].dossier);
	else
		json_null(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- proposing and judging --- */

static enum status
propose_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	int64_t id;
	enum status st = disposal_propose(rq->catalog, &rq->actor, rq->access, w->action, w->title,
	    w->receiver, w->ids, w->count, &id, err);

	return st == ST_OK ? answer_disposal(rq, id, 201, err) : st;
}

static enum status
dossier_of(struct request *rq, const char *uid, int64_t *id, struct err *err)
{
	struct node node;
	enum status st = uid && uid_valid(span_of(uid))
	    ? node_find(rq->catalog, rq->access, uid, rq->arena, &node, err)
	    : ST_NOT_FOUND;

	*id = st == ST_OK ? node.id : 0;
	return st;
}

static enum status
read_dossiers(struct request *rq, json_t *array, struct wish *w, struct err *err)
{
	json_t *item;
	size_t i;

	if (!json_is_array(array) || json_array_size(array) < 1 ||
	    json_array_size(array) > DISPOSAL_MAX)
		return request_invalid(rq, "dossiers", err);
	w->count = json_array_size(array);
	w->ids = arena_array(rq->arena, w->count, sizeof(*w->ids));
	json_array_foreach(array, i, item)
	{
		if (dossier_of(rq, json_string_value(item), &w->ids[i], err) != ST_OK)
			return request_invalid(rq, "dossiers", err);
	}
	return ST_OK;
}

static enum status
propose(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "action|title|receiver|dossiers", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "action", 8, &w->action, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "title", 1000, &w->title, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "receiver", 1000, &w->receiver, err)) != ST_OK)
		return st;
	if (!w->action || (strcmp(w->action, "destroy") != 0 && strcmp(w->action, "transfer") != 0))
		return request_invalid(rq, "action", err);
	if (!w->title || !*w->title)
		return request_invalid(rq, "title", err);
	if (strcmp(w->action, "transfer") == 0 && (!w->receiver || !*w->receiver))
		return request_invalid(rq, "receiver", err);
	st = read_dossiers(rq, json_object_get(body, "dossiers"), w, err);
	if (st == ST_OK)
		request_write(rq, propose_write, w);
	return st;
}

static enum status
judge_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = disposal_judge(rq->catalog, &rq->actor, rq->access, w->id, w->dossier,
	    w->verdict, w->reason, w->rule, err);

	return st == ST_OK ? answer_disposal(rq, w->id, 200, err) : st;
}

static enum status
judge(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	const char *dossier = NULL;
	struct disposal d;
	enum status st = find_from_path(rq, &d, err);

	if (st != ST_OK ||
	    (st = request_json(rq, "dossier|verdict|reason|rule", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "dossier", UID_LEN, &dossier, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "verdict", 8, &w->verdict, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "reason", 2000, &w->reason, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "rule", 64, &w->rule, err)) != ST_OK)
		return st;
	if (!w->verdict)
		return request_invalid(rq, "verdict", err);
	if (dossier_of(rq, dossier, &w->dossier, err) != ST_OK)
		return request_invalid(rq, "dossier", err);
	w->id = d.id;
	request_write(rq, judge_write, w);
	return ST_OK;
}

/* --- approving, ending --- */

static enum status
approve_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = disposal_approve(
	    rq->catalog, &rq->actor, rq->access, w->id, w->minutes, w->decision, err);

	return st == ST_OK ? answer_disposal(rq, w->id, 200, err) : st;
}

static enum status
approve(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct disposal d;
	enum status st = find_from_path(rq, &d, err);

	if (st != ST_OK || (st = request_json(rq, "minutes|decision", &body, err)) != ST_OK ||
	    (st = body_find_record(rq, body, "minutes", &w->minutes, err)) != ST_OK ||
	    (st = body_find_record(rq, body, "decision", &w->decision, err)) != ST_OK)
		return st;
	w->id = d.id;
	request_write(rq, approve_write, w);
	return ST_OK;
}

static enum status
end_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = disposal_end(rq->catalog, &rq->actor, rq->access, w->id, w->reason, err);

	return st == ST_OK ? answer_disposal(rq, w->id, 200, err) : st;
}

static enum status
end(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct disposal d;
	enum status st = find_from_path(rq, &d, err);

	if (st != ST_OK || (st = request_json(rq, "reason", &body, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	w->id = d.id;
	request_write(rq, end_write, w);
	return ST_OK;
}

/* --- executing --- */

/* The writer goes on with it once this is durable. */
static void
wake(struct request *rq)
{
	atomic_store(&rq->server->disposing, true);
}

static enum status
execute_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = disposal_start(rq->catalog, &rq->actor, rq->access, w->id,
	    rq->session.verified_us, rq->server->conf->session_fresh, err);

	if (st != ST_OK)
		return st;
	rq->after = wake;
	return answer_disposal(rq, w->id, 202, err);
}

/* records.md 41; QCVN 12 2.2.12.2.6: whoever destroys says afresh who he is (ROUTE_FRESH). */
static enum status
execute(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	struct disposal d;
	enum status st = find_from_path(rq, &d, err);

	if (st != ST_OK)
		return st;
	w->id = d.id;
	request_write(rq, execute_write, w);
	return ST_OK;
}

static enum status
receipt_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = disposal_receipt(
	    rq->catalog, &rq->actor, rq->access, w->id, w->accepted, w->receipt, err);

	return st == ST_OK ? answer_disposal(rq, w->id, 200, err) : st;
}

static enum status
receipt(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct disposal d;
	enum status st = find_from_path(rq, &d, err);

	if (st != ST_OK || (st = request_json(rq, "accepted|receipt", &body, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, "accepted", &w->accepted, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "receipt", 2000, &w->receipt, err)) != ST_OK)
		return st;
	if (!json_object_get(body, "accepted"))
		return request_invalid(rq, "accepted", err);
	if (!w->receipt || !*w->receipt)
		return request_invalid(rq, "receipt", err);
	w->id = d.id;
	request_write(rq, receipt_write, w);
	return ST_OK;
}

static enum status
tombstones(struct request *rq, struct err *err)
{
	const struct tombstone *row;
	struct json_out j;
	int64_t after, limit, last;
	size_t count;
	enum status st = request_number(rq, "offset", 0, 0, INT64_MAX, &after, err);

	if (st != ST_OK || (st = request_number(rq, "limit", 50, 1, 500, &limit, err)) != ST_OK ||
	    (st = destruction_list(rq->catalog, rq->access, after, (size_t)limit, rq->arena, &row,
		 &last, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "tombstones");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "kind", row[i].kind);
		json_key_str(&j, "uid", row[i].uid);
		json_key_str(&j, "disposal", row[i].disposal);
		json_key_time(&j, "at", row[i].at_us);
		json_key(&j, "tombstone");
		json_raw(&j, span_of(row[i].content));
		json_end_object(&j);
	}
	json_end_array(&j);
	json_key(&j, "next");
	if (count == (size_t)limit)
		json_int(&j, last);
	else
		json_null(&j);
	json_end_object(&j);
	return ST_OK;
}

#define ALL "/api/v1/disposals"
#define ONE ALL "/{uid}"

const struct route routes_disposal[] = {
	{ EVHTTP_REQ_GET, ALL, "disposalList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ALL, "disposalPropose", propose, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, ONE, "disposalRead", view, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, ONE "/items", "disposalItems", items, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ONE "/verdict", "disposalJudge", judge, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ONE "/approve", "disposalApprove", approve, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ONE "/end", "disposalEnd", end, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, ONE "/execute", "disposalExecute", execute, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
	{ EVHTTP_REQ_POST, ONE "/receipt", "disposalReceipt", receipt, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/tombstones", "tombstoneList", tombstones, POOL_WORK, 0,
	    CAP_PLAN | CAP_AUDIT },
};
ROUTE_COUNT(routes_disposal);
