/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "search_parts.h"

/*
 * On which pages of a hit the words of the query stand.  A word with marks is looked for as it is
 * typed, and in any tone only when the record does not hold it so; a word without marks in any tone.
 * Where nothing of the query stands, plain words are looked for as they may have been misread or mistyped.
 */
#define SLICES_SEEN 4096
#define NEAR_TWO 6 /* letters, two of which a misreading may change: rn for m */

struct finder {
	struct xap_hits *hits;
	size_t hit;
	struct arena *arena;
	struct xap_slice *found; /* room for SLICES_SEEN */
	struct xap_slice *slice; /* all so far, ascending */
	size_t count;
};

static size_t
list_places(const struct query_part *part, uint64_t missing, bool any_tone,
    struct xap_place *places, size_t n)
{
	size_t i;

	static const enum xap_form forms[] = { XAP_WHOLE, XAP_BEGINS, XAP_LIKE };

	if (part->kind == QUERY_NOT || query_is_name(part))
		return n;
	for (i = 0; i < part->word_count && n < SEARCH_WORDS_MAX; i++) {
		const struct query_word *w = &part->words[i];

		if (!(missing >> w->group & 1) ||
		    (!any_tone && (!w->marked || w->form != FORM_WORD)))
			continue;
		places[n++] = (struct xap_place){ any_tone ? w->folded : w->toned, any_tone,
			forms[w->form], w->distance, w->group };
	}
	for (i = 0; i < part->child_count; i++)
		n = list_places(part->child[i], missing, any_tone, places, n);
	return n;
}

static size_t
list_near_places(const struct query_part *soft, struct xap_place *places)
{
	size_t i, n = 0;

	for (i = 0; soft != NULL && i < soft->word_count; i++) {
		const struct query_word *w = &soft->words[i];

		if (w->form == FORM_WORD)
			places[n++] = (struct xap_place){ w->folded, true, XAP_LIKE,
				w->folded.n < NEAR_TWO ? 1 : 2, w->group };
	}
	return n;
}

static enum status
look_up(struct finder *f, const struct xap_place *places, size_t n, struct err *err)
{
	struct xap_slice *found = f->found, *merged;
	size_t count = 0, i = 0, k = 0, m = 0;
	enum status st;

	if (n == 0)
		return ST_OK;
	st = xap_hits_slices(
	    f->hits, f->hit, TERM_TONED, places, n, found, SLICES_SEEN, &count, err);
	if (st != ST_OK)
		return st;
	merged = arena_array(f->arena, f->count + count + 1, sizeof *merged);
	while (i < f->count || k < count) {
		if (k == count || (i < f->count && f->slice[i].slice < found[k].slice))
			merged[m++] = f->slice[i++];
		else if (i == f->count || found[k].slice < f->slice[i].slice)
			merged[m++] = found[k++];
		else {
			merged[m] = f->slice[i++];
			merged[m].groups |= found[k].groups;
			merged[m++].count += found[k++].count;
		}
	}
	f->slice = merged;
	f->count = m;
	return ST_OK;
}

static unsigned
bits(uint64_t groups)
{
	return (unsigned)__builtin_popcountll(groups);
}

/* Slices of one page become one; the page with most words, then most places, is the best. */
static void
fill_pages(const struct finder *f, const struct query_part *paged, struct span data,
    struct search_hit *hit)
{
	struct search_page_hit *pages = arena_array(f->arena, SEARCH_PAGES_MAX, sizeof *pages);
	uint64_t groups = 0;
	uint32_t page, count = 0, best_words = 0, best_count = 0;
	size_t i, n = 0;

	for (i = 0; i < f->count; i++) {
		page = search_page_of_slice(data, f->slice[i].slice);
		if (page != 0 && paged != NULL && (page < paged->from || page > paged->to))
			continue;
		if (page == 0) {
			hit->in_fields = true;
			continue;
		}
		if (n == 0 || pages[n - 1].page != page) {
			if (n == SEARCH_PAGES_MAX) {
				hit->more_pages = true;
				break;
			}
			pages[n++].page = page;
			groups = 0;
			count = 0;
		}
		groups |= f->slice[i].groups;
		count += f->slice[i].count;
		pages[n - 1].words = bits(groups);
		if (bits(groups) > best_words ||
		    (bits(groups) == best_words && count > best_count)) {
			hit->best_page = page;
			best_words = bits(groups);
			best_count = count;
		}
	}
	hit->pages = pages;
	hit->page_count = n;
}

static bool
has_page(const struct search_hit *hit, uint32_t page)
{
	size_t i;

	for (i = 0; i < hit->page_count; i++)
		if (hit->pages[i].page == page)
			return true;
	return hit->page_count == 0 || hit->more_pages;
}

/* The words of a query, or of what they also mean. */
static enum status
find_words(struct finder *f, const struct search_query *q, struct err *err)
{
	struct xap_place places[SEARCH_WORDS_MAX];
	uint64_t missing = ~UINT64_C(0);
	enum status st;
	size_t k;

	st = look_up(f, places, list_places(q->root, missing, false, places, 0), err);
	if (st != ST_OK)
		return st;
	for (k = 0; k < f->count; k++)
		missing &= ~f->slice[k].groups;
	return look_up(f, places, list_places(q->root, missing, true, places, 0), err);
}

static enum status
find_slices(struct finder *f, const struct search_query *q, struct err *err)
{
	struct xap_place places[SEARCH_WORDS_MAX];
	enum status st = find_words(f, q, err);

	if (st == ST_OK && f->count == 0 && q->other != NULL)
		st = find_words(f, q->other, err);
	if (st != ST_OK || f->count > 0)
		return st;
	return look_up(f, places, list_near_places(q->soft, places), err);
}

enum status
search_find_pages(struct xap_hits *hits, size_t i, const struct search_query *q,
    struct arena *arena, struct search_hit *hit, struct err *err)
{
	struct finder f = { .hits = hits, .hit = i, .arena = arena };
	struct xap_hit x;
	uint32_t page;
	enum status st;

	if (q->root == NULL || q->group_count == 0)
		return ST_OK;
	f.found = xcalloc(SLICES_SEEN, sizeof *f.found);
	st = find_slices(&f, q, err);
	free(f.found);
	if (st != ST_OK)
		return st;
	xap_hits_at(hits, i, &x);
	fill_pages(&f, q->paged, x.data, hit);
	if (x.best_slice > 0 && q->paged == NULL) {
		page = search_page_of_slice(x.data, x.best_slice);
		if (has_page(hit, page)) /* or it has what the words also mean, others the words */
			hit->best_page = page;
	}
	return ST_OK;
}
