/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JOB_PARTS_H
#define JOB_PARTS_H
#include "job.h"
#include "record_parts.h"

/* What the modules of jobs share.  Private to core. */

/*
 * What may be taken once it is due.  Not IN('waiting','leased'): with that the planner would take the
 * index of states and sort the whole queue for each lease.
 */
#define JOB_OPEN "state NOT IN('done','failed')"
/* Leases in a row that may end without a word and without a page done: then the document fails. */
#define JOB_LOST_MAX 20

/* A job that is leased by owner, as the row stands. */
struct job_lease_row {
	int64_t component, record;
	int tries;
};
/* ST_CONFLICT: the lease is no longer the owner's. */
MUST_CHECK enum status job_held(
    struct catalog *, int64_t job, const char *owner, struct job_lease_row *, struct err *);
/*
 * What the readings of all its components make of a record: nothing while one is still open, else
 * their common outcome or partial; the first reason.  Moves index_seq and version when it is read.
 */
MUST_CHECK enum status job_settle_record(struct catalog *, int64_t record, struct err *);
/* The preservation event of a reading that ended (PREMIS: an event of the object). */
MUST_CHECK enum status job_log_reading(struct catalog *, const char *owner, int64_t component,
    const struct job_result *, struct err *);

#endif
