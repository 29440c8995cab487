/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "access_parts.h"
#include "audit.h"
#include "base.h"
#include "json_out.h"
#include "record_sketch.h"
#include "stack_parts.h"

/*
 * From lists of pages to rows.  A run (pages that follow one another in a file) is a component.  The
 * component that begins with a run's first page is kept, so that a page of a component is always the
 * same page; others are made, and those that begin no run any more go.
 */
#define PARKED 1000000 /* pages on their way stand behind every possible number */

struct placed {
	int64_t id; /* of the component */
	size_t record;
	int ordinal;
	uint32_t source, first, count;
	bool fresh;
};

struct writing {
	struct stack *s;
	struct row_list runs; /* of struct placed */
	int64_t now;
};

static const struct component *
component_at(const struct writing *w, size_t i)
{
	return &((const struct component *)w->s->components.rows)[i];
}

static struct placed *
run_at(const struct writing *w, size_t i)
{
	return &((struct placed *)w->runs.rows)[i];
}

/* --- records ----------------------------------------------------------------------------------- */

static enum status
put_home(struct writing *w, int64_t record, struct err *err)
{
	return db_exec(w->s->catalog->db,
	    "INSERT INTO dossier_item(dossier, record, ordinal, home) SELECT $1, $2,"
	    " coalesce((SELECT max(ordinal) FROM dossier_item WHERE dossier=$1), 0) + 1, 1",
	    DB_ARGS(db_int(w->s->dossier), db_int(record)), NULL, err);
}

/* Made like the one it came from: same dossier, level, use, batch, quarantine; no metadata. */
static enum status
make_record(struct writing *w, struct stack_record *r, struct err *err)
{
	char uid[UID_LEN + 1];
	int64_t id = 0;
	enum status st;

	uid_make(uid);
	st = db_query_int(w->s->catalog->db,
	    "INSERT INTO record(uid, batch, level, use_mode, effective_level, access_class,"
	    " quarantine, created, created_by, reading, void)"
	    " SELECT $2, o.batch, o.level, o.use_mode, o.effective_level, o.access_class,"
	    " o.quarantine, $3, $4, 'waiting', 0 FROM record o WHERE o.id=$1 RETURNING id",
	    DB_ARGS(db_int(stack_at(w->s, 0)->record.id), db_text(uid), db_int(w->now),
		db_ref(w->s->actor->principal)),
	    &id, err);
	if (st == ST_OK)
		st = put_home(w, id, err);
	r->record.id = id;
	r->record.uid = arena_dup(w->s->arena, uid);
	return st;
}

/* Without home and reader (D1: an origin without grants); nothing above the record leads to it. */
static enum status
make_void(struct writing *w, int64_t id, struct err *err)
{
	struct db *db = w->s->catalog->db;
	enum status st = db_exec(db, "UPDATE record SET void=1, inherit_acl=0 WHERE id=$1",
	    DB_ARGS(db_int(id)), NULL, err);

	if (st == ST_OK)
		st = access_refresh_record(w->s->catalog, id, err);
	if (st == ST_OK)
		st = db_exec(
		    db, "DELETE FROM dossier_item WHERE record=$1", DB_ARGS(db_int(id)), NULL, err);
	return st;
}

static enum status
revive(struct writing *w, int64_t id, struct err *err)
{
	enum status st = put_home(w, id, err);

	if (st == ST_OK)
		st = db_exec(w->s->catalog->db,
		    "UPDATE record SET void=0, inherit_acl=1 WHERE id=$1", DB_ARGS(db_int(id)),
		    NULL, err);
	return st == ST_OK ? access_refresh_record(w->s->catalog, id, err) : st;
}

static enum status
make_records(struct writing *w, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < w->s->records.count; i++)
		if (stack_at(w->s, i)->record.id == 0)
			st = make_record(w, stack_at(w->s, i), err);
	return st;
}

/* --- memory of the change ---------------------------------------------------------------------- */

static enum status
remember_list(struct writing *w, const struct stack_record *r, bool after, struct err *err)
{
	const struct stack_page *page = after ? r->page : r->old;
	size_t count = after ? r->count : r->old_count, n;
	bool is_void = after ? r->is_void : r->was_void;
	enum status st = ST_OK;
	int ordinal = 0;

	for (size_t i = 0; st == ST_OK && (i < count || ordinal == 0); i += n, ordinal++) {
		n = count ? stack_run_length(page, count, i) : 1;
		st = db_exec(w->s->catalog->db,
		    "INSERT INTO stack_run(change, after, record, ordinal, void, derived, first,"
		    " count) VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
		    DB_ARGS(db_int(w->s->change), db_int(after), db_int(r->record.id),
			db_int(ordinal), db_int(is_void),
			db_text(count ? stack_source_at(w->s, page[i].source)->derived : NULL),
			db_int(count ? page[i].entry : 0), db_int(count ? (int64_t)n : 0)),
		    NULL, err);
	}
	return st;
}

static enum status
remember(struct writing *w, struct err *err)
{
	struct db *db = w->s->catalog->db;
	enum status st;

	if (w->s->change)
		return db_exec(db, "UPDATE stack_change SET undone=$2 WHERE id=$1",
		    DB_ARGS(db_int(w->s->change), db_int(w->now)), NULL, err);
	st = db_query_int(db,
	    "INSERT INTO stack_change(kind, at, by_whom) VALUES($1, $2, $3) RETURNING id",
	    DB_ARGS(db_text(w->s->kind), db_int(w->now), db_ref(w->s->actor->principal)),
	    &w->s->change, err);
	for (size_t i = 0; st == ST_OK && i < w->s->records.count; i++) {
		st = remember_list(w, stack_at(w->s, i), false, err);
		if (st == ST_OK)
			st = remember_list(w, stack_at(w->s, i), true, err);
	}
	return st;
}

/* --- parking ----------------------------------------------------------------------------------- */

static enum status
park(struct writing *w, const struct component *c, struct err *err)
{
	struct db *db = w->s->catalog->db;
	enum status st = db_exec(db,
	    "INSERT INTO stack_mark(derived, entry, ordinal, kind, value, x, y, w, h, confidence)"
	    " SELECT $2, no+$3, ordinal, kind, value, x, y, w, h, confidence FROM page_mark"
	    " WHERE component=$1",
	    DB_ARGS(db_int(c->id), db_text(c->derived), db_int(c->derived_before)), NULL, err);

	if (st == ST_OK)
		st = db_exec(db, "DELETE FROM page_mark WHERE component=$1", DB_ARGS(db_int(c->id)),
		    NULL, err);
	if (st == ST_OK)
		st = db_exec(db, "UPDATE page SET no=no+$2 WHERE component=$1",
		    DB_ARGS(db_int(c->id), db_int(PARKED)), NULL, err);
	if (st == ST_OK)
		st = db_exec(db, "UPDATE component SET ordinal=-id WHERE id=$1",
		    DB_ARGS(db_int(c->id)), NULL, err);
	return st;
}

static enum status
unpark_marks(struct writing *w, const struct placed *run, struct err *err)
{
	const struct stack_source *source = stack_source_at(w->s, run->source);

	return db_exec(w->s->catalog->db,
	    "INSERT INTO page_mark(component, no, ordinal, kind, value, x, y, w, h, confidence)"
	    " SELECT $1, entry-$3, ordinal, kind, value, x, y, w, h, confidence FROM stack_mark"
	    " WHERE derived=$2 AND entry BETWEEN $4 AND $5",
	    DB_ARGS(db_int(run->id), db_text(source->derived), db_int((int64_t)run->first - 1),
		db_int(run->first), db_int((int64_t)run->first + run->count - 1)),
	    NULL, err);
}

/* --- runs -------------------------------------------------------------------------------------- */

static void
list_runs(struct writing *w)
{
	for (size_t r = 0; r < w->s->records.count; r++) {
		const struct stack_record *record = stack_at(w->s, r);
		int ordinal = 1;
		size_t n;

		for (size_t i = 0; i < record->count; i += n, ordinal++) {
			struct placed *run = row_list_add(&w->runs, sizeof(*run));

			n = stack_run_length(record->page, record->count, i);
			*run = (struct placed){ .record = r,
				.ordinal = ordinal,
				.source = record->page[i].source,
				.first = record->page[i].entry,
				.count = (uint32_t)n };
		}
	}
}

/* The component that begins with the run's first page. */
static const struct component *
holder_of(const struct writing *w, const struct placed *run)
{
	const char *derived = stack_source_at(w->s, run->source)->derived;

	for (size_t i = 0; i < w->s->components.count; i++) {
		const struct component *c = component_at(w, i);

		if (c->derived_before + 1 == run->first && strcmp(c->derived, derived) == 0)
			return c;
	}
	return NULL;
}

static enum status
make_component(struct writing *w, struct placed *run, struct err *err)
{
	const struct stack_source *source = stack_source_at(w->s, run->source);
	char uid[UID_LEN + 1];

	uid_make(uid);
	run->fresh = true;
	return db_query_int(w->s->catalog->db,
	    "INSERT INTO component(uid, record, ordinal, role, name, derived, derived_before)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7) RETURNING id",
	    DB_ARGS(db_text(uid), db_int(stack_at(w->s, run->record)->record.id),
		db_int(run->ordinal), db_text(run->ordinal == 1 ? "main" : "annex"),
		db_text(source->name), db_text(source->derived), db_int((int64_t)run->first - 1)),
	    &run->id, err);
}

static enum status
keep_component(
    struct writing *w, struct placed *run, const struct component *holder, struct err *err)
{
	struct db *db = w->s->catalog->db;
	int64_t record = stack_at(w->s, run->record)->record.id;
	enum status st;

	run->id = holder->id;
	st = db_exec(db,
	    "UPDATE component SET record=$2, ordinal=$3, role=CASE WHEN $3=1 THEN 'main'"
	    " WHEN role='main' THEN 'annex' ELSE role END WHERE id=$1",
	    DB_ARGS(db_int(run->id), db_int(record), db_int(run->ordinal)), NULL, err);
	if (st == ST_OK)
		st = db_exec(db, "UPDATE suggestion SET record=$2 WHERE component=$1",
		    DB_ARGS(db_int(run->id), db_int(record)), NULL, err);
	return st;
}

/* Again the whole of what arrived: the range is then that of its first rendition. */
static enum status
is_whole(struct writing *w, const struct placed *run, bool *whole, struct err *err)
{
	int64_t pages = 0;
	enum status st = db_query_int(w->s->catalog->db,
	    "SELECT coalesce(sum(j.pages), 0) FROM job j JOIN component c ON c.id=j.component"
	    " WHERE c.derived=$1 OR (c.uid=$1 AND c.derived IS NULL)",
	    DB_ARGS(db_text(stack_source_at(w->s, run->source)->derived)), &pages, err);

	*whole = run->first == 1 && pages == run->count && !run->fresh;
	return st;
}

/* A rendition never changes: another range is a later version. */
static enum status
put_range(struct writing *w, const struct placed *run, bool whole, struct err *err)
{
	const struct stack_source *source = stack_source_at(w->s, run->source);
	int64_t first = run->first + source->file_before;

	return db_exec(w->s->catalog->db,
	    "INSERT INTO rendition(component, kind, version, blob, first_page, last_page, tool,"
	    " created, created_by) SELECT $1, 'original', coalesce((SELECT max(version)"
	    " FROM rendition WHERE component=$1 AND kind='original'), 0) + 1, $2,"
	    " CASE WHEN $7=1 THEN (SELECT first_page FROM rendition WHERE component=$1"
	    "  AND kind='original' AND version=1) ELSE $3 END,"
	    " CASE WHEN $7=1 THEN (SELECT last_page FROM rendition WHERE component=$1"
	    "  AND kind='original' AND version=1) ELSE $4 END, 'stack', $5, $6",
	    DB_ARGS(db_int(run->id), db_text(source->sha256), db_int(first),
		db_int(first + run->count - 1), db_int(w->now), db_ref(w->s->actor->principal),
		db_int(whole)),
	    NULL, err);
}

/* Read to the end already; those of a record that is seen are looked at anew. */
static enum status
put_job(struct writing *w, const struct placed *run, struct err *err)
{
	bool hidden = stack_at(w->s, run->record)->is_void;

	return db_exec(w->s->catalog->db,
	    "INSERT INTO job(component, state, due, outcome, mime, pages, created, updated)"
	    " VALUES($1, $2, $3, $4, $5, $6, $3, $3) ON CONFLICT(component) DO UPDATE SET"
	    " state=$2, due=$3, outcome=$4, reason=NULL, tries=0, lost=0, owner=NULL, pages=$6,"
	    " updated=$3",
	    DB_ARGS(db_int(run->id), db_text(hidden ? "done" : "waiting"), db_int(w->now),
		db_text(hidden ? "read" : NULL), db_text(stack_source_at(w->s, run->source)->mime),
		db_int(run->count)),
	    NULL, err);
}

static enum status
place_run(struct writing *w, struct placed *run, struct err *err)
{
	const struct component *holder = holder_of(w, run);
	bool changed = !holder || holder->pages != run->count, whole = false;
	enum status st = holder ? keep_component(w, run, holder, err) : make_component(w, run, err);

	if (st == ST_OK && changed)
		st = is_whole(w, run, &whole, err);
	if (st == ST_OK && changed)
		st = put_range(w, run, whole, err);
	return st;
}

/* From every component that had some of the run's pages. */
static enum status
move_pages(struct writing *w, const struct placed *run, struct err *err)
{
	const char *derived = stack_source_at(w->s, run->source)->derived;
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < w->s->components.count; i++) {
		const struct component *c = component_at(w, i);
		int64_t shift = PARKED - (int64_t)c->derived_before;

		if (strcmp(c->derived, derived) != 0)
			continue;
		st = db_exec(w->s->catalog->db,
		    "UPDATE page SET component=$2, no=no-$3 WHERE component=$1"
		    " AND no>$6 AND no BETWEEN $4 AND $5",
		    DB_ARGS(db_int(c->id), db_int(run->id), db_int(shift + (int64_t)run->first - 1),
			db_int(run->first + shift),
			db_int((int64_t)run->first + run->count - 1 + shift), db_int(PARKED)),
		    NULL, err);
	}
	return st == ST_OK ? unpark_marks(w, run, err) : st;
}

static enum status
place_runs(struct writing *w, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < w->runs.count; i++)
		st = place_run(w, run_at(w, i), err);
	for (size_t i = 0; st == ST_OK && i < w->runs.count; i++) {
		st = move_pages(w, run_at(w, i), err);
		if (st == ST_OK)
			st = put_job(w, run_at(w, i), err);
	}
	return st;
}

/* --- what goes --------------------------------------------------------------------------------- */

struct told {
	int64_t correction, rendition;
	const char *derived;
	uint32_t entry;
};

static enum status
step_told(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct told *t = row_list_add(list, sizeof(*t));

	(void)err;
	t->correction = db_column_int(row, 0);
	t->rendition = db_column_int(row, 1);
	t->derived = db_column_text(row, 2, list->arena);
	t->entry = (uint32_t)db_column_int(row, 3);
	return ST_OK;
}

static const struct placed *
run_with(const struct writing *w, const char *derived, uint32_t entry)
{
	for (size_t i = 0; i < w->runs.count; i++) {
		const struct placed *run = run_at(w, i);

		if (entry >= run->first && entry - run->first < run->count &&
		    strcmp(stack_source_at(w->s, run->source)->derived, derived) == 0)
			return run;
	}
	return NULL;
}

/* A person's text goes with its page: the same blob, author and time below the other component. */
static enum status
take_over(struct writing *w, const struct told *t, struct err *err)
{
	const struct placed *run = run_with(w, t->derived, t->entry);
	int64_t id = 0;
	enum status st;

	if (!run)
		return fail(err, ST_INTERNAL, "a corrected page has no place");
	st = db_query_int(w->s->catalog->db,
	    "INSERT INTO rendition(component, kind, version, blob, first_page, last_page, tool,"
	    " created, created_by) SELECT $2, 'text', coalesce((SELECT max(version) FROM rendition"
	    " WHERE component=$2 AND kind='text'), 0) + 1, o.blob, $3, $3, o.tool, o.created,"
	    " o.created_by FROM rendition o WHERE o.id=$1 RETURNING id",
	    DB_ARGS(
		db_int(t->rendition), db_int(run->id), db_int((int64_t)t->entry - run->first + 1)),
	    &id, err);
	return st == ST_OK
	    ? db_exec(w->s->catalog->db, "UPDATE correction SET rendition=$2 WHERE id=$1",
		  DB_ARGS(db_int(t->correction), db_int(id)), NULL, err)
	    : st;
}

static enum status
drop_component(struct writing *w, const struct component *c, struct err *err)
{
	static const char *const deletes[] = { "DELETE FROM suggestion WHERE component=$1",
		"DELETE FROM job WHERE component=$1",
		"DELETE FROM rendition WHERE component=$1 AND kind<>'original'",
		"DELETE FROM rendition WHERE component=$1", "DELETE FROM component WHERE id=$1" };
	struct row_list list = { .arena = w->s->arena };
	enum status st = db_query(w->s->catalog->db,
	    "SELECT k.id, k.rendition, k.derived, k.no FROM correction k"
	    " JOIN rendition o ON o.id=k.rendition WHERE o.component=$1 ORDER BY k.id",
	    DB_ARGS(db_int(c->id)), step_told, &list, err);

	for (size_t i = 0; st == ST_OK && i < list.count; i++)
		st = take_over(w, &((const struct told *)list.rows)[i], err);
	for (size_t i = 0; st == ST_OK && i < sizeof(deletes) / sizeof(deletes[0]); i++)
		st = db_exec(w->s->catalog->db, deletes[i], DB_ARGS(db_int(c->id)), NULL, err);
	return st;
}

static enum status
drop_others(struct writing *w, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < w->s->components.count; i++) {
		const struct component *c = component_at(w, i);
		bool kept = false;

		for (size_t k = 0; !kept && k < w->runs.count; k++)
			kept = run_at(w, k)->id == c->id;
		/* Its text is another one now, or nobody's. */
		st = record_sketch_put(w->s->catalog, c->id, NULL, err);
		if (st == ST_OK && !kept)
			st = drop_component(w, c, err);
	}
	return st == ST_OK
	    ? db_exec(w->s->catalog->db, "DELETE FROM stack_mark", DB_NONE, NULL, err)
	    : st;
}

/* --- the end of it ----------------------------------------------------------------------------- */

static enum status
log_record(struct writing *w, size_t index, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	const struct stack_record *r = stack_at(w->s, index);
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_int(&json, "change", w->s->change);
	json_key_bool(&json, "void", r->is_void);
	json_key(&json, "ranges");
	json_array(&json);
	for (size_t i = 0; i < w->runs.count; i++) {
		const struct placed *run = run_at(w, i);
		const struct stack_source *source = stack_source_at(w->s, run->source);

		if (run->record != index)
			continue;
		json_object(&json);
		json_key_str(&json, "sha256", source->sha256);
		json_key_int(&json, "first", run->first + source->file_before);
		json_key_int(&json, "last", run->first + source->file_before + run->count - 1);
		json_end_object(&json);
	}
	json_end_array(&json);
	json_end_object(&json);
	return record_log(w->s->catalog, w->s->actor,
	    arena_printf(w->s->arena, "stack.%s", w->s->kind), r->record.uid, detail.buf, err);
}

static enum status
settle_record(struct writing *w, size_t index, struct err *err)
{
	struct stack_record *r = stack_at(w->s, index);
	int64_t id = r->record.id;
	enum status st = ST_OK;

	if (r->is_void && (!r->was_void || r->made))
		st = make_void(w, id, err);
	else if (!r->is_void && r->was_void && !r->made)
		st = revive(w, id, err);
	if (st == ST_OK)
		st = db_exec(w->s->catalog->db,
		    "UPDATE record SET reading=$2, reading_reason=NULL, pages=(SELECT"
		    " coalesce(sum(j.pages), 0) FROM job j JOIN component c ON c.id=j.component"
		    " WHERE c.record=record.id) WHERE id=$1",
		    DB_ARGS(db_int(id), db_text(r->is_void ? "read" : "waiting")), NULL, err);
	if (st == ST_OK)
		st = record_touch(w->s->catalog, id, true, err);
	return st == ST_OK ? log_record(w, index, err) : st;
}

enum status
stack_write(struct stack *s, struct err *err)
{
	struct writing w = { .s = s, .runs = { .arena = s->arena }, .now = now_us() };
	enum status st = make_records(&w, err);

	if (st == ST_OK)
		st = remember(&w, err);
	list_runs(&w);
	for (size_t i = 0; st == ST_OK && i < s->components.count; i++)
		st = park(&w, component_at(&w, i), err);
	if (st == ST_OK)
		st = place_runs(&w, err);
	if (st == ST_OK)
		st = drop_others(&w, err);
	for (size_t i = 0; st == ST_OK && i < s->records.count; i++)
		st = settle_record(&w, i, err);
	return st;
}
