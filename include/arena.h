/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ARENA_H
#define ARENA_H
#include <stddef.h>

#include "err.h"
#include "span.h"

/*
 * Memory with one life: everything allocated from an arena goes when the arena goes.  One per
 * request or job.  No destructors: file descriptors and handles never live here.  Allocation
 * aborts when memory runs out; memory is zeroed and aligned for any type.  Not thread-safe.
 */
struct arena;

#ifdef __cplusplus
extern "C" {
#endif

struct arena	*arena_new(void);
void		 arena_free(struct arena *);
void		 arena_freep(struct arena **);	/* for owned() */
/* Keeps one chunk for the next request. */
void		 arena_reset(struct arena *);
void		*arena_alloc(struct arena *, size_t);
/* n * size with overflow check (aborts). */
void		*arena_array(struct arena *, size_t n, size_t size);
/* NUL-terminated copies. */
char		*arena_dup(struct arena *, const char *);	/* NULL gives NULL */
char		*arena_dup_span(struct arena *, struct span);
char		*arena_printf(struct arena *, const char *, ...) PRINTF(2, 3);
size_t		 arena_used(const struct arena *);

/* malloc family that aborts; for small, fixed sizes. */
void		*xmalloc(size_t);
void		*xcalloc(size_t, size_t);
void		*xrealloc(void *, size_t);
char		*xstrdup(const char *);
/* For sizes that come from input: NULL and ST_LIMIT when n is over limit or memory runs out. */
MUST_CHECK enum status
		 try_alloc(void **, size_t n, size_t limit, struct err *);
void		 freep(void *);			/* owned(freep) char *s; */

#ifdef __cplusplus
}
#endif
#endif
