/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_PACKAGE_H
#define OCR_PACKAGE_H
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base.h"
#include "element.h"
#include "export.h"

/*
 * Foreign packages (core: package.h), opened behind the walls: a ZIP file by libarchive, XML by
 * libxml2.  A first run looks: every entry is unpacked and hashed, the format's own rules are checked,
 * and what the package says goes back as elements, with all faults found, each with its entry and line.
 * A second run hands out the contents of the files asked for.
 *
 * Refused: names that lead out ("..", absolute, drive letters, backslashes), links and devices, two
 * entries of one name, encrypted ones, what unpacks to far more than it is, XML with a document type.
 */
#define PACKAGE_ENTRIES_MAX 200000
#define PACKAGE_PATH_MAX 1024
#define PACKAGE_KEPT_ONE ((size_t)32 << 20) /* of an XML or text file that is read */
#define PACKAGE_KEPT_ALL ((size_t)256 << 20)
#define PACKAGE_FAULTS_MAX 200
#define PACKAGE_RATIO_MAX 200 /* unpacked to packed, over PACKAGE_RATIO_FROM */
#define PACKAGE_RATIO_FROM ((uint64_t)16 << 20)

struct package_entry {
	const char *path;
	uint64_t size;
	char sha256[SHA256_HEX + 1];
	char sha512[129];
	struct span content; /* of XML and text files; p NULL: not kept */
	bool told;	     /* a manifest or METS names it */
};

struct package_look {
	struct export *e;
	struct arena *arena;
	struct element *root;
	struct package_entry *entry; /* sorted by path once all are read */
	size_t count, room, faults;
	size_t kept;
	uint64_t unpacked;
};

/* package.c: the two runs. */
enum status export_package_look(struct export *, enum ocr_reason *, struct err *);
enum status export_package_take(struct export *, enum ocr_reason *, struct err *);

/* What the entries are, once all are read and sorted. */
void look_inside(struct package_look *);
/* A fault stands against the package; a note does not.  path and line may be NULL and 0. */
void look_fault(struct package_look *, const char *path, int64_t line, const char *fmt, ...)
    PRINTF(4, 5);
void look_note(struct package_look *, const char *path, int64_t line, const char *fmt, ...)
    PRINTF(4, 5);
/* NULL: no such entry. */
struct package_entry *look_find(struct package_look *, const char *path);
/* A relative path without tricks; else *why says what is wrong. */
bool look_path(struct span path, const char **why);
/* Folder of a path with its slash, "" at the top. */
const char *look_folder(struct package_look *, const char *path);

/* package_xml.c: NULL with a fault when it is no well-formed XML, or has a DTD.  xmlFreeDoc. */
xmlDocPtr look_xml(struct package_look *, const struct package_entry *);
void look_xml_freep(xmlDocPtr *); /* for owned() */
/* Names are compared without their namespace, letters of either case. */
bool look_is(const xmlNode *, const char *name);
xmlNode *look_child(const xmlNode *, const char *name); /* name NULL: any element */
xmlNode *look_next(const xmlNode *, const char *name);
/* Trimmed text of an element, or an attribute by its local name; NULL when absent or empty. */
const char *look_text(struct package_look *, const xmlNode *);
const char *look_attribute(struct package_look *, const xmlNode *, const char *name);
/* A description of ours (urn:tangthu:dossier:1) below parent; its files are looked for below base. */
struct element *look_description(
    struct package_look *, const struct package_entry *, const char *base);

/* package_bag.c: base is the bag's folder. */
void look_bag(struct package_look *, const char *base);

#endif
