/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * live WORK SECONDS READERS COMMIT_MS: a writer that commits a few records every COMMIT_MS, as the
 * indexer does under load, and readers in threads of their own that search all the while.  Each round's record holds a
 * word of its own; the first reader waits until it is found.  Prints commits, searches, how long
 * after its commit began a record was found, and every error that a search gave; exits 1 on any.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base.h"
#include "search.h"

#define BATCH 5 /* records of a commit */
#define RECORDS 2000
#define READERS_MAX 64
#define ROUNDS_MAX 100000

static const uint64_t classes[1] = { 2 };
static const char *dir;
static int64_t until_us, commit_us;
static atomic_long searches, errors, rounds;
static int64_t began_us[ROUNDS_MAX];

static void
die(const struct err *err)
{
	fprintf(stderr, "live: %s\n", err->msg);
	exit(status_info(err->status)->exit);
}

static size_t
find(struct search_reader *reader, const char *text)
{
	struct access access = { .principal = 1, .clearance = LEVEL_INTERNAL, .words = 1 };
	struct search_request request = { .limit = 10, .facets = true };
	struct search_query *query owned(search_query_freep) = search_query_new(span_of(text));
	struct search_result *result owned(search_result_freep) = NULL;
	struct err err = ERR_INIT;

	access.bits[PERM_READ] = classes;
	atomic_fetch_add(&searches, 1);
	if (search_run(reader, query, &access, &request, &result, &err) != ST_OK) {
		if (atomic_fetch_add(&errors, 1) < 5)
			fprintf(stderr, "live: %s: %s\n", text, err.msg);
		return 0;
	}
	return result->total;
}

static void *
read_all(void *payload)
{
	static const char *const asked[] = { "quyết định du lịch", "huong dan vien du lich",
		"\"sở du lịch\"", "báo cáo kết quả thực hiện kế hoạch năm" };
	struct search_reader *reader;
	struct err err = ERR_INIT;
	size_t i = 0;

	(void)payload;
	if (search_reader_open(&reader, dir, &err) != ST_OK)
		die(&err);
	while (monotonic_us() < until_us)
		(void)find(reader, asked[i++ % 4]);
	search_reader_close(reader);
	return NULL;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Looks for the newest record until it is there. */
static void *
read_newest(void *payload)
{
	int64_t *found_us = xcalloc(ROUNDS_MAX, sizeof *found_us);
	struct search_reader *reader;
	struct err err = ERR_INIT;
	char word[32];
	size_t n = 0;
	long round;

	(void)payload;
	if (search_reader_open(&reader, dir, &err) != ST_OK)
		die(&err);
	while (monotonic_us() < until_us) {
		round = atomic_load(&rounds);
		snprintf(word, sizeof word, "vong%ldx", round);
		while (round > 0 && find(reader, word) == 0 && monotonic_us() < until_us)
			;
		if (round > 0 && monotonic_us() < until_us && n < ROUNDS_MAX)
			found_us[n++] = monotonic_us() - began_us[round];
		while (atomic_load(&rounds) == round && monotonic_us() < until_us)
			(void)find(reader, word);
	}
	search_reader_close(reader);
	qsort(found_us, n, sizeof *found_us, compare);
	if (n > 0)
		printf("findable after put: median %.1f ms, p99 %.1f ms, longest %.1f ms (%zu)\n",
		    (double)found_us[n / 2] / 1000, (double)found_us[n * 99 / 100] / 1000,
		    (double)found_us[n - 1] / 1000, n);
	free(found_us);
	return NULL;
}

static void
put(struct search_index *index, int64_t record, long round)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct search_page page = { { NULL, 0 }, "vi" };
	struct search_document doc = { .record = record,
		.uid = "u",
		.access_class = 1,
		.level = LEVEL_INTERNAL,
		.pages = &page,
		.page_count = 1 };
	struct err err = ERR_INIT;

	strbuf_addf(&text,
	    "Sở Du lịch báo cáo kết quả thực hiện kế hoạch năm %d; quyết định về hướng dẫn viên du "
	    "lịch số %" PRId64 " vong%ldx",
	    2000 + (int)(record % 26), record, round);
	page.text = strbuf_span(&text);
	if (search_index_put(index, &doc, NULL, NULL, &err) != ST_OK)
		die(&err);
}

static void
keep_writing(struct search_index *index)
{
	struct err err = ERR_INIT;
	int64_t record = 0, left;
	long round;
	int i;

	for (round = 1; round < ROUNDS_MAX && monotonic_us() < until_us; round++) {
		began_us[round] = monotonic_us();
		for (i = 0; i < BATCH; i++)
			put(index, 1 + record++ % RECORDS, round);
		atomic_store(&rounds, round);
		if (search_index_commit(index, round, &err) != ST_OK)
			die(&err);
		left = began_us[round] + commit_us - monotonic_us();
		if (left > 0)
			usleep((useconds_t)left);
	}
	search_index_close(index);
}

int
main(int argc, char **argv)
{
	pthread_t thread[READERS_MAX];
	struct search_index *index;
	struct err err = ERR_INIT;
	long readers, i;

	if (argc != 5 || (readers = strtol(argv[3], NULL, 10)) < 1 || readers > READERS_MAX) {
		fprintf(stderr, "usage: live WORK SECONDS READERS COMMIT_MS\n");
		return 64;
	}
	dir = argv[1];
	if (search_index_open(&index, dir, false, &err) != ST_OK)
		die(&err);
	commit_us = strtol(argv[4], NULL, 10) * 1000;
	until_us = monotonic_us() + strtol(argv[2], NULL, 10) * 1000000;
	for (i = 0; i < readers; i++)
		if (pthread_create(&thread[i], NULL, i == 0 ? read_newest : read_all, NULL) != 0)
			return 1;
	keep_writing(index);
	for (i = 0; i < readers; i++)
		(void)pthread_join(thread[i], NULL);
	printf("%ld commits of %d records, %ld searches by %ld readers, %ld errors\n",
	    atomic_load(&rounds), BATCH, atomic_load(&searches), readers, atomic_load(&errors));
	return atomic_load(&errors) != 0;
}
