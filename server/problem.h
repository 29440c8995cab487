/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PROBLEM_H
#define SERVER_PROBLEM_H
#include "err.h"
#include "json_out.h"

/*
 * What users are told when something fails (RFC 9457): texts by status, or by one of the finer
 * problems below, and by the field it is about.  Never the operator's message, never hidden data.
 */
enum problem {
	PROBLEM_NONE, /* the status tells all */
	PROBLEM_PATH, /* no such address in the interface */
	PROBLEM_METHOD,
	PROBLEM_LENGTH, /* Transfer-Encoding, or no Content-Length */
	PROBLEM_MEDIA,	/* of the request's body */
	PROBLEM_CSRF,
	PROBLEM_LOGIN,		/* wrong name or password */
	PROBLEM_CODE,		/* the second factor's code is missing */
	PROBLEM_ENROL,		/* the caller's role needs a second factor and there is none yet */
	PROBLEM_FRESH,		/* prove once more who you are */
	PROBLEM_SCOPE,		/* an API token is not for this */
	PROBLEM_MATCH_REQUIRED, /* If-Match is missing */
	PROBLEM_RANGE,
	PROBLEM_CHECKSUM, /* tus 460 */
	PROBLEM_TUS_VERSION,
	PROBLEM_OFFSET,	     /* tus: Upload-Offset is not where the file ends */
	PROBLEM_EXPECTATION, /* Expect is not 100-continue */
	PROBLEM_QUEUE,	     /* too much at once */
	PROBLEM_STOPPING,
	PROBLEM_COUNT
};

struct problem_text {
	const char *code; /* stable */
	int http;
	const char *title_vi, *title_en;
	const char *detail_vi, *detail_en; /* what to do */
};

/* Borrowed; problem wins over status. */
const struct problem_text *problem_text(enum problem, enum status);
/* What is asked of a field, or NULL when there is nothing special to say. */
const char *problem_field_text(const char *field, const char *language);
/* Appends the whole JSON document.  field may be NULL. */
void problem_write(struct strbuf *, enum problem, enum status, const char *field,
    const char *request_id, const char *language);

#endif
