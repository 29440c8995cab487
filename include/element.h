/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ELEMENT_H
#define ELEMENT_H
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "strbuf.h"

/*
 * A small tree of named things with attributes and text: what an XML document of ours says before it
 * is written, and what the sandboxed reader found in a foreign package.  Lives in an arena; only
 * grows.  Strings are UTF-8.
 */
struct element_attribute {
	const char	*name, *value;
	struct element_attribute *next;
};

struct element {
	const char	*name;
	const char	*text;		/* or NULL; an element has text or children */
	struct element_attribute *attributes, *last_attribute;
	struct element	*first, *last, *next;
};

#define ELEMENT_DEPTH_MAX	64
#define ELEMENT_COUNT_MAX	4000000

#ifdef __cplusplus
extern "C" {
#endif

/* parent NULL: a root.  Strings are copied. */
struct element	*element_add(struct arena *, struct element *parent, const char *name);
/* The same with text; nothing is added when text is NULL, and NULL is given. */
struct element	*element_put(struct arena *, struct element *parent, const char *name,
		    const char *text);
/* The other's name, text, attributes and children once more, shared with it. */
void		 element_link(struct arena *, struct element *parent, const struct element *other);
/* Takes every child of this name away. */
void		 element_drop(struct element *, const char *name);
/* In place of an earlier value; NULL takes the attribute away. */
void		 element_set(struct arena *, struct element *, const char *name, const char *value);
void		 element_set_int(struct arena *, struct element *, const char *name, int64_t);

/* NULL: there is none; e NULL has nothing. */
const char	*element_get(const struct element *e, const char *name);
/* fallback when it is absent or no number. */
int64_t		 element_number(const struct element *e, const char *name, int64_t fallback);
/* The first child of this name (NULL: of any), and the next one after it; to write in, as strchr. */
struct element	*element_child(const struct element *e, const char *name);
struct element	*element_after(const struct element *sibling, const char *name);
/* Text of the first child of this name. */
const char	*element_value(const struct element *e, const char *name);

/*
 * XML 1.0, UTF-8, with a declaration, one element a line; characters that XML cannot hold become
 * U+FFFD, white space in values is kept.
 */
void		 element_xml(const struct element *, struct strbuf *out);
/* Between processes; what comes back is not trusted: ST_CORRUPT, ST_TOO_LARGE (depth, count). */
void		 element_wire(const struct element *, struct strbuf *out);
MUST_CHECK enum status
		 element_unwire(struct span, struct arena *, const struct element **, struct err *);

#ifdef __cplusplus
}
#endif
#endif
