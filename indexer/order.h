/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ORDER_H
#define ORDER_H
#include "words.h"

/*
 * The words of a page in the order in which a person reads them, so that a phrase of the page is a
 * phrase of its text: marks above the header, its left column (issuer, number, V/v), its right one
 * (motto, place, date), the body as the reader has it, and of a two-column foot first the recipients,
 * then the signature.  Each of these is a block of its own.  Every word stays, none is altered.
 *
 * A new table, the caller's.  Pages without boxes, header and foot come back in their own order.
 */
struct words *order_words(const struct words *);
#endif
