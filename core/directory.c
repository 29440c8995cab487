/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "directory.h"

#include <ldap.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>

#include "arena.h"
#include "base.h"
#include "span.h"
#include "strbuf.h"

char *
directory_dn(const char *pattern, const char *name)
{
	owned(strbuf_free) struct strbuf dn = STRBUF_INIT;
	const char *hole = strstr(pattern, "%s");

	if (!hole)
		return NULL;
	strbuf_add(&dn, pattern, (size_t)(hole - pattern));
	for (const char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c && strchr("._-", c));

		strbuf_addf(&dn, plain ? "%c" : "\\%02X", c);
	}
	strbuf_add_str(&dn, hole + 2);
	return strbuf_detach(&dn, NULL);
}

static void
free_url(LDAPURLDesc **url)
{
	ldap_free_urldesc(*url);
	*url = NULL;
}

enum status
directory_check(const struct conf *conf, struct err *err)
{
	const char *hole = strstr(conf->ldap_dn, "%s");
	owned(free_url) LDAPURLDesc *url = NULL;

	if (!*conf->ldap_uri)
		return ST_OK;
	if (!hole || strstr(hole + 1, "%s"))
		return fail(err, ST_INVALID, "[ldap] dn holds %%s once, for the sign-in name");
	if (ldap_url_parse(conf->ldap_uri, &url) != LDAP_URL_SUCCESS)
		return fail(err, ST_INVALID, "[ldap] uri is one ldaps://, ldap:// or ldapi://: %s",
		    conf->ldap_uri);
	if (!*conf->ldap_decoy)
		return fail(
		    err, ST_INVALID, "[ldap] decoy is empty: it wants a name that is no account");
	return ST_OK;
}

static void
unbind(LDAP **ld)
{
	if (*ld)
		(void)ldap_unbind_ext_s(*ld, NULL, NULL);
	*ld = NULL;
}

/* The host is compared whole: localhost.example.vn is another machine.  What cannot be read is not trusted. */
static bool
goes_in_the_clear(const char *uri)
{
	static const char *const loopback[] = { "127.0.0.1", "::1", "localhost" };
	owned(free_url) LDAPURLDesc *url = NULL;

	if (ldap_url_parse(uri, &url) != LDAP_URL_SUCCESS)
		return true;
	for (size_t i = 0; url->lud_host && i < sizeof(loopback) / sizeof(loopback[0]); i++)
		if (strcasecmp(url->lud_host, loopback[i]) == 0)
			return false;
	return strcasecmp(url->lud_scheme, "ldap") == 0;
}

static enum status
set_options(LDAP *ld, const struct conf *conf, struct err *err)
{
	const struct timeval limit = { .tv_sec = conf->ldap_timeout };
	const int version = LDAP_VERSION3, demand = LDAP_OPT_X_TLS_DEMAND;
	int own = 0;

	if (ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &limit) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_TIMEOUT, &limit) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != LDAP_OPT_SUCCESS ||
	    ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) != LDAP_OPT_SUCCESS ||
	    (*conf->ldap_ca &&
		ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, conf->ldap_ca) != LDAP_OPT_SUCCESS))
		return fail(err, ST_INVALID, "[ldap]: libldap takes no such options");
	/* The options of TLS count once there is a context made of them. */
	if (ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &own) != LDAP_OPT_SUCCESS)
		return fail(err, ST_INVALID, "[ldap] ca: %s cannot be read", conf->ldap_ca);
	return ST_OK;
}

static enum status
told(int code, const char *what, struct err *err)
{
	return fail(err, ST_BUSY, "directory: %s: %s", what, ldap_err2string(code));
}

static enum status
bind_as(LDAP *ld, const char *dn, const char *password, bool *matches, struct err *err)
{
	owned(freep) char *copy = xstrdup(password); /* libldap takes no const */
	struct berval secret = { strlen(copy), copy };
	int code = ldap_sasl_bind_s(ld, dn, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL);

	explicit_bzero(copy, secret.bv_len);
	if (code == LDAP_SUCCESS) {
		*matches = true;
		return ST_OK;
	}
	/* No such entry is answered like a wrong password: names are not to be found out here. */
	if (code == LDAP_INVALID_CREDENTIALS || code == LDAP_NO_SUCH_OBJECT ||
	    code == LDAP_INAPPROPRIATE_AUTH || code == LDAP_INVALID_DN_SYNTAX)
		return ST_OK;
	return told(code, "bind", err);
}

enum status
directory_verify(
    const struct conf *conf, const char *name, const char *password, bool *matches, struct err *err)
{
	owned(freep) char *dn = directory_dn(conf->ldap_dn, name);
	owned(unbind) LDAP *ld = NULL;
	enum status st;
	int code;

	*matches = false;
	if (!dn || !*password)
		return ST_OK;
	if ((code = ldap_initialize(&ld, conf->ldap_uri)) != LDAP_SUCCESS)
		return told(code, conf->ldap_uri, err);
	if ((st = set_options(ld, conf, err)) != ST_OK)
		return st;
	if (goes_in_the_clear(conf->ldap_uri) &&
	    (code = ldap_start_tls_s(ld, NULL, NULL)) != LDAP_SUCCESS)
		return told(code, "StartTLS", err);
	return bind_as(ld, dn, password, matches, err);
}

enum status
directory_prove(const struct conf *conf, const char *name, struct login *login,
    const char *password, struct err *err)
{
	if (login->external && *conf->ldap_uri)
		return directory_verify(conf, name, password, &login->matches, err);
	login_verify(login, span_of(password));
	return ST_OK;
}

static enum status
ask_decoy(const struct conf *conf, struct err *err)
{
	unsigned char bytes[16];
	char password[2 * sizeof(bytes) + 1];
	bool matches;

	random_bytes(bytes, sizeof(bytes));
	hex_encode(bytes, sizeof(bytes), password);
	return directory_verify(conf, conf->ldap_decoy, password, &matches, err);
}

enum status
directory_sign_in(const struct conf *conf, const char *name, struct login *login,
    const char *password, struct err *err)
{
	/* An account of the directory is tried against the dummy hash. */
	login_verify(login, span_of(password));
	if (!*conf->ldap_uri || login->matches)
		return ST_OK;
	return login->external ? directory_verify(conf, name, password, &login->matches, err)
			       : ask_decoy(conf, err);
}
