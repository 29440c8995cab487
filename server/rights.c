/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdlib.h>

#include "arena.h"
#include "rights.h"

#define SLOTS 64 /* principals kept at once: one a slot */

struct rights {
	pthread_mutex_t mutex;
	struct shared_access *slot[SLOTS];
};

struct rights *
rights_new(void)
{
	struct rights *r = xcalloc(1, sizeof(*r));

	pthread_mutex_init(&r->mutex, NULL);
	return r;
}

void
rights_free(struct rights *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		rights_drop(r->slot[i]);
	pthread_mutex_destroy(&r->mutex);
	free(r);
}

void
rights_drop(struct shared_access *shared)
{
	if (!shared || atomic_fetch_sub(&shared->references, 1) > 1)
		return;
	access_free(shared->access);
	free(shared);
}

static struct shared_access *
kept(struct rights *r, int64_t principal)
{
	struct shared_access *shared;

	pthread_mutex_lock(&r->mutex);
	shared = r->slot[(uint64_t)principal % SLOTS];
	if (shared && shared->access->principal == principal)
		atomic_fetch_add(&shared->references, 1);
	else
		shared = NULL;
	pthread_mutex_unlock(&r->mutex);
	return shared;
}

static void
keep(struct rights *r, struct shared_access *shared)
{
	struct shared_access **slot = &r->slot[(uint64_t)shared->access->principal % SLOTS];
	struct shared_access *old;

	atomic_fetch_add(&shared->references, 1);
	pthread_mutex_lock(&r->mutex);
	old = *slot;
	*slot = shared;
	pthread_mutex_unlock(&r->mutex);
	rights_drop(old);
}

enum status
rights_load(struct catalog *catalog, int64_t principal, struct shared_access **out, struct err *err)
{
	struct shared_access *shared;
	struct access *access;
	enum status st = access_load(&access, catalog, principal, err);

	*out = NULL;
	if (st != ST_OK)
		return st;
	shared = xcalloc(1, sizeof(*shared));
	shared->access = access;
	atomic_init(&shared->references, 1);
	*out = shared;
	return ST_OK;
}

enum status
rights_take(struct rights *r, struct catalog *catalog, int64_t principal,
    struct shared_access **out, struct err *err)
{
	struct shared_access *shared = kept(r, principal);
	bool current = false;
	enum status st;

	*out = NULL;
	if (shared) {
		st = access_is_current(shared->access, catalog, &current, err);
		if (st == ST_OK && current) {
			*out = shared;
			return ST_OK;
		}
		rights_drop(shared);
		if (st != ST_OK)
			return st;
	}
	if ((st = rights_load(catalog, principal, out, err)) == ST_OK)
		keep(r, *out);
	return st;
}
