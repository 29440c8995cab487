/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <jansson.h>
#include <stdio.h>

#include "base.h"
#include "etag.h"
#include "request.h"
#include "stream.h"

void
answer_status(struct request *rq, int status)
{
	rq->answer.status = status;
}

void
answer_header(struct request *rq, const char *name, const char *fmt, ...)
{
	owned(strbuf_free) struct strbuf value = STRBUF_INIT;
	struct answer *a = &rq->answer;
	va_list ap;

	assert(a->header_count < ANSWER_HEADERS_MAX);
	va_start(ap, fmt);
	strbuf_vaddf(&value, fmt, ap);
	va_end(ap);
	a->header[a->header_count].name = name;
	a->header[a->header_count++].value = arena_dup(rq->arena, value.buf);
}

void
answer_json(struct request *rq, int status, struct json_out *json)
{
	rq->answer.status = status;
	rq->answer.type = "application/json";
	strbuf_reset(&rq->answer.body);
	json_start(json, &rq->answer.body);
}

bool
answer_etag(struct request *rq, const char *etag)
{
	struct span known = request_header(rq, "If-None-Match");

	answer_header(rq, "ETag", "%s", etag);
	if (!known.p || !etag_listed(known, span_of(etag), true))
		return false;
	rq->answer.status = 304;
	rq->answer.type = NULL;
	return true;
}

/* Headers that a handler set before it failed say nothing about the problem, but for these. */
static void
keep_headers(struct answer *a)
{
	static const char *const kept[] = { "Allow", "Content-Range", "Tus-Resumable",
		"Tus-Version", "Upload-Offset" };
	size_t n = 0;

	for (size_t i = 0; i < a->header_count; i++)
		for (size_t k = 0; k < sizeof(kept) / sizeof(kept[0]); k++)
			if (strcmp(a->header[i].name, kept[k]) == 0)
				a->header[n++] = a->header[i];
	a->header_count = n;
}

void
answer_problem(struct request *rq, enum status status)
{
	struct answer *a = &rq->answer;

	fd_closep(&a->fd);
	stream_free(a->stream);
	a->stream = NULL;
	a->length = 0;
	keep_headers(a);
	a->status = problem_text(rq->problem, status)->http;
	a->type = "application/problem+json";
	a->cacheable = false;
	strbuf_reset(&a->body);
	problem_write(&a->body, rq->problem, status, rq->field, rq->id, rq->language);
	if (rq->retry_s == 0 && a->status == 503)
		rq->retry_s = 2;
	if (rq->retry_s > 0)
		answer_header(rq, "Retry-After", "%d", rq->retry_s);
	answer_header(rq, "Content-Language", "%s", rq->language);
}
