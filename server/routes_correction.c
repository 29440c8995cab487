/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <jansson.h>

#include "page_find.h"
#include "record_json.h"
#include "rendition.h"

/* Weak words and their correction (D5): what a person should look at, and what they say. */

#define EDITS_MAX 5000 /* words of one correction */
#define EDIT_MAX 1000  /* bytes in the place of one word */

/* --- weak words --- */

static void
write_weak(struct json_out *j, const struct words *words, size_t i)
{
	const struct word *w = &words->word[i];

	json_object(j);
	json_key_int(j, "index", (int64_t)i);
	json_key(j, "text");
	json_span(j, words_text(words, i));
	json_key(j, "box");
	page_write_box(j, w);
	json_key_int(j, "confidence", w->confidence);
	json_key_str(j, "weak", page_weak_name(w));
	json_key_bool(j, "disputed", (w->flags & WORD_DISPUTED) != 0);
	json_end_object(j);
}

static size_t
count_weak(const struct words *words)
{
	size_t n = 0;

	for (size_t i = 0; i < words->count; i++)
		n += word_weak(&words->word[i]);
	return n;
}

static enum status
page_weak(struct request *rq, struct err *err)
{
	owned(page_text_end) struct page_text text = { 0 };
	struct page_found page;
	struct json_out j;
	enum status st = page_find_text(rq, &page, &text, err);

	if (st != ST_OK || page_answer_etag(rq, &page, &text))
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "page", page.number);
	json_key_int(&j, "total", (int64_t)text.words->count);
	page_write_version(&j, &text);
	json_key(&j, "weak");
	json_array(&j);
	for (size_t i = 0; i < text.words->count; i++)
		if (word_weak(&text.words->word[i]))
			write_weak(&j, text.words, i);
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* One page of a record's list: those without a weak word are left out. */
static enum status
write_weak_page(struct request *rq, struct json_out *j, const struct record *record, int64_t number,
    struct err *err)
{
	struct text_source from = page_text_source(rq);
	owned(page_text_end) struct page_text text = { 0 };
	size_t weak;
	enum status st =
	    page_text_of_record(&from, record->id, number, PAGE_TEXT_NEWEST, rq->arena, &text, err);

	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return st;
	weak = count_weak(text.words);
	if (weak == 0)
		return ST_OK;
	json_object(j);
	json_key_int(j, "page", number);
	json_key_int(j, "weak", (int64_t)weak);
	json_key_int(j, "words", (int64_t)text.words->count);
	page_write_version(j, &text);
	json_end_object(j);
	return ST_OK;
}

static enum status
record_weak(struct request *rq, struct err *err)
{
	int64_t from, limit;
	struct record record;
	struct json_out j;
	enum status st = page_find_record(rq, &record, err);

	if (st != ST_OK || (st = request_number(rq, "from", 1, 1, PAGE_MAX, &from, err)) != ST_OK ||
	    (st = request_number(rq, "limit", 50, 1, 200, &limit, err)) != ST_OK)
		return st;
	request_note(rq, "record.view", record.uid, 0);
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "total", record.pages);
	json_key(&j, "pages");
	json_array(&j);
	for (int64_t n = from; st == ST_OK && n < from + limit && n <= record.pages; n++)
		st = write_weak_page(rq, &j, &record, n, err);
	json_end_array(&j);
	json_key(&j, "next");
	if (from + limit <= record.pages)
		json_int(&j, from + limit);
	else
		json_null(&j);
	json_end_object(&j);
	return st;
}

/* --- what was corrected --- */

static enum status
list(struct request *rq, struct err *err)
{
	const struct correction *row;
	struct page_found page;
	struct json_out j;
	size_t count;
	enum status st = page_find(rq, &page, err);

	if (st != ST_OK ||
	    (st = correction_list(
		 rq->catalog, &page.component, page.no, rq->arena, &row, &count, err)) != ST_OK)
		return st;
	answer_json(rq, 200, &j);
	json_object(&j);
	json_key_int(&j, "page", page.number);
	json_key(&j, "corrections");
	json_array(&j);
	for (size_t i = 0; i < count; i++) {
		json_object(&j);
		json_key_int(&j, "version", row[i].version);
		json_key_str(&j, "author", row[i].author);
		json_key_time(&j, "corrected", row[i].created_us);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	return ST_OK;
}

/* --- correcting --- */

static enum status
read_edit(struct request *rq, json_t *one, struct correction_edit *edit, struct err *err)
{
	const char *text = NULL;
	int64_t index = -1;
	enum status st;

	if (!json_is_object(one) || json_object_size(one) != 2 || !json_object_get(one, "index") ||
	    !json_object_get(one, "text"))
		return request_invalid(rq, "words", err);
	st = request_json_number(rq, one, "index", 0, WORDS_MAX - 1, &index, err);
	if (st == ST_OK)
		st = request_json_text(rq, one, "text", EDIT_MAX, &text, err);
	if (st != ST_OK)
		return st;
	edit->index = (size_t)index;
	edit->text = span_of(text);
	return ST_OK;
}

static enum status
make_by_words(struct request *rq, json_t *list_of, const struct words *old, struct words **made,
    struct err *err)
{
	size_t count = json_array_size(list_of);
	struct correction_edit *edits;
	enum status st = ST_OK;

	if (!json_is_array(list_of) || count == 0 || count > EDITS_MAX)
		return request_invalid(rq, "words", err);
	edits = arena_array(rq->arena, count, sizeof(*edits));
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = read_edit(rq, json_array_get(list_of, i), &edits[i], err);
	if (st == ST_OK)
		st = correction_edit(old, edits, count, made, err);
	if (st == ST_INVALID)
		rq->field = "words";
	return st;
}

/* Either words or text. */
static enum status
make(struct request *rq, const struct words *old, struct words **made, struct err *err)
{
	owned(json_freep) json_t *body = NULL;
	const char *text = NULL;
	json_t *list_of;
	enum status st = request_json(rq, "words|text", &body, err);

	if (st != ST_OK ||
	    (st = request_json_text(rq, body, "text", JSON_MAX, &text, err)) != ST_OK)
		return st;
	list_of = json_object_get(body, "words");
	if (!list_of == !text)
		return request_invalid(rq, list_of ? "text" : "words", err);
	return text ? correction_text(old, span_of(text), made, err)
		    : make_by_words(rq, list_of, old, made, err);
}

static enum status
answer_corrected(struct request *rq, int64_t page, int64_t version)
{
	struct json_out j;

	answer_json(rq, 201, &j);
	json_object(&j);
	json_key_int(&j, "page", page);
	json_key_int(&j, "version", version);
	json_end_object(&j);
	return ST_OK;
}

static enum status
write_step(struct request *rq, struct err *err)
{
	const struct correction_new *given = rq->data;
	int64_t version;
	enum status st = correction_add(rq->catalog, &rq->actor, rq->access, given, &version, err);

	return st == ST_OK ? answer_corrected(rq, given->page, version) : st;
}

/* The bytes are durable before a row names them. */
static enum status
store_words(
    struct request *rq, const struct words *made, struct correction_new *given, struct err *err)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	struct store_blob blob;
	enum status st;

	assert(made);
	words_write(made, &bytes);
	if ((st = store_writable(rq->server->store, bytes.len, err)) != ST_OK ||
	    (st = store_put_bytes(rq->server->store, strbuf_span(&bytes), &blob, err)) != ST_OK)
		return st;
	given->sha256 = arena_dup(rq->arena, blob.sha256);
	given->size = (int64_t)blob.size;
	given->words = (int64_t)made->count;
	return ST_OK;
}

/*
 * Without a hand in it: what is corrected is the text before a person's turn of the page, which is
 * done to it each time it is shown.
 */
static enum status
load_old(struct request *rq, const struct page_found *page, int64_t expected,
    struct page_text *text, struct err *err)
{
	struct text_source from = page_text_source(rq);
	enum status st = page_text_load(
	    &from, &page->component, page->no, PAGE_TEXT_NEWEST, rq->arena, text, err);

	if (st == ST_NOT_FOUND) {
		text->words = words_new();
		st = ST_OK;
	}
	if (st == ST_OK && expected > 0 && text->version != expected - 1)
		st = fail(err, ST_PRECONDITION, "page corrected meanwhile");
	if (st == ST_OK)
		words_turn(text->words, (360 - text->turn) % 360);
	return st;
}

static enum status
correct(struct request *rq, struct err *err)
{
	struct correction_new *given = arena_alloc(rq->arena, sizeof(*given));
	owned(words_freep) struct words *made = NULL;
	owned(page_text_end) struct page_text old = { 0 };
	struct page_found page;
	int64_t expected;
	enum status st = page_find(rq, &page, err);

	if (st == ST_OK && !record_can(rq->access, PERM_EDIT, &page.record))
		st = fail(err, ST_DENIED, "correct");
	if (st != ST_OK || (st = record_json_version(rq, &expected, err)) != ST_OK ||
	    (st = load_old(rq, &page, expected, &old, err)) != ST_OK ||
	    (st = make(rq, old.words, &made, err)) != ST_OK ||
	    (st = store_words(rq, made, given, err)) != ST_OK)
		return st;
	given->record = page.record.id;
	given->page = page.number;
	/* With "*" too: what was made is made from this text and from no other. */
	given->expected = old.version;
	request_write(rq, write_step, given);
	return ST_OK;
}

#define RECORD "/api/v1/records/{uid}"
#define PAGE RECORD "/pages/{page}"

const struct route routes_correction[] = {
	{ EVHTTP_REQ_GET, RECORD "/weak", "recordWeak", record_weak, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, PAGE "/weak", "pageWeak", page_weak, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_GET, PAGE "/corrections", "correctionList", list, POOL_WORK, 0, 0 },
	{ EVHTTP_REQ_POST, PAGE "/corrections", "correctionAdd", correct, POOL_FILE, 0, 0 },
};
ROUTE_COUNT(routes_correction);
