/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets blocks one under the other on pages. */
#include <string.h>

#include "sheet.h"

struct sheet *
setter_page(struct setter *s)
{
	return &s->sheets->sheet[s->sheets->n - 1];
}

static void
page_begin(struct setter *s)
{
	struct sheets *all = s->sheets;

	if (all->n == all->alloc) {
		all->alloc = all->alloc * 2 + 4;
		all->sheet = xrealloc(all->sheet, all->alloc * sizeof(*all->sheet));
	}
	memset(&all->sheet[all->n], 0, sizeof(*all->sheet));
	strbuf_init(&all->sheet[all->n].text);
	all->n++;
	s->y = s->top;
}

void
setter_turn(struct setter *s)
{
	static const struct face face = { 1, false, false, PANGO_ALIGN_CENTER };
	char number[16];
	size_t i, page = 1;

	page_begin(s);
	for (i = 0; i + 1 < s->sheets->n; i++)
		page += !s->sheets->sheet[i].blank;
	g_snprintf(number, sizeof(number), "%zu", page);
	setter_box(s, &face, number, s->left, s->top - 30, s->right - s->left);
}

void
setter_need(struct setter *s, double h)
{
	if (s->y + h > s->bottom)
		setter_turn(s);
}

struct mark *
setter_mark(struct setter *s, enum mark_kind kind, double x, double y, double w, double h)
{
	struct sheet *p = setter_page(s);
	struct mark *m;

	if (p->marks == p->alloc) {
		p->alloc = p->alloc * 2 + 64;
		p->mark = xrealloc(p->mark, p->alloc * sizeof(*p->mark));
	}
	m = &p->mark[p->marks++];
	memset(m, 0, sizeof(*m));
	m->kind = kind;
	m->x = x;
	m->y = y;
	m->w = w;
	m->h = h;
	return m;
}

/* A hair of space, as the word processors of offices give; unhinted text would stand closer. */
static void
letters_part(PangoLayout *layout)
{
	PangoAttrList *list = pango_layout_get_attributes(layout);

	list = list != NULL ? pango_attr_list_copy(list) : pango_attr_list_new();
	pango_attr_list_insert(list, pango_attr_letter_spacing_new(PANGO_SCALE / 7));
	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
}

PangoLayout *
setter_layout(struct setter *s, const struct face *face, const char *markup, double w)
{
	PangoLayout *layout = pango_layout_new(s->context);
	PangoFontDescription *font = pango_font_description_from_string("Liberation Serif");

	pango_font_description_set_size(font, (int)(face->size * s->size * PANGO_SCALE));
	pango_font_description_set_weight(
	    font, face->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(
	    font, face->italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_layout_set_width(layout, (int)(w * PANGO_SCALE));
	pango_layout_set_alignment(layout, face->align);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
	pango_layout_set_markup(layout, markup, -1);
	letters_part(layout);
	return layout;
}

/* One line of a layout at y (its top); returns its height. */
static double
line_put(struct setter *s, PangoLayout *layout, PangoLayoutIter *iter, double x, double y)
{
	PangoRectangle logical;
	struct mark *m;

	pango_layout_iter_get_line_extents(iter, NULL, &logical);
	m = setter_mark(s, MARK_LINE, x + (double)logical.x / PANGO_SCALE,
	    y + (double)(pango_layout_iter_get_baseline(iter) - logical.y) / PANGO_SCALE, 0, 0);
	m->layout = g_object_ref(layout);
	m->line = pango_layout_line_ref(pango_layout_iter_get_line_readonly(iter));
	return (double)logical.height / PANGO_SCALE;
}

static void
line_tell(struct setter *s, PangoLayout *layout, PangoLayoutIter *iter, char end)
{
	PangoLayoutLine *line = pango_layout_iter_get_line_readonly(iter);
	struct strbuf *text = &setter_page(s)->text;
	const char *from = pango_layout_get_text(layout) + line->start_index;
	size_t n = (size_t)line->length;

	while (n > 0 && (from[n - 1] == ' ' || from[n - 1] == '\n'))
		n--;
	if (n > 0) {
		strbuf_add(text, from, n);
		strbuf_add_char(text, end);
	}
}

static double
box_put(struct setter *s, const struct face *face, const char *markup, double x, double y, double w,
    bool draw, bool tell)
{
	PangoLayout *layout = setter_layout(s, face, markup, w);
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	PangoRectangle logical;

	do {
		if (draw)
			line_put(s, layout, iter, x, y);
		if (tell)
			line_tell(s, layout, iter, '\n');
		pango_layout_iter_get_line_extents(iter, NULL, &logical);
		y += (double)logical.height / PANGO_SCALE;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
	g_object_unref(layout);
	return y;
}

double
setter_box(
    struct setter *s, const struct face *face, const char *markup, double x, double y, double w)
{
	return box_put(s, face, markup, x, y, w, true, true);
}

double
setter_cell(struct setter *s, const struct face *face, const char *markup, double x, double y,
    double w, bool draw)
{
	return box_put(s, face, markup, x, y, w, draw, false);
}

struct look {
	struct face face;
	double before; /* space above, in points */
	double indent; /* of the first line */
	bool justify;
	bool keep; /* not alone at a page's foot */
};

static const struct look looks[STYLE_COUNT] = {
	[STYLE_BODY] = { { 1, false, false, PANGO_ALIGN_LEFT }, 6, 36, true, false },
	[STYLE_BASIS] = { { 1, false, true, PANGO_ALIGN_LEFT }, 4, 36, true, false },
	[STYLE_HEADING] = { { 1, true, false, PANGO_ALIGN_LEFT }, 8, 36, false, true },
	[STYLE_ITEM] = { { 1, false, false, PANGO_ALIGN_LEFT }, 3, 36, true, false },
	[STYLE_CENTRE] = { { 1, true, false, PANGO_ALIGN_CENTER }, 10, 0, false, true },
	[STYLE_CENTRE_PLAIN] = { { 1, false, false, PANGO_ALIGN_CENTER }, 4, 0, false, false },
	[STYLE_CENTRE_ITALIC] = { { 1, false, true, PANGO_ALIGN_CENTER }, 3, 0, false, false },
	[STYLE_TITLE] = { { 1.04, true, false, PANGO_ALIGN_CENTER }, 14, 0, false, true },
	[STYLE_SUBJECT] = { { 1, true, false, PANGO_ALIGN_CENTER }, 2, 0, false, true },
	[STYLE_PLAIN] = { { 1, false, false, PANGO_ALIGN_LEFT }, 5, 0, false, false },
	[STYLE_RIGHT] = { { 1, false, false, PANGO_ALIGN_RIGHT }, 5, 0, false, false },
	[STYLE_SMALL] = { { 0.82, false, true, PANGO_ALIGN_LEFT }, 3, 0, false, false },
};

void
set_text(struct setter *s, const struct block *b)
{
	const struct look *look = &looks[b->style];
	PangoLayout *layout = setter_layout(s, &look->face, b->text, s->right - s->left);
	PangoLayoutIter *iter;
	PangoRectangle logical;
	double h;

	pango_layout_set_indent(layout, (int)(look->indent * PANGO_SCALE));
	pango_layout_set_justify(layout, look->justify);
	s->y += look->before;
	if (look->keep)
		setter_need(s, 60);
	iter = pango_layout_get_iter(layout);
	do {
		pango_layout_iter_get_line_extents(iter, NULL, &logical);
		h = (double)logical.height / PANGO_SCALE;
		setter_need(s, h);
		line_put(s, layout, iter, s->left, s->y);
		line_tell(s, layout, iter, '\n');
		s->y += h * 1.06;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
	g_object_unref(layout);
}

/* The label in the free corner above the head (20 mm of margin). */
static void
label_put(struct setter *s)
{
	bool qr = s->document->code.kind == CODE_QR;
	double w = qr ? 50 : 190;

	setter_mark(s, MARK_CODE, s->right - w, 8, w, 50)->code = &s->document->code;
}

void
set_code(struct setter *s, const struct block *b)
{
	bool qr = s->document->code.kind == CODE_QR;
	double w = qr ? 170 : 340, h = qr ? 170 : 110;

	(void)b;
	setter_need(s, h + 40);
	setter_mark(s, MARK_CODE, (s->left + s->right - w) / 2, s->y + 20, w, h)->code =
	    &s->document->code;
	s->y += h + 40;
}

static void
set_page(struct setter *s, const struct block *b)
{
	(void)b;
	setter_turn(s);
}

static void
set_blank(struct setter *s, const struct block *b)
{
	(void)b;
	page_begin(s);
	setter_page(s)->blank = true;
	/* Whatever follows begins overleaf. */
	s->y = s->bottom + 1;
}

typedef void block_setter(struct setter *, const struct block *);

static block_setter *const setters[BLOCK_KIND_COUNT] = {
	[BLOCK_TEXT] = set_text,
	[BLOCK_TABLE] = set_table,
	[BLOCK_NATION] = set_nation,
	[BLOCK_TITLE] = set_title,
	[BLOCK_ADDRESSEES] = set_addressees,
	[BLOCK_FOOT] = set_foot,
	[BLOCK_FORM_HEAD] = set_form_head,
	[BLOCK_PAGE] = set_page,
	[BLOCK_CODE] = set_code,
	[BLOCK_BLANK] = set_blank,
};

void
sheets_typeset(struct sheets *out, PangoContext *context, const struct document *d)
{
	/* NĐ 30/2020 PL I I.4: left 30-35 mm, right 15-20 mm, top and bottom 20-25 mm; 13-14 pt. */
	struct setter s = {
		.context = context,
		.document = d,
		.sheets = out,
		.left = 85,
		.right = SHEET_WIDTH - 54,
		.top = 62,
		.bottom = SHEET_HEIGHT - 62,
		.size = d->seed % 3 == 0 ? 14 : 13,
	};
	const struct block *b;

	memset(out, 0, sizeof(*out));
	page_begin(&s);
	if (d->code.kind != CODE_NONE && d->first->kind == BLOCK_NATION)
		label_put(&s);
	for (b = d->first; b != NULL; b = b->next)
		setters[b->kind](&s, b);
}

void
sheets_free(struct sheets *all)
{
	size_t i, j;

	for (i = 0; i < all->n; i++) {
		for (j = 0; j < all->sheet[i].marks; j++) {
			struct mark *m = &all->sheet[i].mark[j];

			if (m->line != NULL)
				pango_layout_line_unref(m->line);
			if (m->layout != NULL)
				g_object_unref(m->layout);
		}
		free(all->sheet[i].mark);
		strbuf_free(&all->sheet[i].text);
	}
	free(all->sheet);
	memset(all, 0, sizeof(*all));
}
