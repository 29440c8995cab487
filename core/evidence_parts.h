/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EVIDENCE_PARTS_H
#define EVIDENCE_PARTS_H
#include "audit.h"
#include "catalog_parts.h"
#include "db.h"
#include "evidence.h"
#include "record.h"

/* What the modules of evidence share.  Private to core. */

/* Who may have to do with audits and evidence at all; else they do not exist. */
MUST_CHECK enum status audits_allowed(const struct access *, struct err *);
MUST_CHECK enum status audit_log_act(struct catalog *, const struct actor *, const char *action,
    const char *kind, const char *uid, const char *detail, struct err *);

#endif
