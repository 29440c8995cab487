/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "arena.h"
#include "base.h"

/* Length of the well-formed character at p (Unicode 15 table 3-7), 0 when there is none. */
static size_t
utf8_length(const char *p, size_t n)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t used =
	    utf8proc_iterate((const utf8proc_uint8_t *)p, (utf8proc_ssize_t)n, &c);

	return used > 0 && c > 0 ? (size_t)used : 0;
}

size_t
utf8_count(struct span s)
{
	size_t i, n = 0;

	for (i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

bool
utf8_valid(struct span s)
{
	for (size_t i = 0; i < s.n;) {
		size_t n = utf8_length(s.p + i, s.n - i);

		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

/* What a name may not carry: it could break a line, hide, or turn the reading order around. */
static bool
unwanted(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
		return true;
	default:
		return c == 0x061c || c == 0x200b || (c >= 0x200e && c <= 0x200f) ||
		    (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
	}
}

static void
keep_wanted(struct span s, struct strbuf *out)
{
	for (size_t i = 0; i < s.n;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &c);

		if (n <= 0) {
			strbuf_add_rune(out, 0xfffd);
			i++;
			continue;
		}
		if (!unwanted(c))
			strbuf_add(out, s.p + i, (size_t)n);
		i += (size_t)n;
	}
}

static struct span
without_directories(struct span s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '/' || s.p[s.n - 1] == '\\'))
		s.n--;
	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == '/' || s.p[i] == '\\')
			return span_make(s.p + i + 1, s.n - i - 1);
	return s;
}

/* The longest start of at most max bytes that ends between two characters as people see them. */
static size_t
cut_at_character(struct span s, size_t max)
{
	utf8proc_int32_t before = 0, state = 0;
	size_t good = 0;

	for (size_t i = 0; i < s.n;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
		    (const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &c);

		if (n <= 0)
			return good;
		if (i == 0 || utf8proc_grapheme_break_stateful(before, c, &state))
			good = i;
		if (i + (size_t)n > max)
			return good;
		before = c;
		i += (size_t)n;
	}
	return s.n;
}

/* ".pdf" of a name that is cut, so that people still see what it is; at most 12 bytes. */
static struct span
extension(struct span s)
{
	for (size_t i = s.n; i-- > 1 && s.n - i <= 12;) {
		if (s.p[i] == ' ')
			break;
		if (s.p[i] == '.')
			return span_make(s.p + i, s.n - i);
	}
	return span_make(s.p, 0);
}

void
name_clean(struct span s, size_t max, struct strbuf *out)
{
	owned(strbuf_free) struct strbuf kept = STRBUF_INIT;
	const utf8proc_option_t nfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	utf8proc_uint8_t *mapped = NULL;

	keep_wanted(without_directories(s), &kept);
	utf8proc_ssize_t n = utf8proc_map(
	    (const utf8proc_uint8_t *)kept.buf, (utf8proc_ssize_t)kept.len, &mapped, nfc);

	if (n < 0)
		abort();
	owned(freep) char *storage = (char *)mapped;
	struct span name = span_trim(span_make(storage, (size_t)n));

	if (name.n > max) {
		struct span tail = extension(name);

		if (tail.n >= max)
			tail.n = 0;
		size_t head = cut_at_character(span_make(name.p, name.n - tail.n), max - tail.n);

		kept.len = 0;
		strbuf_add_span(&kept, span_trim(span_make(name.p, head)));
		strbuf_add_span(&kept, tail);
		name = strbuf_span(&kept);
	}
	if (name.n == 0 || span_equal_str(name, ".") || span_equal_str(name, ".."))
		name = SPAN("không-tên");
	strbuf_add_span(out, name.n <= max ? name : span_make("_", max ? 1 : 0));
}
