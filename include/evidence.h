/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EVIDENCE_H
#define EVIDENCE_H
#include "access.h"
#include "catalog.h"
#include "package.h"
#include "page_text.h"
#include "retrieval.h"
#include "store.h"

/*
 * Evidence of an audit (records.md 68, 69, 71; ISO 19011 sampling): a set of records, picked by hand
 * or drawn from a population, frozen, and taken away as a BagIt 1.0 package (RFC 8493) in a ZIP file
 * that is the same byte for byte each time and that can be checked without us.
 *
 * The sample is who comes first when the population's uids are sorted by SHA-256(seed, LF, uid): anybody
 * can draw it again, and the same query, size and seed give the same sample.
 *
 * Who may: CAP_AUDIT; records that the caller may read (PERM_READ), and for freezing download
 * (PERM_DOWNLOAD).  Where a component shows pages of a file that others share (D6), the package holds the
 * images and text of those pages, not the file.
 */
#define EVIDENCE_RECORDS_MAX	1000
#define EVIDENCE_POPULATION_MAX	1000000
#define EVIDENCE_FOUND_MAX	20000	/* by words */
#define EVIDENCE_CONTENT_MAX	((uint64_t)64 << 20)	/* all but originals, kept in the catalogue */

/* The population: all conditions together; NULL = any.  Quarantined records are never of it. */
struct evidence_query {
	const char	*dossier;	/* uid */
	const char	*file_code;	/* beginning of the dossier's file code */
	const char	*type;		/* type code */
	const char	*words;		/* in the query language (search.h) */
	const char	*from, *to;	/* day of issue, YYYY-MM-DD, both included */
};

/* What the words of a query find; asked of the index before the transaction, which looks again. */
struct evidence_found {
	const int64_t	*record;
	size_t		 count;
};

struct evidence_new {
	const char	*audit;			/* uid or NULL */
	const char	*clause, *question;	/* or NULL */
	const char *const *records;	/* picked: uids; none: the query draws */
	size_t		 record_count;
	struct evidence_query query;
	struct evidence_found found;	/* when the query has words: evidence_search */
	size_t		 sample;		/* 1..EVIDENCE_RECORDS_MAX */
	const char	*seed;			/* 1..200 bytes */
};

struct evidence {
	int64_t		 id;
	const char	*uid, *audit_uid, *clause, *question, *seed;
	struct evidence_query query;
	const char	*query_json;		/* NULL: picked by hand */
	int64_t		 population, sample, created_us, frozen_us;
	const char	*population_sha256;	/* of the sorted uids, each with a newline */
	const char	*created_by, *frozen_by;	/* names */
	int64_t		 log_entry, log_size;
	const char	*manifest_sha256;	/* of manifest-sha256.txt; NULL: not frozen */
	const char	*hold_uid;
};

struct evidence_item {
	int64_t		 ordinal, record;
	const char	*uid, *subject;		/* NULL where the caller may not see the record any more */
};

/* What the draw gives now against what was drawn then. */
struct evidence_again {
	int64_t		 population;
	bool		 same_population, same_sample;
};

/* Where the bytes of records are. */
struct evidence_sources {
	struct store	*store;
	struct derived	*derived;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * All records that the words find and the access admits, obsolete revisions among them; the strings of the
 * query are not kept.  ST_INVALID: the query has a problem, is empty, or takes its plain words
 * loosely: each record is of a population or not.  ST_LIMIT: more than EVIDENCE_FOUND_MAX.  As
 * retrieval_run.
 */
MUST_CHECK enum status
		 evidence_search(const struct retrieval *, const struct access *,
		    const char *words, struct arena *, struct evidence_found *, struct err *);
/*
 * ST_INVALID: sample, seed, days, too many records.  ST_NOT_FOUND: audit, dossier or a picked record absent
 * or hidden, or an empty population.  ST_CONFLICT: the audit is closed.  ST_LIMIT: the population is too large.
 */
MUST_CHECK enum status
		 evidence_create(struct catalog *, const struct actor *, const struct access *,
		    const struct evidence_new *, int64_t *id, struct err *);
/* By uid.  ST_NOT_FOUND: absent, or no CAP_AUDIT. */
MUST_CHECK enum status
		 evidence_find(struct catalog *, const struct access *, const char *uid,
		    struct arena *, struct evidence *, struct err *);
MUST_CHECK enum status
		 evidence_load(struct catalog *, const struct access *, int64_t id, struct arena *,
		    struct evidence *, struct err *);
/* Newest first; audit 0: of all; after: row id of the last one seen; limit 1..500. */
MUST_CHECK enum status
		 evidence_list(struct catalog *, const struct access *, int64_t audit, int64_t after,
		    size_t limit, struct arena *, const struct evidence **, size_t *count,
		    struct err *);
MUST_CHECK enum status
		 evidence_items(struct catalog *, const struct access *, int64_t set, struct arena *,
		    const struct evidence_item **, size_t *count, struct err *);
/* Draws again; found as for a new set.  ST_INVALID: the set was picked by hand. */
MUST_CHECK enum status
		 evidence_again(struct catalog *, const struct access *, const struct evidence *,
		    const struct evidence_found *, struct evidence_again *, struct err *);

/*
 * Freezing reads every original (its SHA-256 is compared) and every text, outside of any transaction; then
 * puts a hold on the records, an entry into the log, makes a checkpoint and fixes every file of the package.
 * ST_DENIED: a record may be read but not downloaded.  ST_CONFLICT: frozen already, or a record changed
 * meanwhile (freeze again).  ST_CORRUPT: an original is damaged.  ST_TOO_LARGE: EVIDENCE_CONTENT_MAX.
 */
struct evidence_files;
MUST_CHECK enum status
		 evidence_prepare(struct catalog *, const struct access *,
		    const struct evidence_sources *, const struct evidence *,
		    struct evidence_files **, struct err *);
MUST_CHECK enum status
		 evidence_freeze(struct catalog *, const struct conf *, const struct actor *,
		    const struct access *, const struct evidence *, struct evidence_files *,
		    struct err *);
void		 evidence_files_free(struct evidence_files *);
void		 evidence_files_freep(struct evidence_files **);

/*
 * The package of a frozen set.  The caller logs it first (audit_append_access "evidence.export" with the
 * set's uid).  ST_PRECONDITION: not frozen.  ST_DENIED: a record that may not be downloaded any more.
 */
MUST_CHECK enum status
		 evidence_package(struct catalog *, const struct access *, const struct evidence *,
		    struct arena *, struct package *, struct err *);

#ifdef __cplusplus
}
#endif
#endif
