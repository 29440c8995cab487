/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "reader.h"

/*
 * Every format and what is done with it.  The first row that fits counts; a mime that ends in
 * an asterisk is a prefix.  A format that is to be read gets an open function here and nowhere else.
 */
static const struct format formats[] = {
	{ "application/pdf", OCR_FAMILY_PDF, pdf_open, OCR_REASON_NONE },
	{ "image/tiff", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/jpeg", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/png", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/webp", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/jp2", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/gif", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/bmp", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/x-portable-*", OCR_FAMILY_IMAGE, image_open, OCR_REASON_NONE },
	{ "image/*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "text/html", OCR_FAMILY_HTML, html_open, OCR_REASON_NONE },
	{ "application/xhtml+xml", OCR_FAMILY_HTML, html_open, OCR_REASON_NONE },
	{ "message/*", OCR_FAMILY_MAIL, NULL, OCR_REASON_MAIL },
	{ "application/mbox", OCR_FAMILY_MAIL, NULL, OCR_REASON_MAIL },
	{ "application/vnd.ms-outlook*", OCR_FAMILY_MAIL, NULL, OCR_REASON_MAIL },
	{ "application/rtf", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "text/rtf", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "text/*", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/json", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/xml", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/msword", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/vnd.*", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/x-ole-storage", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/epub+zip", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/zip", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-executable", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-msdownload", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "audio/*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "video/*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "font/*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "*", OCR_FAMILY_UNKNOWN, NULL, OCR_REASON_UNKNOWN_FORMAT },
};

const struct format *
format_lookup(const char *mime)
{
	const struct format *f = formats;
	size_t n;

	for (;; f++) {
		n = strlen(f->mime);
		if (f->mime[n - 1] == '*' ? strncmp(mime, f->mime, n - 1) == 0
					  : strcmp(mime, f->mime) == 0)
			return f;
	}
}
