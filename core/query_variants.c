/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search_parts.h"

/*
 * A phrase without marks is looked up on the toned layer, the only one with positions, so each word
 * stands for all its spellings.  They are made, not looked up: the lexicon stays in xap.cc.
 */
#define SYLLABLE_MAX 7	 /* letters: nghiêng */
#define SPELLINGS_MAX 48 /* before tones */
#define TONES 6

static const struct {
	char letter;
	const char *forms[4];
} qualities[] = {
	{ 'a', { "a", "ă", "â", NULL } },
	{ 'e', { "e", "ê", NULL, NULL } },
	{ 'o', { "o", "ô", "ơ", NULL } },
	{ 'u', { "u", "ư", NULL, NULL } },
};

struct spellings {
	char text[SPELLINGS_MAX][2 * SYLLABLE_MAX + 1];
	size_t length[SPELLINGS_MAX];
	size_t count;
};

/* Spelling to becomes spelling from and a letter of one or two bytes. */
static void
extend(struct spellings *s, size_t from, size_t to, const char *letter)
{
	size_t n = s->length[from], more = strlen(letter);

	memmove(s->text[to], s->text[from], n);
	memcpy(s->text[to] + n, letter, more + 1);
	s->length[to] = n + more;
}

/* Every spelling goes on with each of the forms. */
static bool
branch(struct spellings *s, const char *const *forms)
{
	size_t i, k, count = s->count;

	for (k = 1; forms[k] != NULL; k++) {
		if (s->count + count > SPELLINGS_MAX)
			return false;
		for (i = 0; i < count; i++)
			extend(s, i, s->count++, forms[k]);
	}
	for (i = 0; i < count; i++)
		extend(s, i, i, forms[0]);
	return true;
}

static bool
spell(struct span folded, struct spellings *s)
{
	static const char *const initial_d[] = { "d", "đ", NULL };
	char own[2] = { '\0', '\0' };
	const char *itself[] = { own, NULL }, *const * forms;
	size_t i, k;

	s->count = 1;
	s->text[0][0] = '\0';
	s->length[0] = 0;
	for (i = 0; i < folded.n; i++) {
		own[0] = folded.p[i];
		if (own[0] < 'a' || own[0] > 'z')
			return false;
		forms = i == 0 && own[0] == 'd' ? initial_d : itself;
		for (k = 0; k < sizeof qualities / sizeof qualities[0]; k++)
			if (qualities[k].letter == own[0])
				forms = qualities[k].forms;
		if (!branch(s, forms))
			return false;
	}
	return true;
}

const struct xap_node *
query_plan_variants(struct arena *a, struct span folded)
{
	const struct xap_node *node[SPELLINGS_MAX * TONES];
	struct spellings s;
	const char *term;
	size_t i, n = 0;
	unsigned tone;

	if (folded.n > SYLLABLE_MAX || !spell(folded, &s))
		return query_term(a, TERM_TONED, folded);
	for (i = 0; i < s.count; i++)
		for (tone = 0; tone < TONES; tone++) {
			term = tone == 0 ? s.text[i] : arena_printf(a, "%s~%u", s.text[i], tone);
			node[n++] = query_term(a, TERM_TONED, span_of(term));
		}
	return query_node(a, XAP_OR, node, n);
}
