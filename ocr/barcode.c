/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zbar.h>

#include "bits.h"
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
	int wpl = pixGetWpl(grey), y;
	l_uint32 *line = malloc((size_t)wpl * sizeof(*line));

	if (line == NULL || !plane_make(p, pixGetWidth(grey), pixGetHeight(grey))) {
		free(line);
		return false;
	}
	for (y = 0; y < p->height; y++) {
		order_bytes(pixGetData(grey) + (size_t)y * (size_t)wpl, wpl, line);
		memcpy(p->byte + (size_t)y * (size_t)p->width, line, (size_t)p->width);
	}
	free(line);
	return true;
}

VECTORS static void
add_bytes(uint32_t *restrict sum, const unsigned char *restrict line, int n)
{
	int x;

	for (x = 0; x < n; x++)
		sum[x] += line[x];
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
			add_bytes(sum,
			    from->byte + ((size_t)y * (size_t)n + (size_t)k) * (size_t)from->width,
			    from->width);
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

/* ---- is there a square worth zbar's time ---- */

/*
 * The squares in three corners of a QR code, across and down: dark, light, dark, light, dark as
 * 1 1 3 1 1.  Two of them, and zbar looks at the page.  Dark is what lies below the middle between the
 * extremes of its surroundings.
 */
#define BLOCK 32    /* pixels; the surroundings are 3 x 3 of them */
#define CONTRAST 40 /* levels; less is paper */
#define LINE_STEP 2 /* the middle of a square has three modules, six pixels when all are read */
#define FINE 1.3    /* pixels of the smallest module that is worth it */
#define COARSE 1.8
#define SQUARES_MAX 64 /* on text some letters look like one; more than that is no help */

struct finder {
	const struct plane *plane;
	unsigned char *limit; /* of each block */
	int blocks;	      /* across */
	double least;
	struct {
		double x, y, module;
	} square[SQUARES_MAX];
	unsigned count;
};

static void
block_extremes(const struct plane *p, int bx, int by, unsigned char *low, unsigned char *high)
{
	int x, y, right = (bx + 1) * BLOCK, bottom = (by + 1) * BLOCK;

	*low = 255;
	*high = 0;
	for (y = by * BLOCK; y < bottom && y < p->height; y++) {
		const unsigned char *line = p->byte + (size_t)y * (size_t)p->width;

		for (x = bx * BLOCK; x < right && x < p->width; x++) {
			*low = line[x] < *low ? line[x] : *low;
			*high = line[x] > *high ? line[x] : *high;
		}
	}
}

/* From the extremes of a block and its neighbours. */
static unsigned char
block_limit(const unsigned char *low, const unsigned char *high, int wide, int tall, int bx, int by)
{
	unsigned char l = 255, h = 0;
	int x, y;

	for (y = by > 0 ? by - 1 : 0; y <= by + 1 && y < tall; y++)
		for (x = bx > 0 ? bx - 1 : 0; x <= bx + 1 && x < wide; x++) {
			l = low[y * wide + x] < l ? low[y * wide + x] : l;
			h = high[y * wide + x] > h ? high[y * wide + x] : h;
		}
	return h - l < CONTRAST ? 0 : (unsigned char)((h + l) / 2);
}

static bool
finder_open(struct finder *f, const struct plane *p)
{
	int wide = (p->width + BLOCK - 1) / BLOCK, tall = (p->height + BLOCK - 1) / BLOCK, x, y;
	unsigned char *all = calloc(3 * (size_t)wide, (size_t)tall), *low, *high;

	if (all == NULL)
		return false;
	low = all + (size_t)wide * (size_t)tall;
	high = low + (size_t)wide * (size_t)tall;
	for (y = 0; y < tall; y++)
		for (x = 0; x < wide; x++)
			block_extremes(p, x, y, &low[y * wide + x], &high[y * wide + x]);
	for (y = 0; y < tall; y++)
		for (x = 0; x < wide; x++)
			all[y * wide + x] = block_limit(low, high, wide, tall, x, y);
	f->plane = p;
	f->limit = all;
	f->blocks = wide;
	return true;
}

static bool
is_dark(const struct finder *f, int x, int y)
{
	return f->plane->byte[(size_t)y * (size_t)f->plane->width + (size_t)x] <
	    f->limit[y / BLOCK * f->blocks + x / BLOCK];
}

/* Five runs as 1 1 3 1 1; poor scans spread ink. */
static bool
fits(const int run[5], double *module)
{
	static const int want[] = { 1, 1, 3, 1, 1 };
	double off;
	int i;

	*module = (run[0] + run[1] + run[2] + run[3] + run[4]) / 7.0;
	for (i = 0; i < 5; i++) {
		off = run[i] - want[i] * *module;
		if (off > 0.75 * *module + 1 || off < -0.75 * *module - 1)
			return false;
	}
	return *module >= 1;
}

/* Pixels of one shade from (x, *y) on, down or up; *y is left behind them. */
static int
run_down(const struct finder *f, int x, int *y, int step, bool dark)
{
	int n = 0;

	for (; *y >= 0 && *y < f->plane->height && is_dark(f, x, *y) == dark; *y += step)
		n++;
	return n;
}

/* The same square down the page through its middle; *middle is its line. */
static bool
fits_down(const struct finder *f, int x, int y, double across, double *middle)
{
	int up = y, down = y + 1, run[5];
	double module;

	run[2] = run_down(f, x, &up, -1, true);
	run[1] = run_down(f, x, &up, -1, false);
	run[0] = run_down(f, x, &up, -1, true);
	run[2] += run_down(f, x, &down, 1, true);
	*middle = down - run[2] / 2.0;
	run[3] = run_down(f, x, &down, 1, false);
	run[4] = run_down(f, x, &down, 1, true);
	return fits(run, &module) && module < 1.7 * across && across < 1.7 * module;
}

static void
note_square(struct finder *f, double x, double y, double module)
{
	unsigned i;

	for (i = 0; i < f->count; i++)
		if (f->square[i].x - x < 4 * module && x - f->square[i].x < 4 * module &&
		    f->square[i].y - y < 4 * module && y - f->square[i].y < 4 * module)
			return;
	if (f->count == SQUARES_MAX)
		return;
	f->square[f->count].x = x;
	f->square[f->count].y = y;
	f->square[f->count++].module = module;
}

static void
look_along(struct finder *f, int y)
{
	int run[5] = { 0, 0, 0, 0, 0 }, x, from = 0, middle;
	bool dark = false, now;
	double module, line;

	for (x = 0; x <= f->plane->width; x++) {
		now = x < f->plane->width && is_dark(f, x, y);
		if (now == dark)
			continue;
		memmove(run, run + 1, 4 * sizeof(run[0]));
		run[4] = x - from;
		from = x;
		dark = now;
		middle = x - run[4] - run[3] - run[2] / 2 - 1;
		if (!now && run[0] > 0 && fits(run, &module) && module >= f->least &&
		    is_dark(f, middle, y) && fits_down(f, middle, y, module, &line))
			note_square(f, middle, line, module);
	}
}

/* Two of a size, as far from each other as the smallest and the largest code have them. */
static bool
are_pair(const struct finder *f, unsigned i, unsigned k)
{
	double m = (f->square[i].module + f->square[k].module) / 2;
	double x = f->square[i].x - f->square[k].x, y = f->square[i].y - f->square[k].y;
	double far = sqrt(x * x + y * y) / m;

	return f->square[i].module < 1.5 * f->square[k].module &&
	    f->square[k].module < 1.5 * f->square[i].module && far > 10 && far < 250;
}

/* least: pixels of a module; smaller ones are seen in a plane of more pixels, or are letters. */
static bool
finder_seen(const struct plane *plane, double least)
{
	struct finder f = { .least = least };
	unsigned i, k;
	bool seen = false;
	int y;

	if (!finder_open(&f, plane))
		return true;
	for (y = 0; y < plane->height; y += LINE_STEP)
		look_along(&f, y);
	for (i = 0; i < f.count && !seen; i++)
		for (k = i + 1; k < f.count && !seen; k++)
			seen = are_pair(&f, i, k);
	free(f.limit);
	return seen;
}

/* Large modules of a poor scan want fewer pixels, small ones more: two sizes, all pixels at last. */
static void
find_qr(struct page *p, PIX *grey, const struct plane *whole)
{
	PIX *fine = p->dpi < HALVE_DPI ? pixClone(grey) : pixScaleAreaMap2(grey);
	PIX *coarse = fine != NULL ? pixScaleAreaMap2(fine) : NULL;
	double scale = p->dpi < HALVE_DPI ? 1 : 2;
	const struct pass first = { true, false, QR_DENSITY, scale, scale };
	const struct pass second = { true, false, QR_DENSITY, 2 * scale, 2 * scale };
	const struct pass last = { true, false, QR_DENSITY, 1, 1 };
	uint32_t before = p->mark_count;
	struct plane large = { NULL, 0, 0 }, small = { NULL, 0, 0 };

	if (coarse != NULL && plane_of(fine, &large) && plane_of(coarse, &small) &&
	    (finder_seen(&large, FINE) || finder_seen(&small, COARSE))) {
		scan(p, &large, &first);
		scan(p, &small, &second);
		if (p->mark_count == before && scale > 1)
			scan(p, whole, &last);
	}
	free(large.byte);
	free(small.byte);
	pixDestroy(&fine);
	pixDestroy(&coarse);
}

void
barcode_find(struct page *p)
{
	struct plane plane = { NULL, 0, 0 };
	PIX *grey = image_deep(p->pix);

	if (grey != NULL && plane_of(grey, &plane)) {
		find_linear(p, &plane);
		find_qr(p, grey, &plane);
	}
	free(plane.byte);
	pixDestroy(&grey);
}
