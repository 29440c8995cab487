/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libxml/HTMLparser.h>
#include <string.h>

#include "reader.h"

#define TEXT_MAX (64u << 20) /* of a page's text; what is more is cut off */
#define CHUNK (64u << 10)

/*
 * HTML to text: libxml2's HTML parser knows no external entities, and the sandbox no network. Only
 * its events are used, no tree is built, so depth costs nothing.
 */
struct html_walk {
	struct strbuf text;
	unsigned hidden; /* open elements whose content is not shown */
	bool full;
};

enum effect { EFFECT_NONE, EFFECT_SPACE, EFFECT_LINE, EFFECT_BLOCK, EFFECT_HIDE };

static const struct {
	const char *name;
	enum effect effect;
} elements[] = {
	{ "script", EFFECT_HIDE },
	{ "style", EFFECT_HIDE },
	{ "template", EFFECT_HIDE },
	{ "noscript", EFFECT_HIDE },
	{ "br", EFFECT_LINE },
	{ "tr", EFFECT_LINE },
	{ "li", EFFECT_LINE },
	{ "dt", EFFECT_LINE },
	{ "dd", EFFECT_LINE },
	{ "option", EFFECT_LINE },
	{ "td", EFFECT_SPACE },
	{ "th", EFFECT_SPACE },
	{ "p", EFFECT_BLOCK },
	{ "div", EFFECT_BLOCK },
	{ "h1", EFFECT_BLOCK },
	{ "h2", EFFECT_BLOCK },
	{ "h3", EFFECT_BLOCK },
	{ "h4", EFFECT_BLOCK },
	{ "h5", EFFECT_BLOCK },
	{ "h6", EFFECT_BLOCK },
	{ "table", EFFECT_BLOCK },
	{ "ul", EFFECT_BLOCK },
	{ "ol", EFFECT_BLOCK },
	{ "dl", EFFECT_BLOCK },
	{ "pre", EFFECT_BLOCK },
	{ "hr", EFFECT_BLOCK },
	{ "title", EFFECT_BLOCK },
	{ "blockquote", EFFECT_BLOCK },
	{ "section", EFFECT_BLOCK },
	{ "article", EFFECT_BLOCK },
	{ "header", EFFECT_BLOCK },
	{ "footer", EFFECT_BLOCK },
	{ "form", EFFECT_BLOCK },
};

static enum effect
effect_of(const xmlChar *name)
{
	size_t i;

	for (i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (strcmp((const char *)name, elements[i].name) == 0)
			return elements[i].effect;
	return EFFECT_NONE;
}

/* Line ends at the end of the text so far, at most two are wanted. */
static void
separate(struct html_walk *w, enum effect effect)
{
	static const size_t wanted[] = { [EFFECT_LINE] = 1, [EFFECT_BLOCK] = 2 };
	size_t have = 0, len;

	if (effect == EFFECT_SPACE) {
		if (w->text.len > 0 && strchr(" \n", w->text.buf[w->text.len - 1]) == NULL)
			strbuf_add_char(&w->text, ' ');
		return;
	}
	while (w->text.len > 0 && w->text.buf[w->text.len - 1] == ' ')
		strbuf_truncate(&w->text, w->text.len - 1);
	for (len = w->text.len; have < 2 && len > have && w->text.buf[len - 1 - have] == '\n';)
		have++;
	for (; len > 0 && have < wanted[effect]; have++)
		strbuf_add_char(&w->text, '\n');
}

static void
on_start(void *user, const xmlChar *name, const xmlChar **attributes)
{
	struct html_walk *w = user;
	enum effect effect = effect_of(name);

	(void)attributes;
	if (effect == EFFECT_HIDE)
		w->hidden++;
	else if (effect != EFFECT_NONE)
		separate(w, effect);
}

static void
on_end(void *user, const xmlChar *name)
{
	struct html_walk *w = user;
	enum effect effect = effect_of(name);

	if (effect == EFFECT_HIDE)
		w->hidden -= w->hidden > 0;
	else if (effect != EFFECT_NONE)
		separate(w, effect);
}

/* Runs of white space are one space, as a browser shows them. */
static void
on_text(void *user, const xmlChar *text, int n)
{
	struct html_walk *w = user;
	int i;

	if (w->hidden > 0 || w->full)
		return;
	if (w->text.len + (size_t)n > TEXT_MAX) {
		w->full = true;
		return;
	}
	for (i = 0; i < n; i++) {
		if (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))
			separate(w, EFFECT_SPACE);
		else
			strbuf_add_char(&w->text, (char)text[i]);
	}
}

/* Events of UTF-8 text; what the document says about its encoding is known to be done. */
static enum status
parse(struct span utf8, struct html_walk *w, struct err *err)
{
	xmlSAXHandler sax;
	htmlParserCtxtPtr parser;
	size_t at, n;

	memset(&sax, 0, sizeof(sax));
	sax.startElement = on_start;
	sax.endElement = on_end;
	sax.characters = on_text;
	sax.ignorableWhitespace = on_text;
	parser = htmlCreatePushParserCtxt(&sax, w, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (parser == NULL)
		return fail(err, ST_REFUSED, "no memory for the HTML parser");
	(void)htmlCtxtUseOptions(parser,
	    HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
		HTML_PARSE_IGNORE_ENC);
	for (at = 0; at < utf8.n; at += n) {
		n = utf8.n - at < CHUNK ? utf8.n - at : CHUNK;
		(void)htmlParseChunk(parser, utf8.p + at, (int)n, 0);
	}
	(void)htmlParseChunk(parser, NULL, 0, 1);
	htmlFreeParserCtxt(parser);
	return ST_OK;
}

enum status
html_open(struct job *job, struct source *source, enum ocr_reason *reason, struct err *err)
{
	owned(strbuf_free) struct strbuf utf8 = STRBUF_INIT;
	struct html_walk w = { STRBUF_INIT, 0, false };
	enum status st;

	plain_decode(job, &utf8);
	if ((st = parse(strbuf_span(&utf8), &w, err)) != ST_OK) {
		*reason = OCR_REASON_MEMORY;
		strbuf_free(&w.text);
		return st;
	}
	if (w.full)
		job->what.warnings |= OCR_WARN_TRUNCATED;
	return plain_source(&w.text, job->what.charset.p, source);
}
