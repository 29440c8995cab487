/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "numbered.h"

struct removal {
	const struct numbered_list *list;
	int64_t id;
};

void
numbered_created(struct request *rq, const struct numbered_list *list, int64_t id)
{
	struct json_out j;

	answer_json(rq, 201, &j);
	answer_header(rq, "Location", "%s/%lld", list->path, (long long)id);
	json_object(&j);
	json_key_int(&j, "id", id);
	json_end_object(&j);
}

static enum status
remove_write(struct request *rq, struct err *err)
{
	const struct removal *removal = rq->data;

	return removal->list->remove(rq->catalog, &rq->actor, removal->id, err);
}

enum status
numbered_remove(struct request *rq, const struct numbered_list *list, struct err *err)
{
	struct removal *removal = arena_alloc(rq->arena, sizeof(*removal));
	enum status st = request_path_number(rq, 0, INT64_MAX, &removal->id, err);

	if (st != ST_OK)
		return st;
	removal->list = list;
	answer_status(rq, 204);
	request_write(rq, remove_write, removal);
	return ST_OK;
}
