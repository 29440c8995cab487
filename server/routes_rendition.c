/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>

#include "page_find.h"
#include "rendition.h"

/* A page in the formats of libraries: made now from the word table, the newest correction in it. */

typedef void (*writer)(
    const struct rendition_source *, const struct rendition_page *, size_t, struct strbuf *);

/* How the text came about, as the catalogue knows it: no more than the pages' list tells. */
static enum status
describe(struct request *rq, const struct page_found *found, const struct page_text *text,
    struct rendition_page *out, struct err *err)
{
	struct page row;
	enum status st =
	    record_page(rq->catalog, found->component.id, found->no, rq->arena, &row, err);

	if (st != ST_OK)
		return st;
	*out = (struct rendition_page){ .number = found->number,
		.words = text->words,
		.language = row.language,
		.provenance = row.source,
		.corrected = text->version > 0 };
	if (text->version > 0)
		out->provenance = arena_printf(rq->arena, "%s; correction %lld",
		    row.source ? row.source : "none", (long long)text->version);
	return ST_OK;
}

static enum status
answer_as(struct request *rq, writer write, const char *type, struct err *err)
{
	owned(page_text_end) struct page_text text = { 0 };
	struct rendition_source source;
	struct rendition_page page;
	struct page_found found;
	enum status st = page_find_text(rq, &found, &text, err);

	if (st != ST_OK || (st = describe(rq, &found, &text, &page, err)) != ST_OK)
		return st;
	if (page_answer_etag(rq, &found, &text))
		return ST_OK;
	source.uid = found.record.uid;
	source.name = found.component.name;
	rq->answer.status = 200;
	rq->answer.type = type;
	answer_header(rq, "Content-Security-Policy", "sandbox; default-src 'none'");
	write(&source, &page, 1, &rq->answer.body);
	return ST_OK;
}

static enum status
alto(struct request *rq, struct err *err)
{
	return answer_as(rq, rendition_alto, "application/alto+xml; charset=utf-8", err);
}

static enum status
hocr(struct request *rq, struct err *err)
{
	return answer_as(rq, rendition_hocr, "text/vnd.hocr+html; charset=utf-8", err);
}

#define PAGE "/api/v1/records/{uid}/pages/{page}"

const struct route routes_rendition[] = {
	{ EVHTTP_REQ_GET, PAGE "/alto", "pageAlto", alto, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, PAGE "/hocr", "pageHocr", hocr, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_rendition);
