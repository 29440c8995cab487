/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EVIDENCE_FILES_H
#define EVIDENCE_FILES_H
#include "evidence.h"
#include "package_files.h"
#include "record.h"

/* The files of a package while it is put together (evidence_freeze.c, evidence_bag.c).  Private to core. */
struct evidence_files {
	struct arena *arena;
	const struct evidence *set;
	struct package_files list;
	size_t record_count;
	struct record *record; /* as they were when they were read */
};

/* ST_TOO_LARGE: EVIDENCE_CONTENT_MAX. */
MUST_CHECK enum status evidence_add(
    struct evidence_files *, const char *path, struct span bytes, struct err *);
/* The cover for people (vi, en) and set.json for programs. */
MUST_CHECK enum status evidence_cover(
    struct catalog *, struct evidence_files *, const struct evidence *, struct err *);
/*
 * What BagIt asks for beside data/, the instructions and the offline verifier; everything below data/
 * is there by now.  manifest receives the SHA-256 of manifest-sha256.txt.
 */
MUST_CHECK enum status evidence_tags(
    struct evidence_files *, const struct evidence *, char manifest[SHA256_HEX + 1], struct err *);
/* The offline verifier, one HTML file. */
struct span evidence_verifier(void);

#endif
