/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DISPOSAL_H
#define DISPOSAL_H
#include "access.h"
#include "catalog.h"
#include "derived.h"
#include "json_out.h"
#include "store.h"

/*
 * Disposal (records.md 40-45, 49): dossiers under review are proposed together, each gets a verdict,
 * minutes and decision are records of the archive, another person approves, and somebody executes
 * after having said afresh who he is.  Execution goes dossier by dossier, each in a transaction of
 * its own with its tombstones, and is taken up again after any crash where it stopped; files leave
 * the disk after the commit that no longer needs them.  A record in several dossiers goes with the
 * last of them.  What is held meanwhile stays, and the certificate says so.
 *
 * Each step asks PERM_DISPOSE on every dossier of the batch; a batch with one that the caller may
 * not dispose of is not there for him.
 */
#define DISPOSAL_MAX		10000	/* dossiers of one batch */

struct disposal {
	int64_t		 id;
	const char	*uid, *action, *title, *state, *receiver;
	int64_t		 proposed_us, approved_us, started_us, finished_us;
	const char	*proposed_by, *approved_by, *executed_by;
	const char	*minutes, *decision;	/* uids of records or NULL */
	const char	*receipt, *end_reason;
	const char	*certificate, *certificate_hash;	/* JSON once it is done */
	int64_t		 dossiers, judged, done;
};

struct disposal_item {
	int64_t		 dossier;
	const char	*uid, *file_code, *title, *verdict, *reason, *rule, *outcome, *manifest;
	int64_t		 records, files, bytes;
	bool		 held;
};

struct tombstone {
	const char	*kind, *uid, *disposal, *content;	/* content: JSON */
	int64_t		 at_us;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * action "destroy" or "transfer" (with a receiver).  ST_CONFLICT: a dossier is not under review, or its
 * rule says otherwise (permanent is never destroyed).  ST_HELD: one is under a hold.  ST_EXISTS: one
 * is in another batch.  ST_INVALID: title, action, none or over DISPOSAL_MAX.
 */
MUST_CHECK enum status
		 disposal_propose(struct catalog *, const struct actor *, const struct access *,
		    const char *action, const char *title, const char *receiver,
		    const int64_t *dossiers, size_t count, int64_t *id, struct err *);
/*
 * verdict: "approve", "keep" (with a reason) or "extend" (with a reason and a rule that keeps it
 * longer).  ST_CONFLICT: not proposed any more.
 */
MUST_CHECK enum status
		 disposal_judge(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int64_t dossier, const char *verdict, const char *reason,
		    const char *rule, struct err *);
/*
 * By another person than proposed it; minutes and decision are declared records (row ids).
 * ST_DENIED: the same person.  ST_CONFLICT: a dossier without a verdict, or not proposed.
 * ST_INVALID: minutes or decision.
 */
MUST_CHECK enum status
		 disposal_approve(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int64_t minutes, int64_t decision, struct err *);
/* Refused or taken back before execution, with a reason; its dossiers stay under review. */
MUST_CHECK enum status
		 disposal_end(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *reason, struct err *);
/*
 * Begins the execution.  proved_us: when the caller last proved who he is (password or directory, and
 * second factor); ST_DENIED when that was over fresh_s seconds ago (records.md 41; [session] fresh).  ST_CONFLICT: not approved.
 */
MUST_CHECK enum status
		 disposal_start(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int64_t proved_us, int64_t fresh_s, struct err *);
/*
 * The next steps of whatever is executing: at most limit dossiers or files; *more: call again.  A
 * batch of which all is done gets its certificate (a transfer waits for its receipt first).  For the
 * server's writer and for the command line; asks no rights, they were asked at the start.
 */
MUST_CHECK enum status
		 disposal_step(struct catalog *, struct store *, struct derived *, size_t limit,
		    bool *more, struct err *);
/* The receiver confirms (accepted, receipt text) or rejects a transfer: then all is as before. */
MUST_CHECK enum status
		 disposal_receipt(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, bool accepted, const char *receipt, struct err *);

/* By uid, or row id as text.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 disposal_find(struct catalog *, const struct access *, const char *name,
		    struct arena *, struct disposal *, struct err *);
MUST_CHECK enum status
		 disposal_list(struct catalog *, const struct access *, const char *state,
		    int64_t after, size_t limit, struct arena *, const struct disposal **,
		    size_t *count, struct err *);
MUST_CHECK enum status
		 disposal_items(struct catalog *, const struct access *, int64_t id, int64_t after,
		    size_t limit, struct arena *, const struct disposal_item **, size_t *count,
		    struct err *);
/*
 * Tombstones in the order of destruction, with seq > after: what restore replays.  For CAP_PLAN,
 * CAP_AUDIT and the system; nothing for others.
 */
MUST_CHECK enum status
		 destruction_list(struct catalog *, const struct access *, int64_t after,
		    size_t limit, struct arena *, const struct tombstone **, int64_t *last,
		    size_t *count, struct err *);
/*
 * Does to a restored catalogue what the ledger (lines of destruction_line) says was destroyed since;
 * disposal_step then clears the files.  *destroyed counts.  ST_INVALID names the line.
 */
MUST_CHECK enum status
		 destruction_replay(struct catalog *, const struct actor *, struct span ledger,
		    size_t *destroyed, struct err *);
void		 destruction_line(struct strbuf *, const struct tombstone *);

void		 disposal_json(struct json_out *, const struct disposal *);
void		 disposal_item_json(struct json_out *, const struct disposal_item *);

#ifdef __cplusplus
}
#endif
#endif
