/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "access_filter.h"
#include "audit.h"
#include "base.h"
#include "declare.h"
#include "package_parts.h"
#include "record_parts.h"

/* What a package says of a dossier: read from the catalogue, in words of ours (urn:tangthu:dossier:1). */
#define EVENTS_AT_ONCE 500

const char *
package_time(int64_t us, struct arena *arena)
{
	char text[28];

	if (!us)
		return NULL;
	time_text(us + INT64_C(7) * 3600 * 1000000, text);
	return arena_printf(arena, "%.26s+07:00", text);
}

const char *
package_safe(const char *name, struct arena *arena)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	for (const char *s = name; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c < ' ' || c == 0x7f || strchr(" /\\:*?\"<>|%#&'", c) ||
		    (c == '.' && out.len == 0))
			strbuf_add_char(&out, '_');
		else
			strbuf_add_char(&out, *s);
	}
	return out.len ? arena_dup_span(arena, strbuf_span(&out)) : "_";
}

const char *
package_maintenance(int64_t years)
{
	static const struct {
		int64_t years;
		const char *code;
	} codes[] = { { -1, "01" }, { 70, "02" }, { 50, "03" }, { 30, "04" }, { 20, "05" },
		{ 10, "06" } };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].years == years)
			return codes[i].code;
	return "07";
}

/* --- rows as elements -------------------------------------------------------------------------- */

/* Column i becomes names[i]: an attribute, or where the name begins with a '<' a child with text. */
struct shape {
	struct arena *arena;
	struct element *parent;
	const char *name; /* of an element a row; NULL: all goes into the parent */
	const char *const *names;
};

static enum status
step_shape(struct db_row *row, void *payload, struct err *err)
{
	const struct shape *s = payload;
	struct element *e = s->name ? element_add(s->arena, s->parent, s->name) : s->parent;

	(void)err;
	for (int i = 0; s->names[i]; i++) {
		const char *value = db_column_text(row, i, s->arena);

		if (s->names[i][0] == '<')
			(void)element_put(s->arena, e, s->names[i] + 1, value);
		else if (s->names[i][0] == '@')
			element_set(s->arena, e, s->names[i] + 1,
			    package_time(db_column_int(row, i), s->arena));
		else
			element_set(s->arena, e, s->names[i], value);
	}
	return ST_OK;
}

static enum status
shape_rows(const struct packing *p, struct element *parent, const char *name, const char *sql,
    const struct db_value *args, size_t count, const char *const *names, struct err *err)
{
	struct shape s = { p->arena, parent, name, names };

	return db_query(p->from->catalog->db, sql, args, count, step_shape, &s, err);
}

/* --- components -------------------------------------------------------------------------------- */

/*
 * Of originals the newest: where a stack was parted, an earlier one is the whole file with others' pages
 * (D6).  Of a part nothing else that was made of the file goes along.
 */
static enum status
describe_renditions(
    const struct packing *p, const struct component *c, struct element *e, struct err *err)
{
	static const char *const kept[] = { "kind", "version", "sha256", "size", "mime", "format",
		"first_page", "last_page", "tool", "@created", NULL };
	static const char *const corrected[] = { "kind", "version", "page", "sha256", "size",
		"@created", NULL };
	enum status st = shape_rows(p, e, "rendition",
	    "SELECT o.kind, o.version, o.blob, b.size, b.mime, b.format, nullif(o.first_page, 0),"
	    " nullif(o.last_page, 0), o.tool, o.created FROM rendition o JOIN blob b"
	    " ON b.sha256=o.blob WHERE o.component=$1 AND CASE o.kind WHEN 'original' THEN o.version="
	    "(SELECT max(v.version) FROM rendition v WHERE v.component=$1 AND v.kind='original')"
	    " ELSE o.kind<>'text' AND $2=0 END ORDER BY o.id",
	    DB_ARGS(db_int(c->id), db_int(c->first_page)), kept, err);

	/* people's text of its pages follows them, whichever component they came with (D5, D6) */
	return st == ST_OK
	    ? shape_rows(p, e, "rendition",
		  "SELECT 'text', k.version, k.no-$2, o.blob, b.size, o.created FROM correction k"
		  " JOIN rendition o ON o.id=k.rendition JOIN blob b ON b.sha256=o.blob"
		  " WHERE k.derived=$1 AND k.no>$2 AND k.no<=$2+$3 ORDER BY k.no, k.version",
		  DB_ARGS(db_text(c->derived), db_int(c->derived_before), db_int(c->pages)),
		  corrected, err)
	    : st;
}

static enum status
describe_components(
    const struct packing *p, const struct record *r, struct element *record, struct err *err)
{
	const struct component *c;
	size_t count;
	enum status st = record_components(p->from->catalog, r->id, p->arena, &c, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++) {
		struct element *e = element_add(p->arena, record, "component");

		element_set(p->arena, e, "uid", c[i].uid);
		element_set_int(p->arena, e, "ordinal", c[i].ordinal);
		element_set(p->arena, e, "role", c[i].role);
		element_set_int(p->arena, e, "pages", c[i].pages);
		(void)element_put(p->arena, e, "name", c[i].name);
		st = describe_renditions(p, &c[i], e, err);
	}
	return st;
}

/* --- what was done ----------------------------------------------------------------------------- */

/* Changes, and what left the house; that somebody looked is the log's alone. */
static bool
is_told(const struct event_row *row)
{
	return strcmp(row->event_class, "access") != 0 ||
	    span_ends(span_of(row->action), SPAN(".export")) ||
	    span_ends(span_of(row->action), SPAN(".download"));
}

static void
describe_event(const struct packing *p, const struct event_row *row, struct element *parent)
{
	struct element *e = element_add(p->arena, parent, "event");

	element_set_int(p->arena, e, "number", row->seq);
	element_set(p->arena, e, "at", package_time(row->ts_us, p->arena));
	element_set(p->arena, e, "action", row->action);
	element_set(p->arena, e, "actor", row->actor);
	element_set(p->arena, e, "outcome", row->outcome);
	element_set(p->arena, e, "detail", row->detail);
}

static enum status
describe_events(const struct packing *p, const char *kind, const char *uid, struct element *parent,
    struct err *err)
{
	static const char *const told[] = { "origin", "at", "action", "actor", "outcome", "detail",
		NULL };
	struct event_filter filter = { .kind = kind, .object = uid, .limit = EVENTS_AT_ONCE };
	const struct event_row *row;
	size_t count;
	/* those it came with, from where it was before */
	enum status st = shape_rows(p, parent, "event",
	    "SELECT archive, at, action, actor, outcome, detail FROM origin_event WHERE kind=$1"
	    " AND object=$2 ORDER BY id",
	    DB_ARGS(db_text(kind), db_text(uid)), told, err);

	do {
		count = 0;
		if (st == ST_OK)
			st = audit_find(p->from->catalog, &filter, p->arena, &row, &count, err);
		for (size_t i = 0; st == ST_OK && i < count; i++) {
			filter.from = row[i].seq + 1;
			if (is_told(&row[i]))
				describe_event(p, &row[i], parent);
		}
	} while (st == ST_OK && count == EVENTS_AT_ONCE);
	return st;
}

/* --- a record ---------------------------------------------------------------------------------- */

static enum status
describe_relations(
    const struct packing *p, const struct record *r, struct element *record, struct err *err)
{
	const struct relation *x;
	size_t count;
	enum status st =
	    relation_list(p->from->catalog, p->access, r->id, p->arena, &x, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++) {
		struct element *e;

		if (!x[i].outgoing)
			continue;
		e = element_add(p->arena, record, "relation");
		element_set(p->arena, e, "kind", x[i].kind);
		element_set(p->arena, e, "other", x[i].other);
		element_set(p->arena, e, "text", x[i].text);
	}
	return st;
}

static enum status
describe_details(
    const struct packing *p, const struct record *r, struct element *record, struct err *err)
{
	const struct record_detail *d;
	size_t count;
	enum status st = record_details(p->from->catalog, r->id, p->arena, &d, &count, err);

	for (size_t i = 0; st == ST_OK && i < count; i++) {
		struct element *e = element_put(p->arena, record, "detail", d[i].value);

		element_set(p->arena, e, "name", d[i].name);
	}
	return st;
}

static enum status
describe_rest(const struct packing *p, const struct record *r, struct element *record, bool events,
    struct err *err)
{
	static const char *const stand[] = { "@declared", "@recalled", "<recall_reason", NULL };
	static const char *const versions[] = { "version", "@made", "by", "<reason", "<content",
		NULL };
	enum status st = shape_rows(p, record, NULL,
	    "SELECT declared, recalled, recall_reason FROM record WHERE id=$1",
	    DB_ARGS(db_int(r->id)), stand, err);

	if (st == ST_OK)
		st = describe_details(p, r, record, err);
	if (st == ST_OK)
		st = shape_rows(p, record, "version",
		    "SELECT v.version, v.made, w.name, v.reason, v.content FROM record_version v"
		    " LEFT JOIN principal w ON w.id=v.made_by WHERE v.record=$1 ORDER BY v.version",
		    DB_ARGS(db_int(r->id)), versions, err);
	if (st == ST_OK)
		st = describe_relations(p, r, record, err);
	if (st == ST_OK)
		st = describe_components(p, r, record, err);
	return st == ST_OK && events ? describe_events(p, "record", r->uid, record, err) : st;
}

static enum status
check_taken(const struct packing *p, const struct record *r, struct err *err)
{
	if (r->quarantine)
		return fail(err, ST_HELD, "record %s is in quarantine", r->uid);
	if (!record_can(p->access, PERM_DOWNLOAD, r))
		return fail(err, ST_DENIED, "record %s may be seen, not downloaded", r->uid);
	return ST_OK;
}

const struct element *
package_record(const struct packing *p, const char *uid)
{
	for (size_t i = 0; i < p->count; i++)
		for (const struct element *r = element_child(p->dossier[i], "record"); r;
		     r = element_after(r, "record"))
			if (!element_get(r, "elsewhere") && strcmp(element_get(r, "uid"), uid) == 0)
				return r;
	return NULL;
}

static enum status
describe_record(const struct packing *p, const struct record *r, struct element *record,
    bool events, struct err *err)
{
	element_set(p->arena, record, "uid", r->uid);
	/* what an earlier dossier holds is named, not told again (16); a DIP is whole by itself */
	if (p->request->format != PACKAGE_DIP && package_record(p, r->uid)) {
		element_set(p->arena, record, "elsewhere", "1");
		return ST_OK;
	}
	element_set(p->arena, record, "state", r->state);
	element_set_int(p->arena, record, "level", r->level);
	element_set(p->arena, record, "use_mode", r->use_mode);
	element_set_int(p->arena, record, "version", r->version);
	element_set_int(p->arena, record, "pages", r->pages);
	element_set(p->arena, record, "created", package_time(r->created_us, p->arena));
	for (int i = 0; i < FIELD_COUNT; i++)
		(void)element_put(
		    p->arena, record, record_field_name((enum record_field)i), r->field[i]);
	return describe_rest(p, r, record, events, err);
}

/* --- the dossier ------------------------------------------------------------------------------- */

struct item {
	int64_t record;
	const char *ordinal, *home, *sheet_from, *sheet_to, *note;
};

static enum status
step_item(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct item *i = row_list_add(list, sizeof(*i));

	(void)err;
	*i = (struct item){ db_column_int(row, 0), db_column_text(row, 1, list->arena),
		db_column_text(row, 2, list->arena), db_column_text(row, 3, list->arena),
		db_column_text(row, 4, list->arena), db_column_text(row, 5, list->arena) };
	return ST_OK;
}

static enum status
describe_item(const struct packing *p, const struct item *item, struct element *dossier,
    bool events, struct err *err)
{
	struct element *e;
	struct record r;
	enum status st = record_load(p->from->catalog, p->access, item->record, p->arena, &r, err);

	if (st == ST_NOT_FOUND)
		return ST_OK; /* hidden: not there for this caller */
	if (st != ST_OK || (st = check_taken(p, &r, err)) != ST_OK)
		return st;
	e = element_add(p->arena, dossier, "record");
	element_set(p->arena, e, "ordinal", item->ordinal);
	element_set(p->arena, e, "home", item->home);
	element_set(p->arena, e, "sheet_from", item->sheet_from);
	element_set(p->arena, e, "sheet_to", item->sheet_to);
	(void)element_put(p->arena, e, "item_note", item->note);
	return describe_record(p, &r, e, events, err);
}

static enum status
describe_records(const struct packing *p, const struct node *n, struct element *dossier,
    bool events, struct err *err)
{
	struct row_list list = { .arena = p->arena };
	const struct item *item;
	enum status st = db_query(p->from->catalog->db,
	    "SELECT record, ordinal, home, sheet_from, sheet_to, note FROM dossier_item"
	    " WHERE dossier=$1 ORDER BY ordinal",
	    DB_ARGS(db_int(n->id)), step_item, &list, err);

	if (st == ST_OK && list.count > PACKAGE_RECORDS_MAX)
		return fail(err, ST_TOO_LARGE, "dossier %s holds more than %d records", n->uid,
		    PACKAGE_RECORDS_MAX);
	item = list.rows;
	for (size_t i = 0; st == ST_OK && i < list.count; i++)
		st = describe_item(p, &item[i], dossier, events, err);
	return st;
}

/* Which holds there are and how many is for those who may know of them; that there is one, everybody meets. */
static enum status
describe_holds(
    const struct packing *p, const struct node *n, struct element *dossier, struct err *err)
{
	static const char *const all[] = { "uid", "purpose", "@opened", "<name", "<reason",
		"<authority", NULL };
	static const char *const none[] = { NULL };
	bool knows = access_has(p->access, CAP_PLAN) || access_has(p->access, CAP_AUDIT);

	return shape_rows(p, dossier, "hold",
	    "WITH RECURSIVE up(id, parent) AS (SELECT id, parent FROM node WHERE id=$1"
	    " UNION SELECT m.id, m.parent FROM node m JOIN up u ON m.id=u.parent)"
	    " SELECT h.uid, h.purpose, h.opened, h.name, h.reason, h.authority FROM hold h"
	    " WHERE h.id IN (SELECT x.hold FROM hold_item x WHERE x.ended IS NULL AND (x.node IN"
	    " (SELECT id FROM up) OR x.record IN (SELECT record FROM dossier_item WHERE"
	    " dossier=$1))) ORDER BY h.id LIMIT $2",
	    DB_ARGS(db_int(n->id), db_int(knows ? INT64_MAX : 1)), knows ? all : none, err);
}

static enum status
describe_retention(
    const struct packing *p, const struct node *n, struct element *dossier, struct err *err)
{
	static const char *const rule[] = { "code", "years", "action", "trigger", "count_from",
		"due", "<title", "<authority", NULL };
	static const char *const fact[] = { "name", "day", NULL };
	static const char *const override[] = { "rule", "@asked", "by", "<reason", NULL };
	struct element *e = element_add(p->arena, dossier, "retention");
	enum status st = shape_rows(p, e, NULL,
	    "SELECT d.governing, coalesce(v.years, -1), v.action, v.trig, v.count_from, d.due_on,"
	    " v.title, v.authority FROM dossier d JOIN rule_version v ON v.id=d.rule_version"
	    " WHERE d.node=$1",
	    DB_ARGS(db_int(n->id)), rule, err);

	element_set(p->arena, e, "own", n->rule);
	if (st == ST_OK)
		st = shape_rows(p, e, "fact",
		    "SELECT name, happened FROM trigger_fact WHERE dossier=$1 AND ended IS NULL"
		    " ORDER BY name",
		    DB_ARGS(db_int(n->id)), fact, err);
	return st == ST_OK ? shape_rows(p, e, "override",
				 "SELECT o.rule, o.asked, w.name, o.reason FROM"
				 " retention_override o LEFT JOIN principal w ON w.id=o.asked_by"
				 " WHERE o.dossier=$1 AND o.state='in_force'",
				 DB_ARGS(db_int(n->id)), override, err)
			   : st;
}

/* What lies above, as far as the caller may list it: a dossier may have rights of its own. */
static enum status
describe_above(
    const struct packing *p, const struct node *n, struct element *dossier, struct err *err)
{
	static const char *const above[] = { "kind", "code", "title", NULL };
	struct db_value args[ACCESS_FILTER_ARGS + 1];

	access_filter_args(p->access, p->arena, args);
	args[ACCESS_FILTER_ARGS] = db_int(n->id);
	return shape_rows(p, dossier, "above",
	    "WITH RECURSIVE up(id, parent, depth) AS (SELECT id, parent, 0 FROM node"
	    " WHERE id=$4 UNION ALL SELECT m.id, m.parent, u.depth+1 FROM node m"
	    " JOIN up u ON m.id=u.parent) SELECT m.kind, m.code, m.title FROM up u"
	    " JOIN node m ON m.id=u.id WHERE u.depth>0 AND " ACCESS_SEES(
		"m") " ORDER BY u.depth DESC",
	    args, ACCESS_FILTER_ARGS + 1, above, err);
}

enum status
package_describe(const struct packing *p, const struct node *n, bool events,
    struct element **dossier, struct err *err)
{
	static const char *const head[] = { "<code", "<title", "<file_code", "<year", "<level",
		"<use_mode", "<vital", "<started", "<closed", "<state", "<language", "<keyword",
		"<note", "<maintainer", "<pages", "<sheets", NULL };
	static const char *const acts[] = { "act", "day", "@made", "by", "<reason", NULL };
	struct element *e = element_add(p->arena, NULL, "dossier");
	enum status st;

	*dossier = e;
	element_set(p->arena, e, "xmlns", PACKAGE_NAMESPACE);
	element_set(p->arena, e, "uid", n->uid);
	element_set(p->arena, e, "described", p->now);
	st = shape_rows(p, e, NULL,
	    "SELECT n.code, n.title, d.file_code, d.year, n.level, n.use_mode, n.vital, d.started,"
	    " d.closed, d.state, d.language, d.keyword, d.note, w.name, d.page_total,"
	    " d.sheet_total FROM dossier d JOIN node n ON n.id=d.node"
	    " LEFT JOIN principal w ON w.id=d.maintainer WHERE d.node=$1",
	    DB_ARGS(db_int(n->id)), head, err);
	if (st == ST_OK)
		st = describe_above(p, n, e, err);
	if (st == ST_OK)
		st = describe_retention(p, n, e, err);
	if (st == ST_OK)
		st = describe_holds(p, n, e, err);
	if (st == ST_OK)
		st = shape_rows(p, e, "act",
		    "SELECT a.act, a.day, a.made, w.name, a.reason FROM dossier_act a"
		    " LEFT JOIN principal w ON w.id=a.made_by WHERE a.dossier=$1 ORDER BY a.id",
		    DB_ARGS(db_int(n->id)), acts, err);
	if (st == ST_OK && events)
		st = describe_events(p, "node", n->uid, e, err);
	return st == ST_OK ? describe_records(p, n, e, events, err) : st;
}
