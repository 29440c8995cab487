/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "text.h"

/*
 * Shapes that reading by machine takes for each other, either way.  Marks need no place here: folding
 * drops them.
 */
static const char *const shapes[][2] = { { "o", "0" }, { "l", "1" }, { "i", "1" }, { "i", "l" },
	{ "t", "l" }, { "m", "rn" }, { "d", "cl" }, { "c", "e" }, { "u", "n" }, { "h", "b" },
	{ "s", "5" }, { "g", "9" }, { "b", "8" }, { "z", "2" } };
#define SHAPES (sizeof shapes / sizeof shapes[0])
#define SHAPE_MAX 2 /* letters */

/* The word with to in place of from at this byte; false when it is not there or too long. */
static bool
replace(struct span word, size_t at, const char *from, const char *to, char *out)
{
	size_t n = strlen(from), m = strlen(to);

	if (word.n - at < n || memcmp(word.p + at, from, n) != 0 || word.n - n + m > TEXT_WORD_MAX)
		return false;
	memcpy(out, word.p, at);
	memcpy(out + at, to, m);
	memcpy(out + at + m, word.p + at + n, word.n - at - n);
	out[word.n - n + m] = '\0';
	return true;
}

bool
text_is_misread(struct span a, struct span b)
{
	struct span x, y;
	size_t head = 0, tail = 0, i;

	while (head < a.n && head < b.n && a.p[head] == b.p[head])
		head++;
	while (tail + head < a.n && tail + head < b.n && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail])
		tail++;
	x = span_make(a.p + head, a.n - head - tail);
	y = span_make(b.p + head, b.n - head - tail);
	if (x.n > SHAPE_MAX || y.n > SHAPE_MAX)
		return false;
	for (i = 0; i < SHAPES; i++)
		if ((span_equal_str(x, shapes[i][0]) && span_equal_str(y, shapes[i][1])) ||
		    (span_equal_str(x, shapes[i][1]) && span_equal_str(y, shapes[i][0])))
			return true;
	return false;
}

size_t
text_misreadings(struct span folded, char (*out)[TEXT_WORD_MAX + 1], size_t max)
{
	size_t at, i, way, n = 0;

	for (at = 0; at < folded.n; at++)
		for (i = 0; i < SHAPES; i++)
			for (way = 0; way < 2; way++)
				if (n < max &&
				    replace(folded, at, shapes[i][way], shapes[i][!way], out[n]))
					n++;
	return n;
}
