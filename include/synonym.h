/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SYNONYM_H
#define SYNONYM_H
#include "arena.h"
#include "catalog.h"
#include "err.h"
#include "search.h"

/*
 * The controlled list of what is searched for besides what was typed (vietnamese.md 3.2, rule 9):
 * abbreviations and their long forms, in both directions, at query time only.  Terms are compared
 * as text_key makes them, so case and marks do not matter.  Who may read the archive at all may
 * read the list; whoever files the plan (CAP_PLAN, checked by the caller) changes it.
 */
#define SYNONYM_TEXT_MAX	200	/* bytes of either side */
#define SYNONYM_WORDS_MAX	12	/* words of either side */
#define SYNONYM_MAX		2000	/* rows: the list is read with every search */

struct synonym {
	int64_t		 id;
	const char	*term, *also;
};

#ifdef __cplusplus
extern "C" {
#endif

/* By term. */
MUST_CHECK enum status
		 synonym_list(struct catalog *, struct arena *, const struct synonym **,
		    size_t *count, struct err *);
/*
 * ST_INVALID: blank, too long, too many words, both sides the same.  ST_EXISTS.  ST_LIMIT:
 * SYNONYM_MAX.
 */
MUST_CHECK enum status
		 synonym_add(struct catalog *, const struct actor *, const char *term,
		    const char *also, int64_t *id, struct err *);
/* ST_NOT_FOUND. */
MUST_CHECK enum status
		 synonym_remove(struct catalog *, const struct actor *, int64_t id, struct err *);
/* The query knows what its words also mean, and what else an agency was called.  Two catalogue queries. */
MUST_CHECK enum status
		 synonym_expand(struct catalog *, struct search_query *, struct err *);

#ifdef __cplusplus
}
#endif
#endif
