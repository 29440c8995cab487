/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define CHUNK 65536

struct chunk {
	struct chunk *next;
	size_t size; /* of data */
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct chunk *first; /* the newest; the oldest, of size CHUNK, is the last */
	size_t total;
};

static struct chunk *
chunk_new(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct chunk))
		abort();
	struct chunk *c = xmalloc(sizeof(*c) + size);

	c->next = NULL;
	c->size = size;
	c->used = 0;
	return c;
}

struct arena *
arena_new(void)
{
	struct arena *a = xcalloc(1, sizeof(*a));

	a->first = chunk_new(CHUNK);
	return a;
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->first, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

void
arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}

void
arena_reset(struct arena *a)
{
	struct chunk *c = a->first;

	while (c->next) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
	c->used = 0;
	a->first = c;
	a->total = 0;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = alignof(max_align_t);

	if (n > SIZE_MAX - align)
		abort();
	size_t need = n ? (n + align - 1) / align * align : align;
	struct chunk *c = a->first;

	if (c->size - c->used < need) {
		c = chunk_new(need > CHUNK ? need : CHUNK);
		c->next = a->first;
		a->first = c;
	}
	void *p = c->data + c->used;

	c->used += need;
	a->total += need;
	return memset(p, 0, need);
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		abort();
	return arena_alloc(a, total);
}

char *
arena_dup_span(struct arena *a, struct span s)
{
	char *copy = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(copy, s.p, s.n);
	return copy;
}

char *
arena_dup(struct arena *a, const char *s)
{
	return s ? arena_dup_span(a, span_of(s)) : NULL;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	char *s = arena_alloc(a, (size_t)n + 1);

	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

size_t
arena_used(const struct arena *a)
{
	return a->total;
}

void *
xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		abort();
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		abort();
	return p;
}

void *
xrealloc(void *old, size_t n)
{
	void *p = realloc(old, n ? n : 1);

	if (!p)
		abort();
	return p;
}

char *
xstrdup(const char *s)
{
	return span_dup(span_of(s));
}

enum status
try_alloc(void **out, size_t n, size_t limit, struct err *err)
{
	*out = NULL;
	if (n > limit)
		return fail(err, ST_LIMIT, "%zu bytes asked for, %zu allowed", n, limit);
	if (!(*out = malloc(n ? n : 1)))
		return fail(err, ST_LIMIT, "no memory for %zu bytes", n);
	return ST_OK;
}

void
freep(void *p)
{
	void *block;

	memcpy(&block, p, sizeof(block));
	free(block);
}
