/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search_loop ARCHIVE ROUNDS HOW PERSON < queries: each query (a line of plain words) ROUNDS times in one
 * thread with the rights of PERSON; prints wall and CPU microseconds of each call, one call a line.
 * HOW is a rung of what the server does for a search, each with all below it:
 *
 * bare	xap_search() with the query's folded words as terms and nothing else: no query language, no
 *	facets, no bigrams, no pages.  This is what a search costs below everything that is ours.
 * parse	search_query_new() and the synonyms, no search
 * match	and search_run() without facets
 * core	with facets
 * checked	retrieval_run(): hits re-checked in the catalogue, dossiers named
 * text	and the text of each hit's best page read
 * snippets	and the snippet cut and marked
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "access.h"
#include "arena.h"
#include "base.h"
#include "conf.h"
#include "derived.h"
#include "principal.h"
#include "retrieval.h"
#include "store.h"
#include "synonym.h"
#include "text.h"
#include "xap.h"

#define TERMS_MAX 32
#define LIMIT 10
#define SNIPPET_CHARS 280 /* as the server cuts them */

enum how { BARE, PARSE, MATCH, CORE, CHECKED, TEXT, SNIPPETS, HOW_COUNT };
static const char *const how_name[HOW_COUNT] = { "bare", "parse", "match", "core", "checked",
	"text", "snippets" };

struct bench {
	enum how how;
	struct conf *conf;
	struct catalog *catalog;
	struct access *access;
	struct store *store;
	struct derived *derived;
	struct xap_reader *bare;
	struct search_reader *reader;
};

/* The words as terms of the folded layer ("F"), each once. */
static size_t
terms_of(struct arena *arena, const char *query, const struct xap_node **node)
{
	struct text_scan scan;
	struct text_word word;
	size_t n = 0;

	text_scan_init(&scan, span_of(query));
	while (n < TERMS_MAX && text_next(&scan, &word)) {
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
	const struct xap_node *node[TERMS_MAX];
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
read_texts(const struct retrieval *r, const struct retrieval_answer *answer, struct arena *arena,
    struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < answer->count; i++) {
		struct page_text text owned(page_text_end) = { 0 };
		uint32_t page = answer->hits[i].found->best_page;

		st = page_text_of_record(&r->from, answer->hits[i].record->id, page ? page : 1,
		    PAGE_TEXT_NEWEST, arena, &text, err);
	}
	return st;
}

static enum status
run_retrieval(const struct bench *b, const struct search_query *query,
    const struct search_request *request, struct err *err)
{
	struct retrieval r = { { b->catalog, b->store, b->derived }, b->reader };
	struct arena *arena owned(arena_freep) = arena_new();
	struct retrieval_answer answer = { 0 };
	enum status st = retrieval_run(&r, b->access, query, request,
	    b->how == SNIPPETS ? SNIPPET_CHARS : 0, arena, &answer, err);

	if (st == ST_OK && b->how == TEXT)
		st = read_texts(&r, &answer, arena, err);
	retrieval_answer_end(&answer);
	return st;
}

static enum status
run_core(const struct bench *b, const char *text, struct err *err)
{
	struct search_query *query owned(search_query_freep) = search_query_new(span_of(text));
	struct search_result *result owned(search_result_freep) = NULL;
	struct search_request request = { .limit = LIMIT,
		.facets = b->how == MATCH ? 0 : SEARCH_FACETS_ALL };
	enum status st = synonym_expand(b->catalog, query, err);

	if (st != ST_OK || b->how == PARSE)
		return st;
	if (b->how >= CHECKED)
		return run_retrieval(b, query, &request, err);
	return search_run(b->reader, query, b->access, &request, &result, err);
}

static enum status
open_index(struct bench *b, const char *dir, struct err *err)
{
	owned(strbuf_free) struct strbuf index = STRBUF_INIT, open = STRBUF_INIT,
					 closed = STRBUF_INIT;
	struct xap_shard shard[2];

	strbuf_addf(&index, "%s/index", dir);
	if (b->how != BARE)
		return search_reader_open(&b->reader, index.buf, err);
	strbuf_addf(&open, "%s/open", index.buf);
	strbuf_addf(&closed, "%s/closed", index.buf);
	shard[0] = (struct xap_shard){ open.buf, LEVEL_PUBLIC };
	shard[1] = (struct xap_shard){ closed.buf, LEVEL_CLOSED_INDEX };
	return xap_reader_open(&b->bare, shard, 2, err);
}

static enum status
open_archive(struct bench *b, const char *dir, const char *person, struct err *err)
{
	struct arena *arena owned(arena_freep) = arena_new();
	struct principal who;
	enum status st;

	if ((st = conf_load(&b->conf, dir, err)) != ST_OK ||
	    (st = catalog_open(&b->catalog, b->conf, CATALOG_READ, err)) != ST_OK ||
	    (st = principal_by_name(b->catalog, person, arena, &who, err)) != ST_OK ||
	    (st = access_load(&b->access, b->catalog, who.id, err)) != ST_OK ||
	    (st = store_open(&b->store, b->conf, err)) != ST_OK ||
	    (st = derived_open(&b->derived, b->conf, err)) != ST_OK)
		return st;
	return open_index(b, dir, err);
}

static void
close_archive(struct bench *b)
{
	xap_reader_close(b->bare);
	search_reader_close(b->reader);
	derived_close(b->derived);
	store_close(b->store);
	access_free(b->access);
	catalog_close(b->catalog);
	conf_free(b->conf);
}

static int64_t
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum status
line_run(const struct bench *b, const char *line, long rounds, struct err *err)
{
	enum status st = ST_OK;

	for (; rounds > 0 && st == ST_OK; rounds--) {
		int64_t start = monotonic_us(), cpu = cpu_us();

		st = b->how == BARE ? run_bare(b->bare, b->access, line, err)
				    : run_core(b, line, err);
		printf("%lld %lld\n", (long long)(monotonic_us() - start),
		    (long long)(cpu_us() - cpu));
	}
	return st;
}

int
main(int argc, char **argv)
{
	struct bench b = { .how = BARE };
	struct err err = ERR_INIT;
	enum status st;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (argc == 5 && b.how < HOW_COUNT && strcmp(argv[3], how_name[b.how]) != 0)
		b.how++;
	if (argc != 5 || b.how == HOW_COUNT) {
		fputs("usage: search_loop ARCHIVE ROUNDS HOW PERSON < queries\n", stderr);
		return 64;
	}
	st = open_archive(&b, argv[1], argv[4], &err);
	while (st == ST_OK && (n = getline(&line, &size, stdin)) > 0) {
		line[n - 1] = line[n - 1] == '\n' ? 0 : line[n - 1];
		st = line_run(&b, line, strtol(argv[2], NULL, 10), &err);
	}
	free(line);
	close_archive(&b);
	if (st != ST_OK)
		fprintf(stderr, "search_loop: %s\n", err.msg);
	return status_info(st)->exit;
}
