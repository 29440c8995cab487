/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compose.h"

void
add_several(struct document *d, enum style style, const char *format, int n)
{
	int i;

	for (i = 0; i < n; i++)
		add_text(d, style, format);
}

int
some(struct document *d, int lo, int hi)
{
	return rng_between(&d->scope.rng, lo, hi) * (int)(d->appetite + 1) / 2;
}

void
add_addressees(struct document *d)
{
	int i, n = rng_between(&d->scope.rng, 1, 3);

	for (i = 0; i < n; i++)
		add_line(d, &d->addressees, "{addressee}");
}

void
add_recipients(struct document *d, const char *first)
{
	int i, n = rng_between(&d->scope.rng, 1, 4);

	add_line(d, &d->recipients, first);
	for (i = 0; i < n; i++)
		add_line(d, &d->recipients, "{recipient}");
	add_line(d, &d->recipients, "- Lưu: VT, {short}.");
}
