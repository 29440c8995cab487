/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SPECK_H
#define SPECK_H
#include "words.h"

/*
 * Takes out words that are specks of the paper and tails of the letters above: a lone dot, accent or
 * underscore that the reader was not sure of, and at the end of a line a dash that is no dash.  They break
 * phrases ("quản lý - giá dịch vụ") and stand in subjects.  Blanks of a form (three dots or underscores and
 * more) stay, and what begins a line and has the shape of a dash is the dash of a list.  *ws is replaced
 * when there were any; *changed counts them.  ST_LIMIT, with *ws as it was.
 */
enum status speck_mend(struct words **ws, unsigned *changed, struct err *);

#endif
