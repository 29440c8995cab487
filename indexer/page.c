/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "json_out.h"
#include "order.h"
#include "page.h"
#include "quality.h"
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
    const struct words *words, struct err *err)
{
	owned(strbuf_free) struct strbuf note = STRBUF_INIT, table = STRBUF_INIT;
	enum status st;

	make_note(p, &note);
	words_write(words, &table);
	st = derived_put(d, component, no, DERIVED_NOTE, strbuf_span(&note), err);
	if (st == ST_OK && p->image.n)
		st = derived_put(d, component, no, DERIVED_IMAGE, p->image, err);
	if (st == ST_OK)
		st = derived_put(d, component, no, DERIVED_WORDS, strbuf_span(&table), err);
	return st;
}

/* The catalogue's kind of what the reader found. */
static const enum page_mark_kind mark_kinds[OCR_MARK_KIND_COUNT] = {
	[OCR_MARK_QR] = PAGE_MARK_QR,
	[OCR_MARK_CODE128] = PAGE_MARK_CODE128,
	[OCR_MARK_CODE39] = PAGE_MARK_CODE39,
	[OCR_MARK_STAMP] = PAGE_MARK_STAMP,
	[OCR_MARK_SEAL] = PAGE_MARK_SEAL,
	[OCR_MARK_SIGNATURE] = PAGE_MARK_SIGNATURE,
};

static bool
is_code(const struct page_mark *m)
{
	return m->kind == PAGE_MARK_QR || m->kind == PAGE_MARK_CODE128 ||
	    m->kind == PAGE_MARK_CODE39;
}

static bool
begins_as_separator(const char *text, const char *words)
{
	struct span rest = span_of(words);

	while (rest.n) {
		struct span word = span_cut(&rest, ' ');

		if (word.n && span_starts(span_of(text), word))
			return true;
	}
	return false;
}

static void
add_separator(struct page *row, struct page_mark *m, const char *text)
{
	*m = (struct page_mark){
		.no = row->no, .kind = PAGE_MARK_SEPARATOR, .text = text, .confidence = 1
	};
	row->mark_count++;
}

static void
take_marks(const struct conf *conf, const struct ocr_page *p, struct arena *arena, struct page *row)
{
	struct page_mark *m = arena_array(arena, p->mark_count + 1, sizeof *m);
	uint32_t i;

	row->mark = m;
	row->mark_count = p->mark_count;
	for (i = 0; i < p->mark_count; i++) {
		const struct ocr_mark *from = &p->mark[i];

		m[i] = (struct page_mark){ .no = row->no,
			.kind = mark_kinds[from->kind],
			.text = arena_dup_span(arena, from->text),
			.box = { from->x, from->y, (int)from->w, (int)from->h },
			.confidence = from->confidence / 100.0 };
	}
	for (i = 0; i < p->mark_count; i++)
		if (is_code(&m[i]) && begins_as_separator(m[i].text, conf->scan_separator)) {
			add_separator(row, &m[p->mark_count], m[i].text);
			return;
		}
	if (row->state == PAGE_BLANK && conf->scan_separator_blank)
		add_separator(row, &m[p->mark_count], "");
}

/* ---- the number printed on the page ---- */

#define NUMBER_PART 0.08 /* of the page: above or below stands the number */
#define NUMBER_SURE 85
#define NUMBER_DIGITS 4

/* Alone on its line; *digits become its value. */
static bool
is_number(const struct words *ws, size_t i, int *value)
{
	const struct word *w = &ws->word[i];
	struct span s = words_text(ws, i);
	size_t k;

	if (w->start == WORD_SAME_LINE || w->confidence < NUMBER_SURE || s.n > NUMBER_DIGITS ||
	    (i + 1 < ws->count && ws->word[i + 1].line == w->line))
		return false;
	*value = 0;
	for (k = 0; k < s.n; k++) {
		if (s.p[k] < '0' || s.p[k] > '9')
			return false;
		*value = 10 * *value + (s.p[k] - '0');
	}
	return *value > 0;
}

/* At the top (NĐ 30/2020 PL I: centred in the upper margin), else at the bottom; 0 = none. */
static int
printed_number(const struct words *ws)
{
	int bottom = 0, value;
	size_t i;

	for (i = 0; i < ws->count; i++) {
		double middle = ws->word[i].y + ws->word[i].h / 2.0;

		if (!ws->word[i].h || !is_number(ws, i, &value))
			continue;
		if (middle < NUMBER_PART * ws->height)
			return value;
		if (middle > (1 - NUMBER_PART) * ws->height)
			bottom = value;
	}
	return bottom;
}

enum status
page_keep(struct derived *d, const char *component, uint32_t no, const struct conf *conf,
    const struct ocr_page *p, struct arena *arena, struct page *row, struct err *err)
{
	owned(words_freep) struct words *words = NULL, *ordered = NULL;
	const char *image = image_type(p);
	enum status st;
	bool read_by_ocr;

	if (words_read(&words, p->words, err) != ST_OK)
		return fail(err, ST_CORRUPT, "page %u: not a word table", no);
	if (p->image.n && !image)
		return fail(err, ST_CORRUPT, "page %u: not a display image", no);
	ordered = order_words(words);
	if ((st = keep_all(d, component, no, p, ordered, err)) != ST_OK)
		return st;
	read_by_ocr = p->source == OCR_SOURCE_IMAGE || p->source == OCR_SOURCE_RENDER;
	memset(row, 0, sizeof *row);
	row->state = p->source == OCR_SOURCE_BLANK ? PAGE_BLANK : PAGE_READ;
	row->width = (int)p->width;
	row->height = (int)p->height;
	row->dpi = (int)p->dpi;
	row->rotation = (int)p->rotation;
	row->skew = p->skew / 100.0;
	row->confidence = read_by_ocr ? (double)p->confidence : -1;
	row->source = p->source < OCR_SOURCE_COUNT ? sources[p->source] : NULL;
	row->language = text_language(strbuf_span(&ordered->text));
	row->warnings = warning_names(p->warnings, arena);
	row->words = (int)ordered->count;
	row->image_mime = p->image.n ? image : NULL;
	row->image_width = (int)p->image_width;
	row->image_height = (int)p->image_height;
	row->dark_edge = p->dark_edge <= 100 && p->image.n ? (int)p->dark_edge : -1;
	row->image_hash = p->image_hash.n ? arena_dup_span(arena, p->image_hash) : NULL;
	row->text_hash = quality_text_hash(strbuf_span(&words->text));
	row->printed_no = printed_number(ordered);
	take_marks(conf, p, arena, row);
	return ST_OK;
}
