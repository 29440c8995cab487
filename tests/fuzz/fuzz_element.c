/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elements between processes: what the reader of a stranger's package sends is not trusted. */
#include <stdlib.h>

#include "element.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was taken goes out and comes back the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT, xml = STRBUF_INIT;
	const struct element *e;

	if (element_unwire(span_make((const char *)data, size), arena, &e, NULL) != ST_OK)
		return 0;
	element_wire(e, &once);
	if (element_unwire(strbuf_span(&once), arena, &e, NULL) != ST_OK)
		abort();
	element_wire(e, &twice);
	if (!span_equal(strbuf_span(&once), strbuf_span(&twice)))
		abort();
	element_xml(e, &xml);
	return 0;
}
