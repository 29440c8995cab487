/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_TARGET_H
#define SERVER_TARGET_H
#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "span.h"

/*
 * The request target (RFC 9112 3.2.1, origin form only), taken apart.  Segments and parameters are
 * decoded NUL-terminated UTF-8 in the arena; a segment may hold any character but NUL, also '/',
 * and is never "." or "..".
 */
#define TARGET_MAX 8192 /* bytes of a target */
#define TARGET_SEGMENTS_MAX 16
#define TARGET_PARAMETERS_MAX 32

struct parameter {
	const char *name, *value;
};

struct target {
	size_t segment_count; /* of "/" none; a slash at the end adds an empty one */
	const char *segment[TARGET_SEGMENTS_MAX];
	size_t parameter_count;
	struct parameter parameter[TARGET_PARAMETERS_MAX];
};

/*
 * ST_INVALID: not origin form, too long, a broken %-escape, NUL, not UTF-8, a dot segment, an empty
 * segment inside, too many segments or parameters, a parameter twice.
 */
MUST_CHECK enum status target_parse(struct span, struct arena *, struct target *, struct err *);
/* Value of a parameter or NULL. */
const char *target_parameter(const struct target *, const char *name);

/*
 * Does the target's path match a pattern like "/api/v1/records/{uid}"?  Each {} segment matches one
 * non-empty segment; values (room for TARGET_SEGMENTS_MAX) borrow them in order.
 */
bool target_match(const struct target *, const char *pattern, const char **values);

#endif
