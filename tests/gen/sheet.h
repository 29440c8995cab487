/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_SHEET_H
#define GEN_SHEET_H
#include <pango/pangocairo.h>
#include <stdbool.h>

#include "document.h"
#include "strbuf.h"

/* Typeset pages: what to draw where, in points of an A4 sheet, and the text as a reader takes it. */

#define SHEET_WIDTH 595.276
#define SHEET_HEIGHT 841.890

enum mark_kind {
	MARK_LINE, /* of text; x, y: start of its baseline */
	MARK_RULE, /* from x, y to x + w, y + h */
	MARK_FRAME,
	MARK_SEAL,	/* round; x, y: centre, w: radius */
	MARK_SIGNATURE, /* ink in the box */
	MARK_STAMP,	/* a red word in a frame */
	MARK_CODE,	/* a bar code in the box */
	MARK_KIND_COUNT
};

struct mark {
	enum mark_kind kind;
	double x, y, w, h;
	PangoLayout *layout; /* owns line */
	PangoLayoutLine *line;
	const char *label, *label2; /* seal and stamp; borrowed from the document */
	uint64_t seed;
	const struct code *code; /* borrowed from the document */
};

struct sheet {
	struct mark *mark;
	size_t marks, alloc;
	bool blank;
	struct strbuf text; /* one line of text a line; cells parted by tabs */
};

struct sheets {
	struct sheet *sheet;
	size_t n, alloc;
};

/* A context that knows the Liberation fonts and nothing of the host's settings. */
PangoContext *type_context(void);
/* The document must outlive the sheets. */
void sheets_typeset(struct sheets *, PangoContext *, const struct document *);
void sheets_free(struct sheets *);
/* Draws in points; the caller scales.  No paper: that is white already. */
void sheet_draw(const struct sheet *, cairo_t *, PangoContext *);

/* For layout_*.c: a page being filled. */
struct setter {
	PangoContext *context;
	const struct document *document;
	struct sheets *sheets;
	double y;
	double left, right, top, bottom;
	double size; /* of the body, in points */
};

struct face {
	double size; /* relative to the body */
	bool bold, italic;
	PangoAlignment align;
};

struct sheet *setter_page(struct setter *);
/* Goes on overleaf; numbers the page from the second on (NĐ 30/2020 PL I I.6). */
void setter_turn(struct setter *);
/* Goes on overleaf unless h points are left. */
void setter_need(struct setter *, double h);
struct mark *setter_mark(struct setter *, enum mark_kind, double x, double y, double w, double h);
PangoLayout *setter_layout(struct setter *, const struct face *, const char *markup, double w);
/* Text in a box at x, y of width w, never broken over pages; returns the y below it. */
double setter_box(
    struct setter *, const struct face *, const char *markup, double x, double y, double w);
/* The same as a cell of a table: drawn, not told to the truth. */
double setter_cell(struct setter *, const struct face *, const char *markup, double x, double y,
    double w, bool draw);
void set_text(struct setter *, const struct block *);
void set_table(struct setter *, const struct block *);
void set_nation(struct setter *, const struct block *);
void set_title(struct setter *, const struct block *);
void set_addressees(struct setter *, const struct block *);
void set_foot(struct setter *, const struct block *);
void set_code(struct setter *, const struct block *);
void set_form_head(struct setter *, const struct block *);

#endif
