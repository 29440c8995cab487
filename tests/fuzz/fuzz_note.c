/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trail.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char peter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

/* Notes, checkpoints and keys: what is read writes the same text again, spans stay inside the input. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena;
	static struct note_key known;
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct span all = span_make((const char *)data, size);
	struct checkpoint point;
	struct note_key key;
	struct note note;

	if (!arena) {
		arena = arena_new();
		if (note_key_parse(span_of(peter), &known, NULL) != ST_OK)
			abort();
	}
	arena_reset(arena);
	if (note_key_parse(all, &key, NULL) == ST_OK) {
		struct note_key again;

		note_key_text(&key, &text);
		if (note_key_parse(strbuf_span(&text), &again, NULL) != ST_OK ||
		    memcmp(&again, &key, sizeof(key)) != 0)
			abort();
	}
	if (note_parse(all, &note, NULL) == ST_OK) {
		if (note.text.p != all.p || note.text.n >= all.n || note.count == 0)
			abort();
		for (size_t i = 0; i < note.count; i++)
			if (note.signature[i].name.p < all.p ||
			    note.signature[i].name.p + note.signature[i].name.n > all.p + all.n)
				abort();
		if (note_verify(&note, &known, NULL) == ST_OK && note.text.n == 0)
			abort();
	}
	if (checkpoint_parse(all, arena, &point, NULL) == ST_OK &&
	    (point.size > INT64_MAX || strlen(point.note) != size))
		abort();
	return 0;
}
