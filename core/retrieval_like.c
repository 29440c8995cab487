/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "page_text.h"
#include "retrieval.h"
#include "text.h"

/*
 * "More like this": the words that a record itself says most, as a query.  Which words are rare in the
 * archive is not asked: that would tell of records which the caller may not read.  The ranking knows.
 */
#define LIKE_PAGES 3	 /* are looked at */
#define LIKE_WORDS 40	 /* make the query */
#define COUNTED_MAX 4000 /* are counted */

/* Little words of both languages, folded: they stand in everything. */
static const char little[] =
    " va cua la cac co cho theo trong duoc voi tai mot nhung nay do khi den tu ve "
    "tren khong phai de hoac nguoi so dieu khoan the and of to in for is on by "
    "with or as be that this at from an are it ";

struct said {
	struct span folded, toned, raw;
	unsigned times;
};

static bool
is_little(struct span folded)
{
	owned(strbuf_free) struct strbuf word = STRBUF_INIT;

	strbuf_addf(&word, " %.*s ", SPAN_ARG(folded));
	return strstr(little, word.buf) != NULL;
}

static bool
is_operator(struct span raw)
{
	return span_equal_str(raw, "AND") || span_equal_str(raw, "OR") ||
	    span_equal_str(raw, "NOT") || span_equal_str(raw, "NEAR");
}

static size_t
list_words(struct span text, struct arena *arena, struct said *list, size_t n)
{
	struct text_scan scan;
	struct text_word w;
	struct span raw;

	text_scan_init(&scan, text);
	while (n < COUNTED_MAX && text_next(&scan, &w)) {
		raw = span_make(text.p + w.start, w.end - w.start);
		if (w.folded_len < 2 || w.digits || is_operator(raw) ||
		    is_little(span_make(w.folded, w.folded_len)))
			continue;
		list[n].folded = span_of(arena_dup_span(arena, span_make(w.folded, w.folded_len)));
		list[n].raw = span_of(arena_dup_span(arena, raw));
		list[n++].times = 1;
	}
	return n;
}

static int
by_word(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	return strcmp(x->folded.p, y->folded.p);
}

/* What is said most; of what is said as often, the longer word. */
static int
by_times(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	if (x->times != y->times)
		return x->times > y->times ? -1 : 1;
	if (x->folded.n != y->folded.n)
		return x->folded.n > y->folded.n ? -1 : 1;
	return by_word(a, b);
}

static size_t
count_words(struct said *list, size_t n)
{
	size_t i, k = 0;

	if (n == 0)
		return 0;
	qsort(list, n, sizeof(*list), by_word);
	for (i = 1; i < n; i++)
		if (span_equal(list[k].folded, list[i].folded))
			list[k].times++;
		else
			list[++k] = list[i];
	qsort(list, k + 1, sizeof(*list), by_times);
	return k + 1;
}

enum status
retrieval_like(const struct retrieval *r, const struct record *record, struct arena *arena,
    struct strbuf *query, struct err *err)
{
	struct said *list = arena_array(arena, COUNTED_MAX, sizeof(*list));
	const char *subject = record->field[FIELD_SUBJECT];
	size_t n = 0, i;

	if (subject)
		n = list_words(span_of(subject), arena, list, n);
	for (int64_t page = 1; page <= LIKE_PAGES && page <= record->pages; page++) {
		struct page_text text owned(page_text_end) = { 0 };
		enum status st = page_text_of_record(
		    &r->from, record->id, page, PAGE_TEXT_NEWEST, arena, &text, err);

		if (st == ST_NOT_FOUND) /* nothing was read from it */
			continue;
		if (st != ST_OK)
			return st;
		n = list_words(strbuf_span(&text.words->text), arena, list, n);
	}
	n = count_words(list, n);
	for (i = 0; i < n && i < LIKE_WORDS; i++)
		strbuf_addf(query, "%s%.*s", i ? " " : "", SPAN_ARG(list[i].raw));
	return ST_OK;
}
