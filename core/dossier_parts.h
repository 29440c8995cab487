/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DOSSIER_PARTS_H
#define DOSSIER_PARTS_H
#include "dossier.h"

/* What an import needs of dossiers.  Private to core. */

/*
 * Closes a dossier that was closed elsewhere, in the caller's transaction: on the day and with the page
 * total that are told (-1: none).  ST_INVALID: the day.
 */
MUST_CHECK enum status dossier_close_told(struct catalog *, const struct actor *,
    const struct access *, int64_t id, const char *day, int64_t pages, struct err *);

/* The deadline that counts at a node, and the day that it makes of a closing; due NULL: none. */
MUST_CHECK enum status dossier_deadline_at(
    struct catalog *, int64_t node, struct arena *, struct dossier_deadline *, struct err *);
MUST_CHECK enum status dossier_deadline_day(struct catalog *, int64_t node, const char *closed,
    struct arena *, const char **due, const char **authority, struct err *);

#endif
