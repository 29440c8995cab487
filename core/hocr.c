/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendition_parts.h"

/* hOCR 1.2 as well-formed XHTML, with the classes that Tesseract writes: its readers take both. */
struct hocr {
	struct strbuf *out;
	size_t page; /* index, from 0 */
	const struct rendition_page *source;
};

static void
put_box(struct hocr *h, const struct rendition_box *b)
{
	if (rendition_box_is(b))
		strbuf_addf(h->out, "bbox %lld %lld %lld %lld", (long long)b->left,
		    (long long)b->top, (long long)b->right, (long long)b->bottom);
}

static void
put_word(struct hocr *h, size_t i)
{
	const struct words *ws = h->source->words;
	struct rendition_box box = rendition_enclose(ws, i, 1);

	strbuf_addf(
	    h->out, "<span class=\"ocrx_word\" id=\"word_%zu_%zu\" title=\"", h->page + 1, i + 1);
	put_box(h, &box);
	strbuf_addf(
	    h->out, "%sx_wconf %u\">", rendition_box_is(&box) ? "; " : "", ws->word[i].confidence);
	rendition_escape(words_text(ws, i), h->out);
	strbuf_add_str(h->out, "</span>");
}

static void
put_line(struct hocr *h, size_t first, size_t count)
{
	const struct words *ws = h->source->words;
	struct rendition_box box = rendition_enclose(ws, first, count);

	strbuf_addf(h->out, "<span class=\"ocr_line\" id=\"line_%zu_%u\" title=\"", h->page + 1,
	    ws->word[first].line + 1);
	put_box(h, &box);
	strbuf_add_str(h->out, "\">");
	for (size_t i = first; i < first + count; i++) {
		if (i > first)
			strbuf_add_char(h->out, ' ');
		put_word(h, i);
	}
	strbuf_add_str(h->out, "</span>\n");
}

static void
put_block(struct hocr *h, size_t first, size_t count)
{
	const struct words *ws = h->source->words;
	struct rendition_box box = rendition_enclose(ws, first, count);
	unsigned block = ws->word[first].block + 1;

	strbuf_addf(
	    h->out, "<div class=\"ocr_carea\" id=\"block_%zu_%u\" title=\"", h->page + 1, block);
	put_box(h, &box);
	strbuf_addf(h->out, "\">\n<p class=\"ocr_par\" id=\"par_%zu_%u\"", h->page + 1, block);
	if (h->source->language)
		strbuf_addf(h->out, " lang=\"%s\"", h->source->language);
	strbuf_add_str(h->out, " title=\"");
	put_box(h, &box);
	strbuf_add_str(h->out, "\">\n");
	for (size_t i = first; i < first + count; i += rendition_line(ws, i))
		put_line(h, i, rendition_line(ws, i));
	strbuf_add_str(h->out, "</p>\n</div>\n");
}

static void
put_page(struct hocr *h)
{
	const struct words *ws = h->source->words;

	strbuf_addf(h->out, "<div class=\"ocr_page\" id=\"page_%zu\" title=\"", h->page + 1);
	if (ws->width)
		strbuf_addf(h->out, "bbox 0 0 %u %u; scan_res %u %u; ", ws->width, ws->height,
		    ws->dpi, ws->dpi);
	strbuf_addf(h->out, "ppageno %lld\">\n", (long long)h->source->number - 1);
	for (size_t i = 0; i < ws->count; i += rendition_block(ws, i))
		put_block(h, i, rendition_block(ws, i));
	strbuf_add_str(h->out, "</div>\n");
}

void
rendition_hocr(const struct rendition_source *source, const struct rendition_page *pages,
    size_t count, struct strbuf *out)
{
	struct hocr h = { .out = out };

	strbuf_add_str(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n"
	    "<html xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<title>");
	rendition_escape(span_of(source->name ? source->name : source->uid), out);
	strbuf_add_str(out,
	    "</title>\n"
	    "<meta name=\"ocr-system\" content=\"tangthu " TANGTHU_VERSION "\"/>\n"
	    "<meta name=\"ocr-capabilities\" content=\"ocr_page ocr_carea ocr_par"
	    " ocr_line ocrx_word\"/>\n");
	strbuf_addf(out, "<meta name=\"ocr-number-of-pages\" content=\"%zu\"/>\n", count);
	strbuf_add_str(out, "<meta name=\"ocr-id\" content=\"");
	rendition_escape(span_of(source->uid), out);
	strbuf_add_str(out, "\"/>\n</head>\n<body>\n");
	for (h.page = 0; h.page < count; h.page++) {
		h.source = &pages[h.page];
		put_page(&h);
	}
	strbuf_add_str(out, "</body>\n</html>\n");
}
