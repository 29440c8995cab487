/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "noise.h"

#include <string.h>
#include <utf8proc.h>

#include "text.h"

#define WORD_RUNES 64

uint32_t
noise_next(struct noise *n, uint32_t bound)
{
	/* xorshift64*: the same on every machine. */
	n->state ^= n->state >> 12;
	n->state ^= n->state << 25;
	n->state ^= n->state >> 27;
	return (uint32_t)((n->state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % bound);
}

struct runes {
	utf8proc_int32_t r[WORD_RUNES + 8];
	size_t n;
};

static void
remove_at(struct runes *w, size_t at)
{
	memmove(w->r + at, w->r + at + 1, (w->n - at - 1) * sizeof w->r[0]);
	w->n--;
}

static void
insert_at(struct runes *w, size_t at, utf8proc_int32_t r)
{
	memmove(w->r + at + 1, w->r + at, (w->n - at) * sizeof w->r[0]);
	w->r[at] = r;
	w->n++;
}

/* Keys beside each other. */
static utf8proc_int32_t
neighbour_key(struct noise *n, utf8proc_int32_t r)
{
	static const char *const rows[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm" };
	const char *at;
	size_t i;

	for (i = 0; i < 3; i++) {
		if (r >= 0x80 || (at = strchr(rows[i], (int)r)) == NULL || r == 0)
			continue;
		if (at == rows[i] || (at[1] != '\0' && noise_next(n, 2) == 0))
			return at[1];
		return at[-1];
	}
	return 'h';
}

/* A transposition, a letter lost, doubled or hit beside. */
static void
mistype(struct noise *n, struct runes *w)
{
	size_t at = noise_next(n, (uint32_t)w->n - 1);
	utf8proc_int32_t r = w->r[at];

	switch (noise_next(n, 4)) {
	case 0:
		w->r[at] = w->r[at + 1];
		w->r[at + 1] = r;
		break;
	case 1:
		remove_at(w, at + 1);
		break;
	case 2:
		insert_at(w, at, r);
		break;
	default:
		w->r[at] = neighbour_key(n, r);
	}
}

/* A vowel in other tones and with other marks: the first rune is the letter without any. */
static const char *const vowels[] = { "aàáảãạ", "ăằắẳẵặ", "âầấẩẫậ", "eèéẻẽẹ", "êềếểễệ", "iìíỉĩị",
	"oòóỏõọ", "ôồốổỗộ", "ơờớởỡợ", "uùúủũụ", "ưừứửữự", "yỳýỷỹỵ" };
#define VOWELS (sizeof vowels / sizeof vowels[0])
#define TONES 6

static utf8proc_int32_t
vowel_rune(size_t vowel, size_t tone)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)vowels[vowel];
	utf8proc_int32_t r = 0;
	size_t i;

	for (i = 0; i <= tone; i++)
		p += utf8proc_iterate(p, -1, &r);
	return r;
}

/* Another tone, or none; sometimes another quality (ô and ơ, u and ư). */
static bool
change_mark(struct noise *n, utf8proc_int32_t *r)
{
	size_t v, t, to;

	for (v = 0; v < VOWELS; v++)
		for (t = 0; t < TONES; t++) {
			if (vowel_rune(v, t) != *r)
				continue;
			to = noise_next(n, 3) == 0 ? 0 : noise_next(n, TONES);
			if (noise_next(n, 4) == 0 && v > 0)
				v--;
			*r = vowel_rune(v, to);
			return true;
		}
	return false;
}

static bool
change_shape(struct noise *n, struct runes *w, size_t at)
{
	static const struct {
		utf8proc_int32_t from, to;
	} shapes[] = { { 'o', '0' }, { '0', 'o' }, { 'l', '1' }, { '1', 'l' }, { 'i', 'l' },
		{ 'l', 'i' }, { 'c', 'e' }, { 'e', 'c' }, { 'u', 'n' }, { 'n', 'u' }, { 'h', 'b' },
		{ 0x111, 'd' }, { 't', 'l' }, { 's', '5' }, { '5', 's' }, { 'g', '9' },
		{ '8', 'B' }, { '2', 'z' } };
	size_t i;

	if (w->r[at] == 'm' && noise_next(n, 2) == 0) {
		w->r[at] = 'r';
		insert_at(w, at + 1, 'n');
		return true;
	}
	for (i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
		if (shapes[i].from == w->r[at] && noise_next(n, 2) == 0) {
			w->r[at] = shapes[i].to;
			return true;
		}
	return false;
}

/* Two of three misreadings are of marks, as with Tesseract. */
static void
misread(struct noise *n, struct runes *w)
{
	size_t start = noise_next(n, (uint32_t)w->n), i, at;
	bool marks = noise_next(n, 3) != 0;

	if (noise_next(n, 12) == 0 && w->n > 3) {
		insert_at(w, w->n / 2, ' ');
		return;
	}
	for (i = 0; i < 2 * w->n; i++) {
		at = (start + i) % w->n;
		if (i >= w->n)
			marks = !marks;
		if (marks ? change_mark(n, &w->r[at]) : change_shape(n, w, at))
			return;
	}
}

typedef void (*damage_fn)(struct noise *, struct runes *);

static void
write_word(struct noise *n, struct span word, damage_fn damage, struct strbuf *out)
{
	struct runes w = { .n = 0 };
	utf8proc_ssize_t got;
	size_t i;

	while (word.n > 0 && w.n < WORD_RUNES) {
		got = utf8proc_iterate(
		    (const utf8proc_uint8_t *)word.p, (utf8proc_ssize_t)word.n, &w.r[w.n]);
		if (got < 1)
			break;
		word = span_make(word.p + got, word.n - (size_t)got);
		w.n++;
	}
	if (w.n >= 2)
		damage(n, &w);
	for (i = 0; i < w.n; i++)
		strbuf_add_rune(out, (uint32_t)w.r[i]);
	strbuf_add_span(out, word);
}

static void
damage_text(struct noise *n, struct span text, unsigned per_mille, size_t shortest,
    damage_fn damage, struct strbuf *out)
{
	struct text_scan scan;
	struct text_word w;
	size_t at = 0;

	text_scan_init(&scan, text);
	while (text_next(&scan, &w)) {
		strbuf_add_span(out, span_make(text.p + at, w.start - at));
		at = w.end;
		if (w.folded_len >= shortest && noise_next(n, 1000) < per_mille)
			write_word(n, span_make(text.p + w.start, w.end - w.start), damage, out);
		else
			strbuf_add_span(out, span_make(text.p + w.start, w.end - w.start));
	}
	strbuf_add_span(out, span_make(text.p + at, text.n - at));
}

void
noise_type(struct noise *n, struct span text, unsigned per_mille, struct strbuf *out)
{
	damage_text(n, text, per_mille, 3, mistype, out);
}

void
noise_read(struct noise *n, struct span text, unsigned per_mille, struct strbuf *out)
{
	damage_text(n, text, per_mille, 1, misread, out);
}
