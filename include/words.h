/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WORDS_H
#define WORDS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"
#include "strbuf.h"

/*
 * The word table of one page (architecture D4): what was read, where it stands and how sure the
 * reader is.  The page's text is made from it and nothing else, so a range of that text always
 * leads back to words and boxes.
 *
 * Text of a page: words of a line joined by one space, lines by one newline, blocks by a blank
 * line.  No space at the ends.  Every word is non-empty valid UTF-8 without white space and
 * control characters; U+00AD stays.
 *
 * Coordinates are pixels of the page as displayed (upright, after rotation) at dpi, origin top
 * left.  Page-less text (plain text, HTML) has width, height, dpi and every box zero.
 *
 * Bytes (little endian, version 2): "TTW" 2, u8 packing (0 plain, 1 zlib), varint length of the
 * plain body, body.  Body = varints: width, height, dpi, rotation / 90, zigzag skew, count, then
 * columns, each count long: break (u8), confidence (u8), flags (u8), zigzag x, zigzag y, width,
 * height (x and y as differences to the right edge and the top of the word before), length of the
 * text; then the text of all words without separators.  Measured: 1.5-4 kB for an A4 page of
 * 300-500 words.  Version 1, which is still read, has no flags: they are made from the confidence.
 */
#define WORDS_MAX		500000	/* words of one page */
#define WORDS_WORD_MAX		1024	/* bytes of one word; longer ones are cut into several */
#define WORDS_BYTES_MAX		(16u << 20) /* a table's bytes, packed or plain */
#define WORDS_SIDE_MAX		1000000	/* pixels of a side of a page */

enum word_break {
	WORD_SAME_LINE,		/* goes on the line of the word before */
	WORD_NEW_LINE,
	WORD_NEW_BLOCK		/* the first word of a page has this */
};

/*
 * Weak words: what a person should look at before trusting the page.  Yellow holds most of the
 * wrong words, red is nearly always wrong; at most one of the two is set.
 */
enum word_flag {
	WORD_WEAK_YELLOW = 1 << 0,
	WORD_WEAK_RED = 1 << 1,
	WORD_DISPUTED = 1 << 2		/* a second model read it otherwise; never without a level */
};
#define WORD_FLAGS_ALL	(WORD_WEAK_YELLOW | WORD_WEAK_RED | WORD_DISPUTED)
/* Levels by confidence alone (reader.md section 6). */
#define WORD_RED_BELOW		70
#define WORD_YELLOW_BELOW	85

struct word {
	size_t		 offset;	/* of its first byte in the page's text */
	uint32_t	 length;	/* bytes */
	int32_t		 x, y;		/* may be negative or reach over the edge after deskew */
	uint32_t	 w, h;		/* 0 0 = no box */
	uint32_t	 line;		/* from 0, over the whole page */
	uint32_t	 block;		/* from 0 */
	uint8_t		 confidence;	/* 0-100; 100 for text that was not recognised but given */
	uint8_t		 start;		/* enum word_break */
	uint8_t		 flags;		/* of enum word_flag */
};

struct words {
	uint32_t	 width, height;	/* of the displayed page, pixels */
	uint32_t	 dpi;
	uint32_t	 rotation;	/* 0, 90, 180, 270: clockwise turn that was applied */
	int32_t		 skew;		/* hundredths of a degree found, clockwise positive */
	size_t		 count;
	size_t		 alloc;
	struct word	*word;
	struct strbuf	 text;		/* the page's text */
};

#ifdef __cplusplus
extern "C" {
#endif

/* An empty table; the caller fills the geometry and adds words. */
struct words	*words_new(void);
void		 words_free(struct words *);
void		 words_freep(struct words **);	/* for owned() */
/*
 * Adds a word behind the others: text is cleaned (invalid bytes become U+FFFD, white space and
 * control characters separate words, over-long ones are cut) and may so give no word or several
 * with the same box.  The geometry comes from *w (x, y, w, h, confidence, start, flags; confidence
 * is capped at 100, unknown flags are dropped); its other members are computed.
 * ST_OK; ST_LIMIT when the page is full (WORDS_MAX, or WORDS_BYTES_MAX / 4 bytes of text).
 */
MUST_CHECK enum status
		 words_add(struct words *, struct span text, const struct word *w, struct err *);
/* Borrowed text of word i. */
static inline struct span
words_text(const struct words *ws, size_t i)
{
	return span_make(ws->text.buf + ws->word[i].offset, ws->word[i].length);
}
/*
 * Words that the bytes [start, end) of the page's text touch: *first and *count.  *count is 0 when
 * the range touches none (separators only, empty, beyond the end).
 */
void		 words_range(const struct words *, size_t start, size_t end, size_t *first,
		     size_t *count);
static inline bool
word_weak(const struct word *w)
{
	return (w->flags & (WORD_WEAK_YELLOW | WORD_WEAK_RED)) != 0;
}
/* Flags that a confidence gives by itself. */
uint8_t		 word_level(uint8_t confidence);
/* Mean confidence over the words, weighted by length; 0 for an empty page. */
unsigned	 words_confidence(const struct words *);
/* Appends the bytes of the table.  Never fails: a table made by words_add is inside the limits. */
void		 words_write(const struct words *, struct strbuf *out);
/*
 * Reads a table from untrusted bytes; *ws is NULL on failure, the caller frees it otherwise.
 * ST_CORRUPT: not a table, damaged, trailing bytes, a value outside its range.
 * ST_UNSUPPORTED: a later version.  ST_TOO_LARGE: over a limit above.
 */
MUST_CHECK enum status
		 words_read(struct words **ws, struct span bytes, struct err *);

#ifdef __cplusplus
}
#endif
#endif
