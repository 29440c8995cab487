/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GEN_CODE_H
#define GEN_CODE_H
#include <cairo.h>

/* Bar codes as a label printer makes them. */
enum code_kind { CODE_NONE, CODE_QR, CODE_128, CODE_39, CODE_KIND_COUNT };

struct code {
	enum code_kind kind;
	const char *text; /* ASCII; Code 39 takes capitals, digits and -. $/+% */
};

/* "qr", "code128", "code39"; "" of CODE_NONE. */
const char *code_name(enum code_kind);
/* In a white box of w x h points at x, y with its quiet zone; a linear code with its text below. */
void code_draw(const struct code *, cairo_t *, double x, double y, double w, double h);
#endif
