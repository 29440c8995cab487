/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "disposal.h"
#include "log.h"
#include "procedure.h"
#include "retention.h"
#include "sweeper.h"
#include "upload.h"

#define LEFT_SECONDS 86400 /* no upload lives so long after its end of life */
#define STEPS_MAX 10	   /* dossiers or files: requests wait no longer for the writer */
#define REVIEW_MAX 200	   /* dossiers in one transaction: others wait for it */
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

void
sweep_calendar(struct catalog *catalog)
{
	const struct actor system = { .source = "calendar" };
	owned(arena_freep) struct arena *arena = arena_new();
	struct err err = ERR_INIT;
	const char *done = NULL;
	size_t reviewed = 0, enforced;
	char today[11];
	enum status st = catalog_setting(catalog, "run.calendar", arena, &done, &err);

	day_text(now_us(), today);
	if (st == ST_OK && done && strcmp(done, today) == 0)
		return;
	if (st == ST_OK)
		st = retention_tick(catalog, &system, REVIEW_MAX, &reviewed, &err);
	if (st == ST_OK)
		st = revision_tick(catalog, &system, &enforced, &err);
	if (st == ST_OK && reviewed < REVIEW_MAX)
		st = catalog_setting_put(catalog, &system, "run.calendar", today, &err);
	if (st != ST_OK)
		log_failure(&err, "do what the calendar brings");
}

void
sweep_disposal(struct server *server, struct catalog *catalog)
{
	struct err err = ERR_INIT;
	bool more = false;

	if (disposal_step(catalog, server->store, server->derived, STEPS_MAX, &more, &err) !=
	    ST_OK) {
		log_failure(&err, "execute a disposal");
		more = false; /* again at the next start, or the next execution */
	}
	atomic_store(&server->disposing, more);
}
