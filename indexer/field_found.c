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

/* Without the dash before and the stop behind. */
static struct span
list_item(struct span s)
{
	s = field_trim(s);
	while (s.n && strchr("-+*;.,", s.p[0]))
		s = span_trim(span_make(s.p + 1, s.n - 1));
	return field_trim(s);
}

static void
add_item(struct fields *f, enum reading_kind kind, struct layout_piece piece, int page)
{
	struct span item = list_item(layout_piece_text(piece));
	struct strbuf folded = STRBUF_INIT;

	text_fold(item, true, &folded);
	if (item.n >= 3 && item.n <= VALUE_MAX)
		field_find(f, kind, arena_dup_span(f->arena, item), &piece, page,
		    field_line_confidence(piece.line), "list-text");
	strbuf_free(&folded);
}

static bool
is_item(const struct layout_line *line)
{
	size_t i = strspn(line->folded, " ");

	return line->folded[i] == '-' || line->folded[i] == '+' || line->folded[i] == '*';
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
	const struct layout *l = page->layout;
	const struct layout_line *from = NULL;
	regmatch_t m[PATTERN_GROUPS];
	size_t i, n = 0;

	for (i = 0; i < l->count && n < LIST_LINES; i++) {
		const struct layout_line *line = &l->line[i];
		struct layout_piece piece = { line, 0, line->text_len };

		if (line->zone != LAYOUT_BODY || !in_left(l, line))
			continue;
		if (!from) {
			if (field_match(f, PATTERN_RECIPIENTS, line->folded, m))
				from = line;
			continue;
		}
		if (!is_item(line)) /* the rest of a long one, or what is no list */
			continue;
		add_item(f, FOUND_RECIPIENT, piece, page->no);
		n++;
		if (strstr(line->folded, "Luu") || strstr(line->folded, "LUU"))
			return;
	}
}

/* Kính gửi: behind the words, or a list below. */
void
field_addressees(struct fields *f)
{
	const struct layout *l = f->first;
	const struct layout_line *from = NULL;
	regmatch_t m[PATTERN_GROUPS];
	size_t i, n = 0;

	for (i = 0; i < l->count && n < LIST_LINES; i++) {
		const struct layout_line *line = &l->line[i];
		struct layout_piece piece = { line, 0, line->text_len };

		if (layout_height(l, line) > ADDRESSEES_PART)
			return;
		if (!from && field_match(f, PATTERN_TO, line->folded, m)) {
			from = line;
			m[0].rm_so = m[0].rm_eo;
			m[0].rm_eo = (regoff_t)line->folded_len;
			piece = layout_piece(line, m[0]);
			add_item(f, FOUND_ADDRESSEE, piece, 1);
			n += layout_piece_text(piece).n > 3;
			continue;
		}
		if (!from)
			continue;
		if (!is_item(line))
			return;
		add_item(f, FOUND_ADDRESSEE, piece, 1);
		n++;
	}
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
