/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "field_parts.h"
#include "text.h"

/*
 * Offices name a scan after its number ("3162_qd_syt.pdf", "23BC.signed.pdf"): in 18 of 19 files of
 * two offices, where the number on the paper was written by hand.  It counts when the letters
 * beside it agree with the symbol on the page, or name a type when the page shows none.
 */
#define AGREES 0.85	   /* with the symbol read on the page */
#define AGREES_NUMBER 0.97 /* and with the number read there */
#define ALONE 0.6	   /* a type's code, no symbol on the page */

struct name_part {
	struct span number, letters, more;
};

/* Is this the symbol's part of that index, marks and case aside? */
static bool
is_symbol_part(const struct fields *f, struct span letters, int index)
{
	struct strbuf symbol = STRBUF_INIT;
	struct span rest, part = { NULL, 0 };
	bool same;
	int i;

	text_fold(span_of(f->symbol), true, &symbol);
	rest = strbuf_span(&symbol);
	for (i = 0; i <= index; i++)
		part = span_cut(&rest, '-');
	/* "UB" for UBND: a short form is the beginning of the part. */
	same = letters.n >= 2 && part.n >= letters.n && !strncasecmp(part.p, letters.p, letters.n);
	strbuf_free(&symbol);
	return same;
}

static double
name_confidence(struct fields *f, const struct name_part *p)
{
	if (f->symbol) {
		if (!is_symbol_part(f, p->letters, 0))
			return 0;
		f->symbol_in_name = true;
		if (p->more.n && f->number && span_equal_str(p->number, f->number))
			return AGREES_NUMBER;
		return AGREES;
	}
	return field_type_by_code(p->letters) ? ALONE : 0;
}

static bool
number_agrees(const struct fields *f, struct span number)
{
	return f->number && number.n && strtoul(f->number, NULL, 10) == strtoul(number.p, NULL, 10);
}

static void
take(struct fields *f, const struct name_part *p, double confidence)
{
	const struct record_type *type = field_type_by_code(p->letters);
	char *number = arena_dup_span(f->arena, p->number);

	if (number_agrees(f, p->number))
		confidence = AGREES_NUMBER;
	else if (f->number_sure >= 0.95)
		return; /* print on the page is better evidence */
	field_add(f, FIELD_NUMBER, number, NULL, 0, confidence, "file-name");
	if (!f->symbol && type && p->more.n) {
		char *more = arena_dup_span(f->arena, p->more), *c;

		for (c = more; *c; c++)
			if (*c >= 'a' && *c <= 'z')
				*c = (char)(*c - 'a' + 'A');
		field_add(f, FIELD_SYMBOL, arena_printf(f->arena, "%s-%s", type->code, more), NULL,
		    0, confidence * 0.9, "file-name");
	}
}

static struct span
group(const char *s, regmatch_t m)
{
	return m.rm_so < 0 ? span_make(s, 0) : span_make(s + m.rm_so, (size_t)(m.rm_eo - m.rm_so));
}

void
field_file_name(struct fields *f)
{
	struct name_part best = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct strbuf folded = STRBUF_INIT;
	regmatch_t m[PATTERN_GROUPS];
	double confidence = 0;
	const char *s;

	if (!f->source->name)
		return;
	text_fold(span_of(f->source->name), true, &folded);
	for (s = folded.buf; field_match(f, PATTERN_FILE, s, m); s += m[2].rm_eo) {
		struct name_part p = { group(s, m[2]), group(s, m[3]), group(s, m[5]) };
		double c = name_confidence(f, &p);

		if (c > confidence) {
			confidence = c;
			best = p;
		}
	}
	if (confidence > 0)
		take(f, &best, confidence);
	strbuf_free(&folded);
}
