/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"
#include "base.h"
#include "denial.h"

#define SLOTS 256

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
	int64_t session, at_us;
	const struct route *route;
} seen[SLOTS];

bool
denial_due(struct request *rq)
{
	size_t slot = ((uint64_t)rq->session.id * 31 + route_index(rq->route)) % SLOTS;
	int64_t now = monotonic_us();
	bool due;

	if (!rq->signed_in)
		return false;
	pthread_mutex_lock(&mutex);
	due = seen[slot].session != rq->session.id || seen[slot].route != rq->route ||
	    now - seen[slot].at_us > DENIAL_US;
	if (due) {
		seen[slot].session = rq->session.id;
		seen[slot].route = rq->route;
		seen[slot].at_us = now;
	}
	pthread_mutex_unlock(&mutex);
	return due;
}

/* What kind of object the first {} of the route's path is. */
static const char *
object_kind(const struct route *route)
{
	static const struct {
		const char *start, *kind;
	} kinds[] = {
		{ "/api/v1/records/{", "record" },
		{ "/api/v1/nodes/{", "node" },
		{ "/api/v1/uploads/{", "upload" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (span_starts(span_of(route->pattern), span_of(kinds[i].start)))
			return kinds[i].kind;
	return NULL;
}

enum status
denial_append(struct request *rq, struct catalog *catalog, struct err *err)
{
	struct event event = {
		.event_class = EVENT_SECURITY,
		.action = "request.denied",
		.kind = object_kind(rq->route),
		.outcome = "denied",
		.detail = arena_printf(rq->arena, "{\"route\":\"%s\"}", rq->route->id),
	};

	if (event.kind && uid_valid(span_of(rq->value[0])))
		event.object = rq->value[0];
	return audit_append(catalog, &rq->actor, &event, err);
}
