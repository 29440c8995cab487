/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "document.h"

#include <stdio.h>
#include <string.h>

#include "strbuf.h"

void
add_block(struct document *d, enum block_kind kind)
{
	struct block *b = arena_alloc(d->arena, sizeof(*b));

	b->kind = kind;
	*d->last = b;
	d->last = &b->next;
}

static struct block *
last_block(struct document *d)
{
	return (struct block *)(void *)((char *)d->last - offsetof(struct block, next));
}

void
add_text(struct document *d, enum style style, const char *format)
{
	struct block *b;

	add_block(d, BLOCK_TEXT);
	b = last_block(d);
	b->style = style;
	b->text = phrase_make(&d->scope, format);
}

struct table *
add_table(struct document *d, size_t columns, const double *width)
{
	struct table *t = arena_alloc(d->arena, sizeof(*t));

	add_block(d, BLOCK_TABLE);
	last_block(d)->table = t;
	t->columns = columns;
	memcpy(t->width, width, columns * sizeof(*width));
	return t;
}

void
add_row(struct document *d, struct table *t, const char *const *cell)
{
	char **grown;
	size_t i;

	if (t->rows == t->rows_alloc) {
		t->rows_alloc = t->rows_alloc * 2 + 8;
		grown = arena_array(d->arena, t->rows_alloc * t->columns, sizeof(*grown));
		if (t->rows > 0)
			memcpy(grown, t->cell, t->rows * t->columns * sizeof(*grown));
		t->cell = grown;
	}
	for (i = 0; i < t->columns; i++)
		t->cell[t->rows * t->columns + i] = phrase_make(&d->scope, cell[i]);
	t->rows++;
}

void
add_line(struct document *d, struct lines *l, const char *format)
{
	if (l->n < sizeof(l->line) / sizeof(*l->line))
		l->line[l->n++] = phrase_make(&d->scope, format);
}

static const struct office *
office_pick(struct rng *rng)
{
	int total = 0, draw;
	size_t i;

	for (i = 0; i < offices_count; i++)
		total += offices[i].weight;
	draw = rng_between(rng, 0, total - 1);
	for (i = 0; draw >= offices[i].weight; i++)
		draw -= offices[i].weight;
	return &offices[i];
}

static void
date_choose(struct document *d)
{
	struct scope *s = &d->scope;

	s->year = rng_between(&s->rng, 2015, 2025);
	s->month = rng_between(&s->rng, 1, 12);
	s->day = rng_between(&s->rng, 1, 28);
	snprintf(d->date, sizeof(d->date), "%04d-%02d-%02d", s->year, s->month, s->day);
}

/* The words that must stay the same through the whole document. */
static void
scope_choose(struct document *d, const char *matter)
{
	static const char *const kept[][2] = {
		{ "site", "{site_of}" },
		{ "when", "{when}" },
		{ "matter", "{matter}" },
		{ "where", "{where}" },
		{ "en_theme", "{en_theme}" },
		{ "en_partner", "{en_partner}" },
	};
	size_t i;

	scope_bind(&d->scope, "office", d->office->name);
	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		scope_bind(&d->scope, kept[i][0], phrase_make(&d->scope, kept[i][1]));
	if (matter != NULL)
		scope_bind(&d->scope, "matter", phrase_make(&d->scope, matter));
}

/*
 * Who signs: the head, a deputy for the head (KT.), or the chief of the office by order (TL.):
 * NĐ 30/2020 PL I II.7.
 */
static void
signer_choose(struct document *d)
{
	const struct office *o = d->office;
	int how = rng_between(&d->scope.rng, 0, 9);

	d->signer = phrase_make(&d->scope, "{person}");
	d->post = arena_dup(d->arena, o->head);
	if (o->behalf != NULL)
		d->capacity =
		    arena_printf(d->arena, how < 5 ? "%s" : "%s\nKT. %s", o->behalf, o->head);
	else if (how >= 5)
		d->capacity = arena_printf(d->arena, how < 9 ? "KT. %s" : "TL. %s", o->head);
	if (how >= 5)
		d->post = arena_dup(
		    d->arena, how < 9 || o->behalf != NULL ? o->deputy : "CHÁNH VĂN PHÒNG");
}

/* "QĐ-SDL" for named types; a letter has issuer and unit: "SDL-QLLH" (NĐ 30/2020 PL I II.3). */
static void
number_choose(struct document *d)
{
	struct scope *s = &d->scope;

	d->number = rng_between(&s->rng, 1, 60 + 110 * s->month);
	if (d->kind->abbreviation != NULL)
		d->symbol =
		    arena_printf(d->arena, "%s-%s", d->kind->abbreviation, d->office->abbreviation);
	else
		d->symbol = arena_printf(
		    d->arena, "%s-%s", d->office->abbreviation, phrase_make(s, "{short}"));
	d->notation =
	    arena_printf(d->arena, d->number < 10 ? "0%d/%s" : "%d/%s", d->number, d->symbol);
}

/* The document's own head, for the places that cite it. */
static void
scope_name(struct document *d)
{
	struct scope *s = &d->scope;

	scope_bind(s, "notation", d->notation);
	scope_bind(s, "date_long",
	    arena_printf(d->arena,
		s->month < 3 ? "ngày %02d tháng %02d năm %d" : "ngày %02d tháng %d năm %d", s->day,
		s->month, s->year));
	scope_bind(s, "authority",
	    d->office->behalf != NULL ? text_upper(d->arena, d->office->name, 0)
				      : arena_printf(d->arena, "%s %s", d->office->head,
					    text_upper(d->arena, d->office->name, 0)));
}

struct document *
document_new(const struct draft *draft)
{
	struct arena *arena = arena_new();
	struct document *d = arena_alloc(arena, sizeof(*d));

	d->arena = d->scope.arena = arena;
	d->scope.rng = rng_make(draft->seed, 1);
	d->last = &d->first;
	d->seed = draft->seed;
	d->kind = draft->kind;
	d->type = draft->kind->type;
	d->language = draft->kind->language;
	d->appetite = draft->appetite;
	d->secrecy = draft->secrecy;
	d->code = draft->code;
	d->office = office_pick(&d->scope.rng);
	d->place = d->office->place;
	d->issuer = d->office->issuer;
	d->superior = d->office->superior;
	date_choose(d);
	scope_choose(d, draft->matter);
	number_choose(d);
	signer_choose(d);
	scope_name(d);
	d->subject =
	    phrase_make(&d->scope, draft->subject != NULL ? draft->subject : d->kind->subject);
	scope_bind(&d->scope, "subject", d->subject);
	d->kind->compose(d);
	if (draft->urgency != NULL)
		d->urgency = draft->urgency;
	return d;
}

void
document_free(struct document *d)
{
	if (d != NULL)
		arena_free(d->arena);
}
