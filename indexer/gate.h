/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATE_H
#define GATE_H
#include "layout.h"

/*
 * Secret marks (Luật Bảo vệ bí mật nhà nước 2018, art. 8): a page that shows
 * one sends its record into quarantine before the index sees it.  The mark is a
 * stamp of capitals that stands alone near the top; "bảo mật", "MẬT ONG" or
 * "CỤC MẬT MÃ" are none.  In doubt it says yes: an archivist looks at it and
 * releases it.
 */
enum gate_mark { GATE_NONE, GATE_MAT, GATE_TOI_MAT, GATE_TUYET_MAT, GATE_MARK_COUNT };

/* The gravest mark that the page shows. */
enum gate_mark gate_look(const struct layout *);
/* What a framed or red stamp says, as it was read; GATE_NONE when it is none of
 * the marks. */
enum gate_mark gate_stamp(const char *text);
/* "TỐI MẬT"; "" of GATE_NONE. */
const char *gate_mark_name(enum gate_mark);
#endif
