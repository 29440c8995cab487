/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_QR_H
#define SERVER_QR_H
#include "err.h"
#include "strbuf.h"

/*
 * A QR code (ISO/IEC 18004, by libqrencode) as an SVG path: one square of side 1 for each dark
 * module, runs of a row joined, in a field of *side x *side with the quiet zone of 4.  The page puts
 * it into <path d>, black on white.  ST_TOO_LARGE: the text does not fit any code.
 */
#define QR_QUIET 4
MUST_CHECK enum status qr_path(const char *text, struct strbuf *path, int *side, struct err *);

#endif
