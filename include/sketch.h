/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SKETCH_H
#define SKETCH_H
#include <stdbool.h>
#include <stdint.h>

#include "span.h"

/*
 * How alike two texts are, from a small summary of each (MinHash, Broder 1997): of all runs of
 * neighbouring folded words the lowest value of each of SKETCH_SIZE hash functions.  The share of
 * equal values estimates how many runs two texts have in common of all that either has; 256 bytes
 * say it for a text of any length.  Folding takes away case, marks and tones, which a reader gets
 * wrong most.
 */
#define SKETCH_SIZE	64
#define SKETCH_ORDER	2	/* words of a run */
#define SKETCH_BANDS	16	/* two sketches that share a band are worth comparing */
#define SKETCH_ALIKE	0.5 	/* from here on texts are near-equal */
#define SKETCH_RUNS_MIN	40	/* a text of fewer says too little */
/*
 * Chosen by tests/perf/B061-twins on pages of Vietnamese law: with these a page of which a reader
 * gets one word in ten wrong is found in 99.9 of 100 cases, one in five in 98.7; bands of three
 * values instead of four find .6 more of the latter, and compare three times as many others.  Runs
 * of three words lose 5 in 100 of the latter, single words find everything alike.
 */

struct sketch {
	uint32_t	 min[SKETCH_SIZE];
	uint32_t	 runs;		/* runs that were added, equal ones too */
	unsigned	 order;		/* SKETCH_ORDER, but in the bench */
	uint64_t	 word[4];	/* hashes of the last words */
	unsigned	 words;
};

#ifdef __cplusplus
extern "C" {
#endif

void		 sketch_begin(struct sketch *);
/* The next piece of the text; runs go on over its beginning. */
void		 sketch_add(struct sketch *, struct span text);
/* Enough was said. */
bool		 sketch_tells(const struct sketch *);
/* Equal values of all, 0..1. */
double		 sketch_alike(const struct sketch *, const struct sketch *);
/* The key of a band, 0..SKETCH_BANDS-1; not negative, and other bands have other keys. */
int64_t		 sketch_band(const struct sketch *, unsigned band);
/* As bytes that mean the same on every machine. */
#define SKETCH_BYTES	(SKETCH_SIZE * 4)
void		 sketch_write(const struct sketch *, unsigned char out[SKETCH_BYTES]);
/* False: not SKETCH_BYTES. */
bool		 sketch_read(struct sketch *, struct span bytes);

#ifdef __cplusplus
}
#endif
#endif
