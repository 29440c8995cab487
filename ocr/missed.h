/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MISSED_H
#define MISSED_H
#include "prepare.h"

/*
 * A second look at letters that stand on the page and in no word: tesseract's layout drops what is
 * alone in a narrow cell or a margin (numbers of rows, page numbers).  Each such place is read by
 * itself as one line, and what reads surely goes into the table beside its neighbours.
 *
 * bits: the page at ANALYSIS_DPI, turned and straightened as in->pix, without ruling lines; boxes: of
 * the words that were read, in pixels of in->pix.  *added counts the new words.  *ws is replaced when
 * there are any.  ST_TIMEOUT when the deadline passes, with *ws as it was.
 */
enum status missed_read(const struct engine *, const struct prepared *in, PIX *bits, BOXA *boxes,
    int64_t deadline_us, struct words **ws, unsigned *added, struct err *);
/*
 * Where the number of a page may be on which nothing else stands, in the middle or at the right of its head
 * or foot: a leaf that bears one is no blank one.  bits as above, of dpi.  NULL: there is nothing of its
 * shape.  The caller's, in pixels of bits.
 */
BOXA *number_places(PIX *bits, double dpi);
/*
 * What can be read of it goes into the empty table ws (one digit alone is often not found).  in: not turned.
 * ST_TIMEOUT.
 */
enum status number_read(const struct engine *, const struct prepared *in, PIX *bits, BOXA *places,
    int64_t deadline_us, struct words *ws, struct err *);

#endif
