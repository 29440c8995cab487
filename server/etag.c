/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "etag.h"

bool
etag_listed(struct span header, struct span etag, bool weak)
{
	if (span_equal(span_trim(header), SPAN("*")))
		return true;
	/* Our own tags hold no comma, so a tag that a cut spoils is none of ours. */
	while (header.p) {
		struct span tag = span_trim(span_cut(&header, ','));

		if (weak && span_starts(tag, SPAN("W/")))
			tag = span_make(tag.p + 2, tag.n - 2);
		if (span_equal(tag, etag))
			return true;
	}
	return false;
}
