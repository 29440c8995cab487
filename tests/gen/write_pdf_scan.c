/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PDF as a scanner's firmware makes it: one full-page DCT or CCITT stream a page, nothing else. */
#include <stdio.h>
#include <stdlib.h>

#include "output.h"

#define PAGES_MAX 512

/* Objects are written in order of number, so their offsets are a list. */
struct pdf {
	struct strbuf out;
	size_t offset[3 * PAGES_MAX + 3];
	int objects;
};

static void
object_begin(struct pdf *pdf)
{
	pdf->offset[pdf->objects++] = pdf->out.len;
	strbuf_addf(&pdf->out, "%d 0 obj\n", pdf->objects);
}

static void
stream_add(struct pdf *pdf, const void *data, size_t n)
{
	strbuf_add_str(&pdf->out, "stream\n");
	strbuf_add(&pdf->out, data, n);
	strbuf_add_str(&pdf->out, "\nendstream\nendobj\n");
}

static void
image_dictionary(struct pdf *pdf, const L_COMP_DATA *image)
{
	strbuf_addf(&pdf->out,
	    "<< /Type /XObject /Subtype /Image /Width %d /Height %d /Length %zu ", image->w,
	    image->h, image->nbytescomp);
	if (image->type == L_G4_ENCODE)
		strbuf_addf(&pdf->out,
		    "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode\n"
		    "/DecodeParms << /K -1 /Columns %d /Rows %d /BlackIs1 %s >> >>\n",
		    image->w, image->h, image->minisblack ? "true" : "false");
	else
		strbuf_addf(&pdf->out,
		    "/ColorSpace /Device%s /BitsPerComponent 8 /Filter /DCTDecode >>\n",
		    image->spp == 1 ? "Gray" : "RGB");
}

/* Image, content and page: objects 3i+3, 3i+4, 3i+5. */
static void
page_add(struct pdf *pdf, const L_COMP_DATA *image)
{
	owned(strbuf_free) struct strbuf content = STRBUF_INIT;
	double w = image->w * 72.0 / image->res, h = image->h * 72.0 / image->res;

	object_begin(pdf);
	image_dictionary(pdf, image);
	stream_add(pdf, image->datacomp, image->nbytescomp);
	strbuf_addf(&content, "q %.3f 0 0 %.3f 0 0 cm /Im0 Do Q", w, h);
	object_begin(pdf);
	strbuf_addf(&pdf->out, "<< /Length %zu >>\n", content.len);
	stream_add(pdf, content.buf, content.len);
	object_begin(pdf);
	strbuf_addf(&pdf->out,
	    "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 %.3f %.3f ] /Contents %d 0 R\n"
	    "/Resources << /XObject << /Im0 %d 0 R >> >> >>\nendobj\n",
	    w, h, pdf->objects - 1, pdf->objects - 2);
}

static void
pdf_begin(struct pdf *pdf, size_t pages)
{
	size_t i;

	/* Four high bytes tell transfer programs that the file is binary (ISO 32000-1 7.5.2). */
	strbuf_add_str(&pdf->out, "%PDF-1.5\n%\xe2\xe3\xcf\xd3\n");
	object_begin(pdf);
	strbuf_add_str(&pdf->out, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
	object_begin(pdf);
	strbuf_add_str(&pdf->out, "<< /Type /Pages /Kids [");
	for (i = 0; i < pages; i++)
		strbuf_addf(&pdf->out, " %zu 0 R", 3 * i + 5);
	strbuf_addf(&pdf->out, " ] /Count %zu >>\nendobj\n", pages);
}

static void
pdf_end(struct pdf *pdf)
{
	size_t at = pdf->out.len;
	int i;

	strbuf_addf(&pdf->out, "xref\n0 %d\n0000000000 65535 f \n", pdf->objects + 1);
	for (i = 0; i < pdf->objects; i++)
		strbuf_addf(&pdf->out, "%010zu 00000 n \n", pdf->offset[i]);
	strbuf_addf(&pdf->out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n",
	    pdf->objects + 1, at);
}

enum status
write_pdf_scan(const struct format *format, const struct order *order, const struct document *d,
    const struct sheets *sheets, PIX **pix, PangoContext *context, const char *path,
    struct err *err)
{
	struct pdf *pdf;
	L_COMP_DATA *image;
	enum status st = ST_OK;
	size_t i;

	(void)format;
	(void)d;
	(void)context;
	if (sheets->n > PAGES_MAX)
		return fail(err, ST_TOO_LARGE, "write %s: more than %d pages", path, PAGES_MAX);
	pdf = xcalloc(1, sizeof(*pdf));
	strbuf_init(&pdf->out);
	pdf_begin(pdf, sheets->n);
	for (i = 0; i < sheets->n && st == ST_OK; i++) {
		if (pixGenerateCIData(pix[i],
			pixGetDepth(pix[i]) == 1 ? L_G4_ENCODE : L_JPEG_ENCODE,
			order->state->quality, 0, &image) != 0) {
			st = fail(err, ST_INTERNAL, "encode page %zu of %s", i + 1, path);
			break;
		}
		page_add(pdf, image);
		l_CIDataDestroy(&image);
	}
	pdf_end(pdf);
	if (st == ST_OK)
		st = file_write(path, pdf->out.buf, pdf->out.len, err);
	strbuf_free(&pdf->out);
	free(pdf);
	return st;
}
