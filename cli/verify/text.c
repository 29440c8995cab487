/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

bool
fault(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	return false;
}

void
buffer_free(struct buffer *b)
{
	free(b->p);
	b->p = NULL;
	b->n = 0;
}

char *
text_copy(const unsigned char *p, size_t n)
{
	char *s = malloc(n + 1);

	if (!s)
		abort();
	memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

struct bytes
bytes_of(const char *s)
{
	return (struct bytes){ (const unsigned char *)s, strlen(s) };
}

bool
bytes_are(struct bytes b, const char *s)
{
	return b.n == strlen(s) && (b.n == 0 || memcmp(b.p, s, b.n) == 0);
}

bool
bytes_start(struct bytes b, const char *s)
{
	size_t n = strlen(s);

	return b.n >= n && memcmp(b.p, s, n) == 0;
}

bool
cut_line(struct bytes *rest, struct bytes *line)
{
	const unsigned char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!end)
		return false;
	*line = (struct bytes){ rest->p, (size_t)(end - rest->p) };
	rest->n -= line->n + 1;
	rest->p = end + 1;
	return true;
}

struct bytes
cut_word(struct bytes *line)
{
	const unsigned char *end = line->n ? memchr(line->p, ' ', line->n) : NULL;
	struct bytes word = *line;

	if (!end) {
		line->p += line->n;
		line->n = 0;
		return word;
	}
	word.n = (size_t)(end - word.p);
	line->n -= word.n + 1;
	line->p = end + 1;
	return word;
}

bool
parse_number(struct bytes b, uint64_t *out)
{
	uint64_t v = 0;

	if (b.n == 0 || b.n > 19 || (b.n > 1 && b.p[0] == '0'))
		return false;
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] < '0' || b.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(b.p[i] - '0');
	}
	*out = v;
	return v <= INT64_MAX;
}

static int
hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
parse_hex(struct bytes b, unsigned char *out, size_t n)
{
	if (b.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_value(b.p[2 * i]), low = hex_value(b.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}

static int
base64_value(unsigned char c)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool
parse_base64(struct bytes b, struct buffer *out)
{
	size_t pad = 0, n = 0;

	out->p = NULL;
	out->n = 0;
	if (b.n % 4 != 0)
		return false;
	while (pad < 2 && pad < b.n && b.p[b.n - 1 - pad] == '=')
		pad++;
	if (!(out->p = malloc(b.n / 4 * 3 + 1)))
		return false;
	for (size_t i = 0; i < b.n; i += 4) {
		uint32_t v = 0;
		size_t skip = i + 4 == b.n ? pad : 0;

		for (size_t k = 0; k < 4; k++) {
			int digit = k < 4 - skip ? base64_value(b.p[i + k]) : 0;

			if (digit < 0) {
				buffer_free(out);
				return false;
			}
			v = v << 6 | (uint32_t)digit;
		}
		/* One value, one spelling: what the padding cuts off is zero. */
		if (skip && (v & (skip == 1 ? 0xffu : 0xffffu))) {
			buffer_free(out);
			return false;
		}
		for (size_t k = 0; k < 3 - skip; k++)
			out->p[n++] = (unsigned char)(v >> (16 - 8 * k));
	}
	out->p[n] = '\0';
	out->n = n;
	return true;
}

bool
parse_hash(struct bytes b, unsigned char out[HASH_LEN])
{
	struct buffer raw;
	bool whole = b.n == 44 && parse_base64(b, &raw);

	if (!whole)
		return false;
	whole = raw.n == HASH_LEN;
	if (whole)
		memcpy(out, raw.p, HASH_LEN);
	buffer_free(&raw);
	return whole;
}

static size_t
rune_length(const unsigned char *p, size_t n)
{
	static const struct {
		unsigned char mask, lead, length;
		uint32_t least;
	} kinds[] = { { 0x80, 0x00, 1, 1 }, { 0xe0, 0xc0, 2, 0x80 }, { 0xf0, 0xe0, 3, 0x800 },
		{ 0xf8, 0xf0, 4, 0x10000 } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint32_t rune = p[0] & (unsigned char)~kinds[i].mask;

		if ((p[0] & kinds[i].mask) != kinds[i].lead)
			continue;
		if (kinds[i].length > n)
			return 0;
		for (size_t k = 1; k < kinds[i].length; k++) {
			if ((p[k] & 0xc0) != 0x80)
				return 0;
			rune = rune << 6 | (p[k] & 0x3f);
		}
		return rune < kinds[i].least || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)
		    ? 0
		    : kinds[i].length;
	}
	return 0;
}

bool
valid_utf8(struct bytes b)
{
	for (size_t i = 0, n; i < b.n; i += n)
		if ((n = rune_length(b.p + i, b.n - i)) == 0)
			return false;
	return true;
}

bool
read_file(const char *path, size_t limit, struct buffer *out, struct fault *f)
{
	FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "rbe");
	size_t room = 65536, n;

	out->p = NULL;
	out->n = 0;
	if (!in)
		return fault(f, "%s: %s", path, strerror(errno));
	do {
		unsigned char *grown = realloc(out->p, room + 1);

		if (!grown)
			abort();
		out->p = grown;
		n = fread(out->p + out->n, 1, room - out->n, in);
		out->n += n;
		room *= 2;
	} while (n > 0 && out->n <= limit);
	out->p[out->n] = '\0';
	n = (size_t)ferror(in);
	if (in != stdin)
		fclose(in);
	if (n != 0 || out->n > limit) {
		bool large = n == 0;

		buffer_free(out);
		return large ? fault(f, "%s: larger than %zu bytes", path, limit)
			     : fault(f, "%s: cannot be read", path);
	}
	return true;
}

void
print_plain(FILE *out, struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		putc(b.p[i] < ' ' || b.p[i] == 0x7f ? '?' : b.p[i], out);
}
