/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_ETAG_H
#define SERVER_ETAG_H
#include <stdbool.h>

#include "span.h"

/*
 * Does a list of entity tags (If-Match, If-None-Match: RFC 9110 13.1) name etag, which is strong
 * and quoted?  "*" names every one.  weak: W/"x" counts as "x" (If-None-Match, 8.8.3.2).
 */
bool etag_listed(struct span header, struct span etag, bool weak);

#endif
