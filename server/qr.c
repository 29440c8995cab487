/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qr.h"

#include <qrencode.h>

static void
add_row(const unsigned char *row, int width, int y, struct strbuf *path)
{
	for (int x = 0; x < width; x++) {
		int from = x;

		while (x < width && (row[x] & 1))
			x++;
		if (x > from)
			strbuf_addf(path, "M%d %dh%dv1h-%dz", from + QR_QUIET, y + QR_QUIET,
			    x - from, x - from);
	}
}

enum status
qr_path(const char *text, struct strbuf *path, int *side, struct err *err)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);

	if (!code)
		return errno == ERANGE ? fail(err, ST_TOO_LARGE, "too much for a QR code")
				       : fail_sys(err, "make a QR code");
	for (int y = 0; y < code->width; y++)
		add_row(code->data + (size_t)y * (size_t)code->width, code->width, y, path);
	*side = code->width + 2 * QR_QUIET;
	QRcode_free(code);
	return ST_OK;
}
