/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rune.h"
#include "second.h"

/*
 * Measured on the generator's scans and faxes (seed 7) and on the degraded pages: most wrong words are
 * right but for a mark, and the network is nearly as sure of them as of others.  A limit for marked
 * words alone holds more wrong words in a list of the same length than one limit for all.
 */
#define LIMIT_PLAIN 85
#define LIMIT_CAPITALS \
	96 /* TICH for TỊCH: above capitals of a header marks are lost; no gain on bits */
#define LIMIT_MARKED 94 /* thê for thể */
#define LIMIT_HOOKED 98 /* on 1-bit pages hook, tilde and acute differ by a pixel or two */
#define LIMIT_RED_DISPUTED 85
#define LIMIT_DISPUTED 97 /* surer words are right, and the dispute is the other one's error */

/* A second mark above a letter that already has one, and of those that look alike when small. */
static bool
hooked(utf8proc_int32_t mark, int marks)
{
	return marks > 1 && (mark == 0x301 || mark == 0x303 || mark == 0x309);
}

unsigned
weak_limit(struct span word, bool bits)
{
	utf8proc_int32_t rune, parts[8];
	utf8proc_ssize_t k, i;
	int class = UTF8PROC_BOUNDCLASS_START;
	unsigned limit = LIMIT_PLAIN, capitals = 0;
	bool small = false;

	while (rune_next(&word, &rune)) {
		k = utf8proc_decompose_char(rune, parts, 8, UTF8PROC_DECOMPOSE, &class);
		if (rune == 0x110 || rune == 0x111 || k > 1)
			limit = limit > LIMIT_MARKED ? limit : LIMIT_MARKED;
		for (i = 1; bits && i < k && i < 8; i++)
			if (hooked(parts[i], (int)k - 1))
				limit = LIMIT_HOOKED;
		capitals += utf8proc_isupper(rune) != 0;
		small |= utf8proc_islower(rune) != 0;
	}
	return limit == LIMIT_PLAIN && capitals > 1 && !small && !bits ? LIMIT_CAPITALS : limit;
}

void
weak_mark(struct words *ws, bool bits)
{
	size_t i;

	for (i = 0; i < ws->count; i++) {
		struct word *w = &ws->word[i];
		bool disputed = (w->flags & WORD_DISPUTED) != 0 && w->confidence < LIMIT_DISPUTED;

		w->flags = disputed ? WORD_DISPUTED : 0;
		if (w->confidence < WORD_RED_BELOW ||
		    (disputed && w->confidence < LIMIT_RED_DISPUTED))
			w->flags |= WORD_WEAK_RED;
		else if (disputed || w->confidence < weak_limit(words_text(ws, i), bits))
			w->flags |= WORD_WEAK_YELLOW;
	}
}
