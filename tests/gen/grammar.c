/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "grammar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "strbuf.h"

/* A phrase that stands for itself through others would never end. */
#define DEPTH_MAX 16

static const struct phrase *const books[] = {
	phrases_subject,
	phrases_body,
	phrases_name,
	phrases_english,
};

static void expand(struct scope *, const char *format, struct strbuf *, int depth);

static void __attribute__((noreturn)) phrase_fault(const char *what, const char *name, size_t n)
{
	fprintf(stderr, "tangthu-gen: phrase book: %s: {%.*s}\n", what, (int)n, name);
	exit(70);
}

void
scope_bind(struct scope *s, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < s->n && strcmp(s->bound[i].name, name) != 0; i++)
		;
	if (i == SCOPE_MAX)
		phrase_fault("too many bound names at", name, strlen(name));
	if (i == s->n)
		s->n++;
	s->bound[i].name = name;
	s->bound[i].value = value;
}

const char *
scope_value(const struct scope *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->bound[i].name, name) == 0)
			return s->bound[i].value;
	return NULL;
}

char *
text_upper(struct arena *arena, const char *text, int first)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	utf8proc_int32_t rune;
	utf8proc_ssize_t n;

	while (*p != 0 && (n = utf8proc_iterate(p, -1, &rune)) > 0) {
		strbuf_add_rune(&out, (uint32_t)utf8proc_toupper(rune));
		p += n;
		if (first)
			break;
	}
	strbuf_add_str(&out, (const char *)p);
	return arena_dup(arena, out.buf);
}

static int
days_of(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] +
	    (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* A day up to three years before, or up to three months after, the document's own. */
static void
make_date(struct scope *s, int after, int *year, int *month, int *day)
{
	int months = s->year * 12 + s->month - 1;

	months += after ? rng_between(&s->rng, 1, 3) : -rng_between(&s->rng, 1, 36);
	*year = months / 12;
	*month = months % 12 + 1;
	*day = rng_between(&s->rng, 1, days_of(*month, *year));
}

static void
add_date(struct scope *s, struct strbuf *out, int after, const char *format)
{
	int year, month, day;

	make_date(s, after, &year, &month, &day);
	if (strcmp(format, "long") == 0)
		/* NĐ 30/2020 PL I II.4: days below 10 and months 1 and 2 take a zero. */
		strbuf_addf(out,
		    month < 3 ? "ngày %02d tháng %02d năm %d" : "ngày %02d tháng %d năm %d", day,
		    month, year);
	else
		strbuf_addf(out, "%02d/%02d/%d", day, month, year);
}

static void
add_before(struct scope *s, struct strbuf *out)
{
	add_date(s, out, 0, "long");
}

static void
add_after(struct scope *s, struct strbuf *out)
{
	add_date(s, out, 1, "long");
}

static void
add_before_short(struct scope *s, struct strbuf *out)
{
	add_date(s, out, 0, "short");
}

static void
add_after_short(struct scope *s, struct strbuf *out)
{
	add_date(s, out, 1, "short");
}

static void
add_year(struct scope *s, struct strbuf *out)
{
	strbuf_addf(out, "%d", s->year);
}

static void
add_next_year(struct scope *s, struct strbuf *out)
{
	strbuf_addf(out, "%d", s->year + 1);
}

static void
add_last_year(struct scope *s, struct strbuf *out)
{
	strbuf_addf(out, "%d", s->year - 1);
}

static void
add_month(struct scope *s, struct strbuf *out)
{
	strbuf_addf(out, "%02d", s->month);
}

static void
add_money(struct scope *s, struct strbuf *out)
{
	strbuf_addf(
	    out, "%d.%03d.000", rng_between(&s->rng, 2, 890), rng_between(&s->rng, 0, 199) * 5);
}

static void
add_share(struct scope *s, struct strbuf *out)
{
	strbuf_addf(out, "%d,%d", rng_between(&s->rng, 2, 98), rng_between(&s->rng, 1, 9));
}

static void
add_phone(struct scope *s, struct strbuf *out)
{
	/* 0225 is Hải Phòng's code; 555 numbers are given to nobody. */
	strbuf_addf(out, "0225.3555.%03d", rng_between(&s->rng, 100, 999));
}

static void
add_file_code(struct scope *s, struct strbuf *out)
{
	strbuf_addf(out, "000.00.%02d.H24-%02d%02d%02d-%04d", rng_between(&s->rng, 11, 29),
	    s->year % 100, s->month, s->day, rng_between(&s->rng, 1, 899));
}

static void
add_procedure_code(struct scope *s, struct strbuf *out)
{
	strbuf_addf(out, "%d.%06d.000.00.00.H24", rng_between(&s->rng, 1, 3),
	    rng_between(&s->rng, 1000, 9999));
}

static const struct {
	const char *name;
	void (*add)(struct scope *, struct strbuf *);
} builtins[] = {
	{ "before", add_before },
	{ "after", add_after },
	{ "before_short", add_before_short },
	{ "after_short", add_after_short },
	{ "year", add_year },
	{ "next_year", add_next_year },
	{ "last_year", add_last_year },
	{ "month", add_month },
	{ "money", add_money },
	{ "share", add_share },
	{ "phone", add_phone },
	{ "file_code", add_file_code },
	{ "procedure_code", add_procedure_code },
};

static const struct phrase *
phrase_find(const char *name)
{
	const struct phrase *p;
	size_t i;

	for (i = 0; i < sizeof(books) / sizeof(*books); i++)
		for (p = books[i]; p->name != NULL; p++)
			if (strcmp(p->name, name) == 0)
				return p;
	return NULL;
}

/* Short words may come again; a sentence should not while there is another. */
#define SENTENCE_MIN 20
#define TRIES_MAX 6

static int
said_before(const struct scope *s, const char *choice)
{
	size_t i;

	for (i = 0; i < s->said_n && i < SAID_MAX; i++)
		if (s->said[i] == choice)
			return 1;
	return 0;
}

static const char *
choose(struct scope *s, const struct phrase *p)
{
	const char *choice = p->choice[rng_below(&s->rng, p->n)];
	int tries;

	if (strlen(choice) < SENTENCE_MIN)
		return choice;
	for (tries = 0; tries < TRIES_MAX && said_before(s, choice); tries++)
		choice = p->choice[rng_below(&s->rng, p->n)];
	s->said[s->said_n++ % SAID_MAX] = choice;
	return choice;
}

static void
expand_name(struct scope *s, const char *name, struct strbuf *out, int depth)
{
	const char *value = scope_value(s, name);
	const struct phrase *p;
	size_t i;
	int lo, hi;

	if (value != NULL) {
		strbuf_add_str(out, value);
		return;
	}
	if (sscanf(name, "%d-%d", &lo, &hi) == 2) {
		strbuf_addf(out, "%d", rng_between(&s->rng, lo, hi));
		return;
	}
	for (i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
		if (strcmp(builtins[i].name, name) == 0) {
			builtins[i].add(s, out);
			return;
		}
	if ((p = phrase_find(name)) == NULL)
		phrase_fault("no such name", name, strlen(name));
	expand(s, choose(s, p), out, depth + 1);
}

/* What stands between the braces: a name, with ^ or ! before it. */
static void
expand_braces(struct scope *s, const char *inner, size_t n, struct strbuf *out, int depth)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	char name[64];
	char how = *inner;

	if (how == '^' || how == '!') {
		inner++;
		n--;
	}
	if (n == 0 || n >= sizeof(name))
		phrase_fault("bad name", inner, n);
	memcpy(name, inner, n);
	name[n] = 0;
	expand_name(s, name, &text, depth);
	if (how == '^' || how == '!')
		strbuf_add_str(out, text_upper(s->arena, text.buf, how == '^'));
	else
		strbuf_add(out, text.buf, text.len);
}

static void
expand(struct scope *s, const char *format, struct strbuf *out, int depth)
{
	const char *open, *close;

	if (depth > DEPTH_MAX)
		phrase_fault("stands for itself", format, strlen(format));
	while ((open = strchr(format, '{')) != NULL) {
		if ((close = strchr(open, '}')) == NULL)
			phrase_fault("no closing brace", open, strlen(open));
		strbuf_add(out, format, (size_t)(open - format));
		expand_braces(s, open + 1, (size_t)(close - open) - 1, out, depth);
		format = close + 1;
	}
	strbuf_add_str(out, format);
}

char *
phrase_make(struct scope *s, const char *format)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	expand(s, format, &out, 0);
	return arena_dup(s->arena, out.buf);
}

void
grammar_check(struct scope *s)
{
	const struct phrase *p;
	size_t i, j;

	for (i = 0; i < sizeof(books) / sizeof(*books); i++)
		for (p = books[i]; p->name != NULL; p++)
			for (j = 0; j < p->n; j++)
				(void)phrase_make(s, p->choice[j]);
}
