/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qr.h"

#include <qrencode.h>

#include "span.h"

#define SIDE_MM 110.0 /* of the code on the sheet, with its quiet zone */
#define LEFT_MM 50.0
#define TOP_MM 30.0
#define LETTERS 64 /* of a line below */

static void
add_code(const QRcode *code, struct strbuf *svg)
{
	double module = SIDE_MM / (code->width + 8);

	strbuf_add_str(svg, "<path fill=\"#000\" d=\"");
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				strbuf_addf(svg, "M%.3f %.3fh%.3fv%.3fh-%.3fz",
				    LEFT_MM + (x + 4) * module, TOP_MM + (y + 4) * module, module,
				    module, module);
	strbuf_add_str(svg, "\"/>\n");
}

static void
add_escaped(struct span text, struct strbuf *svg)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '&')
			strbuf_add_str(svg, "&amp;");
		else if (text.p[i] == '<')
			strbuf_add_str(svg, "&lt;");
		else
			strbuf_add_char(svg, text.p[i]);
	}
}

/* A line is cut where it would leave the sheet; never inside a character. */
static struct span
cut_letters(struct span *line)
{
	size_t n = 0;

	for (int letters = 0; n < line->n && letters < LETTERS; letters++)
		do
			n++;
		while (n < line->n && ((unsigned char)line->p[n] & 0xc0) == 0x80);
	*line = span_make(line->p + n, line->n - n);
	return span_make(line->p - n, n);
}

static void
add_text(const char *text, struct strbuf *svg)
{
	struct span rest = span_of(text);
	double y = TOP_MM + SIDE_MM + 10;

	while (rest.n > 0) {
		struct span line = span_cut(&rest, '\n');

		do {
			strbuf_addf(svg, "<text x=\"20\" y=\"%.1f\">", y);
			add_escaped(cut_letters(&line), svg);
			strbuf_add_str(svg, "</text>\n");
			y += 5;
		} while (line.n > 0);
	}
}

enum status
qr_sheet(const char *text, struct strbuf *svg, struct err *err)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

	if (!code)
		return errno == ERANGE
		    ? fail(err, ST_TOO_LARGE, "%zu bytes are too many for a QR code", strlen(text))
		    : fail_sys(err, "make a QR code");
	strbuf_add_str(svg,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\""
	    " viewBox=\"0 0 210 297\" font-family=\"monospace\" font-size=\"4\">\n"
	    "<rect width=\"210\" height=\"297\" fill=\"#fff\"/>\n"
	    "<text x=\"20\" y=\"20\" font-size=\"6\">Tàng Thư: bản ký nhật ký / log checkpoint"
	    "</text>\n");
	add_code(code, svg);
	add_text(text, svg);
	strbuf_add_str(svg, "</svg>\n");
	QRcode_free(code);
	return ST_OK;
}
