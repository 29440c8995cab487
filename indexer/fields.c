/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "field_parts.h"
#include "text.h"

#define SYMBOL "[A-Z][A-Za-z0-9]{0,9}( ?[-&.] ?[A-Z][A-Za-z0-9]{0,9}){0,4}"

/* A line that is a date, behind a place or not: four groups. */
#define DATELINE "^[^A-Za-z0-9]*(((Date|Dated) *:? *)|([A-Z][a-z']*[ -]?){1,4}, *)?"
#define MONTHS "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"

/* "Số:" begins its line; anywhere else it cites another document. */
#define BEGIN "^[^A-Za-z0-9]*((Luat|LUAT) +)?[Ss5][oOeE06]{1,2} *[:;.,]? *"

static const char *const patterns[PATTERN_COUNT] = {
	[PATTERN_NUMBER] = BEGIN "(.{0,24})/ *(" SYMBOL ")",
	[PATTERN_REFERENCE] =
	    "^[^A-Za-z0-9]*((Our )?[Rr]ef[.:]* *)?[Nn]o[.:]+ *([0-9]{1,5}) */ *(" SYMBOL ")",
	[PATTERN_PARTY] = BEGIN "([0-9]{1,5}) *- *"
				"((NQ|QD|CT|KL|TB|BC|CV|HD|KH|TTr|CTr|QC|QyD) */ *[A-Z]{2,12})",
	[PATTERN_JOINED] = BEGIN "([0-9]{1,5}) *((NQ|QD|CT|QC|TB|HD|CTr|KH|BC|TTr|CD|GM|BB|CV)"
				 " ?- ?[A-Z][A-Za-z0-9&-]{1,12})",
	[PATTERN_DATE] = "[Nn]gay *([0-9]{1,2}) *thang *([0-9]{1,2})[ '.,]*nam "
			 "*([12][0-9]{3})([^0-9]|$)",
	[PATTERN_MONTH] = "thang *([0-9]{1,2})[ '.,]*nam *([12][0-9]{3})([^0-9]|$)",
	[PATTERN_YEAR] = "(ngay|thang|nam).*[^0-9]([12][0-9]{3})[^0-9]*$",
	[PATTERN_ABOUT] = "(^|[^A-Za-z])[VvUu] */ *[vV] *[:.;]? *(.{3,})",
	[PATTERN_SUBJECT] = "^[^A-Za-z]*(Subject|SUBJECT|Re|RE) *: *(.{3,})",
	[PATTERN_DAY_MONTH] =
	    DATELINE "([0-3]?[0-9])(st|nd|rd|th)? +" MONTHS "[a-z]* +([12][0-9]{3})[ .]*$",
	[PATTERN_MONTH_DAY] =
	    DATELINE MONTHS "[a-z]* +([0-3]?[0-9])(st|nd|rd|th)?, *([12][0-9]{3})[ .]*$",
	[PATTERN_TO] = "^[^A-Za-z]*[Kk][Ii][Nn][Hh] *[Gg][Uu][Ii]",
	[PATTERN_BODY] =
	    "^[^A-Za-z0-9]*((Can cu|[Kk]em theo|Ban hanh kem theo|Thuc hien|Theo|Xet|De|Nham|Ngay|Kinh gui|Trong|"
	    "Qua|Sau khi|Hom nay|Chung toi|Toi ten|Ho ten|So Y te|Uy ban)([^A-Za-z]|$)|"
	    "(Dieu|Phan|Chuong) *[0-9IVX]|[0-9IVX]{1,4} *[.)]|[a-d] *[.)] )",
	/* A word alone is the end of a name that was broken: "HẢI / PHÒNG". */
	[PATTERN_BODY_NAME] =
	    "^[^A-Za-z]*("
	    "(UBND|UY BAN|HDND|HOI DONG|BCH|VAN PHONG|TRUNG TAM|CHI CUC|TONG CUC|CONG TY|TONG CONG TY|"
	    "CONG DOAN|TONG LIEN DOAN|LIEN DOAN|LIEN HIEP|HIEP HOI|THANH DOAN|TINH DOAN|HUYEN DOAN|"
	    "QUAN DOAN|BENH VIEN|CHINH PHU|THU TUONG|QUOC HOI|CHU TICH|CONG AN|TOA AN|KHO BAC|THANH TRA|"
	    "KIEM TOAN|BAO HIEM|TINH UY|THANH UY|HUYEN UY|QUAN UY|DANG BO|DANG UY|CHI BO|NGAN HANG|"
	    "TAP DOAN|HAI QUAN|BAO TANG|THU VIEN|DAI HOC|HOC VIEN|MAT TRAN|CANG VU|HOP TAC XA|XI NGHIEP|"
	    "NHA MAY|NHA HAT|KHACH SAN|BUU DIEN|TAP CHI|TO CONG TAC)([^A-Z]|$)|"
	    "(SO|BO|CUC|BAN|VU|PHONG|HOI|TRUONG|VIEN|DOAN|THUE|QUY|KHOI|KHOA|TRAM|DOI|HAT|CANG|DAI|BAO) "
	    "+[A-Z])",
	[PATTERN_CAPACITY] =
	    "(^|[^A-Za-z])((TM|KT|TL|TUQ|Q)[.,]|(T/M|K/T|T/L|T/UQ)[ .]) *[A-Z][A-Z ,-]{2,60}|"
	    "^[^A-Za-z]*([A-Za-z]{1,2} )?(PHO )?(GIAM DOC|CHU TICH|TRUONG PHONG|CHANH VAN PHONG|CUC "
	    "TRUONG|VU TRUONG|"
	    "BO TRUONG|THU TRUONG|VIEN TRUONG|HIEU TRUONG|TRUONG BAN|TONG GIAM "
	    "DOC|CHI CUC TRUONG|"
	    "CHANH THANH TRA|CHANH AN|TONG CUC TRUONG|TRUONG (DOAN|TRAM|KHOA|CONG AN|BO "
	    "PHAN|TIEU BAN)|DOI TRUONG|TO TRUONG|HAT TRUONG|CHI HUY TRUONG|CHINH UY|KE TOAN "
	    "TRUONG|CHU TRI|CHU TOA|DAI DIEN|NGUOI (TIEP NHAN|LAP|KY|BAO CAO|DE "
	    "NGHI|GIAO|NHAN)[A-Z ]*|THU KY|THU TUONG|CHU NHIEM|TONG BI THU|BI "
	    "THU)([^A-Z]|$)",
	[PATTERN_PERSON] = "^[^A-Za-z]*((GS|PGS|TS|ThS|Ths|BS|DS|KS|CN|LS|BSCK|CK|"
			   "I|II|[.] *| )+[. ] *)?"
			   "([A-Z][a-z]+( [A-Z][a-z]*){1,5})[^A-Za-z]*$",
	[PATTERN_RECIPIENTS] = "^[^A-Za-z]*N[oe0]i? *[nN]han",
	[PATTERN_PLACE] = "^[^A-Za-z]*([A-Z][A-Za-z.' -]{1,40}[A-Za-z])[ ,.;:]*[ ,.;:][nN]gay",
	[PATTERN_CITED] = "(^|[^0-9A-Za-z/])([0-9]{1,5}[a-z]?(/(19|20)[0-9]{2})?"
			  "[/-]([A-Z][A-Za-z]{1,4}[0-9]{0,2}[-/"
			  "]?([A-Z][A-Za-z0-9&]*([-/&][A-Z][A-Za-z0-9]*)*)?))",
	[PATTERN_CITED_LETTER] = "(^|[^0-9A-Za-z/])([0-9]{1,5}/[A-Z]{2,10}-[A-Z][A-Z0-9&]{1,9})",
	[PATTERN_CASE] = "(^|[^0-9A-Za-z.])([0-9]{3}[.][0-9]{2}[.][0-9]{2}[.][A-Z]["
			 "0-9]{2}-[0-9]{6}-"
			 "[0-9]{4,6})",
	[PATTERN_PROCEDURE] = "(^|[^0-9A-Za-z.])([0-9][.][0-9]{6}([.][0-9]{3}([.][0-9]{2}){2}"
			      "[.][A-Z][0-9]{2})?)([^0-9]|$)",
	[PATTERN_FILE] = "(^|[^0-9A-Za-z])([0-9]{1,5})[ _.-]*([A-Za-z]{2,5})([-_. "
			 "]+([A-Za-z]{2,8}))?"
			 "([^A-Za-z]|$)",
};

bool
field_match(const struct fields *f, enum pattern p, const char *s, regmatch_t m[PATTERN_GROUPS])
{
	return regexec(&f->pattern[p], s, PATTERN_GROUPS, m, 0) == 0;
}

void
field_add(struct fields *f, enum record_field field, const char *value,
    const struct layout_piece *piece, int page, double confidence, const char *method)
{
	int box[4] = { 0 };

	if (piece)
		layout_piece_box(*piece, box);
	field_add_box(f, field, value, box, page, confidence, method);
}

void
field_add_box(struct fields *f, enum record_field field, const char *value, const int box[4],
    int page, double confidence, const char *method)
{
	struct suggestion *s;

	if (f->count >= FIELDS_MAX || !value || !*value || confidence < FIELDS_LEAST)
		return;
	s = &f->list[f->count++];
	memset(s, 0, sizeof *s);
	s->field = field;
	s->value = value;
	s->page = page;
	if (box[0] >= 0 && box[1] >= 0) /* it may reach over the edge after deskew */
		memcpy(s->box, box, sizeof s->box);
	s->confidence = confidence > 1 ? 1 : confidence;
	s->method = method;
	s->state = "new";
}

void
field_find(struct fields *f, enum reading_kind kind, const char *value,
    const struct layout_piece *piece, int page, double confidence, const char *method)
{
	int box[4] = { 0 };

	if (piece)
		layout_piece_box(*piece, box);
	field_find_box(f, kind, value, box, page, confidence, method);
}

void
field_find_box(struct fields *f, enum reading_kind kind, const char *value, const int box[4],
    int page, double confidence, const char *method)
{
	struct reading_finding *s;
	size_t i;

	if (f->found_count == FIELDS_FOUND || !value || !*value || confidence < FIELDS_LEAST)
		return;
	for (i = 0; i < f->found_count; i++)
		if (f->found[i].kind == kind && !strcmp(f->found[i].value, value))
			return;
	s = &f->found[f->found_count++];
	memset(s, 0, sizeof *s);
	s->kind = kind;
	s->value = arena_dup(f->arena, value);
	s->page = page;
	if (box[0] >= 0 && box[1] >= 0)
		memcpy(s->box, box, sizeof s->box);
	s->confidence = confidence > 1 ? 1 : confidence;
	s->method = method;
}

struct span
field_trim(struct span s)
{
	static const char signs[] = " .,;:_-|'\"*~";

	while (s.n && strchr(signs, s.p[0]))
		s = span_make(s.p + 1, s.n - 1);
	while (s.n && strchr(signs, s.p[s.n - 1]))
		s.n--;
	return s;
}

const struct record_type *
field_type_by_code(struct span letters)
{
	/* Also initials of places and units: never read as a type from a symbol. */
	static const char *const unlikely[] = { "HP", "BL", "PL", "SL", "KHAC" };
	struct strbuf want = STRBUF_INIT, code = STRBUF_INIT;
	const struct record_type *types, *found = NULL;
	size_t i, count;
	int nocase;

	types = record_types(&count);
	text_fold(letters, true, &want);
	for (i = 0; i < sizeof unlikely / sizeof *unlikely; i++)
		if (!strcasecmp(want.buf, unlikely[i]))
			strbuf_reset(&want);
	for (i = 0; i < count && !found && want.len; i++) /* HĐ is no HD */
		if (span_equal_str(letters, types[i].code))
			found = &types[i];
	for (nocase = 0; nocase < 2 && !found && want.len; nocase++)
		for (i = 0; i < count && !found; i++) {
			strbuf_reset(&code);
			text_fold(span_of(types[i].code), true, &code);
			if (!(nocase ? strcasecmp(code.buf, want.buf) : strcmp(code.buf, want.buf)))
				found = &types[i];
		}
	strbuf_free(&want);
	strbuf_free(&code);
	return found;
}

double
field_line_confidence(const struct layout_line *line)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < line->count; i++)
		sum += line->word[i].confidence;
	return line->count ? sum / (100.0 * (double)line->count) : 0;
}

bool
field_word_holds(const struct layout_line *line, const struct layout_word *w, int (*kind)(int))
{
	struct strbuf folded = STRBUF_INIT;
	bool found = false;
	size_t i;

	text_fold(span_make(line->text + w->start, w->end - w->start), true, &folded);
	for (i = 0; i < folded.len && !found; i++)
		found = kind((unsigned char)folded.buf[i]) != 0;
	strbuf_free(&folded);
	return found;
}

bool
field_line_says(const struct layout_line *line)
{
	size_t i = 0;

	while (i < line->folded_len && !isalnum((unsigned char)line->folded[i]))
		i++;
	return i < line->folded_len;
}

static void
field_language(struct fields *f)
{
	const char *language = text_language(f->text);

	if (language)
		field_add(f, FIELD_LANGUAGE, language, NULL, 0, 0.95, "header-text");
}

static int
better_first(const void *a, const void *b)
{
	const struct suggestion *x = a, *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	return (x->confidence < y->confidence) - (x->confidence > y->confidence);
}

static const struct layout nothing;

struct fields *
fields_new(const struct fields_source *source, struct arena *arena)
{
	struct fields *f = xcalloc(1, sizeof *f);
	size_t i;

	f->source = source;
	f->arena = arena;
	f->first = &nothing;
	f->found = arena_array(arena, FIELDS_FOUND, sizeof *f->found);
	for (i = 0; i < PATTERN_COUNT; i++)
		if (regcomp(&f->pattern[i], patterns[i], REG_EXTENDED) != 0)
			abort(); /* a constant of ours */
	return f;
}

void
fields_free(struct fields *f)
{
	size_t i;

	if (!f)
		return;
	for (i = 0; i < PATTERN_COUNT; i++)
		regfree(&f->pattern[i]);
	free(f);
}

void
fields_page(struct fields *f, const struct fields_page *page)
{
	if (page->no == 1) {
		f->first = page->layout;
		f->text = span_make(arena_dup_span(f->arena, page->text), page->text.n);
		f->first_mark = page->mark;
		f->first_marks = page->mark_count;
		field_date(f); /* signers are known between dates */
	}
	field_signer(f, page);
	field_recipients(f, page);
	field_citations(f, page);
	field_codes(f, page);
}

void
fields_end(struct fields *f, const struct suggestion **list, size_t *count,
    const struct reading_finding **findings, size_t *found)
{
	struct suggestion *out;

	field_type_line(f);
	field_number(f);
	field_file_name(f);
	field_issuer(f);
	field_symbol(f);
	field_urgency(f);
	field_title(f);
	field_addressees(f);
	field_language(f);
	qsort(f->list, f->count, sizeof *f->list, better_first);
	out = arena_array(f->arena, f->count ? f->count : 1, sizeof *out);
	memcpy(out, f->list, f->count * sizeof *out);
	*list = out;
	*count = f->count;
	*findings = f->found;
	*found = f->found_count;
}
