/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HANDOVER_H
#define HANDOVER_H
#include "dossier.h"

/*
 * Minutes of handing over (records.md 18, 32): one act of dossier_handover, kept as it was.  For who files
 * the plan (CAP_PLAN), who gave and who took; of its dossiers those that the caller may list.
 */
struct handover {
	int64_t		 id;
	const char	*uid, *giver, *taker, *by;	/* what they are shown as */
	const char	*reason, *day;
	struct dossier_totals totals;			/* on that day */
};

struct handover_item {
	int		 ordinal;
	const char	*uid, *file_code, *title;
	int64_t		 records, files, pages;		/* on that day */
};

#ifdef __cplusplus
extern "C" {
#endif

/* ST_NOT_FOUND: absent, or not the caller's to see. */
MUST_CHECK enum status
		 handover_find(struct catalog *, const struct access *, const char *uid,
		    struct arena *, struct handover *, struct err *);
/* Newest first; after: row id of the last one seen; limit 1..500. */
MUST_CHECK enum status
		 handover_list(struct catalog *, const struct access *, int64_t after,
		    size_t limit, struct arena *, const struct handover **, size_t *count,
		    struct err *);
MUST_CHECK enum status
		 handover_items(struct catalog *, const struct access *, int64_t id,
		    struct arena *, const struct handover_item **, size_t *count, struct err *);
/* Biên bản bàn giao to be printed and signed (sheet.h); says how many dossiers it leaves out. */
struct element	*handover_sheet(struct arena *, const struct handover *,
		    const struct handover_item *, size_t count);
void		 handover_json(struct json_out *, const struct handover *);

#ifdef __cplusplus
}
#endif
#endif
