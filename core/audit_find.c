/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking entries up, and forgetting what in them is personal. */
#include <string.h>

#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"

#define COLUMNS \
	"SELECT seq, ts, class, action, actor_uid, on_behalf_uid, kind, object, page, outcome," \
	" detail, leaf FROM event "
#define REST \
	" AND ($5 IS NULL OR action=$5 OR (substr($5, -1)='.' AND" \
	" substr(action, 1, length($5))=$5)) AND ts>=$6 AND ts<$7 "
#define UP "AND seq>=$1 ORDER BY seq LIMIT $8"
#define DOWN "AND seq<=$1 ORDER BY seq DESC LIMIT $8"
/* What drives the search: nothing but the number, the object, the actor. */
#define ANY COLUMNS "WHERE ($2 IS NULL OR (kind=$2 AND object=$3)) AND ($4=0 OR actor=$4)" REST
#define OBJECT \
	COLUMNS \
	"INDEXED BY event_object WHERE kind=$2 AND object=$3 AND ($4=0 OR actor=$4)" REST
#define ACTOR \
	COLUMNS \
	"INDEXED BY event_actor WHERE ($2 IS NULL OR (kind=$2 AND object=$3)) AND actor=$4" REST

enum status
audit_find(struct catalog *catalog, const struct event_filter *filter, struct arena *arena,
    const struct event_row **out, size_t *count, struct err *err)
{
	static const char *const sql[3][2] = {
		{ ANY UP, ANY DOWN },
		{ OBJECT UP, OBJECT DOWN },
		{ ACTOR UP, ACTOR DOWN },
	};
	int driver = filter->object ? 1 : filter->actor ? 2 : 0;
	int64_t from = filter->newest && filter->from < 0 ? INT64_MAX : filter->from;
	struct audit_rows rows = { .arena = arena };
	enum status st;

	if (filter->limit < 1 || filter->limit > AUDIT_LIST_MAX)
		return fail(err, ST_INVALID, "1 to %d events at once", AUDIT_LIST_MAX);
	rows.row = arena_array(arena, filter->limit, sizeof(*rows.row));
	st = db_query(catalog->db, sql[driver][filter->newest],
	    DB_ARGS(db_int(from), db_text(filter->object ? filter->kind : NULL),
		db_text(filter->object), db_int(filter->actor), db_text(filter->action),
		db_int(filter->since_us ? filter->since_us : INT64_MIN),
		db_int(filter->until_us ? filter->until_us : INT64_MAX),
		db_int((int64_t)filter->limit)),
	    audit_take_row, &rows, err);
	*out = rows.row;
	*count = rows.count;
	return st;
}

struct openings {
	struct arena *arena;
	struct event_opening row[AUDIT_PRIVATE_MAX];
	size_t count;
};

static enum status
take_opening(struct db_row *row, void *payload, struct err *err)
{
	struct openings *all = payload;
	struct event_opening *o = &all->row[all->count];

	(void)err;
	if (all->count == AUDIT_PRIVATE_MAX)
		return ST_OK;
	o->name = db_column_text(row, 0, all->arena);
	o->value =
	    db_column_null(row, 1) ? NULL : arena_dup_span(all->arena, db_column_bytes(row, 1));
	all->count++;
	return ST_OK;
}

enum status
audit_openings(struct catalog *catalog, int64_t seq, struct arena *arena,
    const struct event_opening **out, size_t *count, struct err *err)
{
	struct openings *all = arena_alloc(arena, sizeof(*all));
	enum status st;

	all->arena = arena;
	st = db_query(catalog->db, "SELECT name, value FROM event_private WHERE seq=$1 ORDER BY no",
	    DB_ARGS(db_int(seq)), take_opening, all, err);
	*out = all->row;
	*count = all->count;
	return st;
}

static enum status
forget(struct catalog *catalog, const struct actor *actor, int64_t principal, struct arena *arena,
    int64_t *count, struct err *err)
{
	struct event event = { .event_class = EVENT_SECURITY,
		.action = "person.forget",
		.kind = "principal",
		.outcome = "ok" };
	enum status st = db_query_text(catalog->db, "SELECT uid FROM principal WHERE id=$1",
	    DB_ARGS(db_int(principal)), arena, &event.object, err);

	if (st == ST_OK && !event.object)
		st = fail(err, ST_NOT_FOUND, "no such principal");
	if (st != ST_OK)
		return st;
	st = db_exec(catalog->db,
	    "UPDATE event_private SET salt=NULL, value=NULL WHERE value IS NOT NULL AND seq IN"
	    " (SELECT seq FROM event WHERE actor=$1 UNION"
	    "  SELECT seq FROM event WHERE kind='principal' AND object=$2)",
	    DB_ARGS(db_int(principal), db_text(event.object)), count, err);
	if (st != ST_OK)
		return st;
	event.detail = arena_printf(arena, "{\"fields\":%lld}", (long long)*count);
	return audit_append(catalog, actor, &event, err);
}

enum status
audit_forget(struct catalog *catalog, const struct actor *actor, int64_t principal, int64_t *count,
    struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, forget(catalog, actor, principal, arena, count, err), err);
}
