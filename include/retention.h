/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RETENTION_H
#define RETENTION_H
#include "access.h"
#include "catalog.h"
#include "json_out.h"
#include "table.h"

/*
 * Retention (records.md 33-40; D14).  A rule is named by its code; what it says is a version with
 * its dates.  Every dossier has exactly one governing rule: its own, by an override, else that of
 * the nearest node above.  The version valid today gives the due date, and the dossier remembers
 * which one that was:
 *
 *	base = the day of the trigger (closed, created, superseded, a named event); none: waiting
 *	due  = base, or 31 December of its year when the version counts from the year's end, + years;
 *	       29 February + years is 28 February in a common year; permanent has none
 *
 * Days are Vietnamese days (UTC+07:00).  What changes the plan or a rule needs CAP_PLAN; the
 * system's access (principal 0) may all.
 */
enum retention_trigger { TRIGGER_CLOSED, TRIGGER_SUPERSEDED, TRIGGER_EVENT, TRIGGER_CREATED };

struct rule_version {
	int64_t		 id;			/* 0 while it is none yet */
	const char	*code, *title, *authority;
	int		 years;			/* -1 = permanent */
	enum retention_trigger trigger;
	const char	*event;			/* its name, for TRIGGER_EVENT */
	bool		 from_year_end;
	const char	*action;		/* "destroy", "transfer", "review" */
	const char	*valid_from, *valid_to;	/* days; valid_to is the first it is not, or NULL */
};

/* A dossier whose due date would move. */
struct due_move {
	int64_t		 dossier;
	const char	*uid, *file_code, *title;
	const char	*rule;			/* that governs it afterwards */
	const char	*before, *after;	/* NULL = none */
};

struct due_filter {
	const char	*until;			/* due on this day or before; NULL = any */
	const char	*action;		/* or NULL */
	const char	*rule;			/* code or NULL */
	const char	*state;			/* of the dossier, or NULL = all but the gone */
	int64_t		 under;			/* node, 0 = anywhere */
	bool		 waiting;		/* instead: those whose trigger has not happened */
	const char	*after_due;		/* cursor: day and id of the last one seen, or NULL, 0 */
	int64_t		 after;
	size_t		 limit;			/* 1..500 */
};

struct due {
	int64_t		 dossier;
	const char	*uid, *file_code, *title, *state;
	const char	*rule, *action;		/* action NULL: no version of the rule is valid */
	int		 years;			/* -1 = permanent */
	const char	*trigger;		/* "closed" ... */
	const char	*trigger_date, *due_on;	/* NULL = none */
	bool		 held;			/* the clock is suspended (records.md 47) */
};

struct override {
	int64_t		 id, dossier;
	const char	*uid, *dossier_uid, *file_code, *title;
	const char	*rule;			/* NULL = back to the class's */
	const char	*reason, *state;	/* "pending", "in_force", "refused", "replaced" */
	bool		 shortens;
	int64_t		 asked_us, decided_us;
	const char	*asked_by, *decided_by, *decide_reason;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The pure part: out gets the day, "" for none.  base "YYYY-MM-DD" or NULL (waiting); years -1
 * permanent.
 */
void		 retention_due_day(const char *base, int years, bool from_year_end, char out[11]);

/* --- rules ------------------------------------------------------------------------------------- */
/*
 * A new version; of a new code too.  The one before it ends that day.  Due dates of what it governs
 * move in the same transaction.  ST_EXISTS: the code has a version from that day or later.
 * ST_INVALID: a text, day, number or action; permanent and destroy at once (records.md 36); an
 * event without its name.  ST_DENIED: no CAP_PLAN.
 */
MUST_CHECK enum status
		 rule_version_add(struct catalog *, const struct actor *, const struct access *,
		    const struct rule_version *, struct err *);
/*
 * The rule is valid until that day.  ST_HELD: it governs nodes or live dossiers; *used counts them.
 * ST_NOT_FOUND: no version in force.
 */
MUST_CHECK enum status
		 rule_end(struct catalog *, const struct actor *, const struct access *,
		    const char *code, const char *day, int64_t *used, struct err *);
/* Every version of one code (NULL: of all), by code and day. */
MUST_CHECK enum status
		 rule_versions(struct catalog *, const char *code, struct arena *,
		    const struct rule_version **, size_t *count, struct err *);
/*
 * Which due dates would move if these versions were in force: by row id of the dossier, what the
 * caller may list, limit 1..500; *total counts all of those.  At most PREVIEW_RULES_MAX.
 */
#define PREVIEW_RULES_MAX	500
MUST_CHECK enum status
		 retention_preview(struct catalog *, const struct access *,
		    const struct rule_version *, size_t count, int64_t after, size_t limit,
		    struct arena *, const struct due_move **moves, size_t *found, int64_t *total,
		    struct err *);
/* The same for another rule of a node ("" = inherited). */
MUST_CHECK enum status
		 retention_preview_node(struct catalog *, const struct access *, int64_t id,
		    const char *rule, int64_t after, size_t limit, struct arena *,
		    const struct due_move **moves, size_t *found, int64_t *total, struct err *);
/*
 * A schedule: columns code, title, years (or "permanent", "vĩnh viễn"), trigger, event, count_from
 * (date, year_end), action, authority, valid_from, valid_to.  All rows or none; dry changes nothing
 * either way.  Rows that are there already in the same words are no change.  *versions: those that
 * are new, for a preview.  ST_INVALID: the report says why, by line, or err that it is no table.
 */
MUST_CHECK enum status
		 retention_import(struct catalog *, const struct actor *, const struct access *,
		    struct span text, bool dry, struct table_report *,
		    const struct rule_version **versions, size_t *count, struct err *);
/* As CSV that imports again. */
void		 retention_export(const struct rule_version *, size_t count, struct strbuf *);

/* --- dossiers ---------------------------------------------------------------------------------- */
/* By due day, then row id.  ST_NOT_FOUND: under is hidden.  ST_INVALID: limit, a day. */
MUST_CHECK enum status
		 retention_list(struct catalog *, const struct access *, const struct due_filter *,
		    struct arena *, const struct due **, size_t *count, struct err *);
/* One dossier.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 retention_of(struct catalog *, const struct access *, int64_t dossier,
		    struct arena *, struct due *, struct err *);
/*
 * Another rule for one dossier ("" = that of its class), with a reason; PERM_EDIT.  A shorter one
 * waits for a second person (*id is pending then), any other is in force at once.  ST_HELD: a hold,
 * or the dossier is gone.  ST_EXISTS: one is pending.  ST_INVALID: rule unknown or not valid today,
 * the reason.  ST_CONFLICT: that rule governs it already.
 */
MUST_CHECK enum status
		 override_ask(struct catalog *, const struct actor *, const struct access *,
		    int64_t dossier, const char *rule, const char *reason, int64_t *id,
		    struct err *);
/*
 * The second person's verdict: PERM_MANAGE on the dossier and CAP_PLAN, and not who asked
 * (ST_DENIED).  ST_CONFLICT: decided already.  ST_HELD: a hold.  ST_NOT_FOUND.
 */
MUST_CHECK enum status
		 override_decide(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, bool approve, const char *reason, struct err *);
/* Of one dossier (0 = any), in one state (NULL = any), by id. */
MUST_CHECK enum status
		 override_list(struct catalog *, const struct access *, int64_t dossier,
		    const char *state, int64_t after, size_t limit, struct arena *,
		    const struct override **, size_t *count, struct err *);
MUST_CHECK enum status
		 override_find(struct catalog *, const struct access *, const char *name,
		    struct arena *, struct override *, struct err *);
/*
 * The day something happened ("superseded" or the name of an event) that starts the clock; PERM_EDIT.
 * A fact of the same name is replaced; day NULL takes it back.  ST_INVALID: name, day, a day to come.
 * ST_HELD: a hold, or the dossier is gone.
 */
MUST_CHECK enum status
		 retention_fact(struct catalog *, const struct actor *, const struct access *,
		    int64_t dossier, const char *name, const char *day, struct err *);

/*
 * What the calendar brings: versions that begin or end give new due dates; closed dossiers that are
 * due, and not held, go under review (records.md 40; never further by themselves), at most limit of
 * them, each with its log entry.  *reviewed counts these; call again while it is limit.
 */
MUST_CHECK enum status
		 retention_tick(struct catalog *, const struct actor *, size_t limit,
		    size_t *reviewed, struct err *);

const char	*retention_trigger_name(enum retention_trigger);
/* -1 when unknown. */
int		 retention_trigger_parse(struct span);
/* "waiting", "permanent", "suspended", "due" (a day is set), "none" (no valid version). */
const char	*due_state(const struct due *);
void		 rule_version_json(struct json_out *, const struct rule_version *);
void		 due_json(struct json_out *, const struct due *);
void		 due_move_json(struct json_out *, const struct due_move *);
void		 override_json(struct json_out *, const struct override *);
/* Faults and the number of rows looked at. */
void		 table_report_json(struct json_out *, const struct table_report *);

#ifdef __cplusplus
}
#endif
#endif
