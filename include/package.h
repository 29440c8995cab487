/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PACKAGE_H
#define PACKAGE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access.h"
#include "catalog.h"
#include "element.h"
#include "span.h"
#include "store.h"

/*
 * Packages (records.md 72-75): dossiers with all that is theirs, for other archives and back.
 *
 *	bagit	BagIt 1.0 (RFC 8493)
 *	sip, aip, dip	TT 05/2025/TT-BNV on E-ARK CSIP 2.0.4: METS, simpledc descriptions, PREMIS 3
 *
 * each in a ZIP file whose bytes depend on nothing but what is in it and the day it was made.  What the
 * exchange formats have no field for (levels, signers, relations, retention facts, holds) stands in a
 * description of ours, urn:tangthu:dossier:1, that goes along; so a package of ours comes back whole,
 * and one of others as far as it says.
 *
 * A foreign package is opened and parsed by tangthu-ocr behind its walls; here only what it found
 * arrives (element.h), and every digest is computed again.
 */
struct json_out;

#define PACKAGE_DOSSIERS_MAX	1000
#define PACKAGE_RECORDS_MAX	20000
#define PACKAGE_CONTENT_MAX	((uint64_t)256 << 20)	/* metadata of one package, in memory */

enum package_format { PACKAGE_BAGIT, PACKAGE_SIP, PACKAGE_AIP, PACKAGE_DIP, PACKAGE_FORMAT_COUNT };

/* A ready package as a row of pieces. */
struct package_piece {
	struct span	 bytes;			/* or, when sha256 is not NULL, a whole blob of the store */
	const char	*sha256;
	uint64_t	 length;
};
struct package {
	const char	*name;			/* "evidence-1a2b3c4d.zip" */
	const struct package_piece *piece;
	size_t		 count;
	uint64_t	 length;
};

struct package_request {
	enum package_format format;
	const int64_t	*nodes;			/* dossiers, or what dossiers lie below; row ids */
	size_t		 count;
	/* of a DIP: what was asked for (PL V); or NULL */
	const char	*request_id, *purpose;	/* purpose: "01" personal, "02" official, "03" special */
	const char	*purpose_text;
	const char	*agency;		/* code of the archive, before codes of an AIP; or NULL */
};

/* Which archive it is, whose catalogue and store; conf for the reader program's limits. */
struct package_source {
	struct catalog	*catalog;
	struct store	*store;
	const struct conf *conf;
	const char	*program;		/* tangthu-ocr */
};

/* What an import made, or would make. */
struct package_made {
	const char	*uid, *file_code, *title;
	int64_t		 records, files, bytes;
};
struct package_fault {
	const char	*where;			/* path of the entry, or "" */
	int64_t		 line;			/* 0 = none */
	const char	*text;			/* English */
};
struct package_report {
	const char	*format;		/* "bagit" ... or NULL: it is none */
	const char	*id;			/* of the package */
	const struct package_made *made;
	size_t		 made_count;
	const struct package_fault *fault;	/* any: nothing was or will be taken */
	size_t		 fault_count;
	const struct package_fault *note;	/* tolerated, or done otherwise than told */
	size_t		 note_count;
};

struct package_target {
	int64_t		 parent;		/* node that the dossiers go below */
	const char	*rule;			/* retention rule for dossiers whose own is not here; or NULL */
	bool		 dry;			/* says what would be done */
};

#ifdef __cplusplus
extern "C" {
#endif

const char	*package_format_name(enum package_format);	/* "bagit" ... */
int		 package_format_parse(struct span);		/* -1 when unknown */

/*
 * Puts a package together: reads every original once (digest, CRC).  Describes in a read transaction of
 * its own and is to be called outside of any: the rest takes long.  Holds every record that the caller
 * may list; hidden ones are not told of.  What was done (in BagIt and AIP) and which holds there are is
 * told with CAP_PLAN or CAP_AUDIT alone.
 * ST_DENIED: PERM_DOWNLOAD is missing on a dossier or a listed record.  ST_HELD: a record in quarantine.
 * ST_NOT_FOUND: no such node, or no dossier there.  ST_TOO_LARGE: PACKAGE_*_MAX.  ST_CORRUPT: a damaged
 * original.  The caller logs it (package_note) before a byte leaves.
 */
MUST_CHECK enum status
		 package_build(const struct package_source *, const struct access *,
		    const struct package_request *, struct arena *, struct package *, struct err *);
/* One entry of the log a dossier, with what was taken away in which format ("pdf", "xml" too). */
MUST_CHECK enum status
		 package_note(struct catalog *, const struct actor *, const struct access *,
		    const struct package_request *, const char *format, struct err *);

/*
 * Lets the reader look at a package: found is what package_import takes; its faults and notes are in
 * the report.  ST_OK also with faults.  ST_TOO_LARGE, ST_TIMEOUT, ST_CORRUPT, ST_NOT_FOUND (no reader).
 */
MUST_CHECK enum status
		 package_look(const struct package_source *, int package, struct arena *,
		    const struct element **found, struct package_report *, struct err *);
/*
 * Puts the contents of the files that the import needs into the store: not yet anybody's; taken names
 * those that were not there, for package_import.  ST_CORRUPT: a file is another than was seen.
 */
struct package_taken {
	const char *const *sha256;
	size_t		 count;
};
MUST_CHECK enum status
		 package_take(const struct package_source *, int package,
		    const struct element *found, struct arena *, struct package_taken *,
		    struct err *);
/* Out of the store again, what no record needs meanwhile: after a package_take that failed. */
MUST_CHECK enum status
		 package_forget(struct catalog *, struct store *, const struct package_taken *,
		    struct err *);
/*
 * Everything of it or nothing, in one transaction; package_take comes before it unless it is dry
 * (taken NULL).  Of an import that fails the files that were taken leave the store again.
 * ST_OK: the report says what was made; or, with faults, what stands against it and nothing was made.
 * ST_DENIED: no CAP_PLAN and CAP_INGEST, no PERM_ADD on the parent, a level above the clearance.
 * ST_NOT_FOUND: the parent.
 */
MUST_CHECK enum status
		 package_import(struct catalog *, struct store *, const struct actor *,
		    const struct access *, const struct package_target *,
		    const struct package_taken *, const struct element *found, struct arena *, struct package_report *,
		    struct err *);

void		 package_report_json(struct json_out *, const struct package_report *);

#ifdef __cplusplus
}
#endif
#endif
