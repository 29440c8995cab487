/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PACKAGE_PARTS_H
#define PACKAGE_PARTS_H
#include "package.h"
#include "package_files.h"
#include "plan.h"

/* What the modules of packages share.  Private to core. */

#define PACKAGE_NAMESPACE "urn:tangthu:dossier:1"

/* One package while it is put together. */
struct packing {
	const struct package_source *from;
	const struct access *access;
	const struct package_request *request;
	struct arena *arena;
	struct package_files files;
	const char *now; /* when it is made, +07:00 */
	/* descriptions of its dossiers, in the order of the request */
	struct element **dossier;
	size_t count;
};

/* "2026-11-24T10:50:00.123456+07:00"; NULL for 0. */
const char *package_time(int64_t us, struct arena *);
/* Fit for a path: nothing that a file system or an URL takes for more than a letter; never empty. */
const char *package_safe(const char *name, struct arena *);
/*
 * The description of one dossier: <dossier> with its <record>s, their <component>s and <rendition>s.
 * Renditions have no path yet.  With events: what was done to it, from the log.
 */
MUST_CHECK enum status package_describe(
    const struct packing *, const struct node *, bool events, struct element **, struct err *);
/* The record of this uid where it is told, not only named; NULL: in none of the dossiers so far. */
const struct element *package_record(const struct packing *, const char *uid);
/* The code of TT 05/2025 for a term of years (-1: permanent): "01" to "07" (records.md 39). */
const char *package_maintenance(int64_t years);

/*
 * Puts the originals of a described dossier into folder and other renditions into others (NULL: they
 * stay behind), named by file code and ordinal (TT 05/2025 8.1.d), in BagIt and DIP with HET-HIEU-LUC for
 * revisions that are not in force any more (records.md 4),
 * and notes where in path of each <rendition>.  A component that shows some pages of a file goes with
 * all of it when every record of that file is in the package; else those pages alone go, as a PDF cut
 * out by tangthu-ocr.
 */
MUST_CHECK enum status package_place(struct packing *, struct element *dossier, const char *folder,
    const char *others, struct err *);
/* Bytes of ours at a path of the package. */
MUST_CHECK enum status package_put(
    struct packing *, const char *path, struct span bytes, struct err *);

/* Lay the described dossiers out as files. */
MUST_CHECK enum status package_bag(struct packing *, struct package *, struct err *);
MUST_CHECK enum status package_eark(struct packing *, struct package *, struct err *);

#endif
