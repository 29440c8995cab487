/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SEARCH_H
#define SEARCH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access.h"
#include "arena.h"
#include "err.h"
#include "record.h"
#include "span.h"
#include "strbuf.h"

/*
 * Full-text search over the records: what is put into the index, how a query is read, what is found
 * and where on which page.  Knows terms and records; asks neither catalogue nor store.
 *
 * The index is a directory with two Xapian databases (architecture D2): "open" for levels 0-1 and
 * "closed" for 2-3, which is opened and searched only for principals cleared for it.
 */
#define SEARCH_LAYOUT		"4"	/* in the metadata; another layout is ST_UNSUPPORTED: reindex */
#define SEARCH_SLICE_WORDS	16000	/* words in one slice of positions (D7) */
#define SEARCH_SLICES_MAX	262143	/* of one record */

/* ------------------------------------------------------------------ index side */

/* A field of the record: accepted metadata, or a suggestion nobody has confirmed (D16). */
struct search_field {
	struct span	 value;		/* empty = none */
	bool		 suggested;
};

struct search_page {
	struct span	 text;		/* words_text of the page, or a person's correction (D5) */
	const char	*language;	/* "vi", "en" ...; NULL = found from the text */
};

struct search_document {
	int64_t			 record;	/* row id */
	const char		*uid;
	int64_t			 access_class;
	int			 level;		/* effective level */
	const char		*state;		/* "declared" ... */
	struct search_field	 field[FIELD_COUNT];	/* enum record_field */
	struct span		 place;		/* where it was issued, as it was read; of issuer: as well */
	const struct span	*details;	/* what else its metadata says, as words */
	size_t			 detail_count;
	const int64_t		*dossiers;	/* node ids of all dossiers it is in, home first */
	size_t			 dossier_count;
	const struct search_page *pages;	/* record pages 1.. in order; blank ones are empty */
	size_t			 page_count;
};

/* Slice i of a record holds words from first_word on of this record page; 0 = its metadata. */
struct search_slice {
	uint32_t	 page;
	uint32_t	 first_word;
};

struct search_index;

/* ------------------------------------------------------------------ query side */

enum search_problem_code {
	SEARCH_OK,
	SEARCH_TOO_LONG,	/* cut at at */
	SEARCH_TOO_MANY_WORDS,
	SEARCH_TOO_DEEP,
	SEARCH_OPEN_QUOTE,
	SEARCH_OPEN_GROUP,
	SEARCH_CLOSE_GROUP,	/* ")" without "(" */
	SEARCH_NO_OPERAND,	/* AND, OR, NOT or - with nothing beside it */
	SEARCH_ONLY_NOT,	/* only excluded words */
	SEARCH_BAD_DATE,
	SEARCH_BAD_NUMBER,
	SEARCH_BAD_VALUE,	/* a field without a value, or one that means nothing */
	SEARCH_BAD_DISTANCE,	/* NEAR/n with n out of 1..SEARCH_NEAR_MAX */
	SEARCH_SHORT_FORM,	/* * or ~ behind too few letters */
	SEARCH_FORM_PLACE,	/* * or ~ in quotes or beside NEAR */
	SEARCH_UNKNOWN_NAME,	/* no retention rule, hold or procedure is called so: nothing is found */
	SEARCH_MANY_FORMS,	/* a * or ~ stands for more words than are searched: the most frequent ones */
	SEARCH_LOOSE_QUOTE,	/* none that is left has this phrase: searched as words */
	SEARCH_UNREAD_NUMBER,	/* none that is left has this number: those with its symbol and no number, too */
	SEARCH_UNREAD_DATE,	/* none that is left has this date: those of the month or year without a day, too */
	SEARCH_PROBLEM_COUNT
};

/* What is wrong with a query and where: bytes in its text.  It was searched all the same. */
struct search_problem {
	enum search_problem_code	 code;
	size_t				 at, length;
};

#define SEARCH_QUERY_MAX	4096	/* bytes that are read of a query */
#define SEARCH_WORDS_MAX	64	/* words, phrases counted by their words */
#define SEARCH_DEPTH_MAX	16	/* groups in groups */
#define SEARCH_NEAR_DEFAULT	10
#define SEARCH_NEAR_MAX		99
#define SEARCH_PROBLEMS_MAX	8
#define SEARCH_LIMIT_MAX	200	/* hits of one answer */
#define SEARCH_OFFSET_MAX	10000
#define SEARCH_PAGES_MAX	200	/* pages told of one hit */

/*
 * A parsed query.  Language (docs: tangthu-search(7)):
 *	du lịch hải phòng	words: with marks they mean these marks (and, lower, the letters
 *				alone), without marks any marks
 *	"sở du lịch"		next to each other
 *	a NEAR/5 b		at most five words from each other, in any order; a or b may be
 *				quotes; NEAR alone is NEAR/10
 *	a AND b, a OR b, NOT a, -a, ( ); words alone in brackets are plain words
 *	phòn*			words that begin so, whatever their marks
 *	quyet~			words with a letter or two put wrong
 *	số: loại: ngày: năm: từ: đến: cơ quan: người ký: trích yếu: hồ sơ: trạng thái: mức:
 *	ngôn ngữ: trang: thời hạn: đến hạn: đang giữ: quy trình: người nộp: sắp xếp:
 *	number: type: date: year: from: to: issuer: signer: subject: dossier: state: level:
 *	language: page: retention: due: held: procedure: applicant: sort:
 *	15/QĐ-SDL		a document number anywhere: that record comes first
 * A phrase beside plain words, all of which no record has, is searched as more plain words.
 * A plain word that few records hold is also searched as what it may have been misread as (vanh0a),
 * and one that none holds as words a letter away.
 * Up to five plain words must all be there (when no record has them all, half of them, or any);
 * of more, as in a question or a pasted title, a fifth, and the ranking brings the best ones up.
 */
struct search_query;

/* Ids of the dossiers a name in the query means; none is fine.  Called from search_run's thread. */
typedef enum status (*search_resolve)(void *payload, struct span name, int64_t *ids, size_t max,
    size_t *count, struct err *);

/*
 * What only the catalogue knows of a record, by the dossiers it is in (D9): a change shows at the
 * next search, without indexing anything again.
 */
enum search_fact {
	SEARCH_RETENTION,	/* the rule that governs a dossier */
	SEARCH_DUE,		/* when it is due */
	SEARCH_HELD,		/* whether a hold lies on the record or above it */
	SEARCH_PROCEDURE,	/* under which a dossier was received at the one-stop desk */
	SEARCH_APPLICANT,	/* who applied for it; never counted as a facet */
	SEARCH_FACTS,
	SEARCH_DIVISIONS = SEARCH_APPLICANT
};
#define SEARCH_PERMANENT	UINT32_MAX

struct search_condition {
	enum search_fact fact;
	/*
	 * RETENTION: the code of a rule, or empty.  DUE: "overdue", "waiting", or empty.  HELD: "yes",
	 * "no", or the uid or name of a hold.  PROCEDURE: its code or TTHC code.  APPLICANT: words of the
	 * name.
	 */
	struct span	 value;
	/* RETENTION: years in from (SEARCH_PERMANENT), 0 = none.  DUE: days yyyymmdd, inclusive. */
	uint32_t	 from, to;
};

struct xap_groups; /* xap.h */

/*
 * The records for which a condition holds, as groups in the arena.  *known false: it names something
 * that is not there, or that the caller may not know of.  Called from search_run's thread.
 */
typedef enum status (*search_find_facts)(void *payload, const struct search_condition *,
    struct arena *, struct xap_groups *, bool *known, struct err *);

/*
 * What counts how much in the ranking.  The built-in ones were found with tests/perf/retrieval on
 * collections of statutes, regulations and encyclopaedia pages; it alone passes others.
 */
struct search_weights {
	double		 k1, b;		/* BM25 over records */
	double		 other_tone;	/* of a word typed with marks: OCR loses some */
	double		 bigram;	/* neighbours in any tone */
	double		 exact_pair;	/* neighbours of a short query with their tones */
	double		 misread;	/* what a rare word may have been misread or mistyped as */
	unsigned	 rare;		/* records that hold it, fewer than that */
	double		 number;	/* a document number: that record comes first */
	double		 unread;	/* its symbol, of a record whose number is not known */
	double		 digits;	/* 15 may be a record's number */
	double		 called;	/* and of "số 15" it is likely the number */
	unsigned	 depth;		/* records ordered again by their best page; 0 = none */
	double		 record;	/* share of the first stage in that sum */
	double		 page_k1, page_b; /* BM25 over pages */
	double		 other_page_b;	/* of pages in other languages than Vietnamese */
	double		 page_bigram;
	double		 page_exact_pair; /* also of a long query */
	double		 near;		/* words of the query close to each other */
	unsigned	 near_window;	/* words */
};

enum search_sort { SEARCH_RELEVANCE, SEARCH_NEWEST, SEARCH_OLDEST, SEARCH_BY_NUMBER, SEARCH_SORTS };

/* What hits can be counted by. */
enum search_facet_kind {
	SEARCH_TYPES, SEARCH_ISSUERS, SEARCH_STATES, SEARCH_LANGUAGES,	/* text */
	SEARCH_DOSSIERS, SEARCH_LEVELS, SEARCH_YEARS, SEARCH_MONTHS,	/* number */
	SEARCH_FACETS
};
#define SEARCH_FACETS_ALL	((1u << SEARCH_FACETS) - 1)

struct search_request {
	size_t			 offset, limit;
	enum search_sort	 sort;
	int64_t			 after;			/* the last record seen instead of an offset, 0 = none */
	unsigned		 facets;		/* bits 1 << kind */
	int			 deadline_ms;		/* 0 = none */
	const char		*type, *issuer, *state, *language;	/* facet choices, NULL / 0 = all */
	int			 year, month;		/* month only with year */
	const int		*level;
	int64_t			 dossier;
	int64_t			 record;		/* inside this one only */
	int64_t			 without;		/* not this one */
	const struct search_condition *conditions;	/* choices among what the catalogue knows */
	size_t			 condition_count;
	search_resolve		 resolve;		/* for hồ sơ:; NULL = nothing is found */
	search_find_facts	 find_facts;		/* for conditions; NULL = nothing is found */
	void			*payload;		/* of both */
	const struct xap_groups	*divisions;		/* counted beside the facets */
	size_t			 division_count;	/* XAP_DIVISIONS_MAX */
	const struct search_weights *weights;		/* NULL = the built-in ones */
	bool			 strict;		/* no phrase as words, no number or day that nobody has read */
	bool			 obsolete;		/* also revisions that are not in force any more */
	const int64_t		*hidden;		/* ascending ids of records to leave out */
	size_t			 hidden_count;
};

struct search_page_hit {
	uint32_t	 page;		/* record page, from 1 */
	uint32_t	 words;		/* different words of the query on it */
};

struct search_hit {
	int64_t				 record;
	int64_t				 access_class;	/* when it was indexed */
	unsigned			 suggested;	/* bit f: field f is a suggestion */
	bool				 in_fields;	/* something matched in its metadata */
	uint32_t			 best_page;	/* 0 = none: matched in fields only */
	const struct search_page_hit	*pages;		/* ascending */
	size_t				 page_count;
	bool				 more_pages;	/* SEARCH_PAGES_MAX was reached */
};

struct search_facet {
	const char	*text;		/* NULL where numbers are */
	int64_t		 number;	/* node id, level, year, yyyymm (00: only the year is known) */
	size_t		 count;
};
struct search_facets {
	const struct search_facet	*list;	/* by count; years and months newest first */
	size_t				 count;
};

struct search_result {
	struct search_hit	*hits;
	size_t			 count;
	size_t			 total;
	bool			 total_exact;	/* false: at least total, order and pages may be rough (deadline) */
	unsigned		 words, least;	/* of words plain words a hit holds least or more */
	size_t			 complete;	/* of total, those that hold all the plain words */
	bool			 relaxed;	/* least was lowered because nothing held more */
	struct search_facets	 facets[SEARCH_FACETS];
	const size_t *const	*groups;	/* of division i: records in each group 0..last */
	const struct search_problem *problems;	/* names that mean nothing, too many forms */
	size_t			 problem_count;
};

/* What was typed and what was searched for besides it. */
struct search_synonym {
	struct span	 term, also;
};

struct search_reader;

/* A range of bytes of a page's text. */
struct search_mark {
	size_t		 start, end;
};

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ index side */

/*
 * Opens DIR/open and DIR/closed for writing, making them when they are not there.  dir itself must
 * exist.  fresh: empties them, does not sync (building beside the live index; search_index_finish).
 * ST_BUSY: another indexer.  ST_UNSUPPORTED: another layout.  ST_CORRUPT, ST_IO, ST_FULL.
 */
MUST_CHECK enum status
		 search_index_open(struct search_index **, const char *dir, bool fresh,
		    struct err *);
/*
 * Every change up to this index_seq is in the committed index (D8); 0 in a new one.  The two
 * databases are committed one after the other: the lower mark counts, putting again is harmless.
 */
int64_t		 search_index_mark(const struct search_index *);
/*
 * Puts or replaces a record.  slices may be NULL; else *slices (malloc'd, the caller frees it) and
 * *slice_count say where each page went, for the derived ZIP.
 * ST_INVALID: ids, level or type out of range.  ST_TOO_LARGE: more than SEARCH_SLICES_MAX slices.
 */
MUST_CHECK enum status
		 search_index_put(struct search_index *, const struct search_document *,
		    struct search_slice **slices, size_t *slice_count, struct err *);
/* Not there any more (destroyed, quarantined); ST_OK also when it never was. */
MUST_CHECK enum status
		 search_index_delete(struct search_index *, int64_t record, struct err *);
/* Pages put since the last commit. */
size_t		 search_index_pending(const struct search_index *);
/* All puts and deletes become durable and findable together with the mark. */
MUST_CHECK enum status
		 search_index_commit(struct search_index *, int64_t mark, struct err *);
/* Forgets what was not committed. */
void		 search_index_close(struct search_index *);
void		 search_index_closep(struct search_index **);
/*
 * Puts the finished index built in the directories fresh, no record in two of them and each with the
 * same mark, in the place of live: compacts them into one, syncs, renames, and removes them.  None may
 * be open for writing.  Readers move over at their next search.
 */
MUST_CHECK enum status
		 search_index_swap(const char *const fresh[], size_t count, const char *live,
		    struct err *err);
/* Structure of both databases (slow); problems counts, report says. */
MUST_CHECK enum status
		 search_index_check(const char *dir, struct strbuf *report, size_t *problems,
		    struct err *);

/* ------------------------------------------------------------------ query side */

/* The built-in ones. */
const struct search_weights *
		 search_weights(void);
/* Never fails: a broken query is searched as words and has problems.  The caller frees it. */
struct search_query *
		 search_query_new(struct span text);
void		 search_query_free(struct search_query *);
void		 search_query_freep(struct search_query **);
/*
 * Wherever the plain words of term stand in the query, also is searched for as well (synonym.h reads
 * the list).  At most 16 places of a query; parts of document numbers are left alone.
 */
void		 search_query_also(struct search_query *, struct span term, struct span also);
#define SEARCH_SYNONYMS_MAX	16
/* Those that were met in the query, each once; borrowed from it. */
size_t		 search_query_synonyms(const struct search_query *, struct search_synonym *,
		    size_t max);
/* Nothing to search for: no words and no conditions. */
bool		 search_query_empty(const struct search_query *);
/* At most SEARCH_PROBLEMS_MAX; borrowed. */
size_t		 search_query_problems(const struct search_query *, const struct search_problem **);
/* A sentence for the user in "vi" or "en". */
const char	*search_problem_text(enum search_problem_code, const char *language);
/*
 * Appends the query as it was understood, in the query language: what was left out of it is not
 * there, and parsing it again gives the same query without a problem.  Words that made a document
 * number only together with what was left out are plain words then.
 */
void		 search_query_write(const struct search_query *, struct strbuf *);
/* How the query wants its hits in order; false when it does not say. */
bool		 search_query_sort(const struct search_query *, enum search_sort *);
/* Appends how the query was understood, for tests: (AND (WORDS "a" "b") (DATE 2020 2020)). */
void		 search_query_describe(const struct search_query *, struct strbuf *);

/*
 * A reader of the index in dir, for one thread.  ST_NOT_FOUND: there is no index yet.
 * ST_UNSUPPORTED: another layout: reindex.
 */
MUST_CHECK enum status
		 search_reader_open(struct search_reader **, const char *dir, struct err *);
void		 search_reader_close(struct search_reader *);
void		 search_reader_closep(struct search_reader **);
/* For the operator: documents in both databases. */
MUST_CHECK enum status
		 search_reader_count(struct search_reader *, uint64_t *count, struct err *);
/* The lower mark of the two databases as the reader sees them now. */
MUST_CHECK enum status
		 search_reader_mark(struct search_reader *, int64_t *mark, struct err *);
/* For verify: ids >= from of all indexed records with class and level, ascending. */
struct search_entry {
	int64_t		 record;
	int64_t		 access_class;
	int		 level;
	bool		 closed;	/* stands in the closed database */
};
MUST_CHECK enum status
		 search_reader_entries(struct search_reader *, bool closed, int64_t from,
		    struct search_entry *, size_t max, size_t *count, struct err *);

/*
 * Searches the newest state of the index.  Only what access admits is found, counted and in facets;
 * the caller checks every hit once more in the catalogue (the index may lag) and drops the others.
 * An empty query finds everything, newest first.  Retries when the index moves on.
 * ST_TIMEOUT: deadline.  ST_INVALID: offset or limit over the caps.  ST_CONFLICT: the record of after
 * is gone: begin the list again.  ST_BUSY: the index was
 * changing too fast.  *result is the caller's (search_result_free).
 */
MUST_CHECK enum status
		 search_run(struct search_reader *, const struct search_query *,
		    const struct access *, const struct search_request *,
		    struct search_result **result, struct err *);
/*
 * Did you mean, and how the last word may go on.  Both know only words that at least
 * SEARCH_SUGGEST_RECORDS records of the open index tell which the access admits, counted for this
 * caller: two archives that differ in what the caller may not read give the same answer.
 */
#define SEARCH_SUGGEST_RECORDS	3
#define SEARCH_SUGGEST_WORDS	5000	/* that begin so, or are like one; in order of spelling */
#define SEARCH_COMPLETIONS_MAX	10
struct search_suggest {
	struct span	 text;		/* as it stands in the field */
	const int64_t	*hidden;	/* as in search_request */
	size_t		 hidden_count;
	int		 deadline_ms;	/* 0 = none */
};
struct search_suggestions {
	const char	*corrected;	/* the whole text with likelier words, or NULL */
	const char	*completion[SEARCH_COMPLETIONS_MAX];	/* of the last word, likeliest first */
	size_t		 completion_count;
	bool		 whole;		/* false: chosen among the first SEARCH_SUGGEST_WORDS words */
};
/* Strings are in the arena.  ST_TIMEOUT, ST_BUSY. */
MUST_CHECK enum status
		 search_suggest(struct search_reader *, const struct access *,
		    const struct search_suggest *, struct arena *, struct search_suggestions *,
		    struct err *);
void		 search_result_free(struct search_result *);
void		 search_result_freep(struct search_result **);

/*
 * How a text holds words of the query; a word without marks is as typed in any spelling.  LOOSELY: in
 * other marks, or what they also mean (search_query_also).  NEARLY: only what a word may have been
 * misread as, or mistyped for.
 */
enum search_match { SEARCH_NOT_THERE, SEARCH_NEARLY, SEARCH_LOOSELY, SEARCH_AS_TYPED };
enum search_match search_match_text(const struct search_query *, struct span text);

/*
 * Every place of a page's text that the query matches, ascending, not overlapping; *marks is
 * malloc'd.  Words that are excluded mark nothing; a phrase marks where it stands whole, or else
 * its words.
 */
size_t		 search_marks(const struct search_query *, struct span page,
		    struct search_mark **marks);
/*
 * Appends a piece of the page's text around the densest match, about max_chars characters, cut at
 * words, white space made one space, with "… " or " …" where it was cut.  *marks (malloc'd) are
 * ranges in what was appended, counted from its begin.  Without a match: the begin of the text.
 * *match: how the whole page holds the words, as search_match_text.
 */
size_t		 search_snippet(const struct search_query *, struct span page, size_t max_chars,
		    struct strbuf *out, struct search_mark **marks, enum search_match *match);

#ifdef __cplusplus
}
#endif
#endif
