/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "dispatch.h"
#include "job.h"
#include "request.h"
#include "worker.h"

static void
answer_health(struct request *rq, bool catalogue, bool store, bool index)
{
	bool ok = catalogue && store && index;
	struct json_out j;

	answer_json(rq, ok ? 200 : 503, &j);
	json_object(&j);
	json_key_str(&j, "status", ok ? "ok" : "degraded");
	json_key_bool(&j, "catalogue", catalogue);
	json_key_bool(&j, "store", store);
	json_key_bool(&j, "index", index);
	json_end_object(&j);
}

static enum status
live(struct request *rq, struct err *err)
{
	struct json_out j;

	(void)err;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_str(&j, "status", "ok");
	json_end_object(&j);
	return ST_OK;
}

/* An archive nobody has indexed yet is sound: there is nothing to find in it. */
static enum status
health(struct request *rq, struct err *err)
{
	struct search_reader *reader;
	uint64_t indexed;
	const char *value;
	bool catalogue, store, index;
	enum status st;

	(void)err;
	catalogue = catalog_setting(rq->catalog, "inbox", rq->arena, &value, NULL) == ST_OK;
	store = store_writable(rq->server->store, 0, NULL) == ST_OK;
	st = worker_search(rq->worker, &reader, NULL);
	index = st == ST_NOT_FOUND ||
	    (st == ST_OK && search_reader_count(reader, &indexed, NULL) == ST_OK);
	answer_health(rq, catalogue, store, index);
	return ST_OK;
}

/* What a proxy forwards comes from loopback too, but not for loopback. */
static bool
from_here(const struct request *rq)
{
	struct span address = span_of(rq->address);

	return !rq->proxied &&
	    (span_starts(address, SPAN("127.")) || span_equal_str(address, "::1"));
}

static void
index_metrics(struct request *rq, struct strbuf *out)
{
	struct search_reader *reader;
	uint64_t indexed;

	if (worker_search(rq->worker, &reader, NULL) == ST_OK &&
	    search_reader_count(reader, &indexed, NULL) == ST_OK)
		strbuf_addf(out, "tangthu_indexed_records %llu\n", (unsigned long long)indexed);
}

static enum status
metrics(struct request *rq, struct err *err)
{
	struct job_counts jobs;
	struct strbuf *out = &rq->answer.body;
	size_t spool_documents;
	uint64_t spool_bytes;
	enum status st;

	if (!from_here(rq) && !(rq->signed_in && access_has(rq->access, CAP_SYSTEM)))
		return request_problem(rq, PROBLEM_PATH, ST_NOT_FOUND, err);
	if ((st = job_counts(rq->catalog, &jobs, err)) != ST_OK ||
	    (st = derived_spool(rq->server->derived, &spool_documents, &spool_bytes, err)) != ST_OK)
		return st;
	dispatch_metrics(rq->server, out);
	strbuf_addf(out, "tangthu_jobs{state=\"waiting\"} %lld\n", (long long)jobs.waiting);
	strbuf_addf(out, "tangthu_jobs{state=\"leased\"} %lld\n", (long long)jobs.leased);
	strbuf_addf(out, "tangthu_jobs{state=\"done\"} %lld\n", (long long)jobs.done);
	strbuf_addf(out, "tangthu_jobs{state=\"failed\"} %lld\n", (long long)jobs.failed);
	strbuf_addf(out, "tangthu_outbox %lld\n", (long long)jobs.outbox);
	strbuf_addf(out, "tangthu_spool_documents %zu\n", spool_documents);
	strbuf_addf(out, "tangthu_spool_bytes %llu\n", (unsigned long long)spool_bytes);
	index_metrics(rq, out);
	rq->answer.status = 200;
	rq->answer.type = "text/plain; version=0.0.4; charset=utf-8";
	return ST_OK;
}

const struct route routes_health[] = {
	{ EVHTTP_REQ_GET, "/api/v1/live", "live", live, POOL_LOOP, ROUTE_OPEN, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/health", "health", health, POOL_WORK, ROUTE_OPEN, 0 },
	{ EVHTTP_REQ_GET, "/api/v1/metrics", "metrics", metrics, POOL_WORK, ROUTE_OPEN, 0 },
};
ROUTE_COUNT(routes_health);
