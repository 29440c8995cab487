/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef XAP_H
#define XAP_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access.h"
#include "err.h"
#include "span.h"
#include "strbuf.h"

/*
 * Xapian behind a C interface.  core/xap.cc is the only file that includes <xapian.h> and the only
 * C++ (law).  No exception leaves it, running out of memory included.  What never leaves it either:
 * estimates, bounds, term frequencies, weights, per cents, the lexicon (D2).
 *
 * A document's id is the record's row id, so a record cannot stand twice in one database, and the
 * two databases (D2) can be matched together without confusion.
 *
 * Beside terms a document has one row of columns, kept in value slot 0 and held in memory by every
 * reader: rights, facets, date filter and date order are read from there.
 *
 * Every function that returns a status can return: ST_BUSY (somebody else holds the write lock),
 * ST_CORRUPT, ST_IO, ST_FULL, ST_UNSUPPORTED (made by another layout or Xapian), ST_INTERNAL.
 * Comments name the others.  Threads: one handle belongs to one thread at a time; different
 * handles are independent.
 */
struct xap_writer;
struct xap_reader;
struct xap_hits;

#define XAP_ID_MAX	1000000000	/* of a record: 32 bits, shared by the databases of a reader */
#define XAP_TERM_MAX	230		/* bytes of a term; a longer one is cut and ends in its hash */
#define XAP_NODES_MAX	20000		/* of one query */
#define XAP_DEPTH_MAX	40
#define XAP_FACETS_MAX	65535		/* different values of one label that are counted */
#define XAP_LABEL_MAX	200		/* bytes of a label */
#define XAP_FORMS_RANKED 10u		/* most frequent forms of a PREFIX or FUZZY that weigh */

/* Words that a record bears for facets and choices. */
enum xap_label { XAP_TYPE, XAP_ISSUER, XAP_STATE, XAP_LANGUAGE, XAP_LABELS };

/* What the index keeps of a record beside its terms. */
struct xap_row {
	uint32_t	 access_class;
	uint8_t		 level;		/* enum level */
	uint16_t	 flags;		/* the caller's */
	uint32_t	 date;		/* yyyymmdd, parts unknown are 00; 0 = none */
	uint32_t	 number;	/* for order; 0 = none */
	uint16_t	 pages;		/* UINT16_MAX = so many or more */
	uint32_t	 dossier;	/* home; 0 = none */
	struct span	 label[XAP_LABELS];	/* empty = none */
};

enum xap_open {
	XAP_CREATE = 1u << 0,	/* make it when it is not there */
	XAP_FRESH = 1u << 1,	/* begin with an empty one */
	XAP_NO_SYNC = 1u << 2	/* for building beside the live one: sync the files afterwards */
};

/* One database that a reader looks into. */
struct xap_shard {
	const char	*path;
	int		 level;		/* enum level: searched only for clearances from here up */
};

/*
 * A query as a tree in the caller's memory (an arena); it is read during the call only.  text is a
 * whole term with its prefix.
 */
enum xap_op {
	XAP_NOTHING,
	XAP_ALL,
	XAP_TERM,		/* text */
	XAP_AND,		/* all children; none: everything */
	XAP_OR,			/* any child; none: nothing */
	XAP_NOT,		/* first child without the others */
	XAP_MAYBE,		/* first child; the others only add weight */
	XAP_FILTER,		/* first child; the others must match and add no weight */
	/*
	 * Children are places: TERM, SPELLINGS, or OR or SYNONYM of TERMs; of NEAR also PHRASE.  AND
	 * everything that is cheaper to them.
	 */
	XAP_PHRASE,		/* children next to each other in this order */
	XAP_NEAR,		/* children within window positions of one slice, in any order */
	XAP_ON_SLICES,		/* every child somewhere on slices from..to (xap_request.page_of_slice) */
	XAP_DATES,		/* a date all of whose days lie in from..to (yyyymmdd, 00 and 99 are open) */
	XAP_MAYBE_DATES,	/* a date of which a day does, for all that is known */
	XAP_LEVELS,		/* level in from..to */
	XAP_LONG,		/* from pages at least */
	XAP_LABELLED,		/* label is text */
	XAP_GROUPED,		/* in any group of groups */
	XAP_PREFIX,		/* terms that begin with text; of more than window the most frequent ones
				   that stand in a record the access and the request admit */
	XAP_FUZZY,		/* terms with text's prefix at most distance letters from it, as above */
	XAP_SPELLINGS,		/* terms with text's prefix, of one letter, that fold to its word */
	XAP_SCALE,		/* weight of the only child times factor (0..1000) */
	/*
	 * The first child, a TERM; and when fewer than window records that the access and the request
	 * admit hold it, those of the other TERMs that no more hold; when none does, any of the others, a
	 * FUZZY among them, too (in words by xap_request.others).  In rank only the others weigh, as one term.
	 */
	XAP_RARELY,
	XAP_SYNONYM		/* children as if they were one term */
};

/*
 * A division of the records that is not in the index: a record belongs to the group of its home
 * dossier and to those that members name; each counts it once.  Borrowed during the call.
 */
struct xap_member {
	uint32_t	 record;
	uint16_t	 group;
};

struct xap_groups {
	const uint16_t	*of_dossier;	/* by id of the dossier; 0 = in none */
	size_t		 dossier_limit;	/* entries of of_dossier */
	const struct xap_member *member; /* ascending by record, then group; no two the same */
	size_t		 member_count;
	uint16_t	 last;		/* the highest group; from 1 */
};
#define XAP_DIVISIONS_MAX	4	/* of one request */

struct xap_node {
	enum xap_op			 op;
	struct span			 text;
	double				 factor;
	unsigned			 window;
	unsigned			 distance;
	uint32_t			 from, to;
	enum xap_label			 label;
	size_t				 count;
	const struct xap_node *const	*child;
	const struct xap_groups		*groups;
};

/*
 * The second stage of ranking: the first depth records are weighed again by their best slice (D7),
 * of which the words of the query, in order, stand together on one page or only all over the record.
 */
struct xap_word {
	struct span	 toned, folded;	/* without prefix */
	bool		 marked;	/* other tones count as little as folded does */
	bool		 joined;	/* stands right behind the word before */
};

/* What a document's data tells of one slice. */
struct xap_slice_size {
	uint32_t	 words;
	bool		 pairs;		/* neighbours mean something: not in English */
};

struct xap_slices {
	const char	*toned, *folded, *bigram;	/* prefixes; toned has positions */
	const struct xap_word *words;
	size_t		 word_count;	/* at most 64 are looked at */
	size_t		 depth;		/* records weighed again */
	/* The slices of a document from its data; returns how many it wrote. */
	size_t		(*sizes)(struct span data, struct xap_slice_size *out, size_t max);
	double		 record;	/* share of the first stage in the sum */
	double		 k1, b;		/* of BM25 over slices */
	double		 plain_b;	/* instead of b where neighbours mean nothing */
	double		 other_tone;	/* weight of a marked word in another tone */
	double		 pair;		/* neighbours of the query that are neighbours here */
	double		 exact_pair;	/* and with the tones that were typed */
	double		 near;		/* words of the query within near_window positions */
	unsigned	 near_window;
};

enum xap_sort { XAP_BY_RELEVANCE, XAP_NEWEST_FIRST, XAP_OLDEST_FIRST, XAP_BY_NUMBER };

/* Labels are facets under their own number. */
enum xap_facet_kind {
	XAP_BY_TYPE, XAP_BY_ISSUER, XAP_BY_STATE, XAP_BY_LANGUAGE,
	XAP_BY_DOSSIER, XAP_BY_LEVEL, XAP_BY_YEAR, XAP_BY_MONTH,
	XAP_FACETS
};
#define XAP_FACET(kind)	(1u << (kind))
#define XAP_YEAR_MAX	2999	/* in facets */

enum xap_others {
	XAP_OTHERS_OF_HELD,	/* while any record holds the first child */
	XAP_OTHERS_NEVER,
	XAP_OTHERS_ALWAYS
};

struct xap_request {
	/*
	 * A record matches when words worth at least least units match, and filter does.  words
	 * (TERM, PREFIX, FUZZY, RARELY, SPELLINGS, or SYNONYM of those and of AND of TERMs) may be none, filter NULL is
	 * everything.  They alone decide what is found, counted and in facets.
	 */
	const struct xap_node *const	*words;
	const unsigned			*units;	/* what a word counts, NULL = 1 each */
	size_t				 word_count;
	unsigned			 least;
	unsigned			 full;	/* units that make a record complete */
	enum xap_others			 others; /* of a RARELY in words */
	const struct xap_node		*filter;
	/*
	 * What orders them; NULL = by id, newest first.  Each TERM, PREFIX, FUZZY, SPELLINGS, SYNONYM,
	 * PHRASE, NEAR and AND of TERMs in it that a record holds adds its weight; of NOT and FILTER only
	 * the first child counts, PHRASE, NEAR and AND in a FILTER only where its other TERMs stand.
	 */
	const struct xap_node		*rank;
	double				 k1, b;	/* of BM25 */
	const struct xap_slices		*slices;	/* NULL = one stage; for XAP_BY_RELEVANCE */

	uint32_t			 date_from, date_to;	/* yyyymmdd inclusive, 0 = open */
	const int64_t			*hidden;	/* record ids, ascending: not there */
	size_t				 hidden_count;

	enum xap_sort			 sort;
	size_t				 offset, limit;
	int64_t				 after;		/* record of the last hit seen, 0 = none: offset is 0 */
	unsigned			 facets;	/* bits XAP_FACET(kind) */
	const struct xap_groups		*divisions;	/* counted, too */
	size_t				 division_count;
	int64_t				 deadline_us;	/* monotonic_us(), 0 = none */
	/* Page of a slice by a document's data; NULL, or no data: slice n is page n. */
	uint32_t			 (*page_of_slice)(struct span data, uint32_t slice);
};

struct xap_hit {
	int64_t		 record;
	struct xap_row	 row;		/* labels are borrowed from the hits */
	struct span	 data;		/* as put with the document, borrowed from the hits */
	uint32_t	 best_slice;	/* of the second stage, 0 = none: nothing beyond slice 0 */
};

struct xap_facet {
	struct span	 value;		/* of labels, borrowed from the hits */
	uint32_t	 number;	/* dossier, level, yyyy or yyyymm (00: only the year is known) */
	size_t		 count;
};

/* A slice (D7) of a hit in which something of the query stands. */
struct xap_slice {
	uint32_t	 slice;
	uint32_t	 count;		/* occurrences, counted up to 255 a term */
	uint64_t	 groups;	/* bit g: a term of group g stands here */
};

/* A word to look for in positions: group is 0..63, several words may share one. */
enum xap_form { XAP_WHOLE, XAP_BEGINS, XAP_LIKE };
struct xap_place {
	struct span	 word;		/* toned; or, when any_tone, */
	bool		 any_tone;	/* folded: every toned spelling of it counts */
	enum xap_form	 form;		/* with any_tone */
	unsigned	 distance;	/* of XAP_LIKE */
	unsigned	 group;
};

#ifdef __cplusplus
extern "C" {
#endif

/* --- writer: one in the whole archive --- */

/*
 * Opens a database for writing and takes its lock.  *writer is NULL on failure.
 * ST_NOT_FOUND: not there and no XAP_CREATE.
 */
MUST_CHECK enum status
		 xap_writer_open(struct xap_writer **, const char *path, unsigned flags,
		    struct err *);
/* Starts a new document; whatever was begun and not put is forgotten. */
void		 xap_begin(struct xap_writer *);
/* wdf is added to the term's frequency in the document; 0 for terms that only filter. */
void		 xap_add_term(struct xap_writer *, const char *prefix, struct span term,
		    unsigned wdf);
/* The same with a position. */
void		 xap_add_posting(struct xap_writer *, const char *prefix, struct span term,
		    uint32_t position, unsigned wdf);
void		 xap_set_row(struct xap_writer *, const struct xap_row *);
void		 xap_set_data(struct xap_writer *, struct span);
/*
 * The document that was begun becomes that of the record, instead of any earlier one.
 * ST_INVALID: record is not in 1..XAP_ID_MAX, or the type is too long.
 */
MUST_CHECK enum status
		 xap_put(struct xap_writer *, int64_t record, struct err *);
/* ST_OK also when there is none. */
MUST_CHECK enum status
		 xap_delete(struct xap_writer *, int64_t record, struct err *);
MUST_CHECK enum status
		 xap_set_metadata(struct xap_writer *, const char *key, struct span value,
		    struct err *);
/* Appends the value as this writer would commit it; nothing when it is not set. */
MUST_CHECK enum status
		 xap_writer_metadata(struct xap_writer *, const char *key, struct strbuf *value,
		    struct err *);
/* Everything since the last commit becomes durable and visible at once, or nothing does. */
MUST_CHECK enum status
		 xap_commit(struct xap_writer *, struct err *);
/* Forgets everything since the last commit. */
MUST_CHECK enum status
		 xap_cancel(struct xap_writer *, struct err *);
/* Forgets what was not committed and lets the lock go. */
void		 xap_writer_close(struct xap_writer *);
void		 xap_writer_closep(struct xap_writer **);
/* Copies databases without documents in common into one dense new one. */
MUST_CHECK enum status
		 xap_compact(const char *const from[], size_t count, const char *to,
		    struct err *);
/*
 * Checks the structure; appends what is wrong to report and counts it.  Slow: reads everything.
 * ST_NOT_FOUND.
 */
MUST_CHECK enum status
		 xap_check(const char *path, struct strbuf *report, size_t *problems,
		    struct err *);

/* --- reader --- */

/* Opens 1 to 64 shards; ST_NOT_FOUND names the missing one. */
MUST_CHECK enum status
		 xap_reader_open(struct xap_reader **, const struct xap_shard *shards,
		    size_t count, struct err *);
/* Moves on to the newest state of every shard (also one that was replaced by another directory). */
MUST_CHECK enum status
		 xap_refresh(struct xap_reader *, bool *changed, struct err *);
/* Documents of all shards: for the operator, never for a user. */
MUST_CHECK enum status
		 xap_count(struct xap_reader *, uint64_t *count, struct err *);
MUST_CHECK enum status
		 xap_metadata(struct xap_reader *, size_t shard, const char *key,
		    struct strbuf *value, struct err *);
/*
 * Record ids of a shard, ascending, from the first one >= from; *count < max at the end.  For
 * verify.
 */
MUST_CHECK enum status
		 xap_records(struct xap_reader *, size_t shard, int64_t from, int64_t *ids,
		    size_t max, size_t *count, struct err *);
/* The row of a record in a shard; labels are borrowed from the reader.  ST_NOT_FOUND.  For verify. */
MUST_CHECK enum status
		 xap_record_row(struct xap_reader *, size_t shard, int64_t record,
		    struct xap_row *, struct err *);
void		 xap_reader_close(struct xap_reader *);
void		 xap_reader_closep(struct xap_reader **);

/* --- search --- */

/*
 * Finds what the access admits (PERM_READ by class, level by clearance) and nothing else: the
 * others count nowhere.  Shards above the clearance are not looked into.  The caller frees *hits,
 * which must not outlive the reader.
 * ST_STALE: the index moved on; refresh and search again.  ST_TIMEOUT: the deadline passed before
 * anything could be ranked.  ST_LIMIT: the query is too big or too deep.
 * ST_CONFLICT: the record of after is not in the index any more.  ST_INVALID: a place of PHRASE, NEAR
 * or ON_SLICES is none.
 * A NULL access is a bug and aborts.
 */
MUST_CHECK enum status
		 xap_search(struct xap_reader *, const struct access *, const struct xap_request *,
		    struct xap_hits **, struct err *);
/*
 * Words of a layer of which at least least records that the access admits tell (PERM_READ by class,
 * open shards only), in order of spelling; the others do not exist for it: what is said depends on
 * nothing else in the index.
 */
struct xap_lexicon {
	const char	*prefix;	/* of the layer */
	struct span	 text;		/* words that begin so; or, with like, are one letter apart */
	bool		 like;
	int		 clearance;	/* at most: shards above are not looked into */
	unsigned	 least, most;	/* records that are counted of a word */
	size_t		 words;		/* words looked at that the access admits a record of */
	const int64_t	*hidden;	/* as in xap_request */
	size_t		 hidden_count;
	int64_t		 deadline_us;
};
typedef void	 (*xap_lexicon_take)(void *payload, struct span word, unsigned records);
/* *whole is false when there are more words than are looked at.  ST_STALE, ST_TIMEOUT. */
MUST_CHECK enum status
		 xap_lexicon(struct xap_reader *, const struct access *,
		    const struct xap_lexicon *, xap_lexicon_take, void *payload, bool *whole,
		    struct err *);
size_t		 xap_hits_count(const struct xap_hits *);
void		 xap_hits_at(const struct xap_hits *, size_t i, struct xap_hit *);
/*
 * The i-th PREFIX or FUZZY of words and filter that stands for more terms of admitted records than its
 * window, of which the most frequent were searched for; NULL behind the last one.  Borrowed from the request.
 */
const struct xap_node *
		 xap_hits_cut(const struct xap_hits *, size_t i);
/*
 * Everything that matches; *exact is false when the deadline came before the end, of the count or of the
 * second stage of ranking: at least so many.
 */
size_t		 xap_hits_total(const struct xap_hits *, bool *exact);
/* Whether a RARELY in words stood for more than its first child. */
bool		 xap_hits_widened(const struct xap_hits *);
/* Of the total, those whose words are worth full units; all when every word was asked for. */
size_t		 xap_hits_complete(const struct xap_hits *);
/*
 * Values of a facet that was asked for, the most frequent first; years and months from the newest.
 * Records without the value are in none.
 */
size_t		 xap_hits_facet(const struct xap_hits *, enum xap_facet_kind,
		    const struct xap_facet **);
/*
 * How many records of the division i are in each group 0..last; the entry of 0 means nothing.
 * NULL: none was counted.
 */
const size_t	*xap_hits_groups(const struct xap_hits *, size_t i);
/*
 * Slices of hit i in which places stand (terms of the layer prefix, which has positions),
 * ascending, at most max of them; *count is what was written.  A slice is position / XAP_SLICE.
 * ST_STALE as above.
 */
#define XAP_SLICE	16384u
MUST_CHECK enum status
		 xap_hits_slices(struct xap_hits *, size_t i, const char *prefix,
		    const struct xap_place *places, size_t place_count, struct xap_slice *out,
		    size_t max, size_t *count, struct err *);
void		 xap_hits_free(struct xap_hits *);
void		 xap_hits_freep(struct xap_hits **);

#ifdef __cplusplus
}
#endif
#endif
