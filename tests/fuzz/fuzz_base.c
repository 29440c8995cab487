/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "json_out.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool held)
{
	if (!held)
		abort();
}

/* A cleaned name keeps its promises, and cleaning it again changes nothing. */
static void
check_name(struct span in, size_t max)
{
	owned(strbuf_free) struct strbuf once = STRBUF_INIT;
	owned(strbuf_free) struct strbuf twice = STRBUF_INIT;

	name_clean(in, max, &once);
	check(once.len > 0 && once.len <= max && utf8_valid(strbuf_span(&once)));
	check(!memchr(once.buf, '/', once.len) && !memchr(once.buf, '\n', once.len));
	check(strcmp(once.buf, ".") != 0 && strcmp(once.buf, "..") != 0);
	name_clean(strbuf_span(&once), max, &twice);
	check(span_equal(strbuf_span(&once), strbuf_span(&twice)));
}

/* Codes that decode encode to what they came from. */
static void
check_codes(struct span in)
{
	owned(strbuf_free) struct strbuf bytes = STRBUF_INIT;
	owned(strbuf_free) struct strbuf text = STRBUF_INIT;
	owned(strbuf_free) struct strbuf again = STRBUF_INIT;

	if (base64_decode(in, &bytes)) {
		base64url_encode(bytes.buf, bytes.len, &text);
		check(base64_decode(strbuf_span(&text), &again));
		check(span_equal(strbuf_span(&bytes), strbuf_span(&again)));
	}
	strbuf_reset(&text);
	strbuf_grow(&text, in.n * 2);
	hex_encode(in.p, in.n, text.buf);
	strbuf_reset(&again);
	strbuf_grow(&again, in.n);
	check(hex_decode(span_make(text.buf, in.n * 2), again.buf, in.n));
	check(in.n == 0 || memcmp(again.buf, in.p, in.n) == 0);
}

static void
check_json(struct span in)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct json_out j;

	json_start(&j, &out);
	json_span(&j, in);
	check(utf8_valid(strbuf_span(&out)) && out.len >= 2 && out.buf[out.len - 1] == '"');
	for (size_t i = 1; i + 1 < out.len; i++)
		check(out.buf[i] != '"' || out.buf[i - 1] == '\\');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_make((const char *)data, size), date = in;
	uint64_t u;
	int64_t i;

	check_name(in, 255);
	check_name(in, 16);
	check_codes(in);
	check_json(in);
	if (date_valid(date, true))
		check(size == 4 || size == 7 || size == 10);
	if (span_u64(in, &u) && u <= INT64_MAX)
		check(span_i64(in, &i) && (uint64_t)i == u);
	return 0;
}
