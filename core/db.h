/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef DB_H
#define DB_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "conf.h"
#include "err.h"
#include "span.h"

/*
 * The seam between the catalogue's modules (core/catalog_*.c: shared SQL that SQLite and PostgreSQL
 * both take, parameters $1, $2 ...) and a back end (core/db_sqlite.c; core/db_postgres.c when users
 * outgrow one machine).  Private to core.  One handle, one thread.
 */
struct db;
struct db_row; /* the current row of a running statement */

enum db_mode { DB_CREATE, DB_READ, DB_WRITE };

/* One bound parameter; the n-th of an array is $n. */
struct db_value {
	enum { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB } kind;
	int64_t i;
	double real;
	struct span bytes; /* borrowed until the call returns */
};

static inline struct db_value
db_int(int64_t i)
{
	struct db_value v = { DB_INT, i, 0, { 0, 0 } };

	return v;
}

static inline struct db_value
db_real(double r)
{
	struct db_value v = { DB_REAL, 0, r, { 0, 0 } };

	return v;
}

/* NULL binds NULL. */
static inline struct db_value
db_text(const char *s)
{
	struct db_value v = { s ? DB_TEXT : DB_NULL, 0, 0, { s, s ? strlen(s) : 0 } };

	return v;
}

static inline struct db_value
db_blob(const void *p, size_t n)
{
	struct db_value v = { DB_BLOB, 0, 0, { (const char *)p, n } };

	return v;
}

/* 0 binds NULL: for optional references. */
static inline struct db_value
db_ref(int64_t id)
{
	struct db_value v = { id ? DB_INT : DB_NULL, id, 0, { 0, 0 } };

	return v;
}

#define DB_ARGS(...) \
	(const struct db_value[]){ __VA_ARGS__ }, \
	    sizeof((const struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value)
#define DB_NONE NULL, 0

/* Called for each row; anything but ST_OK ends the query and is its result. */
typedef enum status (*db_step)(struct db_row *, void *payload, struct err *);

MUST_CHECK enum status db_open(struct db **, const struct conf *, enum db_mode, struct err *);
void db_close(struct db *);

/*
 * Runs one statement (prepared once per handle and kept).  step may be NULL.  *changed may be NULL.
 * ST_EXISTS: unique constraint.  ST_INVALID: check or foreign key constraint.  ST_HELD: a guard
 * trigger raised.  ST_BUSY, ST_FULL, ST_IO, ST_CORRUPT.
 */
MUST_CHECK enum status db_query(struct db *, const char *sql, const struct db_value *, size_t,
    db_step step, void *payload, struct err *);
/*
 * Rows of a select that ends with the column of an id, for 1 to DB_IDS_MAX ids; order: what follows, or "".
 * Few texts of a statement, whatever their number: the slots left over repeat the first id.  As db_query.
 */
#define DB_IDS_MAX 64
MUST_CHECK enum status db_query_ids(struct db *, const char *select, const char *order,
    const int64_t *ids, size_t count, db_step step, void *payload, struct err *);
MUST_CHECK enum status db_exec(
    struct db *, const char *sql, const struct db_value *, size_t, int64_t *changed, struct err *);
/* First column of the first row (use INSERT .. RETURNING id for new ids).  ST_NOT_FOUND: no row. */
MUST_CHECK enum status db_query_int(
    struct db *, const char *sql, const struct db_value *, size_t, int64_t *value, struct err *);
/* The same, but NULL or no row gives 0 and ST_OK: for ids, which start at 1, and for times. */
MUST_CHECK enum status db_lookup_int(
    struct db *, const char *sql, const struct db_value *, size_t, int64_t *value, struct err *);
/* NULL or no row gives *value NULL and ST_OK. */
MUST_CHECK enum status db_query_text(struct db *, const char *sql, const struct db_value *, size_t,
    struct arena *, const char **value, struct err *);

/* Columns of the current row by position, from 0. */
int64_t db_column_int(struct db_row *, int); /* NULL gives 0 */
double db_column_real(struct db_row *, int);
bool db_column_null(struct db_row *, int);
const char *db_column_text(struct db_row *, int, struct arena *); /* NULL stays NULL */
struct span db_column_bytes(struct db_row *, int);		  /* valid until the next row */

/* Nesting: depth 0 takes the write lock at once, deeper ones are savepoints. */
MUST_CHECK enum status db_begin(struct db *, struct err *);
MUST_CHECK enum status db_begin_read(struct db *, struct err *);
MUST_CHECK enum status db_commit(struct db *, struct err *);
void db_rollback(struct db *);
MUST_CHECK enum status db_backup(struct db *, const char *path, struct err *);
/* The back end's own structural check; ST_CORRUPT with its first message. */
MUST_CHECK enum status db_check(struct db *, struct err *);
uint64_t db_statements(const struct db *);
uint64_t db_walked(const struct db *);

/* What catalog.h's handle is made of; core/catalog_*.c only. */
struct catalog {
	struct db *db;
	struct dossier_facts *facts; /* core/dossier_facts.h; NULL until a search asks */
};

#endif
