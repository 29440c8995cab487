/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "gate.h"
#include "near.h"
#include "text.h"

#define TOP_EXACT 0.50	 /* of the page: the mark with its tones counts above this */
#define TOP_DAMAGED 0.35 /* with a lost tone or one wrong letter only above this */
#define LETTERS_MAX 16

static const struct {
	const char *name;    /* as stamped, NFC */
	const char *letters; /* as stamped, without spaces */
	const char *folded;  /* capitals without marks and spaces */
} marks[GATE_MARK_COUNT] = {
	[GATE_NONE] = { "", "", "" },
	[GATE_MAT] = { "MẬT", "MẬT", "MAT" },
	[GATE_TOI_MAT] = { "TỐI MẬT", "TỐIMẬT", "TOIMAT" },
	[GATE_TUYET_MAT] = { "TUYỆT MẬT", "TUYỆTMẬT", "TUYETMAT" },
};

const char *
gate_mark_name(enum gate_mark m)
{
	return m < GATE_MARK_COUNT ? marks[m].name : "";
}

/* What is left of a text without spaces, frames and punctuation; "" when it is
 * too long. */
static void
letters_only(const char *text, size_t n, char *out, size_t max)
{
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x80 && !isalnum(c))
			continue;
		if (k + 1 >= max) {
			k = 0;
			break;
		}
		out[k++] = (char)c;
	}
	out[k] = '\0';
}

/* "MAT" has too few letters for any error: only those that a reader mixes up.
 */
static bool
looks_like_mat(const char *s)
{
	static const char *const alike[3] = { "MNWH", "A4RX", "TI17FYJ" };
	int wrong = 0, i;

	if (strlen(s) != 3)
		return false;
	for (i = 0; i < 3; i++) {
		if (!strchr(alike[i], s[i]))
			return false;
		wrong += s[i] != alike[i][0];
	}
	return wrong <= 1;
}

static bool
damaged_mark(const struct layout_line *line, enum gate_mark m, const char *folded)
{
	if (m == GATE_MAT)
		return line->zone != LAYOUT_BODY && looks_like_mat(folded);
	return near_equal(span_of(folded), span_of(marks[m].folded), 1);
}

static bool
stands_alone(const struct layout_line *line, enum gate_mark m, double height)
{
	char text[4 * LETTERS_MAX], folded[LETTERS_MAX];

	letters_only(line->text, line->text_len, text, sizeof text);
	if (height < TOP_EXACT && !strcmp(text, marks[m].letters))
		return true;
	letters_only(line->folded, line->folded_len, folded, sizeof folded);
	if (height >= TOP_DAMAGED || !folded[0])
		return false;
	return !strcmp(folded, marks[m].folded) || damaged_mark(line, m, folded);
}

static struct span
line_word(const struct layout_line *line, size_t i)
{
	return span_make(line->text + line->word[i].start, line->word[i].end - line->word[i].start);
}

/* A word with small letters or digits: no part of a name in capitals. */
static bool
is_running(struct span word)
{
	struct strbuf folded = STRBUF_INIT;
	bool running = false;
	size_t i;

	text_fold(word, true, &folded);
	for (i = 0; i < folded.len; i++)
		running = running || (folded.buf[i] >= 'a' && folded.buf[i] <= 'z') ||
		    (folded.buf[i] >= '0' && folded.buf[i] <= '9');
	strbuf_free(&folded);
	return running;
}

/* A stamp that the reader ran together with what stands beside it in the
 * header's column. */
static bool
stands_beside(const struct layout_line *line, enum gate_mark m)
{
	if (line->zone == LAYOUT_BODY || m == GATE_NONE)
		return false;
	if (m != GATE_MAT)
		return strstr(line->text, marks[m].name) != NULL;
	/* "MẬT" is also part of names in capitals (CỤC MẬT MÃ): only beside small
   * letters. */
	if (line->count < 2)
		return false;
	if (span_equal_str(line_word(line, 0), marks[m].name))
		return is_running(line_word(line, 1));
	if (span_equal_str(line_word(line, line->count - 1), marks[m].name))
		return is_running(line_word(line, line->count - 2));
	return false;
}

/* "Độ mật: Tối mật" of forms. */
static bool
is_stated(const struct layout_line *line, enum gate_mark m)
{
	static const char label[] = "DOMAT";
	char folded[2 * LETTERS_MAX];
	size_t i;

	if (!memchr(line->folded, ':', line->folded_len))
		return false;
	letters_only(line->folded, line->folded_len, folded, sizeof folded);
	for (i = 0; folded[i]; i++)
		folded[i] = (char)toupper((unsigned char)folded[i]);
	return !strncmp(folded, label, sizeof label - 1) &&
	    !strcmp(folded + sizeof label - 1, marks[m].folded);
}

enum gate_mark
gate_look(const struct layout *l)
{
	enum gate_mark found = GATE_NONE;
	size_t i;

	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];
		double height = layout_height(l, line);
		enum gate_mark m;

		if (height >= TOP_EXACT)
			continue;
		for (m = GATE_TUYET_MAT; m > found; m--)
			if (stands_alone(line, m, height) || stands_beside(line, m) ||
			    is_stated(line, m))
				found = m;
	}
	return found;
}

/* Capitals and digits of the text without marks. */
static void
stamp_letters(const char *text, char out[LETTERS_MAX])
{
	struct strbuf folded = STRBUF_INIT;
	size_t i, n = 0;

	text_fold(span_of(text), true, &folded);
	for (i = 0; i < folded.len && n + 1 < LETTERS_MAX; i++)
		if (isalnum((unsigned char)folded.buf[i]))
			out[n++] = (char)toupper((unsigned char)folded.buf[i]);
	out[n] = '\0';
	strbuf_free(&folded);
}

enum gate_mark
gate_stamp(const char *text)
{
	char letters[LETTERS_MAX];
	enum gate_mark m;
	size_t n;

	stamp_letters(text, letters);
	for (m = GATE_TUYET_MAT; m > GATE_MAT; m--)
		if (near_equal(span_of(letters), span_of(marks[m].folded), 1))
			return m;
	/* Three letters: one of them doubled or mixed up, no other word of three. */
	n = strlen(letters);
	if (looks_like_mat(letters) ||
	    (n == 4 && letters[0] == 'M' && letters[3] == 'T' &&
		near_equal(span_of(letters), span_of("MAT"), 1)))
		return GATE_MAT;
	return GATE_NONE;
}
