/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECORD_KEEP_H
#define RECORD_KEEP_H
#include "record_parts.h"

/* What the modules of declared records share.  Private to core. */

/* How the record reads now, kept as a version before it is corrected.  ST_INVALID: the reason. */
MUST_CHECK enum status record_keep_version(struct catalog *, const struct actor *,
    const struct record *, const char *reason, struct err *);
MUST_CHECK enum status record_detail_set(
    struct catalog *, int64_t record, const char *name, const char *value, struct err *);
/*
 * Writes fields that are cleaned into a record that was loaded, with what goes along: suggestions,
 * number key, log.  *changes counts the fields that differ.
 */
MUST_CHECK enum status record_apply_fields(struct catalog *, const struct actor *, struct arena *,
    const struct record *, const char *const field[FIELD_COUNT], size_t *changes, struct err *);

#endif
