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
	QUALITY_UNREAD		= 1 << 5	/* refused or given up */
};
#define QUALITY_COUNT	6

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of enum quality_issue; 0 for a page that waits. */
unsigned	 quality_of(const struct page *, const struct conf *);
/* Of bit i < QUALITY_COUNT: "low-dpi" ...; "?" beyond. */
const char	*quality_name(unsigned i);

#ifdef __cplusplus
}
#endif
#endif
