/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ages a page: bleed-through, blur, contrast, light, noise, dust; then fewer bits and a turn. */
#include <stdlib.h>

#include "raster.h"

static unsigned char
clamp(int v)
{
	return (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* The overleaf's ink, blurred by the paper, multiplied in. */
static void
bleed_through(struct raster *r, const struct state *state, const struct sheet *back,
    PangoContext *context, double degrees)
{
	struct raster b;
	size_t i, n = 3 * (size_t)r->width * (size_t)r->height;
	int share = (int)(state->bleed * 256);

	raster_draw(&b, back, context, r->dpi, degrees, 1);
	raster_blur(&b, 2.0 * r->dpi / 300);
	for (i = 0; i < n; i++)
		r->rgb[i] = (unsigned char)(r->rgb[i] * (65280 - share * (255 - b.rgb[i])) / 65280);
	raster_free(&b);
}

/* A round dark speck. */
static void
speck(struct raster *r, struct rng *rng)
{
	int x = rng_between(rng, 0, r->width - 1), y = rng_between(rng, 0, r->height - 1);
	int radius = rng_between(rng, 1, 1 + r->dpi / 100), i, j, c;
	int grey = rng_between(rng, 20, 140);

	for (j = -radius; j <= radius; j++)
		for (i = -radius; i <= radius; i++) {
			if (i * i + j * j > radius * radius || x + i < 0 || y + j < 0 ||
			    x + i >= r->width || y + j >= r->height)
				continue;
			for (c = 0; c < 3; c++)
				r->rgb[3 * ((size_t)(y + j) * (size_t)r->width + (size_t)(x + i)) +
				    (size_t)c] = (unsigned char)grey;
		}
}

/* Contrast, light from one side, noise. */
static void
expose(struct raster *r, const struct state *state, struct rng *rng)
{
	int dark = rng_below(rng, 2) == 0, x, y, c;
	int table[3][256], i;
	unsigned char *p = r->rgb;

	for (c = 0; c < 3; c++)
		for (i = 0; i < 256; i++) {
			int ink = (int)(state->ink >> (16 - 8 * c) & 0xff);
			int black = ink > state->black ? ink : state->black;

			table[c][i] = black + (state->white - black) * i / 255;
		}
	for (y = 0; y < r->height; y++)
		for (x = 0; x < r->width; x++, p += 3) {
			double side = (double)(dark ? x : r->width - x) / r->width * 0.7 +
			    (double)y / r->height * 0.3;
			int shift = (int)(state->noise * rng_gauss(rng) - state->gradient * side);

			for (c = 0; c < 3; c++)
				p[c] = clamp(table[c][p[c]] + shift);
		}
}

static PIX *
pix_of(const struct raster *r, int depth)
{
	PIX *pix = pixCreate(r->width, r->height, depth);
	const unsigned char *p = r->rgb;
	l_uint32 *line;
	int x, y;

	pixSetResolution(pix, r->dpi, r->dpi);
	for (y = 0; y < r->height; y++) {
		line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		for (x = 0; x < r->width; x++, p += 3)
			if (depth == 32)
				line[x] = (l_uint32)p[0] << 24 | (l_uint32)p[1] << 16 |
				    (l_uint32)p[2] << 8;
			else
				SET_DATA_BYTE(line, x, (77 * p[0] + 151 * p[1] + 28 * p[2]) >> 8);
	}
	return pix;
}

/* One bit a pixel, some of them turned over as a bad line does. */
static PIX *
bilevel_of(const struct raster *r, const struct state *state, struct rng *rng)
{
	PIX *pix = pixCreate(r->width, r->height, 1);
	size_t limit = (size_t)(state->speckle * 1000000);
	const unsigned char *p = r->rgb;
	l_uint32 *line;
	int x, y, ink;

	pixSetResolution(pix, r->dpi, r->dpi);
	for (y = 0; y < r->height; y++) {
		line = pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix);
		for (x = 0; x < r->width; x++, p += 3) {
			ink = (77 * p[0] + 151 * p[1] + 28 * p[2]) >> 8 < state->threshold;
			if (limit > 0 && rng_below(rng, 1000000) < limit)
				ink = !ink;
			if (ink)
				SET_DATA_BIT(line, x);
		}
	}
	return pix;
}

static PIX *
turned(PIX *pix, int turn)
{
	PIX *out;

	if (turn == 0)
		return pix;
	out = pixRotateOrth(pix, turn / 90);
	pixDestroy(&pix);
	return out;
}

PIX *
page_scan(const struct state *state, const struct sheet *sheet, const struct sheet *back,
    PangoContext *context, int dpi, int turn, uint64_t seed)
{
	struct rng rng = rng_make(seed, 3);
	double degrees =
	    state->skew * (0.5 + 0.5 * rng_real(&rng)) * (rng_below(&rng, 2) == 0 ? -1 : 1);
	struct raster r;
	PIX *pix;
	int i;

	raster_draw(&r, sheet, context, dpi, degrees, 0);
	if (back != NULL && state->bleed > 0)
		bleed_through(&r, state, back, context, degrees);
	raster_blur(&r, state->blur * dpi / 300);
	for (i = 0; i < state->dust; i++)
		speck(&r, &rng);
	if (state->noise > 0 || state->black > 0 || state->white < 255)
		expose(&r, state, &rng);
	pix = state->colour == BILEVEL ? bilevel_of(&r, state, &rng)
				       : pix_of(&r, state->colour == COLOUR ? 32 : 8);
	raster_free(&r);
	return turned(pix, turn);
}
