/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"
#include "strbuf.h"

/* Never written: alloc == 0 marks a strbuf that borrows it. */
char strbuf_empty[1];

void
strbuf_init(struct strbuf *b)
{
	*b = (struct strbuf)STRBUF_INIT;
}

void
strbuf_free(struct strbuf *b)
{
	if (b->alloc)
		free(b->buf);
	strbuf_init(b);
}

void
strbuf_reset(struct strbuf *b)
{
	strbuf_truncate(b, 0);
}

void
strbuf_grow(struct strbuf *b, size_t extra)
{
	if (extra >= SIZE_MAX - b->len)
		abort();
	size_t need = b->len + extra + 1;

	if (need <= b->alloc)
		return;
	size_t want = b->alloc + b->alloc / 2;

	if (want < need)
		want = need;
	if (want < 64)
		want = 64;
	b->buf = xrealloc(b->alloc ? b->buf : NULL, want);
	b->alloc = want;
	b->buf[b->len] = '\0';
}

void
strbuf_truncate(struct strbuf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->buf[len] = '\0';
}

void
strbuf_add(struct strbuf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	strbuf_grow(b, n);
	memcpy(b->buf + b->len, p, n);
	b->len += n;
	b->buf[b->len] = '\0';
}

void
strbuf_add_str(struct strbuf *b, const char *s)
{
	strbuf_add(b, s, strlen(s));
}

void
strbuf_add_span(struct strbuf *b, struct span s)
{
	strbuf_add(b, s.p, s.n);
}

void
strbuf_add_char(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void
strbuf_add_rune(struct strbuf *b, uint32_t c)
{
	char u[4];
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
		strbuf_add_rune(b, 0xfffd);
		return;
	}
	for (size_t i = n; i-- > 1; c >>= 6)
		u[i] = (char)(0x80 | (c & 0x3f));
	u[0] = (char)(lead[n] | c);
	strbuf_add(b, u, n);
}

void
strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);

	if (n < 0)
		abort();
	strbuf_grow(b, (size_t)n);
	vsnprintf(b->buf + b->len, (size_t)n + 1, fmt, again);
	va_end(again);
	b->len += (size_t)n;
}

void
strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

char *
strbuf_detach(struct strbuf *b, size_t *len)
{
	strbuf_grow(b, 0);
	char *s = b->buf;

	if (len)
		*len = b->len;
	strbuf_init(b);
	return s;
}

enum status
strbuf_read_file(struct strbuf *b, const char *path, size_t limit, struct err *err)
{
	owned(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t before = b->len;

	if (fd == -1 && errno == ENOENT)
		return fail(err, ST_NOT_FOUND, "open %s: no such file", path);
	if (fd == -1)
		return fail_sys(err, "open %s", path);
	for (;;) {
		/* One byte over the limit tells "exactly at it" from "more". */
		size_t room = limit - (b->len - before);
		size_t ask = room < 65536 ? room + 1 : 65536;

		strbuf_grow(b, ask);
		ssize_t n = read(fd, b->buf + b->len, ask);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			int sys = errno;

			strbuf_truncate(b, before);
			errno = sys;
			return fail_sys(err, "read %s", path);
		}
		if (n == 0)
			break;
		if ((size_t)n > room) {
			strbuf_truncate(b, before);
			return fail(err, ST_TOO_LARGE, "%s is larger than %zu bytes", path, limit);
		}
		b->len += (size_t)n;
		b->buf[b->len] = '\0';
	}
	return ST_OK;
}
