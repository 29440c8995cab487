/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef QUALITY_H
#define QUALITY_H
#include "conf.h"
#include "record.h"

/*
 * What is wrong with a scanned page, measured from the file and not believed from its metadata
 * (records.md R21, R22): NĐ 30/2020 PL I Phần II asks for colour and 200 dpi, TT 05/2025 Đ.8 the
 * same.  Each rule is a key of [scan] and can be switched off; pages that were never paper have no
 * issue.  An issue is a warning: nothing is refused for it.
 */
enum quality_issue {
	QUALITY_LOW_DPI		= 1 << 0,	/* fewer dots than [scan] min_dpi */
	QUALITY_NOT_COLOUR	= 1 << 1,	/* bi-level, where [scan] colour asks for more */
	QUALITY_SKEWED		= 1 << 2,	/* by [scan] max_skew hundredths of a degree and more */
	QUALITY_BLANK		= 1 << 3,	/* nothing on it; [scan] report_blank */
	QUALITY_LOW_CONFIDENCE	= 1 << 4,	/* read with less than [scan] min_confidence */
	QUALITY_UNREAD		= 1 << 5,	/* refused or given up */
	QUALITY_DARK_EDGE	= 1 << 6,	/* dark along [scan] max_dark_edge per cent of an edge */
	QUALITY_DOUBLED		= 1 << 7,	/* the same sheet as an earlier page; [scan] report_doubled */
	QUALITY_MISSING		= 1 << 8,	/* printed numbers are left out before; report_numbers */
	QUALITY_ORDER		= 1 << 9	/* its printed number was there before; report_numbers */
};
#define QUALITY_COUNT	10

/* What is told of one page among the others of its component. */
struct quality {
	unsigned	 issues;
	int		 same_as;	/* page (no) that it repeats, 0 = none */
	int		 missing;	/* printed numbers left out before it */
};

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of enum quality_issue, of the page alone; 0 for a page that waits. */
unsigned	 quality_of(const struct page *, const struct conf *);
/*
 * Pages from..until - 1 (counted from 0) among all of a component, in their order: their rows of out,
 * which has one for each page, are filled.  A page is compared with all that lie before it: ask for no
 * more than is shown.  A page is doubled when image and words are alike (blank pages never are).
 * Printed numbers: what is left out between two numbered pages is missing; blank pages may or may not
 * be counted, an annex may begin anew, and a number that both its neighbours contradict was misread.
 */
void		 quality_pages(const struct page *, size_t count, size_t from, size_t until,
		    const struct conf *, struct quality *out);
/*
 * The same for at most limit pages of a component of the catalogue, behind the first skip ones; they and
 * what is told of each in the arena.
 */
MUST_CHECK enum status
		 quality_load(struct catalog *, int64_t component, const struct conf *,
		    size_t skip, size_t limit, struct arena *, const struct page **,
		    const struct quality **, size_t *count, struct err *);
/*
 * Hash of a page's words: two readings of the same sheet differ in few of its 64 bits, other pages in about
 * half of them.  0: too few words to tell.
 */
int64_t		 quality_text_hash(struct span text);
/* Of bit i < QUALITY_COUNT: "low-dpi" ...; "?" beyond. */
const char	*quality_name(unsigned i);

#ifdef __cplusplus
}
#endif
#endif
