/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <stdlib.h>

#include "base.h"
#include "record_json.h"
#include "retrieval.h"
#include "table.h"
#include "worker.h"

/* A pasted list of numbers or queries: found, none or several, as JSON or as a table. */

struct batch {
	struct request *rq;
	struct retrieval over;
	struct json_out json;
	bool csv;
	int64_t deadline_us;
};

static const char *
notation_of(struct request *rq, const struct record *record)
{
	owned(strbuf_free) struct strbuf notation = STRBUF_INIT;

	record_notation(record->field[FIELD_NUMBER], record->field[FIELD_SYMBOL], &notation);
	return arena_dup_span(rq->arena, strbuf_span(&notation));
}

static void
write_csv(struct batch *b, const char *line, const struct retrieval_answer *answer)
{
	struct strbuf *out = &b->rq->answer.body;
	const struct record *first = answer->count ? answer->hits[0].record : NULL;
	char total[24];

	snprintf(total, sizeof(total), "%zu", answer->result->total);
	csv_cell(out, line, ',');
	csv_cell(out, retrieval_found_name(answer), ',');
	csv_cell(out, total, ',');
	csv_cell(out, first ? first->uid : "", ',');
	csv_cell(out, first ? notation_of(b->rq, first) : "", ',');
	csv_cell(
	    out, first && first->field[FIELD_SUBJECT] ? first->field[FIELD_SUBJECT] : "", '\r');
	strbuf_add_char(out, '\n');
}

static void
write_json(struct batch *b, const char *line, const struct retrieval_answer *answer)
{
	struct json_out *j = &b->json;

	json_object(j);
	json_key_str(j, "query", line);
	json_key_str(j, "state", retrieval_found_name(answer));
	json_key_int(j, "total", (int64_t)answer->result->total);
	json_key(j, "records");
	json_array(j);
	for (size_t i = 0; i < answer->count; i++) {
		const struct record *record = answer->hits[i].record;

		json_object(j);
		json_key_str(j, "uid", record->uid);
		json_key_str(j, "notation", notation_of(b->rq, record));
		json_key_opt(j, "subject", record->field[FIELD_SUBJECT]);
		json_end_object(j);
	}
	json_end_array(j);
	json_end_object(j);
}

static enum status
answer_line(struct batch *b, const char *line, struct err *err)
{
	struct search_result none = { .total_exact = true };
	struct retrieval_answer answer = { .result = &none };
	int64_t left = (b->deadline_us - monotonic_us()) / 1000;
	enum status st = ST_OK;

	if (left <= 0)
		return fail(err, ST_TIMEOUT, "the deadline passed in a list of queries");
	if (b->over.reader)
		st = retrieval_find_line(
		    &b->over, b->rq->access, span_of(line), (int)left, b->rq->arena, &answer, err);
	if (st != ST_OK)
		return st;
	(b->csv ? write_csv : write_json)(b, line, &answer);
	if (answer.result != &none)
		retrieval_answer_end(&answer);
	return ST_OK;
}

static enum status
check_lines(struct request *rq, const json_t *lines, struct err *err)
{
	size_t i;

	if (!json_is_array(lines) || json_array_size(lines) == 0 ||
	    json_array_size(lines) > RETRIEVAL_LINES_MAX)
		return request_invalid(rq, "queries", err);
	for (i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (!json_is_string(line) || json_string_length(line) > RETRIEVAL_LINE_MAX)
			return request_invalid(rq, "queries", err);
	}
	return ST_OK;
}

static enum status
answer_lines(struct batch *b, const json_t *lines, struct err *err)
{
	enum status st = ST_OK;

	if (b->csv) {
		b->rq->answer.status = 200;
		b->rq->answer.type = "text/csv; charset=utf-8";
		strbuf_add_str(&b->rq->answer.body, "query,state,total,uid,notation,subject\r\n");
	} else {
		answer_json(b->rq, 200, &b->json);
		json_object(&b->json);
		json_key(&b->json, "results");
		json_array(&b->json);
	}
	for (size_t i = 0; st == ST_OK && i < json_array_size(lines); i++)
		st = answer_line(b, json_string_value(json_array_get(lines, i)), err);
	if (!b->csv) {
		json_end_array(&b->json);
		json_end_object(&b->json);
	}
	return st;
}

static enum status
batch(struct request *rq, struct err *err)
{
	struct batch b = { .rq = rq,
		.over.from = { rq->catalog, rq->server->store, rq->server->derived },
		.deadline_us = monotonic_us() + rq->server->conf->server_deadline_ms * 1000 };
	owned(json_freep) json_t *body = NULL;
	const json_t *lines;
	int format;
	enum status st = request_choice(rq, "format", "json|csv", 0, &format, err);

	if (st != ST_OK || (st = request_json(rq, "queries", &body, err)) != ST_OK)
		return st;
	lines = json_object_get(body, "queries");
	if ((st = check_lines(rq, lines, err)) != ST_OK)
		return st;
	b.csv = format == 1;
	st = worker_search(rq->worker, &b.over.reader, err);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	return answer_lines(&b, lines, err);
}

const struct route routes_batch[] = {
	{ EVHTTP_REQ_POST, "/api/v1/search/batch", "searchBatch", batch, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_batch);
