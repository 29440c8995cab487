/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef READER_H
#define READER_H
#include <leptonica/allheaders.h>
#include <magic.h>
#include <tesseract/capi.h>

#include "arena.h"
#include "err.h"
#include "ocr_wire.h"
#include "span.h"
#include "strbuf.h"
#include "words.h"

/* Inside tangthu-ocr: what the zygote has ready, one request in a child, one page of it. */

/* A loaded model set.  Owned by the zygote for its whole life. */
struct engine {
	TessBaseAPI *handle;
	const char *languages; /* "vie", "vie+eng" */
};

struct reader {
	struct engine first, fallback, second; /* handle of the latter two may be NULL */
	magic_t magic;
	char versions[512];
};

/* A decoded image; the two are the caller's. */
struct picture {
	PIX *pix;    /* 1, 8 or 32 bit; with look: the red channel */
	PIX *look;   /* of a colour image that was split while it was decoded (page_split()) */
	double wide; /* in: inches across, for the size of look; 0 = as the file says */
	bool whole;  /* in: all colours in pix, no look */
};

/* How a page's pixels or words were found; filled by a source, finished by job.c. */
struct page {
	uint32_t number;
	enum ocr_source source;
	uint32_t warnings; /* enum ocr_warning */
	uint32_t dpi;	   /* of pix; 0 = unknown */
	PIX *pix;  /* 1, 8 or 32 bit, upright once read; words and marks are in its pixels */
	PIX *look; /* what page_split() kept of the colours; NULL: pix has all */
	struct words *words; /* set: nothing has to be recognised */
	bool whole;	     /* in: the source is to give pix with all its colours */
	const char *language;
	struct strbuf provenance;
	struct strbuf image; /* the display image, made from pix */
	const char *image_mime;
	uint32_t image_width, image_height;
	unsigned dark_edge; /* per cent */
	char image_hash[OCR_HASH_MAX + 1];
	struct ocr_mark mark[OCR_MARKS_MAX];
	uint32_t mark_count;
	struct arena *arena; /* of the marks' texts; NULL until there is one */
};

struct job {
	const struct reader *reader;
	struct ocr_request request;
	struct span bytes; /* the document, mapped read-only */
	int out;	   /* the result socket */
	int64_t page_deadline_us;
	struct ocr_document what;
	const struct format *format;
};

/*
 * An opened document.  page() fills either words or pix; a refusal of the page is a status with
 * *reason set.  ST_BUSY from page() means: needs OCR_PROFILE_FONTS.
 */
struct source {
	uint32_t pages;
	void *state;
	enum status (*page)(
	    struct job *, void *state, struct page *, enum ocr_reason *reason, struct err *);
	void (*close)(void *state);
};

/* A row of the table of formats (format.c): the one place where a format is added. */
struct format {
	const char *mime; /* exact, or a prefix when it ends in an asterisk */
	enum ocr_family family;
	/*
	 * Opens job->bytes; NULL: known, but not read, for the reason beside it.  May add
	 * to job->what (charset, encrypted, warnings).  Fails with *reason set.
	 */
	enum status (*open)(struct job *, struct source *, enum ocr_reason *reason, struct err *);
	enum ocr_reason refusal;
};

/* Never NULL: the last row stands for everything unknown. */
const struct format *format_lookup(const char *mime);

/* classify.c: fills job->what (family, mime, label, warnings) and job->format from the bytes. */
void classify(struct job *);

/* job.c: reads the request's pages and answers on job->out; never returns. */
_Noreturn void job_run(const struct reader *, const struct ocr_request *, int document, int out);
/* zygote.c: serves requests on OCR_WIRE_FD until it is closed; exit status. */
int zygote_run(const char *tessdata, const char *languages, const char *fallback,
    const char *second, bool require_sandbox);

/* Sources. */
enum status pdf_open(struct job *, struct source *, enum ocr_reason *, struct err *);
enum status image_open(struct job *, struct source *, enum ocr_reason *, struct err *);
enum status plain_open(struct job *, struct source *, enum ocr_reason *, struct err *);
enum status html_open(struct job *, struct source *, enum ocr_reason *, struct err *);

/*
 * plain.c: cuts UTF-8 text into page-less pages at form feeds and, when it is long, at lines.
 * The text is taken over (emptied); charset is a constant for the provenance.
 */
enum status plain_source(struct strbuf *text, const char *charset, struct source *);
/* Appends the document as UTF-8 NFC, whatever it is encoded in; tells charset and warnings. */
void plain_decode(struct job *, struct strbuf *text);

/*
 * image.c: pixels from an encoded image of any format leptonica reads.  Size is checked against
 * pixels before anything is decoded.  ST_TOO_LARGE, ST_CORRUPT; *reason is set.
 */
enum status image_decode(
    struct span bytes, uint64_t pixels, struct picture *, enum ocr_reason *, struct err *);
/* jpeg.c: a JPEG in colour, split.  false: something else or damaged, nothing given. */
bool jpeg_split(struct span bytes, struct picture *);
/* 1, 8 (grey) or 32 (RGB, no alpha) bits whatever it was; takes pix over; NULL when out of memory. */
PIX *image_normalise(PIX *pix);
/* The caller's: bits as grey (black 0), anything else as it is, not copied.  NULL: no memory. */
PIX *image_deep(PIX *);
/* The caller's, by quarter turns to the right; what stays as it is is not copied.  NULL: no memory. */
PIX *image_turned(PIX *, int quads);
/* The same in its place.  false: no memory, nothing changed. */
bool image_turn(PIX **, int quads);
/* A believable resolution: the told one, or what makes the long side that of A4. */
uint32_t image_dpi(const PIX *, uint32_t told);

/*
 * recognise.c: page->pix becomes upright, page->words are read from it.  Never gives NULL words:
 * a blank page has none.  ST_TIMEOUT, ST_INTERNAL; *reason is set.
 */
enum status page_recognise(struct job *, struct page *, enum ocr_reason *, struct err *);
/*
 * mark.c: what stands on the upright page->pix besides words becomes page->mark: bar codes
 * (barcode.c), stamps and seals (stamp.c), lines of the signature block (signer.c).  A page that bears one is not blank.  Never fails; out of memory it finds less.
 */
void page_look(struct job *, struct page *);
/* text is cleaned: UTF-8 without control characters, at most OCR_TEXT_MAX bytes. */
void page_mark(struct page *, enum ocr_mark_kind, BOX *, unsigned confidence, struct span text);
void barcode_find(struct page *);
void stamp_find(struct job *, struct page *);
void signer_find(struct job *, struct page *);
/* measure.c: dark edges and the hash of page->pix (may be NULL: none). */
void page_measure(struct page *);
/*
 * display.c: a page in colour becomes its red channel, from which words and codes are read (red stamps
 * and seals vanish), and page->look, the picture for the eye and for the search of stamps, reduced; a
 * page without colours has a grey one.  Kept whole it would be half of the reader's memory.  false: out
 * of memory, nothing changed.
 */
bool page_split(struct page *);
/* How much of its size look has, at most 1, of an image of w x h at dpi. */
double page_look_scale(l_int32 w, l_int32 h, uint32_t dpi);
/* page->image from page->look or page->pix (may be NULL: none). */
void page_display(struct page *);

#endif
