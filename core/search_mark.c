/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "search_parts.h"

/*
 * Highlighting by the analyser of the index.  A word with marks is marked as it is typed, or, when
 * the page does not hold it so, in any tone; a phrase where it stands whole, or else its words; a
 * document number where it stands in any spelling, or else its words.  A plain word that is not there
 * is marked where it was misread; and where nothing else would be marked, what is a letter away from it.
 */
struct page_word {
	size_t start, end;
	size_t chars_start, chars_end; /* the same in characters */
	uint64_t exact, loose;	       /* groups of the query it is, as typed and in any tone */
	size_t folded;		       /* where it begins among the folded words */
	uint8_t folded_len;
	bool marked;
	bool other; /* only of what the query also means */
};

struct marker {
	const struct search_query *q;
	struct span page;
	struct page_word *word;
	size_t count, alloc;
	struct strbuf folded; /* the words of the page */
	const struct query_word *looked_for[SEARCH_WORDS_MAX];
	size_t looked_for_count;
	bool other; /* something is marked that the query also means */
};

/* Words of the query that may be marked, with those of phrases and numbers. */
static void
list_words(struct marker *m, const struct query_part *part)
{
	size_t i;

	if (part->kind == QUERY_NOT || query_is_name(part))
		return;
	for (i = 0; i < part->word_count && m->looked_for_count < SEARCH_WORDS_MAX; i++)
		m->looked_for[m->looked_for_count++] = &part->words[i];
	for (i = 0; i < part->child_count; i++)
		list_words(m, part->child[i]);
}

static bool
is_as_typed(const struct query_word *q, const struct text_word *w)
{
	return q->form != FORM_WORD || !q->marked ||
	    span_equal(q->toned, span_make(w->toned, w->toned_len));
}

static void
classify(const struct marker *m, const struct text_word *w, struct page_word *to)
{
	size_t i;

	to->start = w->start;
	to->end = w->end;
	to->exact = to->loose = 0;
	to->marked = to->other = false;
	to->folded = m->folded.len;
	to->folded_len = w->folded_len;
	for (i = 0; i < m->looked_for_count; i++) {
		const struct query_word *q = m->looked_for[i];

		if (!query_word_fits(q, span_make(w->folded, w->folded_len)))
			continue;
		to->loose |= UINT64_C(1) << q->group;
		if (is_as_typed(q, w))
			to->exact |= UINT64_C(1) << q->group;
	}
}

static void
read_page(struct marker *m)
{
	struct text_scan scan;
	struct text_word w;
	struct page_word *to;
	size_t at = 0, chars = 0;

	text_scan_init(&scan, m->page);
	while (text_next(&scan, &w)) {
		if (m->count == m->alloc) {
			m->alloc = m->alloc ? 2 * m->alloc : 512;
			m->word = xrealloc(m->word, m->alloc * sizeof *m->word);
		}
		to = &m->word[m->count++];
		classify(m, &w, to);
		strbuf_add(&m->folded, w.folded, w.folded_len);
		to->chars_start = chars + utf8_count(span_make(m->page.p + at, w.start - at));
		to->chars_end =
		    to->chars_start + utf8_count(span_make(m->page.p + w.start, w.end - w.start));
		at = w.end;
		chars = to->chars_end;
	}
}

static void
marker_end(struct marker *m)
{
	free(m->word);
	strbuf_free(&m->folded);
}

/* --- what is marked --- */

static bool
stands_at(const struct marker *m, const struct query_part *phrase, size_t at, bool exact)
{
	size_t i;
	uint64_t group;

	if (at + phrase->word_count > m->count)
		return false;
	for (i = 0; i < phrase->word_count; i++) {
		group = UINT64_C(1) << phrase->words[i].group;
		if (!((exact ? m->word[at + i].exact : m->word[at + i].loose) & group))
			return false;
	}
	return true;
}

static bool
mark_phrase(struct marker *m, const struct query_part *phrase)
{
	size_t at, i;
	bool any = false;

	for (at = 0; at < m->count; at++) {
		if (!stands_at(m, phrase, at, true))
			continue;
		for (i = 0; i < phrase->word_count; i++)
			m->word[at + i].marked = true;
		any = true;
	}
	return any;
}

static void
mark_words(struct marker *m, uint64_t groups)
{
	uint64_t exact = 0, loose;
	size_t i;

	for (i = 0; i < m->count; i++)
		exact |= m->word[i].exact;
	loose = groups & ~exact;
	for (i = 0; i < m->count; i++)
		if ((m->word[i].exact & groups) || (m->word[i].loose & loose))
			m->word[i].marked = true;
}

static uint64_t
groups_of(const struct query_part *part)
{
	uint64_t groups = 0;
	size_t i;

	for (i = 0; i < part->word_count; i++)
		groups |= UINT64_C(1) << part->words[i].group;
	return groups;
}

/* Words that lie inside bytes of the page. */
static void
mark_bytes(struct marker *m, size_t start, size_t end)
{
	size_t i;

	for (i = 0; i < m->count; i++)
		if (m->word[i].start >= start && m->word[i].end <= end)
			m->word[i].marked = true;
}

static bool
mark_key(struct marker *m, struct span key)
{
	struct text_number n;
	size_t from = 0;
	bool any = false;

	while (text_number_find(m->page, from, &n)) {
		if (span_equal_str(key, n.key)) {
			mark_bytes(m, n.start, n.end);
			any = true;
		}
		from = n.end;
	}
	return any;
}

/* Groups of words that are part of a number and stand nowhere else in the query. */
static uint64_t
groups_of_number(const struct marker *m, const struct text_number *n)
{
	struct text_scan scan;
	struct text_word w;
	uint64_t groups = 0;
	size_t i;

	text_scan_init(&scan, span_make(m->q->text.p + n->start, n->end - n->start));
	while (text_next(&scan, &w))
		for (i = 0; i < m->q->group_count; i++)
			if (span_equal(m->q->groups[i], span_make(w.folded, w.folded_len)))
				groups |= UINT64_C(1) << i;
	return groups;
}

static struct span
folded_of(const struct marker *m, const struct page_word *w)
{
	return span_make(m->folded.buf + w->folded, w->folded_len);
}

static bool
is_near(const struct query_word *q, struct span folded, bool mistyped)
{
	if (mistyped)
		return query_word_may_be_mistyped(q) && text_distance(q->folded, folded, 1) <= 1;
	return q->form == FORM_WORD && q->folded.n >= QUERY_MISREAD_MIN &&
	    text_is_misread(q->folded, folded);
}

/* Words of the page that are near some of these groups; false when there are none. */
static bool
mark_near(struct marker *m, const struct query_part *words, uint64_t groups, bool mistyped)
{
	bool any = false;
	size_t i, k;

	for (i = 0; i < m->count; i++)
		for (k = 0; k < words->word_count; k++)
			if (groups >> words->words[k].group & 1 &&
			    is_near(&words->words[k], folded_of(m, &m->word[i]), mistyped))
				any = m->word[i].marked = true;
	return any;
}

/* Those of these groups that the page does not hold itself. */
static void
mark_missing(struct marker *m, const struct query_part *words, uint64_t groups)
{
	uint64_t held = 0;
	size_t i;

	for (i = 0; i < m->count; i++)
		held |= m->word[i].loose;
	if ((groups & ~held) != 0 && !mark_near(m, words, groups & ~held, false) && held == 0 &&
	    !m->other)
		(void)mark_near(m, words, groups, true);
}

static void
mark_soft(struct marker *m, const struct query_part *words)
{
	uint64_t groups = groups_of(words);
	size_t i;

	for (i = 0; i < m->q->number_count; i++)
		if (mark_key(m, span_of(m->q->numbers[i].key)))
			groups &= ~groups_of_number(m, &m->q->numbers[i]);
	mark_words(m, groups);
	if (words->soft)
		mark_missing(m, words, groups);
}

static void
mark_part(struct marker *m, const struct query_part *part)
{
	size_t i;

	switch (part->kind) {
	case QUERY_NOT:
	case QUERY_ISSUER:
	case QUERY_SIGNER:
	case QUERY_SUBJECT:
		return;
	case QUERY_WORDS:
		mark_soft(m, part);
		return;
	case QUERY_PHRASE:
		if (!mark_phrase(m, part))
			mark_words(m, groups_of(part));
		return;
	case QUERY_NUMBER:
		(void)mark_key(m, part->value);
		return;
	default:
		for (i = 0; i < part->child_count; i++)
			mark_part(m, part->child[i]);
	}
}

/* What words of the query also mean is marked only where all of it stands. */
static void
mark_other(struct marker *m, const struct query_part *part)
{
	size_t i;

	if (part->kind == QUERY_PHRASE)
		(void)mark_phrase(m, part);
	for (i = 0; i < part->child_count; i++)
		mark_other(m, part->child[i]);
}

static void
add_other_forms(struct marker *m)
{
	struct marker other = { .q = m->q->other, .page = m->page, .folded = STRBUF_INIT };
	size_t i;

	if (other.q == NULL || other.q->root == NULL)
		return;
	list_words(&other, other.q->root);
	read_page(&other);
	mark_other(&other, other.q->root);
	for (i = 0; i < m->count && i < other.count; i++)
		if (other.word[i].marked)
			m->word[i].marked = m->word[i].other = m->other = true;
	marker_end(&other);
}

static void
marker_run(struct marker *m, const struct search_query *q, struct span page)
{
	*m = (struct marker){ .q = q, .page = page, .folded = STRBUF_INIT };
	if (q->root == NULL)
		return;
	list_words(m, q->root);
	read_page(m);
	add_other_forms(m);
	mark_part(m, q->root);
}

size_t
search_marks(const struct search_query *q, struct span page, struct search_mark **marks)
{
	struct marker m;
	size_t i, n = 0;

	marker_run(&m, q, page);
	for (i = 0; i < m.count; i++)
		n += m.word[i].marked;
	*marks = xcalloc(n ? n : 1, sizeof **marks);
	for (i = 0, n = 0; i < m.count; i++)
		if (m.word[i].marked)
			(*marks)[n++] = (struct search_mark){ m.word[i].start, m.word[i].end };
	marker_end(&m);
	return n;
}

static enum search_match
match_of(const struct page_word *w)
{
	if (w->exact != 0)
		return SEARCH_AS_TYPED;
	return w->loose != 0 || w->other ? SEARCH_LOOSELY : SEARCH_NEARLY;
}

static enum search_match
best_match(const struct marker *m)
{
	enum search_match best = SEARCH_NOT_THERE, here;
	size_t i;

	for (i = 0; i < m->count && best != SEARCH_AS_TYPED; i++)
		if (m->word[i].marked && (here = match_of(&m->word[i])) > best)
			best = here;
	return best;
}

enum search_match
search_match_text(const struct search_query *q, struct span text)
{
	enum search_match best;
	struct marker m;

	marker_run(&m, q, text);
	best = best_match(&m);
	marker_end(&m);
	return best;
}

/* ------------------------------------------------------------------ snippets */

#define ELLIPSIS "…"

/* Words [first, last] of the page. */
struct window {
	size_t first, last;
};

static size_t
window_chars(const struct marker *m, const struct window *w)
{
	return m->word[w->last].chars_end - m->word[w->first].chars_start;
}

/* More different words count before more words. */
static unsigned
window_score(const struct marker *m, const struct window *w)
{
	uint64_t groups = 0;
	unsigned marked = 0;
	size_t i;

	for (i = w->first; i <= w->last; i++)
		if (m->word[i].marked) {
			groups |= m->word[i].loose;
			marked++;
		}
	return 8 * (unsigned)__builtin_popcountll(groups) + (marked < 8 ? marked : 7);
}

/* The last word that fits when the window begins at this one. */
static size_t
reach(const struct marker *m, size_t first, size_t last, size_t max_chars)
{
	struct window w = { first, last < first ? first : last };

	while (w.last + 1 < m->count) {
		w.last++;
		if (window_chars(m, &w) > max_chars)
			return w.last - 1;
	}
	return w.last;
}

static struct window
densest(const struct marker *m, size_t max_chars)
{
	struct window best = { 0, 0 }, w;
	unsigned score, best_score = 0;
	size_t i, last = 0;

	for (i = 0; i < m->count; i++) {
		if (!m->word[i].marked)
			continue;
		w.first = i;
		w.last = last = reach(m, i, last > i ? last : i, max_chars);
		score = window_score(m, &w);
		if (score > best_score) {
			best_score = score;
			best = w;
		}
	}
	if (best_score == 0)
		best.last = reach(m, 0, 0, max_chars);
	return best;
}

/* Some words before the first match, for the sense; a third of what the last match leaves. */
static struct window
centre(const struct marker *m, struct window w, size_t max_chars)
{
	struct window inner = w;
	size_t spare;

	while (inner.last > inner.first && !m->word[inner.last].marked)
		inner.last--;
	if (!m->word[inner.last].marked)
		return w;
	spare =
	    max_chars - (window_chars(m, &inner) < max_chars ? window_chars(m, &inner) : max_chars);
	for (w = inner; w.first > 0; w.first--) {
		struct window lead = { w.first - 1, inner.first };

		if (window_chars(m, &lead) >
		    spare / 3 + m->word[inner.first].chars_end - m->word[inner.first].chars_start)
			break;
	}
	w.last = reach(m, w.first, w.first, max_chars);
	for (; w.first > 0; w.first--) { /* room left at the end of the page */
		struct window more = { w.first - 1, w.last };

		if (window_chars(m, &more) > max_chars)
			break;
	}
	return w;
}

/* White space becomes one space. */
static void
add_piece(struct strbuf *out, struct span piece)
{
	size_t i;
	bool space = false;

	for (i = 0; i < piece.n; i++) {
		if (piece.p[i] == '\0' || query_is_space(piece.p[i])) {
			space = true;
			continue;
		}
		if (space)
			strbuf_add_char(out, ' ');
		space = false;
		strbuf_add_char(out, piece.p[i]);
	}
	if (space)
		strbuf_add_char(out, ' ');
}

/* Punctuation that belongs to the last word. */
static size_t
end_of_piece(const struct marker *m, size_t end)
{
	while (end < m->page.n && query_is_one_of(m->page.p[end], ".,;:!?)]%"))
		end++;
	return end;
}

static size_t
write_window(
    const struct marker *m, const struct window *w, struct strbuf *out, struct search_mark *marks)
{
	size_t base = out->len, at = w->first == 0 ? 0 : m->word[w->first].start, i, n = 0;
	size_t end = w->last + 1 == m->count ? m->page.n : end_of_piece(m, m->word[w->last].end);

	if (w->first > 0)
		strbuf_add_str(out, ELLIPSIS " ");
	for (i = w->first; i <= w->last; i++) {
		if (!m->word[i].marked)
			continue;
		add_piece(out, span_make(m->page.p + at, m->word[i].start - at));
		marks[n].start = out->len - base;
		add_piece(out,
		    span_make(m->page.p + m->word[i].start, m->word[i].end - m->word[i].start));
		marks[n++].end = out->len - base;
		at = m->word[i].end;
	}
	add_piece(out, span_make(m->page.p + at, end - at));
	while (out->len > base && out->buf[out->len - 1] == ' ')
		strbuf_truncate(out, out->len - 1);
	if (end < m->page.n)
		strbuf_add_str(out, " " ELLIPSIS);
	return n;
}

size_t
search_snippet(const struct search_query *q, struct span page, size_t max_chars, struct strbuf *out,
    struct search_mark **marks, enum search_match *match)
{
	struct search_query nothing = { 0 };
	struct marker m;
	struct window w;
	size_t n = 0;

	*marks = NULL;
	marker_run(&m, q->root ? q : &nothing, page);
	if (q->root == NULL) {
		m.q = q;
		read_page(&m);
	}
	*match = best_match(&m);
	*marks = xcalloc(m.count ? m.count : 1, sizeof **marks);
	if (m.count > 0) {
		w = centre(&m, densest(&m, max_chars), max_chars);
		n = write_window(&m, &w, out, *marks);
	}
	marker_end(&m);
	return n;
}
