/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <stdlib.h>
#include <unistd.h>

#include "language.h"
#include "send.h"
#include "stream.h"

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 409, "Conflict" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 417, "Expectation Failed" },
	{ 422, "Unprocessable Content" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 460, "Checksum Mismatch" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 507, "Insufficient Storage" },
};

/* On every answer (trust.md section 8).  A route may set its own policy before these are added. */
static const struct header always[] = {
	{ "Content-Security-Policy",
	    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
	    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
	    "form-action 'self'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "X-Frame-Options", "DENY" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
};

static const char *
reason_of(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}

static void
add_protection(struct evkeyvalq *out, bool tls)
{
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!evhttp_find_header(out, always[i].name))
			evhttp_add_header(out, always[i].name, always[i].value);
	if (tls)
		evhttp_add_header(out, "Strict-Transport-Security", "max-age=31536000");
}

static void
add_headers(const struct request *rq, struct evkeyvalq *out)
{
	const struct answer *a = &rq->answer;

	for (size_t i = 0; i < a->header_count; i++)
		evhttp_add_header(out, a->header[i].name, a->header[i].value);
	add_protection(out, rq->server->tls != NULL);
	if (!a->cacheable)
		evhttp_add_header(out, "Cache-Control", "no-store");
	evhttp_add_header(out, "X-Request-Id", rq->id);
	if (a->type)
		evhttp_add_header(out, "Content-Type", a->type);
	if (a->close || atomic_load(&rq->server->stopping))
		evhttp_add_header(out, "Connection", "close");
}

/* evhttp itself gives no length to an answer without a body, HEAD included. */
static void
add_length(const struct answer *a, struct evkeyvalq *out)
{
	char text[24];

	if (a->status == 204 || a->status == 304)
		return;
	snprintf(text, sizeof(text), "%llu",
	    (unsigned long long)(a->stream ? stream_length(a->stream)
		    : a->fd != -1	   ? a->length
					   : a->body.len));
	evhttp_add_header(out, "Content-Length", text);
}

static void
free_buffer(const void *data, size_t n, void *arg)
{
	(void)data;
	(void)n;
	free(arg);
}

static void
add_body(struct request *rq, struct evbuffer *out)
{
	struct answer *a = &rq->answer;
	size_t n = 0;
	char *p;

	if (rq->head || a->status == 304 || a->status == 204)
		return;
	if (a->fd != -1 && a->length > 0) {
		/* Only so does libevent 2.1 use sendfile(2); over TLS it must map the file. */
		if (!rq->server->tls)
			evbuffer_set_flags(out, EVBUFFER_FLAG_DRAINS_TO_FD);
		if (evbuffer_add_file(out, a->fd, (ev_off_t)a->offset, (ev_off_t)a->length) == 0)
			a->fd = -1;
		else
			a->close = true;
	} else if (a->body.len > 0) {
		p = strbuf_detach(&a->body, &n);
		if (evbuffer_add_reference(out, p, n, free_buffer, p) == -1)
			abort();
	}
}

void
send_answer(struct request *rq, struct evhttp_request *ev)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(ev);
	int status = rq->answer.status;

	add_length(&rq->answer, headers);
	add_body(rq, evhttp_request_get_output_buffer(ev));
	add_headers(rq, headers);
	if (rq->answer.stream && !rq->head) {
		struct stream *stream = rq->answer.stream;

		rq->answer.stream = NULL;
		stream_start(stream, ev, status, reason_of(status), rq->server->tls != NULL);
		return;
	}
	evhttp_send_reply(ev, status, reason_of(status), NULL);
}

/* --- what evhttp refuses by itself --- */

static bool
is_tls(struct evhttp_request *ev)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(ev);

	return bufferevent_openssl_get_ssl(evhttp_connection_get_bufferevent(connection)) != NULL;
}

static void
write_refusal(struct evhttp_request *ev, int status, const char *id, struct strbuf *out)
{
	const char *accept =
	    evhttp_find_header(evhttp_request_get_input_headers(ev), "Accept-Language");
	enum problem problem = status == 417 ? PROBLEM_EXPECTATION : PROBLEM_NONE;

	problem_write(out, problem, status == 413 ? ST_TOO_LARGE : ST_INVALID, NULL, id,
	    language_choose(NULL, span_of(accept ? accept : ""), NULL));
}

/*
 * evhttp answers what it cannot parse and what is over its limits before a request is ours: with a page
 * of its own, without the headers that every answer carries.  libevent 2.2 has evhttp_set_errorcb for
 * that, 2.1 nothing, but it calls its own function by its public name: this one stands before it in
 * the whole process (T555 tells when a libevent does not call it any more).
 */
void
evhttp_send_error(struct evhttp_request *ev, int status, const char *reason)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(ev);
	owned(strbuf_free) struct strbuf body = STRBUF_INIT;
	struct evbuffer *out = evhttp_request_get_output_buffer(ev);
	char id[REQUEST_ID_LEN + 1], length[24];

	(void)reason;
	/* The line that says which HTTP it is may be what was wrong. */
	if (!ev->major)
		ev->major = ev->minor = 1;
	if (status != 413 && status != 417)
		status = 400;
	request_make_id(id);
	write_refusal(ev, status, id, &body);
	evhttp_clear_headers(headers);
	add_protection(headers, is_tls(ev));
	snprintf(length, sizeof(length), "%zu", body.len);
	evhttp_add_header(headers, "Cache-Control", "no-store");
	evhttp_add_header(headers, "X-Request-Id", id);
	evhttp_add_header(headers, "Content-Type", "application/problem+json");
	evhttp_add_header(headers, "Content-Length", length);
	evhttp_add_header(headers, "Connection", "close");
	evbuffer_drain(out, evbuffer_get_length(out));
	evbuffer_add(out, body.buf, body.len);
	evhttp_send_reply(ev, status, reason_of(status), NULL);
}
