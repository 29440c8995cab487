/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef AUDIT_H
#define AUDIT_H
#include <stdint.h>

#include "arena.h"
#include "base.h"
#include "catalog.h"
#include "err.h"

/*
 * The event log: an RFC 6962 Merkle tree over canonical entries, from the first entry on (D3).
 *
 *	leaf = SHA-256(0x00 || canonical bytes), node = SHA-256(0x01 || left || right)
 *
 * Canonical bytes, version 1.  Integers are big-endian.  "text" is a 32-bit length and that many
 * bytes of UTF-8; an absent text is the length 0xffffffff and no bytes.
 *	u8 version = 1; u64 seq; i64 ts (microseconds UTC); text class; text action;
 *	text actor uid; text on_behalf uid; text object kind; text object uid; i64 page (0 = none);
 *	text outcome; text detail (JSON, no personal data);
 *	u32 number of private fields; each: text name, 32 bytes SHA-256(salt (16 bytes) || value)
 * Private fields (source address, names, search words) stand with salt and value in event_private,
 * so that a person can be forgotten and the tree stays whole.  Test vectors: tests/unit/test_audit.c.
 */

enum event_class {
	EVENT_ACCESS, EVENT_CHANGE, EVENT_SECURITY, EVENT_PRESERVATION, EVENT_DISPOSITION,
	EVENT_ADMIN, EVENT_CLASS_COUNT
};

struct event_private {
	const char	*name;		/* "source", "query", "name" */
	struct span	 value;
};

struct event {
	enum event_class	 event_class;
	const char		*action;	/* "record.view", "login", "grant.add" */
	const char		*kind;		/* "record", "node", "principal" ... or NULL */
	const char		*object;	/* its uid, or NULL */
	int64_t			 page;		/* 0 = none */
	const char		*outcome;	/* "ok", "denied", "failed" */
	const char		*detail;	/* JSON object or NULL */
	const struct event_private *priv;
	size_t			 priv_count;
};

/* One row of the log as it stands. */
struct event_row {
	int64_t		 seq, ts_us, page;
	const char	*event_class, *action, *actor, *on_behalf, *kind, *object, *outcome, *detail;
	unsigned char	 leaf[SHA256_LEN];
};

struct merkle {			/* the frontier: one root per set bit of size, largest first */
	uint64_t	 size;
	unsigned char	 node[64][SHA256_LEN];
};

#ifdef __cplusplus
extern "C" {
#endif

/* Appends in the caller's transaction (or one of its own); actor->source becomes a private field. */
MUST_CHECK enum status
		 audit_append(struct catalog *, const struct actor *, const struct event *,
		    struct err *);
/*
 * What was done to one object, as most changes are told: outcome "ok", detail (JSON) and reason (a
 * private field) or NULL.
 */
MUST_CHECK enum status
		 audit_append_act(struct catalog *, const struct actor *, enum event_class,
		    const char *action, const char *kind, const char *uid, const char *detail,
		    const char *reason, struct err *);
/*
 * An access entry, at most one per session, record, action and page in 10 minutes for "view" like
 * actions; downloads, prints and exports always.  The answer may leave only after it is durable.
 */
MUST_CHECK enum status
		 audit_append_access(struct catalog *, const struct actor *, const char *action,
		    const char *record_uid, int64_t page, struct err *);
/*
 * Whether audit_append_access would write: for a read handle, so that a view that is in the log
 * already need not wait for the writer.
 */
MUST_CHECK enum status
		 audit_access_due(struct catalog *, const struct actor *, const char *action,
		    const char *record_uid, int64_t page, bool *due, struct err *);
#define AUDIT_LIST_MAX	1000
struct event_filter {
	int64_t		 from;		/* first seq, or -1 with newest: from the end */
	bool		 newest;	/* downwards from "from" */
	const char	*kind, *object;	/* both or none */
	int64_t		 actor;		/* row id, 0 = anybody */
	const char	*action;	/* "record.view"; "record." takes all that begin so; or NULL */
	int64_t		 since_us, until_us;	/* 0 = open; times are not sorted where a clock jumped */
	size_t		 limit;		/* 1..AUDIT_LIST_MAX */
};
/* ST_INVALID: limit. */
MUST_CHECK enum status
		 audit_find(struct catalog *, const struct event_filter *, struct arena *,
		    const struct event_row **, size_t *count, struct err *);
/* One private field as it stands: value NULL when it was forgotten. */
struct event_opening {
	const char	*name, *value;
};
MUST_CHECK enum status
		 audit_openings(struct catalog *, int64_t seq, struct arena *,
		    const struct event_opening **, size_t *count, struct err *);
/*
 * Forgets the private fields (salt and value) of every entry whose actor or object is the person;
 * their commitments, and so the tree, stay.  The act is logged.  *count tells how many fields.
 */
MUST_CHECK enum status
		 audit_forget(struct catalog *, const struct actor *, int64_t principal,
		    int64_t *count, struct err *);
/* At most limit rows with seq >= from.  ST_INVALID: limit is not 1..AUDIT_LIST_MAX. */
MUST_CHECK enum status
		 audit_list(struct catalog *, int64_t from, size_t limit, struct arena *,
		    const struct event_row **, size_t *count, struct err *);
/* Recomputes leaves, tree, kept nodes and checkpoints; ST_CORRUPT names the first fault (seq and what differs). */
MUST_CHECK enum status
		 audit_verify(struct catalog *, uint64_t *entries, struct err *);
/* Size and root of the tree as kept. */
MUST_CHECK enum status
		 audit_root(struct catalog *, uint64_t *size, unsigned char root[SHA256_LEN],
		    struct err *);

/* Pure parts, tested against the RFC 6962 vectors. */
void		 merkle_leaf(struct span canonical, unsigned char leaf[SHA256_LEN]);
void		 merkle_push(struct merkle *, const unsigned char leaf[SHA256_LEN]);
void		 merkle_root(const struct merkle *, unsigned char root[SHA256_LEN]);

#ifdef __cplusplus
}
#endif
#endif
