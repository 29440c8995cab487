/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ZIP_OUT_H
#define ZIP_OUT_H
#include "base.h"

/*
 * Headers of a ZIP file (APPNOTE 6.3.9) whose entries are stored, in one fixed form: the same entries give
 * the same bytes, now and in ten years.  Sizes and CRC-32 are known beforehand, so nothing is patched later.
 * ZIP64 fields stand where a number does not fit 32 bits, and nowhere else.
 */
struct zip_entry {
	const char *name; /* UTF-8, at most 65535 bytes */
	uint32_t crc;
	uint64_t size, offset; /* of its local header */
};

void zip_local(const struct zip_entry *, struct strbuf *);
/* Central directory and end records; at: where it begins. */
void zip_directory(const struct zip_entry *, size_t count, uint64_t at, struct strbuf *);

#endif
