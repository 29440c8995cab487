/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef FIELD_PARTS_H
#define FIELD_PARTS_H
#include "fields.h"

/* Private to the field_*.c files: what they know together while one document is
 * looked at. */

/* Patterns on folded lines (case kept), compiled once a document. */
enum pattern {
	PATTERN_NUMBER,	      /* 3 number (and year), 4 symbol */
	PATTERN_REFERENCE,    /* the same of a page in English: "Ref. No.: 12/LT-SDL" */
	PATTERN_PARTY,	      /* 3 number, 4 symbol: 12-QĐ/TU */
	PATTERN_JOINED,	      /* the same as a number, its stroke not read: 12QĐ-SDL */
	PATTERN_DATE,	      /* 1 day, 2 month, 3 year */
	PATTERN_MONTH,	      /* 1 month, 2 year */
	PATTERN_YEAR,	      /* 2 year, at the end of a line about a date */
	PATTERN_ABOUT,	      /* 2 subject behind "V/v" */
	PATTERN_SUBJECT,      /* the same of a page in English: "Re: ..." */
	PATTERN_DAY_MONTH,    /* 5 day, 7 month, 8 year: 18 July 2023 */
	PATTERN_MONTH_DAY,    /* 5 month, 6 day, 8 year: July 18, 2023 */
	PATTERN_TO,	      /* Kính gửi */
	PATTERN_BODY,	      /* how a text begins that is no subject any more */
	PATTERN_BODY_NAME,    /* an issuing body begins */
	PATTERN_CAPACITY,     /* TM. KT. TL. or the office of who signs */
	PATTERN_PERSON,	      /* 3 name */
	PATTERN_FILE,	      /* 2 number, 3 letters, 5 letters */
	PATTERN_RECIPIENTS,   /* Nơi nhận */
	PATTERN_PLACE,	      /* 1 place, before the date */
	PATTERN_CITED,	      /* 2 number and symbol, 5 symbol */
	PATTERN_CITED_LETTER, /* 2 the same of a letter: issuer-unit */
	PATTERN_CASE,	      /* 2 code of a case */
	PATTERN_PROCEDURE,    /* 2 code of a procedure */
	PATTERN_COUNT
};

#define PATTERN_GROUPS 9

struct fields {
	const struct fields_source *source;
	const struct layout *first;	    /* page 1; never NULL at the end */
	struct span text;		    /* of page 1 */
	const struct page_mark *first_mark; /* of page 1 */
	size_t first_marks;
	struct arena *arena;
	regex_t pattern[PATTERN_COUNT];
	struct suggestion list[FIELDS_MAX];
	size_t count;
	struct reading_finding *found; /* FIELDS_FOUND */
	size_t found_count;
	int signer_page;	/* of the signature block that counts, 0 = none yet */
	bool signer_recipients; /* it stands beside the recipients */

	/* of the number line, for the checks of other fields */
	const struct layout_line *number_line;
	const char *number; /* as read, sure or not; NULL = none */
	double number_sure; /* 0..1 */
	const char *symbol;
	struct layout_piece symbol_piece;
	bool symbol_in_name, symbol_of_issuer; /* what else speaks for it */
	const char *type;		       /* code named by the symbol */
	const struct record_type *title;       /* of the line that names it, or NULL */
	const struct layout_line *title_line;
	double title_sure;
};

bool field_match(const struct fields *, enum pattern, const char *, regmatch_t[PATTERN_GROUPS]);
/* piece NULL = no place on a page.  Values below FIELDS_LEAST and empty ones
 * are left out. */
void field_add(struct fields *, enum record_field, const char *value, const struct layout_piece *,
    int page, double confidence, const char *method);
/* The same for what has a place, but no text there. */
void field_add_box(struct fields *, enum record_field, const char *value, const int box[4],
    int page, double confidence, const char *method);
/* What is no field of the record; the same value of a kind is told once. */
void field_find(struct fields *, enum reading_kind, const char *value, const struct layout_piece *,
    int page, double confidence, const char *method);
/* The same for what has a place, but no text there. */
void field_find_box(struct fields *, enum reading_kind, const char *value, const int box[4],
    int page, double confidence, const char *method);
/* Without what the reader made of rules and specks at its ends. */
struct span field_trim(struct span);
/*
 * Adds the letters as the fewest legal syllables, spaces between ("Vềviệc" is "Về việc"), and says how many;
 * 0, and nothing added: they are none, or of over 40 bytes.
 */
unsigned field_split_syllables(struct span word, struct strbuf *out);
/* The type whose code these letters are, marks and then case aside; NULL =
 * none. */
const struct record_type *field_type_by_code(struct span letters);
/* Mean confidence of a line's words, 0..1. */
double field_line_confidence(const struct layout_line *);
/* A character of that kind (isalpha, isalnum) is in the word; else it is a dash, a speck or a rule. */
bool field_word_holds(const struct layout_line *, const struct layout_word *, int (*kind)(int));
/* A letter or a digit is in the line. */
bool field_line_says(const struct layout_line *);

void field_number(struct fields *);    /* number */
void field_file_name(struct fields *); /* number, symbol by the file's name;
                                          after field_number */
void field_date(struct fields *);
void field_addressees(struct fields *);
void field_issuer(struct fields *); /* after field_number */
void field_symbol(struct fields *); /* after field_file_name and field_issuer */
void field_urgency(struct fields *);
void field_type_line(struct fields *); /* the line that names the type; first of all */
void field_title(struct fields *);     /* type and subject; after field_number */
/* Of any page, as it comes. */
void field_signer(struct fields *, const struct fields_page *);
void field_recipients(struct fields *, const struct fields_page *);
void field_citations(struct fields *, const struct fields_page *);
void field_codes(struct fields *, const struct fields_page *);
#endif
