/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base.h"
#include "search_parts.h"

#define WORDS_ALL 5 /* up to so many plain words must all be there */

enum { LOW, HIGH, BOTH };

/* What search_run gives out lives here. */
struct answer {
	struct search_result result; /* first: the caller's pointer */
	struct arena *arena;
};

/* ------------------------------------------------------------------ reader */

static enum status
check_layout(struct search_reader *r, struct err *err)
{
	owned(strbuf_free) struct strbuf layout = STRBUF_INIT;
	enum status st;
	size_t i;

	for (i = LOW; i < BOTH; i++) {
		strbuf_reset(&layout);
		if ((st = xap_metadata(r->index, i, META_LAYOUT, &layout, err)) != ST_OK)
			return st;
		if (!span_equal_str(strbuf_span(&layout), SEARCH_LAYOUT))
			return fail(err, ST_UNSUPPORTED,
			    "the index in %s has layout \"%.*s\", this program reads %s: run tangthu "
			    "reindex",
			    r->dir, SPAN_ARG(strbuf_span(&layout)), SEARCH_LAYOUT);
	}
	return ST_OK;
}

static enum status
open_index(struct search_reader *r, struct err *err)
{
	owned(strbuf_free) struct strbuf low = STRBUF_INIT, high = STRBUF_INIT;
	struct xap_shard shards[BOTH] = { { NULL, LEVEL_PUBLIC }, { NULL, LEVEL_CLOSED_INDEX } };
	enum status st;

	strbuf_addf(&low, "%s/%s", r->dir, DATABASE_OPEN);
	strbuf_addf(&high, "%s/%s", r->dir, DATABASE_CLOSED);
	shards[LOW].path = low.buf;
	shards[HIGH].path = high.buf;
	if ((st = xap_reader_open(&r->index, shards, BOTH, err)) != ST_OK)
		return st;
	return check_layout(r, err);
}

enum status
search_reader_open(struct search_reader **out, const char *dir, struct err *err)
{
	struct search_reader *r = xcalloc(1, sizeof *r);
	enum status st;

	*out = NULL;
	r->dir = xstrdup(dir);
	if ((st = open_index(r, err)) != ST_OK) {
		search_reader_close(r);
		return st;
	}
	*out = r;
	return ST_OK;
}

void
search_reader_close(struct search_reader *r)
{
	if (r == NULL)
		return;
	xap_reader_close(r->index);
	free(r->dir);
	free(r);
}

void
search_reader_closep(struct search_reader **r)
{
	search_reader_close(*r);
	*r = NULL;
}

/* The newest state; another layout may have taken its place. */
enum status
search_reader_refresh(struct search_reader *r, struct err *err)
{
	enum status st;
	bool changed;

	if ((st = xap_refresh(r->index, &changed, err)) != ST_OK || !changed)
		return st;
	return check_layout(r, err);
}

enum status
search_reader_count(struct search_reader *r, uint64_t *count, struct err *err)
{
	enum status st;

	if ((st = search_reader_refresh(r, err)) != ST_OK)
		return st;
	return xap_count(r->index, count, err);
}

enum status
search_reader_mark(struct search_reader *r, int64_t *mark, struct err *err)
{
	owned(strbuf_free) struct strbuf digits = STRBUF_INIT;
	int64_t value, lowest = INT64_MAX;
	enum status st;
	size_t i;

	if ((st = search_reader_refresh(r, err)) != ST_OK)
		return st;
	for (i = LOW; i < BOTH; i++) {
		strbuf_reset(&digits);
		if ((st = xap_metadata(r->index, i, META_MARK, &digits, err)) != ST_OK)
			return st;
		if (!span_i64(strbuf_span(&digits), &value))
			return fail(err, ST_CORRUPT, "the mark of the index is no number");
		if (value < lowest)
			lowest = value;
	}
	*mark = lowest;
	return ST_OK;
}

static enum status
list_entries(struct search_reader *r, size_t shard, int64_t from, struct search_entry *out,
    size_t max, size_t *count, struct err *err)
{
	int64_t *ids = xcalloc(max ? max : 1, sizeof *ids);
	struct xap_row row;
	enum status st;
	size_t i, n = 0;

	st = xap_records(r->index, shard, from, ids, max, &n, err);
	for (i = 0; st == ST_OK && i < n; i++) {
		st = xap_record_row(r->index, shard, ids[i], &row, err);
		if (st == ST_OK)
			out[i] = (struct search_entry){ ids[i], row.access_class, row.level,
				shard == HIGH };
	}
	free(ids);
	*count = n;
	return st;
}

enum status
search_reader_entries(struct search_reader *r, bool closed, int64_t from, struct search_entry *out,
    size_t max, size_t *count, struct err *err)
{
	enum status st = ST_STALE;
	int attempt;

	for (attempt = 0; st == ST_STALE && attempt <= SEARCH_RETRIES; attempt++) {
		if ((st = search_reader_refresh(r, err)) != ST_OK)
			return st;
		st = list_entries(r, closed ? HIGH : LOW, from, out, max, count, err);
	}
	return st == ST_STALE ? fail(err, ST_BUSY, "the index changes too fast") : st;
}

/* ------------------------------------------------------------------ request */

/*
 * Plain words a record must hold: all of a few; of many a fifth, so that a question's little words
 * and typing errors may be missing.  On the test collections (tests/perf/retrieval) a third lost .6 points
 * of nDCG in English and 1.2 with typing errors, one half two; any of them would gain no more.
 */
static unsigned
default_least(unsigned words)
{
	return words <= WORDS_ALL ? words : (words + 4) / 5;
}

static void
add_condition(struct arena *a, const struct xap_node **filter, const struct xap_node *n)
{
	const struct xap_node *both[2] = { *filter, n };

	*filter = *filter == NULL ? n : query_node(a, XAP_AND, both, 2);
}

static struct xap_node *
column_node(struct query_plan *plan, enum xap_op op)
{
	struct xap_node *n = arena_alloc(plan->arena, sizeof *n);

	n->op = op;
	add_condition(plan->arena, &plan->filter, n);
	return n;
}

static void
add_label(struct query_plan *plan, enum xap_label label, const char *text)
{
	owned(strbuf_free) struct strbuf name = STRBUF_INIT;
	struct xap_node *n;

	if (text == NULL)
		return;
	text_normalise(span_of(text), &name);
	n = column_node(plan, XAP_LABELLED);
	n->label = label;
	n->text = span_make(arena_dup_span(plan->arena, strbuf_span(&name)), name.len);
}

static void
add_term(struct query_plan *plan, const char *prefix, int64_t id)
{
	char digits[24];

	if (id == 0)
		return;
	snprintf(digits, sizeof digits, "%" PRId64, id);
	add_condition(plan->arena, &plan->filter, query_term(plan->arena, prefix, span_of(digits)));
}

static void
exclude(struct query_plan *plan, int64_t record)
{
	struct query_plan only = { .arena = plan->arena };
	const struct xap_node *two[2];

	if (record == 0)
		return;
	add_term(&only, TERM_RECORD, record);
	two[0] = plan->filter != NULL ? plan->filter : query_node(plan->arena, XAP_ALL, NULL, 0);
	two[1] = only.filter;
	plan->filter = query_node(plan->arena, XAP_NOT, two, 2);
}

static enum status
add_conditions(struct query_plan *plan, const struct search_request *q, struct err *err)
{
	const struct xap_node *n;
	enum status st = ST_OK;
	bool known;
	size_t i;

	for (i = 0; st == ST_OK && i < q->condition_count; i++) {
		st = query_plan_condition(plan, &q->conditions[i], &n, &known, err);
		add_condition(plan->arena, &plan->filter, n);
	}
	return st;
}

/* The facets that were chosen. */
static void
add_choices(struct query_plan *plan, const struct search_request *q)
{
	struct xap_node *n;

	add_label(plan, XAP_TYPE, q->type);
	add_label(plan, XAP_ISSUER, q->issuer);
	add_label(plan, XAP_STATE, q->state);
	add_label(plan, XAP_LANGUAGE, q->language);
	add_term(plan, TERM_DOSSIER, q->dossier);
	add_term(plan, TERM_RECORD, q->record);
	exclude(plan, q->without);
	if (q->level != NULL) {
		n = column_node(plan, XAP_LEVELS);
		n->from = n->to = (uint32_t)*q->level;
	}
}

static void
make_request(const struct query_plan *plan, const struct search_request *q, enum search_sort sort,
    unsigned least, struct xap_request *x)
{
	static const enum xap_sort sorts[] = { XAP_BY_RELEVANCE, XAP_NEWEST_FIRST, XAP_OLDEST_FIRST,
		XAP_BY_NUMBER };

	memset(x, 0, sizeof *x);
	x->words = plan->words;
	x->units = plan->word_count > plan->different ? plan->units : NULL;
	x->word_count = plan->word_count;
	x->least = least;
	x->full = plan->different;
	x->filter = plan->filter;
	x->rank = plan->rank;
	x->k1 = plan->weights->k1;
	x->b = plan->weights->b;
	x->slices = plan->slices.word_count > 0 ? &plan->slices : NULL;
	if (q->year != 0) {
		x->date_from = (uint32_t)q->year * 10000 + (uint32_t)q->month * 100;
		x->date_to = x->date_from + (q->month != 0 ? 99 : 9999);
	}
	x->hidden = q->hidden;
	x->hidden_count = q->hidden_count;
	x->sort = sorts[sort];
	x->offset = q->offset;
	x->limit = q->limit;
	x->after = q->after;
	x->facets = q->facets;
	x->divisions = q->divisions;
	x->division_count = q->division_count;
	x->page_of_slice = search_page_of_slice;
}

/* ------------------------------------------------------------------ answer */

static enum status
copy_hits(
    struct answer *a, struct xap_hits *hits, const struct search_query *query, struct err *err)
{
	struct search_result *r = &a->result;
	struct xap_hit from;
	enum status st;
	size_t i;

	r->count = xap_hits_count(hits);
	r->hits = arena_array(a->arena, r->count + 1, sizeof *r->hits);
	for (i = 0; i < r->count; i++) {
		xap_hits_at(hits, i, &from);
		r->hits[i].record = from.record;
		r->hits[i].access_class = from.row.access_class;
		r->hits[i].suggested = from.row.flags;
		st = search_find_pages(hits, i, query, a->arena, &r->hits[i], err);
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static void
copy_facets(struct answer *a, struct xap_hits *hits, unsigned kind)
{
	const struct xap_facet *from;
	size_t i, count = xap_hits_facet(hits, (enum xap_facet_kind)kind, &from);
	struct search_facet *to = arena_array(a->arena, count + 1, sizeof *to);

	for (i = 0; i < count; i++) {
		to[i].text = kind < XAP_LABELS ? arena_dup_span(a->arena, from[i].value) : NULL;
		to[i].number = from[i].number;
		to[i].count = from[i].count;
	}
	a->result.facets[kind] = (struct search_facets){ to, count };
}

static void
copy_groups(struct answer *a, struct xap_hits *hits, const struct search_request *q)
{
	const size_t **lists = arena_array(a->arena, q->division_count + 1, sizeof *lists), *from;
	size_t i, *to;

	for (i = 0; i < q->division_count; i++) {
		from = xap_hits_groups(hits, i);
		to = arena_array(a->arena, (size_t)q->divisions[i].last + 1, sizeof *to);
		if (from != NULL)
			memcpy(to, from, ((size_t)q->divisions[i].last + 1) * sizeof *to);
		lists[i] = to;
	}
	a->result.groups = lists;
}

static void
add_problem(struct search_result *r, struct search_problem *to, struct search_problem problem)
{
	size_t i;

	for (i = 0; i < r->problem_count; i++)
		if (to[i].code == problem.code && to[i].at == problem.at)
			return;
	to[r->problem_count++] = problem;
}

/* The words of a part, and of those in it, that stand for more forms than were searched. */
static void
add_cut_forms(const struct query_part *part, const struct xap_node *cut, struct search_result *r,
    struct search_problem *to, size_t max)
{
	enum query_form form = cut->op == XAP_PREFIX ? FORM_PREFIX : FORM_FUZZY;
	struct span folded = span_make(cut->text.p + 1, cut->text.n - 1); /* behind TERM_FOLDED */
	size_t i;

	for (i = 0; i < part->word_count && r->problem_count < max; i++) {
		const struct query_word *w = &part->words[i];

		if (w->form == form && w->distance == cut->distance &&
		    span_equal(w->folded, folded))
			add_problem(r, to,
			    (struct search_problem){
				SEARCH_MANY_FORMS, w->start, w->stop - w->start });
	}
	for (i = 0; i < part->child_count; i++)
		add_cut_forms(part->child[i], cut, r, to, max);
}

static void
copy_problems(struct answer *a, const struct xap_hits *hits, const struct query_plan *plan)
{
	const size_t max = plan->unknown_count + SEARCH_PROBLEMS_MAX;
	struct search_problem *to = arena_array(a->arena, max, sizeof *to);
	const struct xap_node *cut;
	size_t i;

	memcpy(to, plan->unknown, plan->unknown_count * sizeof *to);
	a->result.problems = to;
	a->result.problem_count = plan->unknown_count;
	for (i = 0; (cut = xap_hits_cut(hits, i)) != NULL; i++)
		add_cut_forms(plan->query->root, cut, &a->result, to, max);
}

static enum status
copy_answer(
    struct answer *a, struct xap_hits *hits, const struct search_query *query, struct err *err)
{
	struct search_result *r = &a->result;
	unsigned kind;

	_Static_assert((int)SEARCH_DOSSIERS == XAP_BY_DOSSIER && (int)SEARCH_FACETS == XAP_FACETS,
	    "facets have the same numbers");
	r->total = xap_hits_total(hits, &r->total_exact);
	r->complete = xap_hits_complete(hits);
	for (kind = 0; kind < SEARCH_FACETS; kind++)
		copy_facets(a, hits, kind);
	return copy_hits(a, hits, query, err);
}

static void
answer_free(struct answer *a)
{
	arena_free(a->arena);
	free(a);
}

/* ------------------------------------------------------------------ run */

struct run {
	struct search_reader *reader;
	const struct search_query *query;
	const struct access *access;
	const struct search_request *request;
	struct query_plan plan;
	int64_t deadline;
};

/* Does x find anything?  Without what only orders, counts or cuts it. */
static enum status
finds_any(struct run *run, const struct xap_request *x, bool *any, struct err *err)
{
	owned(xap_hits_freep) struct xap_hits *only = NULL;
	struct xap_request q = *x;
	enum status st;
	bool exact;

	q.others = XAP_OTHERS_NEVER;
	q.rank = NULL;
	q.slices = NULL;
	q.after = 0;
	q.offset = q.limit = q.facets = 0;
	q.division_count = 0;
	if ((st = xap_search(run->reader->index, run->access, &q, &only, err)) == ST_OK)
		*any = xap_hits_total(only, &exact) > 0 || !exact;
	return st;
}

/*
 * Does any record hold so many of the words themselves?  One that was misread is not found instead of
 * those that hold fewer.
 */
static enum status
is_held(struct run *run, const struct xap_request *x, struct xap_hits *hits, bool *held,
    struct err *err)
{
	bool exact;

	*held = xap_hits_total(hits, &exact) > 0 || !exact;
	if (!*held || x->others != XAP_OTHERS_OF_HELD || !xap_hits_widened(hits))
		return ST_OK;
	return finds_any(run, x, held, err);
}

/* Among what the whole query leaves and this user may see: another's records change nothing. */
static enum status
has_any(struct run *run, const struct xap_node *node, bool *any, struct err *err)
{
	struct xap_request x;

	make_request(&run->plan, run->request, SEARCH_RELEVANCE, 1, &x);
	x.words = &node;
	x.units = NULL;
	x.word_count = x.full = 1;
	x.deadline_us = run->deadline;
	return finds_any(run, &x, any, err);
}

/*
 * A number that no record has may be one that was written by hand and could not be read: then those with
 * its symbol and no number are found in its place.  When the time is over the search says what it found.
 */
static enum status
look_for_number(struct run *run, size_t i, struct err *err)
{
	bool any = false;
	enum status st;

	if (run->query->numbers[i].number[0] == '\0' || run->plan.number_at[i] == SIZE_MAX)
		return ST_OK;
	st = has_any(run, query_plan_number(&run->plan, i), &any, err);
	if (st == ST_OK && !any) {
		st = has_any(run, query_plan_unread(&run->plan, i), &any, err);
		if (st == ST_OK && any)
			query_plan_take_unread(&run->plan, i);
	}
	return st == ST_TIMEOUT ? ST_OK : st;
}

static enum status
look_for_numbers(struct run *run, struct err *err)
{
	enum status st = ST_OK;
	size_t i;

	if (run->query->soft == NULL || run->request->strict)
		return ST_OK;
	for (i = 0; i < run->query->number_count && st == ST_OK; i++)
		st = look_for_number(run, i, err);
	return st;
}

/*
 * Asks for most of the words; when no record holds so many, for half of them, then for any, and last
 * for what words that nobody wrote were mistyped for.  Every step sees the same state of the index.
 */
static enum status
search_relaxing(struct run *run, struct answer *a, struct xap_hits **hits, struct err *err)
{
	unsigned words = run->plan.different, least = default_least(words);
	enum xap_others others = XAP_OTHERS_OF_HELD;
	enum search_sort sort = run->request->sort;
	struct xap_request x;
	enum status st;
	bool held;

	a->result.words = words;
	if (sort == SEARCH_RELEVANCE)
		(void)search_query_sort(run->query, &sort);
	for (;;) {
		make_request(&run->plan, run->request, sort, least, &x);
		x.deadline_us = run->deadline;
		x.others = others;
		if ((st = xap_search(run->reader->index, run->access, &x, hits, err)) != ST_OK ||
		    (st = is_held(run, &x, *hits, &held, err)) != ST_OK)
			return st;
		a->result.least = least;
		if (held || (least <= 1 && (others == XAP_OTHERS_ALWAYS || words == 0)))
			return ST_OK;
		xap_hits_freep(hits);
		if (least <= 1) {
			others = XAP_OTHERS_ALWAYS;
			continue;
		}
		least = least > (words + 1) / 2 ? (words + 1) / 2 : 1;
		a->result.relaxed = true;
	}
}

static enum status
run_once(struct run *run, struct search_result **out, struct err *err)
{
	struct answer *a = xcalloc(1, sizeof *a);
	struct xap_hits *hits = NULL;
	enum status st;

	a->arena = arena_new();
	if ((st = search_reader_refresh(run->reader, err)) != ST_OK ||
	    (st = look_for_numbers(run, err)) != ST_OK ||
	    (st = search_relaxing(run, a, &hits, err)) != ST_OK ||
	    (st = copy_answer(a, hits, run->query, err)) != ST_OK)
		answer_free(a);
	else {
		copy_groups(a, hits, run->request);
		copy_problems(a, hits, &run->plan);
		*out = &a->result;
	}
	xap_hits_free(hits);
	return st;
}

static enum status
run_planned(struct run *run, struct search_result **out, struct err *err)
{
	struct query_plan planned;
	enum status st;
	int attempt;

	if ((st = query_plan_make(run->query, &run->plan, err)) != ST_OK)
		return st;
	add_choices(&run->plan, run->request);
	if ((st = add_conditions(&run->plan, run->request, err)) != ST_OK)
		return st;
	planned = run->plan;
	for (attempt = 0; attempt <= SEARCH_RETRIES; attempt++) {
		run->plan = planned;
		if ((st = run_once(run, out, err)) != ST_STALE)
			return st;
	}
	return fail(err, ST_BUSY, "the index changes too fast");
}

/* In place of a result without a hit, when there is one; without the time for it nothing is sure. */
static enum status
run_loosely(struct run *run, unsigned loose, struct search_result **out, struct err *err)
{
	struct search_result *found = NULL;
	enum status st;

	run->plan.loose = loose;
	st = run_planned(run, &found, err);
	if (st == ST_TIMEOUT || (st == ST_OK && found->total == 0 && !found->total_exact)) {
		(*out)->total_exact = false;
		st = ST_OK;
	}
	if (st != ST_OK) {
		search_result_freep(out);
	} else if (found != NULL && found->total > 0) {
		search_result_free(*out);
		*out = found;
		found = NULL;
	}
	search_result_free(found);
	return st;
}

/*
 * Phrases, numbers and days are held to as long as they find anything, each kind as long as holding to
 * the others alone does not, and when nothing is found without them either.
 */
static enum status
run_loosening(struct run *run, struct search_result **out, struct err *err)
{
	static const unsigned order[] = { LOOSE_DATES, LOOSE_NUMBERS, LOOSE_PHRASES,
		LOOSE_DATES | LOOSE_NUMBERS, LOOSE_DATES | LOOSE_PHRASES,
		LOOSE_NUMBERS | LOOSE_PHRASES, LOOSE_ALL };
	const unsigned kinds = run->request->strict ? 0 : query_plan_can_loosen(run->query);
	const struct query_plan unmade = run->plan;
	enum status st = run_planned(run, out, err);
	size_t i;

	for (i = 0; i < sizeof order / sizeof order[0] && st == ST_OK && (*out)->total == 0 &&
	     (*out)->total_exact;
	     i++)
		if ((order[i] & ~kinds) == 0) {
			run->plan = unmade;
			st = run_loosely(run, order[i], out, err);
		}
	return st;
}

enum status
search_run(struct search_reader *r, const struct search_query *query, const struct access *access,
    const struct search_request *request, struct search_result **out, struct err *err)
{
	struct run run = { .reader = r, .query = query, .access = access, .request = request };
	enum status st;

	assert(access != NULL);
	*out = NULL;
	if (request->limit > SEARCH_LIMIT_MAX || request->offset > SEARCH_OFFSET_MAX)
		return fail(err, ST_INVALID, "offset %zu or limit %zu is over the cap",
		    request->offset, request->limit);
	if (request->year < 0 || request->year > 9999 || request->month < 0 ||
	    request->month > 12 || (request->month != 0 && request->year == 0))
		return fail(err, ST_INVALID, "year %d, month %d", request->year, request->month);
	if (request->division_count > XAP_DIVISIONS_MAX)
		return fail(err, ST_INVALID, "more than %d divisions", XAP_DIVISIONS_MAX);
	if (request->after != 0 && request->offset != 0)
		return fail(err, ST_INVALID, "after a record and an offset");
	run.plan.arena = arena_new();
	run.plan.weights = request->weights != NULL ? request->weights : search_weights();
	run.plan.resolve = request->resolve;
	run.plan.find_facts = request->find_facts;
	run.plan.payload = request->payload;
	if (request->deadline_ms > 0)
		run.deadline = monotonic_us() + (int64_t)request->deadline_ms * 1000;
	st = run_loosening(&run, out, err);
	arena_free(run.plan.arena);
	return st;
}

void
search_result_free(struct search_result *r)
{
	if (r != NULL)
		answer_free((struct answer *)r);
}

void
search_result_freep(struct search_result **r)
{
	search_result_free(*r);
	*r = NULL;
}
