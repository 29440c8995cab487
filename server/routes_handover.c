/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "handover.h"

#include "print.h"

/* Minutes of handing over: as JSON, as a page that prints, as PDF. */

static enum status
find(struct request *rq, struct handover *h, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? handover_find(rq->catalog, rq->access, uid, rq->arena, h, err) : st;
}

static enum status
list(struct request *rq, struct err *err)
{
	const struct handover *row;
	struct handover last = { 0 };
	const char *after;
	struct json_out j;
	int64_t limit;
	size_t count;
	enum status st = request_number(rq, "limit", 50, 1, 500, &limit, err);

	if (st != ST_OK || (st = request_uid(rq, "after", &after, err)) != ST_OK)
		return st;
	if (after && handover_find(rq->catalog, rq->access, after, rq->arena, &last, err) != ST_OK)
		return request_invalid(rq, "after", err);
	st = handover_list(
	    rq->catalog, rq->access, last.id, (size_t)limit, rq->arena, &row, &count, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "handovers");
	json_array(&j);
	for (size_t i = 0; i < count; i++)
		handover_json(&j, &row[i]);
	json_end_array(&j);
	json_key_str(&j, "next", count == (size_t)limit ? row[count - 1].uid : NULL);
	json_end_object(&j);
	return ST_OK;
}

static void
write_items(struct json_out *j, const struct handover_item *item, size_t count)
{
	json_key(j, "items");
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		json_object(j);
		json_key_int(j, "ordinal", item[i].ordinal);
		json_key_str(j, "dossier", item[i].uid);
		json_key_str(j, "file_code", item[i].file_code);
		json_key_str(j, "title", item[i].title);
		json_key_int(j, "records", item[i].records);
		json_key_int(j, "files", item[i].files);
		json_key_int(j, "pages", item[i].pages);
		json_end_object(j);
	}
	json_end_array(j);
}

static enum status
view(struct request *rq, struct err *err)
{
	const struct handover_item *item;
	struct handover h;
	struct json_out j;
	size_t count;
	int form;
	enum status st = find(rq, &h, err);

	if (st != ST_OK ||
	    (st = request_choice(rq, "format", "json|html", 0, &form, err)) != ST_OK ||
	    (st = handover_items(rq->catalog, rq->access, h.id, rq->arena, &item, &count, err)) !=
		ST_OK)
		return st;
	answer_json(rq, 200, &j);
	if (form == 1) {
		rq->answer.type = "text/html; charset=utf-8";
		sheet_html(handover_sheet(rq->arena, &h, item, count), &rq->answer.body);
		return ST_OK;
	}
	json_object(&j);
	json_key(&j, "handover");
	handover_json(&j, &h);
	write_items(&j, item, count);
	json_end_object(&j);
	return ST_OK;
}

static enum status
pdf(struct request *rq, struct err *err)
{
	const struct handover_item *item;
	struct handover h;
	size_t count;
	enum status st = find(rq, &h, err);

	if (st == ST_OK)
		st = handover_items(rq->catalog, rq->access, h.id, rq->arena, &item, &count, err);
	return st == ST_OK ? print_sheet(rq, handover_sheet(rq->arena, &h, item, count),
				 "bien-ban-ban-giao.pdf", err)
			   : st;
}

#define ALL "/api/v1/handovers"

const struct route routes_handover[] = {
	{ EVHTTP_REQ_GET, ALL, "handoverList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, ALL "/{uid}", "handoverRead", view, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, ALL "/{uid}/pdf", "handoverPdf", pdf, POOL_EXPORT, 0, 0 },
};
ROUTE_COUNT(routes_handover);
