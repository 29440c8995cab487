/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGE_BUILDER_H
#define PAGE_BUILDER_H
#include "unit.h"

#include "words.h"

/*
 * Pages for the tests: lines of words with boxes as a reader would give them (A4 at 200 dpi, words
 * 24 pixels high), or lines without boxes.
 */
#define PAGE_WIDTH 1654
#define PAGE_HEIGHT 2338
#define WORD_HEIGHT 24
#define DIGIT_HEIGHT 20
#define LETTER_WIDTH 14

static struct words *page;

static inline void
page_begin(bool boxes)
{
	words_free(page);
	page = words_new();
	page->width = boxes ? PAGE_WIDTH : 0;
	page->height = boxes ? PAGE_HEIGHT : 0;
	page->dpi = boxes ? 200 : 0;
}

static inline size_t
letters(const char *s, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

/* Words of text from x on, baseline at bottom; *end (may be NULL) gets the right edge. */
static inline void
page_words(const char *text, int x, int bottom, unsigned confidence, bool new_line)
{
	struct word w = {
		.y = bottom - WORD_HEIGHT, .h = WORD_HEIGHT, .confidence = (uint8_t)confidence
	};
	struct err err = ERR_INIT;
	const char *p = text;

	while (*p) {
		size_t n = strcspn(p, " ");
		bool digits = n && strspn(p, "0123456789") >= n;

		/* No accents above, no tails below. */
		w.h = digits ? DIGIT_HEIGHT : WORD_HEIGHT;
		w.y = bottom - (int)w.h;

		if (n) {
			w.x = x;
			w.w = (uint32_t)(letters(p, n) * LETTER_WIDTH);
			w.start = !page->count ? WORD_NEW_BLOCK
			    : new_line	       ? WORD_NEW_LINE
					       : WORD_SAME_LINE;
			if (!page->width)
				w.x = w.y = 0, w.w = w.h = 0;
			assert_ok(words_add(page, span_make(p, n), &w, &err), &err);
			x += (int)(letters(p, n) * LETTER_WIDTH) + LETTER_WIDTH;
			new_line = false;
		}
		p += n;
		p += *p == ' ';
	}
}

static inline void
line_at(int x, int bottom, const char *text, unsigned confidence)
{
	page_words(text, x, bottom, confidence, true);
}

/* In the middle of the page, or of a column. */
static inline void
line_centred(int middle, int bottom, const char *text, unsigned confidence)
{
	line_at(
	    middle - (int)letters(text, strlen(text)) * LETTER_WIDTH / 2, bottom, text, confidence);
}

/* What stands beside it in the other column, run into the same line. */
static inline void
words_same_line(int middle, int bottom, const char *text)
{
	page_words(
	    text, middle - (int)letters(text, strlen(text)) * LETTER_WIDTH / 2, bottom, 95, false);
}

/* A line of page-less text behind an empty one. */
static inline void
paragraph(const char *text)
{
	struct word w = { .confidence = 100, .start = WORD_NEW_BLOCK };
	struct err err = ERR_INIT;
	size_t n = strcspn(text, " ");

	assert_ok(words_add(page, span_make(text, n), &w, &err), &err);
	page_words(text + n, 0, 0, 100, false);
}

/* A line of page-less text. */
static inline void
line_of_text(const char *text)
{
	page_words(text, 0, 0, 100, true);
}

#define LEFT_MIDDLE 400
#define RIGHT_MIDDLE 1150
#endif
