/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "search.h"

/*
 * A query, a line end, a page.  The query is parsed, described, written, read again and marked on the
 * page: no input may fail, and marks lie inside the text in order.  fuzz_search runs it.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

/* Longer queries may grow over a limit when every bracket is written. */
#define WRITTEN_MAX 256

static void
check_marks(const struct search_mark *marks, size_t n, size_t length)
{
	size_t i, at = 0;

	for (i = 0; i < n; i++) {
		MUST(marks[i].start >= at && marks[i].start < marks[i].end);
		at = marks[i].end;
	}
	MUST(at <= length);
}

static void
check_page(const struct search_query *q, struct span page)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct search_mark *marks;
	enum search_match match;
	size_t n;

	n = search_marks(q, page, &marks);
	check_marks(marks, n, page.n);
	free(marks);
	n = search_snippet(q, page, 40, &out, &marks, &match);
	check_marks(marks, n, out.len);
	free(marks);
}

/*
 * The tree without the document numbers behind it: whether something odd is a number depends on what
 * stands next to it, which may have been left out.
 */
static struct span
tree_of(const struct strbuf *described)
{
	struct span s = strbuf_span(described);
	ptrdiff_t end = span_find(s, SPAN(") +"));

	return end < 0 ? s : span_make(s.p, (size_t)end + 1);
}

/* What was understood, written down and read again, is the same and has no problem. */
static void
check_written(const struct search_query *q, const struct strbuf *meant)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT, again = STRBUF_INIT;
	const struct search_problem *problems;
	struct search_query *second;

	search_query_write(q, &text);
	second = search_query_new(strbuf_span(&text));
	search_query_describe(second, &again);
	if (!span_equal(tree_of(meant), tree_of(&again)) ||
	    (search_query_problems(second, &problems) > 0 && problems[0].code != SEARCH_ONLY_NOT)) {
		fprintf(
		    stderr, "%.*s\n%s\n%s\n", SPAN_ARG(strbuf_span(meant)), text.buf, again.buf);
		abort();
	}
	search_query_free(second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span page = span_make((const char *)data, size), text = span_cut(&page, '\n');
	const struct search_problem *problems;
	struct search_query *q;
	size_t i, n;
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	q = search_query_new(text);
	n = search_query_problems(q, &problems);
	for (i = 0; i < n; i++)
		MUST(problems[i].at + problems[i].length <= text.n);
	search_query_describe(q, &out);
	if (text.n < WRITTEN_MAX)
		check_written(q, &out);
	check_page(q, page);
	search_query_free(q);
	return 0;
}
