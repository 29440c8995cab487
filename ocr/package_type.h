/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_PACKAGE_TYPE_H
#define OCR_PACKAGE_TYPE_H

/* Types of documents by typeName of TT 05/2025; apart, as record.h and reader.h share names. */

/* The code of ours for "01".."32" or a name; NULL: unknown. */
const char *package_type_code(const char *text);
/* typeName of a code of ours; NULL: unknown. */
const char *package_type_exchange(const char *code);

#endif
