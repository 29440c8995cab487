/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RENDITION_PARTS_H
#define RENDITION_PARTS_H
#include "rendition.h"

/* What ALTO and hOCR share: boxes inside the page, and XML text. */

struct rendition_box {
	int64_t left, top, right, bottom; /* right <= left: none */
};

/* The box of the words [first, first + count), inside the page. */
struct rendition_box rendition_enclose(const struct words *, size_t first, size_t count);
static inline bool
rendition_box_is(const struct rendition_box *b)
{
	return b->right > b->left && b->bottom > b->top;
}
/* Words of the line or block that begins at first. */
size_t rendition_line(const struct words *, size_t first);
size_t rendition_block(const struct words *, size_t first);
/*
 * Text as XML 1.0 character data, fit for attributes too: markup is escaped, characters that XML
 * cannot hold become U+FFFD, and white space other than spaces is written as a reference.
 */
void rendition_escape(struct span, struct strbuf *out);

#endif
