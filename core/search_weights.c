/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search.h"

/* Found with tests/perf/retrieval; the commits that changed them say what they won and lost. */
static const struct search_weights built_in = {
	.k1 = 1.2,
	.b = .5,
	.other_tone = .2,
	.bigram = .7,
	.exact_pair = .7,
	.misread = .5,
	.rare = 30,
	.number = 40,
	.unread = 4,
	.digits = .5,
	.called = 8,
	.depth = 50,
	.record = .8,
	.page_k1 = .6,
	.page_b = .4,
	.other_page_b = .75,
	.page_bigram = 1,
	.page_exact_pair = .7,
	.near = 1,
	.near_window = 5,
};

const struct search_weights *
search_weights(void)
{
	return &built_in;
}
