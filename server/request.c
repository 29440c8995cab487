/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <stdlib.h>
#include <strings.h>

#include "base.h"
#include "language.h"
#include "request.h"
#include "stream.h"

/* Everything of the head that other threads may need, because they must not touch ev. */
static void
copy_headers(struct request *rq)
{
	struct evkeyvalq *in = evhttp_request_get_input_headers(rq->ev);
	struct evkeyval *kv;
	struct header *copy;
	size_t n = 0;

	for (kv = in->tqh_first; kv; kv = kv->next.tqe_next)
		n++;
	copy = arena_array(rq->arena, n ? n : 1, sizeof(*copy));
	for (kv = in->tqh_first; kv; kv = kv->next.tqe_next) {
		copy[rq->header_count].name = arena_dup(rq->arena, kv->key);
		copy[rq->header_count++].value = arena_dup(rq->arena, kv->value);
	}
	rq->header = copy;
}

void
request_make_id(char id[REQUEST_ID_LEN + 1])
{
	unsigned char bytes[REQUEST_ID_LEN / 2];

	random_bytes(bytes, sizeof(bytes));
	hex_encode(bytes, sizeof(bytes), id);
}

struct request *
request_new(struct server *server, struct loop *loop, struct evhttp_request *ev)
{
	struct arena *arena = arena_new();
	struct request *rq = arena_alloc(arena, sizeof(*rq));
	struct evhttp_connection *connection = evhttp_request_get_connection(ev);
	char *address = NULL;
	ev_uint16_t port;

	rq->magic = REQUEST_MAGIC;
	rq->server = server;
	rq->loop = loop;
	rq->ev = ev;
	rq->arena = arena;
	rq->started_us = monotonic_us();
	request_make_id(rq->id);
	evhttp_connection_get_peer(connection, &address, &port);
	rq->address = arena_dup(arena, address ? address : "");
	copy_headers(rq);
	rq->body = evbuffer_new();
	if (!rq->body)
		abort();
	evbuffer_add_buffer(rq->body, evhttp_request_get_input_buffer(ev));
	rq->language =
	    language_choose(NULL, request_header(rq, "Accept-Language"), server->conf->language);
	strbuf_init(&rq->answer.body);
	rq->answer.fd = -1;
	return rq;
}

void
request_free(struct request *rq)
{
	struct arena *arena = rq->arena;

	assert(rq->magic == REQUEST_MAGIC);
	if (rq->end)
		rq->end(rq);
	rq->magic = 0;
	rights_drop(rq->rights);
	evbuffer_free(rq->body);
	strbuf_free(&rq->answer.body);
	fd_closep(&rq->answer.fd);
	stream_free(rq->answer.stream);
	arena_free(arena);
}

struct span
request_header(const struct request *rq, const char *name)
{
	for (size_t i = 0; i < rq->header_count; i++)
		if (strcasecmp(rq->header[i].name, name) == 0)
			return span_of(rq->header[i].value);
	return span_make(NULL, 0);
}

struct span
request_body(struct request *rq)
{
	size_t n = evbuffer_get_length(rq->body);

	return span_make(n ? (const char *)evbuffer_pullup(rq->body, -1) : NULL, n);
}

enum status
request_invalid(struct request *rq, const char *field, struct err *err)
{
	rq->field = field;
	return fail(err, ST_INVALID, "%s", field);
}

enum status
request_problem(struct request *rq, enum problem problem, enum status status, struct err *err)
{
	rq->problem = problem;
	return fail(err, status, "%s", problem_text(problem, status)->code);
}

enum status
request_number(struct request *rq, const char *name, int64_t fallback, int64_t min, int64_t max,
    int64_t *value, struct err *err)
{
	const char *text = target_parameter(&rq->target, name);
	int64_t number = fallback;

	if (text && (!span_i64(span_of(text), &number) || number < min || number > max))
		return request_invalid(rq, name, err);
	*value = number;
	return ST_OK;
}

enum status
request_day(struct request *rq, const char *name, const char **day, struct err *err)
{
	*day = target_parameter(&rq->target, name);
	return *day && !date_valid(span_of(*day), false) ? request_invalid(rq, name, err) : ST_OK;
}

enum status
request_choice(struct request *rq, const char *name, const char *words, int fallback, int *choice,
    struct err *err)
{
	const char *text = target_parameter(&rq->target, name);
	struct span rest = span_of(words);

	*choice = fallback;
	if (!text)
		return ST_OK;
	for (int i = 0; rest.p; i++) {
		if (span_equal_str(span_cut(&rest, '|'), text)) {
			*choice = i;
			return ST_OK;
		}
	}
	return request_invalid(rq, name, err);
}

enum status
request_uid(struct request *rq, const char *name, const char **uid, struct err *err)
{
	*uid = target_parameter(&rq->target, name);
	return *uid && !uid_valid(span_of(*uid)) ? request_invalid(rq, name, err) : ST_OK;
}

enum status
request_path_uid(struct request *rq, size_t i, const char **uid, struct err *err)
{
	*uid = rq->value[i];
	return uid_valid(span_of(*uid)) ? ST_OK : fail(err, ST_NOT_FOUND, "not a uid");
}

enum status
request_path_number(struct request *rq, size_t i, int64_t max, int64_t *value, struct err *err)
{
	uint64_t n;

	if (!span_u64(span_of(rq->value[i]), &n) || n < 1 || n > (uint64_t)max)
		return fail(err, ST_NOT_FOUND, "not a number in range");
	*value = (int64_t)n;
	return ST_OK;
}

void
request_note(struct request *rq, const char *action, const char *record_uid, int64_t page)
{
	assert(rq->note_count < NOTES_MAX);
	rq->note[rq->note_count++] = (struct access_note){ action, record_uid, page };
}

void
request_write(struct request *rq, enum status (*fn)(struct request *, struct err *), void *data)
{
	rq->write = fn;
	rq->data = data;
}

/* Never through the shared rights: what an open transaction shows may be rolled back. */
enum status
request_renew_rights(struct request *rq, struct err *err)
{
	struct shared_access *old = rq->rights;
	bool current = true;
	enum status st = ST_OK;

	if (!old)
		return ST_OK;
	st = access_is_current(old->access, rq->catalog, &current, err);
	if (st != ST_OK || current)
		return st;
	st = rights_load(rq->catalog, rq->who.id, &rq->rights, err);
	rights_drop(old);
	rq->access = st == ST_OK ? rq->rights->access : NULL;
	return st;
}
