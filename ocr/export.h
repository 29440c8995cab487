/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXPORT_H
#define EXPORT_H
#include <qpdf/qpdf-c.h>

#include "ocr_export.h"
#include "reader.h"
#include "words.h"

/* Inside tangthu-ocr --export: one request, its document and plan mapped, and where bytes go. */

struct export
{
	struct job job; /* request limits, bytes; no reader */
	struct ocr_export what;
	struct span plan;
	struct ocr_export_page *page;
	size_t page_count;
	int out;
	struct strbuf pending;
	uint64_t sent;
};

/* export.c: serves the request on OCR_WIRE_FD; exit status. */
int export_main(void);
/* Bytes of the result; ends the process when nobody takes them or they are too many. */
void export_put(struct export *, const void *, size_t);
/*
 * The words of plan page i as they were read, before a person's turn of the page: text runs the way
 * it was read.  NULL when the page has text of its own.
 */
enum status export_words(const struct export *, size_t i, struct words **, struct err *);

/* export_cut.c, export_overlay.c: libqpdf. */
enum status export_cut(struct export *, enum ocr_reason *, struct err *);
enum status export_searchable(struct export *, enum ocr_reason *, struct err *);
/* export_archive.c: our own writer; ST_BUSY: needs the fonts. */
enum status export_archive(struct export *, bool text, enum ocr_reason *, struct err *);
/* export_book.c */
enum status export_book(struct export *, enum ocr_reason *, struct err *);
/* export_sheet.c */
enum status export_sheet(struct export *, enum ocr_reason *, struct err *);
/* pdf_signature.c */
enum status export_signatures(struct export *, enum ocr_reason *, struct err *);

/*
 * export_cut.c: a new document of the plan's pages, and nothing that belongs to others: pages,
 * resources, forms and annotations keep what is known to be theirs (lists in the source) and what
 * their content names.  The caller ends *cut with qpdf_cleanup; it borrows from source until then.
 */
enum status export_cut_pages(
    struct export *, qpdf_data source, qpdf_data *cut, enum ocr_reason *, struct err *);
/* Opens the request's document.  ST_REFUSED, ST_CORRUPT with *reason. */
enum status export_open(struct export *, qpdf_data *, enum ocr_reason *, struct err *);
/* Writes a document out, object streams and all; ends it. */
enum status export_write(struct export *, qpdf_data, enum ocr_reason *, struct err *);

/*
 * export_text.c: the words as invisible text (ISO 32000-1 9.3.6, mode 3) in a font named /TtInv:
 * operators for a page whose visible box and total turn (clockwise, 0 .. 270, how it is displayed)
 * are given, in points.
 */
struct export_box {
	double left, bottom, right, top;
};
void export_text(
    const struct words *, const struct export_box *, unsigned turn, struct strbuf *out);
/*
 * The same of one line, its baseline beginning at x, y, in letters of height size; whoever writes the
 * content has put it in place.
 */
void export_text_line(
    struct span, double x, double y, double size, double width, struct strbuf *out);
/* Operator cm: from the page as it is displayed to its own space; its size then. */
void export_place(
    const struct export_box *, unsigned turn, double *width, double *height, struct strbuf *out);

/*
 * export_mark.c: marks on copies, in strokes: no font is asked for, so that they never fail.  Capitals;
 * what the strokes lack is left blank.
 */
bool export_is_marked(const struct export *);
/* Operators for a page, to follow what it shows; font /TtInv. */
void export_mark_page(
    const struct export *, const struct export_box *, unsigned turn, struct strbuf *out);
/* OCR_EXPORT_IMAGE */
enum status export_image(struct export *, enum ocr_reason *, struct err *);
/* export_overlay.c: on every page of a document of the plan's pages. */
enum status export_mark_pages(struct export *, qpdf_data, struct err *);
/* The font of export_text: one empty glyph of half an em for every code; a TrueType file of our own. */
void export_font_file(struct strbuf *out);
void export_font_cid_map(struct strbuf *out);	 /* CIDToGIDMap: all to glyph 1 */
void export_font_to_unicode(struct strbuf *out); /* codes are UTF-16 */
/* An sRGB profile (ICC.1:2001, matrix and tone curve), for the output intent. */
void export_srgb_profile(struct strbuf *out);

#endif
