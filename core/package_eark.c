/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package_eark.h"

#include <ctype.h>
#include <string.h>

#include "base.h"

/* records.md 72: where everything of a SIP, AIP or DIP lies. */

static const char *
upper(const char *text, struct arena *arena)
{
	char *copy = arena_dup(arena, text);

	for (char *c = copy; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return copy;
}

/* Annex I: ':' of an OBJID is '_' in the folder's name. */
static const char *
folder_of(const char *id, struct arena *arena)
{
	char *copy = arena_printf(arena, "%s/", id);

	for (char *c = copy; *c; c++)
		if (*c == ':')
			*c = '_';
	return copy;
}

/* Letters and digits that an URN takes. */
static const char *
urn_part(const char *code, struct arena *arena)
{
	char *copy = arena_dup(arena, code);

	for (char *c = copy; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '.' && *c != '-')
			*c = '-';
	return copy;
}

static void
begin(struct eark *k, struct packing *p, struct element *dossier)
{
	const struct element *retention = element_child(dossier, "retention");
	const char *uid = upper(element_get(dossier, "uid"), p->arena);
	const char *code = element_value(dossier, "file_code"), *agency = p->request->agency;
	const struct element *top = element_child(dossier, "above");
	const char *kind = element_get(top, "kind");
	bool aip = p->request->format == PACKAGE_AIP;

	*k = (struct eark){ .p = p, .dossier = dossier, .format = p->request->format };
	/* the fonds may be hidden from the caller */
	k->fonds = kind && strcmp(kind, "fonds") == 0 ? element_get(top, "code") : "TT";
	k->id = aip ? arena_printf(p->arena, "urn:%s:uuid-%s", urn_part(k->fonds, p->arena), uid)
		    : arena_printf(p->arena, "uuid-%s", uid);
	k->root = folder_of(k->id, p->arena);
	k->rep = arena_printf(p->arena, "%srepresentations/rep1/", k->root);
	k->file_code = agency && p->request->format != PACKAGE_SIP
	    ? arena_printf(p->arena, "%s.%s", agency, code)
	    : code;
	k->maintenance = element_get(retention, "years")
	    ? package_maintenance(element_number(retention, "years", -1))
	    : "07";
}

/* --- the representation ------------------------------------------------------------------------ */

struct representation {
	struct eark *k;
	struct mets mets;
	struct element *data, *holes, *links;
};

/* A document's files: the first is the document, the others are attached to it. */
static void
link_files(struct representation *r, const struct element *record, struct element *link)
{
	struct element *attached = NULL;
	bool first = true;

	for (const struct element *c = element_child(record, "component"); c;
	     c = element_after(c, "component"))
		for (const struct element *x = element_child(c, "rendition"); x;
		     x = element_after(x, "rendition")) {
			const char *id;

			if (strcmp(element_get(x, "kind"), "original") != 0)
				continue;
			id = mets_file(
			    &r->mets, r->data, element_get(x, "path"), element_get(x, "mime"));
			if (!first && !attached)
				attached = mets_div(&r->mets, link, "AttachmentFile");
			mets_point(&r->mets, first ? link : attached, id);
			first = false;
		}
}

/* A record that another dossier of the package holds: its id stands for it (annexes I and III, 6). */
static enum status
add_hole(
    struct representation *r, const struct element *record, struct element *link, struct err *err)
{
	struct eark *k = r->k;
	const char *path = arena_printf(k->p->arena, "%sdata/%s.fetch.txt", k->rep,
	    package_safe(ead_document_id(k, record), k->p->arena));
	const char *text = arena_printf(k->p->arena, "%s\n", element_get(record, "uid"));
	enum status st = package_put(k->p, path, span_of(text), err);

	if (st != ST_OK)
		return st;
	if (!r->holes)
		r->holes = mets_group(&r->mets, "Holeyfile");
	mets_point(&r->mets, link, mets_file(&r->mets, r->holes, path, "text/plain"));
	return ST_OK;
}

/* What is described in another dossier of the package, with its place in this one. */
static const struct element *
described(struct eark *k, const struct element *record)
{
	const char *uid = element_get(record, "uid");
	const struct element *there = package_record(k->p, uid);
	struct arena *arena = k->p->arena;
	struct element *e;

	if (!there)
		return record;
	e = element_add(arena, NULL, "record");
	e->first = there->first;
	e->last = there->last;
	mets_set(arena, e,
	    (const char *const[]){ "ordinal", element_get(record, "ordinal"), "uid", uid, "pages",
		element_get(there, "pages"), "use_mode", element_get(there, "use_mode"), NULL });
	return e;
}

static enum status
add_document(struct representation *r, const struct element *record, struct err *err)
{
	owned(strbuf_free) struct strbuf ead = STRBUF_INIT;
	struct eark *k = r->k;
	bool hole = element_get(record, "elsewhere") != NULL;
	const char *path = arena_printf(k->p->arena, "%smetadata/descriptive/EAD_doc_%s.xml",
	    k->rep, package_safe(ead_document_id(k, record), k->p->arena));
	struct element *link;
	enum status st;

	ead_document(k, hole ? described(k, record) : record, &ead);
	if ((st = package_put(k->p, path, strbuf_span(&ead), err)) != ST_OK)
		return st;
	link = mets_div(&r->mets, r->links, hole ? "MetadataLink/Holey" : "MetadataLink/File");
	element_set(k->p->arena, link, "DMDID", mets_describe(&r->mets, path, "DC", NULL));
	if (hole)
		return add_hole(r, record, link, err);
	link_files(r, record, link);
	return ST_OK;
}

static enum status
add_preservation(struct eark *k, struct mets *m, const char *path, bool records, struct err *err)
{
	owned(strbuf_free) struct strbuf premis = STRBUF_INIT;
	enum status st;

	if (k->format != PACKAGE_AIP)
		return ST_OK;
	st = premis_write(k, records, &premis, err);
	if (st == ST_OK)
		st = package_put(k->p, path, strbuf_span(&premis), err);
	if (st == ST_OK)
		element_set(k->p->arena, m->map, "ADMID", mets_preserve(m, path));
	return st;
}

static enum status
add_representation(struct eark *k, struct err *err)
{
	struct representation r = { .k = k };
	struct element *data;
	enum status st;

	mets_begin(&r.mets, k, true);
	st = add_preservation(k, &r.mets,
	    arena_printf(k->p->arena, "%smetadata/preservation/PREMIS_rep1.xml", k->rep), true,
	    err);
	r.data = mets_group(&r.mets, "Data");
	data = mets_div(&r.mets, r.mets.map, "Data");
	r.links = mets_div(&r.mets, r.mets.map, "MetadataLink");
	for (const struct element *e = element_child(k->dossier, "record"); st == ST_OK && e;
	     e = element_after(e, "record"))
		st = add_document(&r, e, err);
	for (const struct element *f = r.data->first; f; f = f->next)
		mets_point(&r.mets, data, element_get(f, "ID"));
	return st == ST_OK ? mets_end(&r.mets, arena_printf(k->p->arena, "%sMETS.xml", k->rep), err)
			   : st;
}

/* --- the package ------------------------------------------------------------------------------- */

static const char *
at_root(const struct eark *k, const char *path)
{
	return arena_printf(k->p->arena, "%s%s", k->root, path);
}

/* The description of ours: places as seen from the package's own folder; events stand in PREMIS. */
static void
make_ours(struct eark *k, struct strbuf *out)
{
	struct element *d = k->dossier;

	element_drop(d, "event");
	for (struct element *r = element_child(d, "record"); r; r = element_after(r, "record")) {
		element_drop(r, "event");
		for (struct element *c = r->first; c; c = c->next)
			for (struct element *x = c->first; x; x = x->next) {
				const char *path = element_get(x, "path");

				if (path)
					element_set(k->p->arena, x, "path", path + strlen(k->root));
			}
	}
	element_xml(d, out);
}

static enum status
add_description(struct eark *k, struct mets *m, struct element *div, struct err *err)
{
	owned(strbuf_free) struct strbuf ead = STRBUF_INIT, ours = STRBUF_INIT;
	const char *path = at_root(k, "metadata/descriptive/EAD.xml"), *ids;
	enum status st;

	ead_dossier(k, &ead);
	if ((st = package_put(k->p, path, strbuf_span(&ead), err)) != ST_OK)
		return st;
	ids = mets_describe(m, path, "DC", NULL);
	if (k->format != PACKAGE_DIP) {
		path = at_root(k, "metadata/other/hoso.xml");
		make_ours(k, &ours);
		if ((st = package_put(k->p, path, strbuf_span(&ours), err)) != ST_OK)
			return st;
		ids = arena_printf(
		    k->p->arena, "%s %s", ids, mets_describe(m, path, "OTHER", PACKAGE_NAMESPACE));
	}
	element_set(k->p->arena, div, "DMDID", ids);
	return ST_OK;
}

static enum status
add_schemas(struct eark *k, struct mets *m, struct err *err)
{
	static const char *const names[] = { "schemas/ead.xsd", "schemas/ead_doc.xsd" };
	struct element *group = mets_group(m, "Schemas"), *div = mets_div(m, m->map, "Schemas");
	enum status st = ST_OK;

	for (int i = 0; st == ST_OK && i < 2; i++) {
		owned(strbuf_free) struct strbuf xsd = STRBUF_INIT;

		ead_schema(k, i == 1, &xsd);
		st = package_put(k->p, at_root(k, names[i]), strbuf_span(&xsd), err);
		if (st == ST_OK)
			mets_point(m, div, mets_file(m, group, at_root(k, names[i]), NULL));
	}
	return st;
}

/* Renditions that are no originals: people's texts of pages, preservation copies. */
static void
add_others(struct eark *k, struct mets *m)
{
	const struct package_files *f = &k->p->files;
	struct span folder = span_of(at_root(k, "metadata/other/renditions/"));
	struct element *group = NULL, *div = NULL;

	for (size_t i = 0; i < f->count; i++) {
		if (!span_starts(span_of(f->file[i].path), folder))
			continue;
		if (!group) {
			group = mets_group(m, "Other");
			div = mets_div(m, m->map, "Other");
		}
		mets_point(m, div, mets_file(m, group, f->file[i].path, NULL));
	}
}

static void
add_pointer(struct eark *k, struct mets *m)
{
	struct arena *arena = k->p->arena;
	const char *path = arena_printf(arena, "%sMETS.xml", k->rep);
	struct element *group = mets_group(m, "Representations/rep1");
	struct element *div = mets_div(m, m->map, "Representations/rep1");
	struct element *pointer = element_add(arena, div, "mptr");

	element_set(arena, pointer, "LOCTYPE", "URL");
	element_set(arena, pointer, "xlink:type", "simple");
	element_set(arena, pointer, "xlink:href", path + strlen(k->root));
	element_set(arena, pointer, "xlink:title", mets_file(m, group, path, "application/xml"));
}

static enum status
add_package(struct packing *p, struct element *dossier, struct err *err)
{
	struct element *metadata;
	struct mets mets;
	struct eark k;
	enum status st;

	begin(&k, p, dossier);
	st = package_place(p, dossier, arena_printf(p->arena, "%sdata/", k.rep),
	    k.format == PACKAGE_DIP ? NULL : at_root(&k, "metadata/other/renditions/"), err);
	if (st == ST_OK)
		st = add_representation(&k, err);
	if (st != ST_OK)
		return st;
	mets_begin(&mets, &k, false);
	metadata = mets_div(&mets, mets.map, "Metadata");
	st = add_preservation(
	    &k, &mets, at_root(&k, "metadata/preservation/PREMIS.xml"), false, err);
	if (st == ST_OK)
		st = add_description(&k, &mets, metadata, err);
	if (st == ST_OK)
		st = add_schemas(&k, &mets, err);
	add_others(&k, &mets);
	if (st != ST_OK)
		return st;
	add_pointer(&k, &mets);
	return mets_end(&mets, at_root(&k, "METS.xml"), err);
}

enum status
package_eark(struct packing *p, struct package *out, struct err *err)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && i < p->count; i++)
		st = add_package(p, p->dossier[i], err);
	if (st != ST_OK)
		return st;
	package_sort(&p->files);
	out->name = arena_printf(p->arena, "%s-%.8s.zip", package_format_name(p->request->format),
	    element_get(p->dossier[0], "uid"));
	package_zip(&p->files, NULL, out);
	return ST_OK;
}
