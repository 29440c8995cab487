/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prepare.h"

/*
 * The red channel makes red seals vanish, and red print with them.  Here the letters among what it does
 * not show are told from seals and stamps, and only they are put back, from the green channel of the
 * reduced picture: the network scales lines down further anyway.
 */
#define SHARE_MIN 5 /* in 10,000 sampled pixels: less is noise at the edges of black letters */
#define MORE 45	    /* levels that red stands over green and over what paper has of that */
#define PALE_PART 3
#define MORE_PALE 22 /* the same of a faded seal, which is in pieces above the limit of letters */
#define LIGHT 140    /* the red channel shows what is darker than this */
#define SAMPLE 3
#define RING 12.0  /* mm: no letter is that large; rings of seals and frames of stamps are */
#define STAMP 60.0 /* mm: what is larger is an ornament round the page */
#define GAP 1.8	   /* mm between letters of a word and between words */
#define LETTER_MIN 1.2
#define LETTER_MAX 15.0
#define LETTERS 4  /* fewer are scratches */
#define DENSE 0.75 /* of a word's box that ink may fill: more is a bar or a patch */
#define BLACK 110  /* ink that the red channel shows */
#define BLACK_PART 0.15

/* A picture at half the size of look: bits are the ink that the red channel does not show. */
struct lost {
	const struct page *page;
	PIX *bits;
	PIX *pale;    /* the same with less of it: seals are looked for in this */
	double dpi;   /* of bits */
	double scale; /* pixels of page->pix per pixel of bits */
};

static int
over_green(l_uint32 pixel)
{
	int r = (int)(pixel >> L_RED_SHIFT & 0xff), g = (int)(pixel >> L_GREEN_SHIFT & 0xff);

	return r >= LIGHT && r > g ? r - g : 0;
}

/* What red has over green in most of the page, by one pixel in 3 x 3: paper may be pink. */
static void
sample(PIX *look, size_t count[256], size_t *all)
{
	l_int32 w = pixGetWidth(look), h = pixGetHeight(look), x, y;

	for (y = 0; y < h; y += SAMPLE) {
		const l_uint32 *line = pixGetData(look) + (size_t)y * (size_t)pixGetWpl(look);

		for (x = 0; x < w; x += SAMPLE, ++*all)
			count[over_green(line[x])]++;
	}
}

/* The levels above which a pixel is lost ink, and ink of a seal; false: there is none to speak of. */
static bool
find_limits(PIX *look, int *limit, int *pale)
{
	size_t count[256] = { 0 }, all = 0, sum = 0, above = 0;
	int paper = 0, i;

	sample(look, count, &all);
	for (i = 0; i < 256 && (sum += count[i]) * 2 < all; i++)
		paper = i + 1;
	*limit = paper + MORE;
	for (i = *limit; i < 256; i++)
		above += count[i];
	if (above * 10000 < all * SHARE_MIN)
		return false;
	/* Where the ink is strong, less would only make its letters thick. */
	for (i = *limit, sum = 0; i < 255 && (sum += count[i]) * 2 < above; i++)
		;
	*pale = paper + (i - paper) / PALE_PART;
	*pale = *pale < paper + MORE_PALE ? paper + MORE_PALE : *pale > *limit ? *limit : *pale;
	return true;
}

static PIX *
lost_ink(PIX *look, int limit)
{
	l_int32 w = pixGetWidth(look) / 2, h = pixGetHeight(look) / 2, x, y;
	PIX *bits = w > 0 && h > 0 ? pixCreate(w, h, 1) : NULL;

	for (y = 0; bits != NULL && y < h; y++) {
		const l_uint32 *a = pixGetData(look) + 2 * (size_t)y * (size_t)pixGetWpl(look);
		const l_uint32 *b = a + pixGetWpl(look);
		l_uint32 *to = pixGetData(bits) + (size_t)y * (size_t)pixGetWpl(bits);

		for (x = 0; x < w; x++)
			if (over_green(a[2 * x]) >= limit || over_green(b[2 * x + 1]) >= limit)
				SET_DATA_BIT(to, x);
	}
	return bits;
}

static int
mm(const struct lost *l, double n)
{
	int pixels = (int)(n * l->dpi / 25.4 + 0.5);

	return pixels > 1 ? pixels : 1;
}

/* ---- seals and stamps ---- */

/* Text has paper between its lines; the ring of a seal has none. */
static bool
without_lines(PIX *bits, BOX *box)
{
	PIX *part = pixClipRectangle(bits, box, NULL);
	NUMA *rows = part != NULL ? pixCountPixelsByRow(part, NULL) : NULL;
	l_int32 n = numaGetCount(rows), i, ink, empty = 0;

	for (i = 0; i < n; i++) {
		(void)numaGetIValue(rows, i, &ink);
		empty += ink * 50 < pixGetWidth(part);
	}
	numaDestroy(&rows);
	pixDestroy(&part);
	return empty * 10 < n;
}

/* Clears what large components enclose: rings and frames, or else only what has no lines of text in it. */
static void
clear_large(struct lost *l, BOXA *boxes, bool rings)
{
	l_int32 i, x, y, w, h, ring = mm(l, RING), stamp = mm(l, STAMP);

	for (i = 0; i < boxaGetCount(boxes); i++) {
		BOX *box = boxaGetBox(boxes, i, L_CLONE);

		if (boxGetGeometry(box, &x, &y, &w, &h) == 0 && w >= ring && h >= ring &&
		    w <= stamp && h <= stamp && (rings || without_lines(l->pale, box)))
			(void)pixClearInRect(l->bits, box);
		boxDestroy(&box);
	}
}

static void
clear_stamps(struct lost *l)
{
	BOXA *boxes = pixConnComp(l->pale, NULL, 8);
	PIX *closed;

	clear_large(l, boxes, true);
	boxaDestroy(&boxes);
	/* A seal that is printed in pieces. */
	closed = pixCloseSafeBrick(NULL, l->pale, mm(l, 2.5), mm(l, 2.5));
	boxes = closed != NULL ? pixConnComp(closed, NULL, 8) : NULL;
	clear_large(l, boxes, false);
	boxaDestroy(&boxes);
	pixDestroy(&closed);
}

/* ---- words ---- */

/* Black words with a touch of red are read as they are. */
static bool
has_black(const struct lost *l, l_int32 x, l_int32 y, l_int32 w, l_int32 h, l_int32 red)
{
	l_int32 i, j, black = 0;
	l_uint32 v;

	for (j = y; j < y + h; j++)
		for (i = x; i < x + w; i++)
			if (pixGetPixel(l->page->pix, (l_int32)((i + 0.5) * l->scale),
				(l_int32)((j + 0.5) * l->scale), &v) == 0)
				black += v < BLACK;
	return black > BLACK_PART * red;
}

static bool
is_word(const struct lost *l, BOX *box)
{
	l_int32 x, y, w, h, red = 0, least = mm(l, LETTER_MIN);

	if (boxGetGeometry(box, &x, &y, &w, &h) != 0 || h < least || h > mm(l, LETTER_MAX) ||
	    w < least)
		return false;
	(void)pixCountPixelsInRect(l->bits, box, &red, NULL);
	return red > 0 && red <= DENSE * w * h && !has_black(l, x, y, w, h, red);
}

/* Boxes of the words; *letters counts their components. */
static BOXA *
find_words(const struct lost *l, unsigned *letters)
{
	PIX *joined = pixCloseSafeBrick(NULL, l->bits, mm(l, GAP), mm(l, GAP / 2));
	BOXA *groups = joined != NULL ? pixConnComp(joined, NULL, 8) : NULL;
	BOXA *words = boxaCreate(64);
	l_int32 i, n;

	*letters = 0;
	for (i = 0; i < boxaGetCount(groups); i++) {
		BOX *box = boxaGetBox(groups, i, L_CLONE);
		PIX *part = is_word(l, box) ? pixClipRectangle(l->bits, box, NULL) : NULL;

		if (part != NULL && pixCountConnComp(part, 8, &n) == 0) {
			*letters += (unsigned)n;
			(void)boxaAddBox(words, box, L_COPY);
		}
		pixDestroy(&part);
		boxDestroy(&box);
	}
	boxaDestroy(&groups);
	pixDestroy(&joined);
	return words;
}

/* ---- drawing them ---- */

/* The green of look over grey, where it is darker; the box is one of bits. */
static void
draw(const struct lost *l, BOX *box, PIX *grey)
{
	l_int32 x, y, w, h, i, j, left, top;
	l_uint32 *line, *from;
	BOX *around;
	PIX *part, *green, *large;

	(void)boxGetGeometry(box, &x, &y, &w, &h);
	around = boxCreate(2 * x - 4, 2 * y - 4, 2 * w + 8, 2 * h + 8);
	part = pixClipRectangle(l->page->look, around, NULL);
	green = part != NULL ? pixGetRGBComponent(part, COLOR_GREEN) : NULL;
	large = green != NULL
	    ? pixScaleGrayLI(green, (l_float32)(l->scale / 2), (l_float32)(l->scale / 2))
	    : NULL;
	left = (l_int32)((2 * x > 4 ? 2 * x - 4 : 0) * l->scale / 2);
	top = (l_int32)((2 * y > 4 ? 2 * y - 4 : 0) * l->scale / 2);
	for (j = 0; large != NULL && j < pixGetHeight(large) && top + j < pixGetHeight(grey); j++) {
		from = pixGetData(large) + (size_t)j * (size_t)pixGetWpl(large);
		line = pixGetData(grey) + (size_t)(top + j) * (size_t)pixGetWpl(grey);
		for (i = 0; i < pixGetWidth(large) && left + i < pixGetWidth(grey); i++)
			if (GET_DATA_BYTE(from, i) < GET_DATA_BYTE(line, left + i))
				SET_DATA_BYTE(line, left + i, GET_DATA_BYTE(from, i));
	}
	boxDestroy(&around);
	pixDestroy(&part);
	pixDestroy(&green);
	pixDestroy(&large);
}

static bool
draw_words(const struct lost *l, BOXA *words, PIX **grey)
{
	PIX *drawn = pixCopy(NULL, *grey);
	l_int32 i;

	if (drawn == NULL)
		return false;
	for (i = 0; i < boxaGetCount(words); i++) {
		BOX *box = boxaGetBox(words, i, L_CLONE);

		draw(l, box, drawn);
		boxDestroy(&box);
	}
	pixDestroy(grey);
	*grey = drawn;
	return true;
}

unsigned
prepare_lost_letters(const struct page *p, PIX **grey)
{
	struct lost l = { .page = p };
	unsigned letters = 0;
	BOXA *words;
	int limit, pale;

	if (p->look == NULL || pixGetDepth(p->look) != 32 || !find_limits(p->look, &limit, &pale))
		return 0;
	l.bits = lost_ink(p->look, limit);
	l.pale = lost_ink(p->look, pale);
	if (l.bits != NULL && l.pale != NULL) {
		l.scale = (double)pixGetWidth(p->pix) / pixGetWidth(l.bits);
		l.dpi = p->dpi / l.scale;
		clear_stamps(&l);
		words = find_words(&l, &letters);
		if (letters < LETTERS || !draw_words(&l, words, grey))
			letters = 0;
		boxaDestroy(&words);
	}
	pixDestroy(&l.bits);
	pixDestroy(&l.pale);
	return letters;
}
