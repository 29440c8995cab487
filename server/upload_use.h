/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_UPLOAD_USE_H
#define SERVER_UPLOAD_USE_H
#include "request.h"

/*
 * One request at a time writes to an upload: a second one with an older idea of the offset would
 * write over bytes that were acknowledged.  Held until the request is freed, after its commit.
 */
struct upload_use {
	struct upload_use *next;
	const char *uid;
};

/* False: another request is writing to it. */
bool upload_use_begin(struct request *, const char *uid);

#endif
