/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "reader.h"
#include "scale.h"

#define LONG_SIDE 2000	       /* architecture D4 */
#define LONG_SIDE_BILEVEL 4000 /* thin strokes do not survive reduction, and G4-like PNG is small */
#define LOOK_DPI 150	       /* at least: letters of stamps are read in it */
#define JPEG_QUALITY 75
#define COLOUR_SHARE 0.0002 /* of the pixels: less is scanner noise */

static PIX *
fit(PIX *pix, l_int32 side)
{
	l_int32 w = pixGetWidth(pix), h = pixGetHeight(pix);
	double scale = (double)side / (w > h ? w : h);

	if (scale >= 1)
		return pixClone(pix);
	if (pixGetDepth(pix) == 1)
		return pixReduceRankBinary2(pix, 2, NULL);
	return scale_reduce(pix, scale); /* sharpening costs and JPEG undoes it */
}

/* Grey scans often come as RGB: a third of the bytes for the same picture. */
static PIX *
without_idle_colour(PIX *pix)
{
	l_float32 measured, coloured;

	if (pixColorFraction(pix, 20, 244, 30, 4, &measured, &coloured) == 0 &&
	    measured * coloured < COLOUR_SHARE)
		return pixConvertRGBToLuminance(pix);
	return pixClone(pix);
}

double
page_look_scale(l_int32 w, l_int32 h, uint32_t dpi)
{
	return fmin(fmax((double)LONG_SIDE / (w > h ? w : h), (double)LOOK_DPI / dpi), 1);
}

/* false: no memory. */
static bool
drop_idle_colour(PIX **look)
{
	PIX *grey = pixGetDepth(*look) == 32 ? without_idle_colour(*look) : pixClone(*look);

	if (grey == NULL)
		return false;
	pixDestroy(look);
	*look = grey;
	return true;
}

bool
page_split(struct page *p)
{
	l_int32 w = pixGetWidth(p->pix), h = pixGetHeight(p->pix);
	PIX *look, *red;

	if (pixGetDepth(p->pix) != 32)
		return p->look == NULL || drop_idle_colour(&p->look);
	look = scale_reduce(p->pix, page_look_scale(w, h, p->dpi));
	red =
	    look != NULL && drop_idle_colour(&look) ? pixGetRGBComponent(p->pix, COLOR_RED) : NULL;
	if (red == NULL) {
		pixDestroy(&look);
		return false;
	}
	pixDestroy(&p->pix);
	p->pix = red;
	p->look = look;
	return true;
}

static void
keep(struct page *p, PIX *pix, const char *mime, l_uint8 *data, size_t size)
{
	if (data == NULL)
		return; /* the words stand without a picture */
	strbuf_add(&p->image, data, size);
	p->image_mime = mime;
	p->image_width = (uint32_t)pixGetWidth(pix);
	p->image_height = (uint32_t)pixGetHeight(pix);
	lept_free(data);
}

void
page_display(struct page *p)
{
	PIX *from = p->look != NULL ? p->look : p->pix, *final;
	l_uint8 *data = NULL;
	size_t size = 0;

	if (from == NULL)
		return;
	final = fit(from, pixGetDepth(from) == 1 ? LONG_SIDE_BILEVEL : LONG_SIDE);
	if (final != NULL && pixGetDepth(final) == 1) {
		if (pixWriteMemPng(&data, &size, final, 0) == 0)
			keep(p, final, "image/png", data, size);
	} else if (final != NULL && pixWriteMemJpeg(&data, &size, final, JPEG_QUALITY, 0) == 0) {
		keep(p, final, "image/jpeg", data, size);
	}
	pixDestroy(&final);
}
