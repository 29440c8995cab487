/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <sodium.h>

#include "base.h"
#include "directory.h"
#include "request.h"
#include "sign_in.h"

static const struct {
	unsigned bit;
	const char *name;
} capabilities[] = {
	{ CAP_ACCOUNTS, "accounts" },
	{ CAP_GRANTS, "grants" },
	{ CAP_SYSTEM, "system" },
	{ CAP_INGEST, "ingest" },
	{ CAP_PLAN, "plan" },
	{ CAP_AUDIT, "audit" },
};

struct sign_in {
	const char *name;
	char *password; /* wiped when it is not needed any more */
	char *code;
	struct login login;
	bool throttled;
	bool busy; /* the directory does not answer */
};

static void
write_person(struct request *rq, struct json_out *j, const char *const *groups, size_t count)
{
	json_key_str(j, "name", rq->who.name);
	json_key_str(j, "display", rq->who.display);
	json_key_str(j, "language", rq->language);
	json_key_int(j, "clearance", rq->access->clearance);
	json_key(j, "groups");
	json_array(j);
	for (size_t i = 0; i < count; i++)
		json_str(j, groups[i]);
	json_end_array(j);
	json_key(j, "capabilities");
	json_array(j);
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		if (access_has(rq->access, capabilities[i].bit))
			json_str(j, capabilities[i].name);
	json_end_array(j);
}

static enum status
answer_whoami(struct request *rq, struct err *err)
{
	const struct conf *conf = rq->server->conf;
	const char *const *groups;
	struct factor factor;
	struct json_out j;
	size_t count;
	enum status st;

	st = principal_groups(rq->catalog, rq->who.id, rq->arena, &groups, &count, err);
	if (st == ST_OK)
		st = factor_load(rq->catalog, rq->who.id, &factor, err);
	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	write_person(rq, &j, groups, count);
	json_key_str(&j, "csrf", rq->session.csrf);
	json_key(&j, "second_factor");
	json_object(&j);
	json_key_bool(&j, "confirmed", factor.confirmed);
	json_key_bool(&j, "due", !rq->scope && sign_in_owes_factor(rq));
	json_key_int(&j, "recovery_left", factor.recovery_left);
	json_end_object(&j);
	json_key_int(&j, "idle_seconds", conf->session_idle);
	json_key_time(&j, "expires", rq->session.created_us + conf->session_absolute * 1000000);
	json_key_int(&j, "upload_max", conf->server_upload_max);
	json_end_object(&j);
	return ST_OK;
}

static enum status
whoami(struct request *rq, struct err *err)
{
	return answer_whoami(rq, err);
}

static enum status
set_language(struct request *rq, struct err *err)
{
	enum status st;

	st = principal_set_language(rq->catalog, &rq->actor, rq->who.id, rq->data, err);
	rq->language = rq->data;
	return st == ST_OK ? answer_whoami(rq, err) : st;
}

static enum status
whoami_update(struct request *rq, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	const char *language = NULL;
	enum status st = request_json(rq, "language", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "language", 2, &language, err)) != ST_OK)
		return st;
	if (!language || (strcmp(language, "vi") != 0 && strcmp(language, "en") != 0))
		return request_invalid(rq, "language", err);
	request_write(rq, set_language, arena_dup(rq->arena, language));
	return ST_OK;
}

/* --- sign in --- */

/* The rest of rq as if it had come with the new session. */
static enum status
take_session(struct request *rq, struct err *err)
{
	enum status st =
	    principal_by_id(rq->catalog, rq->session.principal, rq->arena, &rq->who, err);

	if (st != ST_OK)
		return st;
	st = rights_load(rq->catalog, rq->who.id, &rq->rights, err);
	if (st != ST_OK)
		return st;
	rq->access = rq->rights->access;
	if (rq->who.language)
		rq->language = strcmp(rq->who.language, "en") == 0 ? "en" : "vi";
	return answer_whoami(rq, err);
}

/* What the failure leaves in throttle and log must be kept, so it is no failure of the savepoint. */
static enum status
refused(struct request *rq, enum status st, bool wants_code)
{
	rq->problem = PROBLEM_NONE;
	if (st == ST_UNAUTHENTICATED)
		rq->problem = wants_code ? PROBLEM_CODE : PROBLEM_LOGIN;
	if (st == ST_LIMIT && rq->retry_s == 0)
		rq->retry_s = 60;
	answer_problem(rq, st);
	return ST_OK;
}

static enum status
login_write(struct request *rq, struct err *err)
{
	struct sign_in *s = rq->data;
	char token[44];
	enum status st;

	if (s->throttled) {
		st = login_throttled(rq->catalog, &rq->actor, s->name, rq->address, err);
		return st == ST_OK ? refused(rq, ST_LIMIT, false) : st;
	}
	st = login_finish(rq->catalog, &rq->actor, s->name, rq->address, &s->login,
	    span_of(s->password), token, rq->arena, &rq->session, err);
	sodium_memzero(s->password, strlen(s->password));
	if (st == ST_UNAUTHENTICATED || st == ST_LIMIT)
		return refused(
		    rq, st == ST_UNAUTHENTICATED && s->busy ? ST_BUSY : st, s->login.wants_code);
	if (st != ST_OK)
		return st;
	sign_in_cookie(rq, token);
	sodium_memzero(token, sizeof(token));
	return take_session(rq, err);
}

static enum status
read_credentials(struct request *rq, struct sign_in *s, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "name|password|code", &body, err);

	if (st != ST_OK || (st = request_json_text(rq, body, "name", 64, &s->name, err)) != ST_OK ||
	    (st = request_json_secret(rq, body, "code", 64, &s->code, err)) != ST_OK ||
	    (st = request_json_secret(rq, body, "password", 256, &s->password, err)) != ST_OK)
		return st;
	if (!s->name || s->name[0] == '\0')
		return request_invalid(rq, "name", err);
	return *s->password ? ST_OK : request_invalid(rq, "password", err);
}

/* On one of the HASH_THREADS: Argon2id takes 0.1 s and 64 MiB. */
static enum status
login(struct request *rq, struct err *err)
{
	struct sign_in *s = arena_alloc(rq->arena, sizeof(*s));
	enum status st = read_credentials(rq, s, err);

	if (st != ST_OK)
		return st;
	/* Who signs in anew is nobody yet, whatever cookie came along. */
	rq->actor.principal = rq->actor.session = 0;
	rq->scope = 0;
	rights_drop(rq->rights);
	rq->rights = NULL;
	rq->access = NULL;
	st = login_begin(rq->catalog, s->name, rq->address, (int)rq->server->conf->login_per_minute,
	    &s->login, &rq->retry_s, err);
	if (st != ST_OK && st != ST_LIMIT)
		return st;
	s->throttled = st == ST_LIMIT;
	s->login.code = s->code;
	s->login.seal = &rq->server->seal;
	st = s->throttled
	    ? ST_OK
	    : directory_sign_in(rq->server->conf, s->name, &s->login, s->password, err);
	/* Counts as a try that failed: whoever may guess meanwhile is not to guess for nothing. */
	s->busy = st == ST_BUSY;
	if (st != ST_OK && !s->busy)
		return st;
	request_write(rq, login_write, s);
	return ST_OK;
}

static enum status
logout_write(struct request *rq, struct err *err)
{
	return session_end(rq->catalog, &rq->actor, rq->session.id, err);
}

static enum status
logout(struct request *rq, struct err *err)
{
	(void)err;
	sign_in_cookie(rq, NULL);
	answer_header(rq, "Clear-Site-Data", "\"cache\", \"storage\"");
	answer_status(rq, 204);
	request_write(rq, logout_write, NULL);
	return ST_OK;
}

/* --- own password --- */

struct password_change {
	char *current, *wanted;
	struct login login;
};

static enum status
password_write(struct request *rq, struct err *err)
{
	struct password_change *change = rq->data;
	enum status st;

	st = password_set(rq->catalog, &rq->actor, rq->who.id, span_of(change->wanted), err);
	sodium_memzero(change->wanted, strlen(change->wanted));
	if (st == ST_INVALID)
		rq->field = "password";
	return st;
}

/* Counts as a sign-in that failed: a stolen session is no place to guess at leisure. */
static enum status
password_refused(struct request *rq, struct err *err)
{
	struct password_change *change = rq->data;
	char token[44];
	enum status st = login_finish(rq->catalog, &rq->actor, rq->who.name, rq->address,
	    &change->login, span_of(change->current), token, rq->arena, &rq->session, err);

	if (st != ST_UNAUTHENTICATED && st != ST_LIMIT)
		return st == ST_OK ? fail(err, ST_INTERNAL, "a wrong password signed in") : st;
	rq->field = "current";
	answer_problem(rq, ST_INVALID);
	return ST_OK;
}

static enum status
read_change(struct request *rq, struct password_change *change, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "current|password", &body, err);

	if (st != ST_OK ||
	    (st = request_json_secret(rq, body, "current", 256, &change->current, err)) != ST_OK ||
	    (st = request_json_secret(rq, body, "password", 256, &change->wanted, err)) != ST_OK)
		return st;
	st = password_check(rq->catalog, &rq->who, span_of(change->wanted), err);
	if (st == ST_OK)
		st = password_check_list(
		    rq->server->conf->session_passwords, span_of(change->wanted), err);
	return st == ST_INVALID ? request_invalid(rq, "password", err) : st;
}

static enum status
password_change(struct request *rq, struct err *err)
{
	struct password_change *change = arena_alloc(rq->arena, sizeof(*change));
	enum status st = read_change(rq, change, err);

	if (st != ST_OK)
		return st;
	st = login_begin(rq->catalog, rq->who.name, rq->address,
	    (int)rq->server->conf->login_per_minute, &change->login, &rq->retry_s, err);
	if (st != ST_OK)
		return st;
	if (change->login.external)
		return fail(err, ST_HELD, "the directory keeps the password of this account");
	login_verify(&change->login, span_of(change->current));
	if (!change->login.matches) {
		request_write(rq, password_refused, change);
		return ST_OK;
	}
	sign_in_cookie(rq, NULL);
	answer_status(rq, 204);
	request_write(rq, password_write, change);
	return ST_OK;
}

#define OWN (ROUTE_ENROL | ROUTE_SESSION)

const struct route routes_session[] = {
	{ EVHTTP_REQ_POST, "/api/v1/login", "login", login, POOL_HASH, ROUTE_OPEN, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/logout", "logout", logout, POOL_WORK, OWN, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/whoami", "whoami", whoami, POOL_WORK, ROUTE_ENROL, 0 },
	{ EVHTTP_REQ_PATCH, "/api/v1/whoami", "whoamiUpdate", whoami_update, POOL_WORK, OWN, 0 },
	{ EVHTTP_REQ_POST, "/api/v1/whoami/password", "passwordChange", password_change, POOL_HASH,
	    OWN | ROUTE_FRESH, 0 },
};
ROUTE_COUNT(routes_session);
