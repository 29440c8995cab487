/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEXT_LETTER_H
#define TEXT_LETTER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"

/*
 * One letter of a text with everything that belongs to it: the marks that follow it in the source,
 * composed or not, in any order.  The alphabet of text.c and its neighbours; private to core.
 */
enum text_kind {
	TEXT_SEPARATOR, /* rune says which */
	TEXT_LETTER,
	TEXT_DIGIT,
	TEXT_IDEOGRAPH, /* a word by itself */
	TEXT_INVISIBLE	/* as if it were not there */
};

#define TEXT_LETTER_BYTES 64 /* of one letter in either form: longer piles are cut */
#define TEXT_LETTER_TONES 4

struct text_letter {
	size_t end;    /* of it in the source */
	uint32_t rune; /* first code point as text_rune_map shows it */
	enum text_kind kind;
	bool marked;
	uint8_t tone_count;
	uint8_t tones[TEXT_LETTER_TONES]; /* 1 to 5 */
	uint8_t toned_len, folded_len;
	char toned[TEXT_LETTER_BYTES]; /* lower case, without tone marks */
	char folded[TEXT_LETTER_BYTES];
};

/* The letter at text[at], at < text.n. */
void text_letter_read(struct span text, size_t at, struct text_letter *);

/* Decodes one code point; an invalid byte gives U+FFFD.  Returns the bytes taken, at least 1. */
size_t text_rune_read(struct span text, size_t at, uint32_t *rune);
/*
 * One spelling for what means the same: Ð is Đ, every space a plain one, every dash a '-', control
 * characters are spaces.  0: invisible, to be dropped.
 */
uint32_t text_rune_map(uint32_t rune);
bool text_rune_is_mark(uint32_t rune);
#endif
