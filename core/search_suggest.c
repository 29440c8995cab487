/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base.h"
#include "search_parts.h"

/*
 * Spelling on the folded layer, where a wrong tone is no error; neighbours decide between words that
 * are one letter apart.
 */
#define WORDS_MAX 16	  /* of a text that is corrected */
#define CANDIDATES_MAX 64 /* likeliest ones of a word */
#define COUNTED_MAX 200	  /* records that are counted of a word */
#define CORRECTED_MIN 3	  /* letters: of shorter words everything is one letter away */
#define COMPLETED_MIN 2
#define NEIGHBOUR_WEIGHT 4 /* a record that tells the pair against one that tells the word */

struct candidate {
	char word[TEXT_WORD_MAX + 1];
	unsigned records;
};

/* The most frequent ones, by records, then by spelling. */
struct candidates {
	struct candidate list[CANDIDATES_MAX];
	size_t count;
};

struct asking {
	struct search_reader *reader;
	const struct access *access;
	const struct search_suggest *ask;
	struct arena *arena;
	int64_t deadline;
	bool *whole; /* false: there were more words than are looked at */
};

static void
take_candidate(void *payload, struct span word, unsigned records)
{
	struct candidates *c = payload;
	size_t at;

	if (word.n > TEXT_WORD_MAX)
		return;
	/* They come in order of spelling, so an equal one stays behind. */
	for (at = c->count; at > 0 && c->list[at - 1].records < records; at--)
		;
	if (at == CANDIDATES_MAX)
		return;
	if (c->count < CANDIDATES_MAX)
		c->count++;
	memmove(&c->list[at + 1], &c->list[at], (c->count - at - 1) * sizeof c->list[0]);
	memcpy(c->list[at].word, word.p, word.n);
	c->list[at].word[word.n] = '\0';
	c->list[at].records = records;
}

static enum status
look_up(const struct asking *a, const char *layer, struct span text, bool like,
    struct candidates *out, struct err *err)
{
	const struct xap_lexicon ask = { .prefix = layer,
		.text = text,
		.like = like,
		.clearance = LEVEL_CLOSED_INDEX - 1,
		.least = SEARCH_SUGGEST_RECORDS,
		.most = COUNTED_MAX,
		.words = SEARCH_SUGGEST_WORDS,
		.hidden = a->ask->hidden,
		.hidden_count = a->ask->hidden_count,
		.deadline_us = a->deadline };

	enum status st;
	bool whole;

	out->count = 0;
	st = xap_lexicon(a->reader->index, a->access, &ask, take_candidate, out, &whole, err);
	*a->whole &= whole;
	return st;
}

/* Records that tell the pair; 0 when there is no such pair. */
static enum status
count_pair(const struct asking *a, const char *first, const char *second, unsigned *records,
    struct err *err)
{
	struct candidates *found = arena_alloc(a->arena, sizeof *found);
	char pair[TEXT_BIGRAM_MAX + 1];
	enum status st;
	size_t i, n;

	*records = 0;
	n = text_bigram(span_of(first), span_of(second), pair);
	if ((st = look_up(a, TERM_BIGRAM, span_make(pair, n), false, found, err)) != ST_OK)
		return st;
	for (i = 0; i < found->count; i++)
		if (strcmp(found->list[i].word, pair) == 0)
			*records = found->list[i].records;
	return ST_OK;
}

struct typed {
	struct text_word word[WORDS_MAX];
	const char *better[WORDS_MAX]; /* or NULL */
	size_t count;
};

static const char *
word_at(const struct typed *t, size_t i)
{
	return t->better[i] != NULL ? t->better[i] : t->word[i].folded;
}

/* What the neighbours say of word i being this one. */
static enum status
weigh(const struct asking *a, const struct typed *t, size_t i, const struct candidate *c,
    unsigned *weight, struct err *err)
{
	unsigned before = 0, behind = 0;
	enum status st = ST_OK;

	if (i > 0)
		st = count_pair(a, word_at(t, i - 1), c->word, &before, err);
	if (st == ST_OK && i + 1 < t->count)
		st = count_pair(a, c->word, t->word[i + 1].folded, &behind, err);
	*weight = c->records + NEIGHBOUR_WEIGHT * (before + behind);
	return st;
}

/* Is the word that begins here one of the text that is searched for, no name of a field and no operator? */
static bool
is_searched(const struct query_part *part, size_t start)
{
	size_t i;

	for (i = 0;
	     (part->kind == QUERY_WORDS || part->kind == QUERY_PHRASE) && i < part->word_count; i++)
		if (part->words[i].start == start)
			return true;
	for (i = 0; i < part->child_count; i++)
		if (is_searched(part->child[i], start))
			return true;
	return false;
}

static enum status
correct_word(const struct asking *a, struct typed *t, size_t i, struct err *err)
{
	struct candidates *like = arena_alloc(a->arena, sizeof *like);
	struct span word = span_make(t->word[i].folded, t->word[i].folded_len);
	unsigned weight, best = 0;
	enum status st;
	size_t k;

	if (word.n < CORRECTED_MIN || t->word[i].digits)
		return ST_OK;
	if ((st = look_up(a, TERM_FOLDED, word, true, like, err)) != ST_OK)
		return st;
	for (k = 0; k < like->count; k++)
		if (span_equal_str(word, like->list[k].word))
			return ST_OK;
	for (k = 0; k < like->count && st == ST_OK; k++) {
		st = weigh(a, t, i, &like->list[k], &weight, err);
		if (st == ST_OK && weight > best) {
			best = weight;
			t->better[i] = like->list[k].word;
		}
	}
	return st;
}

static enum status
correct_words(const struct asking *a, struct typed *t, struct err *err)
{
	struct search_query *q owned(search_query_freep) = search_query_new(a->ask->text);
	enum status st = ST_OK;
	size_t i;

	for (i = 0; q->root != NULL && i < t->count && st == ST_OK; i++)
		if (is_searched(q->root, t->word[i].start))
			st = correct_word(a, t, i, err);
	return st;
}

static void
write_corrected(const struct asking *a, const struct typed *t, struct search_suggestions *out)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	size_t i, at = 0;
	bool any = false;

	for (i = 0; i < t->count; i++) {
		if (t->better[i] == NULL)
			continue;
		any = true;
		strbuf_add_span(&text, span_make(a->ask->text.p + at, t->word[i].start - at));
		strbuf_add_str(&text, t->better[i]);
		at = t->word[i].end;
	}
	strbuf_add_span(&text, span_make(a->ask->text.p + at, a->ask->text.n - at));
	out->corrected = any ? arena_dup_span(a->arena, strbuf_span(&text)) : NULL;
}

/* Behind its neighbour first, then words that begin so at all. */
static enum status
complete(
    const struct asking *a, const struct typed *t, struct search_suggestions *out, struct err *err)
{
	struct candidates *found = arena_alloc(a->arena, sizeof *found);
	const struct text_word *last = &t->word[t->count - 1];
	char pair[TEXT_BIGRAM_MAX + 1];
	enum status st = ST_OK;
	size_t i, skip, n;
	int pass;

	if (last->folded_len < COMPLETED_MIN || last->end != a->ask->text.n)
		return ST_OK;
	for (pass = t->count > 1 && !last->clause ? 0 : 1; pass < 2 && st == ST_OK; pass++) {
		if (pass == 1 && out->completion_count > 0)
			break;
		skip = pass == 0 ? t->word[t->count - 2].folded_len + 1u : 0;
		n = text_bigram(span_of(t->word[pass == 0 ? t->count - 2 : 0].folded),
		    span_of(last->folded), pair);
		st = look_up(a, pass == 0 ? TERM_BIGRAM : TERM_FOLDED,
		    pass == 0 ? span_make(pair, n) : span_of(last->folded), false, found, err);
		for (i = 0; st == ST_OK && i < found->count &&
		     out->completion_count < SEARCH_COMPLETIONS_MAX;
		     i++)
			if (strcmp(found->list[i].word + skip, last->folded) != 0)
				out->completion[out->completion_count++] =
				    arena_printf(a->arena, "%s", found->list[i].word + skip);
	}
	return st;
}

static enum status
suggest_once(const struct asking *a, struct search_suggestions *out, struct err *err)
{
	struct typed *t = arena_alloc(a->arena, sizeof *t);
	struct text_scan scan;
	enum status st;

	*out = (struct search_suggestions){ .whole = true };
	if ((st = search_reader_refresh(a->reader, err)) != ST_OK)
		return st;
	text_scan_init(&scan, a->ask->text);
	while (t->count < WORDS_MAX && text_next(&scan, &t->word[t->count]))
		t->count++;
	if ((st = correct_words(a, t, err)) != ST_OK || t->count == 0)
		return st;
	write_corrected(a, t, out);
	return complete(a, t, out, err);
}

enum status
search_suggest(struct search_reader *r, const struct access *access,
    const struct search_suggest *ask, struct arena *arena, struct search_suggestions *out,
    struct err *err)
{
	struct asking a = { r, access, ask, arena, 0, &out->whole };
	enum status st = ST_STALE;
	int attempt;

	if (ask->deadline_ms > 0)
		a.deadline = monotonic_us() + (int64_t)ask->deadline_ms * 1000;
	for (attempt = 0; st == ST_STALE && attempt <= SEARCH_RETRIES; attempt++)
		st = suggest_once(&a, out, err);
	return st == ST_STALE ? fail(err, ST_BUSY, "the index changes too fast") : st;
}
