/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "garbled.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "pass.h"
#include "rune.h"
#include "text.h"

#define STRETCHES_MAX 12 /* of one page; more is a drawing or a form filled in by hand */
#define READ_MAX 24	 /* words of one stretch */
#define NONSENSE 50	 /* mean confidence below which a stretch says nothing */
#define SENSE 82	 /* and from which its second reading is taken */
#define SPECK 50	 /* a word below is left out of it */
#define NEIGHBOUR 60	 /* words around it from here on are where they should be */
#define NEIGHBOUR_FAR 70 /* beyond open space a word from here on has nothing to do with it */
#define MARKS 0.12	 /* how far marks and tails of two lines reach into each other */
#define GAP 1.5		 /* median words of open space that end a stretch */
#define LETTERS_LEAST 4
#define WIDTH_LEAST 4.0	 /* median words: narrower are specks and ends of words */
#define HEIGHT_LEAST 0.6 /* of the median word: less paper holds no line */

struct stretch {
	size_t first, end; /* words of the table */
	struct box place;  /* on the worked image */
	int marks;
};

static int
by_value(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of the worked image; 0 = no words. */
static int
median_height(const struct prepared *in, const struct words *ws)
{
	int *h = xcalloc(ws->count + 1, sizeof(*h)), median;
	size_t i;

	for (i = 0; i < ws->count; i++)
		h[i] = (int)lround(ws->word[i].h * in->scale);
	qsort(h, ws->count, sizeof(*h), by_value);
	median = h[ws->count / 2];
	free(h);
	return median;
}

static unsigned
letters(struct span text)
{
	utf8proc_int32_t rune;
	unsigned n = 0;

	while (rune_next(&text, &rune))
		n += rune_is_alnum(rune);
	return n;
}

/* ---- where ---- */

/* Words from first on that stand on its line, each near the one before or as doubtful. */
static size_t
stretch_end(const struct prepared *in, const struct words *ws, size_t first, int mh)
{
	size_t end = first + 1;

	while (end < ws->count && ws->word[end].line == ws->word[first].line) {
		struct box before = pass_box_of(in, &ws->word[end - 1]);
		struct box now = pass_box_of(in, &ws->word[end]);

		if (now.left - before.right > GAP * mh &&
		    (ws->word[end - 1].confidence >= NEIGHBOUR_FAR ||
			ws->word[end].confidence >= NEIGHBOUR_FAR))
			break;
		end++;
	}
	return end;
}

/* Another part of its line was read well: the line was made of two rows. */
static bool
shares_line(const struct words *ws, size_t first, size_t end)
{
	uint32_t line = ws->word[first].line;
	bool good = false;
	size_t i;

	for (i = first; i > 0 && ws->word[i - 1].line == line && !good; i--)
		good = ws->word[i - 1].confidence >= NEIGHBOUR_FAR;
	for (i = end; i < ws->count && ws->word[i].line == line && !good; i++)
		good = ws->word[i].confidence >= NEIGHBOUR_FAR;
	return good;
}

static bool
is_nonsense(const struct words *ws, size_t first, size_t end)
{
	unsigned sum = 0, bytes = 0;
	size_t i;

	for (i = first; i < end; i++) {
		sum += ws->word[i].confidence * ws->word[i].length;
		bytes += ws->word[i].length;
	}
	return sum < NONSENSE * bytes;
}

/* The paper around it, up to the words that were read well. */
static struct box
place_of(const struct prepared *in, const struct words *ws, size_t first, size_t end, int mh)
{
	struct box all = pass_box_of_words(in, ws, first, end), place;
	size_t i;

	place = (struct box){ all.left - mh, all.top - mh, all.right + mh, all.bottom + mh };
	for (i = 0; i < ws->count; i++) {
		struct box b = pass_box_of(in, &ws->word[i]);
		int middle = (b.top + b.bottom) / 2;

		if ((i >= first && i < end) || ws->word[i].confidence < NEIGHBOUR)
			continue;
		if (b.left < all.right && b.right > all.left) {
			if (middle < (all.top + all.bottom) / 2)
				place.top = b.bottom > place.top ? b.bottom + 1 : place.top;
			else
				place.bottom = b.top < place.bottom ? b.top - 1 : place.bottom;
		} else if (middle > place.top && middle < place.bottom) {
			if (b.right <= all.left && b.right > place.left)
				place.left = b.right + 1;
			else if (b.left >= all.right && b.left < place.right)
				place.right = b.left - 1;
		}
	}
	return pass_clip(in, place);
}

static size_t
find_stretches(const struct prepared *in, const struct words *ws, struct stretch *list)
{
	int mh = ws->count ? median_height(in, ws) : 0;
	size_t first, end, n = 0;

	for (first = 0; mh > 0 && first < ws->count; first = end) {
		struct box place;

		end = stretch_end(in, ws, first, mh);
		if (!is_nonsense(ws, first, end) || !shares_line(ws, first, end))
			continue;
		place = place_of(in, ws, first, end, mh);
		if (place.right - place.left < WIDTH_LEAST * mh ||
		    place.bottom - place.top < HEIGHT_LEAST * mh)
			continue;
		if (n == STRETCHES_MAX)
			return 0;
		list[n++] = (struct stretch){ first, end, place, (int)(MARKS * mh) };
	}
	return n;
}

/* ---- reading ---- */

static size_t
take(const struct prepared *in, TessResultIterator *ri, struct piece *again)
{
	const TessPageIterator *pi = TessResultIteratorGetPageIteratorConst(ri);
	bool begins = true;
	size_t n = 0;

	do {
		begins = begins || TessPageIteratorIsAtBeginningOf(pi, RIL_TEXTLINE) != 0;
		if (pass_take(in, ri, SPECK, &again[n])) {
			again[n++].word.start = begins ? WORD_NEW_LINE : WORD_SAME_LINE;
			begins = false;
		}
	} while (n < READ_MAX && TessResultIteratorNext(ri, RIL_WORD));
	return n;
}

/* Letters without marks, as one word. */
static void
add_plain(struct span text, struct strbuf *out)
{
	struct strbuf folded = STRBUF_INIT;
	size_t i;

	text_fold(text, false, &folded);
	for (i = 0; i < folded.len; i++)
		if (isalnum((unsigned char)folded.buf[i]))
			strbuf_add_char(out, folded.buf[i]);
	strbuf_free(&folded);
}

/* Both say the same but for marks and spaces: it was no nonsense, and its marks are no worse. */
static bool
agrees(const struct piece *again, size_t n, const struct words *ws, const struct stretch *s)
{
	owned(strbuf_free) struct strbuf now = STRBUF_INIT, before = STRBUF_INIT;
	size_t i;

	for (i = 0; i < n; i++)
		add_plain(span_of(again[i].text), &now);
	for (i = s->first; i < s->end; i++)
		add_plain(words_text(ws, i), &before);
	return span_equal(strbuf_span(&now), strbuf_span(&before));
}

/* Mean confidence of good words that have half the letters of what stood there; 0: no sense. */
static unsigned
sense(const struct piece *again, size_t n, const struct words *ws, const struct stretch *s)
{
	unsigned sum = 0, bytes = 0, now = 0, before = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned length = (unsigned)strlen(again[i].text);

		sum += again[i].word.confidence * length;
		bytes += length;
		now += letters(span_of(again[i].text));
	}
	for (i = s->first; i < s->end; i++)
		before += letters(words_text(ws, i));
	if (now < LETTERS_LEAST || 2 * now < before || sum < SENSE * bytes ||
	    agrees(again, n, ws, s))
		return 0;
	return sum / bytes;
}

static size_t
read_place(const struct engine *e, const struct prepared *in, struct box place, int more,
    struct piece *again)
{
	TessResultIterator *ri;
	size_t n;

	place.top -= more;
	place.bottom += more;
	place = pass_clip(in, place);
	if ((ri = pass_place(e, &place)) == NULL)
		return 0;
	n = take(in, ri, again);
	TessResultIteratorDelete(ri);
	return n;
}

/*
 * How many words; 0: no better than what was there.  Marks and tails of two lines may reach into each
 * other: the paper between the lines alone, and a little more of it; the surer reading counts.
 */
static size_t
read_again(const struct engine *e, const struct prepared *in, const struct words *ws,
    const struct stretch *s, struct piece *again)
{
	struct piece other[READ_MAX];
	size_t n = read_place(e, in, s->place, 0, again);
	size_t m = read_place(e, in, s->place, s->marks, other);
	unsigned sure = sense(again, n, ws, s), other_sure = sense(other, m, ws, s);

	if (other_sure > sure)
		memcpy(again, other, m * sizeof(*other));
	return other_sure > sure ? m : sure > 0 ? n : 0;
}

/* ---- the table ---- */

struct mending {
	const struct words *from;
	struct words *to;
	size_t next; /* word of from that comes next */
	bool apart;  /* it stands on its line alone now */
};

/* Words as they were, up to that one. */
static enum status
keep(struct mending *m, size_t until, struct err *err)
{
	enum status st = ST_OK;

	for (; m->next < until && st == ST_OK; m->next++) {
		struct word w = m->from->word[m->next];

		if (m->apart && w.start == WORD_SAME_LINE)
			w.start = WORD_NEW_LINE;
		m->apart = false;
		st = words_add(m->to, words_text(m->from, m->next), &w, err);
	}
	return st;
}

static enum status
put(struct mending *m, const struct stretch *s, const struct piece *again, size_t n,
    struct err *err)
{
	enum status st = keep(m, s->first, err);
	struct word w;
	size_t i;

	for (i = 0; i < n && st == ST_OK; i++) {
		w = again[i].word;
		if (i == 0 && m->from->word[s->first].start == WORD_NEW_BLOCK)
			w.start = WORD_NEW_BLOCK;
		st = words_add(m->to, span_of(again[i].text), &w, err);
	}
	m->next = s->end;
	m->apart = true;
	return st;
}

enum status
garbled_read(const struct engine *e, const struct prepared *in, int64_t deadline_us,
    struct words **ws, unsigned *mended, struct err *err)
{
	owned(words_freep) struct words *to = words_new();
	struct mending m = { *ws, to, 0, false };
	struct stretch list[STRETCHES_MAX];
	struct piece again[READ_MAX];
	size_t i, n, count = find_stretches(in, *ws, list);
	enum status st = ST_OK;

	*mended = 0;
	if (count == 0)
		return ST_OK;
	pass_begin(e, in, PSM_SINGLE_BLOCK);
	for (i = 0; i < count && st == ST_OK && monotonic_us() < deadline_us; i++) {
		if ((n = read_again(e, in, *ws, &list[i], again)) == 0)
			continue;
		st = put(&m, &list[i], again, n, err);
		++*mended;
	}
	pass_end(e);
	if (st == ST_OK)
		st = pass_in_time(deadline_us, err);
	if (st == ST_OK && *mended > 0 && (st = keep(&m, (*ws)->count, err)) == ST_OK) {
		words_free(*ws);
		*ws = to;
		to = NULL;
	}
	return st;
}
