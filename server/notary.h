/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_NOTARY_H
#define SERVER_NOTARY_H
#include "server.h"

/*
 * The thread that signs the event log when a checkpoint is due, brings checkpoints out of the house
 * and notes a clock that jumped.  It has a catalogue handle of its own: a folder or mail program that
 * hangs delays no answer.
 */
MUST_CHECK enum status notary_start(struct notary **, struct server *, struct err *);
/* Makes a last checkpoint when there are new entries. */
void notary_stop(struct notary *);

#endif
