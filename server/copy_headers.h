/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_COPY_HEADERS_H
#define SERVER_COPY_HEADERS_H
#include "copy_mark.h"
#include "request.h"

/*
 * What a copy says about itself beside its bytes (records.md 4, 57): Tangthu-Copy names who took it
 * and when; Tangthu-Mark: HET-HIEU-LUC is of a procedure that is not in force any more.
 */
void answer_copy_mark(struct request *, const struct copy_mark *);

#endif
