/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"
#include "text_letter.h"

#define WORDS_NEEDED 8

/* Frequent little words, folded, the rest of each zeros; none is frequent in the other language. */
#define LITTLE_MAX 8
static const char vietnamese_words[][LITTLE_MAX] = { "va", "cua", "cho", "cac", "nguoi", "theo",
	"duoc", "trong", "qui", "dinh", "khong", "la", "nay", "tai", "ngay", "so", "dieu", "co",
	"ve", "viec", "thuc", "hien", "nhung", "voi", "phai" };
static const char english_words[][LITTLE_MAX] = { "the", "of", "and", "in", "is", "for", "that",
	"with", "by", "on", "as", "are", "be", "this", "which", "from", "or", "an", "was", "it",
	"not", "shall", "at", "to" };

/* A tone, or a letter that only the Vietnamese alphabet has: ñ, ö and ç do not count. */
static bool
is_vietnamese(const struct text_letter *l)
{
	static const char *const letters[] = { "ă", "â", "ê", "ô", "ơ", "ư", "đ" };
	size_t i;

	if (l->tone_count > 0)
		return true;
	for (i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (span_equal_str(span_make(l->toned, l->toned_len), letters[i]))
			return true;
	return false;
}

double
text_marked_share(struct span text, size_t *letters)
{
	struct text_letter l;
	size_t at, marked = 0, all = 0;

	for (at = 0; at < text.n; at = l.end) {
		text_letter_read(text, at, &l);
		if (l.kind != TEXT_LETTER)
			continue;
		all++;
		marked += is_vietnamese(&l);
	}
	if (letters != NULL)
		*letters = all;
	return all > 0 ? (double)marked / (double)all : 0;
}

/* Compared as one number each: this is asked of every word of an archive. */
static bool
is_listed(const char word[LITTLE_MAX], const char (*list)[LITTLE_MAX], size_t count)
{
	bool found = false;
	size_t i;

	for (i = 0; i < count; i++)
		found |= memcmp(list[i], word, LITTLE_MAX) == 0;
	return found;
}

/*
 * A sign no other Latin alphabet has: ă (C4 83), đ (C4 91), ơ (C6 A1), ư (C6 B0), hook or dot, a tone on
 * â, ê or ô (C3 A2, AA, B4).
 */
static bool
is_surely_vietnamese(const struct text_word *w)
{
	const unsigned char *p = (const unsigned char *)w->toned;
	bool quality = false;

	if (!w->marked)
		return false;
	for (; *p != '\0' && *p != '~'; p++)
		if ((p[0] == 0xc4 && (p[1] == 0x83 || p[1] == 0x91)) ||
		    (p[0] == 0xc6 && (p[1] == 0xa1 || p[1] == 0xb0)))
			return true;
		else if (p[0] == 0xc3 && (p[1] == 0xa2 || p[1] == 0xaa || p[1] == 0xb4))
			quality = true;
	return *p == '~' && (quality || strpbrk((const char *)p, "35") != NULL);
}

void
text_tally_add(struct text_tally *t, const struct text_word *w)
{
	char word[LITTLE_MAX] = { 0 };

	t->seen++;
	if (w->digits)
		return;
	t->words++;
	t->sure += is_surely_vietnamese(w);
	if (w->folded_len > LITTLE_MAX)
		return;
	memcpy(word, w->folded, w->folded_len);
	t->vi +=
	    is_listed(word, vietnamese_words, sizeof vietnamese_words / sizeof vietnamese_words[0]);
	t->en += is_listed(word, english_words, sizeof english_words / sizeof english_words[0]);
}

const char *
text_tally_language(const struct text_tally *t)
{
	if (t->words < WORDS_NEEDED)
		return NULL;
	if (t->sure * 100 >= t->words * 15)
		return "vi";
	if (t->en > t->vi && t->en * 100 >= t->words * 12)
		return "en";
	return t->vi > t->en && t->vi * 100 >= t->words * 8 ? "vi" : NULL;
}

const char *
text_language(struct span text)
{
	struct text_tally tally = { 0 };
	struct text_scan scan;
	struct text_word w;

	text_scan_init(&scan, text);
	while (tally.seen < TEXT_LANGUAGE_WORDS && text_next(&scan, &w))
		text_tally_add(&tally, &w);
	return text_tally_language(&tally);
}
