/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GRANT_PARTS_H
#define GRANT_PARTS_H
#include "grant_change.h"

/*
 * The changes themselves, inside a transaction of the caller, who has seen to it that a second
 * person was asked where one is demanded.  Private to grant.c and grant_change.c.
 */
MUST_CHECK enum status grant_apply_add(
    struct catalog *, const struct actor *, const struct grant_change *, int64_t *id, struct err *);
MUST_CHECK enum status grant_apply_end(
    struct catalog *, const struct actor *, int64_t id, struct err *);
MUST_CHECK enum status grant_apply_inherit(struct catalog *, const struct actor *, int64_t node,
    int64_t record, bool inherit, struct err *);
MUST_CHECK enum status grant_apply_confirm(
    struct catalog *, const struct actor *, int64_t node, bool confirm, struct err *);
/* What a live grant is on.  ST_NOT_FOUND. */
MUST_CHECK enum status grant_object(
    struct catalog *, int64_t id, int64_t *node, int64_t *record, struct err *);

#endif
