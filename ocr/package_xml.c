/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* XML of packages: no document type, no entity, no network, no depth worth speaking of. */
#define DEPTH_MAX 24

void
look_xml_freep(xmlDocPtr *doc)
{
	if (*doc)
		xmlFreeDoc(*doc);
	*doc = NULL;
}

/* A document type could name files and grow without end: the parser stops where one begins. */
static void
on_document_type(void *payload, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	xmlParserCtxtPtr parser = payload;

	(void)name;
	(void)external;
	(void)system;
	*(bool *)parser->_private = true;
	xmlStopParser(parser);
}

static void
tell_error(struct package_look *l, const char *path, xmlParserCtxtPtr parser)
{
	xmlErrorPtr e = xmlCtxtGetLastError(parser);
	const char *text = e && e->message ? e->message : "no XML";
	struct span message = span_trim(span_of(text));

	look_fault(l, path, e ? e->line : 0, "not well-formed XML: %.*s", SPAN_ARG(message));
}

xmlDocPtr
look_xml(struct package_look *l, const struct package_entry *entry)
{
	xmlParserCtxtPtr parser;
	bool typed = false;
	xmlDocPtr doc;

	if (!entry->content.p) {
		look_fault(l, entry->path, 0, "too large to be read: %llu bytes",
		    (unsigned long long)entry->size);
		return NULL;
	}
	if ((parser = xmlNewParserCtxt()) == NULL) {
		look_fault(l, entry->path, 0, "no memory for its XML");
		return NULL;
	}
	parser->_private = &typed;
	parser->sax->internalSubset = on_document_type;
	doc = xmlCtxtReadMemory(parser, entry->content.p, (int)entry->content.n, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES);
	if (typed)
		look_fault(l, entry->path, 0, "XML with a document type (DTD) is not read");
	else if (!doc || !parser->wellFormed)
		tell_error(l, entry->path, parser);
	if (typed || !parser->wellFormed)
		look_xml_freep(&doc);
	xmlFreeParserCtxt(parser);
	return doc;
}

bool
look_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE &&
	    (!name || strcasecmp((const char *)node->name, name) == 0);
}

static xmlNode *
from(xmlNode *node, const char *name)
{
	while (node && !look_is(node, name))
		node = node->next;
	return node;
}

xmlNode *
look_child(const xmlNode *node, const char *name)
{
	return node ? from(node->children, name) : NULL;
}

xmlNode *
look_next(const xmlNode *node, const char *name)
{
	return from(node->next, name);
}

static const char *
take(struct package_look *l, xmlChar *text)
{
	struct span s = span_trim(span_of((const char *)text));
	const char *copy = s.n ? arena_dup_span(l->arena, s) : NULL;

	xmlFree(text);
	return copy;
}

const char *
look_text(struct package_look *l, const xmlNode *node)
{
	return node ? take(l, xmlNodeGetContent(node)) : NULL;
}

const char *
look_attribute(struct package_look *l, const xmlNode *node, const char *name)
{
	for (const xmlAttr *a = node ? node->properties : NULL; a; a = a->next)
		if (strcasecmp((const char *)a->name, name) == 0)
			return take(l, xmlNodeGetContent((const xmlNode *)a));
	return NULL;
}

/* ---- a description of ours ---- */

struct describing {
	struct package_look *look;
	const struct package_entry *entry;
	const char *base;
};

/* The file a rendition names is in the package, and is what the description says. */
static void
check_file(struct describing *d, struct element *e, int64_t line)
{
	const char *path = element_get(e, "path"), *sha256 = element_get(e, "sha256"), *why;
	struct package_look *l = d->look;
	const struct package_entry *file;

	if (!path || !look_path(span_of(path), &why)) {
		look_fault(l, d->entry->path, line, "a rendition with %s", path ? why : "no path");
		return;
	}
	path = arena_printf(l->arena, "%s%s", d->base, path);
	file = look_find(l, path);
	if (!file)
		look_fault(l, d->entry->path, line, "the file %s is missing", path);
	else if (!sha256 || strcasecmp(sha256, file->sha256) != 0 ||
	    element_number(e, "size", -1) != (int64_t)file->size)
		look_fault(l, d->entry->path, line,
		    "the file %s is not the one that is described (SHA-256, size)", path);
	element_set(l->arena, e, "entry", path);
}

static bool
has_elements(const xmlNode *node)
{
	return look_child(node, NULL) != NULL;
}

static struct element *
convert(struct describing *d, const xmlNode *node, struct element *parent, unsigned depth)
{
	struct package_look *l = d->look;
	struct element *e = element_add(l->arena, parent, (const char *)node->name);
	int64_t line = xmlGetLineNo(node);

	element_set_int(l->arena, e, "line", line);
	for (const xmlAttr *a = node->properties; a; a = a->next) {
		xmlChar *value = xmlNodeGetContent((const xmlNode *)a);

		if (strcmp((const char *)a->name, "line") != 0)
			element_set(l->arena, e, (const char *)a->name, (const char *)value);
		xmlFree(value);
	}
	if (depth > DEPTH_MAX) {
		look_fault(l, d->entry->path, line, "elements nested too deeply");
		return e;
	}
	if (!has_elements(node)) {
		xmlChar *text = xmlNodeGetContent(node);

		if (text && *text)
			e->text = arena_dup(l->arena, (const char *)text);
		xmlFree(text);
	}
	for (const xmlNode *c = look_child(node, NULL); c; c = look_next(c, NULL))
		(void)convert(d, c, e, depth + 1);
	if (strcmp(e->name, "rendition") == 0)
		check_file(d, e, line);
	return e;
}

struct element *
look_description(struct package_look *l, const struct package_entry *entry, const char *base)
{
	struct describing d = { l, entry, base };
	xmlDocPtr doc owned(look_xml_freep) = look_xml(l, entry);
	const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
	struct element *e;

	if (!root)
		return NULL;
	if (!look_is(root, "dossier") || !root->ns ||
	    strcmp((const char *)root->ns->href, "urn:tangthu:dossier:1") != 0) {
		look_fault(l, entry->path, xmlGetLineNo(root), "no description of a dossier");
		return NULL;
	}
	e = convert(&d, root, l->root, 0);
	element_set(l->arena, e, "where", entry->path);
	return e;
}
