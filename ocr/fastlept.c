/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <endian.h>
#include <leptonica/allheaders.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bits.h"
#include "fast.h"
#include "fastlept.h"

/*
 * Two functions of leptonica that a page's layout spends its time in, written for the compiler's
 * vectors.  They stand before leptonica's own in the whole process (as fastpix.c does) and give the
 * same pixels, bit for bit (test_fastlept); what they do not know goes to the real ones.
 *
 * FASTPIX=0 leaves this file out.
 */

typedef void (*rasterop_fn)(l_uint32 *, l_int32, l_int32, l_int32, l_int32, l_int32, l_int32,
    l_int32, l_int32, l_int32, l_uint32 *, l_int32, l_int32, l_int32, l_int32, l_int32);
typedef l_ok (*sauvola_fn)(PIX *, l_int32, l_float32, l_int32, l_int32, PIX **, PIX **);

static rasterop_fn real_rasterop;
static sauvola_fn real_sauvola;

__attribute__((constructor)) static void
find_real_ones(void)
{
	FIND_REAL(&real_rasterop, "rasteropLow");
	FIND_REAL(&real_sauvola, "pixSauvolaBinarizeTiled");
}

void
rasterop_slow(const struct rasterop *r)
{
	real_rasterop(r->d, r->dpixw, r->dpixh, r->depth, r->dwpl, r->dx, r->dy, r->dw, r->dh,
	    r->op, (l_uint32 *)(uintptr_t)r->s, r->spixw, r->spixh, r->swpl, r->sx, r->sy);
}

l_ok
sauvola_slow(PIX *pix, l_int32 half, l_float32 factor, l_int32 nx, l_int32 ny, PIX **th, PIX **d)
{
	return real_sauvola(pix, half, factor, nx, ny, th, d);
}

/* ---- moving bits ---- */

#define WORDS_WORTH 4 /* full words of a line: below, the real one is as good */

static l_uint32
put_word(l_uint32 d, l_uint32 v)
{
	(void)d;
	return v;
}

static l_uint32
or_word(l_uint32 d, l_uint32 v)
{
	return d | v;
}

static l_uint32
and_word(l_uint32 d, l_uint32 v)
{
	return d & v;
}

static l_uint32
subtract_word(l_uint32 d, l_uint32 v)
{
	return d & ~v;
}

static const struct mover {
	l_int32 op;
	void (*words)(l_uint32 *restrict, const l_uint32 *restrict, l_int32, l_int32);
	l_uint32 (*word)(l_uint32, l_uint32);
} movers[] = {
	{ PIX_SRC, put_words, put_word },
	{ PIX_SRC | PIX_DST, or_words, or_word },
	{ PIX_SRC & PIX_DST, and_words, and_word },
	{ PIX_DST & PIX_NOT(PIX_SRC), subtract_words, subtract_word },
};
#define MOVERS (sizeof(movers) / sizeof(movers[0]))

/* Cuts one dimension to what both images have. */
static void
clip(l_int32 *d, l_int32 *s, l_int32 *n, l_int32 dsize, l_int32 ssize)
{
	if (*d < 0) {
		*s -= *d;
		*n += *d;
		*d = 0;
	}
	if (*s < 0) {
		*d -= *s;
		*n += *s;
		*s = 0;
	}
	*n = *d + *n > dsize ? dsize - *d : *n;
	*n = *s + *n > ssize ? ssize - *s : *n;
}

/* n bits (1 to 31) of a line from bit at on, left-aligned; no word is read that has none of them. */
static l_uint32
bits_at(const l_uint32 *line, l_int32 at, l_int32 n)
{
	l_int32 shift = at & 31;
	l_uint32 v = line[at >> 5] << shift;

	return shift + n > 32 ? v | line[(at >> 5) + 1] >> (32 - shift) : v;
}

/* Less than a word: n bits of the destination, from bit dx on, within one word. */
static void
move_bits(const struct mover *m, l_uint32 *d, l_int32 dx, const l_uint32 *s, l_int32 sx, l_int32 n)
{
	l_uint32 mask = ~(0xffffffffu >> n) >> (dx & 31), *at = d + (dx >> 5);

	*at = (*at & ~mask) | (m->word(*at, bits_at(s, sx, n) >> (dx & 31)) & mask);
}

static void
move_rows(const struct mover *m, const struct rasterop *r)
{
	l_int32 first = (32 - (r->dx & 31)) & 31, words = (r->dw - first) >> 5;
	l_int32 last = (r->dw - first) & 31, y, rest = first + 32 * words;

	for (y = 0; y < r->dh; y++) {
		l_uint32 *d = r->d + (size_t)(r->dy + y) * (size_t)r->dwpl;
		const l_uint32 *s = r->s + (size_t)(r->sy + y) * (size_t)r->swpl;

		if (first > 0)
			move_bits(m, d, r->dx, s, r->sx, first);
		m->words(d + ((r->dx + first) >> 5), s + ((r->sx + first) >> 5), words,
		    (r->sx + first) & 31);
		if (last > 0)
			move_bits(m, d, r->dx + rest, s, r->sx + rest, last);
	}
}

bool
rasterop_fast(const struct rasterop *given)
{
	struct rasterop r = *given;
	size_t i;

	for (i = 0; i < MOVERS && movers[i].op != r.op; i++)
		;
	if (i == MOVERS || r.d == r.s)
		return false;
	r.dpixw *= r.depth;
	r.spixw *= r.depth;
	r.dx *= r.depth;
	r.sx *= r.depth;
	r.dw *= r.depth;
	clip(&r.dx, &r.sx, &r.dw, r.dpixw, r.spixw);
	clip(&r.dy, &r.sy, &r.dh, r.dpixh, r.spixh);
	if (r.dw < 32 * (WORDS_WORTH + 1) || r.dh <= 0)
		return false;
	move_rows(&movers[i], &r);
	return true;
}

void
rasteropLow(l_uint32 *datad, l_int32 dpixw, l_int32 dpixh, l_int32 depth, l_int32 dwpl, l_int32 dx,
    l_int32 dy, l_int32 dw, l_int32 dh, l_int32 op, l_uint32 *datas, l_int32 spixw, l_int32 spixh,
    l_int32 swpl, l_int32 sx, l_int32 sy)
{
	const struct rasterop r = { datad, dpixw, dpixh, depth, dwpl, dx, dy, dw, dh, op, datas,
		spixw, spixh, swpl, sx, sy };

	if (!rasterop_fast(&r))
		rasterop_slow(&r);
}

/* ---- Sauvola's threshold ---- */

#define HALF_MAX 90 /* sums of squares in a window of 181 fit 31 bits */

/*
 * Sums over the window's height for every column, the page mirrored at its edges as leptonica does
 * it; then sums over its width, and from mean and deviation the threshold.
 */
struct sauvola {
	PIX *pix;
	l_int32 w, h, half, border;
	double factor;
	l_uint8 *row;	       /* bytes from left to right */
	l_uint8 *threshold;    /* of a line */
	l_uint8 *ink;	       /* 1 where the pixel is below its threshold */
	int32_t *sum, *square; /* of columns, with border on both sides */
	int32_t *wide, *wide_square;
};

VECTORS static void
add_line(const l_uint8 *restrict row, l_int32 n, int32_t *restrict sum, int32_t *restrict square)
{
	l_int32 i;

	for (i = 0; i < n; i++) {
		int32_t v = row[i];

		sum[i] += v;
		square[i] += v * v;
	}
}

VECTORS static void
drop_line(const l_uint8 *restrict row, l_int32 n, int32_t *restrict sum, int32_t *restrict square)
{
	l_int32 i;

	for (i = 0; i < n; i++) {
		int32_t v = row[i];

		sum[i] -= v;
		square[i] -= v * v;
	}
}

/*
 * The steps and types of pixWindowedMean(), pixWindowedMeanSquare() and pixSauvolaGetThreshold(), so
 * that every rounding is theirs.
 */
VECTORS static void
find_thresholds(const struct sauvola *s, const int32_t *restrict sum,
    const int32_t *restrict square, l_uint8 *restrict threshold)
{
	l_float32 side = (l_float32)(2 * s->half + 1);
	l_float64 norm_square = 1.0 / (side * side);
	l_float32 norm = (l_float32)norm_square;
	l_float64 factor = s->factor;
	l_int32 x, n = s->w;

	for (x = 0; x < n; x++) {
		l_int32 mean = (l_int32)(norm * (l_float32)sum[x]);
		l_int32 squares = (l_int32)(norm_square * square[x] + 0.5);
		l_int32 variance = squares - mean * mean;
		/* Never below 0; a comparison would keep the compiler from its vectors. */
		l_float32 deviation = sqrtf((l_float32)(variance & ~(variance >> 31)));

		threshold[x] = (l_uint8)(l_int32)(mean * (1.0 - factor * (1.0 - deviation / 128.)));
	}
}

VECTORS static void
find_ink(const l_uint8 *restrict row, const l_uint8 *restrict threshold, l_int32 n,
    l_uint8 *restrict ink)
{
	l_int32 x;

	for (x = 0; x < n; x++)
		ink[x] = row[x] < threshold[x];
}

/* Eight bytes of 0 and 1 become a byte, the first its highest bit. */
static l_uint32
eight(const l_uint8 *ink)
{
	uint64_t v;

	memcpy(&v, ink, sizeof(v));
	return (l_uint32)(le64toh(v) * 0x8040201008040201u >> 56);
}

/* ink is padded with zeros to whole words. */
static void
pack_bits(const l_uint8 *ink, l_int32 w, l_uint32 *line)
{
	l_int32 i, n = (w + 31) / 32;

	for (i = 0; i < n; i++, ink += 32)
		line[i] = eight(ink) << 24 | eight(ink + 8) << 16 | eight(ink + 16) << 8 |
		    eight(ink + 24);
}

/* The page goes on as in a mirror at its edge. */
static l_int32
mirrored(l_int32 y, l_int32 h)
{
	return y < 0 ? -1 - y : y >= h ? 2 * h - 1 - y : y;
}

static const l_uint8 *
ordered_row(struct sauvola *s, l_int32 y)
{
	l_int32 wpl = pixGetWpl(s->pix);

	order_bytes(pixGetData(s->pix) + (size_t)mirrored(y, s->h) * (size_t)wpl, wpl,
	    (l_uint32 *)(void *)s->row);
	return s->row;
}

static void
mirror_columns(const struct sauvola *s, int32_t *sums)
{
	l_int32 i;

	for (i = 1; i <= s->border; i++) {
		sums[s->border - i] = sums[s->border + i - 1];
		sums[s->border + s->w + i - 1] = sums[s->border + s->w - i];
	}
}

static void
widen(const struct sauvola *s, const int32_t *sums, int32_t *wide)
{
	const int32_t *in = sums + s->border + s->half, *out = sums + s->border - s->half - 1;
	int32_t sum = 0;
	l_int32 x;

	for (x = -s->half - 1; x < s->half; x++)
		sum += sums[s->border + x];
	for (x = 0; x < s->w; x++) {
		sum += in[x] - out[x];
		wide[x] = sum;
	}
}

static void
sauvola_line(struct sauvola *s, l_int32 y, PIX *thresholds, PIX *bits)
{
	l_int32 wpl = pixGetWpl(s->pix);

	if (y > 0) {
		drop_line(ordered_row(s, y - s->half - 1), s->w, s->sum + s->border,
		    s->square + s->border);
		add_line(
		    ordered_row(s, y + s->half), s->w, s->sum + s->border, s->square + s->border);
	}
	mirror_columns(s, s->sum);
	mirror_columns(s, s->square);
	widen(s, s->sum, s->wide);
	widen(s, s->square, s->wide_square);
	find_thresholds(s, s->wide, s->wide_square, s->threshold);
	find_ink(ordered_row(s, y), s->threshold, s->w, s->ink);
	if (thresholds != NULL)
		order_bytes((const l_uint32 *)(const void *)s->threshold, wpl,
		    pixGetData(thresholds) + (size_t)y * (size_t)wpl);
	if (bits != NULL)
		pack_bits(s->ink, s->w, pixGetData(bits) + (size_t)y * (size_t)pixGetWpl(bits));
}

/* Lines of bytes and of sums, from one block. */
static void *
sauvola_open(struct sauvola *s)
{
	size_t bytes = ((size_t)s->w + 63) / 32 * 32;
	size_t sums = (size_t)(s->w + 2 * s->border) * sizeof(int32_t);
	char *p = calloc(1, 3 * bytes + 4 * sums);

	if (p != NULL) {
		s->row = (l_uint8 *)p;
		s->threshold = s->row + bytes;
		s->ink = s->threshold + bytes;
		s->sum = (int32_t *)(void *)(s->ink + bytes);
		s->square = s->sum + sums / sizeof(int32_t);
		s->wide = s->square + sums / sizeof(int32_t);
		s->wide_square = s->wide + sums / sizeof(int32_t);
	}
	return p;
}

bool
sauvola_fast(
    PIX *pix, l_int32 half, l_float32 factor, l_int32 nx, l_int32 ny, PIX **thresholds, PIX **bits)
{
	struct sauvola s = { .pix = pix, .half = half, .border = half + 1, .factor = factor };
	l_int32 y;
	void *block;

	/* What it refuses, it says itself; whole images end with their own resolution. */
	if (pix == NULL || bits == NULL || thresholds == NULL || pixGetDepth(pix) != 8 ||
	    pixGetColormap(pix) != NULL || half < 2 || half > HALF_MAX || factor < 0 ||
	    (nx <= 1 && ny <= 1))
		return false;
	s.w = pixGetWidth(pix);
	s.h = pixGetHeight(pix);
	if (s.w < 2 * half + 3 || s.h < 2 * half + 3 || s.w / (nx > 1 ? nx : 1) < half + 2 ||
	    s.h / (ny > 1 ? ny : 1) < half + 2 || (block = sauvola_open(&s)) == NULL)
		return false;
	*thresholds = pixCreate(s.w, s.h, 8);
	*bits = pixCreate(s.w, s.h, 1);
	if (*thresholds == NULL || *bits == NULL) {
		pixDestroy(thresholds);
		pixDestroy(bits);
		free(block);
		return false;
	}
	for (y = -half; y <= half; y++)
		add_line(ordered_row(&s, y), s.w, s.sum + s.border, s.square + s.border);
	for (y = 0; y < s.h; y++)
		sauvola_line(&s, y, *thresholds, *bits);
	free(block);
	return true;
}

l_ok
pixSauvolaBinarizeTiled(
    PIX *pix, l_int32 half, l_float32 factor, l_int32 nx, l_int32 ny, PIX **thresholds, PIX **bits)
{
	return sauvola_fast(pix, half, factor, nx, ny, thresholds, bits)
	    ? 0
	    : real_sauvola(pix, half, factor, nx, ny, thresholds, bits);
}
