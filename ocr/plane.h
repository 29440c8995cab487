/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLANE_H
#define PLANE_H
#include <leptonica/allheaders.h>
#include <stdbool.h>

/*
 * A grey image of one byte a pixel without padding, as zbar takes it, and what bar codes are looked for
 * with.  A plane is the caller's (plane_free(), also of one that is { NULL, 0, 0 }); what makes one says
 * false when there is no memory or nothing to make it of, and leaves it empty.
 */
struct plane {
	unsigned char *byte;
	int width, height;
};

struct area {
	int x, y, w, h;
};

void plane_free(struct plane *);
/* Of a PIX of 8 bits. */
bool plane_of(PIX *, struct plane *);
/* Each pixel the mean of four. */
bool plane_halve(const struct plane *, struct plane *);
/* Two pixels for one, the new ones between. */
bool plane_double(const struct plane *, struct plane *);
/* The smallest that holds both. */
struct area area_join(const struct area *, const struct area *);
/* A copy of what lies in the area, which may stand out. */
bool plane_cut(const struct plane *, struct area, struct plane *);

#define PLANE_BAND_STEP 4
#define PLANE_BAND_MAX 16
/* Means of n lines each (a multiple of PLANE_BAND_STEP up to PLANE_BAND_MAX); a line of the result is a band. */
bool plane_bands_across(const struct plane *, int n, struct plane *);
/* The same of n columns, transposed: a band of columns becomes a line. */
bool plane_bands_down(const struct plane *, int n, struct plane *);

/*
 * bars.c: finds the next lines of a plane of bands, from line *from on, that may cross a linear code: bars
 * go on from one band to the next, letters do not.  false: there are no more.
 */
bool bars_next(const struct plane *bands, int *from, int *lines);
/*
 * squares.c: the area that holds all QR codes, by the squares in their corners, one of which stands at a
 * right angle between two others of its size.  Modules of less than least pixels are not seen.  w is 0
 * where there is none.
 */
struct area squares_find(const struct plane *, double least);

#endif
