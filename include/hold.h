/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HOLD_H
#define HOLD_H
#include "access.h"
#include "catalog.h"
#include "json_out.h"

/*
 * Holds (records.md 46, 47): a name, a reason, an authority and the nodes and records that lie
 * under it.  An object may be under many and is free when all are released; a hold acts down the
 * tree, from a fonds to the records of its dossiers.  Held: no destruction, transfer, move or edit
 * of metadata, and the clock of retention is shown as suspended.  Nothing but a person's release,
 * with a reason, ends one; there is no expiry.
 *
 * Every module that changes, moves or ends something asks hold_check inside the transaction of its
 * change; guards in the catalogue are the second line.
 */
enum hold_purpose {
	HOLD_LEGAL,		/* for who plans the archive (CAP_PLAN) */
	HOLD_AUDIT		/* locks the evidence of an audit (CAP_AUDIT) */
};

/* A node or a record: exactly one id is not 0. */
struct hold_object {
	int64_t		 node, record;
};

struct hold_new {
	enum hold_purpose purpose;
	const char	*name, *reason, *authority;	/* 1 to 500, 2000, 500 bytes */
};

struct hold {
	int64_t		 id;
	const char	*uid;
	enum hold_purpose purpose;
	const char	*name, *reason, *authority;
	int64_t		 opened_us, released_us;	/* 0 = not released */
	const char	*opened_by, *released_by;	/* names of principals or NULL */
	const char	*release_reason;
	int64_t		 items;				/* live ones that the caller may list */
};

struct hold_item {
	int64_t		 id;
	struct hold_object object;
	const char	*uid;		/* of the node or record */
	const char	*title;		/* of the node, subject of the record; or NULL */
	int64_t		 since_us, ended_us;
	const char	*end_reason;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A hold without items.  ST_DENIED: the capability that its purpose asks for is missing (the
 * system's access, principal 0, may all).  ST_INVALID: a text that is empty, too long or not UTF-8.
 */
MUST_CHECK enum status
		 hold_open(struct catalog *, const struct actor *, const struct access *,
		    const struct hold_new *, int64_t *id, struct err *);
/*
 * Puts objects under it, all or none; those that are already stay.  At most HOLD_ADD_MAX at once.
 * ST_NOT_FOUND: the hold, or an object that is absent or hidden.  ST_DENIED as hold_open.
 * ST_CONFLICT: it is released.  ST_INVALID: an object of no or two ids, or too many.
 */
#define HOLD_ADD_MAX	10000
MUST_CHECK enum status
		 hold_add(struct catalog *, const struct actor *, const struct access *, int64_t hold,
		    const struct hold_object *, size_t count, struct err *);
/* Takes one object out.  ST_NOT_FOUND also: it is not under this hold.  ST_INVALID: the reason. */
MUST_CHECK enum status
		 hold_end(struct catalog *, const struct actor *, const struct access *, int64_t hold,
		    struct hold_object, const char *reason, struct err *);
/* Ends all of it, with what lies under it.  ST_CONFLICT: released already. */
MUST_CHECK enum status
		 hold_release(struct catalog *, const struct actor *, const struct access *,
		    int64_t hold, const char *reason, struct err *);

/* By uid, or row id as text.  ST_NOT_FOUND: absent, or without CAP_PLAN and CAP_AUDIT. */
MUST_CHECK enum status
		 hold_find(struct catalog *, const struct access *, const char *name,
		    struct arena *, struct hold *, struct err *);
/* By row id; limit 1..500 (ST_INVALID); nothing without CAP_PLAN or CAP_AUDIT. */
MUST_CHECK enum status
		 hold_list(struct catalog *, const struct access *, bool released, int64_t after,
		    size_t limit, struct arena *, const struct hold **, size_t *count,
		    struct err *);
/* What lies under it, as far as the caller may list it; ended ones when wanted. */
MUST_CHECK enum status
		 hold_items(struct catalog *, const struct access *, int64_t hold, bool ended,
		    int64_t after, size_t limit, struct arena *, const struct hold_item **,
		    size_t *count, struct err *);

/*
 * The one question of every other module.  *held: the object itself or something above it lies
 * under a live hold (for a record: any dossier it is in).
 */
MUST_CHECK enum status
		 hold_is_on(struct catalog *, struct hold_object, bool *held, struct err *);
/* The same as a refusal: ST_HELD, the message names the hold by uid. */
MUST_CHECK enum status
		 hold_check(struct catalog *, struct hold_object, struct err *);
/* Also when something below the node, or a record in it, is held: for moves, transfer, destruction. */
MUST_CHECK enum status
		 hold_check_below(struct catalog *, int64_t node, struct err *);

const char	*hold_purpose_name(enum hold_purpose);	/* "legal", "audit" */
/* -1 when unknown. */
int		 hold_purpose_parse(struct span);
/* As programs answer with it. */
void		 hold_json(struct json_out *, const struct hold *);
void		 hold_item_json(struct json_out *, const struct hold_item *);

#ifdef __cplusplus
}
#endif
#endif
