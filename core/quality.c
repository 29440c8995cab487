/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quality.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define HASH_WORDS 4 /* of 64 bits: the image hash */
/* bits of 256 that may differ: the same sheet lies otherwise the second time */
#define IMAGE_ALIKE 48
#define IMAGE_SAME 6   /* and where there are no words to compare */
#define TEXT_ALIKE 12  /* bits of 64 that may differ by what was read otherwise */
#define IMAGE_LEAST 12 /* bits set in an image without words: else it shows hardly anything */
#define BIGRAMS_LEAST 12
#define MISSING_MOST 20 /* more left out at once: the number was misread */

const char *
quality_name(unsigned i)
{
	static const char *const names[QUALITY_COUNT] = { "low-dpi", "not-colour", "skewed",
		"blank", "low-confidence", "unread", "dark-edge", "doubled", "missing-pages",
		"page-order" };

	return i < QUALITY_COUNT ? names[i] : "?";
}

/* Recognised from pixels: text formats and text layers were never paper. */
static bool
is_scan(const struct page *p)
{
	return p->source && strncmp(p->source, "ocr", 3) == 0;
}

unsigned
quality_of(const struct page *p, const struct conf *c)
{
	unsigned issues = 0;

	if (p->state == PAGE_REFUSED || p->state == PAGE_GIVEN_UP)
		return QUALITY_UNREAD;
	if (p->state == PAGE_WAITING || !is_scan(p))
		return 0;
	if (c->scan_min_dpi > 0 && p->dpi < c->scan_min_dpi)
		issues |= QUALITY_LOW_DPI;
	/* The display image of a bi-level page is a PNG (architecture D4). */
	if (c->scan_colour && p->image_mime && strcmp(p->image_mime, "image/png") == 0)
		issues |= QUALITY_NOT_COLOUR;
	if (c->scan_max_skew > 0 && fabs(p->skew) * 100 >= (double)c->scan_max_skew)
		issues |= QUALITY_SKEWED;
	if (c->scan_max_dark_edge > 0 && p->dark_edge >= c->scan_max_dark_edge)
		issues |= QUALITY_DARK_EDGE;
	if (p->state == PAGE_BLANK)
		return issues | (c->scan_report_blank ? QUALITY_BLANK : 0);
	if (p->confidence >= 0 && p->confidence < (double)c->scan_min_confidence)
		issues |= QUALITY_LOW_CONFIDENCE;
	return issues;
}

/* ---- the same sheet twice ---- */

int64_t
quality_text_hash(struct span text)
{
	int weight[64] = { 0 };
	struct text_scan scan;
	struct text_word word, before = { 0 };
	char bigram[TEXT_BIGRAM_MAX + 1];
	unsigned count = 0;
	uint64_t hash = 0;

	text_scan_init(&scan, text);
	for (; text_next(&scan, &word); before = word) {
		uint64_t h = UINT64_C(14695981039346656037);
		size_t n, i;

		if (!before.folded_len)
			continue;
		n = text_bigram(span_make(before.folded, before.folded_len),
		    span_make(word.folded, word.folded_len), bigram);
		for (i = 0; i < n; i++)
			h = (h ^ (unsigned char)bigram[i]) * UINT64_C(1099511628211);
		h ^= h >> 32;
		for (i = 0; i < 64; i++)
			weight[i] += h >> i & 1 ? 1 : -1;
		count++;
	}
	if (count < BIGRAMS_LEAST)
		return 0;
	for (size_t i = 0; i < 64; i++)
		hash |= (uint64_t)(weight[i] > 0) << i;
	return hash ? (int64_t)hash : 1;
}

struct hashes {
	bool known;
	uint64_t image[HASH_WORDS], text;
};

static struct hashes
hashes_of(const struct page *p)
{
	struct hashes h = { .text = (uint64_t)p->text_hash };

	if (p->state != PAGE_READ || !is_scan(p) || !p->image_hash ||
	    strlen(p->image_hash) != HASH_WORDS * 16)
		return h;
	h.known = true;
	for (size_t i = 0; i < HASH_WORDS; i++) {
		char part[17];

		memcpy(part, p->image_hash + 16 * i, 16);
		part[16] = '\0';
		h.image[i] = strtoull(part, NULL, 16);
	}
	return h;
}

static bool
alike(const struct hashes *a, const struct hashes *b)
{
	int differ = 0, set = 0;

	if (!a->known || !b->known || !a->text != !b->text ||
	    __builtin_popcountll(a->text ^ b->text) > TEXT_ALIKE)
		return false;
	for (size_t i = 0; i < HASH_WORDS; i++)
		differ += __builtin_popcountll(a->image[i] ^ b->image[i]);
	for (size_t i = 0; i < HASH_WORDS; i++)
		set += __builtin_popcountll(a->image[i]);
	return a->text ? differ <= IMAGE_ALIKE : differ <= IMAGE_SAME && set >= IMAGE_LEAST;
}

/* Every page of the range with all that lie before it. */
static void
find_doubled(const struct page *page, size_t from, size_t until, struct quality *out)
{
	struct hashes *h = xcalloc(until + 1, sizeof(*h));

	for (size_t i = 0; i < until; i++) {
		h[i] = hashes_of(&page[i]);
		for (size_t k = i; i >= from && k-- > 0 && !out[i].same_as;)
			if (alike(&h[i], &h[k]))
				out[i].same_as = page[k].no;
		if (i >= from && out[i].same_as)
			out[i].issues |= QUALITY_DOUBLED;
	}
	free(h);
}

/* ---- printed numbers ---- */

struct numbered {
	size_t at; /* in the list */
	int no;	   /* printed */
};

/* What may follow a number so many pages on: blank ones need not be counted. */
static bool
follows(const struct page *page, const struct numbered *a, const struct numbered *b)
{
	int steps = (int)(b->at - a->at), written = 0;

	for (size_t i = a->at + 1; i <= b->at; i++)
		written += page[i].state != PAGE_BLANK;
	return b->no >= a->no + written && b->no <= a->no + steps;
}

static struct numbered *
find_numbered(const struct page *page, size_t count, size_t *found)
{
	struct numbered *list = xcalloc(count + 1, sizeof(*list));

	*found = 0;
	/* The first page of a document bears no number (NĐ 30/2020 PL I). */
	if (count > 0 && !page[0].printed_no)
		list[(*found)++] = (struct numbered){ 0, 1 };
	for (size_t i = 0; i < count; i++)
		if (page[i].printed_no > 0 && is_scan(&page[i]))
			list[(*found)++] = (struct numbered){ i, page[i].printed_no };
	return list;
}

static void
judge_number(const struct numbered *a, const struct numbered *b, struct quality *out)
{
	int left_out = b->no - a->no - (int)(b->at - a->at);

	if (b->no <= a->no && b->no > 2) {
		out->issues |= QUALITY_ORDER;
	} else if (left_out > 0 && left_out <= MISSING_MOST && !out->same_as) {
		out->issues |= QUALITY_MISSING;
		out->missing = left_out;
	}
}

static void
find_jumps(const struct page *page, size_t count, size_t from, size_t until, struct quality *out)
{
	size_t n, kept = 0;
	struct numbered *list = find_numbered(page, count, &n);

	for (size_t i = 1; i < n; i++) {
		const struct numbered *before = &list[kept], *next = &list[i + 1];

		if (follows(page, before, &list[i])) {
			kept = i;
			continue;
		}
		if (i + 1 < n && follows(page, before, next) && !follows(page, &list[i], next))
			continue; /* misread */
		if (list[i].at >= from && list[i].at < until)
			judge_number(before, &list[i], &out[list[i].at]);
		kept = i;
	}
	free(list);
}

void
quality_pages(const struct page *page, size_t count, size_t from, size_t until,
    const struct conf *conf, struct quality *out)
{
	for (size_t i = from; i < until; i++)
		out[i] = (struct quality){ .issues = quality_of(&page[i], conf) };
	if (conf->scan_report_doubled)
		find_doubled(page, from, until, out);
	if (conf->scan_report_numbers)
		find_jumps(page, count, from, until, out);
}

enum status
quality_load(struct catalog *catalog, int64_t component, const struct conf *conf, size_t skip,
    size_t limit, struct arena *arena, const struct page **pages, const struct quality **rows,
    size_t *count, struct err *err)
{
	const struct page *all;
	struct quality *out;
	size_t n, until;
	enum status st = record_pages(catalog, component, 1, INT_MAX, arena, &all, &n, err);

	if (st != ST_OK)
		return st;
	skip = skip < n ? skip : n;
	until = limit < n - skip ? skip + limit : n;
	out = arena_array(arena, until + 1, sizeof(*out));
	quality_pages(all, n, skip, until, conf, out);
	*count = until - skip;
	*pages = *count ? all + skip : NULL;
	*rows = out + skip;
	return ST_OK;
}
