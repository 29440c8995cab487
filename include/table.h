/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TABLE_H
#define TABLE_H
#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "span.h"
#include "strbuf.h"

/*
 * Tables that offices exchange: CSV (RFC 4180, UTF-8 with or without a byte order mark; comma,
 * semicolon or tab, whichever the first line uses) and JSON (an array of flat objects).  Imports
 * read them whole, judge every row and change all or nothing; what is wrong is told by line.
 */
#define TABLE_BYTES_MAX		((size_t)64 << 20)
#define TABLE_ROWS_MAX		200000
#define TABLE_COLUMNS_MAX	64
#define TABLE_CELL_MAX		65536
#define TABLE_FAULTS_MAX	200	/* told; more are counted */

struct table_row {
	size_t		 line;		/* in the file, from 1; of JSON the element, from 1 */
	const char	**cell;		/* by column; NULL: not there, or empty */
};

struct table {
	const char	**column;	/* lower case */
	size_t		 column_count;
	struct table_row *row;
	size_t		 row_count;
};

/* What an import found wrong. */
struct table_fault {
	size_t		 line;
	const char	*column;	/* or NULL */
	const char	*text;		/* English, for the one who made the table */
};

struct table_report {
	struct arena	*arena;
	struct table_fault fault[TABLE_FAULTS_MAX];
	size_t		 count;		/* found, may be more than are told */
	size_t		 rows;		/* looked at */
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Names of columns are trimmed and in lower case; cells are trimmed.  Everything lives in the arena.
 * ST_INVALID (with the line): not UTF-8, a quote out of place or open at the end, a row longer than
 * its head, a column twice or nameless; JSON that is no array of objects of texts and numbers.
 * ST_TOO_LARGE: over a limit above.
 */
MUST_CHECK enum status
		 table_parse_csv(struct span, struct arena *, struct table *, struct err *);
MUST_CHECK enum status
		 table_parse_json(struct span, struct arena *, struct table *, struct err *);
/* JSON when the first letter is '[', else CSV. */
MUST_CHECK enum status
		 table_parse(struct span, struct arena *, struct table *, struct err *);
/* Of a column by its name or another; -1 when there is none. */
int		 table_column(const struct table *, const char *name, const char *other);
/* Cell or NULL; column may be -1. */
const char	*table_cell(const struct table *, size_t row, int column);

/* One more fault; text is copied. */
void		 table_fault_add(struct table_report *, size_t line, const char *column,
		    const char *text, ...) PRINTF(4, 5);

/* One cell, quoted where it must be; a leading = + - @ gets a ' so that no office program runs it. */
void		 csv_cell(struct strbuf *, const char *, char after);

#ifdef __cplusplus
}
#endif
#endif
