/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WITNESS_H
#define WITNESS_H
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "span.h"
#include "strbuf.h"

struct witness;

/* A consistency text: kept as the last checkpoint when it extends it.  ST_CORRUPT: it does not. */
MUST_CHECK enum status witness_take(struct witness *, struct span text, bool *moved, struct err *);

/*
 * GET by https (or http of a loopback address) with "Authorization: Bearer TOKEN", no redirects, a
 * minute at most.  ca: file of certificates to trust, NULL = the system's.
 * ST_INVALID: the server answered 400.  ST_DENIED: 401 or 403.  ST_NOT_FOUND: 404.  ST_TOO_LARGE.
 * ST_IO: no answer, or another one.
 */
MUST_CHECK enum status fetch_text(
    const char *url, const char *token, const char *ca, size_t max, struct strbuf *, struct err *);

#endif
