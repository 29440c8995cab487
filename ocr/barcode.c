/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
#include <stdlib.h>
#include <zbar.h>

#include "plane.h"
#include "reader.h"

/*
 * Bar codes of the page by zbar: QR, Code 128 and Code 39 only (reader.md section 7: other
 * symbologies find nothing more that is true, and one code that is not).
 *
 * Linear codes are looked for in means over bands of a millimetre, across and down the page: an
 * eighth of the pixels, and noise that breaks a bar in each single line of a fax is evened out
 * (27 characters in 67 mm at 200 dpi, 1 bit: never read line by line, always from bands).  QR codes
 * are looked for at 150 to 200 dpi in every second line.  zbar sees only what may be a code (bars_next(),
 * squares_find()): a page of text has next to nothing of it.
 */
#define BAND 200 /* a band is dpi * 8 / this many lines */
#define BAND_LINES 8
#define HALVE_DPI 280 /* from here on QR is looked for at half the resolution */
#define QR_DENSITY 2  /* lines; every third one lost 5 of 20 small codes on faxes */
#define LAST_MAX 1200 /* pixels a side that are looked at most closely: larger codes need it not */
#define FINE 1.3   /* pixels of the smallest module worth it: smaller ones are seen in a plane of */
#define COARSE 1.8 /* more pixels, or are letters */
#define LENGTH_MIN 3 /* characters of a linear code: shorter ones are hatching */

static const struct {
	zbar_symbol_type_t type;
	enum ocr_mark_kind kind;
} symbologies[] = {
	{ ZBAR_QRCODE, OCR_MARK_QR },
	{ ZBAR_CODE128, OCR_MARK_CODE128 },
	{ ZBAR_CODE39, OCR_MARK_CODE39 },
};
#define SYMBOLOGIES (sizeof(symbologies) / sizeof(symbologies[0]))

/* A way of looking: what a pixel of the plane is on the page, and which lines are scanned. */
struct pass {
	bool qr;
	bool down;	  /* the plane is transposed */
	int density;	  /* of lines */
	double along, up; /* pixels of the page a pixel of the plane, and a line of it */
	int x, y;	  /* of the plane's first pixel, in its pixels */
};

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
	x = (int)((left + pass->x) * pass->along);
	y = (int)((top + pass->y) * pass->up);
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

/* ---- linear codes ---- */

/* Only the lines that may cross one. */
static void
scan_bands(struct page *p, const struct plane *bands, struct pass pass)
{
	struct plane some;

	for (pass.y = 0; bars_next(bands, &pass.y, &some.height); pass.y += some.height) {
		some.width = bands->width;
		some.byte = bands->byte + (size_t)pass.y * (size_t)bands->width;
		scan(p, &some, &pass);
	}
}

static int
band_lines(uint32_t dpi)
{
	int n = (int)(dpi * BAND_LINES / BAND + PLANE_BAND_STEP / 2) / PLANE_BAND_STEP;

	n = n < 1 ? 1 : n > PLANE_BAND_MAX / PLANE_BAND_STEP ? PLANE_BAND_MAX / PLANE_BAND_STEP : n;
	return n * PLANE_BAND_STEP;
}

static void
find_linear(struct page *p, const struct plane *plane)
{
	int n = band_lines(p->dpi);
	struct pass pass = { .density = 1, .along = 1, .up = n };
	struct plane bands;

	if (plane_bands_across(plane, n, &bands))
		scan_bands(p, &bands, pass);
	plane_free(&bands);
	pass.down = true;
	if (plane_bands_down(plane, n, &bands))
		scan_bands(p, &bands, pass);
	plane_free(&bands);
}

/* ---- QR codes ---- */

/* The part of a plane that has scale pixels of the page a pixel; area is in pixels of the page. */
static void
scan_area(struct page *p, const struct plane *plane, const struct area *area, int scale)
{
	const struct area part = { area->x / scale, area->y / scale, area->w / scale,
		area->h / scale };
	const struct pass pass = { true, false, QR_DENSITY, scale, scale, part.x, part.y };
	struct plane cut;

	if (plane_cut(plane, part, &cut))
		scan(p, &cut, &pass);
	plane_free(&cut);
}

/* With two pixels for one. */
static void
scan_doubled(struct page *p, const struct plane *plane, const struct area *area)
{
	const struct pass pass = { true, false, QR_DENSITY, 0.5, 0.5, 2 * area->x, 2 * area->y };
	struct plane cut, doubled;

	if (!plane_cut(plane, *area, &cut))
		return;
	if (plane_double(&cut, &doubled))
		scan(p, &doubled, &pass);
	plane_free(&doubled);
	plane_free(&cut);
}

/* The page in two sizes. */
struct sizes {
	const struct plane *whole, *fine, *coarse;
	int scale; /* pixels of whole a pixel of fine; coarse has half as many */
};

/* Of an area in a plane of scale pixels of the page a pixel, and one in its half: both, on the page. */
static struct area
both(const struct area *fine, const struct area *coarse, int scale)
{
	struct area a = { fine->x * scale, fine->y * scale, fine->w * scale, fine->h * scale };
	struct area b = { coarse->x * 2 * scale, coarse->y * 2 * scale, coarse->w * 2 * scale,
		coarse->h * 2 * scale };

	return a.w == 0 ? b : b.w == 0 ? a : area_join(&a, &b);
}

/*
 * Large modules of a poor scan want fewer pixels, small ones more: two sizes, and where nothing was read
 * all pixels, or more than all.
 */
static void
look_for(struct page *p, const struct sizes *s)
{
	struct area fine = squares_find(s->fine, FINE), coarse = squares_find(s->coarse, COARSE);
	struct area area = both(&fine, &coarse, s->scale);
	uint32_t before = p->mark_count;

	if (area.w == 0)
		return;
	scan_area(p, s->fine, &area, s->scale);
	scan_area(p, s->coarse, &area, 2 * s->scale);
	if (p->mark_count > before || area.w > LAST_MAX || area.h > LAST_MAX)
		return;
	if (s->scale > 1)
		scan_area(p, s->whole, &area, 1);
	else
		scan_doubled(p, s->whole, &area);
}

static void
find_qr(struct page *p, const struct plane *whole)
{
	struct plane half, quarter;

	if (plane_halve(whole, &half)) {
		if (p->dpi < HALVE_DPI)
			look_for(p, &(struct sizes){ whole, whole, &half, 1 });
		else if (plane_halve(&half, &quarter)) {
			look_for(p, &(struct sizes){ whole, &half, &quarter, 2 });
			plane_free(&quarter);
		}
	}
	plane_free(&half);
}

void
barcode_find(struct page *p)
{
	struct plane plane = { NULL, 0, 0 };
	PIX *grey = image_deep(p->pix);

	if (grey != NULL && plane_of(grey, &plane)) {
		find_linear(p, &plane);
		find_qr(p, &plane);
	}
	plane_free(&plane);
	pixDestroy(&grey);
}
