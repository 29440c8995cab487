/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "export.h"

#include <math.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "base.h"
#include "pdf.h"

/*
 * PDF/A-2b (ISO 19005-2) of scanned pages, written by hand: an image a page, invisible text over
 * it, one embedded font, an output intent, XMP, a trailer ID; no encryption, no script, no
 * transparency, nothing that depends on a device's colours.  Objects go out as they are made, so
 * memory holds one page.
 */
enum object {
	OBJECT_CATALOG = 1,
	OBJECT_PAGES,
	OBJECT_XMP,
	OBJECT_ICC,
	OBJECT_FONT,
	OBJECT_CID_FONT,
	OBJECT_DESCRIPTOR,
	OBJECT_FONT_FILE,
	OBJECT_CID_MAP,
	OBJECT_UNICODE,
	OBJECT_FIRST_PAGE /* then page, content, image of each */
};
#define PER_PAGE 3
#define JPEG_QUALITY 85
#define DPI_RENDER 200
#define SIDE_MAX 14000.0 /* points (ISO 32000-1 annex C) */

struct writer {
	struct export *e;
	EVP_MD_CTX *hash;
	uint64_t at;
	uint64_t *offset;		 /* of object i */
	struct pdf_structure *structure; /* of a PDF, for its own JPEGs; or NULL */
	size_t objects;
};

static void
emit(struct writer *w, const void *p, size_t n)
{
	(void)EVP_DigestUpdate(w->hash, p, n);
	w->at += n;
	export_put(w->e, p, n);
}

static void PRINTF(2, 3) emitf(struct writer *w, const char *fmt, ...)
{
	owned(strbuf_free) struct strbuf b = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	emit(w, b.buf, b.len);
}

static void
begin_object(struct writer *w, size_t id)
{
	w->offset[id] = w->at;
	emitf(w, "%zu 0 obj\n", id);
}

static void
emit_stream(struct writer *w, size_t id, const char *entries, struct span data)
{
	begin_object(w, id);
	emitf(w, "<<%s /Length %zu>>\nstream\n", entries, data.n);
	emit(w, data.p, data.n);
	emitf(w, "\nendstream\nendobj\n");
}

/* Packed, with the filter named. */
static enum status
emit_packed(struct writer *w, size_t id, const char *entries, struct span data, struct err *err)
{
	owned(strbuf_free) struct strbuf packed = STRBUF_INIT, all = STRBUF_INIT;
	uLongf n = compressBound((uLong)data.n);

	strbuf_grow(&packed, n);
	if (compress2((Bytef *)packed.buf, &n, (const Bytef *)data.p, (uLong)data.n, 9) != Z_OK)
		return fail(err, ST_REFUSED, "out of memory");
	strbuf_addf(&all, "%s /Filter /FlateDecode", entries);
	emit_stream(w, id, all.buf, span_make(packed.buf, n));
	return ST_OK;
}

/* ---- the document ---- */

static void
add_xml(struct strbuf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '<')
			strbuf_add_str(out, "&lt;");
		else if (c == '>')
			strbuf_add_str(out, "&gt;");
		else if (c == '&')
			strbuf_add_str(out, "&amp;");
		else
			strbuf_add_char(out, c < ' ' ? ' ' : (char)c);
	}
}

static void
emit_xmp(struct writer *w)
{
	owned(strbuf_free) struct strbuf x = STRBUF_INIT;
	time_t t = (time_t)(w->e->what.created_us / 1000000);
	struct tm tm;
	char date[32];

	(void)gmtime_r(&t, &tm);
	(void)strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	strbuf_add_str(&x,
	    "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
	    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
	    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
	    "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n"
	    "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n"
	    "</rdf:Description>\n"
	    "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
	    "<dc:format>application/pdf</dc:format>\n"
	    "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
	add_xml(&x, w->e->what.title);
	strbuf_addf(&x,
	    "</rdf:li></rdf:Alt></dc:title>\n</rdf:Description>\n"
	    "<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\""
	    " xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
	    "<xmp:CreatorTool>Tàng Thư " TANGTHU_VERSION "</xmp:CreatorTool>\n"
	    "<xmp:CreateDate>%s</xmp:CreateDate>\n<xmp:ModifyDate>%s</xmp:ModifyDate>\n"
	    "<pdf:Producer>Tàng Thư " TANGTHU_VERSION "</pdf:Producer>\n"
	    "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>",
	    date, date);
	emit_stream(w, OBJECT_XMP, "/Type /Metadata /Subtype /XML", strbuf_span(&x));
}

static enum status
emit_font(struct writer *w, struct err *err)
{
	owned(strbuf_free) struct strbuf file = STRBUF_INIT, map = STRBUF_INIT, cmap = STRBUF_INIT;
	char length[64];
	enum status st;

	begin_object(w, OBJECT_FONT);
	emitf(w,
	    "<</Type /Font /Subtype /Type0 /BaseFont /GlyphLessFont /Encoding /Identity-H"
	    " /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>\nendobj\n",
	    OBJECT_CID_FONT, OBJECT_UNICODE);
	begin_object(w, OBJECT_CID_FONT);
	emitf(w,
	    "<</Type /Font /Subtype /CIDFontType2 /BaseFont /GlyphLessFont /CIDSystemInfo"
	    " <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> /DW 500"
	    " /FontDescriptor %d 0 R /CIDToGIDMap %d 0 R>>\nendobj\n",
	    OBJECT_DESCRIPTOR, OBJECT_CID_MAP);
	begin_object(w, OBJECT_DESCRIPTOR);
	emitf(w,
	    "<</Type /FontDescriptor /FontName /GlyphLessFont /Flags 5 /FontBBox [0 0 500 1000]"
	    " /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 800 /StemV 80"
	    " /FontFile2 %d 0 R>>\nendobj\n",
	    OBJECT_FONT_FILE);
	export_font_file(&file);
	export_font_cid_map(&map);
	export_font_to_unicode(&cmap);
	(void)snprintf(length, sizeof(length), "/Length1 %zu", file.len);
	if ((st = emit_packed(w, OBJECT_FONT_FILE, length, strbuf_span(&file), err)) != ST_OK ||
	    (st = emit_packed(w, OBJECT_CID_MAP, "", strbuf_span(&map), err)) != ST_OK)
		return st;
	return emit_packed(w, OBJECT_UNICODE, "", strbuf_span(&cmap), err);
}

static enum status
emit_head(struct writer *w, size_t pages, struct err *err)
{
	owned(strbuf_free) struct strbuf icc = STRBUF_INIT;
	enum status st;

	emitf(w, "%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n");
	begin_object(w, OBJECT_CATALOG);
	emitf(w,
	    "<</Type /Catalog /Pages %d 0 R /Metadata %d 0 R /Lang (vi) /OutputIntents"
	    " [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier"
	    " (sRGB IEC61966-2.1) /Info (sRGB) /RegistryName (http://www.color.org)"
	    " /DestOutputProfile %d 0 R>>]>>\nendobj\n",
	    OBJECT_PAGES, OBJECT_XMP, OBJECT_ICC);
	begin_object(w, OBJECT_PAGES);
	emitf(w, "<</Type /Pages /Count %zu /Kids [", pages);
	for (size_t i = 0; i < pages; i++)
		emitf(w, "%s%zu 0 R", i ? " " : "", OBJECT_FIRST_PAGE + PER_PAGE * i);
	emitf(w, "]>>\nendobj\n");
	emit_xmp(w);
	export_srgb_profile(&icc);
	if ((st = emit_packed(
		 w, OBJECT_ICC, "/N 3 /Alternate /DeviceRGB", strbuf_span(&icc), err)) != ST_OK)
		return st;
	return emit_font(w, err);
}

static void
emit_tail(struct writer *w)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char hex[2 * 16 + 1];
	uint64_t start = w->at;
	unsigned n;

	emitf(w, "xref\n0 %zu\n0000000000 65535 f \n", w->objects);
	for (size_t i = 1; i < w->objects; i++)
		emitf(w, "%010llu 00000 n \n", (unsigned long long)w->offset[i]);
	(void)EVP_DigestFinal_ex(w->hash, digest, &n);
	hex_encode(digest, 16, hex);
	(void)EVP_DigestInit_ex(w->hash, EVP_sha256(), NULL);
	emitf(w, "trailer\n<</Size %zu /Root %d 0 R /ID [<%s> <%s>]>>\nstartxref\n%llu\n%%%%EOF\n",
	    w->objects, OBJECT_CATALOG, hex, hex, (unsigned long long)start);
}

/* ---- a page ---- */

/* CCITT data of the one strip that leptonica writes (TIFF 6.0): the file is ours, little or big. */
static struct span
strip_of(const unsigned char *tiff, size_t n)
{
	bool little = n > 8 && tiff[0] == 'I';
	struct span none = { NULL, 0 };
	uint32_t at = 0, offset = 0, length = 0;
	unsigned entries;

#define U16(p) (little ? (unsigned)((p)[0] | (p)[1] << 8) : (unsigned)((p)[1] | (p)[0] << 8))
#define U32(p) \
	(little ? U16(p) | (uint32_t)U16((p) + 2) << 16 : U16((p) + 2) | (uint32_t)U16(p) << 16)
	if (n < 8 || (at = U32(tiff + 4)) > n - 2)
		return none;
	entries = U16(tiff + at);
	for (unsigned i = 0; i < entries && at + 2 + 12 * (i + 1) <= n; i++) {
		const unsigned char *entry = tiff + at + 2 + 12 * i;
		uint32_t value = U16(entry + 2) == 3 ? U16(entry + 8) : U32(entry + 8);

		if (U32(entry + 4) != 1)
			continue;
		if (U16(entry) == 273)
			offset = value;
		if (U16(entry) == 279)
			length = value;
	}
#undef U16
#undef U32
	if (length == 0 || offset > n || length > n - offset)
		return none;
	return span_make((const char *)tiff + offset, length);
}

static enum status
emit_bilevel(struct writer *w, size_t id, PIX *pix, struct err *err)
{
	l_uint8 *tiff = NULL;
	size_t n = 0;
	struct span strip;
	char entries[256];

	if (pixWriteMem(&tiff, &n, pix, IFF_TIFF_G4) != 0 || tiff == NULL)
		return fail(err, ST_REFUSED, "image cannot be packed");
	strip = strip_of(tiff, n);
	(void)snprintf(entries, sizeof(entries),
	    "/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray"
	    " /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms <</K -1 /Columns %d"
	    " /Rows %d>>",
	    pixGetWidth(pix), pixGetHeight(pix), pixGetWidth(pix), pixGetHeight(pix));
	if (strip.n > 0)
		emit_stream(w, id, entries, strip);
	lept_free(tiff);
	return strip.n > 0 ? ST_OK : fail(err, ST_INTERNAL, "TIFF without its strip");
}

/* A JPEG as it arrived: nothing is lost by packing it once more. */
struct jpeg {
	const unsigned char *p;
	size_t n;
	unsigned width, height, components;
	unsigned turn; /* degrees until it stands as the reader's picture of it */
};

/* Size and components from the frame header (T.81 B.2.2); false: not one that PDF/A takes. */
static bool
jpeg_head(struct jpeg *j)
{
	size_t at = 2;

	if (j->n < 4 || j->p[0] != 0xff || j->p[1] != 0xd8)
		return false;
	while (at + 9 < j->n && j->p[at] == 0xff) {
		unsigned marker = j->p[at + 1];
		size_t length = (size_t)j->p[at + 2] << 8 | j->p[at + 3];

		if (marker == 0xc0 || marker == 0xc1 || marker == 0xc2) {
			j->height = (unsigned)j->p[at + 5] << 8 | j->p[at + 6];
			j->width = (unsigned)j->p[at + 7] << 8 | j->p[at + 8];
			j->components = j->p[at + 9];
			return j->p[at + 4] == 8 && j->width > 0 && j->height > 0 &&
			    (j->components == 1 || j->components == 3);
		}
		if (marker == 0xda || length < 2)
			return false;
		at += 2 + length;
	}
	return false;
}

static void
emit_jpeg(struct writer *w, size_t id, const struct jpeg *j)
{
	char entries[256];

	(void)snprintf(entries, sizeof(entries),
	    "/Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace /Device%s"
	    " /BitsPerComponent 8 /Filter /DCTDecode",
	    j->width, j->height, j->components == 3 ? "RGB" : "Gray");
	emit_stream(w, id, entries, span_make((const char *)j->p, j->n));
}

static enum status
emit_image(struct writer *w, size_t id, PIX *pix, struct err *err)
{
	bool colour = pixGetDepth(pix) == 32;
	l_uint8 *jpeg = NULL;
	size_t n = 0;
	char entries[256];

	if (pixGetDepth(pix) == 1)
		return emit_bilevel(w, id, pix, err);
	if (pixWriteMemJpeg(&jpeg, &n, pix, JPEG_QUALITY, 0) != 0 || jpeg == NULL)
		return fail(err, ST_REFUSED, "image cannot be packed");
	(void)snprintf(entries, sizeof(entries),
	    "/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /Device%s"
	    " /BitsPerComponent 8 /Filter /DCTDecode",
	    pixGetWidth(pix), pixGetHeight(pix), colour ? "RGB" : "Gray");
	emit_stream(w, id, entries, span_make((const char *)jpeg, n));
	lept_free(jpeg);
	return ST_OK;
}

static enum status
emit_page(struct writer *w, size_t i, PIX *pix, const struct jpeg *jpeg, uint32_t dpi,
    const struct words *words, struct err *err)
{
	size_t id = OBJECT_FIRST_PAGE + PER_PAGE * i;
	owned(strbuf_free) struct strbuf content = STRBUF_INIT;
	double scale = 72.0 / (dpi ? dpi : 200);
	double wide = (jpeg != NULL ? jpeg->width : (unsigned)pixGetWidth(pix)) * scale;
	double high = (jpeg != NULL ? jpeg->height : (unsigned)pixGetHeight(pix)) * scale;
	double most = wide > high ? wide : high;
	struct export_box box = { 0, 0, 0, 0 };
	unsigned turn =
	    ((words != NULL ? words->rotation : 0) + (jpeg != NULL ? jpeg->turn : 0)) % 360;
	enum status st;

	if (most > SIDE_MAX) {
		wide *= SIDE_MAX / most;
		high *= SIDE_MAX / most;
	}
	box.right = wide;
	box.top = high;
	strbuf_addf(&content, "q %.4f 0 0 %.4f 0 0 cm /Im0 Do Q\n", wide, high);
	if (words != NULL)
		export_text(words, &box, turn, &content);
	if (export_is_marked(w->e))
		export_mark_page(w->e, &box, (turn + w->e->page[i].turn) % 360, &content);
	begin_object(w, id);
	emitf(w,
	    "<</Type /Page /Parent %d 0 R /MediaBox [0 0 %.4f %.4f] /Rotate %u /Resources"
	    " <</XObject <</Im0 %zu 0 R>> /Font <</TtInv %d 0 R>>>> /Contents %zu 0 R>>\nendobj\n",
	    OBJECT_PAGES, wide, high, (turn + w->e->page[i].turn) % 360, id + 2, OBJECT_FONT,
	    id + 1);
	if ((st = emit_packed(w, id + 1, "", strbuf_span(&content), err)) != ST_OK)
		return st;
	if (jpeg == NULL)
		return emit_image(w, id + 2, pix, err);
	emit_jpeg(w, id + 2, jpeg);
	return ST_OK;
}

/* The page's own JPEG, when the picture the reader made of it is that and nothing else. */
static bool
find_jpeg(struct writer *w, const struct page *p, unsigned char **taken, struct jpeg *jpeg)
{
	bool pdf = span_equal_str(w->e->what.mime, "application/pdf");
	struct pdf_page_facts facts;
	int turns = 0;

	memset(jpeg, 0, sizeof(*jpeg));
	if (p->source != OCR_SOURCE_IMAGE)
		return false;
	if (!pdf && !span_equal_str(w->e->what.mime, "image/jpeg"))
		return false;
	jpeg->p = (const unsigned char *)w->e->job.bytes.p;
	jpeg->n = w->e->job.bytes.n;
	if (pdf) {
		if (w->structure == NULL ||
		    pdf_structure_page(w->structure, p->number, &facts, NULL) != ST_OK ||
		    facts.images != 1 ||
		    pdf_structure_jpeg(w->structure, taken, &jpeg->n, &turns, NULL) != ST_OK)
			return false;
		jpeg->p = *taken;
		jpeg->turn = 90u * (unsigned)turns;
	}
	return jpeg_head(jpeg) &&
	    jpeg->width == (unsigned)(turns % 2 ? pixGetHeight(p->pix) : pixGetWidth(p->pix)) &&
	    jpeg->height == (unsigned)(turns % 2 ? pixGetWidth(p->pix) : pixGetHeight(p->pix));
}

static void
page_end(struct page *p)
{
	pixDestroy(&p->pix);
	words_free(p->words);
	strbuf_free(&p->provenance);
	strbuf_free(&p->image);
}

static enum status
copy_page(struct writer *w, const struct source *source, size_t i, bool text,
    enum ocr_reason *reason, struct err *err)
{
	owned(page_end) struct page p = { .number = w->e->page[i].number,
		.whole = true,
		.provenance = STRBUF_INIT,
		.image = STRBUF_INIT };
	owned(words_freep) struct words *words = NULL;
	owned(freep) unsigned char *taken = NULL;
	struct jpeg jpeg;
	enum status st;
	bool own;

	/* What the reader calls an image unless it says otherwise (job.c). */
	p.source = OCR_SOURCE_IMAGE;
	if (p.number > source->pages)
		return fail(err, ST_CORRUPT, "the document has no page %u", p.number);
	if ((st = source->page(&w->e->job, source->state, &p, reason, err)) != ST_OK)
		return st;
	if (p.pix == NULL)
		return fail(err, ST_UNSUPPORTED, "page %u has no image", p.number);
	if (text && (st = export_words(w->e, i, &words, err)) != ST_OK)
		return st;
	own = find_jpeg(w, &p, &taken, &jpeg);
	return emit_page(w, i, p.pix, own ? &jpeg : NULL, p.dpi, words, err);
}

static enum status
copy_pages(struct writer *w, const struct source *source, bool text, enum ocr_reason *reason,
    struct err *err)
{
	enum status st = emit_head(w, w->e->page_count, err);

	for (size_t i = 0; st == ST_OK && i < w->e->page_count; i++)
		st = copy_page(w, source, i, text, reason, err);
	if (st == ST_OK)
		emit_tail(w);
	return st;
}

enum status
export_archive(struct export *e, bool text, enum ocr_reason *reason, struct err *err)
{
	struct writer w = { .e = e, .hash = EVP_MD_CTX_new() };
	struct source source = { 0, NULL, NULL, NULL };
	struct pdf_facts facts = { 0 };
	enum ocr_reason ignored;
	owned(freep) char *mime = span_dup(e->what.mime);
	const struct format *format = format_lookup(mime);
	enum status st;

	e->job.format = format;
	if (format->open == NULL)
		return fail(err, ST_UNSUPPORTED, "no page images in %s", mime);
	if ((st = format->open(&e->job, &source, reason, err)) != ST_OK)
		return st;
	w.objects = OBJECT_FIRST_PAGE + PER_PAGE * e->page_count;
	w.offset = xcalloc(w.objects, sizeof(*w.offset));
	if (w.hash == NULL || EVP_DigestInit_ex(w.hash, EVP_sha256(), NULL) != 1)
		return fail(err, ST_REFUSED, "no digest");
	if (span_equal_str(e->what.mime, "application/pdf"))
		(void)pdf_structure_open(&w.structure, e->job.bytes, &facts, &ignored,
		    NULL); /* else it is packed anew */
	st = copy_pages(&w, &source, text, reason, err);
	pdf_structure_close(w.structure);
	free(w.offset);
	EVP_MD_CTX_free(w.hash);
	return st;
}
