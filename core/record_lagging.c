/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_lagging.h"

#include "db.h"

struct lagging {
	const struct access *access;
	struct arena *arena;
	int64_t *ids;
	size_t count, alloc;
};

static void
push(struct lagging *l, int64_t id)
{
	int64_t *grown;

	if (l->count == l->alloc) {
		l->alloc = l->alloc ? l->alloc * 2 : 64;
		grown = arena_array(l->arena, l->alloc, sizeof(*grown));
		if (l->count)
			memcpy(grown, l->ids, l->count * sizeof(*grown));
		l->ids = grown;
	}
	l->ids[l->count++] = id;
}

static enum status
step(struct db_row *row, void *payload, struct err *err)
{
	struct lagging *l = payload;
	bool admitted = access_can(l->access, PERM_READ, db_column_int(row, 1)) &&
	    access_can(l->access, PERM_READ, db_column_int(row, 2));

	(void)err;
	if (!admitted || db_column_int(row, 3))
		push(l, db_column_int(row, 0));
	return ST_OK;
}

enum status
record_lagging(struct catalog *c, const struct access *access, struct arena *arena,
    const int64_t **ids, size_t *count, struct err *err)
{
	static const char sql[] =
	    "SELECT id, access_class, coalesce(old_access_class, access_class), quarantine "
	    "FROM record WHERE old_access_class IS NOT NULL "
	    "UNION SELECT id, access_class, access_class, quarantine "
	    "FROM record WHERE quarantine=1 ORDER BY 1";
	struct lagging l = { access, arena, NULL, 0, 0 };
	enum status st = db_query(c->db, sql, DB_NONE, step, &l, err);

	if (st == ST_OK) {
		*ids = l.ids;
		*count = l.count;
	}
	return st;
}
