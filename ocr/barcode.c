/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#include "reader.h"

/*
 * Bar codes of the page by zbar: QR, Code 128 and Code 39 only (reader.md section 7: other
 * symbologies find nothing more that is true, and one code that is not).
 *
 * Linear codes are looked for in means over bands of a millimetre, across and down the page: an
 * eighth of the pixels, and noise that breaks a bar in each single line of a fax is evened out
 * (27 characters in 67 mm at 200 dpi, 1 bit: never read line by line, always from bands).  QR codes
 * are looked for at 150 to 200 dpi in every second line.
 */
#define BAND 200 /* a band is dpi * 8 / this many lines */
#define BAND_LINES 8
#define HALVE_DPI 280 /* from here on QR is looked for at half the resolution */
#define QR_DENSITY 2  /* lines; every third one lost 5 of 20 small codes on faxes */
#define LENGTH_MIN 3  /* characters of a linear code: shorter ones are hatching */

static const struct {
	zbar_symbol_type_t type;
	enum ocr_mark_kind kind;
} symbologies[] = {
	{ ZBAR_QRCODE, OCR_MARK_QR },
	{ ZBAR_CODE128, OCR_MARK_CODE128 },
	{ ZBAR_CODE39, OCR_MARK_CODE39 },
};
#define SYMBOLOGIES (sizeof(symbologies) / sizeof(symbologies[0]))

/* One byte a pixel, no padding: what zbar takes. */
struct plane {
	unsigned char *byte;
	int width, height;
};

/* A way of looking: what a pixel of the plane is on the page, and which lines are scanned. */
struct pass {
	bool qr;
	bool down;	  /* the plane is transposed */
	int density;	  /* of lines */
	double along, up; /* pixels of the page a pixel of the plane, and a line of it */
};

static bool
plane_make(struct plane *p, int width, int height)
{
	p->width = width;
	p->height = height;
	p->byte = width > 0 && height > 0 ? malloc((size_t)width * (size_t)height) : NULL;
	return p->byte != NULL;
}

static bool
plane_of(PIX *grey, struct plane *p)
{
	PIX *ordered = pixEndianByteSwapNew(grey); /* bytes from left to right on any machine */
	const l_uint32 *line;
	int y;

	if (ordered == NULL || !plane_make(p, pixGetWidth(grey), pixGetHeight(grey))) {
		pixDestroy(&ordered);
		return false;
	}
	line = pixGetData(ordered);
	for (y = 0; y < p->height; y++, line += pixGetWpl(ordered))
		memcpy(p->byte + (size_t)y * (size_t)p->width, line, (size_t)p->width);
	pixDestroy(&ordered);
	return true;
}

/* Means of lines y .. y + n - 1 of the plane, line by line of the result. */
static bool
bands_across(const struct plane *from, int n, struct plane *to)
{
	uint32_t *sum = calloc((size_t)from->width, sizeof(*sum));
	int x, y, k;

	if (sum == NULL || !plane_make(to, from->width, from->height / n)) {
		free(sum);
		return false;
	}
	for (y = 0; y < to->height; y++) {
		memset(sum, 0, (size_t)from->width * sizeof(*sum));
		for (k = 0; k < n; k++)
			for (x = 0; x < from->width; x++)
				sum[x] += from->byte[((size_t)y * (size_t)n + (size_t)k) *
					(size_t)from->width +
				    (size_t)x];
		for (x = 0; x < from->width; x++)
			to->byte[(size_t)y * (size_t)from->width + (size_t)x] =
			    (unsigned char)(sum[x] / (unsigned)n);
	}
	free(sum);
	return true;
}

/* The same of columns, transposed: a column band becomes a line. */
static bool
bands_down(const struct plane *from, int n, struct plane *to)
{
	int x, y, k;

	if (!plane_make(to, from->height, from->width / n))
		return false;
	for (y = 0; y < from->height; y++)
		for (x = 0; x < to->height; x++) {
			const unsigned char *p =
			    from->byte + (size_t)y * (size_t)from->width + (size_t)x * (size_t)n;
			unsigned sum = 0;

			for (k = 0; k < n; k++)
				sum += p[k];
			to->byte[(size_t)x * (size_t)to->width + (size_t)y] =
			    (unsigned char)(sum / (unsigned)n);
		}
	return true;
}

static zbar_image_scanner_t *
scanner_new(const struct pass *pass)
{
	zbar_image_scanner_t *s = zbar_image_scanner_create();
	size_t i;

	if (s == NULL)
		return NULL;
	(void)zbar_image_scanner_set_config(s, ZBAR_NONE, ZBAR_CFG_ENABLE, 0);
	for (i = 0; i < SYMBOLOGIES; i++)
		if ((symbologies[i].type == ZBAR_QRCODE) == pass->qr)
			(void)zbar_image_scanner_set_config(
			    s, symbologies[i].type, ZBAR_CFG_ENABLE, 1);
	/* As bytes: the conversion by iconv(3) would want files. */
	(void)zbar_image_scanner_set_config(s, ZBAR_QRCODE, ZBAR_CFG_BINARY, 1);
	(void)zbar_image_scanner_set_config(
	    s, ZBAR_NONE, ZBAR_CFG_X_DENSITY, pass->qr ? pass->density : 0);
	(void)zbar_image_scanner_set_config(s, ZBAR_NONE, ZBAR_CFG_Y_DENSITY, pass->density);
	return s;
}

/* Around the points where the code was crossed, in pixels of the page. */
static BOX *
symbol_box(const zbar_symbol_t *symbol, const struct pass *pass)
{
	int left = INT_MAX, top = INT_MAX, right = INT_MIN, bottom = INT_MIN;
	unsigned i, n = zbar_symbol_get_loc_size(symbol);
	int x, y, w, h;

	for (i = 0; i < n; i++) {
		x = zbar_symbol_get_loc_x(symbol, i);
		y = zbar_symbol_get_loc_y(symbol, i);
		left = x < left ? x : left;
		right = x > right ? x : right;
		top = y < top ? y : top;
		bottom = y > bottom ? y : bottom;
	}
	if (n == 0)
		return boxCreate(0, 0, 0, 0);
	x = (int)(left * pass->along);
	y = (int)(top * pass->up);
	w = (int)((right - left + 1) * pass->along);
	h = (int)((bottom - top + 1) * pass->up);
	return pass->down ? boxCreate(y, x, h, w) : boxCreate(x, y, w, h);
}

static bool
known(const struct page *p, enum ocr_mark_kind kind, struct span text)
{
	uint32_t i;

	for (i = 0; i < p->mark_count; i++)
		if (p->mark[i].kind == kind && span_equal(p->mark[i].text, text))
			return true;
	return false;
}

static void
take_symbol(struct page *p, const zbar_symbol_t *symbol, const struct pass *pass)
{
	zbar_symbol_type_t type = zbar_symbol_get_type(symbol);
	struct span text =
	    span_make(zbar_symbol_get_data(symbol), zbar_symbol_get_data_length(symbol));
	BOX *box;
	size_t i;

	for (i = 0; i < SYMBOLOGIES && symbologies[i].type != type; i++)
		;
	if (i == SYMBOLOGIES || text.n < (pass->qr ? 1 : LENGTH_MIN) ||
	    known(p, symbologies[i].kind, span_trim(text)))
		return;
	if ((box = symbol_box(symbol, pass)) == NULL)
		return;
	page_mark(p, symbologies[i].kind, box, 100, text);
	boxDestroy(&box);
}

static void
scan(struct page *p, const struct plane *plane, const struct pass *pass)
{
	zbar_image_scanner_t *scanner = scanner_new(pass);
	zbar_image_t *image = zbar_image_create();
	const zbar_symbol_t *symbol;

	if (scanner != NULL && image != NULL) {
		zbar_image_set_format(image, zbar_fourcc('Y', '8', '0', '0'));
		zbar_image_set_size(image, (unsigned)plane->width, (unsigned)plane->height);
		zbar_image_set_data(image, plane->byte,
		    (unsigned long)plane->width * (unsigned long)plane->height, NULL);
		if (zbar_scan_image(scanner, image) > 0)
			for (symbol = zbar_image_first_symbol(image); symbol != NULL;
			     symbol = zbar_symbol_next(symbol))
				take_symbol(p, symbol, pass);
	}
	zbar_image_destroy(image);
	zbar_image_scanner_destroy(scanner);
}

static void
find_linear(struct page *p, const struct plane *plane)
{
	int n = p->dpi > 0 ? (int)(p->dpi * BAND_LINES / BAND) : BAND_LINES;
	struct pass across = { false, false, 1, 1, n > 0 ? n : 1 };
	struct pass down = across;
	struct plane bands;

	n = (int)across.up;
	down.down = true;
	if (bands_across(plane, n, &bands)) {
		scan(p, &bands, &across);
		free(bands.byte);
	}
	if (bands_down(plane, n, &bands)) {
		scan(p, &bands, &down);
		free(bands.byte);
	}
}

static void
find_qr_at(struct page *p, PIX *grey, double reduced)
{
	const struct pass pass = { true, false, QR_DENSITY, reduced, reduced };
	struct plane plane;

	if (grey != NULL && plane_of(grey, &plane)) {
		scan(p, &plane, &pass);
		free(plane.byte);
	}
}

/* Large modules of a poor scan want fewer pixels, small ones all: two sizes. */
static void
find_qr(struct page *p, PIX *grey)
{
	PIX *half = pixScaleAreaMap2(grey), *quarter = NULL;

	if (p->dpi < HALVE_DPI) {
		find_qr_at(p, grey, 1);
		find_qr_at(p, half, 2);
	} else if (half != NULL) {
		quarter = pixScaleAreaMap2(half);
		find_qr_at(p, half, 2);
		find_qr_at(p, quarter, 4);
	}
	pixDestroy(&half);
	pixDestroy(&quarter);
}

void
barcode_find(struct page *p)
{
	struct plane plane = { NULL, 0, 0 };
	PIX *grey =
	    pixGetDepth(p->pix) == 1 ? pixConvert1To8(NULL, p->pix, 255, 0) : pixClone(p->pix);

	if (grey != NULL && plane_of(grey, &plane)) {
		find_linear(p, &plane);
		find_qr(p, grey);
	}
	free(plane.byte);
	pixDestroy(&grey);
}
