/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TEXT_H
#define TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "strbuf.h"

/*
 * Text to terms (vietnamese.md 3.2-3.4).  The index, the query and the highlighter all go through
 * here, so that they cannot disagree.  Depends on utf8proc and the base vocabulary only: the
 * sandboxed reader links it.  Nothing here fails: every byte string is text, invalid UTF-8 counts
 * as U+FFFD, a separator.  All functions are pure and thread-safe.
 *
 * A word is a run of letters, digits and their marks; Han and Kana are one word a character.
 * U+00AD, U+200B-D, U+2060 and U+FEFF are dropped, Ð, ð and Ɖ are Đ.  Each word gives
 *
 *	toned	lower case, quality marks kept (ă â ê ô ơ ư đ), tone marks taken off their letter
 *		and put behind: "Hòa", "hoà" and "HÒA" are all "hoa~2" (1 sắc 2 huyền 3 hỏi 4 ngã
 *		5 nặng)
 *	folded	no marks at all, đ is d; of a number its leading zeros are gone ("015" is "15")
 *
 * and in both y is i where Vietnamese writes either (kỹ = kĩ, quý = quí).
 *
 * A bigram (text_bigram) is two neighbouring folded words of one clause.  A clause ends at . , ; :
 * ! ? … ( ) [ ] { } | • (not between digits: 1.004605), and at an empty line.
 */
#define TEXT_WORD_MAX	96	/* bytes of a term; a longer one is cut and ends in its hash */
#define TEXT_BIGRAM_MAX	(2 * TEXT_WORD_MAX + 2)

struct text_word {
	size_t		 start, end;	/* bytes in the source: source[start..end) */
	uint32_t	 number;	/* of the word in the text, from 0 */
	bool		 marked;	/* typed with a mark, or with đ */
	bool		 digits;	/* digits only */
	bool		 clause;	/* begins a clause: makes no bigram with the word before */
	uint8_t		 toned_len, folded_len;
	char		 toned[TEXT_WORD_MAX + 1];	/* NUL-terminated */
	char		 folded[TEXT_WORD_MAX + 1];
};

/* Walks over the words of a text: text_scan_init, then text_next until it says false. */
struct text_scan {
	struct span	 text;		/* borrowed */
	size_t		 at;
	uint32_t	 number;
	bool		 clause;
	bool		 digit;		/* the last word ends with one */
};

/*
 * A document number and the form under which it is found: "Số: 015 / QĐ - SDL" is "15/QD-SDL".
 * Number: up to five digits and a letter; year and symbol as they stand, folded, upper case.
 * Spaces and leading zeros are dropped, the parts of a symbol are joined by '-': "12-QĐ/TU" (Party
 * style) is "12/QD-TU".
 */
#define TEXT_NUMBER_MAX	80	/* bytes of a key; longer symbols are no symbols */
struct text_number {
	size_t	 start, end;			/* bytes in the source, without "Số:" */
	char	 key[TEXT_NUMBER_MAX + 1];	/* "30/2020/ND-CP" */
	char	 number[8];			/* "30"; "" in drafts ("/SDL-VP") */
	char	 year[8];			/* "2020" or "" */
	char	 symbol[TEXT_NUMBER_MAX + 1];	/* "ND-CP" */
};

#ifdef __cplusplus
extern "C" {
#endif

/* Starts a walk; the text must outlive it. */
void		 text_scan_init(struct text_scan *, struct span text);
/* The next word, or false at the end. */
bool		 text_next(struct text_scan *, struct text_word *);
/* "a_b" of two folded words; returns its length, at most TEXT_BIGRAM_MAX. */
size_t		 text_bigram(struct span a, struct span b, char out[TEXT_BIGRAM_MAX + 1]);
/*
 * The folded word of a toned one: what text_next gives for both of the same word, except for
 * words that were cut (TEXT_WORD_MAX), which give "".  out holds TEXT_WORD_MAX + 1 bytes.
 */
size_t		 text_untone(struct span toned, char *out);

/*
 * Appends the text in one spelling: NFC, Ð as Đ, every space a plain one, dashes U+2010-2015 and
 * U+2212 as '-', invisible characters dropped, control characters but \n and \t as spaces, invalid
 * bytes as U+FFFD.  Case and marks stay.  Doing it twice changes nothing.
 */
void		 text_normalise(struct span, struct strbuf *out);
/*
 * Appends the text without marks and (unless keep_case) in lower case, đ as d, compatibility forms
 * resolved (ﬁ, ², full width); punctuation, spaces and line ends as text_normalise leaves them.
 * i and y stay as written.  For comparing names and for patterns.  Doing it twice changes nothing.
 */
void		 text_fold(struct span, bool keep_case, struct strbuf *out);
/*
 * Appends the folded words with one space between: the key under which two spellings of a name
 * are the same ("Sở  Du lịch" and "SO DU LICH").  i and y are one here.
 */
void		 text_key(struct span, struct strbuf *out);

/*
 * How many letters must be put in, taken out, changed or swapped with their neighbour to make one
 * word of the other; max + 1 when it is more than max (0..3).
 */
unsigned	 text_distance(struct span, struct span, unsigned max);

/*
 * What reading by machine makes of a folded word when it takes one shape for another (o for 0, l for 1,
 * rn for m), at most max of them; returns how many.  Source: issue 4 and what Tesseract takes for each
 * other on scans of 150 to 300 dpi.
 */
#define TEXT_MISREADINGS_MAX	32
size_t		 text_misreadings(struct span folded, char (*out)[TEXT_WORD_MAX + 1], size_t max);
/* Is one of two folded words among the misreadings of the other? */
bool		 text_is_misread(struct span, struct span);

/*
 * Share of letters that carry a Vietnamese mark (tone, quality or đ), 0..1, and the number of
 * letters looked at (*letters may be NULL).  Vietnamese prose has .25 and more.
 */
double		 text_marked_share(struct span, size_t *letters);
/*
 * "vi", "en" or NULL when there are too few words (8) or it is neither: by marks, then by the most
 * frequent little words of both languages.  The strings are constants.  The first
 * TEXT_LANGUAGE_WORDS words of the text decide.
 */
#define TEXT_LANGUAGE_WORDS	2000
const char	*text_language(struct span);
/* The same for one who walks over the words himself: a tally starts as all zeros. */
struct text_tally {
	size_t		 seen;		/* words added */
	size_t		 words;		/* those that are no digits */
	size_t		 sure, vi, en;	/* of these */
};
void		 text_tally_add(struct text_tally *, const struct text_word *);
const char	*text_tally_language(const struct text_tally *);

/* The first document number at or after offset from, or false. */
bool		 text_number_find(struct span, size_t from, struct text_number *);
/* All of the span is one number, perhaps with "Số", "No." and a colon before it. */
bool		 text_number_parse(struct span, struct text_number *);

#ifdef __cplusplus
}
#endif
#endif
