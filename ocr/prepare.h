/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PREPARE_H
#define PREPARE_H
#include <leptonica/allheaders.h>
#include <stdint.h>

#include "reader.h"

/*
 * What happens to a page's pixels before Tesseract sees them (ocr.md section 9, reader.md
 * section 5).  All images are the caller's; NULL means out of memory.
 */

/* What recognition works on.  scale: its pixels per pixel of the displayed page; skew: radians it
 * was turned clockwise about its centre to stand straight. */
struct prepared {
	PIX *pix; /* 8 bit */
	uint32_t dpi;
	double scale;
	double skew;
};

/* Over 350 dpi a page (split: 1 or 8 bit) is reduced to 300, for words and codes alike. */
void prepare_resolution(struct page *);
/*
 * 8 bit for the network: grey or the red channel as it is, 1 bit without specks and softened
 * (scale.h).  *how names what was done.
 */
PIX *prepare_grey(PIX *, const char **how);
/* How dark a page's ink is against its paper, of all that is within the margins. */
struct shade {
	unsigned paper; /* median grey level */
	unsigned
	    ink; /* level of the ink's darker quarter where the paper is PAPER_LEVEL; 0: no ink */
	uint64_t all;	 /* pixels that were looked at, */
	uint64_t marked; /* those that are darker than paper, */
	uint64_t strong; /* and those among them that no threshold misses */
};
#define PAPER_LEVEL 200 /* of paper when its shade is evened out */

/* 1 bit at about 150 dpi, the paper's shade evened out: for the tests below.  shade may be NULL. */
PIX *prepare_analysis(PIX *grey, uint32_t dpi, struct shade *);
/* contrast.c: the shade of a page as it was and evened out; either may be NULL. */
void prepare_measure(PIX *grey, PIX *even, struct shade *);
/*
 * Sauvola's threshold takes ink for paper when it is not darker than two thirds of it:
 * pencil, pale print, old typescript.  true: most of the page's ink is like that.
 */
bool prepare_is_faint(const struct shade *);
/* The page with its paper evened out and white, and its ink made dark. */
PIX *prepare_stretched(PIX *grey, const struct shade *);
/*
 * red.c: letters that the red channel does not show (red, orange, pink, magenta print) drawn into
 * *grey (replaced) from the colours of page->look, seals and framed stamps left out.  How many; 0:
 * nothing changed.
 */
unsigned prepare_lost_letters(const struct page *, PIX **grey);
/* What of it is no margin: punch holes, dark edges and staples sit there.  The caller's. */
BOX *prepare_within_margins(PIX *);
/* Components of the size of letters: 0 on an empty page, hundreds on a written one. */
int prepare_textlike(PIX *analysis);
/* Quarter turns clockwise that make the text upright; 0 and not sure when nothing can be said. */
int prepare_orientation(PIX *analysis, bool *sure);
/* Degrees clockwise that straighten the lines; 0 when unsure or not worth a rotation. */
double prepare_skew(PIX *analysis);
/* Straightened by degrees, enlarged when the text is small, reduced when it is large.  grey stays the caller's. */
bool prepare_finish(PIX *grey, uint32_t dpi, double degrees, struct prepared *);
/*
 * rules.c: paints paper over the lines across a table in *grey (replaced) and takes all its lines out of
 * bits (the same page at another resolution).  *tables: the cells between them (cells.h; the caller's).
 * false: no grid, nothing changed.
 */
bool prepare_rules(PIX **grey, PIX *bits, BOXAA **tables);

#endif
