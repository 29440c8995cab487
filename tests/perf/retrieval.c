/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * retrieval DATA WORK [NAME=VALUE ...]: how well the index finds what it should.  Each test collection
 * in DATA/retrieval is put into an index in WORK through search.h and asked its questions
 *
 *	written	as they are
 *	bare	without diacritics
 *	typos	with a typing error in every eighth word
 *	ocr	as they are, against texts of which every twelfth word is misread
 *	ocrbare	the same without diacritics
 *
 * Prints nDCG@10, recall@10, MRR@10 and success@1 beside the floors and beside "plain": BM25 over
 * words alone (toned ones, folded ones for questions without diacritics; k1 1.2, b .75) on the same
 * texts and questions in the same run.  Then statute articles as pages of records of 1-40 pages, and
 * how often the rarer of two tones comes first when it was asked for.  Runs in TREC form stay in WORK
 * for rank-eval.  NAME=VALUE sets a weight of search_weights; set=NAME asks one collection only (records:
 * the articles as records of many pages); part=dev and part=test ask every other question, so that what
 * was chosen on the ones is reported on the others; keep=1 asks indexes that an earlier run left in WORK.
 */
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"
#include "noise.h"
#include "search.h"
#include "text.h"
#include "xap.h"

#define TOP 10
#define LINE_LIMIT (64u << 20)
#define TYPOS 125 /* of a thousand words */
#define MISREAD 83
#define PAGES_MAX 40 /* of a record */
#define GROUPINGS 5  /* ways of cutting the articles into records */
#define VARIANTS 200 /* rare tones asked for */

enum form { WRITTEN, BARE, TYPED, OCR, OCR_BARE, FORMS };

static const char *const form_names[FORMS] = { "written", "bare", "typos", "ocr", "ocrbare" };

static const struct collection {
	const char *name, *corpus, *queries, *qrels;
	double floor[2]; /* WRITTEN, BARE of data/README.md and issue; 0 = plain is the floor */
} collections[] = {
	{ "vi-alqac", "vi-alqac/corpus.jsonl", "vi-alqac/queries.jsonl", "vi-alqac/qrels.tsv",
	    { .920, .910 } },
	{ "vi-uitreg", "vi-uitreg/corpus.jsonl", "vi-uitreg/queries.jsonl", "vi-uitreg/qrels.tsv",
	    { .965, .960 } },
	{ "vi-xquad", "vi-xquad/corpus.vi.jsonl", "vi-xquad/queries.vi.jsonl", "vi-xquad/qrels.tsv",
	    { 0, 0 } },
	{ "en-xquad", "vi-xquad/corpus.en.jsonl", "vi-xquad/queries.en.jsonl", "vi-xquad/qrels.tsv",
	    { 0, 0 } },
	{ "en-cranfield", "en-cranfield/corpus.jsonl", "en-cranfield/queries.jsonl",
	    "en-cranfield/qrels.tsv", { 0, 0 } },
};
#define COLLECTIONS (sizeof collections / sizeof collections[0])

static const uint64_t classes[1] = { 2 };
static struct search_weights weights;
static const char *only = "", *part = "";
static bool keep;

static void
die(const struct err *err)
{
	fprintf(stderr, "%s\n", err->msg);
	exit(status_info(err->status)->exit);
}

static struct access
reader_of_everything(void)
{
	struct access access = { .principal = 1, .clearance = LEVEL_INTERNAL, .words = 1 };

	access.bits[PERM_READ] = classes;
	return access;
}

/* ------------------------------------------------------------------ collections */

struct set {
	const struct collection *c;
	json_t *corpus, *queries, *qrels;
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
	if (strbuf_read_file(&text, path.buf, LINE_LIMIT, &err) != ST_OK)
		die(&err);
	for (rest = strbuf_span(&text); rest.n > 0;) {
		line = span_cut(&rest, '\n');
		if (line.n > 0)
			json_array_append_new(all, json_loadb(line.p, line.n, 0, NULL));
	}
	return all;
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

static const char *
member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static struct set
set_load(const char *data, const struct collection *c)
{
	return (struct set){ c, load_lines(data, c->corpus), load_lines(data, c->queries),
		load_qrels(data, c->qrels) };
}

static void
set_free(struct set *s)
{
	json_decref(s->corpus);
	json_decref(s->queries);
	json_decref(s->qrels);
}

/* ------------------------------------------------------------------ index */

/* Title and text; no field is used, so that only the text decides. */
static void
text_of(const json_t *o, bool ocr, struct noise *noise, struct strbuf *out)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;

	strbuf_addf(&text, "%s\n\n%s", member(o, "title"), member(o, "text"));
	if (ocr)
		noise_read(noise, strbuf_span(&text), MISREAD, out);
	else
		strbuf_add_span(out, strbuf_span(&text));
}

/* Articles first, first + 1 ... as the pages of one record. */
static void
put(struct search_index *index, int64_t record, const json_t *corpus, size_t first, size_t count,
    bool ocr, struct noise *noise)
{
	struct strbuf text[PAGES_MAX] = { 0 };
	struct search_page page[PAGES_MAX] = { 0 };
	struct search_document doc = { .record = record,
		.uid = member(json_array_get(corpus, first), "id"),
		.access_class = 1,
		.level = LEVEL_PUBLIC,
		.pages = page,
		.page_count = count };
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < count; i++) {
		strbuf_init(&text[i]);
		text_of(json_array_get(corpus, first + i), ocr, noise, &text[i]);
		page[i].text = strbuf_span(&text[i]);
	}
	if (search_index_put(index, &doc, NULL, NULL, &err) != ST_OK)
		die(&err);
	for (i = 0; i < count; i++)
		strbuf_free(&text[i]);
}

static struct search_index *
index_new(const char *dir)
{
	struct search_index *index;
	struct err err = ERR_INIT;

	if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
		perror(dir);
		exit(1);
	}
	if (search_index_open(&index, dir, true, &err) != ST_OK)
		die(&err);
	return index;
}

static void
index_finish(struct search_index *index)
{
	struct err err = ERR_INIT;

	if (search_index_commit(index, 1, &err) != ST_OK)
		die(&err);
	search_index_close(index);
}

static bool
is_kept(const char *dir)
{
	struct strbuf path owned(strbuf_free) = STRBUF_INIT;

	strbuf_addf(&path, "%s/open", dir);
	return keep && access(path.buf, F_OK) == 0;
}

static void
build(const char *dir, const json_t *corpus, bool ocr)
{
	struct search_index *index;
	struct noise noise = { 20261126 };
	size_t i;

	if (is_kept(dir))
		return;
	index = index_new(dir);
	for (i = 0; i < json_array_size(corpus); i++)
		put(index, (int64_t)i + 1, corpus, i, 1, ocr, &noise);
	index_finish(index);
}

/* Records of 1 to 40 pages; starts[r] is the first article of record r + 1. */
static size_t
build_groups(const char *dir, const json_t *corpus, uint64_t seed, size_t *starts)
{
	struct search_index *index = is_kept(dir) ? NULL : index_new(dir);
	struct noise noise = { seed };
	size_t at = 0, count, all = json_array_size(corpus), n = 0;

	while (at < all) {
		count = 1 + noise_next(&noise, PAGES_MAX);
		if (count > all - at)
			count = all - at;
		starts[n++] = at;
		if (index != NULL)
			put(index, (int64_t)n, corpus, at, count, false, &noise);
		at += count;
	}
	starts[n] = all;
	if (index != NULL)
		index_finish(index);
	return n;
}

/* ------------------------------------------------------------------ figures */

struct figures {
	double ndcg, recall, mrr, first;
	size_t queries, relaxed;
	double total;
	int64_t us;
};

static double
gain_of(const json_t *relevant, const char *doc)
{
	return (double)json_integer_value(json_object_get(relevant, doc));
}

/* The gains of a perfect answer, best first; returns how many are relevant. */
static size_t
ideal_gain(const json_t *relevant, double *sum)
{
	double gains[1024];
	const char *key;
	json_t *value;
	size_t n = 0, i, k;

	*sum = 0;
	json_object_foreach((json_t *)(uintptr_t)relevant, key, value)
	{
		if (json_integer_value(value) <= 0 || n == 1024)
			continue;
		for (i = n++; i > 0 && gains[i - 1] < (double)json_integer_value(value); i--)
			gains[i] = gains[i - 1];
		gains[i] = (double)json_integer_value(value);
	}
	for (k = 0; k < n && k < TOP; k++)
		*sum += gains[k] / log2((double)k + 2);
	return n;
}

static void
score(struct figures *f, const json_t *relevant, const double *gain, size_t count)
{
	double ideal, ndcg = 0;
	size_t i, good = 0, all = ideal_gain(relevant, &ideal);

	for (i = 0; i < count && i < TOP; i++) {
		if (gain[i] <= 0)
			continue;
		if (good++ == 0)
			f->mrr += 1 / (double)(i + 1);
		f->first += i == 0;
		ndcg += gain[i] / log2((double)i + 2);
	}
	f->ndcg += ndcg / ideal;
	f->recall += (double)good / (double)all;
	f->queries++;
}

static void
print_figures(const char *name, const char *form, const struct figures *f)
{
	double n = (double)f->queries;

	printf("%-13s %-8s %5zu  %.4f  %.4f  %.4f  %.4f", name, form, f->queries, f->ndcg / n,
	    f->recall / n, f->mrr / n, f->first / n);
}

/* ------------------------------------------------------------------ asking */

static struct search_result *
ask(struct search_reader *reader, const char *text, struct figures *f)
{
	struct access access = reader_of_everything();
	struct search_request request = { .limit = TOP, .weights = &weights };
	struct search_result *result;
	struct search_query *query;
	struct err err = ERR_INIT;
	int64_t start = monotonic_us();

	query = search_query_new(span_of(text));
	if (search_run(reader, query, &access, &request, &result, &err) != ST_OK)
		die(&err);
	search_query_free(query);
	f->us += monotonic_us() - start;
	f->relaxed += result->relaxed;
	f->total += (double)result->total;
	return result;
}

static void
ask_ours(struct search_reader *reader, const struct set *s, const char *text, const char *qid,
    FILE *run, struct figures *f)
{
	struct search_result *r = ask(reader, text, f);
	const json_t *relevant = json_object_get(s->qrels, qid);
	double gain[TOP];
	size_t i;

	for (i = 0; i < r->count; i++) {
		const char *doc =
		    member(json_array_get(s->corpus, (size_t)r->hits[i].record - 1), "id");

		gain[i] = gain_of(relevant, doc);
		fprintf(run, "%s Q0 %s %zu %zu tangthu\n", qid, doc, i + 1, 1000 - i);
	}
	score(f, relevant, gain, r->count);
	search_result_free(r);
}

/* Any of the words, BM25, nothing else. */
static void
ask_plain(struct xap_reader *reader, const struct set *s, const char *text, const char *qid,
    bool folded, struct figures *f)
{
	struct arena *arena owned(arena_freep) = arena_new();
	struct xap_hits *hits owned(xap_hits_freep) = NULL;
	struct access access = reader_of_everything();
	const struct xap_node *node[SEARCH_WORDS_MAX];
	struct xap_node rank = { .op = XAP_OR, .child = node }, *term;
	struct xap_request request = {
		.words = node, .rank = &rank, .least = 1, .k1 = 1.2, .b = .75, .limit = TOP
	};
	const json_t *relevant = json_object_get(s->qrels, qid);
	struct err err = ERR_INIT;
	struct text_scan scan;
	struct text_word w;
	struct xap_hit hit;
	double gain[TOP];
	size_t i;

	text_scan_init(&scan, span_of(text));
	while (rank.count < SEARCH_WORDS_MAX && text_next(&scan, &w)) {
		term = arena_alloc(arena, sizeof *term);
		term->op = XAP_TERM;
		term->text = span_of(
		    arena_printf(arena, "%s%s", folded ? "F" : "B", folded ? w.folded : w.toned));
		node[rank.count++] = term;
	}
	request.word_count = rank.count;
	if (xap_search(reader, &access, &request, &hits, &err) != ST_OK)
		die(&err);
	for (i = 0; i < xap_hits_count(hits) && i < TOP; i++) {
		xap_hits_at(hits, i, &hit);
		gain[i] = gain_of(
		    relevant, member(json_array_get(s->corpus, (size_t)hit.record - 1), "id"));
	}
	score(f, relevant, gain, i);
}

/* The question in this form; false when nothing is relevant to it. */
static bool
question(const struct set *s, size_t i, enum form form, struct noise *noise, struct strbuf *text)
{
	const json_t *q = json_array_get(s->queries, i);
	double ideal;

	strbuf_reset(text);
	if (ideal_gain(json_object_get(s->qrels, member(q, "id")), &ideal) == 0)
		return false;
	if (form == TYPED) /* the same errors whichever part is asked */
		noise_type(noise, span_of(member(q, "text")), TYPOS, text);
	if (part[0] != '\0' && (i % 2 == 0) != (strcmp(part, "dev") == 0))
		return false;
	if (form == BARE || form == OCR_BARE)
		text_fold(span_of(member(q, "text")), true, text);
	else if (form != TYPED)
		strbuf_add_str(text, member(q, "text"));
	return true;
}

struct readers {
	struct search_reader *ours;
	struct xap_reader *plain;
};

static void
readers_open(struct readers *r, const char *dir)
{
	struct strbuf path owned(strbuf_free) = STRBUF_INIT;
	struct xap_shard shard;
	struct err err = ERR_INIT;

	strbuf_addf(&path, "%s/open", dir);
	shard = (struct xap_shard){ path.buf, LEVEL_PUBLIC };
	if (search_reader_open(&r->ours, dir, &err) != ST_OK ||
	    xap_reader_open(&r->plain, &shard, 1, &err) != ST_OK)
		die(&err);
}

static void
readers_close(struct readers *r)
{
	search_reader_close(r->ours);
	xap_reader_close(r->plain);
}

static void
print_row(const struct set *s, enum form form, const struct figures *f, const struct figures *p)
{
	double n = (double)f->queries, plain = p->ndcg / n, ours = f->ndcg / n;
	double floor = form <= BARE ? s->c->floor[form] : 0;

	if (floor == 0)
		floor = plain;
	print_figures(s->c->name, form_names[form], f);
	printf("  %.4f  %.4f %-5s  %7.1f %5zu %6.0f\n", plain, floor,
	    ours >= floor ? "ok" : "BELOW", f->total / n, f->relaxed, (double)f->us / n);
}

static void
ask_all(const struct set *s, enum form form, const char *dir)
{
	struct strbuf path owned(strbuf_free) = STRBUF_INIT, text owned(strbuf_free) = STRBUF_INIT;
	struct figures ours = { 0 }, plain = { 0 };
	struct noise noise = { 7 };
	struct readers readers;
	FILE *run;
	size_t i;

	strbuf_addf(&path, "%s.%s.run", dir, form_names[form]);
	if ((run = fopen(path.buf, "w")) == NULL) {
		perror(path.buf);
		exit(1);
	}
	readers_open(&readers, dir);
	for (i = 0; i < json_array_size(s->queries); i++) {
		const char *qid = member(json_array_get(s->queries, i), "id");

		if (!question(s, i, form, &noise, &text))
			continue;
		ask_ours(readers.ours, s, text.buf, qid, run, &ours);
		ask_plain(
		    readers.plain, s, text.buf, qid, form == BARE || form == OCR_BARE, &plain);
	}
	readers_close(&readers);
	fclose(run);
	print_row(s, form, &ours, &plain);
}

/* ------------------------------------------------------------------ records of many pages */

struct grouped {
	size_t *starts, count;
	double right_page;
};

static size_t
record_of(const struct grouped *g, size_t article)
{
	size_t r;

	for (r = 0; r + 1 < g->count && g->starts[r + 1] <= article; r++)
		;
	return r;
}

/* Which records hold what is relevant, in the form of qrels. */
static json_t *
relevant_records(const struct set *s, const struct grouped *g, const json_t *relevant)
{
	json_t *records = json_object();
	char name[24];
	size_t i;

	for (i = 0; i < json_array_size(s->corpus); i++) {
		if (gain_of(relevant, member(json_array_get(s->corpus, i), "id")) <= 0)
			continue;
		snprintf(name, sizeof name, "%zu", record_of(g, i) + 1);
		json_object_set_new(records, name, json_integer(1));
	}
	return records;
}

static void
ask_group(struct search_reader *reader, const struct set *s, struct grouped *g, const char *text,
    const json_t *relevant, struct figures *f)
{
	struct search_result *r = ask(reader, text, f);
	json_t *records = relevant_records(s, g, relevant);
	double gain[TOP];
	char name[24];
	size_t i;

	for (i = 0; i < r->count; i++) {
		snprintf(name, sizeof name, "%lld", (long long)r->hits[i].record);
		gain[i] = gain_of(records, name);
	}
	score(f, records, gain, r->count);
	if (r->count > 0 && r->hits[0].best_page > 0)
		g->right_page +=
		    gain_of(relevant,
			member(json_array_get(s->corpus,
				   g->starts[r->hits[0].record - 1] + r->hits[0].best_page - 1),
			    "id")) > 0;
	search_result_free(r);
	json_decref(records);
}

static void
ask_groups(
    const struct set *s, enum form form, const char *dir, struct grouped *g, struct figures *f)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct search_reader *reader;
	struct noise noise = { 7 };
	struct err err = ERR_INIT;
	size_t i;

	if (search_reader_open(&reader, dir, &err) != ST_OK)
		die(&err);
	for (i = 0; i < json_array_size(s->queries); i++) {
		const char *qid = member(json_array_get(s->queries, i), "id");

		if (question(s, i, form, &noise, &text))
			ask_group(reader, s, g, text.buf, json_object_get(s->qrels, qid), f);
	}
	search_reader_close(reader);
}

static void
measure_groups(const struct set *s, const char *work)
{
	struct strbuf dir owned(strbuf_free) = STRBUF_INIT;
	struct grouped g[2] = { { .count = 0 }, { .count = 0 } };
	struct figures f[2] = { { .queries = 0 }, { .queries = 0 } };
	uint64_t seed;
	int form;

	g[0].starts = xcalloc(json_array_size(s->corpus) + 1, sizeof(size_t));
	for (seed = 1; seed <= GROUPINGS; seed++) {
		strbuf_reset(&dir);
		strbuf_addf(&dir, "%s/groups-%d", work, (int)seed);
		g[0].count = build_groups(dir.buf, s->corpus, seed * 111, g[0].starts);
		g[1].count = g[0].count;
		g[1].starts = g[0].starts;
		for (form = WRITTEN; form <= BARE; form++)
			ask_groups(s, form, dir.buf, &g[form], &f[form]);
	}
	for (form = WRITTEN; form <= BARE; form++) {
		double n = (double)f[form].queries, page = g[form].right_page / n;

		print_figures("records 1-40", form_names[form], &f[form]);
		printf("  right page %.4f  floors .955 %s .85 %s  %.0f us\n", page,
		    f[form].ndcg / n >= .955 ? "ok" : "BELOW", page >= .85 ? "ok" : "BELOW",
		    (double)f[form].us / n);
	}
	free(g[0].starts);
}

/* ------------------------------------------------------------------ rare tones */

/* Two words next to each other as they are toned, and how many texts have them so. */
struct variant {
	char folded[TEXT_BIGRAM_MAX + 1], toned[TEXT_BIGRAM_MAX + 1];
	char source[128];
	unsigned texts, last;
};

struct variants {
	struct variant *v;
	size_t n, alloc;
	json_t *index; /* toned to number */
};

static void
variant_add(struct variants *all, const struct text_word *a, const struct text_word *b,
    struct span text, unsigned number)
{
	char toned[TEXT_BIGRAM_MAX + 1], folded[TEXT_BIGRAM_MAX + 1];
	struct variant *v;
	json_t *at;

	(void)text_bigram(
	    span_make(a->toned, a->toned_len), span_make(b->toned, b->toned_len), toned);
	(void)text_bigram(
	    span_make(a->folded, a->folded_len), span_make(b->folded, b->folded_len), folded);
	if ((at = json_object_get(all->index, toned)) == NULL) {
		if (b->end - a->start >= sizeof v->source)
			return;
		if (all->n == all->alloc) {
			all->alloc = all->alloc ? 2 * all->alloc : 1024;
			all->v = xrealloc(all->v, all->alloc * sizeof *all->v);
		}
		v = &all->v[all->n];
		memcpy(v->toned, toned, sizeof toned);
		memcpy(v->folded, folded, sizeof folded);
		memcpy(v->source, text.p + a->start, b->end - a->start);
		v->source[b->end - a->start] = '\0';
		v->texts = v->last = 0;
		json_object_set_new(all->index, toned, at = json_integer((json_int_t)all->n++));
	}
	v = &all->v[json_integer_value(at)];
	v->texts += v->last != number;
	v->last = number;
}

static void
list_variants(const json_t *corpus, struct variants *all)
{
	size_t i;

	for (i = 0; i < json_array_size(corpus); i++) {
		struct strbuf text owned(strbuf_free) = STRBUF_INIT;
		struct text_scan scan;
		struct text_word w[2];
		unsigned k = 0;

		text_of(json_array_get(corpus, i), false, NULL, &text);
		text_scan_init(&scan, strbuf_span(&text));
		for (; text_next(&scan, &w[k]); k = !k)
			if (!w[k].clause && w[!k].marked && w[k].marked)
				variant_add(
				    all, &w[!k], &w[k], strbuf_span(&text), (unsigned)i + 1);
	}
}

/* Is another spelling of the same letters in at least as many texts? */
static bool
is_rarer(const struct variants *all, const struct variant *v)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (&all->v[i] != v && all->v[i].texts >= v->texts &&
		    strcmp(all->v[i].folded, v->folded) == 0)
			return true;
	return false;
}

static bool
holds(const json_t *article, const char *toned)
{
	struct variants one = { .index = json_object() };
	json_t *corpus = json_array();
	bool found;

	json_array_append(corpus, (json_t *)(uintptr_t)article);
	list_variants(corpus, &one);
	found = json_object_get(one.index, toned) != NULL;
	json_decref(one.index);
	json_decref(corpus);
	free(one.v);
	return found;
}

static void
measure_tones(const struct set *s, const char *dir)
{
	struct variants all = { .index = json_object() };
	struct search_reader *reader;
	struct figures f = { 0 };
	struct err err = ERR_INIT;
	size_t i, k, asked = 0, first = 0, shown = 0, wanted = 0;

	list_variants(s->corpus, &all);
	if (search_reader_open(&reader, dir, &err) != ST_OK)
		die(&err);
	for (i = 0; i < all.n && asked < VARIANTS; i++) {
		struct search_result *r;
		size_t exact = 0;

		if (all.v[i].texts < 2 || !is_rarer(&all, &all.v[i]))
			continue;
		asked++;
		r = ask(reader, all.v[i].source, &f);
		for (k = 0; k < r->count; k++) {
			bool has = holds(json_array_get(s->corpus, (size_t)r->hits[k].record - 1),
			    all.v[i].toned);

			exact += has;
			first += k == 0 && has;
		}
		shown += exact;
		wanted += all.v[i].texts < TOP ? all.v[i].texts : TOP;
		search_result_free(r);
	}
	printf("rare tones    %zu asked: first hit exact %.4f, of the exact ones in the first ten "
	       "%.4f  floor .95 %s\n",
	    asked, (double)first / (double)asked, (double)shown / (double)wanted,
	    (double)first >= .95 * (double)asked ? "ok" : "BELOW");
	search_reader_close(reader);
	json_decref(all.index);
	free(all.v);
}

/* ------------------------------------------------------------------ main */

static const struct {
	const char *name;
	size_t offset;
	bool is_count;
} settings[] = {
#define SETTING(field, count) \
	{ \
#field, offsetof(struct search_weights, field), count \
	}
	SETTING(k1, false),
	SETTING(b, false),
	SETTING(other_tone, false),
	SETTING(bigram, false),
	SETTING(exact_pair, false),
	SETTING(misread, false),
	SETTING(rare, true),
	SETTING(number, false),
	SETTING(unread, false),
	SETTING(digits, false),
	SETTING(called, false),
	SETTING(depth, true),
	SETTING(record, false),
	SETTING(page_k1, false),
	SETTING(page_b, false),
	SETTING(other_page_b, false),
	SETTING(page_bigram, false),
	SETTING(page_exact_pair, false),
	SETTING(near, false),
	SETTING(near_window, true),
};

static bool
set_weight(const char *argument)
{
	size_t i, n;

	for (i = 0; i < sizeof settings / sizeof settings[0]; i++) {
		n = strlen(settings[i].name);
		if (strncmp(argument, settings[i].name, n) != 0 || argument[n] != '=')
			continue;
		if (settings[i].is_count)
			*(unsigned *)((char *)&weights + settings[i].offset) =
			    (unsigned)strtoul(argument + n + 1, NULL, 10);
		else
			*(double *)((char *)&weights + settings[i].offset) =
			    strtod(argument + n + 1, NULL);
		return true;
	}
	return false;
}

static void
measure(const char *data, const char *work, const struct collection *c)
{
	struct strbuf dir owned(strbuf_free) = STRBUF_INIT, ocr owned(strbuf_free) = STRBUF_INIT;
	struct set s = set_load(data, c);
	enum form form;

	strbuf_addf(&dir, "%s/%s", work, c->name);
	strbuf_addf(&ocr, "%s/%s-misread", work, c->name);
	build(dir.buf, s.corpus, false);
	build(ocr.buf, s.corpus, true);
	for (form = strcmp(only, "records") == 0 ? FORMS : WRITTEN; form < FORMS; form++)
		if (strncmp(c->name, "en-", 3) != 0 || (form != BARE && form != OCR_BARE))
			ask_all(&s, form, form < OCR ? dir.buf : ocr.buf);
	if (c == &collections[0]) {
		measure_groups(&s, work);
		measure_tones(&s, dir.buf);
	}
	set_free(&s);
}

int
main(int argc, char **argv)
{
	size_t i;

	weights = *search_weights();
	for (i = 3; i < (size_t)(argc > 0 ? argc : 0); i++)
		if (strncmp(argv[i], "set=", 4) == 0)
			only = argv[i] + 4;
		else if (strncmp(argv[i], "part=", 5) == 0)
			part = argv[i] + 5;
		else if (strcmp(argv[i], "keep=1") == 0)
			keep = true;
		else if (!set_weight(argv[i]))
			argc = 0;
	if (argc < 3) {
		fprintf(stderr,
		    "usage: retrieval DATA WORK [set=NAME] [part=dev|test] [keep=1] [WEIGHT=VALUE "
		    "...]\n");
		return 64;
	}
	printf("%-13s %-8s %5s  %-6s  %-6s  %-6s  %-6s  %-6s  %-12s  %7s %5s %6s\n", "set", "form",
	    "n", "nDCG", "R@10", "MRR", "S@1", "plain", "floor", "total", "relax", "us");
	for (i = 0; i < COLLECTIONS; i++)
		if (only[0] == '\0' || strcmp(only, collections[i].name) == 0 ||
		    (i == 0 && strcmp(only, "records") == 0))
			measure(argv[1], argv[2], &collections[i]);
	return 0;
}
