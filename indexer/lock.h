/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOCK_H
#define LOCK_H
#include "conf.h"
#include "err.h"

/*
 * Who may do what in an archive: locks in DIR/run, held by open descriptors and therefore let go by
 * the kernel however the process ends.
 *
 *	indexer.lock	the one indexer that writes the index and empties the intake folder
 *	reader-N.lock	N = 1..32: further processes that only read documents (--no-index)
 *
 * The lock is also the name under which jobs are leased ("host:indexer", "host:reader-3"): only one
 * life of an owner exists at a time, so the next one may take back what a killed one left leased.
 */
#define LOCK_READERS 32

struct lock {
	int fd;
	char *path;
	char *owner;
};

#define LOCK_INIT \
	{ \
		-1, NULL, NULL \
	}

/*
 * The indexer's lock.  ST_BUSY: another indexer works on the archive; the message tells its pid.
 * ST_IO, ST_FULL: DIR/run cannot be made or written.
 */
MUST_CHECK enum status lock_indexer(struct lock *, const struct conf *, struct err *);
/* A free reader's lock.  ST_BUSY: LOCK_READERS of them run. */
MUST_CHECK enum status lock_reader(struct lock *, const struct conf *, struct err *);
void lock_release(struct lock *); /* may be called twice; for owned() */
#endif
