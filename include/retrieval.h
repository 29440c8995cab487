/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RETRIEVAL_H
#define RETRIEVAL_H
#include "access.h"
#include "arena.h"
#include "catalog.h"
#include "page_text.h"
#include "record.h"
#include "search.h"

/*
 * A search as a user sees it, the same for the server and the command line: the index is asked,
 * every hit is checked once more in the catalogue, and the text of each hit's best page gives the
 * snippet.  What the index still shows but the catalogue no longer admits (a right withdrawn, a
 * record moved a moment ago) is left out of hits, total and facets alike.
 */
struct retrieval {
	struct text_source	 from;
	struct search_reader	*reader;
};

struct retrieval_hit {
	/* Fields that nobody has confirmed have the surest suggestion (D16); found->suggested names them. */
	const struct record	*record;
	const struct search_hit	*found;		/* pages, best_page, suggested */
	struct span		 snippet;	/* plain text; empty when no page has text */
	const struct search_mark *marks;	/* ranges of snippet */
	size_t			 mark_count;
	/* Why: how the words stand in the fields and on the page of the snippet. */
	enum search_match	 fields[FIELD_COUNT];
	enum search_match	 page;
};

/* A dossier as a facet: one that the caller may list. */
struct retrieval_dossier {
	const char		*uid, *file_code, *title;
	size_t			 count;
};
#define RETRIEVAL_DOSSIERS_MAX	20	/* the ones with most hits */

/* A value of what the catalogue knows; choosing it (search_condition) finds as many. */
struct retrieval_count {
	const char		*value;		/* code of a rule or procedure; a year or "waiting" */
	const char		*name;		/* title of the rule or procedure, else NULL */
	size_t			 count;
};

struct retrieval_answer {
	struct search_result	*result;	/* totals, facets; owns what hits[].found points to */
	struct retrieval_hit	*hits;		/* in order of rank */
	size_t			 count;		/* may be below result->count: dropped at the re-check */
	const struct retrieval_dossier *dossiers;	/* of the facet SEARCH_DOSSIERS */
	size_t			 dossier_count;
	/* When facets were asked for: of the dossiers that the caller may list. */
	const struct retrieval_count *retentions, *dues, *procedures;
	size_t			 retention_count, due_count, procedure_count;
	size_t			 held;		/* records under a hold */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Runs the query; request->resolve, find_facts, payload, hidden, hidden_count and the divisions are
 * filled here.  Costs a constant number of catalogue statements (for each 64 hits) and, per hit, one
 * read of derived text.  snippet_chars 0: no snippets.  The answer's strings are in the arena; end it
 * with retrieval_answer_end.
 * As search_run; ST_IO and ST_CORRUPT of the catalogue.  A hit whose text cannot be read has an
 * empty snippet: it is still a hit.
 */
MUST_CHECK enum status
		 retrieval_run(const struct retrieval *, const struct access *,
		    const struct search_query *, const struct search_request *,
		    size_t snippet_chars, struct arena *, struct retrieval_answer *, struct err *);
/* Whether a hit holds the words only nearly (SEARCH_NEARLY): as they were misread or mistyped. */
bool		 retrieval_hit_is_near(const struct retrieval_hit *);
/* Whether there are hits and each holds the words only nearly (SEARCH_NEARLY): as they were misread or mistyped. */
bool		 retrieval_is_near(const struct retrieval_answer *);
/* Did you mean, and how the last word may go on (search_suggest), for this access. */
MUST_CHECK enum status
		 retrieval_suggest(const struct retrieval *, const struct access *,
		    struct span text, int deadline_ms, struct arena *,
		    struct search_suggestions *, struct err *);
void		 retrieval_answer_end(struct retrieval_answer *);
/*
 * A choice among the facets of the catalogue as a condition, which borrows the value: the code of a
 * rule or procedure; a year or "waiting"; "1" or "0" for held.  ST_INVALID: it is none of these.
 */
MUST_CHECK enum status
		 retrieval_choose(enum search_fact, const char *value, struct search_condition *,
		    struct err *);

/*
 * "More like this": appends a query of the words that a record, which the caller may read, says most;
 * run it with request->without set to the record.  Nothing but the record itself is looked at.
 * ST_IO, ST_CORRUPT.
 */
MUST_CHECK enum status
		 retrieval_like(const struct retrieval *, const struct record *, struct arena *,
		    struct strbuf *query, struct err *);

/*
 * One line of a pasted list: a document number asks for the record with that number, anything else is
 * a query.  At most RETRIEVAL_LINE_HITS hits, without snippets and facets.  As retrieval_run.
 */
#define RETRIEVAL_LINES_MAX	500	/* of one list */
#define RETRIEVAL_LINE_MAX	500	/* bytes */
#define RETRIEVAL_LINE_HITS	5
MUST_CHECK enum status
		 retrieval_find_line(const struct retrieval *, const struct access *,
		    struct span line, int deadline_ms, struct arena *,
		    struct retrieval_answer *, struct err *);
/* "found", "none" or "several". */
const char	*retrieval_found_name(const struct retrieval_answer *);

#ifdef __cplusplus
}
#endif
#endif
