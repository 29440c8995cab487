/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "search_parts.h"

/*
 * A parsed query in the query language again.  Words go out as they were typed, together with what
 * stood between them, so that document numbers, clauses and bigrams are the same at the next reading.
 */
struct writer {
	const struct search_query *q;
	struct strbuf *out;
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

static void
write_bytes(struct writer *w, size_t from, size_t to)
{
	strbuf_add(w->out, w->q->text.p + from, to - from);
}

/* Where * and ~ meant nothing they must not mean something next time. */
static void
write_exact(struct writer *w, size_t from, size_t to)
{
	for (; from < to; from++)
		strbuf_add_char(w->out,
		    w->q->text.p[from] == '*' || w->q->text.p[from] == '~' ? '_'
									   : w->q->text.p[from]);
}

static bool
is_of_number(const struct search_query *q, const struct query_word *word)
{
	size_t i;

	for (i = 0; i < q->number_count; i++)
		if (word->start >= q->numbers[i].start && word->end <= q->numbers[i].end)
			return true;
	return false;
}

static bool
ends_number(const struct search_query *q, const struct query_word *word)
{
	size_t i;

	for (i = 0; i < q->number_count; i++)
		if (word->end == q->numbers[i].end)
			return true;
	return false;
}

static bool
is_operator(struct span raw)
{
	return span_equal_str(raw, "AND") || span_equal_str(raw, "OR") ||
	    span_equal_str(raw, "NOT") || span_equal_str(raw, "NEAR");
}

/* Does a word behind which others are joined end there for those who look for operators? */
static bool
ends_as_operator(const struct search_query *q, const struct query_word *word)
{
	struct span raw = span_make(q->text.p + word->start, word->end - word->start);
	char next = q->text.p[word->end];

	if (query_is_space(next))
		return !is_of_number(q, word) || ends_number(q, word);
	return next == '/' && span_equal_str(raw, "NEAR") && !is_of_number(q, word);
}

/* Of a number, whose sign before NEAR would be a place beside it. */
static void
drop_blanks(struct strbuf *out)
{
	while (out->len > 0 && query_is_space(out->buf[out->len - 1]))
		strbuf_truncate(out, out->len - 1);
}

/*
 * A word that would be an operator where it stands is written small when it stands alone.  Else small letters
 * could make a number with what is beside it: something stands behind it.
 */
static void
write_word(struct writer *w, const struct query_word *word, bool last)
{
	struct span raw = span_make(w->q->text.p + word->start, word->end - word->start);
	bool at_begin;
	size_t k;

	if (span_equal_str(raw, "NEAR") && is_of_number(w->q, word))
		drop_blanks(w->out);
	at_begin = w->out->len == 0 || w->out->buf[w->out->len - 1] == '(' ||
	    query_is_space(w->out->buf[w->out->len - 1]);
	if (!at_begin || !is_operator(raw)) {
		strbuf_add_span(w->out, raw);
	} else if (last && !word->joined && !is_of_number(w->q, word)) {
		for (k = 0; k < raw.n; k++)
			strbuf_add_char(w->out, (char)(raw.p[k] | 0x20));
	} else {
		strbuf_add_span(w->out, raw);
		if (last ? word->form == FORM_WORD : ends_as_operator(w->q, word))
			strbuf_add_char(w->out, '_');
	}
}

/* Punctuation before a chunk: of a number it stays, else it keeps a field or operator from being one. */
static void
write_lead(struct writer *w, const struct query_word *word)
{
	size_t i;

	for (i = 0; i < w->q->number_count; i++)
		if (w->q->numbers[i].start == word->lead) {
			write_bytes(w, word->lead, word->start);
			return;
		}
	if (word->lead < word->start)
		strbuf_add_char(w->out, '.');
}

/* Its * or ~, unless that was refused. */
static void
write_form(struct writer *w, const struct query_word *word)
{
	if (word->form != FORM_WORD)
		write_bytes(w, word->end, word->stop);
}

/*
 * Where a * was refused between two words something stands for it, so that no number comes about and no
 * name of a field.
 */
static void
write_between(struct writer *w, const struct query_word *before, const struct query_word *word)
{
	if (before->form == FORM_WORD && before->stop > before->end)
		strbuf_add_char(w->out, '_');
	write_exact(w, before->stop, word->start);
}

static void
write_words(struct writer *w, const struct query_part *p)
{
	const struct query_word *word = p->words;
	bool last;
	size_t i;

	for (i = 0; i < p->word_count; i++) {
		last = i + 1 == p->word_count || !word[i + 1].joined;
		if (i > 0)
			write_form(w, &word[i - 1]);
		if (word[i].joined)
			write_between(w, &word[i - 1], &word[i]);
		else if (i > 0)
			strbuf_add_str(w->out, p->soft ? ", " : " AND ");
		if (!word[i].joined)
			write_lead(w, &word[i]);
		write_word(w, &word[i], last);
	}
	write_form(w, &word[i - 1]);
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
	write_part(w, operand_of(p));
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

/* What is written as NOT and a chunk, which with the words behind it may be the name of a field ("mức độ:"). */
static bool
excludes_chunk(const struct writer *w, const struct query_part *p)
{
	return p->kind == QUERY_NOT && operand_of(p)->kind == QUERY_WORDS &&
	    needs_no_brackets(w, p);
}

static void
write_group(struct writer *w, const struct query_part *p)
{
	bool soft = p == w->q->root && w->q->soft != NULL;
	const char *between = p->kind == QUERY_OR ? " OR " : soft ? " " : " AND ";
	size_t i;

	for (i = 0; i < p->child_count; i++) {
		if (i > 0 && soft && excludes_chunk(w, p->child[i - 1]))
			strbuf_add_char(w->out, ',');
		if (i > 0)
			strbuf_add_str(w->out, between);
		write_child(w, p, i);
	}
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

void
search_query_write(const struct search_query *q, struct strbuf *out)
{
	static const char *const sorts[] = { "relevance", "newest", "oldest", "number" };
	struct writer w = { q, out };

	if (q->root != NULL)
		write_part(&w, q->root);
	if (q->sorted)
		strbuf_addf(out, "%ssort:%s", q->root != NULL ? " " : "", sorts[q->sort]);
}
