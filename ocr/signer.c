/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base.h"
#include "pass.h"
#include "rune.h"
#include "text.h"

/*
 * A second look at the signature block.  Seal and flourish lie over the name there, so that layout
 * analysis takes it for a picture: on 12 of 19 real scans the page's own reading had no name at all,
 * the block alone as one column gives 9 of them (reader.md section 2).  Blurred, the thin strokes of
 * the flourish fade and bold print stays;
 * a name stamped in red is lost in the red channel.  Its lines become marks; which of them is a name is the
 * indexer's to say.
 *
 * Only a page that names its recipients and shows no office and sure name beside them is looked at.
 */
#define LEFT 0.45	/* of the page's width: recipients stand before it */
#define RIGHT 0.42	/* the block begins behind it */
#define ABOVE 0.02	/* of the page's height, above "Nơi nhận" */
#define ABOVE_LAST 0.12 /* the same above "Lưu: VT", their last line */
#define BELOW 0.32
#define SURE 88	     /* a name whose words are so sure is read */
#define LETTERS 5    /* of a line that may be a name */
#define LINES_MAX 20 /* told of one pass */
#define LEAST 20     /* a line below this confidence is no text */

struct look {
	struct job *job;
	struct page *page;
	BOX *block;	/* of the displayed page */
	double degrees; /* to straighten it */
	bool named;	/* a sure name was read */
};

/* One capital, small letters behind it. */
static bool
is_name_word(struct span s)
{
	utf8proc_int32_t rune;
	unsigned letters = 0;

	for (; rune_next(&s, &rune); letters++)
		if (letters == 0 ? !utf8proc_isupper(rune) : !utf8proc_islower(rune))
			return false;
	return s.n == 0 && letters >= 2;
}

/* Two to five such words and nothing else. */
static bool
is_name(struct span line)
{
	struct span rest = span_trim(line);
	unsigned words = 0;

	while (rest.n > 0) {
		if (!is_name_word(span_cut(&rest, ' ')))
			return false;
		words++;
	}
	return words >= 2 && words <= 5;
}

/* ---- where to look ---- */

static bool
is_left(const struct words *ws, const struct word *w)
{
	return w->x + w->w / 2.0 < LEFT * ws->width;
}

/* What a word says of where the recipients stand. */
enum cue { CUE_NONE, CUE_FIRST, CUE_NHAN, CUE_LAST };

static enum cue
cue_of(struct span word)
{
	owned(strbuf_free) struct strbuf folded = STRBUF_INIT;
	struct span s;

	if (word.n > 16)
		return CUE_NONE;
	text_fold(word, false, &folded);
	s = strbuf_span(&folded);
	if (span_starts(s, SPAN("nhan")))
		return CUE_NHAN;
	if (span_starts(s, SPAN("luu:")))
		return CUE_LAST;
	return s.n <= 6 && span_ends(s, SPAN("oi")) ? CUE_FIRST : CUE_NONE;
}

/*
 * Top of the block: beside "Nơi nhận", whose first letters may be lost in a scratch, or above "Lưu:"; of
 * the last such place on the page.  -1: there is none.
 */
static double
find_top(const struct words *ws)
{
	double top = -1;
	bool noi = false, named = false;
	size_t i;

	for (i = 0; i < ws->count; i++) {
		const struct word *w = &ws->word[i];
		enum cue cue = is_left(ws, w) ? cue_of(words_text(ws, i)) : CUE_NONE;

		if (cue == CUE_NHAN && noi) {
			top = w->y - ABOVE * ws->height;
			named = true;
		}
		if (cue == CUE_LAST && !named)
			top = w->y - ABOVE_LAST * ws->height;
		noi = cue == CUE_FIRST;
	}
	return top;
}

static bool
inside(const BOX *b, const struct word *w)
{
	l_int32 x = 0, y = 0, width = 0, height = 0;

	(void)boxGetGeometry((BOX *)(uintptr_t)b, &x, &y, &width, &height);
	return w->x >= x && w->y >= y && w->y < y + height;
}

static bool
is_capitals(struct span s)
{
	utf8proc_int32_t rune;
	unsigned letters = 0;

	while (rune_next(&s, &rune)) {
		if (utf8proc_islower(rune))
			return false;
		letters += utf8proc_isupper(rune) != 0;
	}
	return letters >= 2;
}

/* Lines of the page's own reading within the block: an office in capitals, and a name beyond doubt. */
static bool
is_complete(const struct words *ws, const BOX *block)
{
	bool office = false, name = false;
	size_t i, end;

	for (i = 0; i < ws->count; i = end) {
		unsigned names = 0, capitals = 0;
		bool only = true;

		for (end = i; end < ws->count && ws->word[end].line == ws->word[i].line; end++) {
			struct span word = words_text(ws, end);
			bool good = ws->word[end].confidence >= SURE && is_name_word(word);

			if (!inside(block, &ws->word[end]))
				continue;
			capitals += is_capitals(word);
			names += good;
			only = only && good;
		}
		office = office || capitals >= 2;
		name = name || (only && names >= 2);
	}
	return office && name;
}

/* ---- looking ---- */

static unsigned
count_letters(struct span s)
{
	utf8proc_int32_t rune;
	unsigned letters = 0;

	while (rune_next(&s, &rune))
		letters += utf8proc_isupper(rune) || utf8proc_islower(rune);
	return letters;
}

static void
take_line(struct look *l, const struct prepared *in, TessResultIterator *ri, struct span text)
{
	const TessPageIterator *pi = TessResultIteratorGetPageIteratorConst(ri);
	float confidence = TessResultIteratorConfidence(ri, RIL_TEXTLINE);
	int left, top, right, bottom;
	l_int32 x = 0, y = 0;
	BOX *box;

	if (confidence < LEAST || count_letters(text) < LETTERS ||
	    !TessPageIteratorBoundingBox(pi, RIL_TEXTLINE, &left, &top, &right, &bottom))
		return;
	(void)boxGetGeometry(l->block, &x, &y, NULL, NULL);
	box = boxCreate(x + (l_int32)(left / in->scale), y + (l_int32)(top / in->scale),
	    (l_int32)((right - left) / in->scale), (l_int32)((bottom - top) / in->scale));
	page_mark(l->page, OCR_MARK_SIGNATURE, box, (unsigned)confidence, text);
	boxDestroy(&box);
	l->named = l->named || (confidence >= SURE && is_name(text));
}

static void
read_block(struct look *l, const struct prepared *in, TessPageSegMode mode)
{
	const struct engine *e = &l->job->reader->first;
	TessResultIterator *ri;
	unsigned lines = 0;

	if (in->pix == NULL || l->named || monotonic_us() >= l->job->page_deadline_us)
		return;
	pass_begin(e, in, mode);
	if ((ri = pass_whole(e)) != NULL) {
		do {
			char *text = TessResultIteratorGetUTF8Text(ri, RIL_TEXTLINE);

			if (text != NULL)
				take_line(l, in, ri, span_of(text));
			TessDeleteText(text);
		} while (++lines < LINES_MAX && TessResultIteratorNext(ri, RIL_TEXTLINE));
		TessResultIteratorDelete(ri);
	}
	pass_end(e);
}

/* The block in the picture that has the colours, its darkest channel. */
static PIX *
darkest(const struct look *l, double scale)
{
	BOX *block = boxTransform(l->block, 0, 0, (l_float32)scale, (l_float32)scale);
	PIX *part = block != NULL ? pixClipRectangle(l->page->look, block, NULL) : NULL;
	PIX *dark = part != NULL ? pixConvertRGBToGrayMinMax(part, L_CHOOSE_MIN) : NULL;

	boxDestroy(&block);
	pixDestroy(&part);
	return dark;
}

/* The same block without the thin strokes, or on a colour page with what is printed in red. */
static void
other_view(const struct look *l, const struct prepared *in, struct prepared *other)
{
	PIX *picture = l->page->look, *dark;
	double scale;

	*other = *in;
	other->pix = NULL;
	if (picture == NULL || pixGetDepth(picture) != 32) {
		other->pix = pixBlockconv(in->pix, 2, 2);
		return;
	}
	scale = (double)pixGetWidth(picture) / pixGetWidth(l->page->pix);
	dark = darkest(l, scale);
	if (dark != NULL &&
	    prepare_finish(dark, (uint32_t)lround(l->page->dpi * scale), l->degrees, other))
		other->scale *= scale;
	pixDestroy(&dark);
}

static void
look(struct look *l)
{
	PIX *part = pixClipRectangle(l->page->pix, l->block, NULL), *grey = NULL;
	struct prepared in = { .scale = 1 }, other;
	const char *how;

	if (part != NULL)
		grey = prepare_grey(part, &how);
	if (grey != NULL && prepare_finish(grey, l->page->dpi, l->degrees, &in)) {
		read_block(l, &in, PSM_SINGLE_BLOCK);
		if (!l->named) {
			other_view(l, &in, &other);
			read_block(l, &other, PSM_SPARSE_TEXT);
			read_block(l, &other, PSM_SINGLE_BLOCK);
			pixDestroy(&other.pix);
		}
	}
	pixDestroy(&in.pix);
	pixDestroy(&grey);
	pixDestroy(&part);
}

void
signer_find(struct job *job, struct page *p)
{
	const struct words *ws = p->words;
	struct look l = { .job = job, .page = p, .degrees = -ws->skew / 100.0 };
	l_int32 w = (l_int32)ws->width, h = (l_int32)ws->height;
	double top = find_top(ws);
	BOX *all, *block;

	if (top < 0)
		return;
	all = boxCreate(0, 0, w, h);
	block = boxCreate((l_int32)(RIGHT * w), (l_int32)top, (l_int32)((1 - RIGHT) * w),
	    (l_int32)((ABOVE + BELOW) * h));
	l.block = all != NULL && block != NULL ? boxOverlapRegion(block, all) : NULL;
	if (l.block != NULL && !is_complete(ws, l.block))
		look(&l);
	boxDestroy(&l.block);
	boxDestroy(&block);
	boxDestroy(&all);
}
