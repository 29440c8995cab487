/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sketch.h"

#include <string.h>

#include "strbuf.h"
#include "text.h"

#define ROWS (SKETCH_SIZE / SKETCH_BANDS)

/* The finisher of splitmix64: every bit of the result hangs on every bit of x. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* FNV-1a; the same on every machine, as sketches are kept. */
static uint64_t
hash_word(struct span s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return mix(h);
}

void
sketch_begin(struct sketch *s)
{
	memset(s, 0, sizeof(*s));
	memset(s->min, 0xff, sizeof(s->min));
	s->order = SKETCH_ORDER;
}

/* One multiplication a function: they differ by an odd factor. */
static void
add_run(struct sketch *s, uint64_t run)
{
	for (unsigned i = 0; i < SKETCH_SIZE; i++) {
		uint64_t factor = (2 * (uint64_t)i + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
		uint32_t value = (uint32_t)((run * factor) >> 32);

		if (value < s->min[i])
			s->min[i] = value;
	}
	s->runs++;
}

static void
add_word(struct sketch *s, struct span folded)
{
	uint64_t run = 0;

	memmove(s->word + 1, s->word, sizeof(s->word) - sizeof(s->word[0]));
	s->word[0] = hash_word(folded);
	if (++s->words < s->order)
		return;
	for (unsigned i = s->order; i-- > 0;)
		run = mix(run + s->word[i]);
	add_run(s, run);
}

void
sketch_add(struct sketch *s, struct span text)
{
	struct text_scan scan;
	struct text_word w;

	text_scan_init(&scan, text);
	while (text_next(&scan, &w))
		add_word(s, span_make(w.folded, w.folded_len));
}

bool
sketch_tells(const struct sketch *s)
{
	return s->runs >= SKETCH_RUNS_MIN;
}

double
sketch_alike(const struct sketch *a, const struct sketch *b)
{
	unsigned same = 0;

	for (unsigned i = 0; i < SKETCH_SIZE; i++)
		same += a->min[i] == b->min[i];
	return (double)same / SKETCH_SIZE;
}

int64_t
sketch_band(const struct sketch *s, unsigned band)
{
	uint64_t key = band;

	for (unsigned i = 0; i < ROWS; i++)
		key = mix(key + s->min[band * ROWS + i]);
	return (int64_t)(key >> 1);
}

void
sketch_write(const struct sketch *s, unsigned char out[SKETCH_BYTES])
{
	for (unsigned i = 0; i < SKETCH_BYTES; i++)
		out[i] = (unsigned char)(s->min[i / 4] >> (8 * (i % 4)));
}

bool
sketch_read(struct sketch *s, struct span bytes)
{
	sketch_begin(s);
	if (bytes.n != SKETCH_BYTES)
		return false;
	memset(s->min, 0, sizeof(s->min));
	for (unsigned i = 0; i < SKETCH_BYTES; i++)
		s->min[i / 4] |= (uint32_t)(unsigned char)bytes.p[i] << (8 * (i % 4));
	return true;
}
