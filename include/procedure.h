/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROCEDURE_H
#define PROCEDURE_H
#include "access.h"
#include "catalog.h"
#include "json_out.h"

/*
 * Controlled documents (ISO 9001 7.5; records.md 1-8) and the cases received under them (9, 29, 30).
 * A document has revisions: draft -> review -> approved -> effective -> obsolete, or withdrawn.  The
 * approver is never the author; on any day at most one is in force; making one effective makes the
 * former obsolete in the same transaction.  The register is for everybody in the house; the paper
 * itself is the revision's record, with that record's rights.  Changes need CAP_PLAN.
 */
#define PROCEDURE_MARK	"HẾT HIỆU LỰC"	/* on everything shown of an obsolete one */

struct procedure {
	int64_t		 id;
	const char	*uid, *code, *title, *kind, *tthc_code, *owner;
	bool		 public_page;
	int		 review_months, days;	/* days 0 = not said */
	const char	*reviewed_on, *review_due;
	const char	*valid_from, *valid_to;	/* of an external one */
	int64_t		 revisions;
	int		 in_force;		/* number of the revision, 0 = none today */
};

struct procedure_new {
	const char	*code, *title, *kind;	/* kind: policy ... external */
	const char	*tthc_code, *owner;	/* owner: name of a principal; or NULL */
	bool		 public_page;
	int		 review_months, days;	/* 0 = 12, not said */
	const char	*valid_from, *valid_to;
};

struct revision {
	int64_t		 id, doc, record;
	const char	*uid, *code, *title, *state;
	int		 rev;
	const char	*record_uid;		/* NULL: not the caller's to see */
	const char	*change_note, *author, *approver, *decision;	/* decision: its notation */
	int64_t		 made_us, approved_us;
	const char	*effective_from, *effective_to, *published, *published_where, *end_reason;
};

struct reader {
	const char	*name, *display, *due;
	int64_t		 confirmed_us;		/* 0 = not yet */
};

struct one_stop {
	int64_t		 dossier;
	const char	*uid, *code, *title, *procedure, *applicant;	/* applicant may be masked */
	int		 rev;
	bool		 masked;
	const char	*received, *due, *extended_to, *extend_reason, *result, *result_on;
	const char	*on_time;		/* "yes", "no", "open", "late" */
};

#define ONE_STOP_FORMS	7	/* TT 03/2025/TT-VPCP, Phụ lục I: Mẫu số 01-07 */
struct one_stop_form {
	int		 form;			/* 1..ONE_STOP_FORMS */
	const char	*title_vi, *title_en;
	const char	*const *records;	/* uids, as they came */
	size_t		 count;
};

struct one_stop_figures {
	const char	*procedure, *unit, *month;	/* month "2026-03" */
	int64_t		 received, on_time, late, open;
};

#ifdef __cplusplus
extern "C" {
#endif

/* ST_EXISTS: the code.  ST_INVALID: a text, kind, day, owner. */
MUST_CHECK enum status
		 procedure_create(struct catalog *, const struct actor *, const struct access *,
		    const struct procedure_new *, int64_t *id, struct err *);
/* By uid, code or row id as text.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 procedure_find(struct catalog *, const char *name, struct arena *,
		    struct procedure *, struct err *);
/* By row id.  due: only those whose review is due on that day (NULL = all). */
MUST_CHECK enum status
		 procedure_list(struct catalog *, const char *due, int64_t after, size_t limit,
		    struct arena *, const struct procedure **, size_t *count, struct err *);
/* It was looked at today and stays as it is (8). */
MUST_CHECK enum status
		 procedure_reviewed(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, struct err *);
/* doc rests on source (an external one); those of an expired source are listed by dependants (7). */
MUST_CHECK enum status
		 procedure_depend(struct catalog *, const struct actor *, const struct access *,
		    int64_t doc, int64_t source, struct err *);
MUST_CHECK enum status
		 procedure_dependants(struct catalog *, int64_t source, struct arena *,
		    const struct procedure **, size_t *count, struct err *);

/*
 * The next revision, a draft of the actor's; PERM_EDIT on the record.  ST_EXISTS: the record is a
 * revision already.  ST_CONFLICT: one is on its way (draft, review, approved).
 */
MUST_CHECK enum status
		 revision_add(struct catalog *, const struct actor *, const struct access *,
		    int64_t doc, int64_t record, const char *change_note, int64_t *id, struct err *);
/*
 * "submit" (its author), "return", "approve" (PERM_MANAGE on the record, another person than its
 * author; the record must be declared), "withdraw"; a reason for return and withdraw.  ST_CONFLICT:
 * not in the state for it.  ST_DENIED.
 */
MUST_CHECK enum status
		 revision_step(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *step, const char *reason, struct err *);
/*
 * In force from a day on, by a decision (a declared record), told where it was published.  A day to
 * come waits for the calendar.  ST_INVALID: the day (not after the former one's beginning), decision.
 */
MUST_CHECK enum status
		 revision_enforce(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *from, int64_t decision, const char *published_where,
		    struct err *);
/* Approved ones whose day has come; *count of them. */
MUST_CHECK enum status
		 revision_tick(struct catalog *, const struct actor *, size_t *count, struct err *);
/* The one in force on a day (3).  ST_NOT_FOUND: none. */
MUST_CHECK enum status
		 revision_at(struct catalog *, const struct access *, const char *code,
		    const char *day, struct arena *, struct revision *, struct err *);
MUST_CHECK enum status
		 revision_find(struct catalog *, const struct access *, const char *name,
		    struct arena *, struct revision *, struct err *);
MUST_CHECK enum status
		 revision_list(struct catalog *, const struct access *, int64_t doc, struct arena *,
		    const struct revision **, size_t *count, struct err *);
/* The revision that a record is; found false when it is none. */
MUST_CHECK enum status
		 revision_of(struct catalog *, const struct access *, int64_t record, struct arena *,
		    struct revision *, bool *found, struct err *);
/* Whether a record is an obsolete revision, whoever asks (4). */
MUST_CHECK enum status
		 revision_is_obsolete(struct catalog *, int64_t record, bool *obsolete,
		    struct err *);
/* Records of obsolete revisions, ascending: what the default search leaves out (4). */
MUST_CHECK enum status
		 revision_obsolete(struct catalog *, struct arena *, const int64_t **records,
		    size_t *count, struct err *);

/* Who must have read it by a day (6): a person, or everybody in a group.  ST_NOT_FOUND: who. */
MUST_CHECK enum status
		 reader_ask(struct catalog *, const struct actor *, const struct access *,
		    int64_t rev, int64_t who, const char *due, struct err *);
/* The actor has read it.  ST_NOT_FOUND: was not asked. */
MUST_CHECK enum status
		 reader_confirm(struct catalog *, const struct actor *, int64_t rev, struct err *);
MUST_CHECK enum status
		 reader_list(struct catalog *, int64_t rev, struct arena *, const struct reader **,
		    size_t *count, struct err *);

/* Those in force today that stand on the public page, with what they replaced; for anybody. */
MUST_CHECK enum status
		 procedure_public(struct catalog *, struct arena *, const struct revision **,
		    size_t *count, struct err *);
/* The posting list: a page of HTML that prints. */
void		 procedure_public_html(const struct revision *, size_t count, const char *office,
		    const char *day, struct strbuf *);

/*
 * A case of a dossier, under the revision in force on the day of receipt (9); due NULL: that day and
 * the procedure's days.  CAP_PLAN and PERM_EDIT on the dossier.  ST_NOT_FOUND: nothing in force then.
 * ST_EXISTS: the code, or the dossier is a case.
 */
MUST_CHECK enum status
		 one_stop_open(struct catalog *, const struct actor *, const struct access *,
		    int64_t dossier, const char *code, const char *procedure, const char *applicant,
		    int64_t unit, const char *received, const char *due, struct err *);
/* ST_INVALID: not after the day it was due. */
MUST_CHECK enum status
		 one_stop_extend(struct catalog *, const struct actor *, const struct access *,
		    int64_t dossier, const char *to, const char *reason, struct err *);
/* The result is a record of the dossier.  ST_CONFLICT: it has one. */
MUST_CHECK enum status
		 one_stop_result(struct catalog *, const struct actor *, const struct access *,
		    int64_t dossier, int64_t record, const char *day, struct err *);
/*
 * A record of the dossier is one of the seven forms (29); form 0: it is none.  CAP_PLAN and PERM_EDIT.
 * ST_NOT_FOUND: no case, or it was none.  ST_INVALID: the form, or a record of another dossier.
 */
MUST_CHECK enum status
		 one_stop_form_put(struct catalog *, const struct actor *, const struct access *,
		    int64_t dossier, int64_t record, int form, struct err *);
/* All seven, with the records that the caller may list.  ST_NOT_FOUND: no case. */
MUST_CHECK enum status
		 one_stop_forms(struct catalog *, const struct access *, int64_t dossier,
		    struct arena *, const struct one_stop_form **, struct err *);
/* By case code, procedure code or words of the applicant (only for who may read names); 1..500. */
MUST_CHECK enum status
		 one_stop_list(struct catalog *, const struct access *, const char *wanted,
		    int64_t after, size_t limit, struct arena *, const struct one_stop **,
		    size_t *count, struct err *);
/* On time? from stored facts, per procedure, unit and month of receipt, what the caller may list. */
MUST_CHECK enum status
		 one_stop_count(struct catalog *, const struct access *, const char *from,
		    const char *to, struct arena *, const struct one_stop_figures **, size_t *count,
		    struct err *);

void		 procedure_json(struct json_out *, const struct procedure *);
void		 revision_json(struct json_out *, const struct revision *);
void		 one_stop_json(struct json_out *, const struct one_stop *);
void		 one_stop_forms_json(struct json_out *, const struct one_stop_form *);

#ifdef __cplusplus
}
#endif
#endif
