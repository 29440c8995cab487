/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rendition_parts.h"

/* ALTO 4.2: elements and attributes in the order and with the types of its schema. */

/* The places of identifiers: unique in the document, as xsd:ID wants it. */
struct alto {
	struct strbuf *out;
	size_t page; /* index, from 0 */
	const struct rendition_page *source;
};

static void
put_box(struct alto *a, const struct rendition_box *b)
{
	if (rendition_box_is(b))
		strbuf_addf(a->out, " HPOS=\"%lld\" VPOS=\"%lld\" WIDTH=\"%lld\" HEIGHT=\"%lld\"",
		    (long long)b->left, (long long)b->top, (long long)(b->right - b->left),
		    (long long)(b->bottom - b->top));
}

static void
put_string(struct alto *a, size_t i)
{
	const struct words *ws = a->source->words;
	struct rendition_box box = rendition_enclose(ws, i, 1);

	strbuf_addf(a->out, "<String ID=\"p%zu_w%zu\"", a->page + 1, i + 1);
	put_box(a, &box);
	strbuf_add_str(a->out, " CONTENT=\"");
	rendition_escape(words_text(ws, i), a->out);
	strbuf_addf(a->out, "\" WC=\"%u.%02u\"/>", ws->word[i].confidence / 100,
	    ws->word[i].confidence % 100);
}

/* The white space between two words of a line, where there is some. */
static void
put_space(struct alto *a, size_t i)
{
	const struct words *ws = a->source->words;
	struct rendition_box left = rendition_enclose(ws, i, 1);
	struct rendition_box right = rendition_enclose(ws, i + 1, 1);

	strbuf_add_str(a->out, "<SP");
	if (rendition_box_is(&left) && rendition_box_is(&right) && right.left > left.right)
		strbuf_addf(a->out, " WIDTH=\"%lld\" HPOS=\"%lld\" VPOS=\"%lld\"",
		    (long long)(right.left - left.right), (long long)left.right,
		    (long long)left.top);
	strbuf_add_str(a->out, "/>");
}

static void
put_line(struct alto *a, size_t first, size_t count)
{
	const struct words *ws = a->source->words;
	struct rendition_box box = rendition_enclose(ws, first, count);

	strbuf_addf(a->out, "<TextLine ID=\"p%zu_l%u\"", a->page + 1, ws->word[first].line + 1);
	put_box(a, &box);
	strbuf_add_char(a->out, '>');
	for (size_t i = first; i < first + count; i++) {
		put_string(a, i);
		if (i + 1 < first + count)
			put_space(a, i);
	}
	strbuf_add_str(a->out, "</TextLine>\n");
}

static void
put_block(struct alto *a, size_t first, size_t count)
{
	const struct words *ws = a->source->words;
	struct rendition_box box = rendition_enclose(ws, first, count);

	strbuf_addf(a->out, "<TextBlock ID=\"p%zu_b%u\"", a->page + 1, ws->word[first].block + 1);
	put_box(a, &box);
	if (a->source->corrected)
		strbuf_add_str(a->out, " CS=\"true\"");
	if (a->source->language)
		strbuf_addf(a->out, " LANG=\"%s\"", a->source->language);
	strbuf_add_str(a->out, ">\n");
	for (size_t i = first; i < first + count; i += rendition_line(ws, i))
		put_line(a, i, rendition_line(ws, i));
	strbuf_add_str(a->out, "</TextBlock>\n");
}

static void
put_page(struct alto *a)
{
	const struct words *ws = a->source->words;
	unsigned confidence = words_confidence(ws);

	strbuf_addf(a->out, "<Page ID=\"p%zu\" PHYSICAL_IMG_NR=\"%lld\"", a->page + 1,
	    (long long)a->source->number);
	if (a->source->provenance)
		strbuf_addf(a->out, " PROCESSINGREFS=\"step%zu\"", a->page + 1);
	if (ws->width)
		strbuf_addf(a->out, " HEIGHT=\"%u\" WIDTH=\"%u\"", ws->height, ws->width);
	if (ws->count)
		strbuf_addf(a->out, " PC=\"%u.%02u\"", confidence / 100, confidence % 100);
	strbuf_add_str(a->out, ">\n<PrintSpace");
	if (ws->width)
		strbuf_addf(a->out, " HPOS=\"0\" VPOS=\"0\" WIDTH=\"%u\" HEIGHT=\"%u\"", ws->width,
		    ws->height);
	strbuf_add_str(a->out, ">\n");
	for (size_t i = 0; i < ws->count; i += rendition_block(ws, i))
		put_block(a, i, rendition_block(ws, i));
	strbuf_add_str(a->out, "</PrintSpace>\n</Page>\n");
}

static void
put_step(const struct rendition_page *page, size_t i, struct strbuf *out)
{
	if (!page->provenance)
		return;
	strbuf_addf(out, "<Processing ID=\"step%zu\">\n", i + 1);
	strbuf_addf(out, "<processingCategory>content%s</processingCategory>\n",
	    page->corrected ? "Modification" : "Generation");
	strbuf_add_str(out, "<processingStepSettings>");
	rendition_escape(span_of(page->provenance), out);
	strbuf_add_str(out,
	    "</processingStepSettings>\n<processingSoftware>"
	    "<softwareName>Tàng Thư</softwareName><softwareVersion>" TANGTHU_VERSION
	    "</softwareVersion></processingSoftware>\n</Processing>\n");
}

void
rendition_alto(const struct rendition_source *source, const struct rendition_page *pages,
    size_t count, struct strbuf *out)
{
	struct alto a = { .out = out };

	strbuf_add_str(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\""
	    " SCHEMAVERSION=\"4.2\">\n<Description>\n"
	    "<MeasurementUnit>pixel</MeasurementUnit>\n<sourceImageInformation>");
	if (source->name) {
		strbuf_add_str(out, "<fileName>");
		rendition_escape(span_of(source->name), out);
		strbuf_add_str(out, "</fileName>");
	}
	strbuf_add_str(out, "<documentIdentifier>");
	rendition_escape(span_of(source->uid), out);
	strbuf_add_str(out, "</documentIdentifier></sourceImageInformation>\n");
	for (size_t i = 0; i < count; i++)
		put_step(&pages[i], i, out);
	strbuf_add_str(out, "</Description>\n<Layout>\n");
	for (a.page = 0; a.page < count; a.page++) {
		a.source = &pages[a.page];
		put_page(&a);
	}
	strbuf_add_str(out, "</Layout>\n</alto>\n");
}
