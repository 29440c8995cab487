/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "access_report.h"

#include <stdlib.h>
#include <string.h>

#include "catalog_parts.h"
#include "db.h"
#include "base.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define MOMENTS_MAX 10000

/* SQL in macros is laid out as SQL. */
/* clang-format off */

/* What lived at the moment $2. */
#define LIVE(t) \
	t ".since<=$2 AND (" t ".until IS NULL OR " t ".until>$2) AND (" t ".ended IS NULL OR " t ".ended>$2)"
/* Each row of a history says what held until a moment: the first that ended later held then. */
#define STATE \
	"state(id, parent, level, inherit) AS (SELECT n.id," \
	" CASE WHEN h.id IS NULL THEN n.parent ELSE h.parent END," \
	" CASE WHEN h.id IS NULL THEN n.level ELSE h.level END," \
	" CASE WHEN h.id IS NULL THEN n.inherit_acl ELSE h.inherit_acl END" \
	" FROM node n LEFT JOIN node_history h ON h.id=(SELECT x.id FROM node_history x" \
	"  WHERE x.node=n.id AND x.until>$2 ORDER BY x.until, x.id LIMIT 1)), "
#define RECORD \
	"rec(home, level, inherit) AS (SELECT" \
	" CASE WHEN h.id IS NULL THEN i.dossier ELSE h.home END," \
	" CASE WHEN h.id IS NULL THEN r.level ELSE h.level END," \
	" CASE WHEN h.id IS NULL THEN r.inherit_acl ELSE h.inherit_acl END" \
	" FROM record r LEFT JOIN dossier_item i ON i.record=r.id AND i.home=1" \
	" LEFT JOIN record_history h ON h.id=(SELECT x.id FROM record_history x" \
	"  WHERE x.record=r.id AND x.until>$2 ORDER BY x.until, x.id LIMIT 1)" \
	" WHERE r.id=$1 AND r.created<=$2), "
/* Up to the root for the level; grants count as long as nobody broke inheritance off below. */
#define WALK \
	"walk(id, parent, level, inherit, granting) AS (" \
	" SELECT s.id, s.parent, s.level, s.inherit, rec.inherit FROM rec JOIN state s ON s.id=rec.home" \
	" UNION ALL SELECT s.id, s.parent, s.level, s.inherit," \
	" CASE WHEN w.granting<>0 AND w.inherit<>0 THEN 1 ELSE 0 END" \
	" FROM walk w JOIN state s ON s.id=w.parent), "
/* disabled_at tells only of now; the log tells of then. */
#define DISABLED(p) \
	"coalesce((SELECT e.action='principal.disable' FROM event e WHERE e.kind='principal'" \
	" AND e.object=" p ".uid AND e.action IN('principal.disable', 'principal.enable') AND e.ts<=$2" \
	" ORDER BY e.seq DESC LIMIT 1), 0)"
#define REACH \
	"reach(who, perms) AS (SELECT a.who, a.perms FROM acl a, rec WHERE " LIVE("a") \
	" AND (a.record=$1 OR a.node IN (SELECT id FROM walk WHERE granting<>0))" \
	" UNION SELECT m.who, r.perms FROM reach r JOIN principal g ON g.id=r.who" \
	" JOIN member m ON m.grp=g.id WHERE " LIVE("m") " AND NOT " DISABLED("g") ") "
#define CLEARANCE \
	"coalesce((SELECT c.clearance FROM clearance_history c WHERE c.principal=p.id AND c.since<=$2" \
	" ORDER BY c.since DESC, c.id DESC LIMIT 1), p.clearance)"
#define LEVEL \
	"(SELECT max(l) FROM (SELECT level AS l FROM rec UNION ALL SELECT level FROM walk))"
#define READERS \
	"WITH RECURSIVE " STATE RECORD WALK REACH \
	"SELECT p.id, p.uid, p.name, r.perms FROM reach r JOIN principal p ON p.id=r.who" \
	" WHERE p.kind IN('user', 'service') AND p.created<=$2 AND " CLEARANCE ">=" LEVEL \
	" AND NOT " DISABLED("p")

/* Every moment of the day after which another answer is possible. */
#define BETWEEN(column) column ">$1 AND " column "<$2"
#define MOMENTS \
	"SELECT $1 UNION SELECT until FROM record_history WHERE record=$3 AND " BETWEEN("until") \
	" UNION SELECT created FROM record WHERE id=$3 AND " BETWEEN("created") \
	" UNION SELECT until FROM node_history WHERE " BETWEEN("until") \
	" UNION SELECT since FROM acl WHERE " BETWEEN("since") \
	" UNION SELECT since FROM member WHERE " BETWEEN("since") \
	" UNION SELECT since FROM clearance_history WHERE " BETWEEN("since") \
	" UNION SELECT ts FROM event WHERE action='principal.enable' AND " BETWEEN("ts") \
	" UNION SELECT created FROM principal WHERE " BETWEEN("created") \
	" ORDER BY 1"
/* clang-format on */

struct moments {
	int64_t at[MOMENTS_MAX];
	size_t count;
};

struct report {
	struct arena *arena;
	struct access_reader *row;
	size_t count, room;
};

static enum status
take_moment(struct db_row *row, void *payload, struct err *err)
{
	struct moments *m = payload;

	if (m->count == MOMENTS_MAX)
		return fail(err, ST_LIMIT, "more than %d changes of rights that day", MOMENTS_MAX);
	m->at[m->count++] = db_column_int(row, 0);
	return ST_OK;
}

static struct access_reader *
reader_of(struct report *report, int64_t principal)
{
	for (size_t i = 0; i < report->count; i++)
		if (report->row[i].principal == principal)
			return &report->row[i];
	if (report->count == report->room) {
		size_t room = report->room ? report->room * 2 : 64;
		struct access_reader *grown = arena_array(report->arena, room, sizeof(*grown));

		if (report->count)
			memcpy(grown, report->row, report->count * sizeof(*grown));
		report->row = grown;
		report->room = room;
	}
	report->row[report->count].principal = principal;
	return &report->row[report->count++];
}

static enum status
take_reader(struct db_row *row, void *payload, struct err *err)
{
	struct report *report = payload;
	struct access_reader *reader = reader_of(report, db_column_int(row, 0));

	(void)err;
	if (!reader->uid) {
		reader->uid = db_column_text(row, 1, report->arena);
		reader->name = db_column_text(row, 2, report->arena);
	}
	reader->permissions |= (unsigned)db_column_int(row, 3);
	return ST_OK;
}

static enum status
take_access(struct db_row *row, void *payload, struct err *err)
{
	struct report *report = payload;
	struct access_reader *reader = reader_of(report, db_column_int(row, 0));

	(void)err;
	if (!reader->uid) {
		reader->uid = db_column_text(row, 1, report->arena);
		reader->name = db_column_text(row, 2, report->arena);
	}
	reader->accesses = db_column_int(row, 3);
	return ST_OK;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct access_reader *)a)->name, ((const struct access_reader *)b)->name);
}

static enum status
day_start(const char *day, int64_t *us, struct err *err)
{
	return day && day_parse(day, us) ? ST_OK : fail(err, ST_INVALID, "day: YYYY-MM-DD");
}

static enum status
fill(struct catalog *catalog, int64_t record, int64_t from, struct report *report, struct err *err)
{
	struct moments *moments = arena_alloc(report->arena, sizeof(*moments));
	enum status st = db_query(catalog->db, MOMENTS,
	    DB_ARGS(db_int(from), db_int(from + DAY_US), db_int(record)), take_moment, moments,
	    err);

	for (size_t i = 0; st == ST_OK && i < moments->count; i++)
		st = db_query(catalog->db, READERS, DB_ARGS(db_int(record), db_int(moments->at[i])),
		    take_reader, report, err);
	if (st != ST_OK)
		return st;
	return db_query(catalog->db,
	    "SELECT p.id, p.uid, p.name, count(*) FROM event e JOIN principal p ON p.id=e.actor"
	    " WHERE e.kind='record' AND e.object=(SELECT uid FROM record WHERE id=$3)"
	    " AND e.class='access' AND e.ts>=$1 AND e.ts<$2 GROUP BY p.id, p.uid, p.name",
	    DB_ARGS(db_int(from), db_int(from + DAY_US), db_int(record)), take_access, report, err);
}

enum status
access_report(struct catalog *catalog, int64_t record, const char *day, struct arena *arena,
    const struct access_reader **out, size_t *count, struct err *err)
{
	struct report report = { .arena = arena };
	int64_t from = 0;
	enum status st = day_start(day, &from, err);

	if (st == ST_OK)
		st = fill(catalog, record, from, &report, err);
	if (report.count)
		qsort(report.row, report.count, sizeof(*report.row), by_name);
	*out = report.row;
	*count = report.count;
	return st;
}
