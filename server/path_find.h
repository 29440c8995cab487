/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PATH_FIND_H
#define SERVER_PATH_FIND_H
#include <jansson.h>

#include "plan.h"
#include "record.h"
#include "request.h"

/* What a request names, as the caller may see it: hidden and absent look alike. */

/* By the first {} of the path.  ST_NOT_FOUND: also no uid. */
MUST_CHECK enum status path_find_record(struct request *, struct record *, struct err *);
MUST_CHECK enum status path_find_node(struct request *, struct node *, struct err *);
/* The row id of the record whose uid a member is.  ST_INVALID names the member. */
MUST_CHECK enum status body_find_record(
    struct request *, const json_t *, const char *name, int64_t *id, struct err *);

#endif
