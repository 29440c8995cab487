/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PLAN_H
#define PLAN_H
#include "access.h"
#include "catalog.h"

/*
 * The file plan: fonds, series, classes and dossiers as one tree; retention rules by code.
 * Lists and single loads take the caller's access: what may not be listed is ST_NOT_FOUND.
 */
enum node_kind { NODE_FONDS, NODE_SERIES, NODE_CLASS, NODE_DOSSIER };

struct node {
	int64_t		 id;
	const char	*uid;
	int64_t		 parent;		/* 0 = a fonds */
	const char	*parent_uid;		/* NULL when the caller may not list the parent */
	enum node_kind	 kind;
	const char	*code, *title;
	const char	*rule;			/* retention rule code or NULL = inherited */
	int		 level;			/* own enum level */
	int		 effective_level;	/* highest along the path */
	const char	*use_mode;		/* "01" open, "02" conditional, "03" closed (TT 05/2025) */
	bool		 inherit;		/* takes the grants of its parent */
	int64_t		 access_class;
	int64_t		 version;		/* ETag */
	/* dossiers only */
	const char	*file_code;		/* unique in the archive */
	int		 year;
	const char	*state;			/* "open", "closed" ... */
	int64_t		 records;		/* that the caller may list */
};

struct node_new {
	int64_t		 parent;		/* 0 only for a fonds */
	enum node_kind	 kind;
	const char	*code, *title;
	const char	*rule;			/* or NULL */
	int		 level;
	const char	*use_mode;		/* NULL = "02" */
	const char	*file_code;		/* dossier: NULL = made from codes and year */
	int		 year;			/* dossier: 0 = this year */
	const char	*uid;			/* that it had elsewhere; NULL = a new one */
};

struct node_filter {
	int64_t		 parent;		/* 0 = the fonds; -1 = anywhere */
	int		 kind;			/* enum node_kind or -1 */
	const char	*words;			/* folded words of title or code, or NULL */
	int64_t		 after;			/* cursor: row id of the last one seen */
	size_t		 limit;			/* 1..500 */
};

struct rule {
	const char	*code, *title, *authority;
	int		 years;			/* -1 = permanent */
	const char	*action;		/* "destroy", "transfer", "review" */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A rule and its first version, valid from today.  ST_EXISTS.  ST_INVALID: permanent and destroy at
 * once (records.md 36), unknown action, a text that is empty or too long.
 */
MUST_CHECK enum status
		 rule_create(struct catalog *, const struct actor *, const struct rule *,
		    struct err *);
MUST_CHECK enum status
		 rule_list(struct catalog *, struct arena *, const struct rule **, size_t *count,
		    struct err *);

/*
 * ST_NOT_FOUND: parent absent or hidden.  ST_DENIED: no PERM_ADD there or no CAP_PLAN; a level over
 * the caller's clearance; a fonds without CAP_PLAN or CAP_SYSTEM (the system's access may all).
 * ST_EXISTS: code taken under this parent, or file code taken.  ST_INVALID: kind does not fit the parent, empty
 * or too long (code 64 bytes, title 1000), unknown rule; a dossier for which neither it nor a node
 * above it names a retention rule (records.md 33).
 */
MUST_CHECK enum status
		 node_create(struct catalog *, const struct actor *, const struct access *,
		    const struct node_new *, int64_t *id, struct err *);
/* uid, file code of a dossier, or row id as decimal text.  ST_NOT_FOUND: absent or hidden. */
MUST_CHECK enum status
		 node_find(struct catalog *, const struct access *, const char *name,
		    struct arena *, struct node *, struct err *);
MUST_CHECK enum status
		 node_load(struct catalog *, const struct access *, int64_t id, struct arena *,
		    struct node *, struct err *);
/*
 * A dossier on which the caller holds a permission.  ST_NOT_FOUND: also a node that is none.
 * ST_DENIED: seen, without the permission.
 */
MUST_CHECK enum status
		 node_load_dossier(struct catalog *, const struct access *, enum permission,
		    int64_t id, struct arena *, struct node *, struct err *);
/*
 * By row id.  ST_NOT_FOUND: the parent is absent or hidden.  ST_INVALID: limit.
 */
MUST_CHECK enum status
		 node_list(struct catalog *, const struct access *, const struct node_filter *,
		    struct arena *, const struct node **, size_t *count, struct err *);
/*
 * Title, rule and level; a change of level changes classes below and indexes those records again.
 * NULL / -1 leave a field, the rule "" takes it away (inherited from then on).  version 0 = any.
 * ST_CONFLICT: version is not the current one.  ST_DENIED: title and rule need PERM_EDIT, the level
 * PERM_MANAGE and clearance for it.  ST_HELD: a dossier that is not open, or a hold.  ST_INVALID as
 * above.
 */
MUST_CHECK enum status
		 node_update(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int64_t version, const char *title, const char *rule, int level,
		    struct err *);
/*
 * To another parent, with all that lies below; codes and file codes stay.  Rights, levels and
 * retention are asked anew there; records whose class comes out another are indexed again, no
 * others.  version 0 = any.  ST_OK also when it lies there already.
 * ST_DENIED: no CAP_PLAN, no PERM_MANAGE on it or PERM_ADD there, or rights at either place need a
 * second person (records.md 53).  ST_INVALID: a fonds, a parent that cannot hold it, lies below it
 * or would leave a dossier without a rule.  ST_EXISTS: its code is taken there.  ST_HELD: a dossier
 * that is not open, or a hold at, above or below it.  ST_CONFLICT: version.  ST_NOT_FOUND.
 */
MUST_CHECK enum status
		 node_move(struct catalog *, const struct actor *, const struct access *, int64_t id,
		    int64_t version, int64_t parent, struct err *);
/* The inbox dossier's row id (setting "inbox").  ST_NOT_FOUND: the archive has none. */
MUST_CHECK enum status
		 dossier_inbox(struct catalog *, int64_t *id, struct err *);

const char	*node_kind_name(enum node_kind);
/* -1 when unknown. */
int		 node_kind_parse(struct span);

#ifdef __cplusplus
}
#endif
#endif
