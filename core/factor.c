/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second factors of people: sealed seeds, spent steps, recovery codes. */
#include <ctype.h>
#include <sodium.h>

#include "account.h"
#include "audit_parts.h"
#include "catalog_parts.h"
#include "db.h"
#include "merkle.h"
#include "principal_parts.h"

#define RECOVERY_BYTES 10
#define NONCE crypto_secretbox_NONCEBYTES
#define SEALED_LEN (NONCE + crypto_secretbox_MACBYTES + TOTP_SEED_LEN)
#define SECOND_US INT64_C(1000000)
_Static_assert(SEAL_KEY_LEN == crypto_secretbox_KEYBYTES, "the key fits libsodium's box");

static void
close_seed(
    const struct seal *seal, const unsigned char seed[TOTP_SEED_LEN], unsigned char out[SEALED_LEN])
{
	random_bytes(out, NONCE);
	crypto_secretbox_easy(out + NONCE, seed, TOTP_SEED_LEN, out, seal->key);
}

static enum status
open_seed(const struct seal *seal, const unsigned char sealed[SEALED_LEN],
    unsigned char seed[TOTP_SEED_LEN], struct err *err)
{
	if (crypto_secretbox_open_easy(
		seed, sealed + NONCE, SEALED_LEN - NONCE, sealed, seal->key) != 0)
		return fail(err, ST_CORRUPT, "a second factor was sealed with another key");
	return ST_OK;
}

/* --- rows -------------------------------------------------------------------------------------- */

struct row {
	bool found, confirmed, pending;
	unsigned char sealed[SEALED_LEN], waiting[SEALED_LEN];
	uint64_t last_step;
	int64_t confirmed_us;
};

static bool
copy_sealed(struct db_row *row, int column, unsigned char out[SEALED_LEN])
{
	struct span bytes = db_column_bytes(row, column);

	if (bytes.n != SEALED_LEN)
		return false;
	memcpy(out, bytes.p, SEALED_LEN);
	return true;
}

static enum status
take_row(struct db_row *row, void *payload, struct err *err)
{
	struct row *r = payload;

	(void)err;
	r->found = true;
	r->confirmed = copy_sealed(row, 0, r->sealed);
	r->pending = copy_sealed(row, 1, r->waiting);
	r->last_step = (uint64_t)db_column_int(row, 2);
	r->confirmed_us = db_column_int(row, 3);
	return ST_OK;
}

static enum status
load_row(struct catalog *catalog, int64_t principal, struct row *row, struct err *err)
{
	memset(row, 0, sizeof(*row));
	return db_query(catalog->db,
	    "SELECT sealed, pending, last_step, confirmed FROM totp WHERE principal=$1",
	    DB_ARGS(db_int(principal)), take_row, row, err);
}

enum status
factor_load(struct catalog *catalog, int64_t principal, struct factor *factor, struct err *err)
{
	struct row row;
	enum status st = load_row(catalog, principal, &row, err);

	if (st != ST_OK)
		return st;
	factor->confirmed = row.confirmed;
	factor->pending = row.pending;
	factor->confirmed_us = row.confirmed_us;
	return db_query_int(catalog->db,
	    "SELECT count(*) FROM recovery_code WHERE principal=$1 AND used IS NULL",
	    DB_ARGS(db_int(principal)), &factor->recovery_left, err);
}

/* --- beginning and confirming ------------------------------------------------------------------ */

static enum status
begin(struct catalog *catalog, const struct actor *actor, int64_t principal,
    const unsigned char sealed[SEALED_LEN], struct err *err)
{
	owned(arena_freep) struct arena *arena = arena_new();
	struct principal p;
	enum status st = principal_by_id(catalog, principal, arena, &p, err);

	if (st == ST_OK && p.kind != PRINCIPAL_USER)
		st = fail(err, ST_INVALID, "only people have a second factor");
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "INSERT INTO totp(principal, pending) VALUES($1, $2)"
		    " ON CONFLICT(principal) DO UPDATE SET pending=excluded.pending",
		    DB_ARGS(db_int(principal), db_blob(sealed, SEALED_LEN)), NULL, err);
	return st == ST_OK ? principal_note(catalog, actor, "factor.begin", principal, NULL, err)
			   : st;
}

enum status
factor_begin(struct catalog *catalog, const struct actor *actor, int64_t principal,
    const struct seal *seal, unsigned char seed[TOTP_SEED_LEN], struct err *err)
{
	unsigned char sealed[SEALED_LEN];
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	random_bytes(seed, TOTP_SEED_LEN);
	close_seed(seal, seed, sealed);
	return catalog_end(catalog, begin(catalog, actor, principal, sealed, err), err);
}

static void
code_hash(int64_t principal, const char *code, unsigned char hash[SHA256_LEN])
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%lld %s", (long long)principal, code);
	merkle_sha256(strbuf_span(&text), hash);
	explicit_bzero(text.buf, text.len);
}

/* "ABCD-EFGH-IJKL-MNOP" */
static void
make_code(char out[RECOVERY_TEXT + 1])
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	unsigned char bytes[RECOVERY_BYTES];

	random_bytes(bytes, sizeof(bytes));
	base32_encode(bytes, sizeof(bytes), &text);
	snprintf(out, RECOVERY_TEXT + 1, "%.4s-%.4s-%.4s-%.4s", text.buf, text.buf + 4,
	    text.buf + 8, text.buf + 12);
	explicit_bzero(bytes, sizeof(bytes));
	explicit_bzero(text.buf, text.len);
}

static enum status
new_codes(struct catalog *catalog, int64_t principal, char codes[RECOVERY_CODES][RECOVERY_TEXT + 1],
    struct err *err)
{
	unsigned char hash[SHA256_LEN];
	enum status st = db_exec(catalog->db, "DELETE FROM recovery_code WHERE principal=$1",
	    DB_ARGS(db_int(principal)), NULL, err);

	for (size_t i = 0; st == ST_OK && i < RECOVERY_CODES; i++) {
		make_code(codes[i]);
		code_hash(principal, codes[i], hash);
		st = db_exec(catalog->db,
		    "INSERT INTO recovery_code(principal, hash) VALUES($1, $2)",
		    DB_ARGS(db_int(principal), db_blob(hash, sizeof(hash))), NULL, err);
	}
	return st;
}

static enum status
confirm(struct catalog *catalog, const struct actor *actor, int64_t principal,
    const struct seal *seal, struct span code, char codes[RECOVERY_CODES][RECOVERY_TEXT + 1],
    struct err *err)
{
	unsigned char seed[TOTP_SEED_LEN];
	int64_t now = now_us();
	uint64_t step = 0;
	struct row row;
	enum status st = load_row(catalog, principal, &row, err);

	if (st == ST_OK && !row.pending)
		return fail(err, ST_NOT_FOUND, "no second factor waits to be confirmed");
	if (st == ST_OK && (st = open_seed(seal, row.waiting, seed, err)) == ST_OK) {
		step = totp_check(seed, code, now / SECOND_US, 0);
		explicit_bzero(seed, sizeof(seed));
	}
	if (st == ST_OK && !step)
		return fail(err, ST_INVALID, "that is no code of the new second factor");
	if (st == ST_OK)
		st = db_exec(catalog->db,
		    "UPDATE totp SET sealed=pending, pending=NULL, confirmed=$2, last_step=$3"
		    " WHERE principal=$1",
		    DB_ARGS(db_int(principal), db_int(now), db_int((int64_t)step)), NULL, err);
	if (st == ST_OK)
		st = new_codes(catalog, principal, codes, err);
	/* Who is in with the password alone is out; who confirms has just shown the factor. */
	if (st == ST_OK)
		st = session_end_others(catalog, principal, actor->session, err);
	if (st == ST_OK)
		st = db_exec(catalog->db, "UPDATE session SET factor=2, verified=$2 WHERE id=$1",
		    DB_ARGS(db_int(actor->session), db_int(now)), NULL, err);
	return st == ST_OK ? principal_note(catalog, actor, "factor.confirm", principal, NULL, err)
			   : st;
}

enum status
factor_confirm(struct catalog *catalog, const struct actor *actor, int64_t principal,
    const struct seal *seal, struct span code, char codes[RECOVERY_CODES][RECOVERY_TEXT + 1],
    struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(
	    catalog, confirm(catalog, actor, principal, seal, code, codes, err), err);
}

static enum status
renew(struct catalog *catalog, const struct actor *actor, int64_t principal,
    char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], struct err *err)
{
	struct row row;
	enum status st = load_row(catalog, principal, &row, err);

	if (st == ST_OK && !row.confirmed)
		return fail(err, ST_NOT_FOUND, "there is no second factor");
	if (st == ST_OK)
		st = new_codes(catalog, principal, codes, err);
	return st == ST_OK ? principal_note(catalog, actor, "factor.codes", principal, NULL, err)
			   : st;
}

enum status
factor_renew_codes(struct catalog *catalog, const struct actor *actor, int64_t principal,
    char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, renew(catalog, actor, principal, codes, err), err);
}

static enum status
take_away(struct catalog *catalog, const struct actor *actor, int64_t principal, struct err *err)
{
	int64_t gone;
	enum status st =
	    db_exec(catalog->db, "DELETE FROM totp WHERE principal=$1 AND confirmed IS NOT NULL",
		DB_ARGS(db_int(principal)), &gone, err);

	if (st == ST_OK && gone == 0)
		return fail(err, ST_NOT_FOUND, "there is no second factor");
	if (st == ST_OK)
		st = db_exec(catalog->db, "DELETE FROM recovery_code WHERE principal=$1",
		    DB_ARGS(db_int(principal)), NULL, err);
	if (st == ST_OK)
		st = session_end_all(catalog, principal, err);
	return st == ST_OK ? principal_note(catalog, actor, "factor.remove", principal, NULL, err)
			   : st;
}

enum status
factor_remove(
    struct catalog *catalog, const struct actor *actor, int64_t principal, struct err *err)
{
	enum status st = db_begin(catalog->db, err);

	if (st != ST_OK)
		return st;
	return catalog_end(catalog, take_away(catalog, actor, principal, err), err);
}

/* --- at sign-in -------------------------------------------------------------------------------- */

/* As it was shown, whatever the case, spaces and dashes of what was typed; false: not the form. */
static bool
recovery_form(struct span typed, char out[RECOVERY_TEXT + 1])
{
	char plain[RECOVERY_BYTES * 8 / 5];
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		char c = (char)toupper((unsigned char)typed.p[i]);

		if (c == '-' || c == ' ')
			continue;
		if (n == sizeof(plain) || !((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')))
			return false;
		plain[n++] = c;
	}
	if (n != sizeof(plain))
		return false;
	snprintf(
	    out, RECOVERY_TEXT + 1, "%.4s-%.4s-%.4s-%.4s", plain, plain + 4, plain + 8, plain + 12);
	return true;
}

static enum status
spend_recovery(
    struct catalog *catalog, int64_t principal, struct span typed, bool *spent, struct err *err)
{
	unsigned char hash[SHA256_LEN];
	char code[RECOVERY_TEXT + 1];
	int64_t changed = 0;
	enum status st;

	*spent = false;
	if (!recovery_form(typed, code))
		return ST_OK;
	code_hash(principal, code, hash);
	explicit_bzero(code, sizeof(code));
	st = db_exec(catalog->db,
	    "UPDATE recovery_code SET used=$3 WHERE principal=$1 AND hash=$2 AND used IS NULL",
	    DB_ARGS(db_int(principal), db_blob(hash, sizeof(hash)), db_int(now_us())), &changed,
	    err);
	*spent = st == ST_OK && changed == 1;
	return st;
}

static enum status
spend_totp(struct catalog *catalog, int64_t principal, const struct seal *seal,
    const struct row *row, struct span code, bool *spent, struct err *err)
{
	unsigned char seed[TOTP_SEED_LEN];
	uint64_t step;
	enum status st = open_seed(seal, row->sealed, seed, err);

	*spent = false;
	if (st != ST_OK)
		return st;
	step = totp_check(seed, code, now_us() / SECOND_US, row->last_step);
	explicit_bzero(seed, sizeof(seed));
	if (!step)
		return ST_OK;
	*spent = true;
	return db_exec(catalog->db, "UPDATE totp SET last_step=$2 WHERE principal=$1",
	    DB_ARGS(db_int(principal), db_int((int64_t)step)), NULL, err);
}

enum status
factor_spend(struct catalog *catalog, int64_t principal, const struct seal *seal, struct span code,
    bool *recovery, struct err *err)
{
	bool spent = false;
	struct row row;
	enum status st = load_row(catalog, principal, &row, err);

	*recovery = false;
	if (st == ST_OK && !row.confirmed)
		return fail(err, ST_NOT_FOUND, "there is no second factor");
	/* A recovery code must do without the seed: the key may be lost. */
	if (st == ST_OK)
		st = spend_recovery(catalog, principal, code, &spent, err);
	*recovery = spent;
	if (st == ST_OK && !spent)
		st = spend_totp(catalog, principal, seal, &row, code, &spent, err);
	if (st == ST_OK && !spent)
		st = fail(err, ST_UNAUTHENTICATED, "wrong code");
	return st;
}
