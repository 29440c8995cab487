/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "package_eark.h"
#include "record.h"

/*
 * simpledc of TT 05/2025 (records.md 2.3, 72): 18 fields of a dossier, 21 of a document in a SIP, 19 in an
 * AIP, 20 in a DIP, whose EAD.xml tells of the request.  Fields come in the order of the circular; all of
 * them, also the empty ones.
 */
#define FIELDS_MAX 24

typedef const char *(*ead_value)(const struct eark *, const struct element *);

struct ead_field {
	const char *name;
	ead_value value;   /* NULL: always empty */
	const char *child; /* value NULL: text of this child of the description */
};

/* --- values ------------------------------------------------------------------------------------ */

/* "2019-03-05", "2019-03", "2019" -> "05/03/2019", "03/2019", "2019" */
static const char *
day_value(const struct eark *k, const char *iso)
{
	struct arena *arena = k->p->arena;

	if (!iso || strlen(iso) < 7)
		return iso;
	return strlen(iso) == 10 ? arena_printf(arena, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso)
				 : arena_printf(arena, "%.2s/%.4s", iso + 5, iso);
}

static const char *
language_value(const char *code)
{
	static const struct {
		const char *ours, *theirs;
	} codes[] = { { "vi", "01" }, { "en", "02" }, { "fr", "03" }, { "ru", "04" },
		{ "zh", "05" } };

	if (!code)
		return NULL;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].ours, code) == 0)
			return codes[i].theirs;
	return "11";
}

static const char *
detail_of(const struct element *record, const char *name)
{
	for (const struct element *d = element_child(record, "detail"); d;
	     d = element_after(d, "detail"))
		if (strcmp(element_get(d, "name"), name) == 0)
			return d->text;
	return NULL;
}

static const char *
file_code(const struct eark *k, const struct element *e)
{
	(void)e;
	return k->file_code;
}

static const char *
maintenance(const struct eark *k, const struct element *e)
{
	(void)e;
	return k->maintenance;
}

static const char *
language(const struct eark *k, const struct element *e)
{
	(void)k;
	return language_value(element_value(e, "language"));
}

static const char *
start_date(const struct eark *k, const struct element *e)
{
	return day_value(k, element_value(e, "started"));
}

static const char *
end_date(const struct eark *k, const struct element *e)
{
	return day_value(k, element_value(e, "closed"));
}

static const char *
issued_date(const struct eark *k, const struct element *e)
{
	return day_value(k, element_value(e, "issued"));
}

static const char *
total_documents(const struct eark *k, const struct element *e)
{
	long n = 0;

	for (const struct element *r = element_child(e, "record"); r;
	     r = element_after(r, "record"))
		n++;
	return arena_printf(k->p->arena, "%ld", n);
}

/* As counted when it was closed, else of what is there. */
static const char *
dossier_pages(const struct eark *k, const struct element *e)
{
	const char *told = element_value(e, "pages");
	int64_t n = 0;

	for (const struct element *r = element_child(e, "record"); r;
	     r = element_after(r, "record"))
		n += element_number(r, "pages", 0);
	return told ? told : arena_printf(k->p->arena, "%lld", (long long)n);
}

/* 01 born digital, 02 digitised, 03 both; what no record says is not guessed. */
static const char *
dossier_confidence(const struct eark *k, const struct element *e)
{
	const char *all = NULL;

	(void)k;
	for (const struct element *r = element_child(e, "record"); r;
	     r = element_after(r, "record")) {
		const char *one = detail_of(r, "confidence");

		if (one && all && strcmp(one, all) != 0)
			return "03";
		if (one)
			all = one;
	}
	return all;
}

/* records.md 48 */
static const char *
recovery(const struct eark *k, const struct element *e)
{
	const char *vital = element_value(k->dossier, "vital");

	(void)e;
	return vital && strcmp(vital, "1") == 0 ? "1" : "0";
}

/* Whether an off-site copy was proved is not known here: 02, not yet. */
static const char *
recovery_status(const struct eark *k, const struct element *e)
{
	return strcmp(recovery(k, e), "1") == 0 ? "02" : NULL;
}

/* Who kept it, and the note (2.3: Creator has no field of its own). */
static const char *
dossier_description(const struct eark *k, const struct element *e)
{
	const char *who = element_value(e, "maintainer"), *note = element_value(e, "note");

	if (!who)
		return note;
	return arena_printf(
	    k->p->arena, "Người lập hồ sơ: %s%s%s", who, note ? ". " : "", note ? note : "");
}

static const char *
document_code(const struct eark *k, const struct element *e)
{
	return arena_printf(
	    k->p->arena, "%s.%07lld", k->file_code, (long long)element_number(e, "ordinal", 0));
}

static const char *
ordinal(const struct eark *k, const struct element *e)
{
	(void)k;
	return element_get(e, "ordinal");
}

static const char *
type_name(const struct eark *k, const struct element *e)
{
	const char *code = element_value(e, "type");
	const struct record_type *type = code ? record_type_find(span_of(code)) : NULL;

	(void)k;
	return type ? type->exchange : "32";
}

static const char *
pages(const struct eark *k, const struct element *e)
{
	(void)k;
	return element_get(e, "pages");
}

static const char *
mode(const struct eark *k, const struct element *e)
{
	(void)k;
	return element_get(e, "use_mode");
}

#define DETAIL(name) \
	static const char *detail_##name(const struct eark *k, const struct element *e) \
	{ \
		(void)k; \
		return detail_of(e, #name); \
	}
DETAIL(keyword)
DETAIL(confidence)
DETAIL(autograph)
DETAIL(physical)
DETAIL(process)
DETAIL(note)

static const char *
request_id(const struct eark *k, const struct element *e)
{
	const char *id = k->p->request->request_id;

	(void)e;
	return id ? id : k->id;
}

static const char *
request_date(const struct eark *k, const struct element *e)
{
	(void)e;
	return day_value(k, arena_printf(k->p->arena, "%.10s", k->p->now));
}

static const char *
request_purpose(const struct eark *k, const struct element *e)
{
	(void)e;
	return k->p->request->purpose ? k->p->request->purpose : "02";
}

static const char *
request_text(const struct eark *k, const struct element *e)
{
	(void)e;
	return k->p->request->purpose_text;
}

/* --- fields ------------------------------------------------------------------------------------ */

/* Annexes I and III 4.1; the circular's own schema forgets two of them, its sample package has all. */
#define DOSSIER_REST \
	{ "title", NULL, "title" }, { "maintenance", maintenance, NULL }, \
	    { "mode", NULL, "use_mode" }, { "language", language, NULL }, \
	    { "startDate", start_date, NULL }, { "endDate", end_date, NULL }, \
	    { "keyword", NULL, "keyword" }, { "totalDoc", total_documents, NULL }, \
	    { "numberOfPaper", NULL, "sheets" }, { "numberOfPage", dossier_pages, NULL }, \
	    { "format", NULL, NULL }, { "inforSign", NULL, NULL }, \
	    { "confidenceLevel", dossier_confidence, NULL }, { "paperFileCode", NULL, NULL }, \
	    { "riskRecovery", recovery, NULL }, { "riskRecoveryStatus", recovery_status, NULL }, \
	{ \
		"description", dossier_description, NULL \
	}

static const struct ead_field sip_dossier[FIELDS_MAX] = { { "fileCode", file_code, NULL },
	DOSSIER_REST };
static const struct ead_field aip_dossier[FIELDS_MAX] = { { "arcFileCode", file_code, NULL },
	DOSSIER_REST };
static const struct ead_field dip_request[FIELDS_MAX] = { { "requestID", request_id, NULL },
	{ "requestDate", request_date, NULL }, { "purpose", request_purpose, NULL },
	{ "purposeContent", request_text, NULL }, { "feeObjectType", NULL, NULL },
	{ "researchTopic", NULL, NULL }, { "description", NULL, NULL } };

#define CODED \
	{ "typeName", type_name, NULL }, { "codeNumber", NULL, "number" }, \
	    { "codeNotation", NULL, "symbol" }, \
	{ \
		"issuedDate", issued_date, NULL \
	}

static const struct ead_field sip_document[FIELDS_MAX] = { { "docId", ead_document_id, NULL },
	{ "docCode", document_code, NULL }, { "maintenance", maintenance, NULL }, CODED,
	{ "organName", NULL, "issuer" }, { "subject", NULL, "subject" },
	{ "language", language, NULL }, { "numberOfPage", pages, NULL },
	{ "inforSign", NULL, NULL }, { "keyword", detail_keyword, NULL }, { "mode", mode, NULL },
	{ "confidenceLevel", detail_confidence, NULL }, { "autograph", detail_autograph, NULL },
	{ "format", detail_physical, NULL }, { "process", detail_process, NULL },
	{ "riskRecovery", recovery, NULL }, { "riskRecoveryStatus", recovery_status, NULL },
	{ "description", detail_note, NULL } };
static const struct ead_field aip_document[FIELDS_MAX] = { { "arcFileCode", file_code, NULL },
	{ "mode", mode, NULL }, { "language", language, NULL }, { "keyword", detail_keyword, NULL },
	{ "numberOfPage", pages, NULL }, { "format", detail_physical, NULL },
	{ "inforSign", NULL, NULL }, { "confidenceLevel", detail_confidence, NULL },
	{ "description", detail_note, NULL }, { "docCode", document_code, NULL },
	{ "docOrdinal", ordinal, NULL }, CODED, { "organName", NULL, "issuer" },
	{ "subject", NULL, "subject" }, { "autograph", detail_autograph, NULL },
	{ "process", detail_process, NULL } };
static const struct ead_field dip_document[FIELDS_MAX] = { { "docId", ead_document_id, NULL },
	{ "arcDocCode", document_code, NULL }, { "maintenance", maintenance, NULL }, CODED,
	{ "subject", NULL, "subject" }, { "language", language, NULL },
	{ "numberOfPage", pages, NULL }, { "inforSign", NULL, NULL },
	{ "keyword", detail_keyword, NULL }, { "mode", mode, NULL },
	{ "confidenceLevel", detail_confidence, NULL }, { "autograph", detail_autograph, NULL },
	{ "format", detail_physical, NULL }, { "process", detail_process, NULL },
	{ "riskRecovery", recovery, NULL }, { "riskRecoveryStatus", recovery_status, NULL },
	{ "description", detail_note, NULL } };

static const struct ead_field *const dossier_fields[PACKAGE_FORMAT_COUNT] = {
	[PACKAGE_SIP] = sip_dossier, [PACKAGE_AIP] = aip_dossier, [PACKAGE_DIP] = dip_request
};
static const struct ead_field *const document_fields[PACKAGE_FORMAT_COUNT] = {
	[PACKAGE_SIP] = sip_document, [PACKAGE_AIP] = aip_document, [PACKAGE_DIP] = dip_document
};

static void
write_fields(
    const struct eark *k, const struct ead_field *f, const struct element *from, struct strbuf *out)
{
	struct arena *arena = k->p->arena;
	struct element *root = element_add(arena, NULL, "simpledc");

	for (; f->name; f++) {
		const char *value = f->value ? f->value(k, from)
		    : f->child		     ? element_value(from, f->child)
					     : NULL;

		(void)element_put(arena, root, f->name, value ? value : "");
	}
	element_xml(root, out);
}

void
ead_dossier(const struct eark *k, struct strbuf *out)
{
	write_fields(k, dossier_fields[k->format], k->dossier, out);
}

void
ead_document(const struct eark *k, const struct element *record, struct strbuf *out)
{
	write_fields(k, document_fields[k->format], record, out);
}

const char *
ead_document_id(const struct eark *k, const struct element *record)
{
	return arena_printf(k->p->arena, "%s.%03lld", element_value(k->dossier, "file_code"),
	    (long long)element_number(record, "ordinal", 0));
}

/* Fields in any order (xs:all), as the sample package of the circular has it. */
void
ead_schema(const struct eark *k, bool document, struct strbuf *out)
{
	const struct ead_field *f = (document ? document_fields : dossier_fields)[k->format];

	strbuf_add_str(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n"
	    " <xs:element name=\"simpledc\">\n  <xs:complexType>\n   <xs:all>\n");
	for (; f->name; f++)
		strbuf_addf(out, "    <xs:element name=\"%s\" type=\"xs:string\"/>\n", f->name);
	strbuf_add_str(out, "   </xs:all>\n  </xs:complexType>\n </xs:element>\n</xs:schema>\n");
}
