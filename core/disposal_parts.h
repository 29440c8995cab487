/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DISPOSAL_PARTS_H
#define DISPOSAL_PARTS_H
#include "disposal.h"
#include "record_parts.h"

/* What the modules of disposal share.  Private to core. */

/* What one dossier held when it went, and the digest that proves it. */
struct disposal_manifest {
	int64_t records, files, bytes;
	char hash[SHA256_HEX + 1];
};
MUST_CHECK enum status disposal_manifest_of(
    struct catalog *, int64_t dossier, struct disposal_manifest *, struct err *);
/*
 * Destroys one dossier in the caller's transaction: tombstones, records that no other dossier
 * keeps, what is told of them; names the files to be cleared.  batch: uid of the disposal.
 */
MUST_CHECK enum status disposal_destroy_dossier(struct catalog *, const struct actor *,
    int64_t dossier, const char *batch, int64_t at_us, bool replayed,
    const struct disposal_manifest *, struct err *);
MUST_CHECK enum status disposal_destroy_record(struct catalog *, const struct actor *,
    int64_t record, const char *batch, int64_t at_us, bool replayed, struct err *);
MUST_CHECK enum status disposal_note(struct catalog *, const struct actor *, const char *action,
    const char *uid, const char *detail, const char *reason, struct err *);

#endif
