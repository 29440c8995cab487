/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PDF_H
#define PDF_H
#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "ocr_wire.h"
#include "span.h"
#include "words.h"

struct picture; /* reader.h */

/*
 * PDF in two halves that do not know each other: structure and raw streams by libqpdf
 * (pdf_structure.c, pdf_content.c), text and rendering by poppler (pdf_render.c); the rule that
 * chooses per page is pdf.c.  libqpdf needs no file at all, poppler needs OCR_PROFILE_FONTS.
 */

/* ---- structure ---- */

struct pdf_structure;

struct pdf_facts {
	uint32_t pages;
	bool encrypted, damaged, is_signed, active;
};

/* What is painted on a page, as far as its content stream says. */
struct pdf_page_facts {
	double width, height; /* points, as displayed (after /Rotate) */
	unsigned images;      /* times an image is painted */
	unsigned text;	      /* visible text operators */
	unsigned hidden_text; /* text operators in render mode 3 */
	bool marks;	      /* paths, shadings, inline images, unreadable content */
	bool annotations;     /* with an appearance: widgets, stamps, notes */
	double covered;	      /* share of the page the largest image covers, 0..1 */
	double image_dpi;     /* of that image; 0 = none */
};

/*
 * Opens a document in memory (borrowed for its life).  ST_REFUSED with *reason
 * OCR_REASON_ENCRYPTED or OCR_REASON_NO_PAGES; ST_CORRUPT.
 */
enum status pdf_structure_open(struct pdf_structure **, struct span, struct pdf_facts *,
    enum ocr_reason *reason, struct err *);
void pdf_structure_close(struct pdf_structure *);
/* Facts of page n (from 1), content up to depth 3 of forms.  ST_CORRUPT. */
enum status pdf_structure_page(
    struct pdf_structure *, uint32_t n, struct pdf_page_facts *, struct err *);
/*
 * The single image of the page last asked for, as it is stored, decoded, turned as displayed.
 * ST_UNSUPPORTED: it has to be rendered (masks, odd colour, JBIG2 ...).  ST_CORRUPT, ST_TOO_LARGE
 * with *reason.
 */
enum status pdf_structure_image(struct pdf_structure *, uint64_t pixels, struct picture *,
    uint32_t *dpi, enum ocr_reason *reason, struct err *);

/*
 * The same image's bytes when they are a plain JPEG (grey or RGB, 8 bits, no masks, no Decode):
 * malloc'd, as they are stored; turns: quarter turns clockwise until it stands as displayed.
 * ST_UNSUPPORTED: it is another kind.
 */
enum status pdf_structure_jpeg(
    struct pdf_structure *, unsigned char **, size_t *, int *turns, struct err *);

/* ---- rendering ---- */

struct pdf_render;

/* Draws something once, so that fonts are found and libraries loaded before the lock-down. */
void pdf_render_warm(void);
enum status pdf_render_open(
    struct pdf_render **, struct span, enum ocr_reason *reason, struct err *);
void pdf_render_close(struct pdf_render *);
uint32_t pdf_render_pages(const struct pdf_render *);
/* Points, as displayed. */
enum status pdf_render_size(
    struct pdf_render *, uint32_t n, double *width, double *height, struct err *);
/* Text and boxes of page n at dpi into a new table; confidence of every word is given. */
enum status pdf_render_text(struct pdf_render *, uint32_t n, uint32_t dpi, uint8_t confidence,
    struct words **, struct err *);
/*
 * Which words of that table are set in a TCVN3 font of capitals (.VnTimeH, .VnArialH): their codes are
 * those of small letters (vietnamese.md 3.5).  capital holds words->count.
 */
enum status pdf_render_capitals(
    struct pdf_render *, uint32_t n, const struct words *, bool *capital, struct err *);
/* 32 bit picture of page n.  ST_TOO_LARGE with *reason when it has more pixels than allowed. */
enum status pdf_render_page(struct pdf_render *, uint32_t n, uint32_t dpi, uint64_t pixels, PIX **,
    enum ocr_reason *reason, struct err *);

#endif
