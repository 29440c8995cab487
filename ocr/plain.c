/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "legacy.h"
#include "reader.h"

#define BYTES_READ (64u << 20) /* of a text file; the rest is told as cut off */
#define PAGE_BYTES (16u << 10) /* about five printed pages; a page-less page ends after it */

struct plain_state {
	struct strbuf text;
	size_t *start; /* pages + 1 offsets */
	const char *provenance;
};

static void
plain_close(void *state)
{
	struct plain_state *s = state;

	strbuf_free(&s->text);
	free(s->start);
	free(s);
}

/* Line by line: a blank line begins a block. */
static enum status
plain_page(struct job *job, void *state, struct page *p, enum ocr_reason *reason, struct err *err)
{
	struct plain_state *s = state;
	size_t from = s->start[p->number - 1], to = s->start[p->number];
	struct span rest = span_make(s->text.buf + from, to - from), line;
	struct word w = { .start = WORD_NEW_BLOCK, .confidence = 100 };
	size_t before;

	(void)job;
	p->source = OCR_SOURCE_TEXT;
	p->words = words_new();
	strbuf_addf(&p->provenance, "page=text charset=%s", s->provenance);
	while (rest.p != NULL) {
		line = span_cut(&rest, '\n');
		before = p->words->count;
		if (words_add(p->words, line, &w, err) != ST_OK) {
			*reason = OCR_REASON_TOO_MUCH_OUTPUT;
			return ST_LIMIT;
		}
		w.start = p->words->count == before ? WORD_NEW_BLOCK : WORD_NEW_LINE;
	}
	return ST_OK;
}

/* Where the page that begins at from ends: a form feed, or the last line end before PAGE_BYTES. */
static size_t
page_end(const struct strbuf *text, size_t from)
{
	size_t left = text->len - from, most = left < PAGE_BYTES ? left : PAGE_BYTES, end;
	const char *feed = memchr(text->buf + from, '\f', most);
	const char *line;

	if (feed != NULL)
		return (size_t)(feed - text->buf) + 1;
	if (left <= PAGE_BYTES)
		return text->len;
	line = memrchr(text->buf + from, '\n', most);
	if (line != NULL)
		return (size_t)(line - text->buf) + 1;
	line = memrchr(text->buf + from, ' ', most);
	if (line != NULL)
		return (size_t)(line - text->buf) + 1;
	/* One endless word: not through the middle of a character. */
	for (end = from + most; end > from && (text->buf[end] & 0xc0) == 0x80;)
		end--;
	return end > from ? end : from + most;
}

enum status
plain_source(struct strbuf *text, const char *charset, struct source *source)
{
	struct plain_state *s = xcalloc(1, sizeof(*s));
	size_t alloc = 0, end = 0;

	s->text = *text;
	strbuf_init(text);
	s->provenance = charset;
	source->pages = 0;
	do {
		if (source->pages + 2 > alloc) {
			alloc = alloc > 0 ? 2 * alloc : 16;
			s->start = xrealloc(s->start, alloc * sizeof(*s->start));
			s->start[0] = 0;
		}
		end = page_end(&s->text, end);
		s->start[++source->pages] = end;
	} while (end < s->text.len);
	source->state = s;
	source->page = plain_page;
	source->close = plain_close;
	return ST_OK;
}

void
plain_decode(struct job *job, struct strbuf *text)
{
	owned(strbuf_free) struct strbuf first = STRBUF_INIT;
	struct span bytes = job->bytes;
	struct legacy_verdict verdict;

	if (bytes.n > BYTES_READ) {
		bytes.n = BYTES_READ;
		job->what.warnings |= OCR_WARN_TRUNCATED;
	}
	legacy_detect(bytes, &verdict);
	legacy_decode(verdict.encoding, bytes, &first);
	job->what.charset = span_of(legacy_name(verdict.encoding));
	if (verdict.encoding <= LEGACY_UTF16BE) {
		/* Through an editor since: Unicode on the outside, TCVN3 on the inside. */
		legacy_detect_mojibake(strbuf_span(&first), &verdict);
		if (verdict.encoding == LEGACY_UTF8) {
			strbuf_add_span(text, strbuf_span(&first));
			return;
		}
		job->what.charset = span_of(legacy_name(verdict.encoding));
		legacy_repair(verdict.encoding, strbuf_span(&first), text);
	} else {
		strbuf_add_span(text, strbuf_span(&first));
	}
	if (verdict.encoding != LEGACY_CP1252)
		job->what.warnings |= OCR_WARN_LEGACY_ENCODING;
}

enum status
plain_open(struct job *job, struct source *source, enum ocr_reason *reason, struct err *err)
{
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;

	(void)reason;
	(void)err;
	plain_decode(job, &text);
	return plain_source(&text, job->what.charset.p, source);
}
