/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web.h"

static const struct {
	const char *end, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".ico", "image/x-icon" },
	{ ".woff2", "font/woff2" },
};

const char *
web_type(const char *path)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_ends(span_of(path), span_of(types[i].end)))
			return types[i].type;
	return "text/plain; charset=utf-8";
}

static bool
is_path(const struct target *t, const char *path)
{
	struct span rest = span_of(path);
	size_t i = 0;

	for (; rest.p; i++)
		if (!span_equal_str(
			span_cut(&rest, '/'), i < t->segment_count ? t->segment[i] : ""))
			return false;
	return i == t->segment_count;
}

static const struct web_file *
find(const struct target *t)
{
	for (size_t i = 0; i < web_file_count; i++)
		if (is_path(t, web_files[i].path) ||
		    (t->segment_count == 0 && strcmp(web_files[i].path, "index.html") == 0))
			return &web_files[i];
	return NULL;
}

/* Without weights: who names gzip at all and not with q=0 takes it. */
static bool
takes_gzip(const struct request *rq)
{
	struct span rest = request_header(rq, "Accept-Encoding");

	while (rest.p) {
		struct span item = span_trim(span_cut(&rest, ','));
		struct span coding = span_trim(span_cut(&item, ';'));

		if (span_equal_nocase(coding, SPAN("gzip")))
			return !span_equal_str(span_trim(item), "q=0");
	}
	return false;
}

static void
fill(struct request *rq, const struct web_file *file)
{
	bool packed = takes_gzip(rq);
	const unsigned char *from = packed ? file->packed : file->plain;
	const unsigned char *end = packed ? file->packed_end : file->plain_end;

	rq->answer.status = 200;
	rq->answer.cacheable = true;
	answer_header(rq, "Cache-Control", "no-cache");
	answer_header(rq, "Vary", "Accept-Encoding");
	if (answer_etag(rq, file->etag))
		return;
	if (packed)
		answer_header(rq, "Content-Encoding", "gzip");
	rq->answer.type = web_type(file->path);
	strbuf_add(&rq->answer.body, from, (size_t)(end - from));
}

enum status
web_answer(struct request *rq, struct err *err)
{
	const struct web_file *file = find(&rq->target);

	if (!file)
		return request_problem(rq, PROBLEM_PATH, ST_NOT_FOUND, err);
	if (rq->method != EVHTTP_REQ_GET && rq->method != EVHTTP_REQ_HEAD) {
		answer_header(rq, "Allow", "GET, HEAD");
		return request_problem(rq, PROBLEM_METHOD, ST_UNSUPPORTED, err);
	}
	fill(rq, file);
	return ST_OK;
}
