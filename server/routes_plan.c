/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan_table.h"
#include "request.h"
#include "retention.h"

/* The file plan as a table over HTTP. */
static enum status export(struct request *rq, struct err *err) {
	const char *uid; struct node node = { 0 };
	enum status st = request_uid(rq, "node", &uid, err);

	if (st == ST_OK && uid) st = node_find(rq->catalog, rq->access, uid, rq->arena, &node, err);
	if (st == ST_OK) st = plan_export(rq->catalog, rq->access, node.id, &rq->answer.body, err);
	if (st != ST_OK) return st;
	rq->answer.status = 200;
	rq->answer.type = "text/csv; charset=utf-8";
	answer_header(rq, "Content-Disposition", "attachment; filename=\"plan.csv\"");
	return ST_OK;
}

struct table_wish {
	struct span text;
	bool dry;
	struct table_report report;
};

static enum status
import_write(struct request *rq, struct err *err)
{
	struct table_wish *w = rq->data;
	struct json_out j;
	size_t made = 0;
	enum status st = plan_import(
	    rq->catalog, &rq->actor, rq->access, w->text, w->dry, &w->report, &made, err);

	if (st != ST_OK && (st != ST_INVALID || w->report.count == 0))
		return st;
	answer_json(rq, st == ST_OK ? 200 : 422, &j);
	json_object(&j);
	json_key_bool(&j, "imported", st == ST_OK && !w->dry);
	json_key_int(&j, "made", (int64_t)made);
	table_report_json(&j, &w->report);
	json_end_object(&j);
	return ST_OK;
}

static enum status
import(struct request *rq, struct err *err)
{
	struct table_wish *w = arena_alloc(rq->arena, sizeof(*w));
	int dry;
	enum status st = request_choice(rq, "dry", "0|1", 0, &dry, err);

	if (st != ST_OK)
		return st;
	w->text = request_body(rq);
	w->dry = dry == 1;
	w->report.arena = rq->arena;
	request_write(rq, import_write, w);
	return ST_OK;
}

const struct route routes_plan[] = {
	{ EVHTTP_REQ_GET, "/api/v1/plan", "planExport", export, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/plan", "planImport", import, POOL_WORK, 0, CAP_PLAN },
};
ROUTE_COUNT(routes_plan);
