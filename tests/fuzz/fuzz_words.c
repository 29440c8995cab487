/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Whatever is read keeps the promises of words.h and is written and read again alike. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf bytes = STRBUF_INIT, again = STRBUF_INIT;
	struct words *ws, *second;
	size_t i, first, count, end = 0;

	if (words_read(&ws, span_make((const char *)data, size), NULL) != ST_OK)
		return 0;
	for (i = 0; i < ws->count; i++) {
		if (ws->word[i].length == 0 || ws->word[i].offset < end)
			abort();
		end = ws->word[i].offset + ws->word[i].length;
		words_range(ws, ws->word[i].offset, end, &first, &count);
		if (first != i || count != 1)
			abort();
	}
	if (end != ws->text.len || words_confidence(ws) > 100)
		abort();
	words_write(ws, &bytes);
	if (words_read(&second, strbuf_span(&bytes), NULL) != ST_OK)
		abort();
	words_write(second, &again);
	if (!span_equal(strbuf_span(&bytes), strbuf_span(&again)))
		abort();
	words_free(ws);
	words_free(second);
	strbuf_free(&bytes);
	strbuf_free(&again);
	return 0;
}
