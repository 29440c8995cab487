/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GRANT_CHANGE_H
#define GRANT_CHANGE_H
#include "principal.h"

/*
 * A change of rights as people make it.  Where a node of the way up demands it (confirm_rights,
 * records.md 53) the change waits as a wish until a second person who may manage these rights
 * confirms it; elsewhere it is made at once.  grant_add, grant_end and grant_set_inherit refuse
 * where confirmation is demanded, so that nothing gets around it.
 */
enum grant_change_kind { CHANGE_ADD, CHANGE_END, CHANGE_INHERIT, CHANGE_CONFIRM, CHANGE_KINDS };

struct grant_change {
	enum grant_change_kind	 kind;
	int64_t			 node, record;	/* exactly one is not 0 */
	int64_t			 principal;	/* ADD: whom */
	unsigned		 permissions;
	int64_t			 until_us;	/* 0 = without end */
	const char		*audit;		/* uid of the audit it is for and ends with, or NULL */
	int64_t			 grant;		/* END: which */
	bool			 flag;		/* INHERIT, CONFIRM: on or off */
};

struct grant_wish {
	const char		*uid;
	struct grant_change	 change;
	const char		*object_uid, *object_title, *principal_name;
	int64_t			 proposed_by, proposed_us;
	const char		*proposer;
	int64_t			 decided_us;	/* 0 = open */
	const char		*decider;
	bool			 approved;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes the change or proposes it: wish is "" or the uid of what waits now.  *grant is the id of a
 * new grant that was made at once, else 0.
 * As grant_add, grant_end, grant_set_inherit.  ST_INVALID: confirmation is demanded of nodes only;
 * an open wish needs a person (the system proposes nothing).
 */
MUST_CHECK enum status
		 grant_change(struct catalog *, const struct actor *, const struct grant_change *,
		    int64_t *grant, char wish[37], struct err *);
/* Of the node or of any above it; of a record, of its home dossier. */
MUST_CHECK enum status
		 grant_needs_confirmation(struct catalog *, int64_t node, int64_t record,
		    bool *needs, struct err *);
/* Open ones, or all, oldest first.  Who may see which is for the caller to say. */
MUST_CHECK enum status
		 grant_wish_list(struct catalog *, bool decided, struct arena *,
		    const struct grant_wish **, size_t *count, struct err *);
/* How many wait for this node, or record: the alert beside it until somebody decides. */
MUST_CHECK enum status
		 grant_wish_pending(struct catalog *, int64_t node, int64_t record, int64_t *count,
		    struct err *);
/* ST_NOT_FOUND. */
MUST_CHECK enum status
		 grant_wish_load(struct catalog *, const char *uid, struct arena *,
		    struct grant_wish *, struct err *);
/*
 * The second person's word.  The caller has checked that the actor may manage these rights.  What is
 * approved is made now and checked anew; rejecting is also the proposer's to do.
 * ST_NOT_FOUND.  ST_HELD: decided already.  ST_DENIED: approving what one proposed, or what gives
 * rights to oneself.
 */
MUST_CHECK enum status
		 grant_wish_decide(struct catalog *, const struct actor *, const char *uid,
		    bool approve, struct err *);
/* An audit is over: the grants that were for it end.  *ended may be NULL. */
MUST_CHECK enum status
		 grant_end_audit(struct catalog *, const struct actor *, const char *audit,
		    int64_t *ended, struct err *);

#ifdef __cplusplus
}
#endif
#endif
