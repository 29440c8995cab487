/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PAGE_H
#define PAGE_H
#include "conf.h"
#include "derived.h"
#include "ocr_wire.h"
#include "record.h"

/*
 * Keeps a page result of the reader, whose bytes are not trusted: the word table must be one, the
 * image must begin like its type.  The words are
 * brought into the order of reading (order.h).  Words, image and note (how it was read) are durable in the spool
 * when it returns, as entry no; *row is then the page's row but for its number, with its marks,
 * strings in the arena.  A code that conf names, or a blank page where conf says so, makes the page
 * a separator.
 * ST_CORRUPT: the result is not valid; nothing was kept.  ST_FULL, ST_IO, ST_TOO_LARGE.
 */
MUST_CHECK enum status page_keep(struct derived *, const char *component, uint32_t no,
    const struct conf *, const struct ocr_page *, struct arena *, struct page *row, struct err *);
#endif
