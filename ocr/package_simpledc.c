/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_eark.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "package_type.h"

/*
 * simpledc (records.md 73): the sample package of the circular itself breaks the schema that goes with
 * it, so children come in any order, codes by either name (fileCode, arcFileCode; docId, docCode,
 * arcDocCode), unknown and empty ones are no fault.  Days are DD/MM/YYYY, MM/YYYY, YYYY or ISO.
 */

struct said {
	struct eark_look *k;
	const struct package_entry *entry;
	const xmlNode *dc;
};

static const xmlNode *
find_dc(const xmlNode *node)
{
	for (; node; node = look_next(node, NULL)) {
		const xmlNode *deeper;

		if (look_is(node, "simpledc"))
			return node;
		if ((deeper = find_dc(look_child(node, NULL))))
			return deeper;
	}
	return NULL;
}

static const xmlNode *
node_of(const struct said *s, const char *names)
{
	struct span rest = span_of(names);

	while (rest.p) {
		struct span name = span_cut(&rest, '|');

		for (const xmlNode *c = look_child(s->dc, NULL); c; c = look_next(c, NULL))
			if (span_equal_nocase(span_of((const char *)c->name), name))
				return c;
	}
	return NULL;
}

/* names: "fileCode|arcFileCode", the first that says something. */
static const char *
value_of(const struct said *s, const char *names)
{
	struct span rest = span_of(names);

	while (rest.p) {
		const char *name = arena_dup_span(s->k->look->arena, span_cut(&rest, '|'));
		const char *value = look_text(s->k->look, node_of(s, name));

		if (value)
			return value;
	}
	return NULL;
}

static int64_t
line_of(const struct said *s, const char *names)
{
	const xmlNode *n = node_of(s, names);

	return n ? xmlGetLineNo(n) : 0;
}

/* --- telling the element ----------------------------------------------------------------------- */

/* Adds what is new; where both say something they must say the same. */
static void
tell(
    const struct said *s, struct element *e, const char *ours, const char *names, const char *value)
{
	struct package_look *l = s->k->look;
	struct element *c = element_child(e, ours);

	if (!value)
		return;
	if (c && c->text && strcmp(c->text, value) != 0) {
		look_fault(l, s->entry->path, line_of(s, names),
		    "%s says \"%.80s\", hoso.xml \"%.80s\"", names, value, c->text);
		return;
	}
	if (c)
		return;
	c = element_put(l->arena, e, ours, value);
	element_set_int(l->arena, c, "line", line_of(s, names));
	element_set(l->arena, c, "where", s->entry->path);
}

static void
tell_detail(const struct said *s, struct element *record, const char *ours, const char *names)
{
	struct package_look *l = s->k->look;
	const char *value = value_of(s, names);
	struct element *d;

	if (!value || s->k->ours)
		return;
	d = element_put(l->arena, record, "detail", value);
	element_set(l->arena, d, "name", ours);
}

/* --- values ------------------------------------------------------------------------------------ */

/* ISO of a day as the circular writes it; NULL with a fault when there is no such day. */
static const char *
day_of(const struct said *s, const char *names)
{
	struct package_look *l = s->k->look;
	const char *text = value_of(s, names);
	size_t n = text ? strlen(text) : 0;
	const char *iso = text;

	if (!text)
		return NULL;
	if (n == 10 && text[2] == '/' && text[5] == '/')
		iso = arena_printf(l->arena, "%.4s-%.2s-%.2s", text + 6, text + 3, text);
	else if (n == 7 && text[2] == '/')
		iso = arena_printf(l->arena, "%.4s-%.2s", text + 3, text);
	if (date_valid(span_of(iso), true))
		return iso;
	look_fault(l, s->entry->path, line_of(s, names), "%s %.20s: no such day", names, text);
	return NULL;
}

/* A dossier begins and ends on a day: what is told less exactly is its first or last one. */
static const char *
whole_day(const struct said *s, const char *names, bool last)
{
	struct package_look *l = s->k->look;
	const char *day = day_of(s, names), *whole = day;

	if (!day || strlen(day) == 10)
		return day;
	if (strlen(day) == 4)
		whole = arena_printf(l->arena, "%s-%s", day, last ? "12-31" : "01-01");
	else
		for (int d = 31; d > 0; d--) {
			whole = arena_printf(l->arena, "%s-%02d", day, last ? d : 1);
			if (date_valid(span_of(whole), false))
				break;
		}
	look_note(l, s->entry->path, line_of(s, names), "%s %s: taken as %s", names,
	    value_of(s, names), whole);
	return whole;
}

static const char *
language_of(const struct said *s)
{
	static const char *const codes[] = { NULL, "vi", "en", "fr", "ru", "zh" };
	struct package_look *l = s->k->look;
	const char *text = value_of(s, "language");
	struct span first = span_of(text);
	uint64_t code;

	if (!text)
		return NULL;
	first.n = strspn(text, "0123456789");
	if (strlen(text) > first.n)
		look_note(l, s->entry->path, line_of(s, "language"),
		    "language %.20s: the first of them is taken", text);
	if (span_u64(first, &code) && code > 0 && code < sizeof(codes) / sizeof(codes[0]))
		return codes[code];
	look_note(l, s->entry->path, line_of(s, "language"), "language %.20s: left out", text);
	return NULL;
}

/* By its code of 01 to 32; a name is understood too. */
static const char *
type_of(const struct said *s, const struct element *record)
{
	struct package_look *l = s->k->look;
	const char *text = value_of(s, "typeName|typeDoc"), *have = element_value(record, "type");
	const char *mine = have ? package_type_exchange(have) : NULL, *code;

	if (!text)
		return NULL;
	if (mine && strcmp(mine, text) == 0)
		return have;
	if (!have && s->k->ours && strcmp(text, "32") == 0)
		return NULL; /* a draft without type */
	code = package_type_code(text);
	if (!code)
		look_fault(l, s->entry->path, line_of(s, "typeName|typeDoc"),
		    "typeName %.40s: none of 01 to 32", text);
	return code;
}

/* --- a dossier --------------------------------------------------------------------------------- */

/* An AIP puts the archive's code before that of the dossier. */
static void
tell_file_code(const struct said *s)
{
	const char *code = value_of(s, "fileCode|arcFileCode");
	const char *have = element_value(s->k->dossier, "file_code");

	if (code && have &&
	    span_ends(span_of(code), span_of(arena_printf(s->k->look->arena, ".%s", have))))
		return;
	tell(s, s->k->dossier, "file_code", "fileCode|arcFileCode", code);
}

static void
tell_year(const struct said *s, const char *started)
{
	if (!s->k->ours && started)
		(void)element_put(s->k->look->arena, s->k->dossier, "year",
		    arena_printf(s->k->look->arena, "%.4s", started));
}

static void
tell_retention(const struct said *s)
{
	struct element *r = element_child(s->k->dossier, "retention");
	struct arena *arena = s->k->look->arena;

	if (!r)
		r = element_add(arena, s->k->dossier, "retention");
	element_set(arena, r, "maintenance", value_of(s, "maintenance"));
}

static bool
open_dc(struct said *s, struct eark_look *k, const struct package_entry *entry, xmlDocPtr doc)
{
	*s = (struct said){ k, entry, doc ? find_dc(xmlDocGetRootElement(doc)) : NULL };
	if (doc && !s->dc)
		look_fault(k->look, entry->path, 0, "no simpledc in it");
	return s->dc != NULL;
}

void
look_dossier_fields(struct eark_look *k, const struct package_entry *entry)
{
	xmlDocPtr doc owned(look_xml_freep) = look_xml(k->look, entry);
	const char *started, *closed;
	struct said s;

	if (!open_dc(&s, k, entry, doc))
		return;
	tell_file_code(&s);
	tell(&s, k->dossier, "title", "title", value_of(&s, "title"));
	tell(&s, k->dossier, "use_mode", "mode", value_of(&s, "mode"));
	started = whole_day(&s, "startDate", false);
	closed = whole_day(&s, "endDate", true);
	tell(&s, k->dossier, "started", "startDate", started);
	tell(&s, k->dossier, "closed", "endDate", closed);
	tell(&s, k->dossier, "keyword", "keyword", value_of(&s, "keyword"));
	tell_retention(&s);
	if (k->ours)
		return;
	tell_year(&s, started);
	tell(&s, k->dossier, "language", "language", language_of(&s));
	tell(&s, k->dossier, "sheets", "numberOfPaper", value_of(&s, "numberOfPaper"));
	tell(&s, k->dossier, "pages", "numberOfPage", value_of(&s, "numberOfPage"));
	tell(&s, k->dossier, "vital", "riskRecovery", value_of(&s, "riskRecovery"));
	tell(&s, k->dossier, "note", "description", value_of(&s, "description"));
}

/* --- a document -------------------------------------------------------------------------------- */

/* "….0000137", docOrdinal, or the place in the map. */
static int64_t
ordinal_of(const struct said *s, const char *code, int64_t place)
{
	const char *told = value_of(s, "docOrdinal"), *dot = code ? strrchr(code, '.') : NULL;
	uint64_t n;

	if (told && span_u64(span_of(told), &n) && n > 0 && n < INT32_MAX)
		return (int64_t)n;
	if (dot && span_u64(span_of(dot + 1), &n) && n > 0 && n < INT32_MAX)
		return (int64_t)n;
	return place;
}

/* The sample package's docCode has a year that is not the dossier's, in all 137 files. */
static void
check_code(const struct said *s, const char *code)
{
	const char *dossier = element_value(s->k->dossier, "file_code");
	const char *dot = code ? strrchr(code, '.') : NULL;
	struct span head = span_make(code, dot ? (size_t)(dot - code) : 0);

	if (dot && dossier && !span_ends(head, span_of(dossier)) &&
	    !span_ends(span_of(dossier), head))
		s->k->odd_codes++;
	if (dot && !dossier && s->k->dip)
		(void)element_put(s->k->look->arena, s->k->dossier, "file_code",
		    arena_dup_span(s->k->look->arena, head));
}

/* Text where a code is wanted (the sample calls a good paper "Tốt"). */
static void
tell_physical(const struct said *s, struct element *record)
{
	static const struct {
		const char *text, *code;
	} texts[] = { { "Tốt", "01" }, { "Bình thường", "02" }, { "Hỏng", "03" } };
	struct package_look *l = s->k->look;
	const char *value = value_of(s, "format");
	struct element *d;

	if (!value || s->k->ours)
		return;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(texts[i].text, value) == 0)
			value = texts[i].code;
	if (strlen(value) != 2 || value[0] != '0' || value[1] < '1' || value[1] > '3') {
		look_note(l, s->entry->path, line_of(s, "format"),
		    "format %.40s: none of 01 to 03, left out", value);
		return;
	}
	d = element_put(l->arena, record, "detail", value);
	element_set(l->arena, d, "name", "physical");
}

static void
tell_fields(const struct said *s, struct element *record)
{
	tell(s, record, "type", "typeName|typeDoc", type_of(s, record));
	tell(s, record, "number", "codeNumber", value_of(s, "codeNumber"));
	tell(s, record, "symbol", "codeNotation", value_of(s, "codeNotation"));
	tell(s, record, "issued", "issuedDate", day_of(s, "issuedDate"));
	tell(s, record, "issuer", "organName", value_of(s, "organName"));
	tell(s, record, "subject", "subject", value_of(s, "subject"));
	if (!s->k->ours)
		tell(s, record, "language", "language", language_of(s));
	tell_detail(s, record, "keyword", "keyword");
	tell_detail(s, record, "confidence", "confidenceLevel");
	tell_detail(s, record, "autograph", "autograph");
	tell_detail(s, record, "process", "process");
	tell_detail(s, record, "note", "description");
	tell_physical(s, record);
}

void
look_document_fields(
    struct eark_look *k, const struct package_entry *entry, struct element *record, int64_t place)
{
	xmlDocPtr doc owned(look_xml_freep) = look_xml(k->look, entry);
	struct arena *arena = k->look->arena;
	const char *code;
	struct said s;

	if (!open_dc(&s, k, entry, doc))
		return;
	code = value_of(&s, "docCode|arcDocCode");
	check_code(&s, code);
	if (!k->ours) {
		element_set(arena, record, "where", entry->path);
		element_set_int(arena, record, "ordinal", ordinal_of(&s, code, place));
		element_set(arena, record, "use_mode", value_of(&s, "mode"));
		element_set(arena, record, "pages", value_of(&s, "numberOfPage"));
	}
	if (!element_get(record, "elsewhere"))
		tell_fields(&s, record);
	/* what has neither type nor subject cannot be declared: it comes as a draft */
	if (!k->ours && (!element_value(record, "subject") || !element_value(record, "type")))
		element_set(arena, record, "state", "draft");
}
