/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>

#include "search_parts.h"

/*
 * A parsed query as what is matched (folded terms: a toned word always has its folded one beside it)
 * and what orders it (toned words before folded ones, bigrams, document numbers).
 */
#define PAIR_WORDS_MAX 4 /* of a short query */
#define DOSSIERS_MAX 1000
#define FORMS_PREFIX 10000 /* words a prefix stands for, the most frequent ones */
#define FORMS_FUZZY 50
#define FORMS_MISTYPED 3

/* Room for n and one more: arenas give no empty arrays. */
static const struct xap_node **
node_list(struct arena *a, size_t n)
{
	return arena_array(a, n + 1, sizeof(struct xap_node *));
}

const struct xap_node *
query_node(struct arena *a, enum xap_op op, const struct xap_node *const *child, size_t count)
{
	struct xap_node *n = arena_alloc(a, sizeof *n);
	const struct xap_node **copy = node_list(a, count);

	if (count > 0)
		memcpy(copy, child, count * sizeof(struct xap_node *));
	n->op = op;
	n->child = copy;
	n->count = count;
	return n;
}

const struct xap_node *
query_term(struct arena *a, const char *prefix, struct span text)
{
	struct xap_node *n = arena_alloc(a, sizeof *n);

	n->op = XAP_TERM;
	n->text = span_of(arena_printf(a, "%s%.*s", prefix, SPAN_ARG(text)));
	return n;
}

const struct xap_node *
query_scale(struct arena *a, const struct xap_node *child, double factor)
{
	struct xap_node *n = arena_alloc(a, sizeof *n);
	const struct xap_node **only = node_list(a, 1);

	*only = child;
	n->op = XAP_SCALE;
	n->factor = factor;
	n->child = only;
	n->count = 1;
	return n;
}

/* ------------------------------------------------------------------ matching */

static const struct xap_node *match(
    struct query_plan *, const struct query_part *, enum status *, struct err *);

/* Word at of a part in a field, or all words of what it also means. */
static const struct xap_node *
match_field_word(struct query_plan *p, const char *prefix, const struct query_part *part, size_t at)
{
	const struct xap_node *form[QUERY_ALSO_MAX + 1], *word[QUERY_ALSO_WORDS];
	size_t i, k, n = 1;

	form[0] = query_term(p->arena, prefix, part->words[at].folded);
	for (i = 0; i < p->query->also_count; i++) {
		const struct query_also *also = &p->query->also[i];

		if (!query_also_covers(also, part, at))
			continue;
		for (k = 0; k < also->word_count; k++)
			word[k] = query_term(p->arena, prefix, also->words[k]);
		form[n++] = query_node(p->arena, XAP_AND, word, k);
	}
	return n == 1 ? form[0] : query_node(p->arena, XAP_OR, form, n);
}

static const struct xap_node *
match_words(struct query_plan *p, const char *prefix, const struct query_part *part)
{
	const struct xap_node **child = node_list(p->arena, part->word_count);
	size_t i;

	for (i = 0; i < part->word_count; i++)
		child[i] = match_field_word(p, prefix, part, i);
	return query_node(p->arena, XAP_AND, child, part->word_count);
}

static struct xap_node *
node_of_form(struct arena *a, enum xap_op op, struct span folded, unsigned distance, unsigned most)
{
	struct xap_node *n = arena_alloc(a, sizeof *n);

	n->op = op;
	n->text = span_of(arena_printf(a, "%s%.*s", TERM_FOLDED, SPAN_ARG(folded)));
	n->window = most;
	n->distance = distance;
	return n;
}

const struct xap_node *
query_plan_word(struct arena *a, const struct query_word *w)
{
	if (w->form == FORM_WORD)
		return query_term(a, TERM_FOLDED, w->folded);
	return w->form == FORM_PREFIX
	    ? node_of_form(a, XAP_PREFIX, w->folded, w->distance, FORMS_PREFIX)
	    : node_of_form(a, XAP_FUZZY, w->folded, w->distance, FORMS_FUZZY);
}

/*
 * A plain word; while few records hold it, what it may have been misread as, and when none does, what
 * it may have been mistyped for.
 */
static const struct xap_node *
make_soft_word(struct arena *a, const struct search_weights *weights, const struct query_word *w)
{
	char variant[TEXT_MISREADINGS_MAX][TEXT_WORD_MAX + 1];
	const struct xap_node **child = node_list(a, TEXT_MISREADINGS_MAX + 2);
	size_t i, n = 0;
	struct xap_node *node;

	if (w->folded.n >= QUERY_MISREAD_MIN)
		n = text_misreadings(w->folded, variant, TEXT_MISREADINGS_MAX);
	node = arena_alloc(a, sizeof *node);
	node->op = XAP_RARELY;
	node->window = weights->rare;
	node->child = child;
	child[node->count++] = query_term(a, TERM_FOLDED, w->folded);
	for (i = 0; i < n; i++)
		child[node->count++] = query_term(a, TERM_FOLDED, span_of(variant[i]));
	if (query_word_may_be_mistyped(w))
		child[node->count++] = node_of_form(a, XAP_FUZZY, w->folded, 1, FORMS_MISTYPED);
	return node;
}

static const struct xap_node *
soft_word(struct query_plan *p, const struct query_word *w)
{
	if (w->form != FORM_WORD || p->weights->rare == 0)
		return query_plan_word(p->arena, w);
	if (p->soft[w->group] == NULL)
		p->soft[w->group] = make_soft_word(p->arena, p->weights, w);
	return p->soft[w->group];
}

static const struct xap_node *
match_plain(struct query_plan *p, const struct query_part *part)
{
	const struct xap_node **child = node_list(p->arena, part->word_count);
	size_t i;

	for (i = 0; i < part->word_count; i++) {
		const struct query_word *w = &part->words[i];

		child[i] = p->excluding && w->marked && w->form == FORM_WORD
		    ? query_term(p->arena, TERM_TONED, w->toned)
		    : query_plan_also(p->arena, p->query, part, i, query_plan_word(p->arena, w));
	}
	return query_node(p->arena, XAP_AND, child, part->word_count);
}

/* The toned layer is the only one with positions. */
static const struct xap_node *
any_tone(struct arena *a, struct span folded)
{
	struct xap_node *n = arena_alloc(a, sizeof *n);

	n->op = XAP_SPELLINGS;
	n->text = span_of(arena_printf(a, "%s%.*s", TERM_TONED, SPAN_ARG(folded)));
	return n;
}

/* With a mark anywhere the phrase is meant as it is typed; without, every word in any tone. */
static const struct xap_node *
place_word(struct query_plan *p, const struct query_part *part, size_t at)
{
	bool marked = false;
	size_t i;

	for (i = 0; i < part->word_count; i++)
		marked |= part->words[i].marked;
	return marked || part->words[at].digits
	    ? query_term(p->arena, TERM_TONED, part->words[at].toned)
	    : any_tone(p->arena, part->words[at].folded);
}

static const struct xap_node *
match_phrase(struct query_plan *p, const struct query_part *part)
{
	const struct xap_node **child = node_list(p->arena, part->word_count);
	size_t i;

	for (i = 0; i < part->word_count; i++)
		child[i] = place_word(p, part, i);
	if (part->word_count == 1)
		return child[0];
	return query_node(p->arena, XAP_PHRASE, child, part->word_count);
}

/* Two words next to each other, whatever stands between them. */
static const struct xap_node *
match_pair(struct arena *a, struct span first, struct span second)
{
	const struct xap_node *both[2];
	char pair[TEXT_BIGRAM_MAX + 1];
	size_t n = text_bigram(first, second, pair);

	both[0] = query_term(a, TERM_BIGRAM, span_make(pair, n));
	both[1] = query_term(a, TERM_NEIGHBOURS, span_make(pair, n));
	return query_node(a, XAP_OR, both, 2);
}

/* Its pairs, then its places: few records are left for the many spellings of words without marks. */
static const struct xap_node *
match_quote(struct query_plan *p, const struct query_part *part)
{
	const struct xap_node **all = node_list(p->arena, part->word_count);
	size_t i, n = 0;

	if (part->word_count == 1)
		all[n++] = match_words(p, TERM_FOLDED, part);
	for (i = 1; i < part->word_count; i++)
		all[n++] = match_pair(p->arena, part->words[i - 1].folded, part->words[i].folded);
	all[n++] = match_phrase(p, part);
	return query_node(p->arena, XAP_AND, all, n);
}

/* Every word of the query in the text of these pages; without words, records with so many pages. */
static void
list_places(struct query_plan *p, const struct query_part *part, const struct xap_node **list,
    size_t *count)
{
	size_t i;

	if (part->kind == QUERY_NOT || query_is_name(part))
		return;
	for (i = 0; i < part->word_count && *count < SEARCH_WORDS_MAX; i++)
		if (part->words[i].form == FORM_WORD)
			list[(*count)++] = any_tone(p->arena, part->words[i].folded);
	for (i = 0; i < part->child_count; i++)
		list_places(p, part->child[i], list, count);
}

static const struct xap_node *
match_pages(struct query_plan *p, const struct query_part *part)
{
	const struct xap_node *list[SEARCH_WORDS_MAX];
	struct xap_node *n = arena_alloc(p->arena, sizeof *n);
	const struct xap_node **child;
	size_t count = 0;

	list_places(p, p->query->root, list, &count);
	child = node_list(p->arena, count);
	if (count > 0)
		memcpy(child, list, count * sizeof(struct xap_node *));
	n->op = count > 0 ? XAP_ON_SLICES : XAP_LONG;
	n->child = child;
	n->count = count;
	n->from = part->from;
	n->to = part->to;
	return n;
}

/* An end on the last real day of its month takes all of it. */
static uint32_t
open_end(uint32_t day)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint32_t y = day / 10000, m = day / 100 % 100;
	uint32_t last = m >= 1 && m <= 12 ? days[m - 1] : 0;

	if (m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0))
		last = 29;
	return last != 0 && day % 100 == last ? y * 10000 + m * 100 + 99 : day;
}

static const struct xap_node *
match_column(struct query_plan *p, enum xap_op op, uint32_t from, uint32_t to)
{
	struct xap_node *n = arena_alloc(p->arena, sizeof *n);

	n->op = op;
	n->from = from;
	n->to = to;
	return n;
}

static const struct xap_node *
match_near(struct query_plan *p, const struct query_part *part)
{
	const struct xap_node **child = node_list(p->arena, part->child_count), *both[2];
	struct xap_node *near = arena_alloc(p->arena, sizeof *near);
	size_t i, words = 0;

	for (i = 0; i < part->child_count; i++) {
		words += part->child[i]->word_count;
		child[i] = match_phrase(p, part->child[i]);
	}
	near->op = XAP_NEAR;
	near->child = child;
	near->count = part->child_count;
	near->window = (unsigned)words + (part->window - 1) * (unsigned)(part->child_count - 1);
	child = node_list(p->arena, part->child_count);
	for (i = 0; i < part->child_count; i++)
		child[i] = match_words(p, TERM_FOLDED, part->child[i]);
	both[0] = query_node(p->arena, XAP_AND, child, part->child_count);
	both[1] = near;
	return query_node(p->arena, XAP_AND, both, 2);
}

static const struct xap_node *
match_types(struct query_plan *p, const struct query_part *part)
{
	const struct xap_node **child = node_list(p->arena, part->value_count);
	owned(strbuf_free) struct strbuf code = STRBUF_INIT;
	size_t i;

	for (i = 0; i < part->value_count; i++) {
		strbuf_reset(&code);
		text_normalise(span_of(part->values[i]), &code);
		child[i] = query_term(p->arena, TERM_TYPE, strbuf_span(&code));
	}
	return query_node(p->arena, XAP_OR, child, part->value_count);
}

static const struct xap_node *
match_dossier(struct query_plan *p, const struct query_part *part, enum status *st, struct err *err)
{
	int64_t *ids = arena_array(p->arena, DOSSIERS_MAX, sizeof *ids);
	const struct xap_node **child;
	char digits[24];
	size_t i, count = 0;

	if (p->resolve != NULL)
		*st = p->resolve(p->payload, part->value, ids, DOSSIERS_MAX, &count, err);
	if (*st != ST_OK)
		count = 0;
	child = node_list(p->arena, count);
	for (i = 0; i < count; i++) {
		snprintf(digits, sizeof digits, "%" PRId64, ids[i]);
		child[i] = query_term(p->arena, TERM_DOSSIER, span_of(digits));
	}
	return query_node(p->arena, XAP_OR, child, count);
}

enum status
query_plan_condition(struct query_plan *p, const struct search_condition *c,
    const struct xap_node **out, bool *known, struct err *err)
{
	struct xap_groups *groups = arena_alloc(p->arena, sizeof *groups);
	struct xap_node *n = arena_alloc(p->arena, sizeof *n);
	enum status st = ST_OK;

	*known = true;
	n->op = XAP_NOTHING;
	*out = n;
	if (p->find_facts == NULL)
		return ST_OK;
	st = p->find_facts(p->payload, c, p->arena, groups, known, err);
	if (st != ST_OK || !*known)
		return st;
	n->op = XAP_GROUPED;
	n->groups = groups;
	if (c->fact == SEARCH_HELD && span_equal_str(c->value, "no")) {
		const struct xap_node *others[2] = { query_node(p->arena, XAP_ALL, NULL, 0), n };

		*out = query_node(p->arena, XAP_NOT, others, 2);
	}
	return ST_OK;
}

static void
note(struct query_plan *p, enum search_problem_code code, size_t at, size_t length)
{
	if (p->unknown_count < SEARCH_PROBLEMS_MAX)
		p->unknown[p->unknown_count++] = (struct search_problem){ code, at, length };
}

static void
note_field(struct query_plan *p, enum search_problem_code code, const struct query_part *part)
{
	note(p, code, (size_t)(part->raw.p - p->query->text.p), part->raw.n);
}

static const struct xap_node *
match_condition(
    struct query_plan *p, const struct query_part *part, enum status *st, struct err *err)
{
	static const enum search_fact facts[QUERY_KIND_COUNT] = {
		[QUERY_RETENTION] = SEARCH_RETENTION,
		[QUERY_DUE] = SEARCH_DUE,
		[QUERY_HELD] = SEARCH_HELD,
		[QUERY_PROCEDURE] = SEARCH_PROCEDURE,
		[QUERY_APPLICANT] = SEARCH_APPLICANT,
	};
	const struct search_condition c = { facts[part->kind], part->value, part->from, part->to };
	const struct xap_node *n;
	bool known;

	*st = query_plan_condition(p, &c, &n, &known, err);
	if (*st == ST_OK && !known)
		note_field(p, SEARCH_UNKNOWN_NAME, part);
	return n;
}

/* The query itself, or one of what all must be in a record. */
static bool
is_at_top(const struct search_query *q, const struct query_part *part)
{
	size_t i;

	for (i = 0; q->root->kind == QUERY_AND && i < q->root->child_count; i++)
		if (q->root->child[i] == part)
			return true;
	return q->root == part;
}

/* Is a day or a month of it known?  yyyymmdd, open parts 00 and 99. */
static bool
is_precise(const struct query_part *dates)
{
	return dates->from % 10000 != 0 || dates->to % 10000 != 9999;
}

static unsigned
loose_kind(const struct query_part *part)
{
	if (part->kind == QUERY_DATE)
		return is_precise(part) ? LOOSE_DATES : 0;
	return part->kind == QUERY_PHRASE ? LOOSE_PHRASES
	    : part->kind == QUERY_NUMBER  ? LOOSE_NUMBERS
					  : 0;
}

/* Is in no record with what else was asked for, and not held to. */
static bool
is_loose(const struct query_plan *p, const struct query_part *part)
{
	return (p->loose & loose_kind(part)) && is_at_top(p->query, part);
}

static bool
is_loose_phrase(const struct query_plan *p, const struct query_part *part)
{
	return part->kind == QUERY_PHRASE && is_loose(p, part);
}

static const struct xap_node *
match_excluded(
    struct query_plan *p, const struct query_part *part, enum status *st, struct err *err)
{
	const struct xap_node *n;
	bool outer = p->excluding;

	p->excluding = true;
	n = match(p, part, st, err);
	p->excluding = outer;
	return n;
}

/* "15/QĐ-SDL" is "/QĐ-SDL" where nobody could read what was written by hand. */
static const struct xap_node *
unread_term(struct arena *a, struct span key)
{
	(void)span_cut(&key, '/');
	return query_term(a, TERM_NUMBER "/", key);
}

/* A number, or those with its symbol whose number nobody has read. */
static const struct xap_node *
match_number(struct query_plan *p, const struct query_part *part)
{
	const struct xap_node *form[2] = { query_term(p->arena, TERM_NUMBER, part->value),
		unread_term(p->arena, part->value) };

	if (!is_loose(p, part))
		return form[0];
	note_field(p, SEARCH_UNREAD_NUMBER, part);
	return query_node(p->arena, XAP_OR, form, 2);
}

/* Days, and those of which nobody could read more than the month or the year. */
static const struct xap_node *
match_dates(struct query_plan *p, const struct query_part *part)
{
	bool maybe = is_loose(p, part);

	if (maybe)
		note_field(p, SEARCH_UNREAD_DATE, part);
	return match_column(p, maybe ? XAP_MAYBE_DATES : XAP_DATES, part->from, open_end(part->to));
}

/* A record has one of these: two that were asked for one after the other are two to choose from. */
static bool
is_single(enum query_kind kind)
{
	return kind == QUERY_TYPE || kind == QUERY_STATE || kind == QUERY_LANGUAGE;
}

static bool
is_asked_before(const struct query_part *all, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (all->child[k]->kind == all->child[i]->kind)
			return true;
	return false;
}

static const struct xap_node *
match_choices(struct query_plan *p, const struct query_part *all, enum query_kind kind,
    enum status *st, struct err *err)
{
	const struct xap_node **choice = node_list(p->arena, all->child_count);
	size_t i, n = 0;

	for (i = 0; i < all->child_count; i++)
		if (all->child[i]->kind == kind)
			choice[n++] = match(p, all->child[i], st, err);
	return query_node(p->arena, XAP_OR, choice, n);
}

/* What must be there, without what must not. */
static const struct xap_node *
match_all(struct query_plan *p, const struct query_part *part, enum status *st, struct err *err)
{
	const struct xap_node **yes = node_list(p->arena, part->child_count);
	const struct xap_node **no = node_list(p->arena, part->child_count);
	size_t i, yes_count = 0, no_count = 1;

	for (i = 0; i < part->child_count && *st == ST_OK; i++) {
		const struct query_part *child = part->child[i];

		if (child->kind == QUERY_NOT)
			no[no_count++] = match_excluded(p, child->child[0], st, err);
		else if (child->soft || is_loose_phrase(p, child))
			continue;
		else if (part->strict || !is_single(child->kind))
			yes[yes_count++] = match(p, child, st, err);
		else if (!is_asked_before(part, i))
			yes[yes_count++] = match_choices(p, part, child->kind, st, err);
	}
	no[0] = query_node(p->arena, XAP_AND, yes, yes_count);
	return no_count == 1 ? no[0] : query_node(p->arena, XAP_NOT, no, no_count);
}

static const struct xap_node *
match_any(struct query_plan *p, const struct query_part *part, enum status *st, struct err *err)
{
	const struct xap_node **child = node_list(p->arena, part->child_count);
	size_t i;

	for (i = 0; i < part->child_count && *st == ST_OK; i++)
		child[i] = match(p, part->child[i], st, err);
	return query_node(p->arena, XAP_OR, child, i);
}

static const struct xap_node *
match(struct query_plan *p, const struct query_part *part, enum status *st, struct err *err)
{
	switch (part->kind) {
	case QUERY_OR:
		return match_any(p, part, st, err);
	case QUERY_WORDS:
		return match_plain(p, part);
	case QUERY_PHRASE:
		return match_quote(p, part);
	case QUERY_NUMBER:
		return match_number(p, part);
	case QUERY_NUMBER_PART:
		return query_term(p->arena, TERM_NUMBER_PART, part->value);
	case QUERY_TYPE:
		return match_types(p, part);
	case QUERY_DATE:
		return match_dates(p, part);
	case QUERY_ISSUER:
		return match_words(p, TERM_ISSUER, part);
	case QUERY_DOSSIER:
		return match_dossier(p, part, st, err);
	case QUERY_LANGUAGE:
		return query_term(p->arena, TERM_LANGUAGE, part->value);
	case QUERY_NEAR:
		return match_near(p, part);
	case QUERY_SIGNER:
		return match_words(p, TERM_SIGNER, part);
	case QUERY_SUBJECT:
		return match_words(p, TERM_SUBJECT, part);
	case QUERY_STATE:
		return query_term(p->arena, TERM_STATE, part->value);
	case QUERY_LEVEL:
		return match_column(p, XAP_LEVELS, part->from, part->to);
	case QUERY_PAGE:
		return match_pages(p, part);
	case QUERY_RETENTION:
	case QUERY_DUE:
	case QUERY_HELD:
	case QUERY_PROCEDURE:
	case QUERY_APPLICANT:
		return match_condition(p, part, st, err);
	default:
		return match_all(p, part, st, err);
	}
}

/* ------------------------------------------------------------------ ranking */

struct ranking {
	struct query_plan *plan;
	struct arena *arena;
	const struct search_weights *weights;
	const struct xap_node **list;
	size_t count, alloc;
};

static void
rank_add(struct ranking *r, const struct xap_node *n)
{
	const struct xap_node **grown;

	if (r->count == r->alloc) {
		grown = node_list(r->arena, r->alloc ? 2 * r->alloc : 32);
		if (r->count > 0)
			memcpy(grown, r->list, r->count * sizeof(struct xap_node *));
		r->list = grown;
		r->alloc = r->alloc ? 2 * r->alloc : 32;
	}
	r->list[r->count++] = n;
}

/* "số 15": the digits are a record's number more likely than a number in its text. */
static bool
is_called_number(const struct query_part *part, size_t i)
{
	const struct query_word *before = i > 0 ? &part->words[i - 1] : NULL;

	return before != NULL && !part->words[i].clause && span_equal_str(before->folded, "so") &&
	    (!before->marked || span_equal_str(before->toned, "sô~1"));
}

static void
rank_word(struct ranking *r, const struct query_word *w, bool called_number)
{
	const struct xap_node *folded = query_plan_word(r->arena, w);

	if (w->form == FORM_FUZZY) { /* as it is typed before what is like it */
		rank_add(r, query_term(r->arena, TERM_FOLDED, w->folded));
		folded = query_scale(r->arena, folded, r->weights->other_tone);
	} else if (w->marked && w->form == FORM_WORD) {
		rank_add(r, query_term(r->arena, TERM_TONED, w->toned));
		folded = query_scale(r->arena, folded, r->weights->other_tone);
	}
	rank_add(r, folded);
	if (w->digits)
		rank_add(r,
		    query_scale(r->arena, query_term(r->arena, TERM_NUMBER_PART, w->folded),
			called_number ? r->weights->called : r->weights->digits));
}

static void
rank_neighbours(
    struct ranking *r, const struct query_word *a, const struct query_word *b, bool short_query)
{
	const struct xap_node *pair[2];
	char bigram[TEXT_BIGRAM_MAX + 1];
	size_t n = text_bigram(a->folded, b->folded, bigram);

	rank_add(r,
	    query_scale(r->arena, query_term(r->arena, TERM_BIGRAM, span_make(bigram, n)),
		r->weights->bigram));
	if (!short_query || (!a->marked && !b->marked))
		return;
	pair[0] = query_term(r->arena, TERM_TONED, a->toned);
	pair[1] = query_term(r->arena, TERM_TONED, b->toned);
	pair[0] = query_node(r->arena, XAP_PHRASE, pair, 2);
	pair[1] = query_term(r->arena, TERM_BIGRAM, span_make(bigram, n));
	rank_add(r,
	    query_scale(
		r->arena, query_node(r->arena, XAP_FILTER, pair, 2), r->weights->exact_pair));
}

static void
rank_words(struct ranking *r, const struct query_part *part)
{
	size_t i;

	for (i = 0; i < part->word_count; i++) {
		rank_word(r, &part->words[i], is_called_number(part, i));
		if (part->soft && part->words[i].form == FORM_WORD && r->weights->rare > 0)
			rank_add(r,
			    query_scale(r->arena, soft_word(r->plan, &part->words[i]),
				r->weights->misread));
		if (i > 0 && !part->words[i].clause && part->words[i].form == FORM_WORD &&
		    part->words[i - 1].form == FORM_WORD)
			rank_neighbours(r, &part->words[i - 1], &part->words[i],
			    part->word_count <= PAIR_WORDS_MAX);
	}
}

static void
rank(struct ranking *r, const struct query_part *part)
{
	size_t i;

	switch (part->kind) {
	case QUERY_NOT:
		return;
	case QUERY_WORDS:
	case QUERY_PHRASE:
		rank_words(r, part);
		return;
	case QUERY_NUMBER:
		rank_add(r,
		    query_scale(r->arena, query_term(r->arena, TERM_NUMBER, part->value),
			r->weights->number));
		return;
	case QUERY_NUMBER_PART:
		rank_add(r, query_term(r->arena, TERM_NUMBER_PART, part->value));
		return;
	default:
		for (i = 0; i < part->child_count; i++)
			rank(r, part->child[i]);
	}
}

/* ------------------------------------------------------------------ words that are mostly there */

static unsigned
count_words(struct span text)
{
	struct text_scan scan;
	struct text_word w;
	unsigned n = 0;

	text_scan_init(&scan, text);
	while (text_next(&scan, &w))
		n++;
	return n;
}

static void
plan_words(struct query_plan *p, const struct query_part *part, bool soft, uint64_t *have)
{
	size_t i;

	for (i = 0; i < part->word_count; i++) {
		const struct query_word *w = &part->words[i];

		if (*have >> w->group & 1)
			continue;
		*have |= UINT64_C(1) << w->group;
		p->words[p->word_count] = query_plan_also(p->arena, p->query, part, i,
		    soft ? soft_word(p, w) : query_plan_word(p->arena, w));
		p->units[p->word_count++] = 1;
		p->different++;
	}
}

unsigned
query_plan_can_loosen(const struct search_query *q)
{
	unsigned kinds;
	size_t i;

	if (q->root == NULL || query_is_strict(q))
		return 0;
	kinds = loose_kind(q->root);
	for (i = 0; q->root->kind == QUERY_AND && i < q->root->child_count; i++)
		kinds |= loose_kind(q->root->child[i]);
	return kinds;
}

static void
plan_loose_words(struct query_plan *p, const struct query_part *part, uint64_t *have)
{
	size_t start;

	if (!is_loose_phrase(p, part))
		return;
	plan_words(p, part, false, have);
	start = part->words[0].start;
	note(p, SEARCH_LOOSE_QUOTE, start, part->words[part->word_count - 1].end - start);
}

const struct xap_node *
query_plan_number(struct query_plan *p, size_t i)
{
	return query_term(p->arena, TERM_NUMBER, span_of(p->query->numbers[i].key));
}

const struct xap_node *
query_plan_unread(struct query_plan *p, size_t i)
{
	return unread_term(p->arena, span_of(p->query->numbers[i].key));
}

void
query_plan_take_unread(struct query_plan *p, size_t i)
{
	const struct text_number *n = &p->query->numbers[i];
	const struct xap_node *unread = query_plan_unread(p, i);
	const struct xap_node *rank[2] = { p->rank,
		query_scale(p->arena, unread, p->weights->unread) };

	p->words[p->number_at[i]] = unread;
	p->units[p->number_at[i]] = 1; /* the words of the symbol are there */
	p->rank = query_node(p->arena, XAP_OR, rank, 2);
	note(p, SEARCH_UNREAD_NUMBER, n->start, n->end - n->start);
}

/* Is one of these words of the number? */
static bool
has_word_of(
    const struct search_query *q, const struct query_part *words, const struct text_number *n)
{
	size_t i;

	for (i = 0; words != NULL && i < words->word_count; i++)
		if (query_number_of(q, &words->words[i]) == n)
			return true;
	return false;
}

static void
plan_soft(struct query_plan *p, const struct search_query *q)
{
	uint64_t have = 0;
	struct span text;
	size_t i;

	_Static_assert(SEARCH_WORDS_MAX <= 64, "a bit for every word");
	if (q->soft != NULL)
		plan_words(p, q->soft, true, &have);
	plan_loose_words(p, q->root, &have);
	for (i = 0; i < q->root->child_count; i++)
		plan_loose_words(p, q->root->child[i], &have);
	for (i = 0; i < q->number_count; i++) {
		p->number_at[i] = SIZE_MAX;
		if (!has_word_of(q, q->soft, &q->numbers[i]))
			continue;
		p->number_at[i] = p->word_count;
		text = span_make(
		    q->text.p + q->numbers[i].start, q->numbers[i].end - q->numbers[i].start);
		p->words[p->word_count] = query_plan_number(p, i);
		p->units[p->word_count++] = count_words(text);
	}
}

/* ------------------------------------------------------------------ the second stage */

static void
list_words(const struct query_part *part, struct xap_word *list, size_t *count)
{
	size_t i;

	if (part->kind == QUERY_NOT || query_is_name(part))
		return;
	for (i = 0; i < part->word_count && *count < SEARCH_WORDS_MAX; i++) {
		const struct query_word *w = &part->words[i];

		if (w->form != FORM_WORD)
			continue;
		list[(*count)++] = (struct xap_word){ w->toned, w->folded, w->marked,
			i > 0 && !w->clause && part->words[i - 1].form == FORM_WORD };
	}
	for (i = 0; i < part->child_count; i++)
		list_words(part->child[i], list, count);
}

static size_t
half_up(size_t n)
{
	return (n + 1) / 2;
}

/* An abbreviation weighs half as much as the words that it stands for: what was typed comes first. */
static void
list_other_forms(const struct search_query *q, struct xap_word *list, size_t *count)
{
	size_t i, k, times;

	for (i = 0; i < q->also_count; i++) {
		const struct query_also *also = &q->also[i];

		if (query_is_name(also->part))
			continue;
		times = also->word_count == 1 ? half_up(also->count) : also->word_count;
		for (k = 0; k < times && *count < SEARCH_WORDS_MAX; k++) {
			struct span word = also->words[also->word_count == 1 ? 0 : k];

			list[(*count)++] =
			    (struct xap_word){ word, word, false, k > 0 && also->word_count > 1 };
		}
	}
}

static void
plan_slices(struct query_plan *p, const struct search_query *q)
{
	const struct search_weights *w = p->weights;
	struct xap_word *words = arena_array(p->arena, SEARCH_WORDS_MAX, sizeof *words);
	size_t count = 0;

	list_words(q->root, words, &count);
	list_other_forms(q, words, &count);
	p->slices = (struct xap_slices){ .toned = TERM_TONED,
		.folded = TERM_FOLDED,
		.bigram = TERM_BIGRAM,
		.words = words,
		.word_count = count,
		.depth = w->depth,
		.sizes = search_slice_sizes,
		.record = w->record,
		.k1 = w->page_k1,
		.b = w->page_b,
		.plain_b = w->other_page_b,
		.other_tone = w->other_tone,
		.pair = w->page_bigram,
		.exact_pair = w->page_exact_pair,
		.near = w->near,
		.near_window = w->near_window };
}

enum status
query_plan_make(const struct search_query *q, struct query_plan *p, struct err *err)
{
	struct ranking r = { .plan = p, .arena = p->arena, .weights = p->weights };
	enum status st = ST_OK;
	size_t i;

	p->query = q;
	if (q->root == NULL)
		return ST_OK;
	if (q->soft != NULL || (p->loose & LOOSE_PHRASES))
		plan_soft(p, q);
	if (q->root != q->soft && !is_loose_phrase(p, q->root))
		p->filter = match(p, q->root, &st, err);
	if (st != ST_OK)
		return st;
	rank(&r, q->root);
	for (i = 0; i < q->number_count; i++)
		rank_add(&r, query_scale(p->arena, query_plan_number(p, i), r.weights->number));
	for (i = 0; i < q->also_count; i++)
		if (!query_is_name(q->also[i].part))
			rank_add(&r,
			    query_scale(p->arena, query_plan_other(p->arena, &q->also[i]),
				(double)half_up(q->also[i].count)));
	if (r.count > 0)
		p->rank = query_node(p->arena, XAP_OR, r.list, r.count);
	if (p->weights->depth > 0)
		plan_slices(p, q);
	return ST_OK;
}
