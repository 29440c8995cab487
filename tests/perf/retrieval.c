/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * retrieval DATA WORK: how well the index finds what it should.  Each test collection in
 * DATA/retrieval is put into an index in WORK through search.h, one record a text, and asked its
 * questions as they are written and without diacritics.  Prints nDCG@10, recall@10, MRR@10 and
 * success@1 beside the floors of DATA/README.md, and leaves the runs (TREC form) in WORK for
 * rank-eval.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base.h"
#include "search.h"
#include "text.h"

#define TOP 10
#define LINE_LIMIT (64u << 20)

static const struct collection {
	const char *name, *corpus, *queries, *qrels;
	double floor[2]; /* as written, without diacritics; 0 = none stated */
} collections[] = {
	{ "vi-alqac", "vi-alqac/corpus.jsonl", "vi-alqac/queries.jsonl", "vi-alqac/qrels.tsv",
	    { .906, .826 } },
	{ "vi-uitreg", "vi-uitreg/corpus.jsonl", "vi-uitreg/queries.jsonl", "vi-uitreg/qrels.tsv",
	    { .920, 0 } },
	{ "vi-xquad", "vi-xquad/corpus.vi.jsonl", "vi-xquad/queries.vi.jsonl", "vi-xquad/qrels.tsv",
	    { .956, 0 } },
	{ "en-xquad", "vi-xquad/corpus.en.jsonl", "vi-xquad/queries.en.jsonl", "vi-xquad/qrels.tsv",
	    { 0, 0 } },
	{ "en-cranfield", "en-cranfield/corpus.jsonl", "en-cranfield/queries.jsonl",
	    "en-cranfield/qrels.tsv", { .338, 0 } },
};

/* A JSON-lines file as one array. */
static json_t *
load_lines(const char *dir, const char *name)
{
	struct strbuf path owned(strbuf_free) = STRBUF_INIT, text owned(strbuf_free) = STRBUF_INIT;
	struct err err = ERR_INIT;
	json_t *all = json_array();
	struct span rest, line;

	strbuf_addf(&path, "%s/retrieval/%s", dir, name);
	if (strbuf_read_file(&text, path.buf, LINE_LIMIT, &err) != ST_OK) {
		fprintf(stderr, "%s\n", err.msg);
		exit(status_info(err.status)->exit);
	}
	for (rest = strbuf_span(&text); rest.n > 0;) {
		line = span_cut(&rest, '\n');
		if (line.n > 0)
			json_array_append_new(all, json_loadb(line.p, line.n, 0, NULL));
	}
	return all;
}

static const char *
member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static void
die(const struct err *err)
{
	fprintf(stderr, "%s\n", err->msg);
	exit(status_info(err->status)->exit);
}

/* Title and text as one page; no field is used, so that only the text decides. */
static void
build(const char *dir, const json_t *corpus)
{
	struct search_index *index;
	struct err err = ERR_INIT;
	size_t i;

	if (search_index_open(&index, dir, true, &err) != ST_OK)
		die(&err);
	for (i = 0; i < json_array_size(corpus); i++) {
		const json_t *o = json_array_get(corpus, i);
		struct strbuf text owned(strbuf_free) = STRBUF_INIT;
		struct search_page page = { { NULL, 0 }, NULL };
		struct search_document doc = { .record = (int64_t)i + 1,
			.uid = member(o, "id"),
			.access_class = 1,
			.level = LEVEL_INTERNAL,
			.pages = &page,
			.page_count = 1 };

		strbuf_addf(&text, "%s\n\n%s", member(o, "title"), member(o, "text"));
		page.text = strbuf_span(&text);
		if (search_index_put(index, &doc, NULL, NULL, &err) != ST_OK)
			die(&err);
	}
	if (search_index_commit(index, (int64_t)i, &err) != ST_OK)
		die(&err);
	search_index_close(index);
}

struct figures {
	double ndcg, recall, mrr, first;
	size_t queries, relaxed;
	double total;
	int64_t us;
};

/* Gain of each corpus number for a query: qrels {qid: {docid: rel}}. */
static double
ideal_gain(const json_t *relevant)
{
	double gains[1024], sum = 0;
	const char *key;
	json_t *value;
	size_t n = 0, i, k;

	json_object_foreach((json_t *)(uintptr_t)relevant, key,
	    value) if (json_integer_value(value) > 0 && n < 1024) gains[n++] =
	    (double)json_integer_value(value);
	for (i = 0; i < n && i < TOP; i++) {
		for (k = i + 1; k < n; k++)
			if (gains[k] > gains[i]) {
				double t = gains[i];

				gains[i] = gains[k];
				gains[k] = t;
			}
		sum += gains[i] / log2((double)i + 2);
	}
	return sum;
}

static size_t
relevant_count(const json_t *relevant)
{
	const char *key;
	json_t *value;
	size_t n = 0;

	json_object_foreach((json_t *)(uintptr_t)relevant, key, value) n +=
	    json_integer_value(value) > 0;
	return n;
}

static void
score(
    struct figures *f, const json_t *relevant, const json_t *corpus, const struct search_result *r)
{
	double gain, ndcg = 0;
	size_t i, good = 0;

	for (i = 0; i < r->count && i < TOP; i++) {
		const char *id =
		    member(json_array_get(corpus, (size_t)r->hits[i].record - 1), "id");

		gain = (double)json_integer_value(json_object_get(relevant, id));
		if (gain <= 0)
			continue;
		if (good++ == 0)
			f->mrr += 1 / (double)(i + 1);
		f->first += i == 0;
		ndcg += gain / log2((double)i + 2);
	}
	f->ndcg += ndcg / ideal_gain(relevant);
	f->recall += (double)good / (double)relevant_count(relevant);
	f->queries++;
	f->relaxed += r->relaxed;
	f->total += (double)r->total;
}

static json_t *
load_qrels(const char *dir, const char *name)
{
	struct strbuf path owned(strbuf_free) = STRBUF_INIT;
	char qid[128], doc[128];
	json_t *all = json_object(), *one;
	int rel;
	FILE *f;

	strbuf_addf(&path, "%s/retrieval/%s", dir, name);
	if ((f = fopen(path.buf, "r")) == NULL) {
		perror(path.buf);
		exit(1);
	}
	while (fscanf(f, "%127s %*s %127s %d", qid, doc, &rel) == 3) {
		if ((one = json_object_get(all, qid)) == NULL)
			json_object_set_new(all, qid, one = json_object());
		json_object_set_new(one, doc, json_integer(rel));
	}
	fclose(f);
	return all;
}

static void
ask(struct search_reader *reader, const char *text, const json_t *relevant, const json_t *corpus,
    const char *qid, FILE *run, struct figures *f)
{
	static const uint64_t classes[1] = { 2 };
	struct access access = { .principal = 1, .clearance = LEVEL_INTERNAL, .words = 1 };
	struct search_request request = { .limit = TOP };
	struct search_result *result;
	struct search_query *query;
	struct err err = ERR_INIT;
	int64_t start = monotonic_us();
	size_t i;

	access.bits[PERM_READ] = classes;
	query = search_query_new(span_of(text));
	if (search_run(reader, query, &access, &request, &result, &err) != ST_OK)
		die(&err);
	f->us += monotonic_us() - start;
	for (i = 0; i < result->count; i++)
		fprintf(run, "%s Q0 %s %zu %zu tangthu\n", qid,
		    member(json_array_get(corpus, (size_t)result->hits[i].record - 1), "id"), i + 1,
		    1000 - i);
	score(f, relevant, corpus, result);
	search_result_free(result);
	search_query_free(query);
}

static void
ask_all(
    const struct collection *c, bool bare, const char *data, const char *dir, const json_t *corpus)
{
	struct strbuf path owned(strbuf_free) = STRBUF_INIT;
	json_t *queries = load_lines(data, c->queries), *qrels = load_qrels(data, c->qrels);
	struct search_reader *reader;
	struct figures f = { 0 };
	struct err err = ERR_INIT;
	FILE *run;
	size_t i;

	strbuf_addf(&path, "%s.%s.run", dir, bare ? "bare" : "written");
	if ((run = fopen(path.buf, "w")) == NULL || search_reader_open(&reader, dir, &err) != ST_OK)
		die(&err);
	for (i = 0; i < json_array_size(queries); i++) {
		const json_t *q = json_array_get(queries, i);
		const json_t *relevant = json_object_get(qrels, member(q, "id"));
		struct strbuf text owned(strbuf_free) = STRBUF_INIT;

		if (relevant == NULL || relevant_count(relevant) == 0)
			continue;
		if (bare)
			text_fold(span_of(member(q, "text")), true, &text);
		else
			strbuf_add_str(&text, member(q, "text"));
		ask(reader, text.buf, relevant, corpus, member(q, "id"), run, &f);
	}
	printf("%-13s %-8s %5zu  %.4f  %.4f  %.4f  %.4f", c->name, bare ? "bare" : "written",
	    f.queries, f.ndcg / (double)f.queries, f.recall / (double)f.queries,
	    f.mrr / (double)f.queries, f.first / (double)f.queries);
	if (c->floor[bare] > 0)
		printf("  %.3f %s", c->floor[bare],
		    f.ndcg / (double)f.queries >= c->floor[bare] ? "ok" : "BELOW");
	else
		printf("      -   ");
	printf("  %7.1f %6zu %8.0f\n", f.total / (double)f.queries, f.relaxed,
	    (double)f.us / (double)f.queries);
	search_reader_close(reader);
	fclose(run);
	json_decref(queries);
	json_decref(qrels);
}

int
main(int argc, char **argv)
{
	size_t i;

	if (argc != 3) {
		fprintf(stderr, "usage: retrieval DATA WORK\n");
		return 64;
	}
	printf("%-13s %-8s %5s  %-6s  %-6s  %-6s  %-6s  %-8s  %7s %6s %8s\n", "set", "form", "n",
	    "nDCG", "R@10", "MRR", "S@1", "floor", "total", "relax", "us");
	for (i = 0; i < sizeof collections / sizeof collections[0]; i++) {
		const struct collection *c = &collections[i];
		json_t *corpus = load_lines(argv[1], c->corpus);
		struct strbuf dir owned(strbuf_free) = STRBUF_INIT;

		strbuf_addf(&dir, "%s/%s", argv[2], c->name);
		if (mkdir(dir.buf, 0700) != 0 && errno != EEXIST) {
			perror(dir.buf);
			return 1;
		}
		build(dir.buf, corpus);
		ask_all(c, false, argv[1], dir.buf, corpus);
		ask_all(c, true, argv[1], dir.buf, corpus);
		json_decref(corpus);
	}
	return 0;
}
