/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATHER_H
#define GATHER_H
#include "catalog.h"
#include "derived.h"
#include "gate.h"
#include "record.h"
#include "sketch.h"

/* What the pages of a document add up to, once each of them is answered. */
struct gathered {
	uint32_t good, refused, given_up;
	const char *reason;  /* of the first page that was not read, or NULL */
	enum gate_mark mark; /* the gravest secret mark */
	int mark_page;
	struct strbuf notes; /* JSON array members: how pages were read */
	const struct suggestion *suggestions;
	size_t suggestion_count;
	const struct reading_finding *findings;
	size_t finding_count;
	struct sketch sketch; /* of the text of all pages */
};
#define GATHERED_INIT \
	{ \
		.notes = STRBUF_INIT \
	}

/*
 * Looks at every page of the component that was read: rows and marks from the catalogue, words from
 * the spool or the pack.  Results live in the arena; the same pages give the same results.
 * ST_INTERNAL: a page is not answered yet.  ST_CORRUPT, ST_IO.
 */
MUST_CHECK enum status gather_document(struct catalog *, struct derived *, const struct component *,
    struct arena *, struct gathered *, struct err *);
/* Of a document of which nothing was read: what its file name tells. */
void gather_name(const struct component *, struct arena *, struct gathered *);
void gathered_free(struct gathered *); /* for owned() */
#endif
