/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECORD_PARTS_H
#define RECORD_PARTS_H
#include "access_filter.h"
#include "catalog_parts.h"
#include "db.h"
#include "record.h"

/* What the modules of records share.  Private to core. */

/* Columns of record by enum record_field; names of fields are record_field_name(). */
extern const char *const record_field_column[FIELD_COUNT];

/* A whole struct record; the tables bring the home dossier and the record it duplicates. */
#define RECORD_COLUMNS \
	"r.id, r.uid, r.state, r.number, r.symbol, r.issued, r.type_code, r.subject, r.issuer," \
	" r.signer, r.urgency, r.language, r.signer_post, r.level, r.effective_level, r.use_mode, r.reading," \
	" r.reading_reason, r.quarantine, r.pages, r.access_class, r.old_access_class," \
	" r.index_seq, r.version, r.created, r.batch, h.dossier, n.uid, d.file_code, n.title," \
	" n.access_class, r.duplicate_of, u.access_class, u.old_access_class, u.quarantine"
#define RECORD_TABLES \
	" record r LEFT JOIN dossier_item h ON h.record=r.id AND h.home=1" \
	" LEFT JOIN dossier d ON d.node=h.dossier LEFT JOIN node n ON n.id=h.dossier" \
	" LEFT JOIN record u ON u.id=r.duplicate_of"
/*
 * Fills *record from a row of RECORD_COLUMNS.  With an access, what the caller may not know of is
 * left out (home dossier, duplicate); whether the record itself may be seen is the caller's check.
 */
void record_from_row(struct db_row *, const struct access *, struct arena *, struct record *);
/* By row id without any check: for the indexer and inside changes.  ST_NOT_FOUND. */
MUST_CHECK enum status record_load_any(
    struct catalog *, int64_t id, struct arena *, struct record *, struct err *);
/*
 * For a change: the record as the caller sees it, ST_NOT_FOUND when hidden, ST_DENIED without the
 * permission.
 */
MUST_CHECK enum status record_load_for(struct catalog *, const struct access *, enum permission,
    int64_t id, struct arena *, struct record *, struct err *);

/* Untrusted text as one line of one spelling, at most max bytes of it. */
char *record_line(const char *value, size_t max, struct arena *);
/* The key under which number and symbol are found, NULL when they are none (text_number_parse). */
const char *record_number_key(const char *number, const char *symbol, struct arena *);

/* Closes open suggestions of the fields that a person set; *closed counts them. */
MUST_CHECK enum status suggestions_close(struct catalog *, int64_t record,
    const char *const field[FIELD_COUNT], int64_t principal, int64_t *closed, struct err *);
/* Replaces the open suggestions of a component by what its reading found. */
MUST_CHECK enum status suggestions_replace(struct catalog *, int64_t record, int64_t component,
    const struct suggestion *, size_t count, struct err *);
/* In place of what an earlier reading of the component found. */
MUST_CHECK enum status reading_findings_replace(struct catalog *, int64_t record, int64_t component,
    const struct reading_finding *, size_t count, struct err *);
/* Open ones only, or all. */
MUST_CHECK enum status suggestions_load(struct catalog *, int64_t record, bool open_only,
    struct arena *, const struct suggestion **, size_t *count, struct err *);

/* index_seq of the record moves on (D8), and its version when wanted; inside a transaction. */
MUST_CHECK enum status record_touch(struct catalog *, int64_t id, bool version, struct err *);
/* A change of a record in the log: detail is a JSON object or NULL. */
MUST_CHECK enum status record_log(struct catalog *, const struct actor *, const char *action,
    const char *uid, const char *detail, struct err *);

/* The marks of a page as its reading found them, in place of those of an earlier one. */
MUST_CHECK enum status page_marks_replace(
    struct catalog *, int64_t component, const struct page *, struct arena *, struct err *);

/* Fills in component and page no of each place in one statement for every PAGE_SLOTS of them. */
#define PAGE_SLOTS DB_IDS_MAX
struct page_place;
MUST_CHECK enum status record_place_pages(
    struct catalog *, struct page_place *, size_t count, struct arena *, struct err *);

/* One component by its id.  ST_NOT_FOUND. */
MUST_CHECK enum status component_load(
    struct catalog *, int64_t id, struct arena *, struct component *, struct err *);

/* A growing array of rows in an arena: room for one more element of size bytes. */
struct row_list {
	struct arena *arena;
	void *rows;
	size_t count, room;
};
void *row_list_add(struct row_list *, size_t size);

#endif
