/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FASTLEPT_H
#define FASTLEPT_H
#include <leptonica/allheaders.h>
#include <stdbool.h>

/*
 * fastlept.c stands before two functions of leptonica in this process; here is what its test compares.
 * Behind the same names nobody could.
 */

/* Arguments of leptonica's rasteropLow(): a rectangle of s is combined into d by op (PIX_SRC, ...). */
struct rasterop {
	l_uint32 *d;
	l_int32 dpixw, dpixh, depth, dwpl, dx, dy, dw, dh, op;
	const l_uint32 *s;
	l_int32 spixw, spixh, swpl, sx, sy;
};

/* false: not done, because small, within one image, or of another operation. */
bool rasterop_fast(const struct rasterop *);
/* leptonica's own. */
void rasterop_slow(const struct rasterop *);

/* As pixSauvolaBinarizeTiled(), with both results; false: not done. */
bool sauvola_fast(
    PIX *, l_int32 half, l_float32 factor, l_int32 nx, l_int32 ny, PIX **thresholds, PIX **bits);
/* leptonica's own. */
l_ok sauvola_slow(
    PIX *, l_int32 half, l_float32 factor, l_int32 nx, l_int32 ny, PIX **thresholds, PIX **bits);

#endif
