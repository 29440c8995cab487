/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPAN_H
#define SPAN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A borrowed run of bytes: never owned, not NUL-terminated.  p may be NULL when n is 0. */
struct span {
	const char	*p;
	size_t		 n;
};

#define SPAN(lit)	((struct span){ "" lit, sizeof(lit) - 1 })
/* For printf("%.*s", SPAN_ARG(s)). */
#define SPAN_ARG(s)	(int)(s).n, (s).n ? (s).p : ""

#ifdef __cplusplus
extern "C" {
#endif

static inline struct span
span_of(const char *s)
{
	struct span r;

	r.p = s;
	r.n = s ? strlen(s) : 0;
	return r;
}

static inline struct span
span_make(const char *p, size_t n)
{
	struct span r;

	r.p = p;
	r.n = n;
	return r;
}

bool		 span_equal(struct span, struct span);
bool		 span_equal_str(struct span, const char *);
/* ASCII case only. */
bool		 span_equal_nocase(struct span, struct span);
bool		 span_starts(struct span, struct span);
bool		 span_ends(struct span, struct span);
/* Without ASCII white space at both ends. */
struct span	 span_trim(struct span);
/*
 * Cuts *rest at the first sep: returns what stood before it, *rest is what stands after it.
 * Without a sep the whole of *rest is returned and *rest becomes empty with p == NULL.
 */
struct span	 span_cut(struct span *, char);
/* Index of the first occurrence, or -1. */
ptrdiff_t	 span_find(struct span, struct span);
/* Strict decimal numbers: all of the span, no sign (u64) or an optional '-' (i64), no overflow. */
bool		 span_u64(struct span, uint64_t *);
bool		 span_i64(struct span, int64_t *);
/* malloc'd NUL-terminated copy; the caller frees it. */
char		*span_dup(struct span);

#ifdef __cplusplus
}
#endif
#endif
