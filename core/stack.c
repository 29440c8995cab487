/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "hold.h"
#include "json_out.h"
#include "stack_parts.h"

/* --- loading ----------------------------------------------------------------------------------- */

size_t
stack_run_length(const struct stack_page *page, size_t count, size_t first)
{
	size_t n = 1;

	while (first + n < count && page[first + n].source == page[first].source &&
	    page[first + n].entry == page[first].entry + n)
		n++;
	return n;
}

static uint32_t
source_of(struct stack *s, const struct component *c)
{
	struct stack_source *source;

	for (size_t i = 0; i < s->sources.count; i++)
		if (strcmp(stack_source_at(s, (uint32_t)i)->derived, c->derived) == 0)
			return (uint32_t)i;
	source = row_list_add(&s->sources, sizeof(*source));
	*source = (struct stack_source){ .derived = c->derived,
		.sha256 = c->sha256,
		.name = c->name,
		.mime = c->mime,
		.file_before =
		    (c->first_page > 0 ? c->first_page - 1 : 0) - (int64_t)c->derived_before };
	return (uint32_t)s->sources.count - 1;
}

/* What has no pages of its own cannot be cut. */
static enum status
check_kind(const struct component *c, struct err *err)
{
	if (strcmp(c->mime, "application/pdf") == 0 || strncmp(c->mime, "image/", 6) == 0)
		return ST_OK;
	return fail(err, ST_UNSUPPORTED, "a file of type %s has no pages to arrange", c->mime);
}

static enum status
load_pages(struct stack *s, struct stack_record *r, struct err *err)
{
	const struct component *list;
	size_t count, n = 0;
	enum status st = record_components(s->catalog, r->record.id, s->arena, &list, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++) {
		st = check_kind(&list[i], err);
		n += (size_t)list[i].pages;
	}
	if (st != ST_OK)
		return st;
	r->page = r->old = arena_array(s->arena, n + 1, sizeof(*r->page));
	for (size_t i = 0; i < count; i++) {
		uint32_t source = source_of(s, &list[i]);

		*(struct component *)row_list_add(&s->components, sizeof(list[i])) = list[i];
		for (int64_t no = 1; no <= list[i].pages; no++)
			r->page[r->count++] =
			    (struct stack_page){ source, list[i].derived_before + (uint32_t)no };
	}
	r->old_count = r->count;
	return ST_OK;
}

static enum status
check_record(struct stack *s, const struct record *r, struct err *err)
{
	int64_t open = 0, own = 0;
	enum status st = ST_OK;

	if (!access_can_record(s->access, PERM_READ, r->access_class, r->old_access_class))
		return fail(err, ST_DENIED, "record %s: no right to read it", r->uid);
	if (strcmp(r->state, "draft") != 0)
		return fail(err, ST_HELD, "record %s is %s; only a draft can be arranged", r->uid,
		    r->state);
	st = hold_check(s->catalog, (struct hold_object){ .record = r->id }, err);
	if (st == ST_OK)
		st = db_query_int(s->catalog->db,
		    "SELECT count(*) FROM component c LEFT JOIN job j ON j.component=c.id"
		    " WHERE c.record=$1 AND (j.id IS NULL OR j.state NOT IN('done','failed')"
		    " OR j.pages=0)",
		    DB_ARGS(db_int(r->id)), &open, err);
	if (st == ST_OK)
		st = db_query_int(s->catalog->db,
		    "SELECT CASE WHEN inherit_acl=0 OR EXISTS(SELECT 1 FROM acl g"
		    " WHERE g.record=record.id) THEN 1 ELSE 0 END FROM record WHERE id=$1",
		    DB_ARGS(db_int(r->id)), &own, err);
	if (st == ST_OK && open)
		st = fail(err, ST_CONFLICT, "record %s is not read to its end", r->uid);
	if (st == ST_OK && own)
		st = fail(err, ST_CONFLICT, "record %s has rights of its own", r->uid);
	return st;
}

/* A void record is nobody's to see: it is only met when a change is undone. */
static enum status
load_void(struct stack *s, struct stack_record *r, int64_t id, struct err *err)
{
	int64_t is_void = 0;
	enum status st = db_lookup_int(s->catalog->db, "SELECT void FROM record WHERE id=$1",
	    DB_ARGS(db_int(id)), &is_void, err);

	if (st != ST_OK || !is_void)
		return st;
	r->is_void = r->was_void = true;
	return record_load_any(s->catalog, id, s->arena, &r->record, err);
}

enum status
stack_add_record(struct stack *s, int64_t id, size_t *index, struct err *err)
{
	struct stack_record r = { 0 };
	enum status st = ST_OK;

	if (s->change)
		st = load_void(s, &r, id, err);
	if (st == ST_OK && !r.is_void) {
		st =
		    record_load_for(s->catalog, s->access, PERM_EDIT, id, s->arena, &r.record, err);
		if (st == ST_OK)
			st = check_record(s, &r.record, err);
	}
	if (st == ST_OK)
		st = load_pages(s, &r, err);
	if (st != ST_OK)
		return st;
	*index = s->records.count;
	*(struct stack_record *)row_list_add(&s->records, sizeof(r)) = r;
	return ST_OK;
}

struct stack_record *
stack_add_new(struct stack *s, size_t like, struct stack_page *page, size_t count, bool is_void)
{
	struct stack_record r = {
		.is_void = is_void, .was_void = true, .made = true, .page = page, .count = count
	};

	r.record = stack_at(s, like)->record;
	r.record.id = 0;
	r.record.uid = NULL;
	*(struct stack_record *)row_list_add(&s->records, sizeof(r)) = r;
	return stack_at(s, s->records.count - 1);
}

static struct stack
begin(struct catalog *catalog, const struct actor *actor, const struct access *access,
    struct arena *arena, const char *kind)
{
	assert(access);
	return (struct stack){ .catalog = catalog,
		.actor = actor,
		.access = access,
		.arena = arena,
		.kind = kind,
		.sources = { .arena = arena },
		.records = { .arena = arena },
		.components = { .arena = arena } };
}

static enum status
check_version(const struct stack_record *r, int64_t version, struct err *err)
{
	if (version && version != r->record.version)
		return fail(err, ST_PRECONDITION,
		    "record %s changed meanwhile (version %lld); load it again", r->record.uid,
		    (long long)r->record.version);
	return ST_OK;
}

/* New drafts come into the home of the record; the caller may add there, and it is open. */
static enum status
check_dossier(struct stack *s, const struct record *r, struct err *err)
{
	int64_t access_class = 0, open = 0;
	struct record whole;
	enum status st = record_load_any(s->catalog, r->id, s->arena, &whole, err);

	if (st != ST_OK)
		return st;
	s->dossier = whole.home;
	st = db_query_int(s->catalog->db, "SELECT access_class FROM node WHERE id=$1",
	    DB_ARGS(db_int(whole.home)), &access_class, err);
	if (st == ST_OK)
		st = db_query_int(s->catalog->db,
		    "SELECT CASE WHEN state='open' THEN 1 ELSE 0 END FROM dossier WHERE node=$1",
		    DB_ARGS(db_int(whole.home)), &open, err);
	if (st == ST_OK && !access_can(s->access, PERM_ADD, access_class))
		return fail(err, ST_DENIED, "record %s: no right to add to its dossier", r->uid);
	if (st == ST_OK && !open)
		return fail(err, ST_HELD, "record %s: its dossier is not open", r->uid);
	return st;
}

/* --- split ------------------------------------------------------------------------------------- */

static enum status
check_list(const char *what, const int64_t *list, size_t count, int64_t least, size_t pages,
    struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] < least || list[i] > (int64_t)pages ||
		    (i > 0 && list[i] <= list[i - 1]))
			return fail(err, ST_INVALID, "%s %lld: pages of the record in order", what,
			    (long long)list[i]);
	return ST_OK;
}

static bool
is_listed(const int64_t *list, size_t count, size_t *at, int64_t page)
{
	if (*at == count || list[*at] != page)
		return false;
	++*at;
	return true;
}

/* Parts and dropped sheets as new records behind the first; what is left becomes the first's. */
static enum status
part(struct stack *s, const struct stack_split *how, struct err *err)
{
	size_t pages = stack_at(s, 0)->count, a = 0, d = 0, kept = 0, dropped = 0, start = 0;
	struct stack_page *all = stack_at(s, 0)->page;
	struct stack_page *keep = arena_array(s->arena, pages, sizeof(*keep));
	struct stack_page *drop = arena_array(s->arena, pages, sizeof(*drop));
	bool first = true;

	for (size_t i = 0; i <= pages; i++) {
		bool ends = i == pages || is_listed(how->at, how->at_count, &a, (int64_t)i + 1);

		if (ends && kept > start) {
			if (first) {
				stack_at(s, 0)->page = keep;
				stack_at(s, 0)->count = kept;
			} else
				(void)stack_add_new(s, 0, keep + start, kept - start, false);
			first = false;
			start = kept;
		}
		if (i == pages)
			break;
		if (is_listed(how->drop, how->drop_count, &d, (int64_t)i + 1))
			drop[dropped++] = all[i];
		else
			keep[kept++] = all[i];
		if (s->records.count > STACK_PARTS_MAX)
			return fail(err, ST_LIMIT, "more than %d parts", STACK_PARTS_MAX);
	}
	if (first)
		return fail(err, ST_INVALID, "no page would be left");
	if (dropped)
		(void)stack_add_new(s, 0, drop, dropped, true);
	return s->records.count > 1 ? ST_OK : fail(err, ST_INVALID, "nothing to part");
}

static enum status
split(struct stack *s, const struct stack_split *how, const int64_t **made, size_t *count,
    struct err *err)
{
	int64_t *ids;
	size_t index;
	enum status st = stack_add_record(s, how->record, &index, err);

	if (st == ST_OK)
		st = check_version(stack_at(s, index), how->version, err);
	if (st == ST_OK)
		st = check_dossier(s, &stack_at(s, index)->record, err);
	if (st == ST_OK)
		st = check_list(
		    "part before page", how->at, how->at_count, 2, stack_at(s, 0)->count, err);
	if (st == ST_OK)
		st = check_list(
		    "leave out page", how->drop, how->drop_count, 1, stack_at(s, 0)->count, err);
	if (st == ST_OK)
		st = part(s, how, err);
	if (st == ST_OK)
		st = stack_write(s, err);
	if (st != ST_OK)
		return st;
	ids = arena_array(s->arena, s->records.count, sizeof(*ids));
	for (size_t i = 1; i < s->records.count; i++)
		if (!stack_at(s, i)->is_void)
			ids[(*count)++] = stack_at(s, i)->record.id;
	*made = ids;
	return ST_OK;
}

enum status
stack_split(struct catalog *catalog, const struct actor *actor, const struct access *access,
    const struct stack_split *how, struct arena *arena, const int64_t **made, size_t *count,
    struct err *err)
{
	struct stack s = begin(catalog, actor, access, arena, "split");
	enum status st = db_begin(catalog->db, err);

	*made = NULL;
	*count = 0;
	if (st != ST_OK)
		return st;
	st = split(&s, how, made, count, err);
	return catalog_end(catalog, st, err);
}

enum status
stack_separators(struct catalog *catalog, int64_t record, struct arena *arena,
    const int64_t **pages, size_t *count, struct err *err)
{
	struct row_list found = { .arena = arena };
	const struct component *list;
	size_t components;
	int64_t before = 0;
	enum status st = record_components(catalog, record, arena, &list, &components, err);

	for (size_t i = 0; st == ST_OK && i < components; before += list[i++].pages) {
		const struct page_mark *mark;
		size_t marks;

		st = page_separators(catalog, list[i].id, arena, &mark, &marks, err);
		for (size_t m = 0; st == ST_OK && m < marks; m++) {
			int64_t page = before + mark[m].no, *last = found.rows;

			if (found.count && last[found.count - 1] == page)
				continue; /* two codes on one sheet */
			*(int64_t *)row_list_add(&found, sizeof(page)) = page;
		}
	}
	*pages = found.rows;
	*count = found.count;
	return st;
}

enum status
stack_split_at_separators(struct catalog *catalog, const struct actor *actor,
    const struct access *access, int64_t record, int64_t version, struct arena *arena,
    const int64_t **made, size_t *count, struct err *err)
{
	struct stack_split how = { .record = record, .version = version };
	struct record seen;
	enum status st = db_begin(catalog->db, err);

	*made = NULL;
	*count = 0;
	if (st != ST_OK)
		return st;
	st = record_load_for(catalog, access, PERM_EDIT, record, arena, &seen, err);
	if (st == ST_OK)
		st = stack_separators(catalog, record, arena, &how.drop, &how.drop_count, err);
	if (st == ST_OK && how.drop_count == 0)
		st = fail(err, ST_NOT_FOUND, "record %s has no separator", seen.uid);
	how.at = how.drop;
	how.at_count = how.drop_count;
	if (how.at_count && how.at[0] == 1) { /* before the first page there is nothing to part */
		how.at++;
		how.at_count--;
	}
	if (st == ST_OK)
		st = stack_split(catalog, actor, access, &how, arena, made, count, err);
	return catalog_end(catalog, st, err);
}

enum status
stack_split_arrived(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, size_t *count, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const int64_t *pages, *made;
	int64_t arranged;
	struct record seen;
	enum status st = db_query_int(catalog->db, "SELECT count(*) FROM stack_run WHERE record=$1",
	    DB_ARGS(db_int(record)), &arranged, err);

	*count = 0;
	if (st != ST_OK || arranged)
		return st;
	st = record_load(catalog, access, record, arena, &seen, err);
	if (st != ST_OK || seen.quarantine || seen.reading != READING_READ ||
	    strcmp(seen.state, "draft") != 0)
		return st;
	st = stack_separators(catalog, record, arena, &pages, count, err);
	if (st != ST_OK || *count == 0)
		return st;
	*count = 0;
	st = stack_split_at_separators(catalog, actor, access, record, 0, arena, &made, count, err);
	/* Nothing but separators, or a dossier that was closed meanwhile: for a person to see. */
	return st == ST_INVALID || st == ST_HELD || st == ST_CONFLICT || st == ST_LIMIT ? ST_OK
											: st;
}

/* --- merge and move ---------------------------------------------------------------------------- */

static enum status
check_alike(struct stack *s, const struct record *a, const struct record *b, struct err *err)
{
	struct record one, two;
	enum status st = record_load_any(s->catalog, a->id, s->arena, &one, err);

	if (st == ST_OK)
		st = record_load_any(s->catalog, b->id, s->arena, &two, err);
	if (st != ST_OK)
		return st;
	if (one.id == two.id)
		return fail(err, ST_INVALID, "a record and itself");
	if (one.home != two.home || one.level != two.level || one.quarantine != two.quarantine ||
	    strcmp(one.use_mode, two.use_mode) != 0)
		return fail(err, ST_CONFLICT,
		    "records %s and %s differ in dossier, level, use or quarantine", a->uid,
		    b->uid);
	return ST_OK;
}

static enum status
load_two(struct stack *s, int64_t record, int64_t version, int64_t other, struct err *err)
{
	size_t index;
	enum status st = stack_add_record(s, record, &index, err);

	if (st == ST_OK)
		st = check_version(stack_at(s, 0), version, err);
	if (st == ST_OK)
		st = check_dossier(s, &stack_at(s, 0)->record, err);
	if (st == ST_OK)
		st = stack_add_record(s, other, &index, err);
	return st == ST_OK ? check_alike(s, &stack_at(s, 0)->record, &stack_at(s, 1)->record, err)
			   : st;
}

static enum status
merge(struct stack *s, int64_t record, int64_t version, int64_t other, struct err *err)
{
	struct stack_record *a, *b;
	struct stack_page *all;
	enum status st = load_two(s, record, version, other, err);

	if (st != ST_OK)
		return st;
	a = stack_at(s, 0);
	b = stack_at(s, 1);
	if (a->count + b->count > STACK_PAGES_MAX)
		return fail(err, ST_LIMIT, "more than %d pages", STACK_PAGES_MAX);
	all = arena_array(s->arena, a->count + b->count, sizeof(*all));
	memcpy(all, a->page, a->count * sizeof(*all));
	memcpy(all + a->count, b->page, b->count * sizeof(*all));
	a->page = all;
	a->count += b->count;
	b->count = 0;
	b->is_void = true;
	return stack_write(s, err);
}

enum status
stack_merge(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t version, int64_t other, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct stack s = begin(catalog, actor, access, arena, "merge");
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = merge(&s, record, version, other, err);
	return catalog_end(catalog, st, err);
}

/* page and to count from 1; to is where it stands among the pages of into before the move. */
static enum status
move_page(struct stack *s, int64_t page, int64_t to, struct err *err)
{
	struct stack_record *from = stack_at(s, 0);
	struct stack_record *into = stack_at(s, s->records.count - 1);
	bool same = from == into;
	struct stack_page moved;
	struct stack_page *list;
	size_t n = 0;

	if (page < 1 || page > (int64_t)from->count || to < 1 || to > (int64_t)into->count + 1)
		return fail(err, ST_INVALID, "no page %lld, or no place %lld", (long long)page,
		    (long long)to);
	if (!same && from->count == 1)
		return fail(err, ST_INVALID, "the last page of a record: merge it instead");
	moved = from->page[page - 1];
	list = arena_array(s->arena, into->count + 1, sizeof(*list));
	for (int64_t i = 1; i <= (int64_t)into->count + 1; i++) {
		if (i == to)
			list[n++] = moved;
		if (i <= (int64_t)into->count && !(same && i == page))
			list[n++] = into->page[i - 1];
	}
	if (!same) {
		struct stack_page *rest = arena_array(s->arena, from->count, sizeof(*rest));
		size_t k = 0;

		for (size_t i = 0; i < from->count; i++)
			if ((int64_t)i + 1 != page)
				rest[k++] = from->page[i];
		from->page = rest;
		from->count = k;
	}
	into->page = list;
	into->count = n;
	return stack_write(s, err);
}

enum status
stack_move(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t version, int64_t page, int64_t into, int64_t to, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct stack s = begin(catalog, actor, access, arena, "move");
	size_t index;
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	if (into == record) {
		st = stack_add_record(&s, record, &index, err);
		if (st == ST_OK)
			st = check_version(stack_at(&s, 0), version, err);
	} else
		st = load_two(&s, record, version, into, err);
	if (st == ST_OK)
		st = move_page(&s, page, to, err);
	return catalog_end(catalog, st, err);
}

/* --- turn -------------------------------------------------------------------------------------- */

static enum status
turn(struct stack *s, int64_t record, int64_t version, int64_t page, int degrees, struct err *err)
{
	struct event event = { .event_class = EVENT_CHANGE,
		.action = "page.turn",
		.kind = "record",
		.page = page,
		.outcome = "ok",
		.detail = arena_printf(s->arena, "{\"degrees\":%d}", degrees) };
	struct component component;
	struct record r;
	int no;
	enum status st =
	    record_load_for(s->catalog, s->access, PERM_EDIT, record, s->arena, &r, err);
	struct stack_record seen = { .record = r };

	if (st == ST_OK)
		st = check_record(s, &r, err);
	if (st == ST_CONFLICT && r.reading != READING_WAITING && r.reading != READING_READING)
		st = ST_OK; /* rights of its own do not matter to a turn */
	if (st == ST_OK)
		st = check_version(&seen, version, err);
	if (st == ST_OK)
		st = record_locate_page(s->catalog, record, page, s->arena, &component, &no, err);
	if (st == ST_OK)
		st = db_exec(s->catalog->db, "UPDATE page SET turn=$3 WHERE component=$1 AND no=$2",
		    DB_ARGS(db_int(component.id), db_int(no), db_int(degrees)), NULL, err);
	if (st == ST_OK)
		st = record_touch(s->catalog, record, true, err);
	event.object = r.uid;
	return st == ST_OK ? audit_append(s->catalog, s->actor, &event, err) : st;
}

enum status
stack_turn(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t version, int64_t page, int degrees, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct stack s = begin(catalog, actor, access, arena, "turn");
	enum status st;

	if (degrees != 0 && degrees != 90 && degrees != 180 && degrees != 270)
		return fail(err, ST_INVALID, "degrees: 0, 90, 180 or 270");
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = turn(&s, record, version, page, degrees, err);
	return catalog_end(catalog, st, err);
}

/* --- undo -------------------------------------------------------------------------------------- */

#define LAST_CHANGE \
	"SELECT max(c.id) FROM stack_change c JOIN stack_run r ON r.change=c.id" \
	" WHERE r.record=$1 AND c.undone IS NULL"

struct last_found {
	struct arena *arena;
	struct stack_last *last;
};

static enum status
step_last(struct db_row *row, void *payload, struct err *err)
{
	struct last_found *found = payload;

	(void)err;
	found->last->kind = db_column_text(row, 0, found->arena);
	found->last->at_us = db_column_int(row, 1);
	return ST_OK;
}

enum status
stack_last(struct catalog *catalog, int64_t record, struct arena *arena, struct stack_last *last,
    struct err *err)
{
	struct last_found to = { arena, last };

	*last = (struct stack_last){ 0 };
	return db_query(catalog->db, "SELECT kind, at FROM stack_change WHERE id=(" LAST_CHANGE ")",
	    DB_ARGS(db_int(record)), step_last, &to, err);
}

/* One stack_run row. */
struct run {
	int64_t record;
	bool is_void;
	const char *derived;
	uint32_t first, count;
};

static enum status
step_run(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct run *run = row_list_add(list, sizeof(*run));

	(void)err;
	run->record = db_column_int(row, 0);
	run->is_void = db_column_int(row, 1) != 0;
	run->derived = db_column_text(row, 2, list->arena);
	run->first = (uint32_t)db_column_int(row, 3);
	run->count = (uint32_t)db_column_int(row, 4);
	return ST_OK;
}

static enum status
load_runs(struct stack *s, bool after, struct row_list *list, struct err *err)
{
	*list = (struct row_list){ .arena = s->arena };
	return db_query(s->catalog->db,
	    "SELECT record, void, derived, first, count FROM stack_run WHERE change=$1"
	    " AND after=$2 ORDER BY record, ordinal",
	    DB_ARGS(db_int(s->change), db_int(after)), step_run, list, err);
}

static struct stack_record *
find_record(struct stack *s, int64_t id)
{
	for (size_t i = 0; i < s->records.count; i++)
		if (stack_at(s, i)->record.id == id)
			return stack_at(s, i);
	return NULL;
}

static bool
find_source(struct stack *s, const char *derived, uint32_t *source)
{
	for (*source = 0; *source < s->sources.count; ++*source)
		if (strcmp(stack_source_at(s, *source)->derived, derived) == 0)
			return true;
	return false;
}

/* The pages that the runs of one record tell; false: a source that no record has any more. */
static bool
pages_of_runs(struct stack *s, const struct row_list *list, int64_t id, struct stack_page **page,
    size_t *count, bool *is_void)
{
	const struct run *run = list->rows;
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		n += run[i].record == id && run[i].derived ? run[i].count : 0;
	*page = arena_array(s->arena, n + 1, sizeof(**page));
	*count = 0;
	*is_void = true;
	for (size_t i = 0; i < list->count; i++) {
		uint32_t source;

		if (run[i].record != id)
			continue;
		*is_void = run[i].is_void;
		if (!run[i].derived)
			continue;
		if (!find_source(s, run[i].derived, &source))
			return false;
		for (uint32_t k = 0; k < run[i].count; k++)
			(*page)[(*count)++] = (struct stack_page){ source, run[i].first + k };
	}
	return true;
}

static enum status
load_all(struct stack *s, const struct row_list *list, struct err *err)
{
	const struct run *run = list->rows;
	enum status st = ST_OK;
	size_t index;

	for (size_t i = 0; st == ST_OK && i < list->count; i++)
		if (i == 0 || run[i].record != run[i - 1].record)
			st = stack_add_record(s, run[i].record, &index, err);
	return st;
}

/* Still as the change left it?  Then the pages become what they were before. */
static enum status
put_back(
    struct stack *s, const struct row_list *after, const struct row_list *before, struct err *err)
{
	for (size_t i = 0; i < s->records.count; i++) {
		struct stack_record *r = stack_at(s, i);
		struct stack_page *page;
		bool is_void;
		size_t count;

		if (!pages_of_runs(s, after, r->record.id, &page, &count, &is_void) ||
		    is_void != r->was_void || count != r->count ||
		    memcmp(page, r->page, count * sizeof(*page)) != 0)
			return fail(
			    err, ST_CONFLICT, "a record of the change was arranged again since");
		if (!pages_of_runs(s, before, r->record.id, &page, &count, &is_void))
			return fail(err, ST_CONFLICT, "a page of the change is gone");
		r->page = page;
		r->count = count;
		r->is_void = is_void;
	}
	return ST_OK;
}

static enum status
undo(struct stack *s, int64_t record, int64_t version, struct err *err)
{
	struct row_list after, before;
	struct record seen;
	enum status st =
	    record_load_for(s->catalog, s->access, PERM_EDIT, record, s->arena, &seen, err);

	if (st == ST_OK)
		st = db_lookup_int(
		    s->catalog->db, LAST_CHANGE, DB_ARGS(db_int(record)), &s->change, err);
	if (st == ST_OK && !s->change)
		return fail(err, ST_NOT_FOUND, "record %s was not arranged", seen.uid);
	if (st == ST_OK)
		st = check_dossier(s, &seen, err);
	if (st == ST_OK)
		st = load_runs(s, true, &after, err);
	if (st == ST_OK)
		st = load_runs(s, false, &before, err);
	if (st == ST_OK)
		st = load_all(s, &after, err);
	if (st == ST_OK)
		st = check_version(find_record(s, record), version, err);
	if (st == ST_OK)
		st = put_back(s, &after, &before, err);
	return st == ST_OK ? stack_write(s, err) : st;
}

enum status
stack_undo(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t record, int64_t version, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct stack s = begin(catalog, actor, access, arena, "undo");
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = undo(&s, record, version, err);
	return catalog_end(catalog, st, err);
}
