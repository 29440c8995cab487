/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_EXPORT_H
#define OCR_EXPORT_H
#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "err.h"
#include "ocr_wire.h"
#include "span.h"
#include "strbuf.h"

/*
 * Renditions that need a document's bytes parsed: made when asked for by a tangthu-ocr of their own
 * (--export: no models, one request, then it ends) behind the same walls as the reader.  The server
 * and the command line hand it descriptors and take bytes; they parse nothing.
 *
 * Socket (fd 3 of the process): OCR_EXPORT with two descriptors (document, plan) goes down; up come
 * OCR_EXPORT_DATA frames and at the end OCR_DONE, or OCR_CONTINUE (ask again with the fonts: nothing
 * was sent), or OCR_FAILED.  The plan tells the pages wanted in order, each with its words:
 *	"TTX" 1, then per page u32 number in the file, u32 turn, u32 length, word table (words.h)
 * all little endian; no words (length 0): a page with text of its own.
 *
 * For packages the plan is elements on the wire: OCR_EXPORT_LOOK takes <look/>; OCR_EXPORT_TAKE
 * <take> with a <file> an entry wanted, and answers for each that is there, in the package's order, u64
 * its place in the plan, then blocks of u64 length and bytes up to an empty one.
 */
enum ocr_export_kind {
	OCR_EXPORT_CUT,		/* PDF of the pages wanted, nothing of any other page in it */
	OCR_EXPORT_SEARCHABLE,	/* the pages untouched, with invisible text over them */
	OCR_EXPORT_ARCHIVE,	/* PDF/A-2b: page images and invisible text */
	OCR_EXPORT_SIGNATURES,	/* JSON: what is signed, how much of it, and is it intact */
	OCR_EXPORT_LOOK,	/* of a package (package.h): what it says, as elements (element.h) */
	OCR_EXPORT_TAKE,	/* of a package: contents of the files that the plan names */
	OCR_EXPORT_IMAGE,	/* a page image (JPEG or PNG) with the banner burnt into it */
	OCR_EXPORT_BOOK,	/* several PDFs and texts as one PDF (ocr/export_book.c) */
	OCR_EXPORT_SHEET,	/* a PDF of a table to be printed (sheet.h); it is the plan */
	OCR_EXPORT_KIND_COUNT
};

struct ocr_export {
	uint32_t	 kind;		/* enum ocr_export_kind */
	uint32_t	 profile;
	bool		 require_sandbox;
	bool		 whole;		/* the plan is every page of the file, in its order */
	struct ocr_limits limits;	/* output: bytes of the whole result */
	int64_t		 created_us;	/* told as the document's date */
	struct span	 mime, title;	/* as classified; of the metadata */
	/*
	 * Drawn over every page, and found by a search in it; empty = none.  The banner lies across the
	 * page (records.md 4), the line at its foot (records.md 57).  A signed file that goes out whole
	 * is written anew for a banner only.
	 */
	struct span	 banner, line;
};

struct ocr_export_page {
	uint32_t	 number;	/* of the file, from 1 */
	uint32_t	 turn;		/* by hand, clockwise: 0, 90, 180, 270 */
	struct span	 words;		/* word table as read or corrected, turned by turn; or empty */
};

#define OCR_EXPORT_CHUNK	(OCR_WIRE_SMALL - 1024)
#define OCR_EXPORT_PLAN_MAX	((size_t)512 << 20)

#ifdef __cplusplus
extern "C" {
#endif

void		 ocr_export_write(const struct ocr_export *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_export_read(struct ocr_export *, struct span, struct err *);
/* A plan: begin, then its pages. */
void		 ocr_export_plan_begin(struct strbuf *out);
void		 ocr_export_plan_add(const struct ocr_export_page *, struct strbuf *out);
/*
 * Takes the next page from *rest (at first the whole plan; the head is checked and eaten).
 * ST_OK; ST_NOT_FOUND: that was the last; ST_CORRUPT.
 */
MUST_CHECK enum status
		 ocr_export_plan_next(struct span *rest, struct ocr_export_page *, struct err *);

/*
 * Runs one export and writes its bytes to out (at most limits.output of them).  program: path of
 * tangthu-ocr; conf: [ocr] and [export]; document and plan are readable, seekable descriptors.
 * *e's profile and limits are filled here.  Blocks for [export] seconds at most.
 * ST_TIMEOUT; ST_UNSUPPORTED, ST_REFUSED, ST_CORRUPT, ST_TOO_LARGE: the document, see the message;
 * ST_NOT_FOUND: no such program; ST_IO, ST_FULL.
 */
MUST_CHECK enum status
		 ocr_export_run(const char *program, const struct conf *, struct ocr_export *e,
		     int document, int plan, int out, struct err *);

/* Takes the next bytes of a result; anything but ST_OK ends the run. */
typedef enum status (*ocr_export_sink)(void *payload, struct span, struct err *);
/* The same with a sink of the caller's; packages are measured by [server] upload_max, unpacked too. */
MUST_CHECK enum status
		 ocr_export_stream(const char *program, const struct conf *, struct ocr_export *e,
		     int document, int plan, ocr_export_sink, void *payload, struct err *);

static inline bool
ocr_export_is_package(uint32_t kind)
{
	return kind == OCR_EXPORT_LOOK || kind == OCR_EXPORT_TAKE;
}

/* The plan is elements, not pages. */
static inline bool
ocr_export_has_elements(uint32_t kind)
{
	return ocr_export_is_package(kind) || kind == OCR_EXPORT_BOOK || kind == OCR_EXPORT_SHEET;
}

#ifdef __cplusplus
}
#endif
#endif
