/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layer.h"

#include <string.h>

#include "rune.h"
#include "text.h"

#define LETTERS_ENOUGH 50	 /* fewer are a stamp, a signature's line, a page number */
#define LETTERS_OVER_PICTURE 400 /* visible text on top of a picture of the whole page */
#define COVERED_MOST 0.80
#define STRANGE_MAX 2	     /* per cent of U+FFFD, control and private use characters */
#define LEGAL_MIN 80	     /* per cent of the marked words that must be syllables */
#define MARKED_VIETNAMESE 12 /* per cent of letters with marks: French has 8, Vietnamese 23 */
#define MARKED_WORDS_MIN 5

struct census {
	unsigned letters, marked, strange, all;
};

static void
count(struct span text, struct census *c)
{
	utf8proc_int32_t rune;

	memset(c, 0, sizeof(*c));
	while (rune_next(&text, &rune)) { /* a word table holds valid text only */
		if (rune == ' ' || rune == '\n')
			continue;
		c->all++;
		switch (utf8proc_category(rune)) {
		case UTF8PROC_CATEGORY_LU:
		case UTF8PROC_CATEGORY_LL:
		case UTF8PROC_CATEGORY_LO:
		case UTF8PROC_CATEGORY_LT:
			c->letters++;
			c->marked += rune >= 0x80;
			break;
		case UTF8PROC_CATEGORY_CO:
		case UTF8PROC_CATEGORY_CN:
		case UTF8PROC_CATEGORY_CC:
			c->strange++;
			break;
		default:
			c->strange += rune == 0xfffd;
		}
	}
}

static bool
english(struct span text)
{
	const char *language = text_language(text);

	return language != NULL && strcmp(language, "en") == 0;
}

void
layer_judge(const struct words *ws, const struct pdf_page_facts *facts, struct layer *l)
{
	bool picture = facts->covered >= COVERED_MOST, hidden = facts->hidden_text > facts->text;
	struct span text = strbuf_span(&ws->text);
	struct legacy_verdict legacy;
	struct census c;
	bool vietnamese;

	count(text, &c);
	legacy_detect_mojibake(text, &legacy);
	l->letters = c.letters;
	l->legal = legacy.as_is;
	l->encoding = legacy.encoding;
	if (c.letters < LETTERS_ENOUGH && (facts->images > 0 || facts->marks || c.letters == 0))
		l->verdict = LAYER_TOO_LITTLE;
	else if (picture && !hidden && c.letters < LETTERS_OVER_PICTURE)
		l->verdict = LAYER_TOO_LITTLE;
	else if (c.strange * 100 >= c.all * STRANGE_MAX)
		l->verdict = LAYER_UNSOUND;
	else if (legacy.encoding != LEGACY_UTF8)
		l->verdict = LAYER_LEGACY;
	else {
		vietnamese = c.marked * 100 >= c.letters * MARKED_VIETNAMESE;
		if (vietnamese && legacy.marked >= MARKED_WORDS_MIN && legacy.as_is < LEGAL_MIN)
			l->verdict = LAYER_UNSOUND;
		else if (!hidden)
			l->verdict = LAYER_SOUND;
		else /* who knows in which language it was read: without marks it must be English */
			l->verdict = vietnamese || english(text) ? LAYER_EARLIER : LAYER_UNSOUND;
	}
}

static void
raise_letters(struct strbuf *text)
{
	owned(strbuf_free) struct strbuf small = *text;
	struct span rest = strbuf_span(&small);
	utf8proc_int32_t rune;

	*text = (struct strbuf)STRBUF_INIT;
	while (rune_next(&rest, &rune)) /* what was repaired is valid */
		strbuf_add_rune(text, (uint32_t)utf8proc_toupper(rune));
}

struct words *
layer_convert(const struct words *from, enum legacy_encoding encoding, const bool *capital)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT, repaired = STRBUF_INIT;
	struct words *to = words_new();
	size_t i;

	to->width = from->width;
	to->height = from->height;
	to->dpi = from->dpi;
	for (i = 0; i < from->count; i++) {
		strbuf_reset(&text);
		strbuf_reset(&repaired);
		legacy_repair(encoding, words_text(from, i), &repaired);
		if (encoding == LEGACY_TCVN3)
			legacy_mend_hyphens(strbuf_span(&repaired), &text);
		else
			strbuf_add_span(&text, strbuf_span(&repaired));
		if (capital && capital[i])
			raise_letters(&text);
		/* One letter gives one letter: what fitted before fits again. */
		if (words_add(to, strbuf_span(&text), &from->word[i], NULL) != ST_OK)
			break;
	}
	return to;
}
