/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PDF_IMAGE_H
#define PDF_IMAGE_H
#include <leptonica/allheaders.h>
#include <qpdf/qpdf-c.h>
#include <stdint.h>

#include "err.h"
#include "ocr_wire.h"
#include "strbuf.h"

struct picture; /* reader.h */

/*
 * Pixels of an image XObject from its stored stream, not rendered (ISO 32000-1 8.9.5, 7.4).
 * ST_UNSUPPORTED: something a renderer has to do (masks, JBIG2, palettes, odd colour).
 * ST_CORRUPT, ST_TOO_LARGE with *reason.
 */
enum status pdf_image_decode(qpdf_data, qpdf_oh image, uint64_t pixels, struct picture *,
    enum ocr_reason *reason, struct err *);

/* Parameters of CCITTFaxDecode (7.4.6). */
struct pdf_fax {
	int k;
	uint32_t columns, rows;
	bool aligned;  /* EncodedByteAlign */
	bool inverted; /* black runs show white */
};

/* A TIFF of one strip around a fax stream.  false: no TIFF can say it. */
bool pdf_fax_wrap(const struct pdf_fax *, struct span stream, struct strbuf *tiff);

#endif
