/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "range.h"

/* "-n": the last n bytes. */
static enum range_kind
suffix(struct span digits, uint64_t size, uint64_t *first, uint64_t *length)
{
	uint64_t n;

	if (!span_u64(digits, &n))
		return RANGE_ALL;
	if (n == 0 || size == 0)
		return RANGE_OUTSIDE;
	*length = n < size ? n : size;
	*first = size - *length;
	return RANGE_PART;
}

enum range_kind
range_parse(struct span header, uint64_t size, uint64_t *first, uint64_t *length)
{
	struct span unit, from, to = span_trim(header);
	uint64_t a, b = UINT64_MAX;

	if (span_find(to, SPAN("=")) < 0)
		return RANGE_ALL;
	unit = span_cut(&to, '=');
	if (!span_equal_nocase(unit, SPAN("bytes")) || span_find(to, SPAN("-")) < 0)
		return RANGE_ALL;
	from = span_trim(span_cut(&to, '-'));
	to = span_trim(to);
	if (from.n == 0)
		return suffix(to, size, first, length);
	if (!span_u64(from, &a) || (to.n > 0 && !span_u64(to, &b)) || b < a)
		return RANGE_ALL;
	if (a >= size)
		return RANGE_OUTSIDE;
	*first = a;
	*length = (b < size - 1 ? b : size - 1) - a + 1;
	return RANGE_PART;
}
