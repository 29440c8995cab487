/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGE_MARK_H
#define PAGE_MARK_H
#include "catalog.h"
#include "err.h"

/*
 * What stands on a page besides its words, found by the reader in the pixels and kept in the
 * catalogue.  A machine's finding, not metadata: it is replaced when the page is read anew.
 */
enum page_mark_kind {
	PAGE_MARK_QR,		/* text: the payload */
	PAGE_MARK_CODE128,
	PAGE_MARK_CODE39,
	PAGE_MARK_STAMP,	/* text: the words of a framed stamp */
	PAGE_MARK_SEAL,		/* a round seal; text empty */
	PAGE_MARK_SIGNATURE,	/* text: a line of the second reading of the signature block */
	/*
	 * The page parts two documents of a stack.  text: the payload of its code, or empty for a
	 * blank page where blank pages part ([scan] separator_blank).
	 */
	PAGE_MARK_SEPARATOR,
	PAGE_MARK_COUNT
};
#define PAGE_MARKS_MAX	64	/* of one page */

struct page_mark {
	int			 no;		/* page, 1.. within the component */
	enum page_mark_kind	 kind;
	const char		*text;		/* UTF-8 without control characters, "" = none */
	int			 box[4];	/* x y w h in the page's pixels; w 0 = the page */
	double			 confidence;	/* 0..1 */
};

#ifdef __cplusplus
extern "C" {
#endif

const char	*page_mark_name(enum page_mark_kind);	/* "qr", "separator" ...; NULL when unknown */

/*
 * Marks of pages from .. to of a component whose record the caller has loaded with its access, by
 * page and as found.  Rows of kinds of a later version are left out.
 */
MUST_CHECK enum status
		 page_marks(struct catalog *, int64_t component, int from, int to, struct arena *,
		    const struct page_mark **, size_t *count, struct err *);
/* Only the separators of a component, by page: where a stack is to be cut. */
MUST_CHECK enum status
		 page_separators(struct catalog *, int64_t component, struct arena *,
		    const struct page_mark **, size_t *count, struct err *);

#ifdef __cplusplus
}
#endif
#endif
