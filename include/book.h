/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef BOOK_H
#define BOOK_H
#include "package.h"
#include "page_text.h"

/*
 * A dossier as a document (records.md 75; NĐ 30/2020 PL VI III.4.g): all of its records in the order of
 * their days, those without one at the end in the order they were filed.
 */
#define BOOK_RECORDS_MAX	2000

struct book_source {
	struct package_source from;
	struct derived	*derived;
	const char	*who;		/* told on the cover: who took it (records.md 57) */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The description (urn:tangthu:dossier:1) as XML.  As package_build: ST_DENIED, ST_HELD, ST_NOT_FOUND (no
 * dossier), ST_TOO_LARGE.
 */
MUST_CHECK enum status
		 book_xml(const struct book_source *, const struct access *, int64_t dossier,
		    struct arena *, struct strbuf *out, struct err *);
/*
 * One PDF: a cover with the table of contents, then each file with an outline entry; what is no PDF or
 * image, or cannot be brought into one, stands there as its text, with the reason.  Pages carry the
 * mark of a copy (copy_mark.h).  Written to out.  To be called outside of any transaction, as
 * package_build.
 * Made by tangthu-ocr; ST_TIMEOUT, and as book_xml.
 */
MUST_CHECK enum status
		 book_pdf(const struct book_source *, const struct access *, int64_t dossier,
		    struct arena *, int out, struct err *);

#ifdef __cplusplus
}
#endif
#endif
