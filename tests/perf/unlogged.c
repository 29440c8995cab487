/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../../server/request.h"

/* The server of B080-log that notes no access: linked with --wrap=request_note, for comparison only. */
void __wrap_request_note(struct request *, const char *, const char *, int64_t);

void
__wrap_request_note(struct request *rq, const char *action, const char *uid, int64_t page)
{
	(void)rq;
	(void)action;
	(void)uid;
	(void)page;
}
