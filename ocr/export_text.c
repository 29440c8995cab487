/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include "rune.h"

/*
 * Codes are UTF-16 units, two bytes each, so that any text can be written with one font; a glyph is
 * half an em wide and the horizontal scale stretches a word to its box.
 */
#define DESCENT 0.2	 /* of a word's height below the baseline */
#define GLYPH 0.5	 /* em */
#define SCALE_MAX 3000.0 /* percent */

/* From the displayed page (points, origin bottom left) to the page's own space. */
struct place {
	double a, b, c, d, e, f;
	double width, height; /* displayed */
};

static struct place
place_for(const struct export_box *box, unsigned turn)
{
	double w = box->right - box->left, h = box->top - box->bottom;

	switch (turn) {
	case 90:
		return (struct place){ 0, 1, -1, 0, box->right, box->bottom, h, w };
	case 180:
		return (struct place){ -1, 0, 0, -1, box->right, box->top, w, h };
	case 270:
		return (struct place){ 0, -1, 1, 0, box->left, box->top, h, w };
	default:
		return (struct place){ 1, 0, 0, 1, box->left, box->bottom, w, h };
	}
}

void
export_place(
    const struct export_box *box, unsigned turn, double *width, double *height, struct strbuf *out)
{
	struct place p = place_for(box, turn);

	*width = p.width;
	*height = p.height;
	strbuf_addf(out, "%.4f %.4f %.4f %.4f %.4f %.4f cm\n", p.a, p.b, p.c, p.d, p.e, p.f);
}

/* Appends UTF-16BE as hex digits; the number of units. */
static unsigned
add_units(struct span text, struct strbuf *out)
{
	utf8proc_int32_t rune;
	unsigned n = 0;

	while (rune_next(&text, &rune)) {
		if (rune >= 0x10000) {
			rune -= 0x10000;
			strbuf_addf(out, "%04X%04X", 0xd800u + ((unsigned)rune >> 10),
			    0xdc00u + ((unsigned)rune & 0x3ff));
			n += 2;
		} else {
			strbuf_addf(out, "%04X", (unsigned)rune);
			n++;
		}
	}
	return n;
}

/* The box of a word that has none is a sliver behind the word before it. */
static struct word
box_of(const struct words *ws, size_t i, const struct word *before)
{
	struct word w = ws->word[i];

	if (w.w > 0 && w.h > 0)
		return w;
	w.x = before->x + (int32_t)before->w;
	w.y = before->y;
	w.w = 1;
	w.h = before->h > 0 ? before->h : 10;
	return w;
}

static void
add_word(const struct words *ws, size_t i, const struct word *w, const struct place *p,
    struct strbuf *out)
{
	double sx = p->width / ws->width, sy = p->height / ws->height;
	double size = w->h * sy, x = w->x * sx;
	double y = p->height - ((double)w->y + w->h * (1 - DESCENT)) * sy, scale;
	bool last = i + 1 == ws->count || ws->word[i + 1].start != WORD_SAME_LINE;
	owned(strbuf_free) struct strbuf units = STRBUF_INIT;
	unsigned n = add_units(words_text(ws, i), &units);

	if (n == 0 || !(size > 0.1))
		return;
	scale = 100 * w->w * sx / (n * GLYPH * size);
	if (scale > SCALE_MAX)
		scale = SCALE_MAX;
	/* A space behind it, for readers that do not look at the gaps. */
	if (!last)
		strbuf_add_str(&units, "0020");
	strbuf_addf(out, "/TtInv %.2f Tf %.0f %.0f %.0f %.0f %.2f %.2f Tm %.2f Tz <%s> Tj\n", size,
	    p->a, p->b, p->c, p->d, p->a * x + p->c * y + p->e, p->b * x + p->d * y + p->f, scale,
	    units.buf);
}

void
export_text(const struct words *ws, const struct export_box *box, unsigned turn, struct strbuf *out)
{
	struct place place = place_for(box, turn);
	struct word before = { 0 };

	if (ws->width == 0 || ws->height == 0 || ws->count == 0)
		return;
	strbuf_add_str(out, "BT\n3 Tr\n");
	for (size_t i = 0; i < ws->count; i++) {
		before = box_of(ws, i, &before);
		add_word(ws, i, &before, &place, out);
	}
	strbuf_add_str(out, "ET\n");
}

void
export_text_line(
    struct span text, double x, double y, double size, double width, struct strbuf *out)
{
	owned(strbuf_free) struct strbuf units = STRBUF_INIT;
	unsigned n = add_units(text, &units);

	if (n == 0)
		return;
	strbuf_addf(out, "BT 3 Tr /TtInv %.4f Tf %.4f Tz 1 0 0 1 %.4f %.4f Tm <%s> Tj ET\n", size,
	    100 * width / (n * GLYPH * size), x, y, units.buf);
}
