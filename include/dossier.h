/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DOSSIER_H
#define DOSSIER_H
#include "base.h"
#include "json_out.h"
#include "plan.h"
#include "sheet.h"

/*
 * Dossiers under control (records.md 17, 18, 27-32): open -> closed -> submitted -> archived; what
 * is closed takes nothing in and gives nothing out until it is opened again with a reason.
 */
struct dossier_line {			/* one of the table of contents (NĐ 30/2020 PL V mẫu IV) */
	int		 ordinal;
	const char	*uid;		/* of the record */
	const char	*notation, *issued, *type, *subject, *issuer, *state, *note;
	int64_t		 page_from, page_to;	/* within the dossier; 0, 0 = no pages */
};

struct dossier_wanted {
	int		 ordinal;
	const char	*title, *type_code;	/* type_code or NULL */
	bool		 required;
	int64_t		 found;			/* records of the type that the caller may list */
};

struct dossier_act {
	const char	*act, *day, *reason, *by;
	int64_t		 made_us;
};

struct dossier_deadline {
	int64_t		 days;			/* from closing to submission; -1 = there is no deadline */
	const char	*authority;
	const char	*node_uid;		/* at or above it; NULL: the office's setting, or hidden */
};

struct dossier_totals {
	int64_t		 dossiers, records, files, pages;
	char		 handover[UID_LEN + 1];	/* of dossier_handover: its minutes, or "" */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Closes it on a day (NULL = today): counts its pages, starts the clock of its rule and sets the day
 * by which it is due in the archive (dossier_deadline_find).  PERM_EDIT.
 * ST_CONFLICT: not open, or a required component is missing and incomplete is false.  ST_HELD: a hold;
 * records of it are still drafts or being read.  ST_INVALID: a day that has not come.
 */
MUST_CHECK enum status
		 dossier_close(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *day, bool incomplete, struct err *);
/*
 * The deadline that counts for what lies below a node (31): of the nearest node at or above it, else
 * the office's (settings submit.days, submit.authority).
 */
MUST_CHECK enum status
		 dossier_deadline_find(struct catalog *, const struct access *, int64_t node,
		    struct arena *, struct dossier_deadline *, struct err *);
/*
 * Of a node, for what is closed from now on; days -1 takes it away.  CAP_PLAN and PERM_MANAGE.
 * ST_INVALID: days, no authority.  ST_NOT_FOUND: it had none of its own.
 */
MUST_CHECK enum status
		 dossier_deadline_put(struct catalog *, const struct actor *, const struct access *,
		    int64_t node, int64_t days, const char *authority, struct err *);
/* With a reason; PERM_MANAGE.  ST_CONFLICT: not closed.  ST_HELD: a hold. */
MUST_CHECK enum status
		 dossier_reopen(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *reason, struct err *);
/*
 * Nộp lưu: closed dossiers go to the archive together, all or none; the archive takes or returns
 * them.  CAP_PLAN; PERM_EDIT (submit) or PERM_MANAGE (take, return) on each.  *totals for the minutes.
 * ST_CONFLICT: one is in another state.  ST_INVALID: none or over 1000.
 */
enum dossier_step { DOSSIER_SUBMIT, DOSSIER_ACCEPT, DOSSIER_RETURN };
MUST_CHECK enum status
		 dossier_pass(struct catalog *, const struct actor *, const struct access *,
		    enum dossier_step, const int64_t *ids, size_t count, const char *reason,
		    struct dossier_totals *, struct err *);
/*
 * All that one person keeps goes to another in one act with minutes (32; handover.h).  CAP_PLAN.
 * ST_INVALID: to the same.
 */
MUST_CHECK enum status
		 dossier_handover(struct catalog *, const struct actor *, const struct access *,
		    int64_t from, int64_t to, const char *reason, struct dossier_totals *,
		    struct err *);

/* The table of contents, what the caller may list, by ordinal.  ST_NOT_FOUND. */
MUST_CHECK enum status
		 dossier_contents(struct catalog *, const struct access *, int64_t id,
		    struct arena *, const struct dossier_line **, size_t *count, struct err *);
/* Mục lục văn bản to be printed (sheet.h), in the arena. */
struct element	*dossier_contents_sheet(struct arena *, const struct node *,
		    const struct dossier_line *, size_t count);
/* Mục lục văn bản as CSV, or as a page of HTML that prints. */
void		 dossier_contents_csv(const struct dossier_line *, size_t count, struct strbuf *);
void		 dossier_contents_html(const struct node *, const struct dossier_line *,
		    size_t count, struct strbuf *);
/* What a complete dossier of a class holds; the nearest list at or above.  CAP_PLAN and PERM_MANAGE. */
MUST_CHECK enum status
		 dossier_wanted_put(struct catalog *, const struct actor *, const struct access *,
		    int64_t node, const struct dossier_wanted *, size_t count, struct err *);
MUST_CHECK enum status
		 dossier_wanted_list(struct catalog *, const struct access *, int64_t id,
		    struct arena *, const struct dossier_wanted **, size_t *count, struct err *);
MUST_CHECK enum status
		 dossier_acts(struct catalog *, const struct access *, int64_t id, struct arena *,
		    const struct dossier_act **, size_t *count, struct err *);
/* Closed ones due in the archive until a day, the earliest first (31); limit 1..500. */
struct dossier_due {
	int64_t		 id;
	const char	*uid, *file_code, *title, *maintainer, *closed, *submit_due, *authority;
};
MUST_CHECK enum status
		 dossier_submissions(struct catalog *, const struct access *, const char *until,
		    size_t limit, struct arena *, const struct dossier_due **, size_t *count,
		    struct err *);

#ifdef __cplusplus
}
#endif
#endif
