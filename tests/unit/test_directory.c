/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sign-in costs does not tell whose account a name is: what is called is counted. */
/* link: -Wl,--wrap=crypto_pwhash_str_verify -Wl,--wrap=ldap_sasl_bind_s -Wl,--wrap=ldap_start_tls_s -lldap -llber */
#include "catalog_fixture.h"

#include <ldap.h>
#include <sodium.h>

#include "directory.h"

#define OURS "con-ngựa 57 xanh"
#define THEIRS "the directory knows it"
#define PATTERN "uid=%s,ou=people,dc=example,dc=vn"

static struct {
	int hashes, binds, tls;
	char dn[200], password[64];
	bool down;
} called;

int __real_crypto_pwhash_str_verify(const char *, const char *, unsigned long long);
int __wrap_crypto_pwhash_str_verify(const char *, const char *, unsigned long long);
int __wrap_ldap_sasl_bind_s(LDAP *, const char *, const char *, struct berval *, LDAPControl **,
    LDAPControl **, struct berval **);
int __wrap_ldap_start_tls_s(LDAP *, LDAPControl **, LDAPControl **);

int
__wrap_ldap_start_tls_s(LDAP *ld, LDAPControl **server, LDAPControl **client)
{
	(void)ld;
	(void)server;
	(void)client;
	called.tls++;
	return LDAP_CONNECT_ERROR;
}

int
__wrap_crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long n)
{
	called.hashes++;
	return __real_crypto_pwhash_str_verify(hash, password, n);
}

int
__wrap_ldap_sasl_bind_s(LDAP *ld, const char *dn, const char *mechanism, struct berval *secret,
    LDAPControl **server, LDAPControl **client, struct berval **answer)
{
	(void)ld;
	(void)server;
	(void)client;
	(void)answer;
	assert_null(mechanism); /* a simple bind */
	called.binds++;
	snprintf(called.dn, sizeof(called.dn), "%s", dn);
	snprintf(
	    called.password, sizeof(called.password), "%.*s", (int)secret->bv_len, secret->bv_val);
	if (called.down)
		return LDAP_SERVER_DOWN;
	return strncmp(dn, "uid=hoa,", 8) == 0 && strcmp(called.password, THEIRS) == 0
	    ? LDAP_SUCCESS
	    : LDAP_INVALID_CREDENTIALS;
}

/* lan has a password here, hoa one in the directory, xoa is disabled; nobody else is there. */
static int
people(void **state)
{
	struct fixture *f;
	int64_t lan, xoa;

	if (fixture_set_up(state))
		return -1;
	f = *state;
	lan = fixture_principal(f, PRINCIPAL_USER, "lan", 1);
	xoa = fixture_principal(f, PRINCIPAL_USER, "xoa", 1);
	fixture_principal(f, PRINCIPAL_USER, "hoa", 1);
	assert_ok(password_set(f->catalog, &f->system, lan, SPAN(OURS), &f->err), &f->err);
	assert_ok(principal_set_disabled(f->catalog, &f->system, xoa, true, &f->err), &f->err);
	free(f->conf->ldap_uri);
	free(f->conf->ldap_dn);
	f->conf->ldap_uri = xstrdup("ldap://127.0.0.1:9");
	f->conf->ldap_dn = xstrdup(PATTERN);
	return 0;
}

static enum status
try(struct fixture *f, const char *name, const char *password, bool *matches)
{
	struct login login;
	int retry_s;
	enum status st;

	memset(&called, 0, offsetof(__typeof__(called), down));
	assert_ok(
	    login_begin(f->catalog, name, "10.0.0.7", 1000, &login, &retry_s, &f->err), &f->err);
	st = directory_sign_in(f->conf, name, &login, password, &f->err);
	*matches = login.matches;
	return st;
}

static void
what_fails_costs_the_same_whatever_the_name(void **state)
{
	static const char *const names[] = { "lan", "hoa", "xoa", "nobody", "admin",
		"hoa,ou=people", "tangthu-decoy", "\xff" };
	struct fixture *f = *state;
	bool matches;

	called.down = false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_ok(try(f, names[i], "some wrong password", &matches), &f->err);
		assert_false(matches);
		assert_int_equal(called.hashes, 1);
		assert_int_equal(called.binds, 1);
	}
}

static void
the_directory_is_asked_about_nobody_but_its_own(void **state)
{
	struct fixture *f = *state;
	bool matches;

	called.down = false;
	for (int i = 0; i < 2; i++) {
		const char *name = i ? "lan" : "nobody";

		assert_ok(try(f, name, "some wrong password", &matches), &f->err);
		assert_string_equal(called.dn, "uid=tangthu-decoy,ou=people,dc=example,dc=vn");
		assert_string_not_equal(called.password, "some wrong password");
		assert_int_equal(strlen(called.password), 32);
	}
	assert_ok(try(f, "lan", OURS, &matches), &f->err);
	assert_true(matches);
	assert_int_equal(called.binds, 0);
	assert_ok(try(f, "hoa", THEIRS, &matches), &f->err);
	assert_true(matches);
	assert_string_equal(called.dn, "uid=hoa,ou=people,dc=example,dc=vn");
}

static void
a_directory_that_is_down_is_told_for_every_name(void **state)
{
	static const char *const names[] = { "lan", "hoa", "xoa", "nobody" };
	struct fixture *f = *state;
	bool matches;

	called.down = true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_status(try(f, names[i], "some wrong password", &matches), ST_BUSY, &f->err);
		assert_false(matches);
		assert_int_equal(called.hashes, 1);
	}
	assert_ok(try(f, "lan", OURS, &matches), &f->err);
	assert_true(matches);
}

static void
without_a_directory_nobody_is_asked(void **state)
{
	struct fixture *f = *state;
	bool matches;

	called.down = false;
	f->conf->ldap_uri[0] = '\0';
	for (int i = 0; i < 3; i++) {
		assert_ok(try(f,
			      i == 0	   ? "lan"
				  : i == 1 ? "hoa"
					   : "nobody",
			      "wrong one", &matches),
		    &f->err);
		assert_false(matches);
		assert_int_equal(called.hashes, 1);
		assert_int_equal(called.binds, 0);
	}
}

static void
a_password_goes_in_the_clear_to_loopback_only(void **state)
{
	static const char *const ours[] = { "ldap://127.0.0.1", "ldap://[::1]:9/",
		"ldap://localhost:9" };
	static const char *const others[] = { "ldap://localhost.example.vn", "ldap://127.0.0.10:9",
		"ldap://10.0.0.1", "ldap://127.0.0.1 ldap://10.0.0.1" };
	struct fixture *f = *state;
	bool matches;
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		free(f->conf->ldap_uri);
		f->conf->ldap_uri = xstrdup(ours[i]);
		assert_ok(try(f, "hoa", "wrong one", &matches), &f->err);
		assert_int_equal(called.tls, 0);
		assert_int_equal(called.binds, 1);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		free(f->conf->ldap_uri);
		f->conf->ldap_uri = xstrdup(others[i]);
		assert_status(try(f, "hoa", "wrong one", &matches), ST_BUSY, &f->err);
		assert_int_equal(called.tls, 1);
		assert_int_equal(called.binds, 0);
	}
}

static void
a_decoy_without_a_name_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_ok(directory_check(f->conf, &f->err), &f->err);
	f->conf->ldap_decoy[0] = '\0';
	assert_status(directory_check(f->conf, &f->err), ST_INVALID, &f->err);
}

static void
a_directory_that_cannot_work_is_refused(void **state)
{
	static const char *const names[] = { "", "ou=people", "uid=%s,ou=%s" };
	static const char *const uris[] = { "https://ldap.example.vn",
		"ldap://127.0.0.1 ldap://10.0.0.1" };
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		free(f->conf->ldap_dn);
		f->conf->ldap_dn = xstrdup(names[i]);
		assert_status(directory_check(f->conf, &f->err), ST_INVALID, &f->err);
	}
	free(f->conf->ldap_dn);
	f->conf->ldap_dn = xstrdup(PATTERN);
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		free(f->conf->ldap_uri);
		f->conf->ldap_uri = xstrdup(uris[i]);
		assert_status(directory_check(f->conf, &f->err), ST_INVALID, &f->err);
	}
}

#define PEOPLE_TEST(test) cmocka_unit_test_setup_teardown(test, people, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PEOPLE_TEST(what_fails_costs_the_same_whatever_the_name),
		PEOPLE_TEST(the_directory_is_asked_about_nobody_but_its_own),
		PEOPLE_TEST(a_directory_that_is_down_is_told_for_every_name),
		PEOPLE_TEST(without_a_directory_nobody_is_asked),
		PEOPLE_TEST(a_password_goes_in_the_clear_to_loopback_only),
		PEOPLE_TEST(a_decoy_without_a_name_is_refused),
		PEOPLE_TEST(a_directory_that_cannot_work_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
