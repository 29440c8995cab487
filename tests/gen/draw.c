/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts marks on a cairo surface: text, rules, ink, stamps. */
#include <math.h>
#include <string.h>

#include "sheet.h"

static void
draw_line(const struct mark *m, cairo_t *cr, PangoContext *context)
{
	(void)context;
	cairo_move_to(cr, m->x, m->y);
	pango_cairo_show_layout_line(cr, m->line);
}

static void
draw_rule(const struct mark *m, cairo_t *cr, PangoContext *context)
{
	(void)context;
	cairo_set_line_width(cr, 0.8);
	cairo_move_to(cr, m->x, m->y);
	cairo_line_to(cr, m->x + m->w, m->y + m->h);
	cairo_stroke(cr);
}

static void
draw_frame(const struct mark *m, cairo_t *cr, PangoContext *context)
{
	(void)context;
	cairo_set_line_width(cr, 0.5);
	cairo_rectangle(cr, m->x, m->y, m->w, m->h);
	cairo_stroke(cr);
}

/* Strokes of a pen: a few loops from left to right and a tail. */
static void
draw_signature(const struct mark *m, cairo_t *cr, PangoContext *context)
{
	struct rng r = rng_make(m->seed, 7);
	double x = m->x, y = m->y + m->h / 2;
	int i, n = rng_between(&r, 4, 8);

	(void)context;
	cairo_set_source_rgb(cr, 0.10, 0.14, 0.55);
	cairo_set_line_width(cr, 1.1 + rng_real(&r));
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_move_to(cr, x, y);
	for (i = 0; i < n; i++) {
		double step = m->w / n;
		double up = m->h * (0.2 + 0.5 * rng_real(&r));

		cairo_curve_to(cr, x + step * rng_real(&r), y - up, x + step * 1.6,
		    y - up * rng_real(&r), x + step * (0.7 + 0.4 * rng_real(&r)),
		    y + up * 0.7 * rng_real(&r));
		x += step;
	}
	cairo_curve_to(cr, x + 10, y + m->h * 0.4, x - m->w * 0.5, y + m->h * 0.5, x + m->w * 0.3,
	    y + m->h * (rng_real(&r) - 0.5) * 0.4);
	cairo_stroke(cr);
}

static void
draw_star(cairo_t *cr, double radius)
{
	int i;

	for (i = 0; i < 10; i++) {
		double a = i * M_PI / 5 - M_PI / 2, d = i % 2 == 0 ? radius : radius * 0.4;

		cairo_line_to(cr, cos(a) * d, sin(a) * d);
	}
	cairo_close_path(cr);
	cairo_fill(cr);
}

static void
show_centred(cairo_t *cr, PangoContext *context, const char *text, double size, double x, double y)
{
	PangoLayout *layout = pango_layout_new(context);
	PangoFontDescription *font = pango_font_description_from_string("Liberation Sans Bold");
	int w, h;

	pango_font_description_set_size(font, (int)(size * PANGO_SCALE));
	pango_layout_set_font_description(layout, font);
	pango_layout_set_text(layout, text, -1);
	pango_layout_get_size(layout, &w, &h);
	cairo_move_to(cr, x - (double)w / PANGO_SCALE / 2, y - (double)h / PANGO_SCALE / 2);
	pango_cairo_show_layout(cr, layout);
	pango_font_description_free(font);
	g_object_unref(layout);
}

/* Letters along a circle, from angle a on, each turned to stand on it. */
static void
show_around(
    cairo_t *cr, PangoContext *context, const char *text, double radius, double from, double step)
{
	const char *p, *next;
	char letter[8];

	for (p = text; *p != 0; p = next, from += step) {
		next = g_utf8_next_char(p);
		memset(letter, 0, sizeof(letter));
		memcpy(letter, p, (size_t)(next - p));
		cairo_save(cr);
		cairo_rotate(cr, from);
		if (step < 0) {
			cairo_translate(cr, 0, radius);
		} else {
			cairo_translate(cr, 0, -radius);
		}
		show_centred(cr, context, letter, 6, 0, 0);
		cairo_restore(cr);
	}
}

static void
draw_seal(const struct mark *m, cairo_t *cr, PangoContext *context)
{
	struct rng r = rng_make(m->seed, 8);
	static const char *const ring = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
	double half = 0.125 * (double)(g_utf8_strlen(ring, -1) - 1) / 2;
	double low = 0.15 * (double)(g_utf8_strlen(m->label2, -1) - 1) / 2;

	cairo_translate(cr, m->x + 4 * rng_gauss(&r), m->y + 3 * rng_gauss(&r));
	cairo_rotate(cr, 0.12 * rng_gauss(&r));
	cairo_set_source_rgba(cr, 0.83, 0.12, 0.16, 0.86);
	cairo_set_line_width(cr, 1.6);
	cairo_arc(cr, 0, 0, m->w, 0, 2 * M_PI);
	cairo_stroke(cr);
	cairo_set_line_width(cr, 0.7);
	cairo_arc(cr, 0, 0, m->w - 3, 0, 2 * M_PI);
	cairo_stroke(cr);
	cairo_arc(cr, 0, 0, m->w - 13, 0, 2 * M_PI);
	cairo_stroke(cr);
	show_around(cr, context, ring, m->w - 8, -half, 0.125);
	show_around(cr, context, m->label2, m->w - 8, low, -0.15);
	show_centred(cr, context, m->label, 6.5, 0, 8);
	cairo_new_path(cr);
	cairo_translate(cr, 0, -8);
	draw_star(cr, 8);
}

static void
draw_stamp(const struct mark *m, cairo_t *cr, PangoContext *context)
{
	cairo_set_source_rgba(cr, 0.83, 0.12, 0.16, 0.9);
	cairo_set_line_width(cr, 1.6);
	cairo_rectangle(cr, m->x, m->y, m->w, m->h);
	cairo_stroke(cr);
	show_centred(cr, context, m->label, 12, m->x + m->w / 2, m->y + m->h / 2);
}

static void
draw_code(const struct mark *m, cairo_t *cr, PangoContext *context)
{
	(void)context;
	code_draw(m->code, cr, m->x, m->y, m->w, m->h);
}

typedef void mark_drawer(const struct mark *, cairo_t *, PangoContext *);

static mark_drawer *const drawers[MARK_KIND_COUNT] = {
	[MARK_LINE] = draw_line,
	[MARK_RULE] = draw_rule,
	[MARK_FRAME] = draw_frame,
	[MARK_SEAL] = draw_seal,
	[MARK_SIGNATURE] = draw_signature,
	[MARK_STAMP] = draw_stamp,
	[MARK_CODE] = draw_code,
};

void
sheet_draw(const struct sheet *sheet, cairo_t *cr, PangoContext *context)
{
	size_t i;

	for (i = 0; i < sheet->marks; i++) {
		cairo_save(cr);
		cairo_set_source_rgb(cr, 0.05, 0.05, 0.06);
		drawers[sheet->mark[i].kind](&sheet->mark[i], cr, context);
		cairo_restore(cr);
	}
}
