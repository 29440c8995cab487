/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DIRECTORY_H
#define DIRECTORY_H
#include <stdbool.h>

#include "conf.h"
#include "err.h"
#include "principal.h"

/*
 * Sign-in by a directory (LDAP, RFC 4511): a simple bind as the DN that [ldap] dn makes of the
 * sign-in name.  Accounts stay ours (rights, clearance, groups, second factor); only the password
 * is the directory's.  Nothing but ldaps, ldapi or ldap with StartTLS carries a password, except to
 * loopback.
 */

/*
 * Blocks up to [ldap] timeout seconds for each step: for hash threads.  *matches says whether the
 * directory takes the password; an empty one never matches (RFC 4513 5.1.2: it would be an
 * anonymous bind).  ST_BUSY: the directory cannot be reached or does not answer in time.
 * ST_INVALID: [ldap] is not set up rightly.
 */
MUST_CHECK enum status directory_verify(
    const struct conf *, const char *name, const char *password, bool *matches, struct err *);
/*
 * Step 2 (login_begin is step 1) for who has signed in already: sets login->matches, by the directory
 * where it keeps the password.
 */
MUST_CHECK enum status directory_prove(
    const struct conf *, const char *name, struct login *, const char *password, struct err *);
/*
 * The same for who may be anybody.  What fails costs the same whatever the name is: one Argon2id and, when
 * [ldap] is set up, one bind, of the decoy where the account is not the directory's, and ST_BUSY when
 * that could not be tried.  A password of ours is never shown to the directory.
 */
MUST_CHECK enum status directory_sign_in(
    const struct conf *, const char *name, struct login *, const char *password, struct err *);
/* Whether [ldap] can work: dn holds %s once, uri is one that libldap can read, there is a decoy.  ST_INVALID. */
MUST_CHECK enum status directory_check(const struct conf *, struct err *);
/* The DN of a sign-in name, its special characters escaped (RFC 4514 2.4); malloc'd. */
char *directory_dn(const char *pattern, const char *name);

#endif
