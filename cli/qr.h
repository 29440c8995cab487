/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef QR_H
#define QR_H
#include "err.h"
#include "strbuf.h"

/*
 * An SVG sheet (A4) with the text as a QR code and in letters below it, to be printed and filed.
 * ST_TOO_LARGE: more than a QR code of this size holds (about 2 KiB).
 */
MUST_CHECK enum status qr_sheet(const char *text, struct strbuf *svg, struct err *);

#endif
