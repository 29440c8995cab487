/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RUNE_H
#define RUNE_H
#include <stdbool.h>
#include <utf8proc.h>

#include "span.h"

/* Takes the first character off.  false: none is left, or the bytes are no UTF-8 (rest->n > 0). */
static inline bool
rune_next(struct span *rest, utf8proc_int32_t *rune)
{
	utf8proc_ssize_t n;

	if (rest->n == 0)
		return false;
	n = utf8proc_iterate((const utf8proc_uint8_t *)rest->p, (utf8proc_ssize_t)rest->n, rune);
	if (n <= 0)
		return false;
	*rest = span_make(rest->p + n, rest->n - (size_t)n);
	return true;
}

/* A letter, a digit, or a mark on one. */
static inline bool
rune_is_alnum(utf8proc_int32_t rune)
{
	utf8proc_category_t c = utf8proc_category(rune);

	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO;
}

#endif
