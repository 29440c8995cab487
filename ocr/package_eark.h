/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_PACKAGE_EARK_H
#define OCR_PACKAGE_EARK_H
#include "package.h"

/* One information package of TT 05/2025 or E-ARK CSIP while it is looked at. */
struct eark_look {
	struct package_look *look;
	const char *base;		  /* its folder */
	const struct package_entry *root; /* its METS.xml */
	bool dip, ours;			  /* ours: a description of ours goes along */
	struct element *dossier;
	struct element *owner; /* of the last event: the next one is mostly its too */
	size_t odd_codes;      /* documents whose code is of another dossier */
};

/* package_eark.c: the folder of a METS.xml. */
void look_eark(struct package_look *, const struct package_entry *mets);

/* package_simpledc.c: what EAD.xml and EAD_doc_*.xml say, in any order, by either set of names. */
void look_dossier_fields(struct eark_look *, const struct package_entry *);
/* record: attributes and children are added, or compared where a description of ours has them. */
void look_document_fields(
    struct eark_look *, const struct package_entry *, struct element *record, int64_t place);

/* package_premis.c: events, put to the dossier or the record they are linked to. */
void look_premis(struct eark_look *, const struct package_entry *);

#endif
