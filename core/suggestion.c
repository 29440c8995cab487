/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "record_parts.h"
#include "text.h"

/*
 * records.md 20: what a machine extracted is a suggestion with page, box, confidence and method;
 * it becomes metadata when a person accepts it.
 */
#define VALUE_MAX 2000
#define SUGGESTIONS_MAX 500 /* of one component: a page of header fields has a dozen */

static enum status
step_suggestion(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	int field = record_field_parse(db_column_bytes(row, 1));
	struct suggestion *s;

	(void)err;
	if (field < 0)
		return ST_OK; /* a field of a later version */
	s = row_list_add(list, sizeof(*s));
	s->id = db_column_int(row, 0);
	s->field = (enum record_field)field;
	s->value = db_column_text(row, 2, list->arena);
	s->page = (int)db_column_int(row, 3);
	for (int i = 0; i < 4; i++)
		s->box[i] = (int)db_column_int(row, 4 + i);
	s->confidence = db_column_real(row, 8);
	s->method = db_column_text(row, 9, list->arena);
	s->state = db_column_text(row, 10, list->arena);
	return ST_OK;
}

#define SUGGESTION_SELECT \
	"SELECT id, field, value, page, x, y, w, h, confidence, method, state FROM suggestion"

enum status
suggestions_load(struct catalog *catalog, int64_t record, bool open_only, struct arena *arena,
    const struct suggestion **suggestions, size_t *count, struct err *err)
{
	struct row_list list = { .arena = arena };
	enum status st = db_query(catalog->db,
	    open_only ? SUGGESTION_SELECT
		" WHERE record=$1 AND state='new' ORDER BY field, confidence DESC, id"
		      : SUGGESTION_SELECT " WHERE record=$1 ORDER BY field, confidence DESC, id",
	    DB_ARGS(db_int(record)), step_suggestion, &list, err);

	if (st != ST_OK)
		return st;
	*suggestions = list.rows;
	*count = list.count;
	return ST_OK;
}

enum status
suggestion_list(struct catalog *catalog, int64_t record, struct arena *arena,
    const struct suggestion **suggestions, size_t *count, struct err *err)
{
	return suggestions_load(catalog, record, false, arena, suggestions, count, err);
}

struct filling {
	struct arena *arena;
	struct record *records;
	const unsigned *wanted;
	size_t count;
	double (*sure)[FIELD_COUNT]; /* of what was filled in; 0: as the record has it */
};

/* Of those that are as sure as each other the first one, which has the least id. */
static enum status
step_filling(struct db_row *row, void *payload, struct err *err)
{
	struct filling *f = payload;
	int64_t record = db_column_int(row, 0);
	int field = record_field_parse(db_column_bytes(row, 1));
	double sure = db_column_real(row, 3);

	(void)err;
	for (size_t i = 0; field >= 0 && i < f->count; i++) {
		struct record *r = &f->records[i];

		if (r->id != record || !(f->wanted[i] >> field & 1) || sure <= f->sure[i][field] ||
		    (r->field[field] && f->sure[i][field] == 0))
			continue;
		r->field[field] = db_column_text(row, 2, f->arena);
		f->sure[i][field] = sure;
	}
	return ST_OK;
}

static bool
has_gap(const struct record *r, unsigned wanted)
{
	for (int f = 0; f < FIELD_COUNT; f++)
		if ((wanted >> f & 1) && !r->field[f])
			return true;
	return false;
}

enum status
suggestion_fill(struct catalog *catalog, struct record *records, const unsigned *wanted,
    size_t count, struct arena *arena, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < count; i += DB_IDS_MAX) {
		int64_t ids[DB_IDS_MAX];
		double sure[DB_IDS_MAX][FIELD_COUNT] = { { 0 } };
		struct filling f = { arena, records + i, wanted + i,
			count - i < DB_IDS_MAX ? count - i : DB_IDS_MAX, sure };
		bool gap = false;

		for (size_t k = 0; k < f.count; k++) {
			ids[k] = f.records[k].id;
			gap |= has_gap(&f.records[k], f.wanted[k]);
		}
		if (!gap)
			continue;
		st = db_query_ids(catalog->db,
		    "SELECT record, field, value, confidence FROM suggestion"
		    " WHERE state='new' AND record",
		    "", ids, f.count, step_filling, &f, err);
	}
	return st;
}

/* What becomes of the open suggestions of a field: taken over, overruled, or the field left empty. */
static enum status
close_field(struct catalog *catalog, int64_t record, enum record_field field, const char *value,
    int64_t principal, int64_t *closed, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE suggestion SET state=CASE WHEN $3='' THEN 'rejected' WHEN value=$3"
	    " THEN 'accepted' ELSE 'edited' END, decided_by=$4, decided=$5"
	    " WHERE record=$1 AND field=$2 AND state='new'",
	    DB_ARGS(db_int(record), db_text(record_field_name(field)), db_text(value),
		db_ref(principal), db_int(now_us())),
	    closed, err);
}

enum status
suggestions_close(struct catalog *catalog, int64_t record, const char *const field[FIELD_COUNT],
    int64_t principal, int64_t *closed, struct err *err)
{
	enum status st = ST_OK;

	*closed = 0;
	for (int i = 0; st == ST_OK && i < FIELD_COUNT; i++) {
		int64_t n = 0;

		if (field[i])
			st = close_field(
			    catalog, record, (enum record_field)i, field[i], principal, &n, err);
		*closed += n;
	}
	return st;
}

/* As a person would have it: accepting then needs no second look at the spelling. */
static const char *
tidy_value(const struct suggestion *s, struct arena *arena)
{
	const char *in[FIELD_COUNT] = { 0 }, *out[FIELD_COUNT];
	char *value = record_line(s->value ? s->value : "", VALUE_MAX, arena);

	in[s->field] = value;
	return record_fields_clean(in, arena, out, NULL) == ST_OK ? out[s->field] : value;
}

static double
share(double confidence)
{
	if (!(confidence > 0))
		return 0;
	return confidence < 1 ? confidence : 1;
}

/* Not where a person has decided about this very value already. */
static enum status
insert_one(struct catalog *catalog, int64_t record, int64_t component, const struct suggestion *s,
    struct arena *arena, struct err *err)
{
	const char *value = tidy_value(s, arena);

	if (!*value)
		return ST_OK;
	return db_exec(catalog->db,
	    "INSERT INTO suggestion(record, component, field, value, page, x, y, w, h, confidence,"
	    " method) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE NOT EXISTS("
	    "SELECT 1 FROM suggestion WHERE record=$1 AND field=$3 AND value=$4)",
	    DB_ARGS(db_int(record), db_int(component), db_text(record_field_name(s->field)),
		db_text(value), db_ref(s->page), db_int(s->box[0]), db_int(s->box[1]),
		db_int(s->box[2]), db_int(s->box[3]), db_real(share(s->confidence)),
		db_text(s->method ? s->method : "unknown")),
	    NULL, err);
}

enum status
suggestions_replace(struct catalog *catalog, int64_t record, int64_t component,
    const struct suggestion *suggestions, size_t count, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st;

	if (count > SUGGESTIONS_MAX)
		return fail(err, ST_TOO_LARGE, "%zu suggestions of one document", count);
	st = db_exec(catalog->db,
	    "DELETE FROM suggestion WHERE record=$1 AND component=$2 AND state='new'",
	    DB_ARGS(db_int(record), db_int(component)), NULL, err);
	for (size_t i = 0; st == ST_OK && i < count; i++) {
		if ((unsigned)suggestions[i].field >= FIELD_COUNT)
			return fail(err, ST_INVALID, "suggestion of an unknown field");
		st = insert_one(catalog, record, component, &suggestions[i], arena, err);
	}
	return st;
}

/* --- a person's verdict ------------------------------------------------------------------------ */

static const struct suggestion *
find_suggestion(const struct suggestion *suggestions, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (suggestions[i].id == id)
			return &suggestions[i];
	return NULL;
}

static enum status
reject(struct catalog *catalog, const struct actor *actor, const struct record *record,
    const struct suggestion *s, struct arena *arena, struct err *err)
{
	enum status st = db_exec(catalog->db,
	    "UPDATE suggestion SET state='rejected', decided_by=$2, decided=$3 WHERE id=$1",
	    DB_ARGS(db_int(s->id), db_ref(actor->principal), db_int(now_us())), NULL, err);

	if (st == ST_OK)
		st = record_touch(catalog, record->id, true, err);
	if (st != ST_OK)
		return st;
	return record_log(catalog, actor, "suggestion.reject", record->uid,
	    arena_printf(arena, "{\"field\":\"%s\"}", record_field_name(s->field)), err);
}

static enum status
accept(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, const struct suggestion *s, struct err *err)
{
	const char *field[FIELD_COUNT] = { 0 };

	field[s->field] = s->value;
	return record_update(catalog, actor, access, record, 0, field, err);
}

static enum status
decide(struct catalog *catalog, const struct actor *actor, const struct access *access, int64_t id,
    int64_t suggestion, bool accepted, struct arena *arena, struct err *err)
{
	const struct suggestion *all, *s = NULL;
	struct record record;
	size_t count = 0;
	enum status st = record_load_for(catalog, access, PERM_EDIT, id, arena, &record, err);

	if (st == ST_OK)
		st = suggestions_load(catalog, id, false, arena, &all, &count, err);
	if (st != ST_OK)
		return st;
	s = find_suggestion(all, count, suggestion);
	if (!s)
		return fail(err, ST_NOT_FOUND, "record %s has no suggestion %lld", record.uid,
		    (long long)suggestion);
	if (strcmp(s->state, "new") != 0)
		return fail(err, ST_CONFLICT, "suggestion %lld was decided already: %s",
		    (long long)suggestion, s->state);
	if (strcmp(record.state, "draft") != 0)
		return fail(err, ST_HELD, "record %s is %s; only a draft can be edited", record.uid,
		    record.state);
	return accepted ? accept(catalog, actor, access, id, s, err)
			: reject(catalog, actor, &record, s, arena, err);
}

enum status
suggestion_decide(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t suggestion, bool accepted, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = decide(catalog, actor, access, record, suggestion, accepted, arena, err);
	return catalog_end(catalog, st, err);
}
