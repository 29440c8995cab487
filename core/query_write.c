/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "search_parts.h"

/*
 * A parsed query in the query language again: as it was typed, without what was left out.  What is left
 * out may have kept words from being an operator, a number or the name of a field, and there are more
 * such ways than can be listed; so what is written is read again, and when that is another query it is
 * written more plainly.
 */
enum style {
	AS_TYPED,
	PLAIN_BUT_NUMBERS, /* between words stands nothing that means anything, but in document numbers */
	PLAIN,
	STYLES
};

struct writer {
	const struct search_query *q;
	struct strbuf *out;
	enum style style;
	bool in_chunk; /* no blank may stand between words */
	bool strict;   /* in a group with AND, or in none */
};

static const char *const field_names[QUERY_KIND_COUNT] = {
	[QUERY_NUMBER] = "number",
	[QUERY_NUMBER_PART] = "number",
	[QUERY_TYPE] = "type",
	[QUERY_ISSUER] = "issuer",
	[QUERY_SIGNER] = "signer",
	[QUERY_DOSSIER] = "dossier",
	[QUERY_LANGUAGE] = "language",
	[QUERY_STATE] = "state",
	[QUERY_SUBJECT] = "subject",
	[QUERY_LEVEL] = "level",
	[QUERY_PAGE] = "page",
	[QUERY_RETENTION] = "retention",
	[QUERY_DUE] = "due",
	[QUERY_HELD] = "held",
	[QUERY_PROCEDURE] = "procedure",
	[QUERY_APPLICANT] = "applicant",
};

static void write_part(struct writer *, const struct query_part *);

/* Where * and ~ meant nothing they must not mean something next time. */
static void
write_exact(struct writer *w, size_t from, size_t to)
{
	for (; from < to; from++)
		strbuf_add_char(w->out,
		    w->q->text.p[from] == '*' || w->q->text.p[from] == '~' ? '_'
									   : w->q->text.p[from]);
}

/* In small letters an operator is a word. */
static void
write_word(struct writer *w, const struct query_word *word)
{
	static const char *const operators[] = { "AND", "OR", "NOT", "NEAR" };
	struct span raw = span_make(w->q->text.p + word->start, word->end - word->start);
	bool plain =
	    w->style == PLAIN || (w->style != AS_TYPED && query_number_of(w->q, word) == NULL);
	size_t i, k;

	for (i = 0; plain && i < sizeof operators / sizeof operators[0]; i++)
		if (span_equal_str(raw, operators[i])) {
			for (k = 0; k < raw.n; k++)
				strbuf_add_char(w->out, (char)(raw.p[k] | 0x20));
			return;
		}
	strbuf_add_span(w->out, raw);
}

static void
write_form(struct writer *w, const struct query_word *word)
{
	if (word->form == FORM_PREFIX)
		strbuf_add_char(w->out, '*');
	else if (word->form == FORM_FUZZY)
		strbuf_addf(w->out, "~%u", word->distance);
}

/* Plainly, between two words that belong together. */
static void
write_separator(struct writer *w, bool clause, char next)
{
	if (clause)
		strbuf_add_char(w->out, ',');
	if (w->in_chunk)
		strbuf_add_char(w->out, '_');
	else /* "/QĐ-SDL" would be of one number with what is before */
		strbuf_add_str(w->out, next == '/' ? " _ " : " ");
}

/* What stands before a word: behind the one it is joined to, or at the begin of a chunk. */
static void
write_lead(struct writer *w, const struct query_word *word)
{
	const struct text_number *n = w->style == PLAIN ? NULL : query_number_of(w->q, word);
	size_t from = word->joined ? word[-1].stop : word->lead, typed = word->start;

	if (w->style == AS_TYPED && word->joined)
		typed = from;
	else if (n != NULL)
		typed = n->start > from ? n->start : from;
	if (w->style != AS_TYPED && word->joined && (n == NULL || n->start >= from))
		write_separator(w, word->clause, w->q->text.p[typed]);
	write_exact(w, typed, word->start);
}

static void
write_words(struct writer *w, const struct query_part *p)
{
	const struct query_word *word = p->words;
	size_t i;

	for (i = 0; i < p->word_count; i++) {
		if (i > 0 && !word[i].joined)
			strbuf_add_str(w->out, p->soft || !w->strict ? ", " : " AND ");
		write_lead(w, &word[i]);
		write_word(w, &word[i]);
		write_form(w, &word[i]);
	}
}

static void
write_phrase(struct writer *w, const struct query_part *p)
{
	strbuf_add_char(w->out, '"');
	write_exact(w, p->words[0].start, p->words[p->word_count - 1].end);
	strbuf_add_char(w->out, '"');
}

/* yyyymmdd without the parts that are open: 00 at a begin, 99 at an end. */
static void
write_day(struct writer *w, uint32_t day, uint32_t open)
{
	strbuf_addf(w->out, "%04u", day / 10000);
	if (day / 100 % 100 != open)
		strbuf_addf(w->out, "-%02u", day / 100 % 100);
	if (day % 100 != open)
		strbuf_addf(w->out, "-%02u", day % 100);
}

static void
write_dates(struct writer *w, const struct query_part *p)
{
	strbuf_add_str(w->out, "date:");
	write_day(w, p->from, 0);
	strbuf_add_str(w->out, "..");
	write_day(w, p->to, 99);
}

static void
write_near(struct writer *w, const struct query_part *p)
{
	size_t i;

	for (i = 0; i < p->child_count; i++) {
		if (i > 0)
			strbuf_addf(w->out, " NEAR/%u ", p->window);
		write_phrase(w, p->child[i]);
	}
}

/* Dates of one AND run together; those that came out of brackets keep them. */
static bool
needs_brackets(const struct query_part *outer, size_t at)
{
	const struct query_part *p = outer->child[at];
	size_t i;

	if (p->kind == QUERY_OR || (p->kind == QUERY_AND && outer->kind != QUERY_OR))
		return true;
	if (p->kind != QUERY_DATE || outer->kind != QUERY_AND)
		return false;
	for (i = 0; i < at; i++)
		if (outer->child[i]->kind == p->kind)
			return true;
	return false;
}

/* One chunk, which NOT or - may stand before without brackets. */
static bool
is_chunk(const struct search_query *q, const struct query_part *p)
{
	const struct query_word *last = &p->words[p->word_count - 1];
	size_t i;

	for (i = 1; i < p->word_count; i++)
		if (!p->words[i].joined)
			return false;
	return query_chunk_end(q->text, p->words[0].start) >= last->end;
}

static const struct query_part *
operand_of(const struct query_part *p)
{
	const struct query_part *what = p->child[0];

	return what->kind == QUERY_AND && what->child_count == 1 ? what->child[0] : what;
}

/*
 * Brackets only where they stood or may have stood: every other pair would be one more level, and the
 * deepest query that can be read must be read again.
 */
static bool
needs_no_brackets(const struct writer *w, const struct query_part *p)
{
	const struct query_part *what = operand_of(p);

	return what != p->child[0] && what->kind != QUERY_AND && what->kind != QUERY_OR &&
	    what->kind != QUERY_NOT && (what->kind != QUERY_WORDS || is_chunk(w->q, what));
}

static void
write_not(struct writer *w, const struct query_part *p)
{
	bool brackets = !needs_no_brackets(w, p);

	strbuf_add_str(w->out, brackets ? "NOT (" : "NOT ");
	w->in_chunk = !brackets;
	write_part(w, operand_of(p));
	w->in_chunk = false;
	if (brackets)
		strbuf_add_char(w->out, ')');
}

static void
write_child(struct writer *w, const struct query_part *outer, size_t at)
{
	bool brackets = needs_brackets(outer, at);

	if (brackets)
		strbuf_add_char(w->out, '(');
	write_part(w, outer->child[at]);
	if (brackets)
		strbuf_add_char(w->out, ')');
}

static const char *
between(const struct writer *w, const struct query_part *group)
{
	if (group->kind == QUERY_OR)
		return " OR ";
	if (group->strict)
		return " AND ";
	return w->style == AS_TYPED ? " " : ", ";
}

static void
write_group(struct writer *w, const struct query_part *p)
{
	bool outer = w->strict;
	size_t i;

	w->strict = p->kind == QUERY_OR || p->strict;
	for (i = 0; i < p->child_count; i++) {
		if (i > 0)
			strbuf_add_str(w->out, between(w, p));
		write_child(w, p, i);
	}
	w->strict = outer;
}

static void
write_part(struct writer *w, const struct query_part *p)
{
	switch (p->kind) {
	case QUERY_AND:
	case QUERY_OR:
		write_group(w, p);
		return;
	case QUERY_NOT:
		write_not(w, p);
		return;
	case QUERY_WORDS:
		write_words(w, p);
		return;
	case QUERY_PHRASE:
		write_phrase(w, p);
		return;
	case QUERY_NEAR:
		write_near(w, p);
		return;
	case QUERY_DATE:
		write_dates(w, p);
		return;
	default:
		strbuf_addf(w->out, "%s:\"", field_names[p->kind]);
		strbuf_add_span(w->out, p->raw);
		strbuf_add_char(w->out, '"');
	}
}

static void
write_query(const struct search_query *q, enum style style, struct strbuf *out)
{
	static const char *const sorts[] = { "relevance", "newest", "oldest", "number" };
	struct writer w = { .q = q, .out = out, .style = style, .strict = true };

	if (q->root != NULL)
		write_part(&w, q->root);
	if (q->sorted)
		strbuf_addf(out, "%ssort:%s", q->root != NULL ? " " : "", sorts[q->sort]);
}

static bool
has_number(const struct search_query *q, const char *key)
{
	size_t i;

	for (i = 0; i < q->number_count; i++)
		if (strcmp(q->numbers[i].key, key) == 0)
			return true;
	return false;
}

static bool
has_numbers_of(const struct search_query *q, const struct search_query *other)
{
	size_t i;

	for (i = 0; i < other->number_count; i++)
		if (!has_number(q, other->numbers[i].key))
			return false;
	return true;
}

/* In any order: words that were apart may stand together now. */
static bool
has_same_numbers(const struct search_query *a, const struct search_query *b)
{
	return a->number_count == b->number_count && has_numbers_of(a, b) && has_numbers_of(b, a);
}

static bool
is_clean(const struct search_query *q)
{
	size_t i;

	for (i = 0; i < q->problem_count; i++)
		if (q->problems[i].code != SEARCH_ONLY_NOT)
			return false;
	return true;
}

/* Of two that are described alike. */
static bool
is_as_strict(const struct query_part *a, const struct query_part *b)
{
	size_t i;

	if (a->kind == QUERY_AND && a->strict != b->strict)
		return false;
	for (i = 0; i < a->child_count; i++)
		if (!is_as_strict(a->child[i], b->child[i]))
			return false;
	return true;
}

enum reading { ANOTHER_QUERY, OTHER_NUMBERS, SAME_QUERY };

static enum reading
read_again(struct span text, const struct search_query *q)
{
	struct search_query *again owned(search_query_freep) = search_query_new(text);
	struct strbuf meant owned(strbuf_free) = STRBUF_INIT, read owned(strbuf_free) = STRBUF_INIT;

	if (q->root != NULL)
		query_part_describe(q->root, &meant);
	if (again->root != NULL)
		query_part_describe(again->root, &read);
	if (!is_clean(again) || !span_equal(strbuf_span(&meant), strbuf_span(&read)) ||
	    q->sorted != again->sorted || q->sort != again->sort ||
	    query_is_strict(q) != query_is_strict(again) ||
	    (q->root != NULL && !is_as_strict(q->root, again->root)))
		return ANOTHER_QUERY;
	return has_same_numbers(q, again) ? SAME_QUERY : OTHER_NUMBERS;
}

/* The least plain of those that are nearest to what was meant. */
void
search_query_write(const struct search_query *q, struct strbuf *out)
{
	struct strbuf text owned(strbuf_free) = STRBUF_INIT, best owned(strbuf_free) = STRBUF_INIT;
	enum reading reading, nearest = ANOTHER_QUERY;
	enum style style;

	for (style = AS_TYPED; style < STYLES && nearest < SAME_QUERY; style++) {
		strbuf_reset(&text);
		write_query(q, style, &text);
		reading = read_again(strbuf_span(&text), q);
		if (style > AS_TYPED && reading <= nearest)
			continue;
		nearest = reading;
		strbuf_reset(&best);
		strbuf_add_span(&best, strbuf_span(&text));
	}
	strbuf_add_span(out, strbuf_span(&best));
}
