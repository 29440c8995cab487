/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plane.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"

/* Bytes seen two and four at a time, wherever they lie; what is done with them adds all of them up. */
typedef uint16_t pair __attribute__((may_alias, aligned(1)));
typedef uint32_t quad __attribute__((may_alias, aligned(1)));

void
plane_free(struct plane *p)
{
	free(p->byte);
	p->byte = NULL;
}

static bool
plane_make(struct plane *p, int width, int height)
{
	p->width = width;
	p->height = height;
	p->byte = width > 0 && height > 0 ? calloc((size_t)width, (size_t)height) : NULL;
	return p->byte != NULL;
}

static unsigned char *
line_of(const struct plane *p, int y)
{
	return p->byte + (size_t)y * (size_t)p->width;
}

bool
plane_of(PIX *grey, struct plane *p)
{
	int wpl = pixGetWpl(grey), y;
	l_uint32 *line = malloc((size_t)wpl * sizeof(*line));

	p->byte = NULL;
	if (line != NULL && plane_make(p, pixGetWidth(grey), pixGetHeight(grey)))
		for (y = 0; y < p->height; y++) {
			order_bytes(pixGetData(grey) + (size_t)y * (size_t)wpl, wpl, line);
			memcpy(line_of(p, y), line, (size_t)p->width);
		}
	free(line);
	return p->byte != NULL;
}

VECTORS static void
halve_lines(
    const unsigned char *upper, const unsigned char *lower, int n, unsigned char *restrict to)
{
	const pair *a = (const pair *)upper, *b = (const pair *)lower;
	int x;

	for (x = 0; x < n; x++)
		to[x] = (unsigned char)((uint16_t)((a[x] & 0xff) + (a[x] >> 8) + (b[x] & 0xff) +
					    (b[x] >> 8)) >>
		    2);
}

bool
plane_halve(const struct plane *from, struct plane *to)
{
	int y;

	if (!plane_make(to, from->width / 2, from->height / 2))
		return false;
	for (y = 0; y < to->height; y++)
		halve_lines(
		    line_of(from, 2 * y), line_of(from, 2 * y + 1), to->width, line_of(to, y));
	return true;
}

bool
plane_cut(const struct plane *from, struct area a, struct plane *to)
{
	int left = a.x > 0 ? a.x : 0, top = a.y > 0 ? a.y : 0, y;
	int right = a.x + a.w < from->width ? a.x + a.w : from->width;
	int bottom = a.y + a.h < from->height ? a.y + a.h : from->height;

	if (!plane_make(to, right - left, bottom - top))
		return false;
	for (y = 0; y < to->height; y++)
		memcpy(line_of(to, y), line_of(from, top + y) + left, (size_t)to->width);
	return true;
}

static void
double_line(const unsigned char *from, int n, unsigned char *to)
{
	int x;

	for (x = 0; x < n; x++) {
		to[2 * x] = from[x];
		to[2 * x + 1] = (unsigned char)((from[x] + from[x + 1 < n ? x + 1 : x]) / 2);
	}
}

static void
between(const unsigned char *above, const unsigned char *below, int n, unsigned char *to)
{
	int x;

	for (x = 0; x < n; x++)
		to[x] = (unsigned char)((above[x] + below[x]) / 2);
}

bool
plane_double(const struct plane *from, struct plane *to)
{
	int y;

	if (!plane_make(to, 2 * from->width, 2 * from->height))
		return false;
	for (y = 0; y < from->height; y++)
		double_line(line_of(from, y), from->width, line_of(to, 2 * y));
	for (y = 1; y < to->height; y += 2)
		between(line_of(to, y - 1), line_of(to, y + 1 < to->height ? y + 1 : y - 1),
		    to->width, line_of(to, y));
	return true;
}

struct area
area_join(const struct area *a, const struct area *b)
{
	int right = a->x + a->w > b->x + b->w ? a->x + a->w : b->x + b->w;
	int bottom = a->y + a->h > b->y + b->h ? a->y + a->h : b->y + b->h;
	struct area both = { a->x < b->x ? a->x : b->x, a->y < b->y ? a->y : b->y, 0, 0 };

	both.w = right - both.x;
	both.h = bottom - both.y;
	return both;
}

/* ---- bands ---- */

VECTORS static void
add_bytes(const unsigned char *restrict line, int n, uint16_t *restrict sum)
{
	int x;

	for (x = 0; x < n; x++)
		sum[x] = (uint16_t)(sum[x] + line[x]);
}

/* sum / n of at most PLANE_BAND_MAX bytes, exactly: the factor is too large by less than 1 / 65536. */
VECTORS static void
divide(const uint16_t *restrict sum, int count, int n, unsigned char *restrict to)
{
	uint32_t factor = (uint32_t)((65536 + n - 1) / n);
	int x;

	for (x = 0; x < count; x++)
		to[x] = (unsigned char)(sum[x] * factor >> 16);
}

bool
plane_bands_across(const struct plane *from, int n, struct plane *to)
{
	uint16_t *sum = calloc((size_t)from->width, sizeof(*sum));
	int y, k;

	if (sum == NULL || !plane_make(to, from->width, from->height / n)) {
		free(sum);
		to->byte = NULL;
		return false;
	}
	for (y = 0; y < to->height; y++) {
		memset(sum, 0, (size_t)from->width * sizeof(*sum));
		for (k = 0; k < n; k++)
			add_bytes(line_of(from, y * n + k), from->width, sum);
		divide(sum, from->width, n, line_of(to, y));
	}
	free(sum);
	return true;
}

VECTORS static void
add_quads(const unsigned char *line, int n, uint16_t *restrict sum)
{
	const quad *q = (const quad *)line;
	int x;

	for (x = 0; x < n; x++)
		sum[x] = (uint16_t)((q[x] & 0xff) + (q[x] >> 8 & 0xff) + (q[x] >> 16 & 0xff) +
		    (q[x] >> 24));
}

#define ROWS 16 /* of the plane at a time: as many bytes side by side in the result */

/* A row's means; sums has room for as many quads as the row has. */
static void
row_bands(const unsigned char *line, int n, int bands, uint16_t *sums, unsigned char *means)
{
	int parts = n / PLANE_BAND_STEP, x, k;

	add_quads(line, bands * parts, sums);
	for (x = 0; parts > 1 && x < bands; x++) {
		uint16_t sum = sums[x * parts];

		for (k = 1; k < parts; k++)
			sum = (uint16_t)(sum + sums[x * parts + k]);
		sums[x] = sum;
	}
	divide(sums, bands, n, means);
}

bool
plane_bands_down(const struct plane *from, int n, struct plane *to)
{
	int bands = from->width / n, x, y, k, rows;
	uint16_t *sums = calloc((size_t)from->width, sizeof(*sums));
	unsigned char *means = calloc((size_t)from->width, ROWS);
	bool made = sums != NULL && means != NULL && plane_make(to, from->height, bands);

	if (!made)
		to->byte = NULL;
	for (y = 0; made && y < from->height; y += rows) {
		rows = from->height - y < ROWS ? from->height - y : ROWS;
		for (k = 0; k < rows; k++)
			row_bands(line_of(from, y + k), n, bands, sums,
			    means + (size_t)k * (size_t)bands);
		for (x = 0; x < bands; x++)
			for (k = 0; k < rows; k++)
				line_of(to, x)[y + k] =
				    means[(size_t)k * (size_t)bands + (size_t)x];
	}
	free(sums);
	free(means);
	return made;
}
