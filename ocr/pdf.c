/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdf.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "layer.h"
#include "reader.h"

#define COVERED_WHOLE 0.95 /* of the page: the image is the page (ocr.md section 5) */
#define COVERED_HALF 0.5   /* the resolution of an image this large is the page's */
#define DPI_RENDER 300	   /* for recognition, unless the images have less */
#define DPI_RENDER_MIN 150
#define DPI_TEXT 150 /* for looking at pages whose text is known */
#define DPI_LEAST 72 /* below this a page is too large to be one */
#define CONFIDENCE_GIVEN 100
#define CONFIDENCE_OTHER 80 /* of an earlier recognition that nobody vouches for */

struct pdf_state {
	struct pdf_structure *structure; /* NULL: only poppler opens it */
	struct pdf_render *render;	 /* opened when first needed */
};

static void
pdf_close(void *state)
{
	struct pdf_state *s = state;

	pdf_structure_close(s->structure);
	pdf_render_close(s->render);
	free(s);
}

/* ---- ways of reading a page ---- */

/* The largest resolution up to wanted at which the page stays inside the limit of pixels. */
static uint32_t
fitting_dpi(const struct job *job, const struct pdf_page_facts *facts, uint32_t wanted)
{
	double most =
	    72 * sqrt((double)job->request.limits.pixels / (facts->width * facts->height)) - 1;

	return most < wanted ? (most > 0 ? (uint32_t)most : 0) : wanted;
}

static enum status
render(struct job *job, struct pdf_state *s, const struct pdf_page_facts *facts, uint32_t wanted,
    struct page *p, enum ocr_reason *reason, struct err *err)
{
	uint32_t dpi = fitting_dpi(job, facts, wanted);

	if (dpi < wanted)
		p->warnings |= OCR_WARN_REDUCED;
	p->dpi = dpi;
	/* Below DPI_LEAST the size itself is the attack: poppler is asked for the refusal's text. */
	return pdf_render_page(s->render, p->number, dpi < DPI_LEAST ? DPI_LEAST : dpi,
	    job->request.limits.pixels, &p->pix, reason, err);
}

static enum status
empty_page(const struct pdf_page_facts *facts, struct page *p)
{
	double scale = DPI_LEAST / 72.0;

	p->source = OCR_SOURCE_BLANK;
	p->dpi = DPI_LEAST;
	p->words = words_new();
	if (facts->width * scale < WORDS_SIDE_MAX && facts->height * scale < WORDS_SIDE_MAX) {
		p->words->width = (uint32_t)(facts->width * scale);
		p->words->height = (uint32_t)(facts->height * scale);
		p->words->dpi = DPI_LEAST;
	}
	/* White paper to look at, unless it is a sheet that nobody has. */
	if ((uint64_t)p->words->width * p->words->height < 1u << 24)
		p->pix = pixCreate((l_int32)p->words->width, (l_int32)p->words->height, 1);
	strbuf_add_str(&p->provenance, "page=empty");
	return ST_OK;
}

/* The scan itself, as it is stored.  ST_UNSUPPORTED: has to be rendered. */
static enum status
stored_image(
    struct job *job, struct pdf_state *s, struct page *p, enum ocr_reason *reason, struct err *err)
{
	struct picture picture = { .whole = p->whole };
	uint32_t dpi = 0;
	enum status st;

	st = pdf_structure_image(
	    s->structure, job->request.limits.pixels, &picture, &dpi, reason, err);
	if (st == ST_OK) {
		p->pix = picture.pix;
		p->look = picture.look;
		p->source = OCR_SOURCE_IMAGE;
		p->dpi = image_dpi(p->pix, dpi);
		strbuf_add_str(&p->provenance, "page=stored-image");
	} else if (st != ST_REFUSED) {
		/* Too large, damaged, odd: a renderer may still make something of it. */
		*reason = OCR_REASON_NONE;
		st = ST_UNSUPPORTED;
	}
	return st;
}

/* Which font a word stands in tells its case only in TCVN3. */
static enum status
convert_layer(struct pdf_state *s, uint32_t page, const struct layer *l, const struct words *ws,
    struct words **out, struct err *err)
{
	bool *capital = xcalloc(ws->count + 1, sizeof(*capital));
	enum status st = ST_OK;

	if (l->encoding == LEGACY_TCVN3)
		st = pdf_render_capitals(s->render, page, ws, capital, err);
	if (st == ST_OK)
		*out = layer_convert(ws, l->encoding, capital);
	free(capital);
	return st;
}

static enum status
take_layer(struct job *job, struct pdf_state *s, const struct pdf_page_facts *facts,
    const struct layer *l, struct words *ws, struct page *p, enum ocr_reason *reason,
    struct err *err)
{
	enum status st;
	size_t i;

	if ((st = render(job, s, facts, DPI_TEXT, p, reason, err)) != ST_OK)
		return st;
	p->source = OCR_SOURCE_TEXT_LAYER;
	p->words = ws;
	if (l->verdict == LAYER_LEGACY) {
		st = convert_layer(s, p->number, l, ws, &p->words, err);
		words_free(ws);
		if (st != ST_OK) {
			p->words = NULL;
			return st;
		}
		p->warnings |= OCR_WARN_LEGACY_ENCODING;
	}
	if (l->verdict == LAYER_EARLIER) {
		p->warnings |= OCR_WARN_INVISIBLE_TEXT;
		for (i = 0; i < ws->count; i++)
			ws->word[i].confidence = CONFIDENCE_OTHER;
	}
	p->words->width = (uint32_t)pixGetWidth(p->pix);
	p->words->height = (uint32_t)pixGetHeight(p->pix);
	p->words->dpi = p->dpi;
	strbuf_addf(&p->provenance, "page=text-layer encoding=%s letters=%u legal=%u%%",
	    legacy_name(l->encoding), l->letters, l->legal);
	return ST_OK;
}

static enum status
rendered_page(struct job *job, struct pdf_state *s, const struct pdf_page_facts *facts,
    struct page *p, enum ocr_reason *reason, struct err *err)
{
	uint32_t dpi = DPI_RENDER;

	if (facts->covered >= COVERED_HALF && facts->image_dpi > 0 && facts->image_dpi < dpi)
		dpi =
		    facts->image_dpi < DPI_RENDER_MIN ? DPI_RENDER_MIN : (uint32_t)facts->image_dpi;
	p->source = OCR_SOURCE_RENDER;
	strbuf_addf(&p->provenance, "page=rendered images=%u", facts->images);
	return render(job, s, facts, dpi, p, reason, err);
}

/* Everything that needs poppler. */
static enum status
drawn_page(struct job *job, struct pdf_state *s, const struct pdf_page_facts *facts, struct page *p,
    enum ocr_reason *reason, struct err *err)
{
	struct words *ws = NULL;
	struct layer layer;
	enum status st;

	if (s->render == NULL &&
	    (st = pdf_render_open(&s->render, job->bytes, reason, err)) != ST_OK)
		return st;
	/* What only annotations say (a signature's line) is no text layer. */
	if (facts->text + facts->hidden_text > 0 || facts->marks) {
		st = pdf_render_text(s->render, p->number, fitting_dpi(job, facts, DPI_TEXT),
		    CONFIDENCE_GIVEN, &ws, err);
		if (st != ST_OK)
			return st;
		layer_judge(ws, facts, &layer);
		if (layer.verdict <= LAYER_LEGACY)
			return take_layer(job, s, facts, &layer, ws, p, reason, err);
		if (ws->count > 0)
			p->warnings |= OCR_WARN_LAYER_IGNORED;
		words_free(ws);
	}
	return rendered_page(job, s, facts, p, reason, err);
}

static enum status
page_facts(struct pdf_state *s, uint32_t number, struct pdf_page_facts *facts, struct err *err)
{
	if (s->structure != NULL)
		return pdf_structure_page(s->structure, number, facts, err);
	memset(facts, 0, sizeof(*facts));
	facts->marks = true; /* nobody knows what is on it */
	return pdf_render_size(s->render, number, &facts->width, &facts->height, err);
}

static enum status
pdf_page(struct job *job, void *state, struct page *p, enum ocr_reason *reason, struct err *err)
{
	struct pdf_state *s = state;
	struct pdf_page_facts facts;
	bool bare;
	enum status st;

	if ((st = page_facts(s, p->number, &facts, err)) != ST_OK)
		return st;
	bare = facts.text + facts.hidden_text == 0 && !facts.marks && !facts.annotations;
	if (bare && facts.images == 0)
		return empty_page(&facts, p);
	if (bare && facts.images == 1 && facts.covered >= COVERED_WHOLE &&
	    (st = stored_image(job, s, p, reason, err)) != ST_UNSUPPORTED)
		return st;
	if (job->request.profile == OCR_PROFILE_BARE)
		return ST_BUSY;
	return drawn_page(job, s, &facts, p, reason, err);
}

enum status
pdf_open(struct job *job, struct source *source, enum ocr_reason *reason, struct err *err)
{
	struct pdf_state *s = xcalloc(1, sizeof(*s));
	struct pdf_facts facts;
	enum status st;

	memset(&facts, 0, sizeof(facts));
	st = pdf_structure_open(&s->structure, job->bytes, &facts, reason, err);
	job->what.encrypted = facts.encrypted || *reason == OCR_REASON_ENCRYPTED;
	/* The two disagree on some damaged files: the other one is asked before giving up. */
	if (st != ST_OK && *reason == OCR_REASON_DAMAGED &&
	    job->request.profile == OCR_PROFILE_BARE) {
		pdf_close(s);
		return ST_BUSY;
	}
	if (st != ST_OK && *reason == OCR_REASON_DAMAGED &&
	    pdf_render_open(&s->render, job->bytes, reason, err) == ST_OK &&
	    pdf_render_pages(s->render) > 0) {
		facts.pages = pdf_render_pages(s->render);
		facts.damaged = true;
		*reason = OCR_REASON_NONE;
		st = ST_OK;
	}
	if (st != ST_OK) {
		pdf_close(s);
		return st;
	}
	job->what.warnings |= (facts.damaged ? OCR_WARN_DAMAGED : 0u) |
	    (facts.is_signed ? OCR_WARN_SIGNED : 0u) | (facts.active ? OCR_WARN_ACTIVE : 0u);
	source->pages = facts.pages;
	source->state = s;
	source->page = pdf_page;
	source->close = pdf_close;
	return ST_OK;
}
