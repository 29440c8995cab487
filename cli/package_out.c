/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_out.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base.h"

static enum status
write_blob(struct store *store, const struct package_piece *piece, int to, struct err *err)
{
	char buf[65536];
	int from owned(fd_closep) = -1;
	uint64_t size, at = 0;
	enum status st = store_read(store, piece->sha256, &from, &size, err);

	if (st == ST_OK && size != piece->length)
		st = fail(err, ST_CORRUPT, "original %s has another size", piece->sha256);
	while (st == ST_OK && at < size) {
		size_t n = size - at < sizeof(buf) ? (size_t)(size - at) : sizeof(buf);

		if ((st = pread_all(from, buf, n, at, err)) == ST_OK)
			st = write_all(to, buf, n, err);
		at += n;
	}
	return st;
}

enum status
package_write(const struct package *p, struct store *store, const char *path, struct err *err)
{
	int to owned(fd_closep) = strcmp(path, "-") == 0
	    ? dup(STDOUT_FILENO)
	    : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum status st = ST_OK;

	if (to == -1)
		return fail_sys(err, "create %s", path);
	for (size_t i = 0; st == ST_OK && i < p->count; i++)
		st = p->piece[i].sha256
		    ? write_blob(store, &p->piece[i], to, err)
		    : write_all(to, p->piece[i].bytes.p, p->piece[i].bytes.n, err);
	if (st != ST_OK && strcmp(path, "-") != 0)
		(void)unlink(path);
	return st;
}
