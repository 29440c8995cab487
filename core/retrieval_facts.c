/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "access_filter.h"
#include "base.h"
#include "hold.h"
#include "dossier_facts.h"
#include "retrieval_parts.h"
#include "text.h"
#include "xap.h"

/*
 * Retention, due days, holds and cases in a search (search.md D9).  Of a dossier that the caller may not
 * list nothing is told: a record is found and counted by the others it is in.  Whether a record is
 * held is told with the record itself, whatever holds it.
 */
enum { GROUP_WAITING = 1, GROUP_YEARS };

struct division {
	const struct dossier_facts *facts;
	const struct access *access; /* NULL = all dossiers count */
	/* The group of a dossier, 0 = none. */
	uint16_t (*group)(const struct division *, const struct dossier_fact *);
	const struct search_condition *wanted;
	uint16_t rule;		 /* or procedure, with this code, or 0 */
	uint32_t today;		 /* yyyymmdd */
	const bool *chosen;	 /* by row id of the dossier */
	const uint32_t *records; /* in group 1 whatever their dossiers, ascending */
	size_t record_count;
};

/* --- making groups ------------------------------------------------------------------------------ */

static uint16_t
group_of(const struct division *d, const struct dossier_fact *fact)
{
	if (!fact->access_class || (d->access && !access_sees(d->access, fact->access_class)))
		return 0;
	return d->group(d, fact);
}

static int
compare_members(const void *a, const void *b)
{
	const struct xap_member *x = a, *y = b;

	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	return x->group == y->group ? 0 : x->group < y->group ? -1 : 1;
}

/* By record and group, each once. */
static size_t
sort_members(struct xap_member *list, size_t count)
{
	size_t n = 0;

	if (count == 0)
		return 0;
	qsort(list, count, sizeof(*list), compare_members);
	for (size_t i = 0; i < count; i++)
		if (n == 0 || compare_members(&list[n - 1], &list[i]) != 0)
			list[n++] = list[i];
	return n;
}

static void
divide(const struct division *d, struct arena *arena, struct xap_groups *out)
{
	const struct dossier_facts *f = d->facts;
	uint16_t *of = arena_array(arena, f->limit, sizeof(*of)), group;
	struct xap_member *member =
	    arena_array(arena, f->filed_count + d->record_count + 1, sizeof(*member));
	size_t count = 0;

	*out = (struct xap_groups){ .of_dossier = of, .dossier_limit = f->limit, .member = member };
	for (size_t i = 0; i < f->limit; i++) {
		of[i] = group_of(d, &f->of[i]);
		if (of[i] > out->last)
			out->last = of[i];
	}
	for (size_t i = 0; i < f->filed_count; i++) {
		group = f->filed[i].dossier < f->limit ? of[f->filed[i].dossier] : 0;
		if (group)
			member[count++] = (struct xap_member){ f->filed[i].record, group };
	}
	for (size_t i = 0; i < d->record_count; i++)
		member[count++] = (struct xap_member){ d->records[i], 1 };
	if (d->record_count && out->last == 0)
		out->last = 1;
	out->member_count = sort_members(member, count);
}

/* --- what is asked for ------------------------------------------------------------------------- */

static uint16_t
has_retention(const struct division *d, const struct dossier_fact *fact)
{
	uint32_t years = d->wanted->from;

	if (d->rule)
		return fact->rule == d->rule;
	return years == SEARCH_PERMANENT ? fact->years == -1 : fact->years == (int)years;
}

static uint16_t
is_due(const struct division *d, const struct dossier_fact *fact)
{
	if (span_equal_str(d->wanted->value, "waiting"))
		return fact->years > 0 && !fact->due;
	if (span_equal_str(d->wanted->value, "overdue"))
		return fact->due && fact->due <= d->today;
	return fact->due && fact->due >= d->wanted->from && fact->due <= d->wanted->to;
}

static uint16_t
is_held(const struct division *d, const struct dossier_fact *fact)
{
	(void)d;
	return fact->held;
}

static uint16_t
is_chosen(const struct division *d, const struct dossier_fact *fact)
{
	return d->chosen[fact - d->facts->of];
}

static uint16_t
has_procedure(const struct division *d, const struct dossier_fact *fact)
{
	return fact->procedure == d->rule;
}

/* --- names ------------------------------------------------------------------------------------- */

struct named {
	struct span key; /* as text_key makes it */
	int64_t id;
	const char *exact;
	struct arena *arena;
};

static enum status
step_named(struct db_row *row, void *payload, struct err *err)
{
	struct named *named = payload;
	struct strbuf key owned(strbuf_free) = STRBUF_INIT;

	(void)err;
	if (named->exact)
		return ST_OK;
	text_key(db_column_bytes(row, 1), &key);
	if (span_equal(strbuf_span(&key), named->key)) {
		named->id = db_column_int(row, 0);
		named->exact = db_column_text(row, 1, named->arena);
	}
	return ST_OK;
}

/* A row (id, name) whose name is the same with or without marks. */
static enum status
find_named(
    struct catalog *catalog, const char *sql, struct span name, struct named *out, struct err *err)
{
	struct strbuf key owned(strbuf_free) = STRBUF_INIT;

	text_key(name, &key);
	out->key = strbuf_span(&key);
	return db_query(catalog->db, sql, DB_NONE, step_named, out, err);
}

/* UINT16_MAX: the code is known, but no dossier has it. */
static uint16_t
number_called(const struct dossier_fact_name *list, size_t count, const char *code)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].code, code) == 0)
			return (uint16_t)(i + 1);
	return UINT16_MAX;
}

/* The code of a rule before a number of years; a rule that governs nothing is known, too. */
static enum status
find_retention(
    struct catalog *catalog, struct division *d, struct arena *arena, bool *known, struct err *err)
{
	const struct search_condition *c = d->wanted;
	struct named rule = { .arena = arena };
	enum status st = ST_OK;

	if (c->value.n)
		st = find_named(
		    catalog, "SELECT 0, code FROM rule ORDER BY code", c->value, &rule, err);
	d->group = has_retention;
	if (rule.exact)
		d->rule = number_called(d->facts->rules, d->facts->rule_count, rule.exact);
	*known = rule.exact || c->from;
	return st;
}

struct hold_rows {
	struct arena *arena;
	bool *dossier; /* by row id */
	size_t limit;
	uint32_t *record;
	size_t count, room;
};

static enum status
step_hold(struct db_row *row, void *payload, struct err *err)
{
	struct hold_rows *rows = payload;
	int64_t node = db_column_int(row, 0), record = db_column_int(row, 1);
	uint32_t *more;

	(void)err;
	if (node > 0 && node < (int64_t)rows->limit)
		rows->dossier[node] = true;
	if (record <= 0)
		return ST_OK;
	if (rows->count == rows->room) {
		rows->room = rows->room ? rows->room * 2 : 64;
		more = arena_array(rows->arena, rows->room, sizeof(*more));
		if (rows->count)
			memcpy(more, rows->record, rows->count * sizeof(*more));
		rows->record = more;
	}
	rows->record[rows->count++] = (uint32_t)record;
	return ST_OK;
}

/* What lies under one hold. */
static enum status
divide_hold(struct catalog *catalog, const struct dossier_facts *f, int64_t hold,
    struct arena *arena, struct xap_groups *out, struct err *err)
{
	struct hold_rows rows = { .arena = arena, .limit = f->limit };
	enum status st;

	rows.dossier = arena_array(arena, f->limit, sizeof(*rows.dossier));
	st = db_query(catalog->db,
	    "WITH RECURSIVE down(id) AS (SELECT node FROM hold_item WHERE hold=$1"
	    " AND node IS NOT NULL AND ended IS NULL"
	    " UNION SELECT n.id FROM node n JOIN down d ON n.parent=d.id)"
	    " SELECT id, 0 FROM down UNION ALL SELECT 0, record FROM hold_item WHERE hold=$1"
	    " AND record IS NOT NULL AND ended IS NULL",
	    DB_ARGS(db_int(hold)), step_hold, &rows, err);
	if (st == ST_OK)
		divide(&(struct division){ .facts = f,
			   .group = is_chosen,
			   .chosen = rows.dossier,
			   .records = rows.record,
			   .record_count = rows.count },
		    arena, out);
	return st;
}

/* A hold by uid or by its name, for those who may know of holds. */
static enum status
find_hold(struct catalog *catalog, const struct access *access, struct span name,
    struct arena *arena, int64_t *id, struct err *err)
{
	struct named named = { .arena = arena };
	struct hold hold;
	enum status st =
	    hold_find(catalog, access, arena_dup_span(arena, name), arena, &hold, NULL);

	*id = st == ST_OK && !hold.released_us ? hold.id : 0;
	if (*id || (st != ST_OK && st != ST_NOT_FOUND))
		return st;
	if (access->principal && !access_has(access, CAP_PLAN) && !access_has(access, CAP_AUDIT))
		return ST_OK;
	st = find_named(catalog,
	    "SELECT id, name FROM hold WHERE released IS NULL ORDER BY id DESC", name, &named, err);
	*id = named.id;
	return st;
}

static enum status
find_held(const struct retrieval_facts *over, const struct search_condition *c, struct arena *arena,
    struct xap_groups *out, bool *known, struct err *err)
{
	const struct dossier_facts *f = over->facts;
	struct division d = { .facts = f, .group = is_held, .wanted = c };
	int64_t hold = 0;
	enum status st;

	if (span_equal_str(c->value, "yes") || span_equal_str(c->value, "no")) {
		d.records = f->held;
		d.record_count = f->held_count;
		divide(&d, arena, out);
		return ST_OK;
	}
	st = find_hold(over->catalog, over->access, c->value, arena, &hold, err);
	*known = hold != 0;
	if (st != ST_OK || !hold)
		return st;
	return divide_hold(over->catalog, f, hold, arena, out, err);
}

/* By its code or its TTHC code; the register of procedures is no secret. */
static enum status
find_procedure(
    struct catalog *catalog, struct division *d, struct arena *arena, bool *known, struct err *err)
{
	struct named named = { .arena = arena };
	const char *code = NULL;
	enum status st = find_named(catalog,
	    "SELECT id, code FROM ctl_doc UNION ALL"
	    " SELECT id, tthc_code FROM ctl_doc WHERE tthc_code IS NOT NULL",
	    d->wanted->value, &named, err);

	d->group = has_procedure;
	*known = named.exact != NULL;
	if (st != ST_OK || !*known)
		return st;
	st = db_query_text(catalog->db, "SELECT code FROM ctl_doc WHERE id=$1",
	    DB_ARGS(db_int(named.id)), arena, &code, err);
	if (st == ST_OK)
		d->rule = number_called(d->facts->procedures, d->facts->procedure_count, code);
	return st;
}

/* Names of applicants are for who may edit (records.md 29): for others nobody applied. */
static enum status
find_applicant(const struct retrieval_facts *over, struct division *d, struct arena *arena,
    struct xap_groups *out, struct err *err)
{
	bool *found = arena_array(arena, d->facts->limit, sizeof(*found));
	struct strbuf key owned(strbuf_free) = STRBUF_INIT;
	const struct dossier_facts *f = d->facts;
	enum status st = dossier_facts_applicants(over->catalog, err);

	if (st != ST_OK)
		return st;
	strbuf_add_char(&key, ' ');
	text_key(d->wanted->value, &key);
	strbuf_add_char(&key, ' ');
	for (size_t i = 0; i < f->applicant_count; i++) {
		const struct dossier_applicant *a = &f->applicants[i];

		if (access_can(over->access, PERM_EDIT, f->of[a->dossier].access_class))
			found[a->dossier] |= strstr(a->key, key.buf) != NULL;
	}
	d->group = is_chosen;
	d->chosen = found;
	divide(d, arena, out);
	return ST_OK;
}

static uint32_t
today(void)
{
	char day[11];

	day_text(now_us(), day);
	return dossier_facts_day(span_of(day));
}

/* Those of one moment for the whole search. */
static enum status
load_facts(struct retrieval_facts *over, struct err *err)
{
	return over->facts ? ST_OK : dossier_facts(over->catalog, &over->facts, err);
}

enum status
retrieval_find_facts(struct retrieval_facts *over, const struct search_condition *c,
    struct arena *arena, struct xap_groups *out, bool *known, struct err *err)
{
	struct division d = { .access = over->access, .wanted = c, .group = is_due };
	enum status st = load_facts(over, err);

	*known = true;
	if (st != ST_OK)
		return st;
	if (c->fact == SEARCH_HELD)
		return find_held(over, c, arena, out, known, err);
	d.facts = over->facts;
	if (c->fact == SEARCH_APPLICANT)
		return find_applicant(over, &d, arena, out, err);
	if (c->fact == SEARCH_RETENTION)
		st = find_retention(over->catalog, &d, arena, known, err);
	else if (c->fact == SEARCH_PROCEDURE)
		st = find_procedure(over->catalog, &d, arena, known, err);
	d.today = today();
	if (st == ST_OK)
		divide(&d, arena, out);
	return st;
}

/* --- choices ----------------------------------------------------------------------------------- */

static enum status
choose_due(const char *value, struct search_condition *c, struct err *err)
{
	uint64_t year;

	if (strcmp(value, "waiting") == 0) {
		c->value = span_of(value);
		return ST_OK;
	}
	if (!span_u64(span_of(value), &year) || year < 1000 || year > 9999)
		return fail(err, ST_INVALID, "due is a year or waiting, not %s", value);
	c->from = (uint32_t)year * 10000;
	c->to = c->from + 9999;
	return ST_OK;
}

enum status
retrieval_choose(
    enum search_fact fact, const char *value, struct search_condition *c, struct err *err)
{
	*c = (struct search_condition){ .fact = fact };
	if (fact == SEARCH_DUE)
		return choose_due(value, c, err);
	c->value = span_of(value);
	if (fact != SEARCH_HELD)
		return *value ? ST_OK : fail(err, ST_INVALID, "a code is wanted");
	if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
		return fail(err, ST_INVALID, "held is 0 or 1, not %s", value);
	c->value = *value == '1' ? SPAN("yes") : SPAN("no");
	return ST_OK;
}

/* --- facets ------------------------------------------------------------------------------------ */

static uint16_t
group_by_rule(const struct division *d, const struct dossier_fact *fact)
{
	(void)d;
	return fact->rule;
}

static uint16_t
group_by_procedure(const struct division *d, const struct dossier_fact *fact)
{
	(void)d;
	return fact->procedure;
}

static uint16_t
group_by_year(const struct division *d, const struct dossier_fact *fact)
{
	if (fact->due)
		return (uint16_t)(GROUP_YEARS + fact->due / 10000 - d->facts->first_year);
	return fact->years > 0 ? GROUP_WAITING : 0;
}

enum status
retrieval_divide(struct retrieval_facts *over, struct arena *arena,
    struct xap_groups divisions[SEARCH_DIVISIONS], struct err *err)
{
	const struct dossier_facts *f;
	enum status st = load_facts(over, err);

	if (st != ST_OK)
		return st;
	f = over->facts;
	divide(&(struct division){ .facts = f, .access = over->access, .group = group_by_rule },
	    arena, &divisions[SEARCH_RETENTION]);
	divide(&(struct division){ .facts = f, .access = over->access, .group = group_by_year },
	    arena, &divisions[SEARCH_DUE]);
	divide(
	    &(struct division){
		.facts = f, .group = is_held, .records = f->held, .record_count = f->held_count },
	    arena, &divisions[SEARCH_HELD]);
	divide(
	    &(struct division){ .facts = f, .access = over->access, .group = group_by_procedure },
	    arena, &divisions[SEARCH_PROCEDURE]);
	return ST_OK;
}

static int
compare_counts(const void *a, const void *b)
{
	const struct retrieval_count *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return strcmp(x->value, y->value);
}

/* Most first. */
static size_t
name_counts(const struct dossier_fact_name *names, size_t name_count, const size_t *counts,
    const struct xap_groups *d, struct arena *arena, const struct retrieval_count **out)
{
	struct retrieval_count *list = arena_array(arena, (size_t)d->last + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 1; i <= d->last && i <= name_count; i++)
		if (counts[i])
			list[n++] = (struct retrieval_count){ arena_dup(arena, names[i - 1].code),
				arena_dup(arena, names[i - 1].title), counts[i] };
	if (n)
		qsort(list, n, sizeof(*list), compare_counts);
	*out = list;
	return n;
}

/* The years from the first on, then those whose clock has not begun. */
static void
name_years(const struct dossier_facts *f, const size_t *counts, const struct xap_groups *d,
    struct arena *arena, struct retrieval_answer *answer)
{
	struct retrieval_count *list = arena_array(arena, (size_t)d->last + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = GROUP_YEARS; i <= d->last; i++)
		if (counts[i]) {
			list[n].value = arena_printf(
			    arena, "%04u", f->first_year + (unsigned)(i - GROUP_YEARS));
			list[n++].count = counts[i];
		}
	if (d->last >= GROUP_WAITING && counts[GROUP_WAITING]) {
		list[n].value = "waiting";
		list[n++].count = counts[GROUP_WAITING];
	}
	answer->dues = list;
	answer->due_count = n;
}

void
retrieval_name_facts(const struct retrieval_facts *over,
    const struct xap_groups divisions[SEARCH_DIVISIONS], struct arena *arena,
    struct retrieval_answer *answer)
{
	const size_t *const *counts = answer->result->groups;
	const struct xap_groups *held = &divisions[SEARCH_HELD];
	const struct dossier_facts *f = over->facts;

	answer->retention_count = name_counts(f->rules, f->rule_count, counts[SEARCH_RETENTION],
	    &divisions[SEARCH_RETENTION], arena, &answer->retentions);
	answer->procedure_count = name_counts(f->procedures, f->procedure_count,
	    counts[SEARCH_PROCEDURE], &divisions[SEARCH_PROCEDURE], arena, &answer->procedures);
	name_years(f, counts[SEARCH_DUE], &divisions[SEARCH_DUE], arena, answer);
	answer->held = held->last ? counts[SEARCH_HELD][1] : 0;
}
