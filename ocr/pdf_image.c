/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pdf_image.h"

#include <stdlib.h>
#include <string.h>

#include "reader.h"

struct image {
	qpdf_data q;
	qpdf_oh stream, dict;
	uint32_t width, height, bits;
	unsigned components; /* 1 or 3; 0 = the stream says itself */
	bool inverted;	     /* Decode [1 0] */
};

static enum status
render_instead(struct err *err, const char *why)
{
	return fail(err, ST_UNSUPPORTED, "image needs rendering: %s", why);
}

static enum status
broken(enum ocr_reason *reason, struct err *err, const char *what)
{
	*reason = OCR_REASON_DAMAGED;
	return fail(err, ST_CORRUPT, "PDF image: %s", what);
}

static uint32_t
whole(const struct image *im, const char *key)
{
	qpdf_oh v = qpdf_oh_get_key(im->q, im->dict, key);
	long long n = qpdf_oh_is_integer(im->q, v) ? qpdf_oh_get_int_value(im->q, v) : 0;

	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* Number of components of a plain colour space; 0 when it is none. */
static unsigned
components(qpdf_data q, qpdf_oh space)
{
	qpdf_oh n;

	if (qpdf_oh_is_name_and_equals(q, space, "/DeviceGray"))
		return 1;
	if (qpdf_oh_is_name_and_equals(q, space, "/DeviceRGB"))
		return 3;
	if (!qpdf_oh_is_array(q, space) || qpdf_oh_get_array_n_items(q, space) < 2)
		return 0;
	if (qpdf_oh_is_name_and_equals(q, qpdf_oh_get_array_item(q, space, 0), "/CalGray"))
		return 1;
	if (qpdf_oh_is_name_and_equals(q, qpdf_oh_get_array_item(q, space, 0), "/CalRGB"))
		return 3;
	if (!qpdf_oh_is_name_and_equals(q, qpdf_oh_get_array_item(q, space, 0), "/ICCBased"))
		return 0;
	n = qpdf_oh_get_array_item(q, space, 1);
	n = qpdf_oh_is_stream(q, n) ? qpdf_oh_get_key(q, qpdf_oh_get_dict(q, n), "/N") : n;
	if (!qpdf_oh_is_integer(q, n))
		return 0;
	return qpdf_oh_get_int_value(q, n) == 1 ? 1 : qpdf_oh_get_int_value(q, n) == 3 ? 3 : 0;
}

/* Decode is absent, the identity, or (for one component) its inverse. */
static enum status
read_decode(struct image *im, struct err *err)
{
	qpdf_oh array = qpdf_oh_get_key(im->q, im->dict, "/Decode");
	unsigned i, n = im->components > 0 ? im->components : 1;
	double low, high;

	if (!qpdf_oh_is_array(im->q, array))
		return ST_OK;
	for (i = 0; i < n; i++) {
		low = qpdf_oh_get_numeric_value(
		    im->q, qpdf_oh_get_array_item(im->q, array, (int)(2 * i)));
		high = qpdf_oh_get_numeric_value(
		    im->q, qpdf_oh_get_array_item(im->q, array, (int)(2 * i + 1)));
		if (low == 1 && high == 0 && n == 1)
			im->inverted = true;
		else if (low != 0 || high != 1)
			return render_instead(err, "Decode");
	}
	return ST_OK;
}

static enum status
read_dictionary(struct image *im, uint64_t pixels, enum ocr_reason *reason, struct err *err)
{
	qpdf_oh space = qpdf_oh_get_key(im->q, im->dict, "/ColorSpace");
	qpdf_oh mask = qpdf_oh_get_key(im->q, im->dict, "/ImageMask");

	im->width = whole(im, "/Width");
	im->height = whole(im, "/Height");
	im->bits = whole(im, "/BitsPerComponent");
	if (im->width == 0 || im->height == 0)
		return broken(reason, err, "no size");
	if ((uint64_t)im->width * im->height > pixels) {
		*reason = OCR_REASON_TOO_MANY_PIXELS;
		return fail(err, ST_TOO_LARGE, "image of %u x %u pixels", im->width, im->height);
	}
	if (qpdf_oh_has_key(im->q, im->dict, "/SMask") || qpdf_oh_has_key(im->q, im->dict, "/Mask"))
		return render_instead(err, "mask");
	if (qpdf_oh_is_bool(im->q, mask) && qpdf_oh_get_bool_value(im->q, mask))
		return render_instead(err, "stencil");
	im->components = components(im->q, space);
	if (im->components == 0 && !qpdf_oh_is_null(im->q, space))
		return render_instead(err, "colour space");
	return read_decode(im, err);
}

/* ---- streams ---- */

static enum status
stream_bytes(const struct image *im, enum qpdf_stream_decode_level_e level, unsigned char **data,
    size_t *n, enum ocr_reason *reason, struct err *err)
{
	QPDF_BOOL filtered = QPDF_FALSE;

	*data = NULL;
	*n = 0;
	if (qpdf_oh_get_stream_data(im->q, im->stream, level, &filtered, data, n) != QPDF_SUCCESS ||
	    *data == NULL || *n == 0)
		return broken(reason, err, "empty stream");
	if (level != qpdf_dl_none && !filtered)
		return render_instead(err, "filter");
	return ST_OK;
}

/* JPEG and JPEG 2000 come out as they are. */
static enum status
decode_whole(
    struct image *im, uint64_t pixels, struct picture *p, enum ocr_reason *reason, struct err *err)
{
	unsigned char *data;
	enum status st;
	size_t n;

	if (im->inverted)
		return render_instead(err, "inverted");
	st = stream_bytes(im, qpdf_dl_none, &data, &n, reason, err);
	if (st == ST_OK)
		st = image_decode(span_make((char *)data, n), pixels, p, reason, err);
	free(data);
	return st;
}

static enum status
decode_jpeg(
    struct image *im, uint64_t pixels, struct picture *p, enum ocr_reason *reason, struct err *err)
{
	/* Four inks need the renderer's colour management. */
	return im->components == 0 ? render_instead(err, "JPEG colour")
				   : decode_whole(im, pixels, p, reason, err);
}

static void
put(struct strbuf *out, uint32_t v, unsigned bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		strbuf_add_char(out, (char)v);
}

static void
put_entry(struct strbuf *out, uint16_t tag, uint16_t type, uint32_t value)
{
	put(out, tag, 2);
	put(out, type, 2);
	put(out, 1, 4);
	put(out, value, 4); /* little endian: a short sits in the low half */
}

#define TIFF_SHORT 3
#define TIFF_LONG 4
#define TIFF_G3 3
#define TIFF_G4 4
#define TIFF_ENTRIES 9

bool
pdf_fax_wrap(const struct pdf_fax *f, struct span stream, struct strbuf *out)
{
	uint32_t data = 8 + 2 + TIFF_ENTRIES * 12 + 4;

	if (f->aligned || stream.n > UINT32_MAX - data)
		return false;
	strbuf_add(out, "II*\0", 4);
	put(out, 8, 4);
	put(out, TIFF_ENTRIES, 2);
	put_entry(out, 256, TIFF_LONG, f->columns);
	put_entry(out, 257, TIFF_LONG, f->rows);
	put_entry(out, 258, TIFF_SHORT, 1);
	put_entry(out, 259, TIFF_SHORT, f->k < 0 ? TIFF_G4 : TIFF_G3);
	put_entry(out, 262, TIFF_SHORT, f->inverted ? 1 : 0);
	put_entry(out, 273, TIFF_LONG, data);
	put_entry(out, 278, TIFF_LONG, f->rows);
	put_entry(out, 279, TIFF_LONG, (uint32_t)stream.n);
	/* T4Options bit 0: two-dimensional; T6Options has none of ours. */
	put_entry(out, f->k < 0 ? 293 : 292, TIFF_LONG, f->k > 0 ? 1 : 0);
	put(out, 0, 4);
	strbuf_add_span(out, stream);
	return true;
}

static qpdf_oh
parameters(const struct image *im)
{
	qpdf_oh p = qpdf_oh_get_key(im->q, im->dict, "/DecodeParms");

	return qpdf_oh_is_array(im->q, p) && qpdf_oh_get_array_n_items(im->q, p) > 0
	    ? qpdf_oh_get_array_item(im->q, p, 0)
	    : p;
}

static void
read_fax(const struct image *im, struct pdf_fax *f)
{
	qpdf_oh p = parameters(im), k = qpdf_oh_get_key_if_dict(im->q, p, "/K");
	qpdf_oh columns = qpdf_oh_get_key_if_dict(im->q, p, "/Columns");
	qpdf_oh aligned = qpdf_oh_get_key_if_dict(im->q, p, "/EncodedByteAlign");
	qpdf_oh black = qpdf_oh_get_key_if_dict(im->q, p, "/BlackIs1");

	f->k = qpdf_oh_is_integer(im->q, k) ? qpdf_oh_get_int_value_as_int(im->q, k) : 0;
	f->columns = qpdf_oh_is_integer(im->q, columns)
	    ? qpdf_oh_get_uint_value_as_uint(im->q, columns)
	    : 1728;
	f->rows = im->height;
	f->aligned = qpdf_oh_is_bool(im->q, aligned) && qpdf_oh_get_bool_value(im->q, aligned);
	f->inverted = qpdf_oh_is_bool(im->q, black) && qpdf_oh_get_bool_value(im->q, black);
	f->inverted = f->inverted != im->inverted;
}

static enum status
decode_fax(
    struct image *im, uint64_t pixels, struct picture *p, enum ocr_reason *reason, struct err *err)
{
	owned(strbuf_free) struct strbuf tiff = STRBUF_INIT;
	unsigned char *data;
	struct pdf_fax f;
	enum status st;
	size_t n;

	read_fax(im, &f);
	if (f.columns != im->width)
		return render_instead(err, "fax columns");
	st = stream_bytes(im, qpdf_dl_none, &data, &n, reason, err);
	if (st == ST_OK && !pdf_fax_wrap(&f, span_make((char *)data, n), &tiff))
		st = render_instead(err, "fax coding");
	if (st == ST_OK)
		st = image_decode(strbuf_span(&tiff), pixels, p, reason, err);
	free(data);
	return st;
}

/* One row of samples into leptonica's words. */
static void
copy_row(const struct image *im, const unsigned char *row, l_uint32 *line)
{
	uint32_t x;

	for (x = 0; x < im->width; x++) {
		if (im->components == 3)
			line[x] = (l_uint32)row[3 * x] << 24 | (l_uint32)row[3 * x + 1] << 16 |
			    (l_uint32)row[3 * x + 2] << 8;
		else if (im->bits == 8)
			SET_DATA_BYTE(line, x, row[x]);
		else if ((row[x / 8] >> (7 - x % 8) & 1) == 0)
			SET_DATA_BIT(line, x); /* leptonica: 1 is black; DeviceGray: 0 is black */
	}
}

static enum status
decode_samples(
    struct image *im, uint64_t pixels, struct picture *p, enum ocr_reason *reason, struct err *err)
{
	uint64_t stride = ((uint64_t)im->width * im->components * im->bits + 7) / 8;
	unsigned char *data;
	enum status st;
	uint32_t y;
	size_t n;

	(void)pixels;
	if (im->components == 0 || (im->bits != 8 && (im->bits != 1 || im->components != 1)))
		return render_instead(err, "sample depth");
	st = stream_bytes(im, qpdf_dl_generalized, &data, &n, reason, err);
	if (st == ST_OK && n < stride * im->height)
		st = broken(reason, err, "samples are missing");
	if (st == ST_OK) {
		p->pix = pixCreate((l_int32)im->width, (l_int32)im->height,
		    im->bits == 1	      ? 1
			: im->components == 3 ? 32
					      : 8);
		for (y = 0; p->pix != NULL && y < im->height; y++)
			copy_row(im, data + y * stride,
			    pixGetData(p->pix) + (size_t)y * (size_t)pixGetWpl(p->pix));
		if (p->pix == NULL)
			st = broken(reason, err, "no memory");
		else if (im->inverted)
			(void)pixInvert(p->pix, p->pix);
	}
	free(data);
	return st;
}

typedef enum status (*decode_fn)(
    struct image *, uint64_t, struct picture *, enum ocr_reason *, struct err *);

static const struct {
	const char *filter;
	decode_fn decode;
} filters[] = {
	{ "/DCTDecode", decode_jpeg },
	{ "/CCITTFaxDecode", decode_fax },
	{ "/FlateDecode", decode_samples },
	{ "/LZWDecode", decode_samples },
	{ "/JPXDecode", decode_whole },
};

enum status
pdf_image_decode(qpdf_data q, qpdf_oh stream, uint64_t pixels, struct picture *p,
    enum ocr_reason *reason, struct err *err)
{
	struct image im = { .q = q, .stream = stream, .dict = qpdf_oh_get_dict(q, stream) };
	qpdf_oh filter = qpdf_oh_get_key(q, im.dict, "/Filter");
	enum status st;
	size_t i;

	p->pix = p->look = NULL;
	if ((st = read_dictionary(&im, pixels, reason, err)) != ST_OK)
		return st;
	if (qpdf_oh_is_array(q, filter) && qpdf_oh_get_array_n_items(q, filter) == 1)
		filter = qpdf_oh_get_array_item(q, filter, 0);
	for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		if (qpdf_oh_is_name_and_equals(q, filter, filters[i].filter))
			return filters[i].decode(&im, pixels, p, reason, err);
	return render_instead(err, "filter");
}
