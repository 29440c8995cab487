/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef INTERNAL_AUDIT_H
#define INTERNAL_AUDIT_H
#include "access.h"
#include "catalog.h"

/*
 * Internal audits (ISO 9001:2015 9.2, records.md 67, 70): programme, criteria, scope, plan, report,
 * auditors, the procedures covered, and findings with their owner, due day, correction and the
 * verification by somebody else.  CAP_AUDIT for everything but what an owner does with a finding of
 * theirs; without it audits do not exist (ST_NOT_FOUND).
 */
enum internal_audit_text {
	AUDIT_TITLE, AUDIT_PROGRAMME, AUDIT_CRITERIA, AUDIT_SCOPE, AUDIT_PLAN, AUDIT_REPORT,
	AUDIT_TEXT_COUNT
};
#define AUDIT_TEXT_MAX		20000	/* bytes of each text; a title 500 */
#define AUDIT_PROCEDURES_MAX	500
#define AUDIT_AUDITORS_MAX	50

struct internal_audit {
	int64_t		 id;
	const char	*uid;
	int		 year;
	const char	*text[AUDIT_TEXT_COUNT];	/* NULL = none yet */
	const char	*state;				/* "open", "closed" */
	const char	*created_by, *closed_by;	/* names */
	int64_t		 created_us, closed_us, version;
	const char	*const *procedures, *const *auditors;	/* codes; names of accounts */
	size_t		 procedure_count, auditor_count;
	int64_t		 findings, open_findings;	/* open: not verified */
};

/* NULL texts and count -1 leave what is there; texts "" clear. */
struct internal_audit_change {
	const char	*text[AUDIT_TEXT_COUNT];
	const char	*const *procedures, *const *auditors;
	int		 procedure_count, auditor_count;
};

struct finding {
	int64_t		 id;
	const char	*uid, *audit_uid, *clause, *grade, *statement, *evidence_uid;
	const char	*owner, *due;		/* name of the account; YYYY-MM-DD; or NULL */
	const char	*correction, *corrected_by, *verified_by, *verify_note;
	int64_t		 created_us, corrected_us, verified_us, version;
	bool		 overdue;		/* due before today and not verified */
};

struct finding_new {
	const char	*clause, *grade, *statement;	/* "major", "minor", "observation", "opportunity" */
	const char	*evidence;			/* uid of a set of this audit, or NULL */
	const char	*owner, *due;			/* name, day; a major or minor one needs both */
};

/* Whether a procedure was audited in a year. */
struct audited_procedure {
	const char	*code;
	int64_t		 audits;		/* of the year */
	int		 last_year;		/* newest year with an audit of it, 0 = never */
};

#ifdef __cplusplus
extern "C" {
#endif

/* ST_INVALID: year, a text, an unknown account, a procedure named twice. */
MUST_CHECK enum status
		 internal_audit_create(struct catalog *, const struct actor *,
		    const struct access *, int year, const struct internal_audit_change *,
		    int64_t *id, struct err *);
/* version 0 = any.  ST_CONFLICT: closed.  ST_PRECONDITION: another version. */
MUST_CHECK enum status
		 internal_audit_update(struct catalog *, const struct actor *,
		    const struct access *, int64_t id, int64_t version,
		    const struct internal_audit_change *, struct err *);
/*
 * Ends the audit and the rights given for it and releases the holds on its evidence.
 * ST_PRECONDITION: it has no report.
 * ST_CONFLICT: closed already.
 */
MUST_CHECK enum status
		 internal_audit_close(struct catalog *, const struct actor *,
		    const struct access *, int64_t id, struct err *);
MUST_CHECK enum status
		 internal_audit_find(struct catalog *, const struct access *, const char *uid,
		    struct arena *, struct internal_audit *, struct err *);
MUST_CHECK enum status
		 internal_audit_load(struct catalog *, const struct access *, int64_t id,
		    struct arena *, struct internal_audit *, struct err *);
/* Newest first; year 0 = any; after: row id of the last one seen; limit 1..500. */
MUST_CHECK enum status
		 internal_audit_list(struct catalog *, const struct access *, int year,
		    int64_t after, size_t limit, struct arena *, const struct internal_audit **,
		    size_t *count, struct err *);
/* Every procedure ever named by an audit, and the procedures and instructions kept here, by code. */
MUST_CHECK enum status
		 internal_audit_year(struct catalog *, const struct access *, int year,
		    struct arena *, const struct audited_procedure **, size_t *count, struct err *);

/* ST_CONFLICT: the audit is closed.  ST_INVALID: grade, texts, day, owner, evidence of another audit. */
MUST_CHECK enum status
		 finding_create(struct catalog *, const struct actor *, const struct access *,
		    int64_t audit, const struct finding_new *, int64_t *id, struct err *);
/*
 * audit 0 = of all; without CAP_AUDIT only the caller's own.  overdue: only those due before today and not
 * verified.  By row id; after, limit as above.
 */
MUST_CHECK enum status
		 finding_list(struct catalog *, const struct access *, int64_t audit, bool overdue,
		    int64_t after, size_t limit, struct arena *, const struct finding **,
		    size_t *count, struct err *);
MUST_CHECK enum status
		 finding_find(struct catalog *, const struct access *, const char *uid,
		    struct arena *, struct finding *, struct err *);
/* By its owner or an auditor; again until it is verified.  ST_CONFLICT: verified.  ST_INVALID. */
MUST_CHECK enum status
		 finding_correct(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *correction, struct err *);
/*
 * By an auditor who neither owns nor corrected it.  ST_DENIED: it is theirs.  ST_PRECONDITION: not
 * corrected yet.  ST_CONFLICT: verified already.
 */
MUST_CHECK enum status
		 finding_verify(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *note, struct err *);

#ifdef __cplusplus
}
#endif
#endif
