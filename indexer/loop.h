/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LOOP_H
#define LOOP_H
#include <signal.h>

#include "indexer.h"

/*
 * The indexer's one loop: intake, readers, index, rebuild and progress take turns; poll(2) waits
 * for whichever is next.
 */
struct loop_options {
	bool index;			   /* write the index and empty the intake folder */
	bool reindex;			   /* begin with a rebuild of the index */
	bool reindex_only;		   /* read nothing, end after it */
	bool progress;			   /* lines for people */
	const char *slot;		   /* of the lock */
	int wake;			   /* readable when a signal came, or -1 */
	const volatile sig_atomic_t *stop; /* set by a signal: end gracefully */
};

/*
 * Runs until stopped, or with ix->once until nothing is left.  Leases are given back and what was
 * put is committed before it returns.
 * ST_OK.  ST_IO and others: it cannot go on (--once only; a daemon waits until trouble is over).
 */
MUST_CHECK enum status loop_run(struct indexer *, const struct loop_options *, struct err *);
#endif
