/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAYOUT_ROWS_H
#define LAYOUT_ROWS_H
#include "layout.h"

/* Private to layout: the two ways from a word table to lines. */
void layout_from_boxes(struct layout *, const struct words *, struct arena *);
void layout_from_text(struct layout *, const struct words *, struct arena *);
/* Text, folded text, map, words and box of a line from the words index[0..count). */
void layout_line_fill(struct layout_line *, const struct words *, const uint32_t *index,
    size_t count, struct arena *);
/* Appends a line; NULL when the page has LAYOUT_LINES_MAX already. */
struct layout_line *layout_add(struct layout *, enum layout_zone, unsigned row);
#endif
