/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions: only the SHA-256 of a token is kept. */
#include <inttypes.h>

#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "merkle.h"
#include "principal_parts.h"

#define TOKEN_BYTES 32
#define TOKEN_TEXT 43 /* base64url without padding */
#define NAME_BYTES 8
#define SECOND_US INT64_C(1000000)
#define KEEP_US (INT64_C(30) * 86400 * SECOND_US) /* over, and long enough looked at */

static void
make_token(struct strbuf *out)
{
	unsigned char bytes[TOKEN_BYTES];

	random_bytes(bytes, sizeof(bytes));
	base64url_encode(bytes, sizeof(bytes), out);
	explicit_bzero(bytes, sizeof(bytes));
}

/* The hash of a token tells nothing of it, and its head tells one session of a person from another. */
static const char *
name_of(const unsigned char hash[SHA256_LEN], struct arena *arena)
{
	char hex[2 * NAME_BYTES + 1];

	hex_encode(hash, NAME_BYTES, hex);
	return arena_dup(arena, hex);
}

static enum status
sweep(struct catalog *catalog, int64_t now, struct err *err)
{
	return db_exec(catalog->db, "DELETE FROM session WHERE created<$1",
	    DB_ARGS(db_int(now - KEEP_US)), NULL, err);
}

enum status
session_create(struct catalog *catalog, int64_t principal, char token[44], struct arena *arena,
    struct session *session, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT, csrf = STRBUF_INIT;
	unsigned char hash[SHA256_LEN];
	int64_t now = now_us();
	enum status st = sweep(catalog, now, err);

	if (st != ST_OK)
		return st;
	make_token(&text);
	make_token(&csrf);
	merkle_sha256(strbuf_span(&text), hash);
	st = db_query_int(catalog->db,
	    "INSERT INTO session(token_hash, principal, csrf, created, seen, verified)"
	    " VALUES($1, $2, $3, $4, $4, $4) RETURNING id",
	    DB_ARGS(db_blob(hash, sizeof(hash)), db_int(principal), db_text(csrf.buf), db_int(now)),
	    &session->id, err);
	if (st != ST_OK)
		return st;
	memcpy(token, text.buf, TOKEN_TEXT + 1);
	explicit_bzero(text.buf, text.len);
	session->principal = principal;
	session->csrf = arena_dup(arena, csrf.buf);
	session->created_us = session->seen_us = session->verified_us = now;
	session->factor = 1;
	session->address = NULL;
	session->name = name_of(hash, arena);
	return ST_OK;
}

struct session_rows {
	struct arena *arena;
	struct session *row;
	size_t count, room;
};

static enum status
take_session(struct db_row *row, void *payload, struct err *err)
{
	struct session_rows *rows = payload;
	struct span hash = db_column_bytes(row, 8);
	struct session *s;

	if (hash.n != SHA256_LEN)
		return fail(err, ST_CORRUPT, "a session without the hash of its token");
	if (rows->count == rows->room) {
		size_t room = rows->room ? rows->room * 2 : 4;

		s = arena_array(rows->arena, room, sizeof(*s));
		if (rows->count)
			memcpy(s, rows->row, rows->count * sizeof(*s));
		rows->row = s;
		rows->room = room;
	}
	s = &rows->row[rows->count++];
	s->id = db_column_int(row, 0);
	s->principal = db_column_int(row, 1);
	s->csrf = db_column_text(row, 2, rows->arena);
	s->created_us = db_column_int(row, 3);
	s->seen_us = db_column_int(row, 4);
	s->verified_us = db_column_int(row, 5);
	s->factor = (int)db_column_int(row, 6);
	s->address = db_column_text(row, 7, rows->arena);
	s->name = name_of((const unsigned char *)hash.p, rows->arena);
	return ST_OK;
}

#define MORE ", s.verified, s.factor, s.address, s.token_hash"
/* A clock set back ends no session early and keeps none for ever: created is in the past, too. */
#define LIVE \
	" JOIN principal p ON p.id=s.principal WHERE s.ended IS NULL AND p.disabled_at IS NULL" \
	" AND s.seen>$2 AND s.created>$3"

enum status
session_load(struct catalog *catalog, struct span token, int64_t idle_s, int64_t absolute_s,
    struct arena *arena, struct session *session, struct err *err)
{
	struct session_rows rows = { .arena = arena };
	unsigned char hash[SHA256_LEN];
	int64_t now = now_us();
	enum status st = ST_OK;

	if (token.n == TOKEN_TEXT) {
		merkle_sha256(token, hash);
		st = db_query(catalog->db,
		    "SELECT s.id, s.principal, s.csrf, s.created, s.seen" MORE
		    " FROM session s" LIVE " AND s.token_hash=$1",
		    DB_ARGS(db_blob(hash, sizeof(hash)), db_int(now - idle_s * SECOND_US),
			db_int(now - absolute_s * SECOND_US)),
		    take_session, &rows, err);
	}
	if (st == ST_OK && rows.count == 0)
		return fail(err, ST_UNAUTHENTICATED, "no live session");
	if (st == ST_OK)
		*session = rows.row[0];
	return st;
}

enum status
session_list(struct catalog *catalog, int64_t principal, int64_t idle_s, int64_t absolute_s,
    struct arena *arena, const struct session **out, size_t *count, struct err *err)
{
	struct session_rows rows = { .arena = arena };
	int64_t now = now_us();
	enum status st = db_query(catalog->db,
	    "SELECT s.id, s.principal, NULL, s.created, s.seen" MORE " FROM session s" LIVE
	    " AND s.principal=$1 ORDER BY s.id DESC",
	    DB_ARGS(db_int(principal), db_int(now - idle_s * SECOND_US),
		db_int(now - absolute_s * SECOND_US)),
	    take_session, &rows, err);

	if (st != ST_OK)
		return st;
	*out = rows.row;
	*count = rows.count;
	return ST_OK;
}

enum status
session_touch(struct catalog *catalog, int64_t id, struct err *err)
{
	return db_exec(catalog->db, "UPDATE session SET seen=$2 WHERE id=$1 AND ended IS NULL",
	    DB_ARGS(db_int(id), db_int(now_us())), NULL, err);
}

static enum status
end_one(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	int64_t principal;
	enum status st = db_lookup_int(catalog->db,
	    "UPDATE session SET ended=$2 WHERE id=$1 AND ended IS NULL RETURNING principal",
	    DB_ARGS(db_int(id), db_int(now_us())), &principal, err);

	if (st == ST_OK && principal == 0)
		return fail(err, ST_NOT_FOUND, "no live session %" PRId64, id);
	return st == ST_OK ? principal_note(catalog, actor, "logout", principal, NULL, err) : st;
}

enum status
session_end(struct catalog *catalog, const struct actor *actor, int64_t id, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, end_one(catalog, actor, id, err), err);
}

enum status
session_end_all(struct catalog *catalog, int64_t principal, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE session SET ended=$2 WHERE principal=$1 AND ended IS NULL",
	    DB_ARGS(db_int(principal), db_int(now_us())), NULL, err);
}

enum status
session_end_others(struct catalog *catalog, int64_t principal, int64_t except, struct err *err)
{
	return db_exec(catalog->db,
	    "UPDATE session SET ended=$2 WHERE principal=$1 AND ended IS NULL AND id<>$3",
	    DB_ARGS(db_int(principal), db_int(now_us()), db_int(except)), NULL, err);
}

static enum status
revoke(struct catalog *catalog, const struct actor *actor, int64_t principal, int64_t except,
    struct err *err)
{
	enum status st = session_end_others(catalog, principal, except, err);

	return st == ST_OK ? principal_note(catalog, actor, "session.revoke", principal, NULL, err)
			   : st;
}

enum status
session_revoke(struct catalog *catalog, const struct actor *actor, int64_t principal,
    int64_t except, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, revoke(catalog, actor, principal, except, err), err);
}

static enum status
end_named(struct catalog *catalog, const struct actor *actor, int64_t principal, const char *name,
    struct err *err)
{
	unsigned char head[NAME_BYTES];
	int64_t id = 0;
	enum status st = ST_OK;

	if (hex_decode(span_of(name), head, sizeof(head)))
		st = db_lookup_int(catalog->db,
		    "SELECT id FROM session WHERE principal=$1 AND ended IS NULL"
		    " AND substr(token_hash, 1, 8)=$2",
		    DB_ARGS(db_int(principal), db_blob(head, sizeof(head))), &id, err);
	if (st == ST_OK && id == 0)
		return fail(err, ST_NOT_FOUND, "no live session of that name");
	return st == ST_OK ? end_one(catalog, actor, id, err) : st;
}

enum status
session_end_named(struct catalog *catalog, const struct actor *actor, int64_t principal,
    const char *name, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, end_named(catalog, actor, principal, name, err), err);
}
