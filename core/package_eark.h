/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PACKAGE_EARK_H
#define PACKAGE_EARK_H
#include "package_parts.h"

/*
 * One information package of TT 05/2025 while it is laid out (annexes I, III, V; E-ARK CSIP 2.0.4):
 *
 *	OBJID/METS.xml
 *	OBJID/metadata/descriptive/EAD.xml		18 fields of the dossier; DIP: 7 of the request
 *	OBJID/metadata/preservation/PREMIS.xml		AIP
 *	OBJID/metadata/other/hoso.xml			SIP, AIP: what those fields cannot say
 *	OBJID/representations/rep1/METS.xml
 *	OBJID/representations/rep1/metadata/descriptive/EAD_doc_*.xml
 *	OBJID/representations/rep1/metadata/preservation/PREMIS_rep1.xml	AIP
 *	OBJID/representations/rep1/data/...		originals; *.fetch.txt: in an earlier package
 *	OBJID/schemas/ead.xsd, ead_doc.xsd
 */
#define PACKAGE_PREMIS "http://www.loc.gov/premis/v3"

struct eark {
	struct packing *p;
	struct element *dossier;
	enum package_format format;
	const char *id, *fonds; /* OBJID; code of the fonds */
	const char *root, *rep; /* folders with their slash */
	const char *file_code;	/* with the agency's before it in an AIP */
	const char *maintenance;
};

/* A METS document while it is written; sections come in the order of the schema. */
struct mets {
	struct eark *k;
	const char *base; /* folder that its references start from */
	struct element *mets, *described, *preserved, *files, *map;
};

/* package_ead.c: simpledc, in the words of the format. */
void ead_dossier(const struct eark *, struct strbuf *out);
void ead_document(const struct eark *, const struct element *record, struct strbuf *out);
void ead_schema(const struct eark *, bool document, struct strbuf *out);
/* "<file code>.<ordinal>": names the files of a document. */
const char *ead_document_id(const struct eark *, const struct element *record);

/* package_premis.c: of the whole, or of its records and files. */
MUST_CHECK enum status premis_write(
    const struct eark *, bool records, struct strbuf *out, struct err *);

/* package_mets.c */
void mets_begin(struct mets *, struct eark *, bool representation);
/* Ids to refer to from the map. */
const char *mets_describe(struct mets *, const char *path, const char *type, const char *other);
const char *mets_preserve(struct mets *, const char *path);
struct element *mets_group(struct mets *, const char *use);
const char *mets_file(struct mets *, struct element *group, const char *path, const char *mime);
struct element *mets_div(struct mets *, struct element *parent, const char *label);
void mets_point(struct mets *, struct element *div, const char *file_id);
MUST_CHECK enum status mets_end(struct mets *, const char *path, struct err *);
/* Pairs of name and value up to NULL; a NULL value is left out, and ends nothing. */
void mets_set(struct arena *, struct element *, const char *const *pairs);
/* "ID-…" or "uuid-…" in capitals, new. */
const char *mets_id(const struct eark *, const char *prefix);

#endif
