/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "zip_out.h"

#define FITS UINT64_C(0xffffffff)
#define UTF8_NAME 0x0800
#define DATE_1980 \
	0x0021 /* 1980-01-01, the earliest: files of a package have no time of their own */

static void
put(struct strbuf *out, uint64_t v, int bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		strbuf_add_char(out, (char)(unsigned char)(v & 0xff));
}

static uint64_t
narrow(uint64_t v)
{
	return v >= FITS ? FITS : v;
}

/* What both headers have in common: version to flags, times, CRC, sizes, length of the name. */
static void
put_common(const struct zip_entry *e, bool wide, struct strbuf *out)
{
	put(out, wide ? 45 : 20, 2);
	put(out, UTF8_NAME, 2);
	put(out, 0, 2); /* stored */
	put(out, 0, 2);
	put(out, DATE_1980, 2);
	put(out, e->crc, 4);
	put(out, narrow(e->size), 4);
	put(out, narrow(e->size), 4);
	put(out, strlen(e->name), 2);
}

void
zip_local(const struct zip_entry *e, struct strbuf *out)
{
	bool wide = e->size >= FITS;

	put(out, 0x04034b50, 4);
	put_common(e, wide, out);
	put(out, wide ? 20 : 0, 2);
	strbuf_add_str(out, e->name);
	if (wide) {
		put(out, 0x0001, 2);
		put(out, 16, 2);
		put(out, e->size, 8);
		put(out, e->size, 8);
	}
}

static void
put_central(const struct zip_entry *e, struct strbuf *out)
{
	bool wide_size = e->size >= FITS, wide_offset = e->offset >= FITS;
	unsigned extra = (wide_size ? 16 : 0) + (wide_offset ? 8 : 0);

	put(out, 0x02014b50, 4);
	put(out, 3 << 8 | 20, 2); /* made by: Unix */
	put_common(e, wide_size || wide_offset, out);
	put(out, extra ? extra + 4 : 0, 2);
	put(out, 0, 2);
	put(out, 0, 2);
	put(out, 0, 2);
	put(out, (uint64_t)0100444 << 16, 4);
	put(out, narrow(e->offset), 4);
	strbuf_add_str(out, e->name);
	if (extra) {
		put(out, 0x0001, 2);
		put(out, extra, 2);
	}
	if (wide_size) {
		put(out, e->size, 8);
		put(out, e->size, 8);
	}
	if (wide_offset)
		put(out, e->offset, 8);
}

static void
put_end64(size_t count, uint64_t at, uint64_t length, struct strbuf *out)
{
	put(out, 0x06064b50, 4);
	put(out, 44, 8);
	put(out, 3 << 8 | 45, 2);
	put(out, 45, 2);
	put(out, 0, 4);
	put(out, 0, 4);
	put(out, count, 8);
	put(out, count, 8);
	put(out, length, 8);
	put(out, at, 8);
	put(out, 0x07064b50, 4);
	put(out, 0, 4);
	put(out, at + length, 8);
	put(out, 1, 4);
}

void
zip_directory(const struct zip_entry *e, size_t count, uint64_t at, struct strbuf *out)
{
	size_t start = out->len;
	uint64_t length;

	for (size_t i = 0; i < count; i++)
		put_central(&e[i], out);
	length = out->len - start;
	if (count >= 0xffff || at >= FITS || length >= FITS)
		put_end64(count, at, length, out);
	put(out, 0x06054b50, 4);
	put(out, 0, 2);
	put(out, 0, 2);
	put(out, count >= 0xffff ? 0xffff : count, 2);
	put(out, count >= 0xffff ? 0xffff : count, 2);
	put(out, narrow(length), 4);
	put(out, narrow(at), 4);
	put(out, 0, 2);
}
