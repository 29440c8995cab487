/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_RNG_H
#define GEN_RNG_H
#include <stddef.h>
#include <stdint.h>

/* SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine, for ever. */
struct rng {
	uint64_t state;
};

/* A stream of its own for each (seed, label), so one more draw here moves nothing there. */
struct rng rng_make(uint64_t seed, uint64_t label);
uint64_t rng_next(struct rng *);
/* 0 <= result < n; n > 0. */
size_t rng_below(struct rng *, size_t n);
/* lo <= result <= hi. */
int rng_between(struct rng *, int lo, int hi);
/* 0 <= result < 1. */
double rng_real(struct rng *);
/* About normal, mean 0 and deviation 1 (sum of four 16-bit numbers: no libm, so no libm's changes). */
double rng_gauss(struct rng *);

#endif
