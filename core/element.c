/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "element.h"

#include <inttypes.h>
#include <string.h>

#include "base.h"
#include "rendition_parts.h"

#define ATTRIBUTES_MAX 64

struct element *
element_add(struct arena *arena, struct element *parent, const char *name)
{
	struct element *e = arena_alloc(arena, sizeof(*e));

	e->name = arena_dup(arena, name);
	if (!parent)
		return e;
	if (parent->last)
		parent->last->next = e;
	else
		parent->first = e;
	parent->last = e;
	return e;
}

void
element_link(struct arena *arena, struct element *parent, const struct element *other)
{
	struct element *e = element_add(arena, parent, other->name);

	e->text = other->text;
	e->attributes = other->attributes;
	e->last_attribute = other->last_attribute;
	e->first = other->first;
	e->last = other->last;
}

void
element_drop(struct element *e, const char *name)
{
	struct element **at = &e->first;

	e->last = NULL;
	while (*at) {
		if (strcmp((*at)->name, name) == 0) {
			*at = (*at)->next;
			continue;
		}
		e->last = *at;
		at = &(*at)->next;
	}
}

struct element *
element_put(struct arena *arena, struct element *parent, const char *name, const char *text)
{
	struct element *e = text ? element_add(arena, parent, name) : NULL;

	if (e)
		e->text = arena_dup(arena, text);
	return e;
}

static void
drop_attribute(struct element *e, const char *name)
{
	struct element_attribute **at = &e->attributes, *before = NULL;

	while (*at && strcmp((*at)->name, name) != 0) {
		before = *at;
		at = &(*at)->next;
	}
	if (!*at)
		return;
	if (*at == e->last_attribute)
		e->last_attribute = before;
	*at = (*at)->next;
}

void
element_set(struct arena *arena, struct element *e, const char *name, const char *value)
{
	struct element_attribute *a = e->attributes;

	if (!value) {
		drop_attribute(e, name);
		return;
	}
	while (a && strcmp(a->name, name) != 0)
		a = a->next;
	if (!a) {
		a = arena_alloc(arena, sizeof(*a));
		a->name = arena_dup(arena, name);
		if (e->last_attribute)
			e->last_attribute->next = a;
		else
			e->attributes = a;
		e->last_attribute = a;
	}
	a->value = arena_dup(arena, value);
}

void
element_set_int(struct arena *arena, struct element *e, const char *name, int64_t value)
{
	element_set(arena, e, name, arena_printf(arena, "%" PRId64, value));
}

const char *
element_get(const struct element *e, const char *name)
{
	for (const struct element_attribute *a = e ? e->attributes : NULL; a; a = a->next)
		if (strcmp(a->name, name) == 0)
			return a->value;
	return NULL;
}

int64_t
element_number(const struct element *e, const char *name, int64_t fallback)
{
	const char *text = element_get(e, name);
	int64_t value;

	return text && span_i64(span_of(text), &value) ? value : fallback;
}

static struct element *
named(struct element *e, const char *name)
{
	while (e && name && strcmp(e->name, name) != 0)
		e = e->next;
	return e;
}

struct element *
element_child(const struct element *e, const char *name)
{
	return e ? named(e->first, name) : NULL;
}

struct element *
element_after(const struct element *sibling, const char *name)
{
	return named(sibling->next, name);
}

const char *
element_value(const struct element *e, const char *name)
{
	const struct element *child = element_child(e, name);

	return child ? child->text : NULL;
}

/* --- XML --------------------------------------------------------------------------------------- */

static void
write_xml(const struct element *e, unsigned depth, struct strbuf *out)
{
	strbuf_addf(out, "%*s<%s", (int)depth, "", e->name);
	for (const struct element_attribute *a = e->attributes; a; a = a->next) {
		strbuf_addf(out, " %s=\"", a->name);
		rendition_escape(span_of(a->value), out);
		strbuf_add_char(out, '"');
	}
	if (e->text) {
		strbuf_add_char(out, '>');
		rendition_escape(span_of(e->text), out);
		strbuf_addf(out, "</%s>\n", e->name);
		return;
	}
	if (!e->first) {
		strbuf_add_str(out, "/>\n");
		return;
	}
	strbuf_add_str(out, ">\n");
	for (const struct element *child = e->first; child; child = child->next)
		write_xml(child, depth + 1, out);
	strbuf_addf(out, "%*s</%s>\n", (int)depth, "", e->name);
}

void
element_xml(const struct element *e, struct strbuf *out)
{
	strbuf_add_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	write_xml(e, 0, out);
}

/* --- between processes ------------------------------------------------------------------------- */

static void
put_number(struct strbuf *out, size_t n)
{
	for (unsigned i = 0; i < 4; i++, n >>= 8)
		strbuf_add_char(out, (char)(n & 0xff));
}

static void
put_text(struct strbuf *out, const char *text)
{
	size_t n = strlen(text);

	put_number(out, n);
	strbuf_add(out, text, n);
}

/* Name, attributes, whether text follows, children. */
void
element_wire(const struct element *e, struct strbuf *out)
{
	size_t attributes = 0, children = 0;

	for (const struct element_attribute *a = e->attributes; a; a = a->next)
		attributes++;
	for (const struct element *c = e->first; c; c = c->next)
		children++;
	put_text(out, e->name);
	put_number(out, attributes);
	for (const struct element_attribute *a = e->attributes; a; a = a->next) {
		put_text(out, a->name);
		put_text(out, a->value);
	}
	put_number(out, e->text ? 1 : 0);
	if (e->text)
		put_text(out, e->text);
	put_number(out, children);
	for (const struct element *c = e->first; c; c = c->next)
		element_wire(c, out);
}

struct unwiring {
	struct span rest;
	struct arena *arena;
	size_t count;
	bool bad;
};

static size_t
take_number(struct unwiring *u)
{
	size_t n = 0;

	if (u->rest.n < 4) {
		u->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < 4; i++)
		n |= (size_t)(unsigned char)u->rest.p[i] << (8 * i);
	u->rest = span_make(u->rest.p + 4, u->rest.n - 4);
	return n;
}

static const char *
take_text(struct unwiring *u)
{
	size_t n = take_number(u);
	struct span s = span_make(u->rest.p, n);

	if (u->bad || n > u->rest.n || !utf8_valid(s)) {
		u->bad = true;
		return "";
	}
	u->rest = span_make(u->rest.p + n, u->rest.n - n);
	return arena_dup_span(u->arena, s);
}

static void
take_attributes(struct unwiring *u, struct element *e)
{
	size_t count = take_number(u);

	u->bad = u->bad || count > ATTRIBUTES_MAX;
	for (size_t i = 0; !u->bad && i < count; i++) {
		const char *name = take_text(u);

		element_set(u->arena, e, name, take_text(u));
	}
}

static enum status
take_element(struct unwiring *u, struct element *parent, unsigned depth, struct element **out,
    struct err *err)
{
	struct element *e;
	size_t children;
	enum status st = ST_OK;

	if (depth > ELEMENT_DEPTH_MAX || ++u->count > ELEMENT_COUNT_MAX)
		return fail(err, ST_TOO_LARGE, "the reader found more than can be held");
	e = element_add(u->arena, parent, take_text(u));
	take_attributes(u, e);
	if (take_number(u))
		e->text = take_text(u);
	children = take_number(u);
	if (u->bad)
		return fail(err, ST_CORRUPT, "what the reader found arrived damaged");
	for (size_t i = 0; st == ST_OK && i < children; i++)
		st = take_element(u, e, depth + 1, NULL, err);
	if (out)
		*out = e;
	return st;
}

enum status
element_unwire(struct span wire, struct arena *arena, const struct element **out, struct err *err)
{
	struct unwiring u = { .rest = wire, .arena = arena };
	struct element *root = NULL;
	enum status st = take_element(&u, NULL, 0, &root, err);

	*out = NULL;
	if (st == ST_OK && u.rest.n)
		st = fail(err, ST_CORRUPT, "the reader found more than it said");
	if (st == ST_OK)
		*out = root;
	return st;
}
