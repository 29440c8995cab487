/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_files.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "merkle.h"

#define READ_SIZE ((size_t)256 << 10)

void
package_files_free(struct package_files *f)
{
	free(f->file);
	f->file = NULL;
	f->count = f->room = 0;
}

static struct package_file *
next_file(struct package_files *f, const char *path)
{
	struct package_file *file;

	if (f->count == f->room) {
		f->room = f->room ? f->room * 2 : 64;
		f->file = xrealloc(f->file, f->room * sizeof(*f->file));
	}
	file = &f->file[f->count++];
	memset(file, 0, sizeof(*file));
	file->path = arena_dup(f->arena, path);
	return file;
}

enum status
package_add(
    struct package_files *f, const char *path, struct span bytes, uint64_t limit, struct err *err)
{
	struct package_file *file;
	unsigned char hash[SHA256_LEN];

	f->content += bytes.n;
	if (f->content > limit)
		return fail(err, ST_TOO_LARGE,
		    "texts and metadata are more than %llu bytes: take fewer records",
		    (unsigned long long)limit);
	file = next_file(f, path);
	merkle_sha256(bytes, hash);
	hex_encode(hash, sizeof(hash), file->sha256);
	file->size = bytes.n;
	file->crc = (uint32_t)crc32_z(0, (const Bytef *)bytes.p, bytes.n);
	file->content = span_make(arena_dup_span(f->arena, bytes), bytes.n);
	file->kept = true;
	return ST_OK;
}

enum status
package_add_blob(struct package_files *f, struct store *store, const char *path, const char *sha256,
    uint64_t wanted, struct err *err)
{
	char *buf owned(freep) = xmalloc(READ_SIZE);
	struct package_file *file;
	int fd owned(fd_closep) = -1;
	uint64_t size, at = 0;
	enum status st = store_verify(store, sha256, wanted, err);

	if (st == ST_OK)
		st = store_read(store, sha256, &fd, &size, err);
	if (st != ST_OK)
		return st;
	file = next_file(f, path);
	memcpy(file->sha256, sha256, SHA256_HEX + 1);
	file->size = size;
	while (at < size) {
		size_t n = size - at < READ_SIZE ? (size_t)(size - at) : READ_SIZE;

		if ((st = pread_all(fd, buf, n, at, err)) != ST_OK)
			return st;
		file->crc = (uint32_t)crc32_z(file->crc, (const Bytef *)buf, n);
		at += n;
	}
	return ST_OK;
}

enum status
package_collect(void *payload, struct span bytes, struct err *err)
{
	struct strbuf *out = payload;

	if (out->len + bytes.n > PACKAGE_CONTENT_MAX)
		return fail(err, ST_TOO_LARGE, "more from the reader than %llu bytes",
		    (unsigned long long)PACKAGE_CONTENT_MAX);
	strbuf_add_span(out, bytes);
	return ST_OK;
}

const char *
package_ending(const char *mime)
{
	static const struct {
		const char *mime, *ending;
	} known[] = { { "application/pdf", "pdf" }, { "image/tiff", "tif" },
		{ "image/jpeg", "jpg" }, { "image/png", "png" }, { "text/plain", "txt" },
		{ "text/html", "html" }, { "application/xml", "xml" },
		{ "application/msword", "doc" },
		{ "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		    "docx" },
		{ "application/vnd.oasis.opendocument.text", "odt" } };

	for (size_t i = 0; mime && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(mime, known[i].mime) == 0)
			return known[i].ending;
	return "bin";
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(
	    ((const struct package_file *)a)->path, ((const struct package_file *)b)->path);
}

void
package_sort(struct package_files *f)
{
	if (f->count)
		qsort(f->file, f->count, sizeof(*f->file), by_path);
}

/* --- the ZIP file ------------------------------------------------------------------------------ */

static struct span
kept(struct arena *arena, struct strbuf *text)
{
	struct span copy = span_make(arena_dup_span(arena, strbuf_span(text)), text->len);

	strbuf_reset(text);
	return copy;
}

void
package_lay_out(struct arena *arena, struct zip_entry *entry, const struct package_piece *contents,
    size_t count, struct package *out)
{
	owned(strbuf_free) struct strbuf header = STRBUF_INIT;
	struct package_piece *piece = arena_array(arena, 2 * count + 1, sizeof(*piece));
	uint64_t at = 0;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		entry[i].offset = at;
		zip_local(&entry[i], &header);
		piece[n].length = header.len;
		piece[n++].bytes = kept(arena, &header);
		piece[n++] = contents[i];
		at += piece[n - 2].length + piece[n - 1].length;
	}
	zip_directory(entry, count, at, &header);
	piece[n].length = header.len;
	at += header.len;
	piece[n++].bytes = kept(arena, &header);
	out->piece = piece;
	out->count = n;
	out->length = at;
}

void
package_zip(const struct package_files *f, const char *folder, struct package *out)
{
	struct zip_entry *entry = arena_array(f->arena, f->count + 1, sizeof(*entry));
	struct package_piece *piece = arena_array(f->arena, f->count + 1, sizeof(*piece));

	for (size_t i = 0; i < f->count; i++) {
		const struct package_file *file = &f->file[i];

		entry[i] = (struct zip_entry){ .name = folder
			    ? arena_printf(f->arena, "%s/%s", folder, file->path)
			    : file->path,
			.crc = file->crc,
			.size = file->size };
		piece[i].length = file->size;
		if (file->kept)
			piece[i].bytes = file->content;
		else
			piece[i].sha256 = arena_dup(f->arena, file->sha256);
	}
	package_lay_out(f->arena, entry, piece, f->count, out);
}

/* --- BagIt ------------------------------------------------------------------------------------- */

static bool
is_payload(const struct package_file *file)
{
	return span_starts(span_of(file->path), SPAN("data/"));
}

/* RFC 8493 2.1.3: line ends and the percent sign would be taken for something else. */
static void
add_path(const char *path, struct strbuf *out)
{
	for (; *path; path++) {
		if (*path == '\n' || *path == '\r' || *path == '%')
			strbuf_addf(out, "%%%02X", (unsigned)(unsigned char)*path);
		else
			strbuf_add_char(out, *path);
	}
}

void
package_manifest(const struct package_files *f, bool payload, struct strbuf *out)
{
	for (size_t i = 0; i < f->count; i++) {
		if (is_payload(&f->file[i]) != payload)
			continue;
		strbuf_addf(out, "%s  ", f->file[i].sha256);
		add_path(f->file[i].path, out);
		strbuf_add_char(out, '\n');
	}
}

const char *
package_oxum(const struct package_files *f)
{
	uint64_t bytes = 0;
	size_t files = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (!is_payload(&f->file[i]))
			continue;
		bytes += f->file[i].size;
		files++;
	}
	return arena_printf(f->arena, "%llu.%zu", (unsigned long long)bytes, files);
}
