/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "retrieval.h"
#include "text.h"

/* A list of numbers or queries, a line each: is it there, which one is it, are there several? */

static bool
has_quote(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '"')
			return true;
	return false;
}

/* A line that is a document number asks for the record with that number, not for its mention. */
static void
make_query(struct span line, struct strbuf *out)
{
	struct text_number number;

	if (text_number_parse(line, &number) && number.number[0] != '\0' && !has_quote(line))
		strbuf_addf(out, "number:\"%.*s\"", SPAN_ARG(line));
	else
		strbuf_add_span(out, line);
}

const char *
retrieval_found_name(const struct retrieval_answer *answer)
{
	if (answer->count == 0)
		return "none";
	return answer->result->total == 1 ? "found" : "several";
}

enum status
retrieval_find_line(const struct retrieval *r, const struct access *access, struct span line,
    int deadline_ms, struct arena *arena, struct retrieval_answer *answer, struct err *err)
{
	struct search_request request = {
		.limit = RETRIEVAL_LINE_HITS, .deadline_ms = deadline_ms, .strict = true
	};
	struct search_query *query owned(search_query_freep) = NULL;
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;

	make_query(span_trim(line), &text);
	query = search_query_new(strbuf_span(&text));
	return retrieval_run(r, access, query, &request, 0, arena, answer, err);
}
