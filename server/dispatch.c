/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#include "audit.h"
#include "base.h"
#include "connections.h"
#include "denial.h"
#include "dispatch.h"
#include "log.h"
#include "loop.h"
#include "sign_in.h"
#include "web.h"
#include "worker.h"
#include "writer.h"

#define QUEUE_US INT64_C(10000000) /* nobody waits longer than this for a free thread */
#define ROUTES_MAX 256
#define CLASSES 6 /* of statuses: 0 unused, 1xx .. 5xx */

/* Row ROUTES_MAX counts what has no route: pages, unknown paths, refused heads. */
static atomic_ulong answers[ROUTES_MAX + 1][CLASSES];
static atomic_ulong spent_us[ROUTES_MAX + 1];

void
dispatch_fail(struct request *rq, enum status st, const struct err *err)
{
	const char *what = rq->route ? rq->route->id : "request";

	rq->after = NULL;
	rq->write = NULL;
	rq->note_count = 0;
	answer_problem(rq, st);
	if (rq->answer.status >= 500 && rq->answer.status != 503)
		log_failure(err, "%s %s", what, rq->id);
	else
		log_debug("%s %s: %d %s", what, rq->id, rq->answer.status, err->msg);
}

/* --- on the loop --- */

static size_t
header_count(const struct request *rq, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < rq->header_count; i++)
		n += strcasecmp(rq->header[i].name, name) == 0;
	return n;
}

static enum status
check_head(struct request *rq, const char *uri, struct err *err)
{
	size_t lengths = header_count(rq, "Content-Length");
	enum status st;

	if (lengths == 0 && request_header(rq, "Transfer-Encoding").p) {
		/* Chunk sizes are read too kindly by libevent 2.1; nobody of ours needs them. */
		rq->answer.close = true;
		return request_problem(rq, PROBLEM_LENGTH, ST_INVALID, err);
	}
	if (lengths > 1 || header_count(rq, "Host") > 1 ||
	    request_header(rq, "Transfer-Encoding").p) {
		/*
		 * A proxy in front may have believed the other one (RFC 9112 6.3, 3.2).  Newer
		 * patches of libevent 2.1 refuse a length beside an encoding before we see it.
		 */
		rq->answer.close = true;
		return fail(err, ST_INVALID, "the head tells the length or the host twice");
	}
	if ((st = target_parse(span_of(uri), rq->arena, &rq->target, err)) != ST_OK)
		return st;
	rq->proxied = request_header(rq, "X-Forwarded-For").p ||
	    request_header(rq, "Forwarded").p || request_header(rq, "Via").p;
	return ST_OK;
}

static bool
of_api(const struct target *t)
{
	return t->segment_count > 0 && strcmp(t->segment[0], "api") == 0;
}

static enum status
find_route(struct request *rq, struct err *err)
{
	owned(strbuf_free) struct strbuf allow = STRBUF_INIT;
	unsigned allowed = 0;
	enum status st =
	    route_find((unsigned)rq->method, &rq->target, &rq->route, rq->value, &allowed, err);

	if (st == ST_NOT_FOUND)
		return request_problem(rq, PROBLEM_PATH, st, err);
	if (st != ST_OK) {
		for (unsigned bit = 1; bit && bit <= allowed; bit <<= 1)
			if (allowed & bit)
				strbuf_addf(
				    &allow, "%s%s", allow.len ? ", " : "", route_method(bit));
		answer_header(rq, "Allow", "%s", allow.buf);
		return request_problem(rq, PROBLEM_METHOD, st, err);
	}
	if (rq->method == EVHTTP_REQ_HEAD && rq->route->method == EVHTTP_REQ_GET)
		rq->method = EVHTTP_REQ_GET;
	return sign_in_changes(rq) ? sign_in_check_origin(rq, err) : ST_OK;
}

/* *queued: a pool has it. */
static enum status
start(struct request *rq, const char *uri, bool *queued, struct err *err)
{
	enum status st = check_head(rq, uri, err);

	if (st != ST_OK)
		return st;
	if (atomic_load(&rq->server->stopping))
		return request_problem(rq, PROBLEM_STOPPING, ST_BUSY, err);
	if (!of_api(&rq->target))
		return web_answer(rq, err);
	if ((st = find_route(rq, err)) != ST_OK)
		return st;
	if (rq->route->pool == POOL_LOOP)
		return rq->route->run(rq, err);
	*queued = pool_push(&rq->server->pool[rq->route->pool], rq);
	return *queued ? ST_OK : request_problem(rq, PROBLEM_QUEUE, ST_BUSY, err);
}

void
dispatch_start(struct request *rq, enum evhttp_cmd_type method, const char *uri)
{
	struct err err = ERR_INIT;
	bool queued = false;
	enum status st;

	rq->method = method;
	rq->head = method == EVHTTP_REQ_HEAD;
	st = start(rq, uri, &queued, &err);
	if (queued)
		return;
	if (st != ST_OK)
		dispatch_fail(rq, st, &err);
	loop_send(rq);
}

/* --- on a pool thread --- */

static enum status
check_rights(struct request *rq, struct err *err)
{
	enum status st;

	if (rq->route->flags & ROUTE_OPEN)
		return ST_OK;
	if (!rq->signed_in)
		return fail(err, ST_UNAUTHENTICATED, "no session");
	if ((st = sign_in_check(rq, err)) != ST_OK)
		return st;
	if (rq->route->capability && !(rq->access->caps & rq->route->capability))
		return fail(err, ST_DENIED, "capability");
	return ST_OK;
}

/* Views that are in the log already need not wait for the writer. */
static enum status
drop_known_notes(struct request *rq, struct err *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < rq->note_count; i++) {
		const struct access_note *note = &rq->note[i];
		bool due = true;
		enum status st = audit_access_due(
		    rq->catalog, &rq->actor, note->action, note->record_uid, note->page, &due, err);

		if (st != ST_OK)
			return st;
		if (due)
			rq->note[kept++] = *note;
	}
	rq->note_count = kept;
	return ST_OK;
}

static enum status
run_route(struct request *rq, struct err *err)
{
	enum status st;

	if ((st = sign_in_load(rq, err)) != ST_OK || (st = check_rights(rq, err)) != ST_OK ||
	    (st = rq->route->run(rq, err)) != ST_OK)
		return st;
	return drop_known_notes(rq, err);
}

/* The answer is made already; what is left is that the log knows. */
static enum status
denied(struct request *rq, struct err *err)
{
	return denial_append(rq, rq->catalog, err);
}

void
dispatch_run(struct request *rq)
{
	struct err err = ERR_INIT;
	enum status st;

	assert(rq->magic == REQUEST_MAGIC);
	rq->catalog = rq->worker->catalog;
	if (monotonic_us() - rq->started_us > QUEUE_US) {
		st = request_problem(rq, PROBLEM_QUEUE, ST_BUSY, &err);
	} else if ((st = catalog_begin_read(rq->catalog, &err)) == ST_OK) {
		st = run_route(rq, &err);
		catalog_rollback(rq->catalog);
	}
	rq->worker = NULL;
	rq->catalog = NULL;
	if (st != ST_OK)
		dispatch_fail(rq, st, &err);
	if (st == ST_DENIED && denial_due(rq))
		request_write(rq, denied, NULL);
	if (rq->write || rq->note_count > 0)
		writer_push(rq->server->writer, rq);
	else
		loop_give_back(rq->loop, rq);
}

/* --- on the writer --- */

enum status
dispatch_write(struct request *rq, struct catalog *catalog, struct err *err)
{
	enum status st = ST_OK;

	rq->catalog = catalog;
	if (rq->write) {
		/* Between the two steps a right may have gone. */
		if ((st = request_renew_rights(rq, err)) == ST_OK)
			st = rq->write(rq, err);
	}
	for (size_t i = 0; st == ST_OK && i < rq->note_count; i++)
		st = audit_append_access(catalog, &rq->actor, rq->note[i].action,
		    rq->note[i].record_uid, rq->note[i].page, err);
	rq->catalog = NULL;
	return st;
}

/* --- counters --- */

void
dispatch_count(struct request *rq)
{
	size_t row = rq->route ? route_index(rq->route) : ROUTES_MAX;
	int status_class = rq->answer.status / 100;

	assert(row <= ROUTES_MAX && status_class > 0 && status_class < CLASSES);
	atomic_fetch_add(&answers[row][status_class], 1);
	atomic_fetch_add(&spent_us[row], (unsigned long)(monotonic_us() - rq->started_us));
}

static void
count_route(struct strbuf *out, size_t row, const char *id)
{
	unsigned long all = 0;

	for (int i = 1; i < CLASSES; i++) {
		unsigned long n = atomic_load(&answers[row][i]);

		all += n;
		if (n > 0)
			strbuf_addf(out,
			    "tangthu_http_requests_total{route=\"%s\",status=\"%dxx\"} %lu\n", id,
			    i, n);
	}
	if (all > 0) {
		strbuf_addf(out, "tangthu_http_request_seconds_sum{route=\"%s\"} %.6f\n", id,
		    (double)atomic_load(&spent_us[row]) / 1e6);
		strbuf_addf(out, "tangthu_http_request_seconds_count{route=\"%s\"} %lu\n", id, all);
	}
}

void
dispatch_metrics(struct server *server, struct strbuf *out)
{
	uint64_t accepted, refused, closed, requests, commits;
	size_t waiting;

	for (size_t i = 0; i < route_count(); i++)
		count_route(out, i, route_at(i)->id);
	count_route(out, ROUTES_MAX, "pages");
	connections_totals(server->connections, &accepted, &refused, &closed);
	strbuf_addf(out, "tangthu_connections %zu\n", connections_count(server->connections, NULL));
	strbuf_addf(out, "tangthu_connections_accepted_total %llu\n", (unsigned long long)accepted);
	strbuf_addf(out, "tangthu_connections_refused_total %llu\n", (unsigned long long)refused);
	strbuf_addf(
	    out, "tangthu_connections_closed_slow_total %llu\n", (unsigned long long)closed);
	for (size_t i = POOL_LOOP + 1; i < POOL_COUNT; i++) {
		struct pool *pool = &server->pool[i];

		strbuf_addf(out, "tangthu_queue_waiting{pool=\"%s\"} %zu\n", pool->name,
		    pool_waiting(pool));
		strbuf_addf(out, "tangthu_queue_refused_total{pool=\"%s\"} %lu\n", pool->name,
		    atomic_load(&pool->refused));
	}
	writer_totals(server->writer, &requests, &commits, &waiting);
	strbuf_addf(out, "tangthu_writer_requests_total %llu\n", (unsigned long long)requests);
	strbuf_addf(out, "tangthu_writer_commits_total %llu\n", (unsigned long long)commits);
	strbuf_addf(out, "tangthu_writer_waiting %zu\n", waiting);
	strbuf_addf(out, "tangthu_uptime_seconds %lld\n",
	    (long long)((monotonic_us() - server->started_us) / 1000000));
}
