/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller's own account: sessions, proving once more who one is, the second factor. */
#include <jansson.h>
#include <sodium.h>

#include "base.h"
#include "directory.h"
#include "qr.h"
#include "request.h"
#include "sign_in.h"

/* --- sessions --- */

static enum status
sessions(struct request *rq, struct err *err)
{
	const struct conf *conf = rq->server->conf;
	const struct session *row;
	struct json_out j;
	size_t count;
	enum status st = session_list(rq->catalog, rq->who.id, conf->session_idle,
	    conf->session_absolute, rq->arena, &row, &count, err);

	if (st != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "sessions");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_str(&j, "id", row[i].name);
		json_key_bool(&j, "current", row[i].id == rq->session.id);
		json_key_time(&j, "created", row[i].created_us);
		json_key_time(&j, "seen", row[i].seen_us);
		json_key_str(&j, "address", row[i].address);
		json_key_bool(&j, "second_factor", row[i].factor > 1);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

static enum status
session_end_write(struct request *rq, struct err *err)
{
	return session_end_named(rq->catalog, &rq->actor, rq->who.id, rq->value[0], err);
}

static enum status
session_end_one(struct request *rq, struct err *err)
{
	(void)err;
	answer_status(rq, 204);
	request_write(rq, session_end_write, NULL);
	return ST_OK;
}

static enum status
sessions_end_write(struct request *rq, struct err *err)
{
	return session_revoke(rq->catalog, &rq->actor, rq->who.id, rq->session.id, err);
}

/* Every one but this. */
static enum status
sessions_end(struct request *rq, struct err *err)
{
	(void)err;
	answer_status(rq, 204);
	request_write(rq, sessions_end_write, NULL);
	return ST_OK;
}

/* --- who sits there? --- */

struct proof {
	char *password, *code;
	struct login login;
};

static enum status
verify_write(struct request *rq, struct err *err)
{
	struct proof *p = rq->data;
	enum status st;

	st = login_again(
	    rq->catalog, &rq->actor, rq->who.name, rq->address, &p->login, rq->session.id, err);
	if (st == ST_OK || (st != ST_UNAUTHENTICATED && st != ST_LIMIT))
		return st;
	/* The failure must stay in throttle and log; 401 would say that the session is over. */
	if (st == ST_LIMIT)
		rq->retry_s = 60;
	else if (p->login.wants_code)
		rq->problem = PROBLEM_CODE;
	else
		rq->field = "current";
	answer_problem(rq, st == ST_LIMIT ? ST_LIMIT : ST_INVALID);
	if (p->login.wants_code)
		rq->answer.status = 403;
	return ST_OK;
}

static enum status
verify(struct request *rq, struct err *err)
{
	struct proof *p = arena_alloc(rq->arena, sizeof(*p));
	owned(json_freep) json_t *body = NULL;
	enum status st = request_json(rq, "password|code", &body, err);

	if (st != ST_OK ||
	    (st = request_json_secret(rq, body, "password", 256, &p->password, err)) != ST_OK ||
	    (st = request_json_secret(rq, body, "code", 64, &p->code, err)) != ST_OK)
		return st;
	if (!*p->password)
		return request_invalid(rq, "current", err);
	st = login_begin(rq->catalog, rq->who.name, rq->address,
	    (int)rq->server->conf->login_per_minute, &p->login, &rq->retry_s, err);
	if (st == ST_OK)
		st = directory_prove(rq->server->conf, rq->who.name, &p->login, p->password, err);
	sodium_memzero(p->password, strlen(p->password));
	if (st != ST_OK)
		return st;
	p->login.code = p->code;
	p->login.seal = &rq->server->seal;
	answer_status(rq, 204);
	request_write(rq, verify_write, p);
	return ST_OK;
}

/* --- second factor --- */

static enum status
issuer_of(struct request *rq, const char **issuer, struct err *err)
{
	enum status st = catalog_setting(rq->catalog, "archive.name", rq->arena, issuer, err);

	if (st == ST_OK && (!*issuer || !**issuer))
		*issuer = "Tàng Thư";
	return st;
}

static enum status
write_seed(struct request *rq, const unsigned char seed[TOTP_SEED_LEN], struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT, uri = STRBUF_INIT, path = STRBUF_INIT;
	const char *issuer;
	struct json_out j;
	int side = 0;
	enum status st = issuer_of(rq, &issuer, err);

	if (st != ST_OK)
		return st;
	base32_encode(seed, TOTP_SEED_LEN, &text);
	totp_uri(seed, issuer, rq->who.name, &uri);
	if ((st = qr_path(uri.buf, &path, &side, err)) == ST_OK) {
		answer_json(rq, 201, &j);
		json_object(&j);
		json_key_str(&j, "secret", text.buf);
		json_key_str(&j, "uri", uri.buf);
		json_key(&j, "qr");
		json_object(&j);
		json_key_int(&j, "side", side);
		json_key_str(&j, "path", path.buf);
		json_end_object(&j);
		json_end_object(&j);
	}
	sodium_memzero(text.buf, text.len);
	sodium_memzero(uri.buf, uri.len);
	sodium_memzero(path.buf, path.len);
	return st;
}

static enum status
factor_begin_write(struct request *rq, struct err *err)
{
	unsigned char seed[TOTP_SEED_LEN];
	enum status st =
	    factor_begin(rq->catalog, &rq->actor, rq->who.id, &rq->server->seal, seed, err);

	if (st == ST_OK)
		st = write_seed(rq, seed, err);
	sodium_memzero(seed, sizeof(seed));
	return st;
}

static enum status
factor_new(struct request *rq, struct err *err)
{
	(void)err;
	request_write(rq, factor_begin_write, NULL);
	return ST_OK;
}

static void
write_codes(struct request *rq, char codes[RECOVERY_CODES][RECOVERY_TEXT + 1])
{
	struct json_out j;

	answer_json(rq, 200, &j);
	json_object(&j);
	json_key(&j, "recovery_codes");
	json_array(&j);
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		json_str(&j, codes[i]);
	json_end_array(&j);
	json_end_object(&j);
	sodium_memzero(codes, (size_t)RECOVERY_CODES * (RECOVERY_TEXT + 1));
}

static enum status
factor_confirm_write(struct request *rq, struct err *err)
{
	char codes[RECOVERY_CODES][RECOVERY_TEXT + 1];
	const char *code = rq->data;
	enum status st = factor_confirm(
	    rq->catalog, &rq->actor, rq->who.id, &rq->server->seal, span_of(code), codes, err);

	if (st == ST_INVALID)
		rq->field = "code";
	if (st == ST_OK)
		write_codes(rq, codes);
	return st;
}

static enum status
factor_accept(struct request *rq, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	const char *code = NULL;
	enum status st = request_json(rq, "code", &body, err);

	if (st != ST_OK || (st = request_json_text(rq, body, "code", 64, &code, err)) != ST_OK)
		return st;
	if (!code)
		return request_invalid(rq, "code", err);
	request_write(rq, factor_confirm_write, arena_dup(rq->arena, code));
	return ST_OK;
}

static enum status
codes_write(struct request *rq, struct err *err)
{
	char codes[RECOVERY_CODES][RECOVERY_TEXT + 1];
	enum status st = factor_renew_codes(rq->catalog, &rq->actor, rq->who.id, codes, err);

	if (st == ST_OK)
		write_codes(rq, codes);
	return st;
}

static enum status
codes_renew(struct request *rq, struct err *err)
{
	(void)err;
	request_write(rq, codes_write, NULL);
	return ST_OK;
}

static enum status
factor_remove_write(struct request *rq, struct err *err)
{
	return factor_remove(rq->catalog, &rq->actor, rq->who.id, err);
}

static enum status
factor_end(struct request *rq, struct err *err)
{
	(void)err;
	sign_in_cookie(rq, NULL);
	answer_status(rq, 204);
	request_write(rq, factor_remove_write, NULL);
	return ST_OK;
}

#define ME "/api/v1/whoami"
#define OWN (ROUTE_ENROL | ROUTE_SESSION)

const struct route routes_account[] = {
	{ EVHTTP_REQ_GET, ME "/sessions", "sessionList", sessions, POOL_WORK, OWN, 0 },
	{ EVHTTP_REQ_DELETE, ME "/sessions", "sessionEndOthers", sessions_end, POOL_WORK, OWN, 0 },
	{ EVHTTP_REQ_DELETE, ME "/sessions/{session}", "sessionEnd", session_end_one, POOL_WORK,
	    OWN, 0 },
	{ EVHTTP_REQ_POST, ME "/verify", "verify", verify, POOL_HASH, OWN, 0 },
	{ EVHTTP_REQ_POST, ME "/factor", "factorBegin", factor_new, POOL_WORK, OWN | ROUTE_FRESH,
	    0 },
	{ EVHTTP_REQ_POST, ME "/factor/confirm", "factorConfirm", factor_accept, POOL_WORK,
	    OWN | ROUTE_FRESH, 0 },
	{ EVHTTP_REQ_POST, ME "/factor/codes", "factorCodes", codes_renew, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
	{ EVHTTP_REQ_DELETE, ME "/factor", "factorRemove", factor_end, POOL_WORK,
	    ROUTE_SESSION | ROUTE_FRESH, 0 },
};
ROUTE_COUNT(routes_account);
