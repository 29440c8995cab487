/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <utf8proc.h>

#include "text.h"
#include "text_letter.h"

#define DECOMPOSED_MAX 24 /* code points of one; the longest in Unicode is 18 */

/* Below this everything but a combining mark is NFC as it stands. */
static bool
may_compose(uint32_t r)
{
	return r >= 0x300 && !(r >= 0x1ea0 && r <= 0x1ef9) && !(r >= 0x2010 && r <= 0x2027);
}

/* Appends text, which is valid UTF-8, in NFC. */
static void
add_composed(struct span text, struct strbuf *out)
{
	utf8proc_uint8_t *composed;
	utf8proc_ssize_t n;

	n = utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &composed,
	    UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n < 0)
		abort(); /* no memory: the text is valid */
	strbuf_add(out, composed, (size_t)n);
	free(composed);
}

void
text_normalise(struct span text, struct strbuf *out)
{
	owned(strbuf_free) struct strbuf mapped = STRBUF_INIT;
	size_t at = 0;
	uint32_t r;
	bool compose = false;

	while (at < text.n) {
		at += text_rune_read(text, at, &r);
		if ((r = text_rune_map(r)) == 0)
			continue;
		compose |= may_compose(r);
		strbuf_add_rune(&mapped, r);
	}
	if (compose)
		add_composed(strbuf_span(&mapped), out);
	else
		strbuf_add_span(out, strbuf_span(&mapped));
}

/* Appends what is left of a code point: no marks, one case, plain d. */
static bool
add_folded(uint32_t r, bool keep_case, struct strbuf *out)
{
	utf8proc_int32_t one[DECOMPOSED_MAX];
	utf8proc_ssize_t got, i;
	bool compose = false;
	int last = 0;

	got = utf8proc_decompose_char(
	    (utf8proc_int32_t)r, one, DECOMPOSED_MAX, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &last);
	for (i = 0; i < got && i < DECOMPOSED_MAX; i++) {
		r = text_rune_map((uint32_t)one[i]);
		if (r == 0 || text_rune_is_mark(r))
			continue;
		if (!keep_case)
			r = (uint32_t)utf8proc_tolower((utf8proc_int32_t)r);
		r = r == 0x110 ? 'D' : r == 0x111 ? 'd' : r;
		compose |= may_compose(r);
		strbuf_add_rune(out, r);
	}
	return compose;
}

void
text_fold(struct span text, bool keep_case, struct strbuf *out)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;
	size_t at = 0;
	uint32_t r;
	bool compose = false;

	while (at < text.n) {
		at += text_rune_read(text, at, &r);
		if ((r = text_rune_map(r)) == 0)
			continue;
		if (r < 0x80)
			strbuf_add_char(
			    &folded, (char)(keep_case || r < 'A' || r > 'Z' ? r : r | 0x20));
		else
			compose |= add_folded(r, keep_case, &folded);
	}
	if (compose)
		add_composed(strbuf_span(&folded), out);
	else
		strbuf_add_span(out, strbuf_span(&folded));
}

void
text_key(struct span text, struct strbuf *out)
{
	struct text_scan scan;
	struct text_word word;

	text_scan_init(&scan, text);
	while (text_next(&scan, &word)) {
		if (word.number > 0)
			strbuf_add_char(out, ' ');
		strbuf_add(out, word.folded, word.folded_len);
	}
}
