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
	{ "image/vnd.d*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA }, /* drawings: DWG, DXF */
	{ "image/*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_IMAGE_FORMAT },
	{ "model/*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "text/html", OCR_FAMILY_HTML, html_open, OCR_REASON_NONE },
	{ "application/xhtml+xml", OCR_FAMILY_HTML, html_open, OCR_REASON_NONE },
	{ "message/*", OCR_FAMILY_MAIL, NULL, OCR_REASON_MAIL },
	{ "application/mbox", OCR_FAMILY_MAIL, NULL, OCR_REASON_MAIL },
	{ "application/vnd.ms-outlook*", OCR_FAMILY_MAIL, NULL, OCR_REASON_MAIL },
	{ "application/rtf", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "text/rtf", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "text/*", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/json", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/x-ndjson", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/csv", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/xml", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/atom+xml", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/dita+xml", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/x-bat", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/javascript", OCR_FAMILY_TEXT, plain_open, OCR_REASON_NONE },
	{ "application/msword", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/onenote", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/postscript", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/epub+zip", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/x-mobipocket-ebook", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/x-mspublisher", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/x-ole-storage", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/x-hwp", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/vnd.ms-cab-compressed", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/vnd.rar", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/vnd.debian.binary-package", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/vnd.rn-realmedia", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "application/vnd.tcpdump.pcap", OCR_FAMILY_UNKNOWN, NULL, OCR_REASON_UNKNOWN_FORMAT },
	{ "application/vnd.java.hprof", OCR_FAMILY_UNKNOWN, NULL, OCR_REASON_UNKNOWN_FORMAT },
	{ "application/vnd.*", OCR_FAMILY_OFFICE, NULL, OCR_REASON_OFFICE },
	{ "application/zip", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/gzip", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/zstd", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-tar", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-7z-compressed", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-rar*", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-bzip2", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-xz", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-lzma", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-lz4*", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-lzip", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-compress*", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-snappy*", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-cpio", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-arj", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-archive", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-xar", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/x-iso9660-image", OCR_FAMILY_ARCHIVE, NULL, OCR_REASON_ARCHIVE },
	{ "application/java-archive", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-executable", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-pie-executable", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-sharedlib", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-object", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-mach-binary", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-msdownload", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-msi", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-java-applet", OCR_FAMILY_PROGRAM, NULL, OCR_REASON_PROGRAM },
	{ "application/x-shockwave-flash", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "application/x-font*", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
	{ "application/ogg", OCR_FAMILY_MEDIA, NULL, OCR_REASON_MEDIA },
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
