/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EXPORT_JOB_H
#define EXPORT_JOB_H
#include "copy_mark.h"
#include "ocr_export.h"
#include "page_text.h"

/*
 * A record's export made ready: which file, which of its pages in which order, with what text.  The
 * caller has loaded the record with its access and checked the permission.  Renditions that parse a
 * file are made by ocr_export_run from this.
 */
struct export_job {
	struct ocr_export what;
	int		 document, plan;	/* descriptors, owned; export_job_end */
	const char	*name;			/* of the file to offer, cleaned; in the arena */
	int64_t		 pages;
};

#ifdef __cplusplus
extern "C" {
#endif

/* "cut", "searchable", "pdfa", "signatures"; -1 when unknown, or no kind that a record has. */
int		 export_kind_parse(struct span);
/*
 * component: its ordinal, or 0 for all of the record, which must then come from one file
 * (ST_CONFLICT).  ST_NOT_FOUND: no such component, or no page.  ST_UNSUPPORTED: not a PDF or image.
 * ST_TOO_LARGE: over OCR_EXPORT_PLAN_MAX bytes of words.
 */
MUST_CHECK enum status
		 export_job_make(const struct text_source *, const struct record *, int component,
		    enum ocr_export_kind, struct arena *, struct export_job *, struct err *);
/*
 * A page image, length bytes from offset of fd on, with the mark of what is not in force any more
 * burnt into it (records.md 4).
 */
MUST_CHECK enum status
		 export_job_image(int fd, uint64_t offset, uint64_t length, struct export_job *,
		    struct err *);
/* What the pages will say (records.md 4, 57); the mark must live as long as the job. */
void		 export_job_mark(struct export_job *, const struct copy_mark *);
void		 export_job_end(struct export_job *);	/* for owned() */

#ifdef __cplusplus
}
#endif
#endif
