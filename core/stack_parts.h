/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef STACK_PARTS_H
#define STACK_PARTS_H
#include "record_parts.h"
#include "stack.h"

/*
 * An arrangement: which pages, in which order, make each of some records.  A page is named by the
 * file it was read into (a source) and its entry there, so it is the same page wherever it goes.
 * Operations are done on these lists and written back by stack_write.c.  Private to core.
 */
#define STACK_PAGES_MAX 262143 /* of a record (D7) */

struct stack_source {
	const char *derived;
	const char *sha256, *name, *mime;
	int64_t file_before; /* page of the file = entry + file_before */
};

struct stack_page {
	uint32_t source; /* index */
	uint32_t entry;
};

struct stack_record {
	struct record record; /* as the caller sees it; id 0: to be made */
	bool is_void, was_void;
	bool made; /* by this change */
	struct stack_page *page, *old;
	size_t count, old_count;
};

struct stack {
	struct catalog *catalog;
	const struct actor *actor;
	const struct access *access;
	struct arena *arena;
	const char *kind;
	struct row_list sources;    /* of struct stack_source */
	struct row_list records;    /* of struct stack_record */
	struct row_list components; /* of struct component, of all records, as they were */
	int64_t dossier;	    /* home of what is made */
	int64_t change;		    /* that is undone, or 0 */
};

static inline struct stack_record *
stack_at(const struct stack *s, size_t i)
{
	return &((struct stack_record *)s->records.rows)[i];
}
static inline const struct stack_source *
stack_source_at(const struct stack *s, uint32_t i)
{
	return &((const struct stack_source *)s->sources.rows)[i];
}
/* Pages that follow one another in one source: [first, first + count) of a record's list. */
size_t stack_run_length(const struct stack_page *, size_t count, size_t first);
/* Adds a record with its pages; *index is its place.  With checks when access is not NULL. */
MUST_CHECK enum status stack_add_record(struct stack *, int64_t id, size_t *index, struct err *);
/* Adds a record that is to be made in the dossier, like the one at index like; pages are borrowed. */
struct stack_record *stack_add_new(
    struct stack *, size_t like, struct stack_page *, size_t count, bool is_void);
/* Makes the rows say what the lists say: records, components, ranges, pages, marks, jobs, the log. */
MUST_CHECK enum status stack_write(struct stack *, struct err *);

#endif
