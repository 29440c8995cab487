/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NOISE_H
#define NOISE_H
#include <stdint.h>

#include "span.h"
#include "strbuf.h"

/* Text as people type it in a hurry and as a reader sees a bad scan; the same seed, the same text. */
struct noise {
	uint64_t state;
};

/* The next number below bound. */
uint32_t noise_next(struct noise *, uint32_t bound);
/* Appends the text; each word of three and more letters gets a typing error, per_mille of them. */
void noise_type(struct noise *, struct span, unsigned per_mille, struct strbuf *out);
/* Appends the text; per_mille of its words are misread: marks and tones, shapes, joins and splits. */
void noise_read(struct noise *, struct span, unsigned per_mille, struct strbuf *out);
#endif
