/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scale.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "vector.h"

/* leptonica keeps pixels in 32 bit words from the high byte down. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BYTE_FLIP 3
#else
#define BYTE_FLIP 0
#endif

#define ONE 256	    /* weights of one dimension add up to this: 255 * 256 fits 16 bits */
#define STEP_MAX 13 /* pixels to one: 12 by the scale, more where the size was rounded down */

static l_uint8 *
row_of(PIX *pix, l_int32 y)
{
	return (l_uint8 *)(pixGetData(pix) + (size_t)y * (size_t)pixGetWpl(pix));
}

/* Which pixels a pixel of the result covers, and how much of each, in one dimension. */
struct cover {
	int32_t first, count;
	uint16_t weight[STEP_MAX + 1];
};

static struct cover *
covers_make(int32_t from, int32_t to)
{
	struct cover *covers = xcalloc((size_t)to, sizeof(*covers));
	double step = (double)from / to;
	int32_t i, k;

	for (i = 0; i < to; i++) {
		struct cover *c = &covers[i];
		double low = i * step, high = low + step;
		int32_t given = 0, weight;

		c->first = (int32_t)low;
		c->count = (int32_t)ceil(high - 1e-9) - c->first;
		if (c->first + c->count > from)
			c->count = from - c->first;
		for (k = 0; k < c->count; k++) {
			double a = fmax(low, c->first + k), b = fmin(high, c->first + k + 1);

			/* The last one takes what rounding left. */
			weight =
			    k == c->count - 1 ? ONE - given : (int32_t)lround((b - a) / step * ONE);
			c->weight[k] = (uint16_t)(weight > ONE - given ? ONE - given : weight);
			given += c->weight[k];
		}
	}
	return covers;
}

/* sum += row * weight over n bytes; the order of bytes in a word does not matter here. */
VECTORS static void
add_row(uint16_t *restrict sum, const l_uint8 *restrict row, size_t n, uint16_t weight)
{
	size_t i;

	for (i = 0; i < n; i++)
		sum[i] = (uint16_t)(sum[i] + row[i] * weight);
}

VECTORS static void
reduce_grey_row(const uint16_t *sum, const struct cover *covers, int32_t n, l_uint8 *out)
{
	int32_t x, k;

	for (x = 0; x < n; x++) {
		const struct cover *c = &covers[x];
		uint32_t v = ONE * ONE / 2;

		for (k = 0; k < c->count; k++)
			v += (uint32_t)sum[(c->first + k) ^ BYTE_FLIP] * c->weight[k];
		out[x ^ BYTE_FLIP] = (l_uint8)(v >> 16);
	}
}

/* Four channels at a time. */
typedef uint8_t bytes4 __attribute__((vector_size(4)));
typedef uint16_t shorts4 __attribute__((vector_size(8)));
typedef uint32_t words4 __attribute__((vector_size(16)));

VECTORS static void
reduce_colour_row(const uint16_t *sum, const struct cover *covers, int32_t n, l_uint8 *out)
{
	int32_t x, k;

	for (x = 0; x < n; x++) {
		const struct cover *c = &covers[x];
		words4 v = { ONE * ONE / 2, ONE * ONE / 2, ONE * ONE / 2, ONE * ONE / 2 };
		shorts4 pixel;
		bytes4 mean;

		for (k = 0; k < c->count; k++) {
			memcpy(&pixel, sum + 4 * (size_t)(c->first + k), sizeof(pixel));
			v += __builtin_convertvector(pixel, words4) * c->weight[k];
		}
		mean = __builtin_convertvector(v >> 16, bytes4);
		memcpy(out + 4 * (size_t)x, &mean, sizeof(mean));
	}
}

struct reduction {
	PIX *to;
	struct cover *across, *down;
	uint16_t *sum;
	size_t bytes;	   /* of a row that comes in */
	int32_t row, line; /* the row that comes next, the line it goes into */
};

struct reduction *
reduction_new(l_int32 w, l_int32 h, l_int32 depth, double scale)
{
	l_int32 tw = (l_int32)lround(w * scale), th = (l_int32)lround(h * scale);
	struct reduction *r;
	PIX *to;

	if ((depth != 8 && depth != 32) || scale > 1 || scale < 1.0 / 12 || tw < 1 || th < 1 ||
	    w > STEP_MAX * tw || h > STEP_MAX * th || (to = pixCreateNoInit(tw, th, depth)) == NULL)
		return NULL;
	pixSetPadBits(to, 0);
	r = xcalloc(1, sizeof(*r));
	r->to = to;
	r->across = covers_make(w, tw);
	r->down = covers_make(h, th);
	r->bytes = depth == 32 ? 4 * (size_t)w : ((size_t)w + 3) / 4 * 4;
	r->sum = xcalloc(r->bytes, sizeof(*r->sum));
	return r;
}

void
reduction_free(struct reduction *r)
{
	if (r == NULL)
		return;
	pixDestroy(&r->to);
	free(r->across);
	free(r->down);
	free(r->sum);
	free(r);
}

/* A line is full. */
static void
emit(struct reduction *r)
{
	l_int32 w = pixGetWidth(r->to);

	if (pixGetDepth(r->to) == 8)
		reduce_grey_row(r->sum, r->across, w, row_of(r->to, r->line));
	else
		reduce_colour_row(r->sum, r->across, w, row_of(r->to, r->line));
	memset(r->sum, 0, r->bytes * sizeof(*r->sum));
	r->line++;
}

/* A row may lie across the border of two lines. */
void
reduction_row(struct reduction *r, const l_uint32 *row)
{
	while (r->line < pixGetHeight(r->to)) {
		const struct cover *c = &r->down[r->line];
		int32_t k = r->row - c->first;

		if (k < 0)
			break;
		add_row(r->sum, (const l_uint8 *)row, r->bytes, c->weight[k]);
		if (k + 1 < c->count)
			break;
		emit(r);
	}
	r->row++;
}

PIX *
reduction_end(struct reduction **r)
{
	PIX *to = (*r)->to;

	(*r)->to = NULL;
	reduction_free(*r);
	*r = NULL;
	return to;
}

PIX *
scale_reduce(PIX *from, double scale)
{
	l_int32 y;
	struct reduction *r =
	    reduction_new(pixGetWidth(from), pixGetHeight(from), pixGetDepth(from), scale);

	if (r == NULL)
		return pixScaleGeneral(from, (l_float32)scale, (l_float32)scale, 0, 0);
	for (y = 0; y < pixGetHeight(from); y++)
		reduction_row(r, pixGetData(from) + (size_t)y * (size_t)pixGetWpl(from));
	return reduction_end(&r);
}

/* Bits of a line as bytes 0 and 255, one pixel of white at both ends. */
static void
unpack_bits(const l_uint32 *line, l_int32 w, l_uint8 *out)
{
	l_int32 x;

	out[0] = out[w + 1] = 255;
	for (x = 0; x < w; x++)
		out[x + 1] = (line[x >> 5] >> (31 - (x & 31)) & 1) != 0 ? 0 : 255;
}

/* The sum of three across. */
static void
soften_row(const l_uint8 *restrict in, l_int32 w, uint16_t *restrict out)
{
	l_int32 x;

	for (x = 0; x < w; x++)
		out[x] = (uint16_t)(in[x] + in[x + 1] + in[x + 2]);
}

/* The mean of three sums down. */
static void
join_rows(const uint16_t *restrict a, const uint16_t *restrict b, const uint16_t *restrict c,
    l_int32 w, l_uint8 *restrict out)
{
	l_int32 x;

	for (x = 0; x < w; x++)
		out[x] = (l_uint8)((a[x] + b[x] + c[x] + 4) / 9);
}

static void
store_row(const l_uint8 *in, l_int32 w, l_uint8 *out)
{
	l_int32 x;

	for (x = 0; x < w; x++)
		out[x ^ BYTE_FLIP] = in[x];
}

static void
soften_line(PIX *bits, l_int32 y, l_uint8 *bytes, uint16_t *out)
{
	l_int32 w = pixGetWidth(bits), x;

	if (y < 0 || y >= pixGetHeight(bits)) {
		for (x = 0; x < w; x++)
			out[x] = 3 * 255;
		return;
	}
	unpack_bits(pixGetData(bits) + (size_t)y * (size_t)pixGetWpl(bits), w, bytes);
	soften_row(bytes, w, out);
}

PIX *
scale_soften(PIX *bits)
{
	l_int32 w = pixGetWidth(bits), h = pixGetHeight(bits), y;
	PIX *to = pixCreate(w, h, 8);
	l_uint8 *bytes = xcalloc((size_t)w + 2, 1);
	uint16_t *ring = xcalloc(3 * (size_t)w, sizeof(*ring));
	uint16_t *row[3] = { ring, ring + w, ring + 2 * w };

	soften_line(bits, -1, bytes, row[0]);
	soften_line(bits, 0, bytes, row[1]);
	for (y = 0; to != NULL && y < h; y++) {
		soften_line(bits, y + 1, bytes, row[(y + 2) % 3]);
		join_rows(row[y % 3], row[(y + 1) % 3], row[(y + 2) % 3], w, bytes);
		store_row(bytes, w, row_of(to, y));
	}
	free(bytes);
	free(ring);
	return to;
}
