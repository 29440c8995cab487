/* SPDX-License-Identifier: GPL-3.0-or-later */
/* API tokens: only the SHA-256 of one is kept. */
#include <string.h>

#include "account.h"
#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "json_out.h"
#include "merkle.h"
#include "principal_parts.h"

#define RANDOM_BYTES 32
#define DAY_US (INT64_C(86400) * 1000000)
#define NAME_MAX_BYTES 100

static const struct {
	unsigned bit;
	const char *name;
} scopes[] = {
	{ TOKEN_READ, "read" },
	{ TOKEN_ADD, "add" },
	{ TOKEN_EDIT, "edit" },
};

#define SCOPES (sizeof(scopes) / sizeof(scopes[0]))

enum status
token_scope_parse(struct span text, unsigned *scope, struct err *err)
{
	unsigned all = 0;

	while (text.p) {
		struct span word = span_trim(span_cut(&text, ','));
		size_t i = 0;

		while (i < SCOPES && !span_equal_str(word, scopes[i].name))
			i++;
		if (i == SCOPES)
			return fail(err, ST_INVALID, "a scope is read, add or edit");
		all |= scopes[i].bit;
	}
	*scope = all;
	return all ? ST_OK : fail(err, ST_INVALID, "a token is for something");
}

void
token_scope_text(unsigned scope, struct strbuf *out)
{
	const char *comma = "";

	for (size_t i = 0; i < SCOPES; i++) {
		if (!(scope & scopes[i].bit))
			continue;
		strbuf_addf(out, "%s%s", comma, scopes[i].name);
		comma = ",";
	}
}

/* tt_ and 43 characters of base64url: anything else never was one. */
static bool
token_form(struct span text)
{
	if (text.n != TOKEN_LEN || !span_starts(text, SPAN(TOKEN_PREFIX)))
		return false;
	for (size_t i = sizeof(TOKEN_PREFIX) - 1; i < text.n; i++) {
		char c = text.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '_'))
			return false;
	}
	return true;
}

struct span
token_of_header(struct span authorization)
{
	struct span scheme = span_cut(&authorization, ' ');
	struct span text = span_trim(authorization);

	if (!span_equal_nocase(scheme, SPAN("Bearer")) || !token_form(text))
		return span_make(NULL, 0);
	return text;
}

/* --- making and ending ------------------------------------------------------------------------- */

static enum status
check_new(struct catalog *catalog, int64_t principal, const char *name, unsigned scope,
    int64_t days, struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct principal p;
	int64_t live;
	enum status st;

	if (!name || !*name || strlen(name) > NAME_MAX_BYTES || !utf8_valid(span_of(name)))
		return fail(err, ST_INVALID, "the name of a token is 1 to %d bytes of UTF-8",
		    NAME_MAX_BYTES);
	if (scope == 0 || (scope & ~(unsigned)TOKEN_ALL))
		return fail(err, ST_INVALID, "a token is for something");
	if (days < 1 || days > TOKEN_DAYS_MAX)
		return fail(err, ST_INVALID, "a token lives 1 to %d days", TOKEN_DAYS_MAX);
	st = principal_by_id(catalog, principal, arena, &p, err);
	if (st == ST_OK && p.kind != PRINCIPAL_USER && p.kind != PRINCIPAL_SERVICE)
		st = fail(err, ST_INVALID, "tokens belong to people and services");
	if (st == ST_OK)
		st = db_query_int(catalog->db,
		    "SELECT count(*) FROM api_token WHERE principal=$1 AND ended IS NULL"
		    " AND expires>$2",
		    DB_ARGS(db_int(principal), db_int(now_us())), &live, err);
	if (st == ST_OK && live >= TOKENS_MAX)
		st = fail(err, ST_LIMIT, "%d tokens are enough; end one first", TOKENS_MAX);
	return st;
}

static enum status
note(struct catalog *catalog, const struct actor *actor, const char *action, int64_t principal,
    const char *uid, unsigned scope, struct err *err)
{
	owned(strbuf_free) struct strbuf detail = STRBUF_INIT, names = STRBUF_INIT;
	struct json_out json;

	token_scope_text(scope, &names);
	json_start(&json, &detail);
	json_object(&json);
	json_key_str(&json, "token", uid);
	if (scope)
		json_key_str(&json, "scope", names.buf);
	json_end_object(&json);
	return principal_note(catalog, actor, action, principal, detail.buf, err);
}

static void
make_text(char text[TOKEN_LEN + 1], unsigned char hash[SHA256_LEN])
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	unsigned char bytes[RANDOM_BYTES];

	random_bytes(bytes, sizeof(bytes));
	strbuf_add_str(&out, TOKEN_PREFIX);
	base64url_encode(bytes, sizeof(bytes), &out);
	merkle_sha256(strbuf_span(&out), hash);
	memcpy(text, out.buf, TOKEN_LEN + 1);
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(out.buf, out.len);
}

static enum status
create(struct catalog *catalog, const struct actor *actor, int64_t principal, const char *name,
    unsigned scope, int64_t days, char text[TOKEN_LEN + 1], char uid[UID_LEN + 1], struct err *err)
{
	unsigned char hash[SHA256_LEN];
	int64_t now = now_us();
	enum status st = check_new(catalog, principal, name, scope, days, err);

	if (st != ST_OK)
		return st;
	make_text(text, hash);
	uid_make(uid);
	st = db_exec(catalog->db,
	    "INSERT INTO api_token(uid, principal, name, hash, scope, created, created_by, expires)"
	    " VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
	    DB_ARGS(db_text(uid), db_int(principal), db_text(name), db_blob(hash, sizeof(hash)),
		db_int(scope), db_int(now), db_ref(actor->principal), db_int(now + days * DAY_US)),
	    NULL, err);
	return st == ST_OK ? note(catalog, actor, "token.create", principal, uid, scope, err) : st;
}

enum status
token_create(struct catalog *catalog, const struct actor *actor, int64_t principal,
    const char *name, unsigned scope, int64_t days, char text[TOKEN_LEN + 1], char uid[UID_LEN + 1],
    struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, create(catalog, actor, principal, name, scope, days, text, uid, err), err);
}

static enum status
end_one(struct catalog *catalog, const struct actor *actor, int64_t principal, const char *uid,
    struct err *err)
{
	int64_t ended;
	enum status st = db_exec(catalog->db,
	    "UPDATE api_token SET ended=$3 WHERE principal=$1 AND uid=$2 AND ended IS NULL"
	    " AND expires>$3",
	    DB_ARGS(db_int(principal), db_text(uid), db_int(now_us())), &ended, err);

	if (st == ST_OK && ended == 0)
		return fail(err, ST_NOT_FOUND, "no live token");
	return st == ST_OK ? note(catalog, actor, "token.end", principal, uid, 0, err) : st;
}

enum status
token_end(struct catalog *catalog, const struct actor *actor, int64_t principal, const char *uid,
    struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, end_one(catalog, actor, principal, uid, err), err);
}

/* --- reading ----------------------------------------------------------------------------------- */

struct token_rows {
	struct arena *arena;
	struct token row[TOKENS_MAX];
	size_t count;
};

static enum status
take_token(struct db_row *row, void *payload, struct err *err)
{
	struct token_rows *rows = payload;
	struct token *t = &rows->row[rows->count];

	(void)err;
	if (rows->count == TOKENS_MAX)
		return ST_OK;
	rows->count++;
	t->id = db_column_int(row, 0);
	t->uid = db_column_text(row, 1, rows->arena);
	t->name = db_column_text(row, 2, rows->arena);
	t->principal = db_column_int(row, 3);
	t->scope = (unsigned)db_column_int(row, 4);
	t->created_us = db_column_int(row, 5);
	t->expires_us = db_column_int(row, 6);
	t->used_us = db_column_int(row, 7);
	return ST_OK;
}

#define TOKEN_SELECT \
	"SELECT t.id, t.uid, t.name, t.principal, t.scope, t.created, t.expires, t.used" \
	" FROM api_token t JOIN principal p ON p.id=t.principal" \
	" WHERE t.ended IS NULL AND t.expires>$2 AND p.disabled_at IS NULL AND "

enum status
token_list(struct catalog *catalog, int64_t principal, struct arena *arena,
    const struct token **out, size_t *count, struct err *err)
{
	struct token_rows *rows = arena_alloc(arena, sizeof(*rows));
	enum status st;

	rows->arena = arena;
	st = db_query(catalog->db, TOKEN_SELECT "t.principal=$1 ORDER BY t.id DESC",
	    DB_ARGS(db_int(principal), db_int(now_us())), take_token, rows, err);
	if (st != ST_OK)
		return st;
	*out = rows->row;
	*count = rows->count;
	return ST_OK;
}

enum status
token_load(struct catalog *catalog, struct span text, struct arena *arena, struct token *token,
    struct err *err)
{
	struct token_rows rows = { .arena = arena };
	unsigned char hash[SHA256_LEN];
	enum status st = ST_OK;

	if (token_form(text)) {
		merkle_sha256(text, hash);
		st = db_query(catalog->db, TOKEN_SELECT "t.hash=$1",
		    DB_ARGS(db_blob(hash, sizeof(hash)), db_int(now_us())), take_token, &rows, err);
	}
	if (st == ST_OK && rows.count == 0)
		return fail(err, ST_UNAUTHENTICATED, "no live token");
	if (st == ST_OK)
		*token = rows.row[0];
	return st;
}

enum status
token_touch(struct catalog *catalog, int64_t id, struct err *err)
{
	return db_exec(catalog->db, "UPDATE api_token SET used=$2 WHERE id=$1 AND ended IS NULL",
	    DB_ARGS(db_int(id), db_int(now_us())), NULL, err);
}
