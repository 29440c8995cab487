/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "json_out.h"
#include "page.h"
#include "text.h"
#include "words.h"

/* As record.h names them; what the reader calls them stands in the note. */
static const char *const sources[OCR_SOURCE_COUNT] = {
	[OCR_SOURCE_TEXT_LAYER] = "text",
	[OCR_SOURCE_IMAGE] = "ocr",
	[OCR_SOURCE_RENDER] = "ocr-render",
	[OCR_SOURCE_TEXT] = "text",
	[OCR_SOURCE_BLANK] = "ocr",
};

static const struct {
	const char *mime;
	struct span magic;
} images[] = {
	{ "image/jpeg", { "\xff\xd8\xff", 3 } },
	{ "image/png", { "\x89PNG\r\n\x1a\n", 8 } },
};

/* The constant name of the image's type, or NULL when its bytes are something else. */
static const char *
image_type(const struct ocr_page *p)
{
	size_t i;

	for (i = 0; i < sizeof images / sizeof *images; i++)
		if (span_equal_str(p->image_mime, images[i].mime) &&
		    span_starts(p->image, images[i].magic))
			return images[i].mime;
	return NULL;
}

static const char *
warning_names(uint32_t bits, struct arena *arena)
{
	struct strbuf b = STRBUF_INIT;
	const char *names = NULL;
	unsigned i;

	for (i = 0; i < OCR_WARNING_COUNT; i++)
		if (bits >> i & 1)
			strbuf_addf(&b, "%s%s", b.len ? "," : "", ocr_warning_name(i));
	if (b.len)
		names = arena_dup(arena, b.buf);
	strbuf_free(&b);
	return names;
}

static void
make_note(const struct ocr_page *p, struct strbuf *out)
{
	struct json_out j;

	json_start(&j, out);
	json_object(&j);
	json_key_str(&j, "source", ocr_source_name(p->source));
	json_key(&j, "language");
	json_span(&j, p->language);
	json_key(&j, "provenance");
	json_span(&j, p->provenance);
	json_key_int(&j, "cpu_ms", (int64_t)(p->cpu_us / 1000));
	json_end_object(&j);
}

static enum status
keep_all(struct derived *d, const char *component, uint32_t no, const struct ocr_page *p,
    struct err *err)
{
	owned(strbuf_free) struct strbuf note = STRBUF_INIT;
	enum status st;

	make_note(p, &note);
	st = derived_put(d, component, no, DERIVED_NOTE, strbuf_span(&note), err);
	if (st == ST_OK && p->image.n)
		st = derived_put(d, component, no, DERIVED_IMAGE, p->image, err);
	if (st == ST_OK)
		st = derived_put(d, component, no, DERIVED_WORDS, p->words, err);
	return st;
}

enum status
page_keep(struct derived *d, const char *component, uint32_t no, const struct ocr_page *p,
    struct arena *arena, struct page *row, struct err *err)
{
	owned(words_freep) struct words *words = NULL;
	const char *image = image_type(p);
	enum status st;
	bool read_by_ocr;

	if (words_read(&words, p->words, err) != ST_OK)
		return fail(err, ST_CORRUPT, "page %u: not a word table", no);
	if (p->image.n && !image)
		return fail(err, ST_CORRUPT, "page %u: not a display image", no);
	if ((st = keep_all(d, component, no, p, err)) != ST_OK)
		return st;
	read_by_ocr = p->source == OCR_SOURCE_IMAGE || p->source == OCR_SOURCE_RENDER;
	memset(row, 0, sizeof *row);
	row->no = (int)no;
	row->state = p->source == OCR_SOURCE_BLANK ? PAGE_BLANK : PAGE_READ;
	row->width = (int)p->width;
	row->height = (int)p->height;
	row->dpi = (int)p->dpi;
	row->rotation = (int)p->rotation;
	row->skew = p->skew / 100.0;
	row->confidence = read_by_ocr ? (double)p->confidence : -1;
	row->source = p->source < OCR_SOURCE_COUNT ? sources[p->source] : NULL;
	row->language = text_language(strbuf_span(&words->text));
	row->warnings = warning_names(p->warnings, arena);
	row->words = (int)words->count;
	row->image_mime = p->image.n ? image : NULL;
	row->image_width = (int)p->image_width;
	row->image_height = (int)p->image_height;
	return ST_OK;
}
