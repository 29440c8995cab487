/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "text.h"

/* Optimal string alignment over bytes, rows of a table that keeps its last three. */
#define LETTERS_MAX TEXT_WORD_MAX
#define DISTANCE_MAX 3

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned
cell(struct span a, struct span b, size_t i, size_t k, unsigned row[3][LETTERS_MAX + 1])
{
	unsigned *now = row[i % 3], *last = row[(i + 2) % 3];
	bool same = a.p[i - 1] == b.p[k - 1];
	unsigned best = least(least(last[k], now[k - 1]) + 1, last[k - 1] + !same);

	if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1])
		best = least(best, row[(i + 1) % 3][k - 2] + 1);
	return best;
}

unsigned
text_distance(struct span a, struct span b, unsigned max)
{
	unsigned row[3][LETTERS_MAX + 1], lowest;
	size_t i, k, difference = a.n > b.n ? a.n - b.n : b.n - a.n;

	if (max > DISTANCE_MAX)
		max = DISTANCE_MAX;
	if (difference > max || a.n > LETTERS_MAX || b.n > LETTERS_MAX)
		return max + 1;
	for (k = 0; k <= b.n; k++)
		row[0][k] = (unsigned)k;
	for (i = 1; i <= a.n; i++) {
		row[i % 3][0] = lowest = (unsigned)i;
		for (k = 1; k <= b.n; k++) {
			row[i % 3][k] = cell(a, b, i, k, row);
			lowest = least(lowest, row[i % 3][k]);
		}
		if (lowest > max)
			return max + 1;
	}
	return least(row[a.n % 3][b.n], max + 1);
}
