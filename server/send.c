/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <event2/buffer.h>
#include <stdlib.h>
#include <unistd.h>

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
add_headers(const struct request *rq, struct evkeyvalq *out)
{
	const struct answer *a = &rq->answer;

	for (size_t i = 0; i < a->header_count; i++)
		evhttp_add_header(out, a->header[i].name, a->header[i].value);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!evhttp_find_header(out, always[i].name))
			evhttp_add_header(out, always[i].name, always[i].value);
	if (rq->server->tls)
		evhttp_add_header(out, "Strict-Transport-Security", "max-age=31536000");
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
