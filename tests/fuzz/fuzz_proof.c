/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../cli/verify/verify.h"
#include "trail.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/*
 * Proofs as the witness and as tangthu-verify read them, entries and lines of a log: nothing that was not
 * signed holds, and nothing is read beyond the input.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct keys none;
	struct span all = span_make((const char *)data, size), note;
	struct bytes bytes = { data, size };
	struct buffer entry;
	struct point old = { .size = 1 }, point;
	struct proof proof;
	struct entry e;
	struct fault f;
	uint64_t from;

	if (consistency_parse(all, &from, &proof, &note, NULL) == ST_OK &&
	    (proof.count > PROOF_HASHES_MAX || (note.n && note.p + note.n != all.p + all.n)))
		abort();
	if (inclusion_check(bytes, &none, &point, &entry, &f) ||
	    consistency_check(bytes, &none, &old, &point, &f) ||
	    point_read(bytes, &none, &point, &f))
		abort();
	if (entry_parse(bytes, &e, &f) && e.detail.p &&
	    (e.detail.p < data || e.detail.p + e.detail.n > data + size))
		abort();
	return 0;
}
