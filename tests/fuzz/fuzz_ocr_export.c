/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tangthu-ocr --export takes: the request of a frame, and a plan with word tables in it. */
#include <stdlib.h>
#include <string.h>

#include "ocr_export.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_request(struct span s)
{
	struct ocr_export e;
	struct strbuf again owned(strbuf_free) = STRBUF_INIT;

	if (ocr_export_read(&e, s, NULL) != ST_OK)
		return;
	ocr_export_write(&e, &again);
	if (ocr_export_read(&e, strbuf_span(&again), NULL) != ST_OK)
		abort();
}

static void
read_plan(struct span rest)
{
	struct strbuf again owned(strbuf_free) = STRBUF_INIT;
	struct ocr_export_page page;
	size_t before;

	ocr_export_plan_begin(&again);
	for (before = rest.n + 1; ocr_export_plan_next(&rest, &page, NULL) == ST_OK;) {
		struct words *words = NULL;

		if (rest.n >= before || page.number == 0 || page.turn % 90 != 0)
			abort();
		before = rest.n;
		if (page.words.n && words_read(&words, page.words, NULL) == ST_OK)
			words_free(words);
		ocr_export_plan_add(&page, &again);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_make((const char *)data, size);

	read_request(s);
	read_plan(s);
	return 0;
}
