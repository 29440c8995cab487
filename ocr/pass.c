/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pass.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base.h"

void
pass_map_box(const struct prepared *in, int left, int top, int right, int bottom, struct word *w)
{
	double cx = pixGetWidth(in->pix) / 2.0, cy = pixGetHeight(in->pix) / 2.0;
	double mx = (left + right) / 2.0 - cx, my = (top + bottom) / 2.0 - cy;
	double s = sin(-in->skew), c = cos(in->skew);

	/* The centre turns back; width and height stay, so that long words do not swell. */
	w->w = (uint32_t)lround((right - left) / in->scale);
	w->h = (uint32_t)lround((bottom - top) / in->scale);
	w->x = (int32_t)lround((c * mx - s * my + cx) / in->scale - w->w / 2.0);
	w->y = (int32_t)lround((s * mx + c * my + cy) / in->scale - w->h / 2.0);
}

struct box
pass_box_of(const struct prepared *in, const struct word *w)
{
	double cx = pixGetWidth(in->pix) / 2.0, cy = pixGetHeight(in->pix) / 2.0;
	double mx = (w->x + w->w / 2.0) * in->scale - cx, my = (w->y + w->h / 2.0) * in->scale - cy;
	double s = sin(in->skew), c = cos(in->skew);
	double x = c * mx - s * my + cx, y = s * mx + c * my + cy;

	return (struct box){
		.left = (int)lround(x - w->w * in->scale / 2),
		.right = (int)lround(x + w->w * in->scale / 2),
		.top = (int)lround(y - w->h * in->scale / 2),
		.bottom = (int)lround(y + w->h * in->scale / 2),
	};
}

struct box
pass_box_of_words(const struct prepared *in, const struct words *ws, size_t first, size_t end)
{
	struct box all = pass_box_of(in, &ws->word[first]);
	size_t i;

	for (i = first + 1; i < end; i++) {
		struct box b = pass_box_of(in, &ws->word[i]);

		all.left = b.left < all.left ? b.left : all.left;
		all.top = b.top < all.top ? b.top : all.top;
		all.right = b.right > all.right ? b.right : all.right;
		all.bottom = b.bottom > all.bottom ? b.bottom : all.bottom;
	}
	return all;
}

struct box
pass_clip(const struct prepared *in, struct box b)
{
	int w = pixGetWidth(in->pix), h = pixGetHeight(in->pix);

	b.left = b.left > 0 ? b.left : 0;
	b.top = b.top > 0 ? b.top : 0;
	b.right = b.right < w ? b.right : w;
	b.bottom = b.bottom < h ? b.bottom : h;
	return b;
}

/* ---- the page ---- */

static bool
is_line(char c)
{
	return c == '_' || c == '|';
}

static struct span
inside_lines(const char *text)
{
	struct span s = span_of(text);

	for (; s.n > 0 && is_line(s.p[0]); s.p++)
		s.n--;
	for (; s.n > 0 && is_line(s.p[s.n - 1]);)
		s.n--;
	return s;
}

static enum status
take_words(const struct prepared *in, TessResultIterator *ri, bool grid, struct words *ws,
    BOXA *boxes, struct err *err)
{
	const TessPageIterator *pi = TessResultIteratorGetPageIteratorConst(ri);
	uint8_t start = WORD_SAME_LINE; /* left by what was a line and no word */
	enum status st = ST_OK;
	size_t before;

	do {
		char *text = TessResultIteratorGetUTF8Text(ri, RIL_WORD);
		struct word w = { .start = start };
		int left, top, right, bottom;

		if (TessPageIteratorIsAtBeginningOf(pi, RIL_BLOCK))
			w.start = WORD_NEW_BLOCK;
		else if (start == WORD_SAME_LINE &&
		    TessPageIteratorIsAtBeginningOf(pi, RIL_TEXTLINE))
			w.start = WORD_NEW_LINE;
		start = w.start;
		before = ws->count;
		if (text != NULL &&
		    TessPageIteratorBoundingBox(pi, RIL_WORD, &left, &top, &right, &bottom)) {
			float confidence = TessResultIteratorConfidence(ri, RIL_WORD);

			w.confidence = confidence < 0 ? 0 : (uint8_t)lroundf(confidence);
			w.flags = word_level(w.confidence);
			pass_map_box(in, left, top, right, bottom, &w);
			(void)boxaAddBox(
			    boxes, boxCreate(left, top, right - left, bottom - top), L_INSERT);
			st = words_add(ws, grid ? inside_lines(text) : span_of(text), &w, err);
		}
		if (ws->count > before)
			start = WORD_SAME_LINE;
		TessDeleteText(text);
	} while (st == ST_OK && TessResultIteratorNext(ri, RIL_WORD));
	return st;
}

enum status
pass_in_time(int64_t deadline_us, struct err *err)
{
	return monotonic_us() < deadline_us
	    ? ST_OK
	    : fail(err, ST_TIMEOUT, "recognition ended by its deadline");
}

enum status
pass_read(const struct engine *e, const struct prepared *in, bool grid, int64_t deadline_us,
    struct words **out, BOXA **boxes, enum ocr_reason *reason, struct err *err)
{
	owned(words_freep) struct words *ws = words_new();
	int64_t left_ms = (deadline_us - monotonic_us()) / 1000;
	ETEXT_DESC *monitor = TessMonitorCreate();
	TessResultIterator *ri;
	enum status st = ST_OK, late;
	int rc;

	*boxes = boxaCreate(512);
	TessBaseAPISetImage2(e->handle, in->pix);
	TessBaseAPISetSourceResolution(e->handle, (int)in->dpi);
	TessMonitorSetDeadlineMSecs(monitor, left_ms > 1 ? (int)left_ms : 1);
	rc = TessBaseAPIRecognize(e->handle, monitor);
	TessMonitorDelete(monitor);
	ri = rc == 0 ? TessBaseAPIGetIterator(e->handle) : NULL;
	if (ri != NULL) {
		st = take_words(in, ri, grid, ws, *boxes, err);
		TessResultIteratorDelete(ri);
	}
	TessBaseAPIClear(e->handle);
	/* It also fails where there is no line to find; that is a page without words. */
	if ((late = pass_in_time(deadline_us, err)) != ST_OK) {
		*reason = OCR_REASON_WALL;
		st = late;
	} else if (st != ST_OK) {
		*reason = OCR_REASON_TOO_MUCH_OUTPUT;
	}
	if (st != ST_OK) {
		boxaDestroy(boxes);
		return st;
	}
	*out = ws;
	ws = NULL;
	return ST_OK;
}

/* ---- places ---- */

void
pass_begin(const struct engine *e, const struct prepared *in, TessPageSegMode mode)
{
	TessBaseAPISetPageSegMode(e->handle, mode);
	TessBaseAPISetImage2(e->handle, in->pix);
	TessBaseAPISetSourceResolution(e->handle, (int)in->dpi);
}

void
pass_end(const struct engine *e)
{
	TessBaseAPIClear(e->handle);
	TessBaseAPISetPageSegMode(e->handle, PSM_AUTO);
}

TessResultIterator *
pass_whole(const struct engine *e)
{
	return TessBaseAPIRecognize(e->handle, NULL) == 0 ? TessBaseAPIGetIterator(e->handle)
							  : NULL;
}

TessResultIterator *
pass_place(const struct engine *e, const struct box *b)
{
	TessBaseAPISetRectangle(e->handle, b->left, b->top, b->right - b->left, b->bottom - b->top);
	return pass_whole(e);
}

bool
pass_take(const struct prepared *in, TessResultIterator *ri, float least, struct piece *piece)
{
	const TessPageIterator *pi = TessResultIteratorGetPageIteratorConst(ri);
	char *text = TessResultIteratorGetUTF8Text(ri, RIL_WORD);
	float confidence = TessResultIteratorConfidence(ri, RIL_WORD);
	int left, top, right, bottom;
	bool taken = text != NULL && confidence >= least && strlen(text) < sizeof(piece->text) &&
	    TessPageIteratorBoundingBox(pi, RIL_WORD, &left, &top, &right, &bottom);

	if (taken) {
		memset(piece, 0, sizeof(*piece));
		(void)snprintf(piece->text, sizeof(piece->text), "%s", text);
		piece->word.confidence = (uint8_t)lroundf(confidence);
		piece->word.flags = word_level(piece->word.confidence);
		pass_map_box(in, left, top, right, bottom, &piece->word);
	}
	TessDeleteText(text);
	return taken;
}
