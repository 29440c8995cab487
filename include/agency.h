/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef AGENCY_H
#define AGENCY_H
#include "access.h"
#include "catalog.h"
#include "json_out.h"

/*
 * Agencies and their units, with the days each name holds and the decision that gave it.  A renamed agency
 * never rewrites old records: they keep the issuer as written, the old name finds the agency and is shown
 * as of its day, and a search for one of its names finds what stands under the others.  Who may sign in
 * may read them; CAP_PLAN changes them.
 */
struct agency_name {
	const char	*name, *code;		/* code (QĐ 20/2020 "H24") or NULL */
	const char	*valid_from, *valid_to;	/* days; valid_to is the first without it, or NULL */
	const char	*authority, *end_authority;
};

struct agency {
	int64_t		 id;
	const char	*uid, *kind;		/* "agency", "unit" */
	const char	*parent_uid, *successor_uid;	/* or NULL */
	const struct agency_name *names;	/* oldest first */
	size_t		 count;
	const struct agency_name *then;		/* on the day asked about; NULL: had none then */
};

struct agency_new {
	const char	*kind, *parent;		/* parent: uid or NULL */
	const char	*name, *code, *from, *authority;
};

#ifdef __cplusplus
extern "C" {
#endif

/* ST_INVALID: kind, a text, the day.  ST_NOT_FOUND: the parent. */
MUST_CHECK enum status
		 agency_create(struct catalog *, const struct actor *, const struct access *,
		    const struct agency_new *, struct arena *, const char **uid, struct err *);
/*
 * Another name from a day on; the former one ends there.  Of n: name, code, from, authority.
 * ST_INVALID: a text, or a day that is not after the former name's first.  ST_CONFLICT: it has ended.
 */
MUST_CHECK enum status
		 agency_rename(struct catalog *, const struct actor *, const struct access *,
		    const char *uid, const struct agency_new *n, struct err *);
/* It is no more from a day on; successor: uid of the one it went into, or NULL.  As agency_rename. */
MUST_CHECK enum status
		 agency_end(struct catalog *, const struct actor *, const struct access *,
		    const char *uid, const char *day, const char *successor, const char *authority,
		    struct err *);
/* day NULL: today.  ST_NOT_FOUND, ST_INVALID: the day. */
MUST_CHECK enum status
		 agency_find(struct catalog *, const char *uid, const char *day, struct arena *,
		    struct agency *, struct err *);
/*
 * By row id; wanted: words of any of its names, old ones too, case and marks do not matter; NULL = all.
 * after: row id of the last one seen; limit 1..500.
 */
MUST_CHECK enum status
		 agency_list(struct catalog *, const char *wanted, const char *day, int64_t after,
		    size_t limit, struct arena *, const struct agency **, size_t *count,
		    struct err *);
/*
 * Whom a name as written on a day means: the one called so then; else the only one that was ever called
 * so.  *found false: nobody, or several.  day: "2016", "2016-05" or a whole one, or NULL.
 */
MUST_CHECK enum status
		 agency_named(struct catalog *, const char *name, const char *day, struct arena *,
		    struct agency *, bool *found, struct err *);
void		 agency_json(struct json_out *, const struct agency *);

#ifdef __cplusplus
}
#endif
#endif
