/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "log.h"
#include "sweeper.h"
#include "upload.h"

#define LEFT_SECONDS 86400 /* no upload lives so long after its end of life */
#define SWEEP_MAX 100	   /* uploads in one go; the rest waits for the next */

void
sweep_uploads(struct server *server, struct catalog *catalog)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct upload *expired;
	struct err err = ERR_INIT;
	uint64_t removed;
	size_t count = 0;

	if (upload_expired(catalog, now_us(), SWEEP_MAX, arena, &expired, &count, &err) != ST_OK) {
		log_failure(&err, "look for expired uploads");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		enum status st = upload_delete(catalog, expired[i].id, &err);

		if (st == ST_OK)
			st = store_part_remove(server->store, expired[i].uid, &err);
		if (st != ST_OK)
			log_failure(&err, "drop the expired upload %s", expired[i].uid);
	}
	/* Every live upload's file was written within its time: what is older belongs to nobody. */
	if (store_sweep(server->store, server->conf->server_upload_expire + LEFT_SECONDS, NULL,
		NULL, &removed, &err) != ST_OK)
		log_failure(&err, "clear store/tmp");
}
