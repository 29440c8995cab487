/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SEARCH_PARTS_H
#define SEARCH_PARTS_H
#include "arena.h"
#include "search.h"
#include "text.h"
#include "xap.h"

/* What the files of the search module share: the layout of the index and the parsed query. */

/* Prefixes of terms (vietnamese.md 3.3).  A term of text never begins with a capital. */
#define TERM_TONED "B" /* with positions */
#define TERM_FOLDED "F"
#define TERM_BIGRAM "P"
#define TERM_NEIGHBOURS "PX" /* neighbours that are no bigram */
#define TERM_UID "Q"
#define TERM_CLASS "XC"
#define TERM_DOSSIER "XD"
#define TERM_SIGNER "XG" /* folded word */
#define TERM_ISSUER "XI" /* folded word */
#define TERM_LANGUAGE "XL"
#define TERM_NUMBER "XN"       /* whole key */
#define TERM_NUMBER_PART "XNP" /* number, year, symbol, each part of the symbol */
#define TERM_STATE "XS"
#define TERM_TYPE "XT"
#define TERM_RECORD "XR"  /* row id */
#define TERM_SUBJECT "XU" /* folded word */

#define DATABASE_OPEN "open"
#define DATABASE_CLOSED "closed"
#define META_LAYOUT "layout"
#define META_MARK "mark"

#define YEAR_MIN 1800 /* of dates in queries: bounds the terms of a range */
#define YEAR_MAX 2199

/* ------------------------------------------------------------------ index side */

/*
 * The terms of a document, its row and data into the writer's new document.  Reports the slices
 * when slices is not NULL.
 */
MUST_CHECK enum status search_add_terms(struct xap_writer *, const struct search_document *,
    struct search_slice **slices, size_t *slice_count, struct err *);
/*
 * The data of a document says which pages took more than one slice.  Page of a slice; 0 is the
 * metadata.
 */
uint32_t search_page_of_slice(struct span data, uint32_t slice);
/* The size of each slice, at most max of them; returns how many. */
size_t search_slice_sizes(struct span data, struct xap_slice_size *out, size_t max);

/* ------------------------------------------------------------------ query side */

struct search_reader {
	char *dir;
	struct xap_reader *index;
};

/* After the index moved on: where commits follow each other at once, one of five tries is overtaken. */
#define SEARCH_RETRIES 20
/* The newest state; ST_UNSUPPORTED: another layout has taken its place. */
MUST_CHECK enum status search_reader_refresh(struct search_reader *, struct err *);

enum query_kind {
	QUERY_AND,
	QUERY_OR,
	QUERY_NOT, /* its one child must not match */
	QUERY_WORDS,
	QUERY_PHRASE,
	QUERY_NUMBER,	   /* số:15/QĐ-SDL */
	QUERY_NUMBER_PART, /* số:15, số:QĐ-SDL */
	QUERY_TYPE,
	QUERY_DATE,
	QUERY_ISSUER,
	QUERY_DOSSIER,
	QUERY_LANGUAGE,
	QUERY_NEAR,   /* children are phrases, close to each other */
	QUERY_SIGNER, /* words of the name */
	QUERY_STATE,
	QUERY_SUBJECT,	 /* words of it */
	QUERY_LEVEL,	 /* from..to */
	QUERY_PAGE,	 /* from..to: where the words must stand */
	QUERY_RETENTION, /* value, or from years */
	QUERY_DUE,	 /* value, or from..to */
	QUERY_HELD,	 /* value */
	QUERY_PROCEDURE, /* value */
	QUERY_APPLICANT, /* value */
	QUERY_SORT,	 /* never in the tree: sets the query's sort */
	QUERY_KIND_COUNT
};

/* hải, hải* or hải~: which words of a page it means. */
enum query_form { FORM_WORD, FORM_PREFIX, FORM_FUZZY };

struct query_word {
	struct span toned, folded; /* in the query's arena */
	bool marked, digits;
	bool clause;	   /* no bigram with the word before */
	bool joined;	   /* what stands between it and the word before belongs to both */
	size_t start, end; /* in the text of the query */
	size_t lead;	   /* where the first word of a chunk begins with its punctuation */
	size_t stop;	   /* behind its * or ~ */
	enum query_form form;
	unsigned distance; /* FUZZY: letters that may differ */
	unsigned group;	   /* number of the folded word among all of the query */
};

struct query_part {
	enum query_kind kind;
	bool soft;   /* WORDS: most of them are enough */
	bool strict; /* AND stands in it, also of a lone part that was all of its group */
	struct query_word *words; /* WORDS, PHRASE, ISSUER */
	size_t word_count;
	struct query_part **child;
	size_t child_count;
	uint32_t from, to;   /* DATE, DUE: yyyymmdd inclusive; LEVEL, PAGE; RETENTION: years */
	unsigned window;     /* NEAR: words from the one to the other */
	struct span value;   /* key, code or name */
	struct span raw;     /* the value as it was typed, without quotes */
	const char **values; /* TYPE: codes */
	size_t value_count;
};

/* Words [first, first + count) of a part also mean these. */
#define QUERY_ALSO_MAX 16   /* of one query */
#define QUERY_ALSO_WORDS 12 /* of either side */
struct query_also {
	const struct query_part *part;
	size_t first, count;
	struct span *words; /* folded */
	size_t word_count;
	struct search_synonym shown;
};

struct search_query {
	struct arena *arena;
	struct span text;	     /* as given, cut to the limit */
	struct query_part *root;     /* NULL = empty */
	struct query_part *soft;     /* the part of plain words at the top, or NULL */
	struct text_number *numbers; /* document numbers among the plain words */
	size_t number_count;
	size_t word_count, part_count;
	struct span groups[SEARCH_WORDS_MAX]; /* folded words, each once */
	bool negated;			      /* while parsing: inside NOT */
	size_t group_count;
	struct search_problem problems[SEARCH_PROBLEMS_MAX];
	size_t problem_count;
	enum search_sort sort;
	bool sorted;			/* the query says how */
	const struct query_part *paged; /* PAGE outside of NOT, or NULL */
	struct query_also also[QUERY_ALSO_MAX];
	size_t also_count;
	struct search_query *other; /* what is marked on pages that hold only the other form */
};

#define QUERY_NUMBERS_MAX 8
#define QUERY_PREFIX_MIN 2  /* letters before a * */
#define QUERY_FUZZY_MIN 4   /* letters before a ~ */
#define QUERY_MISREAD_MIN 3 /* letters: of two almost every other is another word */
#define QUERY_FUZZY_TWO 8   /* from so many letters on two of them may differ */
#define QUERY_PARTS_MAX 128

void query_problem(struct search_query *, enum search_problem_code, size_t at, size_t length);
struct query_part *query_part_new(struct search_query *, enum query_kind);
/* Both take over the child; neither fails: the lists are bounded by QUERY_PARTS_MAX. */
void query_part_add(struct search_query *, struct query_part *, struct query_part *child);
/* As search_query_describe; appends. */
void query_part_describe(const struct query_part *, struct strbuf *);
/* Words of text[from..to); false when SEARCH_WORDS_MAX was reached. */
bool query_part_add_words(
    struct search_query *, struct query_part *, size_t from, size_t to, bool clause);

/*
 * A field at text[at]: "số:", "cơ quan :" ...  Returns the end of its name and colon, or 0.
 */
size_t query_field_find(const struct search_query *, size_t at, int *field);
/*
 * The condition that stands at text[*at] behind the name of a field; *at moves behind it.  NULL when
 * it means nothing: the problem is noted and *at stays, so that it is read as words.
 */
struct query_part *query_field_read(struct search_query *, int field, size_t *at);

/* A value that is named: what kind of value. */
enum query_names {
	NAMES_LANGUAGE,
	NAMES_STATE,
	NAMES_LEVEL,
	NAMES_SORT,
	NAMES_RETENTION,
	NAMES_DUE,
	NAMES_HELD,
	NAMES_YEARS /* the word behind a number of years */
};
/* The code of a name in either language, with or without marks; NULL when it is none. */
const char *query_named(enum query_names, struct span name);

/* Does a folded word of a page fit one of the query? */
bool query_word_fits(const struct query_word *, struct span folded);
/* Long enough that a letter more or less leaves it the same word. */
bool query_word_may_be_mistyped(const struct query_word *);

/* Words of a field of its own, not of the text. */
static inline bool
query_is_name(const struct query_part *p)
{
	return p->kind == QUERY_ISSUER || p->kind == QUERY_SIGNER || p->kind == QUERY_SUBJECT;
}

bool query_is_one_of(char, const char *set); /* "\0" is of none */
/* What stands between words and operators: one of the six blanks of ASCII. */
bool query_is_space(char);
/* The document number of the query that a word is part of, or NULL. */
const struct text_number *query_number_of(const struct search_query *, const struct query_word *);
/* Does this stand for word at of the part, too? */
static inline bool
query_also_covers(const struct query_also *also, const struct query_part *part, size_t at)
{
	return also->part == part && at >= also->first && at < also->first + also->count;
}

/* AND or OR stands at the top, or in brackets around all of it. */
static inline bool
query_is_strict(const struct search_query *q)
{
	return q->root != NULL && (q->root->kind == QUERY_OR || q->root->strict);
}

/* Bytes up to the next space, quote or bracket. */
size_t query_chunk_end(struct span text, size_t at);
/* Length of the quotation mark at text[at], or 0. */
size_t query_quote_length(struct span text, size_t at);

/* --- from parts to nodes --- */

enum query_loose {
	LOOSE_DATES = 1,   /* days may be unread */
	LOOSE_NUMBERS = 2, /* numbers may be unread */
	LOOSE_PHRASES = 4, /* are words */
	LOOSE_ALL = 7
};

struct query_plan {
	struct arena *arena;
	const struct search_query *query;
	const struct search_weights *weights;
	search_resolve resolve;
	search_find_facts find_facts;
	void *payload;
	struct search_problem unknown[SEARCH_PROBLEMS_MAX]; /* names that mean nothing */
	size_t unknown_count;
	const struct xap_node *filter; /* or NULL */
	const struct xap_node *rank;   /* or NULL */
	struct xap_slices slices;      /* word_count 0 = no second stage */
	const struct xap_node *words[SEARCH_WORDS_MAX + QUERY_NUMBERS_MAX];
	unsigned units[SEARCH_WORDS_MAX + QUERY_NUMBERS_MAX];
	size_t word_count;		     /* entries of words */
	unsigned different;		     /* plain words, each once */
	size_t number_at[QUERY_NUMBERS_MAX]; /* in words; SIZE_MAX: not among those of the top */
	unsigned loose;			     /* enum query_loose: what at the top is not held to */
	bool excluding; /* what NOT leaves out: words with marks mean these marks */
	const struct xap_node *soft[SEARCH_WORDS_MAX]; /* by group: plain words, made once */
};
/* ST_LIMIT; and what resolve says. */
MUST_CHECK enum status query_plan_make(
    const struct search_query *, struct query_plan *, struct err *);
/* Those of enum query_loose that would change something. */
unsigned query_plan_can_loosen(const struct search_query *);
/* Records with document number i of the query, and those with its symbol whose number nobody has read. */
const struct xap_node *query_plan_number(struct query_plan *, size_t i);
const struct xap_node *query_plan_unread(struct query_plan *, size_t i);
/* These in place of those, and a note of it. */
void query_plan_take_unread(struct query_plan *, size_t i);
/* Those for which a condition of the catalogue holds; *known as search_find_facts says. */
MUST_CHECK enum status query_plan_condition(struct query_plan *, const struct search_condition *,
    const struct xap_node **, bool *known, struct err *);
/* A word on the folded layer, with all its forms. */
const struct xap_node *query_plan_word(struct arena *, const struct query_word *);
const struct xap_node *query_node(
    struct arena *, enum xap_op, const struct xap_node *const *child, size_t count);
const struct xap_node *query_term(struct arena *, const char *prefix, struct span);
/* A word of a part, or what it also means. */
const struct xap_node *query_plan_also(struct arena *, const struct search_query *,
    const struct query_part *, size_t at, const struct xap_node *word);
const struct xap_node *query_plan_other(struct arena *, const struct query_also *);
const struct xap_node *query_scale(struct arena *, const struct xap_node *, double factor);

/* --- hits --- */

/* Fills in pages, best page and in_fields of hit i. */
MUST_CHECK enum status search_find_pages(struct xap_hits *, size_t i, const struct search_query *,
    struct arena *, struct search_hit *, struct err *);

#endif
