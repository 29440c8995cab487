/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PASS_H
#define PASS_H
#include "prepare.h"

/* One recognition of one prepared page, or of places on it, by one engine. */

/* On the worked image; right and bottom lie beyond it. */
struct box {
	int left, top, right, bottom;
};

/* Where a box of the worked image stands on the displayed page: x, y, w, h of *w. */
void pass_map_box(
    const struct prepared *, int left, int top, int right, int bottom, struct word *w);
/* The other way: where a word stands on the worked image. */
struct box pass_box_of(const struct prepared *, const struct word *);
/* Of the words first to end - 1, one at least: the smallest that holds them all. */
struct box pass_box_of_words(
    const struct prepared *, const struct words *, size_t first, size_t end);
/* What of it lies on the worked image. */
struct box pass_clip(const struct prepared *, struct box);
/*
 * Reads the prepared page into a new table (empty when there is no line on it) and its words' boxes,
 * in pixels of the worked image.  grid: the page has a table, and underscores and bars at the ends of
 * words are what is left of its lines.  ST_TIMEOUT, ST_LIMIT; *reason is set.
 */
enum status pass_read(const struct engine *, const struct prepared *, bool grid,
    int64_t deadline_us, struct words **, BOXA **, enum ocr_reason *reason, struct err *);
/* ST_TIMEOUT when the deadline has passed. */
enum status pass_in_time(int64_t deadline_us, struct err *);

/* A word that was read at a place. */
struct piece {
	struct word word; /* where it begins is the reader's to say */
	char text[64];
};

/* Places of a prepared page are read between these two. */
void pass_begin(const struct engine *, const struct prepared *, TessPageSegMode);
void pass_end(const struct engine *);
/* Reads all of it; the caller's, at its first word.  NULL: there is none. */
TessResultIterator *pass_whole(const struct engine *);
/* The same of a place within the worked image. */
TessResultIterator *pass_place(const struct engine *, const struct box *);
/* The word the iterator is at; false: less sure than least, longer than any word, or nowhere. */
bool pass_take(const struct prepared *, TessResultIterator *, float least, struct piece *);

#endif
