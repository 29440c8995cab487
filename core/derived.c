/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "arena.h"
#include "derived.h"
#include "derived_zip.h"

/* Above it a pack takes the ZIP64 form: room for rows and headers stays below 4 GiB. */
#define BIG_BYTES ((uint64_t)3 << 30)
#define BIG_COUNT 60000
#define KNOWN 16

enum pack { PACK_WORDS, PACK_PAGES, PACK_COUNT };

static const char *const pack_names[PACK_COUNT] = { "words", "pages" };

static enum pack
pack_of(enum derived_kind kind)
{
	return kind == DERIVED_IMAGE ? PACK_PAGES : PACK_WORDS;
}

struct derived {
	char *path;	      /* DIR/derived */
	pthread_mutex_t lock; /* of the two below */
	unsigned next;
	char known[KNOWN][UID_LEN + 1]; /* spools whose own entry is known to be durable */
};

/* One page result, wherever it lies. */
struct piece {
	uint32_t page;
	enum derived_kind kind;
	uint64_t length;
	bool spooled;
	uint64_t row; /* in its pack, when not spooled */
};

struct pieces {
	struct piece *rows;
	size_t n, room;
};

static void
pieces_free(struct pieces *p)
{
	free(p->rows);
	p->rows = NULL;
	p->n = p->room = 0;
}

static void
pieces_add(struct pieces *p, struct piece one)
{
	if (p->n == p->room) {
		p->room = p->room ? p->room * 2 : 64;
		p->rows = xrealloc(p->rows, p->room * sizeof(*p->rows));
	}
	p->rows[p->n++] = one;
}

/* By page and kind; of two results of one page the spooled one, which is newer, comes first. */
static int
piece_order(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	int order = zip_compare(x->page, x->kind, y->page, y->kind);

	return order ? order : (int)y->spooled - (int)x->spooled;
}

static void
pieces_sort(struct pieces *p)
{
	size_t kept = 0;

	if (p->n == 0)
		return;
	qsort(p->rows, p->n, sizeof(*p->rows), piece_order);
	for (size_t i = 1; i < p->n; i++)
		if (zip_compare(
			p->rows[i].page, p->rows[i].kind, p->rows[kept].page, p->rows[kept].kind))
			p->rows[++kept] = p->rows[i];
	p->n = kept + 1;
}

static void
closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
	*dir = NULL;
}

enum status
derived_open(struct derived **out, const struct conf *conf, struct err *err)
{
	struct derived *d = xcalloc(1, sizeof(*d));
	owned(strbuf_free) struct strbuf spool = STRBUF_INIT;

	*out = NULL;
	strbuf_addf(&spool, "%s/derived", conf->dir);
	d->path = xstrdup(spool.buf);
	pthread_mutex_init(&d->lock, NULL);
	strbuf_add_str(&spool, "/spool");
	enum status rc = mkdir_synced(spool.buf, err);

	if (rc) {
		derived_close(d);
		return rc;
	}
	*out = d;
	return ST_OK;
}

void
derived_close(struct derived *d)
{
	if (!d)
		return;
	pthread_mutex_destroy(&d->lock);
	free(d->path);
	free(d);
}

void
derived_closep(struct derived **d)
{
	derived_close(*d);
	*d = NULL;
}

static enum status
check(const char *component, uint32_t page, enum derived_kind kind, struct err *err)
{
	if (!component || !uid_valid(span_of(component)))
		return fail(err, ST_INVALID, "the name of a component is not a uid");
	if (page > DERIVED_PAGES_MAX || (unsigned)kind > DERIVED_NOTE)
		return fail(err, ST_INVALID, "page %u of component %s", page, component);
	return ST_OK;
}

static void
spool_path(struct derived *d, const char *component, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/spool/%s", d->path, component);
}

/* Adds the sizes of the files in a component's folder of the spool. */
static void
add_folder(int spool, const char *name, uint64_t *bytes)
{
	int fd = openat(spool, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	struct stat st;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			*bytes += (uint64_t)st.st_size;
	closedir(dir);
}

enum status
derived_spool(struct derived *d, size_t *components, uint64_t *bytes, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	struct dirent *entry;
	DIR *dir;

	*components = 0;
	*bytes = 0;
	strbuf_addf(&path, "%s/spool", d->path);
	if (!(dir = opendir(path.buf)))
		return fail_sys(err, "list %s", path.buf);
	while ((entry = readdir(dir)) != NULL) {
		if (!uid_valid(span_of(entry->d_name)))
			continue;
		++*components;
		add_folder(dirfd(dir), entry->d_name, bytes);
	}
	closedir(dir);
	return ST_OK;
}

static void
spool_file(struct derived *d, const char *component, uint32_t page, enum derived_kind kind,
    struct strbuf *out)
{
	char name[DERIVED_ZIP_NAME + 1];

	zip_name(page, kind, name);
	strbuf_reset(out);
	strbuf_addf(out, "%s/spool/%s/%s", d->path, component, name);
}

static void
folder_path(struct derived *d, const char *component, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_addf(out, "%s/%.2s/%.2s", d->path, component, component + 2);
}

static void
pack_path(struct derived *d, const char *component, enum pack pack, struct strbuf *out)
{
	folder_path(d, component, out);
	strbuf_addf(out, "/%s.%s.zip", component, pack_names[pack]);
}

static bool
spool_known(struct derived *d, const char *component)
{
	bool found = false;

	pthread_mutex_lock(&d->lock);
	for (unsigned i = 0; i < KNOWN; i++)
		found = found || !strcmp(d->known[i], component);
	pthread_mutex_unlock(&d->lock);
	return found;
}

static void
spool_remember(struct derived *d, const char *component, bool there)
{
	pthread_mutex_lock(&d->lock);
	if (there)
		memcpy(d->known[d->next++ % KNOWN], component, UID_LEN + 1);
	for (unsigned i = 0; !there && i < KNOWN; i++)
		if (!strcmp(d->known[i], component))
			d->known[i][0] = '\0';
	pthread_mutex_unlock(&d->lock);
}

enum status
derived_put(struct derived *d, const char *component, uint32_t page, enum derived_kind kind,
    struct span content, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	enum status rc = check(component, page, kind, err);

	if (rc)
		return rc;
	if (content.n > DERIVED_ENTRY_MAX)
		return fail(err, ST_TOO_LARGE, "result of page %u of component %s is too large",
		    page, component);
	if (!spool_known(d, component)) {
		spool_path(d, component, &path);
		rc = mkdir_synced(path.buf, err);
		if (rc)
			return rc;
		spool_remember(d, component, true);
	}
	spool_file(d, component, page, kind, &path);
	return file_replace(path.buf, content, 0440, err);
}

/* Opens a pack and its directory; *fd stays -1 when there is no pack. */
static enum status
pack_open(struct derived *d, const char *component, enum pack pack, int *fd,
    struct zip_directory *dir, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;

	pack_path(d, component, pack, &path);
	*fd = open(path.buf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (*fd == -1)
		return errno == ENOENT ? ST_OK : fail_sys(err, "open %s", path.buf);
	enum status rc = zip_open(*fd, dir, err);

	if (rc) {
		fd_closep(fd);
		err_context(err, "%s", path.buf);
	}
	return rc;
}

static enum status
find_spooled(struct derived *d, const char *component, uint32_t page, enum derived_kind kind,
    struct derived_piece *out, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	struct stat st;

	spool_file(d, component, page, kind, &path);
	owned(fd_closep) int fd = open(path.buf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return errno == ENOENT ? ST_NOT_FOUND : fail_sys(err, "open %s", path.buf);
	if (fstat(fd, &st) == -1)
		return fail_sys(err, "look at %s", path.buf);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > DERIVED_ENTRY_MAX)
		return fail(err, ST_CORRUPT, "%s is no page result", path.buf);
	*out = (struct derived_piece){
		.fd = fd_take(&fd), .offset = 0, .length = (uint64_t)st.st_size
	};
	return ST_OK;
}

static enum status
find_packed(struct derived *d, const char *component, uint32_t page, enum derived_kind kind,
    struct derived_piece *out, struct zip_entry *e, struct err *err)
{
	owned(fd_closep) int fd = -1;
	struct zip_directory dir;
	uint64_t offset = 0;
	enum status rc = pack_open(d, component, pack_of(kind), &fd, &dir, err);

	if (!rc && fd == -1)
		return fail(err, ST_NOT_FOUND, "page %u of component %s has not been read", page,
		    component);
	if (!rc)
		rc = zip_find(fd, &dir, page, kind, e, err);
	if (!rc)
		rc = zip_locate(fd, &dir, e, &offset, err);
	if (rc) {
		err_context(err, "component %s", component);
		return rc;
	}
	*out = (struct derived_piece){ .fd = fd_take(&fd), .offset = offset, .length = e->length };
	return ST_OK;
}

/* *packed tells whether e was filled. */
static enum status
find(struct derived *d, const char *component, uint32_t page, enum derived_kind kind,
    struct derived_piece *out, struct zip_entry *e, bool *packed, struct err *err)
{
	enum status rc = check(component, page, kind, err);

	*packed = false;
	if (!rc)
		rc = find_spooled(d, component, page, kind, out, err);
	if (rc != ST_NOT_FOUND)
		return rc;
	*packed = true;
	return find_packed(d, component, page, kind, out, e, err);
}

enum status
derived_find(struct derived *d, const char *component, uint32_t page, enum derived_kind kind,
    struct derived_piece *out, struct err *err)
{
	struct zip_entry e;
	bool packed;

	return find(d, component, page, kind, out, &e, &packed, err);
}

enum status
derived_read(struct derived *d, const char *component, uint32_t page, enum derived_kind kind,
    size_t limit, struct strbuf *out, struct err *err)
{
	struct derived_piece piece = { .fd = -1 };
	struct zip_entry e = { 0 };
	bool packed;
	size_t before = out->len;
	enum status rc = find(d, component, page, kind, &piece, &e, &packed, err);

	if (rc)
		return rc;
	owned(fd_closep) int fd = piece.fd;

	if (piece.length > limit)
		return fail(err, ST_TOO_LARGE, "page %u of component %s: result of %llu bytes",
		    page, component, (unsigned long long)piece.length);
	strbuf_grow(out, (size_t)piece.length);
	rc = pread_all(fd, out->buf + before, (size_t)piece.length, piece.offset, err);
	if (!rc && packed &&
	    crc32(0, (const Bytef *)out->buf + before, (uInt)piece.length) != e.crc)
		rc = fail(err, ST_CORRUPT, "the CRC differs");
	if (rc) {
		out->buf[before] = '\0';
		err_context(err, "page %u of component %s", page, component);
		return rc;
	}
	out->len = before + (size_t)piece.length;
	out->buf[out->len] = '\0';
	return ST_OK;
}

/* Adds what the spool holds; other files there (left by a cut-off write) are passed over. */
static enum status
gather_spool(struct derived *d, const char *component, struct pieces *out, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	struct dirent *entry;
	struct stat st;

	spool_path(d, component, &path);
	owned(closedirp) DIR *dir = opendir(path.buf);

	if (!dir)
		return errno == ENOENT ? ST_OK : fail_sys(err, "read %s", path.buf);
	while ((entry = readdir(dir))) {
		struct piece p = { .spooled = true };

		if (!zip_name_parse(span_of(entry->d_name), &p.page, &p.kind) ||
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		p.length = (uint64_t)st.st_size;
		pieces_add(out, p);
	}
	return ST_OK;
}

static enum status
gather_pack(int fd, const struct zip_directory *dir, struct pieces *out, struct err *err)
{
	struct zip_entry e = { 0 };

	for (uint64_t i = 0; i < dir->count; i++) {
		enum status rc = zip_row(fd, dir, i, &e, err);

		if (rc)
			return rc;
		pieces_add(out,
		    (struct piece){ .page = e.page, .kind = e.kind, .length = e.length, .row = i });
	}
	return ST_OK;
}

static enum status
write_piece(struct derived *d, const char *component, struct zip_writer *w, const struct piece *p,
    int old, const struct zip_directory *dir, struct err *err)
{
	if (p->spooled) {
		struct derived_piece piece = { .fd = -1 };
		enum status rc = find_spooled(d, component, p->page, p->kind, &piece, err);

		if (rc)
			return rc == ST_NOT_FOUND
			    ? fail(err, ST_CONFLICT, "component %s is packed twice", component)
			    : rc;
		rc = zip_add(w, p->page, p->kind, piece.fd, 0, piece.length, err);
		fd_closep(&piece.fd);
		return rc;
	}
	struct zip_entry e = { 0 };
	uint64_t offset = 0;
	enum status rc = zip_row(old, dir, p->row, &e, err);

	if (!rc)
		rc = zip_locate(old, dir, &e, &offset, err);
	return rc ? rc : zip_add(w, p->page, p->kind, old, offset, e.length, err);
}

/* Writes the pack under a temporary name and puts it in its place. */
static enum status
write_pack(struct derived *d, const char *component, enum pack pack, const struct pieces *pieces,
    int old, const struct zip_directory *dir, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	owned(strbuf_free) struct strbuf temp = STRBUF_INIT;
	owned(strbuf_free) struct strbuf folder = STRBUF_INIT;
	owned(zip_writer_free) struct zip_writer w;
	uint64_t total = 0;

	folder_path(d, component, &folder);
	pack_path(d, component, pack, &path);
	strbuf_addf(&temp, "%s.tmp", path.buf);
	for (size_t i = 0; i < pieces->n; i++)
		total += pieces->rows[i].length;
	zip_writer_init(&w, -1, total > BIG_BYTES || pieces->n > BIG_COUNT);
	if (unlink(temp.buf) == -1 && errno != ENOENT)
		return fail_sys(err, "remove %s", temp.buf);
	owned(fd_closep) int fd =
	    open(temp.buf, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0440);
	enum status rc = fd == -1 ? fail_sys(err, "create %s", temp.buf) : ST_OK;

	w.fd = fd;
	for (size_t i = 0; !rc && i < pieces->n; i++)
		rc = write_piece(d, component, &w, &pieces->rows[i], old, dir, err);
	if (!rc)
		rc = zip_end(&w, err);
	if (!rc && fsync(fd) == -1)
		rc = fail_sys(err, "sync %s", temp.buf);
	if (!rc && rename(temp.buf, path.buf) == -1)
		rc = fail_sys(err, "rename %s", temp.buf);
	if (rc) {
		unlink(temp.buf);
		return rc;
	}
	return sync_dir(folder.buf, err);
}

/* The pack's share of the spool over what an earlier pack holds. */
static enum status
pack_one(struct derived *d, const char *component, enum pack pack, const struct pieces *spool,
    struct err *err)
{
	owned(pieces_free) struct pieces all = { 0 };
	owned(fd_closep) int old = -1;
	struct zip_directory dir = { 0 };

	for (size_t i = 0; i < spool->n; i++)
		if (pack_of(spool->rows[i].kind) == pack)
			pieces_add(&all, spool->rows[i]);
	if (all.n == 0)
		return ST_OK;
	enum status rc = pack_open(d, component, pack, &old, &dir, err);

	if (!rc && old != -1) {
		/* Bytes are carried over only when they are whole. */
		rc = zip_verify(old, err);
		if (!rc)
			rc = gather_pack(old, &dir, &all, err);
	}
	if (rc)
		return rc;
	pieces_sort(&all);
	return write_pack(d, component, pack, &all, old, &dir, err);
}

static enum status
remove_spool(struct derived *d, const char *component, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	struct dirent *entry;

	spool_remember(d, component, false);
	spool_path(d, component, &path);
	owned(closedirp) DIR *dir = opendir(path.buf);

	if (!dir)
		return errno == ENOENT ? ST_OK : fail_sys(err, "read %s", path.buf);
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) == -1 && errno != ENOENT)
			return fail_sys(err, "remove %s/%s", path.buf, entry->d_name);
	}
	/* Not synced: what a power cut brings back is packed again to the same bytes. */
	if (rmdir(path.buf) == -1 && errno != ENOENT)
		return fail_sys(err, "remove %s", path.buf);
	return ST_OK;
}

enum status
derived_pack(struct derived *d, const char *component, struct err *err)
{
	owned(pieces_free) struct pieces spool = { 0 };
	owned(strbuf_free) struct strbuf folder = STRBUF_INIT;
	enum status rc = check(component, 0, DERIVED_WORDS, err);

	if (!rc)
		rc = gather_spool(d, component, &spool, err);
	if (rc || spool.n == 0)
		return rc;
	folder_path(d, component, &folder);
	rc = mkdir_synced(folder.buf, err);
	for (unsigned pack = 0; !rc && pack < PACK_COUNT; pack++)
		rc = pack_one(d, component, (enum pack)pack, &spool, err);
	return rc ? rc : remove_spool(d, component, err);
}

static enum status
gather_all(struct derived *d, const char *component, struct pieces *out, struct err *err)
{
	enum status rc = gather_spool(d, component, out, err);

	for (unsigned pack = 0; !rc && pack < PACK_COUNT; pack++) {
		owned(fd_closep) int fd = -1;
		struct zip_directory dir;

		rc = pack_open(d, component, (enum pack)pack, &fd, &dir, err);
		if (!rc && fd != -1)
			rc = gather_pack(fd, &dir, out, err);
	}
	pieces_sort(out);
	return rc;
}

enum status
derived_each(struct derived *d, const char *component,
    enum status (*each)(void *, uint32_t, enum derived_kind, uint64_t, struct err *), void *payload,
    struct err *err)
{
	owned(pieces_free) struct pieces all = { 0 };
	enum status rc = check(component, 0, DERIVED_WORDS, err);

	if (!rc)
		rc = gather_all(d, component, &all, err);
	for (size_t i = 0; !rc && i < all.n; i++)
		rc = each(payload, all.rows[i].page, all.rows[i].kind, all.rows[i].length, err);
	return rc;
}

enum status
derived_verify(struct derived *d, const char *component, struct err *err)
{
	owned(pieces_free) struct pieces all = { 0 };
	enum status rc = check(component, 0, DERIVED_WORDS, err);

	for (unsigned pack = 0; !rc && pack < PACK_COUNT; pack++) {
		owned(fd_closep) int fd = -1;
		struct zip_directory dir;

		rc = pack_open(d, component, (enum pack)pack, &fd, &dir, err);
		if (!rc && fd != -1) {
			rc = zip_verify(fd, err);
			if (rc)
				err_context(err, "%s.%s.zip", component, pack_names[pack]);
		}
	}
	return rc ? rc : gather_all(d, component, &all, err);
}

enum status
derived_drop(struct derived *d, const char *component, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	bool any = false;
	enum status rc = check(component, 0, DERIVED_WORDS, err);

	if (!rc)
		rc = remove_spool(d, component, err);
	for (unsigned pack = 0; !rc && pack < PACK_COUNT; pack++) {
		pack_path(d, component, (enum pack)pack, &path);
		if (unlink(path.buf) == 0)
			any = true;
		else if (errno != ENOENT)
			rc = fail_sys(err, "remove %s", path.buf);
	}
	if (rc || !any)
		return rc;
	folder_path(d, component, &path);
	return sync_dir(path.buf, err);
}

/* A sorted set of the first max uids after a given one. */
struct uids {
	const char *after;
	char (*rows)[UID_LEN + 1];
	size_t n, max;
};

static void
uids_add(struct uids *u, const char *uid)
{
	size_t at = u->n;

	if (strcmp(uid, u->after) <= 0)
		return;
	while (at > 0 && strcmp(u->rows[at - 1], uid) > 0)
		at--;
	if (at == u->max || (at > 0 && !strcmp(u->rows[at - 1], uid)))
		return;
	if (u->n < u->max)
		u->n++;
	memmove(u->rows + at + 1, u->rows + at, (u->n - at - 1) * sizeof(*u->rows));
	memcpy(u->rows[at], uid, UID_LEN + 1);
}

/* Adds the uids that names of a folder begin with, when what follows them is one of suffixes. */
static enum status
list_folder(const char *path, bool packs, struct uids *u, struct err *err)
{
	owned(closedirp) DIR *dir = opendir(path);
	struct dirent *entry;
	char uid[UID_LEN + 1];

	if (!dir)
		return errno == ENOENT || errno == ENOTDIR ? ST_OK : fail_sys(err, "read %s", path);
	while ((entry = readdir(dir))) {
		size_t n = strlen(entry->d_name);

		if (n < UID_LEN || !uid_valid(span_make(entry->d_name, UID_LEN)))
			continue;
		const char *rest = entry->d_name + UID_LEN;

		if (packs ? strcmp(rest, ".words.zip") && strcmp(rest, ".pages.zip") : *rest)
			continue;
		memcpy(uid, entry->d_name, UID_LEN);
		uid[UID_LEN] = '\0';
		uids_add(u, uid);
	}
	return ST_OK;
}

/* Folders are in the order of uids, so the walk ends when the set is full. */
static enum status
list_packs(struct derived *d, struct uids *u, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	unsigned char from[2] = { 0, 0 };

	if (u->after[0] && !hex_decode(span_make(u->after, 4), from, 2))
		return fail(err, ST_INVALID, "list after \"%s\"", u->after);
	for (unsigned a = from[0]; a < 256 && u->n < u->max; a++) {
		strbuf_reset(&path);
		strbuf_addf(&path, "%s/%02x", d->path, a);
		if (access(path.buf, F_OK) == -1)
			continue;
		for (unsigned b = a == from[0] ? from[1] : 0; b < 256 && u->n < u->max; b++) {
			strbuf_reset(&path);
			strbuf_addf(&path, "%s/%02x/%02x", d->path, a, b);
			enum status rc = list_folder(path.buf, true, u, err);

			if (rc)
				return rc;
		}
	}
	return ST_OK;
}

enum status
derived_list(struct derived *d, const char *after, char (*uids)[UID_LEN + 1], size_t max, size_t *n,
    struct err *err)
{
	owned(strbuf_free) struct strbuf spool = STRBUF_INIT;
	struct uids u = { after, uids, 0, max };

	*n = 0;
	if (max == 0 || (after[0] && !uid_valid(span_of(after))))
		return fail(err, ST_INVALID, "list after \"%s\"", after);
	enum status rc = list_packs(d, &u, err);

	strbuf_addf(&spool, "%s/spool", d->path);
	if (!rc)
		rc = list_folder(spool.buf, false, &u, err);
	if (!rc)
		*n = u.n;
	return rc;
}
