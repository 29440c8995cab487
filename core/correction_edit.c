/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "page_text.h"

/*
 * New word tables from old ones.  Whatever the way the person worked, it comes down to runs: old
 * words [from, from + old) give way to new ones, or stay.
 */
#define CELLS_MAX (16u << 20) /* of the table that aligns a text: 4,000 changed words by 4,000 */

struct token {
	struct span text;
	enum word_break start;
};

static bool
has_box(const struct word *w)
{
	return w->w > 0 && w->h > 0;
}

static struct word
given(enum word_break start)
{
	return (struct word){ .confidence = 100, .start = (uint8_t)start };
}

/* The box that encloses old words [from, to). */
static void
enclose(const struct words *old, size_t from, size_t to, struct word *w)
{
	int64_t left = 0, top = 0, right = 0, bottom = 0;

	for (size_t i = from; i < to; i++) {
		const struct word *o = &old->word[i];
		int64_t r = (int64_t)o->x + o->w, b = (int64_t)o->y + o->h;

		if (!has_box(o))
			continue;
		if (right == left) {
			left = o->x;
			top = o->y;
			right = r;
			bottom = b;
		}
		left = o->x < left ? o->x : left;
		top = o->y < top ? o->y : top;
		right = r > right ? r : right;
		bottom = b > bottom ? b : bottom;
	}
	w->x = (int32_t)left;
	w->y = (int32_t)top;
	w->w = (uint32_t)(right - left);
	w->h = (uint32_t)(bottom - top);
}

/* Part of n equal-height pieces of an old word's box: bytes [before, before + size) of total. */
static void
share(const struct word *o, size_t before, size_t size, size_t total, struct word *w)
{
	uint64_t left = (uint64_t)o->w * before / total;
	uint64_t right = (uint64_t)o->w * (before + size) / total;

	if (!has_box(o))
		return;
	w->x = o->x + (int32_t)left;
	w->y = o->y;
	w->w = right > left ? (uint32_t)(right - left) : 1;
	w->h = o->h;
}

/* New words [first, last) that stand on the one old word o. */
static enum status
put_on_one(struct words *out, const struct word *o, const struct token *token, size_t first,
    size_t last, struct err *err)
{
	size_t before = 0, total = 0;
	enum status st = ST_OK;

	for (size_t i = first; i < last; i++)
		total += token[i].text.n + 1;
	for (size_t i = first; st == ST_OK && i < last; before += token[i++].text.n + 1) {
		struct word w = given(token[i].start);

		share(o, before, token[i].text.n, total, &w);
		st = words_add(out, token[i].text, &w, err);
	}
	return st;
}

/* n new words in the place of the old words [from, from + count). */
static enum status
put_run(struct words *out, const struct words *old, size_t from, size_t count,
    const struct token *token, size_t n, struct err *err)
{
	enum status st = ST_OK;

	if (count > 0 && n > count) {
		for (size_t k = 0; st == ST_OK && k < count; k++)
			st = put_on_one(out, &old->word[from + k], token, k * n / count,
			    (k + 1) * n / count, err);
		return st;
	}
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct word w = given(token[i].start);

		enclose(old, from + i * count / n, from + (i + 1) * count / n, &w);
		st = words_add(out, token[i].text, &w, err);
	}
	return st;
}

static enum status
put_old(
    struct words *out, const struct words *old, size_t i, enum word_break start, struct err *err)
{
	struct word w = old->word[i];

	w.start = (uint8_t)start;
	return words_add(out, words_text(old, i), &w, err);
}

static struct words *
like(const struct words *old)
{
	struct words *out = words_new();

	out->width = old->width;
	out->height = old->height;
	out->dpi = old->dpi;
	out->rotation = old->rotation;
	out->skew = old->skew;
	return out;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

/*
 * The next word of *rest; its start tells what stood before it.  Only ASCII white space is looked
 * at here: other separators are words_add's, which cuts there.
 */
static bool
next_token(struct span *rest, struct token *token)
{
	size_t lines = 0, n = 0;

	while (rest->n > 0 && is_space(rest->p[0])) {
		lines += rest->p[0] == '\n';
		rest->p++;
		rest->n--;
	}
	while (n < rest->n && !is_space(rest->p[n]))
		n++;
	token->text = span_make(rest->p, n);
	token->start = lines == 0 ? WORD_SAME_LINE : lines == 1 ? WORD_NEW_LINE : WORD_NEW_BLOCK;
	rest->p += n;
	rest->n -= n;
	return n > 0;
}

struct tokens {
	struct token *token;
	size_t count, room;
};

static enum status
tokenize(struct span text, struct tokens *all, struct err *err)
{
	struct token token;

	while (next_token(&text, &token)) {
		if (all->count == WORDS_MAX)
			return fail(err, ST_LIMIT, "more than %d words", WORDS_MAX);
		if (all->count == all->room) {
			all->room = all->room ? 2 * all->room : 512;
			all->token = xrealloc(all->token, all->room * sizeof(*all->token));
		}
		all->token[all->count++] = token;
	}
	return ST_OK;
}

static void
tokens_free(struct tokens *all)
{
	free(all->token);
}

/* --- word by word ------------------------------------------------------------------------------ */

/* A deleted word's break goes over to the one behind it. */
static enum word_break
stronger(enum word_break a, enum word_break b)
{
	return a > b ? a : b;
}

static enum status
edit_word(struct words *out, const struct words *old, const struct correction_edit *edit,
    enum word_break start, bool *gone, struct err *err)
{
	owned(tokens_free) struct tokens all = { 0 };
	enum status st = tokenize(edit->text, &all, err);

	*gone = all.count == 0;
	if (st != ST_OK || *gone)
		return st;
	for (size_t i = 0; i < all.count; i++)
		all.token[i].start = i == 0 ? start : WORD_SAME_LINE;
	return put_run(out, old, edit->index, 1, all.token, all.count, err);
}

static enum status
check_edits(
    const struct words *old, const struct correction_edit *edits, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		if (edits[i].index >= old->count || (i > 0 && edits[i].index <= edits[i - 1].index))
			return fail(err, ST_INVALID, "word %zu: give words of the page in order",
			    edits[i].index);
	return ST_OK;
}

enum status
correction_edit(const struct words *old, const struct correction_edit *edits, size_t count,
    struct words **made, struct err *err)
{
	owned(words_freep) struct words *out = like(old);
	enum word_break pending = WORD_SAME_LINE;
	enum status st = check_edits(old, edits, count, err);

	*made = NULL;
	for (size_t i = 0, e = 0; st == ST_OK && i < old->count; i++) {
		enum word_break start = stronger(pending, (enum word_break)old->word[i].start);
		bool gone = false;

		if (e < count && edits[e].index == i)
			st = edit_word(out, old, &edits[e++], start, &gone, err);
		else
			st = put_old(out, old, i, start, err);
		pending = gone ? start : WORD_SAME_LINE;
	}
	if (st != ST_OK)
		return st;
	*made = out;
	out = NULL;
	return ST_OK;
}

/* --- a whole page ------------------------------------------------------------------------------ */

struct alignment {
	const struct words *old;
	const struct tokens *all;
	size_t head, old_tail,
	    new_tail;	 /* what differs: [head, old_tail) against [head, new_tail) */
	size_t *partner; /* of each new word: old word + 1, or 0 */
};

static bool
same(const struct alignment *a, size_t old, size_t new)
{
	return span_equal(words_text(a->old, old), a->all->token[new].text);
}

/* Common beginning and end first: most corrections leave most of a page alone. */
static void
trim(struct alignment *a)
{
	while (a->head < a->old_tail && a->head < a->new_tail && same(a, a->head, a->head)) {
		a->partner[a->head] = a->head + 1;
		a->head++;
	}
	while (a->old_tail > a->head && a->new_tail > a->head &&
	    same(a, a->old_tail - 1, a->new_tail - 1))
		a->partner[--a->new_tail] = a->old_tail--;
}

/* Longest common subsequence of the middle; where it is too big, nothing in it is the same. */
static void
align(struct alignment *a)
{
	size_t n = a->old_tail - a->head, m = a->new_tail - a->head, wide = m + 1;
	uint32_t *length;

	if (n == 0 || m == 0 || (n + 1) > CELLS_MAX / wide)
		return;
	length = xcalloc((n + 1) * wide, sizeof(*length));
	for (size_t i = n; i-- > 0;)
		for (size_t j = m; j-- > 0;) {
			uint32_t below = length[(i + 1) * wide + j],
				 right = length[i * wide + j + 1];

			length[i * wide + j] = same(a, a->head + i, a->head + j)
			    ? length[(i + 1) * wide + j + 1] + 1
			    : below > right ? below
					    : right;
		}
	for (size_t i = 0, j = 0; i < n && j < m;) {
		if (same(a, a->head + i, a->head + j)) {
			a->partner[a->head + j] = a->head + i + 1;
			i++;
			j++;
		} else if (length[(i + 1) * wide + j] >= length[i * wide + j + 1])
			i++;
		else
			j++;
	}
	free(length);
}

static enum status
put_aligned(const struct alignment *a, struct words *out, struct err *err)
{
	const struct token *token = a->all->token;
	size_t old = 0, n = a->all->count;
	enum status st = ST_OK;

	for (size_t i = 0, end; st == ST_OK && i < n; i = end) {
		size_t until = a->old->count;

		if (a->partner[i]) {
			old = a->partner[i];
			end = i + 1;
			st = put_old(out, a->old, old - 1, token[i].start, err);
			continue;
		}
		for (end = i; end < n && !a->partner[end]; end++)
			;
		if (end < n)
			until = a->partner[end] - 1;
		st = put_run(out, a->old, old, until - old, &token[i], end - i, err);
		old = until;
	}
	return st;
}

enum status
correction_text(const struct words *old, struct span text, struct words **made, struct err *err)
{
	owned(tokens_free) struct tokens all = { 0 };
	owned(words_freep) struct words *out = like(old);
	struct alignment a = { .old = old, .all = &all, .old_tail = old->count };
	enum status st = tokenize(text, &all, err);

	*made = NULL;
	if (st != ST_OK)
		return st;
	a.new_tail = all.count;
	a.partner = xcalloc(all.count + 1, sizeof(*a.partner));
	trim(&a);
	align(&a);
	st = put_aligned(&a, out, err);
	free(a.partner);
	if (st != ST_OK)
		return st;
	*made = out;
	out = NULL;
	return ST_OK;
}
