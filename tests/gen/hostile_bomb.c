/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small files that unfold, or say they will, to more than a machine has. */
#include <stdlib.h>
#include <zlib.h>

#include "hostile.h"

#define MIB 1048576
#define BOMB_PIECE (16 * MIB)
#define BOMB_PIECES 64

/* Raw deflate of BOMB_PIECES x BOMB_PIECE zeros: one flushed piece, again and again, then an end. */
static void
zeros_deflate(struct strbuf *out)
{
	unsigned char *zeros = xcalloc(1, BOMB_PIECE), *piece = xmalloc(MIB);
	z_stream z = {
		.next_in = zeros, .avail_in = BOMB_PIECE, .next_out = piece, .avail_out = MIB
	};
	int i;

	(void)deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
	(void)deflate(&z, Z_FULL_FLUSH);
	for (i = 0; i < BOMB_PIECES; i++)
		strbuf_add(out, piece, z.total_out);
	(void)deflateEnd(&z);
	/* An empty last block. */
	strbuf_add(out, "\x03\x00", 2);
	free(zeros);
	free(piece);
}

static void
put_le(struct strbuf *out, unsigned long v, int bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		strbuf_add_char(out, (char)(v & 0xff));
}

/* Local header or entry of the central directory (APPNOTE 4.3.7, 4.3.12). */
static void
zip_header(struct strbuf *out, int central, unsigned long crc, size_t packed, size_t size)
{
	put_le(out, central ? 0x02014b50 : 0x04034b50, 4);
	if (central)
		put_le(out, 20, 2);
	put_le(out, 20, 2);
	put_le(out, 0, 2);
	put_le(out, 8, 2);
	/* 1 January 1980, midnight. */
	put_le(out, 0x00210000, 4);
	put_le(out, crc, 4);
	put_le(out, packed, 4);
	put_le(out, size, 4);
	put_le(out, 5, 2);
	put_le(out, 0, 2);
	if (central) {
		put_le(out, 0, 10);
		put_le(out, 0, 4);
	}
	strbuf_add_str(out, "0.bin");
}

enum status
make_zip_bomb(struct hostile *h, const char *path, struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT, packed = STRBUF_INIT;
	size_t size = (size_t)BOMB_PIECE * BOMB_PIECES, at;
	unsigned char *zeros = xcalloc(1, BOMB_PIECE);
	unsigned long crc = crc32(0, zeros, BOMB_PIECE), all = crc;
	int i;

	(void)h;
	free(zeros);
	for (i = 1; i < BOMB_PIECES; i++)
		all = crc32_combine(all, crc, BOMB_PIECE);
	zeros_deflate(&packed);
	zip_header(&out, 0, all, packed.len, size);
	strbuf_add(&out, packed.buf, packed.len);
	at = out.len;
	zip_header(&out, 1, all, packed.len, size);
	put_le(&out, 0x06054b50, 4);
	put_le(&out, 0, 4);
	put_le(&out, 1, 2);
	put_le(&out, 1, 2);
	put_le(&out, out.len - 12 - at, 4);
	put_le(&out, at, 4);
	put_le(&out, 0, 2);
	return file_write(path, out.buf, out.len, err);
}

/* A page whose content unfolds to a gigabyte of zeros. */
enum status
make_flate_bomb(struct hostile *h, const char *path, struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT, packed = STRBUF_INIT;
	size_t i;

	(void)h;
	/* zlib's two bytes; the missing checksum at the end troubles nobody before the memory does. */
	strbuf_add(&packed, "\x78\xda", 2);
	zeros_deflate(&packed);
	strbuf_add_str(&out,
	    "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
	    "2 0 obj\n<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>\nendobj\n"
	    "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] "
	    "/Contents 4 0 R >>\nendobj\n");
	i = out.len;
	strbuf_addf(&out, "4 0 obj\n<< /Filter /FlateDecode /Length %zu >>\nstream\n", packed.len);
	strbuf_add(&out, packed.buf, packed.len);
	strbuf_add_str(&out, "\nendstream\nendobj\n");
	/* No table: whoever reads it has to repair it first, as with many real files. */
	strbuf_addf(&out, "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", i);
	return file_write(path, out.buf, out.len, err);
}

static void
put_be(struct strbuf *out, unsigned long v)
{
	int shift;

	for (shift = 24; shift >= 0; shift -= 8)
		strbuf_add_char(out, (char)(v >> shift & 0xff));
}

static void
png_chunk(struct strbuf *out, const char *type, const void *data, size_t n)
{
	size_t from;

	put_be(out, n);
	from = out->len;
	strbuf_add(out, type, 4);
	strbuf_add(out, data, n);
	put_be(out, crc32(0, (const unsigned char *)out->buf + from, (uInt)(out->len - from)));
}

/* 60,000 x 60,000 colour pixels said, none given. */
enum status
make_giant_png(struct hostile *h, const char *path, struct err *err)
{
	static const unsigned char head[] = { 0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0 };
	static const unsigned char data[] = { 0x78, 0xda, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01 };
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;

	(void)h;
	strbuf_add(&out, "\x89PNG\r\n\x1a\n", 8);
	png_chunk(&out, "IHDR", head, sizeof(head));
	png_chunk(&out, "IDAT", data, sizeof(data));
	png_chunk(&out, "IEND", "", 0);
	return file_write(path, out.buf, out.len, err);
}
