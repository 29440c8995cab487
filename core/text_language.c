/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"
#include "text_letter.h"

#define WORDS_LOOKED_AT 2000
#define WORDS_NEEDED 8

/* Frequent little words, folded; none is frequent in the other language. */
static const char *const vietnamese_words[] = { "va", "cua", "cho", "cac", "nguoi", "theo", "duoc",
	"trong", "qui", "dinh", "khong", "la", "nay", "tai", "ngay", "so", "dieu", "co", "ve",
	"viec", "thuc", "hien", "nhung", "voi", "phai" };
static const char *const english_words[] = { "the", "of", "and", "in", "is", "for", "that", "with",
	"by", "on", "as", "are", "be", "this", "which", "from", "or", "an", "was", "it", "not",
	"shall", "at", "to" };

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

static bool
is_listed(const struct text_word *w, const char *const *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(list[i], w->folded) == 0)
			return true;
	return false;
}

/* A sign no other Latin alphabet has: ă ơ ư đ, hook or dot, a tone on a quality mark. */
static bool
is_surely_vietnamese(const struct text_word *w)
{
	const char *tone;

	if (!w->marked)
		return false;
	if (strstr(w->toned, "ă") != NULL || strstr(w->toned, "ơ") != NULL ||
	    strstr(w->toned, "ư") != NULL || strstr(w->toned, "đ") != NULL)
		return true;
	if ((tone = strchr(w->toned, '~')) == NULL)
		return false;
	return strpbrk(tone, "35") != NULL || strstr(w->toned, "â") != NULL ||
	    strstr(w->toned, "ê") != NULL || strstr(w->toned, "ô") != NULL;
}

const char *
text_language(struct span text)
{
	struct text_scan scan;
	struct text_word w;
	size_t words = 0, sure = 0, vi = 0, en = 0;

	text_scan_init(&scan, text);
	while (words < WORDS_LOOKED_AT && text_next(&scan, &w)) {
		if (w.digits)
			continue;
		words++;
		sure += is_surely_vietnamese(&w);
		vi += is_listed(
		    &w, vietnamese_words, sizeof vietnamese_words / sizeof vietnamese_words[0]);
		en += is_listed(&w, english_words, sizeof english_words / sizeof english_words[0]);
	}
	if (words < WORDS_NEEDED)
		return NULL;
	if (sure * 100 >= words * 15)
		return "vi";
	if (en > vi && en * 100 >= words * 12)
		return "en";
	return vi > en && vi * 100 >= words * 8 ? "vi" : NULL;
}
