/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OCR_WIRE_H
#define OCR_WIRE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "span.h"
#include "strbuf.h"

/*
 * What the indexer and tangthu-ocr can say to each other: the enum is the protocol.
 *
 * Two stream sockets.  The control socket (fd 3 of the zygote) lives as long as the zygote:
 * OCR_REQUEST goes down with two descriptors (SCM_RIGHTS: the document, read-only and seekable;
 * the result socket), OCR_READY and OCR_ENDED come up.  Each request has a result socket of its
 * own on which only its forked child writes; so a child that dies or lies spoils its own answer
 * and no other.  Every frame is u32 length of the payload, u16 type, u16 version, payload; all
 * numbers little endian; strings are u32 length and bytes.  A reader refuses trailing bytes,
 * unknown types, wrong versions and lengths over the limit it was given.
 *
 * Order on the result socket: OCR_DOCUMENT, then for each page OCR_PAGE_BEGIN and one of OCR_PAGE,
 * OCR_PAGE_FAILED; at the end one of OCR_DONE, OCR_CONTINUE, OCR_FAILED.  End of file before that
 * is a dead child; OCR_ENDED on the control socket then says how it died.
 */
#define OCR_WIRE_VERSION	3
#define OCR_WIRE_HEADER		8
#define OCR_WIRE_SMALL		(64u << 10)	/* limit of every frame but OCR_PAGE */
#define OCR_WIRE_FD		3		/* the control socket in the zygote */
#define OCR_NAME_MAX		1024
#define OCR_TEXT_MAX		1024		/* of mime, label, message, language, provenance */
#define OCR_LAST_PAGE		UINT32_MAX	/* "to the end" in a request */
#define OCR_HASH_SIDE		16		/* cells of the image hash: 16 x 16 bits */
#define OCR_HASH_MAX		(OCR_HASH_SIDE * OCR_HASH_SIDE / 4) /* hex digits of it */
#define OCR_MARKS_MAX		48		/* of one page */

enum ocr_frame_type {
	OCR_REQUEST = 1,	/* indexer -> zygote: struct ocr_request, two descriptors */
	OCR_READY,		/* zygote -> indexer, once: struct ocr_ready */
	OCR_ENDED,		/* zygote -> indexer: the child of a request is gone */
	OCR_DOCUMENT,		/* child: what the file is */
	OCR_PAGE_BEGIN,		/* child: page number is being read; its deadlines start */
	OCR_PAGE,		/* child: a page result */
	OCR_PAGE_FAILED,	/* child: this page cannot be read, the next one is tried */
	OCR_CONTINUE,		/* child: ask again from this page with this profile */
	OCR_DONE,		/* child: every page of the range was answered */
	OCR_FAILED,		/* child: the document cannot be read (further) */
	OCR_EXPORT,		/* down, once, to a process of its own: see ocr_export.h */
	OCR_EXPORT_DATA,	/* up: the next bytes of the result */
	OCR_FRAME_END
};

/* Which files a child may open: the least that its pages need (reader.md section 1). */
enum ocr_profile {
	OCR_PROFILE_BARE,	/* none: images, scans, text */
	OCR_PROFILE_FONTS,	/* fonts and poppler's data, read-only: PDF pages with text or vectors */
	OCR_PROFILE_COUNT
};

/* How the words of a page were come by. */
enum ocr_source {
	OCR_SOURCE_TEXT_LAYER,	/* the PDF's own text */
	OCR_SOURCE_IMAGE,	/* recognised from an image as it was embedded or filed */
	OCR_SOURCE_RENDER,	/* recognised from a rendered page */
	OCR_SOURCE_TEXT,	/* a text format: no page image */
	OCR_SOURCE_BLANK,	/* nothing on the page */
	OCR_SOURCE_COUNT
};

/* What stands on a page besides its words: found in the pixels. */
enum ocr_mark_kind {
	OCR_MARK_QR,		/* text: the payload, cleaned */
	OCR_MARK_CODE128,
	OCR_MARK_CODE39,
	OCR_MARK_STAMP,		/* text: the words in a frame of their own, as read */
	OCR_MARK_SEAL,		/* a round red seal; no text */
	OCR_MARK_SIGNATURE,	/* text: one line of a second reading of the signature block */
	OCR_MARK_KIND_COUNT
};

/* Why something was not read.  The names are stable: they are stored in the catalogue. */
enum ocr_reason {
	OCR_REASON_NONE,
	OCR_REASON_EMPTY,		/* no bytes */
	OCR_REASON_ENCRYPTED,		/* a password is needed */
	OCR_REASON_DAMAGED,		/* truncated or malformed beyond reading */
	OCR_REASON_NO_PAGES,		/* well-formed, but no page in it */
	OCR_REASON_OFFICE,		/* office formats: not read yet */
	OCR_REASON_ARCHIVE,		/* archives and containers: not read yet */
	OCR_REASON_MAIL,		/* e-mail: not read yet */
	OCR_REASON_IMAGE_FORMAT,	/* an image format without a decoder here (HEIC, SVG, PSD) */
	OCR_REASON_MEDIA,		/* sound, video, drawings, fonts: nothing to read */
	OCR_REASON_PROGRAM,		/* an executable or script container */
	OCR_REASON_UNKNOWN_FORMAT,
	OCR_REASON_TOO_LARGE,		/* the file is over [ocr] document */
	OCR_REASON_TOO_MANY_PAGES,
	OCR_REASON_TOO_MANY_PIXELS,
	OCR_REASON_TOO_MUCH_OUTPUT,
	OCR_REASON_MEMORY,		/* over [ocr] memory */
	OCR_REASON_CPU,			/* over [ocr] cpu */
	OCR_REASON_WALL,		/* over [ocr] wall; killed by the indexer */
	OCR_REASON_CRASH,		/* a decoder died on it */
	OCR_REASON_FORBIDDEN,		/* a decoder tried what the sandbox forbids */
	OCR_REASON_PROTOCOL,		/* the child did not keep to this protocol */
	OCR_REASON_READER,		/* the reader itself could not start: not the file's fault */
	OCR_REASON_COUNT
};

struct ocr_reason_info {
	const char	*name;		/* "encrypted" */
	enum status	 status;	/* ST_REFUSED ST_UNSUPPORTED ST_CORRUPT ST_TOO_LARGE ... */
	bool		 retry;		/* may go better another time (load, memory) */
	const char	*text_vi;	/* for the archivist */
	const char	*text_en;
};

/* Families of formats; what is done with each is the const table in ocr/format.c. */
enum ocr_family {
	OCR_FAMILY_UNKNOWN,
	OCR_FAMILY_PDF,
	OCR_FAMILY_IMAGE,
	OCR_FAMILY_TEXT,
	OCR_FAMILY_HTML,
	OCR_FAMILY_OFFICE,
	OCR_FAMILY_ARCHIVE,
	OCR_FAMILY_MAIL,
	OCR_FAMILY_MEDIA,
	OCR_FAMILY_PROGRAM,
	OCR_FAMILY_COUNT
};

/* Warnings of a page or a document: a set of bits, names by ocr_warning_name. */
enum ocr_warning {
	OCR_WARN_MISLABELLED	= 1 << 0,	/* the name's extension says another format */
	OCR_WARN_POLYGLOT	= 1 << 1,	/* valid as two formats, or bytes before the header */
	OCR_WARN_DAMAGED	= 1 << 2,	/* read after repair; something may be missing */
	OCR_WARN_LOW_CONFIDENCE	= 1 << 3,	/* mean confidence below 70: needs review */
	OCR_WARN_ALMOST_BLANK	= 1 << 4,	/* little on it: needs review */
	OCR_WARN_FALLBACK	= 1 << 5,	/* read with the fallback languages */
	OCR_WARN_TURNED		= 1 << 6,	/* orientation found by a second try */
	OCR_WARN_REDUCED	= 1 << 7,	/* read at a lower resolution than it has */
	OCR_WARN_LEGACY_ENCODING = 1 << 8,	/* TCVN3, VNI, VISCII or windows-1258 was converted */
	OCR_WARN_LAYER_IGNORED	= 1 << 9,	/* a text layer was there and not trusted */
	OCR_WARN_INVISIBLE_TEXT	= 1 << 10,	/* the layer lies unseen over a scan: earlier OCR */
	OCR_WARN_TRUNCATED	= 1 << 11,	/* text over the limit was cut off */
	OCR_WARN_SIGNED		= 1 << 12,	/* the document carries digital signatures */
	OCR_WARN_ACTIVE		= 1 << 13	/* scripts, launch actions or embedded files inside */
};
#define OCR_WARNING_COUNT	14

struct ocr_limits {
	uint64_t	 memory;	/* bytes of address space besides the mapped document */
	uint32_t	 cpu;		/* seconds a page */
	uint32_t	 wall;		/* seconds a page */
	uint64_t	 pixels;	/* a page */
	uint32_t	 pages;		/* a document */
	uint64_t	 output;	/* bytes of one page result */
	uint64_t	 document;	/* bytes of the file */
};

/* Spans are borrowed: from the caller when written, from the frame when read. */
struct ocr_request {
	uint32_t	 profile;	/* enum ocr_profile */
	uint32_t	 first, last;	/* pages from 1; last may be OCR_LAST_PAGE */
	uint32_t	 fallback_percent;
	bool		 require_sandbox; /* read nothing below seccomp and limits */
	struct ocr_limits limits;
	struct span	 name;		/* file name as it arrived: a hint, never opened */
};

struct ocr_ready {
	uint32_t	 sandbox;	/* bits of enum ocr_sandbox */
	uint32_t	 landlock;	/* ABI, 0 = none */
	struct span	 versions;	/* "tesseract 5.3.0 leptonica-1.82.0 ..." */
};

enum ocr_sandbox {
	OCR_SANDBOX_SECCOMP	= 1 << 0,
	OCR_SANDBOX_RLIMITS	= 1 << 1,
	OCR_SANDBOX_LANDLOCK	= 1 << 2,
	OCR_SANDBOX_NO_NEW_PRIVS = 1 << 3
};

struct ocr_ended {
	int32_t		 wait_status;	/* of waitpid(2) */
	uint64_t	 cpu_us;	/* user and system time of the child */
	uint64_t	 rss;		/* peak, bytes */
};

struct ocr_document {
	uint32_t	 family;	/* enum ocr_family */
	bool		 readable;	/* pages will follow */
	bool		 encrypted;	/* also true when it opens with an empty password */
	uint32_t	 pages;		/* 0 when none are readable */
	uint32_t	 warnings;
	struct span	 mime;		/* "application/pdf" */
	struct span	 label;		/* "PDF 1.4" */
	struct span	 charset;	/* of text formats: "UTF-8", "TCVN3"; else empty */
};

struct ocr_mark {
	uint32_t	 kind;		/* enum ocr_mark_kind */
	int32_t		 x, y;		/* box in pixels of the displayed page */
	uint32_t	 w, h;
	uint32_t	 confidence;	/* 0-100 */
	struct span	 text;
};

struct ocr_page {
	uint32_t	 number;	/* from 1 */
	uint32_t	 source;	/* enum ocr_source */
	uint32_t	 width, height;	/* of the displayed page, pixels at dpi; 0 0 = page-less */
	uint32_t	 dpi;
	uint32_t	 rotation;	/* clockwise turn applied: 0, 90, 180, 270 */
	int32_t		 skew;		/* hundredths of a degree */
	uint32_t	 confidence;	/* mean of the words, 0-100 */
	uint32_t	 warnings;
	uint32_t	 image_width, image_height;
	uint64_t	 cpu_us;	/* spent on this page */
	uint32_t	 dark_edge;	/* per cent of the edge that is darkest, 0-100 */
	struct span	 image_hash;	/* hex: which cell is brighter than the one on its left; or empty */
	struct span	 language;	/* "vie", "vie+eng"; empty when nothing was recognised */
	struct span	 provenance;	/* engines, versions and parameters of this page */
	struct span	 image_mime;	/* "image/jpeg", "image/png", or empty: no image */
	struct span	 words;		/* words.h */
	struct span	 image;		/* the display image */
	uint32_t	 mark_count;
	struct ocr_mark	 mark[OCR_MARKS_MAX];
};

struct ocr_failure {
	uint32_t	 number;	/* page, or 0: the document */
	uint32_t	 reason;	/* enum ocr_reason */
	struct span	 message;	/* English, for the operator; never document text */
};

struct ocr_continue {
	uint32_t	 number;	/* first page that was not answered */
	uint32_t	 profile;
};

struct ocr_frame {
	uint16_t	 type;
	struct span	 payload;	/* borrowed */
};

/* Bytes that arrived and are not yet eaten; start with OCR_FRAMES_INIT(limit of a payload). */
struct ocr_frames {
	struct strbuf	 in;
	size_t		 eaten;
	size_t		 limit;
};
#define OCR_FRAMES_INIT(max)	{ STRBUF_INIT, 0, (max) }

#ifdef __cplusplus
extern "C" {
#endif

/* Borrowed rows and names; a value out of range gives OCR_REASON_PROTOCOL's row or "?". */
const struct ocr_reason_info *
		 ocr_reason_info(uint32_t reason);
/* The reason with this name, or OCR_REASON_COUNT. */
uint32_t	 ocr_reason_by_name(struct span);
const char	*ocr_source_name(uint32_t);
const char	*ocr_family_name(uint32_t);
const char	*ocr_mark_name(uint32_t);
/* Name of bit i < OCR_WARNING_COUNT. */
const char	*ocr_warning_name(unsigned i);

/*
 * Payloads.  _write appends to out; strings over their limit are cut at a character's end.
 * _read takes an untrusted payload: ST_CORRUPT for short, long or impossible content.  The spans
 * of what was read point into the payload.
 */
void		 ocr_request_write(const struct ocr_request *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_request_read(struct ocr_request *, struct span, struct err *);
void		 ocr_ready_write(const struct ocr_ready *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_ready_read(struct ocr_ready *, struct span, struct err *);
void		 ocr_ended_write(const struct ocr_ended *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_ended_read(struct ocr_ended *, struct span, struct err *);
void		 ocr_document_write(const struct ocr_document *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_document_read(struct ocr_document *, struct span, struct err *);
void		 ocr_page_write(const struct ocr_page *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_page_read(struct ocr_page *, struct span, struct err *);
void		 ocr_failure_write(const struct ocr_failure *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_failure_read(struct ocr_failure *, struct span, struct err *);
void		 ocr_continue_write(const struct ocr_continue *, struct strbuf *out);
MUST_CHECK enum status
		 ocr_continue_read(struct ocr_continue *, struct span, struct err *);
/* OCR_PAGE_BEGIN carries the page number alone. */
void		 ocr_begin_write(uint32_t number, struct strbuf *out);
MUST_CHECK enum status
		 ocr_begin_read(uint32_t *number, struct span, struct err *);

/* Header and payload as one run of bytes. */
void		 ocr_frame_write(uint16_t type, struct span payload, struct strbuf *out);
/*
 * Sends a frame with n descriptors on a blocking stream socket; the descriptors stay the caller's.
 * ST_IO (EPIPE when the other side is gone; never a signal).
 */
MUST_CHECK enum status
		 ocr_frame_send(int sock, uint16_t type, struct span payload, const int *fds,
		     size_t n, struct err *);
/*
 * Waits for one frame on a blocking socket, with at most n descriptors in fds (close-on-exec, the
 * caller's; -1 where none came).  The payload is kept in *buf.  ST_NOT_FOUND: the other side
 * closed.  ST_CORRUPT: a bad header or length over limit.  ST_IO.
 */
MUST_CHECK enum status
		 ocr_frame_receive(int sock, size_t limit, struct strbuf *buf,
		     struct ocr_frame *, int *fds, size_t n, struct err *);
/*
 * The next whole frame among the bytes in f->in; its payload is borrowed until bytes are added.
 * ST_OK; ST_NOT_FOUND: more bytes are needed; ST_CORRUPT: bad header, unknown type, over limit.
 */
MUST_CHECK enum status
		 ocr_frames_next(struct ocr_frames *, struct ocr_frame *, struct err *);
void		 ocr_frames_free(struct ocr_frames *);

#ifdef __cplusplus
}
#endif
#endif
