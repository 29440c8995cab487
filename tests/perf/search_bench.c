/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search_bench make INDEX DOCUMENTS PAGES TSV QUERIES < text
 *	Makes an index of DOCUMENTS records with PAGES pages each out of the lines of a text, the same
 *	ones at every run, writes them to TSV (id, yyyymmdd, type, issuer, class, text) for other
 *	engines, and QUERIES (class, words).  Prints pages a second of CPU, memory and megabytes.
 * search_bench run INDEX ROUNDS ALLOWED [free] < QUERIES
 *	Runs each query ROUNDS times as xap_search() with the toned, folded and bigram terms that the
 *	query language makes of it; prints class, microseconds and hits of each call.  ALLOWED: classes
 *	of 1000 that may be read.  free: as one who may read all, for the cost of rights.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base.h"
#include "search.h"

#define CLASSES 1000
#define PAGE_BYTES 2600
#define SENTENCE_MIN 40
#define COMMIT_PAGES 100

static uint64_t seed = 1;

static unsigned
dice(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

static double
cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

struct text {
	char **line;
	size_t count;
};

static struct text
read_text(FILE *in)
{
	struct text t = { NULL, 0 };
	size_t alloc = 0, size = 0;
	char *line = NULL;
	ssize_t n;

	while ((n = getline(&line, &size, in)) > 0) {
		while (n > 0 && strchr("\r\n\t ", line[n - 1]) != NULL)
			line[--n] = '\0';
		if (n < SENTENCE_MIN || strchr(line, '\t') != NULL)
			continue;
		if (t.count == alloc) {
			alloc = alloc ? 2 * alloc : 1024;
			t.line = xrealloc(t.line, alloc * sizeof(*t.line));
		}
		t.line[t.count++] = xstrdup(line);
	}
	free(line);
	return t;
}

/* Mostly running text, some sentences from anywhere, one odd word in eighty as OCR makes them. */
static void
make_page(const struct text *t, size_t *at, struct strbuf *out)
{
	strbuf_reset(out);
	while (out->len < PAGE_BYTES) {
		const char *line = t->line[dice(4) ? (*at)++ % t->count : dice((unsigned)t->count)];

		strbuf_add_str(out, line);
		strbuf_addf(out, " %u ", dice(100000));
		if (dice(4) == 0)
			strbuf_addf(out, "x%c%c%u ", 'a' + dice(26), 'a' + dice(26), dice(3000));
	}
}

struct making {
	struct search_index *index;
	struct text text;
	FILE *tsv;
	size_t pages, at;
	double started;
};

static const char *const types[] = { "QĐ", "CV", "BC", "KH", "TB", "TTr", "HD", "BB" };

static enum status
make_record(struct making *m, int64_t id, struct err *err)
{
	struct search_page page[64];
	struct strbuf text[64];
	struct search_document d = { .record = id, .uid = "u", .level = 1, .state = "declared" };
	char date[16], issuer[32];
	int64_t dossier = 1 + dice(500);
	unsigned year = 2000 + dice(25), month = 1 + dice(12), day = 1 + dice(28), i;
	enum status st;

	m->at = dice((unsigned)m->text.count);
	for (i = 0; i < m->pages; i++) {
		text[i] = (struct strbuf)STRBUF_INIT;
		make_page(&m->text, &m->at, &text[i]);
		page[i] = (struct search_page){ strbuf_span(&text[i]), "vi" };
	}
	snprintf(date, sizeof(date), "%04u-%02u-%02u", year, month, day);
	snprintf(issuer, sizeof(issuer), "Cơ quan %u", dice(40));
	d.access_class = dice(CLASSES);
	d.field[FIELD_TYPE].value = span_of(types[dice(8)]);
	d.field[FIELD_ISSUED].value = span_of(date);
	d.field[FIELD_ISSUER].value = span_of(issuer);
	d.dossiers = &dossier;
	d.dossier_count = 1;
	d.pages = page;
	d.page_count = m->pages;
	fprintf(m->tsv, "%lld\t%04u%02u%02u\t%.*s\t%s\t%lld\t", (long long)id, year, month, day,
	    SPAN_ARG(d.field[FIELD_TYPE].value), issuer, (long long)d.access_class);
	for (i = 0; i < m->pages; i++)
		fputs(text[i].buf, m->tsv);
	fputc('\n', m->tsv);
	m->started -= cpu_seconds();
	st = search_index_put(m->index, &d, NULL, NULL, err);
	if (st == ST_OK && search_index_pending(m->index) >= COMMIT_PAGES)
		st = search_index_commit(m->index, id, err);
	m->started += cpu_seconds();
	for (i = 0; i < m->pages; i++)
		strbuf_free(&text[i]);
	return st;
}

/* Words that stand together somewhere in the text, by the class of query. */
static void
write_queries(const struct text *t, FILE *out, unsigned count)
{
	static const struct {
		const char *name;
		unsigned words;
	} classes[] = { { "word", 1 }, { "and", 2 }, { "or", 3 }, { "phrase", 3 }, { "prefix", 1 },
		{ "rights", 2 }, { "range", 2 }, { "facets", 1 }, { "newest", 1 }, { "pages", 2 } };
	char word[8][64];
	size_t c;
	unsigned i, n;

	for (c = 0; c < sizeof(classes) / sizeof(classes[0]); c++)
		for (i = 0; i < count; i++) {
			const char *line = t->line[dice((unsigned)t->count)];

			for (n = 0; n < 8 && sscanf(line, "%63[^ ,.;:()\"/-]", word[n]) == 1; n++) {
				line += strlen(word[n]);
				line += strspn(line, " ");
				if (*line == '\0' || strchr(",.;:()\"/-", *line))
					break;
			}
			if (n < 4) {
				i--;
				continue;
			}
			fprintf(out, "%s\t", classes[c].name);
			for (n = 0; n < classes[c].words; n++)
				fprintf(out, "%s%s", n ? " " : "", word[1 + n]);
			fputc('\n', out);
		}
}

static enum status
make(char **argv, struct err *err)
{
	struct making m = { .pages = strtoul(argv[4], NULL, 10) };
	long documents = strtol(argv[3], NULL, 10), id;
	FILE *queries = fopen(argv[6], "w");
	struct rusage usage;
	enum status st;

	m.tsv = fopen(argv[5], "w");
	if (m.tsv == NULL || queries == NULL || m.pages < 1 || m.pages > 64)
		return fail(err, ST_INVALID, "files or number of pages");
	m.text = read_text(stdin);
	if (m.text.count < 100)
		return fail(err, ST_INVALID, "too little text");
	if ((st = search_index_open(&m.index, argv[2], true, err)))
		return st;
	for (id = 1; st == ST_OK && id <= documents; id++)
		st = make_record(&m, id, err);
	m.started -= cpu_seconds();
	if (st == ST_OK)
		st = search_index_commit(m.index, documents, err);
	m.started += cpu_seconds();
	search_index_close(m.index);
	write_queries(&m.text, queries, 60);
	fclose(queries);
	fclose(m.tsv);
	getrusage(RUSAGE_SELF, &usage);
	printf("%ld documents of %zu pages: %.0f pages a CPU second, %ld MB\n", documents, m.pages,
	    (double)documents * (double)m.pages / m.started, usage.ru_maxrss / 1024);
	return st;
}

/* --- run --- */

/* The class of query as one of ours. */
static void
say(const char *class, const char *words, struct strbuf *out)
{
	struct span rest = span_of(words);
	bool first = true;

	strbuf_reset(out);
	if (strcmp(class, "phrase") == 0)
		strbuf_addf(out, "\"%s\"", words);
	else if (strcmp(class, "prefix") == 0) { /* two letters */
		size_t n = 0, letters = 0;

		while (letters < 2 && words[n] != '\0')
			for (n++, letters++; (words[n] & 0xc0) == 0x80;)
				n++;
		strbuf_addf(out, "%.*s*", (int)n, words);
	} else
		while (rest.n > 0) {
			struct span word = span_cut(&rest, ' ');

			strbuf_addf(out, "%s%.*s",
			    first		      ? ""
				: strcmp(class, "or") ? " "
						      : " OR ",
			    SPAN_ARG(word));
			first = false;
		}
}

static enum status
run_line(struct search_reader *reader, const struct access *access, const char *class,
    const char *words, long rounds, struct err *err)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT;
	struct search_request request = { .limit = 10 };
	struct search_query *query owned(search_query_freep) = NULL;
	enum status st = ST_OK;

	say(class, words, &text);
	if (strcmp(class, "range") == 0)
		strbuf_add_str(&text, " date:2010-03-05..2014-09-17");
	if (strcmp(class, "facets") == 0)
		request.facets = 1u << SEARCH_TYPES | 1u << SEARCH_YEARS;
	if (strcmp(class, "newest") == 0)
		request.sort = SEARCH_NEWEST;
	query = search_query_new(strbuf_span(&text));
	for (; rounds > 0 && st == ST_OK; rounds--) {
		struct search_result *result owned(search_result_freep) = NULL;
		int64_t start = monotonic_us();

		if ((st = search_run(reader, query, access, &request, &result, err)))
			return st;
		printf(
		    "%s\t%lld\t%zu\n", class, (long long)(monotonic_us() - start), result->total);
	}
	return st;
}

static enum status
run(int argc, char **argv, struct err *err)
{
	struct search_reader *reader owned(search_reader_closep) = NULL;
	uint64_t all[CLASSES / 64 + 1], some[CLASSES / 64 + 1] = { 0 };
	struct access access = { .clearance = LEVEL_INTERNAL, .words = CLASSES / 64 + 1 };
	long rounds = strtol(argv[3], NULL, 10), allowed = strtol(argv[4], NULL, 10), i;
	bool everything = argc > 5;
	char line[1024], *words;
	enum status st;

	memset(all, 0xff, sizeof(all));
	for (i = 0; i < allowed && i < CLASSES; i++)
		some[i / 64] |= UINT64_C(1) << i % 64;
	if ((st = search_reader_open(&reader, argv[2], err)))
		return st;
	while (st == ST_OK && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if ((words = strchr(line, '\t')) == NULL)
			continue;
		*words++ = '\0';
		access.bits[PERM_READ] = strcmp(line, "rights") == 0 && !everything ? some : all;
		st = run_line(reader, &access, line, words, rounds, err);
	}
	return st;
}

int
main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	enum status st;

	if (argc == 7 && strcmp(argv[1], "make") == 0)
		st = make(argv, &err);
	else if (argc >= 5 && strcmp(argv[1], "run") == 0)
		st = run(argc, argv, &err);
	else
		st = fail(&err, ST_INVALID, "search_bench make|run ...");
	if (st != ST_OK)
		fprintf(stderr, "search_bench: %s\n", err.msg);
	return status_info(st)->exit;
}
