/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "document.h"

const struct kind kinds[] = {
	{ "decision", "QUYẾT ĐỊNH", "QĐ", "{subject_decision}", "vi", 5, compose_decision },
	{ "letter", "CÔNG VĂN", NULL, "{subject_letter}", "vi", 6, compose_letter },
};
const size_t kinds_count = sizeof(kinds) / sizeof(*kinds);

const struct kind *
kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < kinds_count; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct kind *
kind_pick(struct rng *rng)
{
	int total = 0, draw;
	size_t i;

	for (i = 0; i < kinds_count; i++)
		total += kinds[i].weight;
	draw = rng_between(rng, 0, total - 1);
	for (i = 0; draw >= kinds[i].weight; i++)
		draw -= kinds[i].weight;
	return &kinds[i];
}
