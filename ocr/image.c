/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "reader.h"

#define SIDE_MAX 60000 /* pixels; 200 dpi of seven metres */
#define A4_LONG 11.69  /* inches */

static const l_uint8 *
bytes_of(struct span s)
{
	return (const l_uint8 *)s.p;
}

static uint32_t
little(const l_uint8 *p, unsigned n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* leptonica decodes BMP and GIF whole to learn their size, so the headers are read here. */
static bool
size_of_bmp(struct span s, int64_t *w, int64_t *h)
{
	if (s.n < 26)
		return false;
	*w = (int32_t)little(bytes_of(s) + 18, 4);
	*h = (int32_t)little(bytes_of(s) + 22, 4);
	*h = *h < 0 ? -*h : *h;
	return true;
}

static bool
size_of_gif(struct span s, int64_t *w, int64_t *h)
{
	if (s.n < 13)
		return false;
	*w = little(bytes_of(s) + 6, 2);
	*h = little(bytes_of(s) + 8, 2);
	return true;
}

static bool
size_of(struct span s, l_int32 *format, int64_t *w, int64_t *h)
{
	l_int32 width, height, bps, spp, map;

	if (findFileFormatBuffer(bytes_of(s), format) != 0)
		return false;
	if (*format == IFF_BMP)
		return size_of_bmp(s, w, h);
	if (*format == IFF_GIF)
		return size_of_gif(s, w, h);
	if (pixReadHeaderMem(bytes_of(s), s.n, format, &width, &height, &bps, &spp, &map) != 0)
		return false;
	*w = width;
	*h = height;
	return true;
}

static enum status
check_size(int64_t w, int64_t h, uint64_t pixels, enum ocr_reason *reason, struct err *err)
{
	if (w <= 0 || h <= 0) {
		*reason = OCR_REASON_DAMAGED;
		return fail(err, ST_CORRUPT, "image of %jd x %jd", (intmax_t)w, (intmax_t)h);
	}
	if (w > SIDE_MAX || h > SIDE_MAX || (uint64_t)w * (uint64_t)h > pixels) {
		*reason = OCR_REASON_TOO_MANY_PIXELS;
		return fail(
		    err, ST_TOO_LARGE, "image of %jd x %jd pixels", (intmax_t)w, (intmax_t)h);
	}
	return ST_OK;
}

static enum status
damaged(enum ocr_reason *reason, struct err *err, const char *what)
{
	*reason = OCR_REASON_DAMAGED;
	return fail(err, ST_CORRUPT, "%s cannot be decoded", what);
}

enum status
image_decode(
    struct span bytes, uint64_t pixels, struct picture *p, enum ocr_reason *reason, struct err *err)
{
	l_int32 format;
	int64_t w, h;
	enum status st;

	p->pix = p->look = NULL;
	if (bytes.n < 12 || !size_of(bytes, &format, &w, &h))
		return damaged(reason, err, "image header");
	if ((st = check_size(w, h, pixels, reason, err)) != ST_OK)
		return st;
	if (!p->whole && format == IFF_JFIF_JPEG && jpeg_split(bytes, p))
		return ST_OK;
	p->pix = image_normalise(pixReadMem(bytes_of(bytes), bytes.n));
	return p->pix != NULL ? ST_OK : damaged(reason, err, "image");
}

/* Puts next in the place of *pix. */
static void
replace(PIX **pix, PIX *next)
{
	pixDestroy(pix);
	*pix = next;
}

PIX *
image_normalise(PIX *pix)
{
	if (pix == NULL)
		return NULL;
	if (pixGetColormap(pix) != NULL)
		replace(&pix, pixRemoveColormap(pix, REMOVE_CMAP_BASED_ON_SRC));
	if (pix != NULL && pixGetDepth(pix) == 32 && pixGetSpp(pix) == 4)
		replace(&pix, pixAlphaBlendUniform(pix, 0xffffff00)); /* paper is white */
	if (pix == NULL)
		return NULL;
	switch (pixGetDepth(pix)) {
	case 1:
	case 8:
	case 32:
		break;
	case 24:
		replace(&pix, pixConvert24To32(pix));
		break;
	default:
		replace(&pix, pixConvertTo8(pix, 0));
		break;
	}
	return pix;
}

PIX *
image_deep(PIX *pix)
{
	return pixGetDepth(pix) == 1 ? pixConvert1To8(NULL, pix, 255, 0) : pixClone(pix);
}

PIX *
image_turned(PIX *pix, int quads)
{
	return quads == 0 ? pixClone(pix) : pixRotateOrth(pix, quads);
}

bool
image_turn(PIX **pix, int quads)
{
	PIX *turned = image_turned(*pix, quads);

	if (turned == NULL)
		return false;
	replace(pix, turned);
	return true;
}

uint32_t
image_dpi(const PIX *pix, uint32_t told)
{
	uint32_t longest =
	    (uint32_t)(pixGetWidth(pix) > pixGetHeight(pix) ? pixGetWidth(pix) : pixGetHeight(pix));
	double inches = told > 0 ? longest / (double)told : 0;
	uint32_t guess = (uint32_t)(longest / A4_LONG + 0.5);

	/* Cameras and web tools write 72 or 96 into anything: no sheet is that large or small. */
	if (told >= 60 && told <= 2400 && inches > 2.5 && inches < (told <= 100 ? 20.0 : 60.0))
		return told;
	return guess < 60 ? 60 : guess > 1200 ? 1200 : guess;
}

/* ---- image files as documents ---- */

struct image_state {
	bool tiff;
};

static enum status
tiff_page(struct job *job, struct page *p, enum ocr_reason *reason, struct err *err)
{
	l_int32 w, h, bps, spp, res, map, format;
	l_int32 n = (l_int32)p->number - 1;
	enum status st;

	if (readHeaderMemTiff(bytes_of(job->bytes), job->bytes.n, n, &w, &h, &bps, &spp, &res, &map,
		&format) != 0)
		return damaged(reason, err, "TIFF directory");
	if ((st = check_size(w, h, job->request.limits.pixels, reason, err)) != ST_OK)
		return st;
	p->pix = image_normalise(pixReadMemTiff(bytes_of(job->bytes), job->bytes.n, n));
	if (p->pix == NULL)
		return damaged(reason, err, "TIFF page");
	p->dpi = image_dpi(p->pix, (uint32_t)pixGetXRes(p->pix));
	return ST_OK;
}

static enum status
image_page(struct job *job, void *state, struct page *p, enum ocr_reason *reason, struct err *err)
{
	struct image_state *s = state;
	struct picture picture = { .whole = p->whole };
	enum status st;

	if (s->tiff)
		return tiff_page(job, p, reason, err);
	st = image_decode(job->bytes, job->request.limits.pixels, &picture, reason, err);
	if (st != ST_OK)
		return st;
	p->pix = picture.pix;
	p->look = picture.look;
	p->dpi = image_dpi(p->pix, (uint32_t)pixGetXRes(p->pix));
	return ST_OK;
}

static uint32_t
count_tiff(const struct job *job)
{
	l_int32 w, h, bps, spp, res, map, format;
	uint32_t n = 0;

	/* One more than allowed is enough to refuse. */
	while (n <= job->request.limits.pages &&
	    readHeaderMemTiff(bytes_of(job->bytes), job->bytes.n, (l_int32)n, &w, &h, &bps, &spp,
		&res, &map, &format) == 0)
		n++;
	return n;
}

enum status
image_open(struct job *job, struct source *source, enum ocr_reason *reason, struct err *err)
{
	struct image_state *s;
	l_int32 format;

	if (job->bytes.n < 12 || findFileFormatBuffer(bytes_of(job->bytes), &format) != 0)
		return damaged(reason, err, "image header");
	s = xcalloc(1, sizeof(*s));
	s->tiff = format == IFF_TIFF || (format >= IFF_TIFF_PACKBITS && format <= IFF_TIFF_ZIP) ||
	    format == IFF_TIFF_JPEG;
	source->state = s;
	source->page = image_page;
	source->close = free;
	source->pages = s->tiff ? count_tiff(job) : 1;
	if (source->pages == 0)
		return damaged(reason, err, "TIFF");
	return ST_OK;
}
