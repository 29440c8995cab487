/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "cookie.h"
#include "language.h"
#include "sign_in.h"
#include "writer.h"

#define TOUCH_US INT64_C(60000000) /* a session's last use is noted once a minute */

static const char *
cookie_name(const struct request *rq)
{
	return rq->server->tls ? COOKIE_TLS : COOKIE_PLAIN;
}

bool
sign_in_changes(const struct request *rq)
{
	return rq->method != EVHTTP_REQ_GET && rq->method != EVHTTP_REQ_HEAD &&
	    rq->method != EVHTTP_REQ_OPTIONS;
}

/* "https://host:port" is the host we are asked as; a proxy may have taken the TLS off. */
static bool
own_origin(const struct request *rq, struct span origin)
{
	struct span host = request_header(rq, "Host");
	struct span scheme = rq->server->tls ? SPAN("https://") : SPAN("http://");

	if (!span_starts(origin, scheme)) {
		scheme = SPAN("https://");
		if (!span_starts(origin, scheme))
			return false;
	}
	origin = span_make(origin.p + scheme.n, origin.n - scheme.n);
	return host.n > 0 && span_equal_nocase(origin, host);
}

static bool
bears_token(const struct request *rq)
{
	return token_of_header(request_header(rq, "Authorization")).n > 0;
}

enum status
sign_in_check_origin(struct request *rq, struct err *err)
{
	struct span origin = request_header(rq, "Origin");
	struct span site = request_header(rq, "Sec-Fetch-Site");

	/* No page of another site can send a token: browsers ask first, and we never allow it. */
	if ((request_header(rq, "X-Tangthu-Csrf").n == 0 && !bears_token(rq)) ||
	    (origin.p && !own_origin(rq, origin)) ||
	    (site.p && !span_equal_str(site, "same-origin")))
		return request_problem(rq, PROBLEM_CSRF, ST_DENIED, err);
	return ST_OK;
}

static enum status
check_csrf(struct request *rq, struct err *err)
{
	if (!secret_equal(request_header(rq, "X-Tangthu-Csrf"), span_of(rq->session.csrf)))
		return request_problem(rq, PROBLEM_CSRF, ST_DENIED, err);
	return ST_OK;
}

/* What a token must be for when it is used like this. */
static unsigned
scope_needed(const struct request *rq)
{
	if (!sign_in_changes(rq))
		return TOKEN_READ;
	return rq->route->pool == POOL_FILE ||
		span_starts(span_of(rq->route->pattern), SPAN("/api/v1/uploads"))
	    ? TOKEN_ADD
	    : TOKEN_EDIT;
}

static enum status
check_scope(struct request *rq, struct err *err)
{
	if ((rq->route->flags & (ROUTE_SESSION | ROUTE_FRESH)) || !(rq->scope & scope_needed(rq)))
		return request_problem(rq, PROBLEM_SCOPE, ST_DENIED, err);
	return ST_OK;
}

bool
sign_in_owes_factor(const struct request *rq)
{
	const char *rule = rq->server->conf->second_factor;

	if (rq->session.factor > 1 || strcmp(rule, "off") == 0)
		return false;
	return strcmp(rule, "all") == 0 || access_has(rq->access, CAP_ACCOUNTS) ||
	    access_has(rq->access, CAP_AUDIT);
}

enum status
sign_in_check(struct request *rq, struct err *err)
{
	unsigned flags = rq->route->flags;
	enum status st;

	if (rq->scope)
		return check_scope(rq, err);
	if (sign_in_changes(rq) && (st = check_csrf(rq, err)) != ST_OK)
		return st;
	if (!(flags & ROUTE_ENROL) && sign_in_owes_factor(rq))
		return request_problem(rq, PROBLEM_ENROL, ST_DENIED, err);
	if ((flags & ROUTE_FRESH) &&
	    now_us() - rq->session.verified_us > rq->server->conf->session_fresh * 1000000)
		return request_problem(rq, PROBLEM_FRESH, ST_DENIED, err);
	return ST_OK;
}

static enum status
load_principal(struct request *rq, struct err *err)
{
	enum status st;

	st = principal_by_id(rq->catalog, rq->session.principal, rq->arena, &rq->who, err);
	if (st != ST_OK)
		return st;
	st = rights_take(rq->server->rights, rq->catalog, rq->who.id, &rq->rights, err);
	if (st != ST_OK)
		return st;
	rq->access = rq->rights->access;
	rq->actor.principal = rq->who.id;
	rq->actor.session = rq->session.id;
	rq->language = language_choose(
	    rq->who.language, request_header(rq, "Accept-Language"), rq->server->conf->language);
	rq->signed_in = true;
	return ST_OK;
}

/* The log tells views by token apart as it does sessions; row numbers of both begin at 1. */
static enum status
load_token(struct request *rq, struct span text, struct err *err)
{
	struct token token;
	enum status st = token_load(rq->catalog, text, rq->arena, &token, err);

	if (st == ST_UNAUTHENTICATED)
		return ST_OK;
	if (st != ST_OK)
		return st;
	rq->session.id = -token.id;
	rq->session.principal = token.principal;
	rq->scope = token.scope;
	if (now_us() - token.used_us > TOUCH_US)
		writer_touch(rq->server->writer, rq->session.id);
	return load_principal(rq, err);
}

enum status
sign_in_load(struct request *rq, struct err *err)
{
	const struct conf *conf = rq->server->conf;
	struct span token = cookie_find(request_header(rq, "Cookie"), span_of(cookie_name(rq)));
	enum status st;

	rq->actor.source = arena_printf(rq->arena, "http %s", rq->address);
	/* Who shows a token is its owner or nobody, whatever cookie came along. */
	if (request_header(rq, "Authorization").p)
		return load_token(rq, token_of_header(request_header(rq, "Authorization")), err);
	if (token.n == 0)
		return ST_OK;
	st = session_load(rq->catalog, token, conf->session_idle, conf->session_absolute, rq->arena,
	    &rq->session, err);
	if (st == ST_UNAUTHENTICATED)
		return ST_OK;
	if (st == ST_OK && now_us() - rq->session.seen_us > TOUCH_US)
		writer_touch(rq->server->writer, rq->session.id);
	return st == ST_OK ? load_principal(rq, err) : st;
}

void
sign_in_cookie(struct request *rq, const char *token)
{
	const char *secure = rq->server->tls ? "; Secure" : "";

	answer_header(rq, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
	    cookie_name(rq), token ? token : "", secure, token ? "" : "; Max-Age=0");
}
