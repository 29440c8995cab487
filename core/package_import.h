/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PACKAGE_IMPORT_H
#define PACKAGE_IMPORT_H
#include "package_parts.h"
#include "record_parts.h"

/* What the modules of an import share.  Private to core. */

struct importing {
	struct catalog *catalog;
	struct store *store; /* NULL: dry */
	const struct actor *actor;
	struct access *access; /* as of now: new classes come into being on the way */
	const struct package_target *target;
	const struct element *found;
	struct arena *arena;
	struct row_list made, faults, notes;
	const char *where; /* of the description that is being read */
};

/* Of the dossier that is being made. */
struct importing_dossier {
	struct importing *im;
	const struct element *e;
	int64_t id;
	const char *uid;
	bool closed; /* where it comes from */
	struct package_made *made;
	struct row_list guests; /* records that are made elsewhere */
};

/* A fault at an element; more than a few hundred are not kept. */
void import_fault(struct importing *, const struct element *, const char *fmt, ...) PRINTF(3, 4);
void import_note(struct importing *, const struct element *, const char *fmt, ...) PRINTF(3, 4);
/*
 * What stands against an object becomes a fault and ST_OK; what is nobody's fault (disk, lock) stays.
 */
MUST_CHECK enum status import_verdict(
    struct importing *, const struct element *, enum status, struct err *);
/* The rights as they are after new nodes and levels. */
MUST_CHECK enum status import_renew(struct importing *, struct err *);
/* "2026-11-24T10:50:00+07:00", fractions too; 0 and false when it is none. */
bool import_time(const char *text, int64_t *us);

/* The uid an element tells, or a new one; false with a fault when it tells something else. */
bool import_uid(struct importing *, const struct element *, const char **uid);
/* What use modes there are (TT 05/2025). */
bool import_use_mode(const char *mode);

/* Records of one dossier, in the order of their ordinals. */
MUST_CHECK enum status import_records(struct importing_dossier *, struct err *);
/* Those told in another dossier of the package, or here already: filed without bytes. */
MUST_CHECK enum status import_guests(struct importing_dossier *, struct err *);
/* Relations of all records of the package: all of them are there now. */
MUST_CHECK enum status import_relations(struct importing *, struct err *);
/* What was done before it came, kept beside the log. */
MUST_CHECK enum status import_events(
    struct importing *, const struct element *, const char *kind, const char *uid, struct err *);

#endif
