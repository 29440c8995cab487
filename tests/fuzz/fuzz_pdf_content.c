/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "../../ocr/pdf_content.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* A painted name lies inside the content. */
static void
paint(void *payload, struct span name, const struct pdf_matrix *m)
{
	const struct span *content = payload;

	(void)m;
	if (name.p < content->p || name.p + name.n > content->p + content->n)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span content = span_make((const char *)data, size);
	struct pdf_painted painted = { 0, 0, false };
	struct pdf_matrix one = PDF_MATRIX_ONE;

	pdf_content_walk(content, &one, &painted, paint, &content);
	return 0;
}
