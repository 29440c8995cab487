/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "base.h"
#include "package_eark.h"

/*
 * METS of E-ARK CSIP 2.0.4 in the form that TT 05/2025 and its sample package give it: SHA-256 in capitals,
 * times with +07:00, ids unique in a document.
 */

const char *
mets_id(const struct eark *k, const char *prefix)
{
	char uid[UID_LEN + 1];

	uid_make(uid);
	for (char *c = uid; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return arena_printf(k->p->arena, "%s-%s", prefix, uid);
}

static const struct {
	const char *package, *profile, *type, *map;
} forms[PACKAGE_FORMAT_COUNT] = {
	[PACKAGE_SIP] = { "SIP", "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml", "Mixed",
	    "ORIGINAL" },
	[PACKAGE_AIP] = { "AIP", "http://www.ra.ee/METS/v01/IP.xml", "Mixed", "NORMALIZED" },
	[PACKAGE_DIP] = { "DIP", "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml", "MIXED",
	    "ORIGINAL" },
};

static const char *
short_time(const struct eark *k)
{
	return arena_printf(k->p->arena, "%.23s+07:00", k->p->now);
}

void
mets_set(struct arena *arena, struct element *e, const char *const *pairs)
{
	for (; *pairs; pairs += 2)
		element_set(arena, e, pairs[0], pairs[1]);
}

static void
add_agent(struct mets *m, struct element *header, const char *type, const char *other,
    const char *name, const char *note_type, const char *note)
{
	struct arena *arena = m->k->p->arena;
	struct element *agent = element_add(arena, header, "agent"), *e;

	mets_set(arena, agent,
	    (const char *const[]){ "ROLE", "CREATOR", "TYPE", type, "OTHERTYPE", other, NULL });
	(void)element_put(arena, agent, "name", name);
	e = element_put(arena, agent, "note", note);
	element_set(arena, e, "csip:NOTETYPE", note_type);
}

static void
add_header(struct mets *m, bool representation)
{
	struct arena *arena = m->k->p->arena;
	struct element *header = element_add(arena, m->mets, "metsHdr"), *e;
	const char *now = short_time(m->k);

	mets_set(arena, header,
	    (const char *const[]){ "CREATEDATE", now, "LASTMODDATE", now, "RECORDSTATUS", "NEW",
		"csip:OAISPACKAGETYPE", forms[m->k->format].package, NULL });
	add_agent(m, header, "OTHER", "SOFTWARE", "Tàng Thư", "SOFTWARE VERSION", TANGTHU_VERSION);
	add_agent(m, header, "ORGANIZATION", NULL, m->k->fonds, "IDENTIFICATIONCODE", m->k->fonds);
	if (!representation && m->k->format == PACKAGE_SIP) {
		e = element_put(arena, header, "altRecordID", m->k->file_code);
		element_set(arena, e, "TYPE", "SUBMISSIONAGREEMENT");
	}
}

void
mets_begin(struct mets *m, struct eark *k, bool representation)
{
	struct arena *arena = k->p->arena;

	*m = (struct mets){ .k = k,
		.base = representation ? k->rep : k->root,
		.mets = element_add(arena, NULL, "mets") };
	mets_set(arena, m->mets,
	    (const char *const[]){ "xmlns", "http://www.loc.gov/METS/", "xmlns:xlink",
		"http://www.w3.org/1999/xlink", "xmlns:xsi",
		"http://www.w3.org/2001/XMLSchema-instance", "xmlns:csip",
		"https://DILCIS.eu/XML/METS/CSIPExtensionMETS", "OBJID",
		representation ? "rep1" : k->id, "LABEL", element_value(k->dossier, "title"),
		"TYPE", forms[k->format].type, "csip:CONTENTINFORMATIONTYPE", "MIXED", "PROFILE",
		representation ? forms[PACKAGE_SIP].profile : forms[k->format].profile, NULL });
	element_set(arena, m->mets, "xsi:schemaLocation",
	    "http://www.loc.gov/METS/ http://www.loc.gov/standards/mets/mets.xsd"
	    " http://www.w3.org/1999/xlink http://www.loc.gov/standards/xlink/xlink.xsd");
	add_header(m, representation);
	m->described = element_add(arena, NULL, "described");
	m->preserved = element_add(arena, NULL, "amdSec");
	m->files = element_add(arena, NULL, "fileSec");
	element_set(arena, m->preserved, "ID", mets_id(k, "uuid"));
	element_set(arena, m->files, "ID", mets_id(k, "uuid"));
	m->map = mets_div(m, NULL, representation ? "rep1" : k->id);
	element_set(arena, m->map, "TYPE", forms[k->format].map);
}

static const struct package_file *
file_at(const struct mets *m, const char *path)
{
	const struct package_files *f = &m->k->p->files;

	for (size_t i = f->count; i > 0; i--)
		if (strcmp(f->file[i - 1].path, path) == 0)
			return &f->file[i - 1];
	return NULL;
}

/* Where a file is, how long, and its digest: the same attributes for both kinds of reference. */
static void
set_reference(struct mets *m, struct element *e, const struct package_file *file, const char *mime)
{
	struct arena *arena = m->k->p->arena;
	char hash[SHA256_HEX + 1];

	for (size_t i = 0; i <= SHA256_HEX; i++)
		hash[i] = (char)toupper((unsigned char)file->sha256[i]);
	element_set(arena, e, "MIMETYPE", mime);
	element_set_int(arena, e, "SIZE", (int64_t)file->size);
	mets_set(arena, e,
	    (const char *const[]){
		"CREATED", short_time(m->k), "CHECKSUM", hash, "CHECKSUMTYPE", "SHA-256", NULL });
}

static void
set_place(struct mets *m, struct element *e, const char *path)
{
	mets_set(m->k->p->arena, e,
	    (const char *const[]){ "LOCTYPE", "URL", "xlink:type", "simple", "xlink:href",
		path + strlen(m->base), NULL });
}

static const char *
refer(
    struct mets *m, struct element *section, const char *path, const char *type, const char *other)
{
	struct arena *arena = m->k->p->arena;
	const char *id = mets_id(m->k, "uuid");
	struct element *ref;

	mets_set(arena, section,
	    (const char *const[]){
		"ID", id, "CREATED", short_time(m->k), "STATUS", "CURRENT", NULL });
	ref = element_add(arena, section, "mdRef");
	set_place(m, ref, path);
	mets_set(arena, ref,
	    (const char *const[]){ "MDTYPE", type, "OTHERMDTYPE", other, "MDTYPEVERSION",
		strcmp(type, "PREMIS") == 0 ? "3.0" : "1.0.0", NULL });
	set_reference(m, ref, file_at(m, path), "application/xml");
	return id;
}

const char *
mets_describe(struct mets *m, const char *path, const char *type, const char *other)
{
	return refer(m, element_add(m->k->p->arena, m->described, "dmdSec"), path, type, other);
}

const char *
mets_preserve(struct mets *m, const char *path)
{
	return refer(
	    m, element_add(m->k->p->arena, m->preserved, "digiprovMD"), path, "PREMIS", NULL);
}

struct element *
mets_group(struct mets *m, const char *use)
{
	struct arena *arena = m->k->p->arena;
	struct element *group = element_add(arena, m->files, "fileGrp");

	mets_set(
	    arena, group, (const char *const[]){ "ID", mets_id(m->k, "uuid"), "USE", use, NULL });
	return group;
}

const char *
mets_file(struct mets *m, struct element *group, const char *path, const char *mime)
{
	struct arena *arena = m->k->p->arena;
	struct element *e = element_add(arena, group, "file");
	const char *id = mets_id(m->k, "ID");

	element_set(arena, e, "ID", id);
	set_reference(m, e, file_at(m, path), mime ? mime : "application/octet-stream");
	set_place(m, element_add(arena, e, "FLocat"), path);
	return id;
}

struct element *
mets_div(struct mets *m, struct element *parent, const char *label)
{
	struct arena *arena = m->k->p->arena;
	struct element *div = element_add(arena, parent, "div");

	mets_set(
	    arena, div, (const char *const[]){ "ID", mets_id(m->k, "uuid"), "LABEL", label, NULL });
	return div;
}

void
mets_point(struct mets *m, struct element *div, const char *file_id)
{
	struct arena *arena = m->k->p->arena;

	element_set(arena, element_add(arena, div, "fptr"), "FILEID", file_id);
}

/* The map was begun inside its structMap: its sections are put behind the header in their order. */
enum status
mets_end(struct mets *m, const char *path, struct err *err)
{
	owned(strbuf_free) struct strbuf out = STRBUF_INIT;
	struct arena *arena = m->k->p->arena;
	struct element *map = element_add(arena, NULL, "structMap");

	for (const struct element *d = m->described->first; d; d = d->next)
		element_link(arena, m->mets, d);
	element_link(arena, m->mets, m->preserved);
	if (m->files->first)
		element_link(arena, m->mets, m->files);
	mets_set(arena, map,
	    (const char *const[]){
		"ID", mets_id(m->k, "uuid"), "TYPE", "PHYSICAL", "LABEL", "CSIP", NULL });
	element_link(arena, map, m->map);
	element_link(arena, m->mets, map);
	element_xml(m->mets, &out);
	return package_put(m->k->p, path, strbuf_span(&out), err);
}
