/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "field_parts.h"
#include "legacy.h"

/* Syllables that the reader ran together. */
#define MERGED_MOST 40 /* bytes of what may be several */

/* From the end: each rest is split once. */
unsigned
field_split_syllables(struct span word, struct strbuf *out)
{
	unsigned least[MERGED_MOST + 1] = { 0 };
	size_t next[MERGED_MOST + 1] = { 0 }, i, k;

	if (word.n > MERGED_MOST)
		return 0;
	for (i = word.n; i-- > 0;) {
		if ((word.p[i] & 0xc0) == 0x80)
			continue;
		if (legacy_syllable_legal(span_make(word.p + i, word.n - i))) {
			least[i] = 1;
			next[i] = word.n;
			continue;
		}
		for (k = i + 2; k + 2 <= word.n; k++) {
			if (!least[k] || (least[i] && least[k] + 1 >= least[i]) ||
			    utf8_count(span_make(word.p + k, word.n - k)) < 2 ||
			    !legacy_syllable_legal(span_make(word.p + i, k - i)))
				continue;
			least[i] = least[k] + 1;
			next[i] = k;
		}
	}
	for (i = 0; least[0] && i < word.n; i = next[i])
		strbuf_addf(out, "%s%.*s", i ? " " : "", (int)(next[i] - i), word.p + i);
	return least[0];
}
