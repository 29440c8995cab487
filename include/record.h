/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RECORD_H
#define RECORD_H
#include "access.h"
#include "base.h"
#include "catalog.h"
#include "page_mark.h"

/*
 * Records, their components and renditions, pages and suggestions.  A hidden record is
 * ST_NOT_FOUND in every function that takes an access.
 */
enum record_reading {		/* D13 */
	READING_WAITING, READING_READING, READING_READ, READING_PARTIAL, READING_REFUSED,
	READING_FAILED, READING_COUNT
};

/* The fields of a record that a person edits and a suggestion may fill. */
enum record_field {
	FIELD_NUMBER,		/* "15": the number alone */
	FIELD_SYMBOL,		/* "QĐ-SDL": number and symbol together are the notation */
	FIELD_ISSUED,		/* YYYY-MM-DD; YYYY-MM or YYYY where no more is known (TT 05/2025) */
	FIELD_TYPE,		/* type code of TT 05/2025 / NĐ 30 PL III ("QĐ", "CV" ...) */
	FIELD_SUBJECT,		/* trích yếu */
	FIELD_ISSUER,
	FIELD_SIGNER,
	FIELD_URGENCY,		/* "", "KHẨN", "THƯỢNG KHẨN", "HỎA TỐC" */
	FIELD_LANGUAGE,		/* "vi", "en" */
	FIELD_SIGNER_POST,	/* "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC" */
	FIELD_COUNT
};

struct record {
	int64_t			 id;
	const char		*uid;
	const char		*state;		/* "draft", "declared", ... */
	const char		*field[FIELD_COUNT];	/* accepted metadata; NULL = none */
	int			 level, effective_level;
	const char		*use_mode;
	enum record_reading	 reading;
	const char		*reading_reason;	/* or NULL */
	bool			 quarantine;	/* secret mark: for PERM_EDIT with CAP_INGEST only */
	int64_t			 pages;
	int64_t			 access_class, old_access_class;	/* old: until indexed again */
	int64_t			 index_seq;
	/* ETag; grows with every change but the steps of a reading under way (waiting, reading) */
	int64_t			 version;
	int64_t			 created_us;
	int64_t			 home;		/* dossier row id; 0 and NULLs: the caller may not list it */
	const char		*home_uid, *home_file_code, *home_title;
	int64_t			 batch;
	/* earliest record with the same bytes; 0: none, or the caller may not list it */
	int64_t			 duplicate_of;
};

/* A permission on a record: until the index knows its new class, the old one must grant it too (D1). */
static inline bool
record_can(const struct access *access, enum permission permission, const struct record *record)
{
	return access_can(access, permission, record->access_class) &&
	    (!record->old_access_class ||
		access_can(access, permission, record->old_access_class));
}

struct component {
	int64_t		 id;
	const char	*uid;
	int64_t		 record;
	int		 ordinal;
	const char	*role;			/* "main", "annex", "attachment" */
	const char	*name;			/* cleaned file name */
	const char	*sha256;		/* of its original */
	int64_t		 size;
	const char	*mime;			/* as classified; "application/octet-stream" before */
	const char	*format;		/* label or NULL */
	int		 first_page, last_page;	/* D6: range of the blob, 0,0 = all of it */
	int64_t		 pages;
	/* Page n is entry n + derived_before of the derived files of this uid (shared by a stack). */
	const char	*derived;
	uint32_t	 derived_before;
};

enum page_state { PAGE_WAITING, PAGE_READ, PAGE_BLANK, PAGE_REFUSED, PAGE_GIVEN_UP };

struct page {
	int		 no;			/* 1.. within the component */
	enum page_state	 state;
	const char	*reason;
	int		 width, height;		/* of the page as shown, pixels at dpi */
	int		 dpi, rotation;		/* degrees clockwise that were applied */
	double		 skew;			/* degrees corrected before reading */
	double		 confidence;		/* mean of words, 0..100; -1 = not from OCR */
	const char	*source;		/* "text", "ocr", "ocr-render" */
	const char	*language;		/* "vi", "en" or NULL */
	const char	*warnings;		/* or NULL */
	int		 tries;
	int		 words;
	const char	*image_mime;		/* display image, NULL = none */
	int		 image_width, image_height;
	int		 turn;			/* by hand on top of it: 0, 90, 180, 270 clockwise */
	int		 dark_edge;		/* per cent of the edge that is darkest; -1 = not measured */
	int		 printed_no;		/* the number printed on the page, 0 = none read */
	const char	*image_hash;		/* hex, alike where pages look alike; NULL = none */
	int64_t		 text_hash;		/* alike where their words are; 0 = too few words */
	/* Written with the page; read by page_marks(), here 0 then. */
	const struct page_mark *mark;
	size_t		 mark_count;
};

struct suggestion {
	int64_t			 id;
	enum record_field	 field;
	const char		*value;
	int			 page;		/* 0 = none */
	int			 box[4];	/* x y w h in the page's pixels, w = 0: none */
	double			 confidence;	/* 0..1 */
	const char		*method;	/* "header-text", "file-name" */
	const char		*state;		/* "new", "accepted", "edited", "rejected" */
};

/* What a reading found that is no field of the record; nobody decides about it. */
enum reading_kind {
	FOUND_PLACE,		/* địa danh */
	FOUND_SUPERIOR,	/* cơ quan chủ quản */
	FOUND_ADDRESSEE,	/* Kính gửi */
	FOUND_RECIPIENT,	/* Nơi nhận, a line each */
	FOUND_CITATION,	/* number and symbol of a document that is cited */
	FOUND_CASE,		/* mã hồ sơ of the one-stop desk */
	FOUND_PROCEDURE,	/* mã thủ tục hành chính */
	FOUND_CODE,		/* payload of a bar code */
	FOUND_NUMBER,		/* printed part of a number that was written by hand; other evidence */
	FOUND_COUNT
};

struct reading_finding {
	enum reading_kind	 kind;
	const char		*value;
	int			 page;		/* 0 = none */
	int			 box[4];	/* as of a suggestion */
	double			 confidence;	/* 0..1 */
	const char		*method;
};

/* One arrived file. */
struct store;
struct arrival {
	const char	*sha256;		/* already in the store */
	int64_t		 size;
	const char	*name;			/* raw name; cleaned here */
	const char	*uid;			/* that it had elsewhere; NULL = a new one */
	const char	*key;			/* NULL, or unique: the same arrival told twice */
	const char	*origin;		/* "upload", "cli", "intake" */
	int64_t		 dossier;		/* 0 = inbox */
	int64_t		 batch;			/* 0 = none */
	const char	*field[FIELD_COUNT];	/* metadata given with it, or NULLs */
	int		 level;			/* -1 = the dossier's */
	bool		 unless_duplicate;	/* ST_EXISTS when the dossier has these bytes already */
	struct store	*store;			/* where they are, looked at once more, or NULL */
};

struct record_filter {
	int64_t		 dossier;		/* 0 = anywhere */
	int		 reading;		/* enum record_reading or -1 */
	int		 quarantine;		/* 0, 1, -1 = either */
	bool		 review;		/* only those with open suggestions or trouble */
	int64_t		 after;			/* cursor: id of the last one seen (newest first) */
	size_t		 limit;			/* 1..500 */
};

#ifdef __cplusplus
extern "C" {
#endif

const char	*record_reading_name(enum record_reading);	/* "waiting" ... */
const char	*record_field_name(enum record_field);		/* "number" ... */
/* -1 when unknown. */
int		 record_field_parse(struct span);
const char	*page_state_name(enum page_state);

/*
 * Checks and cleans given fields: NULL stays NULL, "" stays "" (clear), texts are brought to one
 * spelling, types to their code, urgency to its wording.  Results live in the arena.  ST_INVALID.
 */
MUST_CHECK enum status
		 record_fields_clean(const char *const in[FIELD_COUNT], struct arena *,
		    const char *out[FIELD_COUNT], struct err *);

/* A stack of arrivals. */
MUST_CHECK enum status
		 batch_open(struct catalog *, const struct actor *, const char *source, int64_t *id,
		    struct err *);

/*
 * Blob, component, rendition, record (draft), dossier item, read job and log entry in one
 * transaction; when it returns ST_OK the arrival may be acknowledged.  The key makes it
 * idempotent among the arrivals of one principal: told again it gives the same record, changed
 * nothing, *again true.
 * ST_NOT_FOUND / ST_DENIED: dossier hidden / no PERM_ADD, or a level above the clearance.  ST_HELD:
 * the dossier is not open.  ST_EXISTS (unless_duplicate): *record is the one that is there; a copy
 * the caller may not list is none; also: the uid given is in use.  ST_INVALID: a field (see
 * record_update), digest, uid or level.
 * ST_CONFLICT: the key was used for other bytes, or the bytes left the store meanwhile, by a disposal of
 * the same content: hand them in again.  ST_CORRUPT: the digest is known with another size.
 */
MUST_CHECK enum status
		 record_register(struct catalog *, const struct actor *, const struct access *,
		    const struct arrival *, int64_t *record, bool *again, struct err *);

/* By row id, or by uid (or row id as text).  Needs PERM_LIST or PERM_READ. */
MUST_CHECK enum status
		 record_load(struct catalog *, const struct access *, int64_t id, struct arena *,
		    struct record *, struct err *);
MUST_CHECK enum status
		 record_find(struct catalog *, const struct access *, const char *name,
		    struct arena *, struct record *, struct err *);
/* Many at once in one statement, for hits: found[i] tells whether ids[i] may still be read. */
MUST_CHECK enum status
		 record_load_hits(struct catalog *, const struct access *, const int64_t *ids,
		    size_t count, struct arena *, struct record *, bool *found, struct err *);
/*
 * Newest first, at most limit rows, filled whatever is hidden between them; ask again with after =
 * the last id until fewer come.  A constant number of statements; a million records and ten thousand
 * classes stay below a quarter of a second.
 * ST_NOT_FOUND: the dossier is absent or hidden.  ST_INVALID: limit or reading.
 */
MUST_CHECK enum status
		 record_list(struct catalog *, const struct access *, const struct record_filter *,
		    struct arena *, const struct record **, size_t *count, struct err *);
/* Of a record that the caller has loaded with its access: the functions below take none. */
MUST_CHECK enum status
		 record_components(struct catalog *, int64_t record, struct arena *,
		    const struct component **, size_t *count, struct err *);
/* Pages of a component, from..from+limit-1. */
MUST_CHECK enum status
		 record_pages(struct catalog *, int64_t component, int from, size_t limit,
		    struct arena *, const struct page **, size_t *count, struct err *);
MUST_CHECK enum status
		 record_page(struct catalog *, int64_t component, int no, struct arena *,
		    struct page *, struct err *);
/*
 * Page numbers of a record run over its components in order: record page -> component and page.
 * ST_NOT_FOUND beyond the end.
 */
MUST_CHECK enum status
		 record_locate_page(struct catalog *, int64_t record, int64_t page, struct arena *,
		    struct component *, int *no, struct err *);

/*
 * Sets fields (NULL = leave, "" = clear) when version is the current one (0 = any).  Suggestions of
 * the field become accepted (same value) or edited.  Needs PERM_EDIT.
 * ST_PRECONDITION: changed meanwhile.  ST_INVALID: date, unknown type, too long (subject 2000 bytes,
 * others 500).  ST_HELD: not a draft, or under a hold (hold.h).
 */
MUST_CHECK enum status
		 record_update(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int64_t version, const char *const field[FIELD_COUNT], struct err *);
/*
 * Level of the record itself; may change its class (indexed again).  Needs PERM_MANAGE.
 * ST_INVALID: not 0..3.  ST_DENIED: also above the caller's clearance.  ST_HELD: under a hold.
 */
MUST_CHECK enum status
		 record_set_level(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int level, struct err *);
/*
 * Moves its home to another dossier: PERM_EDIT on the record and PERM_ADD on the dossier.
 * ST_NOT_FOUND: record or dossier absent or hidden.  ST_HELD: not a draft, or one of the two
 * dossiers is not open, or a hold is on it.  Where it is at home already nothing changes.
 */
MUST_CHECK enum status
		 record_move(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, int64_t dossier, struct err *);
/*
 * Archivist's verdict on a secret-mark quarantine: release it to the index, for good.  PERM_EDIT
 * and CAP_INGEST.  ST_CONFLICT: it is not in quarantine.
 */
MUST_CHECK enum status
		 record_release(struct catalog *, const struct actor *, const struct access *,
		    int64_t id, struct err *);

MUST_CHECK enum status
		 suggestion_list(struct catalog *, int64_t record, struct arena *,
		    const struct suggestion **, size_t *count, struct err *);
/*
 * Fills empty fields of records, which the caller may read, with their surest open suggestion: of
 * records[i] those of the bits wanted[i].  One statement for each 64 records, none where nothing is
 * empty.  Values are in the arena.
 * ST_IO, ST_CORRUPT.
 */
MUST_CHECK enum status
		 suggestion_fill(struct catalog *, struct record *, const unsigned *wanted,
		    size_t count, struct arena *, struct err *);
const char	*reading_finding_name(enum reading_kind);	/* "place" ... */
/* By kind, page and as found.  Kinds of a later version are left out. */
MUST_CHECK enum status
		 reading_findings(struct catalog *, int64_t record, struct arena *,
		    const struct reading_finding **, size_t *count, struct err *);
/*
 * The value of a kind that was found first, of the first component that has one; NULL when none has.
 * ST_IO, ST_CORRUPT.
 */
MUST_CHECK enum status
		 reading_finding_first(struct catalog *, int64_t record, enum reading_kind,
		    struct arena *, const char **value, struct err *);
/*
 * Distinct accepted signers of records of levels 0 and 1, at most limit, in order of letters: to
 * compare a badly read name with.
 */
MUST_CHECK enum status
		 record_signers(struct catalog *, size_t limit, struct arena *,
		    const char *const **, size_t *count, struct err *);
/*
 * Accepting copies the value into the record (record_update's rules) and closes its rivals;
 * rejecting closes it.  Needs PERM_EDIT.  ST_NOT_FOUND: not of this record.  ST_CONFLICT: decided
 * already.  ST_HELD: not a draft.  ST_INVALID: the value is no possible one; type it.
 */
MUST_CHECK enum status
		 suggestion_decide(struct catalog *, const struct actor *, const struct access *,
		    int64_t record, int64_t suggestion, bool accept, struct err *);

/* Document types: code, vi name, en name, folded name; a const table (NĐ 30/2020 PL III, laws). */
struct record_type {
	const char	*code, *name_vi, *name_en;
	const char	*folded;		/* of name_vi, as text_fold gives it */
	const char	*exchange;		/* typeName of TT 05/2025: "01".."32" */
};
const struct record_type *
		 record_types(size_t *count);
/*
 * By code or by name with or without diacritics, any case; a code without its marks only where it
 * is the only one ("qd", but "da" is dự án and never đề án).  NULL when unknown.
 */
const struct record_type *
		 record_type_find(struct span);
/* "15/QĐ-SDL", "12-QĐ/TU" (Party style) from number and symbol; either may be NULL. */
void		 record_notation(const char *number, const char *symbol, struct strbuf *);

#ifdef __cplusplus
}
#endif
#endif
