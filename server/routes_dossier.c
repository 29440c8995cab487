/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "base.h"
#include "dossier.h"
#include "path_find.h"
#include "print.h"

/* Dossiers under control over HTTP: closing, contents, submission, handover. */
#define PASS_MAX 1000

struct wish {
	int64_t days;
	int64_t node, from, to;
	const char *day, *reason;
	bool incomplete;
	enum dossier_step step;
	int64_t *ids;
	size_t count;
	struct dossier_wanted *wanted;
};

static void
write_totals(struct json_out *j, const struct dossier_totals *t)
{
	json_object(j);
	json_key_int(j, "dossiers", t->dossiers);
	json_key_int(j, "records", t->records);
	json_key_int(j, "files", t->files);
	json_key_int(j, "pages", t->pages);
	json_end_object(j);
}

static enum status
answer_acts(struct request *rq, int64_t id, struct err *err)
{
	const struct dossier_act *row;
	struct json_out j;
	struct node node;
	size_t count;
	enum status st = node_load(rq->catalog, rq->access, id, rq->arena, &node, err);

	if (st == ST_OK)
		st = dossier_acts(rq->catalog, rq->access, id, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_str(&j, "state", node.state);
	json_key(&j, "acts");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "act", row[i].act);
		json_key_str(&j, "day", row[i].day);
		json_key_str(&j, "reason", row[i].reason);
		json_key_str(&j, "by", row[i].by);
		json_key_time(&j, "made", row[i].made_us);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
acts(struct request *rq, struct err *err)
{
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	return st == ST_OK ? answer_acts(rq, node.id, err) : st;
}

static enum status
close_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    dossier_close(rq->catalog, &rq->actor, rq->access, w->node, w->day, w->incomplete, err);

	return st == ST_OK ? answer_acts(rq, w->node, err) : st;
}

static enum status
close_dossier(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "date|incomplete", &body, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "date", 10, &w->day, err)) != ST_OK ||
	    (st = request_json_bool(rq, body, "incomplete", &w->incomplete, err)) != ST_OK)
		return st;
	if (w->day && !date_valid(span_of(w->day), false))
		return request_invalid(rq, "date", err);
	w->node = node.id;
	request_write(rq, close_write, w);
	return ST_OK;
}

static enum status
reopen_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st =
	    dossier_reopen(rq->catalog, &rq->actor, rq->access, w->node, w->reason, err);

	return st == ST_OK ? answer_acts(rq, w->node, err) : st;
}

static enum status
reopen(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "reason", &body, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	w->node = node.id;
	request_write(rq, reopen_write, w);
	return ST_OK;
}

/* --- contents --- */

static enum status
contents(struct request *rq, struct err *err)
{
	const struct dossier_line *row;
	struct json_out j;
	struct node node;
	size_t count;
	int form;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK ||
	    (st = request_choice(rq, "format", "json|csv|html", 0, &form, err)) != ST_OK ||
	    (st = dossier_contents(
		 rq->catalog, rq->access, node.id, rq->arena, &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	if (form > 0) {
		rq->answer.type =
		    form == 1 ? "text/csv; charset=utf-8" : "text/html; charset=utf-8";
		if (form == 1)
			dossier_contents_csv(row, count, &rq->answer.body);
		else
			dossier_contents_html(&node, row, count, &rq->answer.body);
		return ST_OK;
	}
	json_object(&j);
	json_key(&j, "contents");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_int(&j, "ordinal", row[i].ordinal);
		json_key_str(&j, "record", row[i].uid);
		json_key_str(&j, "notation", row[i].notation);
		json_key_str(&j, "issued", row[i].issued);
		json_key_str(&j, "type", row[i].type);
		json_key_str(&j, "subject", row[i].subject);
		json_key_str(&j, "issuer", row[i].issuer);
		json_key_str(&j, "state", row[i].state);
		json_key_int(&j, "page_from", row[i].page_from);
		json_key_int(&j, "page_to", row[i].page_to);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- components --- */

static enum status
answer_wanted(struct request *rq, int64_t id, struct err *err)
{
	const struct dossier_wanted *row;
	struct json_out j;
	size_t count;
	enum status st =
	    dossier_wanted_list(rq->catalog, rq->access, id, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "components");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "title", row[i].title);
		json_key_str(&j, "type", row[i].type_code);
		json_key_bool(&j, "required", row[i].required);
		json_key_int(&j, "found", row[i].found);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
wanted(struct request *rq, struct err *err)
{
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	return st == ST_OK ? answer_wanted(rq, node.id, err) : st;
}

static enum status
wanted_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = dossier_wanted_put(
	    rq->catalog, &rq->actor, rq->access, w->node, w->wanted, w->count, err);

	return st == ST_OK ? answer_wanted(rq, w->node, err) : st;
}

static enum status
read_wanted(struct request *rq, json_t *list, struct wish *w, struct err *err)
{
	json_t *item;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > 200)
		return request_invalid(rq, "components", err);
	w->count = json_array_size(list);
	w->wanted = arena_array(rq->arena, w->count + 1, sizeof(*w->wanted));
	json_array_foreach(list, i, item)
	{
		struct dossier_wanted *x = &w->wanted[i];

		x->required = true;
		if (!json_is_object(item) ||
		    request_json_text(rq, item, "title", 500, &x->title, err) != ST_OK ||
		    request_json_text(rq, item, "type", 16, &x->type_code, err) != ST_OK ||
		    request_json_bool(rq, item, "required", &x->required, err) != ST_OK ||
		    !x->title)
			return request_invalid(rq, "components", err);
	}
	return ST_OK;
}

static enum status
wanted_put(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	if (st != ST_OK || (st = request_json(rq, "components", &body, err)) != ST_OK ||
	    (st = read_wanted(rq, json_object_get(body, "components"), w, err)) != ST_OK)
		return st;
	w->node = node.id;
	request_write(rq, wanted_write, w);
	return ST_OK;
}

/* Mục lục as PDF. */
static enum status
contents_pdf(struct request *rq, struct err *err)
{
	const struct dossier_line *row;
	struct node node;
	size_t count;
	enum status st = path_find_node(rq, &node, err);

	if (st == ST_OK)
		st = dossier_contents(
		    rq->catalog, rq->access, node.id, rq->arena, &row, &count, err);
	return st == ST_OK ? print_sheet(rq, dossier_contents_sheet(rq->arena, &node, row, count),
				 "muc-luc.pdf", err)
			   : st;
}

/* --- deadlines --- */

static enum status
answer_deadline(struct request *rq, int64_t node, struct err *err)
{
	struct dossier_deadline d;
	struct json_out j;
	enum status st = dossier_deadline_find(rq->catalog, rq->access, node, rq->arena, &d, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "days");
	if (d.days >= 0)
		json_int(&j, d.days);
	else
		json_null(&j);
	json_key_str(&j, "authority", d.authority);
	json_key_str(&j, "node", d.node_uid);
	json_end_object(&j);
	return ST_OK;
}

static enum status
deadline(struct request *rq, struct err *err)
{
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	return st == ST_OK ? answer_deadline(rq, node.id, err) : st;
}

static enum status
deadline_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	enum status st = dossier_deadline_put(
	    rq->catalog, &rq->actor, rq->access, w->node, w->days, w->reason, err);

	return st == ST_OK ? answer_deadline(rq, w->node, err) : st;
}

/* days null takes the node's own away. */
static enum status
deadline_put(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	struct node node;
	enum status st = path_find_node(rq, &node, err);

	w->days = -1;
	if (st != ST_OK || (st = request_json(rq, "days|authority", &body, err)) != ST_OK)
		return st;
	if (!json_is_null(json_object_get(body, "days"))) {
		if ((st = request_json_number(rq, body, "days", 0, 36500, &w->days, err)) !=
			ST_OK ||
		    (st = request_json_given(rq, body, "authority", 500, &w->reason, err)) != ST_OK)
			return st;
		if (w->days < 0)
			return request_invalid(rq, "days", err);
	}
	w->node = node.id;
	request_write(rq, deadline_write, w);
	return ST_OK;
}

/* --- submission and handover --- */

static enum status
pass_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	struct dossier_totals totals;
	struct json_out j;
	enum status st = dossier_pass(rq->catalog, &rq->actor, rq->access, w->step, w->ids,
	    w->count, w->reason, &totals, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	write_totals(&j, &totals);
	return ST_OK;
}

static enum status
read_ids(struct request *rq, json_t *list, struct wish *w, struct err *err)
{
	json_t *item;
	size_t i;

	if (!json_is_array(list) || !json_array_size(list) || json_array_size(list) > PASS_MAX)
		return request_invalid(rq, "dossiers", err);
	w->count = json_array_size(list);
	w->ids = arena_array(rq->arena, w->count, sizeof(*w->ids));
	json_array_foreach(list, i, item)
	{
		const char *uid = json_string_value(item);
		struct node node;

		if (!uid || !uid_valid(span_of(uid)) ||
		    node_find(rq->catalog, rq->access, uid, rq->arena, &node, err) != ST_OK)
			return request_invalid(rq, "dossiers", err);
		w->ids[i] = node.id;
	}
	return ST_OK;
}

static enum status
pass(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	const char *step = NULL;
	enum status st = request_json(rq, "step|dossiers|reason", &body, err);

	if (st != ST_OK || (st = request_json_text(rq, body, "step", 8, &step, err)) != ST_OK ||
	    (st = request_json_text(rq, body, "reason", 2000, &w->reason, err)) != ST_OK ||
	    (st = read_ids(rq, json_object_get(body, "dossiers"), w, err)) != ST_OK)
		return st;
	if (step && strcmp(step, "submit") == 0)
		w->step = DOSSIER_SUBMIT;
	else if (step && strcmp(step, "accept") == 0)
		w->step = DOSSIER_ACCEPT;
	else if (step && strcmp(step, "return") == 0)
		w->step = DOSSIER_RETURN;
	else
		return request_invalid(rq, "step", err);
	if (w->step == DOSSIER_RETURN && (!w->reason || !*w->reason))
		return request_invalid(rq, "reason", err);
	request_write(rq, pass_write, w);
	return ST_OK;
}

static enum status
submissions(struct request *rq, struct err *err)
{
	const char *until = target_parameter(&rq->target, "until");
	const struct dossier_due *row;
	struct json_out j;
	int64_t limit;
	size_t count;
	enum status st = request_number(rq, "limit", 50, 1, 500, &limit, err);

	if (st != ST_OK)
		return st;
	if (!until || !date_valid(span_of(until), false))
		return request_invalid(rq, "until", err);
	st = dossier_submissions(
	    rq->catalog, rq->access, until, (size_t)limit, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "dossiers");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "uid", row[i].uid);
		json_key_str(&j, "file_code", row[i].file_code);
		json_key_str(&j, "title", row[i].title);
		json_key_str(&j, "maintainer", row[i].maintainer);
		json_key_str(&j, "closed", row[i].closed);
		json_key_str(&j, "submit_due", row[i].submit_due);
		json_key_str(&j, "authority", row[i].authority);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* uid: of the minutes; null when there was nothing to hand over. */
static void
write_handover(struct json_out *j, const struct dossier_totals *t)
{
	json_object(j);
	json_key_str(j, "uid", *t->handover ? t->handover : NULL);
	json_key_int(j, "dossiers", t->dossiers);
	json_key_int(j, "records", t->records);
	json_key_int(j, "files", t->files);
	json_key_int(j, "pages", t->pages);
	json_end_object(j);
}

static enum status
handover_write(struct request *rq, struct err *err)
{
	const struct wish *w = rq->data;
	struct dossier_totals totals;
	struct json_out j;
	enum status st = dossier_handover(
	    rq->catalog, &rq->actor, rq->access, w->from, w->to, w->reason, &totals, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	write_handover(&j, &totals);
	return ST_OK;
}

static enum status
person(struct request *rq, const json_t *body, const char *name, int64_t *id, struct err *err)
{
	const char *text = NULL;
	struct principal who;
	enum status st = request_json_text(rq, body, name, 64, &text, err);

	if (st == ST_OK && !text)
		return request_invalid(rq, name, err);
	if (st == ST_OK)
		st = principal_by_name(rq->catalog, text, rq->arena, &who, err);
	if (st == ST_NOT_FOUND)
		return request_invalid(rq, name, err);
	*id = st == ST_OK ? who.id : 0;
	return st;
}

static enum status
handover(struct request *rq, struct err *err)
{
	struct wish *w = arena_alloc(rq->arena, sizeof(*w));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "from|to|reason", &body, err);

	if (st != ST_OK || (st = person(rq, body, "from", &w->from, err)) != ST_OK ||
	    (st = person(rq, body, "to", &w->to, err)) != ST_OK ||
	    (st = request_json_given(rq, body, "reason", 2000, &w->reason, err)) != ST_OK)
		return st;
	request_write(rq, handover_write, w);
	return ST_OK;
}

#define NODE "/api/v1/nodes/{uid}"

const struct route routes_dossier[] = {
	{ EVHTTP_REQ_GET, NODE "/acts", "dossierActs", acts, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODE "/close", "dossierClose", close_dossier, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODE "/reopen", "dossierReopen", reopen, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, NODE "/contents", "dossierContents", contents, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, NODE "/contents/pdf", "dossierContentsPdf", contents_pdf, POOL_EXPORT, 0,
	    0 },
	{ EVHTTP_REQ_GET, NODE "/deadline", "submitDeadline", deadline, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODE "/deadline", "submitDeadlinePut", deadline_put, POOL_WORK, 0,
	    CAP_PLAN },
	{ EVHTTP_REQ_GET, NODE "/components", "componentsWanted", wanted, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, NODE "/components", "componentsWantedPut", wanted_put, POOL_WORK, 0,
	    CAP_PLAN },
	{ EVHTTP_REQ_GET, "/api/v1/submissions", "submissionList", submissions, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/submissions", "submissionPass", pass, POOL_WORK, 0, CAP_PLAN },
	{ EVHTTP_REQ_POST, "/api/v1/handover", "handover", handover, POOL_WORK, 0, CAP_PLAN },
};
ROUTE_COUNT(routes_dossier);
