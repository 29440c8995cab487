/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <math.h>
#include <stdlib.h>

/* Searchable copies: the pages' own content untouched, invisible text drawn after it. */

static qpdf_oh
add_stream(qpdf_data q, const char *entries, struct span data)
{
	qpdf_oh stream = qpdf_oh_new_stream(q), dict = qpdf_oh_get_dict(q, stream);
	qpdf_oh more = qpdf_oh_parse(q, entries);

	qpdf_oh_begin_dict_key_iter(q, more);
	while (qpdf_oh_dict_more_keys(q)) {
		const char *key = qpdf_oh_dict_next_key(q);

		qpdf_oh_replace_key(q, dict, key, qpdf_oh_get_key(q, more, key));
	}
	qpdf_oh_replace_stream_data(q, stream, (const unsigned char *)data.p, data.n,
	    qpdf_oh_new_null(q), qpdf_oh_new_null(q));
	return stream;
}

/* The font once a document. */
static qpdf_oh
add_font(qpdf_data q)
{
	owned(strbuf_free) struct strbuf file = STRBUF_INIT, map = STRBUF_INIT, cmap = STRBUF_INIT;
	owned(strbuf_free) struct strbuf entries = STRBUF_INIT;
	qpdf_oh font, cid, descriptor;

	export_font_file(&file);
	export_font_cid_map(&map);
	export_font_to_unicode(&cmap);
	strbuf_addf(&entries, "<</Length1 %zu>>", file.len);
	descriptor = qpdf_oh_parse(q,
	    "<</Type /FontDescriptor /FontName /GlyphLessFont /Flags 5 /FontBBox [0 0 500 1000]"
	    " /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80>>");
	qpdf_oh_replace_key(
	    q, descriptor, "/FontFile2", add_stream(q, entries.buf, strbuf_span(&file)));
	cid = qpdf_oh_parse(q,
	    "<</Type /Font /Subtype /CIDFontType2 /BaseFont /GlyphLessFont /CIDSystemInfo"
	    " <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /DW 500>>");
	qpdf_oh_replace_key(q, cid, "/FontDescriptor", qpdf_make_indirect_object(q, descriptor));
	qpdf_oh_replace_key(q, cid, "/CIDToGIDMap", add_stream(q, "<<>>", strbuf_span(&map)));
	font = qpdf_oh_parse(
	    q, "<</Type /Font /Subtype /Type0 /BaseFont /GlyphLessFont /Encoding /Identity-H>>");
	qpdf_oh_replace_key(q, font, "/DescendantFonts",
	    qpdf_oh_wrap_in_array(q, qpdf_make_indirect_object(q, cid)));
	qpdf_oh_replace_key(q, font, "/ToUnicode", add_stream(q, "<<>>", strbuf_span(&cmap)));
	return qpdf_make_indirect_object(q, font);
}

static bool
rectangle(qpdf_data q, qpdf_oh array, struct export_box *box)
{
	double v[4];

	if (!qpdf_oh_is_array(q, array) || qpdf_oh_get_array_n_items(q, array) != 4)
		return false;
	for (int i = 0; i < 4; i++)
		v[i] = qpdf_oh_get_numeric_value(q, qpdf_oh_get_array_item(q, array, i));
	*box = (struct export_box){ fmin(v[0], v[2]), fmin(v[1], v[3]), fmax(v[0], v[2]),
		fmax(v[1], v[3]) };
	return box->right - box->left > 1 && box->top - box->bottom > 1;
}

/* What pdf_structure.c calls the visible box: the reader's pixels are of it. */
static void
visible(qpdf_data q, qpdf_oh page, struct export_box *box)
{
	struct export_box crop;

	if (!rectangle(q, qpdf_oh_get_key(q, page, "/MediaBox"), box))
		*box = (struct export_box){ 0, 0, 612, 792 };
	if (!rectangle(q, qpdf_oh_get_key(q, page, "/CropBox"), &crop))
		return;
	crop.left = fmax(crop.left, box->left);
	crop.bottom = fmax(crop.bottom, box->bottom);
	crop.right = fmin(crop.right, box->right);
	crop.top = fmin(crop.top, box->top);
	if (crop.right - crop.left > 1 && crop.top - crop.bottom > 1)
		*box = crop;
}

static unsigned
rotation(qpdf_data q, qpdf_oh page)
{
	qpdf_oh value = qpdf_oh_get_key(q, page, "/Rotate");
	long long degrees = qpdf_oh_is_integer(q, value) ? qpdf_oh_get_int_value(q, value) : 0;

	return (unsigned)(((degrees % 360) + 360) % 360) / 90 * 90;
}

/* q, what was there, Q, ours: whatever state the page leaves behind. */
static void
wrap_contents(qpdf_data q, qpdf_oh page, struct span text)
{
	owned(strbuf_free) struct strbuf ours = STRBUF_INIT;
	qpdf_oh old = qpdf_oh_get_key(q, page, "/Contents"), all = qpdf_oh_new_array(q);

	qpdf_oh_append_item(q, all, add_stream(q, "<<>>", SPAN("q\n")));
	if (qpdf_oh_is_array(q, old))
		for (int i = 0; i < qpdf_oh_get_array_n_items(q, old); i++)
			qpdf_oh_append_item(q, all, qpdf_oh_get_array_item(q, old, i));
	else if (qpdf_oh_is_stream(q, old))
		qpdf_oh_append_item(q, all, old);
	strbuf_add_str(&ours, "\nQ\nq\n");
	strbuf_add_span(&ours, text);
	strbuf_add_str(&ours, "Q\n");
	qpdf_oh_append_item(q, all, add_stream(q, "<<>>", strbuf_span(&ours)));
	qpdf_oh_replace_key(q, page, "/Contents", all);
}

/* The page's own copy of its resources, with the font: the old one may be others' too. */
static void
add_resource(qpdf_data q, qpdf_oh page, qpdf_oh font)
{
	static const char *const parts[] = { "/Resources", "/Font" };
	qpdf_oh owner = page;

	for (int i = 0; i < 2; i++) {
		qpdf_oh old = qpdf_oh_get_key(q, owner, parts[i]);
		qpdf_oh fresh = qpdf_oh_new_dictionary(q);

		if (qpdf_oh_is_dictionary(q, old)) {
			qpdf_oh_begin_dict_key_iter(q, old);
			while (qpdf_oh_dict_more_keys(q)) {
				const char *key = qpdf_oh_dict_next_key(q);

				qpdf_oh_replace_key(q, fresh, key, qpdf_oh_get_key(q, old, key));
			}
		}
		qpdf_oh_replace_key(q, owner, parts[i], fresh);
		owner = fresh;
	}
	qpdf_oh_replace_key(q, owner, "/TtInv", font);
}

/* already: the quarter turns by hand that the page's /Rotate holds since it was cut out. */
static enum status
overlay(struct export *e, qpdf_data q, qpdf_oh page, size_t i, unsigned already, qpdf_oh font,
    struct err *err)
{
	owned(words_freep) struct words *words = NULL;
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	unsigned before = rotation(q, page), turn, shown;
	struct export_box box;
	enum status st = export_words(e, i, &words, err);

	if (st != ST_OK)
		return st;
	/* The way the text runs: the page's own turn and what the reader found on top of it. */
	turn = (before + 360 - already + (words != NULL ? words->rotation : 0)) % 360;
	shown = (turn + e->page[i].turn) % 360;
	if (shown != before)
		qpdf_oh_replace_key(q, page, "/Rotate", qpdf_oh_new_integer(q, shown));
	visible(q, page, &box);
	if (words != NULL && words->count > 0)
		export_text(words, &box, turn, &text);
	if (export_is_marked(e))
		export_mark_page(e, &box, shown, &text);
	if (text.len == 0)
		return ST_OK;
	wrap_contents(q, page, strbuf_span(&text));
	add_resource(q, page, font);
	return ST_OK;
}

static enum status
overlay_pages(struct export *e, qpdf_data q, bool cut, struct err *err)
{
	int pages = qpdf_get_num_pages(q);
	qpdf_oh font = add_font(q);
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < e->page_count; i++) {
		size_t at = cut ? i : e->page[i].number - 1;

		if (pages < 1 || at >= (size_t)pages)
			return fail(err, ST_CORRUPT, "the document has no page %zu", at + 1);
		st = overlay(e, q, qpdf_get_page_n(q, at), i, cut ? e->page[i].turn : 0, font, err);
	}
	return st;
}

enum status
export_searchable(struct export *e, enum ocr_reason *reason, struct err *err)
{
	qpdf_data source, cut = NULL;
	enum status st = export_open(e, &source, reason, err);

	if (st != ST_OK)
		return st;
	if (!e->what.whole)
		st = export_cut_pages(e, source, &cut, reason, err);
	else if (qpdf_push_inherited_attributes_to_page(source) & QPDF_ERRORS)
		st = fail(err, ST_CORRUPT, "the pages cannot be listed");
	if (st == ST_OK)
		st = overlay_pages(e, cut != NULL ? cut : source, cut != NULL, err);
	if (st == ST_OK)
		st = export_write(e, cut != NULL ? cut : source, reason, err);
	if (cut != NULL)
		qpdf_cleanup(&cut);
	qpdf_cleanup(&source);
	return st;
}

enum status
export_mark_pages(struct export *e, qpdf_data q, struct err *err)
{
	int pages = qpdf_get_num_pages(q);
	qpdf_oh font = add_font(q);
	struct export_box box;

	if (pages < 1)
		return fail(err, ST_CORRUPT, "the document has no page");
	for (int i = 0; i < pages; i++) {
		owned(strbuf_free) struct strbuf marks = STRBUF_INIT;
		qpdf_oh page = qpdf_get_page_n(q, (size_t)i);

		visible(q, page, &box);
		export_mark_page(e, &box, rotation(q, page), &marks);
		wrap_contents(q, page, strbuf_span(&marks));
		add_resource(q, page, font);
	}
	return ST_OK;
}
