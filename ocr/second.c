/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "second.h"

#include <math.h>
#include <string.h>

#include "base.h"
#include "pass.h"
#include "rune.h"

#define HEAD 0.30 /* of the page */
#define FOOT 0.70
#define DOUBTFUL 90	 /* a word below this makes its line worth a second reading */
#define DOUBTFUL_POOR 95 /* on a page that reads badly */
#define HOPELESS 40	 /* a line whose best word is below this is no text */
#define AROUND 4	 /* pixels of paper round a line */
#define LINES_MAX 120	 /* of one page */
#define SECOND_MAX 128	 /* words of one line */

/* What the second model read on a line. */
struct reading {
	struct box box[SECOND_MAX];
	char *text[SECOND_MAX];
	size_t n;
};

static void
reading_free(struct reading *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		TessDeleteText(r->text[i]);
}

static void
take(TessResultIterator *ri, struct reading *r)
{
	const TessPageIterator *pi = TessResultIteratorGetPageIteratorConst(ri);
	struct box *b;

	do {
		b = &r->box[r->n];
		if (!TessPageIteratorBoundingBox(
			pi, RIL_WORD, &b->left, &b->top, &b->right, &b->bottom))
			continue;
		if ((r->text[r->n] = TessResultIteratorGetUTF8Text(ri, RIL_WORD)) != NULL)
			r->n++;
	} while (r->n < SECOND_MAX && TessResultIteratorNext(ri, RIL_WORD));
}

static void
read_line(
    const struct engine *e, const struct prepared *in, const struct box *line, struct reading *r)
{
	struct box place = pass_clip(in,
	    (struct box){ line->left - AROUND, line->top - AROUND, line->right + AROUND,
		line->bottom + AROUND });
	TessResultIterator *ri;

	r->n = 0;
	if (place.right - place.left < 8 || place.bottom - place.top < 8)
		return;
	if ((ri = pass_place(e, &place)) != NULL) {
		take(ri, r);
		TessResultIteratorDelete(ri);
	}
}

/* ---- comparing ---- */

/* Letters and digits in lower case, the rest left out: quotes and dashes are not worth a dispute. */
static void
add_letters(struct span text, struct strbuf *out)
{
	utf8proc_int32_t rune;

	while (rune_next(&text, &rune))
		if (rune_is_alnum(rune))
			strbuf_add_rune(out, (uint32_t)utf8proc_tolower(rune));
}

/* Half of the narrower one lies beside the other. */
static bool
beside(const struct box *a, const struct box *b)
{
	int left = a->left > b->left ? a->left : b->left;
	int right = a->right < b->right ? a->right : b->right;
	int narrow =
	    a->right - a->left < b->right - b->left ? a->right - a->left : b->right - b->left;

	return 2 * (right - left) > narrow;
}

static bool
differs(struct span word, const struct box *at, const struct reading *r)
{
	owned(strbuf_free) struct strbuf ours = STRBUF_INIT, theirs = STRBUF_INIT;
	size_t i;

	add_letters(word, &ours);
	for (i = 0; i < r->n; i++)
		if (beside(at, &r->box[i]))
			add_letters(span_of(r->text[i]), &theirs);
	/* Where it saw nothing it says nothing. */
	return ours.len > 0 && theirs.len > 0 &&
	    !span_equal(strbuf_span(&ours), strbuf_span(&theirs));
}

/* ---- lines ---- */

static size_t
line_end(const struct words *ws, size_t first)
{
	size_t end = first + 1;

	while (end < ws->count && ws->word[end].line == ws->word[first].line)
		end++;
	return end;
}

/* Worth reading again, by where it stands and how sure its words are; *box is its place. */
static bool
worth_it(const struct prepared *in, const struct words *ws, size_t first, size_t end, bool whole,
    struct box *box)
{
	unsigned low = 100, high = 0;
	double middle;
	size_t i;

	*box = pass_box_of_words(in, ws, first, end);
	for (i = first; i < end; i++) {
		low = ws->word[i].confidence < low ? ws->word[i].confidence : low;
		high = ws->word[i].confidence > high ? ws->word[i].confidence : high;
	}
	middle = (box->top + box->bottom) / 2.0 / pixGetHeight(in->pix);
	return low < (whole ? DOUBTFUL_POOR : DOUBTFUL) && high >= HOPELESS &&
	    (whole || middle < HEAD || middle > FOOT);
}

enum status
second_read(const struct engine *e, const struct prepared *in, bool whole, int64_t deadline_us,
    struct words *ws, unsigned *lines, unsigned *disputed, struct err *err)
{
	size_t first, end, i;
	struct reading r;
	struct box box;

	*lines = *disputed = 0;
	pass_begin(e, in, PSM_SINGLE_LINE);
	for (first = 0; first < ws->count && *lines < LINES_MAX; first = end) {
		end = line_end(ws, first);
		if (!worth_it(in, ws, first, end, whole, &box))
			continue;
		if (monotonic_us() >= deadline_us)
			break;
		read_line(e, in, &box, &r);
		++*lines;
		for (i = first; i < end; i++) {
			struct box at = pass_box_of(in, &ws->word[i]);

			if (!differs(words_text(ws, i), &at, &r))
				continue;
			ws->word[i].flags |= WORD_DISPUTED;
			++*disputed;
		}
		reading_free(&r);
	}
	pass_end(e);
	return pass_in_time(deadline_us, err);
}
