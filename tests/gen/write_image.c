/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Page images as files of their own: one JPEG, JPEG 2000 or PNG, or a TIFF of many pages. */
#include <stdio.h>
#include <stdlib.h>

#include "output.h"

#define JP2_SNR 45 /* near lossless */

static enum status
image_write(const char *path, const l_uint8 *data, size_t n, int failed, struct err *err)
{
	if (failed)
		return fail(err, ST_INTERNAL, "encode %s: leptonica refused", path);
	return file_write(path, data, n, err);
}

enum status
write_jpeg(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	l_uint8 *data = NULL;
	size_t n = 0;
	int failed = pixWriteMemJpeg(&data, &n, pix[0], order->state->quality, 0);
	enum status st = image_write(path, data, n, failed, err);

	(void)format;
	(void)d;
	(void)sheets;
	(void)context;
	free(data);
	return st;
}

enum status
write_png(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	l_uint8 *data = NULL;
	size_t n = 0;
	int failed = pixWriteMemPng(&data, &n, pix[0], 0);
	enum status st = image_write(path, data, n, failed, err);

	(void)format;
	(void)order;
	(void)d;
	(void)sheets;
	(void)context;
	free(data);
	return st;
}

/* Bits become grey: JPEG 2000 has none. */
enum status
write_jp2(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	PIX *deep = pixGetDepth(pix[0]) == 1 ? pixConvertTo8(pix[0], 0) : pixClone(pix[0]);
	l_uint8 *data = NULL;
	size_t n = 0;
	int failed = deep == NULL || pixWriteMemJp2k(&data, &n, deep, JP2_SNR, 0, 0, 0);
	enum status st = image_write(path, data, n, failed, err);

	(void)format;
	(void)order;
	(void)d;
	(void)sheets;
	(void)context;
	pixDestroy(&deep);
	free(data);
	return st;
}

enum status
write_tiff(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	size_t i;

	(void)format;
	(void)order;
	(void)d;
	(void)context;
	for (i = 0; i < sheets->n; i++)
		if (pixWriteTiff(path, pix[i],
			pixGetDepth(pix[i]) == 1 ? IFF_TIFF_G4 : IFF_TIFF_LZW,
			i == 0 ? "w" : "a") != 0)
			return fail(
			    err, ST_IO, "write %s: page %zu refused by libtiff", path, i + 1);
	return ST_OK;
}
