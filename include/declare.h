/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DECLARE_H
#define DECLARE_H
#include "json_out.h"
#include "record.h"

/*
 * Records under control (records.md 10, 13-16, 19, 20): draft -> declared -> recalled or destroyed.
 * What is declared never changes in place: a correction keeps how it read before, with the reason.
 */
struct record_detail {
	const char	*name, *value;
};

struct record_version {
	int64_t		 version;	/* of the record before the correction */
	const char	*content;	/* JSON: the fields and details as they were; "" once destroyed */
	const char	*reason, *by;
	int64_t		 made_us;
};

/* Other records that may be the same (records.md 14): a warning, never a refusal. */
struct record_twin {
	const char	*uid, *subject, *notation;
	const char	*because;	/* "bytes", "number", "text" (near-equal, sketch.h) */
};

struct relation {
	const char	*uid, *kind;
	bool		 outgoing;	/* this record replaces, amends ...; else the other does */
	const char	*other;		/* uid; NULL: not here, or not the caller's to see */
	const char	*text;		/* the other's notation; NULL when hidden */
	const char	*subject;
	int64_t		 made_us;
};

struct book_entry {
	int64_t		 number;
	const char	*uid;		/* of the record; NULL: not the caller's to see */
	const char	*notation, *issued, *issuer, *subject;
	int64_t		 drawn_us, voided_us;
	const char	*void_reason;
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * ST_DENIED: no PERM_EDIT.  ST_INVALID: it has no type or no subject.  ST_CONFLICT: no draft.
 * ST_HELD: in quarantine.
 */
MUST_CHECK enum status
		 record_declare(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, struct err *);
/*
 * record_update for what is declared, with a reason; PERM_MANAGE.  ST_CONFLICT: not declared.
 * ST_INVALID: the reason, or nothing would change.  ST_HELD: a hold.
 */
MUST_CHECK enum status
		 record_correct(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int64_t version, const char *const field[FIELD_COUNT],
		    const char *reason, struct err *);
/*
 * Other bytes for a declared record, with a reason (records.md 10): those of by, a draft in the same
 * dossier of the same level and rights.  The record shows them from then on; by becomes the old
 * version: the bytes and metadata as they were, recalled, which the record replaces (relation).
 * PERM_MANAGE on the record, PERM_EDIT on by.  ST_CONFLICT: states, places, parts of stacks, a
 * revision of a procedure, one is still being read.  ST_HELD: a hold or quarantine.
 * ST_PRECONDITION: version (0 = any).  ST_INVALID: the reason, itself.
 */
MUST_CHECK enum status
		 record_replace(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t version, int64_t by, const char *reason, struct err *);
/* Thu hồi (PL VI III.8): frozen, with its metadata; PERM_MANAGE.  ST_CONFLICT: not declared. */
MUST_CHECK enum status
		 record_recall(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, const char *reason, struct err *);
/* Oldest first.  Of a record that the caller has loaded for reading. */
MUST_CHECK enum status
		 record_versions(struct catalog *, int64_t record, struct arena *,
		    const struct record_version **, size_t *count, struct err *);

/*
 * The other fields of NĐ 30/2020 PL VI and TT 05/2025 by name: "signer_post", "recipients" ...;
 * record_detail_names lists them, NULL at the end.  Of a loaded record.
 */
const char *const *record_detail_names(void);
MUST_CHECK enum status
		 record_details(struct catalog *, int64_t record, struct arena *,
		    const struct record_detail **, size_t *count, struct err *);
/* Its values are words or days that people look for, not codes. */
bool		 record_detail_is_words(const char *name);
/*
 * "" clears.  A draft: PERM_EDIT; a declared record: PERM_MANAGE and a reason, and a version is kept.
 * ST_INVALID: unknown name, a value that is none (names the detail).  ST_HELD: a hold, or recalled.
 */
MUST_CHECK enum status
		 record_details_put(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, const struct record_detail *, size_t count, const char *reason,
		    struct err *);

/* At most limit of what the caller may list; those of the same text last, the most alike first. */
MUST_CHECK enum status
		 record_twins(struct catalog *, const struct access *, int64_t record, size_t limit,
		    struct arena *, const struct record_twin **, size_t *count, struct err *);

/*
 * Also in this dossier, as a guest: no bytes are copied, rights stay those of the home (records.md
 * 16).  PERM_EDIT on the record, PERM_ADD on the dossier.  ST_EXISTS.  ST_HELD: it is not open.
 */
MUST_CHECK enum status
		 record_file(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t dossier, struct err *);
/* Out of it again.  ST_INVALID: its home.  ST_HELD: a hold, or the dossier is not open. */
MUST_CHECK enum status
		 record_unfile(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t dossier, struct err *);

/*
 * kind: replaces, amends, replies, cites, copy_of, annex_of, recalls, based_on.  other is a uid, or a
 * number and symbol ("15/QĐ-SDL") of a record that need not be here.  PERM_EDIT.  ST_EXISTS.
 * ST_NOT_FOUND: the record, or a uid that is absent or hidden.  ST_INVALID: kind, text, itself.
 */
MUST_CHECK enum status
		 relation_add(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, const char *kind, const char *other, struct err *);
/* ST_NOT_FOUND: not of this record. */
MUST_CHECK enum status
		 relation_end(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, const char *uid, struct err *);
/* Both ways; of absent ones those that have arrived since are shown. */
MUST_CHECK enum status
		 relation_list(struct catalog *, const struct access *, int64_t record,
		    struct arena *, const struct relation **, size_t *count, struct err *);

/*
 * Draws the next number of the year for a record (D17): "in" gives it the arrival number and day,
 * "out" the document's number.  CAP_INGEST and PERM_EDIT.  ST_EXISTS: it has one.  ST_CONFLICT: out,
 * and the record has a number already.  ST_HELD: no draft.
 */
MUST_CHECK enum status
		 book_draw(struct catalog *, const struct actor *, const struct access *,
		    const char *book, int64_t record, int64_t *number, struct err *);
/* The registration is cancelled, the number stays void.  ST_NOT_FOUND.  ST_CONFLICT: void already. */
MUST_CHECK enum status
		 book_void(struct catalog *, const struct actor *, const struct access *,
		    const char *book, int year, int64_t number, const char *reason, struct err *);
/* By number; what the record says only where the caller may see it.  limit 1..500. */
MUST_CHECK enum status
		 book_list(struct catalog *, const struct access *, const char *book, int year,
		    int64_t after, size_t limit, struct arena *, const struct book_entry **,
		    size_t *count, struct err *);

/*
 * Takes the best open suggestion of every empty field of the drafts at home in a dossier, where it
 * is at least so sure (0.5..1), at most limit records; *accepted counts suggestions, *more: there is
 * more to do.  Each as suggestion_decide would.  PERM_EDIT on the dossier.
 */
MUST_CHECK enum status
		 suggestions_accept(struct catalog *, const struct actor *, const struct access *,
		    int64_t dossier, double confidence, size_t limit, size_t *accepted, bool *more,
		    struct err *);

void		 relation_json(struct json_out *, const struct relation *);
void		 book_entry_json(struct json_out *, const struct book_entry *);

#ifdef __cplusplus
}
#endif
#endif
