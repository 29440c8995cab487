/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record_sketch.h"

#include <stdlib.h>

#include "access_filter.h"
#include "base.h"
#include "record_parts.h"

/*
 * What is compared of a document's candidates, those that share most bands with it first.  A form that
 * thousands of records share shares its bands with all of them.
 */
#define CANDIDATES_MAX 500

enum status
record_sketch_put(
    struct catalog *catalog, int64_t component, const struct sketch *s, struct err *err)
{
	unsigned char mins[SKETCH_BYTES];
	enum status st = db_exec(catalog->db, "DELETE FROM sketch_band WHERE component=$1",
	    DB_ARGS(db_int(component)), NULL, err);

	if (st == ST_OK)
		st = db_exec(catalog->db, "DELETE FROM sketch WHERE component=$1",
		    DB_ARGS(db_int(component)), NULL, err);
	if (st != ST_OK || !s || !sketch_tells(s))
		return st;
	sketch_write(s, mins);
	st = db_exec(catalog->db, "INSERT INTO sketch(component, mins) VALUES($1, $2)",
	    DB_ARGS(db_int(component), db_blob(mins, sizeof(mins))), NULL, err);
	for (unsigned i = 0; st == ST_OK && i < SKETCH_BANDS; i++)
		st = db_exec(catalog->db, "INSERT INTO sketch_band(key, component) VALUES($1, $2)",
		    DB_ARGS(db_int(sketch_band(s, i)), db_int(component)), NULL, err);
	return st;
}

struct comparison {
	struct row_list own; /* of struct sketch */
	struct sketch_twin *twin;
	size_t count, max;
};

static enum status
step_own(struct db_row *row, void *payload, struct err *err)
{
	struct comparison *c = payload;
	struct sketch *s = row_list_add(&c->own, sizeof(*s));

	(void)err;
	if (!sketch_read(s, db_column_bytes(row, 0)))
		c->own.count--;
	return ST_OK;
}

/* The best of each record, in order. */
static void
keep(struct comparison *c, int64_t record, double alike)
{
	size_t at = 0, i;

	for (i = 0; i < c->count; i++)
		if (c->twin[i].record == record) {
			if (c->twin[i].alike >= alike)
				return;
			memmove(&c->twin[i], &c->twin[i + 1], (--c->count - i) * sizeof(*c->twin));
			break;
		}
	while (at < c->count && c->twin[at].alike >= alike)
		at++;
	if (at == c->max)
		return;
	c->count += c->count < c->max;
	memmove(&c->twin[at + 1], &c->twin[at], (c->count - at - 1) * sizeof(*c->twin));
	c->twin[at] = (struct sketch_twin){ record, alike };
}

static enum status
step_candidate(struct db_row *row, void *payload, struct err *err)
{
	struct comparison *c = payload;
	const struct sketch *own = c->own.rows;
	struct sketch other;
	double best = 0;

	(void)err;
	if (!sketch_read(&other, db_column_bytes(row, 1)))
		return ST_OK;
	for (size_t i = 0; i < c->own.count; i++) {
		double alike = sketch_alike(&own[i], &other);

		best = alike > best ? alike : best;
	}
	if (best >= SKETCH_ALIKE)
		keep(c, db_column_int(row, 0), best);
	return ST_OK;
}

/*
 * Whom the caller may not see takes no place among the candidates, nor among the most alike.  Shared bands
 * are counted before rights are looked at: of a form each band is shared, and one look a document is
 * enough.
 */
enum status
record_sketch_twins(struct catalog *catalog, const struct access *access, int64_t record,
    struct arena *arena, struct sketch_twin *twins, size_t max, size_t *count, struct err *err)
{
	struct comparison c = { .own = { .arena = arena }, .twin = twins, .max = max };
	struct db_value args[ACCESS_FILTER_ARGS + 2];
	enum status st = db_query(catalog->db,
	    "SELECT s.mins FROM component c JOIN sketch s ON s.component=c.id WHERE c.record=$1",
	    DB_ARGS(db_int(record)), step_own, &c, err);

	access_filter_args(access, arena, args);
	args[ACCESS_FILTER_ARGS] = db_int(record);
	args[ACCESS_FILTER_ARGS + 1] = db_int(CANDIDATES_MAX);
	if (st == ST_OK && c.own.count)
		st = db_query(catalog->db,
		    "SELECT x.record, s.mins FROM (SELECT n.id AS id, n.record AS record"
		    " FROM (SELECT b.component AS id, count(*) AS shared"
		    " FROM component m JOIN sketch_band a ON a.component=m.id"
		    " JOIN sketch_band b ON b.key=a.key WHERE m.record=$4 GROUP BY b.component) c"
		    " JOIN component n ON n.id=c.id JOIN record o ON o.id=n.record"
		    " WHERE o.id<>$4 AND " ACCESS_SEES_RECORD(
			"o") " ORDER BY c.shared DESC, c.id LIMIT $5) x"
			     " JOIN sketch s ON s.component=x.id",
		    args, ACCESS_FILTER_ARGS + 2, step_candidate, &c, err);
	*count = c.count;
	return st;
}
