/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FASTMORPH_H
#define FASTMORPH_H
#include <leptonica/allheaders.h>
#include <stdbool.h>

/*
 * fastmorph.c stands before leptonica's pixDilate() and pixErode() in this process; here is what its
 * test compares.  Results are the caller's; NULL: not done.
 */
PIX *morph_fast(PIX *d, PIX *s, SEL *, bool erode);
/* leptonica's own. */
PIX *morph_slow(PIX *d, PIX *s, SEL *, bool erode);

#endif
