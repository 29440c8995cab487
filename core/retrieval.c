/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "retrieval.h"

#include <stdlib.h>

#include "plan.h"
#include "procedure.h"
#include "record_lagging.h"
#include "retrieval_parts.h"

/* What the search asks the catalogue while it reads the query. */
struct names {
	struct retrieval_facts facts;
	struct arena *arena;
};

static enum status
find_facts(void *payload, const struct search_condition *c, struct arena *arena,
    struct xap_groups *out, bool *known, struct err *err)
{
	struct names *names = payload;

	return retrieval_find_facts(&names->facts, c, arena, out, known, err);
}

/* hồ sơ: in a query names a dossier that the caller may see; another one finds nothing. */

static enum status
resolve_dossier(
    void *payload, struct span name, int64_t *ids, size_t max, size_t *count, struct err *err)
{
	const struct names *names = payload;
	const struct access *access = names->facts.access;
	struct catalog *catalog = names->facts.catalog;
	struct node_filter filter = { .parent = -1, .kind = NODE_DOSSIER, .limit = max };
	const char *text = arena_dup_span(names->arena, name);
	const struct node *list;
	struct node node;
	enum status st;

	*count = 0;
	if (max == 0)
		return ST_OK;
	st = node_find(catalog, access, text, names->arena, &node, err);
	if (st == ST_OK) {
		ids[(*count)++] = node.id;
		return ST_OK;
	}
	if (st != ST_NOT_FOUND)
		return st;
	filter.words = text;
	filter.limit = max > 500 ? 500 : max;
	st = node_list(catalog, access, &filter, names->arena, &list, count, err);
	for (size_t i = 0; st == ST_OK && i < *count; i++)
		ids[i] = list[i].id;
	return st;
}

/* A text that cannot be read leaves the hit without a snippet. */
static void
add_snippet(const struct retrieval *r, const struct search_query *query, size_t chars,
    const struct page_place *place, struct arena *arena, struct retrieval_hit *hit)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct page_text page_text owned(page_text_end) = { 0 };
	struct search_mark *marks = NULL, *kept;

	if (page_text_read(&r->from, place, &page_text, NULL) != ST_OK)
		return;
	hit->mark_count = search_snippet(
	    query, strbuf_span(&page_text.words->text), chars, &text, &marks, &hit->page);
	hit->snippet = span_make(arena_dup_span(arena, strbuf_span(&text)), text.len);
	if (hit->mark_count) {
		kept = arena_array(arena, hit->mark_count, sizeof(*kept));
		memcpy(kept, marks, hit->mark_count * sizeof(*kept));
		hit->marks = kept;
	}
	free(marks);
}

static enum status
add_snippets(const struct retrieval *r, const struct search_query *query, size_t chars,
    struct arena *arena, struct retrieval_answer *answer, struct err *err)
{
	struct page_place *places = arena_array(arena, answer->count + 1, sizeof(*places));
	enum status st;

	for (size_t i = 0; i < answer->count; i++) {
		uint32_t page = answer->hits[i].found->best_page;

		places[i] = (struct page_place){ .record = answer->hits[i].record->id,
			.page = page ? page : 1 };
	}
	st = page_text_find(r->from.catalog, places, answer->count, arena, err);
	for (size_t i = 0; st == ST_OK && i < answer->count; i++)
		add_snippet(r, query, chars, &places[i], arena, &answer->hits[i]);
	return st;
}

/* D1: the index may lag, the catalogue decides. */
static enum status
check_hits(const struct retrieval *r, const struct access *access, struct arena *arena,
    struct retrieval_answer *answer, struct err *err)
{
	size_t n = answer->result->count;
	struct record *records = arena_array(arena, n + 1, sizeof(*records));
	int64_t *ids = arena_array(arena, n + 1, sizeof(*ids));
	bool *found = arena_array(arena, n + 1, sizeof(*found));
	unsigned *suggested = arena_array(arena, n + 1, sizeof(*suggested));
	enum status st;

	for (size_t i = 0; i < n; i++)
		ids[i] = answer->result->hits[i].record;
	if ((st = record_load_hits(r->from.catalog, access, ids, n, arena, records, found, err)))
		return st;
	answer->hits = arena_array(arena, n + 1, sizeof(*answer->hits));
	for (size_t i = 0; i < n; i++) {
		if (!found[i])
			continue;
		suggested[answer->count] = answer->result->hits[i].suggested;
		records[answer->count] = records[i];
		answer->hits[answer->count].record = &records[answer->count];
		answer->hits[answer->count++].found = &answer->result->hits[i];
	}
	return suggestion_fill(r->from.catalog, records, suggested, answer->count, arena, err);
}

static void
explain(const struct search_query *query, struct retrieval_hit *hit)
{
	static const enum record_field texts[] = { FIELD_SUBJECT, FIELD_ISSUER, FIELD_SIGNER };
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;
	const char *const *field = hit->record->field;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (field[texts[i]])
			hit->fields[texts[i]] = search_match_text(query, span_of(field[texts[i]]));
	record_notation(field[FIELD_NUMBER], field[FIELD_SYMBOL], &notation);
	hit->fields[FIELD_NUMBER] = search_match_text(query, strbuf_span(&notation));
}

/* records.md 4: what is not in force any more stays out of a search that does not ask for it. */
static enum status
leave_out_obsolete(
    struct catalog *catalog, struct arena *arena, struct search_request *req, struct err *err)
{
	const int64_t *obsolete;
	int64_t *all;
	size_t count, a = 0, b = 0, n = 0;
	enum status st = revision_obsolete(catalog, arena, &obsolete, &count, err);

	if (st != ST_OK || count == 0)
		return st;
	all = arena_array(arena, req->hidden_count + count, sizeof(*all));
	while (a < req->hidden_count || b < count) {
		bool first = b == count || (a < req->hidden_count && req->hidden[a] <= obsolete[b]);
		int64_t id = first ? req->hidden[a++] : obsolete[b++];

		if (n == 0 || all[n - 1] != id)
			all[n++] = id;
	}
	req->hidden = all;
	req->hidden_count = n;
	return ST_OK;
}

/* The search itself, and what is counted beside its facets. */
static enum status
run_search(const struct retrieval *r, const struct access *access, const struct search_query *query,
    const struct search_request *request, struct arena *arena, struct retrieval_answer *answer,
    struct err *err)
{
	struct names names = { { r->from.catalog, access, NULL }, arena };
	struct xap_groups divisions[SEARCH_DIVISIONS];
	struct search_request req = *request;
	enum status st = ST_OK;

	req.resolve = resolve_dossier;
	req.find_facts = find_facts;
	req.payload = &names;
	if (req.facets && (st = retrieval_divide(&names.facts, arena, divisions, err)) == ST_OK) {
		req.divisions = divisions;
		req.division_count = SEARCH_DIVISIONS;
	}
	if (st == ST_OK)
		st = search_run(r->reader, query, access, &req, &answer->result, err);
	if (st == ST_OK && req.division_count)
		retrieval_name_facts(&names.facts, divisions, arena, answer);
	return st;
}

enum status
retrieval_run(const struct retrieval *r, const struct access *access,
    const struct search_query *query, const struct search_request *request, size_t snippet_chars,
    struct arena *arena, struct retrieval_answer *answer, struct err *err)
{
	struct search_request req = *request;
	enum status st;

	*answer = (struct retrieval_answer){ 0 };
	if ((st = record_lagging(
		 r->from.catalog, access, arena, &req.hidden, &req.hidden_count, err)) ||
	    (!req.obsolete && (st = leave_out_obsolete(r->from.catalog, arena, &req, err))) ||
	    (st = run_search(r, access, query, &req, arena, answer, err)))
		return st;
	if ((st = check_hits(r, access, arena, answer, err)) ||
	    (st = retrieval_name_dossiers(r->from.catalog, access,
		 &answer->result->facets[SEARCH_DOSSIERS], arena, &answer->dossiers,
		 &answer->dossier_count, err)) ||
	    (snippet_chars && (st = add_snippets(r, query, snippet_chars, arena, answer, err)))) {
		retrieval_answer_end(answer);
		return st;
	}
	for (size_t i = 0; i < answer->count; i++)
		explain(query, &answer->hits[i]);
	return ST_OK;
}

bool
retrieval_hit_is_near(const struct retrieval_hit *hit)
{
	enum search_match best = hit->page;

	for (int f = 0; f < FIELD_COUNT; f++)
		if (hit->fields[f] > best)
			best = hit->fields[f];
	return best == SEARCH_NEARLY;
}

bool
retrieval_is_near(const struct retrieval_answer *answer)
{
	for (size_t i = 0; i < answer->count; i++)
		if (!retrieval_hit_is_near(&answer->hits[i]))
			return false;
	return answer->count > 0;
}

enum status
retrieval_suggest(const struct retrieval *r, const struct access *access, struct span text,
    int deadline_ms, struct arena *arena, struct search_suggestions *out, struct err *err)
{
	struct search_suggest ask = { .text = text, .deadline_ms = deadline_ms };
	enum status st =
	    record_lagging(r->from.catalog, access, arena, &ask.hidden, &ask.hidden_count, err);

	return st == ST_OK ? search_suggest(r->reader, access, &ask, arena, out, err) : st;
}

void
retrieval_answer_end(struct retrieval_answer *answer)
{
	search_result_free(answer->result);
	*answer = (struct retrieval_answer){ 0 };
}
