/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "field_parts.h"
#include "near.h"
#include "text.h"

/* Urgency marks of NĐ 30/2020 PL I: capitals that stand alone near the top. */
#define HEADER_PART 0.40

static const struct {
	const char *folded, *value;
	unsigned errors; /* letters that may be misread */
} marks[] = {
	{ "HOATOCHENGIO", "HỎA TỐC", 1 },
	{ "HOATOC", "HỎA TỐC", 1 },
	{ "THUONGKHAN", "THƯỢNG KHẨN", 1 },
	{ "KHAN", "KHẨN", 0 },
};

/* The mark that the text is, letters alone; NULL = none. */
static const char *
mark_of(const char *folded, bool stamp)
{
	char letters[32];
	size_t i, n = 0;

	for (i = 0; folded[i]; i++)
		if (isalpha((unsigned char)folded[i])) {
			if (n + 1 >= sizeof letters)
				return NULL;
			letters[n++] = folded[i];
		}
	for (i = 0; i < sizeof marks / sizeof *marks; i++)
		if (near_equal(span_make(letters, n), span_of(marks[i].folded), marks[i].errors))
			return marks[i].value;
	/* Five words are stamped there: a K at its head leaves one. */
	if (stamp && n >= 4 && n <= 5 && letters[0] == 'K' &&
	    near_equal(span_make(letters, n), SPAN("KHAN"), 1))
		return "KHẨN";
	return NULL;
}

/* A stamp that the reader found in its frame or in red. */
static bool
from_stamp(struct fields *f)
{
	struct strbuf folded = STRBUF_INIT;
	const char *value = NULL;
	size_t i;

	for (i = 0; i < f->first_marks && !value; i++) {
		const struct page_mark *m = &f->first_mark[i];

		if (m->kind != PAGE_MARK_STAMP)
			continue;
		strbuf_reset(&folded);
		text_fold(span_of(m->text), true, &folded);
		if ((value = mark_of(folded.buf, true)) != NULL)
			field_add_box(
			    f, FIELD_URGENCY, value, m->box, 1, 0.5 + m->confidence / 2, "stamp");
	}
	strbuf_free(&folded);
	return value != NULL;
}

void
field_urgency(struct fields *f)
{
	const struct layout *l = f->first;
	size_t i;

	if (from_stamp(f))
		return;
	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];
		struct layout_piece piece = { line, 0, line->text_len };
		const char *value;

		if (layout_height(l, line) > HEADER_PART || !layout_capitals(line, 4) ||
		    (value = mark_of(line->folded, false)) == NULL)
			continue;
		field_add(f, FIELD_URGENCY, value, &piece, 1, 0.5 + field_line_confidence(line) / 2,
		    "header-text");
		return;
	}
}
