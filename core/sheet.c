/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base.h"
#include "ocr_export.h"

/* --- making --- */

struct element *
sheet_new(struct arena *arena, const char *title)
{
	struct element *sheet = element_add(arena, NULL, "sheet");

	element_set(arena, sheet, "title", title);
	return sheet;
}

void
sheet_line(struct arena *arena, struct element *sheet, const char *text)
{
	(void)element_put(arena, sheet, "line", text);
}

void
sheet_column(struct arena *arena, struct element *sheet, const char *heading, int width)
{
	element_set_int(arena, element_put(arena, sheet, "column", heading), "width", width);
}

struct element *
sheet_row(struct arena *arena, struct element *sheet)
{
	return element_add(arena, sheet, "row");
}

void
sheet_cell(struct arena *arena, struct element *row, const char *text)
{
	(void)element_put(arena, row, "cell", text ? text : "");
}

void
sheet_foot(struct arena *arena, struct element *sheet, const char *text)
{
	(void)element_put(arena, sheet, "foot", text);
}

void
sheet_sign(struct arena *arena, struct element *sheet, const char *who)
{
	(void)element_put(arena, sheet, "sign", who);
}

/* --- HTML --- */

static void
add_text(struct strbuf *out, const char *before, const char *text, const char *after)
{
	strbuf_add_str(out, before);
	for (const char *s = text ? text : ""; *s; s++) {
		if (*s == '&')
			strbuf_add_str(out, "&amp;");
		else if (*s == '<')
			strbuf_add_str(out, "&lt;");
		else if (*s == '>')
			strbuf_add_str(out, "&gt;");
		else if (*s == '"')
			strbuf_add_str(out, "&quot;");
		else
			strbuf_add_char(out, *s);
	}
	strbuf_add_str(out, after);
}

static void
add_all(const struct element *parent, const char *name, const char *before, const char *after,
    struct strbuf *out)
{
	for (const struct element *e = element_child(parent, name); e; e = element_after(e, name))
		add_text(out, before, e->text, after);
}

void
sheet_html(const struct element *sheet, struct strbuf *out)
{
	add_text(out, "<!doctype html>\n<html lang=\"vi\"><meta charset=\"utf-8\"><title>",
	    element_get(sheet, "title"), "</title>\n");
	strbuf_add_str(out,
	    "<style>@page{size:A4;margin:20mm}body{font:13pt/1.3 'Times New Roman',serif}"
	    "h1{font-size:14pt;text-align:center}table{border-collapse:collapse;width:100%}"
	    "th,td{border:1px solid;padding:2mm;vertical-align:top}thead{display:table-header-group}"
	    "tr{break-inside:avoid}.sign{display:flex;justify-content:space-around;margin-top:10mm;"
	    "min-height:35mm;font-weight:bold}</style>\n");
	add_text(out, "<h1>", element_get(sheet, "title"), "</h1>\n");
	add_all(sheet, "line", "<p>", "</p>\n", out);
	strbuf_add_str(out, "<table><thead><tr>");
	add_all(sheet, "column", "<th>", "", out);
	strbuf_add_str(out, "</thead>\n");
	for (const struct element *row = element_child(sheet, "row"); row;
	     row = element_after(row, "row")) {
		strbuf_add_str(out, "<tr>");
		add_all(row, "cell", "<td>", "", out);
		strbuf_add_char(out, '\n');
	}
	strbuf_add_str(out, "</table>\n");
	add_all(sheet, "foot", "<p>", "</p>\n", out);
	if (element_child(sheet, "sign")) {
		strbuf_add_str(out, "<div class=\"sign\">");
		add_all(sheet, "sign", "<span>", "</span>", out);
		strbuf_add_str(out, "</div>\n");
	}
	strbuf_add_str(out, "</html>\n");
}

/* --- PDF --- */

enum status
sheet_pdf(const char *program, const struct conf *conf, const struct element *sheet,
    int64_t created_us, int out, struct err *err)
{
	struct ocr_export what = { .kind = OCR_EXPORT_SHEET,
		.mime = SPAN("application/pdf"),
		.title = span_of(element_get(sheet, "title")),
		.created_us = created_us };
	owned(strbuf_free) struct strbuf wire = STRBUF_INIT;
	owned(fd_closep) int plan = memfd_create("sheet", MFD_CLOEXEC);
	enum status st;

	if (plan == -1)
		return fail_sys(err, "memfd_create");
	element_wire(sheet, &wire);
	st = write_all(plan, wire.buf, wire.len, err);
	/* There is no document: the plan stands for it. */
	return st == ST_OK ? ocr_export_run(program, conf, &what, plan, plan, out, err) : st;
}
