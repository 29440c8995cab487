/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_WEB_H
#define SERVER_WEB_H
#include "request.h"

/*
 * The pages under /: the files of server/web, which the Makefile puts into the binary together with
 * their gzip form and a tag by content (web_embed.sh); so no request ever opens a path.
 */
struct web_file {
	const char *path; /* "js/app.js" */
	const char *etag; /* quoted, by content */
	const unsigned char *plain, *plain_end;
	const unsigned char *packed, *packed_end; /* gzip */
};

extern const struct web_file web_files[];
extern const size_t web_file_count;

/* On the loop: answers any path outside /api.  GET and HEAD only. */
MUST_CHECK enum status web_answer(struct request *, struct err *);
/* By the end of its name; what has none is plain text. */
const char *web_type(const char *path);

#endif
