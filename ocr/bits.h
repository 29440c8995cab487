/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BITS_H
#define BITS_H
#include <endian.h>
#include <leptonica/allheaders.h>

#include "vector.h"

/* Loops over the words of a line of a PIX, whose pixels lie from the high bits down. */

/* d = d op (s moved left by shift (0 to 31), the next word's bits behind it); s[n] is read unless 0. */
#define MOVE_WORDS(name, expression) \
	VECTORS static inline void name( \
	    l_uint32 *restrict d, const l_uint32 *restrict s, l_int32 n, l_int32 shift) \
	{ \
		l_int32 i, back = 32 - shift; \
\
		if (shift == 0) \
			for (i = 0; i < n; i++) { \
				l_uint32 v = s[i]; \
\
				d[i] = expression; \
			} \
		else \
			for (i = 0; i < n; i++) { \
				l_uint32 v = s[i] << shift | s[i + 1] >> back; \
\
				d[i] = expression; \
			} \
	}

MOVE_WORDS(put_words, v)
MOVE_WORDS(or_words, d[i] | v)
MOVE_WORDS(and_words, d[i] & v)
MOVE_WORDS(subtract_words, d[i] & ~v)

/* Words as bytes from left to right on any machine, and back. */
VECTORS static inline void
order_bytes(const l_uint32 *restrict from, l_int32 n, l_uint32 *restrict to)
{
	l_int32 i;

	for (i = 0; i < n; i++)
		to[i] = be32toh(from[i]);
}

#endif
