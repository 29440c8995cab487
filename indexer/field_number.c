/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "field_parts.h"
#include "text.h"

/*
 * Number and symbol ("15/QĐ-SDL").  The symbol is printed and read well; the number is mostly
 * written by hand: measured on 19 scans, words below 85 gave two wrong numbers of four, above none.
 */
#define HEADER_PART 0.35 /* of the page: the number stands above */
#define NUMBER_SURE 0.85

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
	type = first.n ? field_type_by_code(first) : NULL;
	if (type && first.n < b.len) {
		f->type = type->code;
		out = arena_printf(f->arena, "%s%s", type->code, b.buf + first.n);
	} else {
		out = arena_dup(f->arena, b.buf);
	}
	strbuf_free(&b);
	return out;
}

static void
suggest_number(struct fields *f, struct layout_piece piece, double checks)
{
	struct span digits = layout_piece_text(piece);
	int box[4];

	if (!number_valid(digits))
		return;
	f->number = arena_dup_span(f->arena, digits);
	f->number_sure = layout_piece_box(piece, box);
	if (f->number_sure >= NUMBER_SURE)
		field_add(
		    f, FIELD_NUMBER, f->number, &piece, 1, f->number_sure * checks, "header-text");
}

static void
suggest_symbol(struct fields *f, struct layout_piece piece, double checks)
{
	int box[4];

	field_add(f, FIELD_SYMBOL, f->symbol, &piece, 1, layout_piece_box(piece, box) * checks,
	    "header-text");
}

/* Of the Party: "12-QĐ/TU". */
static void
take_party(struct fields *f, const struct layout_line *line, const regmatch_t *m)
{
	struct layout_piece symbol = layout_piece(line, m[3]);

	f->number_line = line;
	f->symbol = symbol_clean(f, layout_piece_text(symbol));
	suggest_symbol(f, symbol, 1);
	suggest_number(f, layout_piece(line, m[2]), 1);
}

static void
take_number(struct fields *f, const struct layout_line *line, const regmatch_t *m)
{
	struct layout_piece symbol = layout_piece(line, m[5]);
	double checks;

	f->number_line = line;
	f->symbol = symbol_clean(f, layout_piece_text(symbol));
	if (m[4].rm_so >= 0) /* laws and decrees: 30/2020/NĐ-CP */
		f->symbol = arena_printf(f->arena, "%.*s/%s",
		    SPAN_ARG(layout_piece_text(layout_piece(line, m[4]))), f->symbol);
	/* Either it begins with a type, or it is issuer-unit of a letter. */
	checks = f->type || strchr(f->symbol, '-') ? 1 : 0.6;
	suggest_symbol(f, symbol, checks);
	suggest_number(f, layout_piece(line, m[2]), checks);
}

void
field_number(struct fields *f)
{
	const struct layout *l = f->source->first;
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
			if (field_match(f, PATTERN_PARTY, line->folded, m)) {
				take_party(f, line, m);
				return;
			}
			if (field_match(f, PATTERN_NUMBER, line->folded, m)) {
				take_number(f, line, m);
				return;
			}
		}
}
