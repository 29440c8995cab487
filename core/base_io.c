/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"

enum status
write_all(int fd, const void *p, size_t n, struct err *err)
{
	const char *at = p;

	while (n > 0) {
		ssize_t done = write(fd, at, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return fail_sys(err, "write");
		at += done;
		n -= (size_t)done;
	}
	return ST_OK;
}

enum status
pread_all(int fd, void *p, size_t n, uint64_t offset, struct err *err)
{
	char *at = p;

	if (offset > INT64_MAX || n > (uint64_t)INT64_MAX - offset)
		return fail(err, ST_CORRUPT, "read at %llu: no such place in a file",
		    (unsigned long long)offset);
	while (n > 0) {
		ssize_t done = pread(fd, at, n, (off_t)offset);

		if (done == -1 && errno == EINTR)
			continue;
		if (done == -1)
			return fail_sys(err, "read");
		if (done == 0)
			return fail(err, ST_CORRUPT, "file ends at %llu, %zu bytes more expected",
			    (unsigned long long)offset, n);
		at += done;
		n -= (size_t)done;
		offset += (uint64_t)done;
	}
	return ST_OK;
}

enum status
sync_dir(const char *path, struct err *err)
{
	owned(fd_closep) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return fail_sys(err, "open directory %s", path);
	if (fsync(fd) == -1)
		return fail_sys(err, "sync directory %s", path);
	return ST_OK;
}

/* The directory a path lies in; the caller frees it. */
static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/") : span_dup(span_make(path, (size_t)(slash - path)));
}

enum status
mkdir_synced(const char *path, struct err *err)
{
	owned(freep) char *parent = parent_of(path);
	struct stat st;
	int made = mkdir(path, 0750);

	if (made == -1 && errno == ENOENT && strcmp(parent, path)) {
		enum status rc = mkdir_synced(parent, err);

		if (rc)
			return rc;
		made = mkdir(path, 0750);
	}
	if (made == -1 && errno != EEXIST)
		return fail_sys(err, "make directory %s", path);
	if (stat(path, &st) == -1)
		return fail_sys(err, "make directory %s", path);
	if (!S_ISDIR(st.st_mode))
		return fail(
		    err, ST_EXISTS, "make directory %s: a file of that name is there", path);
	/* Synced even when it was there: whoever made it may not have come that far. */
	return sync_dir(parent, err);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path) == -1 && errno != ENOENT ? -1 : 0;
}

enum status
tree_remove(const char *path, struct err *err)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == -1 && errno != ENOENT)
		return fail_sys(err, "remove %s", path);
	return ST_OK;
}

static enum status
write_synced(const char *path, struct span content, int mode, struct err *err)
{
	owned(fd_closep) int fd = -1;

	/* Left by a run that was cut off; nobody can be using it. */
	if (unlink(path) == -1 && errno != ENOENT)
		return fail_sys(err, "remove %s", path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd == -1)
		return fail_sys(err, "create %s", path);
	enum status rc = write_all(fd, content.p, content.n, err);

	if (rc) {
		unlink(path);
		return err_context(err, "%s", path), rc;
	}
	if (fsync(fd) == -1) {
		rc = fail_sys(err, "sync %s", path);
		unlink(path);
	}
	return rc;
}

enum status
file_replace(const char *path, struct span content, int mode, struct err *err)
{
	owned(strbuf_free) struct strbuf temp = STRBUF_INIT;
	owned(freep) char *parent = parent_of(path);

	strbuf_addf(&temp, "%s.tmp", path);
	enum status rc = write_synced(temp.buf, content, mode, err);

	if (rc)
		return rc;
	if (rename(temp.buf, path) == -1) {
		rc = fail_sys(err, "rename %s to %s", temp.buf, path);
		unlink(temp.buf);
		return rc;
	}
	return sync_dir(parent, err);
}

void
fd_closep(int *fd)
{
	if (*fd >= 0) {
		int sys = errno;

		close(*fd);
		errno = sys;
	}
	*fd = -1;
}

int
fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
