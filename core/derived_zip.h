/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DERIVED_ZIP_H
#define DERIVED_ZIP_H
#include "derived.h"

/*
 * The packs of derived.h: ZIP archives (APPNOTE.TXT 6.3.9) of one strict shape, so that any tool
 * opens them and we need to read no more than the end and one entry.  Entries are stored, sorted by
 * page and kind, named "NNNNNN.words", "NNNNNN.image" or "NNNNNN.notes", dated 1980-01-01; there is
 * no comment, no data descriptor, and an extra field only where ZIP64 asks for one.  All rows of a
 * directory have one length, so a page is found by bisection.  Whatever has another shape is
 * ST_CORRUPT: we wrote it, so it has been damaged.
 */
#define DERIVED_ZIP_NAME 12
#define DERIVED_ZIP_COUNT ((DERIVED_PAGES_MAX + 1) * 3)

struct zip_entry {
	uint32_t page;
	enum derived_kind kind;
	uint32_t crc;
	uint64_t length;
	uint64_t header; /* offset of the local header */
};

struct zip_directory {
	uint64_t offset;
	uint64_t count;
	size_t row; /* bytes of one row */
};

/* Order of entries: by page, then by kind. */
int zip_compare(uint32_t page_a, enum derived_kind, uint32_t page_b, enum derived_kind);
/* "NNNNNN.kind"; out holds DERIVED_ZIP_NAME + 1. */
void zip_name(uint32_t page, enum derived_kind, char *out);
bool zip_name_parse(struct span, uint32_t *page, enum derived_kind *);

/* Reads the end of a pack.  ST_CORRUPT, ST_IO. */
MUST_CHECK enum status zip_open(int fd, struct zip_directory *, struct err *);
/* Row i < count.  ST_CORRUPT, ST_IO. */
MUST_CHECK enum status zip_row(
    int fd, const struct zip_directory *, uint64_t i, struct zip_entry *, struct err *);
/* ST_NOT_FOUND, ST_CORRUPT, ST_IO. */
MUST_CHECK enum status zip_find(int fd, const struct zip_directory *, uint32_t page,
    enum derived_kind, struct zip_entry *, struct err *);
/* Where the bytes of an entry begin; its local header must agree with its row. */
MUST_CHECK enum status zip_locate(
    int fd, const struct zip_directory *, const struct zip_entry *, uint64_t *offset, struct err *);
/* Everything: shape, order, that entries lie end to end, and every CRC. */
MUST_CHECK enum status zip_verify(int fd, struct err *);

/*
 * Writes a pack into an empty file: add in order, then end.  big from the beginning when the sum of
 * all lengths may pass 3 GiB, because rows are either all of the long form or all of the short.
 */
struct zip_writer {
	int fd;
	bool big;
	uint64_t at;
	uint64_t count;
	struct strbuf rows;
};

void zip_writer_init(struct zip_writer *, int fd, bool big);
void zip_writer_free(struct zip_writer *);
/* Copies length bytes of from at offset. */
MUST_CHECK enum status zip_add(struct zip_writer *, uint32_t page, enum derived_kind, int from,
    uint64_t offset, uint64_t length, struct err *);
MUST_CHECK enum status zip_end(struct zip_writer *, struct err *);

#endif
