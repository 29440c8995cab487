/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GARBLED_H
#define GARBLED_H
#include "prepare.h"

/*
 * A second look at stretches that read as nonsense.  The columns of a header seldom stand on one
 * baseline; tesseract makes one line of both rows all the same, cuts the letters of the shorter one in
 * half and reads "SH HO CỤ ÓIEU" for "Số: 03/BB-QLLH".  Each such stretch is read again by itself, and
 * takes the place of the old one when it reads well.
 *
 * *ws is replaced when any did; *mended counts them.  ST_TIMEOUT when the deadline passes, ST_LIMIT,
 * with *ws as it was.
 */
enum status garbled_read(const struct engine *, const struct prepared *in, int64_t deadline_us,
    struct words **ws, unsigned *mended, struct err *);

#endif
