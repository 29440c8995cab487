/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_RIGHTS_H
#define SERVER_RIGHTS_H
#include <stdatomic.h>

#include "access.h"

/*
 * Access of principals, kept between requests as long as nothing changed: each use asks the
 * catalogue whether it is still current.  Shared by all threads; references are counted.
 */
struct rights;

struct shared_access {
	struct access *access;
	atomic_uint references;
};

struct rights *rights_new(void);
void rights_free(struct rights *);
/* *shared is NULL on failure; else the caller's reference (rights_drop).  As access_load. */
MUST_CHECK enum status rights_take(
    struct rights *, struct catalog *, int64_t principal, struct shared_access **, struct err *);
/* The same, neither from what is kept nor kept: for open transactions. */
MUST_CHECK enum status rights_load(
    struct catalog *, int64_t principal, struct shared_access **, struct err *);
void rights_drop(struct shared_access *);

#endif
