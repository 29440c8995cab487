/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "audit.h"
#include "plan.h"
#include "record_json.h"
#include "retrieval.h"
#include "synonym.h"
#include "worker.h"

#define SNIPPET_CHARS 280
#define LIMIT_MAX 100
#define FACET_ROWS 100 /* values told of a facet */
#define SUGGEST_TEXT_MAX 200
#define SUGGEST_MS 200

static enum status
read_dossier(struct request *rq, int64_t *id, struct err *err)
{
	const char *uid;
	struct node node;
	enum status st = request_uid(rq, "dossier", &uid, err);

	*id = 0;
	if (st != ST_OK || !uid)
		return st;
	st = node_find(rq->catalog, rq->access, uid, rq->arena, &node, err);
	if (st == ST_OK)
		*id = node.id;
	return st;
}

/* A record of the caller's by the uid in a parameter: the last hit seen, or where to look inside. */
static enum status
read_record(struct request *rq, const char *name, int64_t *id, struct err *err)
{
	const char *uid;
	struct record record;
	enum status st = request_uid(rq, name, &uid, err);

	*id = 0;
	if (st != ST_OK || !uid)
		return st;
	st = record_find(rq->catalog, rq->access, uid, rq->arena, &record, err);
	if (st == ST_OK && !record_can(rq->access, PERM_READ, &record))
		st = fail(err, ST_NOT_FOUND, "content");
	if (st == ST_OK)
		*id = record.id;
	return st;
}

/* What was chosen of what the catalogue knows. */
static enum status
read_conditions(struct request *rq, struct search_request *out, struct err *err)
{
	static const struct {
		const char *name;
		enum search_fact fact;
	} rows[] = { { "retention", SEARCH_RETENTION }, { "due", SEARCH_DUE },
		{ "held", SEARCH_HELD }, { "procedure", SEARCH_PROCEDURE } };
	struct search_condition *list = arena_array(rq->arena, SEARCH_FACTS, sizeof(*list));

	out->conditions = list;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *value = target_parameter(&rq->target, rows[i].name);

		if (!value)
			continue;
		if (retrieval_choose(rows[i].fact, value, &list[out->condition_count++], err) !=
		    ST_OK)
			return request_invalid(rq, rows[i].name, err);
	}
	return ST_OK;
}

/* What was chosen among the facets. */
static enum status
read_choices(struct request *rq, struct search_request *out, struct err *err)
{
	int64_t year, month, level;
	int *kept = arena_alloc(rq->arena, sizeof(*kept));
	enum status st = request_number(rq, "year", 0, 1000, 9999, &year, err);

	if (st != ST_OK || (st = request_number(rq, "month", 0, 1, 12, &month, err)) != ST_OK ||
	    (st = request_number(rq, "level", -1, 0, LEVEL_CONFIDENTIAL, &level, err)) != ST_OK ||
	    (st = read_dossier(rq, &out->dossier, err)) != ST_OK)
		return st;
	if (month && !year)
		return request_invalid(rq, "month", err);
	*kept = (int)level;
	out->level = level >= 0 ? kept : NULL;
	out->year = (int)year;
	out->month = (int)month;
	out->type = target_parameter(&rq->target, "type");
	out->issuer = target_parameter(&rq->target, "issuer");
	out->state = target_parameter(&rq->target, "state");
	out->language = target_parameter(&rq->target, "language");
	return ST_OK;
}

static enum status
read_request(struct request *rq, struct search_request *out, struct err *err)
{
	int64_t offset, limit;
	int sort, facets, obsolete;
	enum status st;

	memset(out, 0, sizeof(*out));
	st = request_choice(rq, "sort", "relevance|newest|oldest|number", 0, &sort, err);
	if (st != ST_OK || (st = request_choice(rq, "facets", "0|1", 1, &facets, err)) != ST_OK ||
	    (st = request_choice(rq, "obsolete", "0|1", 0, &obsolete, err)) != ST_OK ||
	    (st = request_number(rq, "offset", 0, 0, SEARCH_OFFSET_MAX, &offset, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 20, 0, LIMIT_MAX, &limit, err)) != ST_OK ||
	    (st = read_record(rq, "after", &out->after, err)) != ST_OK ||
	    (st = read_record(rq, "record", &out->record, err)) != ST_OK ||
	    (st = read_choices(rq, out, err)) != ST_OK ||
	    (st = read_conditions(rq, out, err)) != ST_OK)
		return st;
	if (out->after && offset)
		return request_invalid(rq, "offset", err);
	out->sort = (enum search_sort)sort;
	out->facets = facets == 1 ? SEARCH_FACETS_ALL : 0;
	out->obsolete = obsolete == 1;
	out->offset = (size_t)offset;
	out->limit = (size_t)limit;
	out->deadline_ms = (int)rq->server->conf->server_deadline_ms;
	return ST_OK;
}

/* --- answer --- */

static void
write_piece(struct json_out *j, struct span text, bool marked)
{
	if (text.n == 0)
		return;
	json_object(j);
	json_key(j, "text");
	json_span(j, text);
	json_key_bool(j, "marked", marked);
	json_end_object(j);
}

static void
write_snippet(struct json_out *j, const struct retrieval_hit *hit)
{
	size_t at = 0;

	json_key(j, "snippet");
	json_array(j);
	for (size_t i = 0; i < hit->mark_count; i++) {
		const struct search_mark *m = &hit->marks[i];

		write_piece(j, span_make(hit->snippet.p + at, m->start - at), false);
		write_piece(j, span_make(hit->snippet.p + m->start, m->end - m->start), true);
		at = m->end;
	}
	if (hit->snippet.n > at)
		write_piece(j, span_make(hit->snippet.p + at, hit->snippet.n - at), false);
	json_end_array(j);
}

static void
write_places(struct json_out *j, const struct search_hit *found)
{
	json_key(j, "suggested");
	json_array(j);
	for (int f = 0; f < FIELD_COUNT; f++)
		if (found->suggested >> f & 1)
			json_str(j, record_field_name((enum record_field)f));
	json_end_array(j);
	json_key(j, "page");
	if (found->best_page)
		json_int(j, found->best_page);
	else
		json_null(j);
	json_key(j, "hit_pages");
	json_array(j);
	for (size_t i = 0; i < found->page_count; i++) {
		json_object(j);
		json_key_int(j, "page", found->pages[i].page);
		json_key_int(j, "words", found->pages[i].words);
		json_end_object(j);
	}
	json_end_array(j);
	json_key_bool(j, "more_pages", found->more_pages);
}

static void
write_reason(struct json_out *j, const char *where, enum search_match match)
{
	static const char *const names[] = { [SEARCH_NEARLY] = "nearly",
		[SEARCH_LOOSELY] = "any_marks",
		[SEARCH_AS_TYPED] = "as_typed" };

	if (match == SEARCH_NOT_THERE)
		return;
	json_object(j);
	json_key_str(j, "in", where);
	json_key_str(j, "match", names[match]);
	json_end_object(j);
}

static void
write_why(struct json_out *j, const struct retrieval_hit *hit)
{
	json_key(j, "why");
	json_array(j);
	for (int f = 0; f < FIELD_COUNT; f++)
		write_reason(j, record_field_name((enum record_field)f), hit->fields[f]);
	write_reason(j, "page", hit->page);
	json_end_array(j);
}

static void
write_hits(struct request *rq, struct json_out *j, const struct retrieval_answer *answer)
{
	json_key(j, "hits");
	json_array(j);
	for (size_t i = 0; i < answer->count; i++) {
		json_object(j);
		record_json_head(rq, j, answer->hits[i].record);
		write_places(j, answer->hits[i].found);
		write_why(j, &answer->hits[i]);
		write_snippet(j, &answer->hits[i]);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_types(struct request *rq, struct json_out *j, const struct search_facets *f)
{
	bool en = strcmp(rq->language, "en") == 0;

	json_key(j, "types");
	json_array(j);
	for (size_t i = 0; i < f->count; i++) {
		const char *code = f->list[i].text;
		const struct record_type *type = record_type_find(span_of(code));

		json_object(j);
		json_key_str(j, "code", code);
		json_key_str(j, "name", !type ? code : en ? type->name_en : type->name_vi);
		json_key_int(j, "count", (int64_t)f->list[i].count);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_texts(struct json_out *j, const char *name, const struct search_facets *f)
{
	json_key(j, name);
	json_array(j);
	for (size_t i = 0; i < f->count && i < FACET_ROWS; i++) {
		json_object(j);
		json_key_str(j, "name", f->list[i].text);
		json_key_int(j, "count", (int64_t)f->list[i].count);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_numbers(struct json_out *j, const char *name, const char *key, const struct search_facets *f)
{
	json_key(j, name);
	json_array(j);
	for (size_t i = 0; i < f->count; i++) {
		json_object(j);
		json_key_int(j, key, f->list[i].number);
		json_key_int(j, "count", (int64_t)f->list[i].count);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_dossiers(struct json_out *j, const struct retrieval_answer *answer)
{
	json_key(j, "dossiers");
	json_array(j);
	for (size_t i = 0; i < answer->dossier_count; i++) {
		json_object(j);
		json_key_str(j, "uid", answer->dossiers[i].uid);
		json_key_str(j, "file_code", answer->dossiers[i].file_code);
		json_key_str(j, "title", answer->dossiers[i].title);
		json_key_int(j, "count", (int64_t)answer->dossiers[i].count);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_counts(struct json_out *j, const char *name, const char *key,
    const struct retrieval_count *list, size_t count)
{
	json_key(j, name);
	json_array(j);
	for (size_t i = 0; i < count && i < FACET_ROWS; i++) {
		json_object(j);
		json_key_str(j, key, list[i].value);
		if (list[i].name)
			json_key_str(j, "name", list[i].name);
		json_key_int(j, "count", (int64_t)list[i].count);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_facets(struct request *rq, struct json_out *j, const struct retrieval_answer *answer)
{
	const struct search_facets *f = answer->result->facets;

	json_key(j, "facets");
	json_object(j);
	write_types(rq, j, &f[SEARCH_TYPES]);
	write_texts(j, "issuers", &f[SEARCH_ISSUERS]);
	write_texts(j, "states", &f[SEARCH_STATES]);
	write_texts(j, "languages", &f[SEARCH_LANGUAGES]);
	write_numbers(j, "levels", "level", &f[SEARCH_LEVELS]);
	write_numbers(j, "years", "year", &f[SEARCH_YEARS]);
	write_numbers(j, "months", "month", &f[SEARCH_MONTHS]);
	write_dossiers(j, answer);
	write_counts(j, "retentions", "code", answer->retentions, answer->retention_count);
	write_counts(j, "dues", "due", answer->dues, answer->due_count);
	json_key_int(j, "held", (int64_t)answer->held);
	write_counts(j, "procedures", "code", answer->procedures, answer->procedure_count);
	json_end_object(j);
}

static void
write_problem_list(
    struct request *rq, struct json_out *j, const struct search_problem *problem, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		json_object(j);
		json_key_str(j, "text", search_problem_text(problem[i].code, rq->language));
		json_key_int(j, "at", (int64_t)problem[i].at);
		json_key_int(j, "length", (int64_t)problem[i].length);
		json_end_object(j);
	}
}

/* What the query says wrong, and names in it that the catalogue does not know. */
static void
write_problems(struct request *rq, struct json_out *j, const struct search_query *query,
    const struct search_result *result)
{
	const struct search_problem *problem;
	size_t count = search_query_problems(query, &problem);

	json_key(j, "problems");
	json_array(j);
	write_problem_list(rq, j, problem, count);
	write_problem_list(rq, j, result->problems, result->problem_count);
	json_end_array(j);
}

/* What was searched for besides what was typed. */
static void
write_synonyms(struct json_out *j, const struct search_query *query)
{
	struct search_synonym row[SEARCH_SYNONYMS_MAX];
	size_t count = search_query_synonyms(query, row, SEARCH_SYNONYMS_MAX);

	json_key(j, "also");
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		json_object(j);
		json_key(j, "term");
		json_span(j, row[i].term);
		json_key(j, "also");
		json_span(j, row[i].also);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_understood(struct json_out *j, const struct search_query *query)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;

	search_query_write(query, &text);
	json_key(j, "understood");
	json_span(j, strbuf_span(&text));
}

/* The last hit of a full page is where the next one begins; it costs the same at any depth. */
static void
write_next(
    struct json_out *j, const struct search_request *asked, const struct retrieval_answer *answer)
{
	bool full = answer->count > 0 && answer->result->count == asked->limit;

	json_key_opt(j, "next", full ? answer->hits[answer->count - 1].record->uid : NULL);
}

static void
write_answer(struct request *rq, const struct search_query *query,
    const struct search_request *asked, const struct retrieval_answer *answer)
{
	const struct search_result *result = answer->result;
	struct json_out j;

	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "total", (int64_t)result->total);
	json_key_bool(&j, "total_exact", result->total_exact);
	json_key_bool(&j, "relaxed", result->relaxed);
	write_understood(&j, query);
	write_next(&j, asked, answer);
	json_key_int(&j, "offset", (int64_t)asked->offset);
	json_key_int(&j, "limit", (int64_t)asked->limit);
	write_problems(rq, &j, query, result);
	write_synonyms(&j, query);
	write_hits(rq, &j, answer);
	if (asked->facets)
		write_facets(rq, &j, answer);
	json_end_object(&j);
}

/* Nothing was indexed yet: nothing is found. */
static enum status
answer_nothing(
    struct request *rq, const struct search_query *query, const struct search_request *asked)
{
	struct search_result none = { .total_exact = true };
	struct retrieval_answer answer = { .result = &none };

	write_answer(rq, query, asked, &answer);
	return ST_OK;
}

/* What an auditor searched for belongs to the trail; the words are a private field. */
static enum status
log_search(struct request *rq, struct err *err)
{
	const size_t *total = rq->data;
	const char *q = target_parameter(&rq->target, "q");
	const struct event_private priv = { "query", span_of(q ? q : "") };
	const struct event event = {
		.event_class = EVENT_ACCESS,
		.action = "search",
		.outcome = "ok",
		.detail = arena_printf(rq->arena, "{\"total\":%zu}", *total),
		.priv = &priv,
		.priv_count = 1,
	};

	return audit_append(rq->catalog, &rq->actor, &event, err);
}

static void
note_search(struct request *rq, size_t total)
{
	size_t *kept = arena_alloc(rq->arena, sizeof(*kept));

	*kept = total;
	if (access_has(rq->access, CAP_AUDIT))
		request_write(rq, log_search, kept);
}

/* The text of q, or the words of the record that more is wanted like. */
static enum status
read_query(struct request *rq, const struct retrieval *over, struct search_request *asked,
    struct strbuf *text, struct err *err)
{
	const char *q = target_parameter(&rq->target, "q"), *uid;
	struct record record;
	enum status st = request_uid(rq, "like", &uid, err);

	if (st != ST_OK)
		return st;
	if (q && strlen(q) > SEARCH_QUERY_MAX)
		return request_invalid(rq, "q", err);
	if (!uid) {
		strbuf_add_str(text, q ? q : "");
		return ST_OK;
	}
	if (q)
		return request_invalid(rq, "q", err);
	st = record_find(rq->catalog, rq->access, uid, rq->arena, &record, err);
	if (st == ST_OK && !record_can(rq->access, PERM_READ, &record))
		st = fail(err, ST_NOT_FOUND, "content");
	asked->without = record.id;
	return st == ST_OK ? retrieval_like(over, &record, rq->arena, text, err) : st;
}

static enum status
search(struct request *rq, struct err *err)
{
	struct retrieval over = { { rq->catalog, rq->server->store, rq->server->derived }, NULL };
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct search_query *query owned(search_query_freep) = NULL;
	struct retrieval_answer answer = { 0 };
	struct search_request asked;
	int snippets;
	enum status st = read_request(rq, &asked, err);

	if (st != ST_OK ||
	    (st = request_choice(rq, "snippets", "0|1", 1, &snippets, err)) != ST_OK ||
	    (st = read_query(rq, &over, &asked, &text, err)) != ST_OK)
		return st;
	query = search_query_new(strbuf_span(&text));
	if ((st = synonym_expand(rq->catalog, query, err)) != ST_OK)
		return st;
	st = worker_search(rq->worker, &over.reader, err);
	if (st == ST_NOT_FOUND) {
		note_search(rq, 0);
		return answer_nothing(rq, query, &asked);
	}
	if (st == ST_OK)
		st = retrieval_run(&over, rq->access, query, &asked, snippets ? SNIPPET_CHARS : 0,
		    rq->arena, &answer, err);
	if (st != ST_OK)
		return st;
	write_answer(rq, query, &asked, &answer);
	note_search(rq, answer.result->total);
	retrieval_answer_end(&answer);
	return ST_OK;
}

static void
write_suggestions(struct request *rq, const struct search_suggestions *s)
{
	struct json_out j;

	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_str(&j, "corrected", s->corrected);
	json_key(&j, "completions");
	json_array(&j);
	for (size_t i = 0; i < s->completion_count; i++)
		json_str(&j, s->completion[i]);
	json_end_array(&j);
	json_key_bool(&j, "whole", s->whole);
	json_end_object(&j);
}

/* Help with a query is worth a moment, no more; without it the query is as good as before. */
static enum status
suggest(struct request *rq, struct err *err)
{
	const char *q = target_parameter(&rq->target, "q");
	struct search_suggestions s = { 0 };
	struct retrieval over = { { rq->catalog, rq->server->store, rq->server->derived }, NULL };
	enum status st;

	if (!q || strlen(q) > SUGGEST_TEXT_MAX)
		return request_invalid(rq, "q", err);
	st = worker_search(rq->worker, &over.reader, err);
	if (st == ST_OK)
		st = retrieval_suggest(
		    &over, rq->access, span_of(q), SUGGEST_MS, rq->arena, &s, err);
	if (st == ST_NOT_FOUND || st == ST_TIMEOUT)
		s = (struct search_suggestions){ .whole = st == ST_NOT_FOUND };
	else if (st != ST_OK)
		return st;
	write_suggestions(rq, &s);
	return ST_OK;
}

const struct route routes_search[] = {
	{ EVHTTP_REQ_GET, "/api/v1/suggest", "suggest", suggest, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/search", "search", search, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_search);
