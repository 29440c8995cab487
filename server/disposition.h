/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SERVER_DISPOSITION_H
#define SERVER_DISPOSITION_H
#include "span.h"
#include "strbuf.h"

/*
 * Appends "attachment" with the name twice (RFC 6266 4.3, appendix D): filename in plain ASCII for
 * old clients, filename* in the coding of RFC 8187.  Nothing in a name can end the header.
 */
void disposition_attachment(struct span name, struct strbuf *out);

#endif
