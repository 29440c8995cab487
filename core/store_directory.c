/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "arena.h"
#include "store_directory.h"

#define BLOB_PATH (6 + SHA256_HEX + 1)	      /* "ab/cd/" and the name */
#define RESERVE_INTERVAL ((uint64_t)16 << 20) /* bytes of a put between two looks at the disk */
#define INODE_RESERVE 1024

struct directory_put {
	struct store_put base;
	int fd;
	uint64_t unchecked;	   /* bytes written since the free space was looked at */
	char name[DIRECTORY_TEMP]; /* empty once it has become a blob */
};

/*
 * Bytes may be lost although the system took them.  Other processes and later runs learn it from
 * the file; this process also when the disk does not even take that.
 */
static enum status
stop(struct directory *d, const char *what, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	int sys = errno;
	char when[28];

	time_text(now_us(), when);
	strbuf_addf(&text, "%s %s: %s\n", when, what, strerror(sys));
	pthread_mutex_lock(&d->lock);
	d->stopped = true;
	pthread_mutex_unlock(&d->lock);
	owned(fd_closep) int fd =
	    open(d->stop_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	if (fd != -1 && !write_all(fd, text.buf, text.len, NULL))
		(void)!fsync(fd);
	errno = sys;
	return fail_sys(err,
	    "%s; the store takes no more content until the disk is checked and "
	    "\"tangthu verify\" is clean",
	    what);
}

enum status
directory_sync(struct directory *d, int fd, const char *what, struct err *err)
{
	return fsync(fd) == 0 ? ST_OK : stop(d, what, err);
}

static bool
is_stopped(struct directory *d)
{
	pthread_mutex_lock(&d->lock);
	bool stopped = d->stopped;
	pthread_mutex_unlock(&d->lock);
	return stopped || access(d->stop_path, F_OK) == 0;
}

static char *
directory_stopped(struct store *store)
{
	struct directory *d = directory_of(store);
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;

	if (!is_stopped(d))
		return NULL;
	if (strbuf_read_file(&text, d->stop_path, 65536, NULL) || text.len == 0)
		strbuf_add_str(
		    &text, "a sync of the disk failed, and the reason could not be kept");
	return span_dup(span_trim(strbuf_span(&text)));
}

static enum status
directory_resume(struct store *store, struct err *err)
{
	struct directory *d = directory_of(store);
	owned(freep) char *parent =
	    span_dup(span_make(d->path, strlen(d->path) - strlen("/store")));

	if (unlink(d->stop_path) == -1 && errno != ENOENT)
		return fail_sys(err, "remove %s", d->stop_path);
	enum status rc = sync_dir(parent, err);

	if (rc)
		return rc;
	pthread_mutex_lock(&d->lock);
	d->stopped = false;
	pthread_mutex_unlock(&d->lock);
	return ST_OK;
}

static enum status
directory_writable(struct store *store, uint64_t size, struct err *err)
{
	struct directory *d = directory_of(store);
	struct statvfs fs;

	if (is_stopped(d)) {
		owned(freep) char *why = directory_stopped(store);

		return fail(err, ST_IO, "the store takes no content: %s", why ? why : "stopped");
	}
	if (fstatvfs(d->root, &fs) == -1)
		return fail_sys(err, "look at the free space of %s", d->path);
	uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;

	if (free_bytes < size || free_bytes - size < d->reserve)
		return fail(err, ST_FULL,
		    "%s: %llu MiB are free, %llu MiB are wanted and %llu MiB kept in reserve",
		    d->path, (unsigned long long)free_bytes >> 20, (unsigned long long)size >> 20,
		    (unsigned long long)d->reserve >> 20);
	if (fs.f_files && fs.f_favail < INODE_RESERVE)
		return fail(err, ST_FULL, "%s: the file system has only %llu free inodes", d->path,
		    (unsigned long long)fs.f_favail);
	return ST_OK;
}

static void
directory_close(struct store *store)
{
	struct directory *d = directory_of(store);

	fd_closep(&d->root);
	fd_closep(&d->tmp);
	pthread_mutex_destroy(&d->lock);
	free(d->path);
	free(d->stop_path);
	free(d);
}

/* All 256 first-level folders, so that a put has one level to care for. */
static enum status
make_folders(struct directory *d, struct err *err)
{
	enum status rc = mkdir_synced(d->path, err);
	char name[3];

	if (rc)
		return rc;
	d->root = open(d->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->root == -1)
		return fail_sys(err, "open %s", d->path);
	for (unsigned i = 0; i < 256; i++) {
		directory_folder_name(i, name);
		if (mkdirat(d->root, name, 0750) == -1 && errno != EEXIST)
			return fail_sys(err, "make %s/%s", d->path, name);
	}
	if (mkdirat(d->root, "tmp", 0750) == -1 && errno != EEXIST)
		return fail_sys(err, "make %s/tmp", d->path);
	d->tmp = openat(d->root, "tmp", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (d->tmp == -1)
		return fail_sys(err, "open %s/tmp", d->path);
	return directory_sync(d, d->root, "sync of the store's folder", err);
}

static enum status
directory_open(struct store **out, const struct conf *conf, struct err *err)
{
	struct directory *d = xcalloc(1, sizeof(*d));
	struct strbuf path = STRBUF_INIT;

	strbuf_addf(&path, "%s/store", conf->dir);
	d->path = strbuf_detach(&path, NULL);
	strbuf_addf(&path, "%s.stopped", d->path);
	d->stop_path = strbuf_detach(&path, NULL);
	d->root = d->tmp = -1;
	d->reserve = (uint64_t)conf->store_reserve;
	pthread_mutex_init(&d->lock, NULL);
	enum status rc = make_folders(d, err);

	if (rc) {
		directory_close(&d->base);
		return rc;
	}
	*out = &d->base;
	return ST_OK;
}

static void
blob_path(const char *sha256, char out[BLOB_PATH])
{
	snprintf(out, BLOB_PATH, "%.2s/%.2s/%s", sha256, sha256 + 2, sha256);
}

/* The folder ab/cd, made when absent, its entry durable; *fd is the caller's. */
static enum status
folder_open(struct directory *d, const char *sha256, int *fd, struct err *err)
{
	char first[3] = { sha256[0], sha256[1], '\0' }, both[6];
	unsigned char index[2] = { 0, 0 };

	snprintf(both, sizeof(both), "%.2s/%.2s", sha256, sha256 + 2);
	if (!hex_decode(span_make(sha256, 4), index, 2))
		return fail(err, ST_INTERNAL, "blob name %s", sha256);
	size_t bit = (size_t)index[0] << 8 | index[1];

	pthread_mutex_lock(&d->lock);
	bool known = d->synced[bit / 8] >> (bit % 8) & 1;
	pthread_mutex_unlock(&d->lock);
	if (!known) {
		if (mkdirat(d->root, both, 0750) == -1 && errno != EEXIST)
			return fail_sys(err, "make %s/%s", d->path, both);
		/* Also when it was there: its maker may not have come to the sync. */
		owned(fd_closep) int parent =
		    openat(d->root, first, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (parent == -1)
			return fail_sys(err, "open %s/%s", d->path, first);
		enum status rc = directory_sync(d, parent, "sync of a folder of the store", err);

		if (rc)
			return rc;
		pthread_mutex_lock(&d->lock);
		d->synced[bit / 8] |= (unsigned char)(1u << (bit % 8));
		pthread_mutex_unlock(&d->lock);
	}
	*fd = openat(d->root, both, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *fd == -1 ? fail_sys(err, "open %s/%s", d->path, both) : ST_OK;
}

enum existing { ABSENT, WHOLE, DAMAGED };

/* Content of that name is read before it is trusted: a crash or a bad disk may have spoilt it. */
static enum status
look_at_existing(struct directory *d, int folder, const struct store_blob *blob, enum existing *out,
    struct err *err)
{
	owned(fd_closep) int fd =
	    openat(folder, blob->sha256, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char found[SHA256_HEX + 1];
	struct stat st;
	uint64_t size;

	if (fd == -1 && errno == ENOENT) {
		*out = ABSENT;
		return ST_OK;
	}
	*out = DAMAGED;
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) ||
	    (uint64_t)st.st_size != blob->size)
		return ST_OK;
	/* A read error counts as damage too: the good bytes are at hand. */
	if (store_hash_fd(fd, &size, found, NULL) || strcmp(found, blob->sha256))
		return ST_OK;
	*out = WHOLE;
	return directory_sync(d, fd, "sync of a blob that was there", err);
}

/* Gives the synced file tmp/temp the name of its content. */
enum status
directory_adopt(struct directory *d, const char *temp, struct store_blob *blob, struct err *err)
{
	owned(fd_closep) int folder = -1;
	enum existing existing = ABSENT;
	enum status rc = folder_open(d, blob->sha256, &folder, err);

	if (!rc)
		rc = look_at_existing(d, folder, blob, &existing, err);
	if (rc)
		return rc;
	if (existing == WHOLE) {
		(void)unlinkat(d->tmp, temp, 0);
	} else if (renameat(d->tmp, temp, folder, blob->sha256) == -1) {
		return fail_sys(
		    err, "rename %s/tmp/%s to its blob %s", d->path, temp, blob->sha256);
	}
	rc = directory_sync(d, folder, "sync of a blob's folder", err);
	if (rc)
		return rc;
	blob->existed = existing == WHOLE;
	blob->restored = existing == DAMAGED;
	return ST_OK;
}

void
directory_temp_name(char out[DIRECTORY_TEMP])
{
	char uid[UID_LEN + 1];

	uid_make(uid);
	snprintf(out, DIRECTORY_TEMP, "put-%s", uid);
}

static enum status
directory_put_begin(struct store *store, struct store_put **out, struct err *err)
{
	struct directory *d = directory_of(store);
	struct directory_put *put = xcalloc(1, sizeof(*put));

	directory_temp_name(put->name);
	put->fd =
	    openat(d->tmp, put->name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400);
	if (put->fd == -1) {
		enum status rc = fail_sys(err, "create %s/tmp/%s", d->path, put->name);

		free(put);
		return rc;
	}
	*out = &put->base;
	return ST_OK;
}

static enum status
directory_put_write(struct store_put *base, const void *p, size_t n, struct err *err)
{
	struct directory_put *put = (struct directory_put *)base;

	put->unchecked += n;
	if (put->unchecked >= RESERVE_INTERVAL) {
		enum status rc = directory_writable(base->store, n, err);

		if (rc)
			return rc;
		put->unchecked = 0;
	}
	return write_all(put->fd, p, n, err);
}

static enum status
directory_put_commit(struct store_put *base, struct store_blob *blob, struct err *err)
{
	struct directory_put *put = (struct directory_put *)base;
	struct directory *d = directory_of(base->store);
	enum status rc = directory_sync(d, put->fd, "sync of new content", err);

	if (!rc)
		rc = directory_adopt(d, put->name, blob, err);
	if (!rc)
		put->name[0] = '\0';
	return rc;
}

static void
directory_put_free(struct store_put *base)
{
	struct directory_put *put = (struct directory_put *)base;

	fd_closep(&put->fd);
	/* What is left stays for the sweep. */
	if (put->name[0])
		(void)unlinkat(directory_of(base->store)->tmp, put->name, 0);
	free(put);
}

static enum status
directory_read(struct store *store, const char *sha256, int *out, uint64_t *size, struct err *err)
{
	struct directory *d = directory_of(store);
	char path[BLOB_PATH];
	struct stat st;

	blob_path(sha256, path);
	/* O_NONBLOCK: a pipe that someone put there must not hang us. */
	owned(fd_closep) int fd =
	    openat(d->root, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return fail(err, ST_NOT_FOUND, "blob %s is not in the store", sha256);
	if (fd == -1 && errno == ELOOP)
		return fail(err, ST_CORRUPT, "blob %s is a symbolic link", sha256);
	if (fd == -1)
		return fail_sys(err, "open blob %s", sha256);
	if (fstat(fd, &st) == -1)
		return fail_sys(err, "look at blob %s", sha256);
	if (!S_ISREG(st.st_mode))
		return fail(err, ST_CORRUPT, "blob %s is not a plain file", sha256);
	*size = (uint64_t)st.st_size;
	*out = fd_take(&fd);
	return ST_OK;
}

static enum status
directory_destroy(struct store *store, const char *sha256, struct err *err)
{
	struct directory *d = directory_of(store);
	owned(fd_closep) int folder = -1;

	if (is_stopped(d))
		return directory_writable(store, 0, err);
	enum status rc = folder_open(d, sha256, &folder, err);

	if (rc)
		return rc;
	if (unlinkat(folder, sha256, 0) == -1)
		return errno == ENOENT
		    ? fail(err, ST_NOT_FOUND, "blob %s is not in the store", sha256)
		    : fail_sys(err, "destroy blob %s", sha256);
	return directory_sync(d, folder, "sync of a blob's folder", err);
}

const struct store_ops store_directory = {
	.name = "directory",
	.open = directory_open,
	.close = directory_close,
	.writable = directory_writable,
	.put_begin = directory_put_begin,
	.put_write = directory_put_write,
	.put_commit = directory_put_commit,
	.put_free = directory_put_free,
	.part_create = directory_part_create,
	.part_append = directory_part_append,
	.part_finish = directory_part_finish,
	.part_remove = directory_part_remove,
	.read = directory_read,
	.list = directory_list,
	.destroy = directory_destroy,
	.sweep = directory_sweep,
	.stopped = directory_stopped,
	.resume = directory_resume,
};
