/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLAN_PARTS_H
#define PLAN_PARTS_H
#include "plan.h"

/* What the modules of the file plan share.  Private to core. */

/* What may lie in what (NĐ 30/2020 PL V; ISO 15489): one step down or further, never up. */
bool node_kind_fits(enum node_kind parent, enum node_kind kind);
/* Dossiers at or below a node that no rule governs (records.md 33). */
MUST_CHECK enum status node_count_bare(struct catalog *, int64_t node, int64_t *bare, struct err *);

#endif
