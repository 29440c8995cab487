/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COPY_MARK_H
#define COPY_MARK_H
#include "catalog.h"
#include "record.h"

/*
 * What a copy that leaves the archive says about itself: who took it, when, out of which archive, and
 * that nobody keeps it up to date (records.md 57); and, of a procedure that is not in force any more,
 * PROCEDURE_MARK (records.md 4).  Images and PDFs made for the caller carry it in themselves; bytes
 * that must stay as they arrived (originals, signed files) carry it in their name and in headers.
 */
#define COPY_MARK_ASCII	"HET-HIEU-LUC"	/* PROCEDURE_MARK in paths of packages and headers */

struct copy_mark {
	bool		 obsolete;	/* PROCEDURE_MARK is on it */
	const char	*line;		/* Vietnamese, one line */
	const char	*who;		/* sign-in name, or "system" */
	int64_t		 at_us;
};

#ifdef __cplusplus
extern "C" {
#endif

/* For a copy that a principal (0 = the system) takes now.  Strings are in the arena.  ST_IO. */
MUST_CHECK enum status
		 copy_mark_make(struct catalog *, const struct record *, int64_t principal,
		    struct arena *, struct copy_mark *, struct err *);
/* The name of a file that goes out as it is: "HẾT HIỆU LỰC - " before it when it is obsolete. */
const char	*copy_mark_name(const struct copy_mark *, const char *name, struct arena *);

#ifdef __cplusplus
}
#endif
#endif
