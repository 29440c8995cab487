/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INDEXER_H
#define INDEXER_H
#include "catalog.h"
#include "conf.h"
#include "derived.h"
#include "lock.h"
#include "store.h"

/*
 * What the parts of the indexer share.  One thread; handles are borrowed from main.c, which opened
 * them.  Order of writing, everywhere: bytes in derived/ are durable, then the row that tells of
 * them, then (by the outbox) the index.
 */
struct indexer {
	const struct conf *conf;
	struct catalog *catalog;
	struct store *store;
	struct derived *derived;
	const char *owner;  /* of leases */
	const char *reader; /* program */
	int readers;
	bool once; /* end when nothing is left */

	/* Counted for progress. */
	uint64_t pages;	    /* answered: read, blank, refused or given up */
	uint64_t documents; /* finished */
	uint64_t files;	    /* taken from the intake folder */
};

#define INDEXER_PAUSE_US (INT64_C(2) * 1000000) /* before trouble is looked at again */

#endif
