/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_COOKIE_H
#define SERVER_COOKIE_H
#include "span.h"

/*
 * The value of a cookie in a Cookie header (RFC 6265 4.2.1), borrowed; empty when it is not there
 * or stands there more than once, because then somebody planted one.
 */
struct span cookie_find(struct span header, struct span name);

#endif
