/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../server/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool held)
{
	if (!held)
		abort();
}

/* The places where "name=" begins a cookie, found by other means. */
static size_t
places(struct span header, struct span name)
{
	size_t count = 0;

	for (size_t at = 0; at < header.n; at++) {
		size_t end, equals;

		if (at > 0 && header.p[at - 1] != ';')
			continue;
		for (end = at; end < header.n && header.p[end] != ';'; end++)
			continue;
		for (equals = at; equals < end && header.p[equals] != '='; equals++)
			continue;
		if (equals < end &&
		    span_equal(span_trim(span_make(header.p + at, equals - at)), name))
			count++;
	}
	return count;
}

/* What is found lies in the header, has no separator in it and stands there once. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span header = span_make((const char *)data, size);
	struct span name = SPAN("tangthu"), found = cookie_find(header, name);
	size_t count = places(header, name);

	check((found.p != NULL) == (count == 1));
	if (!found.p)
		return 0;
	check(found.n == 0 || (found.p >= header.p && found.p + found.n <= header.p + header.n));
	check(found.n == 0 || !memchr(found.p, ';', found.n));
	check(span_equal(found, span_trim(found)));
	return 0;
}
