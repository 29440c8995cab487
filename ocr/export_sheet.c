/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo-pdf.h>
#include <cairo.h>
#include <string.h>
#include <time.h>

#include "base.h"
#include "export.h"
#include "sheet.h"

/* A4 in points, as NĐ 30/2020 PL I has it: left 30 mm, right 15 mm, above and below 20 mm. */
#define PAGE_WIDTH 595.28
#define PAGE_HEIGHT 841.89
#define LEFT 85.0
#define RIGHT (PAGE_WIDTH - 42.5)
#define TOP 57.0
#define BOTTOM (PAGE_HEIGHT - 57.0)
#define SIZE 11.0
#define TITLE_SIZE 14.0
#define LEAD 14.0
#define PAD 4.0
#define SIGN_ROOM 110.0
#define FONT "Liberation Serif"

struct lines {
	const char **line;
	size_t count, room;
};

struct printer {
	struct export *e;
	struct arena *arena;
	cairo_t *cr;
	double y;
	uint32_t page;
	bool too_many;
	const struct element *sheet;
	double x[SHEET_COLUMNS_MAX + 1];
	size_t columns;
};

static cairo_status_t
take(void *payload, const unsigned char *bytes, unsigned n)
{
	export_put(payload, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

static void
font(struct printer *p, double size, bool bold)
{
	cairo_select_font_face(p->cr, FONT, CAIRO_FONT_SLANT_NORMAL,
	    bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(p->cr, size);
}

static double
width_of(struct printer *p, const char *text)
{
	cairo_text_extents_t extents;

	cairo_text_extents(p->cr, text, &extents);
	return extents.x_advance;
}

/* --- breaking lines --- */

static void
add_line(struct printer *p, struct lines *lines, struct span text)
{
	if (lines->count == lines->room) {
		size_t room = lines->room ? lines->room * 2 : 8;
		const char **more = arena_array(p->arena, room, sizeof(*more));

		if (lines->count)
			memcpy(more, lines->line, lines->count * sizeof(*more));
		lines->line = more;
		lines->room = room;
	}
	lines->line[lines->count++] = arena_dup_span(p->arena, text);
}

/* Bytes of what fits: to the last blank, else to the last character, one at least. */
static size_t
fitting(struct printer *p, struct span text, double width)
{
	size_t good = 0, blank = 0;

	for (size_t i = 0; i < text.n;) {
		size_t next = i + 1;

		while (next < text.n && ((unsigned char)text.p[next] & 0xc0) == 0x80)
			next++;
		if (width_of(p, arena_dup_span(p->arena, span_make(text.p, next))) > width)
			break;
		if (text.p[i] == ' ')
			blank = i;
		good = i = next;
	}
	if (good == text.n)
		return good;
	if (blank > 0)
		return blank;
	for (good = good ? good : 1; good < text.n; good++)
		if (((unsigned char)text.p[good] & 0xc0) != 0x80)
			break;
	return good;
}

static void
wrap(struct printer *p, const char *text, double width, struct lines *lines)
{
	struct span rest = span_of(text ? text : ""), line;

	*lines = (struct lines){ 0 };
	while (rest.p) {
		line = span_trim(span_cut(&rest, '\n'));
		do {
			size_t n = fitting(p, line, width);

			add_line(p, lines, span_make(line.p, n));
			line = span_trim(span_make(line.p + n, line.n - n));
		} while (line.n > 0);
	}
}

/* --- pages --- */

static void draw_head(struct printer *);

static void
end_page(struct printer *p)
{
	char number[16];

	font(p, SIZE, false);
	(void)snprintf(number, sizeof(number), "%u", p->page);
	cairo_move_to(p->cr, (LEFT + RIGHT - width_of(p, number)) / 2, BOTTOM + 25);
	cairo_show_text(p->cr, number);
	cairo_show_page(p->cr);
}

static void
next_page(struct printer *p, bool head)
{
	end_page(p);
	p->too_many |= p->page++ >= p->e->what.limits.pages;
	p->y = TOP;
	if (head)
		draw_head(p);
}

static void
draw_text(struct printer *p, const char *text, bool centred)
{
	struct lines lines;

	wrap(p, text, RIGHT - LEFT, &lines);
	for (size_t i = 0; i < lines.count && !p->too_many; i++) {
		if (p->y + LEAD > BOTTOM)
			next_page(p, false);
		cairo_move_to(p->cr,
		    centred ? (LEFT + RIGHT - width_of(p, lines.line[i])) / 2 : LEFT, p->y + SIZE);
		cairo_show_text(p->cr, lines.line[i]);
		p->y += LEAD;
	}
}

/* --- the table --- */

static void
draw_slice(struct printer *p, const struct lines *cell, size_t from, size_t n)
{
	double height = (double)n * LEAD + 2 * PAD;

	for (size_t c = 0; c < p->columns; c++) {
		cairo_rectangle(p->cr, p->x[c], p->y, p->x[c + 1] - p->x[c], height);
		for (size_t i = from; i < from + n && i < cell[c].count; i++) {
			cairo_move_to(p->cr, p->x[c] + PAD,
			    p->y + PAD + SIZE + (double)(i - from) * LEAD - 1);
			cairo_show_text(p->cr, cell[c].line[i]);
		}
	}
	for (size_t c = 0; c < p->columns; c++)
		cairo_rectangle(p->cr, p->x[c], p->y, p->x[c + 1] - p->x[c], height);
	cairo_set_line_width(p->cr, 0.6);
	cairo_stroke(p->cr);
	p->y += height;
}

static size_t
most(const struct lines *cell, size_t count)
{
	size_t n = 1;

	for (size_t c = 0; c < count; c++)
		if (cell[c].count > n)
			n = cell[c].count;
	return n;
}

static void
draw_head(struct printer *p)
{
	struct lines cell[SHEET_COLUMNS_MAX] = { { 0 } };
	const struct element *column = element_child(p->sheet, "column");

	font(p, SIZE, true);
	for (size_t c = 0; c < p->columns; c++, column = element_after(column, "column"))
		wrap(p, column->text, p->x[c + 1] - p->x[c] - 2 * PAD, &cell[c]);
	draw_slice(p, cell, 0, most(cell, p->columns));
	font(p, SIZE, false);
}

/* A row goes to the next page whole when it has room there; a longer one is drawn in slices. */
static void
draw_row(struct printer *p, const struct element *row)
{
	struct lines cell[SHEET_COLUMNS_MAX] = { { 0 } };
	const struct element *text = element_child(row, "cell");
	size_t all, from = 0;

	for (size_t c = 0; c < p->columns; c++) {
		wrap(p, text ? text->text : "", p->x[c + 1] - p->x[c] - 2 * PAD, &cell[c]);
		text = text ? element_after(text, "cell") : NULL;
	}
	all = most(cell, p->columns);
	while (from < all && !p->too_many) {
		double room = BOTTOM - p->y - 2 * PAD;
		size_t n = room < LEAD ? 0 : (size_t)(room / LEAD);
		bool fresh = p->y < TOP + 8 * LEAD;

		if (n < all - from && !fresh) {
			next_page(p, true);
			continue;
		}
		n = n < 1 ? 1 : n < all - from ? n : all - from;
		draw_slice(p, cell, from, n);
		from += n;
	}
}

static enum status
measure(struct printer *p, struct err *err)
{
	int64_t parts = 0, at = 0;

	for (const struct element *c = element_child(p->sheet, "column"); c;
	     c = element_after(c, "column")) {
		int64_t width = element_number(c, "width", 0);

		if (width < 1 || width > 1000 || p->columns == SHEET_COLUMNS_MAX)
			return fail(err, ST_CORRUPT, "a sheet's columns");
		p->columns++;
		parts += width;
	}
	if (p->columns == 0)
		return fail(err, ST_CORRUPT, "a sheet without columns");
	p->x[0] = LEFT;
	p->columns = 0;
	for (const struct element *c = element_child(p->sheet, "column"); c;
	     c = element_after(c, "column")) {
		at += element_number(c, "width", 0);
		p->x[++p->columns] = LEFT + (RIGHT - LEFT) * (double)at / (double)parts;
	}
	return ST_OK;
}

static void
draw_signs(struct printer *p)
{
	size_t count = 0, i = 0;
	const struct element *s;

	for (s = element_child(p->sheet, "sign"); s; s = element_after(s, "sign"))
		count++;
	if (count == 0)
		return;
	if (p->y + SIGN_ROOM > BOTTOM)
		next_page(p, false);
	font(p, SIZE, true);
	p->y += 2 * LEAD;
	for (s = element_child(p->sheet, "sign"); s; s = element_after(s, "sign"), i++) {
		double middle = LEFT + (RIGHT - LEFT) * ((double)i + 0.5) / (double)count;
		const char *text = s->text ? s->text : "";

		cairo_move_to(p->cr, middle - width_of(p, text) / 2, p->y);
		cairo_show_text(p->cr, text);
	}
}

static void
draw(struct printer *p)
{
	const char *title = element_get(p->sheet, "title");

	p->y = TOP;
	font(p, TITLE_SIZE, true);
	draw_text(p, title, true);
	font(p, SIZE, false);
	p->y += LEAD / 2;
	for (const struct element *l = element_child(p->sheet, "line"); l;
	     l = element_after(l, "line"))
		draw_text(p, l->text, false);
	p->y += LEAD / 2;
	draw_head(p);
	for (const struct element *r = element_child(p->sheet, "row"); r && !p->too_many;
	     r = element_after(r, "row"))
		draw_row(p, r);
	p->y += LEAD / 2;
	for (const struct element *f = element_child(p->sheet, "foot"); f;
	     f = element_after(f, "foot"))
		draw_text(p, f->text, false);
	draw_signs(p);
	end_page(p);
}

static void
tell(const struct printer *p, cairo_surface_t *surface)
{
	time_t at = (time_t)(p->e->what.created_us / 1000000);
	char date[32] = "";
	struct tm tm;

	if (gmtime_r(&at, &tm))
		(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	cairo_pdf_surface_set_metadata(
	    surface, CAIRO_PDF_METADATA_TITLE, arena_dup_span(p->arena, p->e->what.title));
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

enum status
export_sheet(struct export *e, enum ocr_reason *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct printer p = { .e = e, .arena = arena, .page = 1 };
	cairo_surface_t *surface;
	cairo_status_t bad;
	enum status st = element_unwire(e->plan, arena, &p.sheet, err);

	if (st == ST_OK)
		st = measure(&p, err);
	if (st != ST_OK) {
		*reason = OCR_REASON_DAMAGED;
		return st;
	}
	surface = cairo_pdf_surface_create_for_stream(take, e, PAGE_WIDTH, PAGE_HEIGHT);
	tell(&p, surface);
	p.cr = cairo_create(surface);
	draw(&p);
	cairo_destroy(p.cr);
	cairo_surface_finish(surface);
	bad = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (p.too_many)
		return fail(err, ST_TOO_LARGE, "over %u pages", e->what.limits.pages);
	return bad == CAIRO_STATUS_SUCCESS
	    ? ST_OK
	    : fail(err, ST_IO, "draw a sheet: %s", cairo_status_to_string(bad));
}
