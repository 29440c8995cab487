/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAYER_H
#define LAYER_H
#include "legacy.h"
#include "pdf.h"
#include "words.h"

/* Is the text a PDF page brings along the text that stands on it? (ocr.md section 5) */
enum layer_verdict {
	LAYER_SOUND,	  /* take it */
	LAYER_EARLIER,	  /* an earlier recognition, hidden over the scan, good enough */
	LAYER_LEGACY,	  /* sound once converted from layer.encoding */
	LAYER_TOO_LITTLE, /* recognise: a few words beside a picture of the page */
	LAYER_UNSOUND	  /* recognise: not what the eye sees */
};

struct layer {
	enum layer_verdict verdict;
	enum legacy_encoding encoding;
	unsigned letters;
	unsigned legal; /* per cent of the marked words that are syllables */
};

void layer_judge(const struct words *, const struct pdf_page_facts *, struct layer *);
/* The same words in the same places, converted; those with capital[i] in capitals (NULL: none). */
struct words *layer_convert(const struct words *, enum legacy_encoding, const bool *capital);

#endif
