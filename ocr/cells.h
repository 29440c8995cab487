/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CELLS_H
#define CELLS_H
#include "prepare.h"

/*
 * The tables between ruling lines (two masks of one size, 1 bit): one array of cells each, row by row
 * and from left to right, tables from the top down.  The caller's; empty when the lines enclose no
 * cells, NULL: no memory.
 */
BOXAA *cells_find(PIX *across, PIX *down);
/*
 * Puts the words of tables (replaced) into the order of their cells: what stands above a table, its rows,
 * what follows.  A row is one line of text unless one of its cells has several.  scale: pixels of the
 * masks per pixel of the worked image.  ST_LIMIT.
 */
enum status cells_order(
    const struct prepared *in, double scale, BOXAA *tables, struct words **, struct err *);

#endif
