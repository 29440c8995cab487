/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link: -Wl,--wrap=export_put */
/*
 * What tangthu-ocr makes of a foreign package: a ZIP file, or, so that checksums are no wall, entries one
 * behind the other, each a name and a content ended by NUL.  Whatever it says must go over the wire.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "../../ocr/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __wrap_export_put(struct export *, const void *, size_t);

static void
check_wire(struct span wire)
{
	owned(arena_freep) struct arena *arena = arena_new();
	const struct element *e;

	if (element_unwire(wire, arena, &e, NULL) == ST_CORRUPT)
		abort();
}

void
__wrap_export_put(struct export *e, const void *bytes, size_t n)
{
	(void)e;
	check_wire(span_make(bytes, n));
}

static void
look_at_zip(struct span bytes)
{
	static struct export e;
	enum ocr_reason reason;

	e.job.bytes = bytes;
	e.what.limits.output = 8u << 20;
	(void)export_package_look(&e, &reason, NULL);
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(
	    ((const struct package_entry *)a)->path, ((const struct package_entry *)b)->path);
}

static void
look_at_entries(struct span rest)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf wire = STRBUF_INIT;
	static struct package_entry entry[64];
	struct package_look l = { .arena = arena, .entry = entry };
	unsigned char digest[SHA256_LEN];

	l.root = element_add(arena, NULL, "package");
	while (rest.p && rest.n && l.count < 64) {
		struct package_entry *e = &entry[l.count];
		struct span path = span_cut(&rest, '\0');
		const char *why;

		memset(e, 0, sizeof(*e));
		e->content = span_cut(&rest, '\0');
		e->size = e->content.n;
		if (!look_path(path, &why) || !e->content.p)
			continue;
		e->path = arena_dup_span(arena, path);
		(void)SHA256((const unsigned char *)e->content.p, e->content.n, digest);
		hex_encode(digest, sizeof(digest), e->sha256);
		l.count++;
	}
	qsort(entry, l.count, sizeof(*entry), by_path);
	look_inside(&l);
	element_wire(l.root, &wire);
	check_wire(strbuf_span(&wire));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_make((const char *)data, size);

	if (span_starts(s, SPAN("PK")))
		look_at_zip(s);
	else
		look_at_entries(s);
	return 0;
}
