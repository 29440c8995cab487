/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "field_parts.h"
#include "near.h"
#include "text.h"

/*
 * Type ("QUYẾT ĐỊNH", a line of its own in capitals) and subject (trích yếu: the centred lines below
 * it, or in a letter what follows "V/v" under the number).
 */
#define TYPE_PART 0.55 /* of the page: the type stands above */
#define SUBJECT_LINES 8
#define SUBJECT_MAX 500 /* bytes: longer ones ran on into the text */
#define CENTRED 0.06	/* of the page's width */
#define PITCH_LEFT 2.1	/* median words from one line of V/v to the next */
#define PITCH_FIRST 5.0 /* from the type to the first line below */
#define PITCH_NEXT 1.45 /* of the first pitch */

/* Letters and single spaces in capitals. */
static void
type_letters(const char *s, char *out, size_t max)
{
	size_t n = 0;

	for (; *s && n + 1 < max; s++) {
		if (isalpha((unsigned char)*s))
			out[n++] = (char)toupper((unsigned char)*s);
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

static const struct record_type *
type_of_line(const struct layout_line *line, bool *exact)
{
	const struct record_type *types, *near_type = NULL;
	struct strbuf folded = STRBUF_INIT;
	char have[64], want[64];
	size_t i, count;

	*exact = false;
	if (line->folded_len >= sizeof have || !layout_capitals(line, 4))
		return NULL;
	type_letters(line->folded, have, sizeof have);
	types = record_types(&count);
	for (i = 0; i < count && !*exact; i++) {
		strbuf_reset(&folded);
		text_fold(span_of(types[i].name_vi), true, &folded);
		type_letters(folded.buf, want, sizeof want);
		*exact = !strcmp(have, want) && strcmp(types[i].code, "KHÁC");
		if (*exact || (strlen(want) >= 6 && near_equal(span_of(have), span_of(want), 1)))
			near_type = &types[i];
	}
	strbuf_free(&folded);
	return near_type;
}

static const struct layout_line *
find_type(struct fields *f)
{
	const struct layout *l = f->source->first;
	const struct record_type *type;
	bool exact;
	size_t i;

	for (i = 0; i < l->count; i++) {
		struct layout_piece piece = { &l->line[i], 0, l->line[i].text_len };
		double sure;

		if (layout_height(l, piece.line) > TYPE_PART ||
		    !(type = type_of_line(piece.line, &exact)))
			continue;
		sure = 0.5 + field_line_confidence(piece.line) / 2;
		sure *= exact ? 1 : 0.9;
		sure *= f->type && strcmp(f->type, type->code) ? 0.6 : 1;
		field_add(f, FIELD_TYPE, type->code, &piece, 1, sure, "header-text");
		return piece.line;
	}
	return NULL;
}

static bool
has_addressee(const struct fields *f)
{
	const struct layout *l = f->source->first;
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	for (i = 0; i < l->count; i++)
		if (field_match(f, PATTERN_TO, l->line[i].folded, m))
			return true;
	return false;
}

static int
line_centre(const struct layout_line *line)
{
	return line->box[0] + line->box[2] / 2;
}

static int
line_bottom(const struct layout_line *line)
{
	return line->box[1] + line->box[3];
}

struct subject {
	struct strbuf text;
	struct layout_piece first;
	double sum;
	size_t lines;
};

/* false: the subject would be too long to be one. */
static bool
subject_add(struct subject *s, struct layout_piece piece)
{
	struct span text = layout_piece_text(piece);

	if (s->text.len + text.n + 1 > SUBJECT_MAX || s->lines == SUBJECT_LINES)
		return false;
	if (s->text.len)
		strbuf_add_char(&s->text, ' ');
	else
		s->first = piece;
	strbuf_add_span(&s->text, text);
	s->sum += field_line_confidence(piece.line);
	s->lines++;
	return true;
}

static void
subject_suggest(struct fields *f, struct subject *s, double share)
{
	static const char signs[] = " .,;:-_*=~|'";
	struct span text = span_trim(strbuf_span(&s->text));

	/* underlines and ornaments below the subject */
	while (text.n && strchr(signs, text.p[text.n - 1]))
		text.n--;
	while (text.n && strchr(signs, text.p[0]))
		text = span_make(text.p + 1, text.n - 1);
	if (s->lines && text.n >= 6)
		field_add(f, FIELD_SUBJECT, arena_dup_span(f->arena, text), &s->first, 1,
		    s->sum / (double)s->lines * share, "header-text");
	strbuf_free(&s->text);
}

/* The line of "V/v" and those that follow it in its column. */
static bool
subject_of_letter(struct fields *f)
{
	const struct layout *l = f->source->first;
	struct subject s = { .text = STRBUF_INIT };
	const struct layout_line *before = NULL;
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];
		struct layout_piece piece = { line, 0, line->text_len };

		if (layout_height(l, line) > TYPE_PART)
			break;
		if (!before) {
			if (line->zone == LAYOUT_RIGHT ||
			    !field_match(f, PATTERN_ABOUT, line->folded, m))
				continue;
			piece = layout_piece(line, m[2]);
		} else if (line->zone != before->zone) {
			continue;
		} else if (field_match(f, PATTERN_TO, line->folded, m) ||
		    layout_capitals(line, 4) ||
		    (l->word_height &&
			line_bottom(line) - line_bottom(before) > PITCH_LEFT * l->word_height)) {
			break;
		}
		if (!subject_add(&s, piece))
			break;
		before = line;
	}
	subject_suggest(f, &s, 0.95);
	return before != NULL;
}

static bool
below_type(const struct layout *l, const struct layout_line *type, const struct layout_line *before,
    const struct layout_line *line, int *pitch)
{
	int step = line_bottom(line) - line_bottom(before);

	if (!l->word_height)
		return before == type || line->block == before->block;
	if (abs(line_centre(line) - line_centre(type)) > CENTRED * l->width)
		return false;
	if (before == type) {
		*pitch = step;
		return step <= PITCH_FIRST * l->word_height;
	}
	return step <= PITCH_NEXT * *pitch || step <= PITCH_LEFT * l->word_height;
}

static void
subject_below(struct fields *f, const struct layout_line *type)
{
	const struct layout *l = f->source->first;
	struct subject s = { .text = STRBUF_INIT };
	const struct layout_line *line, *before = type;
	regmatch_t m[PATTERN_GROUPS];
	bool ended = false;
	int pitch = 0;

	for (line = type + 1; line < l->line + l->count; line++) {
		struct layout_piece piece = { line, 0, line->text_len };

		ended = field_match(f, PATTERN_BODY, line->folded, m) ||
		    field_match(f, PATTERN_TO, line->folded, m) ||
		    (s.lines && layout_capitals(line, 4)) ||
		    !below_type(l, type, before, line, &pitch);
		if (ended)
			break;
		if (!subject_add(&s, piece))
			break;
		before = line;
	}
	/* Ran on to the limit: that was the text itself. */
	if (!ended && line < l->line + l->count) {
		strbuf_free(&s.text);
		return;
	}
	subject_suggest(f, &s, s.text.len && strncmp(s.text.buf, "V", 1) == 0 ? 0.95 : 0.9);
}

void
field_title(struct fields *f)
{
	const struct layout_line *type = find_type(f);

	if (type) {
		subject_below(f, type);
		return;
	}
	if (f->type)
		field_add(f, FIELD_TYPE, f->type, NULL, 1, 0.7, "header-text");
	if (subject_of_letter(f) && !f->type && has_addressee(f))
		field_add(f, FIELD_TYPE, "CV", NULL, 1, 0.85, "header-text");
}
