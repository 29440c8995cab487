/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RETRIEVAL_PARTS_H
#define RETRIEVAL_PARTS_H
#include "retrieval.h"

/*
 * The first RETRIEVAL_DOSSIERS_MAX dossiers of a facet that the access may list, with their names: one
 * statement.
 */
MUST_CHECK enum status retrieval_name_dossiers(struct catalog *, const struct access *,
    const struct search_facets *, struct arena *, const struct retrieval_dossier **, size_t *count,
    struct err *);

#endif
