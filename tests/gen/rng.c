/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rng.h"

uint64_t
rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

struct rng
rng_make(uint64_t seed, uint64_t label)
{
	struct rng r = { seed };

	r.state = rng_next(&r) ^ (label * 0xd1342543de82ef95U);
	r.state = rng_next(&r);
	return r;
}

size_t
rng_below(struct rng *r, size_t n)
{
	return (size_t)(((rng_next(r) >> 32) * n) >> 32);
}

int
rng_between(struct rng *r, int lo, int hi)
{
	return lo + (int)rng_below(r, (size_t)(hi - lo) + 1);
}

double
rng_real(struct rng *r)
{
	return (double)(rng_next(r) >> 11) / 9007199254740992.0;
}

double
rng_gauss(struct rng *r)
{
	uint64_t z = rng_next(r);
	double sum = 0;
	int i;

	for (i = 0; i < 4; i++)
		sum += (double)((z >> (16 * i)) & 0xffff) / 65536.0;
	/* Four uniforms: mean 2, variance 1/3. */
	return (sum - 2) * 1.7320508075688772;
}
