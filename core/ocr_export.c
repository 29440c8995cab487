/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ocr_export.h"

#include <string.h>

#define TITLE_MAX 4000
#define MARK_MAX 1000
#define PLAN_HEAD "TTX\001"
#define PLAN_HEAD_LEN 4

static void
put(struct strbuf *out, uint64_t v, unsigned bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		strbuf_add_char(out, (char)v);
}

/* Once bad, everything reads as 0. */
static uint64_t
take(struct span *rest, unsigned bytes, bool *bad)
{
	uint64_t v = 0;

	if (rest->n < bytes) {
		*bad = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)(unsigned char)rest->p[i] << (8 * i);
	*rest = span_make(rest->p + bytes, rest->n - bytes);
	return v;
}

static struct span
take_span(struct span *rest, size_t max, bool *bad)
{
	uint64_t n = take(rest, 4, bad);
	struct span s = span_make(rest->p, 0);

	if (*bad || n > max || n > rest->n) {
		*bad = true;
		return s;
	}
	s.n = (size_t)n;
	*rest = span_make(rest->p + s.n, rest->n - s.n);
	return s;
}

/* A text, cut at the end of a character. */
static void
put_text(struct strbuf *out, struct span text, size_t max)
{
	size_t n = text.n > max ? max : text.n;

	while (n < text.n && n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	put(out, n, 4);
	strbuf_add(out, text.p, n);
}

void
ocr_export_write(const struct ocr_export *e, struct strbuf *out)
{
	put(out, e->kind, 1);
	put(out, e->profile, 1);
	put(out, e->require_sandbox, 1);
	put(out, e->whole, 1);
	put(out, e->limits.memory, 8);
	put(out, e->limits.cpu, 4);
	put(out, e->limits.wall, 4);
	put(out, e->limits.pixels, 8);
	put(out, e->limits.pages, 4);
	put(out, e->limits.output, 8);
	put(out, e->limits.document, 8);
	put(out, (uint64_t)e->created_us, 8);
	put(out, e->mime.n, 4);
	strbuf_add_span(out, e->mime);
	put_text(out, e->title, TITLE_MAX);
	put_text(out, e->banner, MARK_MAX);
	put_text(out, e->line, MARK_MAX);
}

enum status
ocr_export_read(struct ocr_export *e, struct span payload, struct err *err)
{
	bool bad = false;

	e->kind = (uint32_t)take(&payload, 1, &bad);
	e->profile = (uint32_t)take(&payload, 1, &bad);
	e->require_sandbox = take(&payload, 1, &bad) != 0;
	e->whole = take(&payload, 1, &bad) != 0;
	e->limits.memory = take(&payload, 8, &bad);
	e->limits.cpu = (uint32_t)take(&payload, 4, &bad);
	e->limits.wall = (uint32_t)take(&payload, 4, &bad);
	e->limits.pixels = take(&payload, 8, &bad);
	e->limits.pages = (uint32_t)take(&payload, 4, &bad);
	e->limits.output = take(&payload, 8, &bad);
	e->limits.document = take(&payload, 8, &bad);
	e->created_us = (int64_t)take(&payload, 8, &bad);
	e->mime = take_span(&payload, OCR_TEXT_MAX, &bad);
	e->title = take_span(&payload, TITLE_MAX, &bad);
	e->banner = take_span(&payload, MARK_MAX, &bad);
	e->line = take_span(&payload, MARK_MAX, &bad);
	if (bad || payload.n > 0 || e->kind >= OCR_EXPORT_KIND_COUNT ||
	    e->profile >= OCR_PROFILE_COUNT)
		return fail(err, ST_CORRUPT, "export request is damaged");
	return ST_OK;
}

void
ocr_export_plan_begin(struct strbuf *out)
{
	strbuf_add(out, PLAN_HEAD, PLAN_HEAD_LEN);
}

void
ocr_export_plan_add(const struct ocr_export_page *page, struct strbuf *out)
{
	put(out, page->number, 4);
	put(out, page->turn, 4);
	put(out, page->words.n, 4);
	strbuf_add_span(out, page->words);
}

enum status
ocr_export_plan_next(struct span *rest, struct ocr_export_page *page, struct err *err)
{
	bool bad = false;

	if (rest->n >= PLAN_HEAD_LEN && memcmp(rest->p, PLAN_HEAD, PLAN_HEAD_LEN) == 0)
		*rest = span_make(rest->p + PLAN_HEAD_LEN, rest->n - PLAN_HEAD_LEN);
	if (rest->n == 0)
		return ST_NOT_FOUND;
	page->number = (uint32_t)take(rest, 4, &bad);
	page->turn = (uint32_t)take(rest, 4, &bad);
	page->words = take_span(rest, 16u << 20, &bad);
	if (bad || page->number == 0 || page->turn % 90 != 0 || page->turn >= 360)
		return fail(err, ST_CORRUPT, "export plan is damaged");
	return ST_OK;
}
