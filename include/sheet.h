/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHEET_H
#define SHEET_H
#include "conf.h"
#include "element.h"

/*
 * A table to be printed and signed (mục lục, biên bản), as elements: <sheet title> with <line>s over the
 * table, <column width>s (parts of a hundred) with their headings, <row>s of <cell>s, <line>s under the table
 * as <foot>, and who signs below it as <sign>.  Written as a page of HTML here; as PDF by the sandboxed
 * reader (OCR_EXPORT_SHEET), which alone has fonts.
 */
#define SHEET_COLUMNS_MAX	12

#ifdef __cplusplus
extern "C" {
#endif

struct element	*sheet_new(struct arena *, const char *title);
void		 sheet_line(struct arena *, struct element *sheet, const char *text);
void		 sheet_column(struct arena *, struct element *sheet, const char *heading, int width);
struct element	*sheet_row(struct arena *, struct element *sheet);
/* text NULL: an empty cell. */
void		 sheet_cell(struct arena *, struct element *row, const char *text);
void		 sheet_foot(struct arena *, struct element *sheet, const char *text);
void		 sheet_sign(struct arena *, struct element *sheet, const char *who);
/* A4 that prints from a browser. */
void		 sheet_html(const struct element *sheet, struct strbuf *out);
/*
 * The PDF into out, by the program (ocr_client_program); created_us is told as its date.  As
 * ocr_export_run.
 */
MUST_CHECK enum status
		 sheet_pdf(const char *program, const struct conf *, const struct element *sheet,
		    int64_t created_us, int out, struct err *);

#ifdef __cplusplus
}
#endif
#endif
