/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "field_parts.h"
#include "legacy.h"
#include "near.h"
#include "text.h"

/*
 * Type ("QUYẾT ĐỊNH", a line of its own in capitals) and subject (trích yếu: the centred lines below
 * it, or in a letter what follows "V/v" under the number).
 */
#define TYPE_PART 0.55 /* of the page: the type stands above */
#define SUBJECT_LINES 8
#define SIGN_SURE 60   /* a lone sign below is a speck */
#define EDGE_SURE 80   /* at the end of a line, where rules and frames are */
#define APART 0.7      /* of the line's height */
#define WORD_WEAK 0.85 /* a subject with a word below is to be confirmed */
#define WEAK_MOST 0.89
#define SUBJECT_MAX 500	    /* bytes: longer ones ran on into the text */
#define HEADING_TOP 0.10    /* what stands higher is above the header */
#define CENTRED 0.06	    /* of the page's width */
#define PITCH_LEFT 2.1	    /* median words from one line of V/v to the next */
#define PITCH_FIRST 5.0	    /* from the type to the first line below */
#define PITCH_NEXT 1.45	    /* of the first pitch */
#define INDENT 1.5	    /* median words that a paragraph's first line is set in */
#define PARAGRAPH_WIDTH 0.6 /* of the page: its first line is a long one */
#define PARAGRAPH_LINES 8   /* that tell the right edge of the text */

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

void
field_type_line(struct fields *f)
{
	const struct layout *l = f->first;
	bool exact;
	size_t i;

	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];
		const struct record_type *type;

		if (layout_height(l, line) > TYPE_PART || !(type = type_of_line(line, &exact)))
			continue;
		f->title = type;
		f->title_line = line;
		f->title_sure = (0.5 + field_line_confidence(line) / 2) * (exact ? 1 : 0.9);
		return;
	}
}

static void
suggest_type(struct fields *f)
{
	struct layout_piece piece = { f->title_line, 0, f->title_line->text_len };
	double sure = f->title_sure;

	sure *= f->type && strcmp(f->type, f->title->code) ? 0.6 : 1;
	field_add(f, FIELD_TYPE, f->title->code, &piece, 1, sure, "header-text");
}

/* Papers without a type of the list (receipts, lists): the first centred capitals below the header. */
static const struct layout_line *
find_heading(const struct fields *f)
{
	const struct layout *l = f->first;
	size_t i;

	if (!l->word_height || !l->header)
		return NULL;
	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];

		if (line->zone != LAYOUT_BODY || layout_height(l, line) > TYPE_PART)
			continue;
		if (i > 0 && l->line[i - 1].zone == LAYOUT_BODY && l->line[i - 1].row < line->row &&
		    layout_height(l, &l->line[i - 1]) > HEADING_TOP)
			return NULL;
		if (layout_capitals(line, 6) &&
		    abs(line->box[0] + line->box[2] / 2 - l->width / 2) < CENTRED * l->width)
			return line;
	}
	return NULL;
}

static bool
has_addressee(const struct fields *f)
{
	const struct layout *l = f->first;
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	for (i = 0; i < l->count; i++)
		if (field_match(f, PATTERN_TO, l->line[i].folded, m))
			return true;
	return false;
}

/* Of its words: "THÔNG BÁO      :" with a speck behind stands in the middle all the same. */
static int
line_centre(const struct layout_line *line)
{
	const struct layout_word *first = NULL, *last = NULL;
	size_t i;

	for (i = 0; i < line->count; i++)
		if (field_word_holds(line, &line->word[i], isalnum)) {
			first = first ? first : &line->word[i];
			last = &line->word[i];
		}
	return first ? (first->box[0] + last->box[0] + last->box[2]) / 2
		     : line->box[0] + line->box[2] / 2;
}

static int
line_bottom(const struct layout_line *line)
{
	return line->box[1] + line->box[3];
}

struct subject {
	struct strbuf text;
	struct layout_piece first;
	double sum, weakest;
	size_t lines;
};

/* Further from its neighbour than words are. */
static bool
stands_apart(const struct layout_line *line, size_t i)
{
	const struct layout_word *w = &line->word[i], *left = i ? w - 1 : w,
				 *right = i ? w : w + (line->count > 1);

	return right->box[2] && left->box[2] &&
	    right->box[0] - left->box[0] - left->box[2] > APART * line->box[3];
}

/* Rules, specks and frames that were read as signs: a dash between words is surer
 * than they are, and nearer. */
static bool
is_speck(const struct layout_line *line, size_t i, bool edge)
{
	const struct layout_word *w = &line->word[i];

	if (field_word_holds(line, w, isalnum))
		return false;
	return w->confidence < (edge ? EDGE_SURE : SIGN_SURE) || w->end - w->start > 3 ||
	    line->text[w->start] != '-' || (edge && stands_apart(line, i));
}

static bool
begins_small(struct span word)
{
	struct strbuf folded = STRBUF_INIT;
	bool small;

	text_fold(word, true, &folded);
	small = folded.len > 0 && islower((unsigned char)folded.buf[0]);
	strbuf_free(&folded);
	return small;
}

/* A subject is one phrase: a stop before a small letter on the next line is a speck. */
static void
drop_stop(struct strbuf *text, struct span next)
{
	if (text->buf[text->len - 1] == '.' && begins_small(next))
		strbuf_truncate(text, text->len - 1);
}

static bool
is_ascii(struct span s)
{
	size_t i;

	for (i = 0; i < s.n && (unsigned char)s.p[i] < 0x80;)
		i++;
	return i == s.n;
}

/*
 * Two words with a speck between them ("giấy.phép") or with nothing ("Vềviệc").  Only marks tell a word of
 * ours from a foreign one, which is not taken apart: karaoke, haiphong.gov.vn.
 */
static void
add_word(struct span word, struct strbuf *out)
{
	struct span core = field_trim(word), rest = core, left = span_cut(&rest, '.');

	strbuf_add(out, word.p, (size_t)(core.p - word.p));
	if (begins_small(rest) && legacy_syllable_legal(left) && legacy_syllable_legal(rest)) {
		strbuf_add_span(out, left);
		strbuf_add_char(out, ' ');
		strbuf_add_span(out, rest);
	} else if (is_ascii(core) || legacy_syllable_legal(core) ||
	    field_split_syllables(core, out) == 0) {
		strbuf_add_span(out, core);
	}
	strbuf_add(out, core.p + core.n, (size_t)(word.p + word.n - core.p) - core.n);
}

/* false: the subject would be too long to be one. */
static bool
subject_add(struct subject *s, struct layout_piece piece)
{
	const struct layout_line *line = piece.line;
	size_t i, last = line->count;
	bool begins = true;

	if (s->text.len + (piece.end - piece.start) + 1 > SUBJECT_MAX || s->lines == SUBJECT_LINES)
		return false;
	if (!s->lines)
		s->first = piece;
	for (i = 0; i < line->count; i++) {
		const struct layout_word *w = &line->word[i];
		size_t from = w->start < piece.start ? piece.start : w->start;
		struct span word = span_make(line->text + from, w->end - from);

		if (w->end <= piece.start || is_speck(line, i, i == 0 || i + 1 == last))
			continue;
		if (s->text.len && begins)
			drop_stop(&s->text, word);
		begins = false;
		if (s->text.len)
			strbuf_add_char(&s->text, ' ');
		add_word(word, &s->text);
		if (!s->weakest || w->confidence / 100.0 < s->weakest)
			s->weakest = w->confidence / 100.0;
	}
	s->sum += field_line_confidence(line);
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
	if (s->lines && text.n >= 6) {
		double sure = s->sum / (double)s->lines * share;

		if (s->weakest < WORD_WEAK && sure > WEAK_MOST)
			sure = WEAK_MOST;
		field_add(f, FIELD_SUBJECT, arena_dup_span(f->arena, text), &s->first, 1, sure,
		    "header-text");
	}
	strbuf_free(&s->text);
}

/* The line of "V/v" and those that follow it in its column. */
static bool
subject_of_letter(struct fields *f)
{
	const struct layout *l = f->first;
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
			    (!field_match(f, PATTERN_ABOUT, line->folded, m) &&
				!field_match(f, PATTERN_SUBJECT, line->folded, m)))
				continue;
			piece = layout_piece(line, m[2]);
		} else if (line->zone != before->zone) {
			continue;
		} else if (field_match(f, PATTERN_TO, line->folded, m) ||
		    layout_capitals(line, 4) || !strncmp(line->folded, "Dear ", 5) ||
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

/*
 * A paragraph begins: its first line is indented and reaches the right edge of the text, as no
 * centred line does that has a longer one below.
 */
static bool
is_paragraph(const struct layout *l, const struct layout_line *line)
{
	const struct layout_line *end = l->line + l->count, *next = line + 1;
	int right = 0;

	if (!l->word_height || next == end || line->box[2] < PARAGRAPH_WIDTH * l->width ||
	    next->box[0] + INDENT * l->word_height > line->box[0] ||
	    line_bottom(next) - line_bottom(line) > PITCH_LEFT * l->word_height)
		return false;
	for (; next < end && next < line + PARAGRAPH_LINES; next++)
		if (next->box[0] + next->box[2] > right)
			right = next->box[0] + next->box[2];
	return line->box[0] + line->box[2] >= right - l->word_height;
}

/* Right under the type and not from edge to edge: "Thực hiện ..." may begin a subject there. */
static bool
is_next_line(const struct layout *l, const struct layout_line *type, const struct layout_line *line)
{
	return l->word_height &&
	    line_bottom(line) - line_bottom(type) < PITCH_LEFT * l->word_height &&
	    (isalpha((unsigned char)line->folded[0]) != 0);
}

static void
subject_below(struct fields *f, const struct layout_line *type)
{
	const struct layout *l = f->first;
	struct subject s = { .text = STRBUF_INIT };
	const struct layout_line *line, *before = type;
	regmatch_t m[PATTERN_GROUPS];
	bool ended = false;
	int pitch = 0;

	for (line = type + 1; line < l->line + l->count; line++) {
		struct layout_piece piece = { line, 0, line->text_len };

		if (!field_line_says(line)) /* a speck beside the type */
			continue;
		ended = (field_match(f, PATTERN_BODY, line->folded, m) &&
			    !(before == type && is_next_line(l, type, line))) ||
		    field_match(f, PATTERN_TO, line->folded, m) ||
		    (s.lines && layout_capitals(line, 4)) || is_paragraph(l, line) ||
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

/* A form is about what its heading says. */
static void
subject_of_heading(struct fields *f, const struct layout_line *heading)
{
	struct subject s = { .text = STRBUF_INIT };
	struct layout_piece piece = { heading, 0, heading->text_len };

	if (subject_add(&s, piece))
		subject_suggest(f, &s, 0.8);
	else
		strbuf_free(&s.text);
}

void
field_title(struct fields *f)
{
	const struct layout_line *heading;

	if (f->title) {
		suggest_type(f);
		subject_below(f, f->title_line);
		return;
	}
	if (f->type)
		field_add(f, FIELD_TYPE, f->type, NULL, 1, 0.7, "header-text");
	if (subject_of_letter(f)) {
		if (!f->type && has_addressee(f))
			field_add(f, FIELD_TYPE, "CV", NULL, 1, 0.85, "header-text");
		return;
	}
	if ((heading = find_heading(f)) == NULL)
		return;
	/* "Mã hồ sơ: ..." below it fills in a form. */
	if (heading + 1 < f->first->line + f->first->count && !strchr(heading[1].folded, ':'))
		subject_below(f, heading);
	else
		subject_of_heading(f, heading);
}
