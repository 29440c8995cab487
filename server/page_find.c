/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base.h"
#include "page_find.h"
#include "path_find.h"

struct text_source
page_text_source(struct request *rq)
{
	return (struct text_source){ rq->catalog, rq->server->store, rq->server->derived };
}

enum status
page_find_record(struct request *rq, struct record *record, struct err *err)
{
	enum status st = path_find_record(rq, record, err);

	if (st == ST_OK && !record_can(rq->access, PERM_READ, record))
		st = fail(err, ST_NOT_FOUND, "content");
	return st;
}

enum status
page_find(struct request *rq, struct page_found *page, struct err *err)
{
	enum status st = page_find_record(rq, &page->record, err);

	if (st != ST_OK ||
	    (st = request_path_number(rq, 1, PAGE_MAX, &page->number, err)) != ST_OK ||
	    (st = record_locate_page(rq->catalog, page->record.id, page->number, rq->arena,
		 &page->component, &page->no, err)) != ST_OK)
		return st;
	request_note(rq, "page.view", page->record.uid, page->number);
	return ST_OK;
}

enum status
page_find_text(struct request *rq, struct page_found *page, struct page_text *text, struct err *err)
{
	struct text_source from = page_text_source(rq);
	int64_t version;
	enum status st = page_find(rq, page, err);

	if (st != ST_OK ||
	    (st = request_number(rq, "version", PAGE_TEXT_NEWEST, 0, INT32_MAX, &version, err)) !=
		ST_OK)
		return st;
	st = page_text_load(&from, &page->component, page->no, version, rq->arena, text, err);
	if (st == ST_NOT_FOUND && version <= 0) {
		text->words = words_new();
		st = ST_OK;
	}
	return st;
}

bool
page_answer_etag(struct request *rq, const struct page_found *page, const struct page_text *text)
{
	const char *q = target_parameter(&rq->target, "q");
	owned(strbuf_free) struct strbuf all = STRBUF_INIT;
	unsigned char hash[SHA256_LEN];
	char hex[17];

	strbuf_addf(&all, "%s|%d|%s|", page->component.uid, page->no, q ? q : "");
	words_write(text->words, &all);
	if (EVP_Digest(all.buf, all.len, hash, NULL, EVP_sha256(), NULL) != 1)
		abort();
	hex_encode(hash, 8, hex);
	answer_header(rq, "Cache-Control", "private, no-cache");
	rq->answer.cacheable = true;
	return answer_etag(
	    rq, arena_printf(rq->arena, "\"%lld.%s\"", (long long)text->version + 1, hex));
}

void
page_write_box(struct json_out *j, const struct word *w)
{
	if (w->w == 0) {
		json_null(j);
		return;
	}
	json_array(j);
	json_int(j, w->x);
	json_int(j, w->y);
	json_int(j, w->w);
	json_int(j, w->h);
	json_end_array(j);
}

const char *
page_weak_name(const struct word *w)
{
	return w->flags & WORD_WEAK_RED ? "red" : w->flags & WORD_WEAK_YELLOW ? "yellow" : NULL;
}

void
page_write_version(struct json_out *j, const struct page_text *text)
{
	json_key_int(j, "version", text->version);
	json_key_str(j, "author", text->author);
	json_key_time(j, "corrected", text->created_us);
}

const char *
page_image_type(const struct derived_piece *piece)
{
	unsigned char head[8] = { 0 };

	if (pread(piece->fd, head, sizeof(head), (off_t)piece->offset) != sizeof(head))
		return NULL;
	if (head[0] == 0xff && head[1] == 0xd8)
		return "image/jpeg";
	return memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0 ? "image/png" : NULL;
}
