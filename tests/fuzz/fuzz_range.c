/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../server/cookie.h"
#include "../../server/etag.h"
#include "../../server/language.h"
#include "../../server/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Headers that any client may send: ranges stay inside the file, borrowed spans inside the header. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint64_t sizes[] = { 0, 1, 10, UINT64_C(1) << 40, INT64_MAX };
	struct span header = span_make((const char *)data, size);
	struct span cookie = cookie_find(header, SPAN("tangthu"));

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t first = 0, length = 0;

		if (range_parse(header, sizes[i], &first, &length) != RANGE_PART)
			continue;
		if (length == 0 || first >= sizes[i] || length > sizes[i] - first)
			abort();
	}
	if (cookie.n > 0 && (cookie.p < header.p || cookie.p + cookie.n > header.p + header.n))
		abort();
	if (strlen(language_choose(NULL, header, NULL)) != 2)
		abort();
	if (etag_listed(header, SPAN("\"a\""), false) && !etag_listed(header, SPAN("\"a\""), true))
		abort();
	return 0;
}
