/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>

#include "base.h"
#include "legacy.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Every encoding makes valid UTF-8 of everything (U+0000 apart, which is text to it). */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_make((const char *)data, size);
	struct strbuf out = STRBUF_INIT, again = STRBUF_INIT;
	struct legacy_verdict v;
	int e;
	size_t i;

	for (e = 0; e < LEGACY_COUNT; e++) {
		strbuf_reset(&out);
		strbuf_reset(&again);
		legacy_decode((enum legacy_encoding)e, bytes, &out);
		legacy_decode(LEGACY_UTF8, strbuf_span(&out), &again);
		for (i = 0; i < out.len; i++)
			if (out.buf[i] == '\0')
				out.buf[i] = ' ';
		if (!utf8_valid(strbuf_span(&out)))
			abort();
	}
	legacy_detect(bytes, &v);
	if ((unsigned)v.encoding >= LEGACY_COUNT || v.legal > 100 || v.as_is > 100)
		abort();
	if (utf8_valid(bytes)) {
		legacy_detect_mojibake(bytes, &v);
		strbuf_reset(&out);
		legacy_repair(v.encoding, bytes, &out);
	}
	strbuf_free(&out);
	strbuf_free(&again);
	return 0;
}
