/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <utf8proc.h>

#include "text_letter.h"

#define PILE_MAX 24 /* code points of one letter that are looked at */

struct vietnamese {
	uint16_t rune;
	char toned[3];
	char folded;
	uint8_t tone;
};

/*
 * Every lower-case letter of the alphabet that is not ASCII, by code point: those scattered over the Latin
 * blocks, then U+1EA1 to U+1EF9, which are every second one without a gap.
 */
#define LATIN_LETTERS 22
static const struct vietnamese alphabet[] = {
	{ 0x00e0, "a", 'a', 2 },
	{ 0x00e1, "a", 'a', 1 },
	{ 0x00e2, "â", 'a', 0 },
	{ 0x00e3, "a", 'a', 4 },
	{ 0x00e8, "e", 'e', 2 },
	{ 0x00e9, "e", 'e', 1 },
	{ 0x00ea, "ê", 'e', 0 },
	{ 0x00ec, "i", 'i', 2 },
	{ 0x00ed, "i", 'i', 1 },
	{ 0x00f2, "o", 'o', 2 },
	{ 0x00f3, "o", 'o', 1 },
	{ 0x00f4, "ô", 'o', 0 },
	{ 0x00f5, "o", 'o', 4 },
	{ 0x00f9, "u", 'u', 2 },
	{ 0x00fa, "u", 'u', 1 },
	{ 0x00fd, "y", 'y', 1 },
	{ 0x0103, "ă", 'a', 0 },
	{ 0x0111, "đ", 'd', 0 },
	{ 0x0129, "i", 'i', 4 },
	{ 0x0169, "u", 'u', 4 },
	{ 0x01a1, "ơ", 'o', 0 },
	{ 0x01b0, "ư", 'u', 0 },
	{ 0x1ea1, "a", 'a', 5 },
	{ 0x1ea3, "a", 'a', 3 },
	{ 0x1ea5, "â", 'a', 1 },
	{ 0x1ea7, "â", 'a', 2 },
	{ 0x1ea9, "â", 'a', 3 },
	{ 0x1eab, "â", 'a', 4 },
	{ 0x1ead, "â", 'a', 5 },
	{ 0x1eaf, "ă", 'a', 1 },
	{ 0x1eb1, "ă", 'a', 2 },
	{ 0x1eb3, "ă", 'a', 3 },
	{ 0x1eb5, "ă", 'a', 4 },
	{ 0x1eb7, "ă", 'a', 5 },
	{ 0x1eb9, "e", 'e', 5 },
	{ 0x1ebb, "e", 'e', 3 },
	{ 0x1ebd, "e", 'e', 4 },
	{ 0x1ebf, "ê", 'e', 1 },
	{ 0x1ec1, "ê", 'e', 2 },
	{ 0x1ec3, "ê", 'e', 3 },
	{ 0x1ec5, "ê", 'e', 4 },
	{ 0x1ec7, "ê", 'e', 5 },
	{ 0x1ec9, "i", 'i', 3 },
	{ 0x1ecb, "i", 'i', 5 },
	{ 0x1ecd, "o", 'o', 5 },
	{ 0x1ecf, "o", 'o', 3 },
	{ 0x1ed1, "ô", 'o', 1 },
	{ 0x1ed3, "ô", 'o', 2 },
	{ 0x1ed5, "ô", 'o', 3 },
	{ 0x1ed7, "ô", 'o', 4 },
	{ 0x1ed9, "ô", 'o', 5 },
	{ 0x1edb, "ơ", 'o', 1 },
	{ 0x1edd, "ơ", 'o', 2 },
	{ 0x1edf, "ơ", 'o', 3 },
	{ 0x1ee1, "ơ", 'o', 4 },
	{ 0x1ee3, "ơ", 'o', 5 },
	{ 0x1ee5, "u", 'u', 5 },
	{ 0x1ee7, "u", 'u', 3 },
	{ 0x1ee9, "ư", 'u', 1 },
	{ 0x1eeb, "ư", 'u', 2 },
	{ 0x1eed, "ư", 'u', 3 },
	{ 0x1eef, "ư", 'u', 4 },
	{ 0x1ef1, "ư", 'u', 5 },
	{ 0x1ef3, "y", 'y', 2 },
	{ 0x1ef5, "y", 'y', 5 },
	{ 0x1ef7, "y", 'y', 3 },
	{ 0x1ef9, "y", 'y', 4 },
};
_Static_assert(sizeof alphabet / sizeof alphabet[0] == LATIN_LETTERS + (0x1ef9 - 0x1ea1) / 2 + 1,
    "U+1EA1 to U+1EF9 without a gap");

/* Tone marks, by the number of the tone: sac, huyen, hoi, nga, nang. */
#define TONES 5
static const uint32_t tone_marks[TONES + 1] = { 0, 0x301, 0x300, 0x309, 0x303, 0x323 };

size_t
text_rune_read(struct span text, size_t at, uint32_t *rune)
{
	const unsigned char *p = (const unsigned char *)text.p + at;
	utf8proc_int32_t r;
	utf8proc_ssize_t n;

	if (p[0] < 0x80) {
		*rune = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] < 0xe0 && at + 1 < text.n && (p[1] & 0xc0) == 0x80) {
		*rune = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		return 2;
	}
	n = utf8proc_iterate(p, (utf8proc_ssize_t)(text.n - at), &r);
	if (n < 1) {
		*rune = 0xfffd;
		return 1;
	}
	*rune = (uint32_t)r;
	return (size_t)n;
}

static uint32_t
map_by_category(uint32_t r)
{
	switch (utf8proc_category((utf8proc_int32_t)r)) {
	case UTF8PROC_CATEGORY_ZS:
		return ' ';
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return '\n';
	case UTF8PROC_CATEGORY_CC:
		return ' ';
	default:
		return r;
	}
}

uint32_t
text_rune_map(uint32_t r)
{
	if (r < 0x80)
		return r >= ' ' && r != 0x7f ? r : r == '\n' || r == '\t' ? r : ' ';
	if (r == 0xd0 || r == 0x189)
		return 0x110;
	if (r == 0xf0 || r == 0x256)
		return 0x111;
	if (r == 0xad || (r >= 0x200b && r <= 0x200d) || r == 0x2060 || r == 0xfeff)
		return 0;
	if ((r >= 0x2010 && r <= 0x2015) || r == 0x2212)
		return '-';
	if (r == 0x37e)
		return ';'; /* NFC says so */
	return r < 0x250 && r > 0xa0 ? r : map_by_category(r);
}

bool
text_rune_is_mark(uint32_t r)
{
	utf8proc_category_t c;

	if (r < 0x300 || (r >= 0x1ea0 && r <= 0x1ef9))
		return false;
	c = utf8proc_category((utf8proc_int32_t)r);
	return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC || c == UTF8PROC_CATEGORY_ME;
}

static bool
is_ideograph(uint32_t r)
{
	return (r >= 0x3041 && r <= 0x30ff) || (r >= 0x3400 && r <= 0x4dbf) ||
	    (r >= 0x4e00 && r <= 0x9fff) || (r >= 0xf900 && r <= 0xfaff) ||
	    (r >= 0x20000 && r <= 0x3ffff);
}

static enum text_kind
rune_kind(uint32_t r)
{
	if (is_ideograph(r))
		return TEXT_IDEOGRAPH;
	switch (utf8proc_category((utf8proc_int32_t)r)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return TEXT_LETTER;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return TEXT_DIGIT;
	default:
		return TEXT_SEPARATOR;
	}
}

static bool
is_korean(uint32_t r)
{
	return (r >= 0x1100 && r <= 0x11ff) || (r >= 0xac00 && r <= 0xd7a3);
}

/* Vowels and last consonants: NFC makes one letter of them and what is before. */
static bool
is_korean_rest(uint32_t r)
{
	return r >= 0x1160 && r <= 0x11ff;
}

/* Does text[at] go on with something that belongs to the letter that begins with first? */
static bool
goes_on(struct span text, size_t at, uint32_t first)
{
	unsigned char b;
	uint32_t r;

	if (at >= text.n || (b = (unsigned char)text.p[at]) < 0xc2)
		return false;
	if (b < 0xcc && b != 0xc2)
		return false;
	if (b == 0xe1 && at + 1 < text.n && ((unsigned char)text.p[at + 1] & 0xfe) == 0xba)
		return false;
	text_rune_read(text, at, &r);
	return text_rune_map(r) == 0 || text_rune_is_mark(r) ||
	    (is_korean_rest(r) && is_korean(first));
}

static uint32_t
lower_vietnamese(uint32_t r)
{
	if (r >= 0xc0 && r <= 0xde)
		return r + 0x20;
	if (r == 0x1af)
		return 0x1b0;
	if (r == 0x102 || r == 0x110 || r == 0x128 || r == 0x168 || r == 0x1a0 || r >= 0x1ea0)
		return r | 1;
	return r;
}

static const struct vietnamese *
find_vietnamese(uint32_t r)
{
	size_t lo = 0, hi = LATIN_LETTERS, mid;

	if (r > 0x1ef9)
		return NULL;
	r = lower_vietnamese(r);
	if (r >= alphabet[LATIN_LETTERS].rune)
		return &alphabet[LATIN_LETTERS + (r - alphabet[LATIN_LETTERS].rune) / 2];
	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (alphabet[mid].rune == r)
			return &alphabet[mid];
		if (alphabet[mid].rune < r)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void
take_ascii(struct text_letter *l, uint32_t r)
{
	if (r >= 'A' && r <= 'Z')
		r |= 0x20;
	l->kind = r >= 'a' && r <= 'z' ? TEXT_LETTER
	    : r >= '0' && r <= '9'     ? TEXT_DIGIT
				       : TEXT_SEPARATOR;
	if (l->kind == TEXT_SEPARATOR)
		return;
	l->toned[0] = l->folded[0] = (char)r;
	l->toned_len = l->folded_len = 1;
}

static void
take_vietnamese(struct text_letter *l, const struct vietnamese *v)
{
	l->kind = TEXT_LETTER;
	l->marked = true;
	l->toned_len = (uint8_t)strlen(v->toned);
	memcpy(l->toned, v->toned, l->toned_len);
	l->folded[0] = v->folded;
	l->folded_len = 1;
	if (v->tone != 0)
		l->tones[l->tone_count++] = v->tone;
}

/* Appends a code point when it still fits. */
static void
put(char *to, uint8_t *len, uint32_t r)
{
	utf8proc_uint8_t b[4];
	utf8proc_ssize_t n;

	n = utf8proc_encode_char((utf8proc_int32_t)r, b);
	if (n < 1 || *len + n > TEXT_LETTER_BYTES)
		return;
	memcpy(to + *len, b, (size_t)n);
	*len = (uint8_t)(*len + n);
}

/* A base with the marks that are part of the letter: recomposed for the toned form. */
static void
flush_base(struct text_letter *l, utf8proc_int32_t *pile, size_t count)
{
	utf8proc_ssize_t n, i;

	if (count == 0)
		return;
	put(l->folded, &l->folded_len, pile[0] == 0x111 ? 'd' : (uint32_t)pile[0]);
	if (pile[0] == 0x111)
		l->marked = true;
	n = utf8proc_normalize_utf32(
	    pile, (utf8proc_ssize_t)count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	for (i = 0; i < n; i++)
		put(l->toned, &l->toned_len, (uint32_t)pile[i]);
}

static uint8_t
tone_of(uint32_t mark, uint32_t base)
{
	uint8_t t;

	if (base == 0 || base >= 0x80 || strchr("aeiouy", (int)base) == NULL)
		return 0;
	for (t = 1; t <= TONES; t++)
		if (tone_marks[t] == mark)
			return t;
	return 0;
}

/* The decomposed code points of a letter, in canonical order, sorted into base, quality, tone. */
static void
take_pile(struct text_letter *l, const utf8proc_int32_t *points, size_t count)
{
	utf8proc_int32_t pile[PILE_MAX];
	size_t i, n = 0;
	uint32_t r;
	uint8_t tone;

	for (i = 0; i < count; i++) {
		r = text_rune_map((uint32_t)utf8proc_tolower(points[i]));
		if (!text_rune_is_mark(r)) {
			if (rune_kind(r) == TEXT_SEPARATOR)
				continue;
			flush_base(l, pile, n);
			pile[0] = (utf8proc_int32_t)r;
			n = 1;
			continue;
		}
		l->marked = true;
		tone = tone_of(r, n > 0 ? (uint32_t)pile[0] : 0);
		if (tone != 0 && l->tone_count < TEXT_LETTER_TONES)
			l->tones[l->tone_count++] = tone;
		else if (tone == 0 && n > 0 && n < PILE_MAX)
			pile[n++] = (utf8proc_int32_t)r;
	}
	flush_base(l, pile, n);
}

struct points {
	utf8proc_int32_t at[PILE_MAX];
	size_t n;
	bool closed; /* none of what follows is among the first ones */
};

static int
class_of(utf8proc_int32_t c)
{
	return utf8proc_get_property(c)->combining_class;
}

/* Canonical order of the marks, the first so many of it: the same letter however it was typed. */
static void
add_point(struct points *p, utf8proc_int32_t c)
{
	int class = class_of(c);
	size_t i;

	if (p->n == PILE_MAX) {
		p->closed |= class == 0;
		if (p->closed || class_of(p->at[p->n - 1]) <= class)
			return;
		p->n--;
	}
	for (i = p->n++; class > 0 && i > 0 && class_of(p->at[i - 1]) > class; i--)
		p->at[i] = p->at[i - 1];
	p->at[i] = c;
}

/* Anything but a lone ASCII or Vietnamese letter: decompose it with all that follows it. */
static void
take_any(struct text_letter *l, struct span text, size_t at)
{
	utf8proc_int32_t one[PILE_MAX];
	struct points points = { .n = 0 };
	utf8proc_ssize_t got, i;
	uint32_t r;
	int last = 0;

	do {
		at += text_rune_read(text, at, &r);
		r = text_rune_map(r);
		if (r == 0)
			continue;
		got = utf8proc_decompose_char((utf8proc_int32_t)r, one, PILE_MAX,
		    UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last);
		for (i = 0; i < got && i < PILE_MAX; i++)
			add_point(&points, one[i]);
	} while (goes_on(text, at, l->rune));
	l->end = at;
	take_pile(l, points.at, points.n);
	if (l->folded_len == 0)
		l->kind = TEXT_SEPARATOR;
}

void
text_letter_read(struct span text, size_t at, struct text_letter *l)
{
	const struct vietnamese *v;
	uint32_t r;

	l->marked = false;
	l->tone_count = l->toned_len = l->folded_len = 0;
	l->end = at + text_rune_read(text, at, &r);
	l->rune = r = text_rune_map(r);
	if (r == 0) {
		l->kind = TEXT_INVISIBLE;
		return;
	}
	if (!goes_on(text, l->end, r)) {
		if (r < 0x80) {
			take_ascii(l, r);
			return;
		}
		if ((v = find_vietnamese(r)) != NULL) {
			take_vietnamese(l, v);
			return;
		}
	}
	l->kind = rune_kind(r);
	take_any(l, text, at);
}
