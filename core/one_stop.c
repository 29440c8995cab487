/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>

#include "audit.h"
#include "base.h"
#include "catalog_parts.h"
#include "plan.h"
#include "procedure.h"
#include "retention_parts.h"
#include "text.h"

/* Cases of the one-stop desk (Một cửa): records.md 9, 29, 30. */
#define NAME_MAX_BYTES 500
#define CODE_MAX 100

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, const char *uid,
    const char *name, const char *value, struct err *err)
{
	const struct event_private priv = { name, span_of(value) };
	const struct event event = { .event_class = EVENT_CHANGE,
		.action = action,
		.kind = "node",
		.object = uid,
		.outcome = "ok",
		.priv = &priv,
		.priv_count = 1 };

	return audit_append(catalog, actor, &event, err);
}

/* --- opening ----------------------------------------------------------------------------------- */

struct opening {
	const char *code, *procedure, *applicant, *received, *due;
	int64_t unit;
};

static enum status
put(struct catalog *catalog, const struct access *access, int64_t dossier, const struct opening *o,
    struct arena *arena, struct err *err)
{
	struct procedure p;
	struct revision v;
	char due[11];
	enum status st = revision_at(catalog, access, o->procedure, o->received, arena, &v, err);

	if (st == ST_OK)
		st = procedure_find(catalog, o->procedure, arena, &p, err);
	if (st != ST_OK)
		return st;
	if (!o->due && !p.days)
		return fail(err, ST_INVALID, "due: procedure %s does not say how long", p.code);
	day_add(o->received, p.days, due);
	st = db_exec(catalog->db,
	    "INSERT INTO one_stop(dossier, code, rev, applicant, unit, received, due)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7)",
	    DB_ARGS(db_int(dossier), db_text(o->code), db_int(v.id), db_text(o->applicant),
		db_ref(o->unit), db_text(o->received), db_text(o->due ? o->due : due)),
	    NULL, err);
	return st == ST_EXISTS
	    ? fail(err, ST_EXISTS, "case %s is there, or the dossier is a case", o->code)
	    : st;
}

enum status
one_stop_open(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, const char *code, const char *procedure, const char *applicant, int64_t unit,
    const char *received, const char *due, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct opening o = { code, procedure, applicant, received, due, unit };
	struct node node;
	enum status st;

	assert(access);
	if ((st = catalog_check_text("code", code, CODE_MAX, err)) != ST_OK ||
	    (st = catalog_check_text("applicant", applicant, NAME_MAX_BYTES, err)) != ST_OK ||
	    (st = retention_check_plan(access, err)) != ST_OK)
		return st;
	if (!date_valid(span_of(received), false) || (due && !date_valid(span_of(due), false)) ||
	    (due && strcmp(due, received) < 0))
		return fail(err, ST_INVALID, "received, due: days YYYY-MM-DD, due not before");
	if ((st = db_begin(catalog->db, err)) != ST_OK)
		return st;
	st = node_load_dossier(catalog, access, PERM_EDIT, dossier, arena, &node, err);
	if (st == ST_OK)
		st = put(catalog, access, dossier, &o, arena, err);
	if (st == ST_OK)
		st = note(catalog, actor, "case.open", node.uid, "applicant", applicant, err);
	return catalog_end(catalog, st, err);
}

/* --- extending and ending ---------------------------------------------------------------------- */

enum status
one_stop_extend(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, const char *to, const char *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct node node;
	int64_t changed = 0;
	enum status st = catalog_check_text("reason", reason, 2000, err);

	if (st == ST_OK && !date_valid(span_of(to), false))
		st = fail(err, ST_INVALID, "to: a day YYYY-MM-DD");
	if (st == ST_OK)
		st = retention_check_plan(access, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = node_load_dossier(catalog, access, PERM_EDIT, dossier, arena, &node, err);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE one_stop SET extended_to=$2, extend_reason=$3 WHERE dossier=$1"
		    " AND result IS NULL AND $2>coalesce(extended_to, due)",
		    DB_ARGS(db_int(dossier), db_text(to), db_text(reason)), &changed, err);
	if (st == ST_OK && !changed)
		st = fail(err, ST_INVALID, "no open case that is due before %s", to);
	if (st == ST_OK)
		st = note(catalog, actor, "case.extend", node.uid, "reason", reason, err);
	return catalog_end(catalog, st, err);
}

static enum status
give_result(struct catalog *catalog, const struct access *access, int64_t dossier, int64_t record,
    const char *day, struct arena *arena, struct err *err)
{
	struct record r;
	int64_t inside = 0, changed = 0;
	enum status st = record_load(catalog, access, record, arena, &r, err);

	if (st == ST_OK)
		st = db_lookup_int(catalog->db,
		    "SELECT 1 FROM dossier_item WHERE dossier=$1 AND record=$2",
		    DB_ARGS(db_int(dossier), db_int(record)), &inside, err);
	if (st == ST_OK && !inside)
		return fail(err, ST_INVALID, "record %s is not of this dossier", r.uid);
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE one_stop SET result=$2, result_on=$3 WHERE dossier=$1 AND result IS NULL"
		    " AND received<=$3",
		    DB_ARGS(db_int(dossier), db_int(record), db_text(day)), &changed, err);
	if (st == ST_OK && !changed)
		return fail(
		    err, ST_CONFLICT, "no case without a result that was received by %s", day);
	return st;
}

enum status
one_stop_result(struct catalog *catalog, const struct actor *actor, const struct access *access,
    int64_t dossier, int64_t record, const char *day, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	char today[11];
	struct node node;
	enum status st = retention_check_plan(access, err);

	day_text(now_us(), today);
	if (st == ST_OK && (!date_valid(span_of(day), false) || strcmp(day, today) > 0))
		st = fail(err, ST_INVALID, "date: a day that has come");
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = node_load_dossier(catalog, access, PERM_EDIT, dossier, arena, &node, err);
	if (st == ST_OK)
		st = give_result(catalog, access, dossier, record, day, arena, err);
	if (st == ST_OK)
		st = note(catalog, actor, "case.result", node.uid, "day", day, err);
	return catalog_end(catalog, st, err);
}

/* --- lists and figures ------------------------------------------------------------------------- */

/* $4 today: on time is said from stored facts alone (29). */
#define ON_TIME \
	"CASE WHEN c.result_on IS NULL AND coalesce(c.extended_to, c.due)<$4 THEN 'late'" \
	" WHEN c.result_on IS NULL THEN 'open'" \
	" WHEN c.result_on<=coalesce(c.extended_to, c.due) THEN 'yes' ELSE 'no' END"
#define CASE_TABLES \
	" FROM one_stop c JOIN node n ON n.id=c.dossier JOIN ctl_rev v ON v.id=c.rev" \
	" JOIN ctl_doc d ON d.id=v.doc LEFT JOIN principal u ON u.id=c.unit" \
	" LEFT JOIN record r ON r.id=c.result WHERE " ACCESS_SEES("n")

struct cases {
	struct row_list list;
	const struct access *access;
	const char *wanted; /* folded, or NULL */
};

/* "Nguyễn Văn An" becomes "N. V. A.": personal data of applicants are for who may edit. */
static const char *
mask(const char *name, struct arena *arena)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct span rest = span_of(name), word;

	while (rest.p) {
		size_t n = 1;

		word = span_cut(&rest, ' ');
		if (word.n == 0)
			continue;
		while (n < word.n && ((unsigned char)word.p[n] & 0xc0) == 0x80)
			n++;
		strbuf_addf(&out, "%s%.*s.", out.len ? " " : "", (int)n, word.p);
	}
	return arena_dup_span(arena, strbuf_span(&out));
}

static bool
matches(const struct cases *cases, const struct one_stop *c)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;

	if (!cases->wanted || strcmp(c->code, cases->wanted) == 0 ||
	    strcmp(c->procedure, cases->wanted) == 0)
		return true;
	text_fold(span_of(c->applicant), false, &folded);
	return !c->masked && span_find(strbuf_span(&folded), span_of(cases->wanted)) >= 0;
}

static enum status
step_case(struct db_row *row, void *payload, struct err *err)
{
	struct cases *cases = payload;
	struct arena *a = cases->list.arena;
	struct one_stop c = {
		.dossier = db_column_int(row, 0),
		.uid = db_column_text(row, 1, a),
		.code = db_column_text(row, 2, a),
		.title = db_column_text(row, 3, a),
		.procedure = db_column_text(row, 4, a),
		.rev = (int)db_column_int(row, 5),
		.applicant = db_column_text(row, 6, a),
		.masked = !access_can(cases->access, PERM_EDIT, db_column_int(row, 7)),
		.received = db_column_text(row, 8, a),
		.due = db_column_text(row, 9, a),
		.extended_to = db_column_text(row, 10, a),
		.extend_reason = db_column_text(row, 11, a),
		.result_on = db_column_text(row, 13, a),
		.on_time = db_column_text(row, 14, a),
	};

	(void)err;
	if (db_column_int(row, 15))
		c.result = db_column_text(row, 12, a);
	if (!matches(cases, &c))
		return ST_OK;
	if (c.masked)
		c.applicant = mask(c.applicant, a);
	*(struct one_stop *)row_list_add(&cases->list, sizeof(c)) = c;
	return ST_OK;
}

enum status
one_stop_list(struct catalog *catalog, const struct access *access, const char *wanted,
    int64_t after, size_t limit, struct arena *arena, const struct one_stop **out, size_t *count,
    struct err *err)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;
	struct cases cases = { .list = { .arena = arena }, .access = access, .wanted = wanted };
	struct db_value args[ACCESS_FILTER_ARGS + 5];
	char today[11];
	enum status st;

	assert(access);
	if (limit < 1 || limit > 500)
		return fail(err, ST_INVALID, "a page has 1 to 500 rows");
	/* an applicant is looked for by folded words, codes as they are written */
	if (wanted && !strpbrk(wanted, "0123456789")) {
		text_fold(span_of(wanted), false, &folded);
		cases.wanted = folded.buf;
	}
	day_text(now_us(), today);
	access_filter_args(access, arena, args);
	args[3] = db_text(today);
	args[4] = db_int(after);
	args[5] = db_int(wanted ? 100000 : (int64_t)limit);
	st = db_query(catalog->db,
	    "SELECT c.dossier, n.uid, c.code, n.title, d.code, v.rev, c.applicant, n.access_class,"
	    " c.received, c.due, c.extended_to, c.extend_reason, r.uid, c.result_on, " ON_TIME
	    ", CASE WHEN r.id IS NULL THEN 0 ELSE " ACCESS_SEES_RECORD(
		"r") " END" CASE_TABLES " AND c.dossier>$5 ORDER BY c.dossier LIMIT $6",
	    args, 6, step_case, &cases, err);
	*out = cases.list.rows;
	*count = cases.list.count < limit ? cases.list.count : limit;
	return st;
}

static enum status
step_figures(struct db_row *row, void *payload, struct err *err)
{
	struct row_list *list = payload;
	struct one_stop_figures *f = row_list_add(list, sizeof(*f));

	(void)err;
	*f = (struct one_stop_figures){ .procedure = db_column_text(row, 0, list->arena),
		.unit = db_column_text(row, 1, list->arena),
		.month = db_column_text(row, 2, list->arena),
		.received = db_column_int(row, 3),
		.on_time = db_column_int(row, 4),
		.late = db_column_int(row, 5),
		.open = db_column_int(row, 6) };
	return ST_OK;
}

enum status
one_stop_count(struct catalog *catalog, const struct access *access, const char *from,
    const char *to, struct arena *arena, const struct one_stop_figures **out, size_t *count,
    struct err *err)
{
	struct row_list list = { .arena = arena };
	struct db_value args[ACCESS_FILTER_ARGS + 3];
	char today[11];
	enum status st;

	assert(access);
	if (!date_valid(span_of(from), false) || !date_valid(span_of(to), false))
		return fail(err, ST_INVALID, "from, to: days YYYY-MM-DD");
	day_text(now_us(), today);
	access_filter_args(access, arena, args);
	args[3] = db_text(today);
	args[4] = db_text(from);
	args[5] = db_text(to);
	st = db_query(catalog->db,
	    "SELECT d.code, u.name, substr(c.received, 1, 7), count(*),"
	    " sum(CASE WHEN " ON_TIME "='yes' THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN " ON_TIME " IN('no','late') THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN " ON_TIME "='open' THEN 1 ELSE 0 END)" CASE_TABLES
	    " AND c.received>=$5 AND c.received<=$6 GROUP BY d.code, u.name,"
	    " substr(c.received, 1, 7) ORDER BY 1, 2, 3",
	    args, 6, step_figures, &list, err);
	*out = list.rows;
	*count = list.count;
	return st;
}

void
one_stop_json(struct json_out *j, const struct one_stop *c)
{
	json_object(j);
	json_key_str(j, "dossier", c->uid);
	json_key_str(j, "code", c->code);
	json_key_str(j, "title", c->title);
	json_key_str(j, "procedure", c->procedure);
	json_key_int(j, "rev", c->rev);
	json_key_str(j, "applicant", c->applicant);
	json_key_bool(j, "masked", c->masked);
	json_key_str(j, "received", c->received);
	json_key_str(j, "due", c->due);
	json_key_str(j, "extended_to", c->extended_to);
	json_key_str(j, "extend_reason", c->extend_reason);
	json_key_str(j, "result", c->result);
	json_key_str(j, "result_on", c->result_on);
	json_key_str(j, "on_time", c->on_time);
	json_end_object(j);
}
