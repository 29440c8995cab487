/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in: the throttle, the password, the session and what the log says of it. */
#include <sodium.h>
#include <string.h>

#include "account.h"
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
	/* Disabled: as unknown as a wrong name. */
	if (hash.n >= sizeof(login->hash) || !db_column_null(row, 2))
		return ST_OK;
	login->principal = db_column_int(row, 0);
	/* The dummy stays: a password of ours never matches. */
	login->external = hash.n == 0;
	if (login->external)
		return ST_OK;
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
	    login->principal != 0 && !login->external;
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
	    now.principal == login->principal && now.external == login->external &&
	    secret_equal(span_of(now.hash), span_of(login->hash));
	return st;
}

/* What becomes of a try that is right: a new session, or an old one that is proved again. */
struct entry {
	const char *new_hash; /* NULL: the stored one is good */
	int64_t again;	      /* session that is proved, 0 = none */
	char *token;
	struct arena *arena;
	struct session *session; /* a new one, or NULL */
	int factor;
	bool recovery;
};

static enum status
make_session(
    struct catalog *catalog, const char *address, int64_t who, struct entry *e, struct err *err)
{
	enum status st = session_create(catalog, who, e->token, e->arena, e->session, err);

	if (st != ST_OK)
		return st;
	e->session->factor = e->factor;
	e->session->address = arena_dup(e->arena, address);
	return db_exec(catalog->db, "UPDATE session SET factor=$2, address=$3 WHERE id=$1",
	    DB_ARGS(db_int(e->session->id), db_int(e->factor), db_text(address)), NULL, err);
}

static enum status
prove_session(struct catalog *catalog, int64_t who, const struct entry *e, struct err *err)
{
	int64_t changed;
	enum status st = db_exec(catalog->db,
	    "UPDATE session SET verified=$2, factor=$4 WHERE id=$1 AND principal=$3 AND ended IS NULL",
	    DB_ARGS(db_int(e->again), db_int(now_us()), db_int(who), db_int(e->factor)), &changed,
	    err);

	if (st == ST_OK && changed == 0)
		return fail(err, ST_UNAUTHENTICATED, "the session has ended");
	return st;
}

static enum status
accept(struct catalog *catalog, const struct actor *actor, const struct throttle *t, int64_t who,
    struct entry *e, struct err *err)
{
	struct actor self = *actor;
	enum status st = throttle_succeeded(catalog, t, err);

	if (st == ST_OK && e->new_hash)
		st = db_exec(catalog->db, "UPDATE principal SET secret=$2 WHERE id=$1",
		    DB_ARGS(db_int(who), db_text(e->new_hash)), NULL, err);
	if (st == ST_OK && e->again)
		st = prove_session(catalog, who, e, err);
	if (st == ST_OK && e->session)
		st = make_session(catalog, t->address, who, e, err);
	if (st != ST_OK)
		return st;
	self.principal = who;
	self.session = e->session ? e->session->id : e->again;
	return principal_note(catalog, &self, e->session ? "login" : "login.again", who,
	    e->recovery		 ? "{\"factor\":\"recovery\"}"
		: e->factor == 2 ? "{\"factor\":\"totp\"}"
				 : NULL,
	    err);
}

/*
 * The second factor of an account that has one.  *outcome ST_UNAUTHENTICATED: the code is missing
 * (wants_code) or wrong.
 */
static enum status
check_factor(struct catalog *catalog, struct login *login, struct entry *e, enum status *outcome,
    struct err *err)
{
	struct factor factor;
	enum status st = factor_load(catalog, login->principal, &factor, err);

	e->factor = 1;
	if (st != ST_OK || !factor.confirmed)
		return st;
	if (!login->seal)
		return fail(err, ST_INTERNAL, "a second factor cannot be checked here");
	*outcome = ST_UNAUTHENTICATED;
	login->wants_code = !login->code || !*login->code;
	if (login->wants_code)
		return ST_OK;
	st = factor_spend(
	    catalog, login->principal, login->seal, span_of(login->code), &e->recovery, err);
	if (st == ST_OK) {
		e->factor = 2;
		*outcome = ST_OK;
	}
	return st == ST_UNAUTHENTICATED ? ST_OK : st;
}

/* *outcome is what the caller is told once the transaction stands. */
static enum status
finish(struct catalog *catalog, const struct actor *actor, const struct throttle *t,
    struct login *login, struct entry *e, enum status *outcome, struct err *err)
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
	if (st == ST_OK && valid)
		st = check_factor(catalog, login, e, outcome, err);
	else
		*outcome = ST_UNAUTHENTICATED;
	if (st != ST_OK || login->wants_code)
		return st;
	if (*outcome == ST_OK)
		return accept(catalog, actor, t, login->principal, e, err);
	return refuse(catalog, actor, t, err);
}

static enum status
finish_whole(struct catalog *catalog, const struct actor *actor, const struct throttle *t,
    struct login *login, struct entry *e, struct err *err)
{
	enum status outcome = ST_OK, st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	st = catalog_end(catalog, finish(catalog, actor, t, login, e, &outcome, err), err);
	if (st != ST_OK || outcome == ST_OK)
		return st;
	if (outcome == ST_LIMIT)
		return fail(err, ST_LIMIT, "too many sign-ins failed");
	return fail(err, ST_UNAUTHENTICATED,
	    login->wants_code ? "the code of the second factor is missing"
			      : "wrong name, password or code");
}

enum status
login_finish(struct catalog *catalog, const struct actor *actor, const char *name,
    const char *address, struct login *login, struct span password, char token[44],
    struct arena *arena, struct session *session, struct err *err)
{
	struct throttle t = { name, address, login->per_minute };
	struct entry e = { .token = token, .arena = arena, .session = session };
	char new_hash[PASSWORD_HASH_MAX];
	enum status st;

	if (login->matches && login->rehash) {
		if ((st = password_hash(password, new_hash, err)) != ST_OK)
			return st;
		e.new_hash = new_hash;
	}
	return finish_whole(catalog, actor, &t, login, &e, err);
}

enum status
login_again(struct catalog *catalog, const struct actor *actor, const char *name,
    const char *address, struct login *login, int64_t session, struct err *err)
{
	struct throttle t = { name, address, login->per_minute };
	struct entry e = { .again = session };

	return finish_whole(catalog, actor, &t, login, &e, err);
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
