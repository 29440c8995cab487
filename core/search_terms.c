/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base.h"
#include "search_parts.h"

/*
 * A record as terms (index.md, recommended layout): every word on the toned layer with its position
 * and on the folded one, bigrams for Vietnamese, fields as words of slice 0 and as terms to filter by.
 * Neighbours that make no bigram, because a clause ends between them or the page is not Vietnamese, are
 * terms without weight: so every phrase is found by its pairs before positions are read.
 */
#define FIELD_GAP 16 /* positions between two fields: no phrase reaches over */

struct maker {
	struct xap_writer *writer;
	const struct search_document *doc;
	uint32_t slice, offset;
	struct search_slice *slices;
	size_t slice_count, slice_alloc;
	struct strbuf data;	    /* pages with more than one slice */
	struct strbuf sizes;	    /* of the slices before this one */
	bool bigrams;		    /* of the words of this page */
	struct text_word *head;	    /* the first TEXT_LANGUAGE_WORDS of a page */
	size_t vietnamese, english; /* pages */
};

/* How much a word of a field weighs in the body layers (D16). */
static const struct field_weight {
	enum record_field field;
	unsigned accepted, suggested;
} field_weights[] = {
	{ FIELD_SUBJECT, 3, 1 },
	{ FIELD_ISSUER, 1, 1 },
	{ FIELD_SIGNER, 1, 1 },
};
#define NUMBER_ACCEPTED 4
#define NUMBER_SUGGESTED 1

/*
 * The size of the slice that ends here: twice its words, odd when they make bigrams.  Seven bits a
 * byte, the lowest first; the last one has no high bit.
 */
static void
add_size(struct maker *m)
{
	uint32_t value = m->offset << 1 | m->bigrams;

	for (; value >= 0x80; value >>= 7)
		strbuf_add_char(&m->sizes, (char)(value | 0x80));
	strbuf_add_char(&m->sizes, (char)value);
}

static enum status
start_slice(struct maker *m, uint32_t page, uint32_t first_word, struct err *err)
{
	if (m->slice_count > SEARCH_SLICES_MAX)
		return fail(err, ST_TOO_LARGE, "record %" PRId64 " has more than %d slices of text",
		    m->doc->record, SEARCH_SLICES_MAX);
	if (m->slice_count == m->slice_alloc) {
		m->slice_alloc = m->slice_alloc ? 2 * m->slice_alloc : 16;
		m->slices = xrealloc(m->slices, m->slice_alloc * sizeof *m->slices);
	}
	if (m->slice_count > 0)
		add_size(m);
	m->slice = (uint32_t)m->slice_count;
	m->slices[m->slice_count++] = (struct search_slice){ page, first_word };
	m->offset = 0;
	return ST_OK;
}

static void
add_bigram(struct maker *m, const char *prefix, const struct text_word *before,
    const struct text_word *w, unsigned wdf)
{
	char pair[TEXT_BIGRAM_MAX + 1];
	size_t n;

	n = text_bigram(span_make(before->folded, before->folded_len),
	    span_make(w->folded, w->folded_len), pair);
	xap_add_term(m->writer, prefix, span_make(pair, n), wdf);
}

/* A word behind another or NULL; page tells where a new slice belongs. */
static enum status
add_word(struct maker *m, const struct text_word *before, const struct text_word *w, uint32_t page,
    unsigned wdf, struct err *err)
{
	enum status st;

	if (m->offset >= SEARCH_SLICE_WORDS && (st = start_slice(m, page, w->number, err)) != ST_OK)
		return st;
	xap_add_posting(m->writer, TERM_TONED, span_make(w->toned, w->toned_len),
	    m->slice * XAP_SLICE + m->offset++, wdf);
	xap_add_term(m->writer, TERM_FOLDED, span_make(w->folded, w->folded_len), wdf);
	if (before != NULL && m->bigrams && !w->clause)
		add_bigram(m, TERM_BIGRAM, before, w, wdf);
	else if (before != NULL)
		add_bigram(m, TERM_NEIGHBOURS, before, w, 0);
	return ST_OK;
}

/* What is left to scan, behind a word or NULL, from the current offset on. */
static enum status
add_rest(struct maker *m, struct text_scan *scan, const struct text_word *before, uint32_t page,
    unsigned wdf, struct err *err)
{
	struct text_word w[2];
	unsigned i = 0;
	enum status st = ST_OK;

	for (; st == ST_OK && text_next(scan, &w[i]); before = &w[i], i = !i)
		st = add_word(m, before, &w[i], page, wdf, err);
	return st;
}

static enum status
add_field_text(struct maker *m, struct span text, unsigned wdf, struct err *err)
{
	struct text_scan scan;

	m->offset += FIELD_GAP;
	text_scan_init(&scan, text);
	return add_rest(m, &scan, NULL, 0, wdf, err);
}

static bool
is_set(const struct search_document *d, enum record_field f)
{
	return span_trim(d->field[f].value).n > 0;
}

/* --- fields as terms that filter --- */

static void
add_value(struct maker *m, const char *prefix, struct span value)
{
	xap_add_term(m->writer, prefix, value, 0);
}

static void
add_id(struct maker *m, const char *prefix, int64_t id)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%" PRId64, id);
	add_value(m, prefix, span_of(digits));
}

/* Each folded word of a name. */
static void
add_name(struct maker *m, const char *prefix, struct span name)
{
	struct text_scan scan;
	struct text_word w;

	text_scan_init(&scan, name);
	while (text_next(&scan, &w))
		add_value(m, prefix, span_make(w.folded, w.folded_len));
}

/* The whole counts wdf times; 0: only its parts. */
static void
add_number_terms(struct maker *m, const struct text_number *n, unsigned wdf)
{
	struct span rest = span_of(n->symbol), part;

	if (wdf > 0)
		xap_add_term(m->writer, TERM_NUMBER, span_of(n->key), wdf);
	if (n->number[0] != '\0')
		xap_add_term(m->writer, TERM_NUMBER_PART, span_of(n->number), 1);
	if (n->year[0] != '\0') {
		add_value(m, TERM_NUMBER_PART, span_of(n->year));
		add_value(m, TERM_NUMBER_PART, span_of(n->key + strlen(n->number) + 1));
	}
	add_value(m, TERM_NUMBER_PART, rest);
	while (rest.n > 0) {
		part = span_cut(&rest, '-');
		add_value(m, TERM_NUMBER_PART, part);
	}
}

/*
 * A number without its symbol, or a symbol without its number: what there is can be asked for.  "/QĐ-SDL" is
 * one whose number is not known; it is known where it only is no number ("12bis").
 */
static void
add_number_rest(struct maker *m, struct span number, struct span symbol)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;
	struct text_number n;

	if (symbol.n > 0) {
		strbuf_add_char(&folded, '/');
		strbuf_add_span(&folded, symbol);
		if (text_number_parse(strbuf_span(&folded), &n))
			add_number_terms(m, &n, number.n > 0 ? 0 : NUMBER_SUGGESTED);
	}
	strbuf_reset(&folded);
	text_key(number, &folded);
	if (folded.len > 0)
		xap_add_term(m->writer, TERM_NUMBER_PART, strbuf_span(&folded), 1);
}

static enum status
add_number(struct maker *m, struct err *err)
{
	const struct search_field *number = &m->doc->field[FIELD_NUMBER];
	const struct search_field *symbol = &m->doc->field[FIELD_SYMBOL];
	owned(strbuf_free) struct strbuf whole = STRBUF_INIT;
	bool suggested = number->suggested || symbol->suggested;
	struct text_number n;

	if (!is_set(m->doc, FIELD_NUMBER) && !is_set(m->doc, FIELD_SYMBOL))
		return ST_OK;
	strbuf_add_span(&whole, span_trim(number->value));
	if (is_set(m->doc, FIELD_SYMBOL)) {
		strbuf_add_char(&whole, '/');
		strbuf_add_span(&whole, span_trim(symbol->value));
	}
	if (text_number_parse(strbuf_span(&whole), &n))
		add_number_terms(m, &n, suggested ? NUMBER_SUGGESTED : NUMBER_ACCEPTED);
	else
		add_number_rest(m, span_trim(number->value), span_trim(symbol->value));
	return add_field_text(m, strbuf_span(&whole), 1, err);
}

/* "YYYY[-MM[-DD]]" as yyyymmdd; 0 when it is no date. */
static uint32_t
date_number(struct span date)
{
	char digits[9] = "00000000";
	size_t i, n = 0;

	if (!date_valid(date, true))
		return 0;
	for (i = 0; i < date.n && n < 8; i++)
		if (date.p[i] != '-')
			digits[n++] = date.p[i];
	return (uint32_t)strtoul(digits, NULL, 10);
}

static void
add_filters(struct maker *m)
{
	const struct search_document *d = m->doc;
	size_t i;

	add_value(m, TERM_UID, span_of(d->uid));
	add_id(m, TERM_RECORD, d->record);
	add_id(m, TERM_CLASS, d->access_class);
	for (i = 0; i < d->dossier_count; i++)
		add_id(m, TERM_DOSSIER, d->dossiers[i]);
	if (d->state != NULL)
		add_value(m, TERM_STATE, span_of(d->state));
	add_name(m, TERM_ISSUER, d->field[FIELD_ISSUER].value);
	add_name(m, TERM_ISSUER, d->place);
	add_name(m, TERM_SIGNER, d->field[FIELD_SIGNER].value);
	add_name(m, TERM_SUBJECT, d->field[FIELD_SUBJECT].value);
}

/* The code as it is written, NFC: HD (hướng dẫn) and HĐ (hợp đồng) differ. */
static void
normalise_type(struct span code, struct strbuf *out)
{
	text_normalise(span_trim(code), out);
}

static enum status
add_type(struct maker *m, struct strbuf *code, struct err *err)
{
	const struct record_type *type;

	normalise_type(m->doc->field[FIELD_TYPE].value, code);
	if (code->len == 0)
		return ST_OK;
	if (code->len > XAP_LABEL_MAX)
		return fail(err, ST_INVALID, "record %" PRId64 ": the type code is too long",
		    m->doc->record);
	add_value(m, TERM_TYPE, strbuf_span(code));
	if ((type = record_type_find(strbuf_span(code))) == NULL)
		return ST_OK;
	return add_field_text(m, span_of(type->name_vi), 1, err);
}

/* --- slices --- */

/*
 * The data of a document: "7+2," for each page that took more slices than one (two more), then ";"
 * and the size of each slice (add_size).
 */
static void
note_slices(struct maker *m, uint32_t page, size_t extra)
{
	if (extra > 0)
		strbuf_addf(&m->data, "%" PRIu32 "+%zu,", page, extra);
}

uint32_t
search_page_of_slice(struct span data, uint32_t slice)
{
	struct span item, left;
	uint64_t page, extra, shift = 0;

	data = span_cut(&data, ';');
	while (data.n > 0) {
		item = span_cut(&data, ',');
		left = span_cut(&item, '+');
		if (!span_u64(left, &page) || !span_u64(item, &extra) || slice <= page + shift)
			break;
		if (slice <= page + shift + extra)
			return (uint32_t)page;
		shift += extra;
	}
	return slice > shift ? (uint32_t)(slice - shift) : 0;
}

size_t
search_slice_sizes(struct span data, struct xap_slice_size *out, size_t max)
{
	uint32_t value = 0;
	unsigned shift = 0;
	size_t i, n = 0;

	(void)span_cut(&data, ';');
	for (i = 0; i < data.n && n < max; i++) {
		if (shift < 32)
			value |= (uint32_t)((unsigned char)data.p[i] & 0x7f) << shift;
		shift += 7;
		if ((unsigned char)data.p[i] & 0x80)
			continue;
		out[n++] = (struct xap_slice_size){ value >> 1, value & 1 };
		value = shift = 0;
	}
	return n;
}

static void
note_language(struct maker *m, const char *language)
{
	bool vietnamese = language != NULL && strcmp(language, "vi") == 0;

	m->bigrams = language == NULL || vietnamese;
	m->vietnamese += vietnamese;
	m->english += language != NULL && strcmp(language, "en") == 0;
}

/* Its first words tell the language and are not scanned twice. */
static enum status
add_page(struct maker *m, const struct search_page *page, uint32_t number, struct err *err)
{
	struct text_tally tally = { 0 };
	struct text_scan scan;
	enum status st = ST_OK;
	size_t i;

	text_scan_init(&scan, page->text);
	while (tally.seen < TEXT_LANGUAGE_WORDS && text_next(&scan, &m->head[tally.seen]))
		text_tally_add(&tally, &m->head[tally.seen]);
	note_language(m, page->language ? page->language : text_tally_language(&tally));
	for (i = 0; st == ST_OK && i < tally.seen; i++)
		st = add_word(m, i > 0 ? &m->head[i - 1] : NULL, &m->head[i], number, 1, err);
	if (st != ST_OK || tally.seen < TEXT_LANGUAGE_WORDS)
		return st;
	return add_rest(m, &scan, &m->head[tally.seen - 1], number, 1, err);
}

static enum status
add_pages(struct maker *m, struct err *err)
{
	enum status st;
	size_t i, before;

	for (i = 0; i < m->doc->page_count; i++) {
		before = m->slice_count;
		if ((st = start_slice(m, (uint32_t)i + 1, 0, err)) != ST_OK ||
		    (st = add_page(m, &m->doc->pages[i], (uint32_t)i + 1, err)) != ST_OK)
			return st;
		note_slices(m, (uint32_t)i + 1, m->slice_count - before - 1);
	}
	return ST_OK;
}

/* The given language, or that of most pages; empty when nothing tells. */
static struct span
language_of(struct maker *m)
{
	if (is_set(m->doc, FIELD_LANGUAGE))
		return span_trim(m->doc->field[FIELD_LANGUAGE].value);
	if (m->vietnamese + m->english == 0)
		return span_make(NULL, 0);
	return m->vietnamese >= m->english ? SPAN("vi") : SPAN("en");
}

static enum status
add_fields(struct maker *m, struct strbuf *code, struct err *err)
{
	const struct search_field *f;
	enum status st;
	size_t i;

	if ((st = start_slice(m, 0, 0, err)) != ST_OK)
		return st;
	m->bigrams = true;
	for (i = 0; i < sizeof field_weights / sizeof field_weights[0]; i++) {
		f = &m->doc->field[field_weights[i].field];
		st = add_field_text(m, f->value,
		    f->suggested ? field_weights[i].suggested : field_weights[i].accepted, err);
		if (st != ST_OK)
			return st;
	}
	for (i = 0; i < m->doc->detail_count; i++)
		if ((st = add_field_text(m, m->doc->details[i], 1, err)) != ST_OK)
			return st;
	if ((st = add_number(m, err)) != ST_OK || (st = add_type(m, code, err)) != ST_OK)
		return st;
	add_filters(m);
	return ST_OK;
}

static uint16_t
suggested_bits(const struct search_document *d)
{
	unsigned bits = 0, i;

	_Static_assert(FIELD_COUNT <= 16, "a bit for every field");
	for (i = 0; i < FIELD_COUNT; i++)
		if (d->field[i].suggested && is_set(d, i))
			bits |= 1u << i;
	return (uint16_t)bits;
}

/* A label is cut at a character. */
static struct span
label_of(struct span text)
{
	if (text.n > XAP_LABEL_MAX) {
		text.n = XAP_LABEL_MAX;
		while (text.n > 0 && (text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	return text;
}

static void
set_row(struct maker *m, struct span type)
{
	owned(strbuf_free) struct strbuf issuer = STRBUF_INIT;
	const struct search_document *d = m->doc;
	struct span number = span_trim(d->field[FIELD_NUMBER].value);
	struct xap_row row = { 0 };
	size_t i;

	row.access_class = (uint32_t)d->access_class;
	row.level = (uint8_t)d->level;
	row.flags = suggested_bits(d);
	row.date = date_number(span_trim(d->field[FIELD_ISSUED].value));
	for (i = 0; i < number.n && i < 9 && number.p[i] >= '0' && number.p[i] <= '9'; i++)
		row.number = row.number * 10 + (uint32_t)(number.p[i] - '0');
	row.pages = d->page_count < UINT16_MAX ? (uint16_t)d->page_count : UINT16_MAX;
	if (d->dossier_count > 0 && d->dossiers[0] > 0 && d->dossiers[0] <= UINT32_MAX)
		row.dossier = (uint32_t)d->dossiers[0];
	text_normalise(span_trim(d->field[FIELD_ISSUER].value), &issuer);
	row.label[XAP_TYPE] = type;
	row.label[XAP_ISSUER] = label_of(strbuf_span(&issuer));
	row.label[XAP_STATE] = label_of(span_of(d->state));
	row.label[XAP_LANGUAGE] = label_of(language_of(m));
	if (row.label[XAP_LANGUAGE].n > 0)
		add_value(m, TERM_LANGUAGE, row.label[XAP_LANGUAGE]);
	xap_set_row(m->writer, &row);
}

static enum status
make(struct maker *m, struct strbuf *code, struct err *err)
{
	const struct search_document *d = m->doc;
	enum status st;

	if (d->access_class < 0 || d->access_class > UINT32_MAX || d->level < LEVEL_PUBLIC ||
	    d->level > LEVEL_CONFIDENTIAL)
		return fail(
		    err, ST_INVALID, "record %" PRId64 ": no such class or level", d->record);
	xap_begin(m->writer);
	if ((st = add_fields(m, code, err)) != ST_OK || (st = add_pages(m, err)) != ST_OK)
		return st;
	set_row(m, strbuf_span(code));
	add_size(m);
	strbuf_add_char(&m->data, ';');
	strbuf_add_span(&m->data, strbuf_span(&m->sizes));
	xap_set_data(m->writer, strbuf_span(&m->data));
	return ST_OK;
}

enum status
search_add_terms(struct xap_writer *w, const struct search_document *d,
    struct search_slice **slices, size_t *slice_count, struct err *err)
{
	owned(strbuf_free) struct strbuf code = STRBUF_INIT;
	struct maker m = { .writer = w, .doc = d, .data = STRBUF_INIT, .sizes = STRBUF_INIT };
	enum status st;

	m.head = xmalloc(TEXT_LANGUAGE_WORDS * sizeof *m.head);
	st = make(&m, &code, err);
	free(m.head);
	strbuf_free(&m.data);
	strbuf_free(&m.sizes);
	if (st == ST_OK && slices != NULL) {
		*slices = m.slices;
		*slice_count = m.slice_count;
	} else
		free(m.slices);
	return st;
}
