/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLUR_MAX 12

void
raster_draw(struct raster *r, const struct sheet *sheet, PangoContext *context, int dpi,
    double degrees, int mirrored)
{
	double scale = dpi / 72.0;
	int w = (int)(SHEET_WIDTH * scale + 0.5), h = (int)(SHEET_HEIGHT * scale + 0.5);
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, w, h);
	cairo_t *cr = cairo_create(surface);
	const unsigned char *from;
	int x, y, stride;

	cairo_set_source_rgb(cr, 1, 1, 1);
	cairo_paint(cr);
	cairo_translate(cr, w / 2.0, h / 2.0);
	cairo_rotate(cr, degrees * M_PI / 180);
	cairo_scale(cr, mirrored ? -scale : scale, scale);
	cairo_translate(cr, -SHEET_WIDTH / 2, -SHEET_HEIGHT / 2);
	sheet_draw(sheet, cr, context);
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	r->width = w;
	r->height = h;
	r->dpi = dpi;
	r->rgb = xmalloc((size_t)w * (size_t)h * 3);
	from = cairo_image_surface_get_data(surface);
	stride = cairo_image_surface_get_stride(surface);
	for (y = 0; y < h; y++)
		for (x = 0; x < w; x++) {
			uint32_t pixel;
			unsigned char *to = r->rgb + 3 * ((size_t)y * (size_t)w + (size_t)x);

			memcpy(&pixel, from + (size_t)y * (size_t)stride + 4 * (size_t)x, 4);
			to[0] = (unsigned char)(pixel >> 16);
			to[1] = (unsigned char)(pixel >> 8);
			to[2] = (unsigned char)pixel;
		}
	cairo_surface_destroy(surface);
}

void
raster_free(struct raster *r)
{
	free(r->rgb);
	r->rgb = NULL;
}

/* One run of n pixels, step bytes apart, three channels; line holds n + 2 * radius pixels. */
static void
blur_run(
    unsigned char *at, size_t n, size_t step, const int *weight, int radius, unsigned char *line)
{
	size_t i, c;
	int k;

	for (i = 0; i < n + 2 * (size_t)radius; i++) {
		size_t from = i < (size_t)radius ? 0 : i - (size_t)radius;

		memcpy(line + 3 * i, at + step * (from < n ? from : n - 1), 3);
	}
	for (i = 0; i < n; i++)
		for (c = 0; c < 3; c++) {
			int sum = 32768;

			for (k = 0; k <= 2 * radius; k++)
				sum += weight[k] * line[3 * (i + (size_t)k) + c];
			at[step * i + c] = (unsigned char)(sum >> 16);
		}
}

void
raster_blur(struct raster *r, double sigma)
{
	int radius = (int)ceil(2.5 * sigma), weight[2 * BLUR_MAX + 1], k, left = 65536;
	size_t w = (size_t)r->width, h = (size_t)r->height, i;
	double total = 0;
	unsigned char *line;

	if (sigma <= 0)
		return;
	if (radius > BLUR_MAX)
		radius = BLUR_MAX;
	for (k = -radius; k <= radius; k++)
		total += exp(-k * k / (2 * sigma * sigma));
	for (k = -radius; k <= radius; k++) {
		weight[k + radius] = (int)(65536 * exp(-k * k / (2 * sigma * sigma)) / total);
		left -= weight[k + radius];
	}
	/* The weights sum to one exactly: white stays white. */
	weight[radius] += left;
	line = xmalloc(3 * ((w > h ? w : h) + 2 * BLUR_MAX));
	for (i = 0; i < h; i++)
		blur_run(r->rgb + 3 * w * i, w, 3, weight, radius, line);
	for (i = 0; i < w; i++)
		blur_run(r->rgb + 3 * i, h, 3 * w, weight, radius, line);
	free(line);
}
