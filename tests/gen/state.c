/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "raster.h"

/* The strengths are set by measurement: tests/perf/gen-calibrate prints what tesseract reads. */
const struct state states[] = {
	/* name dpi colour q | skew blur noise | black white gradient | bleed dust speckle threshold | weight ink */
	{ "clean", 300, COLOUR, 92, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 2, 0 },
	{ "scan", 300, COLOUR, 75, 0.4, 0.5, 2.5, 20, 248, 4, 0, 3, 0, 0, 6, 0 },
	{ "grey", 300, GREY, 75, 0.3, 0.5, 2.5, 20, 246, 4, 0, 3, 0, 0, 2, 0 },
	{ "bad", 200, COLOUR, 40, 2.0, 0.8, 7, 88, 208, 51, 0.10, 20, 0, 0, 2, 0 },
	{ "bleed", 300, COLOUR, 75, 0.4, 0.7, 4, 24, 246, 4, 0.22, 6, 0, 0, 1, 0 },
	{ "bw", 300, BILEVEL, 0, 0.3, 0.8, 10, 10, 250, 0, 0, 12, 0.0002, 140, 2, 0 },
	{ "fax", 200, BILEVEL, 0, 0.6, 1.0, 16, 22, 240, 0, 0, 30, 0.0018, 140, 2, 0 },
	/* Not drawn by lot: what a reader that takes ink for black and paper for white would lose. */
	{ "faint", 200, GREY, 75, 0.3, 0.5, 2, 205, 250, 0, 0, 0, 0, 0, 0, 0 },
	{ "negative", 200, GREY, 75, 0.3, 0.5, 2, 240, 20, 0, 0, 0, 0, 0, 0, 0 },
	{ "red", 200, COLOUR, 75, 0.3, 0.5, 2, 0, 250, 0, 0, 0, 0, 0, 0, 0xcd1e2d },
	{ "pale", 200, COLOUR, 75, 0.3, 0.5, 2, 0, 250, 0, 0, 0, 0, 0, 0, 0xaacdf5 },
	{ "grain", 200, GREY, 75, 0.3, 0, 40, 20, 245, 0, 0, 0, 0, 0, 0, 0 },
};
const size_t states_count = sizeof(states) / sizeof(*states);

const struct state *
state_find(const char *name)
{
	size_t i;

	for (i = 0; i < states_count; i++)
		if (strcmp(states[i].name, name) == 0)
			return &states[i];
	return NULL;
}

const struct state *
state_common(size_t n)
{
	size_t i = 0;

	for (;; i = (i + 1) % states_count)
		if (states[i].weight > 0 && n-- == 0)
			return &states[i];
}

const struct state *
state_pick(struct rng *rng)
{
	int total = 0, draw;
	size_t i;

	for (i = 0; i < states_count; i++)
		total += states[i].weight;
	draw = rng_between(rng, 0, total - 1);
	for (i = 0; draw >= states[i].weight; i++)
		draw -= states[i].weight;
	return &states[i];
}
