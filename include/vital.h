/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef VITAL_H
#define VITAL_H
#include "access.h"
#include "catalog.h"
#include "json_out.h"
#include "store.h"

/*
 * Vital records (records.md 48): without them the agency could not go on, so a copy of each must be
 * whole in a place away from here.  A node is flagged and with it all that lies below
 * (riskRecovery of TT 05/2025); what was found in a copy, byte for byte, is noted by blob, and the
 * report says whose copy is missing, incomplete or was looked at too long ago (riskRecoveryStatus).
 */
#define VITAL_DAYS_DEFAULT	365	/* setting "vital.days" */

struct vital_filter {
	bool		 lacking;	/* only those without a whole copy of late */
	int64_t		 after;		/* row id of the last one seen, 0 = from the beginning */
	size_t		 limit;		/* 1..500 */
};

struct vital_record {
	int64_t		 id;
	const char	*uid, *subject;	/* subject may be NULL */
	const char	*file_code;	/* of its home dossier, or NULL */
	int64_t		 files, whole;	/* originals, and those of them found whole of late */
	int64_t		 verified_us;	/* the oldest look at any of them; 0 = one was never found */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Flags a node, or takes the flag away; ST_OK also when it is so already.  ST_NOT_FOUND.  ST_DENIED:
 * PERM_MANAGE is missing.  ST_HELD: a hold (records.md 47).
 */
MUST_CHECK enum status
		 vital_flag(struct catalog *, const struct actor *, const struct access *,
		    int64_t node, bool vital, struct err *);
/* The flag of the node or of one above it. */
MUST_CHECK enum status
		 vital_is(struct catalog *, int64_t node, bool *vital, struct err *);
/* What the caller may list, by row id.  ST_INVALID: limit. */
MUST_CHECK enum status
		 vital_list(struct catalog *, const struct access *, const struct vital_filter *,
		    struct arena *, const struct vital_record **, size_t *count, struct err *);
/*
 * Reads the originals of vital records in a copy and notes those that are whole as being at place
 * now; what is missing or differs there counts as lacking again.  For the operator: the caller has
 * checked CAP_SYSTEM.  ST_INVALID: the name of the place.  ST_IO: the copy.
 */
struct vital_counts {
	uint64_t	 whole, missing, damaged;
};
MUST_CHECK enum status
		 vital_verify(struct catalog *, const struct actor *, struct store *copy,
		    const char *place, struct vital_counts *, struct err *);
/* "verified", "partial", "stale" or "none". */
const char	*vital_status(const struct vital_record *);
void		 vital_json(struct json_out *, const struct vital_record *);

#ifdef __cplusplus
}
#endif
#endif
