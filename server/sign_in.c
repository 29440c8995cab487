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

enum status
sign_in_check_origin(struct request *rq, struct err *err)
{
	struct span origin = request_header(rq, "Origin");
	struct span site = request_header(rq, "Sec-Fetch-Site");

	if (request_header(rq, "X-Tangthu-Csrf").n == 0 || (origin.p && !own_origin(rq, origin)) ||
	    (site.p && !span_equal_str(site, "same-origin")))
		return request_problem(rq, PROBLEM_CSRF, ST_DENIED, err);
	return ST_OK;
}

enum status
sign_in_check_csrf(struct request *rq, struct err *err)
{
	if (!secret_equal(request_header(rq, "X-Tangthu-Csrf"), span_of(rq->session.csrf)))
		return request_problem(rq, PROBLEM_CSRF, ST_DENIED, err);
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
	if (now_us() - rq->session.seen_us > TOUCH_US)
		writer_touch(rq->server->writer, rq->session.id);
	return ST_OK;
}

enum status
sign_in_load(struct request *rq, struct err *err)
{
	const struct conf *conf = rq->server->conf;
	struct span token = cookie_find(request_header(rq, "Cookie"), span_of(cookie_name(rq)));
	enum status st;

	rq->actor.source = arena_printf(rq->arena, "http %s", rq->address);
	if (token.n == 0)
		return ST_OK;
	st = session_load(rq->catalog, token, conf->session_idle, conf->session_absolute, rq->arena,
	    &rq->session, err);
	if (st == ST_UNAUTHENTICATED)
		return ST_OK;
	return st == ST_OK ? load_principal(rq, err) : st;
}

void
sign_in_cookie(struct request *rq, const char *token)
{
	const char *secure = rq->server->tls ? "; Secure" : "";

	answer_header(rq, "Set-Cookie", "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s",
	    cookie_name(rq), token ? token : "", secure, token ? "" : "; Max-Age=0");
}
