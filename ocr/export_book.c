/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <cairo-pdf.h>
#include <cairo.h>
#include <stdlib.h>
#include <string.h>

#include "element.h"

/*
 * records.md 75: a dossier as one PDF.  The plan is elements: <book> with <line>s of the cover, then a
 * <part title="..."> a file: a PDF at offset and length of the document, or, for what is no PDF, its
 * text, set here.  Pages come in the order of the parts, with an outline.
 */
#define WIDTH 595.28 /* A4, points */
#define HEIGHT 841.89
#define MARGIN 56.0
#define SIZE 11.0
#define LEADING 15.5
#define PARTS_MAX 20000

struct part {
	const struct element *said;
	qpdf_data pdf;	  /* of its own, or NULL: pages of the set text */
	int first, count; /* of the set text */
	int at;		  /* its first page in the book */
};

struct book {
	struct export *e;
	struct strbuf set; /* cover and texts as a PDF */
	cairo_surface_t *surface;
	cairo_t *cr;
	double y;
	int pages; /* of the set text, so far */
	qpdf_data text;
	struct part *part;
	size_t count;
	int cover;
};

/* --- setting text ------------------------------------------------------------------------------ */

static cairo_status_t
keep_bytes(void *payload, const unsigned char *bytes, unsigned n)
{
	strbuf_add(payload, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

static void
begin_page(struct book *b)
{
	if (b->pages > 0)
		cairo_show_page(b->cr);
	b->pages++;
	b->y = MARGIN + SIZE;
}

static void
set_line(struct book *b, const char *line)
{
	if (b->y > HEIGHT - MARGIN)
		begin_page(b);
	cairo_move_to(b->cr, MARGIN, b->y);
	cairo_show_text(b->cr, line);
	b->y += LEADING;
}

static bool
fits(struct book *b, const char *text)
{
	cairo_text_extents_t x;

	cairo_text_extents(b->cr, text, &x);
	return x.x_advance <= WIDTH - 2 * MARGIN;
}

/* Breaks at spaces; a word that is too long by itself stands out over the margin. */
static void
set_paragraph(struct book *b, struct span text)
{
	owned(strbuf_free) struct strbuf line = STRBUF_INIT;

	while (text.p) {
		struct span word = span_cut(&text, ' ');
		size_t before = line.len;

		strbuf_addf(&line, "%s%.*s", line.len ? " " : "", SPAN_ARG(word));
		if (before == 0 || fits(b, line.buf))
			continue;
		strbuf_truncate(&line, before);
		set_line(b, line.buf);
		strbuf_reset(&line);
		strbuf_add_span(&line, word);
	}
	set_line(b, line.buf);
}

static void
choose_font(struct book *b, bool bold, double size)
{
	cairo_select_font_face(b->cr, "serif", CAIRO_FONT_SLANT_NORMAL,
	    bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(b->cr, size);
}

static void
set_text(struct book *b, const char *text)
{
	struct span rest = span_of(text);

	while (rest.p && b->pages < 100000)
		set_paragraph(b, span_cut(&rest, '\n'));
}

static void
set_cover(struct book *b, const struct element *plan)
{
	begin_page(b);
	choose_font(b, true, 15);
	set_paragraph(b, span_of(element_get(plan, "title")));
	b->y += LEADING;
	choose_font(b, false, SIZE);
	for (const struct element *l = element_child(plan, "line"); l; l = element_after(l, "line"))
		set_paragraph(b, span_of(l->text ? l->text : ""));
	b->cover = b->pages;
}

static void
set_part(struct book *b, struct part *p)
{
	p->first = b->pages;
	begin_page(b);
	choose_font(b, true, 12);
	set_paragraph(b, span_of(element_get(p->said, "title")));
	b->y += LEADING / 2;
	choose_font(b, false, SIZE);
	set_text(b, p->said->text);
	p->count = b->pages - p->first;
}

/* --- the book ---------------------------------------------------------------------------------- */

static enum status
read_book(struct book *b, const struct element *plan, struct arena *arena, struct err *err)
{
	size_t n = 0;

	if (!element_get(plan, "title"))
		return fail(err, ST_CORRUPT, "a book without title");
	for (const struct element *p = element_child(plan, "part"); p; p = element_after(p, "part"))
		n++;
	if (n > PARTS_MAX)
		return fail(err, ST_TOO_LARGE, "%zu files in one PDF", n);
	b->part = arena_array(arena, n + 1, sizeof(*b->part));
	for (const struct element *p = element_child(plan, "part"); p; p = element_after(p, "part"))
		if (element_get(p, "title"))
			b->part[b->count++].said = p;
	return ST_OK;
}

static enum status
set_all(struct book *b, const struct element *plan, struct err *err)
{
	cairo_status_t rc;

	b->surface = cairo_pdf_surface_create_for_stream(keep_bytes, &b->set, WIDTH, HEIGHT);
	b->cr = cairo_create(b->surface);
	set_cover(b, plan);
	for (size_t i = 0; i < b->count; i++)
		if (!element_get(b->part[i].said, "length"))
			set_part(b, &b->part[i]);
	cairo_show_page(b->cr);
	rc = cairo_status(b->cr);
	cairo_destroy(b->cr);
	cairo_surface_finish(b->surface);
	cairo_surface_destroy(b->surface);
	return rc == CAIRO_STATUS_SUCCESS
	    ? ST_OK
	    : fail(err, ST_REFUSED, "text cannot be set: %s", cairo_status_to_string(rc));
}

static enum status
open_pdf(struct span bytes, qpdf_data *out, struct err *err)
{
	qpdf_data q = qpdf_init();

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	*out = q;
	if ((qpdf_read_memory(q, "part", bytes.p, bytes.n, NULL) & QPDF_ERRORS) ||
	    (qpdf_push_inherited_attributes_to_page(q) & QPDF_ERRORS))
		return fail(err, ST_CORRUPT, "a part of the book is no PDF");
	return ST_OK;
}

static enum status
open_part(struct book *b, struct part *p, struct err *err)
{
	int64_t offset = element_number(p->said, "offset", -1);
	int64_t length = element_number(p->said, "length", -1);
	struct span all = b->e->job.bytes;

	if (length < 0)
		return ST_OK;
	if (offset < 0 || (uint64_t)offset > all.n || (uint64_t)length > all.n - (uint64_t)offset)
		return fail(err, ST_CORRUPT, "a part beyond the end");
	return open_pdf(span_make(all.p + offset, (size_t)length), &p->pdf, err);
}

static enum status
add_pages(qpdf_data q, qpdf_data from, int first, int count, struct err *err)
{
	for (int i = first; i < first + count; i++)
		if (qpdf_add_page(q, from, qpdf_get_page_n(from, (size_t)i), QPDF_FALSE) &
		    QPDF_ERRORS)
			return fail(err, ST_CORRUPT, "a page cannot be copied");
	return ST_OK;
}

static enum status
join(struct book *b, qpdf_data q, struct err *err)
{
	enum status st = add_pages(q, b->text, 0, b->cover, err);

	for (size_t i = 0; st == ST_OK && i < b->count; i++) {
		struct part *p = &b->part[i];

		p->at = qpdf_get_num_pages(q);
		st = p->pdf ? add_pages(q, p->pdf, 0, qpdf_get_num_pages(p->pdf), err)
			    : add_pages(q, b->text, p->first, p->count, err);
	}
	return st;
}

static void
add_outline(struct book *b, qpdf_data q)
{
	qpdf_oh root = qpdf_get_root(q), before = 0;
	qpdf_oh outlines = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q));

	for (size_t i = 0; i < b->count; i++) {
		qpdf_oh item = qpdf_make_indirect_object(q, qpdf_oh_new_dictionary(q));
		qpdf_oh place = qpdf_oh_new_array(q);

		if (b->part[i].at >= qpdf_get_num_pages(q))
			break;
		qpdf_oh_append_item(q, place, qpdf_get_page_n(q, (size_t)b->part[i].at));
		qpdf_oh_append_item(q, place, qpdf_oh_new_name(q, "/Fit"));
		qpdf_oh_replace_key(q, item, "/Title",
		    qpdf_oh_new_unicode_string(q, element_get(b->part[i].said, "title")));
		qpdf_oh_replace_key(q, item, "/Parent", outlines);
		qpdf_oh_replace_key(q, item, "/Dest", place);
		qpdf_oh_replace_key(
		    q, i == 0 ? outlines : before, i == 0 ? "/First" : "/Next", item);
		if (i > 0)
			qpdf_oh_replace_key(q, item, "/Prev", before);
		qpdf_oh_replace_key(q, outlines, "/Last", item);
		before = item;
	}
	qpdf_oh_replace_key(q, outlines, "/Type", qpdf_oh_new_name(q, "/Outlines"));
	qpdf_oh_replace_key(q, outlines, "/Count", qpdf_oh_new_integer(q, (long long)b->count));
	if (b->count)
		qpdf_oh_replace_key(q, root, "/Outlines", outlines);
}

static enum status
bind(struct book *b, enum ocr_reason *reason, struct err *err)
{
	qpdf_data q = qpdf_init();
	enum status st = open_pdf(strbuf_span(&b->set), &b->text, err);

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (st == ST_OK && (qpdf_empty_pdf(q) & QPDF_ERRORS))
		st = fail(err, ST_REFUSED, "no new document");
	for (size_t i = 0; st == ST_OK && i < b->count; i++)
		st = open_part(b, &b->part[i], err);
	if (st == ST_OK)
		st = join(b, q, err);
	if (st == ST_OK) {
		add_outline(b, q);
		st = export_write(b->e, q, reason, err);
	}
	qpdf_cleanup(&q);
	for (size_t i = 0; i < b->count; i++)
		if (b->part[i].pdf)
			qpdf_cleanup(&b->part[i].pdf);
	if (b->text)
		qpdf_cleanup(&b->text);
	return st;
}

enum status
export_book(struct export *e, enum ocr_reason *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct book b = { .e = e, .set = STRBUF_INIT };
	const struct element *plan;
	enum status st = element_unwire(e->plan, arena, &plan, err);

	*reason = OCR_REASON_DAMAGED;
	if (st == ST_OK)
		st = read_book(&b, plan, arena, err);
	if (st == ST_OK)
		st = set_all(&b, plan, err);
	if (st == ST_OK)
		st = bind(&b, reason, err);
	strbuf_free(&b.set);
	return st;
}
