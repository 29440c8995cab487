/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PACKAGE_FILES_H
#define PACKAGE_FILES_H
#include "package.h"
#include "store.h"
#include "zip_out.h"

/* The files of a package while it is put together.  Private to core. */
struct package_file {
	const char *path; /* below the package's own folder */
	char sha256[SHA256_HEX + 1];
	uint64_t size;
	uint32_t crc;
	bool kept; /* its bytes stand in content, else in the store */
	struct span content;
};

struct package_files {
	struct arena *arena;
	uint64_t content; /* bytes of those that are kept */
	size_t count, room;
	struct package_file *file;
};

void package_files_free(struct package_files *); /* for owned(); not the arena */
/* A file of ours, copied.  ST_TOO_LARGE: over limit bytes of such in all. */
MUST_CHECK enum status package_add(
    struct package_files *, const char *path, struct span bytes, uint64_t limit, struct err *);
/*
 * A file of the store: it is read once, against its name, for its CRC.  ST_CORRUPT: damaged;
 * ST_NOT_FOUND.
 */
MUST_CHECK enum status package_add_blob(struct package_files *, struct store *, const char *path,
    const char *sha256, uint64_t size, struct err *);
/* ocr_export_sink into a strbuf.  ST_TOO_LARGE: over PACKAGE_CONTENT_MAX. */
MUST_CHECK enum status package_collect(void *out, struct span bytes, struct err *);
/* The ending tells people and programs what it is; nothing of it is the arrived name's. */
const char *package_ending(const char *mime);
void package_sort(struct package_files *); /* by path */
/* Headers between contents, in the order given: one ZIP file. */
void package_lay_out(struct arena *, struct zip_entry *, const struct package_piece *contents,
    size_t count, struct package *out);
/* All of them, each path below folder (NULL: as it is). */
void package_zip(const struct package_files *, const char *folder, struct package *out);
/* manifest-sha256.txt and tagmanifest-sha256.txt (RFC 8493 2.1.3, 2.2.1). */
void package_manifest(const struct package_files *, bool payload, struct strbuf *out);
/* Payload-Oxum: "octets.streams". */
const char *package_oxum(const struct package_files *);

#endif
