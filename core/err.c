/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

static const struct status_info table[ST_COUNT] = {
	[ST_OK] = { "ok", 200, 0, 0 },
	[ST_NOT_FOUND] = { "not-found", 404, 66, 0 },
	[ST_EXISTS] = { "exists", 409, 73, 0 },
	[ST_INVALID] = { "invalid", 400, 65, 0 },
	[ST_UNAUTHENTICATED] = { "unauthenticated", 401, 77, 0 },
	[ST_DENIED] = { "denied", 403, 77, 0 },
	[ST_CONFLICT] = { "conflict", 409, 75, 0 },
	[ST_HELD] = { "held", 409, 77, 0 },
	[ST_PRECONDITION] = { "precondition", 412, 75, 0 },
	[ST_TOO_LARGE] = { "too-large", 413, 65, 0 },
	[ST_LIMIT] = { "limit", 429, 75, 1 },
	[ST_REFUSED] = { "refused", 422, 65, 0 },
	[ST_FULL] = { "full", 507, 74, 1 },
	[ST_BUSY] = { "busy", 503, 75, 1 },
	[ST_STALE] = { "stale", 503, 75, 1 },
	[ST_TIMEOUT] = { "timeout", 504, 75, 1 },
	[ST_UNSUPPORTED] = { "unsupported", 415, 65, 0 },
	[ST_CORRUPT] = { "corrupt", 500, 74, 0 },
	[ST_IO] = { "io", 500, 74, 0 },
	[ST_INTERNAL] = { "internal", 500, 70, 0 },
};

/* A message cut by its array ends at a whole character. */
static void
trim_utf8(char *s)
{
	size_t n = strlen(s), lead = n;

	while (lead > 0 && n - lead < 4 && ((unsigned char)s[lead - 1] & 0xc0) == 0x80)
		lead--;
	if (lead == 0)
		return;
	unsigned char c = (unsigned char)s[lead - 1];
	size_t want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;

	if (n - (lead - 1) < want)
		s[lead - 1] = '\0';
}

enum status
err_set(
    struct err *err, enum status status, int sys, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	if (status == ST_IO && (sys == ENOSPC || sys == EDQUOT))
		status = ST_FULL;
	if (!err)
		return status;
	/* The old message may be an argument of the new one: build apart, then copy. */
	char msg[sizeof(err->msg)];

	va_start(ap, fmt);
	int n = vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (sys && n >= 0 && (size_t)n < sizeof(msg)) {
		char text[96];

		snprintf(
		    msg + n, sizeof(msg) - (size_t)n, ": %s", strerror_r(sys, text, sizeof(text)));
	}
	trim_utf8(msg);
	memcpy(err->msg, msg, sizeof(msg));
	err->status = status;
	err->sys = sys;
	err->file = file;
	err->line = line;
	return status;
}

enum status
err_context(struct err *err, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return ST_INTERNAL;
	char msg[sizeof(err->msg)];

	va_start(ap, fmt);
	int n = vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n + 2 < sizeof(msg)) {
		size_t room = sizeof(msg) - (size_t)n - 3, len = strlen(err->msg);

		memcpy(msg + n, ": ", 2);
		memcpy(msg + n + 2, err->msg, len < room ? len : room);
		msg[(size_t)n + 2 + (len < room ? len : room)] = '\0';
	}
	trim_utf8(msg);
	memcpy(err->msg, msg, sizeof(msg));
	return err->status;
}

const struct status_info *
status_info(enum status status)
{
	unsigned i = (unsigned)status;

	return &table[i < ST_COUNT ? i : ST_INTERNAL];
}
