/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "near.h"

#define NEAR_MAX 64 /* bytes; longer strings are compared exactly */

static unsigned
least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned
near_distance(struct span a, struct span b, unsigned max)
{
	unsigned row[NEAR_MAX + 1], i, j;

	if (span_equal(a, b))
		return 0;
	if (a.n > NEAR_MAX || b.n > NEAR_MAX || (a.n > b.n ? a.n - b.n : b.n - a.n) > max)
		return max + 1;
	for (j = 0; j <= b.n; j++)
		row[j] = j;
	for (i = 1; i <= a.n; i++) {
		unsigned corner = row[0];

		row[0] = i;
		for (j = 1; j <= b.n; j++) {
			unsigned up = row[j];

			row[j] = least(up + 1, row[j - 1] + 1, corner + (a.p[i - 1] != b.p[j - 1]));
			corner = up;
		}
	}
	return row[b.n] <= max ? row[b.n] : max + 1;
}

bool
near_equal(struct span a, struct span b, unsigned max)
{
	return near_distance(a, b, max) <= max;
}
