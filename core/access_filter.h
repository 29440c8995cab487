/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCESS_FILTER_H
#define ACCESS_FILTER_H
#include "access.h"
#include "db.h"

/*
 * "What may this caller see" inside SQL.  Private to core.
 *
 * A bitmap cannot be bound, but a string of bytes can: byte number n says what the caller may do
 * with class n, and substr() of a byte string takes one of them in constant time on SQLite (BLOB)
 * and on PostgreSQL (bytea) alike.  So the filter is the same text on both, its cost does not grow
 * with the number of classes or grants, counts and pages are made under it in one statement, and
 * no list of ids, temporary table or join over grants is needed.  10,000 classes are 10 kB.
 *
 * A class beyond the string gives an empty byte string, which is less than any byte: a class made
 * after the access was loaded is hidden, as everything unknown is.
 *
 * The first three parameters of a statement with a filter are those of access_filter_args.
 */
/* clang-format off */
#define ACCESS_FILTER_ARGS	3	/* $1 the classes, $2 and $3 the bytes to compare with */

#define ACCESS_CLASS_BYTE(column)	"substr($1, CAST(" column " AS INTEGER) + 1, 1)"
/* A row with access_class (a node). */
#define ACCESS_SEES(t)			ACCESS_CLASS_BYTE(t ".access_class") " > $2"
/*
 * A row of record: until the index shows its new class, the old and the new one must both admit
 * the caller (D1); in quarantine only those see it who may edit it and work on arrivals (D13).  What
 * was destroyed is not there for anybody (records.md 44); its tombstone is in include/disposal.h.
 */
#define ACCESS_SEES_RECORD(t) \
	"(" ACCESS_CLASS_BYTE(t ".access_class") " > $2" \
	" AND (" t ".quarantine<>1 OR " ACCESS_CLASS_BYTE(t ".access_class") " > $3)" \
	" AND (" t ".old_access_class IS NULL OR " ACCESS_CLASS_BYTE(t ".old_access_class") " > $2)" \
	" AND " t ".state<>'destroyed')"
/* clang-format on */

/* Fills the three parameters; the bytes live in the arena. */
void access_filter_args(
    const struct access *, struct arena *, struct db_value args[ACCESS_FILTER_ARGS]);
/* The same rules in C, for a row that is already here.  old_class 0 = none. */
bool access_sees(const struct access *, int64_t access_class);
bool access_sees_record(
    const struct access *, int64_t access_class, int64_t old_class, bool quarantine);
/* A permission on a record: the old class must grant it too. */
bool access_can_record(
    const struct access *, enum permission, int64_t access_class, int64_t old_class);

#endif
