/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"

#include "text_letter.h"

/* A term being written: what does not fit lives on in its hash, so cut terms stay different. */
struct sink {
	char *out;
	size_t len;
	uint64_t hash; /* FNV-1a of everything, once it was cut */
	bool cut;
};

#define HASH_DIGITS 16
#define HASH_AT (TEXT_WORD_MAX - HASH_DIGITS - 1)
#define CUT_MARK '#' /* never part of a word */

static void
sink_start(struct sink *s, char *out)
{
	s->out = out;
	s->len = 0;
	s->cut = false;
}

static void
sink_hash(struct sink *s, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		s->hash = (s->hash ^ (unsigned char)p[i]) * UINT64_C(0x100000001b3);
}

static void
sink_add(struct sink *s, const char *p, size_t n)
{
	if (!s->cut && s->len + n <= TEXT_WORD_MAX) {
		memcpy(s->out + s->len, p, n);
		s->len += n;
		return;
	}
	if (!s->cut) {
		s->hash = UINT64_C(0xcbf29ce484222325);
		sink_hash(s, s->out, s->len);
		s->cut = true;
	}
	sink_hash(s, p, n);
}

static uint8_t
sink_end(struct sink *s)
{
	static const char digit[] = "0123456789abcdef";
	int shift;

	if (s->cut) {
		if (s->len > HASH_AT)
			for (s->len = HASH_AT; s->len > 0 && (s->out[s->len] & 0xc0) == 0x80;)
				s->len--;
		s->out[s->len++] = CUT_MARK;
		for (shift = 60; shift >= 0; shift -= 4)
			s->out[s->len++] = digit[s->hash >> shift & 15];
	}
	s->out[s->len] = '\0';
	return (uint8_t)s->len;
}

/*
 * Vietnamese writes i or y alike in open syllables after these consonants and in quy, quynh, quyt,
 * quych; never in the rhymes of uy nor in a y that stands alone.
 */
static void
unite_i_y(char *w, size_t n)
{
	if (n == 2 && w[1] == 'y' && w[0] != '\0' && strchr("hklmstv", w[0]) != NULL) {
		w[1] = 'i';
		return;
	}
	if (n < 3 || memcmp(w, "quy", 3) != 0)
		return;
	if (n == 3 || (n == 4 && w[3] == 't') ||
	    (n == 5 && w[4] == 'h' && (w[3] == 'n' || w[3] == 'c')))
		w[2] = 'i';
}

static bool
all_digits(const char *w, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (w[i] < '0' || w[i] > '9')
			return false;
	return true;
}

static size_t
drop_leading_zeros(char *w, size_t n)
{
	size_t zeros = 0;

	while (zeros + 1 < n && w[zeros] == '0')
		zeros++;
	memmove(w, w + zeros, n - zeros);
	return n - zeros;
}

static bool
ends_clause(uint32_t r)
{
	return r == 0x2026 || r == 0x2022 ||
	    (r < 0x80 && strchr(".,;:!?()[]{}|\f", (int)r) != NULL);
}

/* "1.004605" and "10:30" are one clause: behind a digit, past the point where a digit follows it. */
static void
skip_point(struct text_scan *s)
{
	struct text_letter l;
	size_t point;

	text_letter_read(s->text, s->at, &l);
	if (l.rune != '.' && l.rune != ',' && l.rune != ':')
		return;
	for (point = l.end; l.end < s->text.n;) {
		text_letter_read(s->text, l.end, &l);
		if (l.kind == TEXT_DIGIT)
			s->at = point;
		if (l.kind != TEXT_INVISIBLE)
			return;
	}
}

/* Moves to the next letter or digit, noting whether a clause ended on the way. */
static bool
skip_separators(struct text_scan *s, struct text_letter *l)
{
	unsigned lines = 0;

	if (s->digit && s->at < s->text.n)
		skip_point(s);
	while (s->at < s->text.n) {
		text_letter_read(s->text, s->at, l);
		if (l->kind != TEXT_SEPARATOR && l->kind != TEXT_INVISIBLE)
			return true;
		s->at = l->end;
		if (l->kind == TEXT_INVISIBLE)
			continue;
		if (l->rune == '\n')
			lines++;
		else if (l->rune != ' ' && l->rune != '\t')
			lines = 0;
		if (lines > 1 || ends_clause(l->rune))
			s->clause = true;
	}
	return false;
}

static void
finish_word(struct text_word *w, struct sink *toned, struct sink *folded, const char *tones,
    size_t tone_count)
{
	if (!toned->cut)
		unite_i_y(w->toned, toned->len);
	if (!folded->cut)
		unite_i_y(w->folded, folded->len);
	if (tone_count > 0) {
		sink_add(toned, "~", 1);
		sink_add(toned, tones, tone_count);
	}
	w->toned_len = sink_end(toned);
	w->folded_len = sink_end(folded);
	w->digits = !folded->cut && all_digits(w->folded, w->folded_len);
	if (w->digits) {
		w->folded_len = (uint8_t)drop_leading_zeros(w->folded, w->folded_len);
		w->folded[w->folded_len] = '\0';
	}
}

/* Takes letters from the first one, which is in *l, to the end of the word. */
static void
read_word(struct text_scan *s, struct text_letter *l, struct text_word *w)
{
	struct sink toned, folded;
	char tones[TEXT_LETTER_TONES];
	size_t tone_count = 0;
	uint8_t i;

	sink_start(&toned, w->toned);
	sink_start(&folded, w->folded);
	for (;;) {
		sink_add(&toned, l->toned, l->toned_len);
		sink_add(&folded, l->folded, l->folded_len);
		for (i = 0; i < l->tone_count && tone_count < sizeof tones; i++)
			tones[tone_count++] = (char)('0' + l->tones[i]);
		w->marked |= l->marked;
		s->digit = l->kind == TEXT_DIGIT;
		w->end = s->at = l->end;
		if (l->kind == TEXT_IDEOGRAPH || s->at >= s->text.n)
			break;
		do
			text_letter_read(s->text, s->at, l);
		while (l->kind == TEXT_INVISIBLE && (s->at = l->end) < s->text.n);
		if (l->kind != TEXT_LETTER && l->kind != TEXT_DIGIT)
			break;
	}
	finish_word(w, &toned, &folded, tones, tone_count);
}

void
text_scan_init(struct text_scan *s, struct span text)
{
	s->text = text;
	s->at = 0;
	s->number = 0;
	s->clause = true;
	s->digit = false;
}

bool
text_next(struct text_scan *s, struct text_word *w)
{
	struct text_letter l;

	if (!skip_separators(s, &l))
		return false;
	w->start = s->at;
	w->number = s->number++;
	w->marked = false;
	w->clause = s->clause;
	s->clause = false;
	read_word(s, &l, w);
	return true;
}

size_t
text_bigram(struct span a, struct span b, char out[TEXT_BIGRAM_MAX + 1])
{
	memcpy(out, a.p, a.n);
	out[a.n] = '_';
	memcpy(out + a.n + 1, b.p, b.n);
	out[a.n + 1 + b.n] = '\0';
	return a.n + 1 + b.n;
}

size_t
text_untone(struct span toned, char *out)
{
	struct text_letter l;
	size_t at, n = 0, end = toned.n;

	for (at = 0; at < toned.n; at++) {
		if (toned.p[at] == CUT_MARK)
			goto cut;
		if (toned.p[at] == '~')
			end = at;
	}
	toned.n = end;
	for (at = 0; at < toned.n; at = l.end) {
		text_letter_read(toned, at, &l);
		if (n + l.folded_len > TEXT_WORD_MAX)
			goto cut;
		memcpy(out + n, l.folded, l.folded_len);
		n += l.folded_len;
	}
	unite_i_y(out, n);
	if (n > 0 && all_digits(out, n))
		n = drop_leading_zeros(out, n);
	out[n] = '\0';
	return n;
cut:
	out[0] = '\0';
	return 0;
}
