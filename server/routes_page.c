/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"
#include "log.h"
#include "page_find.h"
#include "procedure.h"
#include "quality.h"
#include "record_json.h"
#include "search.h"
#include "synonym.h"

/* --- list --- */

static void
write_quality(struct json_out *j, const struct quality *q)
{
	json_key(j, "quality");
	json_array(j);
	for (unsigned i = 0; i < QUALITY_COUNT; i++)
		if (q->issues >> i & 1)
			json_str(j, quality_name(i));
	json_end_array(j);
	json_key_int(j, "same_as", q->same_as);
	json_key_int(j, "missing", q->missing);
}

/* Of all pages of the list, in their order: those of this one. */
static void
write_marks(struct json_out *j, const struct page_mark *marks, size_t count, int no)
{
	json_key(j, "marks");
	json_array(j);
	for (size_t i = 0; i < count; i++) {
		if (marks[i].no != no || marks[i].kind == PAGE_MARK_SIGNATURE)
			continue;
		json_object(j);
		json_key_str(j, "kind", page_mark_name(marks[i].kind));
		json_key_str(j, "text", marks[i].text);
		json_key(j, "box");
		json_array(j);
		for (int k = 0; k < 4; k++)
			json_int(j, marks[i].box[k]);
		json_end_array(j);
		json_key(j, "confidence");
		json_number(j, marks[i].confidence);
		json_end_object(j);
	}
	json_end_array(j);
}

static void
write_page(struct json_out *j, const struct page *page, int ordinal, int64_t number,
    const struct quality *quality, const struct page_mark *marks, size_t mark_count)
{
	json_object(j);
	json_key_int(j, "page", number);
	json_key_int(j, "component", ordinal);
	json_key_int(j, "no", page->no);
	json_key_str(j, "state", page_state_name(page->state));
	json_key_str(j, "reason", page->reason);
	json_key_int(j, "width", page->width);
	json_key_int(j, "height", page->height);
	json_key_int(j, "dpi", page->dpi);
	json_key_int(j, "rotation", page->rotation);
	json_key_int(j, "turn", page->turn);
	json_key(j, "confidence");
	if (page->confidence >= 0)
		json_number(j, page->confidence);
	else
		json_null(j);
	json_key_str(j, "source", page->source);
	json_key_str(j, "language", page->language);
	json_key_str(j, "warnings", page->warnings);
	json_key_int(j, "words", page->words);
	json_key(j, "image");
	if (page->image_mime) {
		json_object(j);
		json_key_str(j, "mime", page->image_mime);
		json_key_int(j, "width", page->image_width);
		json_key_int(j, "height", page->image_height);
		json_end_object(j);
	} else {
		json_null(j);
	}
	json_key_int(j, "printed_no", page->printed_no);
	write_quality(j, quality);
	write_marks(j, marks, mark_count, page->no);
	json_end_object(j);
}

/* Pages from..from+limit-1 of the record, over its components. */
static enum status
write_pages(struct request *rq, struct json_out *j, const struct component *components,
    size_t count, int64_t from, int64_t limit, struct err *err)
{
	int64_t before = 0;

	for (size_t i = 0; i < count && limit > 0; before += components[i++].pages) {
		const struct component *c = &components[i];
		int64_t skip = from - 1 - before;
		const struct page *page;
		const struct page_mark *marks = NULL;
		const struct quality *quality;
		size_t pages, mark_count = 0;
		enum status st;

		if (skip >= c->pages)
			continue;
		if (skip < 0)
			skip = 0;
		st = quality_load(rq->catalog, c->id, rq->server->conf, (size_t)skip, (size_t)limit,
		    rq->arena, &page, &quality, &pages, err);
		if (st == ST_OK)
			st = page_marks(rq->catalog, c->id, (int)skip + 1, (int)(skip + limit),
			    rq->arena, &marks, &mark_count, err);
		if (st != ST_OK)
			return st;
		for (size_t p = 0; p < pages; p++)
			write_page(j, &page[p], c->ordinal, before + page[p].no, &quality[p], marks,
			    mark_count);
		limit -= (int64_t)pages;
	}
	return ST_OK;
}

static enum status
list(struct request *rq, struct err *err)
{
	const struct component *components;
	int64_t from, limit, total = 0;
	struct record record;
	struct json_out j;
	size_t count;
	enum status st = page_find_record(rq, &record, err);

	if (st != ST_OK || (st = request_number(rq, "from", 1, 1, PAGE_MAX, &from, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 100, 1, 500, &limit, err)) != ST_OK ||
	    (st = record_components(rq->catalog, record.id, rq->arena, &components, &count, err)) !=
		ST_OK)
		return st;
	for (size_t i = 0; i < count; i++)
		total += components[i].pages;
	request_note(rq, "record.view", record.uid, 0);
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "total", total);
	json_key(&j, "pages");
	json_array(&j);
	st = write_pages(rq, &j, components, count, from, limit, err);
	json_end_array(&j);
	json_end_object(&j);
	return st;
}

/* --- text and words --- */

static enum status
text(struct request *rq, struct err *err)
{
	owned(page_text_end) struct page_text text = { 0 };
	struct page_found page;
	enum status st = page_find_text(rq, &page, &text, err);

	if (st != ST_OK || page_answer_etag(rq, &page, &text))
		return st;
	rq->answer.status = 200;
	rq->answer.type = "text/plain; charset=utf-8";
	strbuf_add_span(&rq->answer.body, strbuf_span(&text.words->text));
	return ST_OK;
}

static bool *
find_marked(struct request *rq, const struct words *words)
{
	const char *q = target_parameter(&rq->target, "q");
	bool *marked = arena_array(rq->arena, words->count + 1, sizeof(bool));
	owned(search_query_freep) struct search_query *query = NULL;
	struct search_mark *marks = NULL;
	size_t count;

	if (!q || !*q)
		return marked;
	query = search_query_new(span_of(q));
	/* Without the list the words that were typed are marked all the same. */
	if (synonym_expand(rq->catalog, query, NULL) != ST_OK)
		log_warn("synonyms could not be read");
	count = search_marks(query, strbuf_span(&words->text), &marks);
	for (size_t i = 0; i < count; i++) {
		size_t first, n;

		words_range(words, marks[i].start, marks[i].end, &first, &n);
		for (size_t w = first; w < first + n; w++)
			marked[w] = true;
	}
	freep(&marks);
	return marked;
}

static void
write_word(struct json_out *j, const struct words *words, size_t i, bool marked)
{
	static const char *const starts[] = { "word", "line", "block" };
	const struct word *w = &words->word[i];

	json_object(j);
	json_key(j, "text");
	json_span(j, words_text(words, i));
	json_key(j, "box");
	page_write_box(j, w);
	json_key_int(j, "confidence", w->confidence);
	json_key_str(j, "weak", page_weak_name(w));
	json_key_str(j, "start", starts[w->start <= WORD_NEW_BLOCK ? w->start : 0]);
	json_key_bool(j, "marked", marked);
	json_end_object(j);
}

static void
write_words(
    struct json_out *j, const struct page_found *page, const struct page_text *text, bool *marked)
{
	const struct words *words = text->words;

	json_object(j);
	json_key_int(j, "page", page->number);
	json_key_int(j, "width", words->width);
	json_key_int(j, "height", words->height);
	json_key_int(j, "dpi", words->dpi);
	page_write_version(j, text);
	json_key(j, "words");
	json_array(j);
	for (size_t i = 0; i < words->count; i++)
		write_word(j, words, i, marked[i]);
	json_end_array(j);
	json_end_object(j);
}

static enum status
words(struct request *rq, struct err *err)
{
	owned(page_text_end) struct page_text text = { 0 };
	struct page_found page;
	struct json_out j;
	enum status st = page_find_text(rq, &page, &text, err);

	if (st != ST_OK || page_answer_etag(rq, &page, &text))
		return st;
	answer_json(rq, 200, &j);
	write_words(&j, &page, &text, find_marked(rq, text.words));
	return ST_OK;
}

/* --- image --- */

static const char *
image_etag(struct request *rq, const struct derived_piece *piece)
{
	struct stat s;

	if (fstat(piece->fd, &s) == -1)
		return NULL;
	return arena_printf(rq->arena, "\"%llx-%llx-%llx\"",
	    (unsigned long long)s.st_mtim.tv_sec * 1000000000 +
		(unsigned long long)s.st_mtim.tv_nsec,
	    (unsigned long long)piece->offset, (unsigned long long)piece->length);
}

static enum status
image(struct request *rq, struct err *err)
{
	struct derived_piece piece;
	const char *type, *etag;
	struct page_found page;
	const struct component *component = &page.component;
	bool obsolete = false;
	enum status st = page_find(rq, &page, err);

	if (st == ST_OK)
		st = revision_is_obsolete(rq->catalog, page.record.id, &obsolete, err);
	if (st == ST_OK && obsolete) { /* records.md 4: never without its mark */
		answer_header(rq, "Location", "/api/v1/records/%s/pages/%lld/image/marked",
		    page.record.uid, (long long)page.number);
		answer_status(rq, 303);
		return ST_OK;
	}
	if (st != ST_OK ||
	    (st = derived_find(rq->server->derived, component->derived,
		 component->derived_before + (uint32_t)page.no, DERIVED_IMAGE, &piece, err)) !=
		ST_OK)
		return st;
	rq->answer.fd = piece.fd;
	type = page_image_type(&piece);
	etag = image_etag(rq, &piece);
	if (!type || !etag)
		return fail(
		    err, ST_CORRUPT, "image of page %d of component %s", page.no, component->uid);
	rq->answer.status = 200;
	rq->answer.cacheable = true;
	/* Kept by the browser, but asked for each time: a right may end. */
	answer_header(rq, "Cache-Control", "private, no-cache");
	if (answer_etag(rq, etag))
		return ST_OK;
	rq->answer.type = type;
	rq->answer.offset = piece.offset;
	rq->answer.length = piece.length;
	return ST_OK;
}

#define PAGES "/api/v1/records/{uid}/pages"

const struct route routes_page[] = {
	{ EVHTTP_REQ_GET, PAGES, "pageList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, PAGES "/{page}/text", "pageText", text, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, PAGES "/{page}/words", "pageWords", words, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, PAGES "/{page}/image", "pageImage", image, POOL_WORK, 0, 0 },
};
ROUTE_COUNT(routes_page);
