/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_COMPOSE_H
#define GEN_COMPOSE_H
#include "document.h"

/* Parts that most kinds share. */

/* n paragraphs of one phrase in one style. */
void add_several(struct document *, enum style, const char *format, int n);
/* lo..hi, stretched by the document's appetite. */
int some(struct document *, int lo, int hi);
/* Kính gửi: one to three. */
void add_addressees(struct document *);
/* Nơi nhận with its first and last lines. */
void add_recipients(struct document *, const char *first);

#endif
