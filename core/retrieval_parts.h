/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RETRIEVAL_PARTS_H
#define RETRIEVAL_PARTS_H
#include "dossier_facts.h"
#include "retrieval.h"
#include "xap.h"

/*
 * The first RETRIEVAL_DOSSIERS_MAX dossiers of a facet that the access may list, with their names: one
 * statement.
 */
MUST_CHECK enum status retrieval_name_dossiers(struct catalog *, const struct access *,
    const struct search_facets *, struct arena *, const struct retrieval_dossier **, size_t *count,
    struct err *);

/* What one search asks the catalogue about dossiers. */
struct retrieval_facts {
	struct catalog *catalog;
	const struct access *access;
	const struct dossier_facts *facts; /* NULL until something asks */
};
/* As search_find_facts. */
MUST_CHECK enum status retrieval_find_facts(struct retrieval_facts *,
    const struct search_condition *, struct arena *, struct xap_groups *, bool *known,
    struct err *);
/* What is counted beside the facets, by enum search_fact. */
MUST_CHECK enum status retrieval_divide(struct retrieval_facts *, struct arena *,
    struct xap_groups divisions[SEARCH_DIVISIONS], struct err *);
/* Fills retentions, dues, held and procedures from what was counted. */
void retrieval_name_facts(const struct retrieval_facts *,
    const struct xap_groups divisions[SEARCH_DIVISIONS], struct arena *, struct retrieval_answer *);

#endif
