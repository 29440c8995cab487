/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key that seals second factors. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "base.h"

#define KEY_FILE "seal.key"

static enum status
read_key(struct seal *seal, int fd, const char *path, struct err *err)
{
	struct stat status;

	if (fstat(fd, &status) == -1)
		return fail_sys(err, "%s", path);
	if (!S_ISREG(status.st_mode) || status.st_size != SEAL_KEY_LEN)
		return fail(err, ST_CORRUPT, "%s is not a key of %d bytes", path, SEAL_KEY_LEN);
	return pread_all(fd, seal->key, SEAL_KEY_LEN, 0, err);
}

/* Whole or not at all, and never over one that another process made meanwhile. */
static enum status
make_key(const char *dir, const char *path, struct err *err)
{
	owned(strbuf_free) struct strbuf draft = STRBUF_INIT;
	owned(fd_closep) int fd = -1;
	unsigned char key[SEAL_KEY_LEN];
	enum status st;

	strbuf_addf(&draft, "%s/." KEY_FILE ".XXXXXX", dir);
	if ((fd = mkostemp(draft.buf, O_CLOEXEC)) == -1)
		return fail_sys(err, "make %s", path);
	random_bytes(key, sizeof(key));
	st = write_all(fd, key, sizeof(key), err);
	explicit_bzero(key, sizeof(key));
	if (st == ST_OK && (fchmod(fd, 0400) == -1 || fsync(fd) == -1))
		st = fail_sys(err, "make %s", path);
	if (st == ST_OK && link(draft.buf, path) == -1 && errno != EEXIST)
		st = fail_sys(err, "make %s", path);
	(void)unlink(draft.buf);
	return st == ST_OK ? sync_dir(dir, err) : st;
}

enum status
seal_load(struct seal *seal, const struct conf *conf, struct err *err)
{
	owned(strbuf_free) struct strbuf path = STRBUF_INIT;
	enum status st = ST_OK;

	strbuf_addf(&path, "%s/" KEY_FILE, conf->dir);
	for (int try = 0; try < 2; try++) {
		owned(fd_closep) int fd = open(path.buf, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

		if (fd >= 0)
			return read_key(seal, fd, path.buf, err);
		if (errno != ENOENT)
			return fail_sys(err, "open %s", path.buf);
		if ((st = make_key(conf->dir, path.buf, err)) != ST_OK)
			return st;
	}
	return fail(err, ST_IO, "%s goes away as soon as it is made", path.buf);
}
