/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "container.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define ENTRIES_MAX 4096       /* looked at; what an office file is shows in the first few */
#define ENTRY_MAX (256u << 10) /* unpacked bytes of the one entry that is read */
#define ZIP_END 22	       /* APPNOTE 4.3.16, without the comment */
#define ZIP_CENTRAL 46	       /* 4.3.12 */
#define ZIP_LOCAL 30	       /* 4.3.7 */
#define OLE_HEADER 512
#define OLE_ENTRY 128
#define OLE_DIFAT 109 /* FAT sectors named in the header */

static uint32_t
little(struct span s, uint64_t at, unsigned n)
{
	uint32_t v = 0;

	if (at > s.n || s.n - at < n)
		return 0;
	while (n-- > 0)
		v = v << 8 | (uint8_t)s.p[at + n];
	return v;
}

/* ---- ZIP ---- */

struct zip_entry {
	struct span name;
	uint32_t method, packed, size, local;
	bool encrypted;
};

/* Offset of the end record, or -1.  Its comment may be 64 KiB long. */
static int64_t
find_end(struct span s)
{
	size_t at, tries;

	if (s.n < ZIP_END)
		return -1;
	for (at = s.n - ZIP_END, tries = 0; tries <= 0xffff; tries++, at--) {
		if (memcmp(s.p + at, "PK\5\6", 4) == 0)
			return (int64_t)at;
		if (at == 0)
			break;
	}
	return -1;
}

/* Reads the entry at *at and moves behind it. */
static bool
central_entry(struct span s, uint64_t *at, struct zip_entry *e)
{
	uint32_t name, extra, comment;

	if (*at > s.n || s.n - *at < ZIP_CENTRAL || memcmp(s.p + *at, "PK\1\2", 4) != 0)
		return false;
	e->encrypted = (little(s, *at + 8, 2) & 1) != 0;
	e->method = little(s, *at + 10, 2);
	e->packed = little(s, *at + 20, 4);
	e->size = little(s, *at + 24, 4);
	name = little(s, *at + 28, 2);
	extra = little(s, *at + 30, 2);
	comment = little(s, *at + 32, 2);
	e->local = little(s, *at + 42, 4);
	if (s.n - *at - ZIP_CENTRAL < name)
		return false;
	e->name = span_make(s.p + *at + ZIP_CENTRAL, name);
	*at += ZIP_CENTRAL + (uint64_t)name + extra + comment;
	return true;
}

/* Content of a stored or deflated entry, at most ENTRY_MAX bytes of it; malloc'd. */
static char *
unpack(struct span s, const struct zip_entry *e, uint64_t shift, size_t *n)
{
	uint64_t at = shift + e->local;
	uint64_t data = at + ZIP_LOCAL + little(s, at + 26, 2) + little(s, at + 28, 2);
	z_stream z;
	char *out;

	if (e->encrypted || data >= s.n || memcmp(s.p + at, "PK\3\4", 4) != 0)
		return NULL;
	memset(&z, 0, sizeof(z));
	z.next_in = (Bytef *)(uintptr_t)(s.p + data);
	z.avail_in = (uInt)(s.n - data < e->packed ? s.n - data : e->packed);
	if ((out = malloc(ENTRY_MAX)) == NULL)
		return NULL;
	z.next_out = (Bytef *)out;
	z.avail_out = ENTRY_MAX;
	if (e->method == 0) {
		*n = z.avail_in < ENTRY_MAX ? z.avail_in : ENTRY_MAX;
		memcpy(out, s.p + data, *n);
		return out;
	}
	if (e->method != 8 || inflateInit2(&z, -MAX_WBITS) != Z_OK) {
		free(out);
		return NULL;
	}
	(void)inflate(&z, Z_FINISH);
	*n = ENTRY_MAX - z.avail_out;
	(void)inflateEnd(&z);
	return out;
}

static void
set_mime(struct container_look *look, struct span mime)
{
	size_t i;

	if (mime.n == 0 || mime.n > CONTAINER_MIME_MAX)
		return;
	for (i = 0; i < mime.n; i++)
		if (mime.p[i] <= ' ' || mime.p[i] >= 0x7f)
			return;
	memcpy(look->mime, mime.p, mime.n);
	look->mime[mime.n] = '\0';
}

/* What [Content_Types].xml calls the main part (ECMA-376 part 1 and Microsoft's extensions). */
static const struct {
	const char *type, *mime;
} main_parts[] = {
	{ "wordprocessingml.document.main",
	    "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ "wordprocessingml.template.main",
	    "application/vnd.openxmlformats-officedocument.wordprocessingml.template" },
	{ "ms-word.document.macroEnabled.main",
	    "application/vnd.ms-word.document.macroenabled.12" },
	{ "ms-word.template.macroEnabledTemplate.main",
	    "application/vnd.ms-word.template.macroenabled.12" },
	{ "spreadsheetml.sheet.main",
	    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ "spreadsheetml.template.main",
	    "application/vnd.openxmlformats-officedocument.spreadsheetml.template" },
	{ "ms-excel.sheet.macroEnabled.main", "application/vnd.ms-excel.sheet.macroenabled.12" },
	{ "ms-excel.template.macroEnabled.main",
	    "application/vnd.ms-excel.template.macroenabled.12" },
	{ "ms-excel.addin.macroEnabled.main", "application/vnd.ms-excel.addin.macroenabled.12" },
	{ "ms-excel.sheet.binary.macroEnabled.main",
	    "application/vnd.ms-excel.sheet.binary.macroenabled.12" },
	{ "presentationml.presentation.main",
	    "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
	{ "presentationml.template.main",
	    "application/vnd.openxmlformats-officedocument.presentationml.template" },
	{ "presentationml.slideshow.main",
	    "application/vnd.openxmlformats-officedocument.presentationml.slideshow" },
	{ "ms-powerpoint.presentation.macroEnabled.main",
	    "application/vnd.ms-powerpoint.presentation.macroenabled.12" },
	{ "ms-powerpoint.slideshow.macroEnabled.main",
	    "application/vnd.ms-powerpoint.slideshow.macroenabled.12" },
	{ "ms-powerpoint.template.macroEnabled.main",
	    "application/vnd.ms-powerpoint.template.macroenabled.12" },
	{ "ms-visio.drawing.main", "application/vnd.ms-visio.drawing" },
	{ "ms-visio.drawing.macroEnabled.main",
	    "application/vnd.ms-visio.drawing.macroenabled.12" },
	{ "ms-visio.stencil.main", "application/vnd.ms-visio.stencil" },
	{ "ms-visio.stencil.macroEnabled.main",
	    "application/vnd.ms-visio.stencil.macroenabled.12" },
	{ "ms-visio.template.main", "application/vnd.ms-visio.template" },
	{ "ms-package.xps-fixeddocument", "application/vnd.ms-xpsdocument" },
};

static void
look_content_types(struct span content, struct container_look *look)
{
	size_t i;

	for (i = 0; i < sizeof(main_parts) / sizeof(main_parts[0]); i++)
		if (span_find(content, span_of(main_parts[i].type)) >= 0)
			set_mime(look, span_of(main_parts[i].mime));
}

static void
look_mimetype(struct span content, struct container_look *look)
{
	set_mime(look, span_trim(content));
}

/* OpenDocument names its encrypted entries here. */
static void
look_manifest(struct span content, struct container_look *look)
{
	look->encrypted |= span_find(content, SPAN("encryption-data")) >= 0;
}

static void
look_java(struct span content, struct container_look *look)
{
	(void)content;
	if (look->mime[0] == '\0')
		set_mime(look, SPAN("application/java-archive"));
}

/* Entries that tell what a ZIP is. */
static const struct {
	const char *name;
	void (*look)(struct span, struct container_look *);
} telling[] = {
	{ "mimetype", look_mimetype },
	{ "[Content_Types].xml", look_content_types },
	{ "META-INF/manifest.xml", look_manifest },
	{ "META-INF/MANIFEST.MF", look_java },
};

static void
look_at_entry(struct span s, const struct zip_entry *e, uint64_t shift, struct container_look *look)
{
	char *content;
	size_t i, n = 0;

	look->encrypted |= e->encrypted;
	look->active |= span_ends(e->name, SPAN("vbaProject.bin"));
	for (i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
		if (!span_equal_str(e->name, telling[i].name))
			continue;
		if ((content = unpack(s, e, shift, &n)) != NULL)
			telling[i].look(span_make(content, n), look);
		free(content);
	}
}

bool
container_zip(struct span s, struct container_look *look)
{
	int64_t end = find_end(s);
	uint64_t at, size, shift;
	struct zip_entry e;

	memset(look, 0, sizeof(*look));
	if (end < 0)
		return false;
	size = little(s, (uint64_t)end + 12, 4);
	at = little(s, (uint64_t)end + 16, 4);
	/* Bytes put before a ZIP shift everything in it. */
	shift = (uint64_t)end >= at + size ? (uint64_t)end - at - size : 0;
	at += shift;
	look->to_the_end = (uint64_t)end + ZIP_END + little(s, (uint64_t)end + 20, 2) == s.n;
	while (look->entries < ENTRIES_MAX && central_entry(s, &at, &e)) {
		look_at_entry(s, &e, shift, look);
		look->entries++;
	}
	return look->entries > 0;
}

/* ---- OLE ---- */

struct ole {
	struct span s;
	unsigned shift; /* log2 of a sector's size */
};

static uint64_t
sector_offset(const struct ole *o, uint32_t sector)
{
	return ((uint64_t)sector + 1) << o->shift;
}

/* The sector after this one; anything that is no sector ends the chain. */
static uint32_t
next_sector(const struct ole *o, uint32_t sector)
{
	uint32_t per = 1u << (o->shift - 2), fat = sector / per;

	/* Files over some seven megabytes go on elsewhere; their directory is not that far behind. */
	if (fat >= OLE_DIFAT)
		return UINT32_MAX;
	return little(o->s,
	    sector_offset(o, little(o->s, 76 + 4 * (uint64_t)fat, 4)) +
		4 * (uint64_t)(sector % per),
	    4);
}

static const struct {
	const char *stream, *mime;
	bool encrypted, active;
} streams[] = {
	{ "WordDocument", "application/msword", false, false },
	{ "Workbook", "application/vnd.ms-excel", false, false },
	{ "Book", "application/vnd.ms-excel", false, false },
	{ "PowerPoint Document", "application/vnd.ms-powerpoint", false, false },
	{ "__properties_version1.0", "application/vnd.ms-outlook", false, false },
	{ "VisioDocument", "application/vnd.visio", false, false },
	{ "Quill", "application/x-mspublisher", false, false },
	{ "PerfectOffice_MAIN", "application/vnd.wordperfect", false, false },
	{ "EncryptedPackage", "application/vnd.ms-office", true, false },
	{ "_VBA_PROJECT", NULL, false, true },
	{ "_VBA_PROJECT_CUR", NULL, false, true },
	{ "Macros", NULL, false, true },
};

/* [MS-CFB] 2.6.1: the name is UTF-16 with its length in bytes, NUL included. */
static void
look_at_stream(struct span entry, struct container_look *look)
{
	uint32_t bytes = little(entry, 64, 2);
	char name[33];
	size_t i, n;

	if (bytes < 4 || bytes > 64 || entry.p[66] == 0)
		return;
	n = bytes / 2 - 1;
	for (i = 0; i < n; i++)
		name[i] = entry.p[2 * i + 1] == 0 ? entry.p[2 * i] : '?';
	name[n] = '\0';
	for (i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		if (strcmp(name, streams[i].stream) != 0)
			continue;
		/* A message or a presentation embeds other documents: its own name weighs more. */
		if (streams[i].mime != NULL &&
		    (look->mime[0] == '\0' || streams[i].encrypted ||
			strcmp(streams[i].mime, "application/vnd.ms-outlook") == 0))
			set_mime(look, span_of(streams[i].mime));
		look->encrypted |= streams[i].encrypted;
		look->active |= streams[i].active;
	}
}

bool
container_ole(struct span s, struct container_look *look)
{
	struct ole o = { s, little(s, 30, 2) };
	uint32_t sector = little(s, 48, 4), i;
	uint64_t at;

	memset(look, 0, sizeof(*look));
	if (s.n < OLE_HEADER || memcmp(s.p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) != 0 ||
	    (o.shift != 9 && o.shift != 12))
		return false;
	while (look->entries < ENTRIES_MAX) {
		at = sector_offset(&o, sector);
		if (at > s.n || s.n - at < 1ull << o.shift)
			break;
		for (i = 0; i < (1u << o.shift) / OLE_ENTRY; i++, look->entries++)
			look_at_stream(
			    span_make(s.p + at + (uint64_t)i * OLE_ENTRY, OLE_ENTRY), look);
		sector = next_sector(&o, sector);
	}
	return look->entries > 0;
}
