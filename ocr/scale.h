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
 * 1 bit to 8 (black 0, white 255), each pixel the mean of the 3x3 around it, paper beyond the edge:
 * grey edges for the network.
 */
PIX *scale_soften(PIX *bits);

#endif
