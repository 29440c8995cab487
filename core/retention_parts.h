/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RETENTION_PARTS_H
#define RETENTION_PARTS_H
#include "db.h"
#include "record_parts.h"
#include "retention.h"

/* What the modules of retention share, and what the file plan tells them.  Private to core. */

/* Columns of a version as rule_version_from_row reads them; the table is named v. */
#define VERSION_COLUMNS \
	"v.id, v.code, v.title, v.authority, v.years, v.trig, v.trig_name, v.count_from, v.action," \
	" v.valid_from, v.valid_to"
void rule_version_from_row(struct db_row *, struct arena *, struct rule_version *);
/* Valid on the day that is parameter p ("$4"). */
#define VERSION_ON(p) "v.valid_from<=" p " AND (v.valid_to IS NULL OR v.valid_to>" p ")"

/* SQL: the day that starts the clock of dossier d under version v, and the due day it gives. */
#define RETENTION_BASE \
	"(CASE v.trig WHEN 'closed' THEN d.closed WHEN 'created' THEN d.started ELSE" \
	" (SELECT f.happened FROM trigger_fact f WHERE f.dossier=d.node AND f.ended IS NULL" \
	" AND f.name=CASE v.trig WHEN 'superseded' THEN 'superseded' ELSE v.trig_name END) END)"
/* The columns of a subquery m over d and v, and the due day that they give. */
#define RETENTION_CLOCK \
	"d.node AS node, d.due_on AS due_on, d.trigger_date AS trigger_date," \
	" d.rule_version AS rule_version, v.years AS years, v.count_from AS count_from, " RETENTION_BASE \
	" AS base"
#define RETENTION_YEAR "(CAST(substr(m.base, 1, 4) AS INTEGER)+m.years)"
#define RETENTION_DUE \
	"(CASE WHEN m.years IS NULL OR m.base IS NULL THEN NULL" \
	" WHEN m.count_from='year_end' THEN CAST(" RETENTION_YEAR " AS TEXT)||'-12-31'" \
	" WHEN substr(m.base, 5)='-02-29' AND NOT ((" RETENTION_YEAR "%4=0 AND " RETENTION_YEAR \
	"%100<>0) OR " RETENTION_YEAR "%400=0) THEN CAST(" RETENTION_YEAR " AS TEXT)||'-02-28'" \
	" ELSE CAST(" RETENTION_YEAR " AS TEXT)||substr(m.base, 5) END)"
/* Dossiers that are still here to be governed. */
#define RETENTION_LIVE "d.state NOT IN('destroyed','transferred')"

MUST_CHECK enum status retention_check_version(const struct rule_version *, struct err *);
MUST_CHECK enum status retention_check_plan(const struct access *, struct err *);
/* Puts the version and ends the one before; no due date moves yet. */
MUST_CHECK enum status retention_put_version(
    struct catalog *, const struct actor *, const struct rule_version *, struct err *);

/* After the rule, place or making of a node: who governs the dossiers at and below it, and when. */
MUST_CHECK enum status retention_refresh_node(struct catalog *, int64_t node, struct err *);
/* After a fact or another day of a dossier, or another version of its rule. */
MUST_CHECK enum status retention_refresh_dossier(struct catalog *, int64_t dossier, struct err *);
MUST_CHECK enum status retention_refresh_rule(struct catalog *, const char *code, struct err *);

#endif
