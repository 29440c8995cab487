/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents that were never paper: a PDF with its text, plain text, HTML. */
#include <cairo-pdf.h>
#include <stdio.h>

#include "output.h"

static cairo_status_t
collect(void *closure, const unsigned char *data, unsigned int n)
{
	strbuf_add(closure, data, n);
	return CAIRO_STATUS_SUCCESS;
}

enum status
write_pdf_text(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	cairo_surface_t *surface;
	cairo_status_t status;
	char *date;
	cairo_t *cr;
	size_t i;

	(void)format;
	(void)order;
	(void)pix;
	surface = cairo_pdf_surface_create_for_stream(collect, &out, SHEET_WIDTH, SHEET_HEIGHT);
	/* Without these two cairo would write the time of day. */
	date = g_strdup_printf("%sT08:00:00Z", d->date);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, date);
	g_free(date);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, d->subject);
	cr = cairo_create(surface);
	for (i = 0; i < sheets->n; i++) {
		sheet_draw(&sheets->sheet[i], cr, context);
		cairo_show_page(cr);
	}
	cairo_destroy(cr);
	cairo_surface_finish(surface);
	status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (status != CAIRO_STATUS_SUCCESS)
		return fail(err, ST_INTERNAL, "write %s: %s", path, cairo_status_to_string(status));
	return file_write(path, out.buf, out.len, err);
}

enum status
write_text(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	size_t i;

	(void)format;
	(void)order;
	(void)d;
	(void)pix;
	(void)context;
	for (i = 0; i < sheets->n; i++) {
		if (i > 0)
			strbuf_add_char(&out, '\f');
		strbuf_add(&out, sheets->sheet[i].text.buf, sheets->sheet[i].text.len);
	}
	return file_write(path, out.buf, out.len, err);
}

static void
html_escape(struct strbuf *out, const char *text)
{
	char *escaped = g_markup_escape_text(text, -1);

	strbuf_add_str(out, escaped);
	g_free(escaped);
}

enum status
write_html(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	char *text, *line, *rest;
	size_t i;

	(void)format;
	(void)order;
	(void)pix;
	(void)context;
	strbuf_addf(&out,
	    "<!DOCTYPE html>\n<html lang=\"%.2s\">\n<head>\n<meta charset=\"utf-8\">\n<title>",
	    d->language);
	html_escape(&out, d->subject);
	strbuf_add_str(&out, "</title>\n<style>p { margin: 0 }</style>\n</head>\n<body>\n");
	for (i = 0; i < sheets->n; i++) {
		strbuf_add_str(&out, "<section>\n");
		for (rest = text = xstrdup(sheets->sheet[i].text.buf);
		     (line = strsep(&rest, "\n")) != NULL;) {
			strbuf_add_str(&out, "<p>");
			html_escape(&out, line);
			strbuf_add_str(&out, "</p>\n");
		}
		free(text);
		strbuf_add_str(&out, "</section>\n");
	}
	strbuf_add_str(&out, "</body>\n</html>\n");
	return file_write(path, out.buf, out.len, err);
}
