/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "output.h"

const struct format formats[] = {
	{ "pdf", "pdf", true, false, 8, write_pdf_scan },
	{ "tiff", "tif", true, false, 2, write_tiff },
	{ "jpeg", "jpg", true, true, 1, write_jpeg },
	{ "png", "png", true, true, 1, write_png },
	{ "jp2", "jp2", true, true, 0, write_jp2 }, /* never by lot: slow */
	{ "text-pdf", "pdf", false, false, 2, write_pdf_text },
	{ "text", "txt", false, false, 1, write_text },
	{ "html", "html", false, false, 1, write_html },
};
const size_t formats_count = sizeof(formats) / sizeof(*formats);

const struct format *
format_find(const char *name)
{
	size_t i;

	for (i = 0; i < formats_count; i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

const struct format *
format_pick(struct rng *rng)
{
	int total = 0, draw;
	size_t i;

	for (i = 0; i < formats_count; i++)
		total += formats[i].weight;
	draw = rng_between(rng, 0, total - 1);
	for (i = 0; draw >= formats[i].weight; i++)
		draw -= formats[i].weight;
	return &formats[i];
}
