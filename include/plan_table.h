/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLAN_TABLE_H
#define PLAN_TABLE_H
#include "plan.h"
#include "table.h"

/*
 * The file plan as a table: id, parent, kind, code, title, rule, level, use_mode, file_code, year.
 * id is any label that the parents of other rows name; in an export it is the uid.  Rows may stand
 * in any order.
 */
#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes the nodes of the table, all or none; parent is the label of another row, or the uid or file
 * code of a node that is there, or nothing for a fonds.  Rows whose id is the uid of a node that is
 * there are taken for it.  dry changes nothing.  *made counts.  As node_create for each row; the
 * report tells by line what is wrong: orphans, cycles, codes twice, kinds that do not fit.
 */
MUST_CHECK enum status
		 plan_import(struct catalog *, const struct actor *, const struct access *,
		    struct span text, bool dry, struct table_report *, size_t *made,
		    struct err *);
/* What the caller may list at and below a node (0 = all), as CSV that imports again elsewhere. */
MUST_CHECK enum status
		 plan_export(struct catalog *, const struct access *, int64_t node, struct strbuf *,
		    struct err *);

#ifdef __cplusplus
}
#endif
#endif
