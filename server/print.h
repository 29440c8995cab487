/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_PRINT_H
#define SERVER_PRINT_H
#include "element.h"
#include "request.h"

/*
 * In the export pool: answers with the PDF of a sheet (sheet.h), made by a tangthu-ocr of its own; name is
 * the file's, for saving.  The transaction of the request is not held open meanwhile.  As sheet_pdf.
 */
MUST_CHECK enum status print_sheet(
    struct request *, const struct element *sheet, const char *name, struct err *);

#endif
