/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * twins FILE ...: how well sketches (sketch.h) tell near-equal texts.  The files are cut into records
 * of one page and of three; each is read again as a bad scan would be (noise.h), with so many words in
 * a thousand wrong.  Prints, by words of a run and by bands: how many of the second readings are found
 * (recall), and how many other records are taken for a twin (per record; pairs of them that really
 * share most of their words are counted apart as true), and what a page costs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "strbuf.h"
#include "err.h"
#include "arena.h"
#include "noise.h"
#include "sketch.h"

#define PAGE_WORDS 350
#define RECORDS_MAX 6000

static const unsigned levels[] = { 0, 50, 100, 150, 200, 300 };
#define LEVELS (sizeof(levels) / sizeof(*levels))
static const unsigned orders[] = { 1, 2, 3 };
static const unsigned rows[] = { 1, 2, 3, 4 };

static struct span record[RECORDS_MAX];
static size_t count;

/* Records of so many words, in order. */
static void
cut(struct span text, unsigned words)
{
	size_t from = 0, at = 0;
	unsigned n = 0;

	while (at < text.n && count < RECORDS_MAX) {
		while (at < text.n && strchr(" \n\t\r", text.p[at]) != NULL)
			at++;
		while (at < text.n && strchr(" \n\t\r", text.p[at]) == NULL)
			at++;
		if (++n < words)
			continue;
		record[count++] = span_make(text.p + from, at - from);
		from = at;
		n = 0;
	}
}

static void
sketch_of(struct span text, unsigned order, struct sketch *s)
{
	sketch_begin(s);
	s->order = order;
	sketch_add(s, text);
}

static bool
shares_band(const struct sketch *a, const struct sketch *b, unsigned per_band)
{
	for (unsigned i = 0; i + per_band <= SKETCH_SIZE; i += per_band)
		if (memcmp(a->min + i, b->min + i, per_band * sizeof(a->min[0])) == 0)
			return true;
	return false;
}

/* Found among the candidates, and alike enough. */
static void
try_level(const struct sketch *clean, unsigned order, unsigned level)
{
	static const double limits[] = { .3, .4, .5, .6 };
	unsigned found[4][4] = { { 0 } };
	struct noise noise = { 7 + level };
	double mean = 0;

	for (size_t i = 0; i < count; i++) {
		struct strbuf again owned(strbuf_free) = STRBUF_INIT;
		struct sketch s;
		double alike;

		noise_read(&noise, record[i], level, &again);
		sketch_of(strbuf_span(&again), order, &s);
		alike = sketch_alike(&clean[i], &s);
		mean += alike;
		for (unsigned r = 0; r < 4; r++)
			for (unsigned l = 0; l < 4; l++)
				found[r][l] +=
				    alike >= limits[l] && shares_band(&clean[i], &s, rows[r]);
	}
	printf("  noise %3u/1000  alike %.2f  recall", level, mean / (double)count);
	for (unsigned r = 0; r < 4; r++) {
		printf("  rows %u:", rows[r]);
		for (unsigned l = 0; l < 4; l++)
			printf(" %.3f", found[r][l] / (double)count);
	}
	printf("   (alike >= .3 .4 .5 .6)\n");
}

/* Of all pairs of different records: candidates by bands, and those alike enough. */
static void
try_pairs(const struct sketch *s)
{
	uint64_t candidates[4] = { 0 }, alike[4] = { 0 };

	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++) {
			double a = sketch_alike(&s[i], &s[k]);

			for (unsigned r = 0; a > 0 && r < 4; r++)
				candidates[r] += shares_band(&s[i], &s[k], rows[r]);
			for (unsigned l = 0; l < 4; l++)
				alike[l] += a >= .3 + .1 * l;
		}
	printf("  others per record: candidates");
	for (unsigned r = 0; r < 4; r++)
		printf(" rows %u: %.2f", rows[r], 2.0 * (double)candidates[r] / (double)count);
	printf("   alike >= .3 .4 .5 .6:");
	for (unsigned l = 0; l < 4; l++)
		printf(" %.4f", 2.0 * (double)alike[l] / (double)count);
	printf("\n");
}

static void
try_order(unsigned order, unsigned pages)
{
	struct sketch *s = xcalloc(count, sizeof(*s));
	int64_t from = monotonic_us(), spent;

	for (size_t i = 0; i < count; i++)
		sketch_of(record[i], order, &s[i]);
	spent = monotonic_us() - from;
	printf("%zu records of %u pages, runs of %u words: %.1f us a page\n", count, pages, order,
	    (double)spent / ((double)count * pages));
	for (size_t l = 0; l < LEVELS; l++)
		try_level(s, order, levels[l]);
	try_pairs(s);
	free(s);
}

int
main(int argc, char **argv)
{
	static const unsigned pages[] = { 1, 3 };
	struct strbuf *text = xcalloc((size_t)argc, sizeof(*text));
	struct err err = ERR_INIT;

	for (int i = 1; i < argc; i++) {
		text[i] = (struct strbuf)STRBUF_INIT;
		if (strbuf_read_file(&text[i], argv[i], 64u << 20, &err) != ST_OK) {
			fprintf(stderr, "twins: %s\n", err.msg);
			return 1;
		}
	}
	for (size_t p = 0; p < 2; p++) {
		count = 0;
		for (int i = 1; i < argc; i++)
			cut(strbuf_span(&text[i]), pages[p] * PAGE_WORDS);
		for (size_t o = 0; o < sizeof(orders) / sizeof(*orders); o++)
			try_order(orders[o], pages[p]);
	}
	for (int i = 1; i < argc; i++)
		strbuf_free(&text[i]);
	free(text);
	return 0;
}
