/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ARCHIVE_NEW_H
#define ARCHIVE_NEW_H
#include "conf.h"
#include "err.h"
#include "span.h"

/* A new archive from nothing: what "tangthu init" does. */
struct archive_new {
	const char	*dir;			/* made when it is not there; must be empty */
	const char	*name;			/* of the fonds, NULL = "Tàng Thư" */
	const char	*fonds_code;		/* NULL = "TT" */
	const char	*admin;			/* sign-in name of the first administrator */
	struct span	 password;		/* its password; principal.h's rules */
	const char	*os_user;		/* bound to it (D15), or NULL */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes the data directory (mode 0700): tangthu.conf with every default, catalogue.db, store/tmp,
 * derived/spool, index, intake, run; in the catalogue the four roles, the default rules, one fonds,
 * the class "inbox" (rule: review) with this year's inbox dossier (setting "inbox"), the default grants
 * (archivist all but dispose, staff list, read and download, both on the fonds) and the first
 * administrator.  Everything is durable when it returns ST_OK.  It is all or nothing: what a
 * failure leaves is removed; tangthu.conf is written last, and without it a directory is no archive.
 * ST_EXISTS: the directory is not empty.  ST_CONFLICT: an earlier init was cut off there; remove
 * what it left and try again.
 * ST_INVALID: name or password (says why).  ST_FULL, ST_IO.
 */
MUST_CHECK enum status
		 archive_init(const struct archive_new *, struct err *);

#ifdef __cplusplus
}
#endif
#endif
