/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "arena.h"
#include "derived_zip.h"

/* APPNOTE.TXT 4.3.7, 4.3.12, 4.3.14, 4.3.15, 4.3.16, 4.5.3. */
#define LOCAL_SIZE (30 + DERIVED_ZIP_NAME)
#define ROW_SIZE (46 + DERIVED_ZIP_NAME)
#define ROW_EXTRA 12
#define END64_SIZE 56
#define LOCATOR_SIZE 20
#define END_SIZE 22
#define SIG_LOCAL 0x04034b50u
#define SIG_ROW 0x02014b50u
#define SIG_END64 0x06064b50u
#define SIG_LOCATOR 0x07064b50u
#define SIG_END 0x06054b50u
#define DATE_1980 0x0021u
#define VERSION_ZIP64 45
#define VERSION_PLAIN 10
#define NONE32 0xffffffffu
#define NONE16 0xffffu
#define COPY_SIZE ((size_t)1 << 17)

static const char *const extensions[] = {
	[DERIVED_WORDS] = ".words",
	[DERIVED_IMAGE] = ".image",
	[DERIVED_NOTE] = ".notes",
};
#define KINDS (sizeof(extensions) / sizeof(extensions[0]))

int
zip_compare(uint32_t a, enum derived_kind ka, uint32_t b, enum derived_kind kb)
{
	if (a != b)
		return a < b ? -1 : 1;
	return (int)ka - (int)kb;
}

void
zip_name(uint32_t page, enum derived_kind kind, char *out)
{
	snprintf(out, DERIVED_ZIP_NAME + 1, "%06u%s", page % 1000000, extensions[kind]);
}

bool
zip_name_parse(struct span s, uint32_t *page, enum derived_kind *kind)
{
	uint64_t n;

	if (s.n != DERIVED_ZIP_NAME || !span_u64(span_make(s.p, 6), &n) || n > DERIVED_PAGES_MAX)
		return false;
	for (size_t k = 0; k < KINDS; k++) {
		if (!span_equal_str(span_make(s.p + 6, 6), extensions[k]))
			continue;
		*page = (uint32_t)n;
		*kind = (enum derived_kind)k;
		return true;
	}
	return false;
}

static uint64_t
take(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

static void
add(struct strbuf *b, uint64_t v, size_t n)
{
	for (; n > 0; n--, v >>= 8)
		strbuf_add_char(b, (char)(v & 0xff));
}

static enum status
corrupt(struct err *err, const char *what)
{
	return fail(err, ST_CORRUPT, "pack of page results is damaged: %s", what);
}

/* Both end records of the long form (4.3.14, 4.3.15). */
static void
end64_bytes(struct strbuf *out, uint64_t count, uint64_t rows, uint64_t at)
{
	add(out, SIG_END64, 4);
	add(out, END64_SIZE - 12, 8);
	add(out, 3u << 8 | VERSION_ZIP64, 2);
	add(out, VERSION_ZIP64, 2);
	add(out, 0, 4 + 4);
	add(out, count, 8);
	add(out, count, 8);
	add(out, rows, 8);
	add(out, at, 8);
	add(out, SIG_LOCATOR, 4);
	add(out, 0, 4);
	add(out, at + rows, 8);
	add(out, 1, 4);
}

/* The ZIP64 end record and its locator stand right before the end record. */
static enum status
read_end64(int fd, uint64_t end, struct zip_directory *dir, uint64_t *length, struct err *err)
{
	owned(strbuf_free) struct strbuf want = STRBUF_INIT;
	unsigned char b[END64_SIZE + LOCATOR_SIZE];

	if (end < sizeof(b))
		return corrupt(err, "it is too short");
	enum status rc = pread_all(fd, b, sizeof(b), end - sizeof(b), err);

	if (rc)
		return rc;
	dir->count = take(b + 32, 8);
	*length = take(b + 40, 8);
	dir->offset = take(b + 48, 8);
	end64_bytes(&want, dir->count, *length, dir->offset);
	if (memcmp(b, want.buf, sizeof(b)) != 0 || dir->offset + *length != end - sizeof(b))
		return corrupt(err, "its ZIP64 end");
	dir->row = ROW_SIZE + ROW_EXTRA;
	return ST_OK;
}

enum status
zip_open(int fd, struct zip_directory *dir, struct err *err)
{
	unsigned char b[END_SIZE];
	struct stat st;

	if (fstat(fd, &st) == -1)
		return fail_sys(err, "look at a pack of page results");
	if (st.st_size < END_SIZE)
		return corrupt(err, "it is too short");
	uint64_t end = (uint64_t)st.st_size - END_SIZE, stop = end;
	enum status rc = pread_all(fd, b, sizeof(b), end, err);

	if (rc)
		return rc;
	if (take(b, 4) != SIG_END || take(b + 4, 4) != 0 || take(b + 20, 2) != 0 ||
	    take(b + 8, 2) != take(b + 10, 2) ||
	    (take(b + 16, 4) == NONE32 && (take(b + 10, 2) != NONE16 || take(b + 12, 4) != NONE32)))
		return corrupt(err, "its end");
	uint64_t length = take(b + 12, 4);

	dir->count = take(b + 10, 2);
	dir->offset = take(b + 16, 4);
	dir->row = ROW_SIZE;
	if (dir->offset == NONE32) {
		rc = read_end64(fd, end, dir, &length, err);
		if (rc)
			return rc;
		stop = end - END64_SIZE - LOCATOR_SIZE;
	}
	if (dir->count > DERIVED_ZIP_COUNT || length != dir->count * dir->row || length > stop ||
	    dir->offset != stop - length)
		return corrupt(err, "its directory does not fit");
	return ST_OK;
}

static void
row_bytes(struct strbuf *out, const struct zip_entry *e, bool big)
{
	char name[DERIVED_ZIP_NAME + 1];
	unsigned version = big ? VERSION_ZIP64 : VERSION_PLAIN;

	zip_name(e->page, e->kind, name);
	add(out, SIG_ROW, 4);
	add(out, 3u << 8 | version, 2); /* made on Unix */
	add(out, version, 2);
	add(out, 0, 2 + 2 + 2);
	add(out, DATE_1980, 2);
	add(out, e->crc, 4);
	add(out, e->length, 4);
	add(out, e->length, 4);
	add(out, DERIVED_ZIP_NAME, 2);
	add(out, big ? ROW_EXTRA : 0, 2);
	add(out, 0, 2 + 2 + 2);
	add(out, (uint64_t)0100440 << 16, 4); /* a plain file, r--r----- */
	add(out, big ? NONE32 : e->header, 4);
	strbuf_add_str(out, name);
	if (big) {
		add(out, 1, 2);
		add(out, 8, 2);
		add(out, e->header, 8);
	}
}

enum status
zip_row(int fd, const struct zip_directory *dir, uint64_t i, struct zip_entry *e, struct err *err)
{
	owned(strbuf_free) struct strbuf want = STRBUF_INIT;
	unsigned char b[ROW_SIZE + ROW_EXTRA];
	bool big = dir->row > ROW_SIZE;

	if (i >= dir->count)
		return fail(err, ST_INTERNAL, "row %llu of a pack", (unsigned long long)i);
	enum status rc = pread_all(fd, b, dir->row, dir->offset + i * dir->row, err);

	if (rc)
		return rc;
	if (!zip_name_parse(span_make((const char *)b + 46, DERIVED_ZIP_NAME), &e->page, &e->kind))
		return corrupt(err, "a name in its directory");
	e->crc = (uint32_t)take(b + 16, 4);
	e->length = take(b + 24, 4);
	e->header = big ? take(b + ROW_SIZE + 4, 8) : take(b + 42, 4);
	/* We wrote it: every byte of it is known. */
	row_bytes(&want, e, big);
	if (memcmp(b, want.buf, dir->row) != 0)
		return corrupt(err, "a row of its directory");
	if (e->length > DERIVED_ENTRY_MAX || e->header > dir->offset ||
	    LOCAL_SIZE + e->length > dir->offset - e->header)
		return corrupt(err, "an entry lies outside of it");
	return ST_OK;
}

enum status
zip_find(int fd, const struct zip_directory *dir, uint32_t page, enum derived_kind kind,
    struct zip_entry *e, struct err *err)
{
	uint64_t low = 0, high = dir->count;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		enum status rc = zip_row(fd, dir, middle, e, err);

		if (rc)
			return rc;
		int order = zip_compare(e->page, e->kind, page, kind);

		if (order == 0)
			return ST_OK;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return fail(err, ST_NOT_FOUND, "page %u has no %s", page, extensions[kind] + 1);
}

static void
local_header(struct strbuf *out, const struct zip_entry *e)
{
	char name[DERIVED_ZIP_NAME + 1];

	zip_name(e->page, e->kind, name);
	add(out, SIG_LOCAL, 4);
	add(out, VERSION_PLAIN, 2);
	add(out, 0, 2 + 2 + 2);
	add(out, DATE_1980, 2);
	add(out, e->crc, 4);
	add(out, e->length, 4);
	add(out, e->length, 4);
	add(out, DERIVED_ZIP_NAME, 2);
	add(out, 0, 2);
	strbuf_add_str(out, name);
}

enum status
zip_locate(int fd, const struct zip_directory *dir, const struct zip_entry *e, uint64_t *offset,
    struct err *err)
{
	owned(strbuf_free) struct strbuf want = STRBUF_INIT;
	char found[LOCAL_SIZE];

	if (e->header > dir->offset || LOCAL_SIZE + e->length > dir->offset - e->header)
		return fail(err, ST_INTERNAL, "entry of another pack");
	enum status rc = pread_all(fd, found, sizeof(found), e->header, err);

	if (rc)
		return rc;
	local_header(&want, e);
	if (memcmp(found, want.buf, LOCAL_SIZE) != 0)
		return corrupt(err, "the header of an entry");
	*offset = e->header + LOCAL_SIZE;
	return ST_OK;
}

static enum status
check_crc(int fd, uint64_t offset, const struct zip_entry *e, struct err *err)
{
	owned(freep) unsigned char *block = xmalloc(COPY_SIZE);
	uLong crc = crc32(0, NULL, 0);

	for (uint64_t left = e->length; left > 0;) {
		size_t n = left < COPY_SIZE ? (size_t)left : COPY_SIZE;
		enum status rc = pread_all(fd, block, n, offset, err);

		if (rc)
			return rc;
		crc = crc32(crc, block, (uInt)n);
		offset += n;
		left -= n;
	}
	return crc == e->crc ? ST_OK : corrupt(err, "the CRC of an entry differs");
}

enum status
zip_verify(int fd, struct err *err)
{
	struct zip_directory dir;
	struct zip_entry before = { 0 }, e = { 0 };
	uint64_t at = 0, offset;
	enum status rc = zip_open(fd, &dir, err);

	for (uint64_t i = 0; !rc && i < dir.count; i++) {
		rc = zip_row(fd, &dir, i, &e, err);
		if (rc)
			return rc;
		if (i > 0 && zip_compare(before.page, before.kind, e.page, e.kind) >= 0)
			return corrupt(err, "its directory is not in order");
		if (e.header != at)
			return corrupt(err, "entries do not lie end to end");
		rc = zip_locate(fd, &dir, &e, &offset, err);
		if (!rc)
			rc = check_crc(fd, offset, &e, err);
		at += LOCAL_SIZE + e.length;
		before = e;
	}
	if (!rc && at != dir.offset)
		return corrupt(err, "there are bytes between entries and directory");
	return rc;
}

void
zip_writer_init(struct zip_writer *w, int fd, bool big)
{
	w->fd = fd;
	w->big = big;
	w->at = w->count = 0;
	strbuf_init(&w->rows);
}

void
zip_writer_free(struct zip_writer *w)
{
	strbuf_free(&w->rows);
}

/* The bytes go first, because the header before them holds their CRC. */
static enum status
copy(struct zip_writer *w, int from, uint64_t offset, uint64_t length, uint32_t *out,
    struct err *err)
{
	owned(freep) unsigned char *block = xmalloc(COPY_SIZE);
	uLong crc = crc32(0, NULL, 0);

	if (lseek(w->fd, (off_t)(w->at + LOCAL_SIZE), SEEK_SET) == -1)
		return fail_sys(err, "write a pack");
	while (length > 0) {
		size_t n = length < COPY_SIZE ? (size_t)length : COPY_SIZE;
		enum status rc = pread_all(from, block, n, offset, err);

		if (!rc)
			rc = write_all(w->fd, block, n, err);
		if (rc)
			return rc;
		crc = crc32(crc, block, (uInt)n);
		offset += n;
		length -= n;
	}
	*out = (uint32_t)crc;
	return ST_OK;
}

enum status
zip_add(struct zip_writer *w, uint32_t page, enum derived_kind kind, int from, uint64_t offset,
    uint64_t length, struct err *err)
{
	owned(strbuf_free) struct strbuf header = STRBUF_INIT;
	struct zip_entry e = { .page = page, .kind = kind, .length = length, .header = w->at };

	if (length > DERIVED_ENTRY_MAX)
		return fail(err, ST_TOO_LARGE, "result of page %u is too large", page);
	if (!w->big && w->at + LOCAL_SIZE + length >= NONE32 - (w->rows.len + 2 * ROW_SIZE))
		return fail(err, ST_INTERNAL, "pack grew over its announced size");
	enum status rc = copy(w, from, offset, length, &e.crc, err);

	if (rc)
		return rc;
	local_header(&header, &e);
	if (lseek(w->fd, (off_t)w->at, SEEK_SET) == -1)
		return fail_sys(err, "write a pack");
	rc = write_all(w->fd, header.buf, header.len, err);
	if (rc)
		return rc;
	row_bytes(&w->rows, &e, w->big);
	w->at += LOCAL_SIZE + length;
	w->count++;
	return ST_OK;
}

enum status
zip_end(struct zip_writer *w, struct err *err)
{
	uint64_t rows = w->rows.len;
	struct strbuf *out = &w->rows;

	if (!w->big && w->count >= NONE16)
		return fail(err, ST_INTERNAL, "pack has more entries than announced");
	if (w->big)
		end64_bytes(out, w->count, rows, w->at);
	add(out, SIG_END, 4);
	add(out, 0, 2 + 2);
	add(out, w->big ? NONE16 : w->count, 2);
	add(out, w->big ? NONE16 : w->count, 2);
	add(out, w->big ? NONE32 : rows, 4);
	add(out, w->big ? NONE32 : w->at, 4);
	add(out, 0, 2);
	if (lseek(w->fd, (off_t)w->at, SEEK_SET) == -1)
		return fail_sys(err, "write a pack");
	return write_all(w->fd, out->buf, out->len, err);
}
