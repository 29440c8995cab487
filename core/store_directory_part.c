/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Uploads in parts: files of tmp that grow, and become blobs in the end. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_directory.h"

static void
part_name(const char *uid, char out[DIRECTORY_TEMP])
{
	snprintf(out, DIRECTORY_TEMP, "part-%.*s", UID_LEN, uid);
}

enum status
directory_part_create(struct store *store, const char *uid, struct err *err)
{
	struct directory *d = directory_of(store);
	char name[DIRECTORY_TEMP];

	part_name(uid, name);
	owned(fd_closep) int fd =
	    openat(d->tmp, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd == -1 && errno == EEXIST)
		return fail(err, ST_EXISTS, "upload %s is there already", uid);
	if (fd == -1)
		return fail_sys(err, "create %s/tmp/%s", d->path, name);
	enum status rc = directory_sync(d, fd, "sync of a new upload", err);

	return rc ? rc : directory_sync(d, d->tmp, "sync of the store's tmp folder", err);
}

/* Opens a part that nobody else works on; *st describes it. */
static enum status
part_open(struct directory *d, const char *uid, int *out, struct stat *st, struct err *err)
{
	char name[DIRECTORY_TEMP];

	part_name(uid, name);
	owned(fd_closep) int fd = openat(d->tmp, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);

	/* A finished part is as read-only as the blob it has become. */
	if (fd == -1 && errno == EACCES)
		fd = openat(d->tmp, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT)
		return fail(err, ST_NOT_FOUND, "upload %s: no such part", uid);
	if (fd == -1)
		return fail_sys(err, "open %s/tmp/%s", d->path, name);
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK
		    ? fail(err, ST_BUSY, "upload %s: another request works on it", uid)
		    : fail_sys(err, "lock %s/tmp/%s", d->path, name);
	if (fstat(fd, st) == -1)
		return fail_sys(err, "look at %s/tmp/%s", d->path, name);
	*out = fd_take(&fd);
	return ST_OK;
}

enum status
directory_part_append(
    struct store *store, const char *uid, uint64_t offset, const void *p, size_t n, struct err *err)
{
	struct directory *d = directory_of(store);
	owned(fd_closep) int fd = -1;
	struct stat st;
	enum status rc = part_open(d, uid, &fd, &st, err);

	if (rc)
		return rc;
	if (st.st_nlink > 1 || !(st.st_mode & S_IWUSR))
		return fail(err, ST_CONFLICT, "upload %s is finished", uid);
	if ((uint64_t)st.st_size < offset)
		return fail(err, ST_CONFLICT, "upload %s has %llu bytes, not %llu", uid,
		    (unsigned long long)st.st_size, (unsigned long long)offset);
	if ((uint64_t)st.st_size > offset && ftruncate(fd, (off_t)offset) == -1)
		return fail_sys(err, "cut upload %s", uid);
	if (lseek(fd, (off_t)offset, SEEK_SET) == -1)
		return fail_sys(err, "go to %llu in upload %s", (unsigned long long)offset, uid);
	rc = write_all(fd, p, n, err);
	if (rc) {
		err_context(err, "upload %s", uid);
		return rc;
	}
	return directory_sync(d, fd, "sync of an upload", err);
}

/* Makes the finished, synced part a blob under a second name, so that the first can stay. */
static enum status
part_adopt(struct directory *d, const char *uid, struct store_blob *blob, struct err *err)
{
	char part[DIRECTORY_TEMP], second[DIRECTORY_TEMP];

	part_name(uid, part);
	directory_temp_name(second);
	if (linkat(d->tmp, part, d->tmp, second, 0) == -1)
		return fail_sys(err, "link %s/tmp/%s", d->path, part);
	enum status rc = directory_adopt(d, second, blob, err);

	if (rc)
		(void)unlinkat(d->tmp, second, 0);
	return rc;
}

enum status
directory_part_finish(struct store *store, const char *uid, uint64_t size, const char *want,
    struct store_blob *blob, struct err *err)
{
	struct directory *d = directory_of(store);
	owned(fd_closep) int fd = -1;
	struct stat st;
	enum status rc = part_open(d, uid, &fd, &st, err);

	if (rc)
		return rc;
	if ((uint64_t)st.st_size != size)
		return fail(err, ST_CORRUPT, "upload %s has %llu bytes, %llu were announced", uid,
		    (unsigned long long)st.st_size, (unsigned long long)size);
	rc = store_hash_fd(fd, &blob->size, blob->sha256, err);
	if (rc)
		return rc;
	if (want && strcmp(want, blob->sha256))
		return fail(err, ST_CORRUPT,
		    "upload %s: its bytes have the digest %s, announced was %s", uid, blob->sha256,
		    want);
	if (fchmod(fd, 0400) == -1)
		return fail_sys(err, "make upload %s read-only", uid);
	rc = directory_sync(d, fd, "sync of a finished upload", err);
	return rc ? rc : part_adopt(d, uid, blob, err);
}

enum status
directory_part_remove(struct store *store, const char *uid, struct err *err)
{
	struct directory *d = directory_of(store);
	char name[DIRECTORY_TEMP];

	part_name(uid, name);
	if (unlinkat(d->tmp, name, 0) == -1 && errno != ENOENT)
		return fail_sys(err, "remove %s/tmp/%s", d->path, name);
	return ST_OK;
}
