/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PASS_H
#define PASS_H
#include "prepare.h"

/* One recognition of one prepared page by one engine. */

/* Where a box of the worked image stands on the displayed page: x, y, w, h of *w. */
void pass_map_box(
    const struct prepared *, int left, int top, int right, int bottom, struct word *w);
/* The other way: the place of a word in the worked image. */
void pass_unmap_box(
    const struct prepared *, const struct word *w, int *left, int *top, int *right, int *bottom);
/*
 * Reads the prepared page into a new table (empty when there is no line on it) and its words' boxes,
 * in pixels of the worked image.  grid: the page has a table, and underscores and bars at the ends of
 * words are what is left of its lines.  ST_TIMEOUT, ST_LIMIT; *reason is set.
 */
enum status pass_read(const struct engine *, const struct prepared *, bool grid,
    int64_t deadline_us, struct words **, BOXA **, enum ocr_reason *reason, struct err *);

#endif
