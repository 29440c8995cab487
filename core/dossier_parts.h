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

#endif
