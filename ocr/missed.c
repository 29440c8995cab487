/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "missed.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "base.h"
#include "pass.h"
#include "rune.h"

#define PLACES_MAX 80	  /* more is noise or a picture */
#define WORDS_KNOWN 8	  /* words whose height tells the size of letters here */
#define CONFIDENCE_MIN 75 /* of a word without context */
#define AROUND 10	  /* pixels of paper round a place */
#define NUMBER_HIGH 0.14  /* inches: of the digits of a page number, 13 pt and a little more */
#define NUMBER_LOW 0.075  /* dust is smaller */
#define NUMBER_DENSE 0.75 /* of its box that ink may fill: a hole is more */
#define NUMBER_BAND 0.12  /* of the page: head and foot */
#define NUMBER_LEFT 0.35  /* of the page: left of it are holes, staples and the binding's shadow */
#define NUMBER_RIGHT 0.97
#define NUMBER_EDGE 0.012
#define NUMBER_PLACES 4 /* more are dirt */
#define HEIGHT_LOW 0.35 /* of a component against the median word */
#define HEIGHT_HIGH 1.25

/* ---- places ---- */

static l_int32
median_height(BOXA *boxes)
{
	l_int32 h = 0;

	return boxaGetMedianVals(boxes, NULL, NULL, NULL, NULL, NULL, &h) == 0 ? h : 0;
}

/* Takes away what was read. */
static void
clear_words(PIX *bits, BOXA *boxes, double scale)
{
	l_int32 i, x, y, w, h;
	BOX *b;

	for (i = 0; i < boxaGetCount(boxes); i++) {
		(void)boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h);
		b = boxCreate((l_int32)(x * scale) - 2, (l_int32)(y * scale) - 2,
		    (l_int32)(w * scale) + 5, (l_int32)(h * scale) + 5);
		(void)pixClearInRect(bits, b);
		boxDestroy(&b);
	}
}

/* Components of the size of letters, joined along the line; boxes in the pixels of bits. */
static BOXA *
letter_groups(PIX *bits, double height)
{
	PIX *letters = pixSelectBySize(
	    bits, 2, (l_int32)(height * HEIGHT_LOW), 8, L_SELECT_IF_BOTH, L_SELECT_IF_GTE, NULL);
	PIX *fitting = letters != NULL
	    ? pixSelectBySize(letters, (l_int32)(height * 2), (l_int32)(height * HEIGHT_HIGH), 8,
		  L_SELECT_IF_BOTH, L_SELECT_IF_LTE, NULL)
	    : NULL;
	PIX *joined =
	    fitting != NULL ? pixCloseSafeBrick(NULL, fitting, (l_int32)(height * 0.8), 3) : NULL;
	BOXA *groups = joined != NULL ? pixConnComp(joined, NULL, 8) : NULL;

	pixDestroy(&letters);
	pixDestroy(&fitting);
	pixDestroy(&joined);
	return groups;
}

/* Boxes in pixels of bits in those of in->pix. */
static BOXA *
on_worked_image(const struct prepared *in, PIX *bits, BOXA *boxes)
{
	double scale = (double)pixGetWidth(bits) / pixGetWidth(in->pix);

	return boxaTransform(boxes, 0, 0, (l_float32)(1 / scale), (l_float32)(1 / scale));
}

/* Places to look at, in pixels of in->pix; NULL when there are none worth it. */
static BOXA *
find_places(const struct prepared *in, PIX *bits, BOXA *boxes)
{
	double scale = (double)pixGetWidth(bits) / pixGetWidth(in->pix);
	PIX *rest = boxaGetCount(boxes) >= WORDS_KNOWN ? pixCopy(NULL, bits) : NULL;
	BOXA *groups, *places = NULL;

	if (rest == NULL)
		return NULL;
	clear_words(rest, boxes, scale);
	groups = letter_groups(rest, median_height(boxes) * scale);
	if (groups != NULL && boxaGetCount(groups) > 0 && boxaGetCount(groups) <= PLACES_MAX)
		places = on_worked_image(in, bits, groups);
	boxaDestroy(&groups);
	pixDestroy(&rest);
	return places;
}

/* ---- reading them ---- */

struct found {
	struct piece piece;
	size_t before; /* index of the word it goes before */
};

/* One letter alone is what specks and scratches read as; a digit is the number of a row or page. */
static bool
believable_alone(utf8proc_int32_t rune)
{
	return (rune >= '0' && rune <= '9') || rune == 'I' || rune == 'V' || rune == 'X';
}

/* Letters and digits with a little punctuation. */
static bool
believable(const char *text)
{
	struct span rest = span_make(text, strlen(text));
	utf8proc_int32_t rune, last = 0;
	unsigned good = 0, other = 0;

	while (rune_next(&rest, &rune)) {
		if (rune_is_alnum(rune)) {
			last = rune;
			good++;
		} else {
			other++;
		}
	}
	return other <= 2 && (good > 1 || (good == 1 && believable_alone(last)));
}

static void
take_place(const struct prepared *in, TessResultIterator *ri, struct found *found, size_t *n)
{
	do {
		struct piece *piece = &found[*n].piece;

		*n += pass_take(in, ri, CONFIDENCE_MIN, piece) && believable(piece->text);
	} while (*n < PLACES_MAX && TessResultIteratorNext(ri, RIL_WORD));
}

static enum status
read_places(const struct engine *e, const struct prepared *in, BOXA *places, int64_t deadline_us,
    struct found *found, size_t *n, struct err *err)
{
	l_int32 i, x, y, w, h;
	TessResultIterator *ri;

	*n = 0;
	pass_begin(e, in, PSM_SINGLE_LINE);
	for (i = 0; i < boxaGetCount(places) && *n < PLACES_MAX; i++) {
		struct box place;

		if (monotonic_us() >= deadline_us)
			break;
		(void)boxaGetBoxGeometry(places, i, &x, &y, &w, &h);
		x = x > AROUND ? x - AROUND : 0;
		y = y > AROUND ? y - AROUND : 0;
		place = pass_clip(in, (struct box){ x, y, x + w + 2 * AROUND, y + h + 2 * AROUND });
		if ((ri = pass_place(e, &place)) != NULL) {
			take_place(in, ri, found, n);
			TessResultIteratorDelete(ri);
		}
	}
	pass_end(e);
	return pass_in_time(deadline_us, err);
}

/* ---- their place in the text ---- */

static bool
same_row(const struct word *a, const struct word *b)
{
	int32_t top = a->y > b->y ? a->y : b->y;
	int32_t ea = a->y + (int32_t)a->h, eb = b->y + (int32_t)b->h;
	int32_t overlap = (ea < eb ? ea : eb) - top;

	return overlap > 0 && 2 * overlap >= (int32_t)(a->h < b->h ? a->h : b->h);
}

/*
 * Before the next word of its row on the right, else behind the one on the left, else at the end.
 * false: it stands so near that it would break a line of text: a scratch between words.
 */
static bool
find_neighbour(const struct words *ws, struct found *f)
{
	struct word *at = &f->piece.word;
	int32_t near = (int32_t)(at->h * 3 / 2), gap, right = INT32_MAX, left = INT32_MAX;
	size_t i, behind = ws->count;

	f->before = ws->count;
	for (i = 0; i < ws->count; i++) {
		const struct word *w = &ws->word[i];

		if (!same_row(w, at))
			continue;
		if (w->x < at->x + (int32_t)at->w + near && at->x < w->x + (int32_t)w->w + near)
			return false;
		gap = w->x - at->x;
		if (gap >= 0 && gap < right) {
			right = gap;
			f->before = i;
		} else if (gap < 0 && -gap < left) {
			left = -gap;
			behind = i + 1;
		}
	}
	if (right == INT32_MAX && left < INT32_MAX)
		f->before = behind;
	at->start = right == INT32_MAX && left == INT32_MAX ? WORD_NEW_BLOCK : WORD_SAME_LINE;
	return true;
}

static int
by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->before != y->before)
		return x->before < y->before ? -1 : 1;
	return (x->piece.word.x > y->piece.word.x) - (x->piece.word.x < y->piece.word.x);
}

/* Those with a place of their own; how many. */
static size_t
find_neighbours(const struct words *ws, struct found *found, size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (find_neighbour(ws, &found[i]))
			found[kept++] = found[i];
	qsort(found, kept, sizeof(*found), by_place);
	return kept;
}

static enum status
merge(const struct words *from, struct found *found, size_t n, struct words *to, struct err *err)
{
	enum status st = ST_OK;
	struct word w;
	size_t i, k = 0;

	for (i = 0; i <= from->count && st == ST_OK; i++) {
		uint8_t start = i < from->count ? from->word[i].start : WORD_NEW_BLOCK;

		for (; k < n && found[k].before == i && st == ST_OK; k++) {
			/* Put before the first word of a line it begins the line. */
			if (i < from->count && start != WORD_SAME_LINE) {
				found[k].piece.word.start = start;
				start = WORD_SAME_LINE;
			}
			st = words_add(to, span_of(found[k].piece.text), &found[k].piece.word, err);
		}
		if (i == from->count || st != ST_OK)
			break;
		w = from->word[i];
		w.start = start;
		st = words_add(to, words_text(from, i), &w, err);
	}
	return st;
}

enum status
missed_read(const struct engine *e, const struct prepared *in, PIX *bits, BOXA *boxes,
    int64_t deadline_us, struct words **ws, unsigned *added, struct err *err)
{
	owned(freep) struct found *found = xcalloc(PLACES_MAX, sizeof(*found));
	owned(words_freep) struct words *more = words_new();
	BOXA *places = find_places(in, bits, boxes);
	enum status st;
	size_t n;

	*added = 0;
	if (places == NULL)
		return ST_OK;
	st = read_places(e, in, places, deadline_us, found, &n, err);
	boxaDestroy(&places);
	if (st != ST_OK)
		return st;
	if ((n = find_neighbours(*ws, found, n)) == 0)
		return ST_OK;
	if ((st = merge(*ws, found, n, more, err)) != ST_OK)
		return st;
	words_free(*ws);
	*ws = more;
	more = NULL;
	*added = (unsigned)n;
	return ST_OK;
}

/* ---- a page's number ---- */

static bool
looks_like_number(PIX *bits, double dpi, BOX *box)
{
	l_int32 w, h, ink = 0;

	(void)boxGetGeometry(box, NULL, NULL, &w, &h);
	(void)pixCountPixelsInRect(bits, box, &ink, NULL);
	return h >= NUMBER_LOW * dpi && ink <= NUMBER_DENSE * w * h;
}

static bool
numbers_stand_at(PIX *bits, BOX *box)
{
	l_int32 x = 0, y = 0, w = 0, h = 0;
	double pw = pixGetWidth(bits), ph = pixGetHeight(bits);
	double middle;

	(void)boxGetGeometry(box, &x, &y, &w, &h);
	middle = (x + w / 2.0) / pw;
	return middle > NUMBER_LEFT && middle < NUMBER_RIGHT && y > NUMBER_EDGE * ph &&
	    y + h < (1 - NUMBER_EDGE) * ph &&
	    (y + h < NUMBER_BAND * ph || y > (1 - NUMBER_BAND) * ph);
}

BOXA *
number_places(PIX *bits, double dpi)
{
	BOXA *groups = letter_groups(bits, NUMBER_HIGH * dpi);
	BOXA *places = boxaCreate(NUMBER_PLACES);
	l_int32 i;

	for (i = 0; i < boxaGetCount(groups); i++) {
		BOX *box = boxaGetBox(groups, i, L_CLONE);

		if (numbers_stand_at(bits, box) && looks_like_number(bits, dpi, box))
			(void)boxaAddBox(places, box, L_COPY);
		boxDestroy(&box);
	}
	boxaDestroy(&groups);
	if (boxaGetCount(places) == 0 || boxaGetCount(places) > NUMBER_PLACES)
		boxaDestroy(&places);
	return places;
}

static bool
has_digit(const char *text)
{
	return strpbrk(text, "123456789") != NULL;
}

enum status
number_read(const struct engine *e, const struct prepared *in, PIX *bits, BOXA *places,
    int64_t deadline_us, struct words *ws, struct err *err)
{
	owned(freep) struct found *found = xcalloc(PLACES_MAX, sizeof(*found));
	BOXA *worked = on_worked_image(in, bits, places);
	enum status st;
	size_t i, n;

	st = read_places(e, in, worked, deadline_us, found, &n, err);
	boxaDestroy(&worked);
	if (st != ST_OK)
		return st;
	for (i = 0; i < n && !has_digit(found[i].piece.text); i++)
		;
	if (i == n)
		return ST_OK;
	for (i = 0; i < n && st == ST_OK; i++) {
		found[i].piece.word.start = i == 0 ? WORD_NEW_BLOCK : WORD_SAME_LINE;
		st = words_add(ws, span_of(found[i].piece.text), &found[i].piece.word, err);
	}
	return st;
}
