/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "field_parts.h"
#include "text.h"

/*
 * What a document tells besides its fields: whom it is addressed to (Kính gửi), who gets copies (Nơi
 * nhận), which documents it cites, codes of cases and procedures.
 */
#define LIST_LINES 40
#define ADDRESSEES_PART 0.6 /* of page 1: they stand above */
#define VALUE_MAX 300
#define SCRATCH_MOST 3 /* bytes of letters behind an item's stop that belong to none */
#define SPECKS_MOST 6  /* bytes before an item's dash */
#define ITEM_PITCH 2.1 /* median words from an item's line to the one it goes on in */

/* Without the dash before and the stop behind, nor what the signature left behind that. */
static struct span
list_item(struct span s)
{
	size_t i, letters = 0;

	for (i = s.n; i > 0 && s.p[i - 1] != ';'; i--)
		letters += isalnum((unsigned char)s.p[i - 1]) || (s.p[i - 1] & 0x80);
	if (i > 0 && letters <= SCRATCH_MOST)
		s.n = i;
	for (i = 0; i < s.n && i < SPECKS_MOST && !isalnum((unsigned char)s.p[i]); i++)
		if (s.p[i] == '-')
			s = span_make(s.p + i, s.n - i);
	s = field_trim(s);
	while (s.n && strchr("-+*;.,", s.p[0]))
		s = span_trim(span_make(s.p + 1, s.n - 1));
	return field_trim(s);
}

/* A list while it is read: its last item may go on in the next line. */
struct list {
	struct fields *fields;
	enum reading_kind kind;
	int page;
	struct strbuf item;
	struct layout_piece first;
	double sure;
};

static void
list_end(struct list *l)
{
	struct span item = list_item(strbuf_span(&l->item));

	if (item.n >= 3 && item.n <= VALUE_MAX)
		field_find(l->fields, l->kind, arena_dup_span(l->fields->arena, item), &l->first,
		    l->page, l->sure, "list-text");
	strbuf_free(&l->item);
}

static void
list_begin(struct list *l, struct layout_piece piece)
{
	list_end(l);
	strbuf_add_span(&l->item, layout_piece_text(piece));
	l->first = piece;
	l->sure = field_line_confidence(piece.line);
}

/* The item has no stop yet, and the line lies under it: "- Công ty ... Tân / Cảng;". */
static bool
list_goes_on(const struct list *l, const struct layout_line *line, int word_height)
{
	const int *first = l->first.line ? l->first.line->box : NULL;

	return l->item.len > 0 && first && word_height &&
	    !strchr(";.,:", l->item.buf[l->item.len - 1]) &&
	    line->box[1] - first[1] < ITEM_PITCH * word_height &&
	    line->box[0] >= first[0] - word_height && line->box[0] < first[0] + first[2] / 2;
}

static void
list_more(struct list *l, const struct layout_line *line)
{
	strbuf_add_char(&l->item, ' ');
	strbuf_add(&l->item, line->text, line->text_len);
	if (field_line_confidence(line) < l->sure)
		l->sure = field_line_confidence(line);
}

static bool
is_item(const struct layout_line *line)
{
	size_t i = strspn(line->folded, " ");

	return line->folded[i] != '\0' && strchr("-+*~_=", line->folded[i]) != NULL;
}

/* What stands before it was a dash, read with specks around it or as something else: "„ - Sở". */
static bool
is_likely_item(const struct layout_line *line)
{
	return !isalnum((unsigned char)line->folded[strspn(line->folded, " ")]);
}

/* Left half of the page: the signature stands in the right one. */
static bool
in_left(const struct layout *l, const struct layout_line *line)
{
	return !l->word_height || line->box[0] + line->box[2] / 2 < l->width / 2;
}

/* "- Như trên; - Sở Tài chính; - Lưu: VT." below the line, to the filing mark. */
void
field_recipients(struct fields *f, const struct fields_page *page)
{
	struct list list = { f, FOUND_RECIPIENT, page->no, STRBUF_INIT, { NULL, 0, 0 }, 0 };
	const struct layout *l = page->layout;
	bool begun = false, filed = false;
	regmatch_t m[PATTERN_GROUPS];
	size_t i, n = 0;

	for (i = 0; i < l->count && n < LIST_LINES && !filed; i++) {
		const struct layout_line *line = &l->line[i];

		if (line->zone != LAYOUT_BODY || !in_left(l, line))
			continue;
		if (!begun) {
			begun = field_match(f, PATTERN_RECIPIENTS, line->folded, m);
		} else if (is_item(line)) {
			list_begin(&list, (struct layout_piece){ line, 0, line->text_len });
			filed = strstr(line->folded, "Luu") || strstr(line->folded, "LUU");
			n++;
		} else if (list_goes_on(&list, line, l->word_height)) {
			list_more(&list, line);
		}
	}
	list_end(&list);
}

/* Kính gửi: behind the words, or a list below. */
void
field_addressees(struct fields *f)
{
	struct list list = { f, FOUND_ADDRESSEE, 1, STRBUF_INIT, { NULL, 0, 0 }, 0 };
	const struct layout *l = f->first;
	regmatch_t m[PATTERN_GROUPS];
	bool begun = false;
	size_t i, n = 0;

	for (i = 0; i < l->count && n < LIST_LINES; i++) {
		const struct layout_line *line = &l->line[i];

		if (layout_height(l, line) > ADDRESSEES_PART)
			break;
		if (!begun && field_match(f, PATTERN_TO, line->folded, m)) {
			begun = true;
			m[0].rm_so = m[0].rm_eo;
			m[0].rm_eo = (regoff_t)line->folded_len;
			list_begin(&list, layout_piece(line, m[0]));
		} else if (begun && field_line_says(line)) {
			if (is_likely_item(line))
				list_begin(&list, (struct layout_piece){ line, 0, line->text_len });
			else if (list_goes_on(&list, line, l->word_height))
				list_more(&list, line);
			else
				break;
			n++;
		}
	}
	list_end(&list);
}

/* The type at the head of a cited symbol must be one: "30/2020/NĐ-CP", "5/10" is none. */
static bool
cites(struct span symbol)
{
	size_t n = 0;

	while (n < symbol.n && symbol.p[n] != '-' && symbol.p[n] != '/')
		n++;
	symbol.n = n;
	if (n > 2 && !strncmp(symbol.p, "QH", 2) && isdigit((unsigned char)symbol.p[2]))
		return true;
	return span_equal_str(symbol, "TTLT") || field_type_by_code(symbol) != NULL;
}

static void
each_match(struct fields *f, enum pattern p, int group, enum reading_kind kind,
    const struct fields_page *page, const struct layout_line *line)
{
	regmatch_t m[PATTERN_GROUPS];
	regoff_t at = 0;

	while (field_match(f, p, line->folded + at, m) && m[0].rm_eo > m[0].rm_so) {
		regmatch_t whole = { m[group].rm_so + at, m[group].rm_eo + at };
		struct layout_piece piece = layout_piece(line, whole);
		int box[4];

		if (kind != FOUND_CITATION || p != PATTERN_CITED ||
		    cites(span_make(
			line->folded + at + m[5].rm_so, (size_t)(m[5].rm_eo - m[5].rm_so))))
			field_find(f, kind, arena_dup_span(f->arena, layout_piece_text(piece)),
			    &piece, page->no, layout_piece_box(piece, box), "body-text");
		at += m[group].rm_eo;
	}
}

void
field_citations(struct fields *f, const struct fields_page *page)
{
	const struct layout *l = page->layout;
	size_t i;

	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];

		/* No digit and slash or dot: most lines. */
		if (!strpbrk(line->folded, "/.") || !strpbrk(line->folded, "0123456789"))
			continue;
		if (line->zone == LAYOUT_BODY) {
			each_match(f, PATTERN_CITED, 2, FOUND_CITATION, page, line);
			each_match(f, PATTERN_CITED_LETTER, 2, FOUND_CITATION, page, line);
		}
		each_match(f, PATTERN_CASE, 2, FOUND_CASE, page, line);
		each_match(f, PATTERN_PROCEDURE, 2, FOUND_PROCEDURE, page, line);
	}
}

/* A month and a day between the bureau and the running number. */
static bool
case_valid(const char *code)
{
	const char *date = strchr(code, '-');
	int month, day;

	if (!date || strlen(date) < 8)
		return false;
	month = (date[3] - '0') * 10 + date[4] - '0';
	day = (date[5] - '0') * 10 + date[6] - '0';
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

void
field_codes(struct fields *f, const struct fields_page *page)
{
	static const char *const methods[] = { [PAGE_MARK_QR] = "qr",
		[PAGE_MARK_CODE128] = "code128",
		[PAGE_MARK_CODE39] = "code39" };
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	for (i = 0; i < page->mark_count; i++) {
		const struct page_mark *mark = &page->mark[i];

		if (mark->kind > PAGE_MARK_CODE39 || !*mark->text)
			continue;
		field_find_box(
		    f, FOUND_CODE, mark->text, mark->box, page->no, 1, methods[mark->kind]);
		if (!field_match(f, PATTERN_CASE, mark->text, m))
			continue;
		{
			const char *code = arena_dup_span(f->arena,
			    span_make(mark->text + m[2].rm_so, (size_t)(m[2].rm_eo - m[2].rm_so)));

			if (case_valid(code))
				field_find_box(f, FOUND_CASE, code, mark->box, page->no, 1,
				    methods[mark->kind]);
		}
	}
}
