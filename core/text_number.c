/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"
#include "text_letter.h"

#define DIGITS_MAX 5
#define PART_MAX 10 /* letters and digits of one part of a symbol */
#define PARTS_MAX 6

/* Reads along a text, one folded character at a time; a copy is a place to come back to. */
struct cursor {
	struct span text;
	size_t at, next; /* of the current character */
	char c;		 /* folded, case kept; '?' what cannot be part; 0 at the end */
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

static char
upper(char c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 0x20 : c);
}

/* Upper-case letters lose their case in text_letter_read; the source tells it. */
static bool
was_upper(struct span text, size_t at)
{
	uint32_t r;

	text_rune_read(text, at, &r);
	r = text_rune_map(r);
	if (r < 0x80)
		return is_upper((char)r);
	if (r == 0x1af)
		return true;
	if (r >= 0xc0 && r <= 0xde)
		return true;
	return (r == 0x102 || r == 0x110 || r == 0x128 || r == 0x168 || r == 0x1a0 ||
		   (r >= 0x1ea0 && r <= 0x1ef9)) &&
	    r % 2 == 0;
}

static void
look(struct cursor *c, size_t at)
{
	struct text_letter l;

	c->at = at;
	c->c = '\0';
	while (c->at < c->text.n) {
		text_letter_read(c->text, c->at, &l);
		c->next = l.end;
		if (l.kind != TEXT_INVISIBLE)
			break;
		c->at = l.end;
	}
	if (c->at >= c->text.n)
		return;
	if (l.kind == TEXT_SEPARATOR)
		c->c = (char)(l.rune < 0x80 ? l.rune : '?');
	else if (l.folded_len == 1)
		c->c = was_upper(c->text, c->at) ? upper(l.folded[0]) : l.folded[0];
	else
		c->c = '?';
}

static void
step(struct cursor *c)
{
	look(c, c->next);
}

static void
skip_blanks(struct cursor *c)
{
	while (c->c == ' ' || c->c == '\t')
		step(c);
}

/* Blanks, the character, blanks. */
static bool
take_sign(struct cursor *c, char sign)
{
	struct cursor start = *c;

	skip_blanks(c);
	if (c->c != sign) {
		*c = start;
		return false;
	}
	step(c);
	skip_blanks(c);
	return true;
}

/* "015a" gives "15A"; false when there are no digits or too many. */
static bool
take_number(struct cursor *c, char out[8])
{
	size_t digits = 0, n = 0;

	for (; is_digit(c->c); step(c)) {
		if (++digits > DIGITS_MAX)
			return false;
		if (n == 1 && out[0] == '0')
			n = 0;
		out[n++] = c->c;
	}
	if (digits == 0)
		return false;
	if (is_letter(c->c)) {
		out[n++] = upper(c->c);
		step(c);
	}
	out[n] = '\0';
	return !is_letter(c->c) && !is_digit(c->c);
}

/* "2020 /" before a symbol. */
static void
take_year(struct cursor *c, char out[8])
{
	struct cursor start = *c;
	size_t n = 0;

	out[0] = '\0';
	for (; is_digit(c->c) && n < 5; step(c))
		out[n++] = c->c;
	out[n] = '\0';
	if (n != 4 || (memcmp(out, "19", 2) != 0 && memcmp(out, "20", 2) != 0) ||
	    !take_sign(c, '/')) {
		out[0] = '\0';
		*c = start;
	}
}

/* Letters and digits, a letter first; *caps tells whether no lower-case letter is in it. */
static bool
take_part(struct cursor *c, char *out, size_t *len, bool *caps)
{
	size_t n;

	*caps = true;
	for (n = 0; is_letter(c->c) || is_digit(c->c); n++, step(c)) {
		if (n == PART_MAX || *len >= TEXT_NUMBER_MAX / 2)
			return false;
		*caps &= !is_letter(c->c) || is_upper(c->c);
		out[(*len)++] = upper(c->c);
	}
	return n > 0;
}

/* Is the next part joined to the one before?  After blanks only if both are all capitals. */
static bool
take_joint(struct cursor *c, bool caps)
{
	struct cursor start = *c;
	bool blanks;

	skip_blanks(c);
	blanks = c->at != start.at;
	if (c->c == '\0' || strchr(blanks ? "-/" : "-/&.", c->c) == NULL)
		goto no;
	step(c);
	if (c->c == ' ' || c->c == '\t') {
		blanks = true;
		skip_blanks(c);
	}
	if (!is_letter(c->c) && (blanks || !is_digit(c->c)))
		goto no;
	if (blanks && caps && !is_upper(c->c))
		goto no;
	return true;
no:
	*c = start;
	return false;
}

static bool
take_symbol(struct cursor *c, char *out, bool *caps)
{
	struct cursor before;
	size_t len = 0, was, parts = 1;
	bool part_caps;

	if (!is_letter(c->c) || !take_part(c, out, &len, caps))
		return false;
	for (before = *c; parts < PARTS_MAX && take_joint(c, *caps); before = *c, parts++) {
		was = len;
		out[len++] = '-';
		if (!take_part(c, out, &len, &part_caps) || (*caps && !part_caps)) {
			len = was;
			break;
		}
	}
	if (before.at != c->at)
		*c = before;
	out[len] = '\0';
	return true;
}

static void
make_key(struct text_number *n)
{
	struct {
		char *p;
		size_t len;
	} key = { n->key, 0 };
	const char *part[] = { n->number, n->year, n->symbol };
	size_t i, len;

	for (i = 0; i < 3; i++) {
		len = strlen(part[i]);
		if (i > 0 && (len > 0 || i == 2))
			key.p[key.len++] = '/';
		memcpy(key.p + key.len, part[i], len);
		key.len += len;
	}
	key.p[key.len] = '\0';
}

/* The whole of a number that begins at this character. */
static bool
take_whole(struct cursor *c, bool draft, struct text_number *n)
{
	bool caps, counted;

	n->start = c->at;
	n->number[0] = n->year[0] = '\0';
	counted = is_digit(c->c);
	if (counted && !take_number(c, n->number))
		return false;
	if (take_sign(c, '/')) {
		if (counted || draft)
			take_year(c, n->year);
	} else if (!counted || !take_sign(c, '-'))
		return false;
	if (!take_symbol(c, n->symbol, &caps))
		return false;
	n->end = c->at;
	while (n->end > n->start && (c->text.p[n->end - 1] == ' ' || c->text.p[n->end - 1] == '\t'))
		n->end--;
	if (!counted && !draft && (!caps || strchr(n->symbol, '-') == NULL))
		return false;
	make_key(n);
	return true;
}

/* "12-QĐ/TU": with a dash there must be a slash in the symbol, or it is just a hyphen. */
static bool
is_plain_hyphen(struct span text, const struct text_number *n)
{
	return memchr(text.p + n->start, '/', n->end - n->start) == NULL;
}

bool
text_number_find(struct span text, size_t from, struct text_number *n)
{
	struct cursor c = { text, 0, 0, '\0' }, attempt;
	char before = ' ';

	for (look(&c, from); c.c != '\0' || c.at < text.n; step(&c)) {
		if ((is_digit(c.c) || c.c == '/') && !is_letter(before) && !is_digit(before) &&
		    before != '/' && before != '.' && before != ',') {
			attempt = c;
			if (take_whole(&attempt, false, n) && !is_plain_hyphen(text, n))
				return true;
		}
		before = c.c;
	}
	return false;
}

bool
text_number_parse(struct span text, struct text_number *n)
{
	struct cursor c = { text, 0, 0, '\0' };
	static const char *const intro[] = { "SO", "NO" };
	size_t i;

	look(&c, 0);
	skip_blanks(&c);
	for (i = 0; i < 2; i++) {
		if (upper(c.c) == intro[i][0]) {
			step(&c);
			if (upper(c.c) != intro[i][1])
				return false;
			step(&c);
			break;
		}
	}
	while (c.c == ':' || c.c == '.' || c.c == ' ' || c.c == '\t')
		step(&c);
	if (!take_whole(&c, true, n) || is_plain_hyphen(text, n))
		return false;
	while (c.c == ' ' || c.c == '\t' || c.c == '\n' || c.c == '.')
		step(&c);
	return c.at >= text.n;
}
