/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <leptonica/allheaders.h>
#include <string.h>

#include "fast.h"

/*
 * libtesseract 5.3 keeps every text line as PNG between layout and recognition: it packs it with
 * zlib and unpacks it again (ImageData::SetPixInternal; ocr.md section 1).  These two functions
 * stand before leptonica's own in the whole process and hand the line over as raw pixels, which
 * gives the same text, byte for byte (T110), for a third less time.
 *
 * Our own PNG output calls pixWriteMemPng and does not come here.  FASTPIX=0 leaves this file out.
 */

static const l_uint8 spix_magic[] = { 's', 'p', 'i', 'x' };

typedef l_ok (*write_fn)(l_uint8 **, size_t *, PIX *, l_int32);
typedef PIX *(*read_fn)(const l_uint8 *, size_t);

static write_fn real_write;
static read_fn real_read;

__attribute__((constructor)) static void
find_real_ones(void)
{
	FIND_REAL(&real_write, "pixWriteMem");
	FIND_REAL(&real_read, "pixReadMem");
}

l_ok
pixWriteMem(l_uint8 **data, size_t *size, PIX *pix, l_int32 format)
{
	if (format == IFF_PNG)
		return pixWriteMemSpix(data, size, pix);
	return real_write(data, size, pix, format);
}

PIX *
pixReadMem(const l_uint8 *data, size_t size)
{
	if (size > sizeof(spix_magic) && memcmp(data, spix_magic, sizeof(spix_magic)) == 0)
		return pixReadMemSpix(data, size);
	return real_read(data, size);
}
