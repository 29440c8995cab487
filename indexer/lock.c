/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "base.h"
#include "lock.h"

static char *
owner_name(const char *slot)
{
	struct strbuf b = STRBUF_INIT;
	char host[256] = "localhost";

	if (gethostname(host, sizeof host) == 0)
		host[sizeof host - 1] = '\0';
	strbuf_addf(&b, "%s:%s", host, slot);
	return strbuf_detach(&b, NULL);
}

/* The pid that the holder wrote, for the message only. */
static long
holder(int fd)
{
	char text[24];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	if (n <= 0)
		return 0;
	text[n] = '\0';
	return strtol(text, NULL, 10);
}

static enum status
take(struct lock *lock, const struct conf *conf, const char *slot, struct err *err)
{
	struct strbuf path = STRBUF_INIT;
	char pid[24];
	int n;

	strbuf_addf(&path, "%s/run", conf->dir);
	if (mkdir(path.buf, 0700) == -1 && errno != EEXIST) {
		(void)fail_sys(err, "make %s", path.buf);
		strbuf_free(&path);
		return err ? err->status : ST_IO;
	}
	strbuf_addf(&path, "/%s.lock", slot);
	lock->path = strbuf_detach(&path, NULL);
	lock->fd = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (lock->fd == -1)
		return fail_sys(err, "open %s", lock->path);
	if (flock(lock->fd, LOCK_EX | LOCK_NB) == -1)
		return errno == EWOULDBLOCK
		    ? fail(err, ST_BUSY,
			  "another indexer (pid %ld) works on %s; wait for it or stop it",
			  holder(lock->fd), conf->dir)
		    : fail_sys(err, "lock %s", lock->path);
	/* For people and for the message above; the lock is the descriptor. */
	n = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
	if (ftruncate(lock->fd, 0) == -1 || pwrite(lock->fd, pid, (size_t)n, 0) != n)
		return fail_sys(err, "write %s", lock->path);
	lock->owner = owner_name(slot);
	return ST_OK;
}

enum status
lock_indexer(struct lock *lock, const struct conf *conf, struct err *err)
{
	enum status st = take(lock, conf, "indexer", err);

	if (st != ST_OK)
		lock_release(lock);
	return st;
}

enum status
lock_reader(struct lock *lock, const struct conf *conf, struct err *err)
{
	enum status st = ST_BUSY;
	char slot[24];
	int i;

	for (i = 1; i <= LOCK_READERS && st == ST_BUSY; i++) {
		snprintf(slot, sizeof slot, "reader-%d", i);
		st = take(lock, conf, slot, err);
		if (st != ST_OK)
			lock_release(lock);
	}
	if (st == ST_BUSY)
		return fail(err, ST_BUSY, "%d reading processes work on %s already", LOCK_READERS,
		    conf->dir);
	return st;
}

void
lock_release(struct lock *lock)
{
	if (lock->fd >= 0)
		close(lock->fd);
	lock->fd = -1;
	free(lock->path);
	free(lock->owner);
	lock->path = lock->owner = NULL;
}
