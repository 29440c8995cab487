/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reader.h"
#include "rune.h"

/* Control characters and white space become spaces, bytes that are no UTF-8 Latin-1 characters. */
static void
clean(struct span in, struct strbuf *out)
{
	utf8proc_int32_t rune;

	while (in.n > 0 && out->len < OCR_TEXT_MAX) {
		if (!rune_next(&in, &rune)) {
			rune = (unsigned char)*in.p;
			in = span_make(in.p + 1, in.n - 1);
		}
		if (rune < 0x20 || (rune >= 0x7f && rune < 0xa0))
			rune = ' ';
		strbuf_add_rune(out, (uint32_t)rune);
	}
}

void
page_mark(struct page *p, enum ocr_mark_kind kind, BOX *box, unsigned confidence, struct span text)
{
	owned(strbuf_free) struct strbuf cleaned = STRBUF_INIT;
	struct ocr_mark *m;
	l_int32 x, y, w, h;
	struct span kept;

	if (p->mark_count == OCR_MARKS_MAX || boxGetGeometry(box, &x, &y, &w, &h) != 0)
		return;
	if (p->arena == NULL)
		p->arena = arena_new();
	clean(text, &cleaned);
	kept = span_trim(strbuf_span(&cleaned));
	m = &p->mark[p->mark_count++];
	m->kind = kind;
	m->x = x;
	m->y = y;
	m->w = (uint32_t)w;
	m->h = (uint32_t)h;
	m->confidence = confidence > 100 ? 100 : confidence;
	m->text = span_make(arena_dup_span(p->arena, kept), kept.n);
}

void
page_look(struct job *job, struct page *p)
{
	/* What was recognised is split. */
	if (p->pix == NULL || (pixGetDepth(p->pix) == 32 && !page_split(p)))
		return;
	barcode_find(p);
	stamp_find(job, p);
	if (p->source == OCR_SOURCE_IMAGE || p->source == OCR_SOURCE_RENDER)
		signer_find(job, p);
	if (p->source == OCR_SOURCE_BLANK && p->mark_count > 0)
		p->source = OCR_SOURCE_IMAGE;
}
