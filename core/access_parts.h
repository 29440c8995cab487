/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ACCESS_PARTS_H
#define ACCESS_PARTS_H
#include "access.h"
#include "catalog.h"

/*
 * How nodes and records come by their access class (D1).  Private to core: plan.c and record.c
 * call these inside the transaction of their change.
 *
 * A class is (origin, effective level, use mode).  The origin is the nearest object, from the
 * record over its home dossier up to the fonds, that ever got a grant of its own or breaks
 * inheritance (inherit_acl = 0); ending a grant leaves it one, so that grants after the first never
 * touch the index.  The readers of a class are the live grants of its origin and of everything above
 * it up to and including the first break.  The effective level is the highest along the way; the
 * use mode is the object's own.
 */

/* The class of a node to be inserted below parent (0 = a fonds): fills what the row needs. */
struct access_place {
	int64_t access_class;
	int effective_level;
};
MUST_CHECK enum status access_place_node(struct catalog *, int64_t parent, int level,
    const char *use_mode, struct access_place *, struct err *);
/* The same for a record whose home dossier is dossier. */
MUST_CHECK enum status access_place_record(struct catalog *, int64_t dossier, int level,
    const char *use_mode, struct access_place *, struct err *);
/*
 * After level, use_mode, inherit_acl, parent or the first or last own grant of a node changed in its
 * row: classes of the node and of everything below, records whose home lies there, readers of those
 * classes.  Only what really changes is written; a changed record keeps its former class in
 * old_access_class (the eldest that the index may still show) and gets a new index_seq.
 */
MUST_CHECK enum status access_refresh_node(struct catalog *, int64_t node, struct err *);
/* The same for one record: its level, inherit_acl, home dossier or grants changed. */
MUST_CHECK enum status access_refresh_record(struct catalog *, int64_t record, struct err *);
/* A grant of an object that is an origin already: readers only, no class, nothing indexed again. */
MUST_CHECK enum status access_refresh_readers(
    struct catalog *, int64_t node, int64_t record, struct err *);
/* A clearance, membership or principal changed: every loaded access is out of date. */
MUST_CHECK enum status access_bump(struct catalog *, struct err *);

#endif
