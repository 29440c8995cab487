/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_parts.h"

/* What words of a query also mean: an abbreviation its long form, and the other way. */

struct keys {
	struct span folded[QUERY_ALSO_WORDS];
	size_t count;
};

/* False when it is longer than any entry may be. */
static bool
read_keys(struct arena *a, struct span text, struct keys *k)
{
	struct text_scan scan;
	struct text_word w;

	k->count = 0;
	text_scan_init(&scan, text);
	while (text_next(&scan, &w)) {
		if (k->count == QUERY_ALSO_WORDS)
			return false;
		k->folded[k->count++] =
		    span_make(arena_dup_span(a, span_make(w.folded, w.folded_len)), w.folded_len);
	}
	return k->count > 0;
}

static bool
stands_at(
    const struct search_query *q, const struct query_part *part, size_t at, const struct keys *term)
{
	size_t i;

	if (at + term->count > part->word_count)
		return false;
	for (i = 0; i < term->count; i++) {
		const struct query_word *w = &part->words[at + i];

		/* QĐ of 15/QĐ-SDL is no word. */
		if (w->form != FORM_WORD || (i > 0 && w->clause) || query_number_of(q, w) != NULL ||
		    !span_equal(w->folded, term->folded[i]))
			return false;
	}
	return true;
}

static void
note(struct search_query *q, const struct query_part *part, size_t at, const struct keys *term,
    const struct keys *also, struct span typed, struct span text)
{
	struct query_also *to = &q->also[q->also_count++];

	to->part = part;
	to->first = at;
	to->count = term->count;
	to->words = arena_array(q->arena, also->count, sizeof *to->words);
	memcpy(to->words, also->folded, also->count * sizeof *to->words);
	to->word_count = also->count;
	to->shown.term = span_make(arena_dup_span(q->arena, typed), typed.n);
	to->shown.also = span_make(arena_dup_span(q->arena, text), text.n);
}

static bool
takes_others(const struct query_part *part)
{
	return part->kind == QUERY_WORDS || part->kind == QUERY_ISSUER ||
	    part->kind == QUERY_SUBJECT;
}

static void
look_in(struct search_query *q, const struct query_part *part, const struct keys *term,
    const struct keys *also, struct span typed, struct span text)
{
	size_t i;

	if (part->kind == QUERY_NOT)
		return;
	for (i = 0; takes_others(part) && i < part->word_count; i++)
		if (q->also_count < QUERY_ALSO_MAX && stands_at(q, part, i, term))
			note(q, part, i, term, also, typed, text);
	for (i = 0; i < part->child_count; i++)
		look_in(q, part->child[i], term, also, typed, text);
}

/* For pages that hold only the other form: what is marked and shown there. */
static void
read_other_forms(struct search_query *q)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	size_t i;

	for (i = 0; i < q->also_count; i++)
		if (!query_is_name(q->also[i].part))
			strbuf_addf(&text, "%s\"%.*s\"", text.len > 0 ? " OR " : "",
			    SPAN_ARG(q->also[i].shown.also));
	search_query_free(q->other);
	q->other = search_query_new(strbuf_span(&text));
}

void
search_query_also(struct search_query *q, struct span term, struct span also)
{
	size_t before = q->also_count;
	struct keys from, to;

	if (q->root == NULL || !read_keys(q->arena, term, &from) || !read_keys(q->arena, also, &to))
		return;
	look_in(q, q->root, &from, &to, term, also);
	if (q->also_count > before)
		read_other_forms(q);
}

size_t
search_query_synonyms(const struct search_query *q, struct search_synonym *out, size_t max)
{
	size_t i, k, n = 0;

	for (i = 0; i < q->also_count && n < max; i++) {
		for (k = 0; k < n; k++)
			if (span_equal(out[k].term, q->also[i].shown.term) &&
			    span_equal(out[k].also, q->also[i].shown.also))
				break;
		if (k == n)
			out[n++] = q->also[i].shown;
	}
	return n;
}

/* All of it in this order: neighbours are bigrams. */
const struct xap_node *
query_plan_other(struct arena *a, const struct query_also *also)
{
	const struct xap_node *pair[QUERY_ALSO_WORDS];
	char bigram[TEXT_BIGRAM_MAX + 1];
	size_t i, n;

	if (also->word_count == 1)
		return query_term(a, TERM_FOLDED, also->words[0]);
	for (i = 1; i < also->word_count; i++) {
		n = text_bigram(also->words[i - 1], also->words[i], bigram);
		pair[i - 1] = query_term(a, TERM_BIGRAM, span_make(bigram, n));
	}
	return query_node(a, XAP_AND, pair, also->word_count - 1);
}

const struct xap_node *
query_plan_also(struct arena *a, const struct search_query *q, const struct query_part *part,
    size_t at, const struct xap_node *word)
{
	const struct xap_node *form[QUERY_ALSO_MAX + 1] = { word };
	size_t i, n = 1;

	for (i = 0; i < q->also_count; i++)
		if (query_also_covers(&q->also[i], part, at))
			form[n++] = query_plan_other(a, &q->also[i]);
	return n == 1 ? word : query_node(a, XAP_SYNONYM, form, n);
}
