/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "speck.h"

#include "base.h"
#include "rune.h"

/*
 * Measured on 500 pages of the generator and the real scans: printed dashes and colons are 92 and more, specks
 * lie under 90 but for one in twenty.
 */
#define SURE 90
#define BLANK_LEAST 3 /* characters of a blank that is to be filled in */

/* A colon is at least twice as high as wide, a dash more than once and a half as wide as high. */
static bool
is_colon(const struct word *w)
{
	return w->h >= 2 * w->w;
}

static bool
is_dash(const struct word *w)
{
	return 2 * w->w > 3 * w->h;
}

static bool
is_mark(utf8proc_int32_t rune)
{
	/* Without double quotes: in a register they stand for what is above. */
	static const utf8proc_int32_t marks[] = { '\'', ',', '.', ':', ';', '^', '_', '`', '~',
		0xa1, 0xac, 0xb0, 0xb4, 0xbf, 0x2c6, 0x2018, 0x2019, 0x201e, 0x2039, 0x203a };
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (rune == marks[i])
			return true;
	return false;
}

/* What is to be read in its place: itself, nothing, or the dash of a list that was read as "~" or "_". */
static struct span
mended(const struct words *ws, size_t i)
{
	const struct word *w = &ws->word[i];
	bool ends = i + 1 == ws->count || ws->word[i + 1].start != WORD_SAME_LINE;
	bool begins = w->start != WORD_SAME_LINE, sure = w->confidence >= SURE;
	struct span text = words_text(ws, i), rest = text, nothing = { NULL, 0 };
	utf8proc_int32_t rune = 0;
	unsigned count = 0;

	while (rune_next(&rest, &rune) && is_mark(rune))
		count++;
	if (count == 0 && rest.n == 0 && (rune == '-' || rune == 0x2013 || rune == 0x2014))
		return ends && !begins && !(sure && is_dash(w)) ? nothing : text;
	if (rest.n > 0 || !is_mark(rune) || sure || count >= BLANK_LEAST)
		return text;
	if (begins && !ends && is_dash(w))
		return w->w < ws->word[i + 1].h ? SPAN("-") : text;
	return (rune == ':' || rune == ';') && is_colon(w) ? text : nothing;
}

enum status
speck_mend(struct words **ws, unsigned *changed, struct err *err)
{
	owned(words_freep) struct words *to = words_new();
	uint8_t start = WORD_SAME_LINE; /* left by what is changed */
	enum status st = ST_OK;
	size_t i;

	*changed = 0;
	for (i = 0; i < (*ws)->count && st == ST_OK; i++) {
		struct word w = (*ws)->word[i];
		struct span text = mended(*ws, i);

		start = w.start > start ? w.start : start;
		*changed += text.p != words_text(*ws, i).p;
		if (text.n == 0)
			continue;
		w.start = start;
		start = WORD_SAME_LINE;
		st = words_add(to, text, &w, err);
	}
	if (st == ST_OK && *changed > 0) {
		words_free(*ws);
		*ws = to;
		to = NULL;
	}
	return st;
}
