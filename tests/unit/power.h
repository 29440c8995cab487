/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef POWER_H
#define POWER_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sys/stat.h>

/*
 * A model of the worst file system that POSIX allows.  It sees every call that changes a file or a
 * folder and knows what a power cut at this moment may take away: bytes of a file that were not
 * synced since they were written, and names in a folder that was not synced since they were made.
 * Real file systems hide such mistakes most of the time (design/trust.md section 5).
 *
 * The test is linked with --wrap for: open openat mkdir mkdirat rename renameat linkat write fsync.
 * power_skip_fsync(n) makes the n-th fsync from now on do nothing and say "done": the check must
 * then fail, which proves that it can.
 */
struct power_name {
	ino_t folder;
	char name[80];
};

static struct {
	ino_t dirty[256];
	size_t dirty_n;
	struct power_name names[512];
	size_t name_n;
	int fsyncs;
	int skip;
} power;

static inline void
power_reset(void)
{
	memset(&power, 0, sizeof(power));
}

static inline void
power_skip_fsync(int n)
{
	power.fsyncs = 0;
	power.skip = n;
}

static inline ino_t
power_folder(int at, const char *path)
{
	char copy[4300];
	struct stat st;

	snprintf(copy, sizeof(copy), "%s", path);
	return fstatat(at, dirname(copy), &st, 0) == 0 ? st.st_ino : 0;
}

static inline const char *
power_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static inline void
power_forget_name(ino_t folder, const char *name)
{
	for (size_t i = 0; i < power.name_n; i++)
		if (power.names[i].folder == folder &&
		    (!name || !strcmp(power.names[i].name, name)))
			power.names[i--] = power.names[--power.name_n];
}

static inline void
power_add_name(int at, const char *path)
{
	ino_t folder = power_folder(at, path);

	power_forget_name(folder, power_base(path));
	assert_true(power.name_n < 512);
	power.names[power.name_n].folder = folder;
	snprintf(power.names[power.name_n++].name, 80, "%s", power_base(path));
}

static inline void
power_forget_dirty(ino_t file)
{
	for (size_t i = 0; i < power.dirty_n; i++)
		if (power.dirty[i] == file)
			power.dirty[i--] = power.dirty[--power.dirty_n];
}

/* Would this file below root be there, whole, after a power cut now? */
static inline bool
power_durable(const char *root, const char *path)
{
	char copy[4300];
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	for (size_t i = 0; i < power.dirty_n; i++)
		if (power.dirty[i] == st.st_ino)
			return false;
	for (snprintf(copy, sizeof(copy), "%s", path); strlen(copy) > strlen(root);
	     *strrchr(copy, '/') = '\0') {
		ino_t folder = power_folder(AT_FDCWD, copy);

		for (size_t i = 0; i < power.name_n; i++)
			if (power.names[i].folder == folder &&
			    !strcmp(power.names[i].name, power_base(copy)))
				return false;
	}
	return true;
}

int __real_open(const char *, int, ...);
int __wrap_open(const char *, int, mode_t);
int __real_openat(int, const char *, int, ...);
int __wrap_openat(int, const char *, int, mode_t);
int __real_mkdir(const char *, mode_t);
int __wrap_mkdir(const char *, mode_t);
int __real_mkdirat(int, const char *, mode_t);
int __wrap_mkdirat(int, const char *, mode_t);
int __real_rename(const char *, const char *);
int __wrap_rename(const char *, const char *);
int __real_renameat(int, const char *, int, const char *);
int __wrap_renameat(int, const char *, int, const char *);
int __real_linkat(int, const char *, int, const char *, int);
int __wrap_linkat(int, const char *, int, const char *, int);
ssize_t __real_write(int, const void *, size_t);
ssize_t __wrap_write(int, const void *, size_t);
int __real_fsync(int);
int __wrap_fsync(int);

int
__wrap_openat(int at, const char *path, int flags, mode_t mode)
{
	bool made = (flags & O_CREAT) && faccessat(at, path, F_OK, AT_SYMLINK_NOFOLLOW) == -1;
	int fd = __real_openat(at, path, flags, mode);

	if (fd != -1 && made)
		power_add_name(at, path);
	return fd;
}

int
__wrap_open(const char *path, int flags, mode_t mode)
{
	return __wrap_openat(AT_FDCWD, path, flags, mode);
}

int
__wrap_mkdirat(int at, const char *path, mode_t mode)
{
	int rc = __real_mkdirat(at, path, mode);

	if (rc == 0)
		power_add_name(at, path);
	return rc;
}

int
__wrap_mkdir(const char *path, mode_t mode)
{
	return __wrap_mkdirat(AT_FDCWD, path, mode);
}

int
__wrap_renameat(int from, const char *old, int to, const char *new)
{
	int rc = __real_renameat(from, old, to, new);

	if (rc == 0) {
		power_forget_name(power_folder(from, old), power_base(old));
		power_add_name(to, new);
	}
	return rc;
}

int
__wrap_rename(const char *old, const char *new)
{
	return __wrap_renameat(AT_FDCWD, old, AT_FDCWD, new);
}

int
__wrap_linkat(int from, const char *old, int to, const char *new, int flags)
{
	int rc = __real_linkat(from, old, to, new, flags);

	if (rc == 0)
		power_add_name(to, new);
	return rc;
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	struct stat st;
	ssize_t done = __real_write(fd, p, n);

	if (done > 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		power_forget_dirty(st.st_ino);
		assert_true(power.dirty_n < 256);
		power.dirty[power.dirty_n++] = st.st_ino;
	}
	return done;
}

int
__wrap_fsync(int fd)
{
	struct stat st;

	if (++power.fsyncs == power.skip)
		return 0;
	if (fstat(fd, &st) == 0) {
		power_forget_dirty(st.st_ino);
		power_forget_name(st.st_ino, NULL);
	}
	return __real_fsync(fd);
}

#endif
