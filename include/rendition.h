/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RENDITION_H
#define RENDITION_H
#include <stdint.h>

#include "strbuf.h"
#include "words.h"

/*
 * Text renditions of pages, made on demand from the word table (architecture D4): ALTO 4.2 (Library
 * of Congress, ns-v4) and hOCR 1.2 (XHTML).  The plain text is the table's own.
 *
 * Reading order is the order of the words.  Boxes of lines and blocks enclose those of their words;
 * a page without geometry (text formats) has none, as both formats allow.  Coordinates are whole
 * pixels; what reaches over the page's edge after deskew is cut there.
 */
struct rendition_page {
	int64_t			 number;	/* in the record, from 1 */
	const struct words	*words;
	const char		*language;	/* "vi", "en", or NULL */
	const char		*provenance;	/* how it was read, or NULL */
	bool			 corrected;	/* a person's text (D5) */
};

struct rendition_source {
	const char	*name;		/* of the file, or NULL */
	const char	*uid;		/* of the record */
};

#ifdef __cplusplus
extern "C" {
#endif

/* Appends one whole document of count pages. */
void		 rendition_alto(const struct rendition_source *, const struct rendition_page *,
		    size_t count, struct strbuf *out);
void		 rendition_hocr(const struct rendition_source *, const struct rendition_page *,
		    size_t count, struct strbuf *out);

/*
 * Turns a page's geometry by hand-made quarters (clockwise: 0, 90, 180, 270): sides and boxes; text
 * and order stay.
 */
void		 words_turn(struct words *, uint32_t degrees);

#ifdef __cplusplus
}
#endif
#endif
