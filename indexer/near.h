/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NEAR_H
#define NEAR_H
#include <stdbool.h>

#include "span.h"

/* Levenshtein distance of at most max (0..3) between two short strings of bytes. */
bool near_equal(struct span, struct span, unsigned max);
/* The distance, or max + 1 when it is more (or a string is too long to compare). */
unsigned near_distance(struct span, struct span, unsigned max);
#endif
