/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "legacy.h"

/*
 * Onset x rhyme x tone.  Letters are written as one ASCII sign each: A = ă, B = â, D = đ, E = ê,
 * O = ô, P = ơ, U = ư; so a syllable is a short plain string once its tone is taken off.
 */
#define LETTERS_MAX 8 /* of a syllable: "nghiêng" has seven */

static const char *const onsets[] = { "", "b", "c", "ch", "d", "D", "g", "gh", "gi", "h", "k", "kh",
	"l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x" };

/* Sorted for bsearch. */
static const char *const rhymes[] = { "Ac", "Ak", "Am", "An", "Ang", "Ap", "At", "Bc", "Bm", "Bn",
	"Bng", "Bp", "Bt", "Bu", "By", "E", "Ech", "Em", "En", "Eng", "Enh", "Ep", "Et", "Eu", "O",
	"Oc", "Oi", "Om", "On", "Ong", "Op", "Ot", "P", "Pi", "Pm", "Pn", "Pp", "Pt", "U", "UPc",
	"UPi", "UPm", "UPn", "UPng", "UPp", "UPt", "UPu", "Ua", "Uc", "Ui", "Um", "Un", "Ung", "Ut",
	"Uu", "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e",
	"ec", "em", "en", "eng", "eo", "ep", "et", "i", "iEc", "iEm", "iEn", "iEng", "iEp", "iEt",
	"iEu", "ia", "ich", "im", "in", "inh", "ip", "it", "iu", "o", "oAc", "oAm", "oAn", "oAng",
	"oAt", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay",
	"oc", "oe", "oem", "oen", "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot",
	"u", "uBn", "uBng", "uBt", "uBy", "uE", "uEch", "uEnh", "uOc", "uOi", "uOm", "uOn", "uOng",
	"uOt", "uP", "ua", "uc", "ui", "um", "un", "ung", "up", "ut", "uy", "uyEn", "uyEt", "uya",
	"uych", "uyn", "uynh", "uyp", "uyt", "uyu", "y", "yEm", "yEn", "yEng", "yEt", "yEu", "ych",
	"yn", "ynh", "yt" };

/* Combining marks of Vietnamese: a tone, or what they make of a letter. */
static bool
take_mark(utf8proc_int32_t mark, char *letter, int *tone)
{
	static const struct {
		utf8proc_int32_t mark;
		char from, to;
	} qualities[] = { { 0x306, 'a', 'A' }, { 0x302, 'a', 'B' }, { 0x302, 'e', 'E' },
		{ 0x302, 'o', 'O' }, { 0x31b, 'o', 'P' }, { 0x31b, 'u', 'U' } };
	static const utf8proc_int32_t tones[] = { 0x301, 0x300, 0x309, 0x303, 0x323 };
	size_t i;

	for (i = 0; i < sizeof(qualities) / sizeof(qualities[0]); i++) {
		if (qualities[i].mark == mark && qualities[i].from == *letter) {
			*letter = qualities[i].to;
			return true;
		}
	}
	for (i = 0; i < sizeof(tones) / sizeof(tones[0]); i++) {
		if (tones[i] == mark && *tone == 0) {
			*tone = (int)i + 1;
			return true;
		}
	}
	return false;
}

/* The letters of a word and its tone; false when it has others, two tones, or is too long. */
static bool
spell(struct span word, char letters[LETTERS_MAX + 1], int *tone)
{
	utf8proc_int32_t runes[64];
	utf8proc_ssize_t n, i;
	size_t len = 0;

	*tone = 0;
	if (word.n == 0 || word.n > 32)
		return false;
	n = utf8proc_decompose((const utf8proc_uint8_t *)word.p, (utf8proc_ssize_t)word.n, runes,
	    (utf8proc_ssize_t)(sizeof(runes) / sizeof(runes[0])),
	    UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
	if (n <= 0 || n > (utf8proc_ssize_t)(sizeof(runes) / sizeof(runes[0])))
		return false;
	for (i = 0; i < n; i++) {
		if (runes[i] >= 0x300 && runes[i] < 0x370) {
			if (len == 0 || !take_mark(runes[i], &letters[len - 1], tone))
				return false;
			continue;
		}
		if (len == LETTERS_MAX)
			return false;
		if (runes[i] == 0x111)
			letters[len++] = 'D';
		else if (runes[i] >= 'a' && runes[i] <= 'z')
			letters[len++] = (char)runes[i];
		else
			return false;
	}
	letters[len] = '\0';
	return true;
}

static int
compare(const void *key, const void *row)
{
	const char *const *name = row;

	return strcmp(key, *name);
}

bool
legacy_syllable_legal(struct span word)
{
	char letters[LETTERS_MAX + 1];
	size_t i, n, len;
	bool stop;
	int tone;

	if (!spell(word, letters, &tone))
		return false;
	len = strlen(letters);
	stop = len > 1 &&
	    (strchr("cptk", letters[len - 1]) != NULL || strcmp(letters + len - 2, "ch") == 0);
	if (stop && tone != 1 && tone != 5)
		return false; /* a stop takes sắc or nặng only */
	for (i = 0; i < sizeof(onsets) / sizeof(onsets[0]); i++) {
		n = strlen(onsets[i]);
		if (strncmp(letters, onsets[i], n) == 0 &&
		    bsearch(letters + n, rhymes, sizeof(rhymes) / sizeof(rhymes[0]),
			sizeof(rhymes[0]), compare) != NULL)
			return true;
	}
	return false;
}

/* Blank, ASCII punctuation or general punctuation (quotes, dashes): between words. */
static bool
between(utf8proc_int32_t rune)
{
	if (rune < 0x80)
		return !(
		    (rune >= '0' && rune <= '9') || ((rune | 0x20) >= 'a' && (rune | 0x20) <= 'z'));
	return rune == 0xa0 || (rune >= 0x2000 && rune < 0x2070);
}

unsigned
legacy_legal_share(struct span text, unsigned *marked)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text.p, *end = p + text.n, *start = p;
	unsigned legal = 0, letters = 0, beyond = 0;
	utf8proc_int32_t rune = ' ';
	utf8proc_ssize_t n;

	*marked = 0;
	for (;; p += n) {
		n = p < end ? utf8proc_iterate(p, end - p, &rune) : 0;
		if (n < 0) {
			n = 1;
			rune = 0xfffd;
		}
		if (n > 0 && !between(rune)) {
			letters += rune >= 0x80 || (rune | 0x20) >= 'a';
			beyond += rune >= 0x80;
			continue;
		}
		if (letters > 0 && beyond > 0) {
			++*marked;
			legal += legacy_syllable_legal(
			    span_make((const char *)start, (size_t)(p - start)));
		}
		if (n == 0)
			break;
		start = p + n;
		letters = beyond = 0;
	}
	return *marked > 0 ? legal * 100 / *marked : 0;
}
