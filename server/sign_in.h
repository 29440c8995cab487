/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_SIGN_IN_H
#define SERVER_SIGN_IN_H
#include "request.h"

/* Who asks, and whether a change comes from our own page (trust.md section 8). */

#define COOKIE_PLAIN "tangthu"
#define COOKIE_TLS "__Host-tangthu"

/*
 * On the loop, for requests that change something: the custom header is there, and Origin and
 * Sec-Fetch-Site, where a browser sends them, say that the page is ours.  ST_DENIED.
 */
MUST_CHECK enum status sign_in_check_origin(struct request *, struct err *);
/*
 * On a pool thread: session, principal, actor, rights, language.  ST_OK without signed_in when
 * there is no cookie or it is worth nothing.
 */
MUST_CHECK enum status sign_in_load(struct request *, struct err *);
/*
 * On a pool thread, for who is signed in: the custom header carries the session's token, an API
 * token is for this, a second factor that is due is there, a dangerous act has a fresh proof.
 * ST_DENIED.
 */
MUST_CHECK enum status sign_in_check(struct request *, struct err *);
/* The caller's role needs a second factor, and the session has none. */
bool sign_in_owes_factor(const struct request *);
/* Sets or (NULL) takes back the cookie. */
void sign_in_cookie(struct request *, const char *token);
/* Nothing but GET, HEAD and OPTIONS leaves everything as it is. */
bool sign_in_changes(const struct request *);

#endif
