/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "field_parts.h"
#include "near.h"
#include "text.h"

/*
 * The issuing body: capitals above the number in the left column.  Several lines are one name
 * ("ỦY BAN NHÂN DÂN / TỈNH QUẢNG NGÃI") or the superior body and the issuer ("UBND TỈNH KIÊN GIANG /
 * SỞ Y TẾ"): a line that begins like the name of a body begins one, the last one issued it.
 */
#define HEADER_PART 0.25
#define NAME_LINES 6

/* First letters of the words: "SỞ Y TẾ" -> "SYT". */
static void
initials(const char *name, struct strbuf *out)
{
	struct strbuf folded = STRBUF_INIT;
	size_t i;

	text_fold(span_of(name), true, &folded);
	for (i = 0; i < folded.len; i++)
		if ((i == 0 || folded.buf[i - 1] == ' ') && folded.buf[i] != ' ')
			strbuf_add_char(out, folded.buf[i]);
	strbuf_free(&folded);
}

/* Does a part of the symbol abbreviate the name ("QĐ-SYT": SYT; "UBND" of "UBND TỈNH ...")? */
static bool
symbol_agrees(const struct fields *f, const char *name)
{
	struct strbuf letters = STRBUF_INIT, symbol = STRBUF_INIT;
	struct span rest, part;
	bool agrees = false;

	initials(name, &letters);
	text_fold(span_of(f->symbol), true, &symbol);
	for (rest = strbuf_span(&symbol); rest.n && !agrees;) {
		part = span_cut(&rest, '-');
		agrees = part.n >= 2 &&
		    (span_starts(strbuf_span(&letters), part) || span_starts(span_of(name), part));
	}
	strbuf_free(&letters);
	strbuf_free(&symbol);
	return agrees;
}

static bool
is_name_line(const struct fields *f, const struct layout_line *line)
{
	const struct layout *l = f->first;

	if (!layout_capitals(line, 2) || strchr(line->folded, '/'))
		return false;
	if (f->number_line)
		return line->row < f->number_line->row && line->zone == f->number_line->zone;
	return line->zone == LAYOUT_LEFT && layout_height(l, line) < HEADER_PART;
}

/* The body above the issuer: what stands over its first line, when that begins like a body. */
static void
find_superior(struct fields *f, const struct layout_line *const *lines, size_t n)
{
	struct strbuf name = STRBUF_INIT;
	regmatch_t m[PATTERN_GROUPS];
	struct layout_piece piece = { NULL, 0, 0 };
	double sure = 1;
	size_t i, from = 0;

	for (i = 0; i < n; i++) /* the last but the issuer itself */
		if (field_match(f, PATTERN_BODY_NAME, lines[i]->folded, m))
			from = i;
	if (n == 0 || !field_match(f, PATTERN_BODY_NAME, lines[from]->folded, m))
		return;
	while (from > 0 && field_match(f, PATTERN_BODY_NAME, lines[from - 1]->folded, m))
		from--;
	for (i = from; i < n; i++) {
		piece = (struct layout_piece){ lines[i], 0, lines[i]->text_len };
		if (name.len)
			strbuf_add_char(&name, ' ');
		strbuf_add_span(&name, field_trim(layout_piece_text(piece)));
		if (field_line_confidence(lines[i]) < sure)
			sure = field_line_confidence(lines[i]);
	}
	field_find(f, FOUND_SUPERIOR, name.buf, &piece, 1, sure * 0.95, "header-text");
	strbuf_free(&name);
}

void
field_issuer(struct fields *f)
{
	const struct layout *l = f->first;
	const struct layout_line *lines[NAME_LINES] = { NULL };
	regmatch_t m[PATTERN_GROUPS];
	struct strbuf name = STRBUF_INIT;
	size_t i, n = 0, begin = 0;
	struct layout_piece piece;
	double sure = 1;
	int box[4];

	for (i = 0; i < l->count; i++)
		if (is_name_line(f, &l->line[i])) {
			if (n == NAME_LINES) /* the nearest ones above the number */
				memmove(lines, lines + 1, --n * sizeof(void *));
			lines[n++] = &l->line[i];
		}
	for (i = 0; i < n; i++)
		if (field_match(f, PATTERN_BODY_NAME, lines[i]->folded, m))
			begin = i;
	find_superior(f, lines, begin);
	for (i = begin; i < n; i++) {
		piece = (struct layout_piece){ lines[i], 0, lines[i]->text_len };
		if (name.len)
			strbuf_add_char(&name, ' ');
		strbuf_add_span(&name, field_trim(layout_piece_text(piece)));
		if (field_line_confidence(lines[i]) < sure)
			sure = field_line_confidence(lines[i]);
	}
	if (n && layout_capitals(lines[begin], 4)) {
		piece = (struct layout_piece){ lines[begin], 0, lines[begin]->text_len };
		layout_piece_box(piece, box);
		sure *= field_match(f, PATTERN_BODY_NAME, lines[begin]->folded, m) ? 1 : 0.75;
		f->symbol_of_issuer = f->symbol && symbol_agrees(f, name.buf);
		sure *= !f->symbol || f->symbol_of_issuer ? 1 : 0.85;
		field_add(f, FIELD_ISSUER, arena_dup_span(f->arena, strbuf_span(&name)), &piece, 1,
		    sure * 0.95, "header-text");
	}
	strbuf_free(&name);
}
