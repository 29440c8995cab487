/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "base.h"
#include "dossier_parts.h"
#include "json_out.h"
#include "package_import.h"
#include "retention_parts.h"

/* records.md 72: the dossiers of a package, all of them or none. */
#define SAYINGS_MAX 300

/* --- faults and notes -------------------------------------------------------------------------- */

static void PRINTF(4, 0) say(struct importing *im, struct row_list *list, const struct element *e,
    const char *fmt, va_list ap)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	const char *where = element_get(e, "where");
	struct package_fault *f;

	if (list->count == SAYINGS_MAX)
		return;
	strbuf_vaddf(&text, fmt, ap);
	f = row_list_add(list, sizeof(*f));
	f->where = where ? where : im->where ? im->where : "";
	f->line = element_number(e, "line", 0);
	f->text = arena_dup_span(im->arena, strbuf_span(&text));
}

void
import_fault(struct importing *im, const struct element *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(im, &im->faults, e, fmt, ap);
	va_end(ap);
}

void
import_note(struct importing *im, const struct element *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(im, &im->notes, e, fmt, ap);
	va_end(ap);
}

enum status
import_verdict(struct importing *im, const struct element *e, enum status st, struct err *err)
{
	static const enum status faults[] = { ST_NOT_FOUND, ST_EXISTS, ST_INVALID, ST_DENIED,
		ST_CONFLICT, ST_HELD, ST_TOO_LARGE };

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i] == st) {
			import_fault(im, e, "%s", err->msg);
			return ST_OK;
		}
	return st;
}

enum status
import_renew(struct importing *im, struct err *err)
{
	struct access *fresh = NULL;
	enum status st = im->actor->principal
	    ? access_load(&fresh, im->catalog, im->actor->principal, err)
	    : access_load_system(&fresh, im->catalog, err);

	if (st != ST_OK)
		return st;
	access_free(im->access);
	im->access = fresh;
	return ST_OK;
}

bool
import_uid(struct importing *im, const struct element *e, const char **uid)
{
	char fresh[UID_LEN + 1];

	*uid = element_get(e, "uid");
	if (*uid && !uid_valid(span_of(*uid))) {
		import_fault(im, e, "uid %.60s: is none", *uid);
		return false;
	}
	if (!*uid) {
		uid_make(fresh);
		*uid = arena_dup(im->arena, fresh);
	}
	return true;
}

bool
import_use_mode(const char *mode)
{
	return strcmp(mode, "01") == 0 || strcmp(mode, "02") == 0 || strcmp(mode, "03") == 0;
}

/* "Z", "+07:00", "-0330": seconds east. */
static bool
zone_of(struct span text, int64_t *east)
{
	uint64_t hours, minutes;
	bool colon = text.n == 6 && text.p[3] == ':';

	*east = 0;
	if (span_equal_str(text, "Z"))
		return true;
	if ((!colon && text.n != 5) || (text.p[0] != '+' && text.p[0] != '-') ||
	    !span_u64(span_make(text.p + 1, 2), &hours) ||
	    !span_u64(span_make(text.p + text.n - 2, 2), &minutes) || hours > 14 || minutes > 59)
		return false;
	*east = (text.p[0] == '+' ? 1 : -1) * (int64_t)(hours * 3600 + minutes * 60);
	return true;
}

bool
import_time(const char *text, int64_t *us)
{
	struct tm tm = { 0 };
	const char *rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	int64_t fraction = 0, unit = 1000000, east;

	*us = 0;
	if (!rest || !date_valid(span_make(text, 10), false))
		return false;
	if (*rest == '.')
		for (rest++; *rest >= '0' && *rest <= '9'; rest++) {
			unit /= 10;
			fraction += (*rest - '0') * unit;
		}
	if (!zone_of(span_of(rest), &east))
		return false;
	*us = ((int64_t)timegm(&tm) - east) * 1000000 + fraction;
	return true;
}

/* --- what was done before ---------------------------------------------------------------------- */

enum status
import_events(struct importing *im, const struct element *e, const char *kind, const char *uid,
    struct err *err)
{
	const char *archive = element_get(im->found, "id");
	enum status st = ST_OK;

	for (const struct element *v = element_child(e, "event"); st == ST_OK && v;
	     v = element_after(v, "event")) {
		const char *origin = element_get(v, "origin"), *at = element_get(v, "at");
		const char *action = element_get(v, "action");
		int64_t us;

		if (!action || !import_time(at, &us)) {
			import_fault(im, v, "an event without action or time");
			continue;
		}
		if (!origin)
			origin = archive ? archive : "package";
		st = db_exec(im->catalog->db,
		    "INSERT INTO origin_event(kind, object, archive, at, action, actor, outcome,"
		    " detail) VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
		    DB_ARGS(db_text(kind), db_text(uid), db_text(origin), db_text(at),
			db_text(action), db_text(element_get(v, "actor")),
			db_text(element_get(v, "outcome")), db_text(element_get(v, "detail"))),
		    NULL, err);
	}
	return st;
}

/* --- the rule of a dossier --------------------------------------------------------------------- */

struct rule_here {
	struct arena *arena;
	const char *code;
	int64_t years;
};

static enum status
step_rule(struct db_row *row, void *payload, struct err *err)
{
	struct rule_here *r = payload;

	(void)err;
	r->code = db_column_text(row, 0, r->arena);
	r->years = db_column_int(row, 1);
	return ST_OK;
}

/* The version valid today; code NULL when there is none. */
static enum status
load_rule(struct importing *im, const char *code, struct rule_here *r, struct err *err)
{
	char today[11];

	*r = (struct rule_here){ .arena = im->arena };
	if (!code)
		return ST_OK;
	day_text(now_us(), today);
	return db_query(im->catalog->db,
	    "SELECT v.code, coalesce(v.years, -1) FROM rule_version v WHERE v.code=$1"
	    " AND " VERSION_ON("$2"),
	    DB_ARGS(db_text(code), db_text(today)), step_rule, r, err);
}

static enum status
inherited_rule(struct importing *im, struct rule_here *r, struct err *err)
{
	const char *code = NULL;
	enum status st = db_query_text(im->catalog->db,
	    "WITH RECURSIVE up(id, parent, rule, depth) AS (SELECT id, parent, rule, 0 FROM node"
	    " WHERE id=$1 UNION ALL SELECT n.id, n.parent, n.rule, u.depth+1 FROM node n"
	    " JOIN up u ON n.id=u.parent) SELECT rule FROM up WHERE rule IS NOT NULL"
	    " ORDER BY depth LIMIT 1",
	    DB_ARGS(db_int(im->target->parent)), im->arena, &code, err);

	return st == ST_OK ? load_rule(im, code, r, err) : st;
}

/* Whether a rule here says what the package says: the same rule, or at least the same term. */
static bool
says_the_same(const struct element *retention, const struct rule_here *r)
{
	const char *code = element_get(retention, "code");
	const char *term = element_get(retention, "maintenance");

	if (!r->code)
		return false;
	if (code)
		return strcmp(code, r->code) == 0;
	return term && strcmp(term, package_maintenance(r->years)) == 0;
}

/* *rule NULL: that of the class it goes into. */
static enum status
choose_rule(struct importing_dossier *d, const char **rule, struct err *err)
{
	const struct element *retention = element_child(d->e, "retention");
	const char *code = element_get(retention, "own");
	struct importing *im = d->im;
	struct rule_here above, own;
	enum status st = inherited_rule(im, &above, err);

	*rule = NULL;
	if (!code)
		code = element_get(retention, "code");
	if (st == ST_OK)
		st = load_rule(im, code, &own, err);
	if (st != ST_OK)
		return st;
	if (!element_get(retention, "own") && says_the_same(retention, &above))
		return ST_OK;
	if (!code && !element_get(retention, "maintenance") && !im->target->rule) {
		import_note(im, d->e, "the package says no term: kept as its class is");
		return ST_OK;
	}
	if (own.code) {
		*rule = own.code;
		return ST_OK;
	}
	if (im->target->rule) {
		*rule = im->target->rule;
		import_note(im, d->e,
		    "kept by rule %s, as was asked: %s of the package is not here", *rule,
		    code ? code : "the term");
		return ST_OK;
	}
	import_fault(im, d->e,
	    "no retention rule here says what the package says (%s): import the schedule first, or"
	    " name a rule",
	    code					? code
		: element_get(retention, "maintenance") ? "its term"
							: "nothing");
	return ST_OK;
}

/* --- the dossier itself ------------------------------------------------------------------------ */

static bool
in_use(struct importing *im, const char *uid, enum status *st, struct err *err)
{
	int64_t count = 0;

	*st = db_query_int(im->catalog->db,
	    "SELECT (SELECT count(*) FROM node WHERE uid=$1) + (SELECT count(*) FROM record"
	    " WHERE uid=$1)",
	    DB_ARGS(db_text(uid)), &count, err);
	return *st == ST_OK && count > 0;
}

/* 0 to max, or the fallback; a fault when it is none of them. */
static int64_t
number_of(
    struct importing *im, const struct element *e, const char *name, int64_t fallback, int64_t max)
{
	const struct element *child = element_child(e, name);
	int64_t value = fallback;

	if (child && child->text &&
	    (!span_i64(span_of(child->text), &value) || value < 0 || value > max)) {
		import_fault(
		    im, child, "%s %s: a number up to %lld", name, child->text, (long long)max);
		value = fallback;
	}
	return value;
}

static const char *
day_of(struct importing *im, const struct element *e, const char *name)
{
	const struct element *child = element_child(e, name);

	if (!child || !child->text)
		return NULL;
	if (date_valid(span_of(child->text), false))
		return child->text;
	import_fault(im, child, "%s %s: no such day", name, child->text);
	return NULL;
}

/* The code within the class: as it was, else what follows the last dot of the file code. */
static const char *
code_of(const struct element *e)
{
	const char *code = element_value(e, "code"), *file_code = element_value(e, "file_code");
	const char *dot;

	if (code || !file_code)
		return code;
	dot = strrchr(file_code, '.');
	return dot && dot[1] ? dot + 1 : file_code;
}

static enum status
make_node(struct importing_dossier *d, struct err *err)
{
	struct importing *im = d->im;
	struct node_new new = { .parent = im->target->parent,
		.kind = NODE_DOSSIER,
		.code = code_of(d->e),
		.title = element_value(d->e, "title"),
		.level = (int)number_of(im, d->e, "level", 0, LEVEL_CONFIDENTIAL),
		.use_mode = element_value(d->e, "use_mode"),
		.file_code = element_value(d->e, "file_code"),
		.year = (int)number_of(im, d->e, "year", 0, 9999),
		.uid = d->uid };
	enum status st;

	if (!new.title || !new.file_code) {
		import_fault(
		    im, d->e, "a dossier without %s", new.title ? "a file code" : "a title");
		return ST_OK;
	}
	if (new.use_mode && !import_use_mode(new.use_mode)) {
		import_fault(im, d->e, "use mode %s: one of 01, 02, 03", new.use_mode);
		return ST_OK;
	}
	if (new.uid && in_use(im, new.uid, &st, err)) {
		import_fault(im, d->e, "dossier %s: this uid is in use here", new.uid);
		return ST_OK;
	}
	st = choose_rule(d, &new.rule, err);
	if (st != ST_OK || im->faults.count)
		return st;
	st = node_create(im->catalog, im->actor, im->access, &new, &d->id, err);
	if (st != ST_OK)
		return import_verdict(im, d->e, st, err);
	return import_renew(im, err);
}

/* What node_create has no words for. */
static enum status
complete_node(struct importing_dossier *d, struct err *err)
{
	struct importing *im = d->im;
	const char *started = day_of(im, d->e, "started");
	int64_t sheets = number_of(im, d->e, "sheets", -1, INT32_MAX);
	enum status st = db_exec(im->catalog->db,
	    "UPDATE dossier SET started=coalesce($2, started), language=$3, keyword=$4, note=$5,"
	    " sheet_total=$6 WHERE node=$1",
	    DB_ARGS(db_int(d->id), db_text(started), db_text(element_value(d->e, "language")),
		db_text(element_value(d->e, "keyword")), db_text(element_value(d->e, "note")),
		sheets < 0 ? db_text(NULL) : db_int(sheets)),
	    NULL, err);

	if (st == ST_OK)
		st = db_exec(im->catalog->db, "UPDATE node SET vital=$2 WHERE id=$1",
		    DB_ARGS(db_int(d->id), db_int(number_of(im, d->e, "vital", 0, 1))), NULL, err);
	/* the day it began may start the clock */
	return st == ST_OK ? retention_refresh_dossier(im->catalog, d->id, err) : st;
}

static enum status
add_facts(struct importing_dossier *d, struct err *err)
{
	const struct element *retention = element_child(d->e, "retention");
	struct importing *im = d->im;
	enum status st = ST_OK;

	for (const struct element *f = element_child(retention, "fact"); st == ST_OK && f;
	     f = element_after(f, "fact")) {
		const char *name = element_get(f, "name"), *day = element_get(f, "day");

		if (!name || !day) {
			import_fault(im, f, "a fact without name or day");
			continue;
		}
		st = import_verdict(im, f,
		    retention_fact(im->catalog, im->actor, im->access, d->id, name, day, err), err);
	}
	return st;
}

/* Holds are the other archive's to release: they are told, not put. */
static void
tell_holds(struct importing_dossier *d)
{
	for (const struct element *h = element_child(d->e, "hold"); h;
	     h = element_after(h, "hold")) {
		const char *name = element_value(h, "name"),
			   *authority = element_value(h, "authority");

		import_note(d->im, h, "dossier %s is under a hold where it comes from: %s (%s)",
		    element_value(d->e, "file_code"), name ? name : "not told",
		    authority ? authority : "not told");
	}
}

static enum status
close_it(struct importing_dossier *d, struct err *err)
{
	struct importing *im = d->im;
	const char *state = element_value(d->e, "state"), *closed = day_of(im, d->e, "closed");
	enum status st;

	if (!closed || (state && strcmp(state, "open") == 0))
		return ST_OK;
	st = dossier_close_told(im->catalog, im->actor, im->access, d->id, closed,
	    number_of(im, d->e, "pages", -1, INT32_MAX), err);
	if (st != ST_OK)
		return import_verdict(im, element_child(d->e, "closed"), st, err);
	if (state && strcmp(state, "closed") != 0)
		import_note(im, d->e, "dossier %s was %s; here it is closed",
		    element_value(d->e, "file_code"), state);
	return ST_OK;
}

/*
 * As it came, for whoever asks later: acts, holds and names that have no place of their own here; its
 * records have theirs, and may go before it does.
 */
static enum status
keep_description(struct importing_dossier *d, struct err *err)
{
	owned(strbuf_free) struct strbuf xml = STRBUF_INIT;
	struct importing *im = d->im;
	struct element kept = *d->e;
	const char *id = element_get(im->found, "id"), *format = element_get(im->found, "format");

	kept.first = kept.last = NULL;
	for (const struct element *c = d->e->first; c; c = c->next)
		if (strcmp(c->name, "record") != 0)
			element_link(im->arena, &kept, c);
	element_xml(&kept, &xml);
	return db_exec(im->catalog->db,
	    "INSERT INTO origin(dossier, package, format, at, made_by, description)"
	    " VALUES($1, $2, $3, $4, $5, $6)",
	    DB_ARGS(db_int(d->id), db_text(id ? id : ""), db_text(format ? format : ""),
		db_int(now_us()), db_ref(im->actor->principal), db_text(xml.buf)),
	    NULL, err);
}

static enum status
log_import(struct importing_dossier *d, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT;
	const struct element *found = d->im->found;
	struct json_out json;

	json_start(&json, &detail);
	json_object(&json);
	json_key_opt(&json, "format", element_get(found, "format"));
	json_key_opt(&json, "package", element_get(found, "id"));
	json_key_int(&json, "records", d->made->records);
	json_key_int(&json, "files", d->made->files);
	json_end_object(&json);
	return audit_append_act(d->im->catalog, d->im->actor, EVENT_CHANGE, "dossier.import",
	    "node", d->uid, detail.buf, NULL, err);
}

static enum status
fill_dossier(struct importing_dossier *d, struct err *err)
{
	enum status st = complete_node(d, err);

	return st == ST_OK ? import_records(d, err) : st;
}

static enum status
begin_dossier(struct importing_dossier *d, struct err *err)
{
	struct importing *im = d->im;
	enum status st;

	im->where = element_get(d->e, "where");
	if (!import_uid(im, d->e, &d->uid))
		return ST_OK;
	st = make_node(d, err);
	if (st != ST_OK || !d->id)
		return st;
	d->made = arena_alloc(im->arena, sizeof(*d->made));
	*d->made = (struct package_made){ .uid = d->uid,
		.file_code = element_value(d->e, "file_code"),
		.title = element_value(d->e, "title") };
	return fill_dossier(d, err);
}

/* Every record of the package is made: those that lie in several dossiers are filed, then it is closed. */
static enum status
end_dossier(struct importing_dossier *d, struct err *err)
{
	struct importing *im = d->im;
	enum status st;

	im->where = element_get(d->e, "where");
	st = import_guests(d, err);
	if (st == ST_OK)
		st = add_facts(d, err);
	if (st == ST_OK)
		st = close_it(d, err);
	if (st == ST_OK)
		st = keep_description(d, err);
	if (st == ST_OK)
		st = import_events(im, d->e, "node", d->uid, err);
	tell_holds(d);
	if (st != ST_OK)
		return st;
	*(struct package_made *)row_list_add(&im->made, sizeof(*d->made)) = *d->made;
	return log_import(d, err);
}

/* --- the whole package ------------------------------------------------------------------------- */

static enum status
check_allowed(struct importing *im, struct err *err)
{
	struct node parent;
	enum status st;

	if (im->access->principal &&
	    (!access_has(im->access, CAP_PLAN) || !access_has(im->access, CAP_INGEST)))
		return fail(err, ST_DENIED, "taking packages in is for those who plan and ingest");
	st = node_load(im->catalog, im->access, im->target->parent, im->arena, &parent, err);
	if (st == ST_OK && !access_can(im->access, PERM_ADD, parent.access_class))
		st = fail(err, ST_DENIED, "node %s: no right to add below it", parent.uid);
	return st;
}

static enum status
import_all(struct importing *im, struct err *err)
{
	enum status st = check_allowed(im, err);
	struct row_list list = { .arena = im->arena };
	struct importing_dossier *d;

	for (const struct element *e = element_child(im->found, "dossier"); e;
	     e = element_after(e, "dossier")) {
		d = row_list_add(&list, sizeof(*d));
		*d = (struct importing_dossier){ .im = im, .e = e };
	}
	d = list.rows;
	for (size_t i = 0; st == ST_OK && i < list.count; i++)
		st = begin_dossier(&d[i], err);
	for (size_t i = 0; st == ST_OK && i < list.count; i++)
		if (d[i].made)
			st = end_dossier(&d[i], err);
	if (st == ST_OK && list.count == 0)
		import_fault(im, im->found, "no dossier in the package");
	if (st == ST_OK && im->faults.count == 0)
		st = import_relations(im, err);
	return st;
}

static void
report_on(const struct importing *im, struct package_report *report)
{
	const struct package_fault *told = report->note;
	struct row_list notes = { .arena = im->arena };

	for (size_t i = 0; i < report->note_count; i++)
		*(struct package_fault *)row_list_add(&notes, sizeof(*told)) = told[i];
	for (size_t i = 0; i < im->notes.count; i++)
		*(struct package_fault *)row_list_add(&notes, sizeof(*told)) =
		    ((const struct package_fault *)im->notes.rows)[i];
	report->note = notes.rows;
	report->note_count = notes.count;
	report->fault = im->faults.rows;
	report->fault_count = im->faults.count;
	report->made = im->made.rows;
	report->made_count = im->faults.count ? 0 : im->made.count;
}

/*
 * Under the write lock, as a disposal does it: who registers the same bytes meanwhile waits, and finds
 * the file gone or its row here.
 */
enum status
package_forget(struct catalog *catalog, struct store *store, const struct package_taken *taken,
    struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	for (size_t i = 0; st == ST_OK && i < taken->count; i++) {
		int64_t needed = 0;

		st = db_lookup_int(catalog->db,
		    "SELECT 1 FROM blob WHERE sha256=$1 AND gone IS NULL",
		    DB_ARGS(db_text(taken->sha256[i])), &needed, err);
		if (st == ST_OK && !needed)
			st = store_destroy_disposed(store, taken->sha256[i], err);
		if (st == ST_NOT_FOUND)
			st = ST_OK;
	}
	return catalog_end(catalog, st, err);
}

enum status
package_import(struct catalog *catalog, struct store *store, const struct actor *actor,
    const struct access *access, const struct package_target *target,
    const struct package_taken *taken, const struct element *found, struct arena *arena,
    struct package_report *report, struct err *err)
{
	struct importing im = { .catalog = catalog,
		.store = target->dry ? NULL : store,
		.actor = actor,
		.target = target,
		.found = found,
		.arena = arena,
		.made = { .arena = arena },
		.faults = { .arena = arena },
		.notes = { .arena = arena } };
	enum status st;

	assert(access);
	if (report->fault_count)
		return ST_OK;
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = import_renew(&im, err);
	if (st == ST_OK)
		st = import_all(&im, err);
	access_free(im.access);
	if (st != ST_OK || target->dry || im.faults.count)
		db_rollback(catalog->db);
	else
		st = db_commit(catalog->db, err);
	if (taken && (st != ST_OK || im.faults.count)) {
		struct err again = ERR_INIT;

		if (package_forget(catalog, store, taken, &again) != ST_OK && st == ST_OK) {
			*err = again;
			st = again.status;
		}
	}
	if (st == ST_OK)
		report_on(&im, report);
	return st;
}
