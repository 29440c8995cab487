/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PDF_CONTENT_H
#define PDF_CONTENT_H
#include <stdbool.h>
#include <stddef.h>

#include "span.h"

/*
 * Walks over a content stream (ISO 32000-1 8.2, 9.4) and tells what paints; knows nothing of
 * libqpdf and allocates nothing, so that it can be tested and fuzzed alone.
 */
struct pdf_matrix {
	double a, b, c, d, e, f; /* ISO 32000-1 8.3.3 */
};

struct pdf_painted {
	unsigned text, hidden_text;
	bool marks;
};

/* An XObject is painted: its name without the slash, and the matrix in force. */
typedef void (*pdf_paint_fn)(void *payload, struct span name, const struct pdf_matrix *);

#define PDF_MATRIX_ONE \
	{ \
		1, 0, 0, 1, 0, 0 \
	}

/* first, then second (ISO 32000-1 8.3.4). */
struct pdf_matrix pdf_matrix_multiply(
    const struct pdf_matrix *first, const struct pdf_matrix *second);
/* Adds to *painted; paint is called for every Do.  Malformed content counts as marks. */
void pdf_content_walk(struct span content, const struct pdf_matrix *start,
    struct pdf_painted *painted, pdf_paint_fn paint, void *payload);

#endif
