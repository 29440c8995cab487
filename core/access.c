/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one principal may do: class_reader as bitmaps. */
#include <inttypes.h>
#include <stdlib.h>

#include "access.h"
#include "base.h"
#include "db.h"

/* The bitmaps follow the struct in one allocation. */
struct access_block {
	struct access access;
	uint64_t word[];
};

static const struct {
	const char *role;
	unsigned caps;
} role_caps[] = {
	{ "administrator", CAP_ACCOUNTS | CAP_GRANTS | CAP_SYSTEM },
	{ "archivist", CAP_INGEST | CAP_PLAN },
	{ "staff", 0 },
	{ "auditor", CAP_AUDIT },
};

/* The principal $1 and what it belongs to at the time $2; a disabled group passes nothing on. */
#define MINE \
	"WITH RECURSIVE mine(id) AS (SELECT CAST($1 AS BIGINT)" \
	" UNION SELECT m.grp FROM mine JOIN member m ON m.who=mine.id" \
	" JOIN principal g ON g.id=m.grp WHERE m.ended IS NULL AND g.disabled_at IS NULL" \
	" AND (m.until IS NULL OR m.until>$2)) "

/* Of a closed object (use mode 03) nothing leaves the house: copies are for who manages it. */
#define PERMS_BY_USE_MODE \
	"CASE WHEN k.use_mode='03' AND (r.perms & 64)=0 THEN r.perms & ~12 ELSE r.perms END"
_Static_assert(PERM_BIT(PERM_MANAGE) == 64 && PERM_BIT(PERM_DOWNLOAD) + PERM_BIT(PERM_PRINT) == 12,
    "the numbers of PERMS_BY_USE_MODE");

struct loading {
	struct catalog *catalog;
	int64_t principal, now;
	int clearance;
	bool found, disabled;
	struct access_block *block;
};

static struct access_block *
block_new(int64_t last_class)
{
	size_t words = (size_t)last_class / 64 + 1;
	struct access_block *b = xcalloc(1, sizeof(*b) + PERM_COUNT * words * sizeof(b->word[0]));
	size_t p;

	b->access.words = words;
	b->access.until_us = INT64_MAX;
	for (p = 0; p < PERM_COUNT; p++)
		b->access.bits[p] = b->word + p * words;
	return b;
}

static void
limit_until(struct access *access, int64_t until)
{
	if (until && until < access->until_us)
		access->until_us = until;
}

static enum status
take_principal(struct db_row *row, void *payload, struct err *err)
{
	struct loading *l = payload;

	(void)err;
	l->found = true;
	l->clearance = (int)db_column_int(row, 0);
	l->disabled = !db_column_null(row, 1);
	return ST_OK;
}

static enum status
take_role(struct db_row *row, void *payload, struct err *err)
{
	struct loading *l = payload;
	struct span name = db_column_bytes(row, 0);
	size_t i;

	(void)err;
	for (i = 0; i < sizeof(role_caps) / sizeof(role_caps[0]); i++)
		if (span_equal_str(name, role_caps[i].role))
			l->block->access.caps |= role_caps[i].caps;
	return ST_OK;
}

static enum status
take_right(struct db_row *row, void *payload, struct err *err)
{
	struct loading *l = payload;
	uint64_t class = (uint64_t)db_column_int(row, 0);
	unsigned perms = (unsigned)db_column_int(row, 1);
	size_t words = l->block->access.words, p;

	if (class / 64 >= words)
		return fail(
		    err, ST_INTERNAL, "access class %" PRIu64 " is above the highest", class);
	for (p = 0; p < PERM_COUNT; p++)
		if (perms & PERM_BIT(p))
			l->block->word[p * words + class / 64] |= UINT64_C(1) << (class % 64);
	limit_until(&l->block->access, db_column_int(row, 2));
	return ST_OK;
}

/* Dated memberships on the way change what follows them when they end. */
static enum status
load_until(struct loading *l, struct err *err)
{
	int64_t until;
	enum status st = db_query_int(l->catalog->db,
	    MINE "SELECT min(m.until) FROM mine JOIN member m ON m.who=mine.id"
		 " WHERE m.ended IS NULL AND m.until>$2",
	    DB_ARGS(db_int(l->principal), db_int(l->now)), &until, err);

	if (st == ST_OK)
		limit_until(&l->block->access, until);
	return st;
}

static enum status
load_rights(struct loading *l, struct err *err)
{
	enum status st = db_query(l->catalog->db,
	    MINE "SELECT p.name FROM mine JOIN principal p ON p.id=mine.id WHERE p.kind='role'",
	    DB_ARGS(db_int(l->principal), db_int(l->now)), take_role, l, err);

	if (st == ST_OK)
		st = load_until(l, err);
	if (st != ST_OK)
		return st;
	return db_query(l->catalog->db,
	    MINE "SELECT r.class, " PERMS_BY_USE_MODE
		 ", r.until FROM mine JOIN class_reader r ON r.who=mine.id"
		 " JOIN access_class k ON k.id=r.class"
		 " WHERE k.level<=$3 AND (r.until IS NULL OR r.until>$2)",
	    DB_ARGS(db_int(l->principal), db_int(l->now), db_int(l->clearance)), take_right, l,
	    err);
}

static enum status
load_block(struct catalog *catalog, struct access_block **out, struct err *err)
{
	int64_t last, version;
	enum status st = db_query_int(
	    catalog->db, "SELECT coalesce(max(id), 0) FROM access_class", DB_NONE, &last, err);

	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "SELECT value FROM counter WHERE name='access_version'", DB_NONE, &version,
		    err);
	if (st != ST_OK)
		return st;
	*out = block_new(last);
	(*out)->access.version = (uint64_t)version;
	return ST_OK;
}

static enum status
load(struct loading *l, struct err *err)
{
	enum status st =
	    db_query(l->catalog->db, "SELECT clearance, disabled_at FROM principal WHERE id=$1",
		DB_ARGS(db_int(l->principal)), take_principal, l, err);

	if (st == ST_OK && !l->found)
		st = fail(err, ST_NOT_FOUND, "principal %" PRId64, l->principal);
	if (st == ST_OK)
		st = load_block(l->catalog, &l->block, err);
	if (st != ST_OK)
		return st;
	l->block->access.principal = l->principal;
	if (l->disabled)
		return ST_OK;
	l->block->access.clearance = l->clearance;
	return load_rights(l, err);
}

enum status
access_load(struct access **out, struct catalog *catalog, int64_t principal, struct err *err)
{
	struct loading l = { .catalog = catalog, .principal = principal, .now = now_us() };
	enum status st;

	*out = NULL;
	/* One moment: the version must be that of the rights. */
	st = db_begin_read(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = load(&l, err);
	db_rollback(catalog->db);
	if (st != ST_OK) {
		free(l.block);
		return st;
	}
	*out = &l.block->access;
	return ST_OK;
}

enum status
access_load_system(struct access **out, struct catalog *catalog, struct err *err)
{
	struct access_block *block = NULL;
	enum status st;

	*out = NULL;
	st = db_begin_read(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = load_block(catalog, &block, err);
	db_rollback(catalog->db);
	if (st != ST_OK)
		return st;
	memset(block->word, 0xff, PERM_COUNT * block->access.words * sizeof(block->word[0]));
	block->access.clearance = LEVEL_CONFIDENTIAL;
	*out = &block->access;
	return ST_OK;
}

enum status
access_is_current(
    const struct access *access, struct catalog *catalog, bool *current, struct err *err)
{
	int64_t version;
	enum status st = db_query_int(catalog->db,
	    "SELECT value FROM counter WHERE name='access_version'", DB_NONE, &version, err);

	if (st == ST_OK)
		*current = (uint64_t)version == access->version && now_us() < access->until_us;
	return st;
}

void
access_free(struct access *access)
{
	/* The struct is the first member of its block. */
	free(access);
}

void
access_freep(struct access **access)
{
	access_free(*access);
	*access = NULL;
}
