/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "search.h"

/* A query is run over a small index: no input may fail, and no record is found twice. */
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

#define RECORDS 3

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
	static const char *const texts[RECORDS] = { "Sở Du lịch Hải Phòng, số 15/QĐ-SDL",
		"The records of the office", "a b c d e x y 2020" };
	static const char *const numbers[RECORDS] = { "15", "", "" }; /* the second was not read */
	static const char *const symbols[RECORDS] = { "QĐ-SDL", "QĐ-SDL", "" };
	struct search_index *index;
	int64_t i;

	MUST(mkdtemp(dir) != NULL && search_index_open(&index, dir, false, NULL) == ST_OK);
	for (i = 0; i < RECORDS; i++) {
		struct search_page page = { span_of(texts[i]), NULL };
		struct search_document d = { .record = i + 1,
			.uid = "u",
			.access_class = 1,
			.pages = &page,
			.page_count = 1 };

		d.field[FIELD_ISSUED].value = SPAN("2020-05-17");
		d.field[FIELD_NUMBER].value = span_of(numbers[i]);
		d.field[FIELD_SYMBOL].value = span_of(symbols[i]);
		MUST(search_index_put(index, &d, NULL, NULL, NULL) == ST_OK);
	}
	MUST(search_index_commit(index, 1, NULL) == ST_OK);
	search_index_close(index);
	MUST(search_reader_open(&reader, dir, NULL) == ST_OK);
	atexit(clean_up);
}

static void
run(const struct search_query *q)
{
	static const uint64_t classes[1] = { 2 };
	struct search_request request = { .limit = RECORDS + 1, .facets = SEARCH_FACETS_ALL };
	struct access access = { .clearance = LEVEL_CONFIDENTIAL, .words = 1 };
	struct search_result *result;
	size_t i, k;

	access.bits[PERM_READ] = classes;
	MUST(search_run(reader, q, &access, &request, &result, NULL) == ST_OK);
	MUST(result->count <= RECORDS && result->total == result->count);
	for (i = 0; i < result->count; i++)
		for (k = 0; k < i; k++)
			MUST(result->hits[i].record != result->hits[k].record);
	search_result_free(result);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct search_query *q = search_query_new(span_make((const char *)data, size));

	if (reader == NULL)
		make_index();
	run(q);
	search_query_free(q);
	return 0;
}
