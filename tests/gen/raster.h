/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_RASTER_H
#define GEN_RASTER_H
#include <leptonica/allheaders.h>

#include "sheet.h"

/* What paper, scanner and line do to a page.  Rows of the table in state.c. */
struct state {
	const char *name;
	int dpi; /* unless told otherwise */
	enum { COLOUR, GREY, BILEVEL } colour;
	int quality;	  /* of JPEG */
	double skew;	  /* degrees, either way; at least half of it */
	double blur;	  /* deviation in pixels at 300 dpi */
	double noise;	  /* deviation in grey levels */
	int black, white; /* what ink and paper become */
	double gradient;  /* how many levels one side is darker */
	double bleed;	  /* share of the overleaf's ink seen through */
	int dust;	  /* dark specks on a page */
	double speckle;	  /* share of pixels turned over, bi-level only */
	int threshold;	  /* of ink, bi-level only */
	int weight;	  /* how often a mixed set takes it */
	unsigned ink;	  /* 0xRRGGBB: what black print becomes at least, by channel */
};

extern const struct state states[];
extern const size_t states_count;

/* NULL when there is no such state. */
const struct state *state_find(const char *name);
const struct state *state_pick(struct rng *);
/* The nth of those that are drawn by lot, in turn; after the last comes the first. */
const struct state *state_common(size_t n);

/* 24-bit pixels, rows without padding. */
struct raster {
	int width, height, dpi;
	unsigned char *rgb;
};

/* White paper with the sheet on it, turned by degrees about its middle; mirrored shows its back. */
void raster_draw(
    struct raster *, const struct sheet *, PangoContext *, int dpi, double degrees, int mirrored);
void raster_free(struct raster *);
void raster_blur(struct raster *, double sigma);

/*
 * The page as the state leaves it, turned clockwise by 0, 90, 180 or 270 degrees: 32, 8 or 1 bit.
 * back is the sheet whose ink shines through, or NULL.  The caller ends it with pixDestroy.
 */
PIX *page_scan(const struct state *, const struct sheet *, const struct sheet *back, PangoContext *,
    int dpi, int turn, uint64_t seed);

#endif
