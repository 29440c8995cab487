/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo.h>
#include <math.h>
#include <poppler.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "pdf.h"

#define LAYOUT_MAX 2000000 /* characters of a page: more is a bomb */
#define JUMP_WORD 0.5	   /* of a character's size: wider than any space within a word */
#define JUMP_CELL 2.0	   /* a column goes on elsewhere */
#define JUMP_LINE 0.75	   /* lower or higher than an index stands */

struct pdf_render {
	PopplerDocument *document;
	uint32_t pages;
};

/* poppler complains on stderr with pieces of the document: nobody may read that. */
static void
ignore_log(const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

/* A page with text in one of the fonts that PDF files need not carry, and one that has them all. */
static const char warm_pdf[] =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 50]/Contents 4 0 R/Resources<</Font<<"
    "/F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    "/G<</Type/Font/Subtype/TrueType/BaseFont/TimesNewRoman>>>>>>>>endobj\n"
    "4 0 obj<</Length 58>>stream\nBT /F 12 Tf 9 20 Td (Tang) Tj /G 12 Tf 60 0 Td (Thu) Tj ET  \n"
    "endstream endobj\ntrailer<</Root 1 0 R>>\n";

void
pdf_render_warm(void)
{
	struct pdf_render *r = NULL;
	enum ocr_reason reason;
	struct words *ws = NULL;
	PIX *pix = NULL;

	(void)g_log_set_default_handler(ignore_log, NULL);
	if (pdf_render_open(&r, span_make(warm_pdf, sizeof(warm_pdf) - 1), &reason, NULL) != ST_OK)
		return; /* the first document will do it */
	(void)!pdf_render_text(r, 1, 72, 100, &ws, NULL);
	(void)!pdf_render_page(r, 1, 72, 1000000, &pix, &reason, NULL);
	words_free(ws);
	pixDestroy(&pix);
	pdf_render_close(r);
}

enum status
pdf_render_open(
    struct pdf_render **out, struct span bytes, enum ocr_reason *reason, struct err *err)
{
	GBytes *view = g_bytes_new_static(bytes.p, bytes.n);
	struct pdf_render *r;
	GError *error = NULL;
	PopplerDocument *document = poppler_document_new_from_bytes(view, NULL, &error);
	bool locked =
	    error != NULL && g_error_matches(error, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);

	*out = NULL;
	g_bytes_unref(view);
	g_clear_error(&error);
	if (document == NULL) {
		*reason = locked ? OCR_REASON_ENCRYPTED : OCR_REASON_DAMAGED;
		return fail(err, locked ? ST_REFUSED : ST_CORRUPT, "poppler cannot open the PDF");
	}
	r = xcalloc(1, sizeof(*r));
	r->document = document;
	r->pages = (uint32_t)poppler_document_get_n_pages(document);
	*out = r;
	return ST_OK;
}

void
pdf_render_close(struct pdf_render *r)
{
	if (r == NULL)
		return;
	g_object_unref(r->document);
	free(r);
}

uint32_t
pdf_render_pages(const struct pdf_render *r)
{
	return r->pages;
}

static enum status
open_page(struct pdf_render *r, uint32_t n, PopplerPage **page, struct err *err)
{
	*page = n <= r->pages ? poppler_document_get_page(r->document, (int)n - 1) : NULL;
	return *page != NULL ? ST_OK : fail(err, ST_CORRUPT, "poppler finds no page %u", n);
}

enum status
pdf_render_size(struct pdf_render *r, uint32_t n, double *width, double *height, struct err *err)
{
	PopplerPage *page;
	enum status st;

	if ((st = open_page(r, n, &page, err)) != ST_OK)
		return st;
	poppler_page_get_size(page, width, height);
	g_object_unref(page);
	if (!(*width > 0) || !(*height > 0))
		return fail(err, ST_CORRUPT, "PDF page %u has no size", n);
	return ST_OK;
}

/* ---- text ---- */

/* Bounding box of the characters of a word so far, in points from the top left. */
struct extent {
	double left, top, right, bottom;
	bool any;
};

static void
extent_add(struct extent *e, const PopplerRectangle *r)
{
	double left = fmin(r->x1, r->x2), right = fmax(r->x1, r->x2);
	double top = fmin(r->y1, r->y2), bottom = fmax(r->y1, r->y2);

	e->left = e->any ? fmin(e->left, left) : left;
	e->top = e->any ? fmin(e->top, top) : top;
	e->right = e->any ? fmax(e->right, right) : right;
	e->bottom = e->any ? fmax(e->bottom, bottom) : bottom;
	e->any = true;
}

/* The longer side of a character: its height, whichever way it is turned. */
static double
size_of(const PopplerRectangle *r)
{
	return fmax(fabs(r->x2 - r->x1), fabs(r->y2 - r->y1));
}

/*
 * poppler puts nothing between the cells of a table that stand in one row ("15/QĐ-SDLHải Phòng"):
 * a character far from the one before it begins a word, one on another line a line as well.
 */
static bool
jumps(const PopplerRectangle *before, const PopplerRectangle *now, enum word_break *start)
{
	double size = fmax(size_of(before), size_of(now));
	double gap = fmin(now->x1, now->x2) - fmax(before->x1, before->x2);
	double apart = fabs(now->y1 + now->y2 - before->y1 - before->y2) / 2;

	*start = apart > JUMP_LINE * size || fabs(gap) > JUMP_CELL * size ? WORD_NEW_LINE
									  : WORD_SAME_LINE;
	return *start == WORD_NEW_LINE || gap > JUMP_WORD * size;
}

/* Whatever a file says: a box of a size that words.h takes. */
static int32_t
pixels_of(double points, uint32_t dpi)
{
	double v = points * dpi / 72;

	return v > -WORDS_SIDE_MAX && v < WORDS_SIDE_MAX ? (int32_t)lround(v) : 0;
}

static enum status
flush_word(struct words *ws, struct span text, const struct extent *e, uint32_t dpi,
    enum word_break start, uint8_t confidence, struct err *err)
{
	struct word w = { .start = (uint8_t)start, .confidence = confidence };

	if (text.n == 0)
		return ST_OK;
	if (e->any) {
		w.x = pixels_of(e->left, dpi);
		w.y = pixels_of(e->top, dpi);
		w.w = (uint32_t)(pixels_of(e->right, dpi) - w.x);
		w.h = (uint32_t)(pixels_of(e->bottom, dpi) - w.y);
	}
	return words_add(ws, text, &w, err);
}

/* A line that begins far below the one before it begins a block. */
static enum word_break
break_before(const PopplerRectangle *now, const struct extent *before)
{
	double height = before->bottom - before->top, top = fmin(now->y1, now->y2);

	if (!before->any || top < before->top - height || top > before->bottom + 0.9 * height)
		return WORD_NEW_BLOCK;
	return WORD_NEW_LINE;
}

static enum status
split_words(const char *text, const PopplerRectangle *rects, guint n, uint32_t dpi,
    uint8_t confidence, struct words *ws, struct err *err)
{
	enum word_break start = WORD_NEW_BLOCK, next;
	struct extent word = { 0 }, line = { 0 };
	const char *from = text, *p = text;
	enum status st = ST_OK;
	gunichar c;
	guint i;

	for (i = 0; i < n && *p != '\0' && st == ST_OK; i++, p = g_utf8_next_char(p)) {
		c = g_utf8_get_char(p);
		if (!g_unichar_isspace(c)) {
			if (from < p && jumps(&rects[i - 1], &rects[i], &next)) {
				st = flush_word(ws, span_make(from, (size_t)(p - from)), &word, dpi,
				    start, confidence, err);
				line = word;
				start = next;
				from = p;
			}
			if (from == p && start != WORD_SAME_LINE)
				start = break_before(&rects[i], &line);
			if (from == p)
				word.any = false;
			extent_add(&word, &rects[i]);
			continue;
		}
		st = flush_word(
		    ws, span_make(from, (size_t)(p - from)), &word, dpi, start, confidence, err);
		if (p > from) {
			line = word;
			start = WORD_SAME_LINE;
		}
		if (c == '\n')
			start = WORD_NEW_LINE;
		from = g_utf8_next_char(p);
	}
	if (st == ST_OK && p > from)
		st = flush_word(
		    ws, span_make(from, (size_t)(p - from)), &word, dpi, start, confidence, err);
	return st;
}

enum status
pdf_render_text(struct pdf_render *r, uint32_t n, uint32_t dpi, uint8_t confidence,
    struct words **out, struct err *err)
{
	PopplerRectangle *rects = NULL;
	PopplerPage *page;
	enum status st;
	guint count = 0;
	char *text;

	*out = NULL;
	if ((st = open_page(r, n, &page, err)) != ST_OK)
		return st;
	text = poppler_page_get_text(page);
	*out = words_new();
	if (text != NULL && text[0] != '\0' && strlen(text) < LAYOUT_MAX &&
	    poppler_page_get_text_layout(page, &rects, &count))
		st = split_words(text, rects, count, dpi, confidence, *out, err);
	g_free(rects);
	g_free(text);
	g_object_unref(page);
	if (st != ST_OK)
		words_freep(out);
	return st;
}

/* ".VnTimeH", "ABCDEF+.VnArialH": the family of TCVN3, its capitals. */
static bool
font_of_capitals(const char *name)
{
	const char *family = name ? strstr(name, ".Vn") : NULL;

	return family && (family == name || family[-1] == '+') && name[strlen(name) - 1] == 'H';
}

/* Flags by word: the words of a text begin where split_words has them begin. */
static void
mark_capitals(const char *text, const PopplerRectangle *rects, guint n, const GList *fonts,
    const struct words *ws, bool *capital)
{
	enum word_break start;
	const GList *at = fonts;
	bool inside = false;
	size_t word = 0;
	gint i = 0;

	for (const char *p = text; *p != '\0' && word <= ws->count && (guint)i < n;
	     p = g_utf8_next_char(p), i++) {
		const PopplerTextAttributes *font;

		if (g_unichar_isspace(g_utf8_get_char(p))) {
			inside = false;
			continue;
		}
		if (inside && !jumps(&rects[i - 1], &rects[i], &start))
			continue;
		inside = true;
		while (at && ((const PopplerTextAttributes *)at->data)->end_index < i)
			at = at->next;
		font = at ? at->data : NULL;
		if (word < ws->count && font && font->start_index <= i)
			capital[word] = font_of_capitals(font->font_name);
		word++;
	}
}

enum status
pdf_render_capitals(
    struct pdf_render *r, uint32_t n, const struct words *ws, bool *capital, struct err *err)
{
	PopplerRectangle *rects = NULL;
	PopplerPage *page;
	guint count = 0;
	GList *fonts;
	char *text;
	enum status st = open_page(r, n, &page, err);

	if (st != ST_OK)
		return st;
	text = poppler_page_get_text(page);
	fonts = poppler_page_get_text_attributes(page);
	if (text && poppler_page_get_text_layout(page, &rects, &count))
		mark_capitals(text, rects, count, fonts, ws, capital);
	g_free(rects);
	poppler_page_free_text_attributes(fonts);
	g_free(text);
	g_object_unref(page);
	return ST_OK;
}

/* ---- pixels ---- */

static PIX *
pix_of(cairo_surface_t *surface)
{
	int w = cairo_image_surface_get_width(surface), h = cairo_image_surface_get_height(surface);
	int stride = cairo_image_surface_get_stride(surface), x, y;
	const unsigned char *data = cairo_image_surface_get_data(surface);
	PIX *pix = pixCreate(w, h, 32);

	for (y = 0; pix != NULL && y < h; y++) {
		const uint32_t *from = (const void *)(data + (ptrdiff_t)y * stride);
		l_uint32 *to = pixGetData(pix) + (ptrdiff_t)y * pixGetWpl(pix);

		for (x = 0; x < w; x++)
			to[x] = from[x] << 8; /* xRGB to RGBx */
	}
	return pix;
}

static PIX *
draw(PopplerPage *page, int w, int h, double scale)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
	cairo_t *cr = cairo_create(surface);
	PIX *pix = NULL;

	if (cairo_status(cr) == CAIRO_STATUS_SUCCESS) {
		cairo_set_source_rgb(cr, 1, 1, 1);
		cairo_paint(cr);
		cairo_scale(cr, scale, scale);
		poppler_page_render(page, cr);
		cairo_surface_flush(surface);
		pix = pix_of(surface);
	}
	cairo_destroy(cr);
	cairo_surface_destroy(surface);
	return pix;
}

enum status
pdf_render_page(struct pdf_render *r, uint32_t n, uint32_t dpi, uint64_t pixels, PIX **pix,
    enum ocr_reason *reason, struct err *err)
{
	double width = 0, height = 0, scale = dpi / 72.0;
	PopplerPage *page;
	enum status st;

	*pix = NULL;
	if ((st = open_page(r, n, &page, err)) != ST_OK)
		return st;
	poppler_page_get_size(page, &width, &height);
	width = ceil(width * scale);
	height = ceil(height * scale);
	/* cairo takes 32767 a side. */
	if (!(width >= 1) || !(height >= 1) || width > 32767 || height > 32767 ||
	    width * height > (double)pixels) {
		*reason = OCR_REASON_TOO_MANY_PIXELS;
		st = fail(
		    err, ST_TOO_LARGE, "page of %.0f x %.0f pixels at %u dpi", width, height, dpi);
	} else if ((*pix = draw(page, (int)width, (int)height, scale)) == NULL) {
		*reason = OCR_REASON_MEMORY;
		st = fail(err, ST_REFUSED, "no memory to render the page");
	}
	g_object_unref(page);
	return st;
}
