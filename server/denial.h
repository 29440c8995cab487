/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_DENIAL_H
#define SERVER_DENIAL_H
#include "request.h"

/*
 * What a signed-in account tried and may not do stands in the log of events (trust.md section 6), at
 * most once a minute for a session and route, so that nobody fills the log by trying.
 */
#define DENIAL_US INT64_C(60000000)

/* Is it to be logged?  Says so once; remembers a bounded number of sessions and routes. */
bool denial_due(struct request *);
/* On the writer, in its transaction. */
MUST_CHECK enum status denial_append(struct request *, struct catalog *, struct err *);

#endif
