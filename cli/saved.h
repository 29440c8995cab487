/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SAVED_H
#define SAVED_H
#include "cli.h"
#include "search.h"

/*
 * What the caller kept under the name, into the request and its words.  ST_NOT_FOUND: nothing of that
 * name, or a dossier chosen in it that is not there for the caller any more.
 */
MUST_CHECK enum status saved_apply(
    struct cli *, const char *name, struct search_request *, struct strbuf *words, struct err *);
/* "newest" and so on.  ST_INVALID. */
MUST_CHECK enum status sort_parse(const char *text, enum search_sort *, struct err *);

#endif
