/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "search_parts.h"

/*
 * The query language by recursive descent.  Nothing a user types is an error: what cannot be meant
 * is noted with its place and read as words or left out.
 *
 *	any	= all { "OR" all }
 *	all	= item { [ "AND" ] item }
 *	item	= { "NOT" | "-" } ( "(" any ")" | near | field | number | word )
 *	near	= quote | place { "NEAR" [ "/" n ] place }
 *	place	= quote | chunk
 *	word	= chunk [ "*" | "~" [ "1" | "2" ] ]
 *
 * Plain words of one all are one part.  At the top, without OR and AND, most of them are enough.
 */
struct parser {
	struct search_query *q;
	size_t at;
	unsigned depth;
	size_t last_word; /* end of the word read last */
};

enum token {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_NEAR,
	TOKEN_ITEM
};

static struct query_part *parse_any(struct parser *);

/* ------------------------------------------------------------------ parts */

void
query_problem(struct search_query *q, enum search_problem_code code, size_t at, size_t length)
{
	const struct search_problem *last = q->problems + q->problem_count - 1;

	if (q->problem_count > 0 && last->code == code && last->at == at)
		return;
	if (q->problem_count < SEARCH_PROBLEMS_MAX)
		q->problems[q->problem_count++] = (struct search_problem){ code, at, length };
}

struct query_part *
query_part_new(struct search_query *q, enum query_kind kind)
{
	struct query_part *p = arena_alloc(q->arena, sizeof *p);

	p->kind = kind;
	return p;
}

/* Room for one more in an array of an arena that doubles at powers of two. */
static void *
room_for_one(struct arena *a, void *old, size_t count, size_t size)
{
	void *grown;

	if (count != 0 && (count & (count - 1)) != 0)
		return old;
	grown = arena_array(a, count == 0 ? 1 : 2 * count, size);
	if (count > 0)
		memcpy(grown, old, count * size);
	return grown;
}

void
query_part_add(struct search_query *q, struct query_part *p, struct query_part *child)
{
	p->child = room_for_one(q->arena, p->child, p->child_count, sizeof(struct query_part *));
	p->child[p->child_count++] = child;
}

/* The number of this folded word among the words that are looked for. */
static unsigned
group_of(struct search_query *q, struct span folded)
{
	unsigned i;

	for (i = 0; i < q->group_count; i++)
		if (span_equal(q->groups[i], folded))
			return i;
	q->groups[q->group_count] = folded;
	return (unsigned)q->group_count++;
}

/* What ends a chunk: "*", "~", "~1", "~2", perhaps with punctuation behind. */
struct ending {
	enum query_form form;
	size_t at; /* end of the chunk when there is none */
	size_t stop;
	unsigned distance;
};

static void
set_form(struct search_query *q, struct query_word *w, const struct ending *ending)
{
	size_t least = ending->form == FORM_PREFIX ? QUERY_PREFIX_MIN : QUERY_FUZZY_MIN;

	w->stop = ending->stop;
	if (w->folded.n < least) {
		query_problem(q, SEARCH_SHORT_FORM, w->start, w->stop - w->start);
		return;
	}
	w->form = ending->form;
	w->distance = ending->distance;
	if (w->form == FORM_FUZZY && w->distance == 0)
		w->distance = w->folded.n < QUERY_FUZZY_TWO ? 1 : 2;
}

/* A word and its prefix are looked for apart. */
static unsigned
group_of_word(struct search_query *q, const struct query_word *w)
{
	if (q->negated)
		return 0;
	if (w->form == FORM_WORD)
		return group_of(q, w->folded);
	return group_of(q,
	    span_of(arena_printf(q->arena, "%.*s%s%u", SPAN_ARG(w->folded),
		w->form == FORM_PREFIX ? "*" : "~", w->distance)));
}

static void
add_word(struct search_query *q, struct query_part *p, const struct text_word *w,
    const struct ending *ending)
{
	struct query_word *to;

	p->words = room_for_one(q->arena, p->words, p->word_count, sizeof *p->words);
	to = &p->words[p->word_count++];
	memset(to, 0, sizeof *to);
	to->toned =
	    span_make(arena_dup_span(q->arena, span_make(w->toned, w->toned_len)), w->toned_len);
	to->folded =
	    span_make(arena_dup_span(q->arena, span_make(w->folded, w->folded_len)), w->folded_len);
	to->marked = w->marked;
	to->digits = w->digits;
	to->clause = w->clause;
	to->start = to->lead = w->start;
	to->end = to->stop = w->end;
	if (ending->form != FORM_WORD && ending->at == w->end)
		set_form(q, to, ending);
	to->group = group_of_word(q, to);
	q->word_count++;
}

/* Words of text[from..ending->at). */
static bool
add_words(struct search_query *q, struct query_part *p, size_t from, bool clause,
    const struct ending *ending)
{
	struct text_scan scan;
	struct text_word w;
	size_t first = p->word_count;

	text_scan_init(&scan, span_make(q->text.p, ending->at));
	scan.at = from;
	scan.clause = clause;
	while (text_next(&scan, &w)) {
		if (q->word_count == SEARCH_WORDS_MAX) {
			query_problem(q, SEARCH_TOO_MANY_WORDS, w.start, ending->at - w.start);
			return false;
		}
		add_word(q, p, &w, ending);
		p->words[p->word_count - 1].joined = p->word_count > first + 1;
	}
	return true;
}

bool
query_part_add_words(
    struct search_query *q, struct query_part *p, size_t from, size_t to, bool clause)
{
	struct ending none = { .form = FORM_WORD, .at = to };

	return add_words(q, p, from, clause, &none);
}

/* ------------------------------------------------------------------ characters */

bool
query_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

bool
query_is_space(char c)
{
	return query_is_one_of(c, " \t\r\n\f\v");
}

static bool
is_space(struct span t, size_t at)
{
	return at < t.n && query_is_space(t.p[at]);
}

size_t
query_quote_length(struct span t, size_t at)
{
	static const char *const quotes[] = { "\"", "“", "”", "„", "«", "»" };
	size_t i, n;

	for (i = 0; i < sizeof quotes / sizeof quotes[0]; i++) {
		n = strlen(quotes[i]);
		if (at + n <= t.n && memcmp(t.p + at, quotes[i], n) == 0)
			return n;
	}
	return 0;
}

static bool
ends_chunk(struct span t, size_t at)
{
	return is_space(t, at) || t.p[at] == '(' || t.p[at] == ')' || query_quote_length(t, at) > 0;
}

size_t
query_chunk_end(struct span t, size_t at)
{
	while (at < t.n && !ends_chunk(t, at))
		at++;
	return at;
}

static void
skip_spaces(struct parser *p)
{
	while (is_space(p->q->text, p->at))
		p->at++;
}

static bool
is_operator(struct parser *p, const char *name)
{
	size_t n = strlen(name);
	struct span t = p->q->text;

	return p->at + n <= t.n && memcmp(t.p + p->at, name, n) == 0 &&
	    (p->at + n == t.n || ends_chunk(t, p->at + n));
}

/* Length of NEAR or NEAR/12 at text[at], or 0. */
static size_t
near_length(struct span t, size_t at)
{
	size_t end = query_chunk_end(t, at), i = at + 5;

	if (end < at + 4 || memcmp(t.p + at, "NEAR", 4) != 0)
		return 0;
	if (end == at + 4)
		return 4;
	for (; i < end && t.p[i] >= '0' && t.p[i] <= '9'; i++)
		;
	return t.p[at + 4] == '/' && i == end && end > at + 5 ? end - at : 0;
}

/* "-x": right before something, behind a space or a bracket. */
static bool
is_minus(struct parser *p)
{
	struct span t = p->q->text;

	return t.p[p->at] == '-' && p->at + 1 < t.n && !is_space(t, p->at + 1) &&
	    t.p[p->at + 1] != ')' && t.p[p->at + 1] != '-' &&
	    (p->at == 0 || is_space(t, p->at - 1) || t.p[p->at - 1] == '(');
}

/* What comes next, and its length when it is an operator or a bracket. */
static enum token
look(struct parser *p, size_t *length)
{
	skip_spaces(p);
	*length = 1;
	if (p->at >= p->q->text.n)
		return TOKEN_END;
	if (p->q->text.p[p->at] == '(')
		return TOKEN_OPEN;
	if (p->q->text.p[p->at] == ')')
		return TOKEN_CLOSE;
	if (is_minus(p))
		return TOKEN_NOT;
	if ((*length = near_length(p->q->text, p->at)) > 0)
		return TOKEN_NEAR;
	*length = 2;
	if (is_operator(p, "OR"))
		return TOKEN_OR;
	*length = 3;
	if (is_operator(p, "AND"))
		return TOKEN_AND;
	return is_operator(p, "NOT") ? TOKEN_NOT : TOKEN_ITEM;
}

/* ------------------------------------------------------------------ items */

/* The part that plain words of this group go to, or NULL. */
static struct query_part *
words_of(struct query_part *all)
{
	size_t i;

	for (i = 0; i < all->child_count; i++)
		if (all->child[i]->kind == QUERY_WORDS)
			return all->child[i];
	return NULL;
}

const struct text_number *
query_number_of(const struct search_query *q, const struct query_word *word)
{
	size_t i;

	for (i = 0; i < q->number_count; i++)
		if (word->start >= q->numbers[i].start && word->end <= q->numbers[i].end)
			return &q->numbers[i];
	return NULL;
}

/* A document number among the words: its key is looked for beside its words. */
static size_t
note_number(struct parser *p)
{
	struct search_query *q = p->q;
	struct text_number n;

	if (q->negated || q->word_count == SEARCH_WORDS_MAX ||
	    !text_number_find(q->text, p->at, &n) || n.start != p->at)
		return 0;
	if (q->number_count < QUERY_NUMBERS_MAX) {
		q->numbers =
		    room_for_one(q->arena, q->numbers, q->number_count, sizeof *q->numbers);
		q->numbers[q->number_count++] = n;
	}
	return n.end;
}

static struct ending
find_ending(struct span t, size_t from, size_t end)
{
	struct ending none = { FORM_WORD, end, end, 0 };
	unsigned distance = 0;
	size_t at, stop = end;

	while (stop > from && query_is_one_of(t.p[stop - 1], ",.;:!?"))
		stop--;
	at = stop;
	if (at > from + 1 && t.p[at - 2] == '~' && (t.p[at - 1] == '1' || t.p[at - 1] == '2'))
		distance = (unsigned)(t.p[--at] - '0');
	if (at == from)
		return none;
	at--;
	if (t.p[at] == '~')
		return (struct ending){ FORM_FUZZY, at, stop, distance };
	return t.p[at] == '*' && distance == 0 ? (struct ending){ FORM_PREFIX, at, stop, 0 } : none;
}

/* Words up to end, next to those that stood right before. */
static void
read_words(struct parser *p, struct query_part *all, size_t end)
{
	struct query_part *words = words_of(all), *fresh = words;
	bool adjacent = p->last_word > 0;
	struct ending ending = find_ending(p->q->text, p->at, end);
	size_t from = adjacent ? p->last_word : p->at, at = p->at, before;

	if (words == NULL)
		fresh = query_part_new(p->q, QUERY_WORDS);
	before = fresh->word_count;
	(void)add_words(p->q, fresh, from, !adjacent, &ending);
	p->at = end;
	if (fresh->word_count == before)
		return;
	fresh->words[before].joined = adjacent && before > 0;
	if (!adjacent)
		fresh->words[before].lead = at;
	p->last_word = fresh->words[fresh->word_count - 1].stop;
	if (words == NULL)
		query_part_add(p->q, all, fresh);
}

/* --- NEAR --- */

/* Behind a quote or a chunk at text[at]; at when there is none that can stand beside NEAR. */
static size_t
place_end(const struct search_query *q, size_t at)
{
	struct span t = q->text;
	size_t to = at + query_quote_length(t, at), mark = 0;
	int field;

	if (at >= t.n || t.p[at] == '(' || t.p[at] == ')')
		return at;
	if (to == at)
		return near_length(t, at) > 0 || query_field_find(q, at, &field) > 0
		    ? at
		    : query_chunk_end(t, at);
	while (to < t.n && (mark = query_quote_length(t, to)) == 0)
		to++;
	return mark == 0 ? at : to + mark;
}

/* NEAR at text[at] with a place behind it: where that begins, else 0. */
static size_t
near_next(struct parser *p, size_t at, size_t *operator)
{
	struct parser ahead = *p;
	size_t length;

	ahead.at = at;
	if (look(&ahead, &length) != TOKEN_NEAR)
		return 0;
	*operator= ahead.at;
	ahead.at += length;
	if (look(&ahead, &length) != TOKEN_ITEM || place_end(p->q, ahead.at) == ahead.at)
		return 0;
	return ahead.at;
}

/* The n of NEAR/n. */
static unsigned
near_window(struct search_query *q, size_t at)
{
	size_t length = near_length(q->text, at);
	uint64_t n = SEARCH_NEAR_DEFAULT;

	if (length > 4 &&
	    (!span_u64(span_make(q->text.p + at + 5, length - 5), &n) || n < 1 ||
		n > SEARCH_NEAR_MAX)) {
		query_problem(q, SEARCH_BAD_DISTANCE, at, length);
		n = SEARCH_NEAR_DEFAULT;
	}
	return (unsigned)n;
}

/* Words of a quote or of a place: only as they stand. */
static void
add_exact_words(struct search_query *q, struct query_part *p, size_t at, size_t end)
{
	size_t i, behind;

	(void)query_part_add_words(q, p, at, end, true);
	for (i = 0; i < p->word_count; i++) {
		behind = p->words[i].end;
		if (behind < end && (q->text.p[behind] == '*' || q->text.p[behind] == '~'))
			query_problem(q, SEARCH_FORM_PLACE, behind, 1);
	}
}

static void
add_place(struct search_query *q, struct query_part *near, size_t at, size_t end)
{
	struct query_part *place = query_part_new(q, QUERY_PHRASE);

	add_exact_words(q, place, at, find_ending(q->text, at, end).at);
	if (find_ending(q->text, at, end).form != FORM_WORD)
		query_problem(q, SEARCH_FORM_PLACE, find_ending(q->text, at, end).at, 1);
	if (place->word_count > 0)
		query_part_add(q, near, place);
}

/* True when places with NEAR between them stood here. */
static bool
read_near(struct parser *p, struct query_part *all)
{
	struct search_query *q = p->q;
	size_t end = place_end(q, p->at), next, operator= 0;
	struct query_part *near;
	unsigned window;

	if (end == p->at || (next = near_next(p, end, &operator)) == 0)
		return false;
	near = query_part_new(q, QUERY_NEAR);
	add_place(q, near, p->at, end);
	for (; next > 0; next = near_next(p, end, &operator)) {
		window = near_window(q, operator);
		near->window = window > near->window ? window : near->window;
		end = place_end(q, next);
		add_place(q, near, next, end);
	}
	p->at = end;
	p->last_word = 0;
	if (near->child_count > 0)
		query_part_add(q, all, near->child_count > 1 ? near : near->child[0]);
	return true;
}

static void
read_quote(struct parser *p, struct query_part *all)
{
	struct search_query *q = p->q;
	size_t open = p->at, from, to, mark = 0;
	struct query_part *phrase;

	from = to = open + query_quote_length(q->text, open);
	while (to < q->text.n && (mark = query_quote_length(q->text, to)) == 0)
		to++;
	p->last_word = 0;
	if (mark == 0) {
		query_problem(q, SEARCH_OPEN_QUOTE, open, from - open);
		p->at = from;
		return;
	}
	p->at = to + mark;
	phrase = query_part_new(q, QUERY_PHRASE);
	add_exact_words(q, phrase, from, to);
	if (phrase->word_count > 0)
		query_part_add(q, all, phrase);
}

/* Words in brackets, as in a question or a title, are words like those around them. */
static void
add_group(struct search_query *q, struct query_part *all, const struct query_part *inner)
{
	struct query_part *words = words_of(all);
	size_t i;

	for (i = 0; i < inner->word_count; i++) {
		words->words =
		    room_for_one(q->arena, words->words, words->word_count, sizeof *words->words);
		words->words[words->word_count++] = inner->words[i];
	}
}

static void
read_group(struct parser *p, struct query_part *all)
{
	struct search_query *q = p->q;
	struct query_part *inner;
	size_t open = p->at++, length;

	p->last_word = 0;
	if (p->depth == SEARCH_DEPTH_MAX) {
		query_problem(q, SEARCH_TOO_DEEP, open, 1);
		return;
	}
	p->depth++;
	inner = parse_any(p);
	p->depth--;
	p->last_word = 0;
	if (look(p, &length) == TOKEN_CLOSE)
		p->at++;
	else
		query_problem(q, SEARCH_OPEN_GROUP, open, 1);
	if (inner != NULL && inner->kind == QUERY_WORDS && words_of(all) != NULL)
		add_group(q, all, inner);
	else if (inner != NULL)
		query_part_add(q, all, inner);
}

static enum search_sort
query_sort_of(struct span name)
{
	static const char *const names[] = { "relevance", "newest", "oldest", "number" };
	unsigned i;

	for (i = SEARCH_NEWEST; i < SEARCH_SORTS; i++)
		if (span_equal_str(name, names[i]))
			return i;
	return SEARCH_RELEVANCE;
}

/* từ: and đến: of one group are one range; false when no day is in it. */
static bool
add_condition(struct parser *p, struct query_part *all, struct query_part *part)
{
	struct query_part *other;
	size_t i;

	if (part->kind == QUERY_SORT) {
		p->q->sorted = true;
		p->q->sort = query_sort_of(part->value);
		return true;
	}
	for (i = 0; part->kind == QUERY_DATE && i < all->child_count; i++) {
		other = all->child[i];
		if (other->kind != QUERY_DATE)
			continue;
		if (part->from > other->to || part->to < other->from)
			return false;
		other->from = part->from > other->from ? part->from : other->from;
		other->to = part->to < other->to ? part->to : other->to;
		return true;
	}
	query_part_add(p->q, all, part);
	return true;
}

/* A field, a number or a chunk of words. */
static void
read_plain(struct parser *p, struct query_part *all)
{
	struct search_query *q = p->q;
	struct query_part *part;
	size_t value, end;
	int field;

	while ((value = query_field_find(q, p->at, &field)) > 0) {
		end = value;
		if ((part = query_field_read(q, field, &end)) != NULL) {
			if (add_condition(p, all, part)) {
				p->at = end;
				p->last_word = 0;
				return;
			}
			query_problem(q, SEARCH_BAD_DATE, value, end - value);
		}
		p->at = value; /* its name says nothing, its value is words */
		skip_spaces(p);
		p->last_word = 0;
		if (p->at >= q->text.n || ends_chunk(q->text, p->at))
			return;
	}
	end = note_number(p);
	read_words(p, all, end > 0 ? end : query_chunk_end(q->text, p->at));
}

/* One item into all; an item that excludes goes in as NOT. */
static void
read_item(struct parser *p, struct query_part *all)
{
	struct span t = p->q->text;

	if (p->q->part_count++ >= QUERY_PARTS_MAX) {
		query_problem(p->q, SEARCH_TOO_MANY_WORDS, p->at, t.n - p->at);
		p->at = t.n;
		return;
	}
	if (t.p[p->at] == '(')
		read_group(p, all);
	else if (read_near(p, all))
		return;
	else if (query_quote_length(t, p->at) > 0)
		read_quote(p, all);
	else
		read_plain(p, all);
}

static void
read_negation(struct parser *p, struct query_part *all, size_t length)
{
	struct search_query *q = p->q;
	struct query_part *inner = query_part_new(q, QUERY_AND), *not ;
	size_t at = p->at, skipped;
	enum token next;
	bool outer = q->negated;

	p->at += length;
	p->last_word = 0;
	while ((next = look(p, &skipped)) == TOKEN_NOT) { /* NOT NOT a is NOT a */
		p->at += skipped;
	}
	if (next != TOKEN_ITEM && next != TOKEN_OPEN) {
		query_problem(q, SEARCH_NO_OPERAND, at, length);
		return;
	}
	q->negated = true;
	read_item(p, inner);
	q->negated = outer;
	p->last_word = 0;
	if (inner->child_count == 0)
		return;
	not = query_part_new(q, QUERY_NOT);
	query_part_add(q, not, inner);
	query_part_add(q, all, not );
}

/* ------------------------------------------------------------------ groups */

/* A lone child stands for its group. */
static struct query_part *
simplify(struct query_part *p)
{
	if (p->child_count == 0)
		return NULL;
	if (p->child_count > 1 || p->child[0]->kind == QUERY_NOT)
		return p;
	p->child[0]->strict |= p->strict;
	return p->child[0];
}

/* How much stands in a group; plain words go to one part that is there already. */
static size_t
size_of(struct query_part *all)
{
	struct query_part *words = words_of(all);

	return all->child_count + (words != NULL ? words->word_count : 0);
}

/* AND with nothing before or behind it is noted; all is strict when it was a real one. */
static void
read_and(struct parser *p, struct query_part *all)
{
	size_t at = p->at, length, before = size_of(all);
	enum token next;

	p->at += 3;
	p->last_word = 0;
	next = look(p, &length);
	if (before > 0 && next == TOKEN_NOT)
		read_negation(p, all, length);
	else if (before > 0 && (next == TOKEN_ITEM || next == TOKEN_OPEN))
		read_item(p, all);
	if (before > 0 && size_of(all) > before)
		all->strict = true;
	else
		query_problem(p->q, SEARCH_NO_OPERAND, at, 3);
}

static void
skip_near(struct parser *p, size_t length)
{
	query_problem(p->q, SEARCH_NO_OPERAND, p->at, length);
	p->at += length;
	p->last_word = 0;
}

static struct query_part *
parse_all(struct parser *p)
{
	struct query_part *all = query_part_new(p->q, QUERY_AND);
	size_t length;

	p->last_word = 0;
	for (;;) {
		switch (look(p, &length)) {
		case TOKEN_AND:
			read_and(p, all);
			continue;
		case TOKEN_NEAR:
			skip_near(p, length);
			continue;
		case TOKEN_NOT:
			read_negation(p, all, length);
			continue;
		case TOKEN_OPEN:
		case TOKEN_ITEM:
			read_item(p, all);
			continue;
		case TOKEN_CLOSE:
			if (p->depth > 0)
				return simplify(all);
			query_problem(p->q, SEARCH_CLOSE_GROUP, p->at++, 1);
			p->last_word = 0;
			continue;
		default:
			return simplify(all);
		}
	}
}

/* The plain words at the top; no AND or OR stands there. */
static struct query_part *
make_soft(struct query_part *root)
{
	struct query_part *words = root->kind == QUERY_WORDS ? root : words_of(root);

	if (words != NULL)
		words->soft = true;
	return words;
}

static struct query_part *
parse_any(struct parser *p)
{
	struct query_part *any = query_part_new(p->q, QUERY_OR), *all;
	size_t length, at = 0;
	bool again = false;

	for (;;) {
		if ((all = parse_all(p)) != NULL)
			query_part_add(p->q, any, all);
		if (again && all == NULL)
			query_problem(p->q, SEARCH_NO_OPERAND, at, 2);
		if (look(p, &length) != TOKEN_OR)
			break;
		if (all == NULL && !again)
			query_problem(p->q, SEARCH_NO_OPERAND, p->at, 2);
		again = true;
		at = p->at;
		p->at += length;
	}
	return simplify(any);
}

/* ------------------------------------------------------------------ whole */

static bool
only_excludes(const struct query_part *p)
{
	size_t i;

	if (p->kind == QUERY_NOT)
		return true;
	if (p->kind != QUERY_AND && p->kind != QUERY_OR)
		return false;
	for (i = 0; i < p->child_count; i++)
		if (!only_excludes(p->child[i]))
			return false;
	return p->child_count > 0;
}

struct search_query *
search_query_new(struct span text)
{
	struct arena *a = arena_new();
	struct search_query *q = arena_alloc(a, sizeof *q);
	struct parser p = { .q = q };
	size_t n = text.n;

	q->arena = a;
	if (n > SEARCH_QUERY_MAX) {
		for (n = SEARCH_QUERY_MAX; n > 0 && (text.p[n] & 0xc0) == 0x80; n--)
			;
		query_problem(q, SEARCH_TOO_LONG, n, text.n - n);
	}
	q->text = span_make(arena_dup_span(a, span_make(text.p, n)), n);
	q->root = parse_any(&p);
	if (q->root != NULL && !query_is_strict(q))
		q->soft = make_soft(q->root);
	if (q->root != NULL && only_excludes(q->root))
		query_problem(q, SEARCH_ONLY_NOT, 0, n);
	return q;
}

void
search_query_free(struct search_query *q)
{
	if (q == NULL)
		return;
	search_query_free(q->other);
	arena_free(q->arena);
}

void
search_query_freep(struct search_query **q)
{
	search_query_free(*q);
	*q = NULL;
}

bool
search_query_sort(const struct search_query *q, enum search_sort *sort)
{
	if (q->sorted)
		*sort = q->sort;
	return q->sorted;
}

bool
search_query_empty(const struct search_query *q)
{
	return q->root == NULL;
}

size_t
search_query_problems(const struct search_query *q, const struct search_problem **problems)
{
	*problems = q->problems;
	return q->problem_count;
}
