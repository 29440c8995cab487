/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_GRAMMAR_H
#define GEN_GRAMMAR_H
#include <stddef.h>

#include "arena.h"
#include "rng.h"

/* A name and what it may stand for.  A choice may hold {names} itself. */
struct phrase {
	const char *name;
	const char *const *choice;
	size_t n;
};

#define PHRASE(name, ...) \
	{ \
		name, (const char *const[]){ __VA_ARGS__ }, \
		    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *) \
	}

/* The books of phrases, sorted in no order, each ended by a row without a name. */
extern const struct phrase phrases_subject[];
extern const struct phrase phrases_body[];
extern const struct phrase phrases_name[];
extern const struct phrase phrases_english[];

#define SCOPE_MAX 64
#define SAID_MAX 128

/* One document's view of the grammar: what is bound stays the same all through the document. */
struct scope {
	struct arena *arena;
	struct rng rng;
	int year, month, day;	    /* the document's date; {before} and {after} lie beside it */
	const char *said[SAID_MAX]; /* sentences used so far, the oldest forgotten */
	size_t said_n;
	size_t n;
	struct {
		const char *name;
		const char *value;
	} bound[SCOPE_MAX];
};

/* A name bound twice takes the later value. */
void scope_bind(struct scope *, const char *name, const char *value);
/* Borrowed value of a bound name, or NULL. */
const char *scope_value(const struct scope *, const char *name);
/*
 * The template with everything in braces replaced; the result lives as long as the arena:
 *   {name}     bound value, built-in word, or a choice from the books
 *   {^name}    the same with its first letter in upper case;  {!name} all in upper case
 *   {3-17}     a number from the range
 * An unknown name is a fault of a phrase book: it is told on stderr and the program ends.
 */
char *phrase_make(struct scope *, const char *format);
/* The same text in upper case; first: its first letter only. */
char *text_upper(struct arena *, const char *text, int first);
/* Runs every choice of every book once, so that a misspelt name cannot hide; ends as phrase_make. */
void grammar_check(struct scope *);

#endif
