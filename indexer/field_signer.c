/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "field_parts.h"
#include "legacy.h"
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
#define OFFICE_PART 0.12 /* and the office above "Nơi nhận" */
#define BLOCK_WIDTH 0.15 /* of the page's width between their middles */
#define BLOCK_ROWS 12	 /* the same where there are no boxes */
#define POST_PITCH 2.6	 /* median words from one line of the office to the next */
#define POST_LINES 4
#define HALF_POST 0.8 /* a line of it was not read */
#define SIGNER_SHARE 0.95
#define SIGNER_SURE 0.85 /* a reading that the known signers do not overrule */
#define AGREED 0.97	 /* reading and list say the same */
#define KNOWN_SHARE 0.92
#define KNOWN_DOUBT 0.8 /* the reading was sure of other marks */
#define READ_DOUBT 0.75
#define READ_TWICE 0.9	/* the second look gave the same name twice */
#define NO_OFFICE 0.9	/* the office above the name was not read */
#define KNOWN_LETTERS 8 /* shorter names have too many neighbours */
#define KNOWN_PART 4	/* one letter in so many may be wrong */
#define KNOWN_APART 2	/* letters that the next name must be further off */
#define CLEAR 0.8
#define KNOWN_CLEAR 1	 /* letters that the list may mend in a clear reading */
#define MENDED 0.89	 /* the marks of the family were misread */
#define OFFICE_ERRORS 2	 /* letters of an office that may be wrong */
#define OFFICE_SURE 0.8	 /* a reading from here on says what stands there */
#define OFFICE_KNOWN 0.7 /* what one is worth that the reader doubted */
#define NAME_LEAST 0.25
#define NAME_MAX 64
#define WINDOWS_MAX 256
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

/* Those that are written in one way alone: marks that were misread can be mended. */
static const struct {
	const char *folded, *marked;
} family_marks[] = { { "Bui", "Bùi" }, { "Dam", "Đàm" }, { "Dang", "Đặng" }, { "Dao", "Đào" },
	{ "Dinh", "Đinh" }, { "Do", "Đỗ" }, { "Doan", "Đoàn" }, { "Duong", "Dương" },
	{ "Hoang", "Hoàng" }, { "Huynh", "Huỳnh" }, { "Lam", "Lâm" }, { "Le", "Lê" },
	{ "Luong", "Lương" }, { "Luu", "Lưu" }, { "Ly", "Lý" }, { "Ngo", "Ngô" },
	{ "Nguyen", "Nguyễn" }, { "Nong", "Nông" }, { "Pham", "Phạm" }, { "Phung", "Phùng" },
	{ "Quach", "Quách" }, { "Thach", "Thạch" }, { "Tran", "Trần" }, { "Trieu", "Triệu" },
	{ "Trinh", "Trịnh" }, { "Truong", "Trương" }, { "Vo", "Võ" }, { "Vu", "Vũ" },
	{ "Vuong", "Vương" } };

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

/* The name with the marks of its family; the same string when there is nothing to mend. */
static const char *
mend_family(struct fields *f, const char *name)
{
	struct strbuf folded = STRBUF_INIT;
	const char *out = name;
	size_t i, n = strcspn(name, " ");

	text_fold(span_make(name, n), true, &folded);
	for (i = 0; i < sizeof family_marks / sizeof *family_marks; i++)
		if (!strcmp(folded.buf, family_marks[i].folded) &&
		    strncmp(name, family_marks[i].marked, n) != 0)
			out = arena_printf(f->arena, "%s%s", family_marks[i].marked, name + n);
	strbuf_free(&folded);
	return out;
}

/* A page's signature block while it is looked at. */
struct block {
	const struct layout *layout;
	const struct layout_line *office; /* its last line, or NULL */
	const struct layout_line *recipients;
	const struct layout_line *line[LINES_MAX];
	size_t count; /* lines below the office, from the bottom up */
	struct layout_piece name;
	bool has_name;
	const char *read; /* the name as read, "" = not */
	double sure;	  /* of it */
	bool family;	  /* it begins with the name of one */
	bool clear;	  /* well-formed and read well: the list may mend a letter, not more */
	int box[4];
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

/* Where the office was not read by itself: in the right half, below "Nơi nhận". */
static bool
beside_recipients(const struct block *b, const struct layout_line *line)
{
	const struct layout *l = b->layout;
	int apart = b->recipients ? line->box[1] - b->recipients->box[1] : 0;

	return apart > 0 && apart < BLOCK_PART * l->height &&
	    line->box[0] + line->box[2] / 2 > l->width / 2;
}

/* The last office on the page; the header's bodies stand in its columns. */
static void
find_office(struct fields *f, struct block *b)
{
	const struct layout *l = b->layout;
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];

		if (line->zone != LAYOUT_BODY)
			continue;
		if (field_match(f, PATTERN_RECIPIENTS, line->folded, m))
			b->recipients = line;
		if (field_match(f, PATTERN_CAPACITY, line->folded, m) && layout_capitals(line, 4))
			b->office = line;
	}
	/* "GIÁM ĐỐC SỞ DU LỊCH" above "Căn cứ" says who decides. */
	if (b->office && b->recipients &&
	    b->recipients->box[1] - b->office->box[1] > OFFICE_PART * l->height)
		b->office = NULL;
}

static void
find_name(struct fields *f, struct block *b)
{
	const struct layout *l = b->layout;
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	for (i = l->count; i-- > 0 && b->count < LINES_MAX;) {
		const struct layout_line *line = &l->line[i];

		if (line == b->office ||
		    !(b->office ? below_office(l, b->office, line) : beside_recipients(b, line)))
			continue;
		b->line[b->count++] = line;
		if (!b->has_name && field_match(f, PATTERN_PERSON, line->folded, m)) {
			b->name = layout_piece(line, m[3]);
			b->has_name = true;
		}
	}
}

/* Three syllables and more that exist: a name cut by seal or flourish is worse than none. */
static bool
is_whole_name(const char *name)
{
	struct span rest = span_of(name);
	unsigned words = 0;

	for (; rest.n; words++)
		if (!legacy_syllable_legal(span_cut(&rest, ' ')))
			return false;
	return words >= 3;
}

static double
name_confidence(struct fields *f, struct block *b)
{
	struct strbuf folded = STRBUF_INIT;
	double sure = layout_piece_box(b->name, b->box);
	const char *read;

	b->clear = sure >= CLEAR;
	text_fold(layout_piece_text(b->name), true, &folded);
	b->family = has_family_name(folded.buf);
	b->clear = b->clear && b->family;
	sure *= b->family ? SIGNER_SHARE : 0.5;
	strbuf_free(&folded);
	read = arena_dup_span(f->arena, layout_piece_text(b->name));
	b->read = mend_family(f, read);
	if (b->read != read && sure > MENDED)
		sure = MENDED;
	if (b->family && sure < FIELDS_LEAST && sure > NAME_LEAST && is_whole_name(b->read))
		sure = FIELDS_LEAST; /* offered */
	return b->office ? sure : sure * NO_OFFICE;
}

/* ---- the reader's second look ---- */

/* The last n words with letters. */
static const char *
last_words(struct fields *f, const char *text, size_t n)
{
	struct span all = span_of(text);
	size_t end = all.n, at;

	while (end > 0 && !isalpha((unsigned char)text[end - 1]) && (text[end - 1] & 0x80) == 0)
		end--;
	for (at = end; at > 0 && n > 0; at--)
		if (text[at - 1] == ' ' && --n == 0)
			break;
	return arena_dup_span(f->arena, field_trim(span_make(text + at, end - at)));
}

/* A line that is a name of a family that exists; NULL = it is none. */
static const char *
name_of_mark(struct fields *f, const struct page_mark *mark)
{
	struct strbuf folded = STRBUF_INIT;
	regmatch_t m[PATTERN_GROUPS];
	const char *name = NULL;
	regoff_t i;

	text_fold(span_of(mark->text), true, &folded);
	if (field_match(f, PATTERN_PERSON, folded.buf, m) &&
	    has_family_name(folded.buf + m[3].rm_so)) {
		size_t words = 1;

		for (i = m[3].rm_so; i < m[3].rm_eo; i++)
			words += folded.buf[i] == ' ';
		name = last_words(f, mark->text, words);
		name = is_whole_name(name) ? mend_family(f, name) : NULL;
	}
	strbuf_free(&folded);
	return name;
}

/* The surest of them; read twice alike it is worth more, but never beyond doubt. */
static void
take_second_look(struct fields *f, struct block *b, const struct fields_page *page)
{
	const struct page_mark *best = NULL;
	unsigned alike = 0;
	size_t i;

	for (i = 0; i < page->mark_count; i++) {
		const struct page_mark *m = &page->mark[i];
		const char *name = m->kind == PAGE_MARK_SIGNATURE ? name_of_mark(f, m) : NULL;

		if (!name)
			continue;
		if (best && !strcmp(name, b->read)) {
			alike++;
		} else if (!best || m->confidence > best->confidence) {
			best = m;
			b->read = name;
			alike = 1;
		}
	}
	if (!best)
		return;
	memcpy(b->box, best->box, sizeof b->box);
	b->family = true;
	b->clear = best->confidence >= CLEAR;
	b->sure = best->confidence * SIGNER_SHARE * (alike > 1 ? READ_TWICE : READ_DOUBT);
}

static bool
has_second_look(const struct fields_page *page)
{
	size_t i;

	for (i = 0; i < page->mark_count; i++)
		if (page->mark[i].kind == PAGE_MARK_SIGNATURE)
			return true;
	return false;
}

static bool
find_block(struct fields *f, const struct fields_page *page, struct block *b)
{
	memset(b, 0, sizeof *b);
	b->layout = page->layout;
	b->read = "";
	find_office(f, b);
	find_name(f, b);
	if (!b->office && !b->has_name && !has_second_look(page))
		return false;
	if (b->has_name)
		b->sure = name_confidence(f, b);
	else if (b->office)
		memcpy(b->box, b->office->box, sizeof b->box);
	if (!b->has_name)
		take_second_look(f, b, page);
	return true;
}

/* ---- names that are known ---- */

/* What may be a name: a line of the block, or its last words. */
struct window {
	char letters[NAME_MAX];
	size_t n;
	const int *box; /* of the line */
};

struct known {
	const char *name; /* as listed or accepted */
	const char *post; /* as listed, or "" */
	unsigned wrong;	  /* letters */
	unsigned other;	  /* letters wrong of the nearest other name */
	size_t letters;
	bool listed;
	const int *box; /* of the line that is near it */
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

/* The line, and what stands behind each of its spaces: a scratch before the name is read as words. */
static void
add_windows(struct span line, const int *box, struct window *window, size_t *count)
{
	while (line.n && *count < WINDOWS_MAX) {
		struct window *w = &window[*count];

		w->n = name_letters(line, w->letters);
		if (w->n < KNOWN_LETTERS)
			return;
		w->box = box;
		++*count;
		(void)span_cut(&line, ' ');
	}
}

static size_t
make_windows(const struct block *b, const struct fields_page *page, struct window *window)
{
	char read[NAME_MAX];
	size_t whole = b->family ? name_letters(span_of(b->read), read) : 0, i, n, count = 0;

	for (i = 0; i < b->count; i++)
		add_windows(span_make(b->line[i]->text, b->line[i]->text_len), b->line[i]->box,
		    window, &count);
	for (i = 0; i < page->mark_count; i++)
		if (page->mark[i].kind == PAGE_MARK_SIGNATURE)
			add_windows(span_of(page->mark[i].text), page->mark[i].box, window, &count);
	/* A name of a family that exists is not cut to make another one of it. */
	for (i = n = 0; i < count; i++)
		if (window[i].n + 1 >= whole)
			window[n++] = window[i];
	return n;
}

static void
compare_known(const char *name, const char *post, bool listed, const struct window *window,
    size_t count, struct known *best)
{
	char want[NAME_MAX];
	size_t k = name_letters(span_of(name), want), i;
	unsigned least = (unsigned)k / KNOWN_PART + 1;
	const int *box = NULL;

	if (k < KNOWN_LETTERS || (best->name && !strcmp(best->name, name)))
		return;
	for (i = 0; i < count && least > 0; i++) {
		unsigned wrong = near_distance(
		    span_make(window[i].letters, window[i].n), span_make(want, k), least - 1);

		if (wrong < least) {
			least = wrong;
			box = window[i].box;
		}
	}
	if (least > k / KNOWN_PART)
		return;
	if (best->name && least >= best->wrong) {
		best->other = least < best->other ? least : best->other;
		return;
	}
	*best = (struct known){ name, post, least, best->name ? best->wrong : NAME_MAX, k, listed,
		box };
}

/* The day, month or year that the document tells, NULL = none. */
static const char *
date_of(const struct fields *f)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (f->list[i].field == FIELD_ISSUED)
			return f->list[i].value;
	return NULL;
}

static bool
in_office(const struct known_signer *s, const char *date)
{
	size_t n = date ? strlen(date) : 0;

	return (!*s->from || strncmp(s->from, date ? date : "", n) <= 0) &&
	    (!*s->to || strncmp(s->to, date ? date : "", n) >= 0);
}

/*
 * Every line of the block, as read at first and at the second look, against every name.  A near one
 * counts when no other is nearly as near.
 */
static struct known
look_up(const struct fields *f, const struct block *b, const struct fields_page *page)
{
	const struct fields_source *s = f->source;
	struct window *window = arena_array(f->arena, WINDOWS_MAX, sizeof *window);
	size_t i, count = make_windows(b, page, window);
	const char *date = date_of(f);
	struct known best = { 0 };

	for (i = 0; i < s->listed_count; i++)
		if (in_office(&s->listed[i], date))
			compare_known(
			    s->listed[i].name, s->listed[i].post, true, window, count, &best);
	for (i = 0; i < s->signer_count; i++)
		compare_known(s->signers[i], "", false, window, count, &best);
	if (best.name &&
	    (best.other < best.wrong + (best.wrong ? KNOWN_APART : 1) ||
		(b->clear && best.wrong > KNOWN_CLEAR)))
		best.name = NULL;
	return best;
}

/* ---- suggestions ---- */

static double
suggest_known(struct fields *f, const struct block *b, const struct known *known, int page)
{
	const char *method = known->listed ? "signer-list" : "known-signer";
	const int *box = *b->read ? b->box : known->box;
	double sure = AGREED;

	if (strcmp(known->name, b->read) != 0)
		sure = (b->sure < SIGNER_SURE ? KNOWN_SHARE : KNOWN_DOUBT) *
		    (1 - (double)known->wrong / (double)known->letters);
	field_add_box(f, FIELD_SIGNER, known->name, box, page, sure, method);
	if (!b->office)
		field_add_box(f, FIELD_SIGNER_POST, known->post, box, page, sure, method);
	return sure;
}

static void
suggest_signer(struct fields *f, const struct block *b, const struct fields_page *page)
{
	struct known known = look_up(f, b, page);
	double sure = b->sure;

	/* Another name with the same letters is the known one more often than not: to be confirmed. */
	if (known.name && (known.wrong == 0 || sure < SIGNER_SURE)) {
		if (suggest_known(f, b, &known, page->no) >= AGREED)
			return;
		sure *= READ_DOUBT;
	}
	field_add_box(f, FIELD_SIGNER, b->read, b->box, page->no, sure,
	    b->has_name ? "signature-text" : "signature-look");
}

/* Less than a word: seal and signature. */
static bool
is_scratch(const struct layout_line *line)
{
	size_t i, letters = 0;

	for (i = 0; i < line->folded_len; i++)
		letters += isalpha((unsigned char)line->folded[i]) != 0;
	return letters < 4;
}

/* "Ù PHÓ GIÁM ĐỐC": a letter or two of the seal before the post. */
static struct span
without_scratch(struct layout_piece piece)
{
	static const char *const words[] = { "TM", "KT", "TL", "Q", "BI", "BO", "VU", "TO" };
	struct span all = field_trim(layout_piece_text(piece)), rest = all,
		    first = span_cut(&rest, ' ');
	struct strbuf folded = STRBUF_INIT;
	bool scratch;
	size_t i;

	text_fold(first, true, &folded);
	scratch = rest.n && folded.len <= 2 && !strchr(folded.buf, '.');
	for (i = 0; i < sizeof words / sizeof *words; i++)
		scratch = scratch && strcmp(folded.buf, words[i]) != 0;
	strbuf_free(&folded);
	return scratch ? rest : all;
}

/*
 * Those whose letters leave no doubt when one or two of them were misread: eight and more, shorter
 * ones have neighbours.
 */
static const char *const offices[] = { "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "TỔNG GIÁM ĐỐC",
	"PHÓ TỔNG GIÁM ĐỐC", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG",
	"CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "BỘ TRƯỞNG",
	"THỨ TRƯỞNG", "CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG", "CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG",
	"HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG", "CHÁNH THANH TRA", "PHÓ CHÁNH THANH TRA", "TỔ TRƯỞNG",
	"VỤ TRƯỞNG", "PHÓ VỤ TRƯỞNG", "TỔNG CỤC TRƯỞNG", "PHÓ TỔNG CỤC TRƯỞNG", "CHỦ NHIỆM",
	"PHÓ CHỦ NHIỆM", "KẾ TOÁN TRƯỞNG", "TRƯỞNG ĐOÀN", "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN",
	"BAN THƯỜNG VỤ" };

/* "GLIAM ĐỌC" is GIÁM ĐỐC: the one office that is nearest; NULL = none within so many letters. */
static const char *
known_office(struct span read, unsigned errors)
{
	struct strbuf have = STRBUF_INIT, want = STRBUF_INIT;
	unsigned least = errors + 1, wrong;
	const char *best = NULL;
	size_t i;

	text_fold(read, true, &have);
	for (i = 0; i < sizeof offices / sizeof *offices; i++) {
		strbuf_reset(&want);
		text_fold(span_of(offices[i]), true, &want);
		wrong = near_distance(strbuf_span(&have), strbuf_span(&want), errors);
		if (wrong < least)
			best = offices[i];
		else if (wrong == least && wrong <= errors)
			best = NULL;
		least = wrong < least ? wrong : least;
	}
	strbuf_free(&have);
	strbuf_free(&want);
	return best;
}

/* Adds a line of the office, mended where it can be: what stands before the office stays ("KT. "). */
static bool
add_office(struct span line, bool doubtful, struct strbuf *post)
{
	struct span rest = line, before = span_make(line.p, 0);
	const char *office;

	if (span_find(line, SPAN(". ")) >= 0) {
		before.n = (size_t)span_find(line, SPAN(". ")) + 2;
		rest = span_make(line.p + before.n, line.n - before.n);
	}
	office = known_office(rest, doubtful ? OFFICE_ERRORS : 0);
	if (post->len)
		strbuf_add_char(post, ' ');
	strbuf_add_span(post, before);
	if (office)
		strbuf_add_str(post, office);
	else
		strbuf_add_span(post, rest);
	return office != NULL;
}

/* A deputy's post; a minister's is no "PHÓ" (Thứ trưởng). */
static bool
is_deputy(const char *folded_post)
{
	return strstr(folded_post, "PHO ") != NULL ||
	    (strstr(folded_post, "BO TRUONG") != NULL && strstr(folded_post, "THU TRUONG") != NULL);
}

/* "KT. GIÁM ĐỐC" whose own post was not read is the deputy of that one: NĐ 30/2020 PL I II.7. */
static void
add_deputy(struct strbuf *post)
{
	ptrdiff_t at = span_find(strbuf_span(post), SPAN("KT. "));
	struct strbuf folded = STRBUF_INIT;

	text_fold(strbuf_span(post), true, &folded);
	if (at >= 0 && !is_deputy(folded.buf)) {
		char *head = xstrdup(post->buf + at + 4);

		strbuf_addf(post, " PHÓ %s", head);
		free(head);
	}
	strbuf_free(&folded);
}

/* Who signs for another (KT.) tells the own post below, and a deputy signs for another: NĐ 30 PL I. */
static bool
is_half_post(const char *post)
{
	struct strbuf folded = STRBUF_INIT;
	bool deputy, stands_for;

	text_fold(span_of(post), true, &folded);
	deputy = is_deputy(folded.buf);
	stands_for = strstr(folded.buf, "KT") != NULL || strstr(folded.buf, "K/T") != NULL;
	strbuf_free(&folded);
	return deputy != stands_for;
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
		if (is_scratch(above))
			continue;
		if (!layout_capitals(above, 4) ||
		    below->box[1] - above->box[1] > POST_PITCH * l->word_height)
			break;
		line[n++] = below = above;
	}
	for (i = n; i-- > 0;) {
		double read = field_line_confidence(line[i]);

		piece = (struct layout_piece){ line[i], 0, line[i]->text_len };
		/* A reading that was doubtful is offered when it is near an office. */
		if (add_office(without_scratch(piece), read < OFFICE_SURE, &post) &&
		    read < OFFICE_KNOWN)
			read = OFFICE_KNOWN;
		sure = read < sure ? read : sure;
	}
	sure *= is_half_post(post.buf) ? HALF_POST : SIGNER_SHARE;
	add_deputy(&post);
	field_add(f, FIELD_SIGNER_POST, arena_dup_span(f->arena, strbuf_span(&post)), &piece,
	    page->no, sure, "signature-text");
	strbuf_free(&post);
}

/* A line of capitals that is an office. */
static bool
is_post(struct fields *f, const struct page_mark *mark)
{
	struct strbuf folded = STRBUF_INIT;
	regmatch_t m[PATTERN_GROUPS];
	bool is;

	text_fold(span_of(mark->text), true, &folded);
	is = mark->kind == PAGE_MARK_SIGNATURE && layout_text_capitals(strbuf_span(&folded), 1) &&
	    field_match(f, PATTERN_CAPACITY, folded.buf, m);
	strbuf_free(&folded);
	return is;
}

/* The office as the second look has it: the first one, and the lines right below it. */
static void
suggest_post_looked(struct fields *f, const struct fields_page *page)
{
	const struct page_mark *first = NULL, *before = NULL;
	struct strbuf post = STRBUF_INIT;
	double sure = 1;
	size_t i;

	for (i = 0; i < page->mark_count; i++) {
		const struct page_mark *m = &page->mark[i];
		bool post_line = is_post(f, m);

		if (before && (m->box[1] <= before->box[1] || !post_line))
			break;
		if (!post_line)
			continue;
		if (!first)
			first = m;
		before = m;
		if (post.len)
			strbuf_add_char(&post, ' ');
		strbuf_add_span(&post, field_trim(span_of(m->text)));
		sure = m->confidence < sure ? m->confidence : sure;
	}
	if (first) {
		sure *= is_half_post(post.buf) ? HALF_POST * READ_TWICE : READ_TWICE;
		add_deputy(&post);
		field_add_box(f, FIELD_SIGNER_POST, arena_dup_span(f->arena, strbuf_span(&post)),
		    first->box, page->no, sure, "signature-look");
	}
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
	bool recipients;

	if ((f->signer_page && f->signer_recipients) || !find_block(f, page, &b))
		return;
	/* The reader looks twice only where recipients stand. */
	recipients = b.recipients || has_second_look(page);
	if (f->signer_page && !recipients && !b.has_name)
		return;
	forget_signer(f);
	f->signer_page = page->no;
	f->signer_recipients = recipients;
	suggest_signer(f, &b, page);
	if (b.office)
		suggest_post(f, &b, page);
	else
		suggest_post_looked(f, page);
}
