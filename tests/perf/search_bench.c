/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * search_bench text DOCUMENTS PAGES QUERIES TSV < text
 *	Makes DOCUMENTS records with PAGES pages each out of the lines of a text, the same ones at every
 *	run, into TSV (id, yyyymmdd, type, issuer, class, text) for all engines, where each page ends
 *	into TSV.pages, and to TSV.queries QUERIES queries of each class (class, words).
 * search_bench make INDEX TSV PARTS [DOCUMENTS [LAYERS]]
 *	The index of all of them, or of the first DOCUMENTS, as a rebuild makes it: PARTS, one a core at a
 *	time, then compacted into one.  LAYERS leaves out all layers of text but these: t(oned) f(olded) b(igrams)
 *	n(eighbours without weight).  Prints pages a second and a CPU second, memory and sizes.
 * search_bench run INDEX TSV ROUNDS ALLOWED [all] < QUERIES (a file)
 *	Runs all queries ROUNDS times with the toned, folded and bigram terms that the query language
 *	makes of it; prints class, number of the query, microseconds and hits of each call and a digest
 *	of the ten best, their pages and the facets, to compare two programs by.  ALLOWED: classes of
 *	1000 that may be read, spread among them, in queries of the class "rights"; all: in every query.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base.h"
#include "search.h"
#include "xap.h"

#define CLASSES 1000
#define PAGE_BYTES 2600
#define SENTENCE_MIN 40
#define COMMIT_PAGES 100 /* as indexer/drain.c */
#define PAGES_MAX 64
#define PARTS_MAX 64
#define SNIPPET_CHARS 280 /* as the server cuts them */

static uint64_t seed = 1;

static unsigned
dice(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

/* --- text --- */

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
		if (n < SENTENCE_MIN || strpbrk(line, "\t\\") != NULL)
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

/*
 * Mostly running text, some sentences from anywhere, and of a hundred words about one number and one
 * misread word that stand nowhere else.
 */
static void
make_page(const struct text *t, size_t *at, struct strbuf *out)
{
	size_t end = out->len + PAGE_BYTES;

	while (out->len < end) {
		const char *line = t->line[dice(4) ? (*at)++ % t->count : dice((unsigned)t->count)];

		strbuf_add_str(out, line);
		strbuf_add_char(out, ' ');
		if (dice(4) == 0)
			strbuf_addf(out, "%u ", dice(100000));
		if (dice(4) == 0)
			strbuf_addf(out, "x%c%c%u ", 'a' + dice(26), 'a' + dice(26), dice(3000));
	}
}

static const char *const types[] = { "QĐ", "CV", "BC", "KH", "TB", "TTr", "HD", "BB" };

static void
write_record(const struct text *t, long id, unsigned long pages, FILE *tsv, FILE *ends)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	size_t at = dice((unsigned)t->count);
	uint32_t end;
	unsigned long i;

	fprintf(tsv, "%ld\t%u\t%s\tCơ quan %u\t%u\t", id,
	    (2000 + dice(25)) * 10000 + (1 + dice(12)) * 100 + 1 + dice(28), types[dice(8)],
	    dice(40), dice(CLASSES));
	for (i = 0; i < pages; i++) {
		make_page(t, &at, &text);
		end = (uint32_t)text.len;
		fwrite(&end, sizeof(end), 1, ends);
	}
	fprintf(tsv, "%.*s\n", (int)text.len, text.buf);
}

static bool
is_word(const char *s)
{
	if (*s == '\0' || strlen(s) > 20)
		return false;
	for (; *s != '\0'; s++) /* letters; no punctuation of the U+2000s */
		if ((*s & 0x80) == 0 ? (*s | 0x20) < 'a' || (*s | 0x20) > 'z'
				     : (unsigned char)*s == 0xe2)
			return false;
	return true;
}

/* Words 1..count of a line that stand together; false when it has not so many. */
static bool
pick_words(const char *line, unsigned count, char word[][64])
{
	for (unsigned n = 0; n <= count; n++) {
		if (sscanf(line, "%63[^ ]", word[n]) != 1 || !is_word(word[n]))
			return false;
		line += strlen(word[n]);
		line += strspn(line, " ");
	}
	return true;
}

/* Words that stand together somewhere in the text, by the class of query. */
static void
write_queries(const struct text *t, FILE *out, unsigned count)
{
	static const struct {
		const char *name;
		unsigned words;
	} classes[] = { { "word", 1 }, { "and", 2 }, { "or", 3 }, { "phrase", 3 }, { "prefix", 1 },
		{ "rights", 2 }, { "range", 2 }, { "facets", 1 }, { "newest", 1 },
		{ "snippets", 2 } };
	char word[8][64];
	size_t c;
	unsigned i, n;

	for (c = 0; c < sizeof(classes) / sizeof(classes[0]); c++)
		for (i = 0; i < count;) {
			if (!pick_words(t->line[dice((unsigned)t->count)], classes[c].words, word))
				continue;
			fprintf(out, "%s\t", classes[c].name);
			for (n = 0; n < classes[c].words; n++)
				fprintf(out, "%s%s", n ? " " : "", word[1 + n]);
			fputc('\n', out);
			i++;
		}
}

static FILE *
open_beside(const char *tsv, const char *ending, const char *mode)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;

	strbuf_addf(&path, "%s%s", tsv, ending);
	return fopen(path.buf, mode);
}

static enum status
text(char **argv, struct err *err)
{
	long documents = strtol(argv[2], NULL, 10), id;
	unsigned long pages = strtoul(argv[3], NULL, 10);
	FILE *tsv = fopen(argv[5], "w"), *ends = open_beside(argv[5], ".pages", "w"),
	     *queries = open_beside(argv[5], ".queries", "w");
	struct text t;
	uint32_t per_record = (uint32_t)pages;

	if (!tsv || !ends || !queries || pages < 1 || pages > PAGES_MAX)
		return fail(err, ST_INVALID, "files or number of pages");
	t = read_text(stdin);
	if (t.count < 100)
		return fail(err, ST_INVALID, "too little text");
	fwrite(&per_record, sizeof(per_record), 1, ends);
	for (id = 1; id <= documents; id++)
		write_record(&t, id, pages, tsv, ends);
	write_queries(&t, queries, (unsigned)strtoul(argv[4], NULL, 10));
	if (fclose(queries) + fclose(ends) + fclose(tsv) != 0)
		return fail_sys(err, "write %s", argv[5]);
	return ST_OK;
}

/* --- the texts again --- */

struct corpus {
	int fd;
	uint32_t pages; /* of each record */
	uint32_t *end;	/* of each page in the text of its record */
	uint64_t *line; /* where the line of each record begins; one more */
	size_t count;
};

static size_t
tab_after(const char *line, unsigned tabs)
{
	const char *at = line;

	while (tabs-- > 0)
		at = strchr(at, '\t') + 1;
	return (size_t)(at - line);
}

/* Lines are found by the lengths of their texts and the tabs before: nothing is read twice. */
static enum status
corpus_open(struct corpus *c, const char *tsv, struct err *err)
{
	FILE *ends = open_beside(tsv, ".pages", "r");
	char head[256] = "";
	struct stat st;
	size_t i, n;

	c->fd = open(tsv, O_RDONLY | O_CLOEXEC);
	if (c->fd < 0 || !ends || fstat(fileno(ends), &st) != 0 ||
	    fread(&c->pages, sizeof(c->pages), 1, ends) != 1)
		return fail_sys(err, "read %s", tsv);
	n = (size_t)st.st_size / sizeof(*c->end) - 1;
	c->count = n / c->pages;
	c->end = xcalloc(n + 1, sizeof(*c->end));
	c->line = xcalloc(c->count + 1, sizeof(*c->line));
	if (fread(c->end, sizeof(*c->end), n, ends) != n)
		return fail(err, ST_INVALID, "%s.pages ends too early", tsv);
	fclose(ends);
	for (i = 0; i < c->count; i++) {
		if (pread(c->fd, head, sizeof(head) - 1, (off_t)c->line[i]) <= 0)
			return fail_sys(err, "read %s", tsv);
		c->line[i + 1] =
		    c->line[i] + tab_after(head, 5) + c->end[(i + 1) * c->pages - 1] + 1;
	}
	return ST_OK;
}

/* The line of a record; its text begins at *body. */
static enum status
corpus_line(const struct corpus *c, size_t i, struct strbuf *out, size_t *body, struct err *err)
{
	size_t n = c->line[i + 1] - c->line[i];

	strbuf_reset(out);
	strbuf_grow(out, n + 1);
	if (pread(c->fd, out->buf, n, (off_t)c->line[i]) != (ssize_t)n)
		return fail_sys(err, "read the text of record %zu", i + 1);
	out->len = n - 1;
	out->buf[n - 1] = '\0';
	*body = tab_after(out->buf, 5);
	return ST_OK;
}

static struct span
corpus_page(const struct corpus *c, size_t i, size_t page, const char *body)
{
	const uint32_t *end = c->end + i * c->pages;
	uint32_t from = page > 0 ? end[page - 1] : 0;

	return span_make(body + from, end[page] - from);
}

/* --- make --- */

/*
 * The linker puts these between search_terms.c and xap.cc (-Wl,--wrap): a layer that is left out costs
 * nothing behind them.
 */
static const char *layers = "tfbn";

void __real_xap_add_term(struct xap_writer *, const char *prefix, struct span term, unsigned wdf);
void __real_xap_add_posting(
    struct xap_writer *, const char *prefix, struct span term, uint32_t position, unsigned wdf);
void __wrap_xap_add_term(struct xap_writer *, const char *prefix, struct span term, unsigned wdf);
void __wrap_xap_add_posting(
    struct xap_writer *, const char *prefix, struct span term, uint32_t position, unsigned wdf);

void
__wrap_xap_add_term(struct xap_writer *w, const char *prefix, struct span term, unsigned wdf)
{
	static const struct {
		const char *prefix;
		char layer;
	} known[] = { { "F", 'f' }, { "P", 'b' }, { "PX", 'n' } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(prefix, known[i].prefix) == 0 && !strchr(layers, known[i].layer))
			return;
	__real_xap_add_term(w, prefix, term, wdf);
}

void
__wrap_xap_add_posting(
    struct xap_writer *w, const char *prefix, struct span term, uint32_t position, unsigned wdf)
{
	if (strchr(layers, 't'))
		__real_xap_add_posting(w, prefix, term, position, wdf);
}

static enum status
put_record(struct search_index *index, const struct corpus *c, size_t i, struct strbuf *line,
    struct err *err)
{
	struct search_page page[PAGES_MAX];
	struct search_document d = { .uid = "u", .level = 1, .state = "declared", .pages = page };
	int64_t dossier = 1 + (int64_t)(i % 500);
	struct span head, day;
	enum status st;
	size_t body;
	char date[16];

	if ((st = corpus_line(c, i, line, &body, err)))
		return st;
	head = span_make(line->buf, body);
	(void)span_cut(&head, '\t');
	day = span_cut(&head, '\t');
	snprintf(date, sizeof(date), "%.4s-%.2s-%.2s", day.p, day.p + 4, day.p + 6);
	d.record = (int64_t)i + 1;
	d.field[FIELD_ISSUED].value = span_of(date);
	d.field[FIELD_TYPE].value = span_cut(&head, '\t');
	d.field[FIELD_ISSUER].value = span_cut(&head, '\t');
	if (!span_i64(span_cut(&head, '\t'), &d.access_class))
		return fail(err, ST_INVALID, "record %zu has no class", i + 1);
	d.dossiers = &dossier;
	d.dossier_count = 1;
	for (; d.page_count < c->pages; d.page_count++)
		page[d.page_count] =
		    (struct search_page){ corpus_page(c, i, d.page_count, line->buf + body), "vi" };
	return search_index_put(index, &d, NULL, NULL, err);
}

static enum status
make_part(const struct corpus *c, size_t from, size_t to, const char *dir, struct err *err)
{
	owned(strbuf_free) struct strbuf line = STRBUF_INIT;
	struct search_index *index = NULL;
	enum status st;

	if (mkdir(dir, 0700) != 0)
		return fail_sys(err, "make %s", dir);
	st = search_index_open(&index, dir, true, err);
	for (; st == ST_OK && from < to; from++) {
		st = put_record(index, c, from, &line, err);
		if (st == ST_OK && search_index_pending(index) >= COMMIT_PAGES)
			st = search_index_commit(index, 0, err);
	}
	if (st == ST_OK)
		st = search_index_commit(index, (int64_t)c->count, err);
	search_index_close(index);
	return st;
}

static double
seconds_of(struct timeval a, struct timeval b)
{
	return (double)(a.tv_sec + b.tv_sec) + (double)(a.tv_usec + b.tv_usec) / 1e6;
}

/*
 * Every part in a process of its own, as many at once as there are cores; their CPU seconds and memory.
 * A part that an earlier run finished is taken as it is.
 */
struct parts {
	const struct corpus *corpus;
	size_t documents, count, running;
	char dir[PARTS_MAX][512];
	size_t made; /* pages of this run */
	double cpu;
	long memory;
};

static void
part_start(struct parts *p, size_t i, struct err *err)
{
	size_t from = p->documents * i / p->count, to = p->documents * (i + 1) / p->count;
	owned(strbuf_free) struct strbuf done = STRBUF_INIT;
	enum status st;

	strbuf_addf(&done, "%s.done", p->dir[i]);
	if (access(done.buf, F_OK) == 0)
		return;
	p->made += (to - from) * p->corpus->pages;
	p->running++;
	fflush(NULL);
	if (fork() != 0)
		return;
	if ((st = tree_remove(p->dir[i], err)) == ST_OK)
		st = make_part(p->corpus, from, to, p->dir[i], err);
	if (st == ST_OK && close(creat(done.buf, 0600)) != 0)
		st = fail_sys(err, "make %s", done.buf);
	if (st != ST_OK)
		fprintf(stderr, "search_bench: %s\n", err->msg);
	_exit(st != ST_OK);
}

static enum status
make_parts(struct parts *p, struct err *err)
{
	size_t cores = (size_t)sysconf(_SC_NPROCESSORS_ONLN), i = 0;
	struct rusage usage;
	int told;

	while (i < p->count || p->running > 0) {
		if (i < p->count && p->running < cores) {
			part_start(p, i++, err);
			continue;
		}
		if (wait4(-1, &told, 0, &usage) < 0 || told != 0)
			return fail(err, ST_INTERNAL, "a part failed");
		p->running--;
		p->cpu += seconds_of(usage.ru_utime, usage.ru_stime);
		p->memory = usage.ru_maxrss > p->memory ? usage.ru_maxrss : p->memory;
	}
	return ST_OK;
}

static double
megabytes(const char *dir)
{
	static const char *const files[] = { "postlist", "position", "termlist", "docdata" };
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	struct stat st;
	double sum = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		strbuf_reset(&path);
		strbuf_addf(&path, "%s/open/%s.glass", dir, files[i]);
		if (stat(path.buf, &st) == 0)
			sum += (double)st.st_size / 1e6;
	}
	return sum;
}

static double
own_cpu(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return seconds_of(u.ru_utime, u.ru_stime);
}

static enum status
make(int argc, char **argv, struct err *err)
{
	static struct parts p;
	const char *from[PARTS_MAX];
	struct corpus c = { 0 };
	double loose = 0, pages, compacting;
	int64_t start = monotonic_us(), ended;
	enum status st;
	size_t i;

	layers = argc > 6 ? argv[6] : layers;
	p.count = strtoul(argv[4], NULL, 10);
	if (p.count < 1 || p.count > PARTS_MAX || strlen(argv[2]) > sizeof(p.dir[0]) - 16)
		return fail(err, ST_INVALID, "parts or path");
	if (mkdir(argv[2], 0700) != 0 && errno != EEXIST)
		return fail_sys(err, "make %s", argv[2]);
	if ((st = corpus_open(&c, argv[3], err)))
		return st;
	p.corpus = &c;
	p.documents = argc > 5 ? strtoul(argv[5], NULL, 10) : c.count;
	p.documents = p.documents < c.count ? p.documents : c.count;
	for (i = 0; i < p.count; i++) {
		snprintf(p.dir[i], sizeof(p.dir[i]), "%s/part%zu", argv[2], i);
		from[i] = p.dir[i];
	}
	if ((st = make_parts(&p, err)))
		return st;
	ended = monotonic_us();
	for (i = 0; i < p.count; i++)
		loose += megabytes(p.dir[i]);
	compacting = own_cpu();
	if ((st = search_index_swap(from, p.count, argv[2], err)))
		return st;
	compacting = own_cpu() - compacting;
	pages = (double)p.documents * c.pages;
	printf("%zu documents of %u pages, layers %s, %zu part(s): %.0f pages/s, %.0f pages a CPU "
	       "second (compacting: %.2f s), %ld MB memory, %.1f MB loose, %.1f MB compacted, "
	       "%.2f KB a page\n",
	    p.documents, c.pages, layers, p.count, (double)p.made * 1e6 / (double)(ended - start),
	    (double)p.made / p.cpu, compacting, p.memory / 1024, loose, megabytes(argv[2]),
	    megabytes(argv[2]) * 1e3 / pages);
	return ST_OK;
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

struct running {
	struct search_reader *reader;
	struct corpus corpus;
	struct access access;
	struct strbuf text, line, snippet;
};

/* What is shown of each hit. */
static enum status
cut_snippets(struct running *r, const struct search_query *query,
    const struct search_result *result, struct err *err)
{
	enum status st = ST_OK;
	size_t i, body;

	for (i = 0; st == ST_OK && i < result->count; i++) {
		const struct search_hit *hit = &result->hits[i];
		struct search_mark *marks = NULL;
		enum search_match match;
		size_t record = (size_t)hit->record - 1;

		if ((st = corpus_line(&r->corpus, record, &r->line, &body, err)))
			break;
		strbuf_reset(&r->snippet);
		search_snippet(query,
		    corpus_page(&r->corpus, record, hit->best_page ? hit->best_page - 1 : 0,
			r->line.buf + body),
		    SNIPPET_CHARS, &r->snippet, &marks, &match);
		free(marks);
	}
	return st;
}

static void
mix(uint64_t *digest, uint64_t value)
{
	*digest = (*digest ^ value) * UINT64_C(0x100000001b3);
}

/* The same for the same hits and pages in the same order and the same facets. */
static uint64_t
digest_of(const struct search_result *r)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);
	size_t i, k;

	mix(&digest, r->total);
	for (i = 0; i < r->count; i++) {
		mix(&digest, (uint64_t)r->hits[i].record);
		mix(&digest, r->hits[i].best_page);
		for (k = 0; k < r->hits[i].page_count; k++)
			mix(&digest, r->hits[i].pages[k].page * 64 + r->hits[i].pages[k].words);
	}
	for (i = 0; i < SEARCH_FACETS; i++)
		for (k = 0; k < r->facets[i].count; k++) {
			const char *text = r->facets[i].list[k].text;

			for (; text != NULL && *text != '\0'; text++)
				mix(&digest, (unsigned char)*text);
			mix(&digest, (uint64_t)r->facets[i].list[k].number);
			mix(&digest, r->facets[i].list[k].count);
		}
	return digest;
}

/* As the server answers: the query is read on the clock. */
static enum status
run_once(struct running *r, const char *class, unsigned number, struct err *err)
{
	struct search_query *query owned(search_query_freep) = NULL;
	struct search_result *result owned(search_result_freep) = NULL;
	struct search_request request = { .limit = 10 };
	int64_t start = monotonic_us();
	enum status st;

	if (strcmp(class, "facets") == 0)
		request.facets = 1u << SEARCH_TYPES | 1u << SEARCH_YEARS;
	if (strcmp(class, "newest") == 0)
		request.sort = SEARCH_NEWEST;
	query = search_query_new(strbuf_span(&r->text));
	st = search_run(r->reader, query, &r->access, &request, &result, err);
	if (st == ST_OK && strcmp(class, "snippets") == 0)
		st = cut_snippets(r, query, result, err);
	if (st == ST_OK)
		printf("%s\t%u\t%lld\t%zu\t%016llx\n", class, number,
		    (long long)(monotonic_us() - start), result->total,
		    (unsigned long long)digest_of(result));
	return st;
}

static enum status
run_line(struct running *r, const char *class, const char *words, unsigned number, struct err *err)
{
	say(class, words, &r->text);
	if (strcmp(class, "range") == 0)
		strbuf_add_str(&r->text, " date:2010-03-05..2014-09-17");
	return run_once(r, class, number, err);
}

/* Every query once; it comes back only after all the others. */
static enum status
run_round(
    struct running *r, const uint64_t *all, const uint64_t *some, bool always, struct err *err)
{
	char line[1024], *words;
	enum status st = ST_OK;
	unsigned number = 0;

	rewind(stdin);
	while (st == ST_OK && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if ((words = strchr(line, '\t')) == NULL)
			continue;
		*words++ = '\0';
		r->access.bits[PERM_READ] = strcmp(line, "rights") == 0 || always ? some : all;
		st = run_line(r, line, words, number++, err);
	}
	return st;
}

static enum status
run(int argc, char **argv, struct err *err)
{
	uint64_t all[CLASSES / 64 + 1], some[CLASSES / 64 + 1] = { 0 };
	struct running r = { .access = { .clearance = LEVEL_INTERNAL, .words = CLASSES / 64 + 1 },
		.text = STRBUF_INIT,
		.line = STRBUF_INIT,
		.snippet = STRBUF_INIT };
	unsigned allowed = (unsigned)strtoul(argv[5], NULL, 10), i;
	long rounds = strtol(argv[4], NULL, 10);
	enum status st;

	memset(all, 0xff, sizeof(all));
	for (i = 0; i < CLASSES; i++)
		if ((i + 1) * allowed / CLASSES > i * allowed / CLASSES)
			some[i / 64] |= UINT64_C(1) << i % 64;
	if ((st = corpus_open(&r.corpus, argv[3], err)) ||
	    (st = search_reader_open(&r.reader, argv[2], err)))
		return st;
	for (; st == ST_OK && rounds > 0; rounds--)
		st = run_round(&r, all, some, argc > 6, err);
	search_reader_close(r.reader);
	return st;
}

int
main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	enum status st;

	if (argc == 6 && strcmp(argv[1], "text") == 0)
		st = text(argv, &err);
	else if (argc >= 5 && argc <= 7 && strcmp(argv[1], "make") == 0)
		st = make(argc, argv, &err);
	else if (argc >= 6 && argc <= 7 && strcmp(argv[1], "run") == 0)
		st = run(argc, argv, &err);
	else
		st = fail(&err, ST_INVALID, "search_bench text|make|run ...");
	if (st != ST_OK)
		fprintf(stderr, "search_bench: %s\n", err.msg);
	return status_info(st)->exit;
}
