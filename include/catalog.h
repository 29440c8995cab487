/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CATALOG_H
#define CATALOG_H
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "conf.h"
#include "err.h"
#include "span.h"
#include "strbuf.h"

/*
 * The catalogue: every fact, job, right and log entry; the truth.  Callers see records and
 * dossiers, never SQL and never which back end keeps them (conf->catalog_backend chooses it).
 *
 * One handle belongs to one thread.  A function that changes something is one transaction with its
 * log entry (audit.h); inside catalog_begin .. catalog_commit it joins the caller's transaction as
 * a savepoint of its own.  Strings in results are in the arena given and live as long as it.
 *
 * Every function can also return ST_BUSY (the back end's lock was not free within
 * catalog_busy_ms), ST_FULL (disk), ST_IO and ST_CORRUPT; comments below name the others.
 */
struct catalog;

enum catalog_mode {
	CATALOG_READ,		/* read-only connection */
	CATALOG_WRITE		/* may change; brings the schema up to date when it is older */
};

/* Who does it, for the log. */
struct actor {
	int64_t		 principal;	/* row id, 0 for the system itself */
	int64_t		 on_behalf;	/* the principal whose OS user called with --as, or 0 */
	int64_t		 session;	/* row id, or 0 */
	const char	*source;	/* "http 127.0.0.1", "cli root", "indexer": personal, salted */
};

#ifdef __cplusplus
extern "C" {
#endif

/* A new, empty catalogue with its schema in conf->dir.  ST_EXISTS when there is one. */
MUST_CHECK enum status
		 catalog_create(const struct conf *, struct err *);
/*
 * ST_NOT_FOUND: no catalogue there.  ST_UNSUPPORTED: made by a newer version, or an unknown back
 * end.  *catalog is NULL on failure.
 */
MUST_CHECK enum status
		 catalog_open(struct catalog **, const struct conf *, enum catalog_mode,
		    struct err *);
void		 catalog_close(struct catalog *);
void		 catalog_closep(struct catalog **);

/*
 * Transactions nest: the outermost one takes the write lock at once and is durable when
 * catalog_commit returns ST_OK; an inner one is a savepoint.  Rollback never fails from the
 * caller's view.
 */
MUST_CHECK enum status
		 catalog_begin(struct catalog *, struct err *);
MUST_CHECK enum status
		 catalog_commit(struct catalog *, struct err *);
void		 catalog_rollback(struct catalog *);
/* Reads of one request that must agree: a read transaction; end it with catalog_rollback. */
MUST_CHECK enum status
		 catalog_begin_read(struct catalog *, struct err *);
/* The same after work that was done outside of it, and came to st: a failure of the work stays. */
MUST_CHECK enum status
		 catalog_resume_read(struct catalog *, enum status st, struct err *);

/* Small named values (archive name, inbox dossier, indexer's progress ...).  *value NULL: not set. */
MUST_CHECK enum status
		 catalog_setting(struct catalog *, const char *key, struct arena *,
		    const char **value, struct err *);
/* Settings are configuration, logged as an admin event, unless the key starts with "run." */
MUST_CHECK enum status
		 catalog_setting_put(struct catalog *, const struct actor *, const char *key,
		    const char *value, struct err *);

/* Copies the whole catalogue, as of one moment, to a new file; safe while others write. */
MUST_CHECK enum status
		 catalog_backup(struct catalog *, const char *path, struct err *);

/* Called for each fault; text is an English sentence naming the object. */
typedef void (*catalog_fault)(void *payload, const char *kind, const char *text);
/*
 * Structure, foreign keys, access classes against grants, home dossiers, pages against renditions,
 * the log (audit_verify).  ST_OK with *faults counting what was reported.
 */
MUST_CHECK enum status
		 catalog_verify(struct catalog *, catalog_fault, void *payload, uint64_t *faults,
		    struct err *);
/* SQL statements run on this handle since it was opened: tests assert it does not grow with hits. */
uint64_t	 catalog_statements(const struct catalog *);
/* Rows that they walked over where no index led to what was wanted: does not grow with the archive either. */
uint64_t	 catalog_walked(const struct catalog *);

#ifdef __cplusplus
}
#endif
#endif
