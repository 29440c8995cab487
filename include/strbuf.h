/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STRBUF_H
#define STRBUF_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

/*
 * A growing byte string.  Invariants: buf is never NULL, buf[len] is always NUL, len < alloc or
 * alloc == 0 (the shared empty string).  Declare with STRBUF_INIT; owned(strbuf_free) ends it.
 * Growth aborts when memory runs out: bound what comes from outside before adding it.
 */
struct strbuf {
	size_t	 alloc;
	size_t	 len;
	char	*buf;
};

extern char	strbuf_empty[];
#define STRBUF_INIT	{ 0, 0, strbuf_empty }

#ifdef __cplusplus
extern "C" {
#endif

void		 strbuf_init(struct strbuf *);
/* Releases the storage and makes it empty again; may be called twice. */
void		 strbuf_free(struct strbuf *);
/* Empties it and keeps the storage. */
void		 strbuf_reset(struct strbuf *);
/* Room for extra more bytes and a NUL. */
void		 strbuf_grow(struct strbuf *, size_t extra);
void		 strbuf_truncate(struct strbuf *, size_t len);
void		 strbuf_add(struct strbuf *, const void *, size_t);
void		 strbuf_add_str(struct strbuf *, const char *);
void		 strbuf_add_span(struct strbuf *, struct span);
void		 strbuf_add_char(struct strbuf *, char);
/* UTF-8 of one code point. */
void		 strbuf_add_rune(struct strbuf *, uint32_t);
void		 strbuf_addf(struct strbuf *, const char *, ...) PRINTF(2, 3);
void		 strbuf_vaddf(struct strbuf *, const char *, va_list) PRINTF(2, 0);
/* The string is yours to free(3); the strbuf is empty again. */
char		*strbuf_detach(struct strbuf *, size_t *len);
static inline struct span
strbuf_span(const struct strbuf *b)
{
	return span_make(b->buf, b->len);
}
/*
 * Reads a whole file, at most limit bytes.  ST_NOT_FOUND, ST_TOO_LARGE, ST_IO.
 */
MUST_CHECK enum status
		 strbuf_read_file(struct strbuf *, const char *path, size_t limit, struct err *);

#ifdef __cplusplus
}
#endif
#endif
