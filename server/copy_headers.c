/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "copy_headers.h"

#include "base.h"

void
answer_copy_mark(struct request *rq, const struct copy_mark *mark)
{
	char at[28];

	time_text(mark->at_us, at);
	answer_header(rq, "Tangthu-Copy", "uncontrolled; by=\"%s\"; at=\"%s\"", mark->who, at);
	if (mark->obsolete)
		answer_header(rq, "Tangthu-Mark", COPY_MARK_ASCII);
}
