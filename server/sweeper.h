/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SWEEPER_H
#define SERVER_SWEEPER_H
#include "server.h"

/*
 * Drops uploads that nobody went on with in time: the row first, then the bytes; and what a crash
 * left in store/tmp.  Failures are logged and tried again the next time.
 */
void sweep_uploads(struct server *, struct catalog *);
/*
 * Once a day (retention.h): rules that begin or end give new due dates, what is due goes under
 * review.  A long list takes several turns.
 */
void sweep_calendar(struct catalog *);
/* The next few steps of a disposal that is executing; server->disposing ends when none is. */
void sweep_disposal(struct server *, struct catalog *);

#endif
