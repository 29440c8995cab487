/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef JOB_H
#define JOB_H
#include "record.h"
#include "sketch.h"

/*
 * Work for indexers: leased rows, one document each (D10), and the outbox of records whose index
 * entry must change (D8).  Only the indexer and the operator's verbs call these; they take no
 * access because they show nothing to a user.
 */
struct job {
	int64_t		 id;
	int64_t		 record;
	struct component component;
	int		 tries;			/* of the document so far */
	const char	*mime;			/* known from an earlier try, or NULL */
	int64_t		 pages;			/* known from an earlier try, or 0 */
};

struct job_counts {
	int64_t		 waiting, leased, done, failed;
	int64_t		 pages_waiting, pages_done;	/* of documents whose page count is known */
	int64_t		 outbox;			/* records to index */
};

/* A row for people: what is in the queue. */
struct job_row {
	int64_t		 id;			/* the cursor of job_list */
	int64_t		 record;
	const char	*record_uid, *name, *state, *reason, *owner;
	int		 tries;
	int64_t		 pages, pages_done, updated_us;
};

/* What a document turned out to be. */
struct job_document {
	const char	*mime, *format;
	int64_t		 pages;			/* 0 = none */
};

/* What the index shows of one record. */
struct index_record {
	struct record			 record;
	const struct component		*components;
	size_t				 component_count;
	const struct suggestion		*suggestions;	/* state new only */
	size_t				 suggestion_count;
	const int64_t			*dossiers;	/* node ids, home first */
	size_t				 dossier_count;
	bool				 gone;		/* must not be in the index */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Takes the oldest job that is due for owner ("host:slot", one life at a time) until now + lease_s;
 * expired leases are due again.  Two callers never get the same one.  A document of which 20 leases
 * in a row ended without a word and without a page done kills its readers' master: it fails.
 * ST_NOT_FOUND: nothing is due.
 */
MUST_CHECK enum status
		 job_lease(struct catalog *, const char *owner, int64_t lease_s, struct arena *,
		    struct job *, struct err *);
/* ST_CONFLICT: the lease is no longer the owner's; stop working on it. */
MUST_CHECK enum status
		 job_renew(struct catalog *, int64_t job, const char *owner, int64_t lease_s,
		    struct err *);
/*
 * Classification of the whole file: its mime and format, and page rows for the component's range of
 * it (D6), numbered from 1; rows of an earlier try stay as they are.  ST_CONFLICT as above.
 * ST_INVALID: more than 262,143 pages (D7).
 */
MUST_CHECK enum status
		 job_document(struct catalog *, int64_t job, const char *owner,
		    const struct job_document *, struct err *);
/*
 * One page's outcome, after its spool files are durable.  ST_CONFLICT as above.  ST_INVALID: no such
 * page, or the state is PAGE_WAITING.
 */
MUST_CHECK enum status
		 job_page(struct catalog *, int64_t job, const char *owner, const struct page *,
		    struct err *);
/* Page numbers still waiting, ascending, at most limit. */
MUST_CHECK enum status
		 job_pages_waiting(struct catalog *, int64_t job, size_t limit, struct arena *,
		    const int **, size_t *count, struct err *);
/*
 * A page's failed try; after max_tries the page is given up, *given_up says so.  ST_CONFLICT as
 * above.  ST_INVALID: the page is not waiting.
 */
MUST_CHECK enum status
		 job_page_failed(struct catalog *, int64_t job, const char *owner, int no,
		    const char *reason, int max_tries, bool *given_up, struct err *);
/*
 * The document is done: reading read, partial, refused or failed with its reason, its open
 * suggestions replaced (values a person decided about do not come back), quarantine (never lifted
 * here; a release by a person stays), preservation event with the provenance.  When it was the last
 * document of its record the record is read, partial ... too and goes to the index.  The derived
 * ZIPs are durable before the call.  ST_CONFLICT as above.  ST_INVALID: not an end of a reading.
 */
struct job_result {
	enum record_reading	 reading;
	const char		*reason;
	bool			 quarantine;
	const char		*provenance;	/* JSON, or NULL */
	const struct suggestion	*suggestions;
	size_t			 suggestion_count;
	const struct reading_finding	*findings;	/* in place of those of an earlier reading */
	size_t			 finding_count;
	const struct sketch	*sketch;	/* of the text that was read, or NULL */
};
MUST_CHECK enum status
		 job_finish(struct catalog *, int64_t job, const char *owner,
		    const struct job_result *, struct err *);
/*
 * The try failed as a whole (reader died ...): due again after retry_s, twice that and so on, at
 * most an hour; at the max_tries-th failed for good with the reason (*given_up).  ST_CONFLICT.
 */
MUST_CHECK enum status
		 job_failed(struct catalog *, int64_t job, const char *owner, const char *reason,
		    int64_t retry_s, int max_tries, bool *given_up, struct err *);
/* Gives it back untouched (graceful stop).  ST_CONFLICT. */
MUST_CHECK enum status
		 job_release(struct catalog *, int64_t job, const char *owner, struct err *);
/*
 * At start: what an earlier life of owner left leased (kill -9, power cut) is waiting again at once,
 * tries unchanged.  Only for an owner name of which the caller holds the lock (indexer/lock.c).
 */
MUST_CHECK enum status
		 job_reclaim(struct catalog *, const char *owner, int64_t *count, struct err *);
/*
 * An operator's second chance: failed documents of all records (0), or of one, then also what was
 * refused or read in part.  Pages that were read stay, unless they were packed already: then all
 * are read anew.  *count documents wait again; none is no error.
 */
MUST_CHECK enum status
		 job_retry(struct catalog *, const struct actor *, int64_t record, int64_t *count,
		    struct err *);
MUST_CHECK enum status
		 job_counts(struct catalog *, struct job_counts *, struct err *);
/* Earliest moment another job becomes due, 0 = none. */
MUST_CHECK enum status
		 job_next_due(struct catalog *, int64_t *us, struct err *);
/*
 * Rows whose record the access may list, newest first, with an id below after (0 = from the newest);
 * state NULL = waiting, leased and failed.  ST_INVALID: limit not 1..500, unknown state.
 */
MUST_CHECK enum status
		 job_list(struct catalog *, const struct access *, const char *state, int64_t after,
		    size_t limit, struct arena *, const struct job_row **, size_t *count,
		    struct err *);

/* Record ids with index_seq > mark in order, with their seqs; no two records share one. */
MUST_CHECK enum status
		 outbox_list(struct catalog *, int64_t mark, size_t limit, struct arena *,
		    const int64_t **records, const int64_t **seqs, size_t *count, struct err *);
/* Records by id, those after `after` up to `last`, whatever the index has of them; for a rebuild. */
MUST_CHECK enum status
		 outbox_range(struct catalog *, int64_t after, int64_t last, size_t limit,
		    struct arena *, const int64_t **records, size_t *count, struct err *);
/*
 * Parts the records by id so that each part has about as much to index: last[i] is the last id of
 * part i, INT64_MAX of the last one; a part may be empty.
 */
MUST_CHECK enum status
		 outbox_parts(struct catalog *, size_t parts, int64_t *last, struct err *);
/* gone: destroyed, in quarantine, or not past the gate because it is not read yet.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 outbox_record(struct catalog *, int64_t record, struct arena *,
		    struct index_record *, struct err *);
/* After the commit: records up to mark show their new class; old_access_class is forgotten. */
MUST_CHECK enum status
		 outbox_committed(struct catalog *, int64_t mark, struct err *);
/* The highest index_seq given out. */
MUST_CHECK enum status
		 outbox_last(struct catalog *, int64_t *seq, struct err *);

/* Every record id with a state that verify must know: call step until ST_NOT_FOUND. */
struct verify_record {
	int64_t		 record;
	const char	*uid, *component_uid, *sha256;
	const char	*derived;		/* names the derived files of the component's pages */
	uint32_t	 derived_before;	/* entries of them that are other components' */
	bool		 derived_again;		/* an earlier component named the same files */
	int64_t		 size, pages, index_seq;
	enum record_reading reading;
	bool		 quarantine, gone;
	int		 effective_level;
};
MUST_CHECK enum status
		 verify_components(struct catalog *, int64_t after_component, size_t limit,
		    struct arena *, const struct verify_record **, int64_t *last, size_t *count,
		    struct err *);
/* Every blob the catalogue names. */
struct verify_blob {
	const char	*sha256;
	int64_t		 size;
};
MUST_CHECK enum status
		 verify_blobs(struct catalog *, const char *after_sha256, size_t limit,
		    struct arena *, const struct verify_blob **, size_t *count, struct err *);

#ifdef __cplusplus
}
#endif
#endif
