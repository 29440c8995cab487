/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "search.h"

/*
 * A query, a line end, a page.  The query is parsed, described, run over a small index and marked on
 * the page: no input may fail, and marks lie inside the text in order.
 */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

/* Longer queries may grow over a limit when every bracket is written. */
#define WRITTEN_MAX 256

static char dir[] = "/tmp/tangthu-fuzz-query-XXXXXX";
static struct search_reader *reader;

static void
clean_up(void)
{
	char command[sizeof dir + 16];

	search_reader_close(reader);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	MUST(system(command) == 0);
}

static void
make_index(void)
{
	static const char *const texts[] = { "Sở Du lịch Hải Phòng, số 15/QĐ-SDL",
		"The records of the office", "a b c d e x y 2020" };
	struct search_index *index;
	int64_t i;

	MUST(mkdtemp(dir) != NULL && search_index_open(&index, dir, false, NULL) == ST_OK);
	for (i = 0; i < 3; i++) {
		struct search_page page = { span_of(texts[i]), NULL };
		struct search_document d = { .record = i + 1,
			.uid = "u",
			.access_class = 1,
			.pages = &page,
			.page_count = 1 };

		d.field[FIELD_ISSUED].value = SPAN("2020-05-17");
		MUST(search_index_put(index, &d, NULL, NULL, NULL) == ST_OK);
	}
	MUST(search_index_commit(index, 1, NULL) == ST_OK);
	search_index_close(index);
	MUST(search_reader_open(&reader, dir, NULL) == ST_OK);
	atexit(clean_up);
}

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
	size_t n;

	n = search_marks(q, page, &marks);
	check_marks(marks, n, page.n);
	free(marks);
	n = search_snippet(q, page, 40, &out, &marks);
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

static void
check_run(const struct search_query *q)
{
	static const uint64_t classes[1] = { 2 };
	struct search_request request = { .limit = 5, .facets = SEARCH_FACETS_ALL };
	struct access access = { .clearance = LEVEL_CONFIDENTIAL, .words = 1 };
	struct search_result *result;

	access.bits[PERM_READ] = classes;
	MUST(search_run(reader, q, &access, &request, &result, NULL) == ST_OK);
	MUST(result->count <= 3 && result->total == result->count);
	search_result_free(result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span page = span_make((const char *)data, size), text = span_cut(&page, '\n');
	const struct search_problem *problems;
	struct search_query *q;
	size_t i, n;
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	if (reader == NULL)
		make_index();
	q = search_query_new(text);
	n = search_query_problems(q, &problems);
	for (i = 0; i < n; i++)
		MUST(problems[i].at + problems[i].length <= text.n);
	search_query_describe(q, &out);
	if (text.n < WRITTEN_MAX)
		check_written(q, &out);
	check_run(q);
	check_page(q, page);
	search_query_free(q);
	return 0;
}
