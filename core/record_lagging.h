/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECORD_LAGGING_H
#define RECORD_LAGGING_H
#include "access.h"
#include "catalog.h"

/*
 * Ascending ids of the records that the index may still show to this access although the catalogue
 * no longer does: moved to another class or quarantined since they were indexed.  One statement;
 * the list is short because the indexer empties it within seconds.
 */
MUST_CHECK enum status record_lagging(struct catalog *, const struct access *, struct arena *,
    const int64_t **ids, size_t *count, struct err *);

#endif
