/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "language.h"

static const char *const known[] = { "vi", "en" };

static const char *
lookup(struct span tag)
{
	struct span primary = span_cut(&tag, '-');

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_equal_nocase(primary, span_of(known[i])))
			return known[i];
	return NULL;
}

/* "0.8" as 800; what is no weight counts as 0. */
static int
weight(struct span parameters)
{
	struct span q = span_trim(parameters);
	int value, scale = 100;

	if (!q.p || q.n == 0)
		return 1000;
	if (!span_starts(q, SPAN("q=")) || q.n < 3 || (q.p[2] != '0' && q.p[2] != '1'))
		return 0;
	value = (q.p[2] - '0') * 1000;
	for (size_t i = 4; i < q.n && i < 7 && q.p[i] >= '0' && q.p[i] <= '9'; i++, scale /= 10)
		value += (q.p[i] - '0') * scale;
	return value > 1000 ? 1000 : value;
}

const char *
language_choose(const char *own, struct span accept, const char *archive)
{
	const char *best = NULL;
	int best_weight = 0;

	if (own && lookup(span_of(own)))
		return lookup(span_of(own));
	while (accept.p) {
		struct span item = span_trim(span_cut(&accept, ','));
		const char *language = lookup(span_trim(span_cut(&item, ';')));
		int w = language ? weight(item) : 0;

		if (w > best_weight) {
			best = language;
			best_weight = w;
		}
	}
	if (!best && archive)
		best = lookup(span_of(archive));
	return best ? best : known[0];
}
