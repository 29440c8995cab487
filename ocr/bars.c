/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "plane.h"
#include "vector.h"

/*
 * Windows of a line of bands: how much changes along it, and how much to the next line.  A bar crosses
 * many bands, so along is more than twice across; in text it is no more, on paper both are noise.
 */
#define WINDOW 32
#define ALONG_MIN (4 * WINDOW) /* levels: pale bars of two pixels change 8 to 10 a pixel */
#define WINDOWS_MIN 3	       /* side by side; the shortest code takes five */

/* Sums over the windows of a line; the last, cut one is left out. */
VECTORS static void
measure(const unsigned char *restrict line, const unsigned char *restrict next, int windows,
    uint16_t *restrict along, uint16_t *restrict across)
{
	int i, x;

	for (i = 0; i < windows; i++, line += WINDOW, next += WINDOW) {
		unsigned a = 0, b = 0;

		for (x = 0; x < WINDOW; x++) {
			int d = line[x] - line[x + 1], e = line[x] - next[x];

			a += (unsigned)(d < 0 ? -d : d);
			b += (unsigned)(e < 0 ? -e : e);
		}
		along[i] = (uint16_t)a;
		across[i] = (uint16_t)b;
	}
}

static bool
has_bars(const uint16_t *along, const uint16_t *across, int windows)
{
	int i, n = 0;

	for (i = 0; i < windows && n < WINDOWS_MIN; i++)
		n = along[i] >= ALONG_MIN && along[i] > 2 * across[i] ? n + 1 : 0;
	return n == WINDOWS_MIN;
}

bool
bars_next(const struct plane *bands, int *from, int *lines)
{
	int windows = (bands->width - 1) / WINDOW, y;
	uint16_t *along = malloc(2 * (size_t)(windows > 0 ? windows : 1) * sizeof(*along));

	*lines = 0;
	if (along == NULL) { /* look at everything */
		*lines = bands->height - *from;
		return *lines > 0;
	}
	for (y = *from; y + 1 < bands->height; y++) {
		const unsigned char *line = bands->byte + (size_t)y * (size_t)bands->width;

		measure(line, line + bands->width, windows, along, along + windows);
		if (has_bars(along, along + windows, windows)) {
			/* This line and the next. */
			*from = *lines == 0 ? y : *from;
			*lines = y + 2 - *from;
		} else if (*lines > 0 && y >= *from + *lines) {
			break;
		}
	}
	free(along);
	return *lines > 0;
}
