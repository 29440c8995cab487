/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCESS_REPORT_H
#define ACCESS_REPORT_H
#include "access.h"
#include "catalog.h"

/*
 * Who could read a record on a day, and who did (issue 5, 12; architecture D1: rights are ended, never
 * updated).  Reconstructed from grants, memberships, clearances, disabled accounts and the histories of
 * record and nodes, at the day's beginning and after each change within it; a right that held for a
 * moment counts.  A quarantine that hid the record meanwhile is not known any more: the report then
 * names more people than could.
 */
struct access_reader {
	int64_t		 principal;
	const char	*uid, *name;
	unsigned	 permissions;	/* PERM_BIT()s at some moment of the day; 0: did without (see log) */
	int64_t		 accesses;	/* entries of the log about the record that day */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * By name.  day is UTC.  ST_INVALID: no day YYYY-MM-DD.  ST_LIMIT: more than 10,000 changes that day.
 * The caller has loaded the record with its access and checked CAP_AUDIT.
 */
MUST_CHECK enum status
		 access_report(struct catalog *, int64_t record, const char *day, struct arena *,
		    const struct access_reader **, size_t *count, struct err *);

#ifdef __cplusplus
}
#endif
#endif
