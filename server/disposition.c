/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>

#include "disposition.h"

/* attr-char of RFC 8187 3.2.1 */
static bool
attr_char(unsigned char c)
{
	return c < 0x80 && (isalnum(c) || (c && strchr("!#$&+-.^_`|~", c)));
}

void
disposition_attachment(struct span name, struct strbuf *out)
{
	strbuf_add_str(out, "attachment; filename=\"");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		/* One underscore a character, not a byte; '%' confuses some clients (appendix D). */
		if ((c & 0xc0) != 0x80)
			strbuf_add_char(
			    out, c < ' ' || c > '~' || strchr("\"\\%/", c) ? '_' : (char)c);
	}
	strbuf_add_str(out, "\"; filename*=UTF-8''");
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (attr_char(c))
			strbuf_add_char(out, (char)c);
		else
			strbuf_addf(out, "%%%02X", c);
	}
}
