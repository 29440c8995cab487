/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool held)
{
	if (!held)
		abort();
}

static void
check_token(struct span header)
{
	struct span text = token_of_header(header);

	if (text.n == 0)
		return;
	check(text.n == TOKEN_LEN && span_starts(text, SPAN(TOKEN_PREFIX)));
	check(text.p > header.p && text.p + text.n <= header.p + header.n);
	for (size_t i = 0; i < text.n; i++)
		check(isalnum((unsigned char)text.p[i]) || text.p[i] == '_' || text.p[i] == '-');
	check(strncasecmp(header.p, "bearer ", 7) == 0);
}

/* Read and written again it is the same. */
static void
check_scope(struct span words)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	unsigned scope, again;

	if (token_scope_parse(words, &scope, NULL) != ST_OK)
		return;
	check(scope != 0 && (scope & ~(unsigned)TOKEN_ALL) == 0);
	token_scope_text(scope, &out);
	check(token_scope_parse(strbuf_span(&out), &again, NULL) == ST_OK && again == scope);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = span_make((const char *)data, size);

	check_token(input);
	check_scope(input);
	return 0;
}
