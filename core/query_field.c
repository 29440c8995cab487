/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "base.h"
#include "search_parts.h"

/* Conditions of the form field:value. */
#define NAME_MAX_BYTES 40 /* from the first letter of a name to its colon */
#define TYPE_WORDS_MAX 5
#define DOSSIER_MAX 200
#define RULE_MAX 64   /* bytes of a code */
#define HOLD_MAX 500  /* bytes of a name */
#define YEARS_MAX 999 /* of retention */

enum field {
	NUMBER,
	TYPE,
	DATE,
	FROM,
	UNTIL,
	ISSUER,
	SIGNER,
	SUBJECT,
	DOSSIER,
	LANGUAGE,
	STATE,
	LEVEL,
	PAGE,
	RETENTION,
	DUE,
	HELD,
	PROCEDURE,
	APPLICANT,
	SORT
};

/* Names as text_key makes them: with or without marks, any case, i or y. */
static const struct {
	const char *key;
	enum field field;
} names[] = {
	{ "so", NUMBER },
	{ "so hieu", NUMBER },
	{ "so ki hieu", NUMBER },
	{ "ki hieu", NUMBER },
	{ "number", NUMBER },
	{ "no", NUMBER },
	{ "loai", TYPE },
	{ "loai van ban", TYPE },
	{ "type", TYPE },
	{ "ngay", DATE },
	{ "nam", DATE },
	{ "thang", DATE },
	{ "date", DATE },
	{ "year", DATE },
	{ "tu", FROM },
	{ "tu ngay", FROM },
	{ "from", FROM },
	{ "den", UNTIL },
	{ "den ngay", UNTIL },
	{ "to", UNTIL },
	{ "until", UNTIL },
	{ "co quan", ISSUER },
	{ "co quan ban hanh", ISSUER },
	{ "issuer", ISSUER },
	{ "nguoi ki", SIGNER },
	{ "ki boi", SIGNER },
	{ "signer", SIGNER },
	{ "signed by", SIGNER },
	{ "trich yeu", SUBJECT },
	{ "tieu de", SUBJECT },
	{ "subject", SUBJECT },
	{ "title", SUBJECT },
	{ "muc", LEVEL },
	{ "muc do", LEVEL },
	{ "do mat", LEVEL },
	{ "level", LEVEL },
	{ "trang", PAGE },
	{ "trang so", PAGE },
	{ "page", PAGE },
	{ "pages", PAGE },
	{ "ho so", DOSSIER },
	{ "dossier", DOSSIER },
	{ "ngon ngu", LANGUAGE },
	{ "language", LANGUAGE },
	{ "lang", LANGUAGE },
	{ "trang thai", STATE },
	{ "tinh trang", STATE },
	{ "state", STATE },
	{ "status", STATE },
	{ "thoi han", RETENTION },
	{ "thoi han bao quan", RETENTION },
	{ "retention", RETENTION },
	{ "den han", DUE },
	{ "due", DUE },
	{ "dang giu", HELD },
	{ "held", HELD },
	{ "qui trinh", PROCEDURE },
	{ "thu tuc", PROCEDURE },
	{ "procedure", PROCEDURE },
	{ "nguoi nop", APPLICANT },
	{ "applicant", APPLICANT },
	{ "sap xep", SORT },
	{ "thu tu", SORT },
	{ "sort", SORT },
	{ "order", SORT },
};

/* Names are letters and spaces; '-' stands for a space. */
static bool
is_of_name(char c)
{
	return (c & 0x80) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' ' ||
	    c == '\t' || c == '-';
}

size_t
query_field_find(const struct search_query *q, size_t at, int *field)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;
	struct span t = q->text;
	size_t end, i;

	for (end = at; end < t.n && end - at < NAME_MAX_BYTES && is_of_name(t.p[end]); end++)
		;
	if (end >= t.n || t.p[end] != ':' || end == at)
		return 0;
	text_key(span_make(t.p + at, end - at), &key);
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (span_equal_str(strbuf_span(&key), names[i].key)) {
			*field = (int)names[i].field;
			return end + 1;
		}
	return 0;
}

/* ------------------------------------------------------------------ values */

static struct span
without_end(struct span s, const char *loose)
{
	while (s.n > 0 && query_is_one_of(s.p[s.n - 1], loose))
		s.n--;
	return s;
}

/* What stands in quotes or up to the next space; *end behind it.  No commas at its end. */
static struct span
read_value(struct span t, size_t at, size_t *end)
{
	size_t n = query_quote_length(t, at), to, mark = 0;

	if (n > 0) {
		for (to = at + n; to < t.n && (mark = query_quote_length(t, to)) == 0; to++)
			;
		*end = to + mark;
		return span_trim(span_make(t.p + at + n, to - at - n));
	}
	*end = query_chunk_end(t, at);
	return without_end(span_make(t.p + at, *end - at), ",;");
}

static struct query_part *
refuse(struct search_query *q, enum search_problem_code code, size_t at, size_t end)
{
	query_problem(q, code, at, end - at);
	return NULL;
}

static struct span
keep(struct search_query *q, struct span s)
{
	return span_make(arena_dup_span(q->arena, s), s.n);
}

/* "15", "15a", "QĐ-SDL": what number_terms of the index makes of the parts. */
static struct query_part *
read_number_part(struct search_query *q, struct span value)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct text_number n;
	struct query_part *p;
	struct span key;

	strbuf_add_char(&text, '/');
	strbuf_add_span(&text, value);
	if (text_number_parse(strbuf_span(&text), &n))
		key = span_of(n.key + 1); /* "2020/ND-CP" */
	else {
		strbuf_reset(&text);
		text_fold(value, true, &text);
		key = strbuf_span(&text);
		while (key.n > 1 && key.p[0] == '0')
			key = span_make(key.p + 1, key.n - 1);
		if (key.n == 0 || key.p[0] < '0' || key.p[0] > '9')
			return NULL;
	}
	p = query_part_new(q, QUERY_NUMBER_PART);
	p->value = keep(q, key);
	return p;
}

static struct query_part *
read_number(struct search_query *q, size_t *at)
{
	struct text_number n;
	struct query_part *p;
	struct span value;
	size_t end;

	if (text_number_find(q->text, *at, &n) && n.start == *at && n.number[0] != '\0') {
		p = query_part_new(q, QUERY_NUMBER);
		p->value = keep(q, span_of(n.key));
		*at = n.end;
		return p;
	}
	value = read_value(q->text, *at, &end);
	if (text_number_parse(value, &n) && n.number[0] != '\0') {
		p = query_part_new(q, QUERY_NUMBER);
		p->value = keep(q, span_of(n.key));
	} else {
		if (value.n > 0 && value.p[0] == '/')
			value = span_make(value.p + 1, value.n - 1);
		if ((p = read_number_part(q, value)) == NULL)
			return refuse(q, SEARCH_BAD_NUMBER, *at, end);
	}
	*at = end;
	return p;
}

static bool
has_key(const char *name, struct span wanted)
{
	owned(strbuf_free) struct strbuf key = STRBUF_INIT;

	text_key(span_of(name), &key);
	return span_equal(strbuf_span(&key), wanted);
}

/* All types whose code or name it can be. */
static void
list_types(struct search_query *q, struct span name, struct query_part *p)
{
	owned(strbuf_free) struct strbuf wanted = STRBUF_INIT;
	const struct record_type *exact = record_type_find(name), *all;
	size_t i, count;

	all = record_types(&count);
	p->values = arena_array(q->arena, count, sizeof(char *));
	if (exact != NULL) {
		p->values[p->value_count++] = exact->code;
		return;
	}
	text_key(name, &wanted);
	for (i = 0; i < count && wanted.len > 0; i++)
		if (has_key(all[i].code, strbuf_span(&wanted)) ||
		    has_key(all[i].name_en, strbuf_span(&wanted)))
			p->values[p->value_count++] = all[i].code;
}

/* The most words that together name a type: loại:quyết định 2020. */
static struct query_part *
read_type(struct search_query *q, size_t *at)
{
	struct query_part *p = NULL, *attempt;
	size_t end, to = *at, best = *at, words;

	for (words = 0; words < TYPE_WORDS_MAX && to < q->text.n; words++) {
		struct span value = read_value(q->text, *at, &end);

		if (query_quote_length(q->text, *at) == 0) {
			while (to < q->text.n && q->text.p[to] == ' ')
				to++;
			if ((end = query_chunk_end(q->text, to)) == to)
				break;
			value = without_end(span_make(q->text.p + *at, end - *at), ",;.");
		}
		attempt = query_part_new(q, QUERY_TYPE);
		list_types(q, value, attempt);
		if (attempt->value_count > 0) {
			p = attempt;
			best = end;
		}
		if (end == to)
			break;
		to = end;
	}
	if (p == NULL)
		return refuse(q, SEARCH_BAD_VALUE, *at, query_chunk_end(q->text, *at));
	*at = best;
	return p;
}

/* Words of a name; they are not looked for on pages. */
static struct query_part *
read_name(struct search_query *q, enum query_kind kind, size_t *at)
{
	struct query_part *p = query_part_new(q, kind);
	size_t end;
	struct span value = read_value(q->text, *at, &end);
	size_t from = (size_t)(value.p - q->text.p);
	bool outer = q->negated;

	q->negated = true;
	(void)query_part_add_words(q, p, from, from + value.n, true);
	q->negated = outer;
	if (p->word_count == 0)
		return refuse(q, SEARCH_BAD_VALUE, *at, end);
	*at = end;
	return p;
}

/* What is looked up as it was typed. */
static struct query_part *
read_kept(struct search_query *q, enum query_kind kind, size_t max, size_t *at)
{
	struct query_part *p = query_part_new(q, kind);
	size_t end = *at;

	p->value = keep(q, read_value(q->text, *at, &end));
	if (p->value.n == 0 || p->value.n > max)
		return refuse(q, SEARCH_BAD_VALUE, *at, end);
	*at = end;
	return p;
}

/* The code of what stands at *at in one word or two, *at behind it; NULL: it is no such name. */
static const char *
take_named(const struct search_query *q, enum query_names of, size_t *at)
{
	size_t end, two;
	struct span value = read_value(q->text, *at, &end);
	const char *code;

	two = end < q->text.n && q->text.p[end] == ' ' ? query_chunk_end(q->text, end + 1) : end;
	code = query_named(of, span_make(q->text.p + *at, two - *at));
	if (code != NULL && query_quote_length(q->text, *at) == 0)
		end = two;
	else
		code = query_named(of, value);
	if (code != NULL)
		*at = end;
	return code;
}

/* A name in one word or two: ngôn ngữ:tiếng Việt; NULL: something else stands there. */
static struct query_part *
read_if_named(struct search_query *q, enum query_kind kind, enum query_names of, size_t *at)
{
	const char *code = take_named(q, of, at);
	struct query_part *p;

	if (code == NULL)
		return NULL;
	p = query_part_new(q, kind);
	p->value = span_of(code);
	return p;
}

static struct query_part *
read_named(struct search_query *q, enum query_kind kind, enum query_names of, size_t *at)
{
	struct query_part *p = read_if_named(q, kind, of, at);
	size_t end;

	if (p != NULL)
		return p;
	(void)read_value(q->text, *at, &end);
	return refuse(q, SEARCH_BAD_VALUE, *at, end);
}

static struct query_part *
read_level(struct search_query *q, size_t *at)
{
	struct query_part *p = read_named(q, QUERY_LEVEL, NAMES_LEVEL, at);

	if (p != NULL)
		p->from = p->to = (uint32_t)(p->value.p[0] - '0');
	return p;
}

/* 3, 3..5, 3.. or ..5 */
static struct query_part *
read_pages(struct search_query *q, size_t *at)
{
	struct query_part *p = query_part_new(q, QUERY_PAGE);
	size_t end;
	struct span value = read_value(q->text, *at, &end), last = value;
	ptrdiff_t dots = span_find(value, SPAN(".."));
	uint64_t from = 1, to = SEARCH_SLICES_MAX;

	if (dots >= 0) {
		last = span_make(value.p + dots + 2, value.n - (size_t)dots - 2);
		value = span_make(value.p, (size_t)dots);
	}
	if ((value.n == 0 && last.n == 0) || (value.n > 0 && !span_u64(value, &from)) ||
	    (last.n > 0 && !span_u64(last, &to)) || from < 1 || from > to || to > SEARCH_SLICES_MAX)
		return refuse(q, SEARCH_BAD_VALUE, *at, end);
	p->from = (uint32_t)from;
	p->to = (uint32_t)to;
	if (!q->negated)
		q->paged = p;
	*at = end;
	return p;
}

/* ------------------------------------------------------------------ dates */

/* Digits of one part of a date. */
static bool
take_digits(struct span *s, size_t least, size_t most, uint32_t *value)
{
	size_t n = 0;

	for (*value = 0; n < s->n && s->p[n] >= '0' && s->p[n] <= '9' && n < most; n++)
		*value = *value * 10 + (uint32_t)(s->p[n] - '0');
	*s = span_make(s->p + n, s->n - n);
	return n >= least;
}

static bool
is_day(uint32_t y, uint32_t m, uint32_t d)
{
	char text[12];

	if (y < YEAR_MIN || y > YEAR_MAX || m > 12 || d > 31)
		return false;
	snprintf(text, sizeof text, "%04u-%02u-%02u", y, m == 0 ? 1 : m, d == 0 ? 1 : d);
	return date_valid(span_of(text), false);
}

/* 2020, 2020-05, 2020-05-15, 5/2020, 15/5/2020 (also with . and -) as a range of days. */
static bool
read_day(struct span s, uint32_t *from, uint32_t *to)
{
	uint32_t part[3] = { 0, 0, 0 }, y, m = 0, d = 0;
	size_t digits[3] = { 0, 0, 0 }, n, before;

	for (n = 0; n < 3; n++) {
		before = s.n;
		if (!take_digits(&s, 1, 4, &part[n]))
			return false;
		digits[n] = before - s.n;
		if (s.n == 0)
			break;
		if (n == 2 || !query_is_one_of(s.p[0], "/-."))
			return false;
		s = span_make(s.p + 1, s.n - 1);
	}
	if (n == 3)
		return false;
	if (digits[0] == 4) {
		y = part[0];
		m = part[1];
		d = part[2];
	} else if (n > 0 && digits[n] == 4) {
		y = part[n];
		m = part[n - 1];
		d = n == 2 ? part[0] : 0;
	} else
		return false;
	if (!is_day(y, m, d) || (n >= 1 && m == 0) || (n == 2 && d == 0))
		return false;
	*from = y * 10000 + m * 100 + d;
	*to = y * 10000 + (m ? m : 99) * 100 + (d ? d : 99);
	return true;
}

static struct query_part *
read_dates(struct search_query *q, enum query_kind kind, enum field field, size_t *at)
{
	struct query_part *p = query_part_new(q, kind);
	size_t end;
	struct span value = read_value(q->text, *at, &end), second = value;
	ptrdiff_t dots = span_find(value, SPAN(".."));
	uint32_t ignored;

	if (dots >= 0) {
		second = span_make(value.p + dots + 2, value.n - (size_t)dots - 2);
		value = span_make(value.p, (size_t)dots);
	}
	p->from = YEAR_MIN * 10000;
	p->to = YEAR_MAX * 10000 + 9999;
	if ((field != UNTIL && (dots < 0 || value.n > 0) && !read_day(value, &p->from, &ignored)) ||
	    (field != FROM && (dots < 0 || second.n > 0) && !read_day(second, &ignored, &p->to)) ||
	    (dots >= 0 && (field != DATE || (value.n == 0 && second.n == 0))) || p->from > p->to)
		return refuse(q, SEARCH_BAD_DATE, *at, end);
	*at = end;
	return p;
}

/* ------------------------------------------------------------------ what the catalogue knows */

/* "10 năm": the unit behind a number of years stands in the same quotes, or without any. */
static bool
take_years(
    const struct search_query *q, bool quoted, struct span *value, size_t *end, uint32_t *years)
{
	struct span rest = *value;
	size_t unit = *end;

	if (!take_digits(&rest, 1, 4, years))
		return false;
	if (rest.n > 0) {
		if (rest.p[0] != ' ' || query_named(NAMES_YEARS, span_trim(rest)) == NULL)
			return false;
		*value = span_make(NULL, 0);
	} else if (!quoted && rest.p == q->text.p + unit && unit + 1 < q->text.n &&
	    q->text.p[unit] == ' ' && query_quote_length(q->text, unit + 1) == 0 &&
	    query_named(NAMES_YEARS, read_value(q->text, unit + 1, &unit)) != NULL) {
		*value = span_make(NULL, 0);
		*end = unit;
	}
	return true;
}

/* The code of a rule, permanent, or a number of years, which may be a code as well. */
static struct query_part *
read_retention(struct search_query *q, size_t *at)
{
	struct query_part *p = query_part_new(q, QUERY_RETENTION);
	size_t end = *at;
	struct span value;

	if (take_named(q, NAMES_RETENTION, &end) != NULL) {
		p->from = SEARCH_PERMANENT;
		*at = end;
		return p;
	}
	value = read_value(q->text, *at, &end);
	if (value.n == 0 || value.n > RULE_MAX)
		return refuse(q, SEARCH_BAD_VALUE, *at, end);
	if (!take_years(q, query_quote_length(q->text, *at) > 0, &value, &end, &p->from))
		p->from = 0;
	if (value.n == 0 && (p->from == 0 || p->from > YEARS_MAX))
		return refuse(q, SEARCH_BAD_VALUE, *at, end);
	p->value = keep(q, value);
	*at = end;
	return p;
}

static struct query_part *
read_due(struct search_query *q, size_t *at)
{
	struct query_part *p = read_if_named(q, QUERY_DUE, NAMES_DUE, at);

	return p != NULL ? p : read_dates(q, QUERY_DUE, DATE, at);
}

static struct query_part *
read_held(struct search_query *q, size_t *at)
{
	struct query_part *p = read_if_named(q, QUERY_HELD, NAMES_HELD, at);

	return p != NULL ? p : read_kept(q, QUERY_HELD, HOLD_MAX, at);
}

static struct span
without_quotes(struct span s, const char *loose)
{
	size_t open = query_quote_length(s, 0), end = open;

	if (open == 0)
		return without_end(s, loose);
	while (end < s.n && query_quote_length(s, end) == 0)
		end++;
	return span_make(s.p + open, end - open);
}

struct query_part *
query_field_read(struct search_query *q, int field, size_t *at)
{
	size_t value = *at, start;
	struct query_part *p;

	while (value < q->text.n && q->text.p[value] == ' ')
		value++;
	if (value >= q->text.n || q->text.p[value] == '(' || q->text.p[value] == ')')
		return refuse(q, SEARCH_BAD_VALUE, *at - 1, *at);
	start = value;
	switch ((enum field)field) {
	case NUMBER:
		p = read_number(q, &value);
		break;
	case TYPE:
		p = read_type(q, &value);
		break;
	case ISSUER:
		p = read_name(q, QUERY_ISSUER, &value);
		break;
	case SIGNER:
		p = read_name(q, QUERY_SIGNER, &value);
		break;
	case DOSSIER:
		p = read_kept(q, QUERY_DOSSIER, DOSSIER_MAX, &value);
		break;
	case LANGUAGE:
		p = read_named(q, QUERY_LANGUAGE, NAMES_LANGUAGE, &value);
		break;
	case SUBJECT:
		p = read_name(q, QUERY_SUBJECT, &value);
		break;
	case LEVEL:
		p = read_level(q, &value);
		break;
	case PAGE:
		p = read_pages(q, &value);
		break;
	case STATE:
		p = read_named(q, QUERY_STATE, NAMES_STATE, &value);
		break;
	case RETENTION:
		p = read_retention(q, &value);
		break;
	case DUE:
		p = read_due(q, &value);
		break;
	case HELD:
		p = read_held(q, &value);
		break;
	case PROCEDURE:
		p = read_kept(q, QUERY_PROCEDURE, RULE_MAX, &value);
		break;
	case APPLICANT:
		p = read_kept(q, QUERY_APPLICANT, HOLD_MAX, &value);
		break;
	case SORT:
		p = read_named(q, QUERY_SORT, NAMES_SORT, &value);
		break;
	default:
		p = read_dates(q, QUERY_DATE, (enum field)field, &value);
	}
	if (p == NULL)
		return NULL;
	p->raw = without_quotes(
	    span_make(q->text.p + start, value - start), field == TYPE ? ",;." : ",;");
	*at = value;
	return p;
}
