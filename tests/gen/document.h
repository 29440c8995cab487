/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_DOCUMENT_H
#define GEN_DOCUMENT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "code.h"
#include "grammar.h"

/* How a block of text looks; rows of the table in layout.c. */
enum style {
	STYLE_BODY,    /* justified, first line indented */
	STYLE_BASIS,   /* "Căn cứ ...": the same in italics */
	STYLE_HEADING, /* bold, indented */
	STYLE_ITEM,    /* like body, closer together */
	STYLE_CENTRE,  /* bold, centred, upper case by the writer */
	STYLE_CENTRE_PLAIN,
	STYLE_CENTRE_ITALIC,
	STYLE_TITLE, /* the name of the type */
	STYLE_SUBJECT,
	STYLE_PLAIN, /* left, no indent: letters, forms */
	STYLE_RIGHT,
	STYLE_SMALL,
	STYLE_COUNT
};

enum block_kind {
	BLOCK_TEXT,
	BLOCK_TABLE,
	BLOCK_NATION,	  /* the two-column head of NĐ 30/2020 PL I */
	BLOCK_TITLE,	  /* type, subject, short rule */
	BLOCK_ADDRESSEES, /* Kính gửi */
	BLOCK_FOOT,	  /* nơi nhận and signature */
	BLOCK_FORM_HEAD,  /* the head of a controlled ISO document */
	BLOCK_PAGE,	  /* go on overleaf */
	BLOCK_CODE,	  /* a bar code across the middle of the page */
	BLOCK_BLANK,	  /* an empty page, as a duplex scanner gives it */
	BLOCK_KIND_COUNT
};

#define COLUMNS_MAX 8

struct table {
	size_t columns, rows, rows_alloc;
	double width[COLUMNS_MAX]; /* shares of the text width */
	char **cell;		   /* rows x columns, row 0 is the head */
};

struct block {
	enum block_kind kind;
	enum style style;
	char *text; /* Pango markup */
	struct table *table;
	struct block *next;
};

struct lines {
	size_t n;
	char *line[16];
};

/* An office that issues; rows of the table in office.c. */
struct office {
	const char *superior; /* upper line(s) of the head */
	const char *issuer;
	const char *name;	  /* in running text */
	const char *abbreviation; /* in the symbol */
	const char *place;
	const char *head; /* GIÁM ĐỐC */
	const char *deputy;
	const char *behalf; /* "TM. ỦY BAN NHÂN DÂN", or NULL */
	const char *seal;   /* in the ring and in the middle */
	int weight;
};

/* One document: its fields are the truth, its blocks are what is typeset. */
struct document {
	struct arena *arena;
	struct scope scope;
	const struct kind *kind;
	const struct office *office;
	const char *type;     /* "QUYẾT ĐỊNH"; "CÔNG VĂN" is not printed */
	const char *language; /* "vi", "en", "vi+en" */
	int number;
	char *symbol;	/* "QĐ-SDL" */
	char *notation; /* "15/QĐ-SDL" */
	char date[16];	/* "2024-01-05" */
	const char *place;
	const char *issuer;
	const char *superior;
	char *subject;
	char *capacity; /* "KT. GIÁM ĐỐC", or NULL */
	char *post;	/* "PHÓ GIÁM ĐỐC" */
	char *signer;
	const char *urgency; /* "HỎA TỐC", or NULL */
	const char *secrecy; /* "MẬT", or NULL */
	struct code code;    /* on a label or a separator sheet */
	struct lines addressees;
	struct lines recipients;
	struct block *first, **last;
	uint64_t seed;
	size_t appetite; /* of the draft */
};

/* A kind of document and the function that writes one. */
struct kind {
	const char *name; /* --kind decision */
	const char *type;
	const char *code;	  /* of the type in NĐ 30/2020 PL III, or NULL */
	const char *abbreviation; /* "QĐ", or NULL for none */
	const char *subject;	  /* phrase */
	const char *language;
	int weight; /* how often a mixed set takes it */
	void (*compose)(struct document *);
};

extern const struct kind kinds[];
extern const size_t kinds_count;
extern const struct office offices[];
extern const size_t offices_count;

/* NULL when there is no such kind. */
const struct kind *kind_find(const char *name);
/* A kind by weight. */
const struct kind *kind_pick(struct rng *);

/* What a document is to be; the rest is drawn from the seed. */
struct draft {
	const struct kind *kind;
	uint64_t seed;
	size_t appetite;     /* how much body: 0 a few lines .. 4 many pages */
	const char *matter;  /* what it is about, or NULL */
	const char *subject; /* phrase for the subject, or NULL for the kind's */
	const char *secrecy; /* a secret mark to stamp, or NULL */
	const char *urgency; /* a mark of urgency, or NULL: as the kind draws it */
	struct code code;    /* to stick on the first page */
};

/* The same draft gives the same document.  End with document_free. */
struct document *document_new(const struct draft *);
void document_free(struct document *);

/* Blocks; every text goes through phrase_make. */
void add_block(struct document *, enum block_kind);
void add_text(struct document *, enum style, const char *format);
struct table *add_table(struct document *, size_t columns, const double *width);
/* columns cells, each through phrase_make. */
void add_row(struct document *, struct table *, const char *const *cell);
void add_line(struct document *, struct lines *, const char *format);

/* The writers, one family a file. */
void compose_decision(struct document *);
void compose_letter(struct document *);
void compose_plan(struct document *);
void compose_proposal(struct document *);
void compose_notice(struct document *);
void compose_invitation(struct document *);
void compose_report(struct document *);
void compose_minutes(struct document *);
void compose_process(struct document *);
void compose_receipt(struct document *);
void compose_register(struct document *);
void compose_english_letter(struct document *);
void compose_english_report(struct document *);
void compose_bilingual(struct document *);
void compose_short(struct document *);
void compose_separator(struct document *);
void compose_numbers(struct document *);

#endif
