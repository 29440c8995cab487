/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../server/disposition.h"
#include "../../server/tus_metadata.h"
#include "base.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool held)
{
	if (!held)
		abort();
}

/* A name that came in by metadata goes out in a header and must not end it. */
static void
check_header(struct span name)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	disposition_attachment(name, &out);
	for (size_t i = 0; i < out.len; i++)
		check(out.buf[i] >= ' ' && out.buf[i] <= '~');
	check(strchr(strchr(out.buf, '"') + 1, '"') == strrchr(out.buf, '"'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct span header = span_make((const char *)data, size);
	struct tus_metadata meta;
	unsigned char digest[SHA256_LEN];

	if (tus_metadata_parse(header, arena, &meta, NULL) == ST_OK) {
		check(meta.count > 0 && meta.count <= TUS_KEYS_MAX);
		for (size_t i = 0; i < meta.count; i++) {
			check(tus_metadata_find(&meta, meta.pair[i].key) == &meta.pair[i].value);
			check_header(meta.pair[i].value);
		}
	}
	if (tus_checksum_parse(header, digest, NULL) == ST_OK)
		check(size >= 7 + 43);
	return 0;
}
