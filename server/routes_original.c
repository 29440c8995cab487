/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <jansson.h>

#include "copy_headers.h"
#include "disposition.h"
#include "path_find.h"
#include "range.h"
#include "record_json.h"

/* A type comes from the sandboxed reader and goes into a header: plain characters or none. */
static bool
type_plain(const char *mime)
{
	size_t slashes = 0;

	for (const char *p = mime; *p; p++) {
		if (*p == '/')
			slashes++;
		else if (!isalnum((unsigned char)*p) && !strchr(".+-", *p))
			return false;
	}
	return slashes == 1 && strlen(mime) < 128;
}

/* If-Range (RFC 9110 13.1.5): with another tag the whole file is wanted. Dates are never ours. */
static struct span
wanted_range(struct request *rq, const char *etag)
{
	struct span only = request_header(rq, "If-Range");

	if (only.p && !span_equal_str(span_trim(only), etag))
		return span_make(NULL, 0);
	return request_header(rq, "Range");
}

static enum status
choose_part(struct request *rq, const char *etag, uint64_t size, struct err *err)
{
	struct answer *a = &rq->answer;
	uint64_t first = 0, length = size;

	switch (range_parse(wanted_range(rq, etag), size, &first, &length)) {
	case RANGE_OUTSIDE:
		answer_header(rq, "Content-Range", "bytes */%llu", (unsigned long long)size);
		return request_problem(rq, PROBLEM_RANGE, ST_INVALID, err);
	case RANGE_PART:
		a->status = 206;
		answer_header(rq, "Content-Range", "bytes %llu-%llu/%llu",
		    (unsigned long long)first, (unsigned long long)(first + length - 1),
		    (unsigned long long)size);
		break;
	case RANGE_ALL:
		a->status = 200;
		break;
	}
	a->offset = first;
	a->length = length;
	return ST_OK;
}

static void
describe(struct request *rq, const struct component *component, const struct copy_mark *mark)
{
	owned(strbuf_free) struct strbuf disposition = STRBUF_INIT;
	const char *mime = component->mime;

	disposition_attachment(
	    span_of(copy_mark_name(mark, component->name, rq->arena)), &disposition);
	answer_copy_mark(rq, mark);
	answer_header(rq, "Content-Disposition", "%s", disposition.buf);
	answer_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
	answer_header(rq, "Accept-Ranges", "bytes");
	answer_header(rq, "Cache-Control", "private, no-cache");
	rq->answer.cacheable = true;
	rq->answer.type =
	    mime && type_plain(mime) ? arena_dup(rq->arena, mime) : "application/octet-stream";
}

/*
 * Of a procedure that is not in force any more (records.md 4) a reader gets pages with its mark;
 * the bytes as they are, marked by name and headers, are for auditors and whoever manages the record.
 */
static bool
wants_marks(
    struct request *rq, const struct record *record, const struct component *c, bool obsolete)
{
	bool can = c->mime &&
	    (strcmp(c->mime, "application/pdf") == 0 ||
		span_starts(span_of(c->mime), SPAN("image/")));

	return obsolete && can && !access_has(rq->access, CAP_AUDIT) &&
	    !record_can(rq->access, PERM_MANAGE, record);
}

static enum status
send_component(struct request *rq, const struct record *record, const struct component *component,
    struct err *err)
{
	const char *etag = arena_printf(rq->arena, "\"%s\"", component->sha256);
	struct copy_mark mark;
	uint64_t size;
	enum status st =
	    copy_mark_make(rq->catalog, record, rq->access->principal, rq->arena, &mark, err);

	if (st != ST_OK)
		return st;
	if (component->first_page || wants_marks(rq, record, component, mark.obsolete)) {
		/* the rest of the file is others' */
		answer_header(rq, "Location", "/api/v1/records/%s/export/cut?component=%d",
		    record->uid, component->ordinal);
		answer_status(rq, 303);
		return ST_OK;
	}

	st = store_read(rq->server->store, component->sha256, &rq->answer.fd, &size, err);
	if (st == ST_NOT_FOUND)
		return fail(err, ST_CORRUPT, "blob %s is not in the store", component->sha256);
	if (st != ST_OK)
		return st;
	describe(rq, component, &mark);
	if (answer_etag(rq, etag))
		return ST_OK;
	if ((st = choose_part(rq, etag, size, err)) != ST_OK)
		return st;
	request_note(rq, rq->head ? "record.view" : "record.download", record->uid, 0);
	return ST_OK;
}

static enum status
download(struct request *rq, int64_t ordinal, struct err *err)
{
	const struct component *component;
	struct record record;
	size_t count;
	enum status st = path_find_record(rq, &record, err);

	if (st == ST_OK && !record_can(rq->access, PERM_DOWNLOAD, &record))
		st = fail(err, ST_DENIED, "download");
	if (st == ST_OK)
		st = record_components(rq->catalog, record.id, rq->arena, &component, &count, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < count; i++)
		if (component[i].ordinal == ordinal)
			return send_component(rq, &record, &component[i], err);
	return fail(err, ST_NOT_FOUND, "component");
}

static enum status
main_component(struct request *rq, struct err *err)
{
	return download(rq, 1, err);
}

static enum status
any_component(struct request *rq, struct err *err)
{
	int64_t ordinal;
	enum status st = request_path_number(rq, 1, INT32_MAX, &ordinal, err);

	return st == ST_OK ? download(rq, ordinal, err) : st;
}

/* The page prints what it shows; the log knows first (trust.md section 6). */
static enum status
print(struct request *rq, struct err *err)
{
	struct record record;
	enum status st = path_find_record(rq, &record, err);

	if (st == ST_OK && !record_can(rq->access, PERM_PRINT, &record))
		st = fail(err, ST_DENIED, "print");
	if (st != ST_OK)
		return st;
	request_note(rq, "record.print", record.uid, 0);
	answer_status(rq, 204);
	return ST_OK;
}

#define ORIGINAL "/api/v1/records/{uid}/original"

const struct route routes_original[] = {
	{ EVHTTP_REQ_GET, ORIGINAL, "originalMain", main_component, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, ORIGINAL "/{component}", "originalComponent", any_component, POOL_WORK, 0,
	    0 },
	{ EVHTTP_REQ_POST, "/api/v1/records/{uid}/print", "recordPrint", print, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_original);
