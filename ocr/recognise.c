/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "garbled.h"
#include "missed.h"
#include "pass.h"
#include "prepare.h"
#include "reader.h"
#include "rune.h"
#include "second.h"
#include "speck.h"
#include "cells.h"

#define CONFIDENCE_GOOD 70 /* below: try another orientation (ocr.md section 7) */
#define CONFIDENCE_FAIR 94 /* below: a second model looks at all of it */
#define CONFIDENCE_SURE 60 /* words whose letters count for the language gate */
#define LETTERS_ENOUGH 100
#define CONFIDENCE_UNCLEAN 80 /* below: noise may have made it so */
#define CONFIDENCE_LOST 50    /* below: it may even lie sideways */
#define TEXTLIKE_FEW 10	      /* letters of a page that may well be empty */
#define TEXTLIKE_SOME 40
#define WORDS_FEW 3
#define STANDING_LETTERS 4 /* bytes: shorter words are as high as they are wide */
#define PAPER_DARK 100	   /* grey level of most of a page that is no paper */
#define TURN_GAIN 8	   /* points a turned reading must be better by */

/* ---- choices ---- */

/* A page on the bench: what every try starts from. */
struct bench {
	struct job *job;
	uint32_t dpi;
	bool first_page, bits; /* the page; scanned with one bit a pixel */
	double scale;	       /* of what recognition saw */
	PIX *grey, *analysis;
	struct shade shade;
	int textlike, quads; /* what the shapes of its letters tell */
	bool sure;
	struct strbuf how, tried; /* for the provenance */
};

struct reading {
	struct words *words;
	const struct engine *engine;
	int quads;	/* quarter turns clockwise */
	double degrees; /* turned clockwise to stand straight */
	unsigned confidence;
};

static void
reading_free(struct reading *r)
{
	words_freep(&r->words);
}

/* Notes what a try gave, for the provenance. */
static void
note(struct bench *b, const struct reading *r, bool grid, unsigned added, unsigned mended,
    unsigned specks)
{
	strbuf_addf(&b->tried, "%s%s@%d:%u/%zu", b->tried.len > 0 ? "," : "", r->engine->languages,
	    r->quads * 90, r->confidence, r->words->count);
	if (grid)
		strbuf_add_str(&b->tried, "+grid");
	if (added > 0)
		strbuf_addf(&b->tried, "+missed:%u", added);
	if (mended > 0)
		strbuf_addf(&b->tried, "+garbled:%u", mended);
	if (specks > 0)
		strbuf_addf(&b->tried, "+specks:%u", specks);
}

/* Letters of the surer words, and how many of them no English text has. */
static void
count_letters(const struct words *ws, unsigned *letters, unsigned *marked)
{
	utf8proc_int32_t rune;
	struct span text;
	size_t i;

	*letters = *marked = 0;
	for (i = 0; i < ws->count; i++) {
		if (ws->word[i].confidence < CONFIDENCE_SURE)
			continue;
		for (text = words_text(ws, i); rune_next(&text, &rune);) {
			if (!utf8proc_islower(rune) && !utf8proc_isupper(rune))
				continue;
			++*letters;
			*marked += rune >= 0x80;
		}
	}
}

/* The second model's opinion of the first one's reading of a Vietnamese page. */
static enum status
ask_second(struct bench *b, const struct prepared *in, struct reading *r, struct err *err)
{
	const struct engine *e = &b->job->reader->second;
	bool whole = r->confidence < CONFIDENCE_FAIR;
	unsigned letters, marked, lines, disputed;
	enum status st;

	count_letters(r->words, &letters, &marked);
	if (e->handle == NULL || r->engine != &b->job->reader->first ||
	    marked * 100 < letters * b->job->request.fallback_percent || (!whole && !b->first_page))
		return ST_OK;
	st = second_read(e, in, whole, b->job->page_deadline_us, r->words, &lines, &disputed, err);
	strbuf_addf(&b->tried, "+%s:%u/%u", e->languages, disputed, lines);
	return st;
}

/* Reads the prepared page; bits: the same page for tests of shape. */
static enum status
read_prepared(struct bench *b, struct prepared *in, PIX *bits, struct reading *r,
    enum ocr_reason *reason, struct err *err)
{
	BOXAA *tables;
	bool grid = prepare_rules(&in->pix, bits, &tables);
	unsigned added = 0, mended = 0, specks = 0;
	BOXA *boxes = NULL;
	enum status st;

	st = pass_read(
	    r->engine, in, grid, b->job->page_deadline_us, &r->words, &boxes, reason, err);
	if (st != ST_OK) {
		boxaaDestroy(&tables);
		return st;
	}
	r->confidence = words_confidence(r->words);
	if (r->confidence >= CONFIDENCE_GOOD)
		st = missed_read(
		    r->engine, in, bits, boxes, b->job->page_deadline_us, &r->words, &added, err);
	boxaDestroy(&boxes);
	if (st == ST_OK && r->confidence >= CONFIDENCE_GOOD)
		st = garbled_read(r->engine, in, b->job->page_deadline_us, &r->words, &mended, err);
	if (st == ST_OK)
		st = speck_mend(&r->words, &specks, err);
	if (st == ST_OK) {
		note(b, r, grid, added, mended, specks);
		if (r->confidence >= CONFIDENCE_GOOD)
			st = ask_second(b, in, r, err);
	}
	if (st == ST_OK && tables != NULL)
		st = cells_order(
		    in, (double)pixGetWidth(bits) / pixGetWidth(in->pix), tables, &r->words, err);
	boxaaDestroy(&tables);
	if (st != ST_OK)
		*reason = st == ST_TIMEOUT ? OCR_REASON_WALL : OCR_REASON_TOO_MUCH_OUTPUT;
	return st;
}

/* One try: turn, straighten, read. */
static enum status
attempt(struct bench *b, const struct engine *e, int quads, struct reading *r,
    enum ocr_reason *reason, struct err *err)
{
	PIX *grey = image_turned(b->grey, quads), *analysis = image_turned(b->analysis, quads);
	struct prepared in = { NULL, 0, 1, 0 };
	PIX *bits = NULL;
	enum status st;

	*r = (struct reading){ NULL, e, quads, 0, 0 };
	r->degrees = analysis != NULL ? prepare_skew(analysis) : 0;
	if (grey != NULL && analysis != NULL && prepare_finish(grey, b->dpi, r->degrees, &in))
		/* Turned grey makes straighter lines than turned bits. */
		bits = r->degrees != 0 ? prepare_analysis(in.pix, in.dpi, NULL)
				       : pixCopy(NULL, analysis);
	if (bits == NULL) {
		*reason = OCR_REASON_MEMORY;
		st = fail(err, ST_REFUSED, "no memory to prepare the page");
	} else {
		st = read_prepared(b, &in, bits, r, reason, err);
	}
	b->scale = in.scale;
	if (st != ST_OK)
		reading_free(r);
	pixDestroy(&in.pix);
	pixDestroy(&bits);
	pixDestroy(&grey);
	pixDestroy(&analysis);
	return st;
}

/* Puts *challenger in the place of *best. */
static void
crown(struct reading *best, struct reading *challenger)
{
	reading_free(best);
	*best = *challenger;
	challenger->words = NULL;
}

static bool
poor(const struct reading *r)
{
	return r->words->count < WORDS_FEW || r->confidence < CONFIDENCE_GOOD;
}

/*
 * An upside-down page reads at 44, an upright one at 93: a poor reading is tried turned.  Where
 * the shapes of the letters told the orientation, only a reading that is lost doubts them.
 */
static enum status
try_turned(struct bench *b, struct reading *best, enum ocr_reason *reason, struct err *err)
{
	static const int extra[] = { 2, 1, 3 };
	int start = best->quads;
	struct reading other;
	enum status st;
	size_t i;

	for (i = 0; i < sizeof(extra) / sizeof(extra[0]) && poor(best); i++) {
		if ((b->sure || i > 0) && best->words->count >= WORDS_FEW &&
		    best->confidence >= CONFIDENCE_LOST)
			break;
		st = attempt(b, best->engine, (start + extra[i]) % 4, &other, reason, err);
		if (st != ST_OK)
			return st;
		if (other.words->count >= WORDS_FEW &&
		    other.confidence >= best->confidence + TURN_GAIN)
			crown(best, &other);
		else
			reading_free(&other);
	}
	return ST_OK;
}

/* Vietnamese pages show 23 % marked letters and more, English 1 %, French 8 % (reader.md 5). */
static enum status
try_fallback(struct bench *b, struct reading *best, uint32_t *warnings, enum ocr_reason *reason,
    struct err *err)
{
	const struct engine *e = &b->job->reader->fallback;
	unsigned letters, marked;
	struct reading other;
	enum status st;

	count_letters(best->words, &letters, &marked);
	if (e->handle == NULL || letters < LETTERS_ENOUGH ||
	    marked * 100 >= letters * b->job->request.fallback_percent)
		return ST_OK;
	if ((st = attempt(b, e, best->quads, &other, reason, err)) != ST_OK)
		return st;
	if (other.confidence + 1 >= best->confidence) {
		crown(best, &other);
		*warnings |= OCR_WARN_FALLBACK;
	}
	reading_free(&other);
	return ST_OK;
}

/* ---- other pixels of the same page ---- */

/* Puts grey (taken over) on the bench, and what its shapes tell.  false: no memory. */
static bool
lay_out(struct bench *b, PIX *grey)
{
	b->grey = grey;
	b->analysis = grey != NULL ? prepare_analysis(grey, b->dpi, &b->shade) : NULL;
	if (b->analysis == NULL)
		return false;
	b->textlike = prepare_textlike(b->analysis);
	b->quads = b->textlike > 0 ? prepare_orientation(b->analysis, &b->sure) : 0;
	return true;
}

static void
clear_bench(struct bench *b)
{
	pixDestroy(&b->grey);
	pixDestroy(&b->analysis);
}

static unsigned
sound_letters(const struct reading *r)
{
	unsigned letters, marked;

	count_letters(r->words, &letters, &marked);
	return letters;
}

/*
 * Reads the page once more from grey (taken over), and works on with that when more of it is sound;
 * how names it.  Out of memory it is as it was.
 */
static enum status
try_pixels(struct bench *b, PIX *grey, const char *how, struct reading *best,
    enum ocr_reason *reason, struct err *err)
{
	struct bench other = *b;
	enum status st = ST_OK;
	struct reading r;

	if (!lay_out(&other, grey) || other.textlike < TEXTLIKE_FEW) {
		clear_bench(&other);
		return ST_OK;
	}
	strbuf_addf(&other.tried, "%s%s", other.tried.len > 0 ? "," : "", how);
	st = attempt(&other, best->engine, other.quads, &r, reason, err);
	b->tried = other.tried;
	if (st == ST_OK && r.confidence >= CONFIDENCE_LOST && r.words->count >= WORDS_FEW &&
	    sound_letters(&r) > sound_letters(best)) {
		clear_bench(b);
		*b = other;
		strbuf_addf(&b->how, "+%s", how);
		crown(best, &r);
	} else {
		clear_bench(&other);
	}
	if (st == ST_OK)
		reading_free(&r);
	return st;
}

/* What threshold and noise may have hidden. */
static enum status
try_cleaned(struct bench *b, struct reading *best, enum ocr_reason *reason, struct err *err)
{
	enum status st = ST_OK;

	if (prepare_is_faint(&b->shade))
		st = try_pixels(
		    b, prepare_stretched(b->grey, &b->shade), "stretched", best, reason, err);
	if (st == ST_OK && best->words->count >= WORDS_FEW && best->confidence >= CONFIDENCE_LOST &&
	    best->confidence < CONFIDENCE_UNCLEAN)
		st = try_pixels(b, pixBlockconv(b->grey, 1, 1), "softened", best, reason, err);
	return st;
}

/* Nothing a person would call text: specks that were taken for a letter or two. */
static bool
nothing_read(const struct words *ws)
{
	size_t i;

	for (i = 0; i < ws->count; i++)
		if (ws->word[i].length >= 2 && ws->word[i].confidence >= CONFIDENCE_SURE)
			return false;
	return true;
}

/*
 * Lines that stand are also read well, word for word (their page 96), but in a page on its side no
 * header, column or table is where it should be.  How often to turn it clockwise: 0 where lines lie.
 * Words follow each other downwards where the head of the page is at its right.
 */
static int
quads_of_standing(const struct words *ws)
{
	size_t i, lying = 0, down = 0, up = 0;

	for (i = 1; i < ws->count; i++) {
		const struct word *w = &ws->word[i], *before = w - 1;

		if (w->length < STANDING_LETTERS || w->line != before->line)
			continue;
		if (w->h <= w->w)
			lying++;
		else if (w->y > before->y)
			down++;
		else
			up++;
	}
	if (down + up < WORDS_FEW || down + up < 2 * lying)
		return 0;
	return down > up ? 3 : 1;
}

static enum status
try_lying(struct bench *b, struct reading *best, enum ocr_reason *reason, struct err *err)
{
	int quads = quads_of_standing(best->words);
	struct reading other;
	enum status st;

	if (quads == 0)
		return ST_OK;
	/* Read upside down they follow each other the other way. */
	if (poor(best))
		quads = 4 - quads;
	if ((st = attempt(b, best->engine, (best->quads + quads) % 4, &other, reason, err)) !=
	    ST_OK)
		return st;
	if (other.confidence + TURN_GAIN >= best->confidence)
		crown(best, &other);
	reading_free(&other);
	return ST_OK;
}

/* Nothing was read: the page is blank unless it bears its number. */
static enum status
look_for_number(
    struct bench *b, struct page *p, struct reading *best, enum ocr_reason *reason, struct err *err)
{
	double dpi = (double)b->dpi * pixGetWidth(b->analysis) / pixGetWidth(b->grey);
	BOXA *places = number_places(b->analysis, dpi);
	struct prepared in = { NULL, 0, 1, 0 };
	enum status st = ST_OK;

	reading_free(best);
	best->words = words_new();
	best->quads = 0;
	best->degrees = 0;
	if (places == NULL) {
		p->source = OCR_SOURCE_BLANK;
		return ST_OK;
	}
	p->warnings |= OCR_WARN_ALMOST_BLANK;
	if (prepare_finish(b->grey, b->dpi, 0, &in)) {
		st = number_read(&b->job->reader->first, &in, b->analysis, places,
		    b->job->page_deadline_us, best->words, err);
		b->scale = in.scale;
	}
	if (st != ST_OK)
		*reason = OCR_REASON_WALL;
	boxaDestroy(&places);
	pixDestroy(&in.pix);
	return st;
}

static enum status
read_bench(
    struct bench *b, struct page *p, struct reading *best, enum ocr_reason *reason, struct err *err)
{
	enum status st = ST_OK;

	best->words = words_new();
	if (b->textlike > 0) {
		reading_free(best);
		st = attempt(b, &b->job->reader->first, b->quads, best, reason, err);
	}
	if (st != ST_OK || (st = try_cleaned(b, best, reason, err)) != ST_OK)
		return st;
	if ((st = try_lying(b, best, reason, err)) != ST_OK)
		return st;
	if (b->textlike < TEXTLIKE_FEW && nothing_read(best->words))
		return look_for_number(b, p, best, reason, err);
	if (b->textlike < TEXTLIKE_SOME)
		p->warnings |= OCR_WARN_ALMOST_BLANK;
	if (b->textlike < TEXTLIKE_FEW)
		return ST_OK;
	/* The language first: English read as Vietnamese looks as poor as a page on its side. */
	if ((st = try_fallback(b, best, &p->warnings, reason, err)) != ST_OK ||
	    (st = try_turned(b, best, reason, err)) != ST_OK)
		return st;
	if (best->quads != b->quads)
		p->warnings |= OCR_WARN_TURNED;
	if (best->confidence < CONFIDENCE_GOOD)
		p->warnings |= OCR_WARN_LOW_CONFIDENCE;
	return ST_OK;
}

/* The page as displayed: upright, with the words' geometry told. */
static enum status
settle(struct page *p, const struct bench *b, struct reading *r, enum ocr_reason *reason,
    struct err *err)
{
	if (!image_turn(&p->pix, r->quads) ||
	    (p->look != NULL && !image_turn(&p->look, r->quads))) {
		*reason = OCR_REASON_MEMORY;
		return fail(err, ST_REFUSED, "no memory to turn the page");
	}
	weak_mark(r->words, b->bits);
	p->words = r->words;
	r->words = NULL;
	p->words->width = (uint32_t)pixGetWidth(p->pix);
	p->words->height = (uint32_t)pixGetHeight(p->pix);
	p->words->dpi = p->dpi;
	p->words->rotation = (uint32_t)r->quads * 90;
	p->words->skew = (int32_t)lround(-r->degrees * 100);
	p->language = p->source != OCR_SOURCE_BLANK ? r->engine->languages : "";
	strbuf_addf(&p->provenance,
	    "%spixels=%s dpi=%u scale=%.2f threshold=sauvola oem=lstm psm=3 turn=%d "
	    "deskew=%.2f tried=%s",
	    p->provenance.len > 0 ? " " : "", b->how.buf, p->dpi, b->scale, r->quads * 90,
	    r->degrees, b->tried.buf);
	return ST_OK;
}

/* The page's pixels as letters are read from them; NULL: no memory. */
static PIX *
first_pixels(struct bench *b, struct page *p)
{
	const char *how = "";
	unsigned lost = 0;
	PIX *grey;

	if (!page_split(p))
		return NULL;
	prepare_resolution(p);
	b->dpi = p->dpi;
	b->bits = pixGetDepth(p->pix) == 1;
	grey = prepare_grey(p->pix, &how);
	if (grey != NULL && p->look != NULL)
		lost = prepare_lost_letters(p, &grey);
	strbuf_add_str(&b->how, p->look != NULL ? "red" : how);
	if (lost > 0)
		strbuf_addf(&b->how, "+lost:%u", lost);
	return grey;
}

/* White on black: a negative.  A sheet on a dark scanner has something like text without this. */
static bool
turn_negative(struct bench *b)
{
	PIX *positive;

	if (b->shade.paper >= PAPER_DARK || b->textlike >= TEXTLIKE_SOME)
		return true;
	positive = pixInvert(NULL, b->grey);
	clear_bench(b);
	strbuf_add_str(&b->how, "+negative");
	return lay_out(b, positive);
}

enum status
page_recognise(struct job *job, struct page *p, enum ocr_reason *reason, struct err *err)
{
	owned(reading_free) struct reading best = { NULL, &job->reader->first, 0, 0, 0 };
	struct bench b = { .job = job, .scale = 1, .how = STRBUF_INIT, .tried = STRBUF_INIT };
	enum status st = ST_OK;

	b.first_page = p->number == 1;
	if (!lay_out(&b, first_pixels(&b, p)) || !turn_negative(&b)) {
		*reason = OCR_REASON_MEMORY;
		st = fail(err, ST_REFUSED, "no memory to prepare the page");
	} else if (b.textlike == 0 && !prepare_is_faint(&b.shade)) {
		st = look_for_number(&b, p, &best, reason, err);
	} else {
		st = read_bench(&b, p, &best, reason, err);
	}
	if (st == ST_OK)
		st = settle(p, &b, &best, reason, err);
	clear_bench(&b);
	strbuf_free(&b.how);
	strbuf_free(&b.tried);
	return st;
}
