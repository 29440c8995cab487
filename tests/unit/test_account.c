/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "catalog_fixture.h"

#include <sys/stat.h>

#include "account.h"

#define LAN "lan"

static const struct seal key = { "0123456789abcdef0123456789abcde" };
static const struct seal other_key = { "another key of the same 32 bytes" };

static int64_t
steps_now(void)
{
	return now_us() / 1000000 / TOTP_SECONDS;
}

static void
code_of(const unsigned char seed[TOTP_SEED_LEN], int64_t steps, char code[TOTP_DIGITS + 1])
{
	totp_code(seed, (uint64_t)(steps_now() + steps), code);
}

/* A person with a confirmed factor; its last spent step is the present one. */
static int64_t
enrolled(struct fixture *f, unsigned char seed[TOTP_SEED_LEN],
    char codes[RECOVERY_CODES][RECOVERY_TEXT + 1])
{
	int64_t who = fixture_principal(f, PRINCIPAL_USER, LAN, 1);
	char code[TOTP_DIGITS + 1];

	assert_ok(factor_begin(f->catalog, &f->system, who, &key, seed, &f->err), &f->err);
	code_of(seed, 0, code);
	assert_ok(factor_confirm(f->catalog, &f->system, who, &key, span_of(code), codes, &f->err),
	    &f->err);
	return who;
}

static enum status
spend(struct fixture *f, int64_t who, const struct seal *seal, const char *code)
{
	bool recovery;

	return factor_spend(f->catalog, who, seal, span_of(code), &recovery, &f->err);
}

/* --- the key ----------------------------------------------------------------------------------- */

static void
the_key_is_made_once_and_kept(void **state)
{
	struct fixture *f = *state;
	struct seal a, b;
	struct stat status;
	char path[4200];

	snprintf(path, sizeof(path), "%s/seal.key", f->dir);
	assert_ok(seal_load(&a, f->conf, &f->err), &f->err);
	assert_ok(seal_load(&b, f->conf, &f->err), &f->err);
	assert_memory_equal(a.key, b.key, SEAL_KEY_LEN);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0400);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(truncate(path, 31), 0);
	assert_status(seal_load(&a, f->conf, &f->err), ST_CORRUPT, &f->err);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	assert_status(seal_load(&a, f->conf, &f->err), ST_IO, &f->err);
}

/* --- the second factor ------------------------------------------------------------------------- */

static void
a_factor_counts_from_its_confirmation_on(void **state)
{
	struct fixture *f = *state;
	char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], code[TOTP_DIGITS + 1];
	int64_t who = fixture_principal(f, PRINCIPAL_USER, LAN, 1);
	unsigned char seed[TOTP_SEED_LEN];
	struct factor factor;

	assert_status(spend(f, who, &key, "123456"), ST_NOT_FOUND, &f->err);
	assert_status(factor_confirm(f->catalog, &f->system, who, &key, SPAN("1"), codes, &f->err),
	    ST_NOT_FOUND, &f->err);
	assert_ok(factor_begin(f->catalog, &f->system, who, &key, seed, &f->err), &f->err);
	assert_ok(factor_load(f->catalog, who, &factor, &f->err), &f->err);
	assert_true(factor.pending && !factor.confirmed);
	code_of(seed, 9, code);
	assert_status(
	    factor_confirm(f->catalog, &f->system, who, &key, span_of(code), codes, &f->err),
	    ST_INVALID, &f->err);
	code_of(seed, 0, code);
	assert_status(spend(f, who, &key, code), ST_NOT_FOUND, &f->err);
	assert_ok(factor_confirm(f->catalog, &f->system, who, &key, span_of(code), codes, &f->err),
	    &f->err);
	assert_ok(factor_load(f->catalog, who, &factor, &f->err), &f->err);
	assert_true(factor.confirmed && !factor.pending);
	assert_int_equal(factor.recovery_left, RECOVERY_CODES);
}

static void
a_code_is_spent_with_the_sign_in(void **state)
{
	struct fixture *f = *state;
	char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], code[TOTP_DIGITS + 1];
	unsigned char seed[TOTP_SEED_LEN];
	int64_t who = enrolled(f, seed, codes);

	code_of(seed, 0, code);
	assert_status(spend(f, who, &key, code), ST_UNAUTHENTICATED, &f->err);
	code_of(seed, 1, code);
	assert_ok(spend(f, who, &key, code), &f->err);
	assert_status(spend(f, who, &key, code), ST_UNAUTHENTICATED, &f->err);
}

static void
a_new_seed_replaces_the_old_one_only_when_confirmed(void **state)
{
	struct fixture *f = *state;
	char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], code[TOTP_DIGITS + 1];
	unsigned char old_seed[TOTP_SEED_LEN], seed[TOTP_SEED_LEN];
	int64_t who = enrolled(f, old_seed, codes);

	assert_ok(factor_begin(f->catalog, &f->system, who, &key, seed, &f->err), &f->err);
	code_of(old_seed, 1, code);
	assert_ok(spend(f, who, &key, code), &f->err);
	code_of(seed, 0, code);
	assert_ok(factor_confirm(f->catalog, &f->system, who, &key, span_of(code), codes, &f->err),
	    &f->err);
	fixture_sql(f, "UPDATE totp SET last_step=0");
	code_of(old_seed, 0, code);
	assert_status(spend(f, who, &key, code), ST_UNAUTHENTICATED, &f->err);
	code_of(seed, 0, code);
	assert_ok(spend(f, who, &key, code), &f->err);
}

static void
without_the_key_recovery_codes_still_work(void **state)
{
	struct fixture *f = *state;
	char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], code[TOTP_DIGITS + 1];
	unsigned char seed[TOTP_SEED_LEN];
	int64_t who = enrolled(f, seed, codes);

	code_of(seed, 1, code);
	assert_status(spend(f, who, &other_key, code), ST_CORRUPT, &f->err);
	assert_ok(spend(f, who, &other_key, codes[3]), &f->err);
	assert_status(spend(f, who, &key, codes[3]), ST_UNAUTHENTICATED, &f->err);
}

static void
recovery_codes_are_their_owners(void **state)
{
	struct fixture *f = *state;
	char lans[RECOVERY_CODES][RECOVERY_TEXT + 1], hoas[RECOVERY_CODES][RECOVERY_TEXT + 1];
	unsigned char seed[TOTP_SEED_LEN];
	int64_t lan = enrolled(f, seed, lans);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	char code[TOTP_DIGITS + 1];

	assert_status(
	    factor_renew_codes(f->catalog, &f->system, hoa, hoas, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(factor_begin(f->catalog, &f->system, hoa, &key, seed, &f->err), &f->err);
	code_of(seed, 0, code);
	assert_ok(factor_confirm(f->catalog, &f->system, hoa, &key, span_of(code), hoas, &f->err),
	    &f->err);
	assert_status(spend(f, hoa, &key, lans[0]), ST_UNAUTHENTICATED, &f->err);
	assert_ok(spend(f, lan, &key, lans[0]), &f->err);
	assert_ok(factor_renew_codes(f->catalog, &f->system, lan, hoas, &f->err), &f->err);
	assert_status(spend(f, lan, &key, lans[1]), ST_UNAUTHENTICATED, &f->err);
	assert_ok(spend(f, lan, &key, hoas[1]), &f->err);
}

static void
only_people_have_factors(void **state)
{
	struct fixture *f = *state;
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "nhom", 1);
	unsigned char seed[TOTP_SEED_LEN];

	assert_status(
	    factor_begin(f->catalog, &f->system, group, &key, seed, &f->err), ST_INVALID, &f->err);
	assert_status(
	    factor_begin(f->catalog, &f->system, 99, &key, seed, &f->err), ST_NOT_FOUND, &f->err);
	assert_status(factor_remove(f->catalog, &f->system, group, &f->err), ST_NOT_FOUND, &f->err);
	assert_int_equal(fixture_int(f, "SELECT count(*) FROM totp"), 0);
}

/* --- tokens ------------------------------------------------------------------------------------ */

static enum status
load(struct fixture *f, const char *text)
{
	struct token token;

	return token_load(f->catalog, span_of(text), f->arena, &token, &f->err);
}

static void
a_token_is_good_while_it_and_its_owner_live(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, LAN, 1);
	char text[TOKEN_LEN + 1], uid[UID_LEN + 1];
	struct token token;

	assert_ok(
	    token_create(f->catalog, &f->system, lan, "máy quét", TOKEN_ADD, 3, text, uid, &f->err),
	    &f->err);
	assert_ok(token_load(f->catalog, span_of(text), f->arena, &token, &f->err), &f->err);
	assert_int_equal(token.principal, lan);
	assert_int_equal(token.scope, TOKEN_ADD);
	assert_int_equal(token.expires_us - token.created_us, INT64_C(3) * 86400 * 1000000);
	text[20] = text[20] == 'A' ? 'B' : 'A';
	assert_status(load(f, text), ST_UNAUTHENTICATED, &f->err);
	text[20] = '\0';
	assert_status(load(f, text), ST_UNAUTHENTICATED, &f->err);
}

static void
what_ends_a_token(void **state)
{
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, LAN, 1);
	int64_t hoa = fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	char text[TOKEN_LEN + 1], uid[UID_LEN + 1];
	const struct token *rows;
	size_t count;

	assert_ok(token_create(f->catalog, &f->system, lan, "a", TOKEN_READ, 1, text, uid, &f->err),
	    &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, true, &f->err), &f->err);
	assert_status(load(f, text), ST_UNAUTHENTICATED, &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, lan, false, &f->err), &f->err);
	assert_ok(load(f, text), &f->err);
	assert_status(token_end(f->catalog, &f->system, hoa, uid, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(token_end(f->catalog, &f->system, lan, uid, &f->err), &f->err);
	assert_status(load(f, text), ST_UNAUTHENTICATED, &f->err);
	assert_status(token_end(f->catalog, &f->system, lan, uid, &f->err), ST_NOT_FOUND, &f->err);
	assert_ok(token_list(f->catalog, lan, f->arena, &rows, &count, &f->err), &f->err);
	assert_int_equal(count, 0);
	assert_status(
	    db_exec(f->catalog->db, "UPDATE api_token SET ended=NULL", DB_NONE, NULL, &f->err),
	    ST_HELD, &f->err);
	assert_status(db_exec(f->catalog->db, "UPDATE api_token SET expires=expires+1", DB_NONE,
			  NULL, &f->err),
	    ST_HELD, &f->err);
}

static void
a_token_has_limits(void **state)
{
	static const struct {
		const char *name;
		unsigned scope;
		int64_t days;
	} wrong[] = {
		{ NULL, TOKEN_READ, 1 },
		{ "", TOKEN_READ, 1 },
		{ "\xff", TOKEN_READ, 1 },
		{ "a", 0, 1 },
		{ "a", TOKEN_ALL + 1, 1 },
		{ "a", TOKEN_READ, 0 },
		{ "a", TOKEN_READ, -1 },
		{ "a", TOKEN_READ, TOKEN_DAYS_MAX + 1 },
	};
	struct fixture *f = *state;
	int64_t lan = fixture_principal(f, PRINCIPAL_USER, LAN, 1);
	int64_t group = fixture_principal(f, PRINCIPAL_GROUP, "nhom", 1);
	char text[TOKEN_LEN + 1], uid[UID_LEN + 1];
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_status(token_create(f->catalog, &f->system, lan, wrong[i].name,
				  wrong[i].scope, wrong[i].days, text, uid, &f->err),
		    ST_INVALID, &f->err);
	assert_status(
	    token_create(f->catalog, &f->system, group, "a", TOKEN_READ, 1, text, uid, &f->err),
	    ST_INVALID, &f->err);
	for (i = 0; i < TOKENS_MAX; i++)
		assert_ok(token_create(
			      f->catalog, &f->system, lan, "a", TOKEN_READ, 1, text, uid, &f->err),
		    &f->err);
	assert_status(
	    token_create(f->catalog, &f->system, lan, "a", TOKEN_READ, 1, text, uid, &f->err),
	    ST_LIMIT, &f->err);
}

static void
only_a_bearer_of_the_form_is_one(void **state)
{
	static const char good[] = "tt_0123456789012345678901234567890123456789-_Z";
	static const char *const wrong[] = { "", "Bearer", "Bearer ", "tt_",
		"Basic dGVzdA==", "Bearer tt_0123456789012345678901234567890123456789-_",
		"Bearer tt_0123456789012345678901234567890123456789-_ZZ",
		"Bearer xx_0123456789012345678901234567890123456789-_Z",
		"Bearer tt_0123456789012345678901234567890123456789-_=",
		"Bearer tt_0123456789 12345678901234567890123456789-_Z",
		"Bearer  tt_0123456789012345678901234567890123456789-_Z x" };
	char header[128];

	(void)state;
	snprintf(header, sizeof(header), "bearer  %s ", good);
	assert_true(span_equal_str(token_of_header(span_of(header)), good));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(token_of_header(span_of(wrong[i])).n, 0);
	assert_int_equal(token_of_header(span_make(NULL, 0)).n, 0);
}

static void
scopes_have_names(void **state)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct err err = ERR_INIT;
	unsigned scope;

	(void)state;
	assert_ok(token_scope_parse(SPAN("edit, read"), &scope, &err), &err);
	assert_int_equal(scope, TOKEN_EDIT | TOKEN_READ);
	token_scope_text(scope, &out);
	assert_string_equal(out.buf, "read,edit");
	assert_status(token_scope_parse(SPAN("read,own"), &scope, &err), ST_INVALID, &err);
	assert_status(token_scope_parse(SPAN(""), &scope, &err), ST_INVALID, &err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(the_key_is_made_once_and_kept),
		FIXTURE_TEST(a_factor_counts_from_its_confirmation_on),
		FIXTURE_TEST(a_code_is_spent_with_the_sign_in),
		FIXTURE_TEST(a_new_seed_replaces_the_old_one_only_when_confirmed),
		FIXTURE_TEST(without_the_key_recovery_codes_still_work),
		FIXTURE_TEST(recovery_codes_are_their_owners),
		FIXTURE_TEST(only_people_have_factors),
		FIXTURE_TEST(a_token_is_good_while_it_and_its_owner_live),
		FIXTURE_TEST(what_ends_a_token),
		FIXTURE_TEST(a_token_has_limits),
		cmocka_unit_test(only_a_bearer_of_the_form_is_one),
		cmocka_unit_test(scopes_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
