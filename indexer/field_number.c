/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "field_parts.h"
#include "near.h"
#include "text.h"

/*
 * Number and symbol ("15/QĐ-SDL").  The symbol is printed and read well; the number is mostly
 * written by hand: measured on 19 scans, words below 85 gave two wrong numbers of four, above none.
 */
#define HEADER_PART 0.35 /* of the page: the number stands above */
#define NUMBER_SURE 0.85
#define NUMBER_LEAST 0.2 /* below, digits are what scratches look like */
#define NUMBER_SHARE 0.7 /* what a doubtful one is worth: to be confirmed */

/* Digits with perhaps one letter behind ("15a"), nothing else. */
static bool
number_valid(struct span s)
{
	size_t i = 0;

	while (i < s.n && isdigit((unsigned char)s.p[i]))
		i++;
	if (!i || i > 5)
		return false;
	return i == s.n || (i + 1 == s.n && islower((unsigned char)s.p[i]));
}

/*
 * The title's type when the symbol names it with at most so many letters too many, too few or
 * misread: "QĐĐ-SDL" below QUYẾT ĐỊNH; "HD-SDL" below HỢP ĐỒNG is HĐ.
 */
static const struct record_type *
title_type(const struct fields *f, struct span first, unsigned errors)
{
	struct strbuf have = STRBUF_INIT, want = STRBUF_INIT;
	bool near;

	if (!f->title)
		return NULL;
	text_fold(first, true, &have);
	text_fold(span_of(f->title->code), true, &want);
	near = want.len >= 2 && near_equal(strbuf_span(&have), strbuf_span(&want), errors);
	strbuf_free(&have);
	strbuf_free(&want);
	return near ? f->title : NULL;
}

/* Without spaces; a type at its beginning in its own spelling ("QD-SDL" is "QĐ-SDL"). */
static char *
symbol_clean(struct fields *f, struct span raw)
{
	const struct record_type *type;
	struct strbuf b = STRBUF_INIT;
	struct span first;
	char *out;
	size_t i;

	for (i = 0; i < raw.n; i++)
		if (raw.p[i] != ' ')
			strbuf_add_char(&b, raw.p[i]);
	first = span_make(b.buf, strcspn(b.buf, "-&./"));
	type = first.n ? title_type(f, first, 0) : NULL;
	if (!type && first.n)
		type = field_type_by_code(first);
	if (!type && first.n < b.len)
		type = title_type(f, first, 1);
	if (type && first.n < b.len) {
		f->type = type->code;
		out = arena_printf(f->arena, "%s%s", type->code, b.buf + first.n);
	} else {
		out = arena_dup(f->arena, b.buf);
	}
	strbuf_free(&b);
	return out;
}

/*
 * What stands between "Số:" and the symbol: the number alone, or with its year (30/2020).  Anything
 * else is handwriting that was not read.  *year is empty when there is none.
 */
static void
split_slot(struct layout_piece slot, struct layout_piece *number, struct span *year)
{
	struct span text = layout_piece_text(slot), rest = text,
		    digits = span_trim(span_cut(&rest, '/'));

	*number = slot;
	*year = span_make(text.p, 0);
	rest = span_trim(rest);
	if (rest.n != 4 || strspn(rest.p, "0123456789") < 4 ||
	    (rest.p[0] != '1' && rest.p[0] != '2'))
		return;
	*year = rest;
	number->start = (size_t)(digits.p - slot.line->text);
	number->end = number->start + digits.n;
}

static void
suggest_number(struct fields *f, struct layout_piece piece)
{
	struct span digits = layout_piece_text(piece);
	double offer;
	int box[4];

	if (!number_valid(digits))
		return;
	f->number = arena_dup_span(f->arena, digits);
	f->number_sure = layout_piece_box(piece, box);
	offer = NUMBER_SHARE * (0.3 + f->number_sure);
	if (f->number_sure >= NUMBER_SURE)
		field_add(f, FIELD_NUMBER, f->number, &piece, 1, f->number_sure, "header-text");
	else if (f->number_sure >= NUMBER_LEAST)
		field_add(f, FIELD_NUMBER, f->number, &piece, 1,
		    offer > FIELDS_LEAST ? offer : FIELDS_LEAST, "header-unsure");
}

static void
take_symbol(struct fields *f, const struct layout_line *line, const regmatch_t *m)
{
	f->number_line = line;
	f->symbol_piece = layout_piece(line, m[4]);
	f->symbol = symbol_clean(f, layout_piece_text(f->symbol_piece));
}

/*
 * "72NQ-HĐND": the stroke was not read, or read as a digit.  The symbol stands, the number is to be
 * confirmed.
 */
static void
take_joined(struct fields *f, const struct layout_line *line, const regmatch_t *m)
{
	struct layout_piece number = layout_piece(line, m[3]);
	int box[4];

	take_symbol(f, line, m);
	f->number = arena_dup_span(f->arena, layout_piece_text(number));
	f->number_sure = layout_piece_box(number, box) * NUMBER_SHARE;
	field_add(f, FIELD_NUMBER, f->number, &number, 1, f->number_sure, "header-unsure");
}

static void
take_number(struct fields *f, const struct layout_line *line, const regmatch_t *m)
{
	struct layout_piece number;
	struct span year;

	split_slot(layout_piece(line, m[3]), &number, &year);
	take_symbol(f, line, m);
	if (year.n) /* laws and decrees: the year belongs to the symbol */
		f->symbol = arena_printf(f->arena, "%.*s/%s", SPAN_ARG(year), f->symbol);
	suggest_number(f, number);
}

/*
 * The number is often written into the word that the symbol is printed in, so that the reader
 * doubts the whole: then the issuer's initials, the file's name and the type speak for it.
 */
void
field_symbol(struct fields *f)
{
	double sure, agreed;
	int box[4];

	if (!f->symbol)
		return;
	sure = layout_piece_box(f->symbol_piece, box);
	/* Either it begins with a type, or it is issuer-unit of a letter. */
	sure *= f->type || strchr(f->symbol, '-') ? 1 : 0.6;
	agreed = 0.3 + (f->type ? 0.15 : 0) +
	    (f->type && f->title && !strcmp(f->type, f->title->code) ? 0.1 : 0) +
	    (f->symbol_of_issuer ? 0.25 : 0) + (f->symbol_in_name ? 0.25 : 0);
	field_add(f, FIELD_SYMBOL, f->symbol, &f->symbol_piece, 1, sure > agreed ? sure : agreed,
	    "header-text");
}

void
field_number(struct fields *f)
{
	const struct layout *l = f->first;
	regmatch_t m[PATTERN_GROUPS];
	int pass;
	size_t i;

	/* The left column first; a page without columns has it near the top. */
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < l->count; i++) {
			const struct layout_line *line = &l->line[i];

			if ((line->zone == LAYOUT_LEFT) != (pass == 0) ||
			    layout_height(l, line) > HEADER_PART)
				continue;
			if (field_match(f, PATTERN_PARTY, line->folded, m) ||
			    field_match(f, PATTERN_NUMBER, line->folded, m) ||
			    field_match(f, PATTERN_REFERENCE, line->folded, m)) {
				take_number(f, line, m);
				return;
			}
			if (field_match(f, PATTERN_JOINED, line->folded, m)) {
				take_joined(f, line, m);
				return;
			}
		}
}
