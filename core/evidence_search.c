/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A population given by search words (records.md 68). */
#include <stdlib.h>

#include "evidence_parts.h"

static enum status
check_query(const struct search_query *query, struct err *err)
{
	const struct search_problem *problem;

	if (search_query_problems(query, &problem) > 0)
		return fail(err, ST_INVALID, "words: %s", search_problem_text(problem->code, "en"));
	if (search_query_empty(query))
		return fail(err, ST_INVALID, "words: there is nothing to search for");
	return ST_OK;
}

/*
 * Plain words are taken loosely by a search that a person looks through, the best first; a population has
 * no best ones: each record is of it or not.
 */
static enum status
check_strict(const struct search_result *result, struct err *err)
{
	if (result->total > 0 && result->least < result->words)
		return fail(err, ST_INVALID,
		    "words: %u of %u words would be enough; join them with AND, or put them in quotes",
		    result->least, result->words);
	if (result->total > EVIDENCE_FOUND_MAX)
		return fail(err, ST_LIMIT, "words: more than %d records are found: narrow them",
		    EVIDENCE_FOUND_MAX);
	return ST_OK;
}

static void
keep(struct evidence_found *found, const struct retrieval_answer *answer, struct arena *arena)
{
	int64_t *all = arena_array(arena, found->count + answer->count + 1, sizeof(*all));

	if (found->count)
		memcpy(all, found->record, found->count * sizeof(*all));
	for (size_t i = 0; i < answer->count; i++)
		all[found->count + i] = answer->hits[i].record->id;
	found->record = all;
	found->count += answer->count;
}

enum status
evidence_search(const struct retrieval *r, const struct access *access, const char *words,
    struct arena *arena, struct evidence_found *found, struct err *err)
{
	owned(search_query_freep) struct search_query *query = search_query_new(span_of(words));
	struct search_request asked = {
		.limit = SEARCH_LIMIT_MAX, .sort = SEARCH_OLDEST, .strict = true, .obsolete = true
	};
	enum status st = check_query(query, err);
	bool more = st == ST_OK;

	*found = (struct evidence_found){ 0 };
	while (more) {
		owned(arena_freep) struct arena *step = arena_new();
		struct retrieval_answer answer;

		st = retrieval_run(r, access, query, &asked, 0, step, &answer, err);
		if (st != ST_OK)
			return st;
		st = check_strict(answer.result, err);
		more = st == ST_OK && answer.result->count == SEARCH_LIMIT_MAX;
		if (answer.result->count)
			asked.after = answer.result->hits[answer.result->count - 1].record;
		if (st == ST_OK)
			keep(found, &answer, arena);
		retrieval_answer_end(&answer);
	}
	return st;
}
