/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prepare.h"

#define STEP 2	   /* one pixel in 2 x 2 tells enough */
#define MARKED 185 /* of PAPER_LEVEL: darker than the noise of paper */
#define STRONG 125 /* Sauvola finds ink up to 128, and none at 152 (notice page, 200 dpi) */
#define FEW 400	   /* sampled pixels: a line of small print has more */
#define FAINT 4	   /* marked pixels to a strong one */
#define GRAIN 7	   /* more than a part of so many is no text but the paper's grain or a picture */
#define GAIN_MAX 8 /* more makes letters of the grain of paper */
#define PAPER_WHITE \
	198    /* what becomes white; at 192 pale letters went with it: 31 words wrong for 4 */
#define INK 40 /* what ink becomes */

/* Counts of grey levels within the margins. */
static NUMA *
histogram(PIX *pix)
{
	BOX *middle = prepare_within_margins(pix);
	NUMA *counts = pixGetGrayHistogramInRect(pix, middle, STEP);

	boxDestroy(&middle);
	return counts;
}

/* The level below which that share of the first limit levels' pixels lies. */
static unsigned
level_at(NUMA *counts, double share, l_int32 limit)
{
	l_float32 n, all = 0, sum = 0;
	l_int32 i;

	(void)numaGetSumOnInterval(counts, 0, limit - 1, &all);
	for (i = 0; i < limit; i++) {
		(void)numaGetFValue(counts, i, &n);
		sum += n;
		if (sum > 0 && sum >= (l_float32)share * all)
			break;
	}
	return (unsigned)i;
}

void
prepare_measure(PIX *grey, PIX *even, struct shade *s)
{
	NUMA *counts = grey != NULL ? histogram(grey) : NULL;
	l_float32 n;

	*s = (struct shade){ .paper = 255 };
	if (counts != NULL)
		s->paper = level_at(counts, 0.5, 256);
	numaDestroy(&counts);
	counts = even != NULL ? histogram(even) : NULL;
	if (counts == NULL)
		return;
	if (numaGetSum(counts, &n) == 0)
		s->all = (uint64_t)n;
	if (numaGetSumOnInterval(counts, 0, MARKED - 1, &n) == 0)
		s->marked = (uint64_t)n;
	if (numaGetSumOnInterval(counts, 0, STRONG - 1, &n) == 0)
		s->strong = (uint64_t)n;
	if (s->marked > 0)
		s->ink = level_at(counts, 0.25, MARKED);
	numaDestroy(&counts);
}

bool
prepare_is_faint(const struct shade *s)
{
	return s->marked >= FEW && s->marked * GRAIN < s->all && s->strong * FAINT < s->marked;
}

PIX *
prepare_stretched(PIX *grey, const struct shade *s)
{
	PIX *even = pixBackgroundNormSimple(grey, NULL, NULL);
	unsigned ink = s->ink < PAPER_WHITE ? s->ink : PAPER_WHITE - 1;
	double gain = (255.0 - INK) / (PAPER_WHITE - ink);
	NUMA *map = numaCreate(256);
	l_int32 i;

	if (gain > GAIN_MAX)
		gain = GAIN_MAX;
	for (i = 0; i < 256; i++) {
		double v = 255 - (PAPER_WHITE - i) * gain;

		(void)numaAddNumber(map, (l_float32)(v < 0 ? 0 : v > 255 ? 255 : v));
	}
	if (even != NULL)
		(void)pixTRCMap(even, NULL, map);
	numaDestroy(&map);
	return even;
}
