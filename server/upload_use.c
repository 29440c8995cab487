/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "upload_use.h"

static void
end(struct request *rq)
{
	struct server *server = rq->server;
	struct upload_use **at = &server->uploads;

	pthread_mutex_lock(&server->upload_mutex);
	while (*at && (*at)->uid != rq->upload)
		at = &(*at)->next;
	if (*at)
		*at = (*at)->next;
	pthread_mutex_unlock(&server->upload_mutex);
}

bool
upload_use_begin(struct request *rq, const char *uid)
{
	struct upload_use *use = arena_alloc(rq->arena, sizeof(*use));
	struct server *server = rq->server;
	bool taken = false;

	use->uid = uid;
	pthread_mutex_lock(&server->upload_mutex);
	for (struct upload_use *u = server->uploads; u; u = u->next)
		taken |= strcmp(u->uid, uid) == 0;
	if (!taken) {
		use->next = server->uploads;
		server->uploads = use;
		rq->upload = uid;
		rq->end = end;
	}
	pthread_mutex_unlock(&server->upload_mutex);
	return !taken;
}
