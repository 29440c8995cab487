/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NUMBERED_H
#define SERVER_NUMBERED_H
#include "request.h"

/* Lists whose rows go by number, the first {} of their path: synonyms, signers. */
struct numbered_list {
	const char *path; /* "/api/v1/synonyms" */
	enum status (*remove)(struct catalog *, const struct actor *, int64_t id, struct err *);
};

/* In a write step: answers 201 with the number of a new row and its place. */
void numbered_created(struct request *, const struct numbered_list *, int64_t id);
/* DELETE of one row: 204.  ST_NOT_FOUND: also no number. */
MUST_CHECK enum status numbered_remove(
    struct request *, const struct numbered_list *, struct err *);

#endif
