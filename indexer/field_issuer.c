/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "field_parts.h"
#include "legacy.h"
#include "text.h"

/*
 * The issuing body: capitals above the number in the left column.  Several lines are one name
 * ("ỦY BAN NHÂN DÂN / TỈNH QUẢNG NGÃI") or the superior body and the issuer ("UBND TỈNH KIÊN GIANG /
 * SỞ Y TẾ"): a line that begins like the name of a body begins one, the last one issued it.
 */
#define HEADER_PART 0.25
#define NAME_LINES 6
#define GAP 1.5	      /* median words between two words of one name at most */
#define RULE_SURE 0.6 /* one word below, less sure: the rule under the name */
#define DASH_SURE 80
#define AGREED 0.7 /* a name whose initials are those of the symbol */

/* First letters of the words: "SỞ Y TẾ" -> "SYT". */
static void
initials(const char *name, struct strbuf *out)
{
	struct strbuf folded = STRBUF_INIT;
	size_t i;

	text_fold(span_of(name), true, &folded);
	for (i = 0; i < folded.len; i++)
		if ((i == 0 || folded.buf[i - 1] == ' ') && folded.buf[i] != ' ')
			strbuf_add_char(out, folded.buf[i]);
	strbuf_free(&folded);
}

/* "BQLCB" of "BQLKDLCB": its letters in their order from the first one, more than half of them. */
static bool
is_shorter(struct span part, struct span all)
{
	size_t i, k = 0;

	if (part.n < 3 || part.n * 2 <= all.n || part.p[0] != all.p[0])
		return false;
	for (i = 0; i < all.n && k < part.n; i++)
		k += all.p[i] == part.p[k];
	return k == part.n;
}

/* Does a part of the symbol abbreviate the name ("QĐ-SYT": SYT; "UBND" of "UBND TỈNH ...")? */
static bool
symbol_agrees(const struct fields *f, const char *name)
{
	struct strbuf first = STRBUF_INIT, symbol = STRBUF_INIT;
	struct span rest, part;
	bool agrees = false;

	initials(name, &first);
	text_fold(span_of(f->symbol), true, &symbol);
	for (rest = strbuf_span(&symbol); rest.n && !agrees;) {
		part = span_cut(&rest, '-');
		agrees = (part.n >= 2 &&
			     (span_starts(strbuf_span(&first), part) ||
				 span_starts(span_of(name), part))) ||
		    is_shorter(part, strbuf_span(&first));
	}
	strbuf_free(&first);
	strbuf_free(&symbol);
	return agrees;
}

static bool
is_name_line(const struct fields *f, const struct layout_line *line)
{
	const struct layout *l = f->first;

	if (!layout_capitals(line, 2) || strchr(line->folded, '/'))
		return false;
	if (f->number_line)
		return line->row < f->number_line->row && line->zone == f->number_line->zone;
	return line->zone == LAYOUT_LEFT && layout_height(l, line) < HEADER_PART;
}

/* ---- a line of it ---- */

struct name_line {
	const struct layout_line *line;
	const char *text;	  /* tidied */
	const char *folded;	  /* of it */
	struct layout_piece from; /* the part of the line that it is */
	double sure;
	bool body; /* it begins the name of one */
};

/* One of two vowels that differ in their marks alone, of which the reader saw both: "PHỐỔ". */
static bool
drop_stutter(struct span word, struct strbuf *out)
{
	struct strbuf folded = STRBUF_INIT;
	size_t i, end;
	char before = '\0';

	for (i = 0; i < word.n; i = end) {
		for (end = i + 1; end < word.n && (word.p[end] & 0xc0) == 0x80;)
			end++;
		strbuf_reset(&folded);
		text_fold(span_make(word.p + i, end - i), false, &folded);
		if (folded.len == 1 && folded.buf[0] == before && strchr("aeiouy", before)) {
			strbuf_add(out, word.p + end, word.n - end);
			strbuf_free(&folded);
			return true;
		}
		strbuf_add(out, word.p + i, end - i);
		before = folded.len == 1 ? folded.buf[0] : '\0';
	}
	strbuf_free(&folded);
	return false;
}

/* Bold capitals set close run together: "BANQUẢNLÝ" is "BAN QUẢN LÝ". */
static void
add_word(struct span word, struct strbuf *out)
{
	struct strbuf parts = STRBUF_INIT, once = STRBUF_INIT;
	bool comma = word.p[word.n - 1] == ',';

	word = field_trim(word);
	if (out->len)
		strbuf_add_char(out, ' ');
	if (legacy_syllable_legal(word))
		strbuf_add_span(out, word);
	else if (drop_stutter(word, &once) && legacy_syllable_legal(strbuf_span(&once)))
		strbuf_add_span(out, strbuf_span(&once));
	else if (field_split_syllables(word, &parts) > 0 ||
	    field_split_syllables(strbuf_span(&once), &parts) > 0)
		strbuf_add_span(out, strbuf_span(&parts));
	else
		strbuf_add_span(out, word);
	if (comma)
		strbuf_add_char(out, ',');
	strbuf_free(&parts);
	strbuf_free(&once);
}

/* "LAO ĐỘNG - THƯƠNG BINH": a dash that was read well, between two words. */
static bool
is_dash(const struct layout_line *line, const struct layout_word *w)
{
	return w->end - w->start == 1 && line->text[w->start] == '-' && w->confidence >= DASH_SURE;
}

/* Words with letters up to a wide gap, behind which the other column begins. */
static struct name_line
tidy(struct fields *f, const struct layout_line *line)
{
	struct name_line n = { .line = line, .from = { line, 0, 0 } };
	struct strbuf text = STRBUF_INIT, folded = STRBUF_INIT;
	const struct layout_word *before = NULL;
	size_t i, count = 0;
	bool dash = false;

	for (i = 0; i < line->count; i++) {
		const struct layout_word *w = &line->word[i];

		if (!field_word_holds(line, w, isalpha)) {
			dash = before && is_dash(line, w);
			before = dash ? w : before;
			continue;
		}
		if (before && before->box[2] &&
		    w->box[0] - before->box[0] - before->box[2] > GAP * f->first->word_height)
			break;
		strbuf_add_str(&text, dash ? " -" : "");
		dash = false;
		add_word(span_make(line->text + w->start, w->end - w->start), &text);
		n.sure += w->confidence;
		n.from.end = w->end;
		before = w;
		count++;
	}
	n.sure = count ? n.sure / (100.0 * (double)count) : 0;
	n.text = arena_dup_span(f->arena, strbuf_span(&text));
	text_fold(strbuf_span(&text), true, &folded);
	n.folded = arena_dup_span(f->arena, strbuf_span(&folded));
	strbuf_free(&text);
	strbuf_free(&folded);
	return n;
}

static bool
ends_with(const char *s, const char *word)
{
	size_t n = strlen(s), k = strlen(word);

	return n >= k && !strcmp(s + n - k, word) && (n == k || s[n - k - 1] == ' ');
}

/* The line above needs this one: "... VÀ / HỘI ĐỒNG ...", "... HẢI / PHÒNG BAN THƯỜNG VỤ". */
static bool
goes_on(const struct name_line *above, const struct name_line *n)
{
	static const struct {
		const char *first, *second;
	} words[] = { { "HAI", "PHONG" }, { "MOI", "TRUONG" }, { "THI", "TRUONG" },
		{ "VAN", "PHONG" }, { "QUOC", "PHONG" }, { "BIEN", "PHONG" }, { "XA", "HOI" },
		{ "QUOC", "HOI" }, { "THU", "VIEN" }, { "BENH", "VIEN" }, { "HOC", "VIEN" } };
	size_t i, k;

	if (ends_with(above->folded, "VA"))
		return true;
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		k = strlen(words[i].second);
		if (ends_with(above->folded, words[i].first) &&
		    !strncmp(n->folded, words[i].second, k) &&
		    (n->folded[k] == ' ' || n->folded[k] == '\0'))
			return true;
	}
	return false;
}

static void
find_bodies(const struct fields *f, struct name_line *lines, size_t count)
{
	regmatch_t m[PATTERN_GROUPS];
	size_t i;

	for (i = 0; i < count; i++)
		lines[i].body = field_match(f, PATTERN_BODY_NAME, lines[i].folded, m) &&
		    !(i > 0 && goes_on(&lines[i - 1], &lines[i]));
}

/* "THÀNH PHỐ HẢI PHÒNG" over "ỦY BAN NHÂN DÂN / QUẬN ĐỒ SƠN". */
static bool
begins_territory(const struct name_line *n)
{
	static const char *const kinds[] = { "TINH ", "THANH PHO ", "TP", "QUAN ", "HUYEN ",
		"THI XA ", "DAC KHU ", "XA ", "PHUONG " };
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strncmp(n->folded, kinds[i], strlen(kinds[i])))
			return true;
	return false;
}

/* The lines as one name; its certainty is that of the worst. */
static const char *
join(struct fields *f, const struct name_line *n, size_t count, double *sure)
{
	struct strbuf name = STRBUF_INIT;
	const char *out;
	size_t i;

	*sure = 1;
	for (i = 0; i < count; i++) {
		if (name.len && *n[i].text)
			strbuf_add_char(&name, ' ');
		strbuf_add_str(&name, n[i].text);
		if (n[i].sure < *sure)
			*sure = n[i].sure;
	}
	out = arena_dup_span(f->arena, field_trim(strbuf_span(&name)));
	strbuf_free(&name);
	return out;
}

/* The body above the issuer: what stands over its first line, when that begins like a body. */
static void
find_superior(struct fields *f, const struct name_line *n, size_t count)
{
	size_t i, from = count;
	const char *name;
	double sure;

	for (i = 0; i < count; i++) /* the last but the issuer itself */
		if (n[i].body || (i == 0 && begins_territory(&n[i])))
			from = i;
	if (from == count)
		return;
	while (from > 0 && n[from - 1].body)
		from--;
	name = join(f, n + from, count - from, &sure);
	field_find(f, FOUND_SUPERIOR, name, &n[from].from, 1, sure * 0.95, "header-text");
}

static void
suggest_issuer(struct fields *f, const struct name_line *n, size_t count)
{
	double sure;
	const char *name = join(f, n, count, &sure);

	sure *= n->body ? 1 : 0.75;
	f->symbol_of_issuer = f->symbol && symbol_agrees(f, name);
	if (f->symbol_of_issuer && sure < AGREED)
		sure = AGREED;
	sure *= !f->symbol || f->symbol_of_issuer ? 1 : 0.85;
	field_add(f, FIELD_ISSUER, name, &n->from, 1, sure * 0.95, "header-text");
}

void
field_issuer(struct fields *f)
{
	const struct layout *l = f->first;
	struct name_line lines[NAME_LINES];
	size_t i, n = 0, begin = 0;

	for (i = 0; i < l->count; i++)
		if (is_name_line(f, &l->line[i])) {
			if (n == NAME_LINES) /* the nearest ones above the number */
				memmove(lines, lines + 1, --n * sizeof *lines);
			lines[n++] = tidy(f, &l->line[i]);
			if (n > 1 && !strchr(lines[n - 1].text, ' ') &&
			    lines[n - 1].sure < RULE_SURE)
				n--;
		}
	find_bodies(f, lines, n);
	for (i = 0; i < n; i++)
		if (lines[i].body)
			begin = i;
	find_superior(f, lines, begin);
	if (n && layout_capitals(lines[begin].line, 4))
		suggest_issuer(f, lines + begin, n - begin);
}
