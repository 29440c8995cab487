/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SQLite back end of db.h.  The only file that knows SQLite. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "db.h"
#include "schema.h"

#define FILE_NAME "catalogue.db"
#define APPLICATION_ID 0x54675468 /* "TgTh", set in the transaction that makes the schema */
#define CACHE_SLOTS 256
#define CACHE_LIMIT 1024  /* statements kept; texts with lists of parameters would grow for ever */
#define BACKUP_PAGES 1024 /* copied between two chances to write of this thread */

struct statement {
	struct statement *next; /* in its slot */
	sqlite3_stmt *stmt;
	char *sql;
	int *argument; /* argument[i]: which $n the (i+1)-th parameter of SQLite is */
	int arguments; /* parameters SQLite counts */
	int highest;   /* the largest n */
	bool busy;     /* a query on it is running: an inner one with the same text gets its own */
};

struct db_row {
	sqlite3_stmt *stmt;
};

struct db {
	sqlite3 *sql;
	char *path;
	enum db_mode mode;
	int busy_ms;
	int depth;    /* open transactions and savepoints */
	bool reading; /* the outermost one is a read transaction */
	bool lost;    /* SQLite rolled the outermost one back by itself */
	bool dead;    /* a sync failed: what is on the disk is unknown, nothing more is written */
	uint64_t statements;
	uint64_t walked; /* rows without an index */
	size_t cached;
	struct statement *slot[CACHE_SLOTS];
};

/* --- errors ------------------------------------------------------------------------------------ */

static const struct {
	int code; /* extended, or primary when the extended ones agree */
	enum status status;
} outcomes[] = {
	{ SQLITE_CONSTRAINT_UNIQUE, ST_EXISTS },
	{ SQLITE_CONSTRAINT_PRIMARYKEY, ST_EXISTS },
	{ SQLITE_CONSTRAINT_ROWID, ST_EXISTS },
	{ SQLITE_CONSTRAINT_TRIGGER, ST_HELD },
	{ SQLITE_CONSTRAINT, ST_INVALID },
	{ SQLITE_MISMATCH, ST_INVALID },
	{ SQLITE_BUSY, ST_BUSY },
	{ SQLITE_LOCKED, ST_BUSY },
	{ SQLITE_FULL, ST_FULL },
	{ SQLITE_CORRUPT, ST_CORRUPT },
	{ SQLITE_NOTADB, ST_CORRUPT },
	{ SQLITE_FORMAT, ST_CORRUPT },
	{ SQLITE_TOOBIG, ST_TOO_LARGE },
	{ SQLITE_INTERRUPT, ST_TIMEOUT },
	{ SQLITE_IOERR, ST_IO },
	{ SQLITE_CANTOPEN, ST_IO },
	{ SQLITE_PERM, ST_IO },
	{ SQLITE_AUTH, ST_IO },
	{ SQLITE_PROTOCOL, ST_IO },
};

static enum status
outcome_of(int code, int sys)
{
	size_t i;

	if ((code & 0xff) == SQLITE_IOERR && (sys == ENOSPC || sys == EDQUOT))
		return ST_FULL;
	for (i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		if (outcomes[i].code == code || outcomes[i].code == (code & 0xff))
			return outcomes[i].status;
	return ST_INTERNAL;
}

/* The message names tables and columns at most, never a value. */
static enum status
fail_sql(struct db *db, int code, const char *doing, struct err *err)
{
	int sys = 0;
	enum status st;

	if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)
		sys = sqlite3_system_errno(db->sql);
	/* Never retry a failed sync: the kernel may have dropped the pages (trust.md 0.7). */
	if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC)
		db->dead = true;
	st = outcome_of(code, sys);
	if ((code & 0xff) == SQLITE_READONLY)
		st = db->mode == DB_READ ? ST_INTERNAL : ST_IO;
	return err_set(err, st, sys, __FILE__, __LINE__, "%s: %s", doing,
	    db->sql ? sqlite3_errmsg(db->sql) : sqlite3_errstr(code));
}

/* --- statements, prepared once ----------------------------------------------------------------- */

static size_t
slot_of(const char *sql)
{
	uint64_t h = 1469598103934665603u; /* FNV-1a */

	for (; *sql; sql++)
		h = (h ^ (unsigned char)*sql) * 1099511628211u;
	return (size_t)(h % CACHE_SLOTS);
}

static void
statement_free(struct statement *s)
{
	if (!s)
		return;
	(void)sqlite3_finalize(s->stmt);
	free(s->sql);
	free(s->argument);
	free(s);
}

/* SQLite counts parameters in order of first use; ours are named $1, $2 ... */
static enum status
statement_arguments(struct statement *s, struct err *err)
{
	int i;

	s->arguments = sqlite3_bind_parameter_count(s->stmt);
	s->argument = xcalloc((size_t)s->arguments + 1, sizeof(*s->argument));
	for (i = 0; i < s->arguments; i++) {
		const char *name = sqlite3_bind_parameter_name(s->stmt, i + 1);
		uint64_t n;

		if (!name || name[0] != '$' || !span_u64(span_of(name + 1), &n) || n < 1 ||
		    n > 65535)
			return fail(err, ST_INTERNAL, "parameters are $1, $2 ... in: %s", s->sql);
		s->argument[i] = (int)n;
		if ((int)n > s->highest)
			s->highest = (int)n;
	}
	return ST_OK;
}

static enum status
statement_new(struct db *db, const char *sql, struct statement **out, struct err *err)
{
	struct statement *s = xcalloc(1, sizeof(*s));
	enum status st;
	int rc;

	s->sql = xstrdup(sql);
	rc = sqlite3_prepare_v3(db->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->stmt, NULL);
	if (rc != SQLITE_OK)
		st = fail_sql(db, rc, "prepare", err);
	else if (!s->stmt)
		st = fail(err, ST_INTERNAL, "empty statement");
	else
		st = statement_arguments(s, err);
	if (st != ST_OK) {
		statement_free(s);
		return st;
	}
	*out = s;
	return ST_OK;
}

static void
cache_clear(struct db *db, bool also_busy)
{
	size_t i;

	for (i = 0; i < CACHE_SLOTS; i++) {
		struct statement **at = &db->slot[i];

		while (*at) {
			struct statement *s = *at;

			if (s->busy && !also_busy) {
				at = &s->next;
				continue;
			}
			*at = s->next;
			statement_free(s);
			db->cached--;
		}
	}
}

static enum status
statement_take(struct db *db, const char *sql, struct statement **out, struct err *err)
{
	size_t slot = slot_of(sql);
	struct statement *s;

	for (s = db->slot[slot]; s; s = s->next)
		if (!s->busy && strcmp(s->sql, sql) == 0)
			break;
	if (!s) {
		enum status st;

		if (db->cached >= CACHE_LIMIT)
			cache_clear(db, false);
		st = statement_new(db, sql, &s, err);
		if (st != ST_OK)
			return st;
		s->next = db->slot[slot];
		db->slot[slot] = s;
		db->cached++;
	}
	s->busy = true;
	*out = s;
	return ST_OK;
}

static void
statement_give(struct statement *s)
{
	(void)sqlite3_reset(s->stmt);
	(void)sqlite3_clear_bindings(s->stmt);
	s->busy = false;
}

static int
bind_value(sqlite3_stmt *stmt, int at, const struct db_value *v)
{
	switch (v->kind) {
	case DB_INT:
		return sqlite3_bind_int64(stmt, at, v->i);
	case DB_REAL:
		return sqlite3_bind_double(stmt, at, v->real);
	case DB_TEXT:
		return sqlite3_bind_text64(
		    stmt, at, v->bytes.p ? v->bytes.p : "", v->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BLOB:
		return sqlite3_bind_blob64(
		    stmt, at, v->bytes.n ? v->bytes.p : "", v->bytes.n, SQLITE_STATIC);
	case DB_NULL:
		break;
	}
	return sqlite3_bind_null(stmt, at);
}

static enum status
statement_bind(struct db *db, struct statement *s, const struct db_value *values, size_t count,
    struct err *err)
{
	int i;

	if ((size_t)s->highest != count)
		return fail(
		    err, ST_INTERNAL, "%zu values for $1..$%d in: %s", count, s->highest, s->sql);
	assert(values || s->arguments == 0);
	for (i = 0; i < s->arguments; i++) {
		int rc = bind_value(s->stmt, i + 1, &values[s->argument[i] - 1]);

		if (rc != SQLITE_OK)
			return fail_sql(db, rc, "bind", err);
	}
	return ST_OK;
}

/* A transaction that SQLite ended by itself (disk full, input/output) must not go on half. */
static enum status
still_whole(struct db *db, struct err *err)
{
	if (db->dead)
		return fail(err, ST_IO, "a sync of the catalogue failed; restart and verify");
	if (db->depth > 0 && (db->lost || sqlite3_get_autocommit(db->sql))) {
		db->lost = true;
		return fail(err, ST_IO, "the transaction was undone by an earlier failure");
	}
	return ST_OK;
}

enum status
db_query(struct db *db, const char *sql, const struct db_value *values, size_t count, db_step step,
    void *payload, struct err *err)
{
	struct statement *s;
	struct db_row row;
	enum status st;
	int rc;

	st = still_whole(db, err);
	if (st == ST_OK)
		st = statement_take(db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db->statements++;
	st = statement_bind(db, s, values, count, err);
	row.stmt = s->stmt;
	while (st == ST_OK && (rc = sqlite3_step(s->stmt)) != SQLITE_DONE) {
		if (rc != SQLITE_ROW)
			st = fail_sql(db, rc, "catalogue", err);
		else if (step)
			st = step(&row, payload, err);
	}
	db->walked += (uint64_t)sqlite3_stmt_status(s->stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
	statement_give(s);
	return st;
}

enum status
db_exec(struct db *db, const char *sql, const struct db_value *values, size_t count,
    int64_t *changed, struct err *err)
{
	enum status st = db_query(db, sql, values, count, NULL, NULL, err);

	if (st == ST_OK && changed)
		*changed = sqlite3_changes64(db->sql);
	return st;
}

struct first_int {
	int64_t value;
	bool found;
};

static enum status
take_int(struct db_row *row, void *payload, struct err *err)
{
	struct first_int *first = payload;

	(void)err;
	if (!first->found)
		first->value = db_column_int(row, 0);
	first->found = true;
	return ST_OK;
}

enum status
db_query_int(struct db *db, const char *sql, const struct db_value *values, size_t count,
    int64_t *value, struct err *err)
{
	struct first_int first = { 0, false };
	enum status st = db_query(db, sql, values, count, take_int, &first, err);

	if (st != ST_OK)
		return st;
	if (!first.found)
		return fail(err, ST_NOT_FOUND, "no such row");
	*value = first.value;
	return ST_OK;
}

enum status
db_lookup_int(struct db *db, const char *sql, const struct db_value *values, size_t count,
    int64_t *value, struct err *err)
{
	struct first_int first = { 0, false };
	enum status st = db_query(db, sql, values, count, take_int, &first, err);

	if (st == ST_OK)
		*value = first.value;
	return st;
}

struct first_text {
	struct arena *arena;
	const char *value;
	bool found;
};

static enum status
take_text(struct db_row *row, void *payload, struct err *err)
{
	struct first_text *first = payload;

	(void)err;
	if (!first->found)
		first->value = db_column_text(row, 0, first->arena);
	first->found = true;
	return ST_OK;
}

enum status
db_query_text(struct db *db, const char *sql, const struct db_value *values, size_t count,
    struct arena *arena, const char **value, struct err *err)
{
	struct first_text first = { arena, NULL, false };
	enum status st = db_query(db, sql, values, count, take_text, &first, err);

	if (st == ST_OK)
		*value = first.value;
	return st;
}

int64_t
db_column_int(struct db_row *row, int column)
{
	return sqlite3_column_int64(row->stmt, column);
}

double
db_column_real(struct db_row *row, int column)
{
	return sqlite3_column_double(row->stmt, column);
}

bool
db_column_null(struct db_row *row, int column)
{
	return sqlite3_column_type(row->stmt, column) == SQLITE_NULL;
}

const char *
db_column_text(struct db_row *row, int column, struct arena *arena)
{
	if (db_column_null(row, column))
		return NULL;
	return arena_dup_span(arena, db_column_bytes(row, column));
}

struct span
db_column_bytes(struct db_row *row, int column)
{
	const void *p;

	/* The order matters: _bytes after the conversion that _text or _blob makes. */
	if (sqlite3_column_type(row->stmt, column) == SQLITE_BLOB)
		p = sqlite3_column_blob(row->stmt, column);
	else
		p = sqlite3_column_text(row->stmt, column);
	return span_make(p, p ? (size_t)sqlite3_column_bytes(row->stmt, column) : 0);
}

uint64_t
db_statements(const struct db *db)
{
	return db->statements;
}

uint64_t
db_walked(const struct db *db)
{
	return db->walked;
}

/* --- transactions ------------------------------------------------------------------------------ */

/* Statements without parameters that need no cache (their texts differ by depth). */
static enum status
run(struct db *db, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(db->sql, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ST_OK : fail_sql(db, rc, "catalogue", err);
}

static enum status
begin(struct db *db, bool reading, struct err *err)
{
	char sql[32];
	enum status st = still_whole(db, err);

	if (st != ST_OK)
		return st;
	if (!reading && (db->mode == DB_READ || (db->depth > 0 && db->reading)))
		return fail(err, ST_INTERNAL, "a change inside a read transaction");
	if (db->depth > 0)
		snprintf(sql, sizeof(sql), "SAVEPOINT s%d", db->depth);
	else
		snprintf(sql, sizeof(sql), "BEGIN %s", reading ? "DEFERRED" : "IMMEDIATE");
	st = run(db, sql, err);
	if (st != ST_OK)
		return st;
	if (db->depth++ == 0) {
		db->reading = reading;
		db->lost = false;
	}
	return ST_OK;
}

enum status
db_begin(struct db *db, struct err *err)
{
	return begin(db, false, err);
}

enum status
db_begin_read(struct db *db, struct err *err)
{
	return begin(db, true, err);
}

enum status
db_commit(struct db *db, struct err *err)
{
	char sql[32] = "COMMIT";
	enum status st;

	assert(db->depth > 0);
	st = still_whole(db, err);
	if (st == ST_OK && db->depth > 1)
		snprintf(sql, sizeof(sql), "RELEASE s%d", db->depth - 1);
	if (st == ST_OK)
		st = run(db, sql, err);
	if (st != ST_OK) {
		db_rollback(db);
		return st;
	}
	db->depth--;
	return ST_OK;
}

void
db_rollback(struct db *db)
{
	char sql[64] = "ROLLBACK";

	assert(db->depth > 0);
	db->depth--;
	if (sqlite3_get_autocommit(db->sql)) {
		db->lost = db->depth > 0;
		return;
	}
	if (db->depth > 0)
		snprintf(sql, sizeof(sql), "ROLLBACK TO s%d; RELEASE s%d", db->depth, db->depth);
	if (run(db, sql, NULL) != ST_OK)
		db->lost = db->depth > 0;
}

/* --- opening ----------------------------------------------------------------------------------- */

static enum status
pragma_int(struct db *db, const char *sql, int64_t *value, struct err *err)
{
	return db_query_int(db, sql, DB_NONE, value, err);
}

static int
schema_last(void)
{
	const struct schema_step *s;
	int last = 0;

	for (s = schema_steps; s->name; s++)
		last = s->number;
	return last;
}

static enum status
migrate_step(struct db *db, const struct schema_step *step, struct err *err)
{
	char sql[64];

	if (run(db, step->sql, err) != ST_OK)
		return err_context(err, "migration %s", step->name);
	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", step->number);
	return run(db, sql, err);
}

static enum status
no_broken_reference(struct db_row *row, void *payload, struct err *err)
{
	struct span table = db_column_bytes(row, 0);

	(void)payload;
	return fail(
	    err, ST_CORRUPT, "a row of %.*s refers to a row that is not there", SPAN_ARG(table));
}

static enum status
migrate_inside(struct db *db, struct err *err)
{
	const struct schema_step *s;
	enum status st;
	int64_t version;
	char sql[64];

	/* Asked again under the lock: another process may have been first. */
	st = pragma_int(db, "PRAGMA user_version", &version, err);
	for (s = schema_steps; st == ST_OK && s->name; s++)
		if (s->number > version)
			st = migrate_step(db, s, err);
	if (st == ST_OK)
		st = db_query(
		    db, "PRAGMA foreign_key_check", DB_NONE, no_broken_reference, NULL, err);
	snprintf(sql, sizeof(sql), "PRAGMA application_id=%d", APPLICATION_ID);
	return st == ST_OK ? run(db, sql, err) : st;
}

/*
 * All steps or none.  Foreign keys are off meanwhile and checked as a whole before the commit, so
 * that a step may rebuild a table (sqlite.org/lang_altertable.html 7).
 */
static enum status
migrate(struct db *db, struct err *err)
{
	enum status st = run(db, "PRAGMA foreign_keys=OFF", err);

	if (st == ST_OK)
		st = db_begin(db, err);
	if (st != ST_OK)
		return st;
	st = migrate_inside(db, err);
	if (st == ST_OK)
		st = db_commit(db, err);
	else
		db_rollback(db);
	/* Prepared against the old schema, if at all. */
	cache_clear(db, false);
	return st == ST_OK ? run(db, "PRAGMA foreign_keys=ON", err) : st;
}

static enum status
check_version(struct db *db, struct err *err)
{
	int64_t version, application;
	enum status st = pragma_int(db, "PRAGMA application_id", &application, err);

	if (st == ST_OK)
		st = pragma_int(db, "PRAGMA user_version", &version, err);
	if (st != ST_OK)
		return st;
	if (application != APPLICATION_ID)
		return fail(err, ST_CORRUPT, "%s is unfinished or no catalogue of ours", db->path);
	if (version > schema_last())
		return fail(err, ST_UNSUPPORTED,
		    "%s was made by a newer version (schema %lld, this program knows %d)", db->path,
		    (long long)version, schema_last());
	if (version == schema_last())
		return ST_OK;
	if (db->mode == DB_READ)
		return fail(err, ST_UNSUPPORTED,
		    "%s is of an older version (schema %lld); open it once for writing", db->path,
		    (long long)version);
	return migrate(db, err);
}

/* Settings of every connection.  A schema from a strange file may not call functions of ours. */
static enum status
set_up(struct db *db, struct err *err)
{
	const char *common = "PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
			     "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
			     "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;";
	enum status st;

	(void)sqlite3_extended_result_codes(db->sql, 1);
	(void)sqlite3_busy_timeout(db->sql, db->busy_ms);
	(void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(db->sql, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	st = run(db, common, err);
	if (st != ST_OK)
		return st;
	if (db->mode == DB_READ)
		return run(db, "PRAGMA query_only=ON", err);
	return run(db,
	    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	    "PRAGMA journal_size_limit=67108864",
	    err);
}

/* SQLite's own files (-wal, -shm) take their mode from this one. */
static enum status
make_file(const char *path, struct err *err)
{
	owned(fd_closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd >= 0)
		return ST_OK;
	if (errno == EEXIST)
		return fail(err, ST_EXISTS, "%s is already there", path);
	return fail_sys(err, "make %s", path);
}

static enum status
open_file(struct db *db, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
	    (db->mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	enum status st;
	int rc;

	if (access(db->path, F_OK) != 0 && errno == ENOENT)
		return fail(err, ST_NOT_FOUND, "there is no catalogue at %s", db->path);
	rc = sqlite3_open_v2(db->path, &db->sql, flags, NULL);
	if (rc != SQLITE_OK)
		st = fail_sql(db, rc, "open", err);
	else
		st = set_up(db, err);
	return st == ST_OK ? ST_OK : err_context(err, "%s", db->path);
}

static void
remove_files(const char *path)
{
	static const char *const suffix[] = { "", "-wal", "-shm", "-journal" };
	struct strbuf name = STRBUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(suffix) / sizeof(suffix[0]); i++) {
		strbuf_reset(&name);
		strbuf_addf(&name, "%s%s", path, suffix[i]);
		(void)unlink(name.buf);
	}
	strbuf_free(&name);
}

static enum status
create(struct db *db, const char *dir, struct err *err)
{
	enum status st = make_file(db->path, err);

	if (st != ST_OK)
		return st;
	st = open_file(db, err);
	if (st == ST_OK)
		st = migrate(db, err);
	if (st == ST_OK)
		st = sync_dir(dir, err);
	if (st != ST_OK) {
		cache_clear(db, true);
		(void)sqlite3_close(db->sql);
		db->sql = NULL;
		remove_files(db->path);
	}
	return st;
}

enum status
db_open(struct db **out, const struct conf *conf, enum db_mode mode, struct err *err)
{
	struct strbuf path = STRBUF_INIT;
	struct db *db;
	enum status st;

	*out = NULL;
	if (strcmp(conf->catalog_backend, "sqlite") != 0)
		return fail(err, ST_UNSUPPORTED, "catalogue back end \"%s\" is not known here",
		    conf->catalog_backend);
	strbuf_addf(&path, "%s/%s", conf->dir, FILE_NAME);
	db = xcalloc(1, sizeof(*db));
	db->path = strbuf_detach(&path, NULL);
	db->mode = mode;
	db->busy_ms = (int)conf->catalog_busy_ms;
	st = mode == DB_CREATE ? create(db, conf->dir, err) : open_file(db, err);
	if (st == ST_OK && mode != DB_CREATE)
		st = check_version(db, err);
	if (st != ST_OK) {
		db_close(db);
		return st;
	}
	*out = db;
	return ST_OK;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	cache_clear(db, true);
	/* An open transaction is rolled back by the close. */
	(void)sqlite3_close(db->sql);
	free(db->path);
	free(db);
}

/* --- backup and check -------------------------------------------------------------------------- */

static enum status
copy_pages(struct db *from, sqlite3 *to, struct err *err)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from->sql, "main");
	int rc;

	if (!b)
		return fail(err, ST_IO, "backup: %s", sqlite3_errmsg(to));
	do
		rc = sqlite3_backup_step(b, BACKUP_PAGES);
	while (rc == SQLITE_OK);
	(void)sqlite3_backup_finish(b);
	if (rc == SQLITE_DONE)
		return ST_OK;
	return err_set(err, outcome_of(rc, sqlite3_system_errno(to)), sqlite3_system_errno(to),
	    __FILE__, __LINE__, "backup: %s", sqlite3_errstr(rc));
}

static enum status
sync_file(const char *path, struct err *err)
{
	owned(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		return fail_sys(err, "sync %s", path);
	return ST_OK;
}

static enum status
copy_to(struct db *from, const char *path, struct err *err)
{
	sqlite3 *to = NULL;
	enum status st;
	int rc;

	rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	/* Half a copy is thrown away, so its own journal and syncs would be wasted. */
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(
		    to, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", NULL, NULL, NULL);
	if (rc != SQLITE_OK)
		st = fail(err, outcome_of(rc, 0), "open %s: %s", path, sqlite3_errstr(rc));
	else
		st = copy_pages(from, to, err);
	if (sqlite3_close(to) != SQLITE_OK && st == ST_OK)
		st = fail(err, ST_IO, "close %s", path);
	return st == ST_OK ? sync_file(path, err) : st;
}

static enum status
sync_parent(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	owned(freep) char *dir = slash == path ? xstrdup("/")
	    : slash			       ? span_dup(span_make(path, (size_t)(slash - path)))
					       : xstrdup(".");

	return sync_dir(dir, err);
}

/*
 * A second connection holds one snapshot for the whole copy: writers go on, and the copy neither
 * sees nor starts again for what they commit.
 */
static enum status
backup_from(struct db *from, const char *path, struct err *err)
{
	int64_t tables;
	enum status st = open_file(from, err);

	if (st == ST_OK)
		st = db_begin_read(from, err);
	if (st != ST_OK)
		return st;
	/* The snapshot is taken by the first read. */
	st = pragma_int(from, "SELECT count(*) FROM sqlite_master", &tables, err);
	if (st == ST_OK)
		st = copy_to(from, path, err);
	db_rollback(from);
	return st;
}

enum status
db_backup(struct db *db, const char *path, struct err *err)
{
	struct db from = { .mode = DB_READ, .busy_ms = db->busy_ms, .path = db->path };
	enum status st = make_file(path, err);

	if (st != ST_OK)
		return st;
	st = backup_from(&from, path, err);
	cache_clear(&from, true);
	(void)sqlite3_close(from.sql);
	if (st == ST_OK)
		st = sync_parent(path, err);
	if (st != ST_OK)
		remove_files(path);
	return st;
}

static enum status
only_ok(struct db_row *row, void *payload, struct err *err)
{
	struct span said = db_column_bytes(row, 0);

	(void)payload;
	if (span_equal_str(said, "ok"))
		return ST_OK;
	return fail(err, ST_CORRUPT, "catalogue: %.*s", SPAN_ARG(said));
}

enum status
db_check(struct db *db, struct err *err)
{
	enum status st = db_query(db, "PRAGMA integrity_check(1)", DB_NONE, only_ok, NULL, err);

	if (st != ST_OK)
		return st;
	return db_query(db, "PRAGMA foreign_key_check", DB_NONE, no_broken_reference, NULL, err);
}
