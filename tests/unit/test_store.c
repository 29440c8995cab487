/* SPDX-License-Identifier: GPL-3.0-or-later */
/* link: -Wl,--wrap=fsync,--wrap=write,--wrap=rename,--wrap=renameat,--wrap=fstatvfs,--wrap=pread,--wrap=openat,--wrap=linkat,--wrap=fchmod,--wrap=ftruncate,--wrap=mkdirat,--wrap=fstat */
/* tsan */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base.h"
#include "conf.h"
#include "store.h"

/* SHA-256 of "" and of "abc" (FIPS 180-2). */
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define UID_A "0b1c2d3e-4f50-4171-8293-a4b5c6d7e8f9"
#define UID_B "1b1c2d3e-4f50-4171-8293-a4b5c6d7e8f9"

/*
 * The seam: the at-th call of one kind fails with sys, once or from then on.  Counts every call,
 * so a test can walk through all of them.
 */
static struct {
	const char *call;
	int sys;
	int at; /* 1 = the next call; 0 = never */
	bool persistent;
	int count;
} fault;
static uint64_t free_bytes;

static bool
fails(const char *call)
{
	if (!fault.call || strcmp(fault.call, call))
		return false;
	fault.count++;
	if (fault.at == 0 || (fault.persistent ? fault.count < fault.at : fault.count != fault.at))
		return false;
	errno = fault.sys;
	return true;
}

static void
fault_set(const char *call, int sys, int at, bool persistent)
{
	fault.call = call;
	fault.sys = sys;
	fault.at = at;
	fault.persistent = persistent;
	fault.count = 0;
}

int __real_fsync(int);
int __wrap_fsync(int);
ssize_t __real_write(int, const void *, size_t);
ssize_t __wrap_write(int, const void *, size_t);
int __real_renameat(int, const char *, int, const char *);
int __wrap_renameat(int, const char *, int, const char *);
int __real_rename(const char *, const char *);
int __wrap_rename(const char *, const char *);
int __real_fstatvfs(int, struct statvfs *);
ssize_t __real_pread(int, void *, size_t, off_t);
ssize_t __wrap_pread(int, void *, size_t, off_t);
int __real_openat(int, const char *, int, ...);
int __wrap_openat(int, const char *, int, mode_t);
int __real_linkat(int, const char *, int, const char *, int);
int __wrap_linkat(int, const char *, int, const char *, int);
int __real_fchmod(int, mode_t);
int __wrap_fchmod(int, mode_t);
int __real_ftruncate(int, off_t);
int __wrap_ftruncate(int, off_t);
int __real_mkdirat(int, const char *, mode_t);
int __wrap_mkdirat(int, const char *, mode_t);
int __real_fstat(int, struct stat *);
int __wrap_fstat(int, struct stat *);
int __wrap_fstatvfs(int, struct statvfs *);

int
__wrap_fsync(int fd)
{
	return fails("fsync") ? -1 : __real_fsync(fd);
}

ssize_t
__wrap_write(int fd, const void *p, size_t n)
{
	return fails("write") ? -1 : __real_write(fd, p, n);
}

int
__wrap_renameat(int from, const char *old, int to, const char *new)
{
	return fails("rename") ? -1 : __real_renameat(from, old, to, new);
}

int
__wrap_rename(const char *old, const char *new)
{
	return fails("rename") ? -1 : __real_rename(old, new);
}

ssize_t
__wrap_pread(int fd, void *p, size_t n, off_t at)
{
	return fails("pread") ? -1 : __real_pread(fd, p, n, at);
}

int
__wrap_openat(int fd, const char *name, int flags, mode_t mode)
{
	return fails("openat") ? -1 : __real_openat(fd, name, flags, mode);
}

int
__wrap_linkat(int from, const char *old, int to, const char *new, int flags)
{
	return fails("linkat") ? -1 : __real_linkat(from, old, to, new, flags);
}

int
__wrap_fchmod(int fd, mode_t mode)
{
	return fails("fchmod") ? -1 : __real_fchmod(fd, mode);
}

int
__wrap_ftruncate(int fd, off_t n)
{
	return fails("ftruncate") ? -1 : __real_ftruncate(fd, n);
}

int
__wrap_mkdirat(int fd, const char *name, mode_t mode)
{
	return fails("mkdirat") ? -1 : __real_mkdirat(fd, name, mode);
}

int
__wrap_fstat(int fd, struct stat *st)
{
	return fails("fstat") ? -1 : __real_fstat(fd, st);
}

int
__wrap_fstatvfs(int fd, struct statvfs *fs)
{
	int rc = fails("fstatvfs") ? -1 : __real_fstatvfs(fd, fs);

	if (rc == 0 && free_bytes)
		fs->f_bavail = free_bytes / fs->f_frsize;
	return rc;
}

struct room {
	char *dir;
	struct conf *conf;
	struct store *store;
	struct err err;
};

static int
enter(void **state)
{
	struct room *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	fault_set(NULL, 0, 0, false);
	free_bytes = 0;
	r->dir = temp_dir_make();
	r->conf = conf_new(r->dir);
	r->conf->store_reserve = 1 << 20;
	assert_ok(store_open(&r->store, r->conf, &r->err), &r->err);
	*state = r;
	return 0;
}

static int
leave(void **state)
{
	struct room *r = *state;

	fault_set(NULL, 0, 0, false);
	free_bytes = 0;
	store_close(r->store);
	conf_free(r->conf);
	temp_dir_remove(r->dir);
	free(r);
	return 0;
}

static char *
path_of(struct room *r, const char *sha256)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/store/%.2s/%.2s/%s", r->dir, sha256, sha256 + 2, sha256);
	return path;
}

static int
files_in_tmp(struct room *r)
{
	char path[4096];
	int n = 0;

	snprintf(path, sizeof(path), "%s/store/tmp", r->dir);
	DIR *d = opendir(path);

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

/* Overwrites a blob behind the store's back. */
static void
spoil(struct room *r, const char *sha256, const char *content)
{
	const char *path = path_of(r, sha256);

	assert_int_equal(chmod(path, 0600), 0);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(content, f);
	fclose(f);
}

static void
put_abc(struct room *r, struct store_blob *blob)
{
	assert_ok(store_put_bytes(r->store, SPAN("abc"), blob, &r->err), &r->err);
}

static void
content_is_named_by_its_sha256_and_is_read_only(void **state)
{
	struct room *r = *state;
	struct store_blob blob;
	struct stat st;

	put_abc(r, &blob);
	assert_string_equal(blob.sha256, ABC);
	assert_int_equal(blob.size, 3);
	assert_false(blob.existed);
	assert_false(blob.restored);
	assert_int_equal(stat(path_of(r, ABC), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(files_in_tmp(r), 0);
}

static void
the_same_content_is_kept_once(void **state)
{
	struct room *r = *state;
	struct store_blob blob;

	put_abc(r, &blob);
	put_abc(r, &blob);
	assert_true(blob.existed);
	assert_false(blob.restored);
	assert_int_equal(files_in_tmp(r), 0);
}

static void
an_empty_content_is_a_content(void **state)
{
	struct room *r = *state;
	struct store_blob blob;
	uint64_t size = 9;
	int fd = -1;

	assert_ok(store_put_bytes(r->store, SPAN(""), &blob, &r->err), &r->err);
	assert_string_equal(blob.sha256, EMPTY);
	assert_ok(store_read(r->store, EMPTY, &fd, &size, &r->err), &r->err);
	assert_int_equal(size, 0);
	close(fd);
	assert_ok(store_verify(r->store, EMPTY, 0, &r->err), &r->err);
}

static void
a_streamed_content_equals_the_same_bytes_at_once(void **state)
{
	struct room *r = *state;
	struct store_put *put = NULL;
	struct store_blob blob;

	assert_ok(store_put_begin(r->store, 3, &put, &r->err), &r->err);
	for (const char *p = "abc"; *p; p++)
		assert_ok(store_put_write(put, p, 1, &r->err), &r->err);
	assert_int_equal(files_in_tmp(r), 1);
	assert_ok(store_put_commit(&put, &blob, &r->err), &r->err);
	assert_null(put);
	assert_string_equal(blob.sha256, ABC);
}

static void
an_aborted_put_leaves_nothing(void **state)
{
	struct room *r = *state;
	struct store_put *put = NULL;

	assert_ok(store_put_begin(r->store, 3, &put, &r->err), &r->err);
	assert_ok(store_put_write(put, "ab", 2, &r->err), &r->err);
	store_put_abort(&put);
	assert_null(put);
	store_put_abort(&put);
	assert_int_equal(files_in_tmp(r), 0);
}

static void
more_bytes_than_allowed_are_refused_and_the_put_is_spent(void **state)
{
	struct room *r = *state;
	struct store_put *put = NULL;
	struct store_blob blob;

	assert_ok(store_put_begin(r->store, 2, &put, &r->err), &r->err);
	assert_status(store_put_write(put, "abc", 3, &r->err), ST_TOO_LARGE, &r->err);
	assert_status(store_put_write(put, "a", 1, &r->err), ST_INTERNAL, &r->err);
	assert_status(store_put_commit(&put, &blob, &r->err), ST_INTERNAL, &r->err);
	assert_null(put);
	assert_int_equal(files_in_tmp(r), 0);
}

static void
a_file_is_stored_from_its_first_byte(void **state)
{
	struct room *r = *state;
	struct store_blob blob;
	FILE *f = tmpfile();

	assert_non_null(f);
	fputs("abc", f);
	fflush(f);
	assert_status(store_put_fd(r->store, fileno(f), 2, &blob, &r->err), ST_TOO_LARGE, &r->err);
	assert_ok(store_put_fd(r->store, fileno(f), 3, &blob, &r->err), &r->err);
	assert_string_equal(blob.sha256, ABC);
	fclose(f);
}

static void
a_damaged_blob_is_told_and_replaced_by_good_bytes(void **state)
{
	struct room *r = *state;
	struct store_blob blob;

	put_abc(r, &blob);
	spoil(r, ABC, "abd");
	assert_status(store_verify(r->store, ABC, 3, &r->err), ST_CORRUPT, &r->err);
	put_abc(r, &blob);
	assert_true(blob.restored);
	assert_false(blob.existed);
	assert_ok(store_verify(r->store, ABC, 3, &r->err), &r->err);
	spoil(r, ABC, "ab");
	put_abc(r, &blob);
	assert_true(blob.restored);
	assert_ok(store_verify(r->store, ABC, UINT64_MAX, &r->err), &r->err);
}

static void
verify_names_a_wrong_length_and_an_absent_blob(void **state)
{
	struct room *r = *state;
	struct store_blob blob;

	put_abc(r, &blob);
	assert_status(store_verify(r->store, ABC, 4, &r->err), ST_CORRUPT, &r->err);
	assert_non_null(strstr(r->err.msg, ABC));
	assert_status(store_verify(r->store, EMPTY, 0, &r->err), ST_NOT_FOUND, &r->err);
}

static void
a_name_that_is_no_digest_never_reaches_the_disk(void **state)
{
	struct room *r = *state;
	uint64_t size;
	int fd;
	static const char *const names[] = { "", "abc", "../../../../etc/passwd", ABC "0",
		"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", NULL };

	for (size_t i = 0; names[i]; i++) {
		assert_status(
		    store_read(r->store, names[i], &fd, &size, &r->err), ST_INVALID, &r->err);
		assert_status(store_verify(r->store, names[i], 0, &r->err), ST_INVALID, &r->err);
		assert_status(
		    store_destroy_disposed(r->store, names[i], &r->err), ST_INVALID, &r->err);
	}
	assert_status(store_part_create(r->store, "../x", &r->err), ST_INVALID, &r->err);
}

static void
a_link_or_pipe_in_place_of_a_blob_is_corrupt(void **state)
{
	struct room *r = *state;
	struct store_blob blob;
	uint64_t size;
	int fd;

	put_abc(r, &blob);
	assert_int_equal(unlink(path_of(r, ABC)), 0);
	assert_int_equal(symlink("/etc/passwd", path_of(r, ABC)), 0);
	assert_status(store_read(r->store, ABC, &fd, &size, &r->err), ST_CORRUPT, &r->err);
	assert_int_equal(unlink(path_of(r, ABC)), 0);
	assert_int_equal(mkfifo(path_of(r, ABC), 0600), 0);
	assert_status(store_read(r->store, ABC, &fd, &size, &r->err), ST_CORRUPT, &r->err);
	put_abc(r, &blob);
	assert_true(blob.restored);
}

/* Every system call of a put fails once and for ever; the store never names bytes it cannot keep. */
static void
walk_faults(struct room *r, const char *call, int sys, bool persistent)
{
	struct store_blob blob;
	struct err err = ERR_INIT;
	int at;

	for (at = 1;; at++) {
		char text[32];

		snprintf(text, sizeof(text), "%s %d %d", call, at, persistent);
		fault_set(call, sys, at, persistent);
		enum status rc = store_put_bytes(r->store, span_of(text), &blob, &err);
		int count = fault.count;

		fault_set(NULL, 0, 0, false);
		if (count < at) {
			assert_ok(rc, &err);
			break;
		}
		/* A failed write of the flag file is no fault of the put. */
		if (!rc)
			continue;
		assert_true(rc == ST_IO || rc == ST_FULL);
		assert_int_equal(files_in_tmp(r), 0);
		assert_ok(store_resume(r->store, &err), &err);
	}
	assert_true(at > 1);
}

static void
every_failing_call_of_a_put_is_an_error_and_leaves_no_file(void **state)
{
	struct room *r = *state;

	for (int persistent = 0; persistent < 2; persistent++) {
		walk_faults(r, "write", ENOSPC, persistent);
		walk_faults(r, "write", EIO, persistent);
		walk_faults(r, "fsync", EIO, persistent);
		walk_faults(r, "rename", EIO, persistent);
		walk_faults(r, "openat", EMFILE, persistent);
		walk_faults(r, "mkdirat", ENOSPC, persistent);
		walk_faults(r, "fstatvfs", EIO, persistent);
	}
}

static void
a_failed_sync_stops_the_store_until_the_operator_resumes_it(void **state)
{
	struct room *r = *state;
	struct store *other = NULL;
	struct store_blob blob, kept;
	struct store_put *put = NULL;

	put_abc(r, &kept);
	assert_null(store_stopped(r->store));
	fault_set("fsync", EIO, 1, false);
	assert_status(store_put_bytes(r->store, SPAN("x"), &blob, &r->err), ST_IO, &r->err);
	fault_set(NULL, 0, 0, false);

	/* Not tried again, although the disk says "fine" now; reading goes on. */
	assert_status(store_put_bytes(r->store, SPAN("x"), &blob, &r->err), ST_IO, &r->err);
	assert_status(store_put_begin(r->store, 1, &put, &r->err), ST_IO, &r->err);
	assert_status(store_writable(r->store, 0, &r->err), ST_IO, &r->err);
	assert_status(store_part_create(r->store, UID_A, &r->err), ST_IO, &r->err);
	assert_ok(store_verify(r->store, ABC, 3, &r->err), &r->err);

	/* Another process, or the next start, learns of it. */
	assert_ok(store_open(&other, r->conf, &r->err), &r->err);
	char *why = store_stopped(other);

	assert_non_null(why);
	assert_non_null(strstr(why, "Input/output error"));
	free(why);
	assert_status(store_writable(other, 0, &r->err), ST_IO, &r->err);
	assert_ok(store_resume(other, &r->err), &r->err);
	assert_null(store_stopped(other));
	assert_ok(store_put_bytes(other, SPAN("x"), &blob, &r->err), &r->err);
	store_close(other);
}

static void
a_store_that_cannot_write_its_flag_is_stopped_all_the_same(void **state)
{
	struct room *r = *state;
	struct store_put *put = NULL;
	struct store_blob blob;

	assert_ok(store_put_begin(r->store, 1, &put, &r->err), &r->err);
	assert_ok(store_put_write(put, "x", 1, &r->err), &r->err);
	char path[4096];

	snprintf(path, sizeof(path), "%s/store.stopped", r->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	fault_set("fsync", EIO, 1, false);
	assert_status(store_put_commit(&put, &blob, &r->err), ST_IO, &r->err);
	fault_set(NULL, 0, 0, false);
	assert_int_equal(rmdir(path), 0);
	assert_status(store_writable(r->store, 0, &r->err), ST_IO, &r->err);
	assert_int_equal(files_in_tmp(r), 0);
}

static void
the_reserve_is_kept_free(void **state)
{
	struct room *r = *state;
	struct store_blob blob;
	struct store_put *put = NULL;
	static char block[1 << 20];

	free_bytes = 3 << 20;
	assert_ok(store_writable(r->store, 1 << 20, &r->err), &r->err);
	assert_status(store_writable(r->store, (2 << 20) + 8192, &r->err), ST_FULL, &r->err);
	assert_status(store_writable(r->store, UINT64_MAX, &r->err), ST_FULL, &r->err);

	/* A long stream notices on the way that others have filled the disk. */
	assert_ok(store_put_begin(r->store, UINT64_MAX, &put, &r->err), &r->err);
	free_bytes = 1 << 20;
	enum status rc = ST_OK;

	for (int i = 0; i < 64 && !rc; i++)
		rc = store_put_write(put, block, sizeof(block), &r->err);
	assert_int_equal(rc, ST_FULL);
	store_put_abort(&put);
	assert_status(store_put_bytes(r->store, SPAN("x"), &blob, &r->err), ST_FULL, &r->err);
	assert_int_equal(files_in_tmp(r), 0);
}

static void
an_upload_grows_and_becomes_a_blob(void **state)
{
	struct room *r = *state;
	struct store_blob blob;

	assert_ok(store_part_create(r->store, UID_A, &r->err), &r->err);
	assert_status(store_part_create(r->store, UID_A, &r->err), ST_EXISTS, &r->err);
	assert_ok(store_part_append(r->store, UID_A, 0, "aXYZ", 4, &r->err), &r->err);
	/* The request was cut off after its first byte was told durable: the rest comes again. */
	assert_ok(store_part_append(r->store, UID_A, 1, "b", 1, &r->err), &r->err);
	assert_status(store_part_append(r->store, UID_A, 3, "c", 1, &r->err), ST_CONFLICT, &r->err);
	assert_ok(store_part_append(r->store, UID_A, 2, "c", 1, &r->err), &r->err);
	assert_status(
	    store_part_finish(r->store, UID_A, 4, NULL, &blob, &r->err), ST_CORRUPT, &r->err);
	assert_status(
	    store_part_finish(r->store, UID_A, 3, EMPTY, &blob, &r->err), ST_CORRUPT, &r->err);
	assert_ok(store_part_finish(r->store, UID_A, 3, ABC, &blob, &r->err), &r->err);
	assert_string_equal(blob.sha256, ABC);
	assert_int_equal(blob.size, 3);
	assert_ok(store_verify(r->store, ABC, 3, &r->err), &r->err);
}

static void
a_finish_that_was_cut_off_may_be_repeated_but_no_byte_added(void **state)
{
	struct room *r = *state;
	struct store_blob blob;

	assert_ok(store_part_create(r->store, UID_A, &r->err), &r->err);
	assert_ok(store_part_append(r->store, UID_A, 0, "abc", 3, &r->err), &r->err);
	assert_ok(store_part_finish(r->store, UID_A, 3, NULL, &blob, &r->err), &r->err);
	assert_false(blob.existed);
	assert_ok(store_part_finish(r->store, UID_A, 3, NULL, &blob, &r->err), &r->err);
	assert_true(blob.existed);
	assert_status(store_part_append(r->store, UID_A, 3, "d", 1, &r->err), ST_CONFLICT, &r->err);
	assert_ok(store_verify(r->store, ABC, 3, &r->err), &r->err);
	assert_ok(store_part_remove(r->store, UID_A, &r->err), &r->err);
	assert_ok(store_part_remove(r->store, UID_A, &r->err), &r->err);
	assert_int_equal(files_in_tmp(r), 0);
	assert_ok(store_verify(r->store, ABC, 3, &r->err), &r->err);
	assert_status(
	    store_part_finish(r->store, UID_A, 3, NULL, &blob, &r->err), ST_NOT_FOUND, &r->err);
}

static void
an_upload_of_known_content_restores_a_damaged_blob(void **state)
{
	struct room *r = *state;
	struct store_blob blob;

	put_abc(r, &blob);
	spoil(r, ABC, "zzz");
	assert_ok(store_part_create(r->store, UID_A, &r->err), &r->err);
	assert_ok(store_part_append(r->store, UID_A, 0, "abc", 3, &r->err), &r->err);
	assert_ok(store_part_finish(r->store, UID_A, 3, NULL, &blob, &r->err), &r->err);
	assert_true(blob.restored);
	assert_ok(store_verify(r->store, ABC, 3, &r->err), &r->err);
}

/* One step of an upload; goes on where the one before it ended. */
static enum status
upload_step(struct room *r, int step, struct store_blob *blob, struct err *err)
{
	switch (step) {
	case 0:
		return store_part_create(r->store, UID_A, err);
	case 1:
		return store_part_append(r->store, UID_A, 0, "abX", 3, err);
	case 2:
		return store_part_append(r->store, UID_A, 2, "c", 1, err);
	case 3:
		return store_part_finish(r->store, UID_A, 3, ABC, blob, err);
	case 4:
		return store_verify(r->store, ABC, 3, err);
	default:
		return store_part_remove(r->store, UID_A, err);
	}
}

/* The at-th call fails in some step; the step is repeated, and the upload ends well all the same. */
static bool
upload_with_fault(struct room *r, const char *call, int at)
{
	struct store_blob blob = { .size = 0 };
	struct err err = ERR_INIT;
	bool failed = false;

	fault_set(call, EIO, at, false);
	for (int step = 0; step < 6; step++) {
		enum status rc = upload_step(r, step, &blob, &err);

		if (!rc)
			continue;
		assert_false(failed);
		assert_true(rc == ST_IO);
		failed = true;
		assert_ok(store_resume(r->store, &err), &err);
		/* A creation whose folder was not synced has made the part. */
		rc = upload_step(r, step, &blob, &err);
		assert_true(rc == ST_OK || (step == 0 && rc == ST_EXISTS));
	}
	fault_set(NULL, 0, 0, false);
	assert_string_equal(blob.sha256, ABC);
	assert_ok(store_verify(r->store, ABC, 3, &err), &err);
	assert_int_equal(files_in_tmp(r), 0);
	assert_ok(store_destroy_disposed(r->store, ABC, &err), &err);
	return failed;
}

static void
an_upload_goes_on_after_any_failing_call(void **state)
{
	static const char *const calls[] = { "fsync", "write", "rename", "pread", "openat",
		"linkat", "fchmod", "ftruncate", "fstat", NULL };

	for (size_t i = 0; calls[i]; i++) {
		int at = 1;

		while (upload_with_fault(*state, calls[i], at))
			at++;
		if (at == 1)
			fail_msg("%s was never called", calls[i]);
	}
}

static void
two_requests_do_not_work_on_one_upload(void **state)
{
	struct room *r = *state;
	char path[4096];

	assert_ok(store_part_create(r->store, UID_A, &r->err), &r->err);
	snprintf(path, sizeof(path), "%s/store/tmp/part-%s", r->dir, UID_A);
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_status(store_part_append(r->store, UID_A, 0, "a", 1, &r->err), ST_BUSY, &r->err);
	close(fd);
	assert_ok(store_part_append(r->store, UID_A, 0, "a", 1, &r->err), &r->err);
}

static void
listing_pages_through_all_blobs_in_order_and_counts_strays(void **state)
{
	struct room *r = *state;
	struct store_entry page[7];
	struct store_blob blob;
	char last[SHA256_HEX + 1] = "", text[16], path[4096];
	size_t total = 0, n;
	uint64_t strays, found = 0;

	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "blob %d", i);
		assert_ok(store_put_bytes(r->store, span_of(text), &blob, &r->err), &r->err);
	}
	snprintf(path, sizeof(path), "%s/store/%.2s/%.2s/note.txt", r->dir, blob.sha256,
	    blob.sha256 + 2);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fclose(f);
	do {
		assert_ok(store_list(r->store, last, page, 7, &n, &strays, &r->err), &r->err);
		for (size_t i = 0; i < n; i++) {
			assert_true(strcmp(page[i].sha256, last) > 0);
			assert_ok(
			    store_verify(r->store, page[i].sha256, page[i].size, &r->err), &r->err);
			strcpy(last, page[i].sha256);
		}
		total += n;
		found += strays;
	} while (n == 7);
	assert_int_equal(total, 100);
	assert_true(found >= 1);
	assert_status(store_list(r->store, "xyz", page, 7, &n, NULL, &r->err), ST_INVALID, &r->err);
}

static bool
keep_a(const char *name, void *payload)
{
	(void)payload;
	return !strcmp(name, UID_A);
}

static void
the_sweep_takes_old_leftovers_and_spares_uploads_in_use(void **state)
{
	struct room *r = *state;
	struct store_put *put = NULL;
	uint64_t removed = 9;

	assert_ok(store_part_create(r->store, UID_A, &r->err), &r->err);
	assert_ok(store_part_create(r->store, UID_B, &r->err), &r->err);
	assert_ok(store_put_begin(r->store, 3, &put, &r->err), &r->err);
	assert_ok(store_sweep(r->store, 3600, keep_a, NULL, &removed, &r->err), &r->err);
	assert_int_equal(removed, 0);
	assert_ok(store_sweep(r->store, -1, NULL, NULL, &removed, &r->err), &r->err);
	assert_int_equal(removed, 1);
	store_put_abort(&put);
	assert_ok(store_sweep(r->store, -1, keep_a, NULL, &removed, &r->err), &r->err);
	assert_int_equal(removed, 1);
	assert_int_equal(files_in_tmp(r), 1);
}

static void
disposal_destroys_a_blob_once(void **state)
{
	struct room *r = *state;
	struct store_blob blob;

	put_abc(r, &blob);
	assert_ok(store_destroy_disposed(r->store, ABC, &r->err), &r->err);
	assert_status(store_verify(r->store, ABC, 3, &r->err), ST_NOT_FOUND, &r->err);
	assert_status(store_destroy_disposed(r->store, ABC, &r->err), ST_NOT_FOUND, &r->err);
	put_abc(r, &blob);
	assert_false(blob.existed);
}

static void *
put_many(void *payload)
{
	struct room *r = payload;
	struct store_blob blob;
	struct err err = ERR_INIT;
	char text[16];

	for (int i = 0; i < 60; i++) {
		snprintf(text, sizeof(text), "blob %d", i);
		if (store_put_bytes(r->store, span_of(text), &blob, &err) || blob.restored)
			return payload;
	}
	return NULL;
}

static void
many_threads_put_the_same_content_at_once(void **state)
{
	struct room *r = *state;
	struct store_entry all[64];
	pthread_t threads[4];
	size_t n;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, put_many, r), 0);
	for (size_t i = 0; i < 4; i++) {
		void *failed = r;

		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_ok(store_list(r->store, "", all, 64, &n, NULL, &r->err), &r->err);
	assert_int_equal(n, 60);
	for (size_t i = 0; i < n; i++)
		assert_ok(store_verify(r->store, all[i].sha256, all[i].size, &r->err), &r->err);
	assert_int_equal(files_in_tmp(r), 0);
}

static void
an_unknown_back_end_is_refused(void **state)
{
	struct room *r = *state;
	struct store *store = r->store;

	free(r->conf->store_backend);
	r->conf->store_backend = strdup("tape");
	assert_status(store_open(&store, r->conf, &r->err), ST_INVALID, &r->err);
	assert_null(store);
}

#define T(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(content_is_named_by_its_sha256_and_is_read_only),
		T(the_same_content_is_kept_once),
		T(an_empty_content_is_a_content),
		T(a_streamed_content_equals_the_same_bytes_at_once),
		T(an_aborted_put_leaves_nothing),
		T(more_bytes_than_allowed_are_refused_and_the_put_is_spent),
		T(a_file_is_stored_from_its_first_byte),
		T(a_damaged_blob_is_told_and_replaced_by_good_bytes),
		T(verify_names_a_wrong_length_and_an_absent_blob),
		T(a_name_that_is_no_digest_never_reaches_the_disk),
		T(a_link_or_pipe_in_place_of_a_blob_is_corrupt),
		T(every_failing_call_of_a_put_is_an_error_and_leaves_no_file),
		T(a_failed_sync_stops_the_store_until_the_operator_resumes_it),
		T(a_store_that_cannot_write_its_flag_is_stopped_all_the_same),
		T(the_reserve_is_kept_free),
		T(an_upload_grows_and_becomes_a_blob),
		T(a_finish_that_was_cut_off_may_be_repeated_but_no_byte_added),
		T(an_upload_of_known_content_restores_a_damaged_blob),
		T(an_upload_goes_on_after_any_failing_call),
		T(two_requests_do_not_work_on_one_upload),
		T(listing_pages_through_all_blobs_in_order_and_counts_strays),
		T(the_sweep_takes_old_leftovers_and_spares_uploads_in_use),
		T(disposal_destroys_a_blob_once),
		T(many_threads_put_the_same_content_at_once),
		T(an_unknown_back_end_is_refused),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
