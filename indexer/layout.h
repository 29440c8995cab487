/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef LAYOUT_H
#define LAYOUT_H
#include <regex.h>

#include "arena.h"
#include "words.h"

/*
 * The lines of a page as a person sees them, made from the word table: words are put into rows by
 * their baselines, a row is cut where it is wide open, and the two columns at the head of an
 * administrative document (issuer and number | motto and date, NĐ 30/2020 PL I) are told apart even
 * where the reader ran them together.  Pages without boxes keep the lines they have; there the
 * columns are cut at the motto.
 *
 * Everything is in the arena given.  A line keeps two texts: as read (one spelling, marks kept) and
 * folded (no marks, case kept), with a map between their bytes, so that patterns run on the folded
 * one and values come from the other.
 */
#define LAYOUT_LINES_MAX 4000 /* of one page; what follows is not looked at */
#define LAYOUT_LINE_MAX 2000  /* bytes of a line's text */

enum layout_zone {
	LAYOUT_LEFT,  /* header, left column: issuer, number, V/v, marks */
	LAYOUT_RIGHT, /* header, right column: motto, place and date, marks */
	LAYOUT_BODY   /* below the header, or all of a page that has none */
};

struct layout_word {
	uint32_t start, end; /* bytes in the line's text */
	int box[4];	     /* x y w h; w 0 = none */
	uint8_t confidence;  /* 0-100; 100 = given, not recognised */
	uint32_t index;	     /* in the word table */
};

struct layout_line {
	enum layout_zone zone;
	const char *text; /* NUL-terminated, words joined by one space */
	const char *folded;
	size_t text_len, folded_len;
	const uint32_t *map; /* folded byte -> text byte; folded_len + 1 */
	const struct layout_word *word;
	size_t count;
	int box[4];	/* around the words; w 0 = none */
	unsigned row;	/* lines cut from one row share it */
	uint32_t block; /* of its first word: a paragraph where there are no boxes */
};

struct layout {
	int width, height;	  /* of the page; 0 0 = page-less */
	int word_height;	  /* median; 0 = no boxes */
	bool header;		  /* the two columns were found */
	struct layout_line *line; /* top to bottom, left to right */
	size_t count;
	unsigned rows;
};

/* A piece of a line: what a pattern caught. */
struct layout_piece {
	const struct layout_line *line;
	size_t start, end; /* bytes of the line's text */
};

/* The lines of a page; never fails, words may be NULL (no lines). */
struct layout *layout_make(const struct words *, struct arena *);
/* Upper edge of a line as a share of the page: by boxes, else by its row. */
double layout_height(const struct layout *, const struct layout_line *);
/* The part of the line that a match on its folded text covers. */
struct layout_piece layout_piece(const struct layout_line *, regmatch_t);
struct span layout_piece_text(struct layout_piece);
/* Box around the words that the piece touches (all 0 = none), their lowest confidence 0..1. */
double layout_piece_box(struct layout_piece, int box[4]);
/* Tallest word of the piece in pixels, 0 = no boxes. */
int layout_piece_height(struct layout_piece);
/*
 * The folded line holds no small letter and at least min capitals: how marks, names of types and
 * authorities are set.
 */
bool layout_capitals(const struct layout_line *, size_t min);
bool layout_text_capitals(struct span folded, size_t min);
#endif
