/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_eark.h"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLOCK ((size_t)128 << 10)

/* ---- faults and notes ---- */

static void PRINTF(5, 0) say(struct package_look *l, const char *kind, const char *path,
    int64_t line, const char *fmt, va_list ap)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	struct element *e;

	if (l->faults >= PACKAGE_FAULTS_MAX)
		return;
	strbuf_vaddf(&text, fmt, ap);
	if (!utf8_valid(strbuf_span(&text)))
		strbuf_reset(&text);
	e = element_put(l->arena, l->root, kind, text.buf);
	if (path && utf8_valid(span_of(path)))
		element_set(l->arena, e, "path", path);
	if (line > 0)
		element_set_int(l->arena, e, "line", line);
}

void
look_fault(struct package_look *l, const char *path, int64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(l, "fault", path, line, fmt, ap);
	va_end(ap);
	if (++l->faults == PACKAGE_FAULTS_MAX)
		(void)element_put(l->arena, l->root, "fault", "more faults are not listed");
}

void
look_note(struct package_look *l, const char *path, int64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(l, "note", path, line, fmt, ap);
	va_end(ap);
}

/* ---- names ---- */

bool
look_path(struct span path, const char **why)
{
	struct span rest = path;

	*why = NULL;
	if (path.n == 0 || path.n > PACKAGE_PATH_MAX)
		*why = "a name that is empty or too long";
	else if (!utf8_valid(path))
		*why = "a name that is not UTF-8";
	else if (path.p[0] == '/' || memchr(path.p, '\\', path.n) ||
	    (path.n > 1 && path.p[1] == ':'))
		*why = "an absolute path, or one of another system";
	for (size_t i = 0; !*why && i < path.n; i++)
		if ((unsigned char)path.p[i] < ' ' || path.p[i] == 0x7f)
			*why = "a control character in a name";
	while (!*why && rest.p) {
		struct span part = span_cut(&rest, '/');

		if (span_equal_str(part, ".."))
			*why = "a path that leads out of the package";
		else if (part.n == 0 || span_equal_str(part, "."))
			*why = "an empty part in a path";
	}
	return !*why;
}

const char *
look_folder(struct package_look *l, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_dup_span(l->arena, span_make(path, (size_t)(slash - path) + 1)) : "";
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(
	    ((const struct package_entry *)a)->path, ((const struct package_entry *)b)->path);
}

struct package_entry *
look_find(struct package_look *l, const char *path)
{
	const struct package_entry key = { .path = path };

	return l->count ? bsearch(&key, l->entry, l->count, sizeof(*l->entry), by_path) : NULL;
}

/* ---- entries ---- */

struct reading {
	struct package_look *look;
	struct archive *archive;
	char *block;
	EVP_MD_CTX *sha256, *sha512;
	bool stop; /* a bomb, or a ZIP that cannot be read further */
};

/* What is read as text itself. */
static bool
is_kept(const char *path)
{
	struct span p = span_of(path);

	return span_ends(p, SPAN(".xml")) || span_ends(p, SPAN(".XML")) ||
	    span_ends(p, SPAN(".txt"));
}

static void
check_growth(struct reading *r, const char *path)
{
	struct package_look *l = r->look;

	if (l->unpacked > l->e->what.limits.output ||
	    (l->unpacked > PACKAGE_RATIO_FROM &&
		l->unpacked / PACKAGE_RATIO_MAX > l->e->job.bytes.n)) {
		look_fault(l, path, 0,
		    "the package unpacks to far more than it is: stopped at %llu bytes",
		    (unsigned long long)l->unpacked);
		r->stop = true;
	}
}

static void
digest_text(EVP_MD_CTX *ctx, char *hex)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_DigestFinal_ex(ctx, digest, &n) != 1)
		abort();
	hex_encode(digest, n, hex);
}

/* Its bytes through the digests, and into memory when they are to be read. */
static void
read_content(struct reading *r, struct package_entry *e)
{
	owned(strbuf_free) struct strbuf kept = STRBUF_INIT;
	struct package_look *l = r->look;
	bool keep = is_kept(e->path);
	la_ssize_t n;

	if (EVP_DigestInit_ex(r->sha256, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestInit_ex(r->sha512, EVP_sha512(), NULL) != 1)
		abort();
	while (!r->stop && (n = archive_read_data(r->archive, r->block, BLOCK)) != 0) {
		if (n < 0) {
			look_fault(l, e->path, 0, "cannot be unpacked: %s",
			    archive_error_string(r->archive));
			break;
		}
		e->size += (uint64_t)n;
		l->unpacked += (uint64_t)n;
		(void)EVP_DigestUpdate(r->sha256, r->block, (size_t)n);
		(void)EVP_DigestUpdate(r->sha512, r->block, (size_t)n);
		keep = keep && kept.len + (size_t)n <= PACKAGE_KEPT_ONE &&
		    l->kept + kept.len + (size_t)n <= PACKAGE_KEPT_ALL;
		if (keep)
			strbuf_add(&kept, r->block, (size_t)n);
		check_growth(r, e->path);
	}
	digest_text(r->sha256, e->sha256);
	digest_text(r->sha512, e->sha512);
	if (keep) {
		e->content = span_make(arena_dup_span(l->arena, strbuf_span(&kept)), kept.len);
		l->kept += kept.len;
	}
}

static struct package_entry *
next_entry(struct package_look *l, const char *path)
{
	struct package_entry *e;

	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 256;
		l->entry = xrealloc(l->entry, l->room * sizeof(*l->entry));
	}
	e = &l->entry[l->count++];
	memset(e, 0, sizeof(*e));
	e->path = arena_dup(l->arena, path);
	return e;
}

/* The name as it is used: some writers put "./" before each. */
static const char *
name_of(struct archive_entry *entry)
{
	const char *path = archive_entry_pathname_utf8(entry);

	if (!path)
		path = archive_entry_pathname(entry);
	while (path && path[0] == '.' && path[1] == '/')
		path += 2;
	return path;
}

static void
take_entry(struct reading *r, struct archive_entry *entry)
{
	const char *path = name_of(entry), *why;
	struct package_look *l = r->look;
	mode_t type = archive_entry_filetype(entry);
	size_t n = path ? strlen(path) : 0;

	if (type == AE_IFDIR && n > 0 && path[n - 1] == '/')
		n--;
	if (type == AE_IFDIR && n == 0)
		return;
	if (!path || !look_path(span_make(path, n), &why)) {
		look_fault(l, path, 0, "%s", path ? why : "a name that cannot be read");
		return;
	}
	if (archive_entry_symlink(entry) || archive_entry_hardlink(entry) ||
	    (type != AE_IFREG && type != AE_IFDIR)) {
		look_fault(l, path, 0, "a link or a special file");
		return;
	}
	if (type == AE_IFDIR)
		return;
	if (archive_entry_is_encrypted(entry)) {
		look_fault(l, path, 0, "encrypted");
		return;
	}
	if (l->count == PACKAGE_ENTRIES_MAX) {
		look_fault(l, path, 0, "more than %d files", PACKAGE_ENTRIES_MAX);
		r->stop = true;
		return;
	}
	read_content(r, next_entry(l, path));
}

static void
check_twice(struct package_look *l)
{
	if (l->count)
		qsort(l->entry, l->count, sizeof(*l->entry), by_path);
	for (size_t i = 1; i < l->count; i++)
		if (strcmp(l->entry[i].path, l->entry[i - 1].path) == 0)
			look_fault(l, l->entry[i].path, 0, "two entries of one name");
}

static struct archive *
open_archive(const struct export *e)
{
	struct archive *a = archive_read_new();

	if (a == NULL)
		return NULL;
	(void)archive_read_support_format_zip_seekable(a);
	if (archive_read_open_memory(a, e->job.bytes.p, e->job.bytes.n) != ARCHIVE_OK) {
		(void)archive_read_free(a);
		return NULL;
	}
	return a;
}

static void
read_entries(struct reading *r)
{
	struct package_look *l = r->look;
	struct archive_entry *entry;
	int rc = ARCHIVE_OK;

	while (!r->stop && (rc = archive_read_next_header(r->archive, &entry)) != ARCHIVE_EOF) {
		if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN) {
			take_entry(r, entry);
			continue;
		}
		look_fault(
		    l, NULL, 0, "the ZIP file is damaged: %s", archive_error_string(r->archive));
		if (rc == ARCHIVE_FATAL)
			break;
	}
	if (l->count == 0 && l->faults == 0)
		look_fault(l, NULL, 0, "not a ZIP file, or an empty one");
	check_twice(l);
}

static enum status
read_all(struct package_look *l, struct err *err)
{
	struct reading r = { .look = l, .archive = open_archive(l->e), .block = xmalloc(BLOCK) };

	if (r.archive == NULL) {
		look_fault(l, NULL, 0, "not a ZIP file");
	} else if ((r.sha256 = EVP_MD_CTX_new()) == NULL || (r.sha512 = EVP_MD_CTX_new()) == NULL) {
		free(r.block);
		return fail(err, ST_REFUSED, "out of memory");
	} else {
		read_entries(&r);
	}
	EVP_MD_CTX_free(r.sha256);
	EVP_MD_CTX_free(r.sha512);
	(void)archive_read_free(r.archive);
	free(r.block);
	return ST_OK;
}

/* ---- looking ---- */

/* "bagit.txt" or "x/bagit.txt": the folder before it, or NULL. */
static const char *
base_of(struct package_look *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++) {
		const char *path = l->entry[i].path, *slash = strchr(path, '/');

		if (strcmp(slash ? slash + 1 : path, name) == 0)
			return look_folder(l, path);
	}
	return NULL;
}

/* "METS.xml", or that of a folder at the top. */
static bool
is_root_mets(const struct package_entry *e)
{
	const char *slash = strchr(e->path, '/');

	return strcasecmp(slash ? slash + 1 : e->path, "METS.xml") == 0;
}

static bool
in_package(struct package_look *l, const struct package_entry *e)
{
	const char *slash = strchr(e->path, '/');

	if (look_find(l, "METS.xml"))
		return true;
	return slash &&
	    look_find(l,
		arena_printf(l->arena, "%.*s/METS.xml", (int)(slash - e->path), e->path)) != NULL;
}

void
look_inside(struct package_look *l)
{
	const char *base = base_of(l, "bagit.txt");
	size_t packages = 0;

	if (base) {
		element_set(l->arena, l->root, "format", "bagit");
		look_bag(l, base);
		return;
	}
	for (size_t i = 0; i < l->count; i++)
		if (is_root_mets(&l->entry[i])) {
			look_eark(l, &l->entry[i]);
			packages++;
		}
	if (packages == 0)
		look_fault(l, NULL, 0, "neither bagit.txt nor METS.xml: no package that is known");
	for (size_t i = 0; packages && i < l->count; i++)
		if (!in_package(l, &l->entry[i]))
			look_fault(l, l->entry[i].path, 0, "lies outside of every package");
}

enum status
export_package_look(struct export *e, enum ocr_reason *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct package_look l = { .e = e, .arena = arena };
	enum status st;

	*reason = OCR_REASON_MEMORY;
	l.root = element_add(arena, NULL, "package");
	if ((st = read_all(&l, err)) == ST_OK && l.faults == 0)
		look_inside(&l);
	free(l.entry);
	if (st != ST_OK)
		return st;
	element_wire(l.root, &out);
	export_put(e, out.buf, out.len);
	return ST_OK;
}

/* ---- taking ---- */

struct wanted {
	const char *path;
	int64_t number;
};

struct taking {
	struct export *e;
	struct archive *archive;
	struct wanted *wanted; /* sorted by path */
	size_t count;
	char *block;
};

static int
by_wanted(const void *a, const void *b)
{
	return strcmp(((const struct wanted *)a)->path, ((const struct wanted *)b)->path);
}

static void
sort_wanted(struct taking *t, const struct element *list, struct arena *arena)
{
	size_t n = 0;

	for (const struct element *f = element_child(list, "file"); f; f = element_after(f, "file"))
		n++;
	t->wanted = arena_array(arena, n + 1, sizeof(*t->wanted));
	for (const struct element *f = element_child(list, "file"); f;
	     f = element_after(f, "file"), t->count++)
		t->wanted[t->count] = (struct wanted){ f->text ? f->text : "", (int64_t)t->count };
	qsort(t->wanted, t->count, sizeof(*t->wanted), by_wanted);
}

static void
put_number(struct export *e, uint64_t v)
{
	unsigned char b[8];

	for (unsigned i = 0; i < 8; i++, v >>= 8)
		b[i] = (unsigned char)(v & 0xff);
	export_put(e, b, sizeof(b));
}

/* In blocks with their lengths: how long it is shows when it ends. */
static enum status
hand_out(struct taking *t, int64_t number, const char *path, struct err *err)
{
	la_ssize_t n;

	put_number(t->e, (uint64_t)number);
	do {
		n = archive_read_data(t->archive, t->block, BLOCK);
		if (n < 0)
			return fail(err, ST_CORRUPT, "%s cannot be unpacked", path);
		put_number(t->e, (uint64_t)n);
		export_put(t->e, t->block, (size_t)n);
	} while (n > 0);
	return ST_OK;
}

enum status
export_package_take(struct export *e, enum ocr_reason *reason, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct taking t = { .e = e, .block = xmalloc(BLOCK) };
	const struct element *list;
	struct archive_entry *entry;
	enum status st = element_unwire(e->plan, arena, &list, err);
	int rc = ARCHIVE_OK;

	*reason = OCR_REASON_DAMAGED;
	if (st == ST_OK && (t.archive = open_archive(e)) == NULL)
		st = fail(err, ST_CORRUPT, "not a ZIP file");
	if (st == ST_OK)
		sort_wanted(&t, list, arena);
	while (st == ST_OK) {
		const struct wanted *w = NULL;
		struct wanted key = { NULL, 0 };

		rc = archive_read_next_header(t.archive, &entry);
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			break;
		key.path = name_of(entry);
		if (key.path && t.count)
			w = bsearch(&key, t.wanted, t.count, sizeof(*t.wanted), by_wanted);
		if (w)
			st = hand_out(&t, w->number, key.path, err);
	}
	(void)archive_read_free(t.archive);
	free(t.block);
	return st;
}
