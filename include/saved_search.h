/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAVED_SEARCH_H
#define SAVED_SEARCH_H
#include "arena.h"
#include "base.h"
#include "catalog.h"
#include "err.h"

/*
 * Searches that a person keeps under a name: the query (tangthu-search(7)) and what was chosen among
 * the facets.  They belong to who made them, nobody else lists or runs them, and they hold no
 * results: each run is a search with the rights of that moment.  What stands in them may be about
 * people, so the log keeps name and query as private fields (trust.md 7).
 */
#define SAVED_NAME_MAX		200	/* bytes */
#define SAVED_VALUE_MAX		400	/* bytes of one choice */
#define SAVED_SEARCHES_MAX	200	/* of one person */

/* Named as the parameters of a search; what they may say is checked when the search is run. */
enum saved_choice {
	SAVED_TYPE, SAVED_ISSUER, SAVED_STATE, SAVED_LANGUAGE, SAVED_YEAR, SAVED_MONTH,
	SAVED_LEVEL, SAVED_DOSSIER, SAVED_RETENTION, SAVED_DUE, SAVED_HELD, SAVED_PROCEDURE,
	SAVED_SORT, SAVED_OBSOLETE, SAVED_CHOICES
};

struct saved_search {
	const char	*uid;			/* chosen here */
	const char	*name;
	const char	*query;			/* may be "": facets alone */
	const char	*choice[SAVED_CHOICES];	/* NULL: none */
	int64_t		 changed_us;
};

#ifdef __cplusplus
extern "C" {
#endif

/* "type", "issuer" ... */
const char	*saved_choice_name(enum saved_choice);

/* Those of a person, by name.  ST_IO, ST_CORRUPT. */
MUST_CHECK enum status
		 saved_search_list(struct catalog *, int64_t principal, struct arena *,
		    const struct saved_search **, size_t *count, struct err *);
/* By its uid or, case and marks aside, by its name.  ST_NOT_FOUND: this person has none such. */
MUST_CHECK enum status
		 saved_search_find(struct catalog *, int64_t principal, const char *what,
		    struct arena *, struct saved_search *, struct err *);
/*
 * Keeps the search for actor->principal; uid and changed_us of the argument are not looked at.
 * ST_INVALID: a name that is blank or too long, a text that is too long or not UTF-8.  ST_EXISTS:
 * there is one of that name.  ST_LIMIT: SAVED_SEARCHES_MAX.
 */
MUST_CHECK enum status
		 saved_search_add(struct catalog *, const struct actor *,
		    const struct saved_search *, char uid[UID_LEN + 1], struct err *);
/* All of it anew, by what->uid.  As saved_search_add, and ST_NOT_FOUND. */
MUST_CHECK enum status
		 saved_search_change(struct catalog *, const struct actor *,
		    const struct saved_search *what, struct err *);
/* ST_NOT_FOUND: this person has none of that uid. */
MUST_CHECK enum status
		 saved_search_remove(struct catalog *, const struct actor *, const char *uid,
		    struct err *);

#ifdef __cplusplus
}
#endif
#endif
