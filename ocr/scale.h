/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SCALE_H
#define SCALE_H
#include <leptonica/allheaders.h>

/*
 * The two pixel loops that every page goes through, written for the compiler's vectors: leptonica's
 * pixScaleAreaMap alone took 11 % of the instructions of a page, its pixBlockconv 2 %.
 */

/*
 * An 8 or 32 bit image, reduced so that each pixel is the mean of the area it covers.  0 < scale <= 1;
 * other depths and scales go to pixScaleGeneral without sharpening.  The caller's; NULL: no memory.
 */
PIX *scale_reduce(PIX *, double scale);
/*
 * The same row by row, of an image that is never whole.  Rows are words as in a PIX.  NULL: a depth or
 * scale that scale_reduce() would leave to leptonica, or no memory.  end gives the image, the caller's,
 * and frees the rest.
 */
struct reduction *reduction_new(l_int32 w, l_int32 h, l_int32 depth, double scale);
void reduction_row(struct reduction *, const l_uint32 *row);
PIX *reduction_end(struct reduction **);
void reduction_free(struct reduction *);
/*
 * 1 bit to 8 (black 0, white 255), each pixel the mean of the 3x3 around it, paper beyond the edge:
 * grey edges for the network.
 */
PIX *scale_soften(PIX *bits);

#endif
