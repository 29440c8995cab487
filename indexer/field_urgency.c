/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "field_parts.h"
#include "near.h"

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

void
field_urgency(struct fields *f)
{
	const struct layout *l = f->first;
	size_t i, k, n;

	for (i = 0; i < l->count; i++) {
		const struct layout_line *line = &l->line[i];
		struct layout_piece piece = { line, 0, line->text_len };
		char letters[32];

		if (layout_height(l, line) > HEADER_PART || line->folded_len >= sizeof letters ||
		    !layout_capitals(line, 4))
			continue;
		for (k = n = 0; k < line->folded_len; k++)
			if (isalpha((unsigned char)line->folded[k]))
				letters[n++] = line->folded[k];
		for (k = 0; k < sizeof marks / sizeof *marks; k++)
			if (near_equal(
				span_make(letters, n), span_of(marks[k].folded), marks[k].errors)) {
				field_add(f, FIELD_URGENCY, marks[k].value, &piece, 1,
				    0.5 + field_line_confidence(line) / 2, "header-text");
				return;
			}
	}
}
