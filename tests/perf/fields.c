/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fields ARCHIVE TRUTH: what the kept readings of an archive say of their documents, as the indexer
 * would suggest it now, against the truth (TSV: file, field, value; an empty value means that
 * nothing should be suggested).  Prints every difference and a table.  Pages are read once, rules
 * are tried over and over.  With -v prints everything that was suggested and found.
 *
 * A suggestion of 0.9 and more is sure: it would be filled in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../indexer/gather.h"
#include "../../indexer/order.h"
#include "access.h"
#include "conf.h"
#include "text.h"
#include "words.h"

#define RECORDS 500
#define SURE 0.9
#define TRUTH_LIMIT (64u << 20)

enum {
	COUNT_TRUTH,
	COUNT_RIGHT,
	COUNT_RIGHT_SURE,
	COUNT_FOLDED,
	COUNT_PART,
	COUNT_ABSENT,
	COUNT_WRONG,
	COUNT_WRONG_SURE,
	COUNT_COUNT
};

static const char *const names[] = { "number", "symbol", "issued", "type", "subject", "phrase",
	"issuer", "superior", "place", "urgency", "secrecy", "signer", "signer_post", "code",
	"recipients", "addressees", "citations" };
#define NAMES (sizeof names / sizeof *names)
static unsigned table[NAMES][COUNT_COUNT];

static struct {
	char *file, *field, *value;
} * truths;
static size_t truth_count;
static bool verbose;

static void
fatal(const struct err *err)
{
	fprintf(stderr, "fields: %s\n", err->msg);
	exit(status_info(err->status)->exit);
}

static void
load_truth(const char *path)
{
	struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;
	size_t alloc = 0;
	char *line, *rest;

	if (strbuf_read_file(&text, path, TRUTH_LIMIT, &err) != ST_OK)
		fatal(&err);
	rest = strbuf_detach(&text, NULL);
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (!*line)
			continue;
		if (truth_count == alloc) {
			alloc = alloc ? 2 * alloc : 1024;
			truths = xrealloc(truths, alloc * sizeof *truths);
		}
		truths[truth_count].file = strsep(&line, "\t");
		truths[truth_count].field = line ? strsep(&line, "\t") : NULL;
		truths[truth_count].value = line;
		if (truths[truth_count].value)
			truth_count++;
	}
}

static size_t
name_index(const char *name)
{
	size_t i = 0;

	while (i < NAMES && strcmp(names[i], name) != 0)
		i++;
	return i;
}

/* One spelling, single spaces; folded also small and without marks. */
static char *
plain(const char *s, bool fold)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;
	size_t i;

	text_normalise(span_of(s), &a);
	if (fold) {
		struct strbuf c = STRBUF_INIT;

		text_fold(strbuf_span(&a), false, &c);
		strbuf_free(&a);
		a = c;
	}
	for (i = 0; i < a.len; i++) {
		char c = a.buf[i] == '\n' || a.buf[i] == '\t' ? ' ' : a.buf[i];

		if (c != ' ' || (b.len && b.buf[b.len - 1] != ' '))
			strbuf_add_char(&b, c);
	}
	strbuf_free(&a);
	return strbuf_detach(&b, NULL);
}

static bool
same(const char *a, const char *b, bool fold)
{
	char *x = plain(a, fold), *y = plain(b, fold);
	bool is = strcmp(x, y) == 0;

	free(x);
	free(y);
	return is;
}

static bool
contains(const char *text, const char *part, bool fold)
{
	char *x = plain(text, fold), *y = plain(part, fold);
	bool is = strstr(x, y) != NULL;

	free(x);
	free(y);
	return is;
}

/* "Về việc" and "V/v" are how a subject is introduced: with or without them it is the same one. */
static const char *
subject_core(const char *s)
{
	static const char *const begins[] = { "Về việc ", "V/v ", "Về " };

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (!strncmp(s, begins[i], strlen(begins[i])))
			return s + strlen(begins[i]);
	return s;
}

static bool
equal(const char *field, const char *want, const char *got, bool fold)
{
	if (!strcmp(field, "number"))
		return strtoul(want, NULL, 10) == strtoul(got, NULL, 10);
	if (!strcmp(field, "subject"))
		return same(subject_core(want), subject_core(got), fold);
	return same(want, got, fold);
}

static void
judge(const char *file, const char *field, const char *want, const char *got, double sure,
    const char *method)
{
	size_t f = name_index(field);
	/* How names of bodies are set (capitals) and accents of urgent stamps say nothing. */
	bool fold_is_right =
	    !strcmp(field, "issuer") || !strcmp(field, "superior") || !strcmp(field, "signer_post");
	bool right, folded;

	if (f == NAMES)
		return;
	if (!*want) {
		if (!got)
			return;
		table[f][COUNT_WRONG]++;
		table[f][COUNT_WRONG_SURE] += sure >= SURE;
		printf("FALSE %s %s: got %s (%.2f %s)\n", file, field, got, sure, method);
		return;
	}
	table[f][COUNT_TRUTH]++;
	if (!got) {
		table[f][COUNT_ABSENT]++;
		printf("absent %s %s: want %s\n", file, field, want);
		return;
	}
	folded = equal(field, want, got, true);
	right = equal(field, want, got, fold_is_right);
	table[f][COUNT_RIGHT] += right;
	table[f][COUNT_RIGHT_SURE] += right && sure >= SURE;
	table[f][COUNT_FOLDED] += folded;
	if (right)
		return;
	if (!strcmp(field, "issued") && strlen(got) < 10 && !strncmp(want, got, strlen(got))) {
		table[f][COUNT_PART]++;
		return;
	}
	if (!folded) {
		table[f][COUNT_WRONG]++;
		table[f][COUNT_WRONG_SURE] += sure >= SURE;
	}
	printf("%s %s %s (%.2f %s):\n  want %s\n  got  %s\n",
	    folded	       ? "marks"
		: sure >= SURE ? "WRONG AND SURE"
			       : "wrong",
	    file, field, sure, method, want, got);
}

static const struct words *
first_page(struct derived *derived, const struct component *c)
{
	struct strbuf bytes = STRBUF_INIT;
	struct words *ws = NULL, *ordered;
	struct err err = ERR_INIT;

	if (derived_read(derived, c->derived, c->derived_before + 1, DERIVED_WORDS, WORDS_BYTES_MAX,
		&bytes, &err) != ST_OK ||
	    words_read(&ws, strbuf_span(&bytes), &err) != ST_OK)
		return NULL;
	strbuf_free(&bytes);
	ordered = order_words(ws);
	words_free(ws);
	return ordered;
}

static void
judge_phrase(const char *file, const char *want, const struct words *ws)
{
	size_t f = name_index("phrase");
	bool exact = contains(ws->text.buf, subject_core(want), false);
	bool folded = contains(ws->text.buf, subject_core(want), true);

	table[f][COUNT_TRUTH]++;
	table[f][COUNT_RIGHT] += exact;
	table[f][COUNT_FOLDED] += folded;
	table[f][COUNT_ABSENT] += !folded;
	if (!folded)
		printf("no phrase %s: %s\n", file, want);
}

static void
judge_one(const struct gathered *g, const char *file, const char *field, const char *want)
{
	int f = record_field_parse(span_of(field));
	size_t i;

	for (i = 0; f >= 0 && i < g->suggestion_count; i++)
		if ((int)g->suggestions[i].field == f) {
			judge(file, field, want, g->suggestions[i].value,
			    g->suggestions[i].confidence, g->suggestions[i].method);
			return;
		}
	for (i = 0; f < 0 && i < g->finding_count; i++)
		if (!strcmp(reading_finding_name(g->findings[i].kind), field)) {
			judge(file, field, want, g->findings[i].value, g->findings[i].confidence,
			    g->findings[i].method);
			return;
		}
	judge(file, field, want, NULL, 0, "");
}

/* Lists: each wanted one among those found. */
static void
judge_list(const struct gathered *g, const char *file, const char *field, const char *want)
{
	size_t f = name_index(field), i;
	enum reading_kind kind = !strcmp(field, "recipients") ? FOUND_RECIPIENT
	    : !strcmp(field, "addressees")		      ? FOUND_ADDRESSEE
							      : FOUND_CITATION;

	table[f][COUNT_TRUTH]++;
	for (i = 0; i < g->finding_count; i++)
		if (g->findings[i].kind == kind && same(want, g->findings[i].value, true)) {
			table[f][COUNT_FOLDED]++;
			table[f][COUNT_RIGHT] += same(want, g->findings[i].value, false);
			return;
		}
	table[f][COUNT_ABSENT]++;
	printf("absent %s %s: %s\n", file, field, want);
}

static void
show(const struct gathered *g, const char *file)
{
	size_t i;

	for (i = 0; i < g->suggestion_count; i++)
		printf("%s: %s = %s (%.2f %s p%d)\n", file,
		    record_field_name(g->suggestions[i].field), g->suggestions[i].value,
		    g->suggestions[i].confidence, g->suggestions[i].method, g->suggestions[i].page);
	for (i = 0; i < g->finding_count; i++)
		printf("%s: found %s = %s (%.2f %s p%d)\n", file,
		    reading_finding_name(g->findings[i].kind), g->findings[i].value,
		    g->findings[i].confidence, g->findings[i].method, g->findings[i].page);
}

static void
look_at(struct catalog *catalog, struct derived *derived, const struct component *c)
{
	struct arena *arena = arena_new();
	struct gathered g = GATHERED_INIT;
	const struct words *ws = first_page(derived, c);
	struct err err = ERR_INIT;
	size_t i;

	if (gather_document(catalog, derived, c, arena, &g, &err) != ST_OK)
		fatal(&err);
	if (verbose) {
		show(&g, c->name);
		printf("%s: text\n%s\n", c->name, ws ? ws->text.buf : "");
	}
	for (i = 0; i < truth_count; i++) {
		const char *field = truths[i].field;

		if (strcmp(truths[i].file, c->name) != 0)
			continue;
		if (!strcmp(field, "phrase")) {
			if (ws)
				judge_phrase(c->name, truths[i].value, ws);
		} else if (!strcmp(field, "secrecy")) {
			judge(c->name, field, truths[i].value,
			    g.mark != GATE_NONE ? gate_mark_name(g.mark) : NULL, 1, "gate");
		} else if (!strcmp(field, "recipients") || !strcmp(field, "addressees") ||
		    !strcmp(field, "citations")) {
			judge_list(&g, c->name, field, truths[i].value);
		} else {
			judge_one(&g, c->name, field, truths[i].value);
		}
	}
	gathered_free(&g);
	arena_free(arena);
}

static void
look_at_all(struct catalog *catalog, struct derived *derived, const struct access *all)
{
	struct record_filter filter = { .reading = -1, .quarantine = -1, .limit = RECORDS };
	struct err err = ERR_INIT;
	size_t count = RECORDS, n, i;

	while (count == RECORDS) {
		struct arena *arena = arena_new();
		const struct record *records;
		const struct component *c;

		if (record_list(catalog, all, &filter, arena, &records, &count, &err) != ST_OK)
			fatal(&err);
		for (i = 0; i < count; i++) {
			filter.after = records[i].id;
			if (record_components(catalog, records[i].id, arena, &c, &n, &err) != ST_OK)
				fatal(&err);
			if (n > 0)
				look_at(catalog, derived, c);
		}
		arena_free(arena);
	}
}

static void
print_table(void)
{
	size_t i, k;

	printf("\n%-12s %7s %7s %7s %7s %7s %7s %7s %7s\n", "field", "truths", "right", "sure",
	    "folded", "partly", "absent", "wrong", "& sure");
	for (i = 0; i < NAMES; i++) {
		if (!table[i][COUNT_TRUTH] && !table[i][COUNT_WRONG])
			continue;
		printf("%-12s", names[i]);
		for (k = 0; k < COUNT_COUNT; k++)
			printf(" %7u", table[i][k]);
		printf("\n");
	}
}

int
main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct catalog *catalog;
	struct derived *derived;
	struct access *all;
	struct conf *conf;

	verbose = argc > 1 && !strcmp(argv[1], "-v");
	argc -= verbose;
	argv += verbose;
	if (argc != 3) {
		fputs("usage: fields [-v] ARCHIVE TRUTH\n", stderr);
		return 64;
	}
	load_truth(argv[2]);
	if (conf_load(&conf, argv[1], &err) != ST_OK ||
	    catalog_open(&catalog, conf, CATALOG_WRITE, &err) != ST_OK ||
	    derived_open(&derived, conf, &err) != ST_OK ||
	    access_load_system(&all, catalog, &err) != ST_OK)
		fatal(&err);
	look_at_all(catalog, derived, all);
	print_table();
	access_free(all);
	derived_close(derived);
	catalog_close(catalog);
	conf_free(conf);
	return 0;
}
