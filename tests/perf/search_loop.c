/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search_loop INDEX ROUNDS [bare|core] < queries: each query (a line of plain words) ROUNDS times in one
 * thread; prints the microseconds of each call, one a line.
 *
 * bare: xap_search() with the query's folded words as terms and nothing else: no query language, no
 *	facets, no bigrams, no pages.  This is what a search costs below everything that is ours.
 * core: search_query_new() and search_run() with facets, as the server calls them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "base.h"
#include "search.h"
#include "text.h"
#include "xap.h"

#define WORDS_MAX 32
#define LIMIT 20

/* Reads everything: a bitmap of ones for the classes there are. */
#define CLASS_WORDS 16

static uint64_t all_classes[CLASS_WORDS];

static struct access
access_all(void)
{
	struct access a = { .principal = 1,
		.clearance = LEVEL_CONFIDENTIAL,
		.until_us = INT64_MAX,
		.words = CLASS_WORDS };
	int p;

	memset(all_classes, 0xff, sizeof(all_classes));
	for (p = 0; p < PERM_COUNT; p++)
		a.bits[p] = all_classes;
	return a;
}

/* The words as terms of the folded layer ("F"), each once. */
static size_t
terms_of(struct arena *arena, const char *query, const struct xap_node **node)
{
	struct text_scan scan;
	struct text_word word;
	size_t n = 0;

	text_scan_init(&scan, span_of(query));
	while (n < WORDS_MAX && text_next(&scan, &word)) {
		struct xap_node *term = arena_alloc(arena, sizeof(*term));

		term->op = XAP_TERM;
		term->text = span_of(arena_printf(arena, "F%s", word.folded));
		node[n++] = term;
	}
	return n;
}

static enum status
run_bare(struct xap_reader *reader, const struct access *access, const char *query, struct err *err)
{
	struct arena *arena owned(arena_freep) = arena_new();
	struct xap_hits *hits owned(xap_hits_freep) = NULL;
	const struct xap_node *node[WORDS_MAX];
	struct xap_node rank = { .op = XAP_OR, .child = node };
	struct xap_request request = {
		.words = node, .rank = &rank, .k1 = 1.2, .b = 0.75, .limit = LIMIT
	};

	request.word_count = rank.count = terms_of(arena, query, node);
	request.least = (unsigned)(request.word_count > 3 ? (request.word_count * 3 + 3) / 4
							  : request.word_count);
	return xap_search(reader, access, &request, &hits, err);
}

static enum status
run_core(
    struct search_reader *reader, const struct access *access, const char *query, struct err *err)
{
	struct search_query *parsed owned(search_query_freep) = search_query_new(span_of(query));
	struct search_result *result owned(search_result_freep) = NULL;
	struct search_request request = { .limit = LIMIT, .facets = SEARCH_FACETS_ALL };

	return search_run(reader, parsed, access, &request, &result, err);
}

struct readers {
	struct xap_reader *bare;
	struct search_reader *core;
};

static enum status
readers_open(struct readers *r, const char *dir, int core, struct err *err)
{
	owned(strbuf_free) struct strbuf open = STRBUF_INIT, closed = STRBUF_INIT;
	struct xap_shard shard[2];

	if (core)
		return search_reader_open(&r->core, dir, err);
	strbuf_addf(&open, "%s/open", dir);
	strbuf_addf(&closed, "%s/closed", dir);
	shard[0] = (struct xap_shard){ open.buf, LEVEL_PUBLIC };
	shard[1] = (struct xap_shard){ closed.buf, LEVEL_CLOSED_INDEX };
	return xap_reader_open(&r->bare, shard, 2, err);
}

static enum status
line_run(
    struct readers *r, const struct access *access, const char *line, long rounds, struct err *err)
{
	enum status st = ST_OK;

	for (; rounds > 0 && st == ST_OK; rounds--) {
		int64_t start = monotonic_us();

		st = r->core != NULL ? run_core(r->core, access, line, err)
				     : run_bare(r->bare, access, line, err);
		printf("%lld\n", (long long)(monotonic_us() - start));
	}
	return st;
}

int
main(int argc, char **argv)
{
	struct access access = access_all();
	struct readers readers = { NULL, NULL };
	struct err err = ERR_INIT;
	enum status st;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (argc != 4 || (strcmp(argv[3], "bare") != 0 && strcmp(argv[3], "core") != 0)) {
		fputs("usage: search_loop INDEX ROUNDS bare|core < queries\n", stderr);
		return 64;
	}
	st = readers_open(&readers, argv[1], strcmp(argv[3], "core") == 0, &err);
	while (st == ST_OK && (n = getline(&line, &size, stdin)) > 0) {
		line[n - 1] = line[n - 1] == '\n' ? 0 : line[n - 1];
		st = line_run(&readers, &access, line, strtol(argv[2], NULL, 10), &err);
	}
	free(line);
	xap_reader_close(readers.bare);
	search_reader_close(readers.core);
	if (st != ST_OK)
		fprintf(stderr, "search_loop: %s\n", err.msg);
	return status_info(st)->exit;
}
