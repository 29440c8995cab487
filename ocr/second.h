/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SECOND_H
#define SECOND_H
#include "prepare.h"

/*
 * A second opinion on words that a person may have to look at.  It never changes a word: its votes cost
 * as many right words as they saved (reader.md section 5).  Where it reads otherwise, the word is
 * WORD_DISPUTED.
 *
 * Only lines with a doubtful word are read again, each by itself: of the head and the foot of a first
 * page, where number, date, issuer and signer stand, or of a whole page that reads badly.
 * *lines and *disputed count for the provenance.  ST_TIMEOUT.
 */
enum status second_read(const struct engine *, const struct prepared *in, bool whole,
    int64_t deadline_us, struct words *ws, unsigned *lines, unsigned *disputed, struct err *);

/*
 * weak.c: what belongs on the review list, from confidences and disputes.  bits: the page was scanned
 * with one bit a pixel.
 */
void weak_mark(struct words *ws, bool bits);
/* Below this confidence the word is doubtful: it differs by what its letters are easily taken for. */
unsigned weak_limit(struct span word, bool bits);

#endif
