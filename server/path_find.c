/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "path_find.h"

enum status
path_find_record(struct request *rq, struct record *record, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? record_find(rq->catalog, rq->access, uid, rq->arena, record, err) : st;
}

enum status
path_find_node(struct request *rq, struct node *node, struct err *err)
{
	const char *uid;
	enum status st = request_path_uid(rq, 0, &uid, err);

	return st == ST_OK ? node_find(rq->catalog, rq->access, uid, rq->arena, node, err) : st;
}

enum status
body_find_record(
    struct request *rq, const json_t *body, const char *name, int64_t *id, struct err *err)
{
	const char *uid = NULL;
	struct record record;
	enum status st = request_json_text(rq, body, name, UID_LEN, &uid, err);

	if (st == ST_OK && (!uid || !uid_valid(span_of(uid))))
		return request_invalid(rq, name, err);
	if (st == ST_OK)
		st = record_find(rq->catalog, rq->access, uid, rq->arena, &record, err);
	if (st == ST_NOT_FOUND)
		return request_invalid(rq, name, err);
	*id = st == ST_OK ? record.id : 0;
	return st;
}
