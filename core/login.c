/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in: the throttle, the password, the session and what the log says of it. */
#include <sodium.h>
#include <string.h>

#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "merkle.h"
#include "principal_parts.h"

#define NOTED_US \
	INT64_C(60000000) /* one log entry a minute of tries that were not even looked at */

static enum status
take_stored(struct db_row *row, void *payload, struct err *err)
{
	struct login *login = payload;
	struct span hash = db_column_bytes(row, 1);

	(void)err;
	/* Disabled or without a password: as unknown as a wrong name. */
	if (hash.n == 0 || hash.n >= sizeof(login->hash) || !db_column_null(row, 2))
		return ST_OK;
	login->principal = db_column_int(row, 0);
	memset(login->hash, 0, sizeof(login->hash));
	memcpy(login->hash, hash.p, hash.n);
	return ST_OK;
}

static enum status
load_hash(struct catalog *catalog, const char *name, struct login *login, struct err *err)
{
	memset(login, 0, sizeof(*login));
	memcpy(login->hash, password_dummy, strlen(password_dummy));
	return db_query(catalog->db,
	    "SELECT id, secret, disabled_at FROM principal WHERE name=$1 AND kind='user'",
	    DB_ARGS(db_text(name)), take_stored, login, err);
}

enum status
login_begin(struct catalog *catalog, const char *name, const char *address, int per_minute,
    struct login *login, int *retry_s, struct err *err)
{
	struct throttle t = { name, address, per_minute };
	enum status st = throttle_wait(catalog, &t, now_us(), retry_s, err);

	if (st == ST_OK && *retry_s > 0)
		return fail(err, ST_LIMIT, "too many sign-ins failed; wait %d s", *retry_s);
	if (st == ST_OK)
		st = load_hash(catalog, name, login, err);
	if (st == ST_OK)
		login->per_minute = per_minute;
	return st;
}

void
login_verify(struct login *login, struct span password)
{
	login->matches = false;
	/* Longer ones never were accepted; the dummy keeps the cost the same. */
	if (sodium_init() < 0)
		return;
	login->matches =
	    crypto_pwhash_str_verify(login->hash, password.n ? password.p : "", password.n) == 0 &&
	    login->principal != 0;
	login->rehash = login->matches &&
	    crypto_pwhash_str_needs_rehash(login->hash, PASSWORD_OPS, PASSWORD_MEMORY) != 0;
}

/* The name that was tried may be a password typed into the wrong box: it is private. */
static enum status
note_refusal(struct catalog *catalog, const struct actor *actor, const char *outcome,
    const char *name, struct err *err)
{
	struct event_private tried = { "name", span_of(name) };
	struct event event = { .event_class = EVENT_SECURITY,
		.action = "login",
		.outcome = outcome,
		.priv = &tried,
		.priv_count = 1 };
	struct actor nobody = { .source = actor->source };

	return audit_append(catalog, &nobody, &event, err);
}

static enum status
refuse(
    struct catalog *catalog, const struct actor *actor, const struct throttle *t, struct err *err)
{
	enum status st = throttle_failed(catalog, t, now_us(), err);

	return st == ST_OK ? note_refusal(catalog, actor, "failed", t->name, err) : st;
}

/* Only if what was verified is still what stands there. */
static enum status
still_valid(struct catalog *catalog, const char *name, const struct login *login, bool *valid,
    struct err *err)
{
	struct login now;
	enum status st = load_hash(catalog, name, &now, err);

	*valid = st == ST_OK && login->matches && login->principal != 0 &&
	    now.principal == login->principal &&
	    secret_equal(span_of(now.hash), span_of(login->hash));
	return st;
}

static enum status
accept(struct catalog *catalog, const struct actor *actor, const struct throttle *t,
    const struct login *login, const char *new_hash, char token[44], struct arena *arena,
    struct session *session, struct err *err)
{
	struct actor who = *actor;
	enum status st = throttle_succeeded(catalog, t, err);

	if (st == ST_OK && new_hash)
		st = db_exec(catalog->db, "UPDATE principal SET secret=$2 WHERE id=$1",
		    DB_ARGS(db_int(login->principal), db_text(new_hash)), NULL, err);
	if (st == ST_OK)
		st = session_create(catalog, login->principal, token, arena, session, err);
	if (st != ST_OK)
		return st;
	who.principal = login->principal;
	who.session = session->id;
	return principal_note(catalog, &who, "login", login->principal, NULL, err);
}

/* *outcome is what the caller is told once the transaction stands. */
static enum status
finish(struct catalog *catalog, const struct actor *actor, const struct throttle *t,
    const struct login *login, const char *new_hash, char token[44], struct arena *arena,
    struct session *session, enum status *outcome, struct err *err)
{
	bool valid;
	int wait_s;
	/* Tries that began together must not all be looked at. */
	enum status st = throttle_wait(catalog, t, now_us(), &wait_s, err);

	if (st == ST_OK && wait_s > 0) {
		*outcome = ST_LIMIT;
		return note_refusal(catalog, actor, "throttled", t->name, err);
	}
	if (st == ST_OK)
		st = still_valid(catalog, t->name, login, &valid, err);
	if (st != ST_OK)
		return st;
	if (valid)
		return accept(catalog, actor, t, login, new_hash, token, arena, session, err);
	*outcome = ST_UNAUTHENTICATED;
	return refuse(catalog, actor, t, err);
}

enum status
login_finish(struct catalog *catalog, const struct actor *actor, const char *name,
    const char *address, const struct login *login, struct span password, char token[44],
    struct arena *arena, struct session *session, struct err *err)
{
	struct throttle t = { name, address, login->per_minute };
	char new_hash[PASSWORD_HASH_MAX];
	bool rehash = login->matches && login->rehash;
	enum status st = ST_OK, outcome = ST_OK;

	if (rehash)
		st = password_hash(password, new_hash, err);
	if (st == ST_OK)
		st = db_begin(catalog->db, err);
	if (st != ST_OK)
		return st;
	st = finish(catalog, actor, &t, login, rehash ? new_hash : NULL, token, arena, session,
	    &outcome, err);
	st = catalog_end(catalog, st, err);
	if (st != ST_OK || outcome == ST_OK)
		return st;
	return outcome == ST_LIMIT ? fail(err, ST_LIMIT, "too many sign-ins failed")
				   : fail(err, ST_UNAUTHENTICATED, "wrong name or password");
}

/*
 * Once a minute for each name and address; remembered like views of a record, under no session.
 */
static enum status
note_throttled(struct catalog *catalog, const struct actor *actor, const char *name,
    const char *address, struct err *err)
{
	owned(strbuf_free) struct strbuf both = STRBUF_INIT;
	unsigned char hash[SHA256_LEN];
	char key[SHA256_HEX + 1];
	int64_t at, now = now_us();
	enum status st;

	strbuf_addf(&both, "%s\n%s", name, address);
	merkle_sha256(strbuf_span(&both), hash);
	hex_encode(hash, sizeof(hash), key);
	st = db_lookup_int(catalog->db,
	    "SELECT at FROM access_seen WHERE session=0 AND action='login' AND record=$1 AND page=0",
	    DB_ARGS(db_text(key)), &at, err);
	if (st != ST_OK || (at <= now && at > now - NOTED_US))
		return st;
	st = db_exec(catalog->db,
	    "INSERT INTO access_seen(session, action, record, page, at) VALUES(0, 'login', $1, 0, $2)"
	    " ON CONFLICT(session, action, record, page) DO UPDATE SET at=excluded.at",
	    DB_ARGS(db_text(key), db_int(now)), NULL, err);
	return st == ST_OK ? note_refusal(catalog, actor, "throttled", name, err) : st;
}

enum status
login_throttled(struct catalog *catalog, const struct actor *actor, const char *name,
    const char *address, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, note_throttled(catalog, actor, name, address, err), err);
}
