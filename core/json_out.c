/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "json_out.h"

void
json_start(struct json_out *j, struct strbuf *out)
{
	memset(j, 0, sizeof(*j));
	j->out = out;
}

/* A comma before every value but the first of its object or array, and never after a key. */
static void
before_value(struct json_out *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->comma[j->depth])
		strbuf_add_char(j->out, ',');
	j->comma[j->depth] = true;
}

static void
open_with(struct json_out *j, char c)
{
	before_value(j);
	if (j->depth + 1 >= JSON_OUT_DEPTH)
		abort();
	j->comma[++j->depth] = false;
	strbuf_add_char(j->out, c);
}

static void
close_with(struct json_out *j, char c)
{
	if (j->depth == 0 || j->after_key)
		abort();
	j->depth--;
	strbuf_add_char(j->out, c);
}

void
json_object(struct json_out *j)
{
	open_with(j, '{');
}

void
json_end_object(struct json_out *j)
{
	close_with(j, '}');
}

void
json_array(struct json_out *j)
{
	open_with(j, '[');
}

void
json_end_array(struct json_out *j)
{
	close_with(j, ']');
}

/* Length of the well-formed UTF-8 sequence at p and its code point; 0 when it is broken. */
static size_t
sequence(const unsigned char *p, size_t n, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (len == 0 || len > n || p[0] > 0xf4)
		return 0;
	*c = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (p[i] & 0x3f);
	}
	return *c < least[len] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : len;
}

static bool
plain(uint32_t c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&' &&
	    c != 0x7f && c != 0x2028 && c != 0x2029;
}

static void
escape(struct strbuf *out, uint32_t c)
{
	static const char letters[] = "\b\t\n\f\r\"\\";
	static const char names[] = "btnfr\"\\";
	const char *at = c && c < 0x80 ? strchr(letters, (int)c) : NULL;

	if (at)
		strbuf_addf(out, "\\%c", names[at - letters]);
	else
		strbuf_addf(out, "\\u%04x", (unsigned)c);
}

static void
quote(struct strbuf *out, struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t run = 0, i = 0;

	strbuf_add_char(out, '"');
	while (i < s.n) {
		uint32_t c = 0;
		size_t n = sequence(p + i, s.n - i, &c);

		if (n && plain(c)) {
			i += n;
			continue;
		}
		strbuf_add(out, s.p + run, i - run);
		if (n)
			escape(out, c);
		else
			strbuf_add_rune(out, 0xfffd);
		i += n ? n : 1;
		run = i;
	}
	if (s.n)
		strbuf_add(out, s.p + run, i - run);
	strbuf_add_char(out, '"');
}

void
json_key(struct json_out *j, const char *key)
{
	before_value(j);
	quote(j->out, span_of(key));
	strbuf_add_char(j->out, ':');
	j->after_key = true;
}

void
json_span(struct json_out *j, struct span s)
{
	before_value(j);
	quote(j->out, s);
}

void
json_str(struct json_out *j, const char *s)
{
	if (s)
		json_span(j, span_of(s));
	else
		json_null(j);
}

void
json_int(struct json_out *j, int64_t v)
{
	char digits[20], *p = digits + sizeof(digits);
	uint64_t rest = v < 0 ? -(uint64_t)v : (uint64_t)v;

	before_value(j);
	do
		*--p = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (v < 0)
		strbuf_add_char(j->out, '-');
	strbuf_add(j->out, p, (size_t)(digits + sizeof(digits) - p));
}

void
json_number(struct json_out *j, double v)
{
	char text[40];

	/* RFC 8259 section 6 has no NaN and no infinity. */
	if (!isfinite(v)) {
		json_null(j);
		return;
	}
	/* The shortest of three that reads back as the same number. */
	for (int digits = 6; digits <= 17; digits += digits == 6 ? 9 : 2) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	before_value(j);
	strbuf_add_str(j->out, text);
}

void
json_bool(struct json_out *j, bool v)
{
	json_raw(j, v ? SPAN("true") : SPAN("false"));
}

void
json_null(struct json_out *j)
{
	json_raw(j, SPAN("null"));
}

void
json_raw(struct json_out *j, struct span s)
{
	before_value(j);
	strbuf_add_span(j->out, s);
}

void
json_key_str(struct json_out *j, const char *key, const char *v)
{
	json_key(j, key);
	json_str(j, v);
}

void
json_key_opt(struct json_out *j, const char *key, const char *v)
{
	if (v)
		json_key_str(j, key, v);
}

void
json_key_int(struct json_out *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_int(j, v);
}

void
json_key_bool(struct json_out *j, const char *key, bool v)
{
	json_key(j, key);
	json_bool(j, v);
}

void
json_key_time(struct json_out *j, const char *key, int64_t us)
{
	char text[28];

	time_text(us, text);
	json_key_str(j, key, us ? text : NULL);
}
