/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet.h"

#define PADDING 6

static const struct face face_head = { 0.92, true, false, PANGO_ALIGN_CENTER };
static const struct face face_cell = { 0.92, false, false, PANGO_ALIGN_LEFT };
static const struct face face_short = { 0.92, false, false, PANGO_ALIGN_CENTER };

static const struct face *
face_of(const struct table *t, size_t row, size_t column)
{
	if (row == 0)
		return &face_head;
	return t->width[column] < 0.15 ? &face_short : &face_cell;
}

static double
row_height(struct setter *s, const struct table *t, size_t row, double width)
{
	double below, h = 0;
	size_t i;

	for (i = 0; i < t->columns; i++) {
		below = setter_cell(s, face_of(t, row, i), t->cell[row * t->columns + i], 0, 0,
		    t->width[i] * width - 2 * PADDING, false);
		if (below > h)
			h = below;
	}
	return h + 2 * PADDING;
}

static void
row_tell(struct setter *s, const struct table *t, size_t row)
{
	struct strbuf *text = &setter_page(s)->text;
	size_t i;
	const char *p;

	for (i = 0; i < t->columns; i++) {
		for (p = t->cell[row * t->columns + i]; *p != 0; p++)
			strbuf_add_char(text, *p == '\n' ? ' ' : *p);
		strbuf_add_char(text, i + 1 < t->columns ? '\t' : '\n');
	}
}

void
set_table(struct setter *s, const struct block *b)
{
	const struct table *t = b->table;
	double x, h, w, width = s->right - s->left;
	size_t row, i;

	s->y += 8;
	for (row = 0; row < t->rows; row++) {
		h = row_height(s, t, row, width);
		setter_need(s, row == 0 ? h + 30 : h);
		for (i = 0, x = s->left; i < t->columns; i++, x += w) {
			w = t->width[i] * width;
			setter_mark(s, MARK_FRAME, x, s->y, w, h);
			setter_cell(s, face_of(t, row, i), t->cell[row * t->columns + i],
			    x + PADDING, s->y + PADDING, w - 2 * PADDING, true);
		}
		row_tell(s, t, row);
		s->y += h;
	}
	s->y += 8;
}
