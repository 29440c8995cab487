/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sign-ins that fail too fast have to wait: longer each time, never for good (ASVS 5.0 6.1.1: a lock
 * would let anybody lock out anybody).  Kept by the hash of the name and of the address.
 */
#include "audit_parts.h"
#include "db.h"
#include "merkle.h"
#include "principal_parts.h"

#define SECOND_US INT64_C(1000000)

/*
 * An address may stand for a whole office, so it gets more free tries; a name belongs to one person,
 * whom strangers must not keep out for long.
 */
static const struct throttle_kind {
	const char *kind;
	int free_times; /* of throttle.per_minute */
	int wait_max_s;
} kinds[] = {
	{ "name", 1, 30 },
	{ "address", 10, 300 },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct span
key_of(const struct throttle *t, size_t kind)
{
	return span_of(kind == 0 ? t->name : t->address);
}

struct throttle_row {
	int64_t failures, last, not_before;
};

static enum status
take_row(struct db_row *row, void *payload, struct err *err)
{
	struct throttle_row *r = payload;

	(void)err;
	r->failures = db_column_int(row, 0);
	r->last = db_column_int(row, 1);
	r->not_before = db_column_int(row, 2);
	return ST_OK;
}

static enum status
load(struct catalog *catalog, const struct throttle *t, size_t kind, unsigned char key[SHA256_LEN],
    struct throttle_row *row, struct err *err)
{
	memset(row, 0, sizeof(*row));
	merkle_sha256(key_of(t, kind), key);
	return db_query(catalog->db,
	    "SELECT failures, failed, not_before FROM login_throttle"
	    " WHERE kind=$1 AND key_hash=$2",
	    DB_ARGS(db_text(kinds[kind].kind), db_blob(key, SHA256_LEN)), take_row, row, err);
}

enum status
throttle_wait(
    struct catalog *catalog, const struct throttle *t, int64_t now, int *wait_s, struct err *err)
{
	unsigned char key[SHA256_LEN];
	struct throttle_row row;
	enum status st = ST_OK;
	size_t k;

	*wait_s = 0;
	for (k = 0; st == ST_OK && k < KINDS; k++) {
		int64_t wait;

		st = load(catalog, t, k, key, &row, err);
		wait = (row.not_before - now + SECOND_US - 1) / SECOND_US;
		/* A clock that was set back must not make the wait longer than it ever was. */
		if (wait > kinds[k].wait_max_s)
			wait = kinds[k].wait_max_s;
		if (st == ST_OK && row.not_before > now && wait > *wait_s)
			*wait_s = (int)wait;
	}
	return st;
}

/* Each quiet minute gives per_minute tries back. */
static int64_t
failures_left(const struct throttle_row *row, int64_t free_tries, int64_t now)
{
	int64_t quiet = now > row->last ? (now - row->last) / (60 * SECOND_US) : 0;

	return row->failures > quiet * free_tries ? row->failures - quiet * free_tries : 0;
}

static int64_t
delay_s(int64_t over, int max)
{
	if (over <= 0)
		return 0;
	return over > 16 || (INT64_C(1) << over) > max ? max : INT64_C(1) << over;
}

static enum status
failed_one(
    struct catalog *catalog, const struct throttle *t, size_t kind, int64_t now, struct err *err)
{
	int64_t free_tries = (int64_t)t->per_minute * kinds[kind].free_times;
	unsigned char key[SHA256_LEN];
	struct throttle_row row;
	enum status st = load(catalog, t, kind, key, &row, err);
	int64_t failures, wait;

	if (st != ST_OK)
		return st;
	failures = failures_left(&row, free_tries, now) + 1;
	wait = delay_s(failures - free_tries, kinds[kind].wait_max_s);
	return db_exec(catalog->db,
	    "INSERT INTO login_throttle(kind, key_hash, failures, failed, not_before)"
	    " VALUES($1, $2, $3, $4, $5) ON CONFLICT(kind, key_hash) DO UPDATE SET"
	    " failures=excluded.failures, failed=excluded.failed,"
	    " not_before=excluded.not_before",
	    DB_ARGS(db_text(kinds[kind].kind), db_blob(key, SHA256_LEN), db_int(failures),
		db_int(now), db_int(now + wait * SECOND_US)),
	    NULL, err);
}

enum status
throttle_failed(struct catalog *catalog, const struct throttle *t, int64_t now, struct err *err)
{
	enum status st = db_exec(catalog->db, "DELETE FROM login_throttle WHERE failed<$1",
	    DB_ARGS(db_int(now - INT64_C(86400) * SECOND_US)), NULL, err);
	size_t k;

	for (k = 0; st == ST_OK && k < KINDS; k++)
		st = failed_one(catalog, t, k, now, err);
	return st;
}

enum status
throttle_succeeded(struct catalog *catalog, const struct throttle *t, struct err *err)
{
	unsigned char key[SHA256_LEN];

	merkle_sha256(span_of(t->name), key);
	return db_exec(catalog->db, "DELETE FROM login_throttle WHERE kind='name' AND key_hash=$1",
	    DB_ARGS(db_blob(key, SHA256_LEN)), NULL, err);
}
