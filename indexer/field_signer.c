/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "field_parts.h"
#include "near.h"
#include "text.h"

/*
 * Who signed: the name below the office ("KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC") in the right half of the
 * page, under seal and signature.  Names are read badly there: a sure reading counts when its
 * family name exists; a doubtful one, and the reader's second look at the block, are compared with
 * the signers the archive knows.
 *
 * A document is signed where its recipients stand; what an annex shows behind it counts only when
 * there is no such place.
 */
#define BLOCK_PART 0.35	 /* of the page: how far below the office the name may stand */
#define BLOCK_WIDTH 0.15 /* of the page's width between their middles */
#define BLOCK_ROWS 12	 /* the same where there are no boxes */
#define POST_PITCH 2.6	 /* median words from one line of the office to the next */
#define POST_LINES 4
#define SIGNER_SHARE 0.95
#define SIGNER_SURE 0.85 /* a reading that the known signers do not overrule */
#define AGREED 0.97	 /* reading and list say the same */
#define KNOWN_SHARE 0.92
#define KNOWN_DOUBT 0.8 /* the reading was sure of other marks */
#define READ_DOUBT 0.75
#define KNOWN_LETTERS 8 /* shorter names have too many neighbours */
#define KNOWN_PART 4	/* one letter in so many may be wrong */
#define NAME_MAX 64
#define LINES_MAX 24

/* Family names, folded; together they cover nearly everybody (ours; order by letters). */
static const char *const family_names[] = { "An", "Au", "Bach", "Banh", "Be", "Bui", "Cao", "Chau",
	"Chu", "Cu", "Dam", "Dang", "Danh", "Dao", "Diep", "Dinh", "Do", "Doan", "Duong", "Giang",
	"Giap", "Ha", "Ho", "Hoang", "Hua", "Huynh", "Kha", "Khuat", "Khuc", "Khuong", "Kieu",
	"Kim", "La", "Lai", "Lam", "Le", "Lo", "Luc", "Luong", "Luu", "Ly", "Ma", "Mac", "Mai",
	"Nghiem", "Ngo", "Nguy", "Nguyen", "Ninh", "Nong", "Ong", "Pham", "Phan", "Phi", "Phung",
	"Quach", "Quan", "Son", "Ta", "Tang", "Thach", "Thai", "Than", "Thi", "Tieu", "To", "Ton",
	"Tong", "Tra", "Tran", "Trieu", "Trinh", "Truong", "Tu", "Ung", "Van", "Vi", "Vo", "Vu",
	"Vuong" };

static int
compare_name(const void *key, const void *row)
{
	return strcmp(key, *(const char *const *)row);
}

static bool
has_family_name(const char *folded_name)
{
	char first[16];
	size_t n = strcspn(folded_name, " ");

	if (n >= sizeof first)
		return false;
	memcpy(first, folded_name, n);
	first[n] = '\0';
	return bsearch(first, family_names, sizeof family_names / sizeof *family_names,
		   sizeof *family_names, compare_name) != NULL;
}

/* A page's signature block while it is looked at. */
struct block {
	const struct layout *layout;
	const struct layout_line *office; /* its last line */
	const struct layout_line *line[LINES_MAX];
	size_t count; /* lines below the office, from the bottom up */
	struct layout_piece name;
	bool has_name, recipients;
};

static bool
below_office(
    const struct layout *l, const struct layout_line *office, const struct layout_line *line)
{
	int apart;

	if (!l->word_height)
		return line->row > office->row && line->row <= office->row + BLOCK_ROWS;
	apart = line->box[0] + line->box[2] / 2 - office->box[0] - office->box[2] / 2;
	return line->box[1] > office->box[1] &&
	    line->box[1] - office->box[1] < BLOCK_PART * l->height &&
	    abs(apart) < BLOCK_WIDTH * l->width;
}

/* The last office on the page; the header's bodies stand in its columns. */
static bool
find_block(struct fields *f, const struct layout *l, struct block *b)
{
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	memset(b, 0, sizeof *b);
	b->layout = l;
	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];

		if (line->zone != LAYOUT_BODY)
			continue;
		b->recipients =
		    b->recipients || field_match(f, PATTERN_RECIPIENTS, line->folded, m);
		if (field_match(f, PATTERN_CAPACITY, line->folded, m) && layout_capitals(line, 4))
			b->office = line;
	}
	if (!b->office)
		return false;
	for (i = l->count; i-- > 0 && b->count < LINES_MAX;) {
		const struct layout_line *line = &l->line[i];

		if (line == b->office || !below_office(l, b->office, line))
			continue;
		b->line[b->count++] = line;
		if (!b->has_name && field_match(f, PATTERN_PERSON, line->folded, m)) {
			b->name = layout_piece(line, m[3]);
			b->has_name = true;
		}
	}
	return true;
}

/* ---- names that are known ---- */

struct known {
	const char *name; /* as accepted */
	unsigned wrong;	  /* letters */
	size_t letters;
	bool tie;
};

/* Small letters without marks and spaces. */
static size_t
name_letters(struct span name, char out[NAME_MAX])
{
	struct strbuf folded = STRBUF_INIT;
	size_t i, n = 0;

	text_fold(name, false, &folded);
	for (i = 0; i < folded.len && n + 1 < NAME_MAX; i++)
		if (folded.buf[i] >= 'a' && folded.buf[i] <= 'z')
			out[n++] = folded.buf[i];
	out[n] = '\0';
	strbuf_free(&folded);
	return n;
}

/* The nearest of all; two of the same distance say nothing. */
static void
compare_known(const struct fields *f, struct span text, struct known *best)
{
	char have[NAME_MAX], want[NAME_MAX];
	size_t i, n = name_letters(text, have), k;

	if (n < KNOWN_LETTERS)
		return;
	for (i = 0; i < f->source->signer_count; i++) {
		unsigned wrong;

		k = name_letters(span_of(f->source->signers[i]), want);
		if (k < KNOWN_LETTERS)
			continue;
		wrong =
		    near_distance(span_make(have, n), span_make(want, k), (unsigned)k / KNOWN_PART);
		if (wrong > k / KNOWN_PART || (best->name && wrong > best->wrong))
			continue;
		best->tie = best->name && wrong == best->wrong &&
		    strcmp(best->name, f->source->signers[i]) != 0;
		best->name = f->source->signers[i];
		best->wrong = wrong;
		best->letters = k;
	}
}

/* Every line of the block, as read at first and at the second look. */
static struct known
look_up(const struct fields *f, const struct block *b, const struct fields_page *page)
{
	struct known best = { 0 };
	size_t i;

	for (i = 0; i < b->count; i++)
		compare_known(f, span_make(b->line[i]->text, b->line[i]->text_len), &best);
	for (i = 0; i < page->mark_count; i++)
		if (page->mark[i].kind == PAGE_MARK_SIGNATURE)
			compare_known(f, span_of(page->mark[i].text), &best);
	if (best.tie)
		best.name = NULL;
	return best;
}

/* ---- suggestions ---- */

static double
name_confidence(const struct block *b, struct strbuf *folded)
{
	struct span name = layout_piece_text(b->name);
	int box[4];

	text_fold(name, true, folded);
	return layout_piece_box(b->name, box) * (has_family_name(folded->buf) ? SIGNER_SHARE : 0.5);
}

static void
suggest_signer(struct fields *f, const struct block *b, const struct fields_page *page)
{
	struct known known = look_up(f, b, page);
	struct strbuf folded = STRBUF_INIT;
	double sure = b->has_name ? name_confidence(b, &folded) : 0;
	struct layout_piece block = { b->office, 0, b->office->text_len };
	const struct layout_piece *piece = b->has_name ? &b->name : &block;
	const char *read = b->has_name ? arena_dup_span(f->arena, layout_piece_text(b->name)) : "";
	bool agree = known.name && !strcmp(known.name, read);

	strbuf_free(&folded);
	if (agree) {
		field_add(f, FIELD_SIGNER, known.name, piece, page->no, AGREED, "known-signer");
		return;
	}
	/* Another name with the same letters is the known one more often than not: to be confirmed. */
	if (known.name && (known.wrong == 0 || sure < SIGNER_SURE)) {
		double share = 1 - (double)known.wrong / (double)known.letters;

		field_add(f, FIELD_SIGNER, known.name, piece, page->no,
		    (sure < SIGNER_SURE ? KNOWN_SHARE : KNOWN_DOUBT) * share, "known-signer");
		sure *= READ_DOUBT;
	}
	field_add(f, FIELD_SIGNER, read, piece, page->no, sure, "signature-text");
}

/* The lines of the office, from the first one that says for whom: "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC". */
static void
suggest_post(struct fields *f, const struct block *b, const struct fields_page *page)
{
	const struct layout *l = b->layout;
	const struct layout_line *line[POST_LINES] = { b->office }, *below = b->office;
	struct layout_piece piece;
	struct strbuf post = STRBUF_INIT;
	double sure = 1;
	size_t i, n = 1;

	for (i = (size_t)(b->office - l->line); i-- > 0 && n < POST_LINES;) {
		const struct layout_line *above = &l->line[i];
		int apart = above->box[0] + above->box[2] / 2 - below->box[0] - below->box[2] / 2;

		if (above->zone != LAYOUT_BODY || abs(apart) > BLOCK_WIDTH * l->width)
			continue;
		if (!layout_capitals(above, 4) ||
		    below->box[1] - above->box[1] > POST_PITCH * l->word_height)
			break;
		line[n++] = below = above;
	}
	for (i = n; i-- > 0;) {
		piece = (struct layout_piece){ line[i], 0, line[i]->text_len };
		if (post.len)
			strbuf_add_char(&post, ' ');
		strbuf_add_span(&post, field_trim(layout_piece_text(piece)));
		if (field_line_confidence(line[i]) < sure)
			sure = field_line_confidence(line[i]);
	}
	field_add(f, FIELD_SIGNER_POST, arena_dup_span(f->arena, strbuf_span(&post)), &piece,
	    page->no, sure * SIGNER_SHARE, "signature-text");
	strbuf_free(&post);
}

/* An annex's block gives way to that of the document, a later one without recipients is none. */
static void
forget_signer(struct fields *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->count; i++)
		if (f->list[i].field != FIELD_SIGNER && f->list[i].field != FIELD_SIGNER_POST)
			f->list[n++] = f->list[i];
	f->count = n;
}

void
field_signer(struct fields *f, const struct fields_page *page)
{
	struct block b;

	if ((f->signer_page && f->signer_recipients) || !find_block(f, page->layout, &b))
		return;
	if (f->signer_page && !b.recipients && !b.has_name)
		return;
	forget_signer(f);
	f->signer_page = page->no;
	f->signer_recipients = b.recipients;
	suggest_signer(f, &b, page);
	suggest_post(f, &b, page);
}
