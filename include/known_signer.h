/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef KNOWN_SIGNER_H
#define KNOWN_SIGNER_H
#include "arena.h"
#include "catalog.h"
#include "err.h"

/*
 * The list of those who sign: name, post and the days from which and until which they hold it.  What
 * stands under seal and signature is read badly; a name near one of the list is suggested as that one,
 * when no other is nearly as near and the document's date lies in its days.  Who may read the archive
 * at all may read the list; whoever files the plan (CAP_PLAN, checked by the caller) changes it.
 */
#define KNOWN_SIGNER_TEXT_MAX	200	/* bytes of a name or a post */
#define KNOWN_SIGNERS_MAX	2000	/* rows: the list is read with every document */

struct known_signer {
	int64_t		 id;
	const char	*name;		/* "Nguyễn Thị Hương" */
	const char	*post;		/* "PHÓ GIÁM ĐỐC", "" = not told */
	const char	*from, *to;	/* YYYY-MM-DD, both included; "" = open */
};

#ifdef __cplusplus
extern "C" {
#endif

/* By name and days. */
MUST_CHECK enum status
		 known_signer_list(struct catalog *, struct arena *, const struct known_signer **,
		    size_t *count, struct err *);
/*
 * One row; its id is not looked at, NULL stands for "".  ST_INVALID: a name of less than two words, no
 * date, a last day before the first one.  ST_EXISTS: the same name, post and first day.  ST_LIMIT:
 * KNOWN_SIGNERS_MAX.
 */
MUST_CHECK enum status
		 known_signer_add(struct catalog *, const struct actor *,
		    const struct known_signer *, int64_t *id, struct err *);
/* ST_NOT_FOUND. */
MUST_CHECK enum status
		 known_signer_remove(struct catalog *, const struct actor *, int64_t id, struct err *);

#ifdef __cplusplus
}
#endif
#endif
