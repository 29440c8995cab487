/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "quality.h"

#include <math.h>
#include <string.h>

const char *
quality_name(unsigned i)
{
	static const char *const names[QUALITY_COUNT] = { "low-dpi", "not-colour", "skewed",
		"blank", "low-confidence", "unread" };

	return i < QUALITY_COUNT ? names[i] : "?";
}

/* Recognised from pixels: text formats and text layers were never paper. */
static bool
is_scan(const struct page *p)
{
	return p->source && strncmp(p->source, "ocr", 3) == 0;
}

unsigned
quality_of(const struct page *p, const struct conf *c)
{
	unsigned issues = 0;

	if (p->state == PAGE_REFUSED || p->state == PAGE_GIVEN_UP)
		return QUALITY_UNREAD;
	if (p->state == PAGE_WAITING || !is_scan(p))
		return 0;
	if (c->scan_min_dpi > 0 && p->dpi < c->scan_min_dpi)
		issues |= QUALITY_LOW_DPI;
	/* The display image of a bi-level page is a PNG (architecture D4). */
	if (c->scan_colour && p->image_mime && strcmp(p->image_mime, "image/png") == 0)
		issues |= QUALITY_NOT_COLOUR;
	if (c->scan_max_skew > 0 && fabs(p->skew) * 100 >= (double)c->scan_max_skew)
		issues |= QUALITY_SKEWED;
	if (p->state == PAGE_BLANK)
		return issues | (c->scan_report_blank ? QUALITY_BLANK : 0);
	if (p->confidence >= 0 && p->confidence < (double)c->scan_min_confidence)
		issues |= QUALITY_LOW_CONFIDENCE;
	return issues;
}
