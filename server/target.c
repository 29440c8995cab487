/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base.h"
#include "target.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL: a broken escape, NUL, or not UTF-8. */
static char *
decode(struct span s, bool plus, struct arena *arena)
{
	char *out = arena_alloc(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			int high = i + 1 < s.n ? hex_digit(s.p[i + 1]) : -1;
			int low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		out[n++] = c;
	}
	return utf8_valid(span_make(out, n)) ? out : NULL;
}

static enum status
parse_path(struct span path, struct arena *arena, struct target *t, struct err *err)
{
	span_cut(&path, '/');
	if (path.n == 0)
		return ST_OK;
	while (path.p) {
		struct span raw = span_cut(&path, '/');
		char *s = decode(raw, false, arena);

		if (!s || strcmp(s, ".") == 0 || strcmp(s, "..") == 0 || (*s == '\0' && path.p))
			return fail(err, ST_INVALID, "request path");
		if (t->segment_count == TARGET_SEGMENTS_MAX)
			return fail(err, ST_INVALID, "request path: too many segments");
		t->segment[t->segment_count++] = s;
	}
	return ST_OK;
}

static enum status
parse_query(struct span query, struct arena *arena, struct target *t, struct err *err)
{
	while (query.p) {
		struct span value = span_cut(&query, '&');
		struct span name = span_cut(&value, '=');
		struct parameter p = { decode(name, true, arena), decode(value, true, arena) };

		if (name.n == 0 && value.n == 0)
			continue;
		if (!p.name || !p.value)
			return fail(err, ST_INVALID, "query string");
		if (target_parameter(t, p.name))
			return fail(err, ST_INVALID, "query string: a parameter stands twice");
		if (t->parameter_count == TARGET_PARAMETERS_MAX)
			return fail(err, ST_INVALID, "query string: too many parameters");
		t->parameter[t->parameter_count++] = p;
	}
	return ST_OK;
}

enum status
target_parse(struct span raw, struct arena *arena, struct target *t, struct err *err)
{
	struct span path, query = raw;
	enum status st;

	memset(t, 0, sizeof(*t));
	if (raw.n == 0 || raw.n > TARGET_MAX || raw.p[0] != '/' || memchr(raw.p, '#', raw.n))
		return fail(err, ST_INVALID, "request target");
	path = span_cut(&query, '?');
	if ((st = parse_path(path, arena, t, err)) != ST_OK)
		return st;
	return parse_query(query, arena, t, err);
}

const char *
target_parameter(const struct target *t, const char *name)
{
	for (size_t i = 0; i < t->parameter_count; i++)
		if (strcmp(t->parameter[i].name, name) == 0)
			return t->parameter[i].value;
	return NULL;
}

bool
target_match(const struct target *t, const char *pattern, const char **values)
{
	struct span rest = span_of(pattern + 1);
	size_t i = 0, found = 0;

	for (; rest.n > 0; i++) {
		struct span want = span_cut(&rest, '/');

		if (i == t->segment_count)
			return false;
		if (want.n > 1 && want.p[0] == '{' && t->segment[i][0])
			values[found++] = t->segment[i];
		else if (!span_equal_str(want, t->segment[i]))
			return false;
	}
	return i == t->segment_count;
}
