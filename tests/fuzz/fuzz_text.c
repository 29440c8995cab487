/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

/* Normalising and folding twice changes nothing. */
static void
check_idempotence(struct span text, struct strbuf *normal)
{
	owned(strbuf_free) struct strbuf again = STRBUF_INIT, folded = STRBUF_INIT;
	int keep;

	text_normalise(text, normal);
	text_normalise(strbuf_span(normal), &again);
	MUST(span_equal(strbuf_span(normal), strbuf_span(&again)));
	for (keep = 0; keep < 2; keep++) {
		strbuf_reset(&folded);
		strbuf_reset(&again);
		text_fold(text, keep, &folded);
		text_fold(strbuf_span(&folded), keep, &again);
		MUST(span_equal(strbuf_span(&folded), strbuf_span(&again)));
	}
}

/* A text and its normal form have the same words, in order, with sane offsets. */
static void
check_words(struct span text, struct span normal)
{
	char untoned[TEXT_WORD_MAX + 1];
	struct text_scan a, b;
	struct text_word w, v;
	size_t end = 0;

	text_scan_init(&a, text);
	text_scan_init(&b, normal);
	while (text_next(&a, &w)) {
		MUST(w.start >= end && w.start < w.end && w.end <= text.n);
		MUST(w.folded_len > 0 && w.folded_len <= TEXT_WORD_MAX);
		MUST(w.toned_len > 0 && w.toned_len <= TEXT_WORD_MAX);
		MUST(text_next(&b, &v));
		MUST(strcmp(w.toned, v.toned) == 0 && strcmp(w.folded, v.folded) == 0);
		MUST(w.number == v.number && w.clause == v.clause);
		if (text_untone(span_make(w.toned, w.toned_len), untoned) > 0)
			MUST(strcmp(untoned, w.folded) == 0);
		end = w.end;
	}
	MUST(!text_next(&b, &v));
}

static void
check_numbers(struct span text)
{
	struct text_number n;
	size_t from = 0;

	while (text_number_find(text, from, &n)) {
		MUST(n.start >= from && n.start < n.end && n.end <= text.n);
		MUST(strlen(n.key) <= TEXT_NUMBER_MAX && n.symbol[0] != '\0');
		from = n.end;
	}
	if (text_number_parse(text, &n))
		MUST(n.symbol[0] != '\0' && strlen(n.key) <= TEXT_NUMBER_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	owned(strbuf_free) struct strbuf normal = STRBUF_INIT;
	struct span text = span_make((const char *)data, size);

	check_idempotence(text, &normal);
	check_words(text, strbuf_span(&normal));
	check_numbers(text);
	(void)text_language(text);
	(void)text_marked_share(text, NULL);
	return 0;
}
